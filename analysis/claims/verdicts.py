"""Verdicts: a label from a rule, the number behind it, and how well it stands up to other
readings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.claims.ledger import LABELS, Claim, wrapped
from analysis.errors import ParameterError
from analysis.paths import run_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same rule on another source, period or method.

    Attributes
    ----------
    name : str
        What differs.
    measured : str
        The number it gives, with its unit.
    label : str
    independent : bool
        False where the source leans on the default one, so that agreement proves little.
    """

    name: str
    measured: str
    label: str
    independent: bool = True


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
    sources, caveats : tuple of str
    flip : str
        The one datum that would change the label.
    variants : tuple of Variant
    """

    claim: Claim
    label: str
    value: float | None
    unit: str
    measured: str
    sources: tuple[str, ...]
    flip: str
    caveats: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    variants: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        if self.label not in LABELS[self.claim.kind]:
            raise ParameterError(
                f"'{self.label}' is no label for a {self.claim.kind}",
                allowed=", ".join(LABELS[self.claim.kind]),
            )

    @property
    def agreement(self) -> str:
        """How many variants give the same label."""
        if not self.variants:
            return "no variants"
        same = sum(variant.label == self.label for variant in self.variants)
        return f"{same} of {len(self.variants)} variants agree"

    def __str__(self) -> str:
        lines = [
            f"{self.claim.id} {self.label.upper()}: {self.claim.claim}",
            f"  measured: {self.measured}",
            f"  rule of {self.claim.rule_date}: {self.claim.rule}",
            f"  would flip it: {self.flip}",
            f"  robustness: {self.agreement}",
            f"  sources: {'; '.join(self.sources)}",
        ]
        lines += [f"  caveat: {caveat}" for caveat in self.caveats]
        return "\n".join(wrapped(line) for line in lines)


def record(verdict: Verdict) -> None:
    """Leave the verdict as a line in the run's folder; do nothing outside such a run."""
    _leave(
        {
            "claim": verdict.claim.id,
            "label": verdict.label,
            "value": verdict.value,
            "unit": verdict.unit,
        }
    )


def record_measure(measure: str, value: float, unit: str) -> None:
    """Leave a figure that any pair of countries has, for sweeps to compare; do nothing outside such
    a run.

    Parameters
    ----------
    measure, value, unit
        One row of the sweep's table, such as 'growth of trade', 18.6, 'percent a year'.
    """
    _leave({"measure": measure, "value": float(value), "unit": unit})


def _leave(line: dict[str, object]) -> None:
    folder = run_dir()
    if folder is not None:
        with open(folder / "measured.jsonl", "a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")


def variants_table(verdict: Verdict) -> str:
    """Variants as plain text, one line each."""
    rows: Sequence[Variant] = verdict.variants
    wide = max((len(row.name) for row in rows), default=0)
    high = max((len(row.measured) for row in rows), default=0)
    return "\n".join(
        f"{row.name:<{wide}}  {row.measured:<{high}} "
        f" {row.label}{'' if row.independent else ' (not independent)'}"
        for row in rows
    )
