"""Rates of rare events, with exact intervals and an exact comparison of two rates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import stats

from analysis.errors import NotApplicable, ParameterError
from analysis.measures.inputs import (
    as_list,
    pair_of,
    real_number,
    require_level,
    require_option,
    require_years,
    whole_number,
    whole_year,
)

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


def poisson_rate(count: int, exposure: float, *, level: float = 0.95) -> Rate:
    """Rate of events with the exact interval of Garwood (1936, Biometrika 28).

    It takes events as independent with one rate over the exposure (time observed, above zero).
    Disputes cluster in time, and then the true interval is wider. ParameterError for a count that
    is not a whole number, or an exposure or level out of range.
    """
    count = whole_number("the count", count, least=0, most=MOST_EVENTS)
    level = require_level(level)
    exposure = real_number("the exposure", exposure, above=0, do="count the years of observation")
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    rate, ci_low, ci_high = (float(events / exposure) for events in (count, low, high))
    return Rate(count, exposure, rate, ci_low, ci_high)


def compare_rates(
    first: tuple[int, float],
    second: tuple[int, float],
    *,
    alternative: Literal["two-sided", "greater"] = "two-sided",
    level: float = 0.95,
) -> RateComparison | NotApplicable:
    """Exact conditional comparison of two Poisson rates (Przyborowski and Wilenski 1940, Biometrika
    31).

    Given the total count, the first count is binomial with probability ``r e1 / (r e1 + e2)`` where
    r is the ratio of rates and e the exposures: the p-value is that of the exact binomial test at r
    = 1, the interval is Clopper and Pearson's, transformed. It is conservative with few events.

    Parameters
    ----------
    first, second : tuple of int and float
        Count and exposure.
    alternative : {"two-sided", "greater"}
        ``greater``: the first rate is the higher one. The interval is two-sided always.

    Returns
    -------
    RateComparison, or NotApplicable where there was no event at all. Errors are those of
    ``poisson_rate``.
    """
    require_option("alternative", alternative, ("two-sided", "greater"))
    rates = []
    for name, pair in (("first", first), ("second", second)):
        count, exposure = pair_of(name, pair, of="a count and an exposure")
        rates.append(poisson_rate(count, exposure, level=level))
    counts = [rate.count for rate in rates]
    total = sum(counts)
    if total == 0:
        return NotApplicable(
            "there was no event in either period, so the rates cannot be told apart"
        )
    one, other = (rate.exposure for rate in rates)
    share = one / (one + other)
    p_value = stats.binomtest(counts[0], total, share, alternative=alternative).pvalue
    exact = stats.binomtest(counts[0], total).proportion_ci(level, method="exact")
    scale = other / one
    ratio, low, high = (
        (p / (1 - p) if p < 1 else math.inf) * scale
        for p in (counts[0] / total, float(exact.low), float(exact.high))
    )
    return RateComparison(rates[0], rates[1], ratio, low, high, float(p_value))


def event_rates(years: Iterable[int], *, periods: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Events per year in named periods, with 95 % intervals.

    Parameters
    ----------
    years : iterable of int
        Year of each event, one entry per event; those outside every period are not counted.
    periods : mapping of name to (first year, last year)
        Both included; they may not overlap. Leave out years that nobody watched.

    Returns
    -------
    DataFrame with ``period, first, last, count, exposure, rate, ci_low, ci_high``, one row per
    period.

    Raises
    ------
    ParameterError
        If a period ends before it begins, or periods overlap.
    ModelInputError
        If the years of the events are not integers.
    """
    if not isinstance(periods, Mapping):
        raise ParameterError(f"periods={periods!r}", allowed="a name and two years for each")
    named = {
        name: tuple(
            whole_year(f"of period '{name}'", year)
            for year in pair_of(f"period '{name}'", span, of="a first and a last year")
        )
        for name, span in periods.items()
    }
    spans = sorted(named.values())
    backwards = [name for name, (first, last) in named.items() if last < first]
    if not named or backwards or any(b[0] <= a[1] for a, b in itertools.pairwise(spans)):
        raise ParameterError(
            f"periods {dict(periods)}",
            allowed="one or more spans (first, last) that do not overlap",
            do="redraw them",
        )
    listed = as_list("years", years, of="years")
    happened = pd.Series(listed, dtype=None if listed else int)
    require_years(happened, what="the list of events", unique=False)
    rows = []
    for name, (first, last) in named.items():
        rate = poisson_rate(int(happened.between(first, last).sum()), last - first + 1)
        counted = (rate.count, rate.exposure, rate.rate, rate.ci_low, rate.ci_high)
        rows.append((name, first, last, *counted))
    return pd.DataFrame(
        rows, columns=["period", "first", "last", "count", "exposure", "rate", "ci_low", "ci_high"]
    )
