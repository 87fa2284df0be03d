"""Rules on goods at, above and below their thresholds, and what goes into them."""

import pytest

from analysis.claims.goods import (
    appetite,
    changes_of_appetite,
    cited,
    energy_by_supplier,
    key_supplier,
    rank_in_energy,
    western_chips,
)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (10.0, 33.3, "holds with caveats"), (10.0, 33.2, "does not hold"), (40.0, 40.0, "does not hold"),
        (60.0, 50.0, "does not hold"), (None, 33.3, "holds with caveats"), (None, 33.2, "does not hold"),
    ],
)  # fmt: skip
def test_key_supplier(first, last, label):
    assert key_supplier(first, last, least_pct=33.3) == label


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ((0.1, 0.1, 0.1), "evidence against"), ((0.0, 0.1, 0.1), "mixed"), ((0.0, -1.0, 0.1), "evidence for"),
        ((-1.0, -1.0, -1.0), "evidence for"),
    ],
)  # fmt: skip
def test_appetite(changes, label):
    assert appetite(dict(zip("abc", changes, strict=True))) == label


@pytest.mark.parametrize(
    ("share", "label"),
    [
        (33.3, "holds with caveats"), (33.2, "cannot be tested here"), (10.0, "cannot be tested here"),
        (9.9, "does not hold"),
    ],
)  # fmt: skip
def test_western_chips(share, label):
    assert western_chips(share, least_pct=33.3, lowest_pct=10) == label


@pytest.mark.parametrize(("fuel", "rank"), [("crude", 1), ("coal", 2), ("pipeline_gas", 2), ("lng", 3)])
def test_ranks_by_fuel_in_2023(fuel, rank):
    assert rank_in_energy(2023, fuel=fuel) == rank


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021, 2022, 2023])
def test_russia_is_first_in_energy_content_of_all_fuels(year):
    assert rank_in_energy(year) == 1
    assert energy_by_supplier(year).is_monotonic_decreasing


def test_appetite_at_the_time_of_the_essay_and_since():
    before, since = changes_of_appetite(latest=False), changes_of_appetite()
    assert min(before.values()) > 0
    assert since["crude, 2025"] == pytest.approx(-7.14)
    assert since["cars, 2025"] == pytest.approx(100 * (8.46 / 15.2 - 1))


def test_a_cited_series_keeps_its_publishers_and_order():
    rows = cited("Chinese brands share of Russian new-car market")
    assert rows.year.is_monotonic_increasing
    assert rows.publisher.ne("").all()
