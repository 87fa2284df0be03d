"""Verdicts of judges that are not data yet: a label from a rule, the number behind it, and how well it stands up to other
readings.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.claims.ledger import LABELS, Claim, wrapped
from analysis.errors import ParameterError


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


def variants_table(verdict: Verdict) -> str:
    """Variants as plain text, one line each."""
    rows = verdict.variants
    wide = max((len(row.name) for row in rows), default=0)
    high = max((len(row.measured) for row in rows), default=0)
    return "\n".join(
        f"{row.name:<{wide}}  {row.measured:<{high}}  {row.label}"
        f"{'' if row.independent else ' (not independent)'}"
        for row in rows
    )
