"""Evidence of notebook 02: disputes of two states, steps to a settlement, patrols, exercises."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import pair, require_russia_and_china
from analysis.measures.events import RateComparison, compare_rates, event_rates
from analysis.tables import load

CODED_TO = 2014
"""Disputes are coded to this year."""
DAYS_IN_YEAR = 365.25
FIRST_COMPILER = "Bilateral or multilateral exercises 2003 to July 2013"
SECOND_COMPILER = "Joint exercises recorded since 2003"
MINISTRY = "Joint strategic bomber patrols 2019 to Dec 2025"
"""Rows of the counts that others have made: what each of them counted."""
FAR = "Mediterranean|Baltic|Aleutians|South China"


def disputes_of(home: str, partner: str) -> pd.DataFrame:
    """Militarised disputes of two states begun 1946-2014, in the order of their beginning.

    The columns and codes are those of the table ``disputes``; it is empty where none is listed.
    """
    first, second = sorted((iso3(home), iso3(partner)))
    disputes = load("disputes", state_a=first, state_b=second)
    return disputes.sort_values(["start_year", "dispute"], kind="stable")


def around(
    disputes: pd.DataFrame, *, first: int, cut: int, last: int = CODED_TO
) -> RateComparison | NotApplicable:
    """Onsets a year to and after a cut, with the exact test that the earlier rate is higher."""
    years = disputes.start_year
    earlier, later = int(years.between(first, cut).sum()), int(years.between(cut + 1, last).sum())
    return compare_rates((earlier, cut - first + 1), (later, last - cut), alternative="greater")


def halves(days: pd.Series, *, first: str, last: str) -> RateComparison | NotApplicable:
    """Events in the second half of a span against the first, rates per year, exact test that the
    second is higher; days are 'YYYY-MM-DD', and those outside the span are left out.
    """
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    middle = begin + (end - begin) / 2
    happened = pd.to_datetime(days)
    years = (end - begin).days / DAYS_IN_YEAR / 2
    earlier = int(happened.between(begin, middle).sum())
    later = int(happened.between(middle, end, inclusive="right").sum())
    return compare_rates((later, years), (earlier, years), alternative="greater")


def compared_as(compared: RateComparison, first: str, second: str) -> Figures:
    """Figures of a comparison: the count and the rate of each side under its name, then ratio, low,
    high (of the ratio's interval) and p.
    """
    sides = {first: compared.first, second: compared.second}
    return {
        **{f"{side}_count": rate.count for side, rate in sides.items()},
        **{f"{side}_rate": rate.rate for side, rate in sides.items()},
        "ratio": compared.ratio,
        "low": compared.ci_low,
        "high": compared.ci_high,
        "p": compared.p_value,
    }


def _p_of(first: int, second: int, like: RateComparison) -> float:
    """The p-value of other counts over the same two spans."""
    counts = (first, like.first.exposure), (second, like.second.exposure)
    return applicable(compare_rates(*counts, alternative="greater")).p_value


def first_needed(compared: RateComparison, *, p_value: float) -> int:
    """Smallest first count that passes the test beside the second count as it is."""
    counts = itertools.count(compared.first.count)
    return next(n for n in counts if _p_of(n, compared.second.count, compared) <= p_value)


def second_too_many(compared: RateComparison, *, p_value: float) -> int:
    """Smallest larger second count that fails the test beside the first count as it is."""
    counts = itertools.count(compared.second.count + 1)
    return next(n for n in counts if _p_of(compared.first.count, n, compared) > p_value)


def least_uneven(compared: RateComparison, *, p_value: float) -> tuple[int, int]:
    """Least uneven split of as many events that passes the test, the first count first."""
    total = compared.first.count + compared.second.count
    splits = ((first, total - first) for first in range(compared.first.count, total))
    return next((s for s in splits if _p_of(*s, compared) <= p_value), (total, 0))


def disputes_since(
    *,
    agreement_year: int,
    last_steps_from: int,
    last_steps_to: int,
    since: int | None = None,
    territorial_only: bool = True,
) -> Figures:
    """Figures of C17: disputes begun since the agreement (or a later year), and steps that the list
    of agreements has from the years in which the last islands were settled.
    """
    disputes = disputes_of("RUS", "CHN")
    counted = disputes[disputes.territorial] if territorial_only else disputes
    first = since or agreement_year + 1
    steps = load("border_steps").year.dropna()
    return {
        "disputes": int((counted.start_year >= first).sum()),
        "last_steps": int(steps.between(last_steps_from, last_steps_to).sum()),
        "since": first,
        "last": int(counted.start_year.max()),
        "coded_to": CODED_TO,
    }


def patrols_by_half(
    *,
    first_year: int,
    last_year: int,
    part_since_invasion: float,
    p_value: float,
    last_day: str | None = None,
    counted: str = "patrols",
    years: Sequence[float] = (),
) -> Figures:
    """Figures of C21: events in the later half of a span and in the earlier.

    Parameters
    ----------
    part_since_invasion : float
        Part of the second compiler's count that was recorded since February 2022.
    last_day : str, optional
        End of the span, 'YYYY-MM-DD'; the end of the last year by default.
    counted : {'patrols', 'exercises', 'two compilers', 'second compiler'}
        Patrols and exercises by the lists here, or the counts of others.
    years : sequence of float
        Length of the later and of the earlier span of the counts of others.
    """
    counts = load("joint_exercise_counts").set_index("what_is_counted")["count"]
    first, second = int(counts[FIRST_COMPILER]), int(counts[SECOND_COMPILER])
    recent = round(part_since_invasion * second)
    patrols = load("joint_patrols").start_date
    counts_of_others = {
        "two compilers": (second - first, first),
        "second compiler": (recent, second - recent),
    }
    if counted in counts_of_others:
        later, earlier = zip(counts_of_others[counted], years, strict=True)
        halves_compared = compare_rates(later, earlier, alternative="greater")
    else:
        days = patrols if counted == "patrols" else _days_of_exercises()
        last = last_day or f"{last_year}-12-31"
        halves_compared = halves(days, first=f"{first_year}-01-01", last=last)
    compared = applicable(halves_compared)
    split = least_uneven(compared, p_value=p_value)
    return {
        **compared_as(compared, "later", "earlier"),
        "patrols": len(patrols),
        "split_later": split[0],
        "split_earlier": split[1],
        "later_needed": lambda: first_needed(compared, p_value=p_value),
        "by_first_compiler": first,
        "by_second_compiler": second,
        "since_invasion": recent,
        "by_ministry": int(counts[MINISTRY]),
    }


def _days_of_exercises() -> pd.Series:
    """Day on which each exercise began; the middle of the year where only that is known."""
    exercises = load("joint_exercises")
    middles = exercises.year.astype(str) + "-07-01"
    return exercises.start_date.where(exercises.start_date.str.len() == 10, middles)


def far_and_heavy(*, last_day: str | None = None, two_reports: bool = False) -> Figures:
    """Figures of C22: exercises in the Mediterranean, and patrols that name Tu-95 and H-6 bombers.

    Counted are patrols to a day, 'YYYY-MM-DD', and those of which two reports are cited, or all.
    """
    exercises, patrols = load("joint_exercises"), load("joint_patrols")
    far = exercises[exercises.location.str.contains("Mediterranean")]
    heavy = patrols[
        patrols.russian_aircraft.str.contains("Tu-95")
        & patrols.chinese_aircraft.str.contains("H-6")
    ]
    if last_day:
        heavy = heavy[heavy.start_date <= last_day]
    if two_reports:
        heavy = heavy[heavy.url_2 != ""]
    years = list(far.year)
    return {"far": len(far), "far_years": years, "heavy": len(heavy), "patrols": len(patrols)}


def before_and_after(
    *,
    p_value: float,
    first_year: int,
    cut: int,
    first_cut: int,
    last_cut: int,
    second_agreement: int,
    territorial_only: bool = False,
) -> Figures:
    """Figures of C23: disputes a year up to and after the first agreement, and after later cuts."""
    disputes = disputes_of("RUS", "CHN")
    counted = disputes[disputes.territorial] if territorial_only else disputes

    def p_of(year: int) -> float:
        return applicable(around(counted, first=first_year, cut=year)).p_value

    compared = applicable(around(counted, first=first_year, cut=cut))
    cuts = range(first_cut, last_cut + 1)
    return {
        **compared_as(compared, "before", "after"),
        "after_from": cut + 1,
        "coded_to": CODED_TO,
        "cuts_that_pass": lambda: [year for year in cuts if p_of(year) <= p_value] or "none",
        "p_of_second": lambda: p_of(second_agreement),
        "before_needed": lambda: first_needed(compared, p_value=p_value),
    }


def listed(disputes: pd.DataFrame, home: str, partner: str) -> Figures:
    """How many disputes of a pair are listed, and the years in which they began, * if over land."""
    rows = zip(disputes.start_year, disputes.territorial, strict=True)
    return {
        "pair": pair(home, partner),
        "disputes": len(disputes),
        "territorial": int(disputes.territorial.sum()),
        "coded_to": CODED_TO,
        "years": [f"{year}{'*' if territorial else ''}" for year, territorial in rows] or "no year",
    }


@where_known
def border_steps(home: str, partner: str) -> pd.DataFrame:
    """Steps towards a settlement as cited: date_as_printed, event."""
    why = "steps to a settled border are listed for Russia and China only"
    require_russia_and_china(home, partner, why)
    return load("border_steps")[["date_as_printed", "event"]]


def rates_around(disputes: pd.DataFrame, cut: int) -> pd.DataFrame:
    """Disputes a year from 1950 to the year of a cut and after it, see ``event_rates``."""
    periods = {f"1950-{cut}": (1950, cut), f"{cut + 1}-{CODED_TO}": (cut + 1, CODED_TO)}
    rates = event_rates(disputes.start_year, periods=periods)
    return rates[["period", "count", "exposure", "rate", "ci_low", "ci_high"]]


@where_known
def rates_compared(disputes: pd.DataFrame, cut: int) -> Figures:
    """The earlier rate of ``rates_around`` over the later: ratio, low, high and p."""
    return compared_as(applicable(around(disputes, first=1950, cut=cut)), "before", "after")


@where_known
def rates_by_decade(disputes: pd.DataFrame, home: str, partner: str) -> pd.DataFrame:
    """Disputes a year in each decade from 1950, see ``event_rates``; the last one is cut short."""
    ends = {first: min(first + 9, CODED_TO) for first in range(1950, CODED_TO, 10)}
    decades = {f"{first}-{last}": (first, last) for first, last in ends.items()}
    rates = event_rates(disputes.start_year, periods=decades)
    if not rates["count"].any():
        raise CoverageError(f"no dispute of {pair(home, partner)} began in 1950-{CODED_TO}")
    return rates


@where_known
def patrols_and_exercises(home: str, partner: str) -> pd.DataFrame:
    """Bomber patrols, then exercises and naval patrols, by year from 2003 to 2025."""
    why = "patrols and exercises are listed for Russia and China only"
    require_russia_and_china(home, partner, why)
    begun = {
        "bomber patrols (complete)": load("joint_patrols").year,
        "exercises and naval patrols (as found)": load("joint_exercises").year,
    }
    counts = pd.DataFrame({kind: years.value_counts() for kind, years in begun.items()})
    return counts.reindex(range(2003, 2026)).fillna(0).astype(int)


def counts_of_others() -> pd.DataFrame:
    """Counts of exercises and patrols that others have published, as printed."""
    counts = load("joint_exercise_counts")
    return counts[["date", "what_is_counted", "as_printed", "compiled_by"]]


def far_exercises() -> pd.DataFrame:
    """Exercises far from both coasts: name, start_date, location."""
    exercises = load("joint_exercises")
    far = exercises[exercises.location.str.contains(FAR)]
    return far[["name", "start_date", "location"]]
