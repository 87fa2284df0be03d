"""Where a pair stands among all pairs: in size, in growth, and in how far one turned to the other.

All from exports as exporters reported them, which every pair has to 2020 and again in 2025. Figures
that the publisher estimated carry a margin, so that a rank becomes an interval. Every table is
indexed by the codes of two states and has value, low and high.
"""

import operator
from collections.abc import Callable
from functools import cache

import pandas as pd

from analysis.evidence.states import pair
from analysis.measures.rank import rank_interval
from analysis.tables import load
from analysis.tables.views import pair_trade

PANEL_ENDS, SNAPSHOT = 2020, 2025
SMALLEST_PAIR_USD_BN = 1.0
"""Growth and shares of smaller flows are extreme by chance."""
SMALLEST_TRADER_USD_BN = 10.0
"""Total exports below which one contract can move a partner's share by many points."""


@cache
def exports(year: int, margin_pct: float) -> pd.DataFrame:
    """Exports of every pair by (reporter, partner), USD bn FOB; bounds of estimates are apart."""
    latest = year == SNAPSHOT
    rows = load("exports_2025") if latest else load("trade_annual", flow="exports", year=year)
    table = rows[rows.reporter != rows.partner].set_index(["reporter", "partner"])
    value, margin = table.value_usd_mn / 1000, table.estimated * margin_pct / 100
    return pd.DataFrame({"value": value, "low": value * (1 - margin), "high": value * (1 + margin)})


@cache
def sizes(year: int, margin_pct: float) -> pd.DataFrame:
    """Trade of pairs that both ends reported, USD billion (FOB), the codes in their order."""
    table = exports(year, margin_pct)
    ends = table.index.to_frame(index=False)
    pairs = table.groupby([ends.min(axis=1).to_numpy(), ends.max(axis=1).to_numpy()])
    return pairs.sum()[pairs.size() == 2]


def growth(first: int, last: int, margin_pct: float) -> pd.DataFrame:
    """Growth of pairs that began with a billion dollars or more, percent, the codes in order."""
    before = sizes(first, margin_pct)
    large = before[before.value >= SMALLEST_PAIR_USD_BN]
    return 100 * (_changes(large, sizes(last, margin_pct), operator.truediv) - 1)


@cache
def turns(first: int, last: int, margin_pct: float, side: str) -> pd.DataFrame:
    """Change of shares in exports (side 'reporter') or imports ('partner', as exporters reported
    them), points by (reporter, partner), of countries above ``SMALLEST_TRADER_USD_BN``.
    """
    shares = []
    for year in (first, last):
        table = exports(year, margin_pct)
        total = table.value.groupby(level=side).transform("sum")
        shares.append(100 * table[total >= SMALLEST_TRADER_USD_BN].div(total, axis=0).dropna())
    return _changes(shares[0], shares[1], operator.sub)


def _changes(before: pd.DataFrame, after: pd.DataFrame, way: Callable) -> pd.DataFrame:
    """Ratios or differences of pairs that are in both tables, within their widest bounds."""
    both = before.index.intersection(after.index)
    turned = before.loc[both].rename(columns={"low": "high", "high": "low"})
    return way(after.loc[both], turned)


def place(table: pd.DataFrame, target: tuple[str, ...], what: str) -> tuple[float, str]:
    """A pair's value in a table and its rank in words; NaN and the reason where it has none."""
    if target not in table.index:
        absent = f"{pair(*target)} are not among the {len(table):,} pairs compared by {what}"
        why = "their trade is too small, or one of them did not report it."
        return float("nan"), f"{absent}; {why}"
    rank = rank_interval(table.value, target, low=table.low, high=table.high)
    return float(table.value[target]), str(rank)


def margin_of_estimates() -> dict[str, float]:
    """Russia's exports to China in 2025 as the IMF estimates them (FOB) and China's customs counted
    them (CIF), USD billion, and by how much they differ, percent: a margin must be as wide.
    """
    counted = float(pair_trade("RUS", "CHN").set_index("year").exports_usd_bn[SNAPSHOT])
    estimate = float(exports(SNAPSHOT, 0.0).value["RUS", "CHN"])
    return {"estimate": estimate, "counted": counted, "more_pct": 100 * (counted / estimate - 1)}
