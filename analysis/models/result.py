"""What every fit has in common: coefficient table, read-only arrays, text that never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

TIDY_COLUMNS = ("term", "estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high")


class Told:
    """A fit whose text is what was done, ``spec``, and what came of it, ``tidy()``."""

    __slots__ = ()
    spec: Any
    tidy: Any

    def __str__(self) -> str:
        return f"{self.spec}\n{text_table(self.tidy())}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted(Told):
    """A fit that is a ``coefficient_table`` and what follows from it."""

    coefficients: pd.DataFrame
    spec: str

    def tidy(self) -> pd.DataFrame:
        """Coefficients in units of outcome per unit of regressor, one row per term."""
        return self.coefficients.copy()


def coefficient_table(
    terms: Sequence[str],
    estimate: np.ndarray,
    std_error: np.ndarray,
    *,
    degrees_of_freedom: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Coefficients with Wald intervals, one row per term, with the columns of ``TIDY_COLUMNS``; by
    Student's t, or the normal distribution without degrees of freedom.
    """
    reference = stats.norm() if degrees_of_freedom is None else stats.t(degrees_of_freedom)
    statistic = estimate / np.where(std_error > 0, std_error, np.nan)
    half_width = reference.ppf(0.5 + level / 2) * std_error
    p_value = 2 * reference.sf(np.abs(statistic))
    low, high = estimate - half_width, estimate + half_width
    columns = (list(terms), estimate, std_error, statistic, p_value, low, high)
    return pd.DataFrame(dict(zip(TIDY_COLUMNS, columns, strict=True)))


def readonly(values: np.ndarray | Sequence[float]) -> np.ndarray:
    """Copy of the values as a float array that cannot be written to."""
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


def text_table(frame: pd.DataFrame, *, digits: int = 3) -> str:
    """Rounded plain text of a frame, the same on every machine (minus zero is printed as zero)."""
    rounded = frame.copy()
    for column in rounded.select_dtypes("number"):
        if not pd.api.types.is_integer_dtype(rounded[column]):
            rounded[column] = rounded[column].astype(float).round(digits) + 0.0
    as_text = f"{{:.{digits}f}}".format
    return rounded.to_string(index=False, float_format=as_text, na_rep="-")
