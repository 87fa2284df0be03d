"""Evidence of notebook 08: each one's weight in the other's trade, beside all pairs and Europe."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
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
ENERGY_YEAR = 2023
"""Last year of China's imported energy by supplier."""
SIZES_IN = 2023
"""Last year with a GDP of Russia, of China and of most other states."""
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


def _traders(year: int, least_usd_bn: float) -> pd.Index:
    """Countries with so much trade in a year, by exporters' reports."""
    flows = as_exporters_reported(year)
    sums = (flows.groupby(side).value_usd_mn.sum() for side in ("reporter", "partner"))
    totals = pd.concat(sums).groupby(level=0).sum()
    return totals.index[totals >= 1000 * least_usd_bn]


@cache
def largest_buyers(year: int) -> pd.DataFrame:
    """Each exporter's largest buyer: buyer (ISO3), share_pct of its exports; indexed by ISO3."""
    flows = as_exporters_reported(year).set_index("reporter")
    flows = flows[flows.index != flows.partner]
    shares = 100 * flows.value_usd_mn / flows.groupby(level=0).value_usd_mn.sum()
    table = flows.assign(share_pct=shares).sort_values("share_pct", kind="stable")
    last = table[~table.index.duplicated(keep="last")]
    return last.rename(columns={"partner": "buyer"})[["buyer", "share_pct"]]


@cache
def largest_partners(year: int, least_trade_usd_bn: float) -> pd.DataFrame:
    """Each country's largest partner and the gap of their weights, points, indexed by ISO3."""
    pairs = dependence_of_pairs(year, least_trade_usd_bn).sort_values("home_share", kind="stable")
    return pairs.groupby("home").last()[["partner", "gap_pct"]]


def market(
    *, least_trade_usd_bn: float, least_total_usd_bn: float = 0, share_from: str = ""
) -> Figures:
    """Figures of C64: China's share in Russia's exports beside every other state's largest buyer,
    and the gap of their weights beside every other state and its largest partner.

    ``least_total_usd_bn`` keeps states with so much trade; ``share_from`` takes the latest share of
    a source whose name begins so, in place of that of the table of all pairs.
    """
    large = _traders(SNAPSHOT, max(least_trade_usd_bn, least_total_usd_bn)).drop("RUS")
    buyers = largest_buyers(SNAPSHOT)
    partners_of = largest_partners(SNAPSHOT, least_trade_usd_bn)
    sold = _sold_to_china(share_from) if share_from else float(buyers.share_pct["RUS"])
    gap = float(partners_of.gap_pct["RUS"])
    others = buyers.share_pct[buyers.index.intersection(large)]
    gaps = partners_of.gap_pct[partners_of.index.intersection(large)]
    return {
        "sold_pct": sold,
        "buyer_larger_pct": float(100 * (others > sold).mean()),
        "sellers": len(others),
        "gap": gap,
        "gap_larger_pct": float(100 * (gaps > gap).mean()),
        "states": len(gaps),
        "year": SNAPSHOT,
    }


def _sold_to_china(source: str) -> float:
    """China's latest share in Russia's exports by a source whose name begins so, percent."""
    sold = china_in_exports()
    return float(sold[sold.source.str.startswith(source)].sort_values("year").share_pct.iloc[-1])


def beside_europe(*, europe_year: int, after_year: int, only: str = "") -> Figures:
    """Figures of C43: the range of China's share in what Russia sold by sources that begin with a
    word, and the Union's share before; and China's share in what Russia bought in the latest year,
    without and with the false rows taken out.
    """
    sold = china_in_exports(after_year=after_year)
    sold = sold[sold.source.str.startswith(only)]
    latest = shares_of("RUS", "CHN", first_year=LATEST, last_year=LATEST).iloc[0]
    return {
        "lowest": float(sold.share_pct.min()),
        "highest": float(sold.share_pct.max()),
        "europe": europe_before(europe_year),
        "first": int(sold.year.min()),
        "last": int(sold.year.max()),
        "shares": len(sold),
        "bought_low": float(latest.imports_pct),
        "bought_high": float(latest.imports_high_pct),
        "bought_in": LATEST,
        "bought_from_europe": europe_before(europe_year, flow="imports"),
    }


def electronics(*, weighed_by: str = "") -> Figures:
    """Figures of C44: importers of electrical goods of which China is the first supplier, or among
    the first three, in number and percent; percent by weight where ``weighed_by`` is a column of
    gdp_population (of 2023; importers without one weigh nothing). Russia's own share and its place.
    """
    table = load("electronics_suppliers").set_index("importer")
    weights = pd.Series(1.0, index=table.index)
    if weighed_by:
        sizes = load("gdp_population", year=SIZES_IN).set_index("country")
        weights = sizes[weighed_by].reindex(table.index).fillna(0)
    rank = table.china_rank.astype(float)
    first, among_three = rank == 1, rank <= 3
    return {
        "first": int(first.sum()),
        "among_three": int(among_three.sum()),
        "first_pct": float(100 * weights[first].sum() / weights.sum()),
        "among_three_pct": float(100 * weights[among_three].sum() / weights.sum()),
        "importers": len(table),
        "year": int(table.year.iloc[0]),
        "russia_pct": float(table.china_share_pct["RUS"]),
        "russia_rank": int(table.china_share_pct.rank(ascending=False, method="min")["RUS"]),
    }


def mutual_need(*, weighed: str = "") -> Figures:
    """Figures of C47: each one's weight for the other in percent, and their ratio.

    ``weighed`` says by what: '' trade in each one's own table; 'as both reported' the exports of
    2025; 'sold' or 'bought' what each sells to, or buys from, the other, of its exports or imports;
    'economy' the pair's trade over each one's GDP, both of 2023.
    """
    china, russia = _weights(weighed)
    return {
        "ratio": china / russia,
        "china_pct": china,
        "russia_pct": russia,
        "energy_pct": share_of_energy(ENERGY_YEAR),
        "energy_year": ENERGY_YEAR,
    }


def _weights(weighed: str) -> tuple[float, float]:
    """China's weight for Russia and Russia's for China, percent; see ``mutual_need``."""
    if weighed == "as both reported":
        table = dependence_of_pairs(SNAPSHOT)
        own = table[(table.home == "RUS") & (table.partner == "CHN")].iloc[0]
        return 100 * float(own.home_share), 100 * float(own.partner_share)
    if weighed in ("sold", "bought"):
        flow = {"sold": "exports_pct", "bought": "imports_pct"}[weighed]
        return _share("RUS", "CHN", LATEST, flow), _share("CHN", "RUS", LATEST, flow)
    if weighed == "economy":
        trade = float(pair_trade("CHN", "RUS").set_index("year").total_usd_bn[SIZES_IN])
        gdp = load("gdp_population", year=SIZES_IN).set_index("country").gdp_usd_mn / 1000
        return 100 * trade / float(gdp["RUS"]), 100 * trade / float(gdp["CHN"])
    return share_in_trade("RUS", "CHN"), share_in_trade("CHN", "RUS")


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
def china_in_electronics() -> pd.Series:
    """China's share in each importer's electrical goods, percent, by ISO3; 0 where it sold none."""
    table = load("electronics_suppliers").set_index("importer")
    return table.china_share_pct.fillna(0)


@where_known
def buyers_in_words(home: str) -> Figures:
    """A country's largest buyer, and how many states sell a larger share to theirs, by exporters'
    reports of 2025.
    """
    buyers = largest_buyers(SNAPSHOT)
    if iso3(home) not in buyers.index:
        raise CoverageError(f"{name(home)} reported no exports in {SNAPSHOT}")
    code = iso3(home)
    own, others = float(buyers.share_pct[code]), buyers.share_pct.drop(code)
    return {
        "home": name(home),
        "buyer": name(str(buyers.buyer[code])),
        "share_pct": own,
        "larger": int((others > own).sum()),
        "others": len(others),
        "year": SNAPSHOT,
    }


@where_known
def energy_from_russia(years: tuple[int, ...]) -> pd.DataFrame:
    """Russia's share in the energy content of China's imported fuels in some years, percent."""
    rows = [(year, share_of_energy(year)) for year in years]
    return pd.DataFrame(rows, columns=["year", "from_russia_pct"])
