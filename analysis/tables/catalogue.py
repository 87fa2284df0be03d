"""The catalogue of data files (data/datapackage.json), and the schema of each table."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.cleaning.checks import MOST_SHOWN, offenders
from analysis.countries import countries
from analysis.errors import CoverageError, DataFileError, ParameterError, did_you_mean
from analysis.paths import CATALOGUE, DATA
from analysis.sources import package as package_file

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

Entry = dict[str, Any]

PLACE = re.compile(r"(tidy|reference|corrections)/[A-Za-z0-9_]+\.(csv|parquet)")
ALGORITHM = "sha256:"
"""What the standard puts before a file's hash."""
DTYPES = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}
"""Table Schema types and how pandas holds them; an integer column that may be missing is Int64."""


class UnknownTableError(CoverageError, ParameterError):
    """A table that is not in the catalogue."""


def read_package() -> Entry:
    """The catalogue file as it stands, checked as in ``analysis.sources.package``."""
    return package_file.read_package(CATALOGUE)


@cache
def catalogue() -> dict[str, Entry]:
    """Every data file by name, as Data Package resources, each with the records of its sources."""
    package = read_package()
    return {entry["name"]: _with_sources(entry, package) for entry in package["resources"]}


def planned() -> dict[str, Entry]:
    """Entries of the tables that wait for a fetched vintage and are not in data/ yet, by name."""
    package = read_package()
    waiting = [e for e in package.get("planned", ()) if e["name"] not in catalogue()]
    return {entry["name"]: _with_sources(entry, package) for entry in waiting}


def _with_sources(entry: Entry, package: Entry) -> Entry:
    """An entry with all facts about each source, the terms of them all, and its file's sha256."""
    records = _records(entry, package)
    return entry | {
        "sources": records,
        "licence": " / ".join(dict.fromkeys(record["licence"] for record in records)),
        "sha256": entry.get("hash", "").removeprefix(ALGORITHM),
    }


def _records(entry: Entry, package: Entry) -> list[Entry]:
    """The package's record of each source that an entry names, titled with its producer."""
    known = {record["name"]: record for record in package["sources"]}
    named = [source["name"] for source in entry["sources"]]
    if unknown := [name for name in named if name not in known]:
        raise DataFileError(
            f"table '{entry['name']}' names the sources {unknown}, which are not described",
            do="describe each under 'sources' in data/datapackage.json",
        )
    return [
        record
        | {
            "title": f"{record['producer']}: {record['title']}",
            "licence": " / ".join(terms["title"] for terms in record["licenses"]),
        }
        for record in map(known.__getitem__, named)
    ]


def standard(entry: Entry, package: Entry) -> Entry:
    """What a client that knows only the Data Package standard reads of a table's origin: type,
    sources and licenses, all from the package's records of the sources.
    """
    records = _records(entry, package)
    licenses = [terms for record in records for terms in record["licenses"]]
    return {
        "type": "table",
        "sources": [{key: record[key] for key in ("name", "title", "path")} for record in records],
        "licenses": [terms for at, terms in enumerate(licenses) if terms not in licenses[:at]],
    }


def lineage(entry: Entry) -> str:
    """SHA-256 of a table's name, values and raw files together: none can be exchanged alone."""
    parts = [entry["name"], entry.get("content_hash"), entry.get("parents")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def describe(table: str) -> Entry:
    """Catalogue entry of a table: fields with units, basis, sources, licence, parents, sha256.

    A CoverageError if there is none; it suggests near matches, or says how to get a planned table.
    """
    table = table if isinstance(table, str) else repr(table)
    if table in catalogue():
        return catalogue()[table]
    if waiting := planned().get(table):
        raise CoverageError(
            f"table '{table}' ({waiting['title']}) is not in data/: it is built from a vintage that"
            " only a machine with a network can fetch",
            do=waiting["how"],
        )
    raise UnknownTableError(
        f"there is no table '{table}'",
        allowed=", ".join(sorted(catalogue())),
        do=did_you_mean(table, catalogue()) or "see data/datapackage.json",
    )


def entry_of(table: str) -> Entry:
    """Entry of a table whether it is in data/ or only planned."""
    return catalogue().get(table) or planned().get(table) or describe(table)


def file_of(table: str) -> Path:
    """Path of a table's file; a DataFileError for a place outside the folders of tables."""
    path = str(describe(table)["path"])
    if not PLACE.fullmatch(path):
        raise DataFileError(
            f"table '{table}' has the path {path!r}",
            allowed="a file of tidy/, reference/ or corrections/",
            do="git checkout -- data/datapackage.json",
        )
    return DATA / path


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pandas_dtypes(table: str) -> dict[str, str]:
    """How each column is held in memory."""
    return {field["name"]: _dtype(field) for field in entry_of(table)["schema"]["fields"]}


def _dtype(field: Entry) -> str:
    required = field.get("constraints", {}).get("required", False)
    return "Int64" if field["type"] == "integer" and not required else DTYPES[field["type"]]


def schema(table: str) -> DataFrameSchema:
    """The pandera schema of a table: types, required and allowed values, bounds, patterns (of the
    whole value) and key. A text that is missing is '' and never NaN.
    """
    import pandera.pandas as pa

    def column(field: Entry) -> Any:
        limits = field.get("constraints", {})
        required, is_text = limits.get("required", False), field["type"] == "string"
        plain: Any = {"enum": pa.Check.isin, "minimum": pa.Check.ge, "maximum": pa.Check.le}
        checks = [check(limits[limit]) for limit, check in plain.items() if limit in limits]
        if is_text and required:
            checks.append(pa.Check(lambda texts: texts != "", error="not empty"))
        if field["unit"] == "ISO3":
            checks.append(pa.Check.isin([*countries().index, ""], error="a code of countries.csv"))
        if pattern := limits.get("pattern"):
            said = f"pattern '{pattern}'"
            checks.append(pa.Check(lambda texts: texts.str.fullmatch(pattern), error=said))
        return pa.Column(_dtype(field), checks, nullable=not (required or is_text))

    entry = entry_of(table)["schema"]
    columns = {field["name"]: column(field) for field in entry["fields"]}
    return pa.DataFrameSchema(
        columns, unique=entry["primaryKey"], strict=True, ordered=True, name=table
    )


def validated(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The frame itself, if it satisfies the table's schema; otherwise a DataFileError lists every
    column that breaks a rule, with the keys of the rows.
    """
    import pandera.errors

    key = entry_of(table)["schema"]["primaryKey"]
    try:
        return schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        broken = problem.failure_cases.groupby(["column", "check"], dropna=False, sort=False)
        faults = "; ".join(
            f"{column}: {check} fails for {_shown(frame, column, cases, key)}"
            for (column, check), cases in broken
        )
        raise DataFileError(
            f"table '{table}' breaks its schema in data/datapackage.json: {faults}",
            do="mend the data or, if the schema is wrong, the catalogue; if 'NA' (Namibia) may be"
            " among the codes, read the file with keep_default_na=False, and leave totals with the"
            " world out",
        ) from problem


def _shown(frame: pd.DataFrame, column: str, cases: pd.DataFrame, key: list[str]) -> str:
    """The rows that break a rule, by key, or what pandera names where they are no rows."""
    rows = frame.loc[cases["index"].dropna().unique()]
    if rows.empty:
        return str(list(cases["failure_case"])[:MOST_SHOWN])
    shown = dict.fromkeys([*key, column])
    return offenders(rows, [name for name in shown if name in frame])
