"""Rules on forecasts at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims import leverage
from analysis.claims.leverage import (
    confrontations,
    europe_and_washington,
    no_wedge,
    stays_neutral,
    strained,
    unusual_falls,
    years_since_essay,
)
from analysis.errors import NotApplicable


@pytest.mark.parametrize(
    ("years", "changes", "label"),
    [
        (1.9, (-9, -9), "too early"), (2.0, (-9, 9), "on track"), (2.0, (-9, -9), "off track"),
        (2.0, (-1, -1), "on track"),
        (5.0, (9, 9), "on track"),
    ],
)  # fmt: skip
def test_no_wedge(years, changes, label):
    measures = {str(place): (change, 1.0) for place, change in enumerate(changes)}
    assert no_wedge(years, measures, wait=2, most_falls=1) == label


@pytest.mark.parametrize(
    ("confrontation", "sided", "label"),
    [
        (False, True, "too early"),
        (False, False, "too early"),
        (True, False, "on track"),
        (True, True, "off track"),
    ],
)
def test_stays_neutral(confrontation, sided, label):
    assert stays_neutral(confrontation, sided) == label


@pytest.mark.parametrize(
    ("change", "texts", "label"),
    [
        (-0.1, 10, "on track"),
        (0.1, 10, "off track"),
        (0.0, 10, "off track"),
        (-0.1, 9, "too early"),
    ],
)
def test_strained(change, texts, label):
    assert strained(change, texts, fewest=10) == label


def test_time_since_the_essay_is_read_from_the_tables():
    assert 0.9 < years_since_essay() < 2


def test_only_texts_of_both_years_count_and_partners_are_those_named():
    table = europe_and_washington(2024, 2025, members=("DEU", "FRA"))
    assert list(table.index) == ["DEU", "FRA"]
    assert list(table.columns) == [2024, 2025]
    assert table.attrs["texts"] >= 10
    assert (table[2025] < table[2024]).all()


def test_years_without_a_common_text_are_not_compared():
    assert isinstance(europe_and_washington(1946, 2025), NotApplicable)


@pytest.mark.parametrize(
    ("votes", "label", "alone"),
    [
        (-9.0, "off track", "on track"),
        (-1.0, "on track", "on track"),
        (9.0, "on track", "on track"),
    ],
)
def test_the_wedge_is_judged_once_two_years_have_passed(votes, label, alone, monkeypatch):
    changes = {"trade, percent": (-9.0, 1.0), "agreement, points": (votes, 1.0)}
    monkeypatch.setattr(leverage, "unusual_falls", lambda: changes)
    assert leverage.judge_wedge().label == "too early"
    monkeypatch.setattr(leverage, "years_since_essay", lambda: 2.0)
    verdict = leverage.judge_wedge()
    assert verdict.label == label
    assert verdict.variants[1].label == alone


def test_trade_fell_by_less_than_it_usually_moves():
    change, usual = unusual_falls()["trade, percent"]
    assert change == pytest.approx(-6.8, abs=0.05)
    assert usual > abs(change)


@pytest.mark.parametrize(
    ("rows", "label"),
    [
        ([("CHN", "USA", 2024)], "too early"),
        ([("CHN", "USA", 2025)], "on track"),
        ([("CHN", "USA", 2026), ("RUS", "UKR", 2026)], "on track"),
        ([("CHN", "USA", 2026), ("RUS", "USA", 2026)], "off track"),
    ],
)
def test_the_judge_of_neutrality_can_give_each_label(rows, label, monkeypatch):
    listed = pd.DataFrame(rows, columns=["state_a", "state_b", "year"]).assign(
        source="ucdp_26.1", conflict=1
    )

    def table(name, **filters):
        chosen = listed
        for column, value in filters.items():
            chosen = chosen[chosen[column] == value]
        return chosen

    monkeypatch.setattr(leverage, "load", table)
    verdict = leverage.judge_neutrality()
    assert verdict.label == label
    assert any("no other verdict" in caveat for caveat in verdict.caveats) == (
        listed.year.max() < 2025
    )


def test_russia_sides_with_china_only_in_the_same_conflict():
    korea = confrontations(since=1950)
    assert korea.year.max() == 1953
    assert not korea.with_china.any()
    assert confrontations(since=2025).empty


@pytest.mark.parametrize(
    ("change", "texts", "label"),
    [(-0.1, 10, "on track"), (0.0, 10, "off track"), (-0.1, 9, "too early")],
)
def test_the_judge_of_strain_can_give_each_label(change, texts, label, monkeypatch):
    def table(first, last, **options):
        made = pd.DataFrame({first: [0.5, 0.6], last: [0.5 + change, 0.6 + change]})
        made.attrs["texts"] = texts
        return made

    monkeypatch.setattr(leverage, "europe_and_washington", table)
    assert leverage.judge_strain().label == label
