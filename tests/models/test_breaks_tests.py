"""Tests for a break: printed statistics, other code, the limit's tail, size and power where the
truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.datasets import nile as nile_data

from analysis.errors import ModelInputError, ParameterError
from analysis.models.breaks_tests import (
    PERSISTENCE_RISK,
    autoregression,
    first_autocorrelation,
    persistence_bound,
    sup_f_test,
    wald_profile,
)

BINOMIAL = 3.5  # standard errors allowed to a simulated frequency: one false alarm in two thousand


@pytest.fixture(scope="module")
def nile():
    frame = nile_data.load_pandas().data
    return pd.Series(
        frame["volume"].to_numpy(), index=frame["year"].astype(int).to_numpy(), name="flow"
    )


def series(values, start=1960):
    return pd.Series(np.asarray(values, dtype=float), index=range(start, start + len(values)))


def rejections(*, persistence, n, repeats, seed, shift=0.0, level=0.05, **options):
    """Share of simulated series in which the test rejects."""
    rng = np.random.default_rng(seed)
    count = 0
    for i in range(repeats):
        values = autoregression(rng.standard_normal(n), persistence, stationary=True)
        values[n // 2 :] += shift
        count += sup_f_test(series(values), n_draws=199, seed=i, **options).p_value <= level
    return count / repeats


# Printed results and other code


def test_nile_statistic(nile):
    """Zeileis, Leisch, Hornik and Kleiber (2002): sup-F 75.93 at 15 % trimming, break after
    1898."""
    test = sup_f_test(nile)
    assert round(test.statistic, 2) == 75.93
    assert test.break_after == 1898
    assert test.p_value == pytest.approx(0.001)


def test_profile_equals_chow_tests_by_statsmodels():
    outcome = np.random.default_rng(1).standard_normal(40)
    profile = wald_profile(outcome[None], 6)[0]
    assert np.isnan(profile).sum() == 5 + 6
    for k in range(6, 35):
        after = (np.arange(40) >= k).astype(float)
        full = sm.OLS(outcome, np.column_stack([np.ones(40), after])).fit()
        chow = full.compare_f_test(sm.OLS(outcome, np.ones(40)).fit())[0]
        assert profile[k - 1] == pytest.approx(chow, rel=1e-8)


# Simulations


def test_power_against_one_shift():
    assert rejections(persistence=0.0, n=60, repeats=20, seed=3, shift=2.0) >= 0.9


def test_persistence_bound_is_exceeded_as_often_as_it_says():
    def estimate(paths):
        return first_autocorrelation(paths - paths.mean(axis=1, keepdims=True))

    paths = autoregression(
        np.random.default_rng(4).standard_normal((200, 50)), 0.6, stationary=True
    )
    bounds = [
        persistence_bound(float(found), estimate, n_obs=50, seed=9)
        for found in estimate(paths)[:200:2]
    ]
    error = math.sqrt(PERSISTENCE_RISK * (1 - PERSISTENCE_RISK) / len(bounds))
    assert np.mean(np.array(bounds) < 0.6) == pytest.approx(PERSISTENCE_RISK, abs=BINOMIAL * error)


@pytest.mark.slow
def test_size_with_persistent_errors():
    """AR(0.8), fifty years, no break: the autoregressive bootstrap seldom sees one."""
    persistent = {"persistence": 0.8, "n": 50, "seed": 11}
    assert rejections(**persistent, repeats=400) <= 0.09
    assert rejections(persistence=0.0, n=50, seed=11, repeats=400) <= 0.08


@pytest.mark.slow
def test_power_with_persistent_errors():
    """A shift of four innovations' standard deviations is seen in some series; one of two mostly is
    not."""
    large = rejections(persistence=0.8, n=50, seed=12, repeats=100, shift=4.0)
    small = rejections(persistence=0.8, n=50, seed=12, repeats=100, shift=2.0)
    assert large > small
    assert large >= 0.2


# Shape, cautions and refusals


def test_text_and_numbers_depend_on_the_seed_only(nile):
    late = nile.loc[1899:]
    first, again = sup_f_test(late, seed=4, n_draws=99), sup_f_test(late[::-1], seed=4, n_draws=99)
    assert first == again
    assert "p-value ar_wild, 99 draws, seed 4, persistence" in first.spec
    assert sup_f_test(late, seed=5, n_draws=99).statistic == first.statistic
    assert sup_f_test(late * 7 + 3, seed=4, n_draws=99).p_value == first.p_value


def test_splices_and_edges_are_marked(nile):
    assert sup_f_test(nile, splices=[1899]).caution == "at the change of source in 1899"
    assert sup_f_test(nile, splices=[1950]).caution == ""
    edge = series(
        np.where(np.arange(40) < 3, 8.0, 0.0) + 0.1 * np.random.default_rng(2).standard_normal(40)
    )
    assert "at the edge" in sup_f_test(edge).caution


def test_refusals():
    noise = series(np.random.default_rng(0).standard_normal(40))
    assert "too few for a mean" in str(sup_f_test(noise.iloc[:10]))
    assert "constant or fitted exactly in 1960-1999" in str(sup_f_test(noise * 0 + 0.1))
    assert "fits the series exactly" in str(sup_f_test(series(np.repeat([0.0, 1.0], 20))))
    with pytest.raises(ModelInputError, match="the series is out of range: 1965: nan"):
        sup_f_test(noise.where(noise.index != 1965))
    with pytest.raises(ParameterError, match="n_draws is 0"):
        sup_f_test(noise, n_draws=0)
