"""What must hold of the committed data, shown without any raw file."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
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
    Entry,
    catalogue,
    describe,
    lineage,
    read_package,
    sha256,
    standard,
    validated,
)
from analysis.tables.recipes import PLANNED

UNLISTED = {CATALOGUE.relative_to(DATA).as_posix(), "essay/argument.yaml", "essay/claims.yaml"}
"""Files of data/ that are no tables: the catalogue itself, and the ledger of claims with its own
schema."""
VERDICTS = "essay/verdicts/"
"""Verdicts of each release, which `ballast release` stores."""
SAID_OF_A_COLUMN = ("description", "unit", "basis")
SAID_OF_A_SOURCE = ("path", "citation", "licence")


def check_table(table: str) -> list[str]:
    """Faults of one table, in words; empty where its file, its entry and its values agree."""
    entry = describe(table)
    faults = [
        f"column {field['name']} has no {what}"
        for field in entry["schema"]["fields"]
        for what in SAID_OF_A_COLUMN
        if not field[what]
    ] + [
        f"source {source['title']!r} has no {what}"
        for source in entry["sources"]
        for what in SAID_OF_A_SOURCE
        if not source[what]
    ]
    if not entry["sources"]:
        faults.append("no source is named")
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


def _address_columns(entry: Entry) -> list[str]:
    return [field["name"] for field in entry["schema"]["fields"] if field["name"].endswith("url")]


def _address_faults(entry: Entry, frame: pd.DataFrame) -> list[str]:
    """Rows without an address where the table has addresses; figures collected by hand that have
    none at all.
    """
    if columns := _address_columns(entry):
        lacking = ~frame[columns].apply(lambda column: column.str.match("https?://")).any(axis=1)
        said = f"{int(lacking.sum())} rows have no address, first row {lacking.idxmax()}"
        return [said] if lacking.any() else []
    by_hand = {file.path for file in raw_files() if file.kind == "collected"}
    bare = _parents(entry) & by_hand
    for other in catalogue().values():
        bare -= _parents(other) if _address_columns(other) else set()
    return [f"figures collected by hand without an address: {sorted(bare)}"] if bare else []


def _parents(entry: Entry) -> set[str]:
    return {parent["path"] for parent in entry.get("parents", ())}


def check_folder() -> list[str]:
    """Files of data/ that the catalogue does not name, links, entries that clash or lie elsewhere
    or that a client of the standard would misread, raw files of unknown origin. What a killed build
    left is removed first. A reference file changed together with its hash is not seen here.
    """
    for folder in (DATA, DATA / "tidy"):
        with suppress(OSError):  # a checkout that cannot be written to has none of our own
            swept(folder)
    package = read_package()
    entries = package["resources"]
    faults, files = [], set()
    for path in sorted(DATA.rglob("*")):
        place = path.relative_to(DATA).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            faults.append(f"data/{place} is {'a link' if path.is_symlink() else 'no file'}")
        if path.is_file() and not UNFINISHED.fullmatch(path.name):
            files.add(place)
    paths, names = (Counter(entry[key] for entry in entries) for key in ("path", "name"))
    stray = sorted(files - set(paths) - UNLISTED)
    faults += [f"data/{p} is not in the catalogue" for p in stray if not p.startswith(VERDICTS)]
    faults += [f"data/{path} is named by {n} entries" for path, n in paths.items() if n > 1]
    faults += [f"{path!r} is no place for a table" for path in paths if not PLACE.fullmatch(path)]
    faults += [f"{n} entries are named {name}" for name, n in names.items() if n > 1]
    for entry in entries:
        faults += [f"{entry['name']}: {fault}" for fault in _standard_faults(entry, package)]
    known = {file.path: file.sha256 for file in raw_files()}
    for entry in entries:
        faults += [f"{entry['name']}: raw file {fault}" for fault in _parent_faults(entry, known)]
    return faults


def _standard_faults(entry: Entry, package: Entry) -> list[str]:
    """What a client that knows only the Data Package standard would be told wrongly."""
    faults = [
        f"'{key}' differs from the records of its sources; `make data` writes it"
        for key, said in standard(entry, package).items()
        if entry.get(key) != said
    ]
    hashed = entry.get("hash", "").startswith(ALGORITHM)
    return faults if hashed else [*faults, f"the hash does not begin with {ALGORITHM}"]


def _parent_faults(entry: Entry, known: dict[str, str]) -> list[str]:
    """Raw files that are not those of the list; a fetched vintage has its own record of whence and
    when, and only planned tables are built from one.
    """
    parents = entry.get("parents", [])
    named = Counter(parent["path"] for parent in parents)
    faults = [f"{path} is named twice" for path, count in named.items() if count > 1]
    for parent in parents:
        feed, *rest = parent["path"].split("/")
        fetched = entry["name"] in PLANNED and feed in FEEDS and len(rest) == 2
        if not fetched and known.get(parent["path"]) != parent["sha256"]:
            faults.append(f"{parent['path']} is not the one in data/reference/raw_files.csv")
    return faults


def catalogue_digest() -> str:
    """SHA-256 of data/datapackage.json, which holds the hash of every other file of data/."""
    return sha256(CATALOGUE)


def check_corrections() -> list[str]:
    """Corrections and exceptions that name no table or column, are written in another form, or give
    no reason.
    """
    return [
        f"data/corrections/{file} line {number}: {fault}"
        for file in ("corrections.csv", "exceptions.csv")
        for number, row in enumerate(text_table(corrections.FOLDER / file).to_dict("records"), 2)
        for fault in _correction_faults(row)
    ]


def _correction_faults(row: Mapping[Any, str]) -> list[str]:
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
