"""Verdicts: a label from a rule, the number behind it, and how it stands up to other readings."""

import inspect
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from analysis.claims.entries import Sentence
from analysis.claims.ledger import KINDS_OF_READING, LABELS, Claim, wrapped
from analysis.claims.measured import Evidence, measured, refuse_all_but
from analysis.claims.own import turns
from analysis.claims.rules import Figures, label_of
from analysis.errors import DataFileError, NotApplicable
from analysis.paths import run_dir
from analysis.sentences import filled, gaps

ARROWS = {"kinder": "\u25b2", "harsher": "\u25bc", "level": "="}
"""Sign of a reading that is kinder to the claim than the verdict, harsher, or level with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The same rule on another source, period, threshold or method (its kind); ``direction`` says
    where its label stands beside the verdict's. It is not independent where its source leans on the
    default one, so that agreement proves little.
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

    ``value`` is the number that decided, None while there is nothing to measure; ``interval`` is in
    the same unit, ``p`` the p-value where the rule is a test. Sentences of the ledger have their
    gaps filled; ``turns`` says the nearest value of each threshold at which the label would be
    another.
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
    interval: tuple[float, ...] | None = None
    p: float | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def firmness(self) -> str:
        """How firm the label is, by other sources and methods that do not lean on the first.

        'firm' where they all give the same label, 'depends on the source' or 'on the method' where
        some do not, and 'single source' where there is none. Other thresholds and other periods ask
        another question, so they are shown and do not count.
        """
        if turned := {each.kind for each in self.telling if each.label != self.label}:
            return f"depends on the {' and the '.join(sorted(turned, reverse=True))}"
        return "firm" if self.telling else "single source"

    @property
    def telling(self) -> list[Reading]:
        """Readings by other sources and methods that stand on their own."""
        return [r for r in self.readings if r.independent and r.kind in ("source", "method")]

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
        name = max((len(each.name) for each in self.readings), default=0)
        measured = max((len(each.measured) for each in self.readings), default=0)
        readings = [
            f"    {ARROWS[each.direction]} {each.name:<{name}}  {each.measured:<{measured}}"
            f"  {each.label} ({each.changes})"
            for each in self.readings
        ]
        return "\n".join([*map(wrapped, lines), *readings])


def judged(this: Claim, evidence: Evidence) -> Verdict:
    """The verdict on a claim: its figures, its rule, and the same rule on each other reading.

    DataFileError with claim and field where a condition or sentence asks for a figure that the
    evidence does not give, or a reading has an option that it does not take.
    """
    figures = measured(this, evidence, {})
    label = _label(this, figures)
    used = [*this.asked, *inspect.signature(evidence).parameters]
    refuse_all_but(this, "thresholds: nothing uses", this.thresholds, used)
    say = partial(_said, this, figures)

    def number(field: str, name: str) -> Any:
        _require(this, field, [name], figures)
        return None if figures[name] is None else float(figures[name])

    return Verdict(
        claim=this,
        label=label,
        value=number("value", this.value),
        unit=say("unit", this.unit),
        measured=say("measured", this.measured),
        interval=tuple(number("interval", end) for end in this.interval) or None,
        p=number("p", this.p) if this.p else None,
        sources=tuple(filter(None, (say("sources", source) for source in this.sources))),
        caveats=tuple(filter(None, (say("caveats", caveat) for caveat in this.caveats))),
        flip=say("flip", this.flip),
        finding=say("finding", this.finding),
        turns=tuple(
            f"{name} = {turn:.4g}, to '{other}'"
            for name, (turn, other) in turns(this, figures).items()
        ),
        readings=tuple(_readings(this, evidence, figures, label)),
    )


def _readings(this: Claim, evidence: Evidence, figures: Figures, first: str) -> Iterator[Reading]:
    """Readings that the ledger lists as options, then those that the evidence gives as figures."""
    asked = {
        filled(name, figures): (kind, measured(this, evidence, options), name in this.leaning)
        for name, (kind, options) in this.readings.items()
    }
    given = {
        name: (this.readings_given, Figures({**figures, **own}), own.get("leaning", False))
        for name, own in figures.get("readings", {}).items()
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
            measured=_said(this, own, "reading", this.reading),
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
    if order[other] == order[first]:
        return "level"
    return "kinder" if order[other] < order[first] else "harsher"


def _label(this: Claim, figures: Figures) -> str:
    for name, rule in this.labels.items():
        _require(this, f"labels, {name}", rule.names, figures)
    return label_of(this.labels, figures)


def _said(this: Claim, figures: Figures, field: str, sentence: Sentence) -> str:
    """A sentence of the claim with its gaps filled."""
    chosen = sentence.chosen(figures)
    _require(this, field, gaps(chosen), figures)
    try:
        return filled(chosen, figures)
    except (ValueError, TypeError) as problem:
        raise DataFileError(
            f"claim {this.id}, {field}: '{chosen}' cannot be filled ({problem})",
            allowed="gaps such as {name} and {name:.1f}, whose format suits the figure",
            do="mend data/essay/claims.yaml",
        ) from problem


def _require(this: Claim, field: str, names: Iterable[str], figures: Figures) -> None:
    refuse_all_but(this, f"{field}: there is no figure", sorted(names), sorted(figures))


def record(verdict: Verdict) -> None:
    """Leave the verdict as a line in the run's folder; do nothing outside such a run."""
    label, value, unit = verdict.label, verdict.value, verdict.unit
    _leave(claim=verdict.claim.id, label=label, value=value, unit=unit)


def record_measure(measure: str, value: float | NotApplicable, unit: str) -> None:
    """Leave a figure that any pair of countries has as a row of a sweep's table, such as 'growth of
    trade', 18.6, 'percent a year'; nothing where it is not applicable, or outside a run.
    """
    if not isinstance(value, NotApplicable):
        _leave(measure=measure, value=float(value), unit=unit)


def _leave(**line: object) -> None:
    if folder := run_dir():
        with open(folder / "measured.jsonl", "a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
