"""Stored verdicts: what moved between two releases, and why."""

from dataclasses import replace

import pytest

from analysis.claims import releases
from analysis.claims.ledger import Change, claim
from analysis.claims.releases import Judged, Release, moved, store, stored
from analysis.errors import DataFileError

HOLDS = Judged("holds", "1", "rule")
FIRST = Release(
    date="2026-01-01", version="1", verdicts={"C27": HOLDS, "C28": HOLDS}, tables={"a": "0"}
)


def later(**changes):
    return replace(FIRST, **{"date": "2026-02-01", **changes})


def test_a_release_is_stored_once_and_read_as_it_was(tmp_path):
    store(later(), tmp_path / "verdicts")
    store(FIRST, tmp_path / "verdicts")
    assert stored(tmp_path / "verdicts") == [FIRST, later()]
    with pytest.raises(DataFileError, match=r"of 2026-01-01 are stored already; if they were"):
        store(FIRST, tmp_path / "verdicts")


@pytest.mark.parametrize("text", ["{", "{}", '{"verdicts": {"C27": {}}}', "[]"])
def test_a_damaged_release_is_named(tmp_path, text):
    (tmp_path / "2026-01-01.json").write_text(text)
    with pytest.raises(DataFileError, match=r"verdicts/2026-01-01\.json is no stored release"):
        stored(tmp_path)


def test_the_same_labels_have_not_moved():
    other = Judged("holds", "another number", "rule")
    assert moved(FIRST, later(verdicts={"C27": other, "C28": HOLDS}, tables={})) == []


@pytest.mark.parametrize(
    ("rule", "tables", "cause"),
    [
        ("rule", {"a": "1", "b": "0"}, "the same rule on other data: a, b"),
        ("rule", {"a": "0"}, "the same rule and tables, measured otherwise"),
        ("other", {"a": "1"}, "the rule was changed; the claim keeps no reason"),
    ],
)
def test_a_moved_label_is_told_with_its_cause(rule, tables, cause):
    verdicts = {"C27": HOLDS, "C28": Judged("does not hold", "1", rule)}
    told = moved(FIRST, later(verdicts=verdicts, tables=tables))
    assert told == [("C28", "holds", "does not hold", cause)]


@pytest.mark.parametrize(
    ("until", "cause"),
    [
        ("2026-01-15", "the rule was changed on 2026-01-15: it asked too much"),
        ("2025-12-31", "the same rule and tables, measured otherwise"),
        ("2026-02-02", "the same rule and tables, measured otherwise"),
    ],
)
def test_the_reason_that_the_claim_keeps_comes_first(until, cause, monkeypatch):
    kept = replace(claim("C28"), history=(Change(until, "old", "holds", "it asked too much"),))
    monkeypatch.setattr(releases, "ledger", lambda: {"C28": kept})
    changed = later(verdicts={"C27": HOLDS, "C28": Judged("does not hold", "1", "rule")})
    assert [move.cause for move in moved(FIRST, changed)] == [cause]


def test_claims_that_came_or_went_are_told():
    told = moved(FIRST, later(verdicts={"C29": HOLDS, "C28": HOLDS}))
    assert told == [
        ("C29", "", "holds", "the claim is new"),
        ("C27", "holds", "", "the claim was withdrawn"),
    ]
