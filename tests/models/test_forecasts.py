"""Forecasting methods against closed forms, a second library and simulations whose truth is written
down."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.models.forecasts import (
    combine_median,
    fit_damped_ets,
    fit_drift,
    fit_local_linear_trend,
    fit_naive,
    fit_oil_regression,
    fit_same_months,
)

CLOSED_FORM = 1e-10  # same arithmetic in another order
THIRD_DIFFERENCE = 1e-6  # relative; differences of nearly equal variances lose digits
SIMULATION_SD = (
    4  # a simulated coverage may lie this many binomial standard deviations from the truth
)


def random_walk(
    n: int, *, drift: float = 0.1, sd: float = 0.2, seed: int = 1, start: int = 1990
) -> pd.Series:
    growth = np.random.default_rng(seed).normal(drift, sd, n - 1)
    return pd.Series(
        10 * np.exp(np.concatenate([[0], np.cumsum(growth)])), index=range(start, start + n)
    )


OIL = random_walk(60, drift=0.02, sd=0.3, seed=9, start=1980)
METHODS = {
    "naive": fit_naive,
    "drift": fit_drift,
    "damped ETS": fit_damped_ets,
    "local linear trend": fit_local_linear_trend,
    "oil regression": partial(fit_oil_regression, oil_price=OIL),
}
every_method = pytest.mark.parametrize("fit", METHODS.values(), ids=METHODS)


def test_drift_is_the_textbook_formula_on_the_nile():
    nile = sm.datasets.nile.load_pandas().data.set_index("year")["volume"]
    nile.index = nile.index.astype(int)
    made = fit_drift(nile, horizon=4, level=0.9)
    y, ahead = np.log(nile.to_numpy()), np.arange(1, 5)
    n = len(y) - 1
    slope = (y[-1] - y[0]) / n
    s = np.sqrt(np.sum((np.diff(y) - slope) ** 2) / (n - 1))
    np.testing.assert_allclose(made.log_centre, y[-1] + ahead * slope, rtol=CLOSED_FORM)
    np.testing.assert_allclose(
        made.log_scale, s * np.sqrt(ahead * (1 + ahead / n)), rtol=CLOSED_FORM
    )
    table = made.predict()
    assert list(table["year"]) == [1971, 1972, 1973, 1974]
    np.testing.assert_allclose(
        np.log(table["high"]) - made.log_centre, stats.t.ppf(0.95, n - 1) * made.log_scale
    )


def test_drift_centre_agrees_with_a_second_library():
    levels = random_walk(40)
    arima = ARIMA(np.log(levels.to_numpy()), order=(0, 1, 0), trend="t").fit()
    np.testing.assert_allclose(
        fit_drift(levels, horizon=3).log_centre, arima.forecast(3), rtol=1e-5
    )  # optimiser


def test_naive_is_the_last_level_with_square_root_of_time():
    made = fit_naive(pd.Series([1.0, 2.0, 1.0, 4.0], index=[2000, 2001, 2002, 2003]), horizon=4)
    unit = np.log(2) * np.sqrt((1 + 1 + 4) / 3)
    np.testing.assert_allclose(made.predict()["median"], 4.0)
    np.testing.assert_allclose(made.log_scale, unit * np.sqrt([1, 2, 3, 4]), rtol=CLOSED_FORM)


def test_damped_ets_variance_is_the_closed_form():
    """FPP3 section 8.7, model (A,Ad,N), with the fitted parameters."""
    levels = random_walk(40, seed=5)
    made = fit_damped_ets(levels, horizon=5)
    value = made.tidy().set_index("term")["estimate"]
    a, b, phi = value["smoothing_level"], value["smoothing_trend"], value["damping_trend"]
    h = np.arange(1, 6)
    variance = (
        1
        + a**2 * (h - 1)
        + b * phi * h / (1 - phi) ** 2 * (2 * a * (1 - phi) + b * phi)
        - b * phi * (1 - phi**h) / ((1 - phi) ** 2 * (1 - phi**2))
        * (2 * a * (1 - phi**2) + b * phi * (1 + 2 * phi - phi**h))
    )  # fmt: skip
    np.testing.assert_allclose((made.log_scale / made.log_scale[0]) ** 2, variance, rtol=1e-6)
    assert made.degrees_of_freedom == 40 - 5
    theirs = ETSModel(np.log(levels.to_numpy()), error="add", trend="add", damped_trend=True)
    residuals = theirs.smooth(made.tidy()["estimate"].to_numpy()).resid
    assert made.log_scale[0] ** 2 == pytest.approx(np.sum(residuals**2) / (40 - 5), rel=1e-6)


def test_damped_ets_centre_damps_geometrically():
    made = fit_damped_ets(random_walk(40, seed=5), horizon=5)
    phi = made.tidy().set_index("term").loc["damping_trend", "estimate"]
    steps = np.diff(made.log_centre)
    np.testing.assert_allclose(steps[1:] / steps[:-1], phi, rtol=1e-6)


def test_local_linear_trend_has_a_straight_centre_and_a_cubic_variance():
    """Var(h) is a cubic in h whose third difference is twice the variance of the slope."""
    rng = np.random.default_rng(3)
    slope = 0.05 + np.cumsum(rng.normal(0, 0.05, 60))
    y = np.cumsum(slope) + rng.normal(0, 0.02, 60)
    made = fit_local_linear_trend(pd.Series(np.exp(y), index=range(1960, 2020)), horizon=6)
    np.testing.assert_allclose(np.diff(made.log_centre, 2), 0, atol=1e-9)
    slope_variance = made.tidy().set_index("term").loc["sigma2.trend", "estimate"]
    assert slope_variance > 0.05**2 / 4
    np.testing.assert_allclose(
        np.diff(made.log_scale**2, 3), 2 * slope_variance, rtol=THIRD_DIFFERENCE
    )


def test_oil_regression_is_least_squares_and_its_interval_a_second_librarys():
    levels = random_walk(30, seed=2)
    path = pd.Series([50.0], index=[2020])
    made = fit_oil_regression(levels, oil_price=OIL, future_price=path, horizon=1, level=0.9)
    oil = np.diff(np.log(OIL.loc[1990:2019]))
    ols = sm.OLS(np.diff(np.log(levels)), sm.add_constant(oil)).fit()
    new = ols.get_prediction([[1.0, np.log(50 / OIL[2019])]]).summary_frame(alpha=0.1)
    row = np.log(made.predict()[["low", "high"]].to_numpy()[0] / levels.iloc[-1])
    np.testing.assert_allclose(row, new[["obs_ci_lower", "obs_ci_upper"]].to_numpy()[0], rtol=1e-9)
    np.testing.assert_allclose(made.tidy()["std_error"], ols.bse, rtol=1e-9)


def test_oil_regression_recovers_the_effect_it_was_given_and_widens_without_a_path():
    rng = np.random.default_rng(4)
    growth = 0.05 + 0.6 * np.diff(np.log(OIL.loc[1981:2019])) + rng.normal(0, 0.02, 38)
    levels = pd.Series(np.exp(np.concatenate([[0], np.cumsum(growth)])), index=range(1981, 2020))
    free = fit_oil_regression(levels, oil_price=OIL, horizon=3)
    row = free.tidy().set_index("term").loc["oil_growth"]
    assert row["ci_low"] < 0.6 < row["ci_high"]
    flat = pd.Series(OIL[2019], index=[2020, 2021, 2022])
    held = fit_oil_regression(levels, oil_price=OIL, future_price=flat, horizon=3)
    np.testing.assert_allclose(held.log_centre, free.log_centre, rtol=CLOSED_FORM)
    assert (free.log_scale > 2 * held.log_scale).all()


def test_same_months_by_hand():
    levels = pd.Series([100.0, 110.0, 132.0, 120.0], index=[2020, 2021, 2022, 2023])
    months = pd.Series([30.0, 33.0, 33.0, 33.0, 30.0], index=[2020, 2021, 2022, 2023, 2024])
    made = fit_same_months(levels, year_to_date=months)
    row = made.predict().iloc[0]
    assert row["year"] == 2024
    assert row["median"] == pytest.approx(120 * 30 / 33)
    errors = [0, np.log(1.2), np.log(120 / 132)]
    assert made.log_scale[0] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert row["n_errors"] == 3


def test_same_months_says_when_nothing_shows_how_wrong_it_is():
    levels = pd.Series([100.0, 110.0], index=[2023, 2024])
    said = fit_same_months(
        levels, year_to_date=pd.Series([30.0, 33.0, 30.0], index=[2023, 2024, 2025])
    )
    assert isinstance(said, NotApplicable)
    assert "only 1 earlier years" in str(said)
    with pytest.raises(CoverageError, match=r"year_to_date lacks \[2025\]"):
        fit_same_months(levels, year_to_date=pd.Series([30.0, 33.0], index=[2023, 2024]))
    with pytest.raises(ModelInputError, match="1, the running year"):
        fit_same_months(levels, year_to_date=pd.Series([30.0], index=[2024]), horizon=2)


def test_median_combination_takes_medians_and_counts_who_is_missing():
    levels = random_walk(25)
    members = [f(levels, horizon=2) for f in METHODS.values()]
    made = combine_median([*members, NotApplicable("too short")])
    np.testing.assert_allclose(made.log_centre, np.median([m.log_centre for m in members], axis=0))
    np.testing.assert_allclose(made.log_scale, np.median([m.log_scale for m in members], axis=0))
    assert "1 not applicable" in made.spec
    assert list(made.tidy()["term"]) == list(METHODS)
    assert isinstance(combine_median(members[:1]), NotApplicable)
    with pytest.raises(ModelInputError, match="do not match"):
        combine_median([members[0], fit_drift(levels, horizon=3)])


def test_drift_interval_covers_as_stated_on_random_walks():
    """Exact for independent normal growth, however short the series."""
    draws, level = 1000, 0.8
    hits = 0
    for seed in range(draws):
        series = random_walk(12, seed=seed)
        row = fit_drift(series.iloc[:-2], horizon=2, level=level).predict().iloc[1]
        hits += row["low"] <= series.iloc[-1] <= row["high"]
    assert abs(hits / draws - level) < SIMULATION_SD * np.sqrt(level * (1 - level) / draws)


@every_method
def test_shape_of_every_result(fit):
    levels = random_walk(30)
    before = levels.copy()
    made = fit(levels, horizon=3, level=0.5)
    table = made.predict()
    assert list(table) == ["year", "median", "low", "high", "level", "n_errors"]
    assert list(table["year"]) == [2020, 2021, 2022]
    assert (
        (table["low"] > 0) & (table["low"] < table["median"]) & (table["median"] < table["high"])
    ).all()
    assert (np.diff(made.log_scale) > 0).all()
    wide = made.predict(level=0.95)
    assert ((wide["low"] < table["low"]) & (wide["high"] > table["high"])).all()
    assert list(made.tidy()) == [
        "term",
        "estimate",
        "std_error",
        "statistic",
        "p_value",
        "ci_low",
        "ci_high",
    ]
    assert made.glance()["n_obs"] == 30
    assert str(made) == str(fit(levels, horizon=3, level=0.5))
    assert "median and 50% interval" in str(made)
    assert "in-sample errors" in str(made)
    pd.testing.assert_series_equal(levels, before)
    with pytest.raises(ValueError, match="read-only"):
        made.log_centre[0] = 0


@every_method
@settings(max_examples=5, deadline=None)
@given(unit=st.sampled_from([1e-3, 7.1, 1000.0]), seed=st.integers(0, 50))
def test_change_of_unit_changes_nothing_but_the_unit(fit, unit, seed):
    levels = random_walk(20, seed=seed)
    plain, scaled = fit(levels, horizon=2, level=0.8), fit(levels * unit, horizon=2, level=0.8)
    if isinstance(plain, NotApplicable) or isinstance(scaled, NotApplicable):
        return  # an optimiser may stop early from one start and not from another
    limit = (
        0.02 if fit in (fit_damped_ets, fit_local_linear_trend) else CLOSED_FORM
    )  # optimisers start elsewhere
    np.testing.assert_allclose(
        scaled.predict()["median"] / unit, plain.predict()["median"], rtol=limit
    )


@every_method
def test_later_years_cannot_leak_in(fit):
    """Whatever happens after the last year of the series, in it or in the oil price, changes no
    bit."""
    levels = random_walk(30)
    made = fit(levels.loc[:2015], horizon=3, level=0.8)
    rng = np.random.default_rng(8)
    levels.loc[2016:] = rng.uniform(1, 1e6, 4)
    changed = OIL.copy()
    changed.loc[2016:] = rng.uniform(1, 1e6, len(changed.loc[2016:]))
    refit = partial(fit_oil_regression, oil_price=changed) if isinstance(fit, partial) else fit
    again = refit(levels.loc[:2015], horizon=3, level=0.8)
    assert made.log_centre.tobytes() == again.log_centre.tobytes()
    assert made.log_scale.tobytes() == again.log_scale.tobytes()


@every_method
def test_short_and_constant_series_are_declined_with_a_reason(fit):
    short = fit(random_walk(3), horizon=1, level=0.8)
    assert isinstance(short, NotApplicable)
    assert "needs at least" in short.reason
    flat = fit(pd.Series(5.0, index=range(2000, 2020)), horizon=1, level=0.8)
    assert isinstance(flat, NotApplicable)


@every_method
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.drop(2000), r"do not follow one another at \[2001\]"),
        (lambda s: s.mask(s.index == 2000), r"logs do not exist for \{2000: nan\}"),
        (lambda s: s.where(s.index != 2001, 0.0), r"\{2001: 0.0\}"),
        (lambda s: s.where(s.index != 2001, np.inf), r"\{2001: inf\}"),
        (lambda s: -s, "levels above zero"),
        (lambda s: s.set_axis(s.index.astype(str)), "integer years"),
        (lambda s: s.iloc[:0], "0 values"),
    ],
)
def test_bad_series_raise_and_name_the_offender(fit, spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(random_walk(30)), horizon=2, level=0.8)


@every_method
def test_bad_options_raise(fit):
    with pytest.raises(ModelInputError, match="horizon is 0"):
        fit(random_walk(30), horizon=0, level=0.8)
    with pytest.raises(ModelInputError, match="0 < level < 1"):
        fit(random_walk(30), horizon=1, level=80)


def test_oil_price_must_cover_the_years_and_move():
    with pytest.raises(CoverageError, match=r"oil_price lacks \[1990, 1991\]"):
        fit_oil_regression(random_walk(20), oil_price=OIL.loc[1992:])
    with pytest.raises(CoverageError, match=r"future_price lacks \[2011\]"):
        fit_oil_regression(
            random_walk(20), oil_price=OIL, future_price=OIL.loc[2010:2010], horizon=2
        )
    with pytest.raises(ModelInputError, match="not above zero"):
        fit_oil_regression(random_walk(20), oil_price=-OIL)
    said = fit_oil_regression(random_walk(20), oil_price=pd.Series(30.0, index=OIL.index))
    assert "cannot be estimated" in str(said)
