"""Rules on ballast, conflict and profit at, above and below their thresholds; what goes into them
on small frames."""

import pandas as pd
import pytest

from analysis.claims import ballast
from analysis.claims.ballast import after_much_trade, precluded, profitable, shifts, steadies


@pytest.mark.parametrize(
    ("estimate", "p", "leads", "label"),
    [
        (-0.1, 0.10, 0.11, "evidence for"), (-0.1, 0.10, 0.10, "mixed"), (-0.1, 0.11, 0.9, "mixed"),
        (0.1, 0.10, 0.9, "evidence against"), (0.1, 0.11, 0.9, "mixed"),
    ],
)  # fmt: skip
def test_steadies(estimate, p, leads, label):
    assert steadies(estimate, p, leads_p_value=lambda: leads, limit=0.1) == label


@pytest.mark.parametrize(("cases", "label"), [(0, "does not hold"), (1, "holds"), (200, "holds")])
def test_precluded(cases, label):
    assert precluded(cases) == label


@pytest.mark.parametrize(
    ("trade", "views", "label"),
    [
        ((5, 5), (1, 1), "evidence for"), ((5, 5), (1, 0), "mixed"), ((5, -5), (1, 1), "mixed"),
        ((5, 5), (-1, -1), "evidence against"), ((-5, -1), (1, 1), "evidence against"), ((5, 5), (-1, 1), "mixed"),
    ],
)  # fmt: skip
def test_profitable(trade, views, label):
    assert profitable({"trade": trade, "views": views}) == label


def dyads(distances, shares):
    years = range(2000, 2000 + len(distances))
    return pd.DataFrame(
        {
            "pair": "AAA-BBB",
            "state_a": "AAA",
            "state_b": "BBB",
            "year": years,
            "distance": distances,
            "share_pct": shares,
        }
    )


def test_a_shift_is_the_absolute_change_beside_the_share_before_it():
    rows = shifts(dyads([1.0, 0.5, 2.0], [10.0, 20.0, 30.0]), years=1)
    assert rows["shift"].tolist() == [0.5, 1.5]
    assert rows.lagged_share_pct.tolist() == [10.0, 20.0]
    assert rows.period.tolist() == [2001, 2002]


def test_spans_do_not_overlap_and_gaps_are_not_bridged():
    rows = shifts(dyads([1.0] * 11, [5.0] * 11), years=5)
    assert (rows.period * 5).tolist() == [2005, 2010]
    with_gap = dyads([1.0, 2.0, 4.0], [1.0, 1.0, 1.0]).query("year != 2001")
    assert shifts(with_gap, years=1).empty


def test_forceful_disputes_lie_within_the_limits_and_hold_the_korean_war():
    cases = after_much_trade(least_share=10)
    assert cases.share_pct.between(10, 100).all()
    assert (cases.hostility >= 4).all()
    assert len(after_much_trade(least_share=25)) < len(cases)
    korea = cases[(cases.state_a == "CHN") & (cases.state_b == "USA") & (cases.start_year == 1950)]
    assert korea.war.any()


def test_a_border_clash_of_1969_is_not_a_case_because_trade_of_1968_is_not_recorded():
    found = ballast.forceful_disputes()
    clash = found[(found.state_a == "CHN") & (found.state_b == "RUS") & (found.start_year == 1969)]
    assert len(clash) == 1
    assert clash.share_pct.isna().all()
