"""The catalogue as a client reads it that knows the Data Package standard and nothing of Ballast.

Of a long table this reads every kind of row, since the validator takes ten minutes and more for
all: `.venv/bin/frictionless validate data/datapackage.json` reads every row of every table.
"""

import json

import pandas as pd
import pytest
from frictionless import Package, Resource

from analysis.paths import CATALOGUE
from analysis.tables import load, store
from analysis.tables.catalogue import read_package

LONG = 1000
"""Rows above which a table is sampled."""


def test_the_package_and_every_planned_table_are_well_described():
    described = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    tables = described["resources"] + described["planned"]
    assert list(Package.metadata_validate(described | {"resources": tables})) == []


@pytest.mark.parametrize("entry", read_package()["resources"], ids=lambda entry: entry["name"])
def test_a_table_is_valid_for_the_standards_own_validator(entry, tmp_path):
    frame, folder = load(entry["name"]), CATALOGUE.parent
    if len(frame) > LONG:
        store.write(of_every_kind(frame), tmp_path / entry["path"])
        entry = {key: entry[key] for key in entry.keys() - {"hash", "rows"}}
        folder = tmp_path
    report = Resource.from_descriptor(entry, basepath=str(folder)).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []


def of_every_kind(frame):
    """Rows that are spread over a table, those with its extremes, and one for each set of gaps."""
    spread = frame.index[:: len(frame) // LONG + 1]
    numbers = frame.select_dtypes("number").dropna(axis="columns", how="all")
    gaps = (frame.isna() | (frame == "")).drop_duplicates().index
    parts = [spread, gaps, pd.Index(numbers.idxmin()), pd.Index(numbers.idxmax())]
    return frame.loc[sorted({row for part in parts for row in part})].reset_index(drop=True)
