"""Rebuild every tidy table from raw: all of them valid, or nothing is written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.cleaning.checks import offenders
from analysis.errors import BallastError, DataFileError
from analysis.paths import CATALOGUE, DATA
from analysis.sources.leftovers import swept, unfinished
from analysis.sources.source import RawStore
from analysis.tables import store
from analysis.tables.catalogue import (
    ALGORITHM,
    catalogue,
    describe,
    entry_of,
    file_of,
    lineage,
    pandas_dtypes,
    planned,
    read_package,
    sha256,
    standard,
    validated,
)
from analysis.tables.planned import possible
from analysis.tables.recipes import RECIPES, Recipe

SLIPS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What pandas raises where a recipe meets a value that no check of ours foresaw; such a table has
failed too."""


@dataclass(frozen=True, slots=True)
class Built:
    """A table built from raw, not yet written.

    Attributes
    ----------
    frame : DataFrame that satisfies the table's schema.
    parents : dict of raw file to sha256.
    content : hash of columns, types and values.
    """

    frame: pd.DataFrame
    parents: dict[str, str]
    content: str


def build(
    raw: RawStore, *, progress: Callable[[str], None] = lambda _: None, fewer: Collection[str] = ()
) -> dict[str, Built]:
    """Build and validate every table in memory, the planned ones too where their vintage has been
    fetched.

    Parameters
    ----------
    fewer : collection of str
        Tables that may lose rows that are in data/ now. For any other this is a fault: a raw file
        was cut short.

    Raises
    ------
    DataFileError
        Naming every table that failed and why; nothing has been written.
    """
    built, failed = {}, []
    recipes = RECIPES | possible(raw)
    for table, recipe in recipes.items():
        progress(table)
        store_for_table = RawStore(raw.root)
        try:
            frame = made(table, recipe, store_for_table)
            if table not in fewer:
                _nothing_lost(frame, table)
        except (BallastError, *SLIPS) as problem:
            kind = "" if isinstance(problem, BallastError) else f"{type(problem).__name__}: "
            failed.append(f"{table}: {kind}{problem}")
            continue
        keys = entry_of(table)["schema"]["primaryKey"]
        built[table] = Built(
            frame,
            dict(sorted(store_for_table.opened.items())),
            store.content_hash(frame, keys=keys),
        )
    if failed:
        listed = "\n  ".join(failed)
        raise DataFileError(
            f"{len(failed)} of {len(recipes)} tables could not be built; nothing was written:\n "
            f" {listed}"
        )
    return built


def made(table: str, recipe: Recipe, raw: RawStore) -> pd.DataFrame:
    """A table made from raw by its recipe, in the types of the catalogue and valid.

    Raises
    ------
    RawDataError, DataFileError
        If the recipe refuses a raw file, or the table breaks its schema.
    """
    return validated(recipe(raw).astype(pandas_dtypes(table)).reset_index(drop=True), table)


def _nothing_lost(frame: pd.DataFrame, table: str) -> None:
    """Raise a DataFileError if the table had more rows, naming keys that are gone."""
    had = catalogue().get(table, {}).get("rows", 0)
    if len(frame) >= had:
        return
    keys = describe(table)["schema"]["primaryKey"]
    before = pd.MultiIndex.from_frame(store.read(file_of(table), pandas_dtypes(table))[keys])
    gone = before.difference(pd.MultiIndex.from_frame(frame[keys])).to_frame(index=False)
    raise DataFileError(
        f"it would have {len(frame):,} rows, and data/ has {had:,}; gone ({', '.join(keys)}):"
        f" {offenders(gone, keys)}",
        do=(
            "a raw file may have been cut short; if the loss is meant, `ballast data build --fewer"
            f" {table}`"
        ),
    )


def differences(built: dict[str, Built]) -> list[str]:
    """Tables whose content differs from what is committed, with a reason each; empty when all
    agree.
    """
    found = []
    for table, fresh in built.items():
        if table in planned():
            found.append(f"{table}: built from a fetched vintage, and not in data/ yet")
            continue
        entry = describe(table)
        if not (DATA / entry["path"]).is_file():
            found.append(f"{table}: data/{entry['path']} is missing")
        elif entry.get("content_hash") != fresh.content:
            found.append(f"{table}: the rebuilt values differ from data/{entry['path']}")
        elif (DATA / entry["path"]).suffix == ".csv" and sha256(DATA / entry["path"]) != _csv_hash(
            fresh.frame
        ):
            found.append(f"{table}: same values, but data/{entry['path']} differs byte for byte")
        elif entry.get("parents") != _parents(fresh):
            found.append(f"{table}: the raw files are not those named in the catalogue")
    return found


def _csv_hash(frame: pd.DataFrame) -> str:
    import hashlib

    return hashlib.sha256(frame.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _parents(fresh: Built) -> list[dict[str, str]]:
    return [{"path": path, "sha256": digest} for path, digest in fresh.parents.items()]


def write(built: dict[str, Built]) -> list[str]:
    """Write the tables that changed, renew the catalogue, and name what was written.

    What a build that was killed left in data/ is removed first.

    Raises
    ------
    DataFileError
        If data/ cannot be written; each file is then the old one or the new one, and another build
        puts them together.
    """
    try:
        return _written(built)
    except OSError as problem:
        raise DataFileError(
            f"data/ cannot be written ({problem})",
            do="make room or mend the permissions, and build again: no file is half written",
        ) from problem


def _written(built: dict[str, Built]) -> list[str]:
    for folder in (DATA, DATA / "tidy"):
        swept(folder)
    package = read_package()
    waiting = planned()
    package["resources"] += [
        entry for entry in package.get("planned", ()) if entry["name"] in set(waiting) & set(built)
    ]
    written = []
    for entry in package["resources"]:
        fresh = built.get(entry["name"])
        path = DATA / entry["path"]
        if fresh is not None:
            if (
                entry.get("content_hash") != fresh.content
                or not path.is_file()
                or entry.get("hash") != ALGORITHM + sha256(path)
            ):
                store.write(fresh.frame, path)
                written.append(entry["name"])
            entry.update(content_hash=fresh.content, parents=_parents(fresh), rows=len(fresh.frame))
            entry["coverage"] = _coverage(fresh.frame)
            entry["lineage"] = lineage(entry)
        entry.update(standard(entry, package))
        entry["hash"] = ALGORITHM + sha256(path)
    _write_package(package)
    return written


def _coverage(frame: pd.DataFrame) -> str:
    return f"{int(frame.year.min())}-{int(frame.year.max())}" if "year" in frame else ""


def _write_package(package: dict[str, Any]) -> None:
    making = unfinished(CATALOGUE)
    making.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(making, CATALOGUE)
    catalogue.cache_clear()
