"""Evidence of notebook 04: what was to be expected by trend, size, distance and other pairs."""

from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.the_trade_boom import totals
from analysis.evidence.unusual import growth, margin_of_estimates, place, sizes
from analysis.measures.growth import cagr
from analysis.models.gravity import PairExpectation, expected_by_size_and_distance
from analysis.models.trends import COVERAGE, fit_log_trend
from analysis.tables import load

TERMS = {
    "log_level": "level in the first year, log",
    "log_growth": "growth a year, log",
    "Intercept": "constant",
    "log_gdp_exporter": "GDP of the exporter, log",
    "log_gdp_importer": "GDP of the importer, log",
    "log_distance": "distance, log",
    "border": "common border",
    "common_language": "common language",
}
"""What the terms of the two equations are called in tables."""


@where_known
def trend_before(trade: pd.DataFrame, years: tuple[int, int]) -> Figures:
    """Log-linear trend of a pair's trade to the first of two years: growth, percent a year, by its
    line and from end to end; its terms; and trade since beside the interval of the line.
    """
    actual = totals(trade)
    fit = applicable(fit_log_trend(actual.loc[: years[0]]))
    span = {"first": fit.first_year, "last": fit.last_year}
    later = actual.loc[fit.last_year :].rename("actual_usd_bn").rename_axis("year")
    line = fit.predict(later.index).add_suffix("_usd_bn")
    off = 100 * (later / line.trend_usd_bn - 1)
    return {
        **span,
        **fit.growth_pct(),
        "level_pct": 100 * COVERAGE,
        "compound": 100 * cagr(actual, **span),
        "autocorrelation": fit.autocorrelation(),
        "terms": fit.tidy().replace({"term": TERMS}),
        "beside": pd.concat([later, line, off.rename("from_trend_pct")], axis=1).reset_index(),
    }


@where_known
@cache
def by_size_and_distance(home: str, partner: str, *, year: int) -> PairExpectation | NotApplicable:
    """A pair's exports both ways in a year to 2020, USD million, and those to be expected."""
    sides = {"reporter": "exporter", "partner": "importer"}
    exports = load("trade_annual", flow="exports", year=year).rename(columns=sides)
    sizes_of_states, distances = load("gdp_population", year=year), load("distances")
    pair = iso3(home), iso3(partner)
    made = expected_by_size_and_distance(exports, sizes_of_states, distances, pair=pair, year=year)
    if not isinstance(made, NotApplicable):
        return made
    reason = made.reason
    for code in pair:
        reason = reason.replace(code, name(code))
    return NotApplicable(reason)


@where_known
def gravity_coefficients(expectation: PairExpectation) -> pd.DataFrame:
    """Coefficients of the gravity equation behind an expectation."""
    return expectation.fit.tidy().replace({"term": TERMS})


def beside_size_and_distance(home: str, partner: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """Trade in some years, the expected trade, and its place among pairs, or why it has none."""
    expectations = {str(year): by_size_and_distance(home, partner, year=year) for year in years}
    rows = [
        (year, *[float("nan")] * 3, made.reason)
        if isinstance(made, NotApplicable)
        else (year, made.actual / 1000, made.expected / 1000, made.ratio, str(made.place))
        for year, made in expectations.items()
    ]
    columns = ["year", "actual_usd_bn", "expected_usd_bn", "times_expected", "place"]
    return pd.DataFrame(rows, columns=columns)


def places(
    home: str, partner: str, *, years: tuple[int, ...], spans: tuple[tuple[int, int], ...]
) -> Figures:
    """Ranks by trade and by growth, or why there are none, and the margin of estimates, percent."""
    margin_pct, two = margin_of_estimates()["more_pct"], tuple(sorted((iso3(home), iso3(partner))))
    sized = [(str(y), *place(sizes(y, margin_pct), two, f"trade in {y}")) for y in years]
    grew = [
        (f"{a}-{b}", *place(growth(a, b, margin_pct), two, f"growth in {a}-{b}")) for a, b in spans
    ]
    return {
        "margin_pct": margin_pct,
        "by_size": pd.DataFrame(sized, columns=["year", "trade_usd_bn", "place_by_size"]),
        "by_growth": pd.DataFrame(grew, columns=["years", "growth_pct", "place_by_growth"]),
    }
