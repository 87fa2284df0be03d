"""Rules of the limits of growth at, above and below their thresholds, each able to give each of its
labels."""

import pandas as pd
import pytest

from analysis.claims import limits
from analysis.claims.limits import extraordinary, january_to_april_2025, slower_than


@pytest.mark.parametrize(
    ("since", "label"),
    [(None, "too early"), (17.9, "on track"), (18.0, "off track"), (30.0, "off track")],
)
def test_slower_than(since, label):
    assert slower_than(since, 18.0) == label


@pytest.mark.parametrize(
    ("share", "label"),
    [
        (0.10, "holds"),
        (0.11, "holds with caveats"),
        (0.25, "holds with caveats"),
        (0.26, "does not hold"),
    ],
)
def test_extraordinary(share, label):
    assert extraordinary(share, top_share=0.10, caveat_share=0.25) == label


def test_without_a_full_year_after_the_essay_it_is_too_early(monkeypatch):
    whole = limits.pair_trade

    def cut(*pair, **options):
        return whole(*pair, **options).query("year <= 2024")

    assert limits.judge_slowdown().label == "on track"
    monkeypatch.setattr(limits, "pair_trade", cut)
    verdict = limits.judge_slowdown()
    assert verdict.label == "too early"
    assert "no full year after 2024" in verdict.measured
    assert verdict.value is None


def test_january_to_april_2025_agrees_with_the_growth_announced_in_2026():
    """China customs announced +19.7 percent for January-April 2026 at 85.24 billion; rounding
    allows 0.3 points."""
    assert 100 * (85.24 / january_to_april_2025() - 1) == pytest.approx(19.7, abs=0.3)


@pytest.mark.parametrize(("total", "label"), [(344.0, "on track"), (345.0, "off track")])
def test_the_total_that_flips_the_slowdown_does_so(total, label, monkeypatch):
    whole = limits.pair_trade
    late = pd.DataFrame({"year": [2026], "total_usd_bn": [total]})
    monkeypatch.setattr(
        limits, "pair_trade", lambda *pair, **options: pd.concat([whole(*pair, **options), late])
    )
    verdict = limits.judge_slowdown()
    assert verdict.label == label
    assert "A total for 2026 of 344 billion" in verdict.flip
