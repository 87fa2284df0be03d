"""Rules on the border at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims.border import (
    _uneven,
    around,
    both_listed,
    calmer,
    disputes_of,
    grows,
    halves,
    settled,
)
from analysis.measures.events import compare_rates


@pytest.mark.parametrize(
    ("disputes", "complete", "label"),
    [
        (0, True, "holds"),
        (0, False, "holds with caveats"),
        (1, True, "does not hold"),
        (1, False, "does not hold"),
    ],
)
def test_settled(disputes, complete, label):
    assert settled(disputes, complete=complete) == label


@pytest.mark.parametrize(
    ("later", "earlier", "p", "label"),
    [
        (2.0, 1.0, 0.10, "holds"), (2.0, 1.0, 0.11, "holds with caveats"), (1.0, 1.0, 0.01, "does not hold"),
        (0.5, 1.0, 0.9, "does not hold"),
    ],
)  # fmt: skip
def test_grows(later, earlier, p, label):
    assert grows(later, earlier, p, limit=0.1) == label


@pytest.mark.parametrize(
    ("mediterranean", "bombers", "label"),
    [
        (0, 0, "does not hold"),
        (1, 0, "holds with caveats"),
        (0, 3, "holds with caveats"),
        (1, 1, "holds"),
    ],
)
def test_both_listed(mediterranean, bombers, label):
    assert both_listed(mediterranean, bombers) == label


@pytest.mark.parametrize(
    ("before", "after", "p", "label"),
    [
        (1.0, 0.2, 0.10, "evidence for"), (1.0, 0.2, 0.11, "mixed"), (1.0, 1.0, 0.5, "mixed"),
        (0.2, 1.0, 0.99, "evidence against"),
    ],
)  # fmt: skip
def test_calmer(before, after, p, label):
    assert calmer(before, after, p, limit=0.1) == label


def test_halves_split_a_span_in_the_middle_and_leave_out_what_lies_beyond():
    days = pd.Series(["2019-01-01", "2020-12-31", "2021-01-02", "2023-06-01", "2024-01-01"])
    found = halves(days, first="2019-01-01", last="2023-01-01")
    assert (found.first.count, found.second.count) == (1, 2)
    assert found.first.exposure == pytest.approx(2.0, abs=0.01)


def test_the_year_of_the_cut_belongs_to_the_time_before():
    disputes = pd.DataFrame({"start_year": [1950, 1991, 1992]})
    found = around(disputes, first=1950, cut=1991, last=2014)
    assert (found.first.count, found.first.exposure) == (2, 42)
    assert (found.second.count, found.second.exposure) == (1, 23)


def test_disputes_of_the_pair_are_nineteen_either_way_round_and_the_last_over_territory_began_in_1986():
    disputes = disputes_of("RUS", "CHN")
    assert len(disputes) == len(disputes_of("CHN", "RUS")) == 19
    assert disputes[disputes.start_year > 1986].start_year.tolist() == [1993, 1994, 2009, 2012]
    assert disputes[disputes.territorial].start_year.max() == 1986


@pytest.mark.parametrize(("limit", "split"), [(0.1, "8 to 2"), (0.05, "9 to 1"), (0.4, "6 to 4")])
def test_ten_events_in_two_equal_halves_must_split_unevenly_to_be_told_from_chance(limit, split):
    assert _uneven(compare_rates((6, 3.5), (4, 3.5), alternative="greater"), limit) == split
