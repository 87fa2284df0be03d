"""Evidence of notebook 02: disputes of two states, steps to a settlement, patrols, exercises."""

import itertools
from collections.abc import Sequence

import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import pair, require_russia_and_china
from analysis.measures.events import RateComparison, compare_rates, event_rates
from analysis.tables import load

CODED_TO = 2014
"""Disputes are coded to this year."""
FIRST_COMPILER = "Bilateral or multilateral exercises 2003 to July 2013"
SECOND_COMPILER = "Joint exercises recorded since 2003"
"""Counts that others have made, by what they counted."""
FAR = "Mediterranean|Baltic|Aleutians|South China|Arctic|Oman|Chabahar|Cape Town|Richards|Simon"
"""Words in the places of exercises far from the coasts that the two share."""


def disputes_of(home: str, partner: str) -> pd.DataFrame:
    """Rows of ``disputes`` of two states, maybe none, in the order of their beginning."""
    first, second = sorted((iso3(home), iso3(partner)))
    disputes = load("disputes", state_a=first, state_b=second)
    return disputes.sort_values(["start_year", "dispute"], kind="stable")


def higher(first: tuple[int, float], second: tuple[int, float]) -> RateComparison:
    """The exact test that the first rate (count, years) is higher; CoverageError without counts."""
    return applicable(compare_rates(first, second, alternative="greater"))


def around(disputes: pd.DataFrame, *, first: int, cut: int) -> RateComparison:
    """Onsets a year to and after a cut, with the exact test that the earlier rate is higher."""
    earlier = disputes.start_year.between(first, cut).sum()
    later = disputes.start_year.between(cut + 1, CODED_TO).sum()
    return higher((int(earlier), cut - first + 1), (int(later), CODED_TO - cut))


def compared_as(compared: RateComparison, first: str, second: str) -> Figures:
    """Figures of a comparison, count and rate under the name of each side."""
    return {
        f"{first}_count": compared.first.count,
        f"{second}_count": compared.second.count,
        f"{first}_rate": compared.first.rate,
        f"{second}_rate": compared.second.rate,
        "ratio": compared.ratio,
        "low": compared.ci_low,
        "high": compared.ci_high,
        "p": compared.p_value,
    }


def first_needed(compared: RateComparison, *, p_value: float) -> int:
    """Smallest first count that passes the test beside the second count as it is."""
    first, second = compared.first, (compared.second.count, compared.second.exposure)
    counts = itertools.count(first.count)
    return next(n for n in counts if higher((n, first.exposure), second).p_value <= p_value)


def second_too_many(compared: RateComparison, *, p_value: float) -> int:
    """Smallest larger second count that fails the test beside the first count as it is."""
    first, second = (compared.first.count, compared.first.exposure), compared.second
    counts = itertools.count(second.count + 1)
    return next(n for n in counts if higher(first, (n, second.exposure)).p_value > p_value)


def p_of_second_higher(compared: RateComparison) -> float:
    """The p-value of the exact test that the second rate is the higher one."""
    first, second = compared.first, compared.second
    return higher((second.count, second.exposure), (first.count, first.exposure)).p_value


def settled(
    *, agreement_year: int, since: int | None = None, territorial_only: bool = True
) -> Figures:
    """Figures of C17: acts that settle and mark the border, and disputes begun since a year."""
    disputes, acts = disputes_of("RUS", "CHN"), load("border_acts")
    counted = disputes[disputes.territorial] if territorial_only else disputes
    first = since or agreement_year + 1
    agreed = acts.year[acts.act.str.contains("Agreement on")]
    marked = acts.year[acts.act.str.contains("demarcation of the whole")]
    return {
        "disputes": int((counted.start_year >= first).sum()),
        "agreements": len(agreed),
        "agreed_in": [str(year) for year in agreed],
        "marked": len(marked),
        "marked_in": [str(year) for year in marked] or "no year",
        "since": first,
        "last": int(counted.start_year.max()),
        "coded_to": CODED_TO,
    }


def exercises_by_period(
    *, part_since_invasion: float, counted: str = "one compiler", years: Sequence[float] = ()
) -> Figures:
    """Figures of C21, as 'one compiler' told two periods apart; or by counts of others, with the
    length of each period in years: 'two compilers' joined, or the 'second compiler' alone.
    """
    earlier, later = map(tuple, counts_by_period()[["exercises", "length_years"]].to_numpy())
    if counted != "one compiler":
        counts = load("joint_exercise_counts").set_index("what_is_counted")["count"]
        first, second = int(counts[FIRST_COMPILER]), int(counts[SECOND_COMPILER])
        new = second - first if counted == "two compilers" else round(part_since_invasion * second)
        later, earlier = (new, years[0]), (second - new, years[1])
    compared = higher(later, earlier)
    return {
        **compared_as(compared, "later", "earlier"),
        "later_years": later[1],
        "earlier_years": earlier[1],
        "p_of_fall": p_of_second_higher(compared),
    }


def all_patrols() -> pd.DataFrame:
    """Patrols of both lists; url_2 is '' where one report is cited."""
    added = load("joint_patrols_added").rename(columns={"date": "start_date"}).assign(url_2="")
    return pd.concat([load("joint_patrols"), added], ignore_index=True)


def all_exercises() -> pd.DataFrame:
    """Exercises and naval patrols of both lists, each once."""
    added = load("joint_exercises_added").query("not in_joint_exercises")
    return pd.concat([load("joint_exercises"), added], ignore_index=True)


def far_and_heavy(*, last_day: str = "9999") -> Figures:
    """Figures of C22; a second address, or one in a note, is a second report."""
    far, patrols = all_exercises().query("location.str.contains('Mediterranean')"), all_patrols()
    both = "russian_aircraft.str.contains('Tu-95') and chinese_aircraft.str.contains('H-6')"
    heavy = patrols.query(f"{both} and start_date <= @last_day")
    named_in_note = far.note.str.contains(r"\(\S+\.\w+\)")
    return {
        "far": len(far),
        "far_years": list(far.year),
        "far_reports": max(1 + named_in_note, default=0),
        "heavy": len(heavy),
        "heavy_reports": max(1 + (heavy.url_2 != ""), default=0),
        "patrols": len(patrols),
    }


def before_and_after(
    *,
    p_value: float,
    first_year: int,
    cut: int,
    years_just_before: int,
    first_cut: int,
    last_cut: int,
    territorial_only: bool = False,
) -> Figures:
    """Figures of C23: disputes a year to the first agreement, just before it, and after it."""
    disputes = disputes_of("RUS", "CHN")
    counted = disputes[disputes.territorial] if territorial_only else disputes

    def passes(year: int) -> bool:
        return around(counted, first=first_year, cut=year).p_value <= p_value

    compared = around(counted, first=first_year, cut=cut)
    just = around(counted, first=cut - years_just_before + 1, cut=cut)
    return {
        **compared_as(compared, "before", "after"),
        "just_before": just.first.count,
        "p_just_before": just.p_value,
        "p_of_rise": p_of_second_higher(just),
        "after_from": cut + 1,
        "coded_to": CODED_TO,
        "cuts_that_pass": lambda: [*filter(passes, range(first_cut, last_cut + 1))] or "none",
        "needed_just_before": lambda: first_needed(just, p_value=p_value),
    }


def listed(disputes: pd.DataFrame, home: str, partner: str) -> Figures:
    """How many disputes of a pair there are, and the years of their beginning, * if over land."""
    stars = disputes.territorial.map({True: "*", False: ""})
    return {
        "pair": pair(home, partner),
        "disputes": len(disputes),
        "territorial": int(disputes.territorial.sum()),
        "coded_to": CODED_TO,
        "years": list(disputes.start_year.astype(str) + stars) or "no year",
    }


@where_known
def border_steps(home: str, partner: str) -> pd.DataFrame:
    """Steps towards a settlement and thinner forces; date as printed where no day is known."""
    why = "steps to a settled border are listed for Russia and China only"
    require_russia_and_china(home, partner, why)
    steps = load("border_steps")
    dates = steps.date.where(steps.date_as_printed == "", steps.date_as_printed)
    return pd.DataFrame({"date": dates, "event": steps.event})


@where_known
def border_acts(home: str, partner: str) -> pd.DataFrame:
    """Acts that settled and marked the border."""
    require_russia_and_china(home, partner, "acts on a border are listed for Russia and China only")
    return load("border_acts")[["date", "act"]]


def rates_around(disputes: pd.DataFrame, cut: int) -> pd.DataFrame:
    """Disputes a year from 1950 to the year of a cut and after it, see ``event_rates``."""
    periods = {f"1950-{cut}": (1950, cut), f"{cut + 1}-{CODED_TO}": (cut + 1, CODED_TO)}
    return event_rates(disputes.start_year, periods=periods).drop(columns=["first", "last"])


@where_known
def rates_compared(disputes: pd.DataFrame, cut: int) -> Figures:
    """The earlier rate of ``rates_around`` over the later: ratio, low, high and p."""
    return compared_as(around(disputes, first=1950, cut=cut), "before", "after")


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
    """Bomber patrols, and exercises and naval patrols, by year from 2003 to the last whole one."""
    why = "patrols and exercises are listed for Russia and China only"
    require_russia_and_china(home, partner, why)
    counts = {
        "bomber patrols (complete)": all_patrols().year.value_counts(),
        "exercises and naval patrols (as found)": all_exercises().year.value_counts(),
    }
    return pd.DataFrame(counts).reindex(range(2003, 2026)).fillna(0).astype(int)


def counts_by_period() -> pd.DataFrame:
    """Exercises in the two periods that one compiler told apart."""
    compiled_by = "NDU and Bloomberg News tally, July 2023"
    counts = load("joint_exercise_counts_by_period", compiled_by=compiled_by)
    return counts.sort_values("first_year")[["period", "length_years", "exercises", "at_least"]]


def far_exercises() -> pd.DataFrame:
    """Exercises far from both coasts."""
    far = all_exercises().query("location.str.contains(@FAR)")
    return far.sort_values("start_date", kind="stable")[["name", "start_date", "location"]]
