"""Rules on frictions at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims import frictions
from analysis.claims.frictions import (
    CENTRAL_ASIA,
    agreement_over_time,
    allies_of,
    competes,
    managed,
    mirror_shares,
    misgivings,
    not_allies,
    obligations,
    overtaken,
    overtaken_as_reported,
    partner_votes,
)
from analysis.errors import CoverageError, NotApplicable
from analysis.tables import load


@pytest.mark.parametrize(
    ("above", "states", "label"),
    [(0, 5, "does not hold"), (2, 5, "does not hold"), (3, 5, "holds with caveats"), (5, 5, "holds with caveats"),
     (2, 4, "does not hold")],
)  # fmt: skip
def test_competes(above, states, label):
    assert competes({str(state): state < above for state in range(states)}) == label


@pytest.mark.parametrize(
    ("abstain", "no", "yes", "unknown", "label"),
    [
        (6, 3, 0, 0, "holds with caveats"),  # a third with Russia is few
        (51, 34, 15, 0, "holds with caveats"),  # the limit itself is few
        (13, 9, 2, 1, "cannot be tested here"),  # 36 percent is not
        (5, 2, 2, 1, "cannot be tested here"),  # half abstained is not most
        (5, 5, 0, 0, "cannot be tested here"),  # half with Russia is not most
        (4, 6, 0, 0, "does not hold"),
        (0, 0, 9, 0, "cannot be tested here"),
    ],
)
def test_misgivings(abstain, no, yes, unknown, label):
    counts = pd.Series({"abstain": abstain, "no": no, "yes": yes, "unknown": unknown})
    assert misgivings(counts, few=0.34) == label


@pytest.mark.parametrize(
    ("pair", "others", "label"),
    [(-0.01, -0.02, "evidence for"), (0.02, 0.01, "evidence for"), (-0.02, -0.01, "evidence against"),
     (-0.01, -0.01, "mixed")],
)  # fmt: skip
def test_managed(pair, others, label):
    assert managed(pair, others) == label


@pytest.mark.parametrize(
    ("defence", "coded_to", "label"),
    [(False, 2025, "holds"), (False, 2024, "holds with caveats"), (True, 2018, "does not hold"),
     (True, 2025, "does not hold")],
)  # fmt: skip
def test_not_allies(defence, coded_to, label):
    assert not_allies(defence, coded_to=coded_to, essay_year=2025) == label


def test_votes_are_counted_where_russia_voted_no_and_an_empty_one_is_not_known():
    texts = pd.DataFrame(
        {
            "vote_rus": ["no", "no", "no", "no", "yes"],
            "vote_chn": ["no", "abstain", "", None, "yes"],
        }
    )
    assert partner_votes(texts).to_dict() == {"abstain": 1, "no": 1, "yes": 0, "unknown": 2}


def test_mirror_shares_are_what_the_partners_reported_and_add_up_to_all():
    shares = mirror_shares("UZB")
    assert shares.sum(axis=1).round(6).eq(100).all()
    rows = load("trade_annual", partner="UZB", year=2020)
    china = rows[rows.reporter == "CHN"].value_usd_mn.sum()
    assert shares.loc[2020, "CHN"] == pytest.approx(100 * china / rows.value_usd_mn.sum())


def test_a_state_nobody_traded_with_is_an_error_in_words():
    with pytest.raises(CoverageError, match="no partner reported trade with XYZ"):
        mirror_shares("XYZ")


def test_overtaking_turns_round_with_the_two_countries():
    assert overtaken(2020) == dict.fromkeys(CENTRAL_ASIA, True)
    assert overtaken(2020, home="CHN", partner="RUS") == dict.fromkeys(CENTRAL_ASIA, False)


def test_by_their_own_reports_russia_is_ahead_in_three_of_the_five():
    own = overtaken_as_reported(2020)
    assert own == {"KAZ": False, "KGZ": False, "TJK": False, "TKM": True, "UZB": True}
    assert overtaken_as_reported(2020, home="CHN", partner="RUS") == {
        state: not above for state, above in own.items()
    }
    assert competes(own) == "does not hold"


def test_allies_owe_defence_and_non_aggression_is_not_enough():
    assert len(allies_of("USA")) == 66
    assert allies_of("CHN") == ["PRK"]
    assert "CHN" not in allies_of("RUS")
    assert "CHN" in allies_of("RUS", year=1970)


def test_obligations_do_not_depend_on_the_order_of_the_two():
    pd.testing.assert_frame_equal(obligations("CHN", "RUS"), obligations("RUS", "CHN"))
    treaties = obligations("RUS", "CHN")
    assert treaties.index[treaties.defence].max() == 1980
    assert obligations("USA", "CHN").empty or not obligations("USA", "CHN").defence.any()


def test_agreement_is_of_one_set_of_texts_and_partners_in_both_years():
    whole = agreement_over_time("USA", ["GBR", "FRA"], first=2016, last=2025)
    parts = [agreement_over_time("USA", [one], first=2016, last=2025) for one in ("GBR", "FRA")]
    assert whole.to_numpy() == pytest.approx((sum(parts) / 2).to_numpy())
    assert whole.between(0, 1).all()


def test_without_a_text_of_both_years_there_is_no_answer():
    assert isinstance(agreement_over_time("RUS", ["CHN"], first=2014, last=2024), NotApplicable)


def test_agreement_over_time_needs_votes_of_both():
    found = agreement_over_time("MEX", ["ASM"], first=2016, last=2025)
    assert found == NotApplicable("Mexico and American Samoa did not both vote in 2016 and 2025")


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        (["abstain"] * 66 + ["no"] * 34, "holds with caveats"),
        (["abstain"] * 65 + ["no"] * 35, "cannot be tested here"),
        (["abstain"] * 49 + ["no"] * 51, "does not hold"),
    ],
)  # fmt: skip
def test_the_judge_of_misgivings_says_that_no_limit_is_reached_only_where_none_is(
    votes, label, monkeypatch
):
    texts = pd.DataFrame(
        {"year": 2022, "resolution": "ES-11/1", "vote_rus": "no", "vote_chn": votes}
    )
    monkeypatch.setattr(frictions, "load", lambda name: texts)
    verdict = frictions.judge_misgivings()
    assert verdict.label == label
    assert any("Neither limit" in caveat for caveat in verdict.caveats) == (
        label == "cannot be tested here"
    )


@pytest.mark.parametrize(
    ("defence", "coded_to", "label"),
    [(False, 2025, "holds"), (False, 2024, "holds with caveats"), (True, 2025, "does not hold")],
)
def test_the_judge_of_the_alliance_can_give_each_label(defence, coded_to, label, monkeypatch):
    years = [1970, 2000, coded_to]
    treaties = pd.DataFrame(
        {kind: [True, False, defence] for kind in frictions.OBLIGATIONS}, index=years
    )
    monkeypatch.setattr(frictions, "obligations", lambda *pair: treaties)
    monkeypatch.setattr(frictions, "load", lambda name: pd.DataFrame({"year": years}))
    assert frictions.judge_alliance().label == label


@pytest.mark.parametrize(
    ("pair", "others", "label"),
    [(0.1, 0.0, "evidence for"), (0.1, 0.1, "mixed"), (0.0, 0.1, "evidence against")],
)
def test_the_judge_of_management_can_give_each_label(pair, others, label, monkeypatch):
    monkeypatch.setattr(frictions, "changes", lambda first, last, **options: (pair, others))
    assert frictions.judge_management().label == label
