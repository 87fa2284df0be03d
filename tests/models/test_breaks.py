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
from analysis.models.breaks import fit_breaks
from analysis.models.breaks_dates import argmax_cdf, argmax_quantile
from analysis.models.breaks_segments import best_partitions, segment_ssr
from analysis.models.result import TIDY_COLUMNS, Fit

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
# ------------------------------------------------------------------------------------------------


def test_nile_breaks_after_1898(nile):
    """Zeileis, Kleiber, Kraemer and Hornik (2003): one break by BIC, after 1898, 95 % interval 1895
    to 1902."""
    fit = fit_breaks(nile)
    assert fit.breaks == (1898,)
    assert fit.dates().iloc[0].tolist() == [1898, 1895, 1902, ""]
    assert fit.coefficients.ravel() == pytest.approx(
        [nile.loc[:1898].mean(), nile.loc[1899:].mean()]
    )


def test_quantiles_of_the_date_distribution():
    """Yao (1987) and Bai (1997): 7.69 and 11.03 for 90 % and 95 % intervals when regimes are
    alike."""
    assert argmax_quantile(0.95) == pytest.approx(7.69, abs=0.005)
    assert argmax_quantile(0.975) == pytest.approx(11.03, abs=0.005)


# Other code
# ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [1, 2, 3])
def test_segment_errors_equal_least_squares_one_by_one(q):
    rng = np.random.default_rng(q)
    design = np.column_stack([np.ones(30), np.arange(30.0), rng.standard_normal(30)])[:, :q]
    outcome = 1e4 + rng.standard_normal(30)
    table = segment_ssr(outcome, design, 5)
    for last in range(30):
        for first in range(30):
            if last - first + 1 < 5:
                assert table[last, first] == np.inf
            else:
                part = slice(first, last + 1)
                assert table[last, first] == pytest.approx(
                    sm.OLS(outcome[part], design[part]).fit().ssr, rel=1e-7
                )


def test_dynamic_programming_equals_exhaustive_search():
    outcome = np.random.default_rng(4).standard_normal(16)
    table = segment_ssr(outcome, np.ones((16, 1)), 3)
    costs, partitions = best_partitions(table, 3)
    for m in (1, 2, 3):
        everything = {}
        for ends in combinations(range(15), m):
            edges = [-1, *ends, 15]
            everything[ends] = sum(table[b, a + 1] for a, b in pairwise(edges))
        best = min(everything, key=everything.__getitem__)
        assert partitions[m] == best
        assert costs[m] == pytest.approx(everything[best], rel=ROUNDING)


def test_coefficients_and_errors_equal_statsmodels(nile):
    for lags in (None, 3):
        fit = fit_breaks(nile, regressors="trend", n_breaks=1, hac_lags=lags)
        table = fit.tidy().set_index("term")
        (cut,) = fit.breaks
        years = np.arange(100.0)
        for part, span in (
            (nile.index <= cut, f"1871-{cut}"),
            (nile.index > cut, f"{cut + 1}-1970"),
        ):
            ols = sm.OLS(nile[part].to_numpy(), np.column_stack([np.ones(100), years])[part])
            kernel = {"maxlags": lags, "use_correction": True}
            other = ols.fit() if lags is None else ols.fit(cov_type="HAC", cov_kwds=kernel)
            rows = table.loc[[f"mean {span}", f"trend {span}"]]
            np.testing.assert_allclose(rows["estimate"], other.params, rtol=1e-8)
            np.testing.assert_allclose(rows["std_error"], other.bse, rtol=1e-8)


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


@pytest.mark.parametrize(("drift", "variance"), [(1.0, 1.0), (2.0, 0.5), (0.5, 1.5)])
def test_date_distribution_against_simulated_paths(drift, variance):
    rng = np.random.default_rng(8)
    step, length, paths = 0.02, 60.0, 4000
    n = int(length / step)
    ends = []
    for slope, scale in ((0.5, 1.0), (drift / 2, np.sqrt(variance))):
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
        expected = argmax_cdf(x, drift=drift, variance=variance)
        error = np.sqrt(expected * (1 - expected) / paths)
        discreteness = 0.015  # a path seen every 0.02 misses some peaks near zero
        assert np.mean(places <= x) == pytest.approx(expected, abs=BINOMIAL * error + discreteness)


@given(st.floats(0.2, 5), st.floats(0.2, 5))
@settings(deadline=None, max_examples=40)
def test_date_distribution_is_one(drift, variance):
    grid = [argmax_cdf(x, drift=drift, variance=variance) for x in np.linspace(-80, 80, 81)]
    assert np.all(np.diff(grid) > -1e-10)
    assert grid[0] == pytest.approx(0, abs=0.05)
    mirrored = argmax_cdf(-1.5 / drift * 1.0, drift=drift, variance=variance)
    # Seen from the other side, time runs in units of variance / drift^2.
    turned = argmax_cdf(1.5 / drift * drift**2 / variance, drift=1 / drift, variance=1 / variance)
    assert mirrored == pytest.approx(1 - turned, abs=1e-9)


# Simulations
# ---------------------------------------------------------------------------------------------------


def test_three_shifts_are_found():
    rng = np.random.default_rng(0)
    levels = np.repeat([0.0, 3.0, -1.0, 2.0], 20)
    fit = fit_breaks(series(levels + 0.5 * rng.standard_normal(80)))
    assert fit.breaks == (1979, 1999, 2019)
    assert fit.criteria()["lwz"].idxmin() == 3


@pytest.mark.parametrize("regressors", ["mean", "trend"])
def test_interval_holds_the_true_date_about_as_often_as_it_says(regressors):
    rng = np.random.default_rng(5)
    time = np.arange(80.0)
    truth = np.where(time < 40, 0.0, 1.5)
    if regressors == "trend":
        truth = np.where(time < 40, 0.05 * time, 4.0 - 0.05 * (time - 40))
    hits = 0
    for _ in range(300):
        fit = fit_breaks(
            series(truth + rng.standard_normal(80), start=0), regressors=regressors, n_breaks=1
        )
        low, high = fit.intervals[0]
        hits += low <= 39 <= high
    assert (
        0.88 <= hits / 300 <= 0.99
    )  # nominal 0.95, known to be short for small shifts and long for large ones


def test_interval_allows_for_regimes_of_different_variance():
    """Noise after the break pulls its estimate late, so the interval reaches further back."""
    rng = np.random.default_rng(6)
    quiet_then_loud = np.concatenate(
        [0.3 * rng.standard_normal(60), 1.5 + 1.5 * rng.standard_normal(60)]
    )
    fit = fit_breaks(series(quiet_then_loud), n_breaks=1)
    low, high = fit.intervals[0]
    assert high - fit.breaks[0] < fit.breaks[0] - low


def test_a_regression_breaks_where_its_slope_does():
    rng = np.random.default_rng(7)
    x = rng.standard_normal(100)
    y = np.where(np.arange(100) < 60, 1.0, -1.0) * x + 0.3 * rng.standard_normal(100)
    table = pd.DataFrame({"one": 1.0, "x": x}, index=range(1960, 2060))
    fit = fit_breaks(series(y), regressors=table)
    assert fit.n_breaks == 1
    assert abs(fit.breaks[0] - 2019) <= 1
    low, high = fit.intervals[0]
    assert low <= 2019 <= high
    assert fit.tidy()["estimate"].iloc[[1, 3]].tolist() == pytest.approx([1, -1], abs=0.2)
    robust = fit_breaks(series(y), regressors=table, hac_lags=3)
    assert robust.breaks == fit.breaks
    assert robust.intervals != ()


# Identities
# ----------------------------------------------------------------------------------------------------


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
    fit = fit_breaks(nile.sample(frac=1, random_state=1), n_breaks=2, regressors="trend")
    errors = nile - fit.predict()
    assert errors @ errors == pytest.approx(fit.glance()["ssr"], rel=1e-8)
    assert fit.predict([1900, 1880]).index.tolist() == [1900, 1880]
    with pytest.raises(ModelInputError, match=r"\[1971\].*1871-1970"):
        fit.predict([1971])


def test_shape_and_text(nile):
    fit = fit_breaks(nile)
    assert isinstance(fit, Fit)
    assert tuple(fit.tidy().columns) == TIDY_COLUMNS
    assert fit.tidy()["term"].tolist() == ["mean 1871-1898", "mean 1899-1970"]
    assert str(fit) == str(fit_breaks(nile[::-1]))
    assert "1 breaks by BIC of 0 to 5" in fit.spec
    assert fit.glance()["n_obs"] == 100
    for array in (fit.ssr, fit.coefficients, fit.covariances):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# What must not become a break
# ----------------------------------------------------------------------------------


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
# ------------------------------------------------------------------------------------------------------


def test_not_applicable():
    noise = np.random.default_rng(0).standard_normal(20)
    assert "regimes of 1, too few for 1 terms" in str(fit_breaks(series(noise[:10])))
    assert "constant or fitted exactly" in str(fit_breaks(series(np.full(30, 0.1))))
    assert "constant or fitted exactly" in str(fit_breaks(series(np.zeros(30))))
    assert "constant or fitted exactly" in str(
        fit_breaks(series(3 + 0.1 * np.arange(30)), regressors="trend")
    )
    assert "1 breaks fit the series exactly" in str(fit_breaks(series(np.repeat([0.0, 1.0], 20))))
    assert "at most 4 breaks" in str(fit_breaks(series(noise), trimming=0.2, n_breaks=7))
    assert isinstance(fit_breaks(series(noise), trimming=0.05), NotApplicable)


def test_bad_input_is_explained():
    noise = series(np.random.default_rng(0).standard_normal(40))
    with pytest.raises(ModelInputError, match=r"the series in 1970, the series in 1975"):
        fit_breaks(noise.where(~noise.index.isin([1970, 1975]), np.inf))
    with pytest.raises(ModelInputError, match="missing or infinite: the series in 1960"):
        fit_breaks(noise.where(noise.index != 1960))
    with pytest.raises(ModelInputError, match="unique integer years"):
        fit_breaks(noise.set_axis([2000] * 40))
    with pytest.raises(ModelInputError, match="0 values"):
        fit_breaks(noise.iloc[:0])
    with pytest.raises(ModelInputError, match="the 2 regressors are collinear"):
        fit_breaks(noise, regressors=pd.DataFrame({"a": 1.0, "b": 2.0}, index=noise.index))
    dummy = pd.DataFrame(
        {"one": 1.0, "late": (noise.index >= 1980).astype(float)}, index=noise.index
    )
    with pytest.raises(ModelInputError, match="collinear in observations 1 to 6"):
        fit_breaks(noise, regressors=dummy)
    with pytest.raises(ModelInputError, match=r"regressors lack the years \[1999\]"):
        fit_breaks(noise, regressors=dummy.drop(1999))
    with pytest.raises(ModelInputError, match="late in 1990"):
        fit_breaks(noise, regressors=dummy.assign(late=dummy["late"].where(dummy.index != 1990)))
    for options in (
        {"trimming": 0.5},
        {"trimming": 0.0},
        {"criterion": "aic"},
        {"max_breaks": 0},
        {"level": 1.0},
    ):
        with pytest.raises(ParameterError, match=str(next(iter(options.values())))):
            fit_breaks(noise, **options)
    with pytest.raises(ParameterError, match="'step' is unknown"):
        fit_breaks(noise, regressors="step")
