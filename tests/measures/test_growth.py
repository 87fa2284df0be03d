"""Growth: known values, identities and errors that explain."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MissingYearError, ModelInputError, ParameterError
from analysis.measures import growth

ROUNDING = 1e-9  # sums and products of a few dozen doubles
positive = st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=30)


def yearly(values, start=2000, name="trade_usd_bn"):
    return pd.Series(list(values), index=range(start, start + len(values)), name=name, dtype=float)


def test_cagr_of_a_level_that_doubles_in_ten_years_whatever_lies_between():
    levels = pd.Series({2010: 50.0, 2011: np.nan, 2020: 100.0})
    assert growth.cagr(levels, first=2010, last=2020) == pytest.approx(2**0.1 - 1, rel=ROUNDING)


@given(positive, st.floats(1e-3, 1e3))
@settings(deadline=None, max_examples=30)
def test_cagr_is_free_of_the_unit_and_is_the_geometric_mean_of_growth(values, unit):
    levels = yearly(values)
    span = {"first": 2000, "last": int(levels.index[-1])}
    rate = growth.cagr(levels, **span)
    assert growth.cagr(unit * levels, **span) == pytest.approx(rate, rel=1e-6, abs=1e-8)
    mean = np.expm1(np.log1p(growth.yearly_growth(levels)).mean())
    assert mean == pytest.approx(rate, abs=1e-5)  # a fall to a billionth keeps seven digits


@given(positive, st.floats(0.1, 10))
@settings(deadline=None, max_examples=30)
def test_deflating_by_a_constant_price_changes_nothing_and_the_base_year_keeps_its_level(
    values, price
):
    levels = yearly(values)
    constant = growth.deflate(levels, price * levels**0, base_year=2001)
    np.testing.assert_allclose(constant, levels, rtol=ROUNDING)
    prices = yearly(np.linspace(1, 2, len(levels)))
    real = growth.deflate(levels, prices, base_year=2001)
    assert real[2001] == pytest.approx(levels[2001], rel=ROUNDING)
    factor, of_levels, of_prices = (s.iloc[-1] / s.iloc[0] for s in (real, levels, prices))
    assert factor == pytest.approx(of_levels / of_prices, rel=ROUNDING)


def test_real_growth_another_currency_and_an_index_by_hand():
    real = growth.deflate(yearly([100, 120]), yearly([1.0, 1.2]), base_year=2000)
    assert real.tolist() == pytest.approx([100, 100])
    rate = {"target_per_source": yearly([6.5, 7.0]), "target": "cny"}
    yuan = growth.convert_currency(yearly([10.0, 20.0]), **rate)
    assert yuan.to_dict() == {2000: 65.0, 2001: 140.0}
    assert (real.name, yuan.name) == ("trade_usd_bn_2000_prices", "trade_usd_bn_in_cny")
    assert growth.indexed_levels(yearly([4, 8]), base_year=2000).tolist() == [100.0, 200.0]


def test_a_gap_is_left_out_and_never_bridged():
    levels = pd.Series({1960: 1.0, 1961: 2.0, 1964: 8.0, 1965: 16.0})
    with pytest.raises(MissingYearError, match="lacks 1962-1963"):
        growth.yearly_growth(levels)
    assert growth.yearly_growth(levels, gaps="omit").to_dict() == {1961: 1.0, 1965: 1.0}


def test_errors_name_the_offenders_and_what_is_available():
    levels = pd.Series({2000: 1.0, 2001: 2.0, 2003: -1.0, 2004: 0.0})
    with pytest.raises(MissingYearError, match=r"lacks 2002; .*available: 2000-2001, 2003-2004"):
        growth.cagr(levels, first=2000, last=2002)
    with pytest.raises(ModelInputError, match="2003: -1"):
        growth.cagr(levels, first=2000, last=2003)
    with pytest.raises(ModelInputError, match="2003: -1, 2004: 0"):
        growth.yearly_growth(levels)
    with pytest.raises(ParameterError, match="covers no year"):
        growth.cagr(levels, first=2001, last=2001)
    with pytest.raises(MissingYearError, match="the deflator lacks 2001"):
        growth.deflate(yearly([1, 2]), pd.Series({2000: 1.0}), base_year=2000)
    with pytest.raises(ModelInputError, match="an exchange rate is out of range: 2000: 0"):
        growth.convert_currency(yearly([1]), target_per_source=yearly([0]), target="cny")
    with pytest.raises(ModelInputError, match="integer years"):
        growth.yearly_growth(pd.Series([1.0, 2.0], index=["a", "b"]))
    with pytest.raises(ModelInputError, match="repeats"):
        growth.yearly_growth(pd.Series([1.0, 2.0], index=[2000, 2000]))


def test_inputs_are_left_alone():
    levels, before = yearly([3, 2, 1]).iloc[::-1], yearly([3, 2, 1]).iloc[::-1].copy()
    growth.yearly_growth(levels)
    growth.deflate(levels, levels, base_year=2000)
    pd.testing.assert_series_equal(levels, before)


def test_the_latest_run_begins_after_the_last_gap_or_zero():
    levels = pd.Series({2000: 5.0, 2001: 0.0, 2002: 1.0, 2004: 2.0, 2005: 3.0, 2006: np.nan})
    assert growth.latest_run(levels).to_dict() == {2004: 2.0, 2005: 3.0}
    assert growth.latest_run(levels.loc[:2002]).to_dict() == {2002: 1.0}
    with pytest.raises(MissingYearError, match="are 2004-2005; allowed: 3 years or more"):
        growth.latest_run(levels, fewest=3)
    with pytest.raises(MissingYearError, match="no year has a level above zero"):
        growth.latest_run(levels.loc[[2001, 2006]])


def test_the_latest_growth_is_over_the_last_two_years_that_far_apart():
    levels = pd.Series({2000: 1.0, 2002: 4.0, 2003: 9.0, 2004: 0.0})
    assert growth.latest_cagr(levels, window=2) == (2002, pytest.approx(1.0))
    assert growth.latest_cagr(levels, window=3) == (2003, pytest.approx(9 ** (1 / 3) - 1))
    with pytest.raises(MissingYearError, match=r"no two years that are 4 apart.*2000, 2002-2003"):
        growth.latest_cagr(levels, window=4)
