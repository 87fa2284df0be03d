"""Every verdict on real data is complete and repeats itself; the ledger is whole."""

import json

import pytest

from analysis.claims import JUDGES, judge, record_measure, report, scoreboard


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
        report(["C27"], home="RUS", partner="India")
        == "C27 is about Russia and China: no verdict on Russia and India."
    )


def test_scoreboard_has_every_claim_once():
    board = scoreboard()
    assert board.id.is_unique
    assert (board.verdict == "not yet tested").sum() + (board.robustness != "").sum() < len(board)


def test_measures_are_left_as_records_only_inside_a_run(tmp_path, monkeypatch):
    monkeypatch.delenv("BALLAST_RUN_DIR", raising=False)
    record_measure("growth of trade", 1, "percent a year")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("BALLAST_RUN_DIR", str(tmp_path))
    record_measure("growth of trade", 18.6, "percent a year")
    judge("C27")
    measure, verdict = map(json.loads, (tmp_path / "measured.jsonl").read_text().splitlines())
    assert measure == {"measure": "growth of trade", "value": 18.6, "unit": "percent a year"}
    assert verdict["claim"] == "C27"
