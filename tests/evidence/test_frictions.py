"""What goes into the claims on Central Asia, votes on the war, lasting agreement and treaties."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import CoverageError
from analysis.evidence import commitments, frictions
from analysis.evidence.commitments import agreement_over_time, allies_of, obligations
from analysis.evidence.frictions import central_asia, mirror_shares
from analysis.tables import load


def test_votes_are_counted_and_an_empty_one_is_not_known():
    texts = pd.DataFrame({"vote_chn": ["no", "abstain", "", ""]})
    counts = {"abstained": 1, "with_russia": 1, "against": 0, "unknown": 2}
    assert frictions.votes_of_china(texts) == counts


@pytest.mark.parametrize(
    ("votes", "said", "label"),
    [
        (["abstain"] * 5 + ["no"] * 5, (0, 1), "holds with caveats"),
        (["abstain"] * 4 + ["no"] * 6, (0, 1), "undecided"),
        (["abstain"] * 4 + ["no"] * 6, (0, 0), "does not hold"),
        (["no"] * 10, (1, 0), "holds"),
    ],
)
def test_words_of_leaders_and_votes_decide_on_misgivings(votes, said, label, monkeypatch):
    texts = pd.DataFrame({"resolution": "ES-11/1", "vote_chn": votes})
    monkeypatch.setattr(frictions, "texts_on_ukraine", lambda **chosen: texts)
    monkeypatch.setattr(frictions, "on_chinas_concerns", lambda: said)
    assert judged(claim("C52"), frictions.misgivings).label == label


def test_mirror_shares_are_what_the_partners_reported_and_add_up_to_all():
    shares = mirror_shares("UZB")
    assert shares.sum(axis=1).round(6).eq(100).all()
    rows = load("trade_annual", partner="UZB", year=2020)
    china = rows[rows.reporter == "CHN"].value_usd_mn.sum()
    assert shares.loc[2020, "CHN"] == pytest.approx(100 * china / rows.value_usd_mn.sum())
    with pytest.raises(CoverageError, match="SJM"):
        mirror_shares("SJM")


def test_alone_a_share_below_a_half_is_not_ahead(monkeypatch):
    shares = pd.DataFrame({"RUS": None, "CHN": [55.0, 45.0], "year": 2024}, index=["TKM", "UZB"])
    monkeypatch.setattr(frictions, "latest_national_shares", lambda *two: shares.astype(float))
    figures = central_asia(majority=0.5)
    assert (figures["above"], figures["below"]) == (1, 0)
    assert figures["without_russia"] == ["Turkmenistan", "Uzbekistan"]


def test_a_majority_of_the_five_is_as_large_as_the_ledger_asks_for():
    assert [central_asia(majority=part)["most"] for part in (0.5, 0.6, 0.7)] == [3, 4, 4]


def test_allies_owe_defence_and_non_aggression_is_not_enough():
    assert len(allies_of("USA")) == 66
    assert allies_of("CHN") == ["PRK"]
    assert "CHN" not in allies_of("RUS")


def test_obligations_do_not_depend_on_the_order_of_the_two():
    pd.testing.assert_frame_equal(obligations("CHN", "RUS"), obligations("RUS", "CHN"))
    treaties = obligations("RUS", "CHN")
    assert treaties.index[treaties.defence].max() == 1980
    assert obligations("USA", "CHN").empty or not obligations("USA", "CHN").defence.any()


def test_defence_partners_are_bound_by_treaty_or_have_joined_since():
    usual = set(commitments.DEFENCE_PARTNERS)
    assert len(usual) == len(commitments.DEFENCE_PARTNERS) == 37
    assert usual - set(allies_of("USA")) == {"FIN", "MKD", "NZL", "SWE"}
    assert not usual & {"VEN", "NIC", "BOL", "BRA"}


def test_all_spans_to_a_year_or_between_any_two_are_compared(monkeypatch):
    def agreed(state, partners, first, last):
        return 0.0, (state == "USA") * (last - 2018) * (first - 2016.5)

    monkeypatch.setattr(commitments, "agreement_over_time", agreed)
    to_last = commitments.management(first_year=2016, last_year=2019, every_span=False)
    to_any = commitments.management(first_year=2016, last_year=2019)
    assert (to_last["better"], to_last["spans"]) == (1, 3)
    assert (to_any["better"], to_any["spans"]) == (1, 6)
    assert (to_last["least"], to_last["most"], to_last["difference"]) == (-1.5, 0.5, 0.5)


def test_agreement_is_of_one_set_of_texts_and_partners_in_both_years():
    whole, *parts = (
        agreement_over_time("USA", partners, 2016, 2025)
        for partners in (("GBR", "FRA"), ("GBR",), ("FRA",))
    )
    assert whole == pytest.approx([sum(level) / 2 for level in zip(*parts, strict=True)])
    assert 0 < min(whole) <= max(whole) < 100


def test_agreement_over_time_needs_a_text_of_both_years_and_votes_of_both():
    with pytest.raises(CoverageError, match="no text was voted on"):
        agreement_over_time("RUS", ("CHN",), 1947, 2024)
    said = "Mexico and American Samoa did not both vote in 2016 and 2025"
    with pytest.raises(CoverageError, match=said):
        agreement_over_time("MEX", ("ASM",), 2016, 2025)
