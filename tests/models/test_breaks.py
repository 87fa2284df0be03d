"""Break dates: printed results, other code, simulations whose truth is known, and refusals."""

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
    argmax_cdf,
    argmax_quantile,
    best_partitions,
    fit_breaks,
    segment_ssr,
)
from analysis.models.breaks_tests import autoregression
from analysis.models.result import TIDY_COLUMNS

ROUNDING = 1e-9  # relative, a few hundred updates of well-scaled doubles
BINOMIAL = 3.5  # standard errors allowed to a simulated frequency: one false alarm in two thousand


@pytest.fixture(scope="module")
def nile():
    frame = nile_data.load_pandas().data
    return pd.Series(
        frame["volume"].to_numpy(), index=frame["year"].astype(int).to_numpy(), name="flow"
    )


def series(values, start=1960):
    return pd.Series(np.asarray(values, dtype=float), index=range(start, start + len(values)))


# Printed results


def test_nile_breaks_after_1898(nile):
    """Zeileis, Kleiber, Kraemer and Hornik (2003): one break by BIC, after 1898, 95 % interval 1895
    to 1902."""
    fit = fit_breaks(nile)
    assert fit.breaks == (1898,)
    assert fit.dates().iloc[0].tolist() == [1898, 1895, 1902, ""]
    assert fit.means == pytest.approx([nile.loc[:1898].mean(), nile.loc[1899:].mean()])


def test_quantiles_of_the_date_distribution():
    """Yao (1987) and Bai (1997): 7.69 and 11.03 for 90 % and 95 % intervals when regimes are
    alike."""
    assert argmax_quantile(0.95) == pytest.approx(7.69, abs=0.005)
    assert argmax_quantile(0.975) == pytest.approx(11.03, abs=0.005)


# Other code


def test_segment_errors_equal_sums_of_squares_one_by_one():
    outcome = np.random.default_rng(1).standard_normal(30)
    table = segment_ssr(outcome - outcome.mean(), 5)
    for last in range(30):
        for first in range(30):
            part = outcome[first : last + 1]
            expected = part.var() * len(part) if len(part) >= 5 else np.inf
            assert table[last, first] == pytest.approx(expected, rel=1e-9)


def test_dynamic_programming_equals_exhaustive_search():
    outcome = np.random.default_rng(4).standard_normal(16)
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
    table = fit_breaks(nile, n_breaks=1).tidy().set_index("term")
    for span in ("1871-1898", "1899-1970"):
        part = nile.loc[int(span[:4]) : int(span[5:])]
        other = sm.OLS(part.to_numpy(), np.ones(len(part))).fit()
        assert table.loc[f"mean {span}", "estimate"] == pytest.approx(other.params[0])
        assert table.loc[f"mean {span}", "std_error"] == pytest.approx(other.bse[0])


def test_criteria_by_their_formulas(nile):
    table = fit_breaks(nile).criteria()
    m = table["n_breaks"]
    p = 2 * m + 1
    np.testing.assert_allclose(
        table["bic"], np.log(table["ssr"] / 100) + p * np.log(100) / 100, rtol=ROUNDING
    )
    penalty = p / 100 * 0.299 * np.log(100) ** 2.1
    np.testing.assert_allclose(
        table["lwz"], np.log(table["ssr"] / (100 - p)) + penalty, rtol=ROUNDING
    )
    gaussian = -50 * (np.log(table["ssr"] / 100) + 1 + np.log(2 * np.pi))
    by_likelihood = -2 * gaussian + np.log(100) * (p + 1)
    np.testing.assert_allclose(np.diff(by_likelihood), 100 * np.diff(table["bic"]), rtol=1e-8)


@pytest.mark.parametrize("variance", [1.0, 0.5, 2.0])
def test_date_distribution_against_simulated_paths(variance):
    rng = np.random.default_rng(8)
    step, length, paths = 0.02, 60.0, 4000
    n = int(length / step)
    ends = []
    for slope, scale in ((0.5, 1.0), (0.5, np.sqrt(variance))):
        walk = np.zeros(paths)
        best, place = np.zeros(paths), np.zeros(paths)
        for k in range(1, n + 1):
            walk += scale * np.sqrt(step) * rng.standard_normal(paths) - slope * step
            place = np.where(walk > best, k * step, place)
            best = np.maximum(best, walk)
        ends.append((best, place))
    (left, left_at), (right, right_at) = ends
    places = np.where(left > right, -left_at, right_at)
    for x in (-6.0, -2.0, -0.5, 0.5, 2.0, 6.0):
        expected = argmax_cdf(x, variance=variance)
        error = np.sqrt(expected * (1 - expected) / paths)
        discreteness = 0.015  # a path seen every 0.02 misses some peaks near zero
        assert np.mean(places <= x) == pytest.approx(expected, abs=BINOMIAL * error + discreteness)


@given(st.floats(0.2, 5))
@settings(deadline=None, max_examples=40)
def test_date_distribution_is_one(variance):
    grid = [argmax_cdf(x, variance=variance) for x in np.linspace(-80, 80, 81)]
    assert np.all(np.diff(grid) > -1e-10)
    assert grid[0] == pytest.approx(0, abs=0.05)
    sides = [argmax_cdf(x, variance=variance) for x in (-1e-9, 1e-9)]
    assert sides[0] == pytest.approx(sides[1], abs=1e-3)


# Simulations


def test_three_shifts_are_found():
    rng = np.random.default_rng(0)
    levels = np.repeat([0.0, 3.0, -1.0, 2.0], 20)
    fit = fit_breaks(series(levels + 0.5 * rng.standard_normal(80)))
    assert fit.breaks == (1979, 1999, 2019)
    assert fit.criteria()["lwz"].idxmin() == 3


def coverage(*, shift, persistence, repeats, n=50):
    """Share of 95 % intervals that hold the date of a shift, in standard deviations, at the
    middle."""
    rng, hits = np.random.default_rng(5), 0
    for _ in range(repeats):
        errors = autoregression(rng.standard_normal(n), persistence, stationary=True)
        values = errors * np.sqrt(1 - persistence**2) + shift * (np.arange(n) >= n // 2)
        low, high = fit_breaks(series(values, start=0), n_breaks=1).intervals[0]
        hits += low <= n // 2 - 1 <= high
    return hits / repeats


@pytest.mark.parametrize(("shift", "persistence"), [(0.5, 0.0), (1.0, 0.5)])
def test_interval_of_a_small_shift_holds_its_date(shift, persistence):
    error = np.sqrt(0.05 * 0.95 / 200)
    assert coverage(shift=shift, persistence=persistence, repeats=200) >= 0.95 - BINOMIAL * error


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.5])
def test_interval_holds_the_true_date_as_often_as_it_says(shift, persistence):
    error = np.sqrt(0.05 * 0.95 / 1000)
    assert coverage(shift=shift, persistence=persistence, repeats=1000) >= 0.95 - BINOMIAL * error


def test_interval_allows_for_regimes_of_different_variance():
    """Noise after the break pulls its estimate late, so the interval reaches further back."""
    rng = np.random.default_rng(6)
    quiet_then_loud = np.concatenate(
        [0.3 * rng.standard_normal(60), 1.5 + 1.5 * rng.standard_normal(60)]
    )
    fit = fit_breaks(series(quiet_then_loud), n_breaks=1)
    low, high = fit.intervals[0]
    assert high - fit.breaks[0] < fit.breaks[0] - low


# Identities


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1e3, 1e3))
@settings(deadline=None, max_examples=25)
def test_dates_do_not_depend_on_unit_origin_or_direction_of_time(seed, unit, origin):
    values = np.random.default_rng(seed).standard_normal(40) + np.repeat([0, 2], 20)
    fit = fit_breaks(series(values), n_breaks=1)
    moved = fit_breaks(series(origin + unit * values), n_breaks=1)
    assert moved.breaks == fit.breaks
    assert moved.ssr[1] == pytest.approx(unit**2 * fit.ssr[1], rel=1e-6)
    mirrored = fit_breaks(series(values[::-1]), n_breaks=1)
    assert mirrored.breaks[0] == 1960 + 39 - (fit.breaks[0] - 1960) - 1
    assert mirrored.ssr[1] == pytest.approx(fit.ssr[1], rel=ROUNDING)


def test_fitted_values_and_errors_add_up(nile):
    fit = fit_breaks(nile.sample(frac=1, random_state=1), n_breaks=2)
    errors = nile - fit.predict()
    assert errors @ errors == pytest.approx(fit.glance()["ssr"], rel=1e-8)
    assert fit.predict([1900, 1880]).index.tolist() == [1900, 1880]
    with pytest.raises(ModelInputError, match=r"\[1971\].*1871-1970"):
        fit.predict([1971])


def test_shape_and_text(nile):
    fit = fit_breaks(nile)
    assert tuple(fit.tidy().columns) == TIDY_COLUMNS
    assert fit.tidy()["term"].tolist() == ["mean 1871-1898", "mean 1899-1970"]
    assert str(fit) == str(fit_breaks(nile[::-1]))
    assert "1 breaks by BIC of 0 to 5" in fit.spec
    assert fit.glance()["n_obs"] == 100
    for array in (fit.ssr, fit.means, fit.variances):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# What must not become a break


def test_a_splice_is_marked(nile):
    fit = fit_breaks(nile, splices=[1900])
    assert "cannot be told from the change of source in 1900" in fit.dates()["caution"].iloc[0]
    assert fit.glance()["n_cautions"] == 1
    assert fit_breaks(nile, splices=[1930]).glance()["n_cautions"] == 0


def test_growth_across_a_splice_may_be_absent():
    growth = series(np.random.default_rng(1).standard_normal(40)).drop(1975)
    assert fit_breaks(growth, splices=[1975]).glance()["n_obs"] == 39
    with pytest.raises(ModelInputError, match=r"lacks the years \[1975\]"):
        fit_breaks(growth)


def test_a_break_at_the_edge_is_marked():
    values = np.where(np.arange(40) < 2, 8.0, 0.0) + 0.1 * np.random.default_rng(2).standard_normal(
        40
    )
    fit = fit_breaks(series(values), n_breaks=1)
    assert fit.breaks == (1965,)
    assert "at the edge that trimming allows" in fit.dates()["caution"].iloc[0]


def test_no_break_in_noise_by_either_criterion():
    counts = {"bic": 0, "lwz": 0}
    for seed in range(100):
        noise = series(np.random.default_rng(seed).standard_normal(60))
        for criterion in counts:
            counts[criterion] += fit_breaks(noise, criterion=criterion).n_breaks > 0
    assert counts["bic"] <= 20
    assert counts["lwz"] <= 5


# Refusals


def test_not_applicable():
    noise = np.random.default_rng(0).standard_normal(20)
    assert "regimes of 1, too few for a mean" in str(fit_breaks(series(noise[:10])))
    assert "the series is constant" in str(fit_breaks(series(np.full(30, 0.1))))
    assert "the series is constant" in str(fit_breaks(series(np.zeros(30))))
    assert "1 breaks fit the series exactly" in str(fit_breaks(series(np.repeat([0.0, 1.0], 20))))
    assert "at most 4 breaks" in str(fit_breaks(series(noise), trimming=0.2, n_breaks=7))
    assert isinstance(fit_breaks(series(noise), trimming=0.05), NotApplicable)


def test_bad_input_is_explained():
    noise = series(np.random.default_rng(0).standard_normal(40))
    for spoiled, message in (
        (noise.where(~noise.index.isin([1970, 1975]), np.inf), "1970: inf, 1975: inf"),
        (noise.where(noise.index != 1960), "the series is out of range: 1960: nan"),
        (noise.set_axis([2000] * 40), "repeats the years 2000"),
        (noise.iloc[:0], "0 values"),
        (noise.astype(str), "the series is not a number: 1960: "),
        (noise.set_axis(pd.to_datetime(noise.index.astype(str))), "year of each date"),
        (noise.drop(1975), r"lacks the years \[1975\]"),
    ):
        with pytest.raises(ModelInputError, match=message):
            fit_breaks(spoiled)
    for options in (
        {"trimming": 0.5},
        {"trimming": 0.0},
        {"criterion": "aic"},
        {"max_breaks": 0},
        {"level": 1.0},
        {"n_breaks": 1.5},
    ):
        with pytest.raises(ParameterError, match=str(next(iter(options.values())))):
            fit_breaks(noise, **options)
