"""How good forecasts were: rolling origins, scores, measured coverage and intervals calibrated on
past errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.errors import ModelInputError, NotApplicable
from analysis.measures.inputs import (
    require_columns,
    require_level,
    require_years,
    whole_number,
    whole_year,
)
from analysis.models.forecast_result import Forecast, Forecaster
from analysis.models.result import readonly, text_table

COVERAGE_LEVEL = 0.95
"""Of the exact interval around a measured coverage."""


def interval_score(
    actual: np.ndarray, low: np.ndarray, high: np.ndarray, *, level: float
) -> np.ndarray:
    """Interval score, lower is better (Gneiting and Raftery 2007, JASA 102, equation 43).

    ``(high - low) + 2/a (low - x)+ + 2/a (x - high)+`` with ``a = 1 - level``, in the unit of
    ``actual``; infinite for an unbounded interval. All arrays have shape (n,), and so has the
    result.
    """
    actual, low, high = (np.asarray(a, dtype=float) for a in (actual, low, high))
    _same_shape(actual, low, high)
    if not 0 < level < 1 or (low > high).any():
        raise ModelInputError(
            f"level {level}, and {(low > high).sum()} intervals have low above high",
            allowed="0 < level < 1 and low <= high",
            do="check the order of the arguments",
        )
    miss = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return (high - low) + 2 / (1 - level) * miss


def crps_student(
    actual: np.ndarray,
    centre: np.ndarray,
    scale: np.ndarray,
    *,
    degrees_of_freedom: float | np.ndarray = np.inf,
) -> np.ndarray:
    """Continuous ranked probability score of Student's t, lower is better; the normal at infinite
    degrees of freedom.

    Closed forms: Gneiting and Raftery (2007, section 4.2) for the normal; Jordan, Krüger and Lerch
    (2019, J. Statistical Software 90(12), appendix A) for t. More than one degree of freedom is
    needed for the score to exist. Arrays have shape (n,); the result is in the unit of ``actual``.
    """
    given = (actual, centre, scale, degrees_of_freedom)
    actual, centre, scale, dof = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in given))
    if (scale <= 0).any() or (dof <= 1).any():
        raise ModelInputError(
            f"smallest scale {scale.min()}, smallest degrees of freedom {dof.min()}",
            allowed="scale above 0 and more than 1 degree of freedom",
            do="use a longer series",
        )
    z = (actual - centre) / scale
    normal = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    v = np.where(np.isinf(dof), 2.0, dof)  # any finite value: replaced by the normal below
    spread = 2 * np.sqrt(v) / (v - 1) * special.beta(0.5, v - 0.5) / special.beta(0.5, v / 2) ** 2
    student = (
        z * (2 * stats.t.cdf(z, v) - 1) + 2 * stats.t.pdf(z, v) * (v + z**2) / (v - 1) - spread
    )
    return scale * np.where(np.isinf(dof), normal, student)


def _same_shape(*arrays: np.ndarray) -> None:
    if len({a.shape for a in arrays}) > 1 or not all(
        np.isfinite(a[~np.isinf(a)]).all() for a in arrays
    ):
        raise ModelInputError(
            f"arrays of shapes {[a.shape for a in arrays]}, some with missing values",
            allowed="one shape and no missing values",
            do="drop years that are not in all of them",
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RollingOrigin:
    """Forecasts made from every past year, with what then happened.

    Attributes
    ----------
    errors : DataFrame
        One row per method, origin and year ahead: ``method, origin, horizon, year, actual, median,
        low, high, log_error, log_scale, degrees_of_freedom, naive_change`` (log_error is log actual
        minus log median; naive_change is the mean absolute annual change in the training series,
        the unit of MASE).
    skipped : DataFrame
        ``method, origin, reason`` for forecasts that could not be made.
    level : float
    spec : str
    """

    errors: pd.DataFrame
    skipped: pd.DataFrame
    level: float
    spec: str

    def tidy(self) -> pd.DataFrame:
        """Scores by method and years ahead.

        Returns
        -------
        DataFrame with the columns method, horizon, n, mase, crps_log, interval_score, coverage,
        coverage_low, coverage_high and log_half_width: means over origins; MASE and interval score
        in levels, CRPS on the log scale; the interval round the measured coverage is exact
        (Clopper-Pearson, 95 %) and takes origins as independent, which overlapping horizons are
        not, so it is too narrow beyond one year ahead.
        """
        grouped = self.errors.groupby(["method", "horizon"], sort=True)
        rows = [{"method": m, "horizon": h, **self._scores(part)} for (m, h), part in grouped]
        return pd.DataFrame(rows)

    def _scores(self, part: pd.DataFrame) -> dict[str, float]:
        actual, low, high = (part[c].to_numpy() for c in ("actual", "low", "high"))
        inside = (low <= actual) & (actual <= high)
        crps = crps_student(
            part["log_error"].to_numpy(),
            np.zeros(len(part)),
            part["log_scale"].to_numpy(),
            degrees_of_freedom=part["degrees_of_freedom"].to_numpy(),
        )
        scaled = (part["actual"] - part["median"]).abs() / part["naive_change"]
        return {
            "n": len(part),
            "mase": float(scaled.mean()),
            "crps_log": float(crps.mean()),
            "interval_score": float(interval_score(actual, low, high, level=self.level).mean()),
            **measured_coverage(inside),
            "log_half_width": float((np.log(part["high"] / part["low"]) / 2).mean()),
        }

    def glance(self) -> pd.Series:
        """Counts of forecasts made and not made."""
        return pd.Series(
            {
                "n_forecasts": len(self.errors),
                "n_origins": self.errors["origin"].nunique(),
                "n_skipped": len(self.skipped),
                "level": self.level,
            }
        )

    def __str__(self) -> str:
        return f"{self.spec}\n{text_table(self.tidy())}"


def measured_coverage(inside: np.ndarray) -> dict[str, float]:
    """Share of intervals that held the outcome, with its exact interval; missing where there was
    none to count.
    """
    if inside.size == 0:
        return {"coverage": np.nan, "coverage_low": np.nan, "coverage_high": np.nan}
    exact = stats.binomtest(int(inside.sum()), int(inside.size)).proportion_ci(
        COVERAGE_LEVEL, method="exact"
    )
    return {
        "coverage": float(inside.mean()),
        "coverage_low": float(exact.low),
        "coverage_high": float(exact.high),
    }


def rolling_origin(
    levels: pd.Series,
    forecasters: Mapping[str, Forecaster],
    *,
    first_origin: int,
    horizon: int = 3,
    level: float = 0.8,
) -> RollingOrigin | NotApplicable:
    """Forecast from every year on, each time with the series cut at that year (FPP3 section 5.10).

    Parameters
    ----------
    levels : Series of float indexed by consecutive integer years, shape (n,)
    forecasters : mapping of name to forecaster
        Each is called with the series up to the origin and ``horizon`` and ``level``.
    first_origin : int
        Last year of the first training series.
    horizon : int
        Years ahead; outcomes after the end of the series are left out.

    Returns
    -------
    RollingOrigin, or NotApplicable where no forecast could be scored; the reasons are given.

    Raises
    ------
    ModelInputError
        If ``first_origin`` is not a year of the series before its last, or no forecaster is given.
    """
    require_level(level)
    whole_number("the horizon, in years,", horizon, least=1)
    require_years(levels.index, what="the index")
    first_origin = whole_year("first_origin", first_origin)
    if not forecasters or first_origin not in levels.index[:-1]:
        raise ModelInputError(
            f"first origin {first_origin} with {len(forecasters)} forecasters",
            allowed=(
                f"at least one forecaster and a year from {levels.index[0]} to"
                f" {levels.index[-1] - 1}"
            ),
            do="choose a year that leaves some years to train on and some to score",
        )
    rows: list[dict[str, object]] = []
    skipped = []
    for origin in range(first_origin, int(levels.index[-1])):
        train = levels.loc[:origin]
        for name, forecaster in forecasters.items():
            made = forecaster(train, horizon=horizon, level=level)
            if isinstance(made, NotApplicable):
                skipped.append({"method": name, "origin": origin, "reason": made.reason})
            else:
                rows.extend(_scored(name, origin, made, train, levels))
    if not rows:
        return NotApplicable(
            "no forecast could be scored: " + "; ".join(sorted({str(s["reason"]) for s in skipped}))
        )
    return RollingOrigin(
        errors=pd.DataFrame(rows),
        skipped=pd.DataFrame(skipped, columns=["method", "origin", "reason"]),
        level=level,
        spec=(
            f"rolling origins {first_origin}-{int(levels.index[-1]) - 1}, up to {horizon} years"
            f" ahead, {level:.0%}"
        ),
    )


def _scored(
    name: str, origin: int, made: Forecast, train: pd.Series, levels: pd.Series
) -> list[dict[str, object]]:
    """Rows of ``RollingOrigin.errors`` for one forecast: the years that have an outcome."""
    table = made.predict()
    change = float(train.diff().abs().mean())
    rows: list[dict[str, object]] = []
    for step, row in enumerate(table.itertuples()):
        if row.year in levels.index:
            actual = float(levels.to_numpy()[levels.index.get_loc(row.year)])
            rows.append(
                {
                    "method": name,
                    "origin": origin,
                    "horizon": step + 1,
                    "year": row.year,
                    "actual": actual,
                    "median": row.median,
                    "low": row.low,
                    "high": row.high,
                    "log_error": float(np.log(actual) - made.log_centre[step]),
                    "log_scale": made.log_scale[step],
                    "degrees_of_freedom": made.degrees_of_freedom,
                    "naive_change": change,
                }
            )
    return rows


def calibrate(
    forecast: Forecast, past: RollingOrigin | pd.DataFrame, *, method: str | None = None
) -> Forecast:
    """Replace a forecast's parametric interval by a split-conformal one.

    Parameters
    ----------
    forecast : Forecast
    past : RollingOrigin or DataFrame
        Past errors: of this series, or pooled over many (then a frame with ``method, horizon, year,
        log_error``, year being the one that was forecast). Errors of years after the forecast's
        origin were not known when it was made and are refused; evaluate on the same frozen series.
    method : str, optional
        Whose errors to take; the forecast's own method by default.

    Returns
    -------
    Forecast
        Same centre. The interval is the centre plus and minus an order statistic of absolute log
        errors at the same number of years ahead (Lei et al. 2018). Its guarantee needs exchangeable
        errors, which errors of overlapping horizons or of one pair in many are not, so read the
        measured coverage. ``notes()`` says how many errors each year rests on, and that the level
        cannot be reached where it cannot.

    Raises
    ------
    ModelInputError
        If ``past`` has no errors of that method, they are not finite, or they belong to years after
        the forecast's origin.
    """
    frame = past.errors if isinstance(past, RollingOrigin) else past
    require_columns(frame, ["method", "horizon", "year", "log_error"])
    require_years(frame["year"], what="the column 'year'", unique=False)
    name = forecast.method if method is None else method
    mine = frame[frame["method"] == name]
    if mine.empty or not np.isfinite(mine["log_error"]).all():
        raise ModelInputError(
            f"no usable past errors of '{name}'",
            allowed=f"one of {sorted(frame['method'].unique())} with finite errors",
            do="name the method as in rolling_origin",
        )
    origin = forecast.years[0] - 1
    if later := sorted({int(year) for year in mine["year"] if year > origin}):
        raise ModelInputError(
            f"errors of {later} were not known in {origin}, when the forecast was made",
            allowed=f"errors of years up to {origin}",
            do=f"evaluate on the series cut at {origin}, or leave the later errors out",
        )
    steps = range(1, len(forecast.years) + 1)
    errors = tuple(
        readonly(np.sort(mine.loc[mine["horizon"] == h, "log_error"].abs().to_numpy()))
        for h in steps
    )
    spec = f"{forecast.spec}, split-conformal from past errors of {name}"
    return replace(forecast, errors=errors, spec=spec)
