"""What every fit has in common: coefficient table, read-only arrays, text that never changes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

TIDY_COLUMNS = ("term", "estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high")
NOISE = 1e-9
"""What is no larger may differ between machines, and is written as nothing."""


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


def decimals(column: pd.Series, digits: int) -> int:
    """Decimals of a column's numbers: more than ``digits`` where they would all be written as
    nothing although there is something, unless they are p-values.
    """
    if column.name in ("p", "p_value"):
        return digits
    largest = float(column.astype(float).abs().max())
    if not NOISE < largest < 0.5 * 10.0**-digits:
        return digits
    return 1 - math.floor(math.log10(largest))


def text_table(frame: pd.DataFrame, *, digits: int = 3) -> str:
    """Rounded plain text of a frame, the same on every machine (minus zero is printed as zero)."""
    rounded, written = frame.copy(), dict[Any, Callable[[float], str]]()
    for column in rounded.select_dtypes("number"):
        if not pd.api.types.is_integer_dtype(rounded[column]):
            places = decimals(rounded[column], digits)
            rounded[column] = rounded[column].astype(float).round(places) + 0.0
            if places > digits:
                written[column] = partial(_written, digits=places)
    as_text = partial(_written, digits=digits)
    return rounded.to_string(index=False, float_format=as_text, formatters=written, na_rep="-")


def _written(number: float, digits: int) -> str:
    return "-" if math.isnan(number) else f"{number:.{digits}f}"
