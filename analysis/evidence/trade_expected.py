"""Evidence of notebook 04: what was to be expected by trend, size, distance and other pairs."""

from functools import cache

import pandas as pd

from analysis.countries import iso3
from analysis.errors import NotApplicable, where_known
from analysis.evidence import Figures
from analysis.evidence.the_trade_boom import totals
from analysis.evidence.unusual import growth, in_order, margin_of_estimates, place, sizes
from analysis.measures.growth import cagr
from analysis.models.gravity import PairExpectation, expected_by_size_and_distance
from analysis.models.trends import COVERAGE, TrendFit, fit_log_trend
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
def trend_before(trade: pd.DataFrame, years: tuple[int, int]) -> TrendFit | NotApplicable:
    """Log-linear trend of a pair's trade to the first of two years."""
    return fit_log_trend(totals(trade), last=years[0])


@where_known
def coefficients(fit: TrendFit) -> pd.DataFrame:
    """Coefficients of the trend, in logs."""
    return fit.tidy().replace({"term": TERMS})


@where_known
def trend_in_words(fit: TrendFit, trade: pd.DataFrame) -> Figures:
    """Trend growth with its interval and growth from end to end, percent a year, and the fit."""
    rate, span = fit.growth_pct(), {"first": fit.first_year, "last": fit.last_year}
    return {
        **span,
        "growth": rate["estimate"],
        "low": rate["ci_low"],
        "high": rate["ci_high"],
        "level_pct": 100 * COVERAGE,
        "compound": 100 * cagr(totals(trade), **span),
        "autocorrelation": fit.autocorrelation(),
    }


@where_known
def beside_trend(fit: TrendFit, trade: pd.DataFrame) -> pd.DataFrame:
    """Trade from the last year of the trend on, the trend carried on with the interval of its line
    (not of single years), and how far trade lies from it.
    """
    actual = totals(trade).loc[fit.last_year :]
    line = fit.predict(actual.index).add_suffix("_usd_bn")
    table = line.assign(from_trend_pct=100 * (actual / line.trend_usd_bn - 1))
    table.insert(0, "actual_usd_bn", actual)
    return table.rename_axis("year").reset_index()


@where_known
@cache
def by_size_and_distance(home: str, partner: str, *, year: int) -> PairExpectation | NotApplicable:
    """A pair's exports both ways in a year, USD million, beside those that size and distance lead
    one to expect, see ``expected_by_size_and_distance``; years to 2020.
    """
    sides = {"reporter": "exporter", "partner": "importer"}
    exports = load("trade_annual", flow="exports", year=year).rename(columns=sides)
    sizes_of_states, distances = load("gdp_population", year=year), load("distances")
    pair = iso3(home), iso3(partner)
    return expected_by_size_and_distance(exports, sizes_of_states, distances, pair=pair, year=year)


@where_known
def gravity_coefficients(expectation: PairExpectation) -> pd.DataFrame:
    """Coefficients of the gravity equation behind an expectation."""
    return expectation.fit.tidy().replace({"term": TERMS})


@where_known
def beside_size_and_distance(home: str, partner: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """Trade of a pair in some years, what was to be expected, their ratio and its place among pairs
    of which a billion dollars or more is expected, or why it has none.
    """
    rows = []
    for year in years:
        made = by_size_and_distance(home, partner, year=year)
        if isinstance(made, NotApplicable):
            rows.append((str(year), *[float("nan")] * 3, made.reason))
        else:
            levels = made.actual / 1000, made.expected / 1000
            rows.append((str(year), *levels, made.ratio, str(made.place)))
    columns = ["year", "actual_usd_bn", "expected_usd_bn", "times_expected", "place"]
    return pd.DataFrame(rows, columns=columns)


@where_known
def places_by_size(home: str, partner: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """Trade of a pair and its rank by size among all pairs in some years, or why there is none."""
    margin_pct, two = margin_of_estimates()["more_pct"], in_order(home, partner)
    rows = [(str(y), *place(sizes(y, margin_pct), two, f"trade in {y}")) for y in years]
    return pd.DataFrame(rows, columns=["year", "trade_usd_bn", "place_by_size"])


@where_known
def places_by_growth(
    home: str, partner: str, *, spans: tuple[tuple[int, int], ...]
) -> pd.DataFrame:
    """Growth of a pair and its rank among pairs of a billion dollars or more, over some spans."""
    margin_pct, two = margin_of_estimates()["more_pct"], in_order(home, partner)
    rows = []
    for first, last in spans:
        span, table = f"{first}-{last}", growth(first, last, margin_pct)
        rows.append((span, *place(table, two, f"growth in {span}")))
    return pd.DataFrame(rows, columns=["years", "growth_pct", "place_by_growth"])


def margin() -> Figures:
    """How wrong an estimated figure may be: China customs' count over the IMF's estimate, 2025."""
    return {"margin_pct": margin_of_estimates()["more_pct"]}
