"""Judges of notebook 08: asymmetry, Europe before and China now, Chinese goods elsewhere, coercion,
mutual need.
"""

from __future__ import annotations

from functools import cache
from math import ceil

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.countries import name
from analysis.errors import CoverageError
from analysis.measures.dependence import mutual_dependence
from analysis.tables import load
from analysis.tables.views import pair_trade, partners, shares_of

FLOOR_USD_MN = 1000.0
"""Pairs that trade less than a billion dollars are not compared: shares of tiny economies are
extreme by chance."""
PANEL_ENDS, CROSS_SECTION = 2020, 2025
AFTER = 2023
"""First year after the invasion's."""


@cache
def dependence_of_pairs(year: int) -> pd.DataFrame:
    """Share of each partner in each country's trade, from exports as both ends reported them.

    Parameters
    ----------
    year : int
        1960 to 2020, or 2025.

    Returns
    -------
    DataFrame from ``mutual_dependence`` (one row from each side of a pair, USD million, FOB) with
    gap_pct (home's share less the partner's, points), for pairs with exports reported both ways and
    trade of a billion dollars or more. Do not write into it.
    """
    table = (
        load("exports_2025")
        if year == CROSS_SECTION
        else load("trade_annual", flow="exports", year=year)
    )
    flows = pd.DataFrame(
        {
            "exporter": table.reporter,
            "importer": table.partner,
            "year": year,
            "value": table.value_usd_mn,
        }
    )
    pairs = mutual_dependence(flows[flows.exporter != flows.importer])
    large = pairs[pairs.trade >= FLOOR_USD_MN]
    return large.assign(gap_pct=100 * (large.home_share - large.partner_share)).reset_index(
        drop=True
    )


def place_of_gap(
    home: str, partner: str, *, year: int, gap_pct: float | None = None
) -> tuple[float, float, int]:
    """Where a pair's asymmetry stands among all pairs of a year.

    Parameters
    ----------
    gap_pct : float, optional
        A gap measured elsewhere, in points, to be placed among those of the year; the pair's own
        where absent.

    Returns
    -------
    Gap in points, percent of pairs with a larger one (in size), and number of pairs.

    Raises
    ------
    CoverageError
        If the pair is not among them.
    """
    table = dependence_of_pairs(year)
    own = table[(table.home == home) & (table.partner == partner)]
    if own.empty and gap_pct is None:
        raise CoverageError(
            f"{name(home)} and {name(partner)} did not both report exports in {year}, or traded"
            " less than a billion",
            allowed="pairs with exports reported both ways and trade of a billion dollars or more",
            do="choose another pair or year",
        )
    gap = float(own.gap_pct.iloc[0]) if gap_pct is None else gap_pct
    sizes = table.loc[table.home < table.partner, "gap_pct"].abs()
    return gap, float(100 * (sizes > abs(gap)).mean()), len(sizes)


def no_vassal(larger_pct: float, concessions: int, *, top_pct: float) -> str:
    """Label of 'no vassal': percent of pairs that are more lopsided, and concessions on the
    lists.
    """
    extreme = larger_pct < top_pct
    if not extreme and not concessions:
        return "evidence for"
    return "evidence against" if extreme and concessions else "mixed"


def cases_against(iso3: str) -> dict[str, int]:
    """Cases of Chinese coercion or sanctions against a country on each list; lists that count only
    have no names.
    """
    cases, targets, sanctions = (
        load("coercion_cases"),
        load("china_sanctions_targets"),
        load("sanctions_cases"),
    )
    named = cases[cases.target_iso3 == iso3].groupby("list").size()
    found = {str(source): int(named.get(source, 0)) for source in sorted(cases["list"].unique())}
    found["China Sanctions Monitor 2025"] = int((targets.target_iso3 == iso3).sum())
    against = sanctions[
        sanctions.sender_china & sanctions.target.str.contains(name(iso3), regex=False)
    ]
    found["Global Sanctions Data Base, cases ending 2013-2022"] = len(against)
    return found


def judge_vassal() -> Verdict:
    """C42: Russia is no vassal of China."""
    this = claim("C42")
    top = this.thresholds["top_pct"]
    concessions = sum(cases_against("RUS").values())
    gap, larger, pairs = place_of_gap("RUS", "CHN", year=CROSS_SECTION)
    now = _gap_2024()
    readings = {
        "share of 2024 by Russia's and China's tables, among pairs of 2020": place_of_gap(
            "RUS", "CHN", year=PANEL_ENDS, gap_pct=now
        ),
        "the pair in 2020": place_of_gap("RUS", "CHN", year=PANEL_ENDS),
        "the pair in 2010": place_of_gap("RUS", "CHN", year=2010),
    }
    return Verdict(
        claim=this,
        label=no_vassal(larger, concessions, top_pct=top),
        value=gap,
        unit="points, China's share in Russia's trade less Russia's in China's",
        measured=(
            f"a gap of {gap:.0f} points in {CROSS_SECTION}; {larger:.1f} % of {pairs:,} pairs are"
            f" more lopsided; {concessions} cases of Chinese pressure on Russia on the lists"
        ),
        sources=("IMF exports of all pairs, 2025", "lists of coercion and sanctions"),
        caveats=(
            "Russia's exports are estimates from 2022 on; a missing partner raises China's share.",
            (
                "A list can show a demand made with trade; a concession made without one leaves no"
                " trace."
            ),
        ),
        flip=(
            f"A gap that more than {top:.0f} % of pairs exceed would be evidence for; a listed"
            " case, against"
        ),
        variants=tuple(
            Variant(
                name=words,
                measured=f"{points:.0f} points; {share:.1f} % of {n:,} pairs are more lopsided",
                label=no_vassal(share, concessions, top_pct=top),
            )
            for words, (points, share, n) in readings.items()
        ),
    )


def _gap_2024() -> float:
    """China's share in Russia's trade of 2024 less Russia's in China's, points, each by the
    reporter's own table.
    """
    shares = [
        partners(home, year=2024).set_index("partner").share_pct[other]
        for home, other in (("RUS", "CHN"), ("CHN", "RUS"))
    ]
    return float(shares[0] - shares[1])


def unlike_europe(lowest: float, highest: float, europe: float) -> str:
    """Label of 'no more than on Europe': a range of shares against one share, percent."""
    if highest < europe:
        return "holds"
    return "does not hold" if lowest > europe else "holds with caveats"


def europe_before(year: int, *, flow: str = "exports") -> float:
    """Share of the European Union's 27 members in Russia's exports or imports, percent of the
    published total.
    """
    members = list(load("groups", group="EU27").iso3)
    table = "trade_annual" if year <= PANEL_ENDS else "trade_russia"
    source = "imf_dots" if year <= PANEL_ENDS else "imf_imts_russia"
    rows = load(table, reporter="RUS", flow=flow, year=year)
    total = load(
        "trade_totals", reporter="RUS", flow=flow, year=year, source=source
    ).value_usd_mn.iloc[0]
    return float(100 * rows[rows.partner.isin(members)].value_usd_mn.sum() / total)


def china_in_exports() -> dict[str, float]:
    """China's share in Russia's exports after 2022 by source and year, percent.

    China customs over Russian customs divides a CIF figure by an FOB total, and is a little high
    for it.
    """
    imf = shares_of("RUS", "CHN", first_year=AFTER, last_year=2024).set_index("year").exports_pct
    found = {f"IMF estimate, {year}": float(share) for year, share in imf.items()}
    cited = load("trade_totals_cited", economy="RUS", flow="exports")
    bought = pair_trade("CHN", "RUS").set_index("year").imports_usd_bn.to_dict()
    for row in cited[cited.year >= AFTER].itertuples():
        found[f"China customs over Russian customs total, {row.year}"] = float(
            100 * bought[row.year] / row.value_usd_bn
        )
    oec = load("trade_composition", topic="import_share", year=2023)
    oec = oec[oec.series.str.contains("Russia's exports")]
    return found | {f"{row.publisher}, {row.year}": float(row.value) for row in oec.itertuples()}  # type: ignore[arg-type]


def judge_europe() -> Verdict:
    """C43: Russia depends on China no more than it did on Europe."""
    this = claim("C43")
    shares = china_in_exports()
    low, high = min(shares.values()), max(shares.values())
    year = int(this.thresholds["europe_year"])
    europe = europe_before(year)
    imports = shares_of("RUS", "CHN", first_year=2024, last_year=2024).iloc[0]
    before = europe_before(year, flow="imports")
    readings = {
        "the Union's share of 2013": (low, high, europe_before(2013)),
        "imports instead of exports, 2024": (
            float(imports.imports_pct),
            float(imports.imports_high_pct),
            before,
        ),
        "IMF estimates alone": (
            *_span({k: v for k, v in shares.items() if k.startswith("IMF")}),
            europe,
        ),
    }
    return Verdict(
        claim=this,
        label=unlike_europe(low, high, europe),
        value=high,
        unit="percent of Russia's exports, highest source",
        measured=(
            f"China took {low:.0f}-{high:.0f} % of Russia's exports in {AFTER}-2024 by"
            f" {len(shares)} readings, the Union {europe:.0f} % in {year}"
        ),
        interval=(low, high),
        sources=(
            "IMF, Russia with its partners",
            "China customs and Russian customs totals",
            "OEC as cited",
        ),
        caveats=(
            "The Union is 27 countries that can be played off against one another; China is one.",
            (
                "In imports it is otherwise: China supplied"
                f" {imports.imports_pct:.0f}-{imports.imports_high_pct:.0f} % in 2024, the Union"
                f" {before:.0f} % in {year}."
            ),
        ),
        flip=f"A source that puts China above {europe:.0f} % of Russia's exports",
        variants=tuple(
            Variant(
                name=words,
                measured=f"China {one:.0f}-{other:.0f} %, the Union {union:.0f} %",
                label=unlike_europe(one, other, union),
            )
            for words, (one, other, union) in readings.items()
        ),
    )


def _span(values: dict[str, float]) -> tuple[float, float]:
    return min(values.values()), max(values.values())


@cache
def first_suppliers(year: int) -> pd.Series:
    """Largest supplier of goods of each country: by its own imports to 2020, by exporters' reports
    in 2025.

    Returns
    -------
    Series of ISO3 indexed by importer (ISO3); China itself is left out. Do not write into it.
    """
    if year == CROSS_SECTION:
        rows = load("exports_2025").rename(columns={"reporter": "supplier", "partner": "importer"})
    else:
        rows = load("trade_annual", flow="imports", year=year).rename(
            columns={"partner": "supplier", "reporter": "importer"}
        )
    rows = rows[(rows.importer != "CHN") & (rows.value_usd_mn > 0)]
    return rows.sort_values("value_usd_mn", kind="stable").groupby("importer").supplier.last()


def common_predicament(share: float, *, least: float) -> str:
    """Label of 'much of the world depends on Chinese goods': share of countries with China first,
    fraction.
    """
    return "holds with caveats" if share >= least else "does not hold"


def judge_predicament() -> Verdict:
    """C44: dependence on Chinese electronics is common."""
    this = claim("C44")
    least = this.thresholds["least_share"]
    shares = {
        year: float((first_suppliers(year) == "CHN").mean()) for year in (2025, 2020, 2010, 2000)
    }
    latest = first_suppliers(CROSS_SECTION)
    second = float(_among_first(CROSS_SECTION, places=3))
    return Verdict(
        claim=this,
        label=common_predicament(shares[2025], least=least),
        value=100 * shares[2025],
        unit="percent of countries",
        measured=(
            f"China was the largest supplier of goods to {int((latest == 'CHN').sum())} of"
            f" {len(latest)} countries in 2025 ({100 * shares[2025]:.0f} %), and among the first"
            f" three of {100 * second:.0f} %"
        ),
        sources=("IMF exports of all pairs, 2025",),
        caveats=("All goods stand in for electronics, which no table here has by country.",),
        flip=f"China first for {ceil(least * len(latest))} or more of {len(latest)} countries",
        variants=(
            *(
                Variant(
                    name=str(year),
                    measured=f"{100 * share:.0f} % of countries",
                    label=common_predicament(share, least=least),
                )
                for year, share in shares.items()
                if year != CROSS_SECTION
            ),
            Variant(
                name="among the first three suppliers, 2025",
                measured=f"{100 * second:.0f} % of countries",
                label=common_predicament(second, least=least),
            ),
        ),
    )


def _among_first(year: int, *, places: int) -> float:
    """Share of countries that have China among their largest suppliers of a year (the 2025
    cross-section).
    """
    rows = (
        load("exports_2025")
        if year == CROSS_SECTION
        else load("trade_annual", flow="exports", year=year)
    )
    rows = rows[(rows.partner != "CHN") & (rows.value_usd_mn > 0)]
    rank = rows.groupby("partner").value_usd_mn.rank(ascending=False, method="min")
    return float((rank[rows.reporter == "CHN"] <= places).sum() / rows.partner.nunique())


JUDGES = {"C42": judge_vassal, "C43": judge_europe, "C44": judge_predicament}
