"""The rule on the turn east at, above and below its threshold, and what the designs and the datum
that flips it say."""

import pandas as pd
import pytest

from analysis.claims import turning
from analysis.claims.reorientation import (
    OTHERS,
    SHARES,
    SYNTHETIC,
    TREND,
    by_other_partners,
    by_own_trend,
    by_shares,
    shares_whatever_happened,
    synthetic_partners,
)
from analysis.claims.turning import (
    _flip,
    _synthetic_words,
    judge_turn,
    mostly,
    ranges,
    synthetic_apart,
)
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
    return pd.DataFrame(
        {"before_usd_bn": before, "counterfactual_usd_bn": expected, "actual_usd_bn": actual}
    ).assign(
        share_pct=lambda f: (
            100 * (f.actual_usd_bn - f.counterfactual_usd_bn) / (f.actual_usd_bn - f.before_usd_bn)
        )
    )


def test_ranges_leave_out_a_design_that_could_not_be_applied():
    found = ranges({SHARES: NotApplicable("no shares"), TREND: design(120, 140, 180)})
    assert found.index.tolist() == [TREND]
    assert found.loc[TREND].tolist() == [20, 60, 80, 3]


@pytest.mark.parametrize(
    ("expected", "way", "total"), [(160.0, "above", 220.0), (140.0, "below", 180.0)]
)
def test_at_the_total_that_flips_it_the_nearest_design_gives_just_half(expected, way, total):
    designs = {TREND: design(expected), OTHERS: design(90.0)}
    assert f"{way} {total:.0f} billion dollars, where '{TREND}'" in _flip(
        designs, ranges(designs), 50
    )
    assert ranges({TREND: design(expected, actual=total)})["median"][TREND] == pytest.approx(50)


def test_shares_pass_for_any_rise_while_the_totals_fall():
    assert shares_whatever_happened("RUS", "CHN", first=2021, last=2024).share_pct.gt(50).all()


def test_a_fall_of_trade_is_no_rise_to_be_explained():
    assert isinstance(by_own_trend("RUS", "CHN", first=2014, last=2015), NotApplicable)
    assert isinstance(by_shares("RUS", "DEU", first=2021, last=2024), NotApplicable)


def test_the_verdict_follows_the_medians_and_its_variants_disagree():
    verdict = judge_turn()
    assert (verdict.value, verdict.label) == (3.0, "holds with caveats")
    assert {variant.label for variant in verdict.variants} == {
        "holds",
        "holds with caveats",
        "does not hold",
    }


def test_a_synthetic_control_with_other_weights_that_fit_as_well_is_no_number_of_the_design():
    fits = synthetic_partners("RUS", "CHN", base=2020, last=2024)
    assert {since: fit.unique for since, fit in fits.items()} == {
        2000: True,
        2005: True,
        2010: False,
        2015: False,
    }
    variants = by_other_partners("RUS", "CHN", base=2020, last=2024).variant
    assert [v for v in variants if v.startswith(SYNTHETIC)] == [
        f"{SYNTHETIC} from 2000",
        f"{SYNTHETIC} from 2005",
    ]


def test_a_synthetic_control_apart_takes_its_variants_with_it():
    others = design(90.0, 120.0).assign(variant=["median partner", f"{SYNTHETIC} from 2000"])
    apart = synthetic_apart({TREND: design(140.0), OTHERS: others})
    assert {name: table.share_pct.tolist() for name, table in apart.items()} == {
        TREND: [60], OTHERS: [110], SYNTHETIC: [80],
    }  # fmt: skip
    assert synthetic_apart({OTHERS: NotApplicable("no partners")}) == {
        OTHERS: NotApplicable("no partners")
    }
    assert list(synthetic_apart({OTHERS: others.iloc[:1]})) == [OTHERS]


def test_without_an_identified_synthetic_control_the_words_say_so():
    plain = {OTHERS: design(90.0).assign(variant="median partner"), SHARES: design(90.0)}
    assert _synthetic_words(plain, plain, 2024, 50).endswith("from 2010 and 2015 are not identified (many weights fit "
        "equally well) and left out.")  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "label"),
    [
        ((140, 140, 140, 140), "holds"),
        ((160, 140, 140, 140), "holds with caveats"),
        ((160, 160, 140, 140), "does not hold"),
    ],
)
def test_the_judge_of_the_turn_can_give_each_label(expected, label, monkeypatch):
    tables = {
        name: design(float(one)).assign(variant="one")
        for name, one in zip("abcd", expected, strict=True)
    }
    named = dict(zip((TREND, SHARES, OTHERS, "price and volume"), tables.values(), strict=True))
    monkeypatch.setattr(turning, "all_designs", lambda *pair, **options: named)
    assert judge_turn().label == label
