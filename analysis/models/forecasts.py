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

from analysis.errors import ModelInputError, NotApplicable
from analysis.models.forecast_result import NO_SPREAD, Forecast, assemble, log_levels, too_short
from analysis.models.result import TIDY_COLUMNS, coefficient_table, readonly

MIN_GROWTH_RATES = 3
"""Fewer leave at most one degree of freedom for the spread of annual growth."""
MIN_OBS_STATE_SPACE = 10
"""Damped ETS estimates five parameters and one variance: fewer points fit it exactly."""


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
        "naive",
        years,
        np.full(horizon, y[-1]),
        scale,
        dof=growth.size,
        level=level,
        n_residuals=growth.size,
        coefficients=pd.DataFrame(columns=list(TIDY_COLUMNS)),
        equation="log y(t) = log y(t-1) + e",
    )


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
        "drift",
        years,
        y[-1] + drift * ahead,
        s * np.sqrt(ahead * (1 + ahead / n)),
        dof=n - 1,
        level=level,
        n_residuals=n,
        coefficients=table,
        equation="log y(t) = a + log y(t-1) + e",
    )


def fit_damped_ets(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Exponential smoothing with a damped trend, ETS(A,Ad,N) on logs, by statsmodels (FPP3 sections
    8.2 and 8.7).

    The variance of a forecast is the closed form for this model, with the error variance on
    n - 5 degrees of freedom (two states, three smoothing parameters) in place of the likelihood's
    n. It takes the smoothing parameters as known, and alone it is far too small on short series:
    80 % intervals of random walks with drift held 66, 57 and 49 % one to three years ahead at
    n = 15. So the variance is at least that of ``fit_drift``, and the squared distance between the
    two centres is added: the same intervals then hold 82, 79 and 82 %, and more than they say for
    series that return to a line (the slow tests hold it).

    Parameters, results and errors are those of :func:`fit_naive`; NotApplicable also where the
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
    centre = np.asarray(ahead.predicted_mean)
    drift = fit_drift(levels, horizon=horizon, level=level)
    if isinstance(drift, NotApplicable):
        return drift
    own = np.sqrt(np.asarray(ahead.forecast_variance) * y.size / dof)
    scale = np.hypot(np.maximum(own, drift.log_scale), centre - drift.log_centre)
    table = coefficient_table(
        names, np.asarray(fit.params, dtype=float), np.full(len(names), np.nan)
    )
    return assemble(
        "damped ETS",
        years,
        centre,
        scale,
        dof=dof,
        level=level,
        n_residuals=y.size,
        coefficients=table,
        equation="ETS(A,Ad,N) on log y, spread at least that of drift",
    )


def _quietly(fit: Any, **options: Any) -> Any:
    """Call a statsmodels fit; its warnings are dropped because convergence is read from the result
    instead.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(**options)


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
            f"the forecasts do not match: {came}",
            allowed="same years, same level, parametric intervals",
            do="fit all with one horizon and level, combine, then calibrate the combination",
        )
    names = [f.method for f in members]
    table = coefficient_table(
        names,
        np.array([f.log_centre[-1] for f in members]),
        np.array([f.log_scale[-1] for f in members]),
    )
    left_out = (
        f", {len(forecasts) - len(members)} not applicable" if len(members) < len(forecasts) else ""
    )
    centre, scale = (
        readonly(np.median([getattr(f, name) for f in members], axis=0))
        for name in ("log_centre", "log_scale")
    )
    return replace(
        members[0],
        method="median combination",
        log_centre=centre,
        log_scale=scale,
        degrees_of_freedom=min(f.degrees_of_freedom for f in members),
        n_obs=max(f.n_obs for f in members),
        n_residuals=min(f.n_residuals for f in members),
        coefficients=table,
        spec=(
            f"median combination of {', '.join(names)}{left_out}; median and"
            f" {members[0].level:.0%} interval"
        ),
    )
