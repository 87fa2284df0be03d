"""Heads of tables in words: what a reader sees in place of the name of a column."""

from __future__ import annotations

HEADS = {
    "actual_usd_bn": "What came, USD bn",
    "at_high": "Sum at the high end, USD bn",
    "at_least": "A lower bound",
    "at_low": "Sum at the low end, USD bn",
    "because_it": "Because it",
    "before_usd_bn": "Before, USD bn",
    "beyond_growth": "By volume beyond its old share, USD bn",
    "brent_usd_bbl": "Brent, USD a barrel",
    "china_in_exports_pct": "China in Russia's exports, %",
    "china_in_imports_pct": "China in Russia's imports, %",
    "china_usd_bn": "China, USD bn",
    "ci_high": "Interval to",
    "ci_high_usd_bn": "Interval to, USD bn",
    "ci_low": "Interval from",
    "ci_low_usd_bn": "Interval from, USD bn",
    "coal_thousand_usd_per_t": "Coal, USD thousand a tonne",
    "contribution_pct": "Contribution to growth, %",
    "count": "Number",
    "counterfactual_usd_bn": "Without a turn, USD bn",
    "coverage": "Inside the interval",
    "coverage_high": "Inside, interval to",
    "coverage_low": "Inside, interval from",
    "crps_log": "CRPS of the logarithm",
    "crude_thousand_usd_per_t": "Crude, USD thousand a tonne",
    "customs_pct": "Over Russian customs (too low), %",
    "date": "Date",
    "equal_partners": "As many equal partners",
    "error_pct": "Outcome less forecast, %",
    "estimated": "An estimate",
    "european_union_eur_bn": "European Union, EUR bn",
    "expected_usd_bn": "Expected, USD bn",
    "exposure": "Years",
    "first": "First year",
    "forecast": "Forecast, USD bn",
    "from_russia_pct": "From Russia, %",
    "from_trend_pct": "Away from the trend, %",
    "gain": "Gain beyond the others",
    "gap_points": "Gap, points",
    "growth_cny_pct": "Growth in yuan, %",
    "herfindahl": "Hirschman-Herfindahl index",
    "imports_high_pct": "Imports without false figures, %",
    "in_2021_pct": "2021, %",
    "in_2024_pct": "2024, %",
    "inside": "Inside the interval",
    "last": "Last year",
    "length_years": "Years",
    "less": "Pairs with less, %",
    "lng": "LNG",
    "lng_mt": "LNG, Mt",
    "lng_thousand_usd_per_t": "LNG, USD thousand a tonne",
    "mase": "MASE",
    "median_pair": "Median pair, %",
    "meaning": "Assumption",
    "mirror_pct": "As partners report (too high), %",
    "more_lopsided_pct": "Pairs more lopsided, %",
    "n": "Forecasts scored",
    "names_russia": "Names Russia",
    "non_aggression": "No attack",
    "n_errors": "Past errors behind it",
    "outcome": "Outcome",
    "p_value": "p-value",
    "paid_usd_bbl": "China paid, USD a barrel",
    "people_high": "People, at most",
    "people_low": "People, at least",
    "price_effect": "By price, USD bn",
    "rate": "Disputes a year",
    "reads_as": "Read as",
    "residual_usd_bn": "Actual less expected, USD bn",
    "rise_usd_bn": "Rise, USD bn",
    "row": "Status of the figure",
    "sold_usd_bn": "Sold by China, USD bn",
    "state_a": "One state",
    "state_b": "The other",
    "statistic": "Test statistic",
    "std_error": "Standard error",
    "term": "Term",
    "times_expected": "Actual over expected",
    "trend_usd_bn": "Trend, USD bn",
    "turnover_usd_bn": "Trade both ways, USD bn",
    "union_in_exports_pct": "European Union in Russia's exports, %",
    "union_in_imports_pct": "European Union in Russia's imports, %",
    "unknown": "Vote unknown",
    "value_first": "Value at first, USD bn",
    "value_last": "Value at last, USD bn",
    "variants": "Variants",
    "volume_effect": "By volume, USD bn",
    "vote_chn": "China",
    "vote_rus": "Russia",
    "vote_usa": "United States",
    "whole_list": "All priority goods",
    "with_russia": "With Russia",
    "without_false_rows_pct": "Without false figures, %",
}
"""Names that say too little by themselves; all others are said with spaces and units."""
UNITS = {"_pct": ", %", "_usd_bn": ", USD bn", "_usd_mn": ", USD mn", "_mt": ", Mt", "_ej": ", EJ"}
"""How the ending of a column's name is said."""


def head(column: str) -> str:
    """Name of a column in words: 'exports_usd_bn' becomes 'Exports, USD bn'."""
    if column in HEADS:
        return HEADS[column]
    for ending, unit in UNITS.items():
        if column.endswith(ending):
            return _capital(column.removesuffix(ending).replace("_", " ")) + unit
    return _capital(column.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
