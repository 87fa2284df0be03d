"""A forecast distribution for the log of a level, the table and notes made from it, and checks all
methods share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelInputError, NotApplicable
from analysis.measures.inputs import require_level, whole_number, yearly
from analysis.models.result import readonly, text_table

NO_SPREAD = 1e-12
"""A standard deviation of log growth below this is rounding, not evidence of certainty."""


class Forecaster(Protocol):
    """What rolling-origin evaluation calls: any ``fit_`` function below, its own options bound with
    ``partial``.
    """

    def __call__(
        self, levels: pd.Series, /, *, horizon: int, level: float
    ) -> Forecast | NotApplicable:
        """Forecast ``horizon`` years after the last year of ``levels``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A forecast distribution for each of the coming years, on the log scale.

    Attributes
    ----------
    method : str
    years : tuple of int, length h
    log_centre, log_scale : array, shape (h,)
        Centre and scale of Student's t for the log of the level.
    degrees_of_freedom : float
        Of that t; infinite means normal.
    level : float
        Coverage at which ``predict`` reports unless told otherwise.
    n_obs : int
        Annual observations used.
    n_residuals : int
        In-sample errors from which the scale was estimated.
    errors : tuple of array or None
        Sorted absolute log errors of past forecasts for each year ahead, where the interval is
        split-conformal; None where it is parametric.
    coefficients : DataFrame
        What ``tidy`` returns.
    spec : str
    """

    method: str
    years: tuple[int, ...]
    log_centre: np.ndarray
    log_scale: np.ndarray
    degrees_of_freedom: float
    level: float
    n_obs: int
    n_residuals: int
    coefficients: pd.DataFrame
    spec: str
    errors: tuple[np.ndarray, ...] | None = None

    def half_width(self, *, level: float | None = None) -> np.ndarray:
        """Half width of the interval on the log scale, shape (h,); infinite where the level cannot
        be reached.

        Split-conformal: the ``ceil((n + 1) level)``-th smallest of n absolute errors (Lei et al.
        2018, JASA 113, section 2.2); infinite where that exceeds n.
        """
        level = require_level(self.level if level is None else level)
        if self.errors is None:
            return readonly(stats.t.ppf(0.5 + level / 2, self.degrees_of_freedom) * self.log_scale)
        ranks = [conformal_rank(e.size, level) for e in self.errors]
        widths = [
            e[k - 1] if k <= e.size else math.inf for e, k in zip(self.errors, ranks, strict=True)
        ]
        return readonly(widths)

    def predict(self, *, level: float | None = None) -> pd.DataFrame:
        """Forecast table, one row per year.

        Returns
        -------
        DataFrame with ``year, median, low, high, level, n_errors`` in the unit of the series.
        ``n_errors`` is the number of errors on which the interval rests. An interval that so few
        errors cannot give is shown as what it is: everything from 0 to infinity.
        """
        half = self.half_width(level=level)
        with np.errstate(over="ignore"):
            low, high = np.exp(self.log_centre - half), np.exp(self.log_centre + half)
        return pd.DataFrame(
            {
                "year": self.years,
                "median": np.exp(self.log_centre),
                "low": low,
                "high": high,
                "level": self.level if level is None else level,
                "n_errors": self.n_errors,
            }
        )

    @property
    def n_errors(self) -> tuple[int, ...]:
        """Errors on which the interval of each year rests."""
        if self.errors is None:
            return (self.n_residuals,) * len(self.years)
        return tuple(e.size for e in self.errors)

    def notes(self, *, level: float | None = None) -> tuple[str, ...]:
        """What a reader must be told about the intervals, one sentence each."""
        level = self.level if level is None else level
        if self.errors is None:
            return (
                (
                    f"parametric interval from {self.n_residuals} in-sample errors; it trusts the"
                    " model."
                ),
            )
        said = []
        for year, n in zip(self.years, self.n_errors, strict=True):
            rank = conformal_rank(n, level)
            if rank > n:
                reach = f"at most {n / (n + 1):.0%}" if n else "no level at all"
                said.append(
                    f"{year}: {n} past errors can support {reach}, not {level:.0%}: the interval is"
                    " unbounded."
                )
            else:
                which = "the largest" if rank == n else f"number {rank} in size"
                said.append(f"{year}: the half width is {which} of {n} past errors.")
        return tuple(said)

    def tidy(self) -> pd.DataFrame:
        """Coefficients with the usual seven columns; no rows where the method has none."""
        return self.coefficients.copy()

    def glance(self) -> pd.Series:
        """One value per statistic."""
        return pd.Series(
            {
                "method": self.method,
                "n_obs": self.n_obs,
                "n_residuals": self.n_residuals,
                "log_scale_1": float(self.log_scale[0]),
                "degrees_of_freedom": self.degrees_of_freedom,
                "level": self.level,
                "interval": "parametric" if self.errors is None else "split-conformal",
            }
        )

    def __str__(self) -> str:
        size = float(np.exp(self.log_centre.min()))
        digits = max(
            0, 3 - math.floor(math.log10(size))
        )  # four significant digits of the smallest median
        return "\n".join([self.spec, text_table(self.predict(), digits=digits), *self.notes()])


def conformal_rank(n_errors: int, level: float) -> int:
    """Which of n sorted absolute errors is the half width: ``ceil((n + 1) level)``, above n where
    none is enough.
    """
    return math.ceil(
        round((n_errors + 1) * level, 9)
    )  # rounded so that 10 x 0.7 does not become 7.000...1


def log_levels(levels: pd.Series, *, horizon: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Years and logs of a series of annual levels, after every check that all methods share."""
    require_level(level)
    whole_number("the horizon, in years,", horizon, least=1)
    known = yearly(levels, sign="above zero")
    years = known.index.to_numpy()
    if not len(years):
        raise ModelInputError(
            "the series has 0 values", allowed="one value per year", do="choose another series"
        )
    jumps = years[1:][np.diff(years) != 1].tolist()
    if jumps:
        raise ModelInputError(
            f"the years do not follow one another at {jumps}",
            allowed="consecutive years, each once",
            do="cut the series to the years after the last gap",
        )
    return years, np.log(known.to_numpy())


def too_short(method: str, n: int, least: int) -> NotApplicable:
    """Why a method declines a short series."""
    return NotApplicable(f"{method} needs at least {least} annual observations and was given {n}")


def assemble(
    method: str,
    years: np.ndarray,
    centre: np.ndarray,
    scale: np.ndarray,
    *,
    dof: float,
    level: float,
    n_residuals: int,
    coefficients: pd.DataFrame,
    equation: str,
) -> Forecast | NotApplicable:
    """Put a method's log centre and scale into a Forecast, unless the numbers cannot carry an
    interval.
    """
    if not (np.isfinite(centre).all() and np.isfinite(scale).all()):
        return NotApplicable(
            f"{method} gave a forecast that is not finite for {years[0]}-{years[-1]}"
        )
    if scale.min() <= NO_SPREAD:
        return NotApplicable(
            f"{method} fits {years[0]}-{years[-1]} without error, so an interval would have no"
            " width"
        )
    return Forecast(
        method=method,
        years=tuple(int(years[-1]) + h for h in range(1, len(centre) + 1)),
        log_centre=readonly(centre),
        log_scale=readonly(scale),
        degrees_of_freedom=float(dof),
        level=level,
        n_obs=len(years),
        n_residuals=n_residuals,
        coefficients=coefficients,
        spec=(
            f"{method}: {equation}; {years[0]}-{years[-1]}, n = {len(years)}; median and"
            f" {level:.0%} interval"
        ),
    )
