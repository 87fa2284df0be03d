"""The essay's argument: steps that rest on claims and on one another, and the state of each.

The state of a step follows from data/essay/argument.yaml and the ledger's labels by one rule:

- a claim is shown where it stands, shown in part where it stands in part, contradicted where it
  does not stand, and not shown where the data do not decide or there are none;
- a step with premises is as strong as the weakest of them, its bridge among them;
- a step that has reasons only is shown where most of them are, contradicted where most of them
  are, shown in part where at least one is shown or shown in part, and not shown otherwise;
- a qualification that is shown, wholly or in part, makes of shown no more than shown in part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path
from typing import NamedTuple

from analysis.claims.cards import PLAIN, STATES, Shown, column_of, link_to, mark
from analysis.claims.entries import read_entries, refuse
from analysis.claims.ledger import ledger
from analysis.errors import DataFileError
from analysis.paths import ARGUMENT

STATE_OF = {column: state for state, column in STATES.items()} | {"undecided": "not shown"}
"""State of a claim by the column of its label."""
GOOD, BAD = ("shown", "shown in part"), ("not shown", "contradicted")
"""States that bear a step, wholly or in part, and those that do not."""
AFTER = "What the essay draws from this for Washington"
"""Head of the steps on which the thesis does not rest."""
BREAK = "\N{MULTIPLICATION SIGN}"
"""Sign of a bridge that does not bear."""
ENDINGS = {
    "What survives, wholly or in part": GOOD,
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
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A sentence in the author's sense, and what it rests on.

    It fails without what it ``needs`` and without the ``bridge``, the claim that leads on from
    there; ``supports`` are independent reasons, ``qualifies`` is what weakens it, and ``stated``
    the claim that is the step itself, which lends it no weight. ``awaits`` is the one published
    figure that could change its state, and ``expected`` when it is due.
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
        return (*self.needs, self.bridge) if self.bridge else self.needs

    @property
    def roles(self) -> list[tuple[str, str]]:
        """What each part is to it, in words, and the part."""
        held = [(words, getattr(self, role)) for role, words in ROLES.items()]
        listed = [(words, [one] if isinstance(one, str) else one) for words, one in held]
        return [(words, part) for words, parts in listed for part in parts if part]

    @property
    def parts(self) -> tuple[str, ...]:
        """Every claim and step that it names."""
        return tuple(part for _, part in self.roles)


class Answer(NamedTuple):
    """What the argument for a thesis comes to in a sentence, the state of each step and claim by
    id, and steps under it whose bridge does not bear while what it leads from is shown, or in part.
    """

    sentence: str
    states: dict[str, str]
    broken: list[Step]
    steps: Mapping[str, Step]
    thesis: str


@cache
def argument() -> dict[str, Step]:
    """The essay's argument; see ``read_argument``."""
    return read_argument(ARGUMENT, set(ledger()))


def read_argument(path: Path, claims: set[str]) -> dict[str, Step]:
    """The steps of a file by id, each after those that it rests on.

    DataFileError as from ``read_entries``, and if a step names what does not exist, steps rest on
    one another in a circle, or a claim stands in no step or in two; all offenders are listed.
    """
    steps = read_entries(path, Step, _unfounded)
    refuse(path, _misplaced(steps, claims))
    graph = {name: [part for part in step.parts if part in steps] for name, step in steps.items()}
    try:
        return {name: steps[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as problem:
        circle = " -> ".join(problem.args[1])
        raise DataFileError(
            f"data/essay/{path.name}: the steps {circle} rest on one another",
            do="take one of them out of the other's parts",
        ) from None


def _unfounded(step: Step) -> Iterator[str]:
    if not step.needs and not step.supports:
        yield " rests on nothing; it has needs or supports"


def _misplaced(steps: Mapping[str, Step], claims: set[str]) -> Iterator[str]:
    """Parts that do not exist, and claims that stand in no step or in two."""
    for step in steps.values():
        for part in step.parts:
            if part not in claims and part not in steps:
                yield f"{step.id} names '{part}', which is neither a claim nor a step"
    for claim in sorted(claims):
        found = [step.id for step in steps.values() for part in step.parts if part == claim]
        if len(found) != 1:
            yield f"{claim} stands in {' and '.join(found) or 'no step'}; each claim stands in one"


def states(steps: Mapping[str, Step], labels: Mapping[str, str]) -> dict[str, str]:
    """State of each claim and step, by the labels of claims; steps are in ``argument``'s order."""
    known = {claim: STATE_OF[column_of(label)] for claim, label in labels.items()}
    for name, step in steps.items():
        found = [known[part] for part in step.premises or step.supports]
        state = _weakest(found) if step.premises else _by_reasons(found)
        qualified = any(known[part] in GOOD for part in step.qualifies)
        known[name] = "shown in part" if state == "shown" and qualified else state
    return known


def _weakest(found: Iterable[str]) -> str:
    return min(found, key=[*STATES].index)


def _by_reasons(found: Sequence[str]) -> str:
    for state in ("shown", "contradicted"):
        if 2 * found.count(state) > len(found):
            return state
    return "shown in part" if {*GOOD} & {*found} else "not shown"


def answered(steps: Mapping[str, Step], labels: Mapping[str, str], *, thesis: str) -> Answer:
    """What the argument for a thesis comes to, by the labels of the ledger; see ``states``."""
    known = states(steps, labels)
    broken = [
        step
        for step in _under(steps, thesis)
        if step.bridge
        and known[step.bridge] in BAD
        and all(known[part] in GOOD for part in step.needs)
    ]
    said = f"That {steps[thesis].name} is {known[thesis]}: of the essay's "
    said += _counted(steps[thesis].supports, known, lambda part: steps[part].name)
    if broken:
        bridges = _listed([step.name for step in broken])
        said += f". For {bridges} the facts stand, wholly or in part, but what the essay"
        said += " concludes from them is not borne out"
    return Answer(f"{said}.", known, broken, steps, thesis)


def _counted(reasons: Sequence[str], known: Mapping[str, str], named: Callable[[str], str]) -> str:
    """How many reasons there are, and how many in each state, with their names in brackets."""
    told = []
    for state in reversed(STATES):
        held = [part for part in reasons if known[part] == state]
        names = ", ".join(filter(None, map(named, held)))
        if held:
            which = f" ({names})" if names else ""
            told.append(f"{_number(len(held))} {_is(held)} {state}{which}")
    return f"{_number(len(reasons))} reasons {_listed(told)}"


def why(step: Step, answer: Answer) -> str:
    """What puts a step into its state: the weakest of what it needs, or its reasons, and doubts."""
    known = answer.states

    def named(part: str) -> str:
        if part in answer.steps:
            return answer.steps[part].name
        return f"\u201c{ledger()[part].claim.rstrip('.')}\u201d ({part})"

    if step.premises:
        weakest = _weakest(known[part] for part in step.premises)
        parts = [named(part) for part in step.premises if known[part] == weakest]
        said = f"It needs {_listed(parts)}, which {_is(parts)} {weakest}"
        said = "All that it needs is shown" if weakest == "shown" else said
    else:
        counted = _counted(step.supports, known, lambda p: named(p) if known[p] in BAD else "")
        said = f"Of its {counted}"
    doubts = [named(part) for part in step.qualifies if known[part] in GOOD]
    return f"{said}{f'. It is weakened by {_listed(doubts)}' if doubts else ''}."


def concluded(answer: Answer) -> Shown:
    """What survives of the argument, what does not and what is open: each step in its order with
    the sentence that says why, and the figure to wait for where it is open.
    """
    texts, cards = [], []
    for head, held in ENDINGS.items():
        lines, items = [], ""
        for name in order(answer.steps, thesis=answer.thesis):
            step, state = answer.steps[name], answer.states[name]
            if state in held:
                due = "" if step.expected.startswith("no date") else f" ({step.expected})"
                waits = f" To wait for: {step.awaits}{due}." if state == "not shown" else ""
                reason = f"{why(step, answer)}{waits}"
                lines.append(f"- {step.sentence} {state.upper()}. {reason}")
                said = f"<strong>{escape(step.sentence)}</strong> {escape(reason)}"
                items += f"<li>{mark(state)} {said}</li>"
        texts.append("\n".join([head, *(lines or ["- nothing"])]))
        body = f"<ul>{items}</ul>" if items else "<p>Nothing.</p>"
        cards.append(f'<div class="conclusion {PLAIN}"><h3>{head}</h3>{body}</div>')
    return Shown(texts, cards)


def _under(steps: Mapping[str, Step], thesis: str) -> list[Step]:
    """The steps that a step rests on and itself, each after those that it rests on."""
    wanted = {thesis}
    for name in reversed([*steps]):
        if name in wanted:
            wanted.update(steps[name].parts)
    return [step for name, step in steps.items() if name in wanted]


def order(steps: Mapping[str, Step], *, thesis: str) -> dict[str, int]:
    """Every step once, with its distance from the one above: the thesis and what it rests on, then
    what the essay draws from it, the furthest first.
    """
    depths: dict[str, int] = {}

    def descend(name: str, depth: int) -> None:
        if name in steps and name not in depths:
            depths[name] = depth
            for part in steps[name].parts:
                descend(part, depth + 1)

    for name in (thesis, *reversed([*steps])):
        descend(name, 0)
    return depths


def step_list(answer: Answer) -> tuple[str, str]:
    """The steps in their order with their states, as text and as a list in HTML."""
    lines: list[str] = []
    items = ""
    for name, depth in order(answer.steps, thesis=answer.thesis).items():
        if lines and not depth and AFTER not in lines:
            lines.append(AFTER)
            items += f'<li class="after">{AFTER}</li>'
        step, state, link = answer.steps[name], answer.states[name], ""
        if step in answer.broken:
            link = f" {BREAK} its facts stand, what follows is {answer.states[step.bridge]}"
        lines.append(f"{'  ' * depth}{step.name}: {state}{link}")
        said = escape(step.name[0].upper() + step.name[1:])
        items += f'<li class="depth-{depth}"><a href="#step-{name}">{said}</a> {mark(state)}'
        items += f'<span class="link">{link}</span></li>'
    return "\n".join(lines), f'<ul class="argument-list">{items}</ul>'


def outline(answer: Answer) -> Shown:
    """The argument as an indented list: each step with its state, and under it what it rests on.

    The step that rests on most comes first; one that several rest on is told in full once.
    """
    first, _, more = answer.sentence.partition(". ")
    lead = f"<strong>{escape(first.rstrip('.'))}.</strong> {escape(more)}"
    texts, cards = [answer.sentence], [f'<p class="{PLAIN}">{lead}</p>']
    named = {part for step in answer.steps.values() for part in step.parts}
    told: set[str] = set()
    for step in reversed([*answer.steps.values()]):
        if step.id not in named:
            lines, items = _told(step, answer, told, inset="")
            texts.append("\n".join(lines))
            cards.append(f'<ul class="argument {PLAIN}">{items}</ul>')
    return Shown(texts, cards)


def _told(step: Step, answer: Answer, told: set[str], *, inset: str) -> tuple[list[str], str]:
    """A step and what it rests on, as lines of text and as an item of a list."""
    state, again = answer.states[step.id], " (see above)" if step.id in told else ""
    lines, items = [f"{inset}{state.upper()}: {step.sentence}{again}"], ""
    for words, part in () if again else step.roles:
        if part in answer.steps:
            inner, item = _told(answer.steps[part], answer, told, inset=f"{inset}    ")
            lines += [f"{inset}  {words}:", *inner]
            items += item
        else:
            said, held = ledger()[part].claim, answer.states[part]
            lines.append(f"{inset}  {words}: {part} {said} ({held})")
            items += f"<li>{words}: {link_to(part)} {escape(said)} {mark(held)}</li>"
    told.add(step.id)
    under = f"<ul>{items}</ul>" if items else ""
    anchor = "" if again else f' id="step-{step.id}"'
    return lines, f"<li{anchor}>{mark(state)} {escape(step.sentence + again)}{under}</li>"


def _number(count: int) -> str:
    words = NUMBERS.split()
    return words[count] if count < len(words) else str(count)


def _is(parts: Sequence[str]) -> str:
    return "is" if len(parts) == 1 else "are"


def _listed(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
