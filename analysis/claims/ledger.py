"""The ledger: what the essay says, how it is measured, and the rule, from data/essay/claims.yaml.

The file is checked when it is read: an entry that lacks a field, a condition that does not parse, a
label that can never be given, or a case that is left open stops with the claim and the field.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any

from analysis.claims.entries import Asked, Change, Sentence, read_entries
from analysis.claims.rules import OTHERWISE, Condition, out_of_reach
from analysis.errors import ParameterError
from analysis.paths import CLAIMS

LABELS = {
    "fact": ("holds", "holds with caveats", "undecided", "does not hold", "cannot be tested here"),
    "forecast": ("on track", "too early", "off track"),
    "judgement": ("evidence for", "mixed", "evidence against"),
}
"""Labels by kind of claim, the kindest first; the last of a fact's says that there are no data."""
ARGUED = "argued, not measured"
"""Where a claim stands that no data could decide."""
KINDS_OF_READING = ("source", "method", "threshold", "period")
"""What a reading changes; only sources and methods can tell how firm a verdict is."""
LONGEST_QUOTE = 25
"""Words of the essay that a claim may quote."""
LINE = 96
"""Characters that a page of the book shows without scrolling."""
UNSAID = Sentence()
JUDGED = ("labels", "value", "unit", "measured", "flip", "sources")
"""What a claim needs as well where there is something to test."""


def wrapped(text: str) -> str:
    """Text in lines of readable length; what continues a line is set in from it."""
    inset = " " * (len(text) - len(text.lstrip()) + 4)
    return fill(text, LINE, subsequent_indent=inset, break_on_hyphens=False, break_long_words=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of the essay and the rule that judges it, as an entry of the ledger.

    ``quote`` is at most 25 words of the essay, ``claim`` the same in our words, as strong as the
    author means it. ``rule`` says in words what ``labels`` say as conditions, tried in this order;
    both take their numbers from ``thresholds``. ``value``, ``interval`` and ``p`` name the figure
    that decides, the ends of its interval, and the p-value of the rule's test. ``measured`` is the
    number as a reader would say it, ``reading`` the same for another reading, ``flip`` the datum
    that would flip the label, ``finding`` what was found in plain words for the front page, and
    ``chart`` what is drawn beside it (see ``charts``). ``readings`` are options of the evidence, or
    thresholds, under which the same rule is tried, and ``leaning`` those that lean on the default
    source, so that agreement proves little; ``readings_given`` is what the readings change that the
    evidence itself gives. A claim that no data here can decide has a ``cannot_test`` and no labels.
    """

    id: str
    paragraph: str
    quote: str
    claim: str
    kind: str
    measured_as: str
    rule: str
    against: str
    notebook: str
    rule_date: date
    thresholds: dict[str, float] = field(default_factory=dict)
    thresholds_from: str = ""
    labels: dict[str, Condition] = field(default_factory=dict)
    value: str = ""
    interval: tuple[str, ...] = ()
    p: str = ""
    unit: Sentence = UNSAID
    measured: Sentence = UNSAID
    reading: Sentence = UNSAID
    flip: Sentence = UNSAID
    finding: Sentence = UNSAID
    chart: dict[str, Any] = field(default_factory=dict)
    readings: dict[str, Asked] = field(default_factory=dict)
    readings_given: str = ""
    leaning: tuple[str, ...] = ()
    sources: tuple[Sentence, ...] = ()
    caveats: tuple[Sentence, ...] = ()
    default_source: str = ""
    independent_sources: tuple[str, ...] = ()
    cannot_test: str = ""
    history: tuple[Change, ...] = ()

    @property
    def asked(self) -> set[str]:
        """Every figure and threshold that a condition of a label names."""
        return {name for rule in self.labels.values() for name in rule.names}

    def conditions(self) -> list[str]:
        """The rule as it is applied, a line for each label, and the thresholds it names."""
        lines = [f"{label}: {rule.text}" for label, rule in self.labels.items()]
        limits = ", ".join(f"{name} = {limit:g}" for name, limit in self.thresholds.items())
        return [*lines, f"where {limits}"] if lines and limits else lines

    def __str__(self) -> str:
        lines = [
            f"{self.id} ({self.paragraph}, {self.kind}): {self.claim}",
            f'The essay: "{self.quote}"',
            f"Measured as: {self.measured_as}",
            f"Rule of {self.rule_date}: {self.rule}",
            *(f"  {line}" for line in self.conditions()),
            self.thresholds_from and f"Thresholds: {self.thresholds_from}",
            f"What would count against it: {self.against}",
            self.cannot_test and f"Why it is not tested: {self.cannot_test}",
            *(
                f"Until {past.until} the rule was: {past.rule} It gave '{past.label}'."
                f" Changed because: {past.reason}"
                for past in self.history
            ),
        ]
        return "\n".join(wrapped(line) for line in lines if line)


@cache
def ledger() -> dict[str, Claim]:
    """Every claim by id, in the order of the essay; see ``read_ledger``."""
    return read_ledger(CLAIMS)


def read_ledger(path: Path) -> dict[str, Claim]:
    """The claims of a file by id; see ``entries.read_entries`` for errors."""
    return read_entries(path, Claim, _faults)


def claim(identifier: str) -> Claim:
    """One claim by its id, for example 'C27'."""
    if identifier not in ledger():
        allowed = f"{min(ledger())} to {max(ledger())}"
        raise ParameterError(f"there is no claim '{identifier}'", allowed=allowed)
    return ledger()[identifier]


def _faults(this: Claim) -> Iterator[str]:
    """What is wrong with a claim whose fields hold what they should, each fault with its field."""
    if this.kind not in LABELS:
        yield f", kind: '{this.kind}' is none of {', '.join(LABELS)}"
    elif this.labels:
        yield from _faults_of_labels(this)
    if this.cannot_test and this.labels:
        yield ", cannot_test: it has labels too; one of the two is allowed"
    lacking = [name for name in JUDGED if not (this.cannot_test or getattr(this, name))]
    if lacking:
        yield f" lacks {', '.join(lacking)}"
    if len(this.interval) not in (0, 2):
        yield f", interval: {[*this.interval]} came in; allowed: the names of two figures"
    words = len(this.quote.replace("—", " ").split())
    if words > LONGEST_QUOTE:
        yield f", quote: {words} words; {LONGEST_QUOTE} are allowed"
    for reading in this.leaning:
        if reading not in this.readings:
            yield f", leaning: '{reading}' is no reading; allowed: {', '.join(this.readings)}"
    kinds = {asked.kind: "readings" for asked in this.readings.values()}
    kinds |= {this.readings_given: "readings_given"} if this.readings_given else {}
    allowed = ", ".join(KINDS_OF_READING)
    for kind in kinds.keys() - {*KINDS_OF_READING}:
        yield f", {kinds[kind]}: '{kind}' is no kind of reading; allowed: {allowed}"


def _faults_of_labels(this: Claim) -> Iterator[str]:
    """Labels of another kind, open cases, labels out of reach."""
    if strange := [label for label in this.labels if label not in LABELS[this.kind]]:
        allowed = ", ".join(LABELS[this.kind])
        yield f", labels: {strange} are none of a {this.kind}'s; allowed: {allowed}"
    *_, last = written = [rule.text for rule in this.labels.values()]
    if last != OTHERWISE or written.count(OTHERWISE) != 1:
        yield f", labels: a case is left open; the last label, and no other, is '{OTHERWISE}'"
    elif len(written) < 2:
        yield f", labels: '{last}' alone decides nothing; two labels or more are allowed"
    else:
        for label in out_of_reach(this.labels, this.thresholds):
            allowed = "a condition that some figures meet and those before it leave open"
            yield f", labels: {label}: no figures lead to it; allowed: {allowed}"
