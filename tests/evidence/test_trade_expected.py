"""What was to be expected of a pair's trade, by its own trend and beside all pairs."""

import numpy as np
import pandas as pd
import pytest

from analysis.evidence import trade_expected as expected


def growing(years):
    places = np.arange(len(years))
    levels = 10 * np.exp(0.1 * places + 0.01 * np.cos(places))
    return pd.DataFrame({"year": list(years), "total_usd_bn": levels})


def test_the_trend_ends_with_the_first_year_and_is_carried_on_from_there():
    trade = growing(range(1992, 2022))
    later = trade.total_usd_bn.iloc[-1] * np.exp(0.1 * np.arange(1, 4)) * 2
    after = pd.DataFrame({"year": range(2022, 2025), "total_usd_bn": later})
    trend = expected.trend_before(pd.concat([trade, after], ignore_index=True), (2021, 2024))
    assert (trend["first"], trend["last"]) == (1992, 2021)
    assert trend["estimate"] == pytest.approx(100 * np.expm1(0.1), abs=0.1)
    assert trend["ci_low"] < trend["estimate"] < trend["ci_high"]
    table = trend["beside"].set_index("year")
    assert table.index.tolist() == [2021, 2022, 2023, 2024]
    assert table.from_trend_pct.loc[2022:].tolist() == pytest.approx([100, 100, 100], abs=5)


def test_too_few_years_make_no_trend():
    trend = expected.trend_before(growing(range(2018, 2025)), (2020, 2024))
    assert "at least 5 years" in str(trend)


def test_size_draws_trade_and_distance_weakens_it_and_both_sides_give_one_answer():
    fit = expected.by_size_and_distance("Russia", "CHN", year=2020)
    signs = expected.gravity_coefficients(fit).set_index("term").estimate
    assert signs["GDP of the exporter, log"] > 0 > signs["distance, log"]
    table = expected.beside_size_and_distance("CHN", "RUS", years=(2000, 2020)).set_index("year")
    assert table.times_expected["2020"] == pytest.approx(fit.ratio)
    assert table.times_expected["2020"] < 0.8 < table.times_expected["2000"]
    assert table.actual_usd_bn["2020"] == pytest.approx(100.2, abs=0.05)


def test_a_pair_or_year_without_data_has_no_expectation():
    table = expected.beside_size_and_distance("SSD", "TUV", years=(2020,))
    assert table.times_expected.isna().all()
    both = "exports from South Sudan to Tuvalu and exports from Tuvalu to South Sudan"
    assert table.place[0] == f"{both} are not known in 2020"
    (unsized,) = expected.beside_size_and_distance("PRK", "CUB", years=(2020,)).place
    assert unsized == "the GDP of North Korea is not known in 2020"
    (small,) = expected.beside_size_and_distance("BWA", "FJI", years=(2009,)).place
    assert "USD 1 million are expected in 2009, and pairs are ranked from 1,000" in small
    assert "2024" in str(expected.by_size_and_distance("RUS", "CHN", year=2024))


def test_places_are_those_of_the_pair_or_say_why_there_is_none():
    places = expected.places("Russia", "CHN", years=(2010, 2025), spans=())
    sizes = places["by_size"].set_index("year")
    assert sizes.trade_usd_bn["2025"] == pytest.approx(211.7, abs=0.05)
    assert sizes.place_by_size["2010"].startswith("rank 49")
    assert places["margin_pct"] == pytest.approx(15, abs=0.5)
    growth = expected.places("SSD", "TUV", years=(), spans=((2015, 2020),))["by_growth"]
    assert growth.growth_pct.isna().all()
    assert "are not among" in growth.place_by_growth[0]
