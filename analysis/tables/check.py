"""What must hold of the committed data, shown without any raw file."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cleaning import corrections
from analysis.countries import text_table
from analysis.errors import BallastError
from analysis.paths import CATALOGUE, DATA
from analysis.sources.carriers import raw_files
from analysis.sources.fetch import FEEDS
from analysis.sources.leftovers import UNFINISHED, swept
from analysis.tables import load, store
from analysis.tables.catalogue import (
    ALGORITHM,
    PLACE,
    catalogue,
    describe,
    lineage,
    read_package,
    sha256,
    standard,
    validated,
)
from analysis.tables.planned import PLANNED

UNLISTED = {CATALOGUE.relative_to(DATA).as_posix(), "essay/argument.yaml", "essay/claims.yaml"}
"""Files of data/ that are no tables: the catalogue itself, and the ledger of claims with its own
schema."""
VERDICTS = "essay/verdicts/"
"""Verdicts of each release, which `ballast release` stores."""
SAID_OF_A_COLUMN = ("description", "unit", "basis")
SAID_OF_A_SOURCE = ("title", "path", "citation", "licence")


def check_table(table: str) -> list[str]:
    """Faults of one table, in words; empty where its file, its entry and its values agree.

    Checked are the description of every column and source, the file's hash, types, allowed values,
    bounds and unique keys (the schema), the number of rows, the hash of the content, and
    addresses of figures.
    """
    entry = describe(table)
    faults = _entry_faults(entry)
    try:
        frame = validated(load(table), table)
    except BallastError as problem:
        return [*faults, str(problem)]
    if not entry["path"].startswith("tidy/"):
        return faults + _address_faults(entry, frame)
    if entry.get("rows") != len(frame):
        faults.append(f"the catalogue says {entry.get('rows')} rows, and there are {len(frame):,}")
    if not entry.get("parents"):
        faults.append("no raw file is named")
    if entry.get("content_hash") != store.content_hash(frame, keys=entry["schema"]["primaryKey"]):
        faults.append("the values are not those whose content_hash the catalogue gives")
    if not faults and entry.get("lineage") != lineage(entry):
        faults.append("the raw files named are not those that the values were built from")
    return faults + _address_faults(entry, frame)


def _entry_faults(entry: dict[str, Any]) -> list[str]:
    fields = entry["schema"]["fields"]
    faults = [
        f"column {field['name']} has no {what}"
        for field in fields
        for what in SAID_OF_A_COLUMN
        if not field.get(what)
    ]
    faults += [
        f"source {source.get('title', number)!r} has no {what}"
        for number, source in enumerate(entry["sources"], start=1)
        for what in SAID_OF_A_SOURCE
        if not source.get(what)
    ]
    if not entry["sources"]:
        faults.append("no source is named")
    stray = set(entry["schema"]["primaryKey"]) - {field["name"] for field in fields}
    return faults + ([f"the key names no column: {sorted(stray)}"] if stray else [])


def _address_columns(entry: dict[str, Any]) -> list[str]:
    return [field["name"] for field in entry["schema"]["fields"] if field["name"].endswith("url")]


def _address_faults(entry: dict[str, Any], frame: pd.DataFrame) -> list[str]:
    """Rows without an address where the table has addresses; figures collected by hand that have
    none at all.
    """
    columns = _address_columns(entry)
    if columns:
        lacking = ~frame[columns].apply(lambda column: column.str.match("https?://")).any(axis=1)
        return (
            [f"{int(lacking.sum())} rows have no address, first row {lacking.idxmax()}"]
            if lacking.any()
            else []
        )
    by_hand = {file.path for file in raw_files() if file.kind == "collected"}
    addressed = {
        parent["path"]
        for other in catalogue().values()
        if _address_columns(other)
        for parent in other.get("parents", ())
    }
    bare = {parent["path"] for parent in entry.get("parents", ())} & by_hand - addressed
    return [f"figures collected by hand without an address: {sorted(bare)}"] if bare else []


def check_folder() -> list[str]:
    """Files of data/ that the catalogue does not name, links, entries that share a name or a file
    or lie elsewhere or that a client of the standard would misread, raw files of unknown origin.

    What a killed build left is removed first. A reference file that was changed together with its
    hash is not seen here: compare ``catalogue_digest`` with the one of the release.
    """
    for folder in (DATA, DATA / "tidy"):
        with suppress(OSError):  # a checkout that cannot be written to has none of our own
            swept(folder)
    package = read_package()
    entries = package["resources"]
    there = {path.relative_to(DATA).as_posix(): path for path in DATA.rglob("*")}
    files = {path for path, file in there.items() if file.is_file() and not _in_making(file)}
    faults = [
        f"data/{path} is {'a link' if file.is_symlink() else 'no file'}"
        for path, file in sorted(there.items())
        if file.is_symlink() or not (file.is_file() or file.is_dir())
    ]
    named = Counter(entry["path"] for entry in entries)
    faults += [
        f"data/{path} is not in the catalogue"
        for path in sorted(files - set(named) - UNLISTED)
        if not path.startswith(VERDICTS)
    ]
    faults += [
        f"data/{path} is named by {count} entries" for path, count in named.items() if count > 1
    ]
    faults += [f"{path!r} is no place for a table" for path in named if not PLACE.fullmatch(path)]
    names = Counter(entry["name"] for entry in entries)
    faults += [f"{count} entries are named {name}" for name, count in names.items() if count > 1]
    faults += [fault for entry in entries for fault in _standard_faults(entry, package)]
    return faults + [fault for entry in entries for fault in _parent_faults(entry)]


def _in_making(file: Path) -> bool:
    return bool(UNFINISHED.fullmatch(file.name))


def _standard_faults(entry: dict[str, Any], package: dict[str, Any]) -> list[str]:
    """What a client that knows only the Data Package standard would be told wrongly."""
    faults = [
        f"{entry['name']}: '{key}' differs from the records of its sources; `make data` writes it"
        for key, said in standard(entry, package).items()
        if entry.get(key) != said
    ]
    if not entry.get("hash", "").startswith(ALGORITHM):
        faults.append(f"{entry['name']}: the hash does not begin with {ALGORITHM}")
    return faults


def _parent_faults(entry: dict[str, Any]) -> list[str]:
    """Raw files that are not those of the list; a fetched vintage has its own record of whence and
    when, and only planned tables are built from one.
    """
    known = {file.path: file.sha256 for file in raw_files()}
    twice = Counter(parent["path"] for parent in entry.get("parents", ()))
    faults = [
        f"{entry['name']}: raw file {path} is named twice" for path in twice - Counter(set(twice))
    ]
    for parent in entry.get("parents", ()):
        feed, *rest = parent["path"].split("/")
        fetched = entry["name"] in PLANNED and feed in FEEDS and len(rest) == 2
        if not fetched and known.get(parent["path"]) != parent["sha256"]:
            faults.append(
                f"{entry['name']}: raw file {parent['path']} is not the one in"
                " data/reference/raw_files.csv"
            )
    return faults


def catalogue_digest() -> str:
    """SHA-256 of data/datapackage.json, which holds the hash of every other file of data/."""
    return sha256(CATALOGUE)


def check_corrections() -> list[str]:
    """Corrections and exceptions that name no table or column, are written in another form, or give
    no reason.
    """
    faults = []
    for file in ("corrections.csv", "exceptions.csv"):
        rows = text_table(corrections.FOLDER / file)
        for number, (_, row) in enumerate(rows.iterrows(), start=2):
            faults += [
                f"data/corrections/{file} line {number}: {fault}"
                for fault in _correction_faults(row)
            ]
    return faults


def _correction_faults(row: pd.Series) -> list[str]:
    if row["table"] not in catalogue():
        return [f"there is no table '{row['table']}'"]
    columns = {field["name"] for field in describe(row["table"])["schema"]["fields"]}
    parts = [part.strip().partition("=") for part in row["key"].split(";")]
    faults = [
        f"the key names no column: '{name}'"
        for name, _, value in parts
        if name not in columns or not value
    ]
    if "column" in row and row["column"] not in columns:
        faults.append(f"there is no column '{row['column']}'")
    if "column" in row and row["expect"] == row["set"]:
        faults.append("nothing would change")
    empty = [name for name in ("reason", "source") if name in row and not row[name].strip()]
    return faults + [f"no {name} is given" for name in empty]
