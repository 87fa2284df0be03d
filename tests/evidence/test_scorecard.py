"""What goes into the two claims about the whole tie."""

import pandas as pd
import pytest

from analysis.claims import claim, judge
from analysis.claims.verdict import judged
from analysis.errors import MissingYearError
from analysis.evidence import scorecard
from analysis.evidence.scorecard import leader_left, moved_since, success


def test_places_count_only_those_with_a_figure(monkeypatch):
    rows = {"trade": [3.0, 1.0, None], "votes": [0.1, 0.2, 0.3]}
    table = pd.DataFrame(rows, index=["CHN", "DEU", "BLR"])
    monkeypatch.setattr(scorecard, "gains", lambda **options: table)
    found = success(first_year=2000, last_year=2024, partners=10, chosen_in=2021)
    assert (found["trade_rank"], found["trade_of"]) == (1, 2)
    assert (found["votes_rank"], found["votes_of"]) == (3, 3)
    assert found["measures_first"] == found["measures_in_lower_half"] == 1
    assert (found["next_partner"], found["next_distance_change"]) == ("Belarus", -0.3)


@pytest.mark.parametrize(
    ("left", "label"),
    [(None, "too early"), (2024, "too early"), (2014, "on track"), (2010, "off track")],
)
def test_the_verdict_on_the_policy_can_be_each_of_its_labels(left, label, monkeypatch):
    """As if Russia's leader had left in a year of the panel: what followed is on record."""
    monkeypatch.setattr(scorecard, "leader_left", lambda *, since: left)
    assert judged(claim("C02"), scorecard.successor).label == label


def test_the_leader_has_not_left_and_an_exit_beyond_the_panel_is_said_to_be_missing():
    assert leader_left(since=2025) is None
    with pytest.raises(MissingYearError, match="2027"):
        moved_since(2025, 2)


def test_an_exit_in_the_list_of_leaders_is_seen(monkeypatch):
    rows = pd.DataFrame({"year": [2015, 2026], "exit": ["still in office", "regular"]})
    monkeypatch.setattr(scorecard, "load", lambda table, **where: rows)
    assert leader_left(since=2025) == 2026


def test_years_of_waiting_are_also_those_after_which_other_exits_are_looked_at():
    terms = {"least_years_in_office": 10, "partners_each": 1, "essay_year": 2025}
    two, five = (scorecard.successor(**terms, wait_years=years) for years in (2, 5))
    assert two["usual_votes"] < five["usual_votes"]
    assert two["exits"] > five["exits"]


def test_the_year_in_which_partners_are_chosen_and_their_number_are_the_ledgers():
    gained = [judge("C01", chosen_in=year).measured for year in (2021, 2024)]
    assert ["(number 2 of 10)" in said for said in gained] == [False, True]
    one, five = (
        scorecard.exits_in_words(least_years=10, wait_years=2, partners_each=n) for n in (1, 5)
    )
    assert one["exits"] < five["exits"]
