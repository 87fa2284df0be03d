"""Evidence of notebook 08: each one's weight in the other's trade, beside all pairs and Europe."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from math import ceil

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.coercion import cases_against
from analysis.evidence.states import european_union, pair
from analysis.evidence.the_trade_boom import share_by_customs
from analysis.evidence.traded_energy import share_of_energy
from analysis.evidence.unusual import (
    PANEL_ENDS,
    SMALLEST_PAIR_USD_BN,
    SNAPSHOT,
    as_exporters_reported,
)
from analysis.measures.dependence import herfindahl, mutual_dependence
from analysis.tables import load
from analysis.tables.views import pair_trade, partners, shares_of

INVASION = 2022
"""What Russia sold to China 'after' is measured in the years after this one."""
CUSTOMS = "China customs over Russian customs total"
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
    """
    named = {"reporter": "exporter", "partner": "importer", "value_usd_mn": "value"}
    flows = as_exporters_reported(year).rename(columns=named)[[*named.values()]].assign(year=year)
    pairs = mutual_dependence(flows[flows.exporter != flows.importer])
    large = pairs[pairs.trade >= 1000 * least_trade_usd_bn].reset_index(drop=True)
    return large.assign(gap_pct=100 * (large.home_share - large.partner_share))


def _sizes_of_gaps(table: pd.DataFrame) -> pd.Series:
    """The gap of each pair of ``dependence_of_pairs`` once, without its sign, points."""
    return table.loc[table.home < table.partner, "gap_pct"].abs()


def place_of_gap(
    home: str,
    partner: str,
    *,
    year: int,
    gap_pct: float | None = None,
    least_trade_usd_bn: float = SMALLEST_PAIR_USD_BN,
) -> Figures:
    """Where a pair's asymmetry, or a gap measured elsewhere (points), stands among all pairs of a
    year: gap (points), larger_pct (percent of pairs with a larger one in size), pairs (their
    number). A CoverageError where the pair is not among them.
    """
    table = dependence_of_pairs(year, least_trade_usd_bn)
    own = table[(table.home == home) & (table.partner == partner)]
    if own.empty and gap_pct is None:
        raise CoverageError(
            f"{pair(home, partner)} did not both report exports in {year}, or traded less than"
            f" {least_trade_usd_bn:g} billion dollars",
            do="choose another pair or year",
        )
    gap, sizes = float(own.gap_pct.iloc[0]) if gap_pct is None else gap_pct, _sizes_of_gaps(table)
    larger = float(100 * (sizes > abs(gap)).mean())
    return {"gap": gap, "larger_pct": larger, "pairs": len(sizes)}


@cache
def share_in_trade(home: str, partner: str) -> float:
    """A partner's share in a country's trade of the latest year, by its own table, percent."""
    return float(partners(home, year=LATEST).set_index("partner").share_pct[partner])


@cache
def europe_before(year: int, *, flow: str = "exports") -> float:
    """Share of the Union's 27 in Russia's exports or imports, percent of the published total."""
    late = year > PANEL_ENDS
    table, source = ("trade_russia", "imf_imts_russia") if late else ("trade_annual", "imf_dots")
    where = {"reporter": "RUS", "flow": flow, "year": year}
    rows, total = load(table, **where), load("trade_totals", **where, source=source)
    bought = rows[rows.partner.isin(european_union())].value_usd_mn.sum()
    return float(100 * bought / total.value_usd_mn.iloc[0])


@cache
def china_in_exports(*, after_year: int = INVASION) -> pd.DataFrame:
    """China's share in Russia's exports in the years after one: source, year, share_pct.

    China customs over Russian customs divides a CIF figure by an FOB total, and is a little high
    for it.
    """
    imf = shares_of("RUS", "CHN", first_year=after_year + 1, last_year=LATEST)
    bought = pair_trade("CHN", "RUS").set_index("year").imports_usd_bn
    cited = load("trade_totals_cited", economy="RUS", flow="exports").set_index("year").value_usd_bn
    oec = load("trade_composition", topic="import_share")
    oec = oec[oec.series.str.contains("Russia's exports")]
    by_source = {
        "IMF estimate": imf.set_index("year").exports_pct,
        CUSTOMS: 100 * bought.reindex(cited.index) / cited,
        **{publisher: rows.set_index("year").value for publisher, rows in oec.groupby("publisher")},
    }
    table = pd.concat(by_source, names=["source"]).rename("share_pct").reset_index()
    return table[table.year > after_year].reset_index(drop=True)


@cache
def first_suppliers(year: int) -> pd.Series:
    """Largest supplier of goods of each country but China, both ISO3: by its own imports to 2020,
    by exporters' reports in 2025.
    """
    supplier, importer = ("reporter", "partner") if year == SNAPSHOT else ("partner", "reporter")
    imports = {"flow": "imports", "year": year}
    rows = as_exporters_reported(year) if year == SNAPSHOT else load("trade_annual", **imports)
    rows = rows[(rows[importer] != "CHN") & (rows.value_usd_mn > 0)]
    return rows.sort_values("value_usd_mn", kind="stable").groupby(importer)[supplier].last()


def asymmetry(
    *, least_trade_usd_bn: float, year: int = SNAPSHOT, gap_of_latest: bool = False
) -> Figures:
    """Figures of C42: the gap between the two weights, or that of 2024 by Russia's and China's own
    tables, its place among all pairs of ``year``, and concessions.
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
    """Figures of C43: the range of China's share in what Russia sold by sources that begin with a
    word, and the Union's share before; or in what Russia bought in the latest year, without and
    with the false rows taken out.
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
    """Figures of C44: countries of which China is the largest supplier, or (2025) among several."""
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
    """Percent of countries with China among their largest suppliers, by exporters in 2025."""
    rows = as_exporters_reported(SNAPSHOT)
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
    energy_year, sold_in : int
        Years of Russia's share in China's imported energy, and of China's share in Russia's exports
        that is set against it.
    imports_of : int
        A year whose imports of each from the other stand for trade.
    highest_reading, by_purchases : bool
        By the highest source of China's share in Russia's exports; by its share in Russia's
        imports.
    """
    china, russia = share_in_trade("RUS", "CHN"), share_in_trade("CHN", "RUS")
    flow = "imports_pct" if by_purchases else "exports_pct"
    sold, energy = _share("RUS", "CHN", sold_in, flow), share_of_energy(energy_year)
    if highest_reading:
        sold = float(china_in_exports().share_pct.max())
    ours, theirs = china, russia
    if imports_of:
        ours = _share("RUS", "CHN", imports_of, "imports_pct")
        theirs = _share("CHN", "RUS", imports_of, "imports_pct")
    return {
        "in_trade": ours / theirs,
        "in_energy": sold / energy,
        "china_pct": china,
        "russia_pct": russia,
        "energy_pct": energy,
        "sold_pct": sold,
    }


@cache
def _share(country: str, partner: str, year: int, flow: str) -> float:
    return float(shares_of(country, partner, first_year=year, last_year=year)[flow].iloc[0])


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
    customs = customs[customs.year > INVASION]
    by_source = [imf.assign(source="IMF estimate"), customs.assign(source=CUSTOMS)]
    table = pd.concat(by_source, ignore_index=True)
    table = table.rename(columns={"imports_pct": "china_in_imports_pct"})
    return table[["source", "year", "china_in_imports_pct", "without_false_rows_pct"]]


@where_known
def europe_in_trade(years: tuple[int, ...]) -> pd.DataFrame:
    """The Union's share in Russia's exports and imports in some years, percent."""
    rows = [(year, europe_before(year), europe_before(year, flow="imports")) for year in years]
    return pd.DataFrame(rows, columns=["year", "union_in_exports_pct", "union_in_imports_pct"])


@where_known
def concentration(home: str, years: tuple[int, ...]) -> pd.DataFrame:
    """How concentrated a country's trade is over partners: year, herfindahl (0 to 1),
    equal_partners (as with so many of the same size); years without a table are left out.
    """
    rows = []
    for year in years:
        with suppress(CoverageError):
            index = applicable(herfindahl(partners(home, year=year).total_usd_bn))
            rows.append((year, index, round(1 / index)))
    if not rows:
        raise CoverageError(f"no table has {name(home)} with all its partners in one of {years}")
    return pd.DataFrame(rows, columns=["year", "herfindahl", "equal_partners"])


@where_known
def gap_among_pairs(home: str, partner: str) -> Figures:
    """Where a pair's gap of 2025 stands, see ``place_of_gap``, and the sizes of all gaps."""
    place = place_of_gap(iso3(home), iso3(partner), year=SNAPSHOT)
    sizes = _sizes_of_gaps(dependence_of_pairs(SNAPSHOT))
    whose = {"home": name(home), "partner": name(partner), "year": SNAPSHOT}
    return {**place, **whose, "sizes": sizes}


@where_known
def places_of_gap(home: str, partner: str, *, panel_year: int) -> pd.DataFrame:
    """The place of a pair's gap in 2025 and in another year, and with a gap a tenth off."""
    two = iso3(home), iso3(partner)
    latest = place_of_gap(*two, year=SNAPSHOT)
    places = {str(SNAPSHOT): latest, str(panel_year): place_of_gap(*two, year=panel_year)}
    for words, factor in (("smaller", 0.9), ("larger", 1.1)):
        moved = place_of_gap(*two, year=SNAPSHOT, gap_pct=factor * latest["gap"])
        places[f"{SNAPSHOT}, gap a tenth {words}"] = moved
    table = pd.DataFrame.from_dict(places, orient="index").rename_axis("year")
    rank = (table.larger_pct * table.pairs / 100).round().astype(int) + 1
    table = table.rename(columns={"gap": "gap_points", "larger_pct": "more_lopsided_pct"})
    table.insert(2, "rank", rank)
    return table.reset_index()


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
