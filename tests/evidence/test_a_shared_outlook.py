"""What goes into the claims on outlook, forums, polls, organisations and the South."""

import pandas as pd
import pytest

from analysis.claims import claim, evidence_of
from analysis.claims.measured import measured
from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import a_shared_outlook as outlook
from analysis.evidence import shared_outlook_clubs as clubs
from analysis.evidence.shared_outlook_polls import polls_by_date
from analysis.evidence.votes import FEWEST_VOTES, texts_of, votes_with_year, yearly_agreement
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load

CONTESTED = {"dissent_share": 0.1}
ENOUGH = {"least_votes": FEWEST_VOTES}


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


def test_shared_is_judged_by_the_less_kind_side():
    rule = {"first_year": 2022, "last_year": 2024, "recur_share": 0.8, **CONTESTED, **ENOUGH}
    both = outlook.outlook(**rule)
    sides = [outlook.outlook(**rule, seen_from=[home]) for home in ("RUS", "CHN")]
    assert both["worst_share"] == max(side["worst_share"] for side in sides)
    assert both["places"] == "; ".join(side["places"] for side in sides)
    rank, of = outlook.ideal_place("RUS", "CHN", 2024)
    assert (
        f"China for Russia: ideal points number {rank} of {of}"
        in (outlook.outlook(**rule, by="ideal points")["places"])
    )


def test_a_state_without_an_ideal_point_is_named():
    with pytest.raises(CoverageError, match="Taiwan has no ideal point in 2024"):
        outlook.ideal_place("RUS", "TWN", 2024)


def test_every_pair_is_counted_as_the_two_are():
    apart = outlook.pairs_apart(2020, 2022, 0.1, FEWEST_VOTES)
    whole = agreement_with_all(outlook.votes_of(2020, 2022, 0.1), home="RUS")
    china = whole.set_index("partner").loc["CHN"]
    expected = [100 * (1 - china.identical / china.n_votes), 100 * china.opposed / china.n_votes]
    assert apart.loc["CHN-RUS"].tolist() == pytest.approx(expected)
    assert (apart.split >= apart.opposed).all()
    assert apart.index.is_unique


def test_vetoes_of_amendments_can_be_left_out(monkeypatch):
    rows = {"veto_rus": True, "veto_chn": [True, True, False], "subject": ["", "amendment", ""]}
    monkeypatch.setattr(outlook, "vetoes_of_either", lambda *years: pd.DataFrame(rows))
    rule = {"first_year": 2020, "last_year": 2022, "last_veto_year": 2025, **CONTESTED, **ENOUGH}
    every, drafts = (outlook.forums(**rule, amendments=amendments) for amendments in (True, False))
    assert [(each["joint"], each["either"]) for each in (every, drafts)] == [(2, 3), (1, 2)]
    assert (every["of_amendments"], every["of_drafts"]) == (1, 2)


def test_vetoes_are_held_against_all_other_pairs_or_the_closest(monkeypatch):
    cast = {"veto_rus": True, "veto_chn": [True, False], "subject": ""}
    others = pd.Series([0.0, 20.0, 40.0, 60.0], index=["a", "b", "c", "d"])
    monkeypatch.setattr(outlook, "vetoes_of_either", lambda *years: pd.DataFrame(cast))
    monkeypatch.setattr(outlook, "joint_vetoes_of_others", lambda: others)
    rule = {"first_year": 2020, "last_year": 2022, "last_veto_year": 2025, **CONTESTED, **ENOUGH}
    places = [outlook.forums(**rule, closest=closest)["joint_place"] for closest in (False, True)]
    assert places == [75, 0]


@pytest.mark.parametrize(("identifier", "told"), [("C05", "places"), ("C07", "split_place")])
def test_how_many_votes_two_must_share_is_a_threshold(identifier, told):
    this = claim(identifier)
    assert this.thresholds["least_votes"] == FEWEST_VOTES
    few, many = (measured(this, evidence_of(this), {"least_votes": n})[told] for n in (1, 150))
    assert few != many


def test_vetoes_of_other_pairs_leave_the_two_out():
    shares = outlook.joint_vetoes_of_others()
    assert len(shares) == 9
    assert "Russia and China" not in shares


def test_a_pair_is_set_beside_all_others_in_either_order():
    rule = {"first_year": 2020, "last_year": 2022, **CONTESTED}
    ours = outlook.beside_all_pairs("Russia", "CHN", **rule)
    pd.testing.assert_frame_equal(ours, outlook.beside_all_pairs("CHN", "RUS", **rule))
    assert ours.less.between(0, 100).all()
    assert isinstance(outlook.beside_all_pairs("TWN", "CHN", **rule), NotApplicable)


def test_five_years_are_named_by_their_ends_and_only_two_can_be_compared():
    counts = outlook.vetoes_by_five_years("CHN", "RUS", first_year=1995, last_year=2004)
    assert list(counts.index) == ["1995-99", "2000-04"]
    other = outlook.vetoes_by_five_years("USA", "RUS", first_year=1995, last_year=2004)
    assert isinstance(other, NotApplicable)


def test_a_poll_that_stands_in_both_lists_is_taken_once():
    polls = polls_by_date().query("pollster == 'Levada' and about == 'CHN'")
    assert not polls.duplicated(["year", "share_pct"]).any()


def test_a_mean_lies_in_its_interval(monkeypatch):
    joined = pd.DataFrame({"gain": [0.0, 1.0, 2.0], "year": 2017, "years_after": 3, "iso3": "IND"})
    monkeypatch.setattr(clubs, "changes_on_joining", lambda **rule: joined)
    rule = {"window": 3, "last_year": 2024, "interval_pct": 90}
    gained = clubs.platform(**rule, least_gain=0)
    assert (gained["gain"], gained["low"] + gained["high"]) == (1.0, pytest.approx(2.0))
    assert gained["high"] - gained["gain"] == pytest.approx(2.92 / 3**0.5, abs=0.01)
    assert gained["p"] == pytest.approx(0.225, abs=0.001)
    assert clubs.platform(**rule, least_gain=1)["p"] == pytest.approx(1)


def test_founders_and_the_two_themselves_have_no_before():
    joined = clubs.changes_on_joining(window=3, last_year=2024)
    assert not set(joined.iso3) & {"RUS", "CHN", "KAZ", "KGZ", "TJK", "UZB"}
    assert (joined.gain == joined.own - joined.others).all()


def test_intensity_compares_pairs_of_members_once():
    table = clubs.intensity_changes(later=5, span=3)
    clubs_of = table.pairs_of.str.partition(",")[0]
    assert not table.assign(club=clubs_of).duplicated(["club", "pair"]).any()
    assert "CHN-RUS" in set(table.pair)
    assert "BRICS, formerly Soviet" not in set(table.pairs_of)
    counts = clubs.intensity_by_club(later=5, span=3).set_index("pairs_of").pairs
    assert counts[["SCO, other pairs", "SCO, formerly Soviet"]].sum() == (clubs_of == "SCO").sum()


def test_shares_of_the_south_add_up_and_russia_is_not_in_it():
    table = clubs.south_by_text(first_year=2022)
    assert table.sum(axis=1).tolist() == pytest.approx([1.0] * len(table))
    assert (table >= 0).all().all()
    assert len(table) >= 10
    assert {"RUS", "UKR"} < clubs.NORTH


def test_a_text_is_the_same_before_and_after_the_year_in_which_titles_begin():
    years = load("unga_rollcalls").set_index("rcid").year
    recurring = years.loc[texts_of((2014, 2015, 2016, 2017)).rcid]
    assert recurring.value_counts().nunique() == 1
    assert set(recurring) == {2014, 2015, 2016, 2017}
    with pytest.raises(CoverageError, match="no text was voted on in 100 % of the years 1946-2025"):
        texts_of(tuple(range(1946, 2026)))
