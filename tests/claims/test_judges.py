"""Each rule at, above and below its threshold, and able to give each of its labels; then the verdicts on real data."""

import pytest

from analysis.claims import JUDGES, judge, report, scoreboard
from analysis.claims.limits import extraordinary, january_to_april_2025, slower_than
from analysis.claims.trade_boom import about_by_all, fast_growth, stated_level, strong_ties

LEVEL = {"stated": 200.0, "exact_pct": 0.5, "about_pct": 5.0}


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (200, "holds"), (201, "holds"), (199, "holds"), (201.1, "holds with caveats"), (210, "holds with caveats"),
        (190, "holds with caveats"), (210.1, "does not hold"), (189.9, "does not hold"),
    ],
)  # fmt: skip
def test_stated_level(value, label):
    assert stated_level(value, **LEVEL) == label


@pytest.mark.parametrize(
    ("main", "other", "label"),
    [(104, 96, "holds"), (105, 106, "holds with caveats"), (106, 100, "does not hold"), (94.9, 94.9, "does not hold")],
)
def test_about_needs_every_independent_source(main, other, label):
    assert about_by_all({"a": main, "b": other}, stated=100, about_pct=5, first="a") == label


@pytest.mark.parametrize(
    ("yearly", "compound", "label"),
    [
        ([10, 10, 10], 10, "holds"), ([30, 26, 9.9], 18, "holds with caveats"), ([30, 1, 1], 10, "holds with caveats"),
        ([20, 1, 1], 9.9, "does not hold"),
    ],
)  # fmt: skip
def test_fast_growth(yearly, compound, label):
    assert fast_growth(yearly, compound, fast_pct=10) == label


@pytest.mark.parametrize(
    ("home", "partner", "label"),
    [(1, 10, "holds"), (1, 11, "holds with caveats"), (2, 10, "holds with caveats"), (2, 11, "does not hold")],
)
def test_strong_ties(home, partner, label):
    assert strong_ties(home, partner, home_limit=1, partner_limit=10) == label


@pytest.mark.parametrize(
    ("since", "label"), [(None, "too early"), (17.9, "on track"), (18.0, "off track"), (30.0, "off track")]
)
def test_slower_than(since, label):
    assert slower_than(since, 18.0) == label


@pytest.mark.parametrize(
    ("share", "label"),
    [(0.10, "holds"), (0.11, "holds with caveats"), (0.25, "holds with caveats"), (0.26, "does not hold")],
)
def test_extraordinary(share, label):
    assert extraordinary(share, top_share=0.10, caveat_share=0.25) == label


@pytest.mark.parametrize("identifier", list(JUDGES))
def test_every_verdict_is_complete(identifier):
    verdict = judge(identifier)
    assert verdict.claim.id == identifier
    assert verdict.sources
    assert verdict.flip
    assert len(verdict.variants) >= 2
    assert str(verdict) == str(judge(identifier))


def test_january_to_april_2025_agrees_with_the_growth_announced_in_2026():
    """China customs announced +19.7 percent for January-April 2026 at 85.24 billion; rounding allows 0.3 points."""
    assert 100 * (85.24 / january_to_april_2025() - 1) == pytest.approx(19.7, abs=0.3)


def test_other_pairs_get_no_verdict():
    assert (
        report(["C27"], home="RUS", partner="India")
        == "C27 are about Russia and China: no verdict on Russia and India."
    )


def test_scoreboard_has_every_claim_once():
    board = scoreboard()
    assert board.id.is_unique
    assert (board.verdict == "not yet tested").sum() + (board.robustness != "").sum() < len(board)
