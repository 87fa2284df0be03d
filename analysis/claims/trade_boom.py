"""Judges of notebook 04: the size of trade, its growth, and each country's place in the other's
trade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.claims.ledger import claim
from analysis.claims.verdicts import Variant, Verdict
from analysis.measures.growth import at_years, cagr, convert_currency, deflate, yearly_growth
from analysis.tables import load
from analysis.tables.views import pair_trade, partners, us_deflator

DEPENDENT = "IMF estimate for Russia (leans on China's own figures)"


def _total(**options: object) -> pd.Series:
    frame = pair_trade("RUS", "CHN", **options)  # type: ignore[arg-type]
    return frame.set_index("year").total_usd_bn.dropna()


def percent_from(value: float, stated: float) -> float:
    """Distance in percent of the stated value, rounded so that a value on a threshold counts as
    within it.
    """
    return round(100 * abs(value - stated) / stated, 9)


def stated_level(value: float, *, stated: float, exact_pct: float, about_pct: float) -> str:
    """Label of a stated level: how far the measured value lies from it, in percent of the stated
    value.
    """
    distance = percent_from(value, stated)
    if distance <= exact_pct:
        return "holds"
    return "holds with caveats" if distance <= about_pct else "does not hold"


def judge_level_2024() -> Verdict:
    """C27: trade was 245 billion dollars in 2024."""
    this = claim("C27")
    stated, exact, about = (this.thresholds[k] for k in ("stated_usd_bn", "exact_pct", "about_pct"))
    levels = {
        "China customs, annual table by partner": (
            load("trade_china_2024", partner="RUS").value_usd_mn.sum() / 1000
        ),
        DEPENDENT: at_years(_total(source="imf_home"), [2024]).iloc[0],
    }
    value = float(at_years(_total(), [2024]).iloc[0])
    variants = tuple(
        Variant(
            name=name,
            measured=f"USD {level:.1f} bn",
            label=stated_level(level, stated=stated, exact_pct=exact, about_pct=about),
            independent=False,
        )
        for name, level in levels.items()
    )
    return Verdict(
        claim=this,
        label=stated_level(value, stated=stated, exact_pct=exact, about_pct=about),
        value=value,
        unit="current USD billion",
        measured=(
            f"USD {value:.2f} bn in 2024, {100 * (value / stated - 1):+.2f} % from {stated:.0f}"
        ),
        sources=("China customs, announced January 2025",),
        caveats=(
            "Only one independent source: Russia stopped publishing trade by partner in 2022.",
        ),
        flip=(
            f"A revised customs total more than {exact} % away from {stated:.0f}, that is below "
            f"{stated * (1 - exact / 100):.1f} or above {stated * (1 + exact / 100):.1f}"
        ),
        variants=variants,
    )


def about_by_all(
    values: Mapping[str, float], *, stated: float, about_pct: float, first: str
) -> str:
    """Label of 'about X': every independent source within the margin, or at least the first one."""
    near = {name: percent_from(value, stated) <= about_pct for name, value in values.items()}
    if all(near.values()):
        return "holds"
    return "holds with caveats" if near[first] else "does not hold"


def judge_level_2021() -> Verdict:
    """C28: trade was about 147 billion dollars at the invasion."""
    this = claim("C28")
    stated, about = this.thresholds["stated_usd_bn"], this.thresholds["about_pct"]
    values = {
        "China customs": float(at_years(_total(), [2021]).iloc[0]),
        "Russia as reported to the IMF": float(at_years(_total(source="imf_home"), [2021]).iloc[0]),
    }
    neighbour = float(at_years(_total(), [2022]).iloc[0])
    rule = {"stated": stated, "about_pct": about, "first": "China customs"}
    alone = tuple(
        Variant(
            name=name,
            measured=f"USD {value:.1f} bn",
            label=about_by_all({"China customs": value}, **rule),
        )  # type: ignore[arg-type]
        for name, value in {**values, "China customs, calendar 2022 instead": neighbour}.items()
    )
    value = values["China customs"]
    return Verdict(
        claim=this,
        label=about_by_all(values, **rule),  # type: ignore[arg-type]
        value=value,
        unit="current USD billion",
        measured="; ".join(f"{name} USD {level:.1f} bn" for name, level in values.items())
        + " in 2021",
        sources=tuple(values),
        caveats=("147 is calendar 2021, the last full year before February 2022.",),
        flip=(
            f"A figure of either source below {stated * (1 - about / 100):.1f} or above "
            f"{stated * (1 + about / 100):.1f} billion for 2021"
        ),
        variants=alone,
    )


def fast_growth(yearly_pct: Sequence[float], compound_pct: float, *, fast_pct: float) -> str:
    """Label of 'leaps and bounds': every year at the threshold, or at least the compound rate."""
    if all(rate >= fast_pct for rate in yearly_pct):
        return "holds"
    return "holds with caveats" if compound_pct >= fast_pct else "does not hold"


def judge_growth() -> Verdict:
    """C29: trade grew by leaps and bounds since the invasion."""
    this = claim("C29")
    fast, first, last = (
        this.thresholds["fast_pct"],
        int(this.thresholds["first_year"]),
        int(this.thresholds["last_year"]),
    )
    dollars = _total()
    label, value, yearly = _grown(dollars, first, last, fast)
    variants = [
        _variant(name, series, first, last, fast, independent)
        for name, series, independent in (
            ("in yuan", in_yuan(dollars), True),
            ("in constant dollars", in_constant_dollars(dollars), True),
            (DEPENDENT, _total(source="imf_home"), False),
        )
    ]
    variants += [
        _variant(f"threshold {other} %", dollars, first, last, other, independent=True)
        for other in (5, 15, 20)
    ]
    variants.append(
        _variant("2021-2025, after the essay", dollars, first, 2025, fast, independent=True)
    )
    return Verdict(
        claim=this,
        label=label,
        value=value,
        unit="percent per year, compound, current USD",
        measured=f"{yearly}; {value:.1f} % a year compound",
        sources=("China customs",),
        caveats=("Most of the rise came in 2022 and 2023.",),
        flip=(
            f"Growth of {fast:.0f} % or more in 2024 would make it hold; a total below"
            f" {dollars[first] * (1 + fast / 100) ** (last - first):.0f} billion in {last} would"
            " make it fail"
        ),
        variants=tuple(variants),
    )


def _grown(levels: pd.Series, first: int, last: int, fast: float) -> tuple[str, float, str]:
    rates = 100 * yearly_growth(at_years(levels, range(first, last + 1)))
    compound = 100 * cagr(levels, first=first, last=last)
    listed = ", ".join(f"{year} {rate:+.1f} %" for year, rate in rates.items())
    return fast_growth(list(rates), compound, fast_pct=fast), compound, listed


def _variant(
    name: str, levels: pd.Series, first: int, last: int, fast: float, independent: bool
) -> Variant:
    label, compound, _ = _grown(levels, first, last, fast)
    return Variant(
        name=name, measured=f"{compound:.1f} % a year", label=label, independent=independent
    )


def in_yuan(dollars: pd.Series) -> pd.Series:
    """Dollars by year in yuan at yearly average rates; years without a rate are left out."""
    rate = load("exchange_rates", currency="CNY").set_index("year").per_usd
    covered = dollars.loc[dollars.index.isin(rate.index)]
    return convert_currency(covered, rate, rates_are="target_per_source", target="cny")


def in_constant_dollars(dollars: pd.Series) -> pd.Series:
    """Current dollars by year in dollars of 2017; years without a US GDP deflator are left out."""
    deflator = us_deflator()
    return deflate(dollars.loc[dollars.index.isin(deflator.index)], deflator, base_year=2017)


def strong_ties(
    rank_for_home: int, rank_for_partner: int, *, home_limit: float, partner_limit: float
) -> str:
    """Label of 'strong ties': both ranks within their limits, or one of them."""
    within = (rank_for_home <= home_limit) + (rank_for_partner <= partner_limit)
    return ("does not hold", "holds with caveats", "holds")[within]


def judge_ties() -> Verdict:
    """C06: trade ties between the two are strong."""
    this = claim("C06")
    limits = {
        "home_limit": this.thresholds["rank_for_home"],
        "partner_limit": this.thresholds["rank_for_partner"],
    }
    ranks = {
        year: (_rank("RUS", "CHN", year), _rank("CHN", "RUS", year))
        for year in (2024, 2020, 2010, 2000)
    }
    china, russia = ranks[2024]
    variants = tuple(
        Variant(
            name=f"{year}, IMF, each as reported",
            measured=f"China {for_home}. for Russia, Russia {for_partner}. for China",
            label=strong_ties(for_home, for_partner, **limits),
        )
        for year, (for_home, for_partner) in ranks.items()
        if year != 2024
    )
    for_home, for_partner = _rank_by_exports("RUS", "CHN"), _rank_by_exports("CHN", "RUS")
    variants += (
        Variant(
            name="2025, both sides' exports, Russia's estimated",
            measured=f"China {for_home}. for Russia, Russia {for_partner}. for China",
            label=strong_ties(for_home, for_partner, **limits),
            independent=False,
        ),
    )
    return Verdict(
        claim=this,
        label=strong_ties(china, russia, **limits),
        value=float(china),
        unit="rank among Russia's partners, goods trade both ways",
        measured=(
            f"in 2024 China was number {china} for Russia and Russia number {russia} for China"
        ),
        sources=("IMF estimates for Russia's partners", "China customs for China's partners"),
        caveats=("Russia's partners in 2024 are IMF estimates; Kazakhstan is missing among them.",),
        flip=(
            "A partner of Russia above China in 2024, or Russia below number"
            f" {limits['partner_limit']:.0f} for China"
        ),
        variants=variants,
    )


def _rank_by_exports(country: str, partner: str) -> int:
    """Rank in 2025, when only exports are known: what the two sent each other."""
    sent = load("exports_2025", reporter=country).set_index("partner").value_usd_mn
    received = load("exports_2025", partner=country).set_index("reporter").value_usd_mn
    both = sent.add(received, fill_value=0)
    return int(both.rank(ascending=False, method="min")[partner])


def _rank(country: str, partner: str, year: int) -> int:
    table = partners(country, year=year)
    return int(table.loc[table.partner == partner, "rank"].iloc[0])


JUDGES = {"C06": judge_ties, "C27": judge_level_2024, "C28": judge_level_2021, "C29": judge_growth}
