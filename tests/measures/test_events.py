"""Exact Poisson intervals and tests against R's documented example, statsmodels and their
definitions."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson, test_poisson_2indep

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.measures.events import compare_rates, event_rates, poisson_rate

test_poisson_2indep.__test__ = False  # a statsmodels function, not a test of ours
PRINTED = 5e-7  # R prints seven digits


def test_the_examples_of_rs_poisson_test():
    nickel = poisson_rate(137, 24.19893)
    assert nickel.rate == pytest.approx(5.661407, abs=PRINTED)
    assert (nickel.ci_low, nickel.ci_high) == pytest.approx((4.753125, 6.692709), abs=PRINTED)
    cancer = compare_rates((11, 800), (6 + 8 + 7, 1083 + 1050 + 878))
    assert cancer.ratio == pytest.approx(1.971488, abs=PRINTED)
    assert (cancer.ci_low, cancer.ci_high) == pytest.approx((0.8584264, 4.2772659), abs=PRINTED)
    assert cancer.p_value == pytest.approx(0.07967, abs=5e-6)


@settings(deadline=None)
@given(count=st.integers(0, 200), exposure=st.floats(0.1, 1000))
def test_interval_agrees_with_statsmodels_and_its_definition(count, exposure):
    rate = poisson_rate(count, exposure)
    low, high = confint_poisson(count, exposure, method="exact-c", alpha=0.05)
    assert rate.ci_high == pytest.approx(high, rel=1e-9)
    assert rate.ci_low == pytest.approx(0 if count == 0 else low, rel=1e-9)
    assert stats.poisson.cdf(count, rate.ci_high * exposure) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, rate.ci_low * exposure) == pytest.approx(0.025)


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_p_value_agrees_with_statsmodels(alternative):
    name = {"greater": "larger"}.get(alternative, alternative)
    theirs = test_poisson_2indep(15, 27, 4, 60, method="exact-cond", alternative=name)
    ours = compare_rates((15, 27), (4, 60), alternative=alternative)
    assert ours.p_value == pytest.approx(theirs.pvalue)


@settings(deadline=None)
@given(a=st.integers(0, 30), b=st.integers(1, 30), s=st.floats(1, 50), t=st.floats(1, 50))
def test_swapping_the_periods_inverts_the_ratio(a, b, s, t):
    one, two = compare_rates((a, s), (b, t)), compare_rates((b, t), (a, s))
    assert one.p_value == pytest.approx(two.p_value)
    assert one.ci_low == pytest.approx(1 / two.ci_high if two.ci_high < math.inf else 0, abs=1e-12)
    assert one.ratio == pytest.approx(a / s / (b / t))


def test_no_event_in_one_period_or_in_both():
    none = compare_rates((0, 30), (6, 20))
    assert (none.ratio, none.ci_low) == (0, 0)
    assert none.ci_high < 1
    assert compare_rates((6, 20), (0, 30)).ratio == math.inf
    said = compare_rates((0, 30), (0, 20))
    assert isinstance(said, NotApplicable)
    assert "no event in either period" in said.reason


def test_events_per_period():
    years = [1961, 1964, 1964, 1969, 1993, 2020]
    table = event_rates(years, periods={"quarrel": (1960, 1986), "thaw": (1987, 2014)})
    table = table.set_index("period")
    assert table["count"].tolist() == [4, 1]
    assert table["exposure"].tolist() == [27, 28]
    assert table.loc["quarrel", "rate"] == pytest.approx(4 / 27)
    assert table.loc["thaw", "ci_high"] == poisson_rate(1, 28).ci_high


@pytest.mark.parametrize(
    ("count", "exposure", "message"),
    [
        (-1, 10, "the count is -1; allowed: a whole number from 0 to"),
        (1.5, 10, "the count is 1.5"),
        (1, 0, "the exposure is 0; allowed: a finite number above 0"),
        (1, math.nan, "the exposure is nan"),
    ],
)
def test_bad_counts_raise(count, exposure, message):
    with pytest.raises(ParameterError, match=message):
        poisson_rate(count, exposure)


def test_bad_periods_and_alternatives_raise():
    for periods in ({"a": (1990, 1980)}, {"a": (1960, 1990), "b": (1990, 2000)}, {}):
        with pytest.raises(ParameterError, match="do not overlap"):
            event_rates([1970], periods=periods)
    with pytest.raises(ValueError, match="must be 'two-sided', 'less' or"):
        compare_rates((1, 1), (1, 1), alternative="larger")
    with pytest.raises(ParameterError, match="of period 'a' is '1960'"):
        event_rates([1970], periods={"a": ("1960", 1990)})
    with pytest.raises(ModelInputError, match="holds str values, such as '1970'"):
        event_rates(["1970"], periods={"a": (1960, 1990)})
