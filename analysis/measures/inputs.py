"""What tables, series and options must be before measures and models compute from them, so that a
file read carelessly is refused in the same words everywhere.
"""

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types

from analysis.errors import CoverageError, ModelInputError, ParameterError, did_you_mean

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
        made = f"pd.{kind.__name__}"
        came = f"{what} came as {type(value).__name__}"
        raise ModelInputError(came, allowed=f"a {made}", do=f"make one of it with {made}")
    labels = value.columns if isinstance(value, pd.DataFrame) else pd.Index([])
    if twice := sorted({str(n) for n in labels[labels.duplicated() | labels.isna()]}):
        came = f"{what} has the columns {_some(twice)} twice or without a name"
        raise ModelInputError(came, allowed="columns with a name each", do="rename them")


def as_list(name: str, values: Any, *, of: str = "column names", size: int = 0) -> list[Any]:
    """The members of a list that a caller gave, so many where a size is asked for; ParameterError
    for one text or number instead.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        do = "put it in square brackets"
        raise ParameterError(f"{name}={values!r}", allowed=f"a list of {of}", do=do)
    members = list(values)
    if size and len(members) != size:
        raise ParameterError(f"{name}={values!r}", allowed=of, do="give both")
    return members


def require_columns(frame: pd.DataFrame, names: Iterable[Any]) -> None:
    """Refuse what is no table, or lacks a column, naming the nearest one there is."""
    require_kind(frame, pd.DataFrame, what="the table")
    known, asked = list(map(str, frame.columns)), as_list("columns", names)
    if absent := list(dict.fromkeys(str(name) for name in asked if name not in frame.columns)):
        hints = " ".join(filter(None, (did_you_mean(name, known) for name in absent)))
        allowed = f"the columns of the table: {known}"
        do = hints or "add or rename them"
        raise ModelInputError(f"columns {absent} are not there", allowed=allowed, do=do)


def real_number(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
    most: float = math.inf,
    do: str = "give it as a number without quotes",
) -> float:
    """The value as a float; ParameterError for anything but a finite number in its range."""
    real = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not real or not (above < value < below and least <= value <= most):
        ends = {"above": above, "of at least": least, "below": below, "of at most": most}
        named = [f"{words} {end:g}" for words, end in ends.items() if math.isfinite(end)]
        allowed = f"a finite number {' and '.join(named)}".strip()
        raise ParameterError(f"{name} is {value!r}", allowed=allowed, do=do)
    return float(value)


def require_level(level: Any) -> float:
    """The coverage of an interval, if it is one: above 0 and below 1."""
    name = "the coverage of an interval"
    return real_number(name, level, above=0, below=1, do="say 0.8 for 80 %")


def numbers(
    values: pd.Series | pd.DataFrame,
    *,
    what: str,
    sign: Sign = "any",
    missing: bool = False,
    infinite: bool = False,
) -> Any:
    """Copy of a series or table as floats; missing and infinite values stay where allowed, sizes
    outside ``SIZES`` where infinite ones do. ModelInputError lists text, dates and values out of
    range; ``what`` is what a value is called.
    """
    table = values.to_frame("") if isinstance(values, pd.Series) else values
    require_kind(table, pd.DataFrame, what=what)
    strange = [
        (_reads_as_number(value), f"{_place(part, label)}: {value!r}")
        for part, column in table.items()
        if not types.is_numeric_dtype(column) or column.dtype.kind == "c"
        for label, value in column.items()
        if not isinstance(value, Real | Decimal) and not (types.is_scalar(value) and pd.isna(value))
    ]
    if strange:  # one unreadable cell makes text of a whole column, so that cell comes first
        named = _some(said for _, said in sorted(strange, key=lambda offender: offender[0]))
        came = f"{what} is not a number: {named}"
        raise ModelInputError(came, allowed="numbers", do=READ_NUMBERS)
    floats = table.to_numpy(dtype=float, na_value=np.nan)
    size, (smallest, largest) = np.abs(floats), SIZES
    extreme = (not infinite) & ((size > largest) | ((size < smallest) & (size > 0)))
    bad = extreme | ((not missing) & np.isnan(floats))
    if sign != "any":
        bad |= (floats < 0) if sign == "zero or more" else (floats <= 0)
    if bad.any():
        said = (
            f"{_place(part, table.index[row])}: {floats[row, place]:g}"
            for place, part in enumerate(table.columns)
            for row in np.flatnonzero(bad[:, place]).tolist()
        )
        span = "finite numbers" if sign == "any" else f"finite numbers {sign}"
        if (extreme & np.isfinite(floats)).any():
            span = f"{span} with a size of {smallest:g} to {largest:g}"
        raise ModelInputError(
            f"{what} is out of range: {_some(said)}",
            allowed=f"{span}{', or missing' if missing else ''}",
            do="choose years and parts in which the value is known, or leave the others out",
        )
    if isinstance(values, pd.Series):
        return pd.Series(floats[:, 0], index=values.index, name=values.name, copy=True)
    return pd.DataFrame(floats, index=values.index, columns=values.columns, copy=True)


def require_years(index: pd.Index | pd.Series, *, what: str, unique: bool = True) -> None:
    """Refuse years that are text, dates or fractions, or that come twice where they may not."""
    dtype, allowed = index.dtype, "unique integer years" if unique else "integer years"
    if not types.is_integer_dtype(dtype) or index.hasnans:
        dated = isinstance(dtype, pd.PeriodDtype) or types.is_datetime64_any_dtype(dtype)
        first = index[:1].tolist()[0] if len(index) else "none"
        do = "take the year of each date" if dated else "turn them into whole numbers, none missing"
        do = f"{do}, with one value a year" if unique else do
        raise ModelInputError(
            f"{what} holds {dtype} values, such as {first!r}", allowed=allowed, do=do
        )
    if unique and not index.is_unique:
        twice = _some(map(str, sorted({int(year) for year in index[index.duplicated()]})))
        do = "aggregate to one value a year"
        raise ModelInputError(f"{what} repeats the years {twice}", allowed=allowed, do=do)


def yearly(
    series: pd.Series, *, what: str = "a level", sign: Sign = "any", missing: bool = False
) -> pd.Series:
    """Float copy of a series by year, sorted, after the checks of its index and of its values."""
    require_kind(series, pd.Series, what=f"{what} by year")
    require_years(series.index, what="the index")
    return numbers(series.sort_index(), what=what, sign=sign, missing=missing)


def keyed(
    frame: pd.DataFrame,
    keys: Sequence[str],
    *,
    year: str | None = None,
    countries: Sequence[str] = (),
    pairs: bool = False,
    values: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """The keys of a table and its values as floats, which may be missing, after every check.

    Refused, all counted in one message, are rows whose keys are missing (or blank, or the text
    'nan'), of two kinds, repeated, or the world's. ``year`` is the key that holds integer years,
    ``countries`` those in which no code of the world may stand, ``pairs`` says that the first two
    of them may not be the same country, ``values`` names the columns of numbers and their sign.
    """
    keys, values = list(keys), values or {}
    require_columns(frame, [*keys, *values])
    advice: dict[str, str] = {}  # what is wrong, and what to do about it
    lacking = frame[keys].isna()
    for name in keys:
        column = frame[name]
        if not types.is_numeric_dtype(column):
            texts = [value for value in column.unique() if isinstance(value, str)]
            blank = [text for text in texts if text.strip().casefold() in NO_NAMES]
            lacking[name] |= column.isin(blank)
        if column.dtype == object and types.infer_dtype(column) == "mixed-integer":
            mixed = f"{name} holds text and whole numbers"
            advice[mixed] = f"make {name} text, or numbers, throughout"
    whole = ~lacking.any(axis=1)
    if not whole.all():
        names = ", ".join(f"{int(n)} {name}" for name, n in lacking.sum().items() if n)
        advice[f"{int((~whole).sum())} rows lack a key (missing: {names})"] = READ_KEYS
    elif year is not None:
        require_years(frame[year], what=f"the column '{year}'", unique=False)
    for name in countries:
        codes = frame[name].drop_duplicates()
        world = codes[codes.astype(str).str.strip().str.casefold().isin(WORLD_CODES)].tolist()
        if world:
            n_rows = int(frame[name].astype(object).isin(world).sum())
            said = f"{n_rows} rows have the world, {world}, as {name}"
            advice[said] = "leave aggregates out, since they count every country twice"
    refused = [(f"repeat {', '.join(keys)}", frame.duplicated(keys), "keep one row for each")]
    if pairs:
        one, other = (frame[name].astype(object) for name in countries[:2])
        refused.append(("are of a country with itself", one == other, "leave them out"))
    for said, rows, do in refused:
        if (rows & whole).any():
            first = ", ".join(map(str, frame.loc[rows & whole, keys].iloc[0]))
            advice[f"{int((rows & whole).sum())} rows {said} (first {first})"] = do
    if advice:
        allowed = f"one row for each {', '.join(keys)}, no key missing"
        do = "; ".join(dict.fromkeys(advice.values()))
        raise ModelInputError("; ".join(advice), allowed=allowed, do=do)
    floats = {
        name: numbers(frame[name], what=name, sign=sign, missing=True)
        for name, sign in values.items()
    }
    return frame[keys].assign(**floats)


def require_known(value: Hashable, known: Collection[Any], *, what: str) -> None:
    """CoverageError with the nearest names, where a filter on a country would match nothing."""
    if not isinstance(value, Hashable) or value not in known:
        names = sorted({str(name) for name in known})
        raise CoverageError(
            f"{what} {value!r} is nowhere in the data",
            allowed=f"one of {_some(names)}" if names else "a table with rows",
            do=did_you_mean(str(value), names) or "check the code: countries are ISO3 here",
        )


def _reads_as_number(value: object) -> bool:
    return bool(pd.notna(pd.to_numeric(pd.Series([value], dtype=object), errors="coerce")).all())


def _place(part: Hashable, label: Hashable) -> str:
    return f"{label}" if part == "" else f"{part} in {label}"


def _some(offenders: Iterable[str]) -> str:
    """The first few of the offenders, and how many more there are."""
    listed = list(offenders)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
