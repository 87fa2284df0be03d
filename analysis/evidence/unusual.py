"""Where a pair stands among all pairs: in size, in growth, and in how far one turned to the other.

All from exports as exporters reported them, which every pair has to 2020 and again in 2025. Figures
that the publisher estimated carry a margin, so that a rank becomes an interval. Nothing between the
two is filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, applicable
from analysis.evidence.states import pair
from analysis.measures.rank import RankInterval, rank_interval
from analysis.tables import load
from analysis.tables.views import pair_trade

PANEL_ENDS, SNAPSHOT = 2020, 2025
SMALLEST_PAIR_USD_BN = 1.0
"""Growth and shares of smaller flows are extreme by chance."""
SMALLEST_TRADER_USD_BN = 10.0
"""Total exports below which one contract can move a partner's share by many points."""


def as_exporters_reported(year: int) -> pd.DataFrame:
    """Exports of all countries in a year: reporter, partner, value_usd_mn (FOB), estimated; a
    CoverageError between the panel and the snapshot.
    """
    if year == SNAPSHOT:
        return load(f"exports_{SNAPSHOT}")
    if not 1960 <= year <= PANEL_ENDS:
        raise CoverageError(
            f"exports of all pairs are not known in {year}",
            allowed="1960 to 2020, and 2025",
            do="choose such a year",
        )
    return load("trade_annual", flow="exports", year=year)


@cache
def exports(year: int, margin_pct: float) -> pd.DataFrame:
    """Exports of every pair in a year with bounds.

    Returns
    -------
    DataFrame indexed by (reporter, partner) with value, low, high (USD billion): the bounds lie
    ``margin_pct`` of the value away where it is an estimate, and on it where it is not.
    """
    rows = as_exporters_reported(year)
    table = rows[rows.reporter != rows.partner].set_index(["reporter", "partner"])
    value, margin = table.value_usd_mn / 1000, table.estimated * margin_pct / 100
    return pd.DataFrame({"value": value, "low": value * (1 - margin), "high": value * (1 + margin)})


@cache
def sizes(year: int, margin_pct: float) -> pd.DataFrame:
    """Trade of pairs that both ends reported, by 'CHN-RUS': value, low, high (USD billion, FOB)."""
    table = exports(year, margin_pct)
    ends = table.index.to_frame(index=False)
    first, second = ends.min(axis=1), ends.max(axis=1)
    grouped = table.groupby((first + "-" + second).to_numpy())
    return grouped.sum()[grouped.size() == 2]


def place_by_size(
    home: str, partner: str, *, year: int, margin_pct: float
) -> tuple[float, RankInterval]:
    """Trade of a pair in USD billion, and its rank among all pairs that both ends reported."""
    return _place(sizes(year, margin_pct), _pair(home, partner), f"trade in {year}")


def place_by_growth(
    home: str, partner: str, *, first: int, last: int, margin_pct: float
) -> tuple[float, RankInterval]:
    """Growth of a pair's trade, percent, and its rank among pairs of a billion dollars or more."""
    before, after = sizes(first, margin_pct), sizes(last, margin_pct)
    both = before.index[before.value >= SMALLEST_PAIR_USD_BN].intersection(after.index)
    before, after = before.loc[both], after.loc[both]
    growth = {
        "value": after.value / before.value,
        "low": after.low / before.high,
        "high": after.high / before.low,
    }
    pct = 100 * (pd.DataFrame(growth) - 1)
    return _place(pct, _pair(home, partner), f"growth in {first}-{last}")


def place_of_turn(
    home: str,
    partner: str,
    *,
    first: int,
    last: int,
    margin_pct: float,
    seen_from: str = "exporter",
) -> tuple[float, RankInterval]:
    """Change of the partner's share in home's exports, or imports, in points, and its rank among
    all directed pairs.

    Home sells as 'exporter' and buys as 'importer'; purchases are what exporters reported, which
    leaves out those that did not.
    """
    changes = share_changes(first, last, margin_pct, seen_from)
    seller, buyer = (home, partner) if seen_from == "exporter" else (partner, home)
    return _place(changes, (iso3(seller), iso3(buyer)), f"shares in {first} and {last}")


@cache
def share_changes(first: int, last: int, margin_pct: float, seen_from: str) -> pd.DataFrame:
    """Change of every partner's share between two years, points, indexed by (reporter, partner):
    value, low, high.

    Only countries with ``SMALLEST_TRADER_USD_BN`` of exports, or of imports, in both years; a pair
    without a row in one of them is left out.
    """
    side = "reporter" if seen_from == "exporter" else "partner"
    shares = []
    for year in (first, last):
        table = exports(year, margin_pct)
        total = table.value.groupby(level=side).transform("sum")
        shares.append(100 * table[total >= SMALLEST_TRADER_USD_BN].div(total, axis=0).dropna())
    before, after = (share.loc[shares[0].index.intersection(shares[1].index)] for share in shares)
    bounds = {
        "value": after.value - before.value,
        "low": after.low - before.high,
        "high": after.high - before.low,
    }
    return pd.DataFrame(bounds)


def margin_of_estimates() -> dict[str, float]:
    """Russia's exports to China in 2025 as the IMF estimates them (FOB) and as China's customs
    counted them (CIF), USD billion, and how much more the count is, percent: the margin around an
    estimate must be at least as wide.
    """
    customs = pair_trade("RUS", "CHN", source="china_customs", first_year=SNAPSHOT)
    counted = float(customs.set_index("year").exports_usd_bn[SNAPSHOT])
    estimate = float(exports(SNAPSHOT, 0.0).value["RUS", "CHN"])
    more_pct = 100 * (counted / estimate - 1)
    return {"estimate": estimate, "counted": counted, "more_pct": more_pct}


def place_or_reason(
    place: Callable[..., tuple[float, RankInterval]], home: str, partner: str, **options: Any
) -> tuple[float, str]:
    """A place by one of the functions above, in words; NaN and the reason where there is none."""
    try:
        value, rank = place(home, partner, **options)
    except CoverageError as missing:
        return float("nan"), str(missing)
    return value, str(rank)


def _pair(home: str, partner: str) -> str:
    return "-".join(sorted((iso3(home), iso3(partner))))


def _place(
    table: pd.DataFrame, target: str | tuple[str, str], what: str
) -> tuple[float, RankInterval]:
    if target not in table.index:
        home, partner = target.split("-") if isinstance(target, str) else target
        raise CoverageError(
            f"{pair(home, partner)} are not among the {len(table):,} pairs compared by {what}",
            do="their trade is too small, or one of them did not report it",
        )
    place = applicable(rank_interval(table.value, target, low=table.low, high=table.high))
    return float(table.value[target]), place
