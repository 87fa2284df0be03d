"""The rule on the turn east at, above and below its threshold, and what the designs and the datum that flips it say."""

import pandas as pd
import pytest

from analysis.claims.reorientation import OTHERS, SHARES, TREND, by_own_trend, by_shares, shares_whatever_happened
from analysis.claims.turning import _flip, judge_turn, mostly, ranges
from analysis.errors import NotApplicable


@pytest.mark.parametrize(
    ("shares", "label"),
    [
        ((50.1, 60, 70, 80), "holds"), ((50.0, 60, 70, 80), "holds with caveats"),
        ((49.9, 50.1, 70, 80), "holds with caveats"), ((40, 50.0, 70, 80), "does not hold"),
        ((40, 45, 49, 80), "does not hold"), ((10, 20, 30, 40), "does not hold"),
        ((40, 60, 70), "holds with caveats"), ((40, 50, 70), "does not hold"),
    ],
)  # fmt: skip
def test_mostly(shares, label):
    assert mostly(dict(zip("abcd", shares, strict=False)), half_pct=50) == label


def design(*expected, before=100.0, actual=200.0):
    return pd.DataFrame({"before_usd_bn": before, "counterfactual_usd_bn": expected, "actual_usd_bn": actual}).assign(
        share_pct=lambda f: 100 * (f.actual_usd_bn - f.counterfactual_usd_bn) / (f.actual_usd_bn - f.before_usd_bn)
    )


def test_ranges_leave_out_a_design_that_could_not_be_applied():
    found = ranges({SHARES: NotApplicable("no shares"), TREND: design(120, 140, 180)})
    assert found.index.tolist() == [TREND]
    assert found.loc[TREND].tolist() == [20, 60, 80, 3]


@pytest.mark.parametrize(("expected", "way", "total"), [(160.0, "above", 220.0), (140.0, "below", 180.0)])
def test_at_the_total_that_flips_it_the_nearest_design_gives_just_half(expected, way, total):
    designs = {TREND: design(expected), OTHERS: design(90.0)}
    assert f"{way} {total:.0f} billion dollars, where '{TREND}'" in _flip(designs, ranges(designs), 50)
    assert ranges({TREND: design(expected, actual=total)})["median"][TREND] == pytest.approx(50)


def test_shares_pass_for_any_rise_while_the_totals_fall():
    assert shares_whatever_happened("RUS", "CHN", first=2021, last=2024).share_pct.gt(50).all()


def test_a_fall_of_trade_is_no_rise_to_be_explained():
    assert isinstance(by_own_trend("RUS", "CHN", first=2014, last=2015), NotApplicable)
    assert isinstance(by_shares("RUS", "DEU", first=2021, last=2024), NotApplicable)


def test_the_verdict_follows_the_medians_and_its_variants_disagree():
    verdict = judge_turn()
    assert (verdict.value, verdict.label) == (3.0, "holds with caveats")
    assert {variant.label for variant in verdict.variants} == {"holds", "holds with caveats", "does not hold"}
