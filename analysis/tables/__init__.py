"""The only door to the data: ``load`` a table by name, or ask where a number comes from."""

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.api import types

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
Filters = tuple[tuple[str, tuple[Any, ...]], ...]
HOLDS: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int64": lambda value: types.is_integer(value) and abs(int(value)) < 2**63,
    "Int64": lambda value: types.is_integer(value) and abs(int(value)) < 2**63,
    "float64": lambda value: types.is_integer(value) or types.is_float(value),
    "bool": types.is_bool,
}
"""Whether a column of each type can hold a value."""
REPORTED = ("reporter", "partner", "exporter", "importer", "country")
"""Columns of statistics, in which a country that is absent was not reported, and is no zero."""
_loaded: set[str] = set()
"""Names of the tables that this process has loaded."""


def tables() -> pd.DataFrame:
    """What there is: one row per table with its title, basis, years, number of rows and licence."""
    columns = ("name", "title", "rows", "coverage", "licence")
    return pd.DataFrame([{c: entry.get(c, "") for c in columns} for entry in catalogue().values()])


def load(table: str, /, **where: Any) -> pd.DataFrame:
    """Load a table, or its rows in which columns have a value or one of a list of values.

    The frame has the columns of ``describe(table)``, a fresh RangeIndex and rows in the order of
    the key; missing values are NaN (or <NA> for integers). CoverageError if there is no such table
    or column, or no row of the countries asked for in a column of ``REPORTED``. ParameterError for
    a value that its column cannot hold, and for an empty list of countries. DataFileError if the
    file is missing or differs from the catalogue's hash.

    >>> load("china_customs_annual", year=2024, flow="total")[["value_usd_bn"]].iloc[0, 0]
    np.float64(244.81)
    """
    entry, dtypes = describe(table), pandas_dtypes(table)
    if unknown := [column for column in where if column not in dtypes]:
        raise CoverageError(
            f"table '{table}' has no column {unknown}",
            allowed=", ".join(dtypes),
            do=did_you_mean(unknown[0], dtypes) or f"see describe('{table}')",
        )
    path, file = file_of(table), f"data/{entry['path']}"
    if not path.is_file():
        raise DataFileError(f"the data file {file} is missing", do=f"git checkout -- {file}")
    found = _hash_of(path, _stamp(path))
    if found != entry["sha256"]:
        raise DataFileError(
            f"the data file {file} is not the one in the catalogue: sha256 is {found[:12]}...,"
            f" expected {entry['sha256'][:12]}...",
            do=f"restore it with `git checkout -- {file}`, or, if the change is meant, declare it"
            " in data/corrections/ and run `make data`",
        )
    _note_loaded(table, found)
    asked = {c: tuple(v) if types.is_list_like(v) else (v,) for c, v in where.items()}
    _require_kinds(entry, dtypes, asked)
    file_as_it_is = path, found, tuple(dtypes.items())
    frame = _chosen(*file_as_it_is, tuple(asked.items()))
    if frame.empty:
        _require_countries(table, _whole(*file_as_it_is), asked)
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
    """Rows of the file with this hash; callers get shallow copies, which are copied on write."""
    return store.matching(_whole(path, hashed, dtypes), dict(dtypes), filters)


@lru_cache(maxsize=64)
def _whole(path: Path, hashed: str, dtypes: Dtypes) -> pd.DataFrame | pa.Table:
    return store.whole(path, dict(dtypes))


def _require_kinds(
    entry: dict[str, Any], dtypes: dict[str, str], asked: dict[str, tuple[Any, ...]]
) -> None:
    """Raise for the text '2024' as a year, a flow 'Exports', a country that is no ISO3 code."""
    table = f"table '{entry['name']}'"
    if bad := [
        f"{column}={value!r:.80} (the column holds {dtypes[column]})"
        for column, values in asked.items()
        for value in values
        if not HOLDS[dtypes[column]](value)
    ]:
        raise ParameterError(
            f"{table} cannot be searched for {', '.join(bad)}",
            do=f"give values of the column's type; see describe('{entry['name']}')",
        )
    fields = {field["name"]: field for field in entry["schema"]["fields"]}
    for column, values in asked.items():
        if fields[column]["unit"] == "ISO3":
            _require_codes(table, column, values)
            continue
        allowed = fields[column].get("constraints", {}).get("enum", values)
        if strange := [value for value in values if value not in allowed]:
            raise ParameterError(
                f"{table} has no {column} {', '.join(map(repr, strange))}",
                allowed=", ".join(map(repr, allowed)),
                do=did_you_mean(str(strange[0]), map(str, allowed)) or "choose one of them",
            )


def _require_codes(table: str, column: str, values: tuple[str, ...]) -> None:
    """Raise for no code, or for codes of no country, with what to write."""
    if unknown := sorted({code for code in values if code} - set(countries().index)):
        codes, others = [], []
        for spelling in unknown:
            try:
                codes.append(f"'{iso3(spelling)}' for '{spelling}'")
            except UnknownCountryError as problem:
                others.append(str(problem))
        raise ParameterError(
            f"nothing in {table} has {column} {unknown}, which are no ISO3 codes",
            do="; ".join([*([f"write {' and '.join(codes)}"] if codes else []), *others]),
        )
    if not values:
        raise ParameterError(
            f"{table} is searched for an empty list of {column}",
            allowed="one ISO3 code or several",
            do=f"leave {column} out to have them all",
        )


def _require_countries(
    table: str, rows: pd.DataFrame | pa.Table, asked: dict[str, tuple[Any, ...]]
) -> None:
    """Raise where nothing was found because a table does not report on a country at all."""
    for column in [c for c, values in asked.items() if c in REPORTED and values]:
        wanted = set(asked[column])
        held = rows[column].unique()
        there = set(held.to_pylist() if isinstance(held, pa.Array) else held.tolist())
        if not wanted & there:
            raise CoverageError(
                f"table '{table}' has no {column} {', '.join(sorted(wanted)) or repr('')}",
                allowed=f"{len(there)} countries, see load('{table}').{column}.unique()",
                do="choose another country or table",
            )


def loaded() -> tuple[str, ...]:
    """Names of the tables loaded in this process so far, each once, in alphabetical order."""
    return tuple(sorted(_loaded))


def _note_loaded(table: str, hashed: str) -> None:
    _loaded.add(table)
    if folder := run_dir():
        line = {"table": table, "path": describe(table)["path"], "sha256": hashed}
        with open(folder / "loaded.jsonl", "a", encoding="utf-8") as record:
            record.write(json.dumps(line) + "\n")


def citation(table: str) -> str:
    """How to cite a table: the publishers first, then the carrier of the copy."""
    return "\n".join(
        f"{source['citation']} {source['path']}."
        + (f" Copy from {source['served_by']}." if source.get("served_by") else "")
        for source in describe(table)["sources"]
    )
