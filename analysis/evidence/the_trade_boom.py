"""Evidence of notebook 04: the size of trade, its growth, and what each country is to the other."""

from contextlib import suppress
from functools import cache
from typing import NamedTuple

import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import (
    both_named,
    by_partner,
    european_union,
    require_russia_and_china,
)
from analysis.measures.decomposition import contributions
from analysis.measures.growth import (
    at_years,
    cagr,
    convert_currency,
    deflate,
    indexed_levels,
    yearly_growth,
)
from analysis.tables import load, views
from analysis.tables.views import pair_trade, shares_of

PUBLISHERS = {
    "china_customs": "China customs",
    "imf_home": "the IMF, as the first reports",
    "imf_partner": "the IMF, as the second reports",
}


@cache
def trade_by_year(source: str = "auto") -> pd.Series:
    """Trade of Russia and China both ways, USD billion by year; years without a total are out."""
    return pair_trade("RUS", "CHN", source=source).set_index("year").total_usd_bn.dropna()


def in_yuan(dollars: pd.Series) -> pd.Series:
    """Dollars by year in yuan at yearly average rates; years without a rate are left out."""
    rate = load("exchange_rates", currency="CNY").set_index("year").per_usd
    covered = dollars[dollars.index.isin(rate.index)]
    return convert_currency(covered, target_per_source=rate, target="cny")


def in_constant_dollars(dollars: pd.Series) -> pd.Series:
    """Current dollars by year in dollars of 2017; years without a US GDP deflator are left out."""
    deflator = views.us_deflator()
    return deflate(dollars[dollars.index.isin(deflator.index)], deflator, base_year=2017)


IN_UNITS = {
    "dollars": lambda dollars: dollars,
    "yuan": in_yuan,
    "constant dollars": in_constant_dollars,
}


def percent_from(value: float, stated: float) -> float:
    """Distance in percent of the stated value; rounded, so that one on a threshold is within it."""
    return round(100 * abs(value - stated) / stated, 9)


def _ends(stated: float, margin_pct: float) -> Figures:
    margin = stated * margin_pct / 100
    return {"lowest": stated - margin, "highest": stated + margin}


def revised(first: int, last: int) -> float:
    """Trade of some months, from 202103 to 202202 say, as China revised them, USD billion."""
    months = load("china_reported_monthly")
    span = (100 * months.year + months.month).between(first, last)
    return float(months.value_usd_mn[span].sum()) / 1000


def level_of_2024(*, stated_usd_bn: float, exact_pct: float) -> Figures:
    """Figures of C27: trade of 2024, how far it lies from what the essay says, and other counts."""
    level = float(trade_by_year()[2024])
    by_partner = load("trade_china_2024", partner="RUS").value_usd_mn.sum()
    counts = {
        "China customs, annual table by partner": by_partner / 1000,
        "China customs, months as revised since": revised(202401, 202412),
        "IMF estimate for Russia (leans on China's own figures)": trade_by_year("imf_home")[2024],
    }
    return {
        "level": level,
        "off_pct": percent_from(level, stated_usd_bn),
        "from_stated_pct": 100 * (level / stated_usd_bn - 1),
        **_ends(stated_usd_bn, exact_pct),
        "readings": {
            by: {"level": count, "off_pct": percent_from(count, stated_usd_bn), "leaning": True}
            for by, count in counts.items()
        },
    }


def level_of_2021(*, stated_usd_bn: float, about_pct: float, to_invasion: bool = False) -> Figures:
    """Figures of C28: trade of 2021 by two sources, or of the year to the invasion by one."""
    china, russia = trade_by_year()[2021], trade_by_year("imf_home")[2021]
    if to_invasion:
        china = russia = revised(202103, 202202)

    def by_two(customs: float, other: float) -> Figures:
        off = {"customs_off_pct": customs, "russia_off_pct": other}
        return {"level": customs, **{k: percent_from(v, stated_usd_bn) for k, v in off.items()}}

    months = revised(202101, 202112)
    readings = {
        "Russia as reported to the IMF": by_two(russia, russia),
        "China customs, months as revised since": {**by_two(months, months), "leaning": True},
    }
    ends = _ends(stated_usd_bn, about_pct)
    return {**by_two(china, russia), "russia_level": russia, **ends, "readings": readings}


def growth_since(
    *, first_year: int, last_year: int, fast_pct: float, unit: str = "dollars", source: str = "auto"
) -> Figures:
    """Figures of C29: growth of trade by year and compound, percent, in one of ``IN_UNITS``."""
    dollars = trade_by_year(source)
    levels = IN_UNITS[unit](dollars)
    rates = 100 * yearly_growth(at_years(levels, range(first_year, last_year + 1)))
    return {
        "rates": rates.tolist(),
        "yearly": [f"{year} {rate:+.1f} %" for year, rate in rates.items()],
        "compound": 100 * cagr(levels, first=first_year, last=last_year),
        "least": dollars[first_year] * (1 + fast_pct / 100) ** (last_year - first_year),
    }


def ties(*, year: int, by_exports: bool = False, union_as_one: bool = False) -> Figures:
    """Figures of C06, by trade both ways, or by exports; the Union's members apart or as one."""
    ranks = []
    for country, partner in (("RUS", "CHN"), ("CHN", "RUS")):
        if by_exports:
            sent = load(f"exports_{year}", reporter=country).set_index("partner").value_usd_mn
            received = load(f"exports_{year}", partner=country).set_index("reporter").value_usd_mn
            both = sent.add(received, fill_value=0)
        else:
            both = by_partner(country, year).total_usd_bn
        if union_as_one:
            both = both.rename(dict.fromkeys(european_union(), "EU")).groupby(level=0).sum()
        ranks.append(int(both.rank(ascending=False, method="min")[partner]))
    return {"for_home": ranks[0], "for_partner": ranks[1]}


pair_by_year = where_known(pair_trade)
compared = where_known(views.years_to_compare)


@where_known
def covered(trade: pd.DataFrame, home: str, partner: str) -> Figures:
    """What the data have of a pair: names, source, first and last year, and all sources."""
    return {
        **both_named(home, partner),
        "source": PUBLISHERS[trade.attrs["source"]],
        **trade.year.agg(first="min", last="max"),
        "years": len(trade),
        "sources": views.coverage(home, partner),
    }


def totals(trade: pd.DataFrame) -> pd.Series:
    """Trade both ways of ``pair_trade`` by year, USD billion; years without any are left out."""
    return trade.set_index("year").total_usd_bn.loc[lambda usd: usd > 0]


@where_known
def growth_by_year(trade: pd.DataFrame, years: tuple[int, int]) -> Figures:
    """Growth from year to year and compound between two years, percent, and the last level."""
    total, (first, last) = totals(trade), years
    rates = 100 * yearly_growth(total, gaps="omit").loc[first + 1 :]
    return {
        "yearly": rates.rename("growth_pct").rename_axis("year").reset_index(),
        "compound": 100 * cagr(total, first=first, last=last),
        "level": float(total[last]),
        "first": first,
        "last": last,
    }


@where_known
def in_three_units(trade: pd.DataFrame, years: tuple[int, int]) -> Figures:
    """The same trade by unit that has both years: an index, 100 in the first, and its changes."""
    units = {unit: change(totals(trade)) for unit, change in IN_UNITS.items()}
    recent = {
        unit: indexed_levels(levels.loc[years[0] - 5 :], base_year=years[0])
        for unit, levels in units.items()
        if set(years) <= set(levels.index)
    }
    rows = [(unit, index[years[1]] - 100) for unit, index in recent.items()]
    return {"recent": recent, "changes": pd.DataFrame(rows, columns=["unit", "change_pct"])}


@where_known
def flows_of_growth(trade: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """What exports and imports contributed, from the last year up to the first that has both."""
    both = trade.set_index("year")[["exports_usd_bn", "imports_usd_bn"]].dropna()
    start = max((year for year in both.index if year <= years[0]), default=both.index.min())
    end = min(years[1], both.index.max())
    parts = applicable(contributions(both, first=start, last=end))
    flows = parts.assign(flow=parts.index.str.removesuffix("_usd_bn"), first=start, last=end)
    return flows[["flow", "first", "last", *parts]]


@where_known
def essay_table(publisher: str, home: str, partner: str) -> pd.DataFrame:
    """One of the essay's lost tables, rebuilt, by publisher: 'customs' or 'imf'; USD billion."""
    require_russia_and_china(home, partner, "the essay's tables are those of Russia and China")
    table = load(f"essay_table_{publisher}").drop(columns=["published_by", "url"], errors="ignore")
    whose = {"russia_": "Russia's ", "china_": "China's "}
    return table.set_axis(table.columns.to_series().replace(whose, regex=True), axis=1)


@where_known
def share_by_customs(home: str, partner: str) -> pd.DataFrame:
    """China's exports (FOB) over Russia's imports (CIF) as both customs give them, percent."""
    why = "totals of customs are cited for Russia only, and a partner's figure is China's"
    require_russia_and_china(home, partner, why, ordered=True)
    bought = load("trade_totals_cited", economy="RUS", flow="imports").set_index("year")
    sold = pair_trade("CHN", "RUS").set_index("year").exports_usd_bn
    share = 100 * sold.reindex(bought.index) / bought.value_usd_bn
    return share.rename("share_pct").reset_index()


class Shares(NamedTuple):
    """Each one's share in the other's trade by year (``shares_of``), and what customs add to it."""

    of_home: pd.DataFrame
    of_partner: pd.DataFrame
    by_customs: pd.DataFrame | None


@where_known
def shares_of_both(home: str, partner: str, *, first_year: int, last_year: int) -> Shares:
    """The partner's share in home's trade, and home's in the partner's, by year."""
    span = {"first_year": first_year, "last_year": last_year}
    tables = shares_of(home, partner, **span), shares_of(partner, home, **span)
    lacking = [
        f"{name(one)} in no year reported both its exports to {name(other)} and its imports"
        " from it, with its totals"
        for table, one, other in zip(tables, (home, partner), (partner, home), strict=True)
        if table.dropna().empty
    ]
    if lacking:
        raise CoverageError(f"from {first_year} to {last_year} {' and '.join(lacking)}")
    by_customs = share_by_customs(home, partner)
    return Shares(*tables, None if isinstance(by_customs, NotApplicable) else by_customs)


@where_known
def latest_shares(shares: Shares, home: str, partner: str) -> pd.DataFrame:
    """The last four years of ``shares_of_both`` under one another, with whose share it is."""
    here, there = name(home), name(partner)
    tables = {f"{there} in {here}'s": shares.of_home, f"{here} in {there}'s": shares.of_partner}
    last = {whose: table.tail(4) for whose, table in tables.items()}
    return pd.concat(last, names=["trade"]).reset_index("trade")


@where_known
def as_each_reports(home: str, partner: str, years: tuple[int, int]) -> pd.DataFrame:
    """The pair's trade as each of the two reports it to the IMF, USD billion, in some years."""
    table = pd.DataFrame(index=pd.Index(sorted({2000, 2010, 2020, *years}), name="year"))
    for reporter, source in ((home, "imf_home"), (partner, "imf_partner")):
        table[f"as {name(reporter)} reports"] = float("nan")
        with suppress(CoverageError):
            trade = pair_trade(home, partner, source=source).set_index("year")
            table[f"as {name(reporter)} reports"] = trade.total_usd_bn
    return table.reset_index()
