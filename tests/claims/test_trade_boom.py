"""Rules of the trade boom at, above and below their thresholds, each able to give each of its
labels."""

import pytest

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
    [
        (104, 96, "holds"),
        (105, 106, "holds with caveats"),
        (106, 100, "does not hold"),
        (94.9, 94.9, "does not hold"),
    ],
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
    [
        (1, 10, "holds"),
        (1, 11, "holds with caveats"),
        (2, 10, "holds with caveats"),
        (2, 11, "does not hold"),
    ],
)
def test_strong_ties(home, partner, label):
    assert strong_ties(home, partner, home_limit=1, partner_limit=10) == label
