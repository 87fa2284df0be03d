"""Views refuse what the data cannot answer, and say what would do."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.errors import CoverageError, ParameterError, UnknownCountryError
from analysis.tables import load
from analysis.tables.products import product_trade
from analysis.tables.views import (
    all_pairs,
    coverage,
    false_figures,
    pair_trade,
    partners,
    published_totals,
    shares_of,
    trade_matrix,
    years_to_compare,
)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: shares_of("CHN", "China", first_year=2000, last_year=2010), "both China"),
        (lambda: pair_trade("CHN", "RUS", first_year=2010, last_year=2000), "2010 comes after"),
        (lambda: coverage("CHN", "CN"), "both China"),
        (lambda: product_trade(87, exporter="CHN"), r"\[87\] names no products"),
        (lambda: product_trade(None, exporter="CHN"), r"\[None\] names no products"),
        (lambda: product_trade("\u0668\u0667", exporter="CHN"), "names no products"),
        (lambda: product_trade("87", exporter=["CHN", "RUS"]), "allowed: 'CHN' or 'RUS'"),
        (lambda: product_trade("87", exporter="World"), "allowed: 'CHN' or 'RUS'"),
    ],
)
def test_what_would_give_nothing_or_a_mixture_is_refused(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        (
            {"home": "Rusia", "partner": "CHN"},
            UnknownCountryError,
            "'Rusia' is not a country.*did you mean 'Russia'",
        ),
        ({"home": "RUS", "partner": "RU"}, ParameterError, "home and partner are both Russia"),
        (
            {"home": "RUS", "partner": "CHN", "source": "imf_hom"},
            ParameterError,
            "did you mean 'imf_home'",
        ),
        (
            {"home": "RUS", "partner": "PRI"},
            CoverageError,
            "^no source here has trade of Russia with Puerto Rico; choose another pair.$",
        ),
        (
            {"home": "RUS", "partner": "CHN", "first_year": 2027},
            CoverageError,
            "from 2027.*china_customs 1992-2025",
        ),
        (
            {"home": "USA", "partner": "CHN", "source": "china_customs"},
            CoverageError,
            "allowed: imf_home 19",
        ),
    ],
)
def test_what_cannot_be_answered_is_explained(given, error, says):
    with pytest.raises(error, match=says):
        pair_trade(**given)


def test_partners_after_the_panel_ends():
    with pytest.raises(CoverageError, match="every country to 2020, Russia to 2024, China in 2024"):
        partners("India", year=2022)


def test_one_pair_seen_from_both_ends():
    home = pair_trade("IND", "RUS", source="imf_home")
    partner = pair_trade("RUS", "IND", source="imf_partner")
    assert home.exports_usd_bn.tolist() == partner.imports_usd_bn.tolist()


def test_years_to_compare_falls_back_to_the_latest_span():
    frame = pair_trade("USA", "CHN")
    assert years_to_compare(frame, (2021, 2024)) == (2017, 2020)
    assert years_to_compare(frame, (2010, 2015)) == (2010, 2015)


def test_all_pairs_needs_both_reports():
    panel = all_pairs()
    assert not panel.duplicated(["pair", "year"]).any()
    assert not panel.pair.str.contains(
        "TWN"
    ).any()  # Taiwan is a partner only, so no pair of it has both reports


def test_trade_matrix_keeps_exports_and_fills_sales_at_home():
    matrix = trade_matrix(["RUS", "CHN"], year=2020)
    assert list(matrix.index) == list(matrix.columns) == ["RUS", "CHN", "EU27", "rest of world"]
    sold = load(
        "trade_annual", reporter="RUS", partner="CHN", flow="exports", year=2020
    ).value_usd_mn.iloc[0]
    assert matrix.loc["RUS", "CHN"] == pytest.approx(sold / 1000)
    assert (matrix > 0).all().all()
    gdp = load("gdp_population", country="CHN", year=2020).gdp_usd_mn.iloc[0] / 1000
    assert matrix.loc["CHN"].sum() == pytest.approx(gdp)


def test_years_to_compare_are_two_with_trade():
    frame = pair_trade("Kazakhstan", "Uzbekistan")
    frame.loc[frame.year == 2020, "total_usd_bn"] = 0.0
    assert years_to_compare(frame, (2015, 2020)) == (2014, 2019)
    with pytest.raises(ParameterError, match="put the earlier one first"):
        years_to_compare(frame, (2020, 2015))
    with pytest.raises(CoverageError, match="'imf_home' has 1 here"):
        years_to_compare(pair_trade("Aruba", "Anguilla"), (2015, 2020))


def test_totals_need_both_flows():
    with pytest.raises(
        CoverageError, match="no year has both exports and imports of Aruba and Afghanistan"
    ):
        published_totals("Aruba", "Afghanistan")


NO_YEARS = [
    *("2015", 2015.5, True, np.True_, math.nan, math.inf, pd.NaT, pd.Timestamp("2015")),
    [2015],
]


TAKES_A_YEAR = {
    "pair_trade": lambda year: pair_trade("IND", "RUS", last_year=year),
    "partners": lambda year: partners("CHN", year=year),
    "shares_of": lambda year: shares_of("CHN", "RUS", first_year=year, last_year=2020),
}


@pytest.mark.parametrize("year", NO_YEARS, ids=repr)
@pytest.mark.parametrize("view", TAKES_A_YEAR.values(), ids=TAKES_A_YEAR)
def test_what_is_no_year_is_refused_by_every_view(view, year):
    with pytest.raises(ParameterError, match=r"year.*allowed: a whole number from 1 to 9999; give"):
        view(year)


@pytest.mark.parametrize(
    ("view", "error", "said"),
    [
        (lambda: trade_matrix(["World"], year=2020), UnknownCountryError, "a group of countries"),
        (lambda: trade_matrix(["CHN", "China"], year=2020), ParameterError, "each once"),
        (lambda: trade_matrix(["TWN"], year=2020), CoverageError, "unknown for TWN"),
        (lambda: trade_matrix(["CHN"], year=2023), CoverageError, "GDP of 2023 is unknown"),
        (lambda: false_figures("trade_rusia"), CoverageError, "did you mean 'trade_russia'"),
        (lambda: pair_trade("RUS", "CHN", source=None), ParameterError, "source=None is unknown"),
        (lambda: published_totals("RUS", "CHN", source=["auto"]), ParameterError, "is unknown"),
    ],
)
def test_options_and_lists_are_checked(view, error, said):
    with pytest.raises(error, match=said):
        view()


@pytest.mark.parametrize("years", [2015, None, (2010.5, 2020), (True, 2020), (2010,), {}])
def test_two_whole_years_are_compared_or_none(years):
    with pytest.raises(ParameterError, match="allowed: two years as whole numbers"):
        years_to_compare(pair_trade("RUS", "CHN"), years)


@pytest.mark.parametrize("years", ["(2010, 2020)", ("2010", "2020")])
def test_years_that_are_text_are_named_as_such(years):
    with pytest.raises(ParameterError, match=r"text; allowed: two years as whole numbers"):
        years_to_compare(pair_trade("RUS", "CHN"), years)
