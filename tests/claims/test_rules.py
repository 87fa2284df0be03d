"""Every rule can return every label that its claim allows, and no judge types a label or a finding
in by hand."""

import ast
import inspect

import pandas as pd
import pytest

from analysis.claims import JUDGES, MODULES, ledger
from analysis.claims.border import both_listed, calmer, grows, settled
from analysis.claims.ledger import LABELS
from analysis.claims.split import Fall, earlier_roots, quarrelled, uninterrupted
from analysis.claims.stop import at_throats, border_war, stopped, vibrant

UNTESTABLE = "cannot be tested here"


def places(*ranks):
    return pd.DataFrame({"rank": ranks, "of": 10}, index=[f"m{i}" for i in range(len(ranks))])


def the(*names):
    """Thresholds of the ledger by the names that a rule gives them: ('C05', rule's name, ledger's
    name), ..."""
    return {own: ledger()[claim].thresholds[theirs] for claim, own, theirs in names}


LATE_FIFTIES = the(("C09", "first", "first_year"), ("C09", "last", "last_year"))
PEAK = the(("C12", "high", "high_pct"), ("C12", "low", "low_pct"))
STOP = the(("C13", "almost", "almost_pct"), ("C13", "half", "half_pct"))

RULES = {
    "C03": (earlier_roots, [({"a": (0.1, 0.333), "b": (0.1, 0.333)},), ({"a": (0.1, 0.333), "b": (0.1, 0.332)},),
                            ({"a": (0.0, 0.333)},)], the(("C03", "least", "least_share"))),
    "C04": (lambda recovered, **limit: uninterrupted([Fall(2000, 30.0, one) for one in recovered], **limit),
            [((),), ((5,),), ((6,),)], the(("C04", "longest_recovery", "longest_recovery"))),
    "C09": (quarrelled, [({"a": 1957, "b": 1960},), ({"a": 1956, "b": 1960},), ({"a": 1956, "b": 1961},)],
            LATE_FIFTIES),
    "C10": (border_war, [(4, 3, True), (4, 3, False), (3, 3, False)], {}),
    "C12": (vibrant, [(33.3,), (33.2,), (9.9,)], PEAK),
    "C13": (stopped, [(90.0,), (89.9,), (49.9,)], STOP),
    "C15": (at_throats, [(1.0, 0.5, 0.10, 2), (1.0, 0.5, 0.11, 2), (0.5, 0.5, 0.01, 2)],
            the(("C15", "limit", "p_value"))),
    "C17": (lambda disputes, whole: settled(disputes, complete=whole), [(0, True), (0, False), (1, True)], {}),
    "C21": (grows, [(2.0, 1.0, 0.10), (2.0, 1.0, 0.11), (1.0, 1.0, 0.01)], the(("C21", "limit", "p_value"))),
    "C22": (both_listed, [(1, 1), (1, 0), (0, 0)], {}),
    "C23": (calmer, [(1.0, 0.5, 0.10), (1.0, 0.5, 0.11), (0.5, 1.0, 0.9)], the(("C23", "limit", "p_value"))),
}  # fmt: skip
"""By claim its rule, arguments on either side of each threshold, and the thresholds of the
ledger."""


def allowed(identifier):
    """Labels that the wording of the rule leaves to a claim."""
    this = ledger()[identifier]
    labels = set(LABELS[this.kind])
    if this.kind == "fact":
        labels -= {"holds"} if "at best" in this.rule else set()
        labels -= {UNTESTABLE}
    return labels


def test_every_judged_claim_has_its_rule_here():
    assert set(RULES) == set(JUDGES)


@pytest.mark.parametrize("identifier", list(RULES))
def test_a_rule_gives_each_of_its_labels_at_the_thresholds_of_the_ledger(identifier):
    rule, cases, limits = RULES[identifier]
    assert {rule(*case, **limits) for case in cases} == allowed(identifier)


def trees():
    return {module.__name__: ast.parse(inspect.getsource(module)) for module in MODULES}


def calls(tree):
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


RULE_NAMES = {
    name
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if (function.__doc__ or "").startswith("Label of")
}


def test_rules_are_known_by_the_first_words_of_their_docstrings():
    named = {rule.__name__ for rule, *_ in RULES.values() if rule.__name__ != "<lambda>"}
    assert named < RULE_NAMES


@pytest.mark.parametrize("module", list(trees()))
def test_no_judge_answers_a_rule_s_question_by_hand(module):
    typed = [
        f"{call.func.id} in line {call.lineno}"
        for call in calls(trees()[module])
        if call.func.id in RULE_NAMES
        for value in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(value, ast.Constant)
        and (value.value is None or isinstance(value.value, bool))
    ]
    assert typed == []


@pytest.mark.parametrize("module", list(trees()))
def test_no_verdict_or_variant_has_a_label_that_is_typed(module):
    typed = [
        f"{call.func.id} in line {call.lineno}"
        for call in calls(trees()[module])
        if call.func.id in ("Verdict", "Variant")
        for keyword in call.keywords
        if keyword.arg == "label" and isinstance(keyword.value, ast.Constant)
    ]
    assert typed == []
