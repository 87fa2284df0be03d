"""Rules on outlook and clubs at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims.clubs import accomplished, intensity_changes
from analysis.claims.forums import broad_support, joint_vetoes, respectful
from analysis.claims.outlook import (
    agreement_table,
    changes_on_joining,
    coordinates,
    half_hearted,
    mean_interval,
    place,
    shared_outlook,
    south_on_ukraine,
    votes_with_year,
    yearly_agreement,
)
from analysis.errors import CoverageError


@pytest.mark.parametrize(
    ("contested", "recurring", "label"),
    [
        (0.10, 0.10, "holds"), (0.11, 0.01, "holds with caveats"), (0.25, 0.25, "holds with caveats"),
        (0.26, 0.01, "does not hold"), (0.01, 0.26, "does not hold"),
    ],
)  # fmt: skip
def test_shared_outlook(contested, recurring, label):
    assert shared_outlook(contested, recurring, top=0.10, near=0.25) == label


@pytest.mark.parametrize(
    ("split", "joint", "either", "label"),
    [
        (24.9, 6, 10, "evidence for"), (24.9, 5, 10, "mixed"), (25.0, 9, 10, "mixed"), (50.0, 9, 10, "mixed"),
        (50.1, 9, 10, "evidence against"),
    ],
)  # fmt: skip
def test_respectful(split, joint, either, label):
    assert respectful(split, joint, either, few=25, many=50) == label


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        (61, 61, "holds with caveats"), (60, 90, "cannot be tested here"), (50, 90, "cannot be tested here"),
        (49.9, 90, "does not hold"),
    ],
)  # fmt: skip
def test_broad_support(one, other, label):
    assert broad_support({"a": one, "b": other}, high=60, low=50) == label


@pytest.mark.parametrize(
    ("mean", "low", "label"),
    [
        (0.02, 0.001, "holds"),
        (0.02, 0.0, "holds with caveats"),
        (0.0, -0.1, "does not hold"),
        (-0.1, -0.2, "does not hold"),
    ],
)
def test_coordinates(mean, low, label):
    assert coordinates(mean, low) == label


@pytest.mark.parametrize(
    ("against", "neither", "with_russia", "label"),
    [
        (0.4, 0.51, 0.09, "evidence for"), (0.4, 0.5, 0.1, "mixed"), (0.51, 0.4, 0.09, "evidence against"),
        (0.09, 0.4, 0.51, "evidence against"),
    ],
)  # fmt: skip
def test_half_hearted(against, neither, with_russia, label):
    assert half_hearted(against, neither, with_russia) == label


@pytest.mark.parametrize(
    ("mean", "low", "label"),
    [
        (0.2, 0.01, "evidence against"),
        (0.2, 0.0, "mixed"),
        (0.0, -0.1, "evidence for"),
        (-0.2, -0.4, "evidence for"),
    ],
)
def test_accomplished(mean, low, label):
    assert accomplished(mean, low) == label


def test_a_mean_lies_in_its_interval():
    mean, low, high = mean_interval(pd.Series([0.0, 1.0, 2.0]))
    assert (mean, low + high) == (1.0, pytest.approx(2.0))
    assert high - mean == pytest.approx(2.92 / 3**0.5, abs=0.01)


def test_known_answers():
    assert yearly_agreement("RUS").loc[[1993, 2024, 2025], "CHN"].round(3).tolist() == [
        0.629,
        0.764,
        0.870,
    ]
    us = votes_with_year().query("iso3 == 'USA' and year == 2025").vote
    assert (len(us), (us == 3).sum()) == (184, 169)
    assert joint_vetoes(1946, 1971)[0] == 0


def test_the_index_of_a_pair_is_the_same_from_both_sides_and_the_rank_is_not():
    ours, theirs = (
        place("RUS", "CHN", 2020, 2024, "contested"),
        place("CHN", "RUS", 2020, 2024, "contested"),
    )
    assert ours[2] == pytest.approx(theirs[2])
    assert ours[0] < theirs[0]
    assert agreement_table("RUS", 2020, 2024, "contested")["rank"].min() == 1


def test_a_state_that_never_voted_is_said_to_be_missing():
    with pytest.raises(CoverageError, match="shared fewer than 30"):
        place("RUS", "TWN", 2020, 2024, "all")


@pytest.mark.parametrize("kind", ["all", "contested", "recurring"])
def test_years_in_the_wrong_order_are_said_to_hold_none(kind):
    said = "no year lies between 2021 and 1993; choose a first year no later than the last."
    with pytest.raises(CoverageError, match=said):
        place("RUS", "CHN", 2021, 1993, kind)


def test_shares_of_the_south_add_up_and_russia_is_not_in_it():
    table = south_on_ukraine()
    assert table.sum(axis=1).tolist() == pytest.approx([1.0] * len(table))
    assert (table >= 0).all().all()
    assert len(table) >= 10


def test_founders_and_the_two_themselves_have_no_before():
    joined = changes_on_joining()
    assert not set(joined.iso3) & {"RUS", "CHN", "KAZ", "KGZ", "TJK", "UZB"}
    assert (joined.gain == joined.own - joined.others).all()


def test_intensity_compares_pairs_of_members_once():
    table = intensity_changes()
    assert not table.duplicated(["club", "pair"]).any()
    assert "CHN-RUS" in set(table.pair)
