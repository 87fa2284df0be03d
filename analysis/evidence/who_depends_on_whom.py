"""Evidence of notebook 08: each one's weight in the other's trade, beside all pairs and Europe."""

from contextlib import suppress
from functools import cache

import numpy as np
import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import both_named, by_partner, european_union, pair
from analysis.evidence.the_trade_boom import share_by_customs
from analysis.evidence.traded_energy import share_of_energy
from analysis.evidence.unusual import PANEL_ENDS, SMALLEST_PAIR_USD_BN, SNAPSHOT, exports
from analysis.measures.dependence import herfindahl, mutual_dependence
from analysis.tables import load
from analysis.tables.views import pair_trade, partners, shares_of

INVASION = 2022
"""What Russia sold to China 'after' is measured in the years after this one."""
CUSTOMS = "China customs over Russian customs total"
ENERGY_YEAR, SIZES_IN, LATEST = 2023, 2023, 2024
"""Last years of imported energy by supplier, of the GDP of most states, and of partners."""


@cache
def dependence_of_pairs(year: int, least_usd_bn: float = SMALLEST_PAIR_USD_BN) -> pd.DataFrame:
    """``mutual_dependence`` of all pairs that traded so much, by exports that both ends reported
    (USD billion, FOB), with gap_pct (points): shares of tiny economies are extreme by chance.
    """
    flows = exports(year, 0.0).value.rename_axis(["exporter", "importer"]).reset_index()
    pairs = mutual_dependence(flows.assign(year=year))
    large = pairs[pairs.trade >= least_usd_bn].reset_index(drop=True)
    return large.assign(gap_pct=100 * (large.home_share - large.partner_share))


def _own(home: str, partner: str, year: int) -> pd.Series:
    """The row of one pair of ``dependence_of_pairs``, or a CoverageError."""
    table = dependence_of_pairs(year)
    own = table[(table.home == home) & (table.partner == partner)]
    if own.empty:
        raise CoverageError(
            f"{pair(home, partner)} did not both report exports in {year}, or traded less than"
            f" {SMALLEST_PAIR_USD_BN:g} billion dollars",
            do="choose another pair or year",
        )
    return own.iloc[0]


def place_of_gap(home: str, partner: str, *, year: int, times: float = 1) -> Figures:
    """A pair's asymmetry, or a multiple, among all: gap (points), larger_pct, pairs, sizes."""
    gap, table = times * _own(home, partner, year).gap_pct, dependence_of_pairs(year)
    sizes = table.gap_pct[table.home < table.partner].abs()
    larger = 100 * (sizes > abs(gap)).mean()
    return {"gap": gap, "larger_pct": larger, "pairs": len(sizes), "sizes": sizes}


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
    """China's share in Russia's exports in the years after one: source, year, china_in_exports_pct.
    China customs over Russian customs divides a CIF figure by an FOB total, and is a little high.
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
    table = pd.concat(by_source, names=["source"]).rename("china_in_exports_pct").reset_index()
    return table[table.year > after_year].reset_index(drop=True)


@cache
def largest_buyers(year: int) -> pd.DataFrame:
    """Each exporter's largest buyer: buyer (ISO3), share_pct of its exports; indexed by ISO3."""
    sold = exports(year, 0.0).value
    shares = 100 * sold / sold.groupby(level="reporter").transform("sum")
    table = shares.rename("share_pct").rename_axis(["reporter", "buyer"]).reset_index("buyer")
    return table.sort_values("share_pct", kind="stable").groupby(level=0).tail(1)


def market(
    *, least_trade_usd_bn: float, least_total_usd_bn: float = 0, share_from: str = ""
) -> Figures:
    """Figures of C64: China's share in Russia's exports, of all pairs or by a source, beside other
    states' largest buyers, and the gap of weights beside those of others and their largest partner.
    """
    flows, buyers = load("exports_2025"), largest_buyers(SNAPSHOT).share_pct
    sold, bought = (flows.groupby(end).value_usd_mn.sum() for end in ("reporter", "partner"))
    totals = sold.add(bought, fill_value=0)
    least = max(least_trade_usd_bn, least_total_usd_bn)
    large = totals.index[totals >= 1000 * least].drop("RUS")
    pairs = dependence_of_pairs(SNAPSHOT, least_trade_usd_bn)
    gaps = pairs.sort_values("home_share", kind="stable").groupby("home").gap_pct.last()
    share, gap = buyers["RUS"], gaps["RUS"]
    if share_from:
        known = china_in_exports().sort_values("year")
        known = known[known.source.str.startswith(share_from)]
        share = known.china_in_exports_pct.iloc[-1]
    buyers, gaps = (table[table.index.intersection(large)] for table in (buyers, gaps))
    return {
        "sold_pct": share,
        "buyer_larger_pct": 100 * (buyers > share).mean(),
        "sellers": len(buyers),
        "gap": gap,
        "gap_larger_pct": 100 * (gaps > gap).mean(),
        "states": len(gaps),
        "year": SNAPSHOT,
    }


def beside_europe(*, europe_year: int, after_year: int, only: str = "") -> Figures:
    """Figures of C43: China's and the Union's shares in Russia's trade, percent, by source."""
    sold = china_in_exports(after_year=after_year)
    sold = sold[sold.source.str.startswith(only)]
    shares = sold.china_in_exports_pct
    latest = shares_of("RUS", "CHN", first_year=LATEST, last_year=LATEST).iloc[0]
    return {
        **shares.agg(lowest="min", highest="max"),
        "europe": europe_before(europe_year),
        **sold.year.agg(first="min", last="max"),
        "shares": len(sold),
        "bought_low": latest.imports_pct,
        "bought_high": latest.imports_high_pct,
        "bought_in": LATEST,
        "bought_from_europe": europe_before(europe_year, flow="imports"),
    }


def electronics(*, among_first: int, weighed_by: str = "") -> Figures:
    """Figures of C44: importers of electrical goods of which China is the first supplier, or among
    the first; a column of gdp_population may weigh them, those without a figure at nothing.
    """
    table = load("electronics_suppliers").set_index("importer")
    weights = None
    if weighed_by:
        sizes = load("gdp_population", year=SIZES_IN).set_index("country")
        weights = sizes[weighed_by].reindex(table.index).fillna(0).astype(float)
    rank, share = table.china_rank.astype(float), table.china_share_pct
    return {
        "first": int((rank == 1).sum()),
        "among": int((rank <= among_first).sum()),
        "first_pct": 100 * np.average(rank == 1, weights=weights),
        "among_pct": 100 * np.average(rank <= among_first, weights=weights),
        "importers": len(table),
        "year": int(table.year.iloc[0]),
        "russia_pct": share["RUS"],
        "russia_rank": int(share.rank(ascending=False, method="min")["RUS"]),
    }


def mutual_need(*, weighed: str = "") -> Figures:
    """Figures of C47: weights and their ratio by trade in each one's own table, 'as both reported',
    by what each 'sold' or 'bought' of its exports or imports, or by trade over the 'economy'.
    """
    china, russia = _weight("CHN", "RUS", weighed), _weight("RUS", "CHN", weighed)
    return {
        "ratio": china / russia,
        "china_pct": china,
        "russia_pct": russia,
        "energy_pct": share_of_energy(ENERGY_YEAR),
        "energy_year": ENERGY_YEAR,
    }


def _weight(partner: str, country: str, weighed: str) -> float:
    """A partner's weight for a country, percent; see ``mutual_need``."""
    if weighed == "as both reported":
        return 100 * _own(country, partner, SNAPSHOT).home_share
    if weighed == "economy":
        trade = pair_trade("CHN", "RUS").set_index("year").total_usd_bn[SIZES_IN]
        sizes = load("gdp_population", year=SIZES_IN).set_index("country")
        return 100 * trade / (sizes.gdp_usd_mn[country] / 1000)
    if weighed in ("sold", "bought"):
        flow = {"sold": "exports_pct", "bought": "imports_pct"}[weighed]
        return shares_of(country, partner, first_year=LATEST, last_year=LATEST)[flow].iloc[0]
    return by_partner(country, LATEST).share_pct[partner]


def readings_of_imports() -> pd.DataFrame:
    """China's share in Russia's imports by source and year, and without false rows, percent."""
    imf = shares_of("RUS", "CHN", first_year=INVASION + 1, last_year=LATEST)
    customs = applicable(share_by_customs("RUS", "CHN")).query("year > @INVASION")
    customs = customs.rename(columns={"share_pct": "imports_pct"}).assign(source=CUSTOMS)
    table = pd.concat([imf.assign(source="IMF estimate"), customs], ignore_index=True)
    names = ["china_in_imports_pct", "without_false_rows_pct"]
    table[names] = table[["imports_pct", "imports_high_pct"]]
    return table[["source", "year", *names]]


def europe_in_trade(years: tuple[int, ...]) -> pd.DataFrame:
    """The Union's share in Russia's exports and imports in some years, percent."""
    rows = [(year, europe_before(year), europe_before(year, flow="imports")) for year in years]
    return pd.DataFrame(rows, columns=["year", "union_in_exports_pct", "union_in_imports_pct"])


@where_known
def concentration(home: str, years: tuple[int, ...]) -> pd.DataFrame:
    """Concentration over partners (0 to 1) by year that has a table, and as how many equal ones."""
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
    """Where a pair's gap of 2025 stands, see ``place_of_gap``."""
    place = place_of_gap(iso3(home), iso3(partner), year=SNAPSHOT)
    return {**place, **both_named(home, partner), "year": SNAPSHOT}


@where_known
def places_of_gap(home: str, partner: str, *, panel_year: int) -> pd.DataFrame:
    """The place of a pair's gap in 2025 and in another year, and with a gap a tenth off."""
    asked = {
        str(SNAPSHOT): (SNAPSHOT, 1.0),
        str(panel_year): (panel_year, 1.0),
        f"{SNAPSHOT}, gap a tenth smaller": (SNAPSHOT, 0.9),
        f"{SNAPSHOT}, gap a tenth larger": (SNAPSHOT, 1.1),
    }
    rows = []
    for words, (year, times) in asked.items():
        place = place_of_gap(iso3(home), iso3(partner), year=year, times=times).values()
        gap, larger, pairs, _ = place
        rows.append((words, gap, larger, round(larger * pairs / 100) + 1, pairs))
    columns = ["year", "gap_points", "more_lopsided_pct", "rank", "pairs"]
    return pd.DataFrame(rows, columns=columns)


def china_in_electronics() -> pd.Series:
    """China's share in each importer's electrical goods, percent, by ISO3; 0 where it sold none."""
    return load("electronics_suppliers").set_index("importer").china_share_pct.fillna(0)


@where_known
def buyers_in_words(home: str) -> Figures:
    """A country's largest buyer in 2025, and how many states sell a larger share to theirs."""
    buyers, code = largest_buyers(SNAPSHOT), iso3(home)
    if code not in buyers.index:
        raise CoverageError(f"{name(home)} reported no exports in {SNAPSHOT}")
    buyer, share = buyers.loc[code]
    return {
        "home": name(home),
        "buyer": name(str(buyer)),
        "share_pct": share,
        "larger": int((buyers.share_pct.drop(code) > share).sum()),
        "others": len(buyers) - 1,
        "year": SNAPSHOT,
    }


def energy_from_russia(years: tuple[int, ...]) -> pd.DataFrame:
    """Russia's share in the energy content of China's imported fuels in some years, percent."""
    rows = [(year, share_of_energy(year)) for year in years]
    return pd.DataFrame(rows, columns=["year", "from_russia_pct"])
