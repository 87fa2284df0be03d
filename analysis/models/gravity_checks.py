"""What no gravity equation can be fitted to, said before fitting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, ParameterError
from analysis.models.expected_trade import require_columns
from analysis.models.separation import redundant


def check_gravity(
    frame: pd.DataFrame,
    value: str,
    regressors: tuple[str, ...],
    ways: dict[str, list[str]],
    keys: tuple[str, ...],
    *,
    cluster: tuple[str, ...],
    level: float,
) -> None:
    """Refuse what no gravity equation can be fitted to, with all offences at once."""
    grouping = list(dict.fromkeys([*(part for parts in ways.values() for part in parts), *keys]))
    numeric = [value, *regressors]
    require_columns(frame, [*numeric, *grouping])
    if not regressors or len(set(numeric)) < len(numeric) or len(cluster) > 2 or not 0 < level < 1:
        raise ParameterError(
            f"value {value}, regressors {list(regressors)}, {len(cluster)} ways of clustering,"
            f" level {level}",
            allowed=(
                "one regressor or more, no column twice, at most two ways of clustering, 0 <"
                " level < 1"
            ),
            do="for effects alone see fit_baseline",
        )
    problems = [
        f"{name} is of type {frame[name].dtype}" for name in numeric if not _is_number(frame[name])
    ]
    if not problems:
        infinite = {
            name: int(np.isinf(frame[name].to_numpy(dtype=float, na_value=np.nan)).sum())
            for name in numeric
        }
        problems += [f"{n} values of {name} are infinite" for name, n in infinite.items() if n]
        negative = int((frame[value] < 0).sum())
        problems += [f"{negative} values of {value} are negative"] if negative else []
        problems += [] if (frame[value] > 0).any() else [f"no value of {value} is positive"]
    lacking = {name: int(frame[name].isna().sum()) for name in grouping}
    problems += [f"{n} rows lack {name}" for name, n in lacking.items() if n]
    repeated = int(frame.duplicated(list(keys)).sum()) if keys else 0
    problems += [f"{repeated} rows repeat {', '.join(keys)}"] if repeated else []
    if problems:
        raise ModelInputError(
            "; ".join(problems),
            allowed=(
                "numbers, finite or missing, with values of zero or more and some positive, and"
                " complete keys"
            ),
            do="mend the table before fitting",
        )


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)


def check_rank(
    x: np.ndarray, codes: list[np.ndarray], regressors: tuple[str, ...], effects: tuple[str, ...]
) -> None:
    """Refuse regressors that the effects or other regressors explain before anything is left
    out.
    """
    absorbed, collinear = redundant(x, codes)
    what = " and ".join(effects) + " effects" if effects else "the constant"
    said = [
        f"{[name for name, is_so in zip(regressors, found, strict=True) if is_so]} {how}"
        for found, how in (
            (absorbed, f"do not vary beyond {what}"),
            (collinear, "are combinations of the others"),
        )
        if found.any()
    ]
    if said:
        raise ModelInputError(
            "; ".join(said),
            allowed="regressors with a variation of their own",
            do="leave them out, or use fewer effects",
        )
