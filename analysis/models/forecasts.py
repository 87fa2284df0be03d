"""Forecasts of annual levels of trade, made in logs, with intervals that say what they rest on.

Every method gives a centre and a scale for the log of the level in each coming year. The centre is
transformed back with ``exp``, so the figure shown is the **median** of the forecast distribution;
the mean of a lognormal is larger by ``exp(scale**2 / 2)`` and is not shown. Nothing after the last
year of the series given is ever read. Chapter numbers refer to R. J. Hyndman and G. Athanasopoulos,
*Forecasting: Principles and Practice*, 3rd ed. (2021), OTexts, below FPP3.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.structural import UnobservedComponents

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.models.forecast_result import NO_SPREAD, Forecast, assemble, log_levels, too_short
from analysis.models.result import TIDY_COLUMNS, coefficient_table, readonly

MIN_GROWTH_RATES = 3  # fewer leave at most one degree of freedom for the spread of annual growth
MIN_OBS_STATE_SPACE = (
    10  # damped ETS estimates five parameters and one variance: fewer points fit it exactly
)
WALK_START = (
    0.01,
    1.0,
    0.01,
)  # second start, nearly a random walk: the usual start alone can stop at a local optimum
MAX_STEPS = (
    500  # of the likelihood optimiser; the default of 50 stops early where a variance tends to zero
)


def fit_naive(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """No change: the last level, with the spread of a random walk (FPP3 sections 5.2 and 5.5).

    Parameters
    ----------
    levels : Series of float indexed by consecutive integer years, shape (n,)
        One unit throughout, above zero, nothing missing.
    horizon : int
        Years ahead.
    level : float
        Coverage of the interval.

    Returns
    -------
    Forecast or NotApplicable
        Scale ``s sqrt(h)`` with ``s`` the root mean square of log growth on n - 1 degrees of
        freedom. NotApplicable where the series is too short or never varies.

    Raises
    ------
    ModelInputError
        For gaps, missing, non-finite or non-positive levels, or a bad horizon or level.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    growth = np.diff(y)
    if growth.size < MIN_GROWTH_RATES:
        return too_short("naive", y.size, MIN_GROWTH_RATES + 1)
    ahead = np.arange(1, horizon + 1)
    scale = np.sqrt(np.mean(growth**2) * ahead)
    return assemble(
        "naive", years, np.full(horizon, y[-1]), scale, dof=growth.size, level=level, n_residuals=growth.size,
        coefficients=pd.DataFrame(columns=list(TIDY_COLUMNS)), equation="log y(t) = log y(t-1) + e",
    )  # fmt: skip


def fit_drift(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Random walk with drift: average log growth goes on (FPP3 sections 5.2 and 5.5).

    Centre ``y_T + h (y_T - y_1)/(T - 1)`` and scale ``s sqrt(h (1 + h/(T - 1)))``, where s is the
    standard deviation of log growth; Student's t on T - 2 degrees of freedom, which is exact for
    independent normal growth. Parameters, results and errors are those of :func:`fit_naive`.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    growth = np.diff(y)
    n = growth.size
    if n < MIN_GROWTH_RATES:
        return too_short("drift", y.size, MIN_GROWTH_RATES + 1)
    ahead = np.arange(1, horizon + 1)
    drift, s = growth.mean(), growth.std(ddof=1)
    table = coefficient_table(
        ["drift"], np.array([drift]), np.array([s / math.sqrt(n)]), degrees_of_freedom=n - 1
    )
    return assemble(
        "drift", years, y[-1] + drift * ahead, s * np.sqrt(ahead * (1 + ahead / n)), dof=n - 1, level=level,
        n_residuals=n, coefficients=table, equation="log y(t) = a + log y(t-1) + e",
    )  # fmt: skip


def fit_damped_ets(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Exponential smoothing with a damped trend, ETS(A,Ad,N) on logs, by statsmodels (FPP3 sections
    8.2 and 8.7).

    The variance of a forecast is the closed form for this model, with the error variance on
    n - 5 degrees of freedom (two states, three smoothing parameters) in place of the likelihood's
    n. Parameters, results and errors are those of :func:`fit_naive`; NotApplicable also where the
    optimiser does not converge.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    if y.size < MIN_OBS_STATE_SPACE:
        return too_short("damped ETS", y.size, MIN_OBS_STATE_SPACE)
    if np.std(np.diff(y)) <= NO_SPREAD:
        return NotApplicable(
            f"growth never varies in {years[0]}-{years[-1]}, so damped ETS cannot be estimated"
        )
    model = ETSModel(pd.Series(y), error="add", trend="add", damped_trend=True)
    fit = _quietly(model.fit, disp=False)
    if not fit.mle_retvals["converged"]:
        return NotApplicable(f"damped ETS did not converge on {years[0]}-{years[-1]}")
    ahead = fit.get_prediction(start=y.size, end=y.size + horizon - 1, method="exact")
    names = list(model.param_names)
    dof = y.size - len(names)
    scale = np.sqrt(np.asarray(ahead.forecast_variance) * y.size / dof)
    table = coefficient_table(
        names, np.asarray(fit.params, dtype=float), np.full(len(names), np.nan)
    )
    return assemble(
        "damped ETS", years, np.asarray(ahead.predicted_mean), scale, dof=dof, level=level, n_residuals=y.size,
        coefficients=table, equation="ETS(A,Ad,N) on log y",
    )  # fmt: skip


def fit_local_linear_trend(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Local linear trend on logs by statsmodels' UnobservedComponents (Durbin and Koopman 2012,
    section 3.2).

    The three variances are estimated by maximum likelihood, diffuse initial states, the better of
    two starts; the interval is normal and takes them as known, which makes it too narrow on short
    series (measure it with ``rolling_origin``). Parameters, results and errors are those of
    :func:`fit_naive`; NotApplicable also where the optimiser does not converge.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    if y.size < MIN_OBS_STATE_SPACE:
        return too_short("local linear trend", y.size, MIN_OBS_STATE_SPACE)
    if np.std(np.diff(y)) <= NO_SPREAD:
        return NotApplicable(
            f"growth never varies in {years[0]}-{years[-1]}, so a local trend cannot be estimated"
        )
    unit = float(np.std(np.diff(y)))
    model = UnobservedComponents((y - y[0]) / unit, "local linear trend")
    fits = [
        _quietly(model.fit, start_params=start, disp=False, maxiter=MAX_STEPS)
        for start in (None, WALK_START)
    ]
    converged = [f for f in fits if f.mle_retvals["converged"]]
    if not converged:
        return NotApplicable(f"the local linear trend did not converge on {years[0]}-{years[-1]}")
    fit = max(converged, key=lambda f: float(f.llf))
    ahead = fit.get_forecast(horizon)
    variances = np.asarray(fit.params) * unit**2
    table = coefficient_table(list(fit.param_names), variances, np.full(variances.size, np.nan))
    return assemble(
        "local linear trend", years, y[0] + unit * np.asarray(ahead.predicted_mean), unit * np.asarray(ahead.se_mean),
        dof=math.inf, level=level, n_residuals=y.size - 2, coefficients=table,
        equation="log y = level + noise, slope a random walk",
    )  # fmt: skip


def _quietly(fit: Any, **options: Any) -> Any:
    """Call a statsmodels fit; its warnings are dropped because convergence is read from the result
    instead.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(**options)


def fit_oil_regression(
    levels: pd.Series, /, *, oil_price: pd.Series, future_price: pd.Series | None = None, horizon: int = 3,
    level: float = 0.8,
) -> Forecast | NotApplicable:  # fmt: skip
    """Log growth regressed on the log growth of an oil price of the same year, by least squares.

    Parameters
    ----------
    levels, horizon, level
        As in :func:`fit_naive`.
    oil_price : Series of float indexed by year
        Any unit, above zero, covering every year of ``levels``. Later years are **not** read.
    future_price : Series of float indexed by year, optional
        A price for each forecast year; the interval is then conditional on it. Without it the price
        stays at its last value in the centre, and ``b**2 h var(oil growth)`` is added to the
        variance.

    Returns
    -------
    Forecast or NotApplicable
        Variance ``s**2 (h + c' inv(X'X) c)`` with ``c = (h, cumulated oil growth)``, on n - 3
        degrees of freedom.

    Raises
    ------
    CoverageError
        If a price is missing for a year that is needed.
    ModelInputError
        As in :func:`fit_naive`, also for the price.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    price = np.log(_prices(oil_price, years, "oil_price"))
    if y.size < MIN_GROWTH_RATES + 2:
        return too_short("oil regression", y.size, MIN_GROWTH_RATES + 2)
    growth, oil = np.diff(y), np.diff(price)
    if oil.std() <= NO_SPREAD:
        return NotApplicable(
            f"the oil price grew at one rate in {years[0]}-{years[-1]}: its effect cannot be"
            " estimated"
        )
    x = np.column_stack([np.ones_like(oil), oil])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ growth
    dof = growth.size - 2
    s2 = float(np.sum((growth - x @ beta) ** 2) / dof)
    ahead = np.arange(1, horizon + 1)
    moved, extra = np.zeros(horizon), beta[1] ** 2 * ahead * oil.var(ddof=1)
    if future_price is not None:
        moved, extra = (
            np.log(_prices(future_price, years[-1] + ahead, "future_price")) - price[-1],
            np.zeros(horizon),
        )
    c = np.column_stack([ahead, moved])
    scale = np.sqrt(s2 * (ahead + np.einsum("hi,ij,hj->h", c, inverse, c)) + extra)
    table = coefficient_table(
        ["constant", "oil_growth"], beta, np.sqrt(s2 * np.diag(inverse)), degrees_of_freedom=dof
    )
    held = (
        "price held at its last value, its spread included"
        if future_price is None
        else "price path as given"
    )
    return assemble(
        "oil regression", years, y[-1] + c @ beta, scale, dof=dof, level=level, n_residuals=growth.size,
        coefficients=table, equation=f"growth = a + b oil growth + e, classical standard errors, {held}",
    )  # fmt: skip


def _prices(price: pd.Series, years: np.ndarray, name: str) -> np.ndarray:
    """Prices of the years asked for, all above zero."""
    missing = [int(y) for y in years if y not in price.index or pd.isna(price[y])]
    if missing:
        raise CoverageError(
            f"{name} lacks {missing}",
            allowed=f"a price for each of {years[0]}-{years[-1]}",
            do="shorten the series",
        )
    values = price.loc[years].to_numpy(dtype=float)
    if values.size != len(years) or not (np.isfinite(values) & (values > 0)).all():
        raise ModelInputError(f"{name} repeats a year or is not above zero", allowed="one positive price a year",
                              do="check the unit and the index")  # fmt: skip
    return values


def fit_same_months(
    levels: pd.Series, /, *, year_to_date: pd.Series, horizon: int = 1, level: float = 0.8
) -> Forecast | NotApplicable:
    """Running year: last year's total times this year's months so far over the same months of last
    year.

    Parameters
    ----------
    levels : Series of float indexed by year
        Annual totals, as in :func:`fit_naive`; the last is that of the year before the running one.
    year_to_date : Series of float indexed by year
        Sum over the **same** months of each year (for example January to April) in the unit of
        ``levels``. It must hold the running year and the one before; earlier years, gaps allowed,
        supply the errors.
    horizon : int
        Only 1: nothing is said beyond the running year.

    Returns
    -------
    Forecast or NotApplicable
        Scale: root mean square of the log errors that the same rule made in earlier years, in
        Student's t on as many degrees of freedom. NotApplicable with fewer than three such errors.

    Raises
    ------
    CoverageError
        If the running year or the one before is missing from ``year_to_date``.
    ModelInputError
        For bad levels, months that are not above zero, or a horizon other than 1.
    """
    years, y = log_levels(levels, horizon=horizon, level=level)
    if horizon != 1:
        raise ModelInputError(
            f"the horizon is {horizon}", allowed="1, the running year", do="use fit_drift beyond it"
        )
    last = int(years[-1])
    _prices(year_to_date, np.array([last, last + 1]), "year_to_date")
    known = [int(t) for t in year_to_date.dropna().index if years[0] <= t <= last + 1]
    part = dict(
        zip(known, np.log(_prices(year_to_date, np.array(known), "year_to_date")), strict=True)
    )
    total = dict(zip(years.tolist(), y, strict=True))
    errors = np.array(
        [
            total[t] - total[t - 1] - part[t] + part[t - 1]
            for t in known
            if t <= last and t - 1 in part
        ]
    )
    if errors.size < MIN_GROWTH_RATES:
        return NotApplicable(
            f"same months: only {errors.size} earlier years show how wrong the rule is;"
            f" {MIN_GROWTH_RATES} are needed"
        )
    ratio = part[last + 1] - part[last]
    scale = float(np.sqrt(np.mean(errors**2)))
    table = coefficient_table(
        ["log_ratio"], np.array([ratio]), np.array([scale]), degrees_of_freedom=errors.size
    )
    return assemble(
        "same months", years, np.array([y[-1] + ratio]), np.array([scale]), dof=errors.size, level=level,
        n_residuals=errors.size, coefficients=table, equation="total = last total x same-months ratio",
    )  # fmt: skip


def combine_median(forecasts: Sequence[Forecast | NotApplicable]) -> Forecast | NotApplicable:
    """Median combination of several forecasts of the same years.

    The centre is the median of the log centres, the scale the median of the log scales, the degrees
    of freedom the smallest: disagreement between methods is not added, so measure the coverage.
    NotApplicable members are left out and counted in ``spec``; ``tidy`` gives each member's log
    centre and scale in the last year.

    Raises
    ------
    ModelInputError
        If the members forecast different years or report different levels, or carry conformal
        intervals.
    """
    members = [f for f in forecasts if isinstance(f, Forecast)]
    if len(members) < 2:
        return NotApplicable(
            f"a combination needs two forecasts and {len(members)} of {len(forecasts)} could be"
            " made"
        )
    if len({(f.years, f.level) for f in members}) > 1 or any(f.errors is not None for f in members):
        came = {
            f.method: (f.years[0], f.years[-1], f.level, "conformal" if f.errors else "parametric")
            for f in members
        }
        raise ModelInputError(
            f"the forecasts do not match: {came}", allowed="same years, same level, parametric intervals",
            do="fit all with one horizon and level, combine, then calibrate the combination",
        )  # fmt: skip
    names = [f.method for f in members]
    table = coefficient_table(
        names,
        np.array([f.log_centre[-1] for f in members]),
        np.array([f.log_scale[-1] for f in members]),
    )
    left_out = (
        f", {len(forecasts) - len(members)} not applicable" if len(members) < len(forecasts) else ""
    )
    return replace(
        members[0], method="median combination",
        log_centre=readonly(np.median([f.log_centre for f in members], axis=0)),
        log_scale=readonly(np.median([f.log_scale for f in members], axis=0)),
        degrees_of_freedom=min(f.degrees_of_freedom for f in members), n_obs=max(f.n_obs for f in members),
        n_residuals=min(f.n_residuals for f in members), coefficients=table,
        spec=f"median combination of {', '.join(names)}{left_out}; median and {members[0].level:.0%} interval",
    )  # fmt: skip
