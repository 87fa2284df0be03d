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
    assert fit.tidy()["estimate"].tolist() == [nile.loc[:1898].mean(), nile.loc[1899:].mean()]


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


def test_the_number_of_breaks_has_the_least_bic_of_gaussian_regressions():
    rng = np.random.default_rng(0)
    outcome = series(np.repeat([0.0, 0.9, 0.2], 20) + rng.standard_normal(60))
    bic = []
    for m in range(4):
        fit = fit_breaks(outcome, n_breaks=m)
        regime = pd.get_dummies(np.searchsorted(fit.breaks, outcome.index), dtype=float)
        bic.append(sm.OLS(outcome.to_numpy(), regime.to_numpy()).fit().bic + m * np.log(60))
    assert fit_breaks(outcome, max_breaks=3).n_breaks == int(np.argmin(bic))


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
    mirrored = fit_breaks(series(values[::-1]), n_breaks=1)
    assert mirrored.breaks[0] == 1960 + 39 - (fit.breaks[0] - 1960) - 1


def test_shape_and_text(nile):
    fit = fit_breaks(nile)
    assert tuple(fit.tidy().columns) == TIDY_COLUMNS
    assert fit.tidy()["term"].tolist() == ["mean 1871-1898", "mean 1899-1970"]
    assert str(fit) == str(fit_breaks(nile[::-1]))
    assert "1 breaks by BIC" in fit.spec


# What must not become a break


@pytest.mark.parametrize(("splice", "marked"), [(1900, True), (1930, False)])
def test_a_splice_is_marked(nile, splice, marked):
    said = "cannot be told from the change of source in 1900" if marked else ""
    assert fit_breaks(nile, splices=[splice]).dates()["caution"].tolist() == [said]


def test_growth_across_a_splice_may_be_absent():
    growth = series(np.random.default_rng(1).standard_normal(40)).drop(1975)
    assert len(fit_breaks(growth, splices=[1975]).series) == 39
    with pytest.raises(ModelInputError, match=r"lacks the years \[1975\]"):
        fit_breaks(growth)


def test_a_break_at_the_edge_is_marked():
    noise = 0.1 * np.random.default_rng(2).standard_normal(40)
    values = np.where(np.arange(40) < 2, 8.0, 0.0) + noise
    fit = fit_breaks(series(values), n_breaks=1)
    assert fit.breaks == (1965,)
    assert "at the edge that trimming allows" in fit.dates()["caution"].iloc[0]


def test_no_break_in_noise():
    noises = (np.random.default_rng(seed).standard_normal(60) for seed in range(100))
    assert sum(fit_breaks(series(noise)).n_breaks > 0 for noise in noises) <= 20


# Refusals

NOISE = series(np.random.default_rng(0).standard_normal(40))


@pytest.mark.parametrize(
    ("values", "options", "reason"),
    [
        (NOISE[:10], {}, "regimes of 1, too few for a mean"),
        (np.full(30, 0.1), {}, "the series is constant"),
        (np.zeros(30), {}, "the series is constant"),
        (np.repeat([0.0, 1.0], 20), {}, "1 breaks fit the series exactly"),
        (NOISE[:20], {"n_breaks": 7}, "at most 5 breaks with regimes of 3, not 7"),
    ],
)
def test_not_applicable(values, options, reason):
    said = fit_breaks(series(values), **options)
    assert isinstance(said, NotApplicable)
    assert reason in said.reason


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (NOISE.where(~NOISE.index.isin([1970, 1975]), np.inf), "1970: inf, 1975: inf"),
        (NOISE.where(NOISE.index != 1960), "the series is out of range: 1960: nan"),
        (NOISE.set_axis([2000] * 40), "repeats the years 2000"),
        (NOISE.iloc[:0], "0 values"),
        (NOISE.astype(str), "the series is not a number: 1960: "),
        (NOISE.set_axis(pd.to_datetime(NOISE.index.astype(str))), "year of each date"),
        (NOISE.drop(1975), r"lacks the years \[1975\]"),
    ],
)
def test_bad_series_are_explained(spoiled, message):
    with pytest.raises(ModelInputError, match=message):
        fit_breaks(spoiled)


@pytest.mark.parametrize("options", [{"max_breaks": 0}, {"n_breaks": 1.5}])
def test_bad_options_are_explained(options):
    with pytest.raises(ParameterError, match=str(next(iter(options.values())))):
        fit_breaks(NOISE, **options)
