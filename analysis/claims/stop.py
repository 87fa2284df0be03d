"""Judges of notebook 01 on the depth of the split: trade at peak and trough, the clash of 1969, the
hostile decades.
"""

from __future__ import annotations

import pandas as pd

from analysis.claims.border import CODED_TO, disputes_of
from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.claims.split import FORCE, WAR, turnover_by_source
from analysis.errors import applicable
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.measures.events import RateComparison, compare_rates
from analysis.tables import load

DEATHS = {1: "1-25", 2: "26-100", 3: "101-250", 4: "251-500", 5: "501-999", 6: "1,000 or more"}
"""Levels of battle deaths in the dispute data."""


def border_war(hostility: int, deaths_level: int, coded_war: bool) -> str:
    """Label of 'a border war': use of force and a war, or use of force with deaths below the usual
    threshold.
    """
    if hostility < FORCE:
        return "does not hold"
    return (
        "holds"
        if coded_war or hostility >= WAR
        else "holds with caveats"
        if deaths_level > 0
        else "does not hold"
    )


def judge_border_war() -> Verdict:
    """C10: they fought a border war in 1969."""
    this = claim("C10")
    clash = disputes_of("CHN", "RUS").query("start_year == 1969").iloc[0]
    years = load("interstate_conflicts", year=1969)
    listed = years[(years.state_a == "CHN") & (years.state_b == "RUS")]
    elsewhere = "; ".join(
        f"{row.source} has a {row.intensity} conflict" for row in listed.itertuples()
    )
    level = int(clash.fatality_level)
    readings = {
        "a threshold of 25 deaths": border_war(int(clash.hostility), level, coded_war=level >= 2),
        "a threshold of 100 deaths": border_war(int(clash.hostility), level, coded_war=level >= 3),
    }
    return Verdict(
        claim=this,
        label=border_war(int(clash.hostility), level, coded_war=bool(clash.war)),
        value=float(clash.hostility),
        unit="level of hostility, 4 is use of force and 5 war",
        measured=(
            f"use of force (level {clash.hostility}) with {DEATHS[level]} battle deaths;"
            f" {'a war' if clash.war else 'no war'} by the threshold of 1,000;"
            f" {elsewhere or 'no other list has it'}"
        ),
        sources=("Correlates of War disputes", "UCDP and Correlates of War lists of wars"),
        caveats=(
            (
                "'War' is a word with a threshold; the essay's 'undeclared border war' does not"
                " name one."
            ),
        ),
        flip="A count of 1,000 battle deaths or more",
        variants=tuple(
            Variant(name=name, measured=f"{DEATHS[level]} deaths", label=label)
            for name, label in readings.items()
        ),
    )


def soviet_share_of_china() -> pd.Series:
    """The Soviet Union in China's trade by year, percent (Correlates of War), where both figures
    exist.
    """
    totals = load("cow_trade_totals", reporter="CHN").groupby("year").value_usd_mn.sum(min_count=2)
    return (100 * turnover_by_source()["Correlates of War"] / totals).dropna()


def vibrant(peak_pct: float, *, high: float, low: float) -> str:
    """Label of 'trade was once lively': the largest share in China's trade, percent."""
    return (
        "holds"
        if peak_pct >= high
        else "holds with caveats"
        if peak_pct >= low
        else "does not hold"
    )


def judge_vibrant() -> Verdict:
    """C12: trade was once lively."""
    this = claim("C12")
    limits = {"high": this.thresholds["high_pct"], "low": this.thresholds["low_pct"]}
    shares = soviet_share_of_china().loc[:1962]
    peak = int(str(shares.idxmax()))
    cited = load("sino_soviet_trade", unit="per cent")
    cited = cited[cited.measure.str.contains("share")]
    return Verdict(
        claim=this,
        label=vibrant(float(shares.max()), **limits),
        value=float(shares.max()),
        unit="percent of China's trade",
        measured=f"the Soviet Union was {shares.max():.0f} % of China's trade in {peak}",
        sources=("Correlates of War", "cited histories"),
        caveats=("Trade among planned economies was priced by agreement.",),
        flip=f"Totals of China that put the peak below {limits['high']:.0f} %",
        variants=tuple(
            Variant(
                name=", ".join((str(row.publisher), str(row.year if row.period == "annual" else row.period))),
                measured=f"{row.value:.0f} %", label=vibrant(float(row.value), **limits),  # type: ignore[arg-type]
            )
            for row in cited.itertuples()
        ),
    )  # fmt: skip


def stopped(fall_pct: float, *, almost: float, half: float) -> str:
    """Label of 'ground to an almost complete stop': fall from peak to trough, percent."""
    return (
        "holds"
        if fall_pct >= almost
        else "holds with caveats"
        if fall_pct >= half
        else "does not hold"
    )


def judge_stop() -> Verdict:
    """C13: trade came almost to a stop after the split."""
    this = claim("C13")
    limits = {"almost": this.thresholds["almost_pct"], "half": this.thresholds["half_pct"]}
    cited = turnover_by_source()["cited"]
    low_years = cited.loc[1959:1972]
    trough = int(str(low_years.idxmin()))
    fall = _fall(cited, trough)
    real = in_constant_dollars(cited / 1000)
    readings = {
        "1968 instead of the trough": _fall(cited, 1968),
        "1972, when it had begun to recover": _fall(cited, 1972),
        "trough in constant dollars": _fall(real, trough),
        "1975 against 1959": _fall(cited, 1975),
    }
    return Verdict(
        claim=this,
        label=stopped(fall, **limits),
        value=fall,
        unit="percent below 1959",
        measured=(
            f"USD {cited[1959]:,.0f} mn in 1959, {cited[trough]:.0f} mn in {trough}: {fall:.0f} %"
            " less"
        ),
        sources=("Chinese trade histories as cited", "CIA as cited, 'about 50 mn'"),
        caveats=(
            (
                "No figure is known for 1960-1967; zeros that a data set gives for 1960-63 are"
                " false and were removed."
            ),
            "The figures are cited from books and were not checked against archives.",
        ),
        flip=f"A figure above USD {cited[1959] / 10:.0f} mn for the lowest year",
        variants=tuple(
            Variant(name=name, measured=f"{value:.0f} % less", label=stopped(value, **limits))
            for name, value in readings.items()
        ),
    )


def _fall(levels: pd.Series, year: int) -> float:
    return float(100 * (1 - levels[year] / levels[1959]))


def at_throats(early: float, late: float, p_value: float, decades: int, *, limit: float) -> str:
    """Label of 'hostile for decades': the earlier rate is higher by the exact test, and disputes in
    two decades.
    """
    if early <= late:
        return "does not hold"
    return "holds" if p_value <= limit and decades >= 2 else "holds with caveats"


def judge_decades() -> Verdict:
    """C15: hostility lasted for decades."""
    this = claim("C15")
    limit = this.thresholds["p_value"]
    years = disputes_of("CHN", "RUS").start_year
    forceful = disputes_of("CHN", "RUS").query("hostility >= @FORCE").start_year
    spans = {"1960-1979 and since": (1960, 1979), "1950-1986 and since": (1950, 1986)}
    readings = {name: _rates(years, first, cut) for name, (first, cut) in spans.items()}
    readings["use of force only"] = _rates(forceful, 1960, 1986)
    found = _rates(years, 1960, 1986)
    decades = _decades(years)
    return Verdict(
        claim=this,
        label=at_throats(found.first.rate, found.second.rate, found.p_value, decades, limit=limit),
        value=found.ratio,
        unit="rate of 1960-1986 over that of 1987-2014",
        measured=(
            f"{found.first.count} disputes in 1960-1986 ({found.first.rate:.2f} a year),"
            f" {found.second.count} in 1987-{CODED_TO} ({found.second.rate:.2f} a year), p ="
            f" {found.p_value:.3f}, in {decades} decades before 1987"
        ),
        interval=(found.ci_low, found.ci_high),
        sources=("Correlates of War disputes",),
        caveats=("Disputes come in bunches, so the exact interval is too narrow.",),
        flip=f"{_allowed(found, limit) + 1} disputes since 1987 instead of {found.second.count}",
        variants=tuple(
            Variant(
                name=name,
                measured=(
                    f"{one.first.rate:.2f} against {one.second.rate:.2f} a year, p ="
                    f" {one.p_value:.3f}"
                ),
                label=at_throats(
                    one.first.rate, one.second.rate, one.p_value, decades, limit=limit
                ),
            )
            for name, one in readings.items()
        ),
    )


def _rates(years: pd.Series, first: int, cut: int) -> RateComparison:
    early, late = int(years.between(first, cut).sum()), int(years.between(cut + 1, CODED_TO).sum())
    return applicable(
        compare_rates((early, cut - first + 1), (late, CODED_TO - cut), alternative="greater")
    )


def _allowed(found: RateComparison, limit: float) -> int:
    """Largest later count, the earlier and both exposures as they are, that still passes the
    test.
    """
    count, first = found.second.count, (found.first.count, found.first.exposure)
    while (
        applicable(
            compare_rates(first, (count + 1, found.second.exposure), alternative="greater")
        ).p_value
        <= limit
    ):
        count += 1
    return count


def _decades(years: pd.Series) -> int:
    """Decades from 1960 to 1986 in which a dispute began."""
    return int((years[years.between(1960, 1986)] // 10).nunique())


JUDGES = {"C10": judge_border_war, "C12": judge_vibrant, "C13": judge_stop, "C15": judge_decades}
