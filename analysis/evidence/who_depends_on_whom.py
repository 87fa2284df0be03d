"""Evidence of notebook 08: each one's weight in the other's trade, beside all pairs and Europe."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import Any

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence.coercion import cases_against
from analysis.evidence.the_trade_boom import share_by_customs
from analysis.evidence.traded_energy import share_of_energy
from analysis.evidence.unusual import PANEL_ENDS, SMALLEST_PAIR_USD_BN, SNAPSHOT
from analysis.measures.dependence import herfindahl, mutual_dependence
from analysis.tables import load
from analysis.tables.views import pair_trade, partners, shares_of

Figures = Mapping[str, Any]
INVASION = 2022
"""What Russia sold to China 'after' is measured in the years after this one."""
LATEST = 2024
"""Last year with a table of Russia's and of China's partners."""


@cache
def dependence_of_pairs(
    year: int, least_trade_usd_bn: float = SMALLEST_PAIR_USD_BN
) -> pd.DataFrame:
    """Share of each partner in each country's trade, from exports as both ends reported them.

    Parameters
    ----------
    year : int
        1960 to 2020, or 2025.
    least_trade_usd_bn : float
        Pairs that trade less are left out: shares of tiny economies are extreme by chance.

    Returns
    -------
    DataFrame from ``mutual_dependence`` (one row from each side of a pair, USD million, FOB) with
    gap_pct (home's share less the partner's, points), for pairs with exports reported both ways.
    Do not write into it.
    """
    table = _exports(year)
    flows = table.rename(
        columns={"reporter": "exporter", "partner": "importer", "value_usd_mn": "value"}
    )[["exporter", "importer", "value"]].assign(year=year)
    pairs = mutual_dependence(flows[flows.exporter != flows.importer])
    large = pairs[pairs.trade >= 1000 * least_trade_usd_bn]
    return large.assign(gap_pct=100 * (large.home_share - large.partner_share)).reset_index(
        drop=True
    )


def _exports(year: int) -> pd.DataFrame:
    if year == SNAPSHOT:
        return load(f"exports_{SNAPSHOT}")
    return load("trade_annual", flow="exports", year=year)


def place_of_gap(
    home: str,
    partner: str,
    *,
    year: int,
    gap_pct: float | None = None,
    least_trade_usd_bn: float = SMALLEST_PAIR_USD_BN,
) -> Figures:
    """Where a pair's asymmetry stands among all pairs of a year.

    Parameters
    ----------
    gap_pct : float, optional
        A gap measured elsewhere, in points, to be placed among those of the year; the pair's own
        where absent.

    Returns
    -------
    gap (points), larger_pct (percent of pairs with a larger one in size), pairs (their number).

    Raises
    ------
    CoverageError
        If the pair is not among them.
    """
    table = dependence_of_pairs(year, least_trade_usd_bn)
    own = table[(table.home == home) & (table.partner == partner)]
    if own.empty and gap_pct is None:
        raise CoverageError(
            f"{name(home)} and {name(partner)} did not both report exports in {year}, or traded"
            f" less than {least_trade_usd_bn:g} billion dollars",
            do="choose another pair or year",
        )
    gap = float(own.gap_pct.iloc[0]) if gap_pct is None else gap_pct
    sizes = table.loc[table.home < table.partner, "gap_pct"].abs()
    larger = float(100 * (sizes > abs(gap)).mean())
    return {"gap": gap, "larger_pct": larger, "pairs": len(sizes)}


def share_in_trade(home: str, partner: str) -> float:
    """A partner's share in a country's trade of the latest year, by its own table, percent."""
    return float(partners(home, year=LATEST).set_index("partner").share_pct[partner])


def europe_before(year: int, *, flow: str = "exports") -> float:
    """Share of the European Union's 27 members in Russia's exports or imports, percent of the
    published total.
    """
    members = list(load("groups", group="EU27").iso3)
    table, source = (
        ("trade_annual", "imf_dots") if year <= PANEL_ENDS else ("trade_russia", "imf_imts_russia")
    )
    rows = load(table, reporter="RUS", flow=flow, year=year)
    total = load("trade_totals", reporter="RUS", flow=flow, year=year, source=source).value_usd_mn
    return float(100 * rows[rows.partner.isin(members)].value_usd_mn.sum() / total.iloc[0])


def china_in_exports(*, after_year: int = INVASION) -> pd.DataFrame:
    """China's share in Russia's exports in the years after one, by source.

    China customs over Russian customs divides a CIF figure by an FOB total, and is a little high
    for it.

    Returns
    -------
    DataFrame with source, year, share_pct.
    """
    imf = shares_of("RUS", "CHN", first_year=after_year + 1, last_year=LATEST)
    bought = pair_trade("CHN", "RUS").set_index("year").imports_usd_bn
    cited = load("trade_totals_cited", economy="RUS", flow="exports").set_index("year").value_usd_bn
    oec = load("trade_composition", topic="import_share")
    oec = oec[oec.series.str.contains("Russia's exports")]
    by_source = {
        "IMF estimate": imf.set_index("year").exports_pct,
        "China customs over Russian customs total": 100 * bought.reindex(cited.index) / cited,
        **{publisher: rows.set_index("year").value for publisher, rows in oec.groupby("publisher")},
    }
    table = pd.concat(by_source, names=["source"]).rename("share_pct").reset_index()
    return table[table.year > after_year].reset_index(drop=True)


@cache
def first_suppliers(year: int) -> pd.Series:
    """Largest supplier of goods of each country: by its own imports to 2020, by exporters' reports
    in 2025.

    Returns
    -------
    Series of ISO3 indexed by importer (ISO3); China itself is left out. Do not write into it.
    """
    supplier, importer = "partner", "reporter"
    if year == SNAPSHOT:
        supplier, importer = importer, supplier
        rows = _exports(year)
    else:
        rows = load("trade_annual", flow="imports", year=year)
    rows = rows[(rows[importer] != "CHN") & (rows.value_usd_mn > 0)]
    return rows.sort_values("value_usd_mn", kind="stable").groupby(importer)[supplier].last()


# What the claims rest on


def asymmetry(
    *, least_trade_usd_bn: float, year: int = SNAPSHOT, gap_of_latest: bool = False
) -> Figures:
    """Figures of C42: the gap between the two weights, its place among all pairs, and concessions.

    Parameters
    ----------
    gap_of_latest : bool
        The gap of 2024 by Russia's and China's own tables, placed among the pairs of ``year``.
    """
    gap = share_in_trade("RUS", "CHN") - share_in_trade("CHN", "RUS") if gap_of_latest else None
    return {
        **place_of_gap("RUS", "CHN", year=year, gap_pct=gap, least_trade_usd_bn=least_trade_usd_bn),
        "year": year,
        "concessions": sum(cases_against("RUS").values()),
    }


def beside_europe(
    *, europe_year: int, after_year: int, imports: bool = False, only: str = ""
) -> Figures:
    """Figures of C43: the range of China's share in what Russia sold, and the Union's share before.

    Parameters
    ----------
    imports : bool
        What Russia bought in the latest year instead, without and with the false rows taken out.
    only : str
        First word of the sources to go by.
    """
    sold = china_in_exports(after_year=after_year)
    sold = sold[sold.source.str.startswith(only)]
    latest = shares_of("RUS", "CHN", first_year=LATEST, last_year=LATEST).iloc[0]
    bought = float(latest.imports_pct), float(latest.imports_high_pct)
    lowest, highest = bought if imports else (sold.share_pct.min(), sold.share_pct.max())
    return {
        "lowest": lowest,
        "highest": highest,
        "europe": europe_before(europe_year, flow="imports" if imports else "exports"),
        "first": int(sold.year.min()),
        "last": int(sold.year.max()),
        "shares": len(sold),
        "bought_low": bought[0],
        "bought_high": bought[1],
        "bought_in": LATEST,
        "bought_from_europe": europe_before(europe_year, flow="imports"),
    }


def supplied_by_china(*, least_share: float, year: int = SNAPSHOT, places: int = 1) -> Figures:
    """Figures of C44: countries of which China is the largest supplier of goods.

    Parameters
    ----------
    places : int
        Count China among so many largest suppliers, in 2025.
    """
    first = first_suppliers(year) == "CHN"
    return {
        "share_pct": 100 * float(first.mean()) if places == 1 else _among_largest(places),
        "supplied": int(first.sum()),
        "countries": len(first),
        "year": year,
        "among_three_pct": lambda: _among_largest(3),
        "enough": ceil(least_share * len(first)),
    }


def _among_largest(places: int) -> float:
    """Percent of countries that have China among their largest suppliers, by exporters' reports in
    2025.
    """
    rows = _exports(SNAPSHOT)
    rows = rows[(rows.partner != "CHN") & (rows.value_usd_mn > 0)]
    rank = rows.groupby("partner").value_usd_mn.rank(ascending=False, method="min")
    return float(100 * (rank[rows.reporter == "CHN"] <= places).sum() / rows.partner.nunique())


def mutual_need(
    *,
    energy_year: int = 2023,
    sold_in: int = 2023,
    imports_of: int = 0,
    highest_reading: bool = False,
    by_purchases: bool = False,
) -> Figures:
    """Figures of C47: ratio of the two weights in trade, and of what is sold to energy's weight.

    Parameters
    ----------
    energy_year : int
        Year of Russia's share in China's imported energy.
    sold_in : int
        Year of China's share in Russia's exports that is set against it.
    imports_of : int
        A year whose imports of each from the other stand for trade.
    highest_reading : bool
        The highest source of China's share in Russia's exports instead.
    by_purchases : bool
        China's share in Russia's imports instead.
    """
    china, russia = share_in_trade("RUS", "CHN"), share_in_trade("CHN", "RUS")
    flow = "imports_pct" if by_purchases else "exports_pct"
    sold, energy = _share("RUS", "CHN", sold_in, flow), share_of_energy(energy_year)
    if highest_reading:
        sold = float(china_in_exports().share_pct.max())
    in_trade = china / russia
    if imports_of:
        both = (("RUS", "CHN"), ("CHN", "RUS"))
        ours, theirs = (_share(*pair, imports_of, "imports_pct") for pair in both)
        in_trade = ours / theirs
    return {
        "in_trade": in_trade,
        "in_energy": sold / energy,
        "china_pct": china,
        "russia_pct": russia,
        "energy_pct": energy,
        "sold_pct": sold,
    }


def _share(country: str, partner: str, year: int, flow: str) -> float:
    return float(shares_of(country, partner, first_year=year, last_year=year)[flow].iloc[0])


# What the notebook shows


@where_known
def readings_of_exports() -> pd.DataFrame:
    """China's share in Russia's exports by source and year, see ``china_in_exports``."""
    return china_in_exports().rename(columns={"share_pct": "china_in_exports_pct"})


@where_known
def readings_of_imports() -> pd.DataFrame:
    """China's share in Russia's imports by source and year, and without false rows, percent."""
    imf = shares_of("RUS", "CHN", first_year=INVASION + 1, last_year=LATEST)
    imf = imf.rename(columns={"imports_high_pct": "without_false_rows_pct"})
    customs = applicable(share_by_customs("RUS", "CHN"))
    customs = customs.rename(columns={"share_pct": "imports_pct"})
    by_source = {
        "IMF estimate": imf,
        "China customs over Russian customs total": customs[customs.year > INVASION],
    }
    table = pd.concat(by_source, names=["source"]).reset_index("source")
    table = table.rename(columns={"imports_pct": "china_in_imports_pct"}).reset_index(drop=True)
    return table[["source", "year", "china_in_imports_pct", "without_false_rows_pct"]]


@where_known
def europe_in_trade(years: tuple[int, ...]) -> pd.DataFrame:
    """The Union's share in Russia's exports and imports in some years, percent."""
    rows = [(year, europe_before(year), europe_before(year, flow="imports")) for year in years]
    return pd.DataFrame(rows, columns=["year", "union_in_exports_pct", "union_in_imports_pct"])


@where_known
def concentration(home: str, years: tuple[int, ...]) -> pd.DataFrame:
    """How concentrated a country's trade is over partners; years without a table are left out.

    Returns
    -------
    DataFrame with year, herfindahl (0 to 1), equal_partners (trade is as concentrated as with so
    many of the same size).
    """
    rows = []
    for year in years:
        try:
            index = applicable(herfindahl(partners(home, year=year).total_usd_bn))
        except CoverageError:
            continue
        rows.append((year, index, round(1 / index)))
    if not rows:
        raise CoverageError(f"no table has {name(home)} with all its partners in one of {years}")
    return pd.DataFrame(rows, columns=["year", "herfindahl", "equal_partners"])


@where_known
def gap_among_pairs(home: str, partner: str, *, year: int = SNAPSHOT) -> Figures:
    """Where a pair's gap stands, see ``place_of_gap``, and the sizes of all gaps of that year."""
    home, partner = iso3(home), iso3(partner)
    place, table = place_of_gap(home, partner, year=year), dependence_of_pairs(year)
    sizes = table.loc[table.home < table.partner, "gap_pct"].abs()
    return {**place, "home": name(home), "partner": name(partner), "sizes": sizes, "year": year}


@where_known
def places_of_gap(home: str, partner: str, *, panel_year: int) -> pd.DataFrame:
    """The place of a pair's gap in 2025 and in another year, and with a gap a tenth off.

    Returns
    -------
    DataFrame with year, gap_points, more_lopsided_pct, rank, pairs.
    """
    pair = iso3(home), iso3(partner)
    latest = place_of_gap(*pair, year=SNAPSHOT)
    places = {str(SNAPSHOT): latest, str(panel_year): place_of_gap(*pair, year=panel_year)}
    for words, factor in (("smaller", 0.9), ("larger", 1.1)):
        moved = place_of_gap(*pair, year=SNAPSHOT, gap_pct=factor * latest["gap"])
        places[f"{SNAPSHOT}, gap a tenth {words}"] = moved
    rows = [
        (when, at["gap"], at["larger_pct"], round(at["larger_pct"] * at["pairs"] / 100) + 1)
        for when, at in places.items()
    ]
    table = pd.DataFrame(rows, columns=["year", "gap_points", "more_lopsided_pct", "rank"])
    return table.assign(pairs=[at["pairs"] for at in places.values()])


@where_known
def first_supplier_by_year() -> pd.Series:
    """Percent of countries whose largest supplier is China: every fifth year of the panel, 2025."""
    years = (*range(1995, PANEL_ENDS + 1, 5), SNAPSHOT)
    shares = {year: 100 * float((first_suppliers(year) == "CHN").mean()) for year in years}
    return pd.Series(shares, name="share_pct")


@where_known
def energy_from_russia(years: tuple[int, ...]) -> pd.DataFrame:
    """Russia's share in the energy content of China's imported fuels in some years, percent."""
    rows = [(year, share_of_energy(year)) for year in years]
    return pd.DataFrame(rows, columns=["year", "from_russia_pct"])
