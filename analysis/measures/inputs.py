"""What tables, series and options must be before anything is computed from them.

Every measure and model calls these, so that a file read carelessly (thousands separators, years as
text or dates, Namibia's code NA taken for missing, a row for the world) is refused in the same
words everywhere.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.errors import (
    BallastError,
    CoverageError,
    ModelInputError,
    ParameterError,
    did_you_mean,
    require_option,
    whole_number,
    whole_year,
)

__all__ = [
    "as_list",
    "numbers",
    "pair_of",
    "reaches",
    "real_number",
    "require_columns",
    "require_keys",
    "require_kind",
    "require_known",
    "require_level",
    "require_option",
    "require_years",
    "whole_number",
    "whole_year",
    "yearly",
]
Sign = Literal["any", "zero or more", "above zero"]
WORLD_CODES = frozenset(
    ["world", "wld", "w00", "w", "1w", "001", "000", "0", "0.0", "all", "total", "tot"]
)
"""Codes of the world, in lower case, that publishers list among the partners."""
NO_NAMES = frozenset(["", "nan", "none", "null", "<na>", "nat"])
"""What a missing name becomes, in lower case, once a column is turned into text."""
SIZES = (1e-50, 1e50)
"""Sizes of numbers, other than 0, whose squares and products a computer can still hold."""
SHOWN = 8
"""Offenders named in one message; the rest are counted."""
READ_NUMBERS = (
    "read the file with the thousands= and decimal= of its author and with na_values=['..', ':']"
)
READ_KEYS = (
    "find the missing names; if one is Namibia's code NA, read the file with keep_default_na=False"
)


def require_kind(value: object, kind: type, *, what: str) -> None:
    """Refuse what is no Series or DataFrame, and a DataFrame with unnamed or repeated columns."""
    if not isinstance(value, kind):
        raise ModelInputError(
            f"{what} came as {type(value).__name__}",
            allowed=f"a pandas {kind.__name__}",
            do=f"make one of it with pd.{kind.__name__}",
        )
    if isinstance(value, pd.DataFrame):
        labels = value.columns
        if not labels.is_unique or labels.hasnans:
            twice = sorted({str(name) for name in labels if labels.tolist().count(name) != 1})
            raise ModelInputError(
                f"{what} has the columns {_some(twice)} twice or without a name",
                allowed="columns with a name each",
                do="rename them or leave them out",
            )


def as_list(name: str, values: Any, *, of: str = "column names") -> list[Any]:
    """The members of a list that a caller gave; ParameterError for one text or number instead."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ParameterError(
            f"{name}={values!r}", allowed=f"a list of {of}", do="put it in square brackets"
        )
    return list(values)


def pair_of(name: str, pair: Any, *, of: str) -> tuple[Any, Any]:
    """The two members of a pair that a caller gave."""
    members = as_list(name, pair, of=of)
    if len(members) != 2:
        raise ParameterError(f"{name}={pair!r}", allowed=of, do="give both")
    return members[0], members[1]


def require_columns(frame: pd.DataFrame, names: Iterable[Any]) -> None:
    """Refuse what is no table, or lacks a column, naming the nearest one there is."""
    require_kind(frame, pd.DataFrame, what="the table")
    known = frame.columns.tolist()
    absent = [name for name in as_list("columns", names) if name not in known]
    if absent:
        hints = (
            did_you_mean(str(name), map(str, known)) for name in dict.fromkeys(map(str, absent))
        )
        raise ModelInputError(
            f"columns {list(dict.fromkeys(map(str, absent)))} are not there",
            allowed=f"the columns of the table: {list(map(str, known))}",
            do=" ".join(filter(None, hints)) or "add or rename them",
        )


def real_number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
    most: float | None = None,
    do: str = "give it as a number without quotes",
    error: type[BallastError] = ParameterError,
) -> float:
    """The value as a float; an error for anything but a finite number in its range."""
    real = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    number = float(value) if real else math.nan
    ends = {
        "above": (above, operator.gt),
        "of at least": (least, operator.ge),
        "below": (below, operator.lt),
        "of at most": (most, operator.le),
    }
    given = {words: (end, fits) for words, (end, fits) in ends.items() if end is not None}
    if not real or not all(fits(number, end) for end, fits in given.values()):
        named = [
            f"{words} {end:g}" if end else f"{words} zero" for words, (end, _) in given.items()
        ]
        allowed = f"a finite number {' and '.join(named)}".strip()
        raise error(f"{name} is {value!r}", allowed=allowed, do=do)
    return number


def require_level(level: Any) -> float:
    """The coverage of an interval, if it is one: above 0 and below 1."""
    return real_number(
        "the coverage of an interval", level, above=0, below=1, do="say 0.8 for 80 %"
    )


def _is_missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _reads_as_number(value: object) -> bool:
    return bool(pd.notna(pd.to_numeric(pd.Series([value], dtype=object), errors="coerce")).all())


def numbers(
    values: pd.Series | pd.DataFrame,
    *,
    what: str,
    sign: Sign = "any",
    missing: bool = False,
    infinite: bool = False,
) -> Any:
    """Copy of a series or table as floats; missing and infinite values stay where allowed.

    Raises
    ------
    ModelInputError
        For text, dates and values out of range, all listed; ``what`` is what a value is called.
        Values whose size is outside ``SIZES`` are out of range where infinite ones are.
    """
    table = isinstance(values, pd.DataFrame)
    require_kind(values, pd.DataFrame if table else pd.Series, what=what)
    columns = {"": values}
    if table:
        columns = {f"{name} in ": column for name, column in values.items()}
    strange = [
        (_reads_as_number(value), f"{part}{label}: {value!r}")
        for part, column in columns.items()
        if not pd.api.types.is_numeric_dtype(column) or column.dtype.kind == "c"
        for label, value in column.items()
        if not isinstance(value, Real | Decimal) and not _is_missing(value)
    ]
    if strange:  # one unreadable cell makes text of a whole column, so that cell comes first
        named = _some(said for _, said in sorted(strange, key=lambda offender: offender[0]))
        raise ModelInputError(
            f"{what} is not a number: {named}", allowed="numbers", do=READ_NUMBERS
        )
    floats = values.to_numpy(dtype=float, na_value=np.nan)
    size, (smallest, largest) = np.abs(floats), SIZES
    extreme = (not infinite) & ((size > largest) | ((size < smallest) & (size > 0)))
    bad = extreme | ((not missing) & np.isnan(floats))
    if sign != "any":
        bad |= (floats < 0) if sign == "zero or more" else (floats <= 0)
    if bad.any():
        each = zip(columns.items(), np.atleast_2d(bad.T), np.atleast_2d(floats.T), strict=True)
        said = (
            f"{part}{label}: {value:g}"
            for (part, column), out, row in each
            for label, value in zip(column.index[out], row[out], strict=True)
        )
        span = "finite numbers" if sign == "any" else f"finite numbers {sign}"
        if (extreme & np.isfinite(floats)).any():
            span = f"{span} with a size of {smallest:g} to {largest:g}"
        raise ModelInputError(
            f"{what} is out of range: {_some(said)}",
            allowed=f"{span}{', or missing' if missing else ''}",
            do="choose years and parts in which the value is known, or leave the others out",
        )
    if isinstance(values, pd.DataFrame):
        return pd.DataFrame(floats, index=values.index, columns=values.columns, copy=True)
    return pd.Series(floats, index=values.index, name=values.name, copy=True)


def require_years(index: pd.Index | pd.Series, *, what: str, unique: bool = True) -> None:
    """Refuse years that are text, dates or fractions, or that come twice where they may not."""
    dtype, first = index.dtype, (index[:1].tolist() if len(index) else ["none"])[0]
    if not pd.api.types.is_integer_dtype(dtype) or index.hasnans:
        dated = isinstance(dtype, pd.PeriodDtype) or pd.api.types.is_datetime64_any_dtype(dtype)
        raise ModelInputError(
            f"{what} holds {dtype} values, such as {first!r}",
            allowed="unique integer years" if unique else "integer years",
            do="take the year of each date and keep one value a year"
            if dated
            else "turn them into whole numbers, with one value a year and none missing",
        )
    if unique and not index.is_unique:
        twice = sorted({int(year) for year in index[index.duplicated()]})
        raise ModelInputError(
            f"{what} repeats the years {_some(map(str, twice))}",
            allowed="unique integer years",
            do="aggregate to one value a year",
        )


def yearly(
    series: pd.Series, *, what: str = "a level", sign: Sign = "any", missing: bool = False
) -> pd.Series:
    """Float copy of a series by year, sorted, after the checks of its index and of its values."""
    require_kind(series, pd.Series, what=f"{what} by year")
    require_years(series.index, what="the index")
    return numbers(series.sort_index(), what=what, sign=sign, missing=missing)


def require_keys(
    frame: pd.DataFrame,
    keys: Sequence[str],
    *,
    year: str | None = None,
    countries: Sequence[str] = (),
    pairs: bool = False,
) -> None:
    """Refuse rows whose keys are missing, of two kinds, repeated, or the world's, all counted in
    one message. A blank or the text 'nan' is missing too.

    ``year`` is the key that holds integer years, ``countries`` those in which no code of the world
    may stand, ``pairs`` says that the first two of them may not be the same country.
    """
    require_columns(frame, keys)
    problems, advice = [], []
    lacking = frame[list(keys)].isna()
    for name in keys:
        column = frame[name]
        if not pd.api.types.is_numeric_dtype(column):
            lacking[name] |= column.isin([value for value in column.unique() if _no_name(value)])
        if column.dtype == object and pd.api.types.infer_dtype(column) == "mixed-integer":
            problems.append(f"{name} holds text and whole numbers")
            advice.append(f"make {name} text, or numbers, throughout")
    if lacking.any(axis=None):
        names = ", ".join(f"{int(n)} {name}" for name, n in lacking.sum().items() if n)
        problems.append(f"{int(lacking.any(axis=1).sum())} rows lack a key (missing: {names})")
        advice.append(READ_KEYS)
    elif year is not None:
        require_years(frame[year], what=f"the column '{year}'", unique=False)
    for name in countries:
        codes = frame[name].drop_duplicates()
        world = codes[codes.astype(str).str.strip().str.casefold().isin(WORLD_CODES)].tolist()
        if world:
            rows = int(frame[name].astype(object).isin(world).sum())
            problems.append(f"{rows} rows have the world, {world}, as {name}")
            advice.append("leave aggregates out, since they count every country twice")
    whole = ~lacking.any(axis=1)
    repeated = frame.duplicated(list(keys)) & whole
    if repeated.any():
        named = _row(frame, repeated, keys)
        problems.append(f"{int(repeated.sum())} rows repeat {', '.join(keys)} (first {named})")
        advice.append("keep one row for each")
    if pairs:
        one, other = (frame[name].astype(object) for name in countries[:2])
        if (own := (one == other) & whole).any():
            named = _row(frame, own, keys)
            problems.append(f"{int(own.sum())} rows of a country with itself (first {named})")
            advice.append("leave them out")
    if problems:
        raise ModelInputError(
            "; ".join(problems),
            allowed=f"one row for each {', '.join(keys)}, no key missing",
            do="; ".join(dict.fromkeys(advice)),
        )


def require_known(
    value: Hashable,
    known: Collection[Any],
    *,
    what: str,
    error: type[BallastError] = CoverageError,
) -> None:
    """An error with the nearest names, where a filter on a country would match nothing."""
    if not isinstance(value, Hashable) or value not in known:
        names = sorted({str(name) for name in known})
        raise error(
            f"{what} {value!r} is nowhere in the data",
            allowed=f"one of {_some(names)}" if names else "a table with rows",
            do=did_you_mean(str(value), names) or "check the code: countries are ISO3 here",
        )


def reaches(part: pd.Series, whole: pd.Series | int, share: float) -> pd.Series:
    """Whether counts are at least a share of a whole: 1 of 10 reaches 0.1 and 1 of 11 reaches
    1/11, since one division of whole numbers is rounded as the share itself was;
    ``1 - 9 / 10 >= 0.1`` denies it.
    """
    return part / whole >= share


def _no_name(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() in NO_NAMES


def _row(frame: pd.DataFrame, mask: pd.Series, keys: Sequence[str]) -> str:
    return ", ".join(str(value) for value in frame.loc[mask, list(keys)].iloc[0])


def _some(offenders: Iterable[str]) -> str:
    """The first few of the offenders, and how many more there are."""
    listed = list(offenders)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
