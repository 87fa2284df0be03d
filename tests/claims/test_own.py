"""A reader's own thresholds: checked, applied by the same rule, and where they turn a label."""

import inspect

import pytest

from analysis import claims
from analysis.claims import evidence_of, judge, ledger, sweep, verdict_on
from analysis.claims.measured import measured
from analysis.claims.own import checked, turns, with_thresholds
from analysis.claims.rules import label_of
from analysis.errors import DataFileError, ParameterError

TESTED = [name for name, this in ledger().items() if this.labels]
STEP = 1e-6
"""Part of a threshold by which a test steps back from a turn."""


def test_a_verdict_by_an_own_threshold_leaves_the_ledgers_alone():
    assert judge("C13", almost_pct=99).label == "holds with caveats"
    assert judge("C13").label == "holds"


@pytest.mark.parametrize(
    ("identifier", "own", "said"),
    [
        (
            "C13",
            {"almost": 80},
            "no threshold 'almost'; allowed: almost_pct.*did you mean 'almost_pct'",
        ),
        ("C13", {"almost_pct": "much"}, "C13, almost_pct: 'much' is no number; allowed: 0 to"),
        ("C13", {"almost_pct": True}, "C13, almost_pct: True is no number; allowed: 0 to 100"),
        ("C13", {"almost_pct": "8_0"}, "C13, almost_pct: '8_0' is no number; allowed: 0 to"),
        ("C13", {"almost_pct": 120}, "C13, almost_pct: 120 is out of range; allowed: 0 to 100"),
        ("C13", {"almost_pct": float("nan")}, "C13, almost_pct: nan is no number"),
        ("C13", {"peak_year": 1950}, "C13 cannot be measured with peak_year = 1950; try values"),
        (
            "C37",
            {"window_years": 0},
            "C37 cannot be measured with .* covers no year",
        ),
        ("C15", {"least_decades": 2.5}, "C15, least_decades: 2.5 came in; allowed: whole numbers"),
        ("C16", {"almost_pct": 80}, "C16 has no threshold 'almost_pct'; allowed: none"),
        ("C16", {}, "C16 has no verdict: "),
        ("C999", {}, "there is no claim 'C999'"),
    ],
)
def test_what_no_rule_can_take_is_refused(identifier, own, said):
    with pytest.raises(ParameterError, match=said):
        judge(identifier, **own)


@pytest.mark.parametrize("identifier", TESTED)
def test_each_threshold_of_the_ledger_is_a_value_that_a_reader_may_give(identifier):
    this = ledger()[identifier]
    for name, value in this.thresholds.items():
        assert checked(this, name, value) == value


def test_a_threshold_in_the_ledger_that_no_data_reach_is_told_with_its_claim(monkeypatch):
    beyond = with_thresholds(ledger()["C13"], {"peak_year": 1950})
    monkeypatch.setattr(claims, "claim", lambda identifier: beyond)
    with pytest.raises(DataFileError, match=r"claim C13 cannot be measured \(KeyError: 1950\)"):
        verdict_on.__wrapped__("C13")


def test_a_design_that_cannot_be_computed_is_not_passed_over():
    labels = sweep("C30", "smallest_usd_bn", 998, 1000)
    assert labels.label.iloc[-1] == "cannot be measured"
    with pytest.raises(ParameterError, match="smallest_usd_bn: -1 is out of range; allowed"):
        judge("C30", smallest_usd_bn=-1)


def test_a_sweep_tells_the_stretches_and_where_the_label_turns():
    stretches = sweep("C15", "least_decades", 0, 6)
    assert stretches.values.tolist() == [[0, 3, "holds"], [4, 6, "holds with caveats"]]
    (first, turn, weaker), (again, last, stronger) = sweep("C05", "near_share", 0, 1).values
    assert (first, last, turn) == (0, 1, again)
    for share, label in ((1 - STEP, weaker), (1 + STEP, stronger)):
        assert judge("C05", near_share=turn * share).label == label


def test_a_sweep_says_which_values_the_data_do_not_reach():
    labels = sweep("C13", "peak_year", 1955, 1959).label
    assert list(labels) == ["cannot be measured", "holds"]


def test_a_sweep_from_a_higher_value_to_a_lower_one_is_refused():
    with pytest.raises(ParameterError, match="C13, almost_pct: 100 is not below 50"):
        sweep("C13", "almost_pct", 100, 50)


def test_a_sweep_over_more_whole_numbers_than_it_can_try_is_refused():
    with pytest.raises(ParameterError, match=r"1000000001 values .*; allowed: up to 1000 values"):
        sweep("C15", "least_decades", 0, 10**9)


@pytest.mark.parametrize("identifier", TESTED)
def test_the_label_turns_where_the_verdict_says(identifier):
    """Just before the turn it is the old label, at the turn the new one; measured anew as well."""
    this, evidence = ledger()[identifier], evidence_of(ledger()[identifier])
    figures = measured(this, evidence, {})
    for name, (turn, label) in turns(this, figures).items():
        set_at = this.thresholds[name]
        whole = isinstance(set_at, int) and not name.endswith("_pct")
        back = STEP * max(abs(turn), STEP)
        before = turn + (1 if set_at > turn else -1) * (1 if whole else back)
        assert label_of(this.labels, {**figures, name: before}) == verdict_on(identifier).label
        assert label_of(this.labels, {**figures, name: turn}) == label
        if name in inspect.signature(evidence).parameters:
            assert label_of(this.labels, measured(this, evidence, {name: turn})) == label
