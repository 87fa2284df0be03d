"""Forecasting methods against closed forms, a second library and simulations whose truth is written
down."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.forecasts import combine_median, fit_damped_ets, fit_drift, fit_naive

CLOSED_FORM = 1e-10  # same arithmetic in another order
SIMULATION_SD = 4  # binomial standard deviations that a simulated coverage may be off the truth


def random_walk(n: int, *, seed: int = 1) -> pd.Series:
    growth = np.random.default_rng(seed).normal(0.1, 0.2, n - 1)
    logs = np.concatenate([[0], np.cumsum(growth)])
    return pd.Series(10 * np.exp(logs), index=range(1990, 1990 + n))


METHODS = {"naive": fit_naive, "drift": fit_drift, "damped ETS": fit_damped_ets}
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
    scale = s * np.sqrt(ahead * (1 + ahead / n))
    np.testing.assert_allclose(made.log_scale, scale, rtol=CLOSED_FORM)
    table = made.predict()
    assert list(table["year"]) == [1971, 1972, 1973, 1974]
    half = np.log(table["high"]) - made.log_centre
    np.testing.assert_allclose(half, stats.t.ppf(0.95, n - 1) * made.log_scale)


def test_drift_centre_agrees_with_a_second_library():
    levels = random_walk(40)
    arima = ARIMA(np.log(levels.to_numpy()), order=(0, 1, 0), trend="t").fit()
    centre = fit_drift(levels, horizon=3).log_centre
    np.testing.assert_allclose(centre, arima.forecast(3), rtol=1e-5)  # an optimiser's


def test_naive_is_the_last_level_with_square_root_of_time():
    made = fit_naive(pd.Series([1.0, 2.0, 1.0, 4.0], index=[2000, 2001, 2002, 2003]), horizon=4)
    unit = np.log(2) * np.sqrt((1 + 1 + 4) / 3)
    np.testing.assert_allclose(made.predict()["median"], 4.0)
    np.testing.assert_allclose(made.log_scale, unit * np.sqrt([1, 2, 3, 4]), rtol=CLOSED_FORM)


def test_damped_ets_variance_is_the_closed_form_widened_to_that_of_drift():
    """FPP3 section 8.7, model (A,Ad,N), with the fitted parameters."""
    levels = random_walk(40, seed=5)
    made = fit_damped_ets(levels, horizon=5)
    model = ETSModel(np.log(levels.to_numpy()), error="add", trend="add", damped_trend=True)
    theirs = model.fit(disp=False)
    a, b, phi = theirs.params[:3]
    h = np.arange(1, 6)
    share = b * phi / (1 - phi) ** 2
    trend = share * h * (2 * a * (1 - phi) + b * phi)
    damped = share * (1 - phi**h) / (1 - phi**2)
    damped *= 2 * a * (1 - phi**2) + b * phi * (1 + 2 * phi - phi**h)
    variance = 1 + a**2 * (h - 1) + trend - damped
    assert made.degrees_of_freedom == 40 - 5
    closed = np.sqrt(variance * np.sum(theirs.resid**2) / (40 - 5))
    drift = fit_drift(levels, horizon=5)
    widened = np.hypot(np.maximum(closed, drift.log_scale), made.log_centre - drift.log_centre)
    np.testing.assert_allclose(made.log_scale, widened, rtol=1e-6)
    steps = np.diff(made.log_centre)
    np.testing.assert_allclose(steps[1:] / steps[:-1], phi, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("n", [15, 33])
def test_damped_ets_interval_covers_at_least_as_stated(n):
    """Random walks with drift, of which the closed form alone holds 66, 57 and 49 % at n = 15, and
    noise around a line."""
    for walk in (True, False):
        rng, inside = np.random.default_rng(2), []
        for _ in range(100):
            noise = 0.2 * rng.normal(size=n + 3)
            y = 0.08 * np.arange(n + 3) + (np.cumsum(noise) if walk else noise)
            levels = pd.Series(np.exp(y), index=range(2000, 2003 + n))
            made = fit_damped_ets(levels.iloc[:n], horizon=3, level=0.8)
            if not isinstance(made, NotApplicable):
                low, high = made.predict()[["low", "high"]].to_numpy().T
                inside.append(levels.iloc[n:].between(low, high))
        coverage = np.mean(inside, axis=0)
        assert (coverage > 0.8 - SIMULATION_SD * np.sqrt(0.8 * 0.2 / 100)).all(), coverage


def test_median_combination_takes_medians_and_counts_who_is_missing():
    levels = random_walk(25)
    members = [f(levels, horizon=2) for f in METHODS.values()]
    made = combine_median([*members, NotApplicable("too short")])
    np.testing.assert_allclose(made.log_centre, np.median([m.log_centre for m in members], axis=0))
    np.testing.assert_allclose(made.log_scale, np.median([m.log_scale for m in members], axis=0))
    assert "1 not applicable" in made.spec
    assert "combination of naive, drift, damped ETS" in made.spec
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
    bounds = table[["low", "median", "high"]].assign(zero=0)[["zero", "low", "median", "high"]]
    assert (np.diff(bounds, axis=1) > 0).all()
    assert (np.diff(made.log_scale) > 0).all()
    wide = fit(levels, horizon=3, level=0.95).predict()
    assert ((wide["low"] < table["low"]) & (wide["high"] > table["high"])).all()
    assert str(made) == str(fit(levels, horizon=3, level=0.5))
    assert "median and 50 % interval" in str(made)
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
    limit = 0.02 if fit is fit_damped_ets else CLOSED_FORM  # its optimiser starts elsewhere
    medians = scaled.predict()["median"] / unit, plain.predict()["median"]
    np.testing.assert_allclose(*medians, rtol=limit)


@every_method
def test_later_years_cannot_leak_in(fit):
    """Whatever happens after the last year of the series changes no bit."""
    levels = random_walk(30)
    made = fit(levels.loc[:2015], horizon=3, level=0.8)
    levels.loc[2016:] = np.random.default_rng(8).uniform(1, 1e6, 4)
    again = fit(levels.loc[:2015], horizon=3, level=0.8)
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
        (lambda s: s.mask(s.index == 2000), "out of range: 2000: nan"),
        (lambda s: s.where(s.index != 2001, 0.0), "2001: 0;"),
        (lambda s: s.where(s.index != 2001, np.inf), "2001: inf"),
        (lambda s: -s, "finite numbers above zero"),
        (lambda s: s.set_axis(s.index.astype(str)), "integer years"),
        (lambda s: s.iloc[:0], "0 values"),
    ],
)
def test_bad_series_raise_and_name_the_offender(fit, spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(random_walk(30)), horizon=2, level=0.8)


@every_method
def test_bad_options_raise(fit):
    for horizon in (0, 2.5, "2", np.nan):
        with pytest.raises(ParameterError, match=f"the horizon, in years, is {horizon!r}"):
            fit(random_walk(30), horizon=horizon, level=0.8)
    with pytest.raises(ParameterError, match="above 0 and below 1"):
        fit(random_walk(30), horizon=1, level=80)
