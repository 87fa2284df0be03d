"""Log-linear trend of a yearly series, with standard errors that allow for serial correlation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.errors import NotApplicable
from analysis.measures.inputs import yearly
from analysis.models.result import Fitted, coefficient_table, readonly

MIN_OBSERVATIONS = 5
"""Two coefficients, a variance and one lag of it need more points than this leaves out."""
TERMS = ("log_level", "log_growth")
NO_CHANGE = 1e-12
"""Logs that differ by less are the same but for rounding."""
COVERAGE = 0.95
"""Of the intervals."""


def newey_west_lags(n_obs: int) -> int:
    """Lags of the Bartlett kernel by the rule of thumb of Newey and West (1994)."""
    return int(4 * (n_obs / 100) ** (2 / 9))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrendFit(Fitted):
    """Trend ``log x[t] = log_level + log_growth * (t - first_year)``, with both coefficients, their
    covariance by Newey and West, and residuals, all in logs.
    """

    first_year: int
    last_year: int
    covariance: np.ndarray
    residuals: np.ndarray

    def growth_pct(self) -> pd.Series:
        """Percent a year, ``100 (exp(log_growth) - 1)``: estimate, ci_low, ci_high."""
        row = self.tidy().set_index("term").loc["log_growth", ["estimate", "ci_low", "ci_high"]]
        growth = 100 * np.expm1(row.to_numpy(dtype=float))
        return pd.Series(growth, index=row.index, name="growth_pct")

    def autocorrelation(self) -> float:
        """First autocorrelation of the residuals."""
        return float(self.residuals[1:] @ self.residuals[:-1] / (self.residuals @ self.residuals))

    def predict(self, years: Sequence[int] | pd.Index) -> pd.DataFrame:
        """The line, ``trend, ci_low, ci_high`` by year in the unit of x: the exponential of the
        fitted log, a median and not a mean. Single years fall outside the interval more often.
        """
        index = pd.Index(years, dtype=int, name="year")
        design = np.column_stack([np.ones(len(index)), index.to_numpy() - self.first_year])
        fitted = design @ self.coefficients["estimate"].to_numpy()
        free = len(self.residuals) - len(TERMS)
        errors = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        half = stats.t(free).ppf(0.5 + COVERAGE / 2) * errors
        columns = {"trend": fitted, "ci_low": fitted - half, "ci_high": fitted + half}
        return pd.DataFrame(columns, index=index).apply(np.exp)


def fit_log_trend(levels: pd.Series) -> TrendFit | NotApplicable:
    """Least-squares trend of the logarithm of levels by year, with Newey-West (1987)
    standard errors, the covariance scaled by ``n / (n - 2)``. Residuals across absent years count
    as adjacent; if log levels have a unit root, as trade nearly does, intervals are too short.
    NotApplicable for fewer than ``MIN_OBSERVATIONS`` or a series that does not vary.
    """
    known = yearly(levels, sign="above zero")
    n = len(known)
    if n < MIN_OBSERVATIONS:
        return NotApplicable(
            f"a trend needs at least {MIN_OBSERVATIONS} years and the span holds {n}"
        )
    logs, years = np.log(known.to_numpy()), known.index.to_numpy()
    if np.ptp(logs) <= NO_CHANGE:
        return NotApplicable("the series is constant, so a trend has no error to judge it by")
    design, lags = np.column_stack([np.ones(n), years - years[0]]), newey_west_lags(n)
    kernel = {"maxlags": lags, "use_correction": True}
    fit = sm.OLS(logs, design).fit(cov_type="HAC", cov_kwds=kernel, use_t=True)
    return TrendFit(
        first_year=int(years[0]),
        last_year=int(years[-1]),
        coefficients=coefficient_table(
            TERMS, fit.params, fit.bse, degrees_of_freedom=n - len(TERMS), level=COVERAGE
        ),
        covariance=readonly(fit.cov_params()),
        residuals=readonly(fit.resid),
        spec=(
            f"OLS: log x = log_level + log_growth (year - {years[0]}); {years[0]}-{years[-1]},"
            f" n = {n}; Newey-West standard errors with {lags} lags, t distribution"
        ),
    )
