import pytest

from analysis.tables.catalogue import catalogue, file_of, planned
from analysis.tables.check import check_corrections, check_folder, check_table
from analysis.tables.recipes import PLANNED, RECIPES

LARGE_BYTES = 5_000_000


def size(table):
    return file_of(table).stat().st_size


TABLES = [
    pytest.param(name, marks=pytest.mark.slow) if size(name) > LARGE_BYTES else name
    for name in catalogue()
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_described_cited_addressed_and_valid(table):
    assert check_table(table) == []


def test_every_file_is_listed_and_every_parent_known():
    assert check_folder() == []


def test_every_correction_is_well_formed():
    assert check_corrections() == []


def test_every_tidy_table_has_a_recipe():
    tidy = {name for name, entry in catalogue().items() if entry["path"].startswith("tidy/")}
    assert tidy - set(PLANNED) == set(RECIPES)
    assert set(planned()) | tidy == set(RECIPES) | set(PLANNED)


def test_the_data_stay_small():
    assert sum(map(size, catalogue())) < 40_000_000
