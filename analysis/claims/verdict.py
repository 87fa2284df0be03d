"""Verdicts: a label from a rule, the number behind it, and how it stands up to other readings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.claims.ledger import KINDS_OF_READING, LABELS, Claim, Sentence, wrapped
from analysis.claims.measured import Evidence, Figures, measured, require_used
from analysis.claims.own import turns
from analysis.claims.rules import label_of
from analysis.errors import DataFileError, NotApplicable
from analysis.paths import run_dir
from analysis.sentences import filled, gaps

READINGS, LEANING = "readings", "leaning"
"""Names under which evidence gives readings of its own, and marks one that leans on another."""
ARROWS = {"kinder": "\u25b2", "harsher": "\u25bc", "level": "="}
"""Sign of a reading that is kinder to the claim than the verdict, harsher, or level with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The same rule on another source, period or method.

    Attributes
    ----------
    name : str
        What differs.
    kind : {'source', 'method', 'threshold', 'period'}
        What is changed.
    measured : str
        The number it gives, with its unit.
    label : str
    direction : {'kinder', 'harsher', 'level'}
        Where its label stands beside the verdict's: kinder to the claim, harsher, or the same.
    independent : bool
        False where the source leans on the default one, so that agreement proves little.
    """

    name: str
    kind: str
    measured: str
    label: str
    direction: str
    independent: bool = True

    @property
    def changes(self) -> str:
        """What it changes, and whether it leans on the first source all the same."""
        return self.kind if self.independent else f"{self.kind}, not independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rule says of a claim.

    Attributes
    ----------
    claim : Claim
    label : str
        One of the labels of the claim's kind.
    value : float or None
        The measured number that decided; None while there is nothing to measure.
    unit, measured : str
        Its unit, and the number as a reader would say it.
    interval : tuple of float, optional
        In the same unit, where there is one.
    p : float, optional
        The p-value of the rule's test, where the rule is a test.
    sources, caveats : tuple of str
    flip : str
        The one datum that would change the label.
    finding : str
        What was found in plain words, for the front page; mostly ''.
    turns : tuple of str
        The nearest value of each threshold at which the label would be another.
    readings : tuple of Reading
    """

    claim: Claim
    label: str
    value: float | None
    unit: str
    measured: str
    sources: tuple[str, ...]
    flip: str
    finding: str = ""
    turns: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    p: float | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def firmness(self) -> str:
        """How firm the label is, by other sources and methods that do not lean on the first.

        'firm' where they all give the same label, 'depends on the source' or 'on the method' where
        some do not, and 'single source' where there is none. Other thresholds and other periods ask
        another question, so they are shown and do not count.
        """
        tried = {kind: self._labels_of(kind) for kind in ("source", "method")}
        turned = [kind for kind, labels in tried.items() if labels - {self.label}]
        if turned:
            return f"depends on the {' and the '.join(turned)}"
        return "firm" if any(tried.values()) else "single source"

    def _labels_of(self, kind: str) -> set[str]:
        return {each.label for each in self.readings if each.independent and each.kind == kind}

    def __str__(self) -> str:
        lines = [
            f"{self.claim.id} {self.label.upper()}: {self.claim.claim}",
            f"  measured: {self.measured}",
            f"  rule of {self.claim.rule_date}: {self.claim.rule}",
            *(f"    {line}" for line in self.claim.conditions()),
            f"  would flip it: {self.flip}",
            *(f"  another threshold would turn it: {turn}" for turn in self.turns),
            f"  how firm: {self.firmness}",
            f"  sources: {'; '.join(self.sources)}",
            *(f"  caveat: {caveat}" for caveat in self.caveats),
        ]
        return "\n".join([*map(wrapped, lines), *self._reading_lines()])

    def _reading_lines(self) -> list[str]:
        wide = max((len(reading.name) for reading in self.readings), default=0)
        high = max((len(reading.measured) for reading in self.readings), default=0)
        return [
            f"    {ARROWS[reading.direction]} {reading.name:<{wide}}  {reading.measured:<{high}}"
            f"  {reading.label} ({reading.changes})"
            for reading in self.readings
        ]


def judged(this: Claim, evidence: Evidence) -> Verdict:
    """The verdict on a claim: its figures, its rule, and the same rule on each other reading.

    Raises
    ------
    DataFileError
        If a condition or sentence asks for a figure that the evidence does not give, or a reading
        has an option that it does not take; claim and field are named.
    """
    figures = measured(this, evidence, {})
    label = _label(this, figures)
    require_used(this, evidence)
    say = _Speaker(this, figures)
    value = figures[say.known("value", this.value)]
    ends = [float(figures[say.known("interval", end)]) for end in this.interval]
    return Verdict(
        claim=this,
        label=label,
        value=None if value is None else float(value),
        unit=say("unit", this.unit),
        measured=say("measured", this.measured),
        interval=(ends[0], ends[1]) if ends else None,
        p=float(figures[say.known("p", this.p)]) if this.p else None,
        sources=say.each("sources", this.sources),
        caveats=say.each("caveats", this.caveats),
        flip=say("flip", this.flip),
        finding=say("finding", this.finding),
        turns=tuple(
            f"{name} = {value:.4g}, to '{label}'"
            for name, (value, label) in turns(this, figures).items()
        ),
        readings=tuple(_readings(this, evidence, figures)),
    )


def _readings(this: Claim, evidence: Evidence, figures: Figures) -> Iterator[Reading]:
    """Readings that the ledger lists as options, then those that the evidence gives as figures."""
    first = _label(this, figures)
    asked = {
        filled(name, figures): (kind, measured(this, evidence, options), name in this.leaning)
        for name, (kind, options) in this.readings.items()
    }
    given = {
        name: (this.readings_given, Figures(figures, own), bool(own.get(LEANING, False)))
        for name, own in figures.get(READINGS, {}).items()
    }
    if given and not this.readings_given:
        raise DataFileError(
            f"claim {this.id}, readings_given: the evidence gives readings of its own",
            allowed=", ".join(KINDS_OF_READING),
            do="say in data/essay/claims.yaml what they change",
        )
    for name, (kind, own, leaning) in (asked | given).items():
        label = _label(this, own)
        yield Reading(
            name=name,
            kind=kind,
            measured=_Speaker(this, own)("reading", this.reading),
            label=label,
            direction=direction(this.kind, first, label),
            independent=not leaning,
        )


def direction(kind: str, first: str, other: str) -> str:
    """Where another label of a kind of claim stands beside the first: 'kinder', 'harsher', 'level'.

    Having no data stands beside undecided: neither says anything against the claim.
    """
    order = {label: place for place, label in enumerate(LABELS[kind])}
    if kind == "fact":
        order[LABELS["fact"][-1]] = order["undecided"]
    return ("kinder", "level", "harsher")[1 + _sign(order[other] - order[first])]


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)


def _label(this: Claim, figures: Figures) -> str:
    for name, rule in this.labels.items():
        _require(this, f"labels, {name}", rule.names, figures)
    return label_of(this.labels, figures)


class _Speaker:
    """Fills the sentences of one claim, and names the field where a figure is missing."""

    def __init__(self, this: Claim, figures: Figures) -> None:
        self.this, self.figures = this, figures

    def __call__(self, field: str, sentence: Sentence) -> str:
        chosen = sentence.chosen(self.figures)
        _require(self.this, field, gaps(chosen), self.figures)
        try:
            return filled(chosen, self.figures)
        except (ValueError, TypeError) as problem:
            raise DataFileError(
                f"claim {self.this.id}, {field}: '{chosen}' cannot be filled ({problem})",
                allowed="gaps such as {name} and {name:.1f}, whose format suits the figure",
                do="mend data/essay/claims.yaml",
            ) from problem

    def each(self, field: str, sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
        said = (self(field, sentence) for sentence in sentences)
        return tuple(text for text in said if text)

    def known(self, field: str, name: str) -> str:
        _require(self.this, field, {name}, self.figures)
        return name


def _require(this: Claim, field: str, names: set[str] | frozenset[str], figures: Figures) -> None:
    missing = sorted(name for name in names if name not in figures)
    if missing:
        raise DataFileError(
            f"claim {this.id}, {field}: there is no figure {missing}",
            allowed=", ".join(sorted(figures)),
            do="mend data/essay/claims.yaml, or let the evidence give the figure",
        )


def record(verdict: Verdict) -> None:
    """Leave the verdict as a line in the run's folder; do nothing outside such a run."""
    kept = {"label": verdict.label, "value": verdict.value, "unit": verdict.unit}
    _leave({"claim": verdict.claim.id, **kept})


def record_measure(measure: str, value: float | NotApplicable, unit: str) -> None:
    """Leave a figure that any pair of countries has, for sweeps to compare.

    Parameters
    ----------
    measure, value, unit
        One row of the sweep's table, such as 'growth of trade', 18.6, 'percent a year'. Nothing is
        left where the value is not applicable, or outside a run.
    """
    if not isinstance(value, NotApplicable):
        _leave({"measure": measure, "value": float(value), "unit": unit})


def _leave(line: dict[str, object]) -> None:
    folder = run_dir()
    if folder is not None:
        with open(folder / "measured.jsonl", "a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
