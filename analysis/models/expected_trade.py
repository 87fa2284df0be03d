"""Actual against expected trade, row by row: what the rows must be, what was left out, and where a
pair stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, NotApplicable, ParameterError, did_you_mean
from analysis.models.result import text_table

FITTED = "fitted"
HELD_OUT = "held out: does not inform the effects"
MISSING = "no value"
ALL_ZERO = "all zero: a country-year or pair that never trades, fitted by zero"
ALONE = "alone: the only row of a country-year or pair, fitted exactly"
DISCONNECTED = "disconnected: shares no country-year or pair with the largest set"
SEPARATED = "separated: a zero whose expected value tends to zero"
NEW_PAIR = "no pair effect: the pair is not among the fitted rows"
NO_EFFECT = "no country-year effect"
UNDETERMINED = "not determined: fitted rows do not connect these effects"


class Columns(NamedTuple):
    """Names of the four columns that the model reads."""

    exporter: str
    importer: str
    year: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRank:
    """Where one pair stands among all, 1 being the largest ratio of actual to expected trade.

    Attributes
    ----------
    position, of : int
    ratio, actual, expected : float
        Over all years asked for; actual and expected in the unit of the value.
    """

    position: int
    of: int
    ratio: float
    actual: float
    expected: float

    def __str__(self) -> str:
        return (
            f"rank {self.position} of {self.of}: actual trade is {self.ratio:.2f} times what is"
            " expected"
        )


def rank_pair(
    rows: pd.DataFrame,
    columns: Columns,
    pair: tuple[str, str],
    *,
    years: int | tuple[int, int],
    min_expected: float,
) -> PairRank | NotApplicable:
    """Rank of a pair's ratio of summed actual to summed expected trade among all pairs (see
    ``Baseline.rank``).
    """
    first, last = (years, years) if isinstance(years, int) else years
    if first > last:
        raise ParameterError(
            f"years=({first}, {last}) runs backwards", allowed="(first, last)", do="swap them"
        )
    keys = [columns.exporter, columns.importer]
    within = rows[rows[columns.year].between(first, last) & rows["expected"].gt(0)]
    totals = within.groupby(keys, observed=True)[[columns.value, "expected"]].sum()
    totals = totals[totals["expected"] >= min_expected]
    name = f"{pair[0]}-{pair[1]} in {first}-{last}"
    if pair not in totals.index:
        own = rows[
            (rows[keys[0]] == pair[0])
            & (rows[keys[1]] == pair[1])
            & rows[columns.year].between(first, last)
        ]
        reasons = sorted(set(own["status"]))
        why = (
            f"expected trade is below {min_expected:g}"
            if FITTED in reasons
            else "; ".join(reasons) or "no row"
        )
        return NotApplicable(f"{name} has no rank: {why}")
    ratio = totals[columns.value] / totals["expected"]
    place = totals.index.get_loc(pair)
    actual, expected = totals.to_numpy()[place]
    own_ratio = float(ratio.to_numpy()[place])
    return PairRank(
        position=int((ratio > own_ratio).sum()) + 1,
        of=len(ratio),
        ratio=own_ratio,
        actual=float(actual),
        expected=float(expected),
    )


def check_rows(frame: pd.DataFrame, columns: Columns) -> None:
    """Refuse what no baseline can be fitted to."""
    require_columns(frame, columns)
    if len(set(columns)) < len(columns):
        raise ParameterError(
            f"columns {tuple(columns)} repeat a name",
            allowed="four different columns",
            do="name them",
        )
    problems = []
    keys = frame[list(columns[:3])]
    if keys.isna().any(axis=None):
        problems.append(
            f"{int(keys.isna().any(axis=1).sum())} rows lack an exporter, importer or year"
        )
    elif not pd.api.types.is_integer_dtype(frame[columns.year]):
        problems.append(f"{columns.year} is of type {frame[columns.year].dtype}")
    if not pd.api.types.is_numeric_dtype(frame[columns.value]):
        problems.append(f"{columns.value} is of type {frame[columns.value].dtype}")
    else:
        values = frame[columns.value].to_numpy(dtype=float)
        problems += [f"{n} values are negative" for n in [int((values < 0).sum())] if n]
        problems += [f"{n} values are infinite" for n in [int(np.isinf(values).sum())] if n]
    if repeated := int(keys.duplicated().sum()):
        problems.append(f"{repeated} rows repeat an exporter, importer and year")
    if frame.empty:
        problems.append("there are no rows")
    if problems:
        raise ModelInputError(
            "; ".join(problems),
            allowed=(
                "one row per exporter, importer and integer year, with a value of zero or more or"
                " missing"
            ),
            do="mend the table before fitting",
        )


def require_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse a frame that lacks a column, naming the nearest one there is."""
    absent = [name for name in names if name not in frame.columns]
    if absent:
        known = [str(column) for column in frame.columns]
        hints = " ".join(filter(None, (did_you_mean(name, known) for name in absent)))
        raise ModelInputError(
            f"columns {absent} are not there", allowed=f"{known}", do=hints or "name the columns"
        )


def group_codes(rows: pd.DataFrame, names: tuple[str, str]) -> tuple[np.ndarray, tuple[str, str]]:
    """Number of the combination of two columns that each row has, and the names."""
    first, second = (pd.factorize(rows[name])[0] for name in names)
    return pd.factorize(first.astype(np.int64) * (int(second.max()) + 1) + second)[0], names


def group_labels(rows: pd.DataFrame, code: np.ndarray, names: tuple[str, str]) -> pd.MultiIndex:
    """Labels of groups 0, 1, ... of a code over the rows."""
    first_row = np.unique(code, return_index=True)[1]
    return pd.MultiIndex.from_frame(rows[list(names)].iloc[first_row])


def look_up(effects: pd.Series, rows: pd.DataFrame, names: tuple[str, str]) -> np.ndarray:
    """Effect of each row's group; missing where there is none."""
    position = effects.index.get_indexer(pd.MultiIndex.from_frame(rows[list(names)]))
    return np.where(position >= 0, effects.to_numpy()[position], np.nan)


def with_expected(
    rows: pd.DataFrame, columns: Columns, known: np.ndarray, fitted: np.ndarray, status: np.ndarray
) -> pd.DataFrame:
    """Rows with expected value and ratio where known, missing elsewhere, and the status that says
    why.
    """
    expected = np.full(len(rows), np.nan)
    expected[known] = fitted
    return rows.assign(
        expected=expected, ratio=rows[columns.value] / expected, status=pd.Categorical(status)
    )


def left_out(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Rows and value left out, by reason, in order of the reason's text."""
    out = rows[rows["expected"].isna()]
    table = (
        out.groupby(out["status"].astype(str))[value].agg(rows="size", value="sum").reset_index()
    )
    return table.assign(value_share=table["value"] / rows[value].sum())


def describe(spec: str, glance: pd.Series, dropped: pd.DataFrame) -> str:
    """Text of a fit: its specification, its numbers and what was left out."""
    numbers = "\n".join(f"{name}: {number:.6g}" for name, number in glance.items())
    left_out = (
        "nothing was left out" if dropped.empty else "left out:\n" + text_table(dropped, digits=4)
    )
    return f"{spec}\n{numbers}\n{left_out}"
