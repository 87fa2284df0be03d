"""Judges of notebook 07: was the growth extraordinary, and did it go on?"""

from __future__ import annotations

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.measures.growth import cagr, deflate
from analysis.models.base_rates import growth_windows
from analysis.tables import load
from analysis.tables.views import all_pairs, pair_trade, us_deflator

DEPENDENT = "IMF estimate for Russia (leans on China's own figures)"
OUTTURN_MONTHS = 4
"""January to April 2026 is the last announcement in the tables."""


def slower_than(since: float | None, before: float) -> str:
    """Label of 'growth will not go on at that rate': percent a year since, against percent a year
    before.
    """
    if since is None:
        return "too early"
    return "on track" if since < before else "off track"


def judge_slowdown() -> Verdict:
    """C36: trade will not go on growing as fast as in 2021-2024."""
    this = claim("C36")
    first, last = int(this.thresholds["first_year"]), int(this.thresholds["last_year"])
    levels = pair_trade("RUS", "CHN").set_index("year").total_usd_bn.dropna()
    before = 100 * cagr(levels, first=first, last=last)
    since, latest = _since(levels, last)
    variants = [
        Variant(
            name=f"rate of {start}-{last}",
            measured=f"{rate:.1f} % a year before",
            label=slower_than(since, rate),
        )
        for start, rate in (
            (s, 100 * cagr(levels, first=s, last=last)) for s in (2019, 2020, 2022, 2023)
        )
    ]
    early, months = _same_months()
    variants.append(
        Variant(
            name=f"{months} alone, a third of a year",
            measured=f"{early:+.1f} % on the same months of 2025",
            label=slower_than(early, before),
        )
    )
    return Verdict(
        claim=this,
        label=slower_than(since, before),
        value=since,
        unit="percent per year, current USD",
        measured=(
            f"no full year after {last} yet"
            if since is None
            else f"{since:+.1f} % a year from {last} to {latest}"
        )
        + f", against {before:.1f} % a year in {first}-{last}",
        sources=("China customs",),
        caveats=(
            "Slower growth after a surge is what usually happens: see the base rate.",
            f"{months} grew {early:+.1f} % on the same months of 2025.",
        ),
        flip=(
            f"A total for 2026 of {_needed(levels[last], before):.0f} billion or more would make it"
            " off track"
        ),
        variants=tuple(variants),
    )


def _needed(level: float, rate: float) -> float:
    """Level two years on that growth at the earlier rate would have reached."""
    return level * (1 + rate / 100) ** 2


def _since(levels: pd.Series, last: int) -> tuple[float | None, int]:
    latest = int(levels.index.max())
    return (None, last) if latest <= last else (100 * cagr(levels, first=last, last=latest), latest)


def _same_months() -> tuple[float, str]:
    """Growth of January-April 2026 over the same months of 2025, in percent, and the name of the
    months.
    """
    known = load(
        "china_customs_monthly",
        period="year_to_date",
        flow="total",
        month=OUTTURN_MONTHS,
        year=2026,
    )
    return 100 * (known.value_usd_bn.iloc[0] / january_to_april_2025() - 1), "January-April 2026"


def january_to_april_2025() -> float:
    """Trade of January-April 2025 in USD billion, worked out because no announced total is in the
    tables.

    January-June as announced, less June as announced, less May: May 2024 in yuan times announced
    growth in yuan, at the yearly rate of 2025. The last step carries an error of about half a
    percent of one month.
    """
    monthly = load("china_customs_monthly")
    june = monthly[(monthly.year == 2025) & (monthly.month == 6) & (monthly.flow == "total")]
    half = june.set_index("period").value_usd_bn
    may = monthly[(monthly.year == 2024) & (monthly.month == 5) & (monthly.period == "month")]
    growth = load("china_customs_yuan_growth", month=5).set_index("flow").growth_cny_pct
    yuan = (may.set_index("flow").value_cny_bn.reindex(growth.index) * (1 + growth / 100)).sum()
    rate = load("exchange_rates", currency="CNY", year=2025).per_usd.iloc[0]
    return float(half["year_to_date"] - half["month"] - yuan / rate)


def extraordinary(share_above: float, *, top_share: float, caveat_share: float) -> str:
    """Label of 'extraordinary': the share of windows that grew faster, against the two limits."""
    if share_above <= top_share:
        return "holds"
    return "holds with caveats" if share_above <= caveat_share else "does not hold"


def judge_extraordinary() -> Verdict:
    """C37: the growth of 2021-2024 was extraordinary."""
    this = claim("C37")
    years, floor = int(this.thresholds["window_years"]), this.thresholds["floor_usd_mn"]
    limits = {
        "top_share": this.thresholds["top_share"],
        "caveat_share": this.thresholds["caveat_share"],
    }
    levels = _real(pair_trade("RUS", "CHN").set_index("year").total_usd_bn.dropna())
    rate = cagr(levels, first=2021, last=2024)
    panel = all_pairs(constant_dollars=True)
    windows = growth_windows(panel, window=years, horizon=1, min_value=floor)
    share = _share_above(windows, rate)
    own = {
        y: cagr(levels, first=y - years, last=y)
        for y in levels.index
        if y - years in levels.index and y < 2024
    }
    variants = [
        _place(name, _share_above(chosen, rate), limits)
        for name, chosen in (
            (
                "windows that began at 10 billion or more",
                growth_windows(panel, window=years, horizon=1, min_value=10 * floor),
            ),
            ("windows of 1992-2020 only", windows[windows.year >= 1995]),
        )
    ]
    variants.append(
        _place(
            "the pair's own earlier windows", sum(g > rate for g in own.values()) / len(own), limits
        )
    )
    estimate = _real(pair_trade("RUS", "CHN", source="imf_home").set_index("year").total_usd_bn)
    estimated = _share_above(windows, cagr(estimate, first=2021, last=2024))
    variants.append(_place(DEPENDENT, estimated, limits, independent=False))
    cut = windows.past_growth.quantile(1 - limits["top_share"])
    return Verdict(
        claim=this,
        label=extraordinary(share, **limits),
        value=100 * share,
        unit="percent of windows of all pairs that grew faster",
        measured=(
            f"{100 * rate:.1f} % a year in constant dollars; {100 * share:.1f} % of"
            f" {len(windows):,} three-year windows of {windows.pair.nunique():,} pairs grew faster"
        ),
        sources=("China customs for 2021-2024", "IMF world panel for all pairs, 1960-2020"),
        caveats=(
            "The windows of other pairs end in 2020, so none of them saw the prices of 2022.",
        ),
        flip=(
            f"Real growth on the other side of {100 * cut:.1f} % a year, where the highest tenth"
            " begins"
        ),
        variants=tuple(variants),
    )


def _share_above(windows: pd.DataFrame, rate: float) -> float:
    return float((windows.past_growth > rate).mean())


def _place(
    name: str, share: float, limits: dict[str, float], *, independent: bool = True
) -> Variant:
    label = extraordinary(share, **limits)
    return Variant(
        name=name, measured=f"{100 * share:.1f} % grew faster", label=label, independent=independent
    )


def _real(levels: pd.Series) -> pd.Series:
    deflator = us_deflator()
    return deflate(levels.loc[levels.index.isin(deflator.index)], deflator, base_year=2017)


JUDGES = {"C36": judge_slowdown, "C37": judge_extraordinary}
