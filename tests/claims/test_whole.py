"""Rules on the whole relationship at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims import whole
from analysis.claims.whole import (
    after_exits,
    gains,
    leader_left,
    moved_since,
    outlasts,
    singular,
    standing_among,
)
from analysis.errors import MissingYearError


def places(*ranks, of=10):
    return pd.DataFrame({"rank": ranks, "of": of}, index=[f"m{i}" for i in range(len(ranks))])


@pytest.mark.parametrize(
    ("ranks", "label"),
    [
        ((1, 1), "evidence for"), ((1, 1, 9), "evidence for"), ((1, 1, 10), "mixed"), ((1, 2), "mixed"),
        ((5, 5), "mixed"), ((6, 6), "evidence against"), ((5, 6), "mixed"), ((1, 6, 6), "evidence against"),
    ],
)  # fmt: skip
def test_singular(ranks, label):
    assert singular(places(*ranks)) == label


@pytest.mark.parametrize(
    ("since", "votes", "label"),
    [
        (None, 0.0, "too early"), (1.9, 0.0, "too early"), (2.0, 0.2, "on track"), (2.0, 0.21, "off track"),
        (5.0, 0.1, "on track"),
    ],
)  # fmt: skip
def test_outlasts(since, votes, label):
    assert outlasts(since, moved={"votes": (votes, 0.2), "trade": (1.0, 2.0)}, wait=2) == label


def test_places_count_only_those_with_a_figure():
    table = pd.DataFrame(
        {"trade": [3.0, 1.0, None], "votes": [0.1, 0.2, 0.3]}, index=["A", "B", "C"]
    )
    found = standing_among(table, "A")
    assert found.loc["trade"].tolist() == [1, 2]
    assert found.loc["votes"].tolist() == [3, 3]


def test_gains_are_those_of_the_tables():
    table = gains(first=2000, last=2024)
    assert len(table) == 10
    assert table.loc["CHN", "trade"] == pytest.approx(34.8 - 4.5, abs=0.1)
    assert pd.isna(table.loc["KAZ", "trade"])
    assert table.loc["USA", "votes"] < 0 < table.loc["CHN", "votes"]


def test_exits_are_fewer_the_longer_leaders_must_have_stayed_and_more_with_more_partners():
    ten = after_exits(least_years=10)
    assert (
        len(after_exits(least_years=15))
        < len(ten)
        < len(after_exits(least_years=10, largest_only=False))
    )
    assert ten.year.between(1961, 2015).all()
    assert (ten[["distance", "share"]] >= 0).all().all()


@pytest.mark.parametrize(
    ("left", "label"),
    [(None, "too early"), (2024, "too early"), (2014, "on track"), (2010, "off track")],
)
def test_the_judge_of_the_policy_can_give_each_label(left, label, monkeypatch):
    """As if Russia's leader had left in a year of the panel: what followed is on record."""
    monkeypatch.setattr(whole, "leader_left", lambda: left)
    assert whole.judge_outlasts().label == label


def test_the_leader_has_not_left_and_an_exit_beyond_the_panel_is_said_to_be_missing():
    assert leader_left() is None
    with pytest.raises(MissingYearError, match="2027"):
        moved_since(2025, after_exits(least_years=10))


def test_an_exit_in_the_list_of_leaders_is_seen(monkeypatch):
    rows = pd.DataFrame({"year": [2015, 2026], "exit": ["still in office", "regular"]})
    monkeypatch.setattr(whole, "load", lambda name, **filters: rows)
    assert leader_left() == 2026


@pytest.mark.parametrize(
    ("china", "label"),
    [((9.0, 9.0), "evidence for"), ((9.0, 4.5), "mixed"), ((0.5, 0.5), "evidence against")],
)
def test_the_judge_of_success_can_give_each_label(china, label, monkeypatch):
    others = pd.DataFrame(
        {"trade": range(1, 9), "votes": range(1, 9)}, index=list("ABCDEFGH"), dtype=float
    )
    table = pd.concat([others, pd.DataFrame([china], columns=["trade", "votes"], index=["CHN"])])
    monkeypatch.setattr(whole, "gains", lambda **years: table)
    monkeypatch.setattr(whole, "_next", lambda table: "another")
    assert whole.judge_singular().label == label
