"""Forecasts of annual levels of trade, made in logs, so that the figure shown is the **median**.
Chapter numbers refer to R. J. Hyndman and G. Athanasopoulos, *Forecasting: Principles and
Practice*, 3rd ed. (2021), OTexts, below FPP3.

Each ``fit_`` function takes levels above zero by consecutive years (ModelInputError otherwise), a
horizon in years and the coverage of the interval, and returns NotApplicable where the series is too
short or its growth never varies.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelInputError, NotApplicable, applicable, whole_number
from analysis.measures.inputs import require_level, yearly
from analysis.models.result import readonly, text_table

FEWEST_YEARS = {"naive": 4, "drift": 4, "damped ETS": 10}
"""Fewer leave one degree of freedom for the spread of growth, and none for the six of ETS."""
NO_SPREAD = 1e-12
"""A standard deviation of log growth below this is rounding, not evidence of certainty."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A forecast for each of h coming years: Student's t for the log of the level. ``half_width``,
    shape (h,), is that of the interval in logs and ``level`` its coverage; ``n_errors`` counts, by
    year, the errors on which it rests, and ``notes`` say so.
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
        """One row per year: ``year, median, low, high, level, n_errors`` in the unit of the series;
        an interval that too few errors cannot give is everything from 0 to infinity.
        """
        with np.errstate(over="ignore"):
            low, high = (np.exp(self.log_centre + s * self.half_width) for s in (-1, 1))
        columns = {"year": self.years, "median": np.exp(self.log_centre), "low": low, "high": high}
        return pd.DataFrame(columns).assign(level=self.level, n_errors=self.n_errors)

    def __str__(self) -> str:
        size = float(np.exp(self.log_centre.min()))
        digits = max(0, 3 - math.floor(math.log10(size)))  # four of the smallest median's
        return "\n".join([self.spec, text_table(self.predict(), digits=digits), *self.notes])


Forecaster = Callable[..., Forecast | NotApplicable]
"""Any ``fit_`` function below, or one that takes the same arguments."""


def fit_naive(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """No change: the last level, with the spread of a random walk, ``s sqrt(h)`` where s is the
    root mean square of log growth, on n - 1 degrees of freedom (FPP3 sections 5.2 and 5.5).
    """
    logs = _logs("naive", levels, horizon, level)
    if isinstance(logs, NotApplicable):
        return logs
    growth, ahead = np.diff(logs), np.arange(1, horizon + 1)
    centre, scale = logs.iloc[-1] + 0.0 * ahead, np.sqrt(np.mean(growth**2) * ahead)
    how = _on("naive: log y(t) = log y(t-1) + e", logs)
    return _forecast("naive", how, logs.index[-1], centre, scale, growth.size, growth.size, level)


def fit_drift(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Random walk with drift (FPP3 sections 5.2 and 5.5): centre ``y_T + h (y_T - y_1)/(T - 1)``
    and scale ``s sqrt(h (1 + h/(T - 1)))`` in logs, where s is the standard deviation of log
    growth; Student's t on T - 2 degrees of freedom, which is exact for independent normal growth.
    """
    logs = _logs("drift", levels, horizon, level)
    if isinstance(logs, NotApplicable):
        return logs
    growth, ahead = np.diff(logs), np.arange(1, horizon + 1)
    n = growth.size
    centre = logs.iloc[-1] + growth.mean() * ahead
    scale = growth.std(ddof=1) * np.sqrt(ahead * (1 + ahead / n))
    how = _on("drift: log y(t) = a + log y(t-1) + e", logs)
    return _forecast("drift", how, logs.index[-1], centre, scale, n - 1, n, level)


def fit_damped_ets(
    levels: pd.Series, /, *, horizon: int = 3, level: float = 0.8
) -> Forecast | NotApplicable:
    """Exponential smoothing with a damped trend, ETS(A,Ad,N) on logs, by statsmodels (FPP3 sections
    8.2 and 8.7); NotApplicable also where the optimiser does not converge.

    The closed form of the variance is far too small on short series: 80 % intervals of random walks
    with drift held 66, 57 and 49 % one to three years ahead at n = 15. So the variance is at least
    that of ``fit_drift``, and the squared distance between the two centres is added: the same
    intervals then hold 82, 79 and 82 % (the slow tests hold it).
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # takes 0.3 s

    logs = _logs("damped ETS", levels, horizon, level)
    if isinstance(logs, NotApplicable):
        return logs
    n = len(logs)
    model = ETSModel(logs.reset_index(drop=True), error="add", trend="add", damped_trend=True)
    with warnings.catch_warnings():  # convergence is read from the result instead
        warnings.simplefilter("ignore")
        fit = model.fit(disp=False)
    if not fit.mle_retvals["converged"]:
        return NotApplicable(f"damped ETS did not converge on {logs.index[0]}-{logs.index[-1]}")
    ahead = fit.get_prediction(start=n, end=n + int(horizon) - 1, method="exact")
    dof, centre = n - len(model.param_names), np.asarray(ahead.predicted_mean)
    drift = applicable(fit_drift(levels, horizon=horizon, level=level))
    own = np.sqrt(np.asarray(ahead.forecast_variance) * n / dof)
    scale = np.hypot(np.maximum(own, drift.log_scale), centre - drift.log_centre)
    how = _on("damped ETS: ETS(A,Ad,N) on log y, spread at least that of drift", logs)
    return _forecast("damped ETS", how, logs.index[-1], centre, scale, dof, n, level)


def combine_median(forecasts: Sequence[Forecast | NotApplicable]) -> Forecast | NotApplicable:
    """Median of the log centres and of the log scales of forecasts of the same years and level,
    with the least degrees of freedom. NotApplicable members are left out and counted in ``spec``;
    it takes two others. ModelInputError for forecasts of other years or levels.
    """
    members = [f for f in forecasts if isinstance(f, Forecast)]
    missing = len(forecasts) - len(members)
    if len(members) < 2:
        made = f"{len(members)} of {len(forecasts)} could be made"
        return NotApplicable(f"a combination needs two forecasts and {made}")
    if len({(f.years, f.level) for f in members}) > 1:
        came = {f.method: (f.years[0], f.years[-1], f.level) for f in members}
        raise ModelInputError(
            f"the forecasts do not match: {came}",
            allowed="same years, same level",
            do="fit all with one horizon and level",
        )
    left_out = f", {missing} not applicable" if missing else ""
    return _forecast(
        "median combination",
        f"median combination of {', '.join(f.method for f in members)}{left_out}",
        members[0].years[0] - 1,
        np.median([f.log_centre for f in members], axis=0),
        np.median([f.log_scale for f in members], axis=0),
        min(f.degrees_of_freedom for f in members),
        min(f.n_errors[0] for f in members),
        members[0].level,
    )


def _logs(method: str, levels: pd.Series, horizon: int, level: float) -> pd.Series | NotApplicable:
    """Logs of annual levels by year, after every check that all methods share."""
    require_level(level)
    whole_number("the horizon, in years,", horizon, least=1)
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
    if len(known) < FEWEST_YEARS[method]:
        least = f"{method} needs at least {FEWEST_YEARS[method]} annual observations"
        return NotApplicable(f"{least} and was given {len(known)}")
    logs = np.log(known)
    growth = np.diff(logs)
    errors = growth if method == "naive" else growth - growth.mean()
    if np.sqrt(np.mean(errors**2)) <= NO_SPREAD:
        span = f"{years[0]}-{years[-1]}"
        return NotApplicable(f"growth never varies in {span}, so {method} cannot be estimated")
    return logs


def _on(equation: str, logs: pd.Series) -> str:
    return f"{equation}; {logs.index[0]}-{logs.index[-1]}, n = {len(logs)}"


def _forecast(
    method: str,
    how: str,
    last: int,
    centre: np.ndarray,
    scale: np.ndarray,
    dof: float,
    n_errors: int,
    level: float,
) -> Forecast:
    """A forecast of the years after the last, with the interval of Student's t."""
    note = f"parametric interval from {n_errors} in-sample errors; it trusts the model."
    years = tuple(range(last + 1, last + 1 + len(centre)))
    return Forecast(
        method=method,
        years=years,
        log_centre=readonly(centre),
        log_scale=readonly(scale),
        degrees_of_freedom=float(dof),
        level=level,
        half_width=readonly(stats.t.ppf(0.5 + level / 2, dof) * scale),
        n_errors=(n_errors,) * len(years),
        notes=(note,),
        spec=f"{how}; median and {100 * level:.0f} % interval",
    )
