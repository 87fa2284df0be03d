"""Breaks: printed results, other code, simulations whose truth is known, and refusals."""

import math
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import nile as nile_data

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.breaks import (
    PERSISTENCE_RISK,
    autoregression,
    best_partitions,
    first_autocorrelation,
    fit_breaks,
    persistence_bound,
    segment_ssr,
    sup_f_test,
    wald_profile,
)
from analysis.models.result import TIDY_COLUMNS

ROUNDING = 1e-9  # relative, a few hundred updates of well-scaled doubles
BINOMIAL = 3.5  # standard errors allowed to a simulated frequency: one false alarm in two thousand


@pytest.fixture(scope="module")
def nile():
    return nile_data.load_pandas().data.astype({"year": int}).set_index("year")["volume"]


def series(values, start=1960):
    return pd.Series(np.asarray(values, dtype=float), index=range(start, start + len(values)))


def noise(n, seed):
    return np.random.default_rng(seed).standard_normal(n)


# Printed results


def test_nile_breaks_after_1898(nile):
    """Zeileis, Kleiber, Kraemer and Hornik (2003): one break by BIC, after 1898. Zeileis, Leisch,
    Hornik and Kleiber (2002): sup-F 75.93 at 15 % trimming."""
    fit, test = fit_breaks(nile), sup_f_test(nile)
    assert fit.breaks == (1898,)
    assert fit.tidy()["estimate"].tolist() == [nile.loc[:1898].mean(), nile.loc[1899:].mean()]
    assert (round(test.statistic, 2), test.break_after) == (75.93, 1898)
    assert test.p_value == pytest.approx(0.001)


# Other code


def test_segment_errors_equal_sums_of_squares_one_by_one():
    outcome = noise(30, 1)
    table = segment_ssr(outcome - outcome.mean(), 5)
    for last in range(30):
        for first in range(30):
            part = outcome[first : last + 1]
            expected = part.var() * len(part) if len(part) >= 5 else np.inf
            assert table[last, first] == pytest.approx(expected, rel=1e-9)


def test_dynamic_programming_equals_exhaustive_search():
    outcome = noise(16, 4)
    table = segment_ssr(outcome - outcome.mean(), 3)
    costs, partitions = best_partitions(table, 3)
    for m in (1, 2, 3):
        everything = {}
        for ends in combinations(range(15), m):
            edges = [-1, *ends, 15]
            everything[ends] = sum(table[b, a + 1] for a, b in pairwise(edges))
        best = min(everything, key=everything.__getitem__)
        assert partitions[m] == best
        assert costs[m] == pytest.approx(everything[best], rel=ROUNDING)


def test_means_and_errors_equal_statsmodels(nile):
    table = fit_breaks(nile).tidy().set_index("term")
    for span in ("1871-1898", "1899-1970"):
        part = nile.loc[int(span[:4]) : int(span[5:])]
        other = sm.OLS(part.to_numpy(), np.ones(len(part))).fit()
        assert table.loc[f"mean {span}", "estimate"] == pytest.approx(other.params[0])
        assert table.loc[f"mean {span}", "std_error"] == pytest.approx(other.bse[0])


def test_the_number_of_breaks_has_the_least_bic_of_gaussian_regressions():
    outcome = np.repeat([0.0, 0.9, 0.2], 20) + noise(60, 0)
    partitions, bic = best_partitions(segment_ssr(outcome - outcome.mean(), 9), 3)[1], []
    for m, ends in enumerate(partitions):
        regime = pd.get_dummies(np.searchsorted(ends, np.arange(60)), dtype=float)
        bic.append(sm.OLS(outcome, regime.to_numpy()).fit().bic + m * np.log(60))
    best = partitions[int(np.argmin(bic))]
    fit = fit_breaks(series(outcome), max_breaks=3)
    assert fit.breaks == tuple(1960 + end for end in best)


def test_profile_equals_chow_tests_by_statsmodels():
    outcome = noise(40, 1)
    profile = wald_profile(outcome[None], 6)[0]
    assert np.isnan(profile).sum() == 5 + 6
    for k in range(6, 35):
        after = (np.arange(40) >= k).astype(float)
        full = sm.OLS(outcome, np.column_stack([np.ones(40), after])).fit()
        chow = full.compare_f_test(sm.OLS(outcome, np.ones(40)).fit())[0]
        assert profile[k - 1] == pytest.approx(chow, rel=1e-8)


# Simulations


def test_three_shifts_are_found_and_none_in_noise():
    levels = np.repeat([0.0, 3.0, -1.0, 2.0], 20)
    assert fit_breaks(series(levels + 0.5 * noise(80, 0))).breaks == (1979, 1999, 2019)
    found = sum(bool(fit_breaks(series(noise(60, seed))).breaks) for seed in range(100))
    assert found <= 20


def rejections(*, persistence, n, repeats, seed, shift=0.0):
    """Share of simulated series in which the test rejects at the 5 % level."""
    rng, count = np.random.default_rng(seed), 0
    for i in range(repeats):
        values = autoregression(rng.standard_normal(n), persistence, stationary=True)
        values[n // 2 :] += shift
        count += sup_f_test(series(values), n_draws=199, seed=i).p_value <= 0.05
    return count / repeats


def test_power_against_one_shift():
    assert rejections(persistence=0.0, n=60, repeats=20, seed=3, shift=2.0) >= 0.9


def test_persistence_bound_is_exceeded_as_often_as_it_says():
    def estimate(paths):
        return first_autocorrelation(paths - paths.mean(axis=1, keepdims=True))

    paths = autoregression(noise((200, 50), 4), 0.6, stationary=True)
    bounds = [
        persistence_bound(float(found), estimate, n_obs=50, seed=9)
        for found in estimate(paths)[::2]
    ]
    error = math.sqrt(PERSISTENCE_RISK * (1 - PERSISTENCE_RISK) / len(bounds))
    assert np.mean(np.array(bounds) < 0.6) == pytest.approx(PERSISTENCE_RISK, abs=BINOMIAL * error)


@pytest.mark.slow
def test_size_with_persistent_errors():
    """AR(0.8), fifty years, no break: the autoregressive bootstrap seldom sees one."""
    assert rejections(persistence=0.8, n=50, seed=11, repeats=400) <= 0.09
    assert rejections(persistence=0.0, n=50, seed=11, repeats=400) <= 0.08


# Identities and text


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1e3, 1e3))
@settings(deadline=None, max_examples=25)
def test_dates_do_not_depend_on_unit_origin_or_direction_of_time(seed, unit, origin):
    values = noise(40, seed) + np.repeat([0, 2], 20)
    fit = fit_breaks(series(values), max_breaks=1)
    assert fit_breaks(series(origin + unit * values), max_breaks=1).breaks == fit.breaks
    mirrored = fit_breaks(series(values[::-1]), max_breaks=1)
    assert mirrored.breaks == tuple(1960 + 39 - (year - 1960) - 1 for year in fit.breaks)


def test_shape_and_text(nile):
    fit = fit_breaks(nile)
    assert tuple(fit.tidy().columns) == TIDY_COLUMNS
    assert fit.tidy()["term"].tolist() == ["mean 1871-1898", "mean 1899-1970"]
    assert str(fit) == str(fit_breaks(nile[::-1]))
    assert "1 breaks by BIC" in str(fit)


def test_text_and_numbers_depend_on_the_seed_only(nile):
    late = nile.loc[1899:]
    first, again = (sup_f_test(each, seed=4, n_draws=99) for each in (late, late[::-1]))
    assert first == again
    assert "p-value ar_wild, 99 draws, seed 4, persistence" in first.spec
    assert sup_f_test(late, seed=5, n_draws=99).statistic == first.statistic
    assert sup_f_test(late * 7 + 3, seed=4, n_draws=99).p_value == first.p_value


# What must not become a break


def test_splices_and_edges_are_marked(nile):
    assert sup_f_test(nile, splices=[1899]).caution == "at the change of source in 1899"
    assert sup_f_test(nile, splices=[1950]).caution == ""
    edge = series(np.where(np.arange(40) < 3, 8.0, 0.0) + 0.1 * noise(40, 2))
    assert "at the edge" in sup_f_test(edge).caution


def test_growth_across_a_splice_may_be_absent():
    growth = series(noise(40, 1)).drop(1975)
    assert "n = 39" in fit_breaks(growth, splices=[1975]).spec
    with pytest.raises(ModelInputError, match=r"lacks the years \[1975\]"):
        fit_breaks(growth)


# Refusals

NOISE = series(noise(40, 0))


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        (NOISE[:10], ["regimes of 1, too few for a mean"] * 2),
        (np.full(30, 0.1), ["the series is constant"] * 2),
        (np.zeros(30), ["the series is constant"] * 2),
        (np.repeat([0.0, 1.0], 20), ["1 breaks fit the series exactly", "fits the series exactly"]),
    ],
)
def test_not_applicable(values, reasons):
    for model, reason in zip((fit_breaks, sup_f_test), reasons, strict=True):
        said = model(series(values))
        assert isinstance(said, NotApplicable)
        assert reason in said.reason


@pytest.mark.parametrize("model", [fit_breaks, sup_f_test])
@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (NOISE.where(NOISE.index != 1960), "the series is out of range: 1960: nan"),
        (NOISE.set_axis(pd.to_datetime(NOISE.index.astype(str))), "year of each date"),
        (NOISE.drop(1975), r"lacks the years \[1975\]"),
    ],
)
def test_bad_series_are_explained(model, spoiled, message):
    with pytest.raises(ModelInputError, match=message):
        model(spoiled)


def test_bad_options_are_explained():
    for options in ({"max_breaks": 0}, {"max_breaks": 1.5}):
        with pytest.raises(ParameterError, match="max_breaks is"):
            fit_breaks(NOISE, **options)
    for option, value in (("n_draws", 0), ("seed", -1)):
        with pytest.raises(ParameterError, match=f"{option} is {value}"):
            sup_f_test(NOISE, **{option: value})
