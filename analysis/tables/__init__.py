"""The only door to the data: ``load`` a table by name, or ask where a number comes from."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.countries import countries, iso3
from analysis.errors import (
    CoverageError,
    DataFileError,
    ParameterError,
    UnknownCountryError,
    did_you_mean,
)
from analysis.paths import run_dir
from analysis.tables import store
from analysis.tables.catalogue import catalogue, describe, file_of, pandas_dtypes, sha256

__all__ = ["citation", "describe", "load", "loaded", "tables"]

Dtypes = tuple[tuple[str, str], ...]
Filters = tuple[tuple[str, str, Any], ...]
NUMBERS = (int, float, np.integer, np.floating)
KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int64": (int, np.integer),
    "Int64": (int, np.integer),
    "float64": NUMBERS,
    "bool": (bool, np.bool_),
}
"""Values that a column of each type can be searched for."""
REPORTED = ("reporter", "partner", "exporter", "importer", "country")
"""Columns of statistics, in which a country that is absent was not reported, and is no zero."""
_loaded: set[str] = set()
"""Names of the tables that this process has loaded."""


def tables() -> pd.DataFrame:
    """What there is: one row per table with its title, basis, years, number of rows and licence."""
    columns = ("name", "title", "rows", "coverage", "licence")
    return pd.DataFrame([{c: entry.get(c, "") for c in columns} for entry in catalogue().values()])


def load(table: str, /, **where: Any) -> pd.DataFrame:
    """Load a table, after checking that its file is the one that the catalogue describes.

    Parameters
    ----------
    table : str
        A name from ``tables()``.
    **where
        Columns and the value, or list of values, that they must have, for example
        ``reporter="CHN"``.

    Returns
    -------
    DataFrame with the columns of the catalogue (``describe(table)``), a fresh RangeIndex, rows in
    the order of the key. Missing values are NaN (or <NA> for integers); nothing is filled.

    Raises
    ------
    CoverageError
        If there is no such table or column, or if the table reports on none of the countries asked
        for (in a column of ``REPORTED``; a list of events may well be empty).
    ParameterError
        If a value is one that the column cannot hold, by its type, its list of allowed values or
        because it is no ISO3 code; or if a list of countries is empty.
    DataFileError
        If the file is missing or differs from the catalogue's hash.

    Examples
    --------
    >>> load("china_customs_annual", year=2024, flow="total")[["value_usd_bn"]].iloc[0, 0]
    np.float64(244.81)
    """
    entry = describe(table)
    dtypes = pandas_dtypes(table)
    unknown = [column for column in where if column not in dtypes]
    if unknown:
        raise CoverageError(
            f"table '{table}' has no column {unknown}",
            allowed=", ".join(dtypes),
            do=did_you_mean(unknown[0], dtypes) or f"see describe('{table}')",
        )
    path = file_of(table)
    if not path.is_file():
        raise DataFileError(
            f"the data file data/{entry['path']} is missing",
            do=f"git checkout -- data/{entry['path']}",
        )
    found = _hash_of(path, _stamp(path))
    if found != entry["sha256"]:
        raise DataFileError(
            f"the data file data/{entry['path']} is not the one in the catalogue: sha256 is"
            f" {found[:12]}..., expected {entry['sha256'][:12]}...",
            do=(
                f"restore it with `git checkout -- data/{entry['path']}`, or, if the change is"
                " meant, declare it in data/corrections/ and run `make data`"
            ),
        )
    _note_loaded(table, found)
    filters = tuple(
        (c, "in", tuple(v)) if pd.api.types.is_list_like(v) else (c, "==", v)
        for c, v in where.items()
    )
    _require_kinds(table, dtypes, filters)
    frame = _chosen(path, found, tuple(dtypes.items()), filters)
    if frame.empty:
        _require_countries(table, _whole(path, found, tuple(dtypes.items())), filters)
    return frame.copy(deep=False)


@lru_cache(maxsize=4096)
def _hash_of(path: Path, stamp: tuple[int, ...]) -> str:
    """Hash of a file, computed again once its stamp is another."""
    return sha256(path)


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is written or replaced."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@lru_cache(maxsize=256)
def _chosen(path: Path, hashed: str, dtypes: Dtypes, filters: Filters) -> pd.DataFrame:
    """Rows of the file with this hash, chosen once. Callers get shallow copies, which are copied on
    write.
    """
    return store.matching(_whole(path, hashed, dtypes), dict(dtypes), filters)


@lru_cache(maxsize=64)
def _whole(path: Path, hashed: str, dtypes: Dtypes) -> pd.DataFrame | pa.Table:
    """A file with this hash, read once in a process."""
    return store.whole(path, dict(dtypes))


def _require_kinds(table: str, dtypes: dict[str, str], filters: Filters) -> None:
    """Raise a ParameterError for values that their columns can never hold: the text '2024' for a
    year, a flow 'Exports', a country that is no ISO3 code, no country at all.
    """
    fields = {field["name"]: field for field in describe(table)["schema"]["fields"]}
    asked = {column: values if is_in == "in" else (values,) for column, is_in, values in filters}
    bad = [
        f"{column}={value!r:.80} (the column holds {dtypes[column]})"
        for column, values in asked.items()
        for value in values
        if not _can_hold(dtypes[column], value)
    ]
    if bad:
        raise ParameterError(
            f"table '{table}' cannot be searched for {', '.join(bad)}",
            do=f"give values of the column's type; see describe('{table}')",
        )
    for column, values in asked.items():
        of_states = fields[column]["unit"] == "ISO3"
        listed = fields[column].get("constraints", {}).get("enum", [])
        allowed = [] if of_states else listed
        strange = [value for value in values if allowed and value not in allowed]
        if strange:
            raise ParameterError(
                f"table '{table}' has no {column} {', '.join(map(repr, strange))}",
                allowed=", ".join(map(repr, allowed)),
                do=did_you_mean(str(strange[0]), map(str, allowed)) or "choose one of them",
            )
        if not of_states:
            continue
        unknown = sorted({str(code) for code in values if code} - set(countries().index))
        if unknown:
            raise ParameterError(
                f"nothing in table '{table}' has {column} {unknown}, which are no ISO3 codes",
                do=_codes_for(unknown),
            )
        if not values:
            raise ParameterError(
                f"table '{table}' is searched for an empty list of {column}",
                allowed="one ISO3 code or several",
                do=f"leave {column} out to have them all",
            )


def _can_hold(kind: str, value: object) -> bool:
    if isinstance(value, bool | np.bool_) or kind == "bool":
        return kind == "bool" and isinstance(value, bool | np.bool_)
    whole = kind not in ("int64", "Int64") or not isinstance(value, int) or abs(value) < 2**63
    return isinstance(value, KINDS[kind]) and whole


def _require_countries(table: str, rows: pd.DataFrame | pa.Table, filters: Filters) -> None:
    """Raise where nothing was found because a table does not report on a country at all."""
    for column, operator, wanted in filters:
        asked = set(wanted if operator == "in" else [wanted])
        if column not in REPORTED or not asked:
            continue
        held = rows[column].unique()
        there = set(held.to_pylist() if isinstance(held, pa.Array) else held.tolist())
        if not asked & there:
            raise CoverageError(
                f"table '{table}' has no {column} {', '.join(sorted(asked)) or repr('')}",
                allowed=f"{len(there)} countries, see load('{table}').{column}.unique()",
                do="choose another country or table",
            )


def _codes_for(spellings: list[str]) -> str:
    """What to write in place of spellings that are no codes, or what they are instead."""
    codes, others = [], []
    for spelling in spellings:
        try:
            codes.append(f"'{iso3(spelling)}' for '{spelling}'")
        except UnknownCountryError as problem:
            others.append(str(problem))
    return "; ".join([*([f"write {' and '.join(codes)}"] if codes else []), *others])


def loaded() -> tuple[str, ...]:
    """Names of the tables loaded in this process so far, each once, in alphabetical order."""
    return tuple(sorted(_loaded))


def _note_loaded(table: str, hashed: str) -> None:
    _loaded.add(table)
    folder = run_dir()
    if folder is not None:
        with open(folder / "loaded.jsonl", "a", encoding="utf-8") as record:
            record.write(
                json.dumps({"table": table, "path": describe(table)["path"], "sha256": hashed})
                + "\n"
            )


def citation(table: str) -> str:
    """How to cite a table: the publishers first, then the carrier of the copy."""
    entry = describe(table)
    lines = []
    for source in entry["sources"]:
        carried = f" Copy from {source['served_by']}." if source.get("served_by") else ""
        lines.append(f"{source['citation']} {source['path']}.{carried}")
    return "\n".join(lines)
