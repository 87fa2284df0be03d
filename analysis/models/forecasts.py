"""Forecasts of annual levels of trade, made in logs, with intervals that say what they rest on.

Every method gives a centre and a scale for the log of the level in each coming year. The centre is
transformed back with ``exp``, so the figure shown is the **median** of the forecast distribution;
the mean of a lognormal is larger by ``exp(scale**2 / 2)`` and is not shown. Nothing after the last
year of the series given is ever read. Chapter numbers refer to R. J. Hyndman and G. Athanasopoulos,
*Forecasting: Principles and Practice*, 3rd ed. (2021), OTexts, below FPP3.

Each ``fit_`` function takes levels above zero in one unit, by consecutive years, nothing missing
(ModelInputError otherwise), a horizon in years and the coverage of the interval, and returns
NotApplicable where the series is too short or never varies.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.errors import ModelInputError, NotApplicable, whole_number
from analysis.measures.inputs import require_level, yearly
from analysis.models.result import readonly, text_table

MIN_GROWTH_RATES = 3
"""Fewer leave at most one degree of freedom for the spread of annual growth."""
MIN_OBS_STATE_SPACE = 10
"""Damped ETS estimates five parameters and one variance: fewer points fit it exactly."""
NO_SPREAD = 1e-12
"""A standard deviation of log growth below this is rounding, not evidence of certainty."""


class Forecaster(Protocol):
    """What rolling-origin evaluation calls: any ``fit_`` function below."""

    def __call__(
        self, levels: pd.Series, /, *, horizon: int, level: float
    ) -> "Forecast | NotApplicable":
        """Forecast ``horizon`` years after the last year of ``levels``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A forecast distribution for each of h coming years: Student's t for the log of the level.

    ``half_width``, shape (h,), is that of the interval on the log scale and ``level`` its coverage;
    ``n_errors`` counts, by year, the errors on which it rests, and ``notes`` are what a reader must
    be told about it, one sentence each.
    """

    method: str
    years: tuple[int, ...]
    log_centre: np.ndarray
    log_scale: np.ndarray
    degrees_of_freedom: float
    level: float
    half_width: np.ndarray
    n_errors: tuple[int, ...]
    notes: tuple[str, ...]
    spec: str

    def predict(self) -> pd.DataFrame:
        """One row per year: ``year, median, low, high, level, n_errors`` in the unit of the series.

        An interval that too few errors cannot give is shown as what it is: everything from 0 to
        infinity.
        """
        with np.errstate(over="ignore"):
            low, high = (np.exp(self.log_centre + s * self.half_width) for s in (-1, 1))
        columns = {"year": self.years, "median": np.exp(self.log_centre), "low": low, "high": high}
        return pd.DataFrame(columns).assign(level=self.level, n_errors=self.n_errors)

    def __str__(self) -> str:
        size = float(np.exp(self.log_centre.min()))
        digits = max(0, 3 - math.floor(math.log10(size)))  # four of the smallest median's
        return "\n".join([self.spec, text_table(self.predict(), digits=digits), *self.notes])


def fit_naive(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """No change: the last level, with the spread of a random walk (FPP3 sections 5.2 and 5.5).

    Scale ``s sqrt(h)`` with ``s`` the root mean square of log growth on n - 1 degrees of freedom.
    """
    logs, ahead = _logs_and_steps(levels, horizon, level)
    growth = np.diff(logs)
    n = growth.size
    if n < MIN_GROWTH_RATES:
        return _too_short("naive", logs, MIN_GROWTH_RATES + 1)
    centre, scale = logs.iloc[-1] + 0.0 * ahead, np.sqrt(np.mean(growth**2) * ahead)
    equation = "log y(t) = log y(t-1) + e"
    return _assemble("naive", equation, logs, centre, scale, n, n, level)


def fit_drift(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Random walk with drift: average log growth goes on (FPP3 sections 5.2 and 5.5).

    Centre ``y_T + h (y_T - y_1)/(T - 1)`` and scale ``s sqrt(h (1 + h/(T - 1)))``, where s is the
    standard deviation of log growth; Student's t on T - 2 degrees of freedom, which is exact for
    independent normal growth.
    """
    logs, ahead = _logs_and_steps(levels, horizon, level)
    growth = np.diff(logs)
    n = growth.size
    if n < MIN_GROWTH_RATES:
        return _too_short("drift", logs, MIN_GROWTH_RATES + 1)
    centre = logs.iloc[-1] + growth.mean() * ahead
    scale = growth.std(ddof=1) * np.sqrt(ahead * (1 + ahead / n))
    equation = "log y(t) = a + log y(t-1) + e"
    return _assemble("drift", equation, logs, centre, scale, n - 1, n, level)


def fit_damped_ets(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Exponential smoothing with a damped trend, ETS(A,Ad,N) on logs, by statsmodels (FPP3 sections
    8.2 and 8.7); NotApplicable also where the optimiser does not converge.

    The variance of a forecast is the closed form for this model, with the error variance on
    n - 5 degrees of freedom (two states, three smoothing parameters) in place of the likelihood's
    n. It takes the smoothing parameters as known, and alone it is far too small on short series:
    80 % intervals of random walks with drift held 66, 57 and 49 % one to three years ahead at
    n = 15. So the variance is at least that of ``fit_drift``, and the squared distance between the
    two centres is added: the same intervals then hold 82, 79 and 82 %, and more than they say for
    series that return to a line (the slow tests hold it).
    """
    logs, steps = _logs_and_steps(levels, horizon, level)
    n, span = len(logs), f"{logs.index[0]}-{logs.index[-1]}"
    if n < MIN_OBS_STATE_SPACE:
        return _too_short("damped ETS", logs, MIN_OBS_STATE_SPACE)
    if np.std(np.diff(logs)) <= NO_SPREAD:
        return NotApplicable(f"growth never varies in {span}, so damped ETS cannot be estimated")
    plain = pd.Series(logs.to_numpy())
    model = ETSModel(plain, error="add", trend="add", damped_trend=True)
    with warnings.catch_warnings():  # convergence is read from the result instead
        warnings.simplefilter("ignore")
        fit = model.fit(disp=False)
    if not fit.mle_retvals["converged"]:
        return NotApplicable(f"damped ETS did not converge on {span}")
    ahead = fit.get_prediction(start=n, end=n + len(steps) - 1, method="exact")
    dof = n - len(model.param_names)
    centre = np.asarray(ahead.predicted_mean)
    drift = fit_drift(levels, horizon=horizon, level=level)
    if isinstance(drift, NotApplicable):
        return drift
    own = np.sqrt(np.asarray(ahead.forecast_variance) * n / dof)
    scale = np.hypot(np.maximum(own, drift.log_scale), centre - drift.log_centre)
    equation = "ETS(A,Ad,N) on log y, spread at least that of drift"
    method = "damped ETS"
    return _assemble(method, equation, logs, centre, scale, dof, n, level)


def combine_median(forecasts: Sequence[Forecast | NotApplicable]) -> Forecast | NotApplicable:
    """Median combination of several forecasts of the same years.

    The centre is the median of the log centres, the scale the median of the log scales, the degrees
    of freedom the smallest: disagreement between methods is not added, so measure the coverage.
    NotApplicable members are left out and counted in ``spec``; it takes two others.
    ModelInputError if the members forecast different years or report different levels.
    """
    members = [f for f in forecasts if isinstance(f, Forecast)]
    missing = len(forecasts) - len(members)
    if len(members) < 2:
        made = f"{len(members)} of {len(forecasts)} could be made"
        return NotApplicable(f"a combination needs two forecasts and {made}")
    if len({(f.years, f.level) for f in members}) > 1:
        came = {f.method: (f.years[0], f.years[-1], f.level) for f in members}
        do = "fit all with one horizon and level"
        raise ModelInputError(
            f"the forecasts do not match: {came}", allowed="same years, same level", do=do
        )
    left_out = f", {missing} not applicable" if missing else ""
    return _parametric(
        "median combination",
        f"median combination of {', '.join(f.method for f in members)}{left_out}",
        members[0].years,
        np.median([f.log_centre for f in members], axis=0),
        np.median([f.log_scale for f in members], axis=0),
        min(f.degrees_of_freedom for f in members),
        min(f.n_errors[0] for f in members),
        members[0].level,
    )


def _logs_and_steps(levels: pd.Series, horizon: int, level: float) -> tuple[pd.Series, np.ndarray]:
    """Logs of annual levels by year, and the steps 1, 2, ... ahead, after every check that all
    methods share.
    """
    require_level(level)
    horizon = whole_number("the horizon, in years,", horizon, least=1)
    known = yearly(levels, sign="above zero")
    if known.empty:
        allowed, do = "one value per year", "choose another series"
        raise ModelInputError("the series has 0 values", allowed=allowed, do=do)
    years = known.index.to_numpy()
    if jumps := years[1:][np.diff(years) != 1].tolist():
        raise ModelInputError(
            f"the years do not follow one another at {jumps}",
            allowed="consecutive years, each once",
            do="cut the series to the years after the last gap",
        )
    return np.log(known), np.arange(1, horizon + 1)


def _too_short(method: str, logs: pd.Series, least: int) -> NotApplicable:
    """Why a method declines a short series."""
    given = f"was given {len(logs)}"
    return NotApplicable(f"{method} needs at least {least} annual observations and {given}")


def _assemble(
    method: str,
    equation: str,
    logs: pd.Series,
    centre: np.ndarray,
    scale: np.ndarray,
    dof: float,
    n_residuals: int,
    level: float,
) -> Forecast | NotApplicable:
    """A method's log centre and scale as a Forecast, unless they cannot carry an interval."""
    first, last = int(logs.index[0]), int(logs.index[-1])
    if not (np.isfinite(centre).all() and np.isfinite(scale).all()):
        return NotApplicable(f"{method} gave a forecast that is not finite for {first}-{last}")
    if scale.min() <= NO_SPREAD:
        why = "without error, so an interval would have no width"
        return NotApplicable(f"{method} fits {first}-{last} {why}")
    years = tuple(range(last + 1, last + 1 + len(centre)))
    how = f"{method}: {equation}; {first}-{last}, n = {len(logs)}"
    return _parametric(method, how, years, centre, scale, dof, n_residuals, level)


def _parametric(
    method: str,
    how: str,
    years: tuple[int, ...],
    centre: np.ndarray,
    scale: np.ndarray,
    dof: float,
    n_residuals: int,
    level: float,
) -> Forecast:
    """A forecast whose interval is that of Student's t."""
    note = f"parametric interval from {n_residuals} in-sample errors; it trusts the model."
    return Forecast(
        method=method,
        years=years,
        log_centre=readonly(centre),
        log_scale=readonly(scale),
        degrees_of_freedom=float(dof),
        level=level,
        half_width=readonly(stats.t.ppf(0.5 + level / 2, dof) * scale),
        n_errors=(n_residuals,) * len(years),
        notes=(note,),
        spec=f"{how}; median and {level:.0%} interval",
    )
