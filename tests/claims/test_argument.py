"""The argument: what its file may hold, and the state that follows for each step."""

import itertools

import pytest
import yaml

from analysis.claims import ledger, standing
from analysis.claims.argument import Step, answered, argument, outline, read_argument, states
from analysis.claims.ledger import LABELS
from analysis.errors import DataFileError

LABEL = {
    "shown": "holds",
    "shown in part": "mixed",
    "not shown": "undecided",
    "contradicted": "does not hold",
}
"""A label that puts a claim into each state."""
NAMED = {"name": "a step", "sentence": "It stands.", "awaits": "A figure", "expected": "May"}


def state_of(labels, **parts):
    """State of a step that rests on claims with these labels."""
    step = Step(id="step", **NAMED, **parts)
    return states({"step": step}, labels)["step"]


@pytest.mark.parametrize(("one", "other"), [*itertools.product(LABEL, LABEL)])
def test_the_weakest_premise_decides_and_the_bridge_is_one(one, other):
    labels = {"C1": LABEL[one], "C2": LABEL[other]}
    order = ["contradicted", "not shown", "shown in part", "shown"]
    weakest = min(one, other, key=order.index)
    assert state_of(labels, needs=("C1", "C2")) == weakest
    assert state_of(labels, needs=("C1",), bridge="C2") == weakest


@pytest.mark.parametrize(
    ("reasons", "state"),
    [
        (["shown", "shown", "contradicted"], "shown"),
        (["shown", "contradicted"], "shown in part"),
        (["shown in part", "not shown", "not shown"], "shown in part"),
        (["not shown", "not shown", "contradicted"], "not shown"),
        (["contradicted", "contradicted", "shown"], "contradicted"),
    ],
)
def test_reasons_are_counted(reasons, state):
    labels = {f"C{place}": LABEL[reason] for place, reason in enumerate(reasons)}
    assert state_of(labels, supports=tuple(labels)) == state


@pytest.mark.parametrize(
    ("qualification", "state"),
    [
        ("shown", "shown in part"),
        ("shown in part", "shown in part"),
        ("not shown", "shown"),
        ("contradicted", "shown"),
    ],
)
def test_a_qualification_that_stands_makes_of_shown_shown_in_part(qualification, state):
    labels = {"C1": "holds", "C2": LABEL[qualification]}
    assert state_of(labels, needs=("C1",), qualifies=("C2",)) == state


def test_reasons_beside_premises_do_not_decide():
    labels = {"C1": "holds", "C2": "does not hold"}
    assert state_of(labels, needs=("C1",), supports=("C2",)) == "shown"


@pytest.mark.parametrize("name", [*argument()])
def test_every_step_of_the_essay_can_come_out_in_every_state(name):
    """Where all its claims stand alike and nothing qualifies it, a step stands as they do."""
    for state in LABEL:
        labels = dict.fromkeys(ledger(), LABEL[state])
        labels |= dict.fromkeys(qualifications_under(name), "undecided")
        assert states(argument(), labels)[name] == state, argument()[name].sentence


def qualifications_under(name):
    """Claims that qualify a step or one that it rests on, and what those rest on."""
    steps = argument()
    under, open_ones = {name}, set()
    for each in reversed([*steps]):
        if each in under:
            under.update(steps[each].parts)
            open_ones.update(steps[each].qualifies)
        if each in open_ones:
            open_ones.update(steps[each].parts)
    return [claim for claim in open_ones if claim in ledger()]


def test_the_answer_counts_the_reasons_and_names_the_broken_bridges():
    labels = dict.fromkeys(ledger(), "holds") | {"C40": "undecided", "C46": "does not hold"}
    answer = answered(argument(), labels, thesis="robust")
    assert "of the essay's seven reasons" in answer.sentence
    assert "one is contradicted (no Chinese leverage over Russia)" in answer.sentence
    assert [step.id for step in answer.broken] == ["ballast"]
    assert "For trade as ballast the facts stand, wholly or in part" in answer.sentence


def test_the_outline_names_every_step_and_claim_with_its_state():
    labels = {name: standing(this) for name, this in ledger().items()}
    shown = outline(answered(argument(), labels, thesis="robust"))
    text, html = str(shown), shown._repr_mimebundle_()[0]["text/html"]
    for claim in ledger():
        assert claim in text
        assert f">{claim}</a>" in html
    for step in argument().values():
        assert step.sentence in text


def written(tmp_path, *steps):
    path = tmp_path / "argument.yaml"
    path.write_text(yaml.safe_dump([NAMED | step for step in steps]))
    return path


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"id": "a", "needs": ["C1"]}], "C2 stands in no step; each claim stands in one"),
        (
            [{"id": "a", "needs": ["C1", "C2"]}, {"id": "b", "needs": ["C1"]}],
            "C1 stands in a and b; each claim stands in one",
        ),
        ([{"id": "a", "needs": ["C1", "C2", "C3"]}], "a names 'C3', which is neither a claim nor"),
        (
            [{"id": "a", "needs": ["b", "C1"]}, {"id": "b", "needs": ["a", "C2"]}],
            "the steps .* rest on one another; take one of them out",
        ),
        (
            [{"id": "a", "awaits": "", "needs": ["C1", "C2"]}],
            "a, awaits: '' came in; allowed: text",
        ),
        (
            [{"id": "a", "need": ["C1", "C2"]}],
            r"a has unknown fields need; allowed: .*a rests on nothing",
        ),
        ([{"id": "a", "needs": "C1"}], "a, needs: 'C1' came in; allowed: a list of texts"),
        ([{"id": "a", "needs": ["C1", ["C2"]]}], r"a, needs: \['C2'\] came in; allowed: text"),
        ([{"id": "a", "needs": ["C1"], "bridge": 5}], "a, bridge: 5 came in; allowed: text"),
        (
            [{"id": "a", "needs": ["C1"]}, {"id": "a", "needs": ["C2"]}],
            "a, id: several entries have it",
        ),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(tmp_path, steps, said):
    with pytest.raises(DataFileError, match=said):
        read_argument(written(tmp_path, *steps), {"C1", "C2"})


def test_every_label_puts_a_claim_into_a_state():
    for kind in LABELS.values():
        for label in kind:
            assert state_of({"C1": label}, needs=("C1",))
