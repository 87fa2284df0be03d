"""Evidence of notebook 04 on what was to be expected: by the pair's trend, its size and distance,
and beside all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, NotApplicable, where_known
from analysis.evidence.the_trade_boom import totals
from analysis.evidence.unusual import margin_of_estimates, place_by_growth, place_by_size
from analysis.measures.growth import cagr
from analysis.measures.rank import RankInterval
from analysis.models.gravity import PairExpectation, expected_by_size_and_distance
from analysis.models.trends import COVERAGE, TrendFit, fit_log_trend
from analysis.tables import load

Figures = Mapping[str, Any]


# The pair's own trend


@where_known
def trend_before(trade: pd.DataFrame, years: tuple[int, int]) -> TrendFit | NotApplicable:
    """Log-linear trend of a pair's trade to the first of two years."""
    return fit_log_trend(totals(trade), last=years[0])


@where_known
def coefficients(fit: TrendFit) -> pd.DataFrame:
    """Coefficients of the trend, in logs."""
    return fit.tidy()


@where_known
def trend_in_words(fit: TrendFit, trade: pd.DataFrame) -> Figures:
    """Trend growth with its interval and growth from end to end, percent a year, and the fit."""
    growth, levels = fit.growth_pct(), totals(trade)
    return {
        "spec": fit.spec,
        "first": fit.first_year,
        "last": fit.last_year,
        "growth": growth["estimate"],
        "low": growth["ci_low"],
        "high": growth["ci_high"],
        "level_pct": 100 * COVERAGE,
        "compound": 100 * cagr(levels, first=fit.first_year, last=fit.last_year),
        "autocorrelation": fit.autocorrelation(),
    }


@where_known
def beside_trend(fit: TrendFit, trade: pd.DataFrame) -> pd.DataFrame:
    """Trade from the last year of the trend on, the trend carried on, and how far trade lies from
    it.

    Returns
    -------
    DataFrame with year, actual_usd_bn, trend_usd_bn, ci_low_usd_bn, ci_high_usd_bn (of the line,
    not of single years), from_trend_pct.
    """
    actual = totals(trade).loc[fit.last_year :]
    line = fit.predict(actual.index).add_suffix("_usd_bn")
    table = line.assign(from_trend_pct=100 * (actual / line.trend_usd_bn - 1))
    table.insert(0, "actual_usd_bn", actual)
    return table.rename_axis("year").reset_index()


# Size and distance


@where_known
@cache
def by_size_and_distance(home: str, partner: str, *, year: int) -> PairExpectation | NotApplicable:
    """A pair's exports both ways in a year, USD million, beside those that size and distance lead
    one to expect, see ``expected_by_size_and_distance``; years to 2020.
    """
    sides = {"reporter": "exporter", "partner": "importer"}
    exports = load("trade_annual", flow="exports", year=year).rename(columns=sides)
    return expected_by_size_and_distance(
        exports,
        load("gdp_population", year=year),
        load("distances"),
        pair=(iso3(home), iso3(partner)),
        year=year,
    )


@where_known
def gravity_coefficients(expectation: PairExpectation) -> pd.DataFrame:
    """Coefficients of the gravity equation behind an expectation."""
    return expectation.fit.tidy()


@where_known
def beside_size_and_distance(home: str, partner: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """Trade of a pair in some years, what was to be expected, and its place, or why it has none.

    Returns
    -------
    DataFrame with year, actual_usd_bn, expected_usd_bn, times_expected, place (of the ratio among
    pairs of which a billion dollars or more is expected).
    """
    rows = []
    for year in years:
        made = by_size_and_distance(home, partner, year=year)
        if isinstance(made, NotApplicable):
            rows.append((str(year), float("nan"), float("nan"), float("nan"), made.reason))
        else:
            levels = made.actual / 1000, made.expected / 1000
            rows.append((str(year), *levels, made.ratio, str(made.place)))
    columns = ["year", "actual_usd_bn", "expected_usd_bn", "times_expected", "place"]
    return pd.DataFrame(rows, columns=columns)


# Beside all pairs


@where_known
def places_by_size(home: str, partner: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """Trade of a pair and its rank by size among all pairs in some years, or why there is none."""
    rows = [_placed(str(year), place_by_size, home, partner, year=year) for year in years]
    return pd.DataFrame(rows, columns=["year", "trade_usd_bn", "place_by_size"])


@where_known
def places_by_growth(
    home: str, partner: str, *, spans: tuple[tuple[int, int], ...]
) -> pd.DataFrame:
    """Growth of a pair and its rank among pairs of a billion dollars or more, over some spans."""
    rows = [
        _placed(f"{first}-{last}", place_by_growth, home, partner, first=first, last=last)
        for first, last in spans
    ]
    return pd.DataFrame(rows, columns=["years", "growth_pct", "place_by_growth"])


def _placed(
    when: str, place: Callable[..., tuple[float, RankInterval]], *pair: str, **years: int
) -> tuple[str, float, str]:
    """A row of the tables above; where the pair has no place, the reason stands for it."""
    estimate, counted = margin_of_estimates()
    try:
        value, rank = place(*pair, margin_pct=100 * (counted / estimate - 1), **years)
    except CoverageError as missing:
        return when, float("nan"), str(missing)
    return when, value, str(rank)


@where_known
def margin() -> Figures:
    """How wrong an estimated figure may be: China customs' count over the IMF's estimate, 2025."""
    estimate, counted = margin_of_estimates()
    return {"margin_pct": 100 * (counted / estimate - 1)}
