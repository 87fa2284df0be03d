"""The catalogue as a client reads it that knows the Data Package standard and nothing of Ballast.

A thousand rows of each table are read here, which is all of most; `frictionless validate
data/datapackage.json` reads every row of all, and takes over ten minutes.
"""

import json

import pytest
from frictionless import Package

from analysis.paths import CATALOGUE

ROWS_READ = 1000
PACKAGE = Package(str(CATALOGUE))


def test_the_package_and_every_planned_table_are_well_described():
    described = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    tables = described["resources"] + described["planned"]
    assert list(Package.metadata_validate(described | {"resources": tables})) == []


@pytest.mark.parametrize("table", PACKAGE.resource_names)
def test_a_table_is_valid_for_the_standards_own_validator(table):
    report = PACKAGE.get_resource(table).validate(limit_rows=ROWS_READ)
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
