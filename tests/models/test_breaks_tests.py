"""Tests for a break: printed statistics, other code, the limit's tail, size and power where the
truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.datasets import nile as nile_data

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.breaks_bootstrap import (
    PERSISTENCE_RISK,
    autoregression,
    first_autocorrelation,
    limit_sup_f,
    persistence_bound,
    wald_profile,
)
from analysis.models.breaks_tests import REFERENCES, sequential_tests, sup_f_test

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
# ---------------------------------------------------------------------------------


def test_nile_statistic(nile):
    """Zeileis, Leisch, Hornik and Kleiber (2002): sup-F 75.93 at 15 % trimming, break after
    1898."""
    for reference in REFERENCES:
        test = sup_f_test(nile, reference=reference)
        assert round(test.statistic, 2) == 75.93
        assert test.break_after == 1898
        assert test.p_value == pytest.approx(0.001)
    assert test.profile.index.tolist() == list(range(1885, 1956))


def test_profile_equals_chow_tests_by_statsmodels():
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(40), rng.standard_normal(40)])
    outcome = rng.standard_normal(40)
    profile = wald_profile(outcome[None], design, 6, hac_lags=None)[0]
    assert np.isnan(profile).sum() == 5 + 6
    for k in range(6, 35):
        after = np.arange(40)[:, None] >= k
        full = sm.OLS(outcome, np.hstack([design, design * after])).fit()
        chow = full.compare_f_test(sm.OLS(outcome, design).fit())[0]
        assert profile[k - 1] == pytest.approx(2 * chow, rel=1e-8)


@pytest.mark.parametrize("q", [1, 2])
def test_robust_profile_equals_newey_west_by_statsmodels(q):
    rng = np.random.default_rng(2)
    design = np.column_stack([np.ones(40), rng.standard_normal(40)])[:, :q]
    outcome = rng.standard_normal((2, 40))
    profile = wald_profile(outcome, design, 6, hac_lags=2)
    kernel = {"maxlags": 2, "use_correction": False}
    for row in range(2):
        for k in (6, 17, 34):
            before = sm.OLS(outcome[row, :k], design[:k]).fit(cov_type="HAC", cov_kwds=kernel)
            after = sm.OLS(outcome[row, k:], design[k:]).fit(cov_type="HAC", cov_kwds=kernel)
            shift = after.params - before.params
            wald = (
                shift
                @ np.linalg.solve(before.cov_params() + after.cov_params(), shift)
                * (40 - 2 * q)
                / 40
            )
            assert profile[row, k - 1] == pytest.approx(wald, rel=1e-8)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_limit_has_the_tail_that_theory_gives(q):
    """Leading terms of the tail of the supremum (James, James and Siegmund 1987; Estrella 2003)."""
    draws = limit_sup_f(q, 0.15, n_steps=1000, n_draws=10_000, seed=3)
    for level in (0.05, 0.01):
        c = float(np.quantile(draws, 1 - level))
        odds = 2 * math.log(0.85 / 0.15)
        tail = (
            (c / 2) ** (q / 2) * math.exp(-c / 2) / math.gamma(q / 2) * (odds * (1 - q / c) + 2 / c)
        )
        error = math.sqrt(level * (1 - level) / len(draws))
        discreteness = 0.12 * level  # a path in 1000 steps misses part of its peaks
        assert tail == pytest.approx(level, abs=BINOMIAL * error + discreteness)


def test_limit_grows_with_coefficients_and_with_less_trimming():
    def cutoff(q, trimming):
        return np.quantile(limit_sup_f(q, trimming, n_steps=200, n_draws=2000, seed=0), 0.95)

    assert cutoff(1, 0.15) < cutoff(2, 0.15) < cutoff(3, 0.15)
    assert cutoff(1, 0.25) < cutoff(1, 0.15) < cutoff(1, 0.05)


# Simulations
# ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["wild", "fixed_regressor", "asymptotic"])
def test_size_with_independent_errors(reference):
    size = rejections(persistence=0.0, n=60, repeats=400, seed=1, reference=reference)
    # At sixty observations the last two run a little above the nominal 5 %.
    assert 0.05 - BINOMIAL * 0.011 <= size <= 0.07 + BINOMIAL * 0.013


def test_wild_signs_allow_for_a_variance_that_changes():
    rng = np.random.default_rng(2)
    spread = np.where(np.arange(60) < 45, 1.0, 4.0)
    p_values = {"wild": [], "asymptotic": []}
    for i in range(300):
        values = series(spread * rng.standard_normal(60))
        for reference, found in p_values.items():
            found.append(sup_f_test(values, reference=reference, n_draws=199, seed=i).p_value)
    size = {reference: np.mean(np.array(found) <= 0.05) for reference, found in p_values.items()}
    assert size["wild"] <= 0.05 + BINOMIAL * 0.013
    assert size["asymptotic"] > size["wild"]


def test_power_against_one_shift():
    for reference in REFERENCES:
        repeats = 20 if reference == "ar_wild" else 60
        assert (
            rejections(
                persistence=0.0, n=60, repeats=repeats, seed=3, shift=2.0, reference=reference
            )
            >= 0.9
        )


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
    """AR(0.8), fifty years, no break: the usual tests see one nearly always; the autoregressive
    bootstrap does not."""
    persistent = {"persistence": 0.8, "n": 50, "seed": 11}
    assert rejections(**persistent, repeats=400) <= 0.09
    assert rejections(**persistent, repeats=200, reference="wild") >= 0.6
    assert rejections(**persistent, repeats=200, reference="asymptotic", hac_lags=3) >= 0.4
    assert rejections(persistence=0.0, n=50, seed=11, repeats=400) <= 0.08


@pytest.mark.slow
def test_power_with_persistent_errors():
    """A shift of four innovations' standard deviations is seen in some series; one of two mostly is
    not."""
    large = rejections(persistence=0.8, n=50, seed=12, repeats=100, shift=4.0)
    small = rejections(persistence=0.8, n=50, seed=12, repeats=100, shift=2.0)
    assert large > small
    assert large >= 0.2


# Sequence
# ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_steps():
    return series(
        np.repeat([0.0, 3.0, 6.0], 20) + 0.5 * np.random.default_rng(5).standard_normal(60)
    )


def test_sequence_finds_two_shifts(two_steps):
    found = sequential_tests(two_steps, reference="asymptotic")
    assert found.n_breaks == 2
    assert found.tests[2].given == (1979, 1999)
    assert found.stopped_because == "the test for break 3 does not reject"
    assert found.tidy()["null_breaks"].tolist() == [0, 1, 2]


def test_steps_in_one_direction_look_like_persistence_until_two_are_removed(two_steps):
    one, two = (sup_f_test(two_steps, shifts_removed=count, n_draws=199) for count in (1, 2))
    assert one.persistence > two.persistence + 0.2
    assert two.p_value <= 0.05 < one.p_value


def test_sequence_ends_where_nothing_is_found_or_no_more_is_asked():
    noise = series(np.random.default_rng(6).standard_normal(60))
    assert sequential_tests(noise, reference="wild").n_breaks == 0
    shifted = noise + np.repeat([0, 5], 30)
    capped = sequential_tests(shifted, reference="wild", max_breaks=1)
    assert (capped.n_breaks, capped.stopped_because) == (1, "1 breaks are the most asked for")
    assert isinstance(sequential_tests(noise * 0), NotApplicable)
    with pytest.raises(ParameterError, match=r"alpha=1.5"):
        sequential_tests(noise, alpha=1.5)


def test_given_breaks_are_tested_regime_by_regime(nile):
    both = sup_f_test(nile, given=[1898], reference="wild")
    early = sup_f_test(nile.loc[:1898], reference="wild")
    late = sup_f_test(nile.loc[1899:], reference="wild")
    assert both.statistic == pytest.approx(max(early.statistic, late.statistic))
    with pytest.raises(ParameterError, match=r"given=\[1970, 2020\].*1871 to 1969"):
        sup_f_test(nile, given=[1970, 2020])


# Shape, cautions and refusals
# -----------------------------------------------------------------------------------


def test_text_and_numbers_depend_on_the_seed_only(nile):
    late = nile.loc[1899:]
    first, again = sup_f_test(late, seed=4, n_draws=99), sup_f_test(late[::-1], seed=4, n_draws=99)
    assert str(first) == str(again)
    assert first.glance().to_dict() == again.glance().to_dict()
    assert "p-value ar_wild, 99 draws, seed 4, persistence" in first.spec
    assert sup_f_test(late, seed=5, n_draws=99).statistic == first.statistic
    assert sup_f_test(late * 7 + 3, seed=4, n_draws=99).p_value == first.p_value


def test_splices_and_edges_are_marked(nile):
    assert (
        sup_f_test(nile, splices=[1899], reference="wild").caution
        == "at the change of source in 1899"
    )
    assert sup_f_test(nile, splices=[1950], reference="wild").caution == ""
    edge = series(
        np.where(np.arange(40) < 3, 8.0, 0.0) + 0.1 * np.random.default_rng(2).standard_normal(40)
    )
    assert "at the edge" in sup_f_test(edge, reference="wild").caution


def test_refusals():
    noise = series(np.random.default_rng(0).standard_normal(40))
    assert "leaves too few" in str(sup_f_test(noise.iloc[:10]))
    assert "constant or fitted exactly in 1960-1999" in str(sup_f_test(noise * 0 + 0.1))
    assert "fits the series exactly" in str(sup_f_test(series(np.repeat([0.0, 1.0], 20))))
    with pytest.raises(ModelInputError, match="missing or infinite: the series in 1965"):
        sup_f_test(noise.where(noise.index != 1965))
    dummy = pd.DataFrame(
        {"one": 1.0, "late": (noise.index >= 1980).astype(float)}, index=noise.index
    )
    with pytest.raises(ModelInputError, match="collinear in some stretch of 6"):
        sup_f_test(noise, regressors=dummy)
    with pytest.raises(ParameterError, match="'table' is unknown"):
        sup_f_test(noise, reference="table")
    with pytest.raises(ParameterError, match="n_draws=0"):
        sup_f_test(noise, n_draws=0)
    with pytest.raises(ParameterError, match=r"trimming=0.6"):
        sup_f_test(noise, trimming=0.6)
    with pytest.raises(ParameterError, match="does not hold for a trend"):
        sup_f_test(noise, regressors="trend", reference="asymptotic")
