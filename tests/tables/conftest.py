import json

import pandas as pd
import pytest

from analysis.sources.carriers import raw_files
from analysis.tables import build, check, store
from analysis.tables import catalogue as catalogue_function
from analysis.tables.catalogue import lineage, sha256


def field(name, kind, **constraints):
    return {
        "name": name,
        "type": kind,
        "description": name,
        "unit": "none",
        "basis": "none",
        "constraints": constraints,
    }


FIELDS = [
    field("pair", "string", required=True, pattern="[A-Z]{3}"),
    field("year", "integer", required=True, minimum=1990, maximum=2030),
    field("usd", "number", minimum=0),
    field("months", "integer"),
    field("flag", "boolean", required=True),
]
FRAME = pd.DataFrame(
    {
        "pair": pd.array(["CHN", "CHN", "KAZ"], dtype="str"),
        "year": [2023, 2024, 2024],
        "usd": [1.25, float("nan"), 0.1],
        "months": pd.array([12, None, 3], dtype="Int64"),
        "flag": [True, False, False],
    }
)
RAW = raw_files()[0]
SOURCE = {
    "name": "maker",
    "producer": "Maker",
    "title": "Figures",
    "path": "https://example.org",
    "citation": "Maker. Figures.",
    "licenses": [{"name": "CC0-1.0", "title": "CC0"}],
}


def entry(name, suffix, frame, path):
    return {
        "name": name,
        "path": f"tidy/{name}.{suffix}",
        "title": name,
        "description": "Synthetic.",
        "format": suffix,
        "type": "table",
        "sources": [{"name": "maker", "title": "Maker: Figures", "path": "https://example.org"}],
        "licenses": SOURCE["licenses"],
        "schema": {"fields": FIELDS, "primaryKey": ["pair", "year"]},
        "content_hash": store.content_hash(frame, keys=["pair", "year"]),
        "parents": [],
        "rows": len(frame),
        "hash": f"sha256:{sha256(path)}",
    }


def package(entries):
    """A catalogue of such entries, each of them bound to its raw files."""
    for described in entries:
        described["lineage"] = lineage(described)
    about = {"title": "Synthetic", "description": "Synthetic.", "version": "1", "licenses": []}
    return about | {"sources": [SOURCE], "resources": entries}


@pytest.fixture
def frame():
    """Three rows with a missing number, a missing integer and a flag."""
    return FRAME.copy()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A data folder of two synthetic tables ('small' as CSV, 'large' as Parquet) in place of the
    project's own."""
    folder = tmp_path / "data"
    for name, suffix in (("small", "csv"), ("large", "parquet")):
        store.write(FRAME, folder / "tidy" / f"{name}.{suffix}")
    entries = [
        entry(n, s, FRAME, folder / "tidy" / f"{n}.{s}")
        for n, s in (("small", "csv"), ("large", "parquet"))
    ]
    listed = folder / "datapackage.json"
    listed.write_text(json.dumps(package(entries)))
    module = __import__("sys").modules[catalogue_function.__module__]
    for place in (module, build, check):
        monkeypatch.setattr(place, "DATA", folder)
    for place in (module, build, check):
        monkeypatch.setattr(place, "CATALOGUE", listed)
    catalogue_function.cache_clear()
    yield folder
    catalogue_function.cache_clear()


@pytest.fixture
def sound(project):
    """The same folder, each table with a raw file of the list as its parent: without a fault."""
    listed = project / "datapackage.json"
    entries = json.loads(listed.read_text())["resources"]
    for described in entries:
        described["parents"] = [{"path": RAW.path, "sha256": RAW.sha256}]
    listed.write_text(json.dumps(package(entries)))
    catalogue_function.cache_clear()
    return project
