"""How good forecasts were: rolling origins, scores, and intervals calibrated on past errors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.errors import ModelInputError, NotApplicable, whole_year
from analysis.measures.inputs import yearly
from analysis.models.forecasts import Forecast, Forecaster
from analysis.models.result import Told, readonly

COVERAGE_LEVEL = 0.95
"""Of the exact interval around a measured coverage."""


def crps_student(
    error: np.ndarray, scale: np.ndarray, degrees_of_freedom: np.ndarray
) -> np.ndarray:
    """Continuous ranked probability score of Student's t around zero, for more than one degree of
    freedom, in the unit of the error; lower is better (Jordan, Krüger and Lerch 2019, J.
    Statistical Software 90(12), appendix A).
    """
    z, v = error / scale, degrees_of_freedom
    spread = 2 * np.sqrt(v) / (v - 1) * special.beta(0.5, v - 0.5) / special.beta(0.5, v / 2) ** 2
    inner = 2 * stats.t.pdf(z, v) * (v + z**2) / (v - 1)
    return scale * (z * (2 * stats.t.cdf(z, v) - 1) + inner - spread)


def measured_coverage(inside: np.ndarray) -> dict[str, float]:
    """Share of intervals that held the outcome, with its exact (Clopper-Pearson) interval."""
    test = stats.binomtest(int(inside.sum()), int(inside.size))
    exact = test.proportion_ci(COVERAGE_LEVEL, method="exact")
    low, high = float(exact.low), float(exact.high)
    return {"coverage": float(inside.mean()), "coverage_low": low, "coverage_high": high}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RollingOrigin(Told):
    """Forecasts made from every past year, with what then happened: ``method, origin, horizon,
    year, actual, median, low, high, log_error`` (log actual minus log median), ``log_scale,
    degrees_of_freedom, naive_change`` (mean absolute annual change before the origin). ``skipped``
    has ``method, origin, reason`` for forecasts that could not be made.
    """

    errors: pd.DataFrame
    skipped: pd.DataFrame
    spec: str

    def tidy(self) -> pd.DataFrame:
        """Scores by ``method`` and ``horizon``, means over ``n`` origins: ``mase`` in levels,
        ``crps_log`` in logs, ``coverage, coverage_low, coverage_high``. The interval takes origins
        as independent, so it is too narrow beyond one year ahead.
        """
        rows = []
        for (method, horizon), part in self.errors.groupby(["method", "horizon"], sort=True):
            columns = ("log_error", "log_scale", "degrees_of_freedom")
            crps = crps_student(*(part[column].to_numpy(dtype=float) for column in columns))
            scaled = (part["actual"] - part["median"]).abs() / part["naive_change"]
            inside = part["actual"].between(part["low"], part["high"])
            scores = {"n": len(part), "mase": float(scaled.mean()), "crps_log": float(crps.mean())}
            coverage = measured_coverage(inside.to_numpy())
            rows.append({"method": method, "horizon": horizon, **scores, **coverage})
        return pd.DataFrame(rows)


def rolling_origin(
    levels: pd.Series,
    forecasters: Mapping[str, Forecaster],
    *,
    first_origin: int,
    horizon: int = 3,
    level: float = 0.8,
) -> RollingOrigin | NotApplicable:
    """Forecast from every year on, each time with the series, levels above zero by year, cut at
    that year (FPP3 section 5.10); ``first_origin`` is the last year of the first training series.

    NotApplicable, with the reasons, where no forecast could be scored; ModelInputError if
    ``first_origin`` is not a year of the series before its last.
    """
    levels = yearly(levels, sign="above zero")
    first_origin = whole_year("first_origin", first_origin)
    if not forecasters or first_origin not in levels.index[:-1]:
        raise ModelInputError(
            f"first origin {first_origin} with {len(forecasters)} forecasters",
            allowed="a year of the series before its last, and one forecaster or more",
            do="choose a year that leaves some years to train on and some to score",
        )
    rows, skipped = [], []
    for origin in range(first_origin, int(levels.index[-1])):
        for name, forecaster in forecasters.items():
            made = forecaster(levels.loc[:origin], horizon=horizon, level=level)
            if isinstance(made, NotApplicable):
                skipped.append((name, origin, made.reason))
            else:
                rows.append(_scored(name, origin, made, levels))
    if not rows:
        reasons = sorted({reason for _, _, reason in skipped})
        return NotApplicable("no forecast could be scored: " + "; ".join(reasons))
    origins = f"rolling origins {first_origin}-{int(levels.index[-1]) - 1}"
    return RollingOrigin(
        errors=pd.concat(rows, ignore_index=True),
        skipped=pd.DataFrame(skipped, columns=["method", "origin", "reason"]),
        spec=f"{origins}, up to {horizon} years ahead, {100 * level:.0f} %",
    )


def _scored(name: str, origin: int, made: Forecast, levels: pd.Series) -> pd.DataFrame:
    """Rows of ``RollingOrigin.errors`` for one forecast: the years that have an outcome."""
    table = made.predict().assign(
        method=name,
        origin=origin,
        horizon=range(1, len(made.years) + 1),
        actual=levels.reindex(made.years).to_numpy(),
        log_error=lambda rows: np.log(rows["actual"]) - made.log_centre,
        log_scale=made.log_scale,
        degrees_of_freedom=made.degrees_of_freedom,
        naive_change=levels.loc[:origin].diff().abs().mean(),
    )
    return table.dropna(subset="actual").drop(columns=["level", "n_errors"])


def calibrate(forecast: Forecast, past: RollingOrigin) -> Forecast:
    """Replace a forecast's parametric interval by a split-conformal one, from past errors of its
    method: half as wide is the ``ceil((n + 1) level)``-th smallest of n absolute log errors at the
    same number of years ahead (Lei et al. 2018, JASA 113, section 2.2), infinite where there are
    too few. It holds for exchangeable errors, which those of overlapping horizons are not.

    ModelInputError if ``past`` has no finite errors of the method, or such as were not known when
    the forecast was made.
    """
    name = forecast.method
    methods = past.errors["method"]
    mine = past.errors[methods == name]
    if mine.empty or not np.isfinite(mine["log_error"]).all():
        raise ModelInputError(
            f"no usable past errors of '{name}'",
            allowed=f"one of {sorted(methods.unique())} with finite errors",
            do="name the method as in rolling_origin",
        )
    origin = forecast.years[0] - 1
    if later := sorted({int(year) for year in mine["year"] if year > origin}):
        raise ModelInputError(
            f"errors of {later} were not known in {origin}, when the forecast was made",
            allowed=f"errors of years up to {origin}",
            do=f"evaluate on the series cut at {origin}, or leave the later errors out",
        )
    level, widths, counts, notes = forecast.level, [], [], []
    for step, year in enumerate(forecast.years, start=1):
        errors = np.sort(mine.loc[mine["horizon"] == step, "log_error"].abs().to_numpy())
        n = errors.size
        rank = math.ceil(round((n + 1) * level, 9))  # 10 x 0.7 must not become 7.000...1
        which = "the largest" if rank == n else f"number {rank} in size"
        note = f"the half width is {which} of {n} past errors"
        if rank > n:
            reach = f"at most {100 * n / (n + 1):.3g} %" if n else "no level at all"
            note = (
                f"{n} past errors can support {reach}, not {100 * level:.3g} %: the interval is"
                " unbounded"
            )
        widths.append(errors[rank - 1] if rank <= n else math.inf)
        counts.append(n)
        notes.append(f"{year}: {note}.")
    return replace(
        forecast,
        half_width=readonly(widths),
        n_errors=tuple(counts),
        notes=tuple(notes),
        spec=f"{forecast.spec}, split-conformal from past errors of {name}",
    )
