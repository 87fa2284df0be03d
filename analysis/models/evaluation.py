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
from analysis.models.forecast_result import Forecast, Forecaster, conformal_rank
from analysis.models.result import readonly, text_table

COVERAGE_LEVEL = 0.95  # of the exact interval around a measured coverage


def mase(actual: np.ndarray, forecast: np.ndarray, *, train: np.ndarray) -> float | NotApplicable:
    """Mean absolute scaled error (Hyndman and Koehler 2006, Int. J. Forecasting 22, section 3).

    Parameters
    ----------
    actual, forecast : array, shape (h,)
    train : array, shape (n,)
        The series before the forecast; its mean absolute one-step change is the unit.

    Returns
    -------
    float or NotApplicable
        Below 1: better than the no-change forecast was, on average, inside the training series.
    """
    actual, forecast, train = (np.asarray(a, dtype=float) for a in (actual, forecast, train))
    _same_shape(actual, forecast)
    if train.size < 2 or not (unit := np.abs(np.diff(train)).mean()) > 0:
        return NotApplicable("the training series never changes, so errors have no unit")
    return float(np.abs(actual - forecast).mean() / unit)


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
            allowed="0 < level < 1 and low <= high", do="check the order of the arguments",
        )  # fmt: skip
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
    actual, centre, scale, dof = np.broadcast_arrays(*(np.asarray(a, float) for a in (actual, centre, scale,
                                                                                      degrees_of_freedom)))  # fmt: skip
    if (scale <= 0).any() or (dof <= 1).any():
        raise ModelInputError(
            f"smallest scale {scale.min()}, smallest degrees of freedom {dof.min()}",
            allowed="scale above 0 and more than 1 degree of freedom", do="use a longer series",
        )  # fmt: skip
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
            f"arrays of shapes {[a.shape for a in arrays]}, some with missing values or not of one length",
            allowed="one shape and no missing values", do="drop years that are not in all of them",
        )  # fmt: skip


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
            part["log_error"].to_numpy(), np.zeros(len(part)), part["log_scale"].to_numpy(),
            degrees_of_freedom=part["degrees_of_freedom"].to_numpy(),
        )  # fmt: skip
        scaled = (part["actual"] - part["median"]).abs() / part["naive_change"]
        return {
            "n": len(part),
            "mase": float(scaled.mean()),
            "crps_log": float(crps.mean()),
            "interval_score": float(interval_score(actual, low, high, level=self.level).mean()),
            **measured_coverage(inside),
            "log_half_width": float((np.log(part["high"] / part["low"]) / 2).mean()),
        }

    def conformal_coverage(self, *, level: float | None = None) -> pd.DataFrame:
        """What split-conformal intervals would have covered, each built only from errors known at
        its origin.

        Returns
        -------
        DataFrame with ``method, horizon, n, n_unbounded, coverage, coverage_low, coverage_high``: n
        counts forecasts whose interval was bounded; ``n_unbounded`` those made when too few errors
        were known for the level.
        """
        level = self.level if level is None else level
        rows = []
        for (method, horizon), part in self.errors.groupby(["method", "horizon"], sort=True):
            inside = []
            sizes, years = part["log_error"].abs().to_numpy(), part["year"].to_numpy()
            for origin, size in zip(part["origin"], sizes, strict=True):
                past = np.sort(sizes[years <= origin])
                rank = conformal_rank(past.size, level)
                if rank <= past.size:
                    inside.append(size <= past[rank - 1])
            rows.append(
                {"method": method, "horizon": horizon, "n": len(inside), "n_unbounded": len(part) - len(inside),
                 **measured_coverage(np.array(inside, dtype=bool))}
            )  # fmt: skip
        return pd.DataFrame(rows)

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


def outturn_scores(forecast: Forecast, actual: pd.Series) -> pd.DataFrame | NotApplicable:
    """Score one forecast against what happened.

    Parameters
    ----------
    forecast : Forecast
    actual : Series of float indexed by year
        Outturns in the unit of the forecast, above zero; years that are not there are left out.

    Returns
    -------
    DataFrame or NotApplicable
        ``year, actual, median, low, high, inside, log_error, percentile, crps_log,
        interval_score``: log_error is log actual minus log median; percentile is where the outturn
        fell in the parametric distribution (0.5 is the median); the interval score is in levels.
        NotApplicable where no forecast year has an outturn.

    Raises
    ------
    ModelInputError
        For outturns that are not above zero and finite.
    """
    table = forecast.predict()
    kept = table["year"].isin(actual.dropna().index).to_numpy()
    if not kept.any():
        return NotApplicable(f"none of {list(forecast.years)} has an outturn yet")
    table = table[kept].reset_index(drop=True)
    value = actual.loc[table["year"]].to_numpy(dtype=float)
    if value.size != len(table) or not (np.isfinite(value) & (value > 0)).all():
        raise ModelInputError(
            f"outturns {value.tolist()}",
            allowed="one finite value above zero a year",
            do="check the unit and the index",
        )
    error, scale = np.log(value) - forecast.log_centre[kept], forecast.log_scale[kept]
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    return table[["year", "median", "low", "high"]].assign(
        actual=value, inside=(low <= value) & (value <= high), log_error=error,
        percentile=stats.t.cdf(error / scale, forecast.degrees_of_freedom),
        crps_log=crps_student(error, np.zeros_like(error), scale, degrees_of_freedom=forecast.degrees_of_freedom),
        interval_score=interval_score(value, low, high, level=forecast.level),
    )  # fmt: skip


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
                {"method": name, "origin": origin, "horizon": step + 1, "year": row.year, "actual": actual,
                 "median": row.median, "low": row.low, "high": row.high,
                 "log_error": float(np.log(actual) - made.log_centre[step]), "log_scale": made.log_scale[step],
                 "degrees_of_freedom": made.degrees_of_freedom, "naive_change": change}
            )  # fmt: skip
    return rows


def calibrate(
    forecast: Forecast, past: RollingOrigin | pd.DataFrame, *, method: str | None = None
) -> Forecast:
    """Replace a forecast's parametric interval by a split-conformal one.

    Parameters
    ----------
    forecast : Forecast
    past : RollingOrigin or DataFrame
        Past errors: of this series, or pooled over many (then a frame with ``method, horizon,
        log_error``). They must have been known when the forecast was made; evaluate on the same
        frozen series.
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
        If ``past`` has no errors of that method or they are not finite.
    """
    frame = past.errors if isinstance(past, RollingOrigin) else past
    name = forecast.method if method is None else method
    mine = frame[frame["method"] == name]
    if mine.empty or not np.isfinite(mine["log_error"]).all():
        raise ModelInputError(
            f"no usable past errors of '{name}'",
            allowed=f"one of {sorted(frame['method'].unique())} with finite errors",
            do="name the method as in rolling_origin",
        )
    steps = range(1, len(forecast.years) + 1)
    errors = tuple(
        readonly(np.sort(mine.loc[mine["horizon"] == h, "log_error"].abs().to_numpy()))
        for h in steps
    )
    spec = f"{forecast.spec}, split-conformal from past errors of {name}"
    return replace(forecast, errors=errors, spec=spec)
