"""Rebuild every tidy table from raw: all of them valid, or nothing is written."""

import hashlib
import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass

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
from analysis.tables.recipes import RECIPES, Recipe, possible

SLIPS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What pandas raises where a recipe meets a value that no check of ours foresaw; such a table has
failed too."""


@dataclass(frozen=True, slots=True)
class Built:
    """A table built from raw, not yet written: a valid frame, path and sha256 of each raw file, and
    the hash of its columns, types and values.
    """

    frame: pd.DataFrame
    parents: list[dict[str, str]]
    content: str


def build(
    raw: RawStore, *, progress: Callable[[str], None] = lambda _: None, fewer: Collection[str] = ()
) -> dict[str, Built]:
    """Build and validate every table in memory, planned ones where their vintage has been fetched.
    Only tables named in ``fewer`` may lose rows that are in data/ now. A DataFileError names every
    table that failed and why.
    """
    built, failed = {}, []
    recipes = RECIPES | possible(raw)
    for table, recipe in recipes.items():
        progress(table)
        opening = RawStore(raw.root)
        try:
            frame = made(table, recipe, opening)
            if table not in fewer:
                _nothing_lost(frame, table)
        except (BallastError, *SLIPS) as problem:
            kind = "" if isinstance(problem, BallastError) else f"{type(problem).__name__}: "
            failed.append(f"\n  {table}: {kind}{problem}")
            continue
        content = store.content_hash(frame, keys=entry_of(table)["schema"]["primaryKey"])
        parents = [{"path": path, "sha256": sha} for path, sha in sorted(opening.opened.items())]
        built[table] = Built(frame, parents, content)
    if failed:
        raise DataFileError(
            f"{len(failed)} of {len(recipes)} tables could not be built; nothing was written:"
            f"{''.join(failed)}"
        )
    return built


def made(table: str, recipe: Recipe, raw: RawStore) -> pd.DataFrame:
    """A table made from raw by its recipe, in the columns, types and order of the catalogue and
    valid.
    """
    entry, dtypes = entry_of(table), pandas_dtypes(table)
    frame = recipe(raw)[list(dtypes)].astype(dtypes)
    if order := entry.get("recipe", {}).get("order", entry["schema"]["primaryKey"]):
        frame = frame.sort_values(order, kind="stable")
    return validated(frame.reset_index(drop=True), table)


def _nothing_lost(frame: pd.DataFrame, table: str) -> None:
    """Raise a DataFileError if the table had more rows, naming keys that are gone."""
    had = catalogue().get(table, {}).get("rows", 0)
    if len(frame) >= had:
        return
    dtypes, keys = pandas_dtypes(table), describe(table)["schema"]["primaryKey"]
    before = store.matching(store.whole(file_of(table), dtypes), dtypes)
    gone = pd.MultiIndex.from_frame(before[keys]).difference(pd.MultiIndex.from_frame(frame[keys]))
    raise DataFileError(
        f"it would have {len(frame):,} rows, and data/ has {had:,}; gone ({', '.join(keys)}):"
        f" {offenders(gone.to_frame(index=False), keys)}",
        do="a raw file may have been cut short; if the loss is meant, `ballast data build --fewer"
        f" {table}`",
    )


def differences(built: dict[str, Built]) -> list[str]:
    """Tables whose content differs from what is committed, with a reason each."""
    found = ((table, _difference(table, fresh)) for table, fresh in built.items())
    return [f"{table}: {reason}" for table, reason in found if reason]


def _difference(table: str, fresh: Built) -> str:
    if table not in catalogue():
        return "built from a fetched vintage, and not in data/ yet"
    entry = describe(table)
    path, file = DATA / entry["path"], f"data/{entry['path']}"
    if not path.is_file():
        return f"{file} is missing"
    if entry.get("content_hash") != fresh.content:
        return f"the rebuilt values differ from {file}"
    if path.suffix == ".csv":
        text = fresh.frame.to_csv(index=False, lineterminator="\n")
        if sha256(path) != hashlib.sha256(text.encode()).hexdigest():
            return f"same values, but {file} differs byte for byte"
    if entry.get("parents") != fresh.parents:
        return "the raw files are not those named in the catalogue"
    return ""


def write(built: dict[str, Built]) -> list[str]:
    """Write the tables that changed, renew the catalogue, and name what was written. A
    DataFileError if data/ cannot be written; each file is then the old one or the new one.
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
    package, new = read_package(), planned().keys() & built.keys()
    package["resources"] += [e for e in package.get("planned", ()) if e["name"] in new]
    written = []
    for entry in package["resources"]:
        path = DATA / entry["path"]
        if fresh := built.get(entry["name"]):
            frame, same = fresh.frame, entry.get("content_hash") == fresh.content
            if not same or not path.is_file() or entry.get("hash") != ALGORITHM + sha256(path):
                store.write(frame, path)
                written.append(entry["name"])
            years = f"{int(frame.year.min())}-{int(frame.year.max())}" if "year" in frame else ""
            entry |= {
                "content_hash": fresh.content,
                "parents": fresh.parents,
                "rows": len(frame),
                "coverage": years,
            }
            entry["lineage"] = lineage(entry)
        entry |= standard(entry, package) | {"hash": ALGORITHM + sha256(path)}
    making = unfinished(CATALOGUE)
    making.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(making, CATALOGUE)
    catalogue.cache_clear()
    return written
