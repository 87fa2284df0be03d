"""Scores against closed forms and integration, conformal intervals against their exact coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from analysis.errors import ModelInputError, NotApplicable
from analysis.models.evaluation import (
    RollingOrigin,
    calibrate,
    crps_student,
    measured_coverage,
    rolling_origin,
)
from analysis.models.forecasts import combine_median, fit_drift, fit_naive

INTEGRATION = 1e-7  # absolute, of the numerical integral that stands as second opinion
SIMULATION_SD = 4  # a simulated share may lie this many binomial standard deviations from the truth
BOTH = {"naive": fit_naive, "drift": fit_drift}


def random_walk(n: int, *, seed: int = 1) -> pd.Series:
    growth = np.random.default_rng(seed).normal(0.1, 0.2, n)
    return pd.Series(10 * np.exp(np.cumsum(growth)), index=range(1980, 1980 + n))


def past_errors(sizes: list[float], *, method: str = "drift", horizon: int = 1) -> RollingOrigin:
    columns = {"method": method, "horizon": horizon, "year": 1999, "log_error": sizes}
    return RollingOrigin(errors=pd.DataFrame(columns), skipped=pd.DataFrame(), spec="made up")


@pytest.mark.parametrize("dof", [1.5, 3.0, 30.0])
@pytest.mark.parametrize("error", [-4.5, -0.2, 1.5])
def test_crps_is_the_integral_that_defines_it(dof, error):
    law = stats.t(dof, 0, 2)
    below = integrate.quad(lambda x: law.cdf(x) ** 2, -np.inf, error)[0]
    above = integrate.quad(lambda x: law.sf(x) ** 2, error, np.inf)[0]
    got = crps_student(np.array([error]), np.array([2.0]), np.array([dof]))
    assert got[0] == pytest.approx(below + above, abs=INTEGRATION)


def test_measured_coverage_is_exact():
    said = measured_coverage(np.array([True] * 8 + [False] * 2))
    assert said["coverage"] == 0.8
    assert said["coverage_low"] == pytest.approx(stats.beta.ppf(0.025, 8, 3))
    assert said["coverage_high"] == pytest.approx(stats.beta.ppf(0.975, 9, 2))


def test_rolling_origin_rows_are_what_was_forecast_and_what_happened():
    levels = random_walk(12)
    past = rolling_origin(levels, BOTH, first_origin=1987)
    counts = past.errors.groupby(["method", "horizon"]).size()
    assert counts["drift"].tolist() == [4, 3, 2]
    row = past.errors.query("method == 'drift' and origin == 1988 and horizon == 2").iloc[0]
    made = fit_drift(levels.loc[:1988], horizon=2, level=0.8).predict().iloc[1]
    assert row["median"] == made["median"]
    assert row["actual"] == levels[1990]
    assert row["log_error"] == pytest.approx(np.log(levels[1990] / made["median"]))
    assert len(past.errors) == 18
    assert str(past) == str(rolling_origin(levels, BOTH, first_origin=1987))


def test_scores_by_method_and_horizon():
    levels = random_walk(20)
    past = rolling_origin(levels, BOTH, first_origin=1990, horizon=1, level=0.8)
    table = past.tidy().set_index("method")
    rows = past.errors.query("method == 'naive'")
    unit = [levels.loc[:t].diff().abs().mean() for t in range(1990, 1999)]
    expected = (levels.diff().abs().loc[1991:1999].to_numpy() / unit).mean()
    assert table.loc["naive", "mase"] == pytest.approx(expected)
    inside = rows["actual"].between(rows["low"], rows["high"])
    assert table.loc["naive", ["coverage", "n"]].tolist() == [inside.mean(), 9]


def test_skipped_forecasts_are_listed_with_their_reason():
    levels = random_walk(8)
    past = rolling_origin(levels, BOTH, first_origin=1981, horizon=1, level=0.8)
    assert set(past.skipped["origin"]) == {1981, 1982}
    assert past.skipped["reason"].str.contains("needs at least 4").all()
    nothing = rolling_origin(levels.iloc[:3], BOTH, first_origin=1980, horizon=1, level=0.8)
    assert isinstance(nothing, NotApplicable)
    assert "needs at least 4" in nothing.reason


def test_rolling_origin_never_looks_ahead():
    levels = random_walk(20)
    other = levels.copy()
    other.loc[1995:] *= np.random.default_rng(7).uniform(0.1, 10, 5)
    made = [rolling_origin(s, BOTH, first_origin=1988).errors for s in (levels, other)]
    columns = ["median", "low", "high"]
    early = [rows.loc[rows["origin"] < 1995, columns].to_numpy().tobytes() for rows in made]
    assert early[0] == early[1]


def test_parametric_coverage_is_right_on_random_walks():
    past = rolling_origin(random_walk(300), {"drift": fit_drift}, first_origin=2000, horizon=1)
    row = past.tidy().iloc[0]
    assert row["coverage_low"] < 0.8 < row["coverage_high"]


def test_conformal_interval_is_the_order_statistic_it_says():
    made = fit_drift(random_walk(20), horizon=1, level=0.8)
    ten = calibrate(made, past_errors([0.1, -0.2, 0.3, -0.4, 0.5, 0.6, -0.7, 0.8, 0.9, 1.0]))
    assert ten.half_width[0] == 0.9  # ceil(11 x 0.8) = 9
    wider = fit_drift(random_walk(20), horizon=1, level=0.9)
    largest = calibrate(wider, past_errors([0.1] * 9 + [1]))
    assert largest.half_width[0] == 1.0
    assert "the half width is the largest of 10 past errors" in largest.notes[0]
    assert "number 9 in size of 10" in str(ten)
    np.testing.assert_allclose(ten.log_centre, made.log_centre)
    assert ten.predict()["n_errors"].tolist() == [10]


def test_a_level_that_too_few_errors_cannot_support_is_refused_openly():
    made = fit_drift(random_walk(20), horizon=2, level=0.8)
    three = calibrate(made, past_errors([0.1, 0.2, 0.3]))
    table = three.predict()
    assert table["low"].tolist() == [0, 0]
    assert np.isinf(table["high"]).all()
    assert table["n_errors"].tolist() == [3, 0]
    said = "3 past errors can support at most 75 %, not 80 %: the interval is unbounded"
    assert said in three.notes[0]
    assert "no level at all" in three.notes[1]
    lower = calibrate(fit_drift(random_walk(20), level=0.75), past_errors([0.1, 0.2, 0.3]))
    assert lower.predict()["high"].iloc[0] < np.inf


@pytest.mark.parametrize(("n", "level"), [(10, 0.8), (19, 0.9), (7, 0.5)])
def test_conformal_coverage_of_exchangeable_errors_is_exact(n, level):
    """With n + 1 exchangeable errors, coverage is ceil((n + 1) level) / (n + 1)."""
    draws = 800
    made = fit_drift(random_walk(20), horizon=1, level=level)
    errors = np.random.default_rng(n).standard_t(2, size=(draws, n + 1))
    hits = sum(abs(e[0]) <= calibrate(made, past_errors(list(e[1:]))).half_width[0] for e in errors)
    truth = np.ceil(round((n + 1) * level, 9)) / (n + 1)
    assert abs(hits / draws - truth) < SIMULATION_SD * np.sqrt(truth * (1 - truth) / draws)


def test_a_combination_can_be_evaluated_and_calibrated():
    def combined(levels, /, *, horizon, level):
        return combine_median([fit(levels, horizon=horizon, level=level) for fit in BOTH.values()])

    levels = random_walk(30)
    options = {"first_origin": 1995, "horizon": 2, "level": 0.5}
    past = rolling_origin(levels, {"median combination": combined}, **options)
    made = calibrate(combined(levels, horizon=2, level=0.5), past)
    assert made.n_errors == (14, 13)


def test_bad_input_is_explained():
    made = fit_drift(random_walk(20), horizon=1, level=0.8)
    with pytest.raises(ModelInputError, match=r"no usable past errors of 'drift'.*\['naive'\]"):
        calibrate(made, past_errors([0.1], method="naive"))
    with pytest.raises(ModelInputError, match="no usable past errors"):
        calibrate(made, past_errors([0.1, np.nan]))
    with pytest.raises(ModelInputError, match="first origin 2050"):
        rolling_origin(random_walk(20), BOTH, first_origin=2050)


def test_errors_that_were_not_known_at_the_origin_are_refused():
    levels = random_walk(30)
    past = rolling_origin(levels, {"drift": fit_drift}, first_origin=1995)
    assert calibrate(fit_drift(levels), past).n_errors == (14, 13, 12)
    with pytest.raises(ModelInputError, match=r"errors of \[2006, .*\] were not known in 2005"):
        calibrate(fit_drift(levels.loc[:2005]), past)
