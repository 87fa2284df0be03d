"""The catalogue of data files (data/datapackage.json), and the schema that each table must
satisfy.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.cleaning.checks import MOST_SHOWN, offenders
from analysis.countries import countries
from analysis.errors import CoverageError, DataFileError, did_you_mean
from analysis.paths import CATALOGUE, DATA
from analysis.sources import package as package_file

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

PLACE = re.compile(r"(tidy|reference|corrections)/[A-Za-z0-9_]+\.(csv|parquet)")
ALGORITHM = "sha256:"
"""What the standard puts before a file's hash."""
DTYPES = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}
"""Table Schema types and how pandas holds them; an integer column that may be missing is Int64."""


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every data file by name, as Data Package resources, each with the records of its sources.

    Raises
    ------
    DataFileError
        As in ``read_package``, or if an entry names a source that the catalogue does not describe.
    """
    package = read_package()
    return {entry["name"]: _with_sources(entry, package) for entry in package["resources"]}


def _with_sources(entry: dict[str, Any], package: dict[str, Any]) -> dict[str, Any]:
    """An entry with all facts about each source, the terms of them all, and its file's hash without
    the name of the algorithm.
    """
    records = _records(entry, package)
    licences = dict.fromkeys(record["licence"] for record in records)
    return entry | {
        "sources": records,
        "licence": " / ".join(licences),
        "sha256": entry.get("hash", "").removeprefix(ALGORITHM),
    }


def _records(entry: dict[str, Any], package: dict[str, Any]) -> list[dict[str, Any]]:
    """The package's record of each source that an entry names, titled with its producer."""
    known = {record["name"]: record for record in package["sources"]}
    named = [source["name"] for source in entry["sources"]]
    if unknown := [name for name in named if name not in known]:
        raise DataFileError(
            f"table '{entry['name']}' names the sources {unknown}, which are not described",
            do="describe each under 'sources' in data/datapackage.json",
        )
    return [
        known[name]
        | {
            "title": f"{known[name]['producer']}: {known[name]['title']}",
            "licence": " / ".join(terms["title"] for terms in known[name]["licenses"]),
        }
        for name in named
    ]


def standard(entry: dict[str, Any], package: dict[str, Any]) -> dict[str, Any]:
    """What a client that knows only the Data Package standard reads of a table's origin.

    Returns
    -------
    dict with type, sources (name, title and path of each) and licenses (each once), all from the
    package's records of the sources.

    Raises
    ------
    DataFileError
        If the entry names a source that the package does not describe.
    """
    records = _records(entry, package)
    licenses = [terms for record in records for terms in record["licenses"]]
    return {
        "type": "table",
        "sources": [{key: record[key] for key in ("name", "title", "path")} for record in records],
        "licenses": [terms for at, terms in enumerate(licenses) if terms not in licenses[:at]],
    }


def planned() -> dict[str, dict[str, Any]]:
    """Entries of the tables that wait for a fetched vintage and are not in data/ yet, by name."""
    return {
        entry["name"]: entry for entry in _planned(CATALOGUE) if entry["name"] not in catalogue()
    }


@cache
def _planned(path: Path) -> list[dict[str, Any]]:
    package = package_file.read_package(path)
    return [_with_sources(entry, package) for entry in package.get("planned", ())]


def read_package() -> dict[str, Any]:
    """The catalogue file as it stands, checked as in ``analysis.sources.package``."""
    return package_file.read_package(CATALOGUE)


def lineage(entry: dict[str, Any]) -> str:
    """SHA-256 of a table's name, values and raw files together, so that none can be exchanged
    alone.
    """
    parts = [entry["name"], entry.get("content_hash"), entry.get("parents")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def describe(table: str) -> dict[str, Any]:
    """Catalogue entry of a table: fields with units, basis, sources, licence, parents, sha256.

    Raises
    ------
    CoverageError
        If there is no such table; the message suggests near matches, or says how to get a planned
        table.
    """
    table = table if isinstance(table, str) else repr(table)
    if table in planned():
        raise CoverageError(
            f"table '{table}' ({planned()[table]['title']}) is not in data/: it is built from a"
            " vintage that only a machine with a network can fetch",
            do=planned()[table]["how"],
        )
    if table not in catalogue():
        raise CoverageError(
            f"there is no table '{table}'",
            allowed=", ".join(sorted(catalogue())),
            do=did_you_mean(table, catalogue()) or "see data/datapackage.json",
        )
    return catalogue()[table]


def entry_of(table: str) -> dict[str, Any]:
    """Entry of a table whether it is in data/ or only planned."""
    return planned().get(table) or describe(table)


def file_of(table: str) -> Path:
    """Path of a table's file.

    Raises
    ------
    DataFileError
        If the catalogue names a place outside the folders of tables.
    """
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


def _dtype(field: dict[str, Any]) -> str:
    required = field.get("constraints", {}).get("required", False)
    return "Int64" if field["type"] == "integer" and not required else DTYPES[field["type"]]


def schema(table: str) -> DataFrameSchema:
    """The pandera schema that a table must satisfy, built from its catalogue entry.

    Types, required values, allowed values, bounds, patterns and the primary key come from the
    catalogue, read as the standard says: a pattern matches the whole value, and a text that is
    required is not empty. A text that is missing is '' and never NaN.
    """
    import pandera.pandas as pa

    entry = entry_of(table)["schema"]
    columns = {field["name"]: _column(pa, field) for field in entry["fields"]}
    return pa.DataFrameSchema(
        columns, unique=entry["primaryKey"], strict=True, ordered=True, name=table
    )


def _column(pa: Any, field: dict[str, Any]) -> Any:
    limits = field.get("constraints", {})
    required, is_text = limits.get("required", False), field["type"] == "string"
    checks = []
    if is_text and required:
        checks.append(pa.Check(lambda texts: texts != "", error="not empty"))
    if "enum" in limits:
        checks.append(pa.Check.isin(limits["enum"]))
    if "minimum" in limits:
        checks.append(pa.Check.ge(limits["minimum"]))
    if "maximum" in limits:
        checks.append(pa.Check.le(limits["maximum"]))
    if "pattern" in limits:
        pattern = limits["pattern"]
        whole = pa.Check(lambda texts: texts.str.fullmatch(pattern), error=f"pattern '{pattern}'")
        checks.append(whole)
    return pa.Column(_dtype(field), checks, nullable=not (required or is_text))


def validated(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The frame itself, once it is shown to satisfy the table's schema.

    Raises
    ------
    DataFileError
        Listing every column that breaks a rule, with the keys of the rows; before that, missing
        keys, counted, and codes that are no country, such as those of the world.
    """
    import pandera.errors

    if missing := _key_faults(frame, entry_of(table)["schema"]):
        raise DataFileError(
            f"table '{table}' has {'; '.join(missing)}",
            allowed="a value in every key, and codes of data/reference/countries.csv",
            do="read the file with keep_default_na=False if 'NA' (Namibia) may be among the codes,"
            " and leave totals with the world out",
        )
    try:
        return schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        broken = problem.failure_cases.groupby(["column", "check"], dropna=False, sort=False)
        faults = "; ".join(
            f"{column}: {check} fails for {_shown(frame, column, cases, table)}"
            for (column, check), cases in broken
        )
        raise DataFileError(
            f"table '{table}' breaks its schema in data/datapackage.json: {faults}",
            do="mend the data or, if the schema is wrong, the catalogue",
        ) from problem


def _key_faults(frame: pd.DataFrame, entry: dict[str, Any]) -> list[str]:
    """Missing keys by column, and codes in columns of countries that are none."""
    faults = []
    for key in entry["primaryKey"]:
        if key in frame and (missing := int(frame[key].isna().sum())):
            faults.append(f"{missing:,} rows without {key}")
    known = {*countries().index, ""}
    coded = [field["name"] for field in entry["fields"] if field["unit"] == "ISO3"]
    for column in frame.columns.intersection(coded):
        if strange := sorted(set(frame[column].dropna()) - known):
            faults.append(f"{column} {strange[:MOST_SHOWN]}, no ISO3 codes")
    return faults


def _shown(frame: pd.DataFrame, column: str, cases: pd.DataFrame, table: str) -> str:
    """The rows that break a rule, by key, or what pandera names where they are no rows."""
    keys = [key for key in entry_of(table)["schema"]["primaryKey"] if key in frame]
    rows = frame.loc[cases["index"].dropna().unique()]
    if rows.empty:
        return str(list(cases["failure_case"])[:MOST_SHOWN])
    return offenders(rows, [*keys, *([column] if column in frame and column not in keys else [])])
