"""The ledger: what the essay says, how it is measured, and the rule, from data/essay/claims.yaml.

The file is checked when it is read: an entry that lacks a field, a condition that does not parse, a
label that can never be given, or a case that is left open stops with the claim and the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import yaml

from analysis.claims.rules import OTHERWISE, Condition, condition, out_of_reach
from analysis.errors import DataFileError, ParameterError
from analysis.paths import CLAIMS
from analysis.sentences import gaps

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
SHOWN = 60
"""Characters of a wrong value that an error shows."""
LINE = 96
"""Characters that a page of the book shows without scrolling."""


def wrapped(text: str) -> str:
    """Text in lines of readable length; what continues a line is set in from it."""
    inset = " " * (len(text) - len(text.lstrip()) + 4)
    lines = wrap(
        text, LINE, subsequent_indent=inset, break_on_hyphens=False, break_long_words=False
    )
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with gaps, or several of which the first one whose condition is met is said."""

    choices: tuple[tuple[Condition, str], ...]

    def chosen(self, figures: Mapping[str, Any]) -> str:
        """The sentence to be said of these figures, gaps still open; '' where none is to be."""
        return next((text for rule, text in self.choices if rule.met(figures)), "")

    @property
    def names(self) -> set[str]:
        """Figures that some choice asks for."""
        return {name for rule, text in self.choices for name in (*rule.names, *gaps(text))}


class Asked(NamedTuple):
    """A reading that the ledger asks for: what it changes, and the options that change it."""

    kind: str
    options: Mapping[str, Any]


class Change(NamedTuple):
    """A rule that was given up: its words, the label it gave, until when, and why."""

    until: str
    rule: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of the essay and the rule that judges it.

    Attributes
    ----------
    id, paragraph : str
        'C27', 'P10'.
    quote : str
        At most 25 words of the essay.
    claim : str
        The same in our words, as strong as the author means it.
    kind : {'fact', 'forecast', 'judgement'}
    measured_as, rule, against : str
        The measure, the rule in words, and what would count against the claim.
    notebook : str
        Where it is tested.
    rule_date : str
        Day on which the rule was set.
    thresholds : dict
        The numbers in the rule, by name; conditions and evidence take them from here.
    thresholds_from : str
        Where the thresholds come from: a base rate, the essay's own words, or our choice.
    labels : dict of label to Condition
        Tried in this order; the last one is 'otherwise'. Empty where nothing can be tested.
    value, interval : str, tuple of str
        Names of the figure that decides and of the ends of its interval.
    p : str
        Name of the figure that is the p-value of the rule's test; '' where there is none.
    unit, measured, reading, flip : Sentence
        The unit, the number as a reader would say it, the same for another reading, and the datum
        that would flip the label.
    finding : Sentence
        What was found in plain words with its number, for the front page; mostly empty.
    chart : dict
        What is drawn beside the finding, see ``charts.chart_of``; empty where there is none.
    readings : dict of name to Asked
        Options of the evidence, or thresholds, under which the same rule is tried.
    readings_given : str
        What the readings change that the evidence gives as figures; '' where it gives none.
    leaning : tuple of str
        Readings that lean on the default source, so that agreement proves little.
    sources, caveats : tuple of Sentence
    cannot_test : str
        Why no data here can decide it; empty where they can.
    history : tuple of Change
        Earlier rules of this claim, the latest last.
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
    rule_date: str
    thresholds: dict[str, float] = field(default_factory=dict)
    thresholds_from: str = ""
    labels: dict[str, Condition] = field(default_factory=dict)
    value: str = ""
    interval: tuple[str, ...] = ()
    p: str = ""
    unit: Sentence = Sentence(())
    measured: Sentence = Sentence(())
    reading: Sentence = Sentence(())
    flip: Sentence = Sentence(())
    finding: Sentence = Sentence(())
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
    def names(self) -> set[str]:
        """Every figure and threshold that the rule, a sentence or the chart asks for."""
        sentences = (self.unit, self.measured, self.reading, self.flip, self.finding)
        said = {name for s in (*sentences, *self.sources, *self.caveats) for name in s.names}
        asked = {name for rule in self.labels.values() for name in rule.names}
        called = {name for reading in self.readings for name in gaps(reading)}
        return said | asked | called | self._drawn | {self.value, self.p, *self.interval}

    @property
    def _drawn(self) -> set[str]:
        """Figures and thresholds that the chart beside the finding shows."""
        parts = [self.chart[key] for key in ("bars", "line", "mark", "points") if key in self.chart]
        named = [[part] if isinstance(part, str) else part for part in parts]
        return {
            name for part in named for name in (part.values() if isinstance(part, dict) else part)
        }

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
            *([f"Thresholds: {self.thresholds_from}"] if self.thresholds_from else []),
            f"What would count against it: {self.against}",
            *([f"Why it is not tested: {self.cannot_test}"] if self.cannot_test else []),
            *(
                f"Until {change.until} the rule was: {change.rule} It gave '{change.label}'."
                f" Changed because: {change.reason}"
                for change in self.history
            ),
        ]
        return "\n".join(wrapped(line) for line in lines)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key that is given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                problem=f"the key {twice} is given twice", problem_mark=node.start_mark
            )
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


@cache
def ledger() -> dict[str, Claim]:
    """Every claim by id, in the order of the essay.

    Raises
    ------
    DataFileError
        If the file is missing or an entry breaks the ledger's own rules; all offenders are listed.
    """
    return read_ledger(CLAIMS)


def read_yaml(path: Path, called: str) -> list[dict[str, Any]]:
    """The entries of a file of data/essay; an error names the file and the line."""
    try:
        entries: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        restore = f"git checkout -- data/essay/{path.name}"
        raise DataFileError(f"{called} {path.name} is missing", do=restore) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise DataFileError(
            f"{called} {path.name}, {where}{getattr(problem, 'problem', problem)}",
            allowed="YAML with spaces, two for each step",
            do="mend that line",
        ) from None
    except UnicodeDecodeError as problem:
        raise DataFileError(
            f"{called} {path.name} is no UTF-8 text ({problem.reason} at byte {problem.start})",
            allowed="text in UTF-8",
            do="save it in that encoding",
        ) from None
    listed = entries if isinstance(entries, list) else [entries]
    if not entries or not all(isinstance(entry, dict) for entry in listed) or listed != entries:
        raise DataFileError(
            f"{called} {path.name} holds {type(entries).__name__} where entries should be",
            allowed="a list of entries, each with an id and other fields by name",
            do=f"git checkout -- data/essay/{path.name}",
        )
    return listed


def repeated(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Ids that come twice, each as a fault."""
    ids = [str(entry.get("id")) for entry in entries]
    for name in dict.fromkeys(ids):
        if ids.count(name) > 1:
            yield f"{name}, id: {ids.count(name)} entries have it; each has its own"


def read_ledger(path: Path) -> dict[str, Claim]:
    """The claims of a file by id; see ``ledger``."""
    entries = read_yaml(path, "the ledger")
    faults = [*repeated(entries), *(fault for entry in entries for fault in _faults(entry))]
    if faults:
        raise DataFileError(f"data/essay/claims.yaml: {'; '.join(faults)}", do="mend these entries")
    return {entry["id"]: _claim(entry) for entry in entries}


SENTENCES = ("unit", "measured", "reading", "flip", "finding")
LISTS = ("sources", "caveats")
REQUIRED = ("id", "paragraph", "quote", "claim", "kind", "measured_as", "rule", "against")
REQUIRED_ALSO = ("notebook", "rule_date")
JUDGED = ("labels", "value", "unit", "measured", "flip", "sources")
"""What an entry needs as well where there is something to test."""


def is_text(said: object) -> bool:
    """Whether a field holds words."""
    return isinstance(said, str) and bool(said.strip())


def are_texts(said: object) -> bool:
    """Whether a field holds a list of words."""
    return isinstance(said, list) and all(map(is_text, said))


def _is_day(said: object) -> bool:
    try:
        return isinstance(said, date) or bool(date.fromisoformat(str(said)))
    except ValueError:
        return False


def _is_sentence(said: object) -> bool:
    if isinstance(said, dict):
        return bool(said) and all(isinstance(part, str) for part in (*said, *said.values()))
    return isinstance(said, str)


def _are_numbers(said: object) -> bool:
    return isinstance(said, dict) and all(
        is_text(name)
        and name.isidentifier()
        and isinstance(limit, int | float)
        and not isinstance(limit, bool)
        and isfinite(limit)
        for name, limit in said.items()
    )


def _are_readings(said: object) -> bool:
    return isinstance(said, dict) and all(
        isinstance(asked, dict)
        and all(is_text(name) and isinstance(options, dict) for name, options in asked.items())
        for asked in said.values()
    )


Shapes = Mapping[str, tuple[Callable[[Any], bool], str]]
TEXT, TEXTS = (is_text, "text"), (are_texts, "a list of texts")
SHAPES: Shapes = {
    **dict.fromkeys([*REQUIRED, "notebook", "thresholds_from", "value", "p"], TEXT),
    **dict.fromkeys(["readings_given", "default_source", "cannot_test"], TEXT),
    **dict.fromkeys(["leaning", "independent_sources"], TEXTS),
    **dict.fromkeys(SENTENCES, (_is_sentence, "a sentence, or one for each condition")),
    **dict.fromkeys(
        LISTS,
        (
            lambda said: isinstance(said, list) and all(map(_is_sentence, said)),
            "a list of sentences",
        ),
    ),
    "chart": (lambda said: isinstance(said, dict), "the parts of a chart by name"),
    "interval": (lambda said: are_texts(said) and len(said) == 2, "the names of two figures"),
    "rule_date": (_is_day, "a day such as 2026-11-23"),
    "thresholds": (_are_numbers, "names and numbers"),
    "labels": (
        lambda said: _is_sentence(said) and isinstance(said, dict),
        "labels with a condition each",
    ),
    "readings": (_are_readings, "for each kind of reading, names and the options of each"),
    "history": (
        lambda said: isinstance(said, list) and all(isinstance(change, dict) for change in said),
        "a list of changes",
    ),
}
"""What each field of an entry holds."""


def misshapen(entry: Mapping[str, Any], shapes: Shapes) -> Iterator[str]:
    """Fields that do not hold what they should, each as a fault."""
    for name, (fits, allowed) in shapes.items():
        if name in entry and not fits(entry[name]):
            shown = repr(entry[name])
            shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]} ..."
            owner = entry.get("id", "an entry without id")
            yield f"{owner}, {name}: {shown} came in; allowed: {allowed}"


def _claim(entry: Mapping[str, Any]) -> Claim:
    plain: dict[str, Any] = {
        key: " ".join(said.split()) if isinstance(said, str) else said
        for key, said in entry.items()
    }
    for name in SENTENCES:
        plain[name] = _sentence(entry.get(name, ""))
    for name in LISTS:
        plain[name] = tuple(map(_sentence, entry.get(name, ())))
    for name in ("interval", "leaning", "independent_sources"):
        plain[name] = tuple(entry.get(name, ()))
    plain["readings"] = {
        name: Asked(kind, options)
        for kind, asked in entry.get("readings", {}).items()
        for name, options in asked.items()
    }
    plain["history"] = tuple(
        Change(**{name: " ".join(str(said).split()) for name, said in change.items()})
        for change in entry.get("history", ())
    )
    plain["labels"] = {name: condition(text) for name, text in entry.get("labels", {}).items()}
    plain["rule_date"] = str(entry["rule_date"])
    return Claim(**plain)


def _sentence(said: str | Mapping[str, str]) -> Sentence:
    """A sentence, or one for each condition, tried in their order."""
    choices = said if isinstance(said, Mapping) else {OTHERWISE: said}
    return Sentence(
        tuple((condition(rule), " ".join(text.split())) for rule, text in choices.items())
    )


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an entry, each fault with claim and field."""
    name = entry.get("id", "an entry without id")
    needed = [*REQUIRED, *REQUIRED_ALSO, *(() if "cannot_test" in entry else JUDGED)]
    lacking = [key for key in needed if key not in entry]
    if lacking:
        yield f"{name} lacks {', '.join(lacking)}"
    unknown = sorted(str(key) for key in set(entry) - set(Claim.__dataclass_fields__))
    if unknown:
        yield f"{name} has unknown fields {', '.join(unknown)}"
    if wrong := [*misshapen(entry, SHAPES)]:
        yield from wrong
        return
    if "labels" in entry and "cannot_test" in entry:
        yield f"{name}, cannot_test: it has labels too; one of the two is allowed"
    if entry.get("kind") not in LABELS:
        yield f"{name}, kind: '{entry.get('kind')}' is none of {', '.join(LABELS)}"
    words = len(str(entry.get("quote", "")).replace("—", " ").split())
    if words > LONGEST_QUOTE:
        yield f"{name}, quote: {words} words; {LONGEST_QUOTE} are allowed"
    yield from _faults_of_sentences(entry, name)
    yield from _faults_of_labels(entry, name)
    yield from _faults_of_readings(entry, name)
    for change in entry.get("history", ()):
        if set(change) != set(Change._fields):
            yield f"{name}, history: each change has {', '.join(Change._fields)}, not {[*change]}"


def _faults_of_sentences(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    said = {field: [entry[field]] for field in SENTENCES if field in entry}
    said |= {field: entry[field] for field in LISTS if field in entry}
    for field_name, sentences in said.items():
        for sentence in sentences:
            try:
                _ = _sentence(sentence).names
            except ValueError as problem:
                yield f"{name}, {field_name}: {problem}"


def _faults_of_labels(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    """Labels of another kind, conditions that cannot be read, open cases, labels out of reach."""
    written, kind = entry.get("labels", {}), entry.get("kind")
    if not written or kind not in LABELS:
        return
    strange = [label for label in written if label not in LABELS[kind]]
    if strange:
        allowed = ", ".join(LABELS[kind])
        yield f"{name}, labels: {strange} are none of a {kind}'s; allowed: {allowed}"
    rules, readable = {}, True
    for label, text in written.items():
        try:
            rules[label] = condition(text)
        except ValueError as problem:
            readable = False
            yield f"{name}, labels, {label}: {problem}"
    last = list(written.values())[-1]
    if last != OTHERWISE or list(written.values()).count(OTHERWISE) != 1:
        yield f"{name}, labels: a case is left open; the last label, and no other, is '{OTHERWISE}'"
    elif len(written) < 2:
        yield f"{name}, labels: '{last}' alone decides nothing; two labels or more are allowed"
    elif readable:
        for label in out_of_reach(rules, entry.get("thresholds", {})):
            yield f"{name}, labels, {label}: no figures lead to it; mend the conditions before it"


def _faults_of_readings(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    """Readings that say nothing of what they change."""
    allowed = ", ".join(KINDS_OF_READING)
    asked = entry.get("readings", {})
    names = [reading for readings in asked.values() for reading in readings]
    for reading in sorted({reading for reading in names if names.count(reading) > 1}):
        yield f"{name}, readings: '{reading}' is there twice; each name is allowed once"
    for reading in entry.get("leaning", ()):
        if reading not in names:
            yield f"{name}, leaning: '{reading}' is no reading; allowed: {', '.join(names)}"
    for kind in [*asked, *filter(None, [entry.get("readings_given")])]:
        if kind not in KINDS_OF_READING:
            yield f"{name}, readings: '{kind}' is no kind of reading; allowed: {allowed}"


def claim(identifier: str) -> Claim:
    """One claim by its id, for example 'C27'."""
    if identifier not in ledger():
        known = sorted(ledger())
        raise ParameterError(
            f"there is no claim '{identifier}'", allowed=f"{known[0]} to {known[-1]}"
        )
    return ledger()[identifier]
