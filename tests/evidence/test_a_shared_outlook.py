"""What goes into the claims on outlook, forums, polls, organisations and the South."""

import pandas as pd
import pytest

from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import a_shared_outlook as outlook
from analysis.evidence import shared_outlook_clubs as clubs
from analysis.evidence.votes import votes_with_year, yearly_agreement

CONTESTED = {"dissent_share": 0.1}


def test_known_answers():
    agreed = yearly_agreement("RUS").loc[[1993, 2024, 2025], "CHN"]
    assert agreed.round(3).tolist() == [0.629, 0.764, 0.870]
    assert outlook.votes_cast("USA", years=(2025,)).values.tolist() == [[2025, 9, 6, 169]]
    assert len(votes_with_year().query("iso3 == 'USA' and year == 2025")) == 184
    cast = outlook.vetoes_of_either(1946, 1971)
    assert not (cast.veto_rus & cast.veto_chn).any()


def test_the_index_of_a_pair_is_the_same_from_both_sides_and_the_rank_is_not():
    ours = outlook.place("RUS", "CHN", 2020, 2024, **CONTESTED)
    theirs = outlook.place("CHN", "RUS", 2020, 2024, **CONTESTED)
    assert ours[2] == pytest.approx(theirs[2])
    assert ours[0] < theirs[0]
    assert outlook.agreement_table("RUS", 2020, 2024, **CONTESTED)["rank"].min() == 1


def test_a_state_that_never_voted_is_said_to_be_missing():
    with pytest.raises(CoverageError, match="shared fewer than 30"):
        outlook.place("RUS", "TWN", 2020, 2024)


@pytest.mark.parametrize("counted", [{}, CONTESTED, {"recur_share": 0.8}])
def test_years_in_the_wrong_order_are_said_to_hold_none(counted):
    said = "no year lies between 2021 and 1993; choose a first year no later than the last."
    with pytest.raises(CoverageError, match=said):
        outlook.place("RUS", "CHN", 2021, 1993, **counted)


def test_what_is_missing_for_both_is_said_once():
    rule = {"dissent_share": 0.1, "recur_share": 0.8}
    early = outlook.places_by_kind("South Sudan", "TUV", first_year=1995, last_year=1999, **rule)
    said = "no vote of South Sudan in the General Assembly in 1995-1999 is known"
    assert str(early).count(said) == 1
    silent = outlook.places_by_year("Taiwan", "JPN", last_year=2025, averaged=(2020, 2024))
    said = "no vote of Taiwan in the General Assembly in 1992-2026 is known."
    assert silent == NotApplicable(said)


def test_vetoes_of_amendments_and_those_of_the_press_can_be_left_out(monkeypatch):
    rows = pd.DataFrame(
        {
            "veto_rus": True,
            "veto_chn": [True, True, False, False],
            "subject": ["Syria", "Syria (amendment)", "Ukraine", "Ukraine"],
            "complete": [True, True, True, False],
        }
    )
    monkeypatch.setattr(outlook, "vetoes_of_either", lambda *years: rows)
    monkeypatch.setattr(outlook, "split_share", lambda *given: 30.0)
    years = {"first_year": 2000, "last_year": 2024, "last_veto_year": 2025, **CONTESTED}
    found = [
        outlook.forums(**years, **left_out)
        for left_out in ({}, {"amendments": False}, {"press": False})
    ]
    assert [(one["joint"], one["either"]) for one in found] == [(2, 4), (1, 3), (2, 3)]
    assert {(one["of_amendments"], one["of_drafts"], one["from_the_press"]) for one in found} == {
        (1, 3, 1)
    }


def test_five_years_are_named_by_their_ends_and_only_two_can_be_compared():
    counts = outlook.vetoes_by_five_years("CHN", "RUS", first_year=1995, last_year=2004)
    assert list(counts.index) == ["1995-99", "2000-04"]
    other = outlook.vetoes_by_five_years("USA", "RUS", first_year=1995, last_year=2004)
    assert isinstance(other, NotApplicable)


def test_polls_are_the_first_or_the_last_of_each_country():
    latest, earliest = outlook.support(), outlook.support(asked="earliest")
    assert (latest["in_russia"], latest["russian_poll"]) == (81.0, "Levada, 2024-09")
    assert (earliest["in_russia"], earliest["russian_poll"]) == (80.0, "Levada, 2015-01")
    assert outlook.support(asked="Pew")["chinese_poll"] == "Pew, 2015"


def test_a_mean_lies_in_its_interval():
    mean, low, high = clubs.mean_interval(pd.Series([0.0, 1.0, 2.0]), interval_pct=90)
    assert (mean, low + high) == (1.0, pytest.approx(2.0))
    assert high - mean == pytest.approx(2.92 / 3**0.5, abs=0.01)


def test_founders_and_the_two_themselves_have_no_before():
    joined = clubs.changes_on_joining(window=3, last_year=2024)
    assert not set(joined.iso3) & {"RUS", "CHN", "KAZ", "KGZ", "TJK", "UZB"}
    assert (joined.gain == joined.own - joined.others).all()


def test_joiners_without_a_whole_window_and_founders_of_brics_can_be_left_out():
    rule = {"window": 3, "last_year": 2024, "interval_pct": 90}
    choices = ({}, {"whole_windows": True}, {"founders": False})
    assert [clubs.platform(**rule, **choice)["joiners"] for choice in choices] == [9, 4, 7]


def test_intensity_compares_pairs_of_members_once():
    table = clubs.intensity_changes(later=5, span=3)
    assert not table.duplicated(["club", "pair"]).any()
    assert "CHN-RUS" in set(table.pair)
    assert set(table.pair[table.soviet & (table.club == "BRICS")]) == set()


def test_shares_of_the_south_add_up_and_russia_is_not_in_it():
    table = clubs.south_on_ukraine(first_year=2022)
    assert table.sum(axis=1).tolist() == pytest.approx([1.0] * len(table))
    assert (table >= 0).all().all()
    assert len(table) >= 10
    assert {"RUS", "UKR"} < clubs.NORTH


def test_of_votes_cast_nobody_is_absent():
    cast = clubs.of_votes_cast(clubs.south_on_ukraine(first_year=2022))
    assert cast.sum(axis=1).tolist() == pytest.approx([1.0] * len(cast))
    assert not cast.absent.any()
