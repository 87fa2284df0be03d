"""Rules on goods at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims import goods
from analysis.claims.goods import (
    Ends,
    appetite,
    changes_of_appetite,
    chips_of_the_west,
    cited,
    ends,
    energy_by_supplier,
    key_supplier,
    rank_in_energy,
    western_chips,
)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (10.0, 33.3, "holds with caveats"), (10.0, 33.2, "does not hold"), (40.0, 40.0, "does not hold"),
        (60.0, 50.0, "does not hold"), (None, 33.3, "cannot be tested here"), (None, 33.2, "does not hold"),
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


@pytest.mark.parametrize(
    ("fuel", "rank"), [("crude", 1), ("coal", 2), ("pipeline_gas", 2), ("lng", 3)]
)
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


@pytest.mark.parametrize(
    "judge", [goods.judge_machinery, goods.judge_cars, goods.judge_electronics]
)
def test_a_share_of_one_year_never_counts_as_a_rise(judge):
    verdict = judge()
    for variant in verdict.variants:
        assert ("one year only" in variant.measured) == (variant.label == "cannot be tested here")


@pytest.mark.parametrize(
    ("shares", "label"),
    [
        ((20.0, 33.3), "holds with caveats"),
        ((20.0, 33.2), "does not hold"),
        ((33.3, 33.3), "does not hold"),
    ],
)
@pytest.mark.parametrize(
    "judge", [goods.judge_machinery, goods.judge_cars, goods.judge_electronics]
)
def test_the_judges_of_cited_shares_can_give_each_label(judge, shares, label, monkeypatch):
    monkeypatch.setattr(goods, "ends", lambda first, last: Ends(*shares))
    assert judge().label == label


def test_two_publishers_of_one_series_are_named():
    rows = pd.DataFrame({"value": [9.0, 25.0, 48.0], "publisher": ["A via B", "A", "C (D)"]})
    assert str(ends(rows, rows.iloc[:2])) == "9 % to 25 %"
    assert str(ends(rows, rows)) == "9 % to 48 % (A and C joined)"


def test_the_share_of_western_chips_lies_within_what_rounding_allows():
    share, low, high = chips_of_the_west()
    assert (round(low), round(share), round(high)) == (54, 59, 64)


@pytest.mark.parametrize(
    ("share", "label"),
    [(33.3, "holds with caveats"), (33.2, "cannot be tested here"), (9.9, "does not hold")],
)
def test_the_judge_of_chips_can_give_each_label(share, label, monkeypatch):
    monkeypatch.setattr(goods, "chips_of_the_west", lambda: (share, share, share))
    assert goods.judge_chips().label == label


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ((0.0, 0.0, 1.0), "evidence for"),
        ((0.0, 1.0, 1.0), "mixed"),
        ((1.0, 1.0, 1.0), "evidence against"),
    ],
)
def test_the_judge_of_appetite_can_give_each_label(changes, label, monkeypatch):
    found = dict(
        zip(("share of energy, 2022-23", "crude, 2025", "cars, 2025"), changes, strict=True)
    )
    monkeypatch.setattr(goods, "changes_of_appetite", lambda **options: found)
    assert goods.judge_appetite().label == label
