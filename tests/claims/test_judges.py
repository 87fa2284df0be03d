"""Every verdict on real data is complete and repeats itself; the ledger is whole."""

import pytest

from analysis.claims import JUDGES, judge, report, scoreboard


@pytest.mark.parametrize("identifier", list(JUDGES))
def test_every_verdict_is_complete(identifier):
    verdict = judge(identifier)
    assert verdict.claim.id == identifier
    assert verdict.sources
    assert verdict.flip
    assert len(verdict.variants) >= 2
    assert str(verdict) == str(judge(identifier))


def test_other_pairs_get_no_verdict():
    assert (
        report(["C27"], home="RUS", partner="India") == "C27 is about Russia and China: no verdict on Russia and India."
    )


def test_scoreboard_has_every_claim_once():
    board = scoreboard()
    assert board.id.is_unique
    assert (board.verdict == "not yet tested").sum() + (board.robustness != "").sum() < len(board)
