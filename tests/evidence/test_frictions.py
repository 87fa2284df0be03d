"""What goes into the claims on Central Asia, votes on the war, lasting agreement and treaties."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import CoverageError
from analysis.evidence import commitments, frictions
from analysis.evidence.commitments import agreement_over_time, allies_of, obligations
from analysis.evidence.frictions import CENTRAL_ASIA, central_asia, mirror_shares
from analysis.tables import load


def test_votes_are_counted_and_an_empty_one_is_not_known():
    texts = pd.DataFrame({"vote_chn": ["no", "abstain", "", None]})
    counts = {"abstained": 1, "with_russia": 1, "against": 0, "unknown": 2}
    assert frictions.votes_of_china(texts) == counts


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        (["abstain"] * 66 + ["no"] * 34, "holds with caveats"),
        (["abstain"] * 65 + ["no"] * 35, "cannot be tested here"),
        (["abstain"] * 49 + ["no"] * 51, "does not hold"),
    ],
)
def test_that_no_limit_is_reached_is_said_only_where_none_is(votes, label, monkeypatch):
    texts = pd.DataFrame({"resolution": "ES-11/1", "vote_chn": votes})
    monkeypatch.setattr(frictions, "texts_on_ukraine", lambda **chosen: texts)
    verdict = judged(claim("C52"), frictions.misgivings)
    assert verdict.label == label
    assert any("Neither limit" in caveat for caveat in verdict.caveats) == (
        label == "cannot be tested here"
    )
    assert verdict.flip.startswith("51 votes with Russia")


def test_mirror_shares_are_what_the_partners_reported_and_add_up_to_all():
    shares = mirror_shares("UZB")
    assert shares.sum(axis=1).round(6).eq(100).all()
    rows = load("trade_annual", partner="UZB", year=2020)
    china = rows[rows.reporter == "CHN"].value_usd_mn.sum()
    assert shares.loc[2020, "CHN"] == pytest.approx(100 * china / rows.value_usd_mn.sum())


def test_a_state_nobody_traded_with_is_an_error_in_words():
    with pytest.raises(CoverageError, match="SJM"):
        mirror_shares("SJM")


@pytest.mark.parametrize("by_own_reports", [False, True])
def test_overtaking_turns_round_with_the_two_countries(by_own_reports):
    whose = {"year": 2020, "by_own_reports": by_own_reports}
    ours, theirs = central_asia(**whose), central_asia(**whose, home="CHN", partner="RUS")
    assert ours["of"] == theirs["of"] == len(CENTRAL_ASIA)
    assert set(ours["states"]) ^ set(theirs["states"]) == set(CENTRAL_ASIA)
    assert ours["states"] == (["TKM", "UZB"] if by_own_reports else list(CENTRAL_ASIA))


def test_where_china_is_above_in_no_state_none_is_named(monkeypatch):
    behind = pd.DataFrame({"RUS": 2.0, "CHN": 1.0}, index=list(CENTRAL_ASIA))
    monkeypatch.setattr(frictions, "own_reports", lambda *given: behind)
    verdict = judged(claim("C50"), frictions.central_asia)
    measured = {reading.name: reading.measured for reading in verdict.readings}
    assert measured["as the five report it themselves"] == "China above Russia in 0 of 5"


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


def test_a_duty_to_join_an_attack_counts_only_where_it_is_asked_for(monkeypatch):
    treaties = obligations("RUS", "CHN").assign(defence=lambda t: t.index < 1981, offence=True)
    monkeypatch.setattr(commitments, "obligations", lambda *pair: treaties)
    found = [commitments.alliance(**asked)["defence"] for asked in ({}, {"offence": True})]
    assert found == [False, True]


def test_agreement_is_of_one_set_of_texts_and_partners_in_both_years():
    years = {"first": 2016, "last": 2025}
    whole = agreement_over_time("USA", ["GBR", "FRA"], **years)
    parts = [agreement_over_time("USA", [one], **years) for one in ("GBR", "FRA")]
    assert whole.to_numpy() == pytest.approx((sum(parts) / 2).to_numpy())
    assert whole.between(0, 1).all()


def test_without_a_text_of_both_years_there_is_no_answer():
    with pytest.raises(CoverageError, match="no text was voted on"):
        agreement_over_time("RUS", ["CHN"], first=2014, last=2024)


def test_agreement_over_time_needs_votes_of_both():
    said = "Mexico and American Samoa did not both vote in 2016 and 2025"
    with pytest.raises(CoverageError, match=said):
        agreement_over_time("MEX", ["ASM"], first=2016, last=2025)
