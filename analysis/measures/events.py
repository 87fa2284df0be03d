"""Rates of rare events, with exact intervals and an exact comparison of two rates."""

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd
from scipy import stats

from analysis.errors import NotApplicable, ParameterError, whole_number, whole_year
from analysis.measures.inputs import as_list, real_number, require_years

LEVEL = 0.95
"""Coverage of all intervals."""
MOST_EVENTS = 10**9
"""Counts above this are no rare events."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Events (``count``) per unit of exposure, with the interval of the rate."""

    count: int
    exposure: float
    rate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class RateComparison:
    """Ratio of the first rate to the second with its exact interval, infinite where the second
    count is zero, and the p-value of equal rates.
    """

    first: Rate
    second: Rate
    ratio: float
    ci_low: float
    ci_high: float
    p_value: float


def poisson_rate(count: int, exposure: float) -> Rate:
    """Rate of events with the exact interval of Garwood (1936, Biometrika 28), which takes them as
    independent with one rate over the exposure (time observed, above zero): disputes cluster in
    time, and the true interval is wider. ParameterError for another count or exposure.
    """
    count = whole_number("the count", count, least=0, most=MOST_EVENTS)
    exposure = real_number("the exposure", exposure, above=0, do="count the years of observation")
    tail = (1 - LEVEL) / 2
    low = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    return Rate(count, exposure, *(float(events / exposure) for events in (count, low, high)))


def compare_rates(
    first: tuple[int, float],
    second: tuple[int, float],
    *,
    alternative: Literal["two-sided", "greater"] = "two-sided",
) -> RateComparison | NotApplicable:
    """Exact conditional comparison of two Poisson rates, each a count and an exposure
    (Przyborowski and Wilenski 1940, Biometrika 31); ``greater``: the first rate is the higher one.
    NotApplicable where there was no event at all.

    Given the total, the first count is binomial with probability ``r e1 / (r e1 + e2)`` where r is
    the ratio of rates and e the exposures: the p-value is that of r = 1, the interval is Clopper
    and Pearson's, transformed, always two-sided, and conservative with few events.
    """
    named = {"first": first, "second": second}.items()
    one, other = (
        poisson_rate(*as_list(name, pair, of="a count and an exposure", size=2))
        for name, pair in named
    )
    total = one.count + other.count
    if total == 0:
        return NotApplicable(
            "there was no event in either period, so the rates cannot be told apart"
        )
    share = one.exposure / (one.exposure + other.exposure)
    p_value = stats.binomtest(one.count, total, share, alternative=alternative).pvalue
    exact = stats.binomtest(one.count, total).proportion_ci(LEVEL, method="exact")
    scale = other.exposure / one.exposure
    ratio, low, high = (
        (p / (1 - p) if p < 1 else math.inf) * scale
        for p in (one.count / total, float(exact.low), float(exact.high))
    )
    return RateComparison(one, other, ratio, low, high, float(p_value))


def event_rates(years: Iterable[int], *, periods: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Events per year in named periods (first and last year) that may not overlap: period, first,
    last, count, exposure, rate, ci_low, ci_high. ``years`` has the year of each event; others are
    not counted. Leave out years that nobody watched.
    """
    named = {
        name: tuple(
            whole_year(f"of period '{name}'", year)
            for year in as_list(f"period '{name}'", span, of="a first and a last year", size=2)
        )
        for name, span in periods.items()
    }
    backwards = any(last < first for first, last in named.values())
    overlap = any(b[0] <= a[1] for a, b in itertools.pairwise(sorted(named.values())))
    if not named or backwards or overlap:
        allowed = "one or more spans (first, last) that do not overlap"
        raise ParameterError(f"periods {dict(periods)}", allowed=allowed, do="redraw them")
    listed = as_list("years", years, of="years")
    happened = pd.Series(listed, dtype=None if listed else int)
    require_years(happened, what="the list of events", unique=False)
    rows = []
    for name, (first, last) in named.items():
        rate = poisson_rate(int(happened.between(first, last).sum()), last - first + 1)
        rows.append({"period": name, "first": first, "last": last, **asdict(rate)})
    return pd.DataFrame(rows)
