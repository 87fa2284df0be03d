"""Claims: the ledger, the judges and their verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from textwrap import indent

import pandas as pd

from analysis.claims import (
    ballast,
    border,
    clubs,
    coercion,
    dependence,
    energy,
    forums,
    frictions,
    goods,
    leverage,
    limits,
    outlook,
    split,
    stop,
    trade_boom,
    turning,
    whole,
)
from analysis.claims.ledger import LABELS, NOT_JUDGED, NOT_YET, Claim, claim, ledger
from analysis.claims.verdicts import Variant, Verdict, record, record_measure, variants_table
from analysis.countries import iso3, name

__all__ = [
    "JUDGES",
    "LABELS",
    "Claim",
    "Variant",
    "Verdict",
    "claim",
    "judge",
    "ledger",
    "record_measure",
    "report",
    "scoreboard",
    "variants_table",
]

MODULES = (
    split, stop, border, outlook, forums, clubs, trade_boom, turning, energy, goods, limits, dependence, coercion,
    ballast, frictions, leverage, whole,
)  # fmt: skip
JUDGES: dict[str, Callable[[], Verdict]] = {
    name: judge for module in MODULES for name, judge in module.JUDGES.items()
}
"""The function that judges each claim, from the module of its notebook; a claim without one is not
tested yet."""


def judge(identifier: str) -> Verdict:
    """Apply the rule of a claim to the data.

    Parameters
    ----------
    identifier : str
        For example 'C27'; it must have a judge (see ``JUDGES``).

    Returns
    -------
    Verdict, also left as a record where a run asks for one.
    """
    claim(identifier)
    verdict = _judged(identifier)
    record(verdict)
    return verdict


@cache
def _judged(identifier: str) -> Verdict:
    """Each claim is judged once in a process: the data do not change in between."""
    return JUDGES[identifier]()


def report(identifiers: Sequence[str], *, home: str, partner: str) -> str:
    """Verdicts with their variants as plain text, or a sentence where the pair is not the essay's.

    Parameters
    ----------
    identifiers : sequence of str
        Claims that have a judge.
    home, partner : str
        The pair that the reader looks at; verdicts are about Russia and China only.
    """
    if {iso3(home), iso3(partner)} != {"RUS", "CHN"}:
        listed = f"{', '.join(identifiers)} {'is' if len(identifiers) == 1 else 'are'}"
        return (
            f"{listed} about Russia and China: no verdict on {name(iso3(home))} and"
            f" {name(iso3(partner))}."
        )
    verdicts = [judge(identifier) for identifier in identifiers]
    return "\n\n".join(
        f"{verdict}\n{indent(variants_table(verdict), '    ')}" for verdict in verdicts
    )


def standing(this: Claim) -> str:
    """Where a claim stands when no judge has spoken: a matter that cannot be tested, or one not yet
    tested.
    """
    if this.cannot_test:
        return "cannot be tested here" if this.kind == "fact" else NOT_JUDGED
    return NOT_YET


def scoreboard() -> pd.DataFrame:
    """The whole ledger with what is known of each claim.

    Returns
    -------
    DataFrame with id, paragraph, kind, claim, quote, verdict, measured, robustness, notebook; one
    row per claim, in the order of the essay. ``measured`` is the reason where a claim cannot be
    tested, and '' where it has not been tested yet.
    """
    rows = []
    for this in ledger().values():
        verdict = _judged(this.id) if this.id in JUDGES else None
        rows.append(
            {
                "id": this.id,
                "paragraph": this.paragraph,
                "kind": this.kind,
                "claim": this.claim,
                "quote": this.quote,
                "verdict": verdict.label if verdict else standing(this),
                "measured": verdict.measured if verdict else this.cannot_test,
                "robustness": verdict.agreement if verdict else "",
                "notebook": this.notebook,
            }
        )
    return pd.DataFrame(rows)
