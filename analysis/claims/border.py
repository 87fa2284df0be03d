"""Judges of notebook 02: a settled border, and armed forces that meet further afield."""

from __future__ import annotations

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import ESSAY, claim
from analysis.errors import NotApplicable, applicable
from analysis.measures.events import RateComparison, compare_rates
from analysis.tables import load

CODED_TO = 2014
"""Disputes are coded to this year."""
DAYS_IN_YEAR = 365.25
COUNTS_OF_OTHERS = (
    "Bilateral or multilateral exercises 2003 to July 2013",
    "Joint exercises recorded since 2003",
)
"""Two counts of exercises that can be set against one another: to July 2013, and in all to November
2025."""
CUTS = range(1992, 2001)
"""Last year of the time before, from just after the first agreement to some years after those of
1996 and 1997."""
SPANS_OF_OTHERS = (10.58, 12.33)
"""Years from January 2003 to July 2013, and from then to November 2025."""
PART_SINCE_INVASION, SPANS_OF_ONE = 1 / 3, (19.08, 3.83)
"""What the second count says was recorded 'since Feb 2022', and years before and since then, to
November 2025."""


def disputes_of(home: str, partner: str) -> pd.DataFrame:
    """Militarised disputes of two states begun 1946-2014, in the order of their beginning; codes as
    in the table.
    """
    first, second = sorted((home, partner))
    return load("disputes", state_a=first, state_b=second).sort_values(
        ["start_year", "dispute"], kind="stable"
    )


def settled(territorial_since: int, *, complete: bool) -> str:
    """Label of 'the border is settled': no territorial dispute since, and a whole list of
    agreements.
    """
    if territorial_since:
        return "does not hold"
    return "holds" if complete else "holds with caveats"


def judge_settled() -> Verdict:
    """C17: the border is settled and marked."""
    this = claim("C17")
    since = int(this.thresholds["agreement_year"])
    dated = load("border_steps").year.dropna()
    complete = bool(dated.between(since + 1, CODED_TO).any() and dated.between(2001, 2008).any())
    disputes = disputes_of("CHN", "RUS")
    counts = {
        "territorial, since talks resumed in 1987": _begun(disputes[disputes.territorial], 1987),
        "of any kind, since the agreement": _begun(disputes, since + 1),
        "of any kind, since 2005": _begun(disputes, 2005),
    }
    found = _begun(disputes[disputes.territorial], since + 1)
    last = int(disputes[disputes.territorial].start_year.max())
    return Verdict(
        claim=this,
        label=settled(found, complete=complete),
        value=float(found),
        unit="disputes over territory begun since the agreement",
        measured=(
            f"{found} disputes over territory coded in {since + 1}-{CODED_TO}, the last began in"
            f" {last}"
        ),
        sources=("Correlates of War disputes to 2014", "cited border agreements"),
        caveats=(
            "The list of agreements here is cited one by one and lacks those of 2004 and 2008.",
            f"Disputes are coded to {CODED_TO} only.",
        ),
        flip="A territorial dispute between the two coded after the agreement",
        variants=tuple(
            Variant(
                name=name, measured=f"{count} disputes", label=settled(count, complete=complete)
            )
            for name, count in counts.items()
        ),
    )


def _begun(disputes: pd.DataFrame, first: int) -> int:
    return int((disputes.start_year >= first).sum())


def grows(later_rate: float, earlier_rate: float, p_value: float, *, limit: float) -> str:
    """Label of 'growing': the exact test, or at least the point estimate."""
    if later_rate <= earlier_rate:
        return "does not hold"
    return "holds" if p_value <= limit else "holds with caveats"


def halves(days: pd.Series, *, first: str, last: str) -> RateComparison | NotApplicable:
    """Events in the second half of a span against the first, rates per year, exact test that the
    second is higher.

    Parameters
    ----------
    days : Series of str
        'YYYY-MM-DD' of each event; those outside the span are left out.
    first, last : str
        First and last day of the span.
    """
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    middle = begin + (end - begin) / 2
    happened = pd.to_datetime(days)
    years = (end - begin).days / DAYS_IN_YEAR / 2
    earlier, later = (
        happened.between(begin, middle).sum(),
        happened.between(middle, end, inclusive="right").sum(),
    )
    return compare_rates((int(later), years), (int(earlier), years), alternative="greater")


def judge_exercises() -> Verdict:
    """C21: joint exercises are becoming more frequent."""
    this = claim("C21")
    limit = this.thresholds["p_value"]
    patrols = load("joint_patrols").start_date
    counted = load("joint_exercise_counts").set_index("what_is_counted")["count"]
    early, total = (float(counted[name]) for name in COUNTS_OF_OTHERS)
    official = float(counted["Joint strategic bomber patrols 2019 to Dec 2025"])
    recent = round(PART_SINCE_INVASION * total)
    readings = _other_counts(patrols, int(early), int(total), recent)
    found = applicable(halves(patrols, first="2019-01-01", last="2025-12-31"))
    return Verdict(
        claim=this,
        label=_growing(found, limit),
        value=found.ratio,
        unit="rate of the second half over that of the first",
        measured=(
            f"{found.first.count} patrols in the second half of 2019-2025 against"
            f" {found.second.count} in the first, p = {found.p_value:.2f}"
        ),
        interval=(found.ci_low, found.ci_high),
        sources=("defence ministries and press, one report for each patrol",),
        caveats=(
            (
                f"{len(patrols)} patrols in seven years: only {_uneven(found, limit)} or more could"
                " be told from chance."
            ),
            (
                f"Of others' counts the first ({early:.0f} to July 2013) and the second"
                f" ({total:.0f} to 2025, {recent} of them since February 2022) are of two"
                " compilers, who need not count alike."
            ),
            (
                "The list of exercises is not exhaustive; of bomber patrols the official count is"
                f" {official:.0f}."
            ),
        ),
        flip=(
            f"{_needed(found, limit)} patrols in the second half instead of {found.first.count}"
            f" would make it hold; {found.second.count} or fewer would make it fail"
        ),
        variants=tuple(
            Variant(
                name=name,
                measured=f"{one.first.count} against {one.second.count}, p = {one.p_value:.2g}",
                label=_growing(one, limit),
            )
            for name, one in ((name, applicable(reading)) for name, reading in readings.items())
        ),
    )


def _other_counts(
    patrols: pd.Series, early: int, total: int, recent: int
) -> dict[str, RateComparison | NotApplicable]:
    """Later against earlier rates by other lists: of exercises found here, and what two compilers
    counted.
    """
    exercises = load("joint_exercises")
    dated = exercises.start_date.where(
        exercises.start_date.str.len() == 10, exercises.year.astype(str) + "-07-01"
    )
    return {
        "to the day of the essay": halves(patrols, first="2019-01-01", last=ESSAY),
        "exercises and naval patrols found here, 2003-2025": halves(
            dated, first="2003-01-01", last="2025-12-31"
        ),
        "counts of two compilers joined, 2003-July 2013 and since": compare_rates(
            (total - early, SPANS_OF_OTHERS[1]), (early, SPANS_OF_OTHERS[0]), alternative="greater"
        ),
        "the second compiler alone, to February 2022 and since": compare_rates(
            (recent, SPANS_OF_ONE[1]), (total - recent, SPANS_OF_ONE[0]), alternative="greater"
        ),
    }


def _needed(found: RateComparison, limit: float) -> int:
    """Smallest first count, the second and both exposures as they are, that passes the test."""
    count, second = found.first.count, (found.second.count, found.second.exposure)
    while (
        applicable(
            compare_rates((count, found.first.exposure), second, alternative="greater")
        ).p_value
        > limit
    ):
        count += 1
    return count


def _uneven(found: RateComparison, limit: float) -> str:
    """Least uneven split of as many events over the two halves that passes the test, later half
    first.
    """
    total, later = found.first.count + found.second.count, found.first.count
    while later < total and _p_value(later, total - later, found) > limit:
        later += 1
    return f"{later} to {total - later}"


def _p_value(later: int, earlier: int, found: RateComparison) -> float:
    counts = (later, found.first.exposure), (earlier, found.second.exposure)
    return applicable(compare_rates(*counts, alternative="greater")).p_value


def _growing(found: RateComparison, limit: float) -> str:
    return grows(found.first.rate, found.second.rate, found.p_value, limit=limit)


def both_listed(mediterranean: int, bombers: int) -> str:
    """Label of 'as far as the Mediterranean, and with bombers': both in the lists, or one."""
    return ("does not hold", "holds with caveats", "holds")[(mediterranean > 0) + (bombers > 0)]


def judge_reach() -> Verdict:
    """C22: exercises reached the Mediterranean, and bombers able to carry nuclear weapons flew
    joint patrols.
    """
    this = claim("C22")
    exercises, patrols = load("joint_exercises"), load("joint_patrols")
    far = exercises[exercises.location.str.contains("Mediterranean")]
    heavy = patrols[
        patrols.russian_aircraft.str.contains("Tu-95")
        & patrols.chinese_aircraft.str.contains("H-6")
    ]
    twice = heavy[heavy.url_2 != ""]
    before = heavy[heavy.start_date <= ESSAY]
    return Verdict(
        claim=this,
        label=both_listed(len(far), len(heavy)),
        value=float(len(heavy)),
        unit="patrols that name both types of bomber",
        measured=(
            f"{len(far)} exercise in the Mediterranean ({', '.join(map(str, far.year))}); Tu-95 and"
            f" H-6 bombers named in {len(heavy)} of {len(patrols)} patrols"
        ),
        sources=("press and defence ministries, each with its address",),
        caveats=(
            (
                "That these types can carry nuclear weapons is not a datum here; not every variant"
                " does."
            ),
        ),
        flip="A retraction of the one report of 2015, or of the types flown",
        variants=(
            Variant(
                name="to the day of the essay",
                measured=f"{len(before)} patrols",
                label=both_listed(len(far), len(before)),
            ),
            Variant(
                name="patrols with two reports",
                measured=f"{len(twice)} patrols",
                label=both_listed(len(far), len(twice)),
            ),
        ),
    )


def calmer(before: float, after: float, p_value: float, *, limit: float) -> str:
    """Label of 'thinning out forces built trust': the dispute rate fell by the exact test, or
    rose.
    """
    if after > before:
        return "evidence against"
    return "evidence for" if after < before and p_value <= limit else "mixed"


def around(
    disputes: pd.DataFrame, *, first: int, cut: int, last: int = CODED_TO
) -> RateComparison | NotApplicable:
    """Onsets a year up to and after the year of a cut, with the exact test that the earlier rate is
    higher.
    """
    years = disputes.start_year
    earlier, later = int(years.between(first, cut).sum()), int(years.between(cut + 1, last).sum())
    return compare_rates((earlier, cut - first + 1), (later, last - cut), alternative="greater")


def judge_trust() -> Verdict:
    """C23: thinning out forces built trust."""
    this = claim("C23")
    limit = this.thresholds["p_value"]
    disputes = disputes_of("CHN", "RUS")
    readings = {
        **{f"before and after {cut}": around(disputes, first=1950, cut=cut) for cut in CUTS},
        "from 1960": around(disputes, first=1960, cut=1991),
        "disputes over territory": around(disputes[disputes.territorial], first=1950, cut=1991),
        "before 1991, without 1964-1980": around(
            disputes[~disputes.start_year.between(1964, 1980)], first=1981, cut=1991
        ),
    }
    found = applicable(around(disputes, first=1950, cut=1991))
    later = {cut: applicable(around(disputes, first=1950, cut=cut)) for cut in CUTS}
    passing = [str(cut) for cut, one in later.items() if _calmer(one, limit) == "evidence for"]
    return Verdict(
        claim=this,
        label=_calmer(found, limit),
        value=found.ratio,
        unit="rate before over rate after",
        measured=(
            f"{found.first.count} disputes in 1950-1991 ({found.first.rate:.2f} a year),"
            f" {found.second.count} in 1992-{CODED_TO} ({found.second.rate:.2f} a year), p ="
            f" {found.p_value:.2f}"
        ),
        interval=(found.ci_low, found.ci_high),
        sources=("Correlates of War disputes to 2014",),
        caveats=(
            (
                "Disputes had become rare by 1981, ten years before the first agreement: the order"
                " does not fit a cause."
            ),
            (
                f"The year of the cut decides: of {CUTS[0]} to {CUTS[-1]}, p is at {limit:.0%} or"
                f" less for {', '.join(passing) or 'none'} ({later[1996].p_value:.3f} for 1996, the"
                " year of the second agreement)."
            ),
            "Few events, so little power; whether forces thinned out is known from single reports.",
        ),
        flip=(
            f"{_needed(found, limit)} disputes in 1950-1991 instead of {found.first.count} would be"
            " evidence for"
        ),
        variants=tuple(
            Variant(
                name=name,
                measured=(
                    f"{one.first.rate:.2f} against {one.second.rate:.2f} a year, p ="
                    f" {one.p_value:.2f}"
                ),
                label=_calmer(one, limit),
            )
            for name, one in ((name, applicable(reading)) for name, reading in readings.items())
        ),
    )


def _calmer(found: RateComparison, limit: float) -> str:
    return calmer(found.first.rate, found.second.rate, found.p_value, limit=limit)


JUDGES = {"C17": judge_settled, "C21": judge_exercises, "C22": judge_reach, "C23": judge_trust}
