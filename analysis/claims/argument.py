"""The essay's argument: steps that rest on claims and on one another, and the state of each.

The state of a step follows from data/essay/argument.yaml and the ledger's labels by one rule:

- a claim is shown where it stands, shown in part where it stands in part, contradicted where it
  does not stand, and not shown where the data do not decide or there are none;
- a step with premises is as strong as the weakest of them, its bridge among them;
- a step that has reasons only is shown where most of them are, contradicted where most of them
  are, shown in part where at least one is shown or shown in part, and not shown otherwise;
- a qualification that is shown, wholly or in part, makes of shown no more than shown in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from analysis.claims.cards import PLAIN, STATES, Shown, column_of, link_to, mark
from analysis.claims.ledger import (
    TEXT,
    TEXTS,
    Shapes,
    ledger,
    misshapen,
    read_yaml,
    repeated,
)
from analysis.errors import DataFileError
from analysis.paths import ARGUMENT

STATE_OF = {
    "stands": "shown",
    "stands in part": "shown in part",
    "undecided": "not shown",
    "no data or too early": "not shown",
    "does not stand": "contradicted",
}
"""State of a claim by the column of its label."""
AFTER = "What the essay draws from this for Washington"
"""Head of the steps on which the thesis does not rest."""
BREAK = "\N{MULTIPLICATION SIGN}"
"""Sign of a bridge that does not bear."""
LISTS = ("needs", "supports", "qualifies")
REQUIRED = ("id", "name", "sentence", "awaits", "expected")
SHAPES: Shapes = {
    **dict.fromkeys([*REQUIRED, "stated", "bridge"], TEXT),
    **dict.fromkeys(LISTS, TEXTS),
}
"""What each field of a step holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the argument.

    Attributes
    ----------
    id, name, sentence : str
        A short name for the file, one for readers, and one sentence in the author's sense.
    needs : tuple of str
        Claims and steps without which it fails.
    bridge : str
        The claim that leads from them to the step; '' where nothing leads further.
    supports, qualifies : tuple of str
        Independent reasons for it, and what weakens it.
    stated : str
        The claim that is the step itself, which lends it no weight; '' mostly.
    awaits, expected : str
        The one published figure that could change its state, and when it is due.
    """

    id: str
    name: str
    sentence: str
    awaits: str
    expected: str
    stated: str = ""
    needs: tuple[str, ...] = ()
    bridge: str = ""
    supports: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()

    @property
    def premises(self) -> tuple[str, ...]:
        """What it needs, the bridge among it."""
        return (*self.needs, *filter(None, [self.bridge]))

    @property
    def parts(self) -> tuple[str, ...]:
        """Every claim and step that it names."""
        return (*self.premises, *self.supports, *self.qualifies, *filter(None, [self.stated]))


class Answer(NamedTuple):
    """What the argument comes to.

    Attributes
    ----------
    sentence : str
        One that a reader can quote.
    states : dict of str to str
        State of each step and claim by id.
    broken : list of Step
        Steps on the way to the thesis whose bridge is not shown or contradicted while what it
        leads from is shown, at least in part: the weakest bridges.
    """

    sentence: str
    states: dict[str, str]
    broken: list[Step]


@cache
def argument() -> dict[str, Step]:
    """The steps by id, each after those that it rests on; see ``read_argument``."""
    return read_argument(ARGUMENT, set(ledger()))


def read_argument(path: Path, claims: set[str]) -> dict[str, Step]:
    """The steps of a file by id, each after those that it rests on.

    Raises
    ------
    DataFileError
        If a step lacks a field or names what does not exist, steps rest on one another in a
        circle, or a claim stands in no step or in two; all offenders are listed.
    """
    entries = read_yaml(path, "the argument")
    faults = [*repeated(entries), *(fault for entry in entries for fault in _faults(entry))]
    if faults:
        raise DataFileError(f"data/essay/argument.yaml: {'; '.join(faults)}", do="mend these steps")
    steps = {entry["id"]: _step(entry) for entry in entries}
    faults = [*_misplaced(steps, claims)]
    if faults:
        raise DataFileError(f"data/essay/argument.yaml: {'; '.join(faults)}", do="mend these steps")
    graph = {name: [part for part in step.parts if part in steps] for name, step in steps.items()}
    try:
        return {name: steps[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as problem:
        circle = " -> ".join(problem.args[1])
        raise DataFileError(
            f"data/essay/argument.yaml: the steps {circle} rest on one another",
            do="take one of them out of the other's parts",
        ) from None


def _step(entry: Mapping[str, Any]) -> Step:
    fields: dict[str, Any] = {key: " ".join(str(said).split()) for key, said in entry.items()}
    return Step(**fields | {key: tuple(entry.get(key, ())) for key in LISTS})


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    name = entry.get("id", "a step without id")
    lacking = [key for key in REQUIRED if not entry.get(key)]
    if lacking:
        yield f"{name} lacks {', '.join(lacking)}"
    yield from misshapen(entry, SHAPES)
    unknown = sorted(str(key) for key in set(entry) - set(Step.__dataclass_fields__))
    if unknown:
        yield f"{name} has unknown fields {', '.join(unknown)}"
    if not entry.get("needs") and not entry.get("supports"):
        yield f"{name} rests on nothing; it has needs or supports"


def _misplaced(steps: Mapping[str, Step], claims: set[str]) -> Iterator[str]:
    """Parts that do not exist, and claims that stand in no step or in two."""
    places: dict[str, list[str]] = {claim: [] for claim in claims}
    for step in steps.values():
        for part in step.parts:
            if part in places:
                places[part].append(step.id)
            elif part not in steps:
                yield f"{step.id} names '{part}', which is neither a claim nor a step"
    for claim, found in sorted(places.items()):
        if len(found) != 1:
            yield f"{claim} stands in {' and '.join(found) or 'no step'}; each claim stands in one"


def states(steps: Mapping[str, Step], labels: Mapping[str, str]) -> dict[str, str]:
    """State of each claim and step.

    Parameters
    ----------
    steps : dict of str to Step
        Each after those that it rests on, as ``argument`` gives them.
    labels : dict of str to str
        Label of each claim.
    """
    known = {claim: STATE_OF[column_of(label)] for claim, label in labels.items()}
    for name, step in steps.items():
        known[name] = _state(step, known)
    return known


def _state(step: Step, known: Mapping[str, str]) -> str:
    found = [known[part] for part in step.premises or step.supports]
    state = min(found, key=[*STATES].index) if step.premises else _by_reasons(found)
    qualified = any(known[part] in ("shown", "shown in part") for part in step.qualifies)
    return "shown in part" if state == "shown" and qualified else state


def _by_reasons(found: Sequence[str]) -> str:
    for state in ("shown", "contradicted"):
        if 2 * found.count(state) > len(found):
            return state
    return "shown in part" if {"shown", "shown in part"} & set(found) else "not shown"


def answered(steps: Mapping[str, Step], labels: Mapping[str, str], *, thesis: str) -> Answer:
    """What the argument comes to, by the labels of the ledger.

    Parameters
    ----------
    steps, labels
        As for ``states``.
    thesis : str
        The step that the essay argues for; its reasons are counted.
    """
    known = states(steps, labels)
    broken = [
        step
        for step in _under(steps, thesis)
        if step.bridge
        and known[step.bridge] in ("not shown", "contradicted")
        and all(known[part] in ("shown", "shown in part") for part in step.needs)
    ]
    reasons = steps[thesis].supports
    counted = _counted(reasons, known, {part: steps[part].name for part in reasons})
    sentence = (
        f"That {steps[thesis].name} is {known[thesis]}: of the essay's {_number(len(reasons))}"
        f" reasons "
        f"{_listed(counted)}"
    )
    if broken:
        bridges = _listed([step.name for step in broken])
        sentence += f". For {bridges} the facts stand, wholly or in part, but what the essay"
        sentence += " concludes from them is not borne out"
    return Answer(f"{sentence}.", known, broken)


def _counted(
    reasons: Sequence[str], known: Mapping[str, str], names: Mapping[str, str]
) -> list[str]:
    """How many reasons are in each state, those that have a name in brackets."""
    told = []
    for state in reversed(STATES):
        held = [part for part in reasons if known[part] == state]
        named = [names[part] for part in held if part in names]
        which = f" ({', '.join(named)})" if named else ""
        if held:
            are = "is" if len(held) == 1 else "are"
            told.append(f"{_number(len(held))} {are} {state}{which}")
    return told


def why(step: Step, answer: Answer, steps: Mapping[str, Step]) -> str:
    """What puts a step into its state, in a sentence: the weakest of what it needs, or its reasons
    counted, and what weakens it.
    """
    known = answer.states

    def named(part: str) -> str:
        claim = None if part in steps else ledger()[part].claim.rstrip(".")
        return f"\u201c{claim}\u201d ({part})" if claim else steps[part].name

    if step.premises:
        weakest = min((known[part] for part in step.premises), key=[*STATES].index)
        parts = [part for part in step.premises if known[part] == weakest]
        said = "All that it needs is shown"
        if weakest != "shown":
            are = "is" if len(parts) == 1 else "are"
            said = f"It needs {_listed([named(part) for part in parts])}, which {are} {weakest}"
    else:
        bad = ("not shown", "contradicted")
        names = {part: named(part) for part in step.supports if known[part] in bad}
        counted = _listed(_counted(step.supports, known, names))
        said = f"Of its {_number(len(step.supports))} reasons {counted}"
    doubts = [part for part in step.qualifies if known[part] in ("shown", "shown in part")]
    weakened = f". It is weakened by {_listed([named(part) for part in doubts])}" if doubts else ""
    return f"{said}{weakened}."


def concluded(answer: Answer, steps: Mapping[str, Step], *, thesis: str) -> Shown:
    """What survives of the argument, what does not and what is open: each step in its order with
    the sentence that says why, and the figure to wait for where it is open.
    """
    texts, cards = [], []
    for head, held in ENDINGS.items():
        told = [steps[n] for n in order(steps, thesis=thesis) if answer.states[n] in held]
        lines, items = [], []
        for step in told:
            due = "" if step.expected.startswith("no date") else f" ({step.expected})"
            waits = f" To wait for: {step.awaits}{due}." if "not shown" in held else ""
            reason = f"{why(step, answer, steps)}{waits}"
            state = answer.states[step.id]
            lines.append(f"- {step.sentence} {state.upper()}. {reason}")
            items.append(
                f"<li>{mark(state)} <strong>{escape(step.sentence)}</strong> {escape(reason)}</li>"
            )
        texts.append("\n".join([head, *(lines or ["- nothing"])]))
        body = f"<ul>{''.join(items)}</ul>" if items else "<p>Nothing.</p>"
        cards.append(f'<div class="conclusion {PLAIN}"><h3>{head}</h3>{body}</div>')
    return Shown(texts, cards)


def _under(steps: Mapping[str, Step], thesis: str) -> list[Step]:
    """The steps that a step rests on and itself, each after those that it rests on."""
    wanted = {thesis}
    for name in reversed([*steps]):
        if name in wanted:
            wanted.update(part for part in steps[name].parts if part in steps)
    return [step for name, step in steps.items() if name in wanted]


def order(steps: Mapping[str, Step], *, thesis: str) -> dict[str, int]:
    """Every step once, with its distance from the one above: the thesis and what it rests on, then
    what the essay draws from it, the furthest first.
    """
    depths: dict[str, int] = {}

    def descend(name: str, depth: int) -> None:
        if name in steps and name not in depths:
            depths[name] = depth
            for _, part in _parts(steps[name]):
                descend(part, depth + 1)

    for name in (thesis, *reversed([*steps])):
        descend(name, 0)
    return depths


def step_list(answer: Answer, steps: Mapping[str, Step], *, thesis: str) -> tuple[str, str]:
    """The steps in their order with their states, as text and as a list in HTML."""
    weak = {step.id for step in answer.broken}
    lines, items = [], []
    for place, (name, depth) in enumerate(order(steps, thesis=thesis).items()):
        if place and not depth and AFTER not in lines:
            lines.append(AFTER)
            items.append(f'<li class="after">{AFTER}</li>')
        said, state = steps[name].name, answer.states[name]
        bridge = answer.states[steps[name].bridge] if name in weak else ""
        link = f" {BREAK} its facts stand, what follows is {bridge}" if bridge else ""
        lines.append(f"{'  ' * depth}{said}: {state}{link}")
        items.append(
            f'<li class="depth-{depth}"><a href="#step-{name}">{escape(said[0].upper() + said[1:])}'
            f'</a> {mark(state)}<span class="link">{link}</span></li>'
        )
    return "\n".join(lines), f'<ul class="argument-list">{"".join(items)}</ul>'


def _number(count: int) -> str:
    words = [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    return words[count] if count < len(words) else str(count)


def _listed(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def outline(answer: Answer, steps: Mapping[str, Step]) -> Shown:
    """The argument as an indented list: each step with its state, and under it what it rests on.

    The step that rests on most comes first; one that several rest on is told in full once.
    """
    first, _, more = answer.sentence.partition(". ")
    lead = f"<strong>{escape(first.rstrip('.'))}.</strong> {escape(more)}"
    texts, cards = [answer.sentence], [f'<p class="{PLAIN}">{lead}</p>']
    named = {part for step in steps.values() for part in step.parts}
    told: set[str] = set()
    for name in (name for name in reversed([*steps]) if name not in named):
        lines, items = _told(name, answer, steps, told, depth=0)
        texts.append("\n".join(lines))
        cards.append(f'<ul class="argument {PLAIN}">{items}</ul>')
    return Shown(texts, cards)


ENDINGS = {
    "What survives, wholly or in part": ("shown", "shown in part"),
    "What does not": ("contradicted",),
    "What is open": ("not shown",),
}
"""Heads of a conclusion, and the states of the steps below each."""
ROLES = {
    "needs": "needs",
    "bridge": "the step from there",
    "supports": "is supported by",
    "qualifies": "is qualified by",
    "stated": "is claim",
}
"""What a part is to its step, in words."""


def _told(
    name: str, answer: Answer, steps: Mapping[str, Step], told: set[str], *, depth: int
) -> tuple[list[str], str]:
    """A step and what it rests on, as lines of text and as an item of a list."""
    step, state, inset = steps[name], answer.states[name], "  " * depth
    again = " (see above)" if name in told else ""
    lines, items = [f"{inset}{state.upper()}: {step.sentence}{again}"], ""
    for words, part in () if again else _parts(step):
        if part in steps:
            inner, item = _told(part, answer, steps, told, depth=depth + 2)
            lines += [f"{inset}  {words}:", *inner]
            items += item
        else:
            said, held = ledger()[part].claim, answer.states[part]
            lines.append(f"{inset}  {words}: {part} {said} ({held})")
            items += f"<li>{words}: {link_to(part)} {escape(said)} {mark(held)}</li>"
    told.add(name)
    under = f"<ul>{items}</ul>" if items else ""
    anchor = "" if again else f' id="step-{name}"'
    return lines, f"<li{anchor}>{mark(state)} {escape(step.sentence + again)}{under}</li>"


def _parts(step: Step) -> Iterator[tuple[str, str]]:
    """Each part of a step with what it is to it."""
    for role, words in ROLES.items():
        held = getattr(step, role)
        for part in (held,) if isinstance(held, str) else held:
            if part:
                yield words, part
