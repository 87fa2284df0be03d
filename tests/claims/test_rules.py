"""Every rule can return every label that its claim allows, and no judge types a label or a finding
in by hand."""

import ast
import inspect

import pandas as pd
import pytest
from analysis.claims.trade_boom import about_by_all, fast_growth, stated_level, strong_ties

from analysis.claims import JUDGES, MODULES, ledger
from analysis.claims.ballast import precluded, profitable, steadies
from analysis.claims.clubs import accomplished
from analysis.claims.coercion import equal_need, never_listed, weaker_targets
from analysis.claims.dependence import common_predicament, no_vassal, unlike_europe
from analysis.claims.energy import leading
from analysis.claims.forums import broad_support, respectful
from analysis.claims.frictions import competes, managed, misgivings, not_allies
from analysis.claims.goods import appetite, key_supplier, western_chips
from analysis.claims.ledger import LABELS
from analysis.claims.leverage import no_wedge, stays_neutral, strained
from analysis.claims.limits import extraordinary, slower_than
from analysis.claims.outlook import coordinates, half_hearted, shared_outlook
from analysis.claims.turning import mostly

UNTESTABLE = "cannot be tested here"
BETWEEN_LIMITS = {"C08", "C33", "C34", "C35", "C39", "C52"}
"""Claims whose rule leaves a gap between its labels, in which nothing is claimed."""
NEVER_CAVEATS = {"C41"}
"""The rule knows 'holds' and 'does not hold' only."""


def places(*ranks):
    return pd.DataFrame({"rank": ranks, "of": 10}, index=[f"m{i}" for i in range(len(ranks))])


def votes(abstain, no, yes=0):
    return pd.Series({"abstain": abstain, "no": no, "yes": yes, "unknown": 0})


def the(*names):
    """Thresholds of the ledger by the names that a rule gives them: ('C05', rule's name, ledger's
    name), ..."""
    return {own: ledger()[claim].thresholds[theirs] for claim, own, theirs in names}


OUTLOOK = the(("C05", "top", "top_share"), ("C05", "near", "near_share"))
TIES = the(("C06", "home_limit", "rank_for_home"), ("C06", "partner_limit", "rank_for_partner"))
FORUMS = the(("C07", "few", "few_pct"), ("C07", "many", "many_pct"))
POLLS = the(("C08", "high", "high_pct"), ("C08", "low", "low_pct"))
LEVEL = the(
    ("C27", "stated", "stated_usd_bn"),
    ("C27", "exact_pct", "exact_pct"),
    ("C27", "about_pct", "about_pct"),
)
ABOUT = the(("C28", "stated", "stated_usd_bn"), ("C28", "about_pct", "about_pct")) | {"first": "a"}
PLACE = the(("C37", "top_share", "top_share"), ("C37", "caveat_share", "caveat_share"))
CHIPS = the(("C39", "least_pct", "least_pct"), ("C39", "lowest_pct", "lowest_pct"))
WEDGE = the(("C56", "wait", "wait_years"), ("C56", "most_falls", "most_falls"))
KEY = {name: the((name, "least_pct", "least_pct")) for name in ("C33", "C34", "C35")}

RULES = {
    "C05": (shared_outlook, [(0.10, 0.10), (0.25, 0.25), (0.251, 0.1)], OUTLOOK),
    "C06": (strong_ties, [(1, 10), (1, 11), (2, 11)], TIES),
    "C07": (respectful, [(24.9, 6, 10), (25.0, 6, 10), (50.1, 6, 10)], FORUMS),
    "C08": (broad_support, [({"a": 60.1, "b": 61},), ({"a": 60, "b": 61},), ({"a": 49.9, "b": 61},)], POLLS),
    "C24": (coordinates, [(0.1, 0.001), (0.1, 0.0), (0.0, -0.1)], {}),
    "C25": (half_hearted, [(0.4, 0.51, 0.09), (0.4, 0.5, 0.1), (0.51, 0.4, 0.09)], {}),
    "C26": (accomplished, [(0.0, -0.1), (0.1, 0.0), (0.1, 0.01)], {}),
    "C27": (stated_level, [(245 * 1.005,), (245 * 1.006,), (245 * 1.051,)], LEVEL),
    "C28": (about_by_all,
            [({"a": 147 * 1.05, "b": 147},), ({"a": 147, "b": 147 * 1.06},), ({"a": 147 * 1.06, "b": 147},)], ABOUT),
    "C29": (fast_growth, [([10, 10, 10], 10), ([9.9, 30, 30], 10), ([9.9, 9, 9], 9.9)],
            the(("C29", "fast_pct", "fast_pct"))),
    "C30": (mostly,
            [({"a": 50.1, "b": 60, "c": 60},), ({"a": 50.0, "b": 60, "c": 60},), ({"a": 50.0, "b": 50, "c": 60},)],
            the(("C30", "half_pct", "half_pct"))),
    "C32": (lambda rank, first: leading(rank, first_by_value=first), [(1, True), (1, None), (2, True)], {}),
    **{name: (key_supplier, [(20.0, 33.3), (None, 33.3), (20.0, 33.2)], limit) for name, limit in KEY.items()},
    "C36": (slower_than, [(None, 18.6), (18.5, 18.6), (18.6, 18.6)], {}),
    "C37": (extraordinary, [(0.10,), (0.11,), (0.26,)], PLACE),
    "C38": (appetite,
            [({"a": 0.0, "b": 0.0, "c": 1},), ({"a": 0.0, "b": 1, "c": 1},), ({"a": 1, "b": 1, "c": 1},)], {}),
    "C39": (western_chips, [(33.3,), (33.2,), (9.9,)], CHIPS),
    "C40": (lambda beta, p, leads, limit: steadies(beta, p, leads_p_value=lambda: leads, limit=limit),
            [(-1, 0.10, 0.11), (-1, 0.11, 0.5), (1, 0.10, 0.5)], the(("C40", "limit", "p_value"))),
    "C41": (precluded, [(1,), (0,)], {}),
    "C42": (no_vassal, [(10.0, 0), (9.9, 0), (9.9, 1)], the(("C42", "top_pct", "top_pct"))),
    "C43": (unlike_europe, [(10, 37.9, 38), (10, 38, 38), (38.1, 50, 38)], {}),
    "C44": (common_predicament, [(0.5,), (0.499,)], the(("C44", "least", "least_share"))),
    "C45": (weaker_targets, [(10, 0.51), (9, 0.51), (10, 0.5)], the(("C45", "least_cases", "least_cases"))),
    "C46": (never_listed, [(0,), (1,)], {}),
    "C47": (equal_need, [(2.0, 9), (2.1, 2.0), (2.1, 2.1)], the(("C47", "widest", "widest_ratio"))),
    "C49": (profitable, [({"trade": (1, 1)},), ({"trade": (1, 0)},), ({"trade": (-1, -1)},)], {}),
    "C50": (competes, [({"a": True, "b": True, "c": False},), ({"a": True, "b": False},)], {}),
    "C52": (misgivings, [(votes(66, 34),), (votes(65, 35),), (votes(49, 51),)], the(("C52", "few", "few_share"))),
    "C54": (managed, [(0.01, 0.0), (0.0, 0.0), (0.0, 0.01)], {}),
    "C55": (lambda clause, to, **essay: not_allies(clause, coded_to=to, **essay),
            [(False, 2025), (False, 2024), (True, 2025)], the(("C55", "essay_year", "essay_year"))),
    "C56": (no_wedge, [(1.9, {}), (2.0, {"a": (-2, 1), "b": (-1, 1)}), (2.0, {"a": (-2, 1), "b": (-2, 1)})], WEDGE),
    "C57": (stays_neutral, [(False, False), (True, False), (True, True)], {}),
    "C58": (strained, [(-0.1, 9), (-0.1, 10), (0.0, 10)], the(("C58", "fewest", "fewest_texts"))),
}  # fmt: skip
"""By claim its rule, arguments on either side of each threshold, and the thresholds of the
ledger."""


def allowed(identifier):
    """Labels that the wording of the rule leaves to a claim."""
    this = ledger()[identifier]
    labels = set(LABELS[this.kind])
    if this.kind == "fact":
        labels -= {"holds"} if "at best" in this.rule else set()
        labels -= {"holds with caveats"} if identifier in NEVER_CAVEATS else set()
        labels -= set() if identifier in BETWEEN_LIMITS else {UNTESTABLE}
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
