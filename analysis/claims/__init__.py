"""Claims: the ledger, its rules, and the verdicts that they give. Nothing here knows of trade."""

from functools import cache

import pandas as pd

from analysis.claims.cards import Shown, claim_html, verdict_html
from analysis.claims.ledger import ARGUED, LABELS, Claim, claim, ledger
from analysis.claims.measured import UNFIT, Evidence
from analysis.claims.own import swept, with_thresholds
from analysis.claims.verdict import Reading, Verdict, judged, record, record_measure
from analysis.countries import iso3, name
from analysis.errors import (
    BallastError,
    CoverageError,
    DataFileError,
    ModelInputError,
    ParameterError,
)
from analysis.evidence import evidence_for

__all__ = [
    "LABELS",
    "Claim",
    "Reading",
    "Verdict",
    "claim",
    "claims",
    "judge",
    "ledger",
    "record_measure",
    "standing",
    "sweep",
    "verdict_on",
    "verdicts",
]


def judge(identifier: str, **own: float) -> Verdict:
    """The verdict on a claim that data here can test, for example 'C27', by the ledger's thresholds
    or by a reader's own: ``judge("C13", almost_pct=80)``. By the ledger's it is left as a record
    where a run asks for one.
    """
    if not own:
        verdict = verdict_on(identifier)
        record(verdict)
        return verdict
    this = with_thresholds(claim(identifier), own)
    try:
        return judged(this, evidence_of(this))
    except (CoverageError, ModelInputError, ParameterError, *UNFIT) as problem:
        given = ", ".join(f"{name} = {value}" for name, value in own.items())
        reason = f" ({str(problem).rstrip('.')})" if isinstance(problem, BallastError) else ""
        raise ParameterError(
            f"{this.id} cannot be measured with {given}{reason}",
            do=f"try values nearer to the ledger's ({claim(identifier).conditions()[-1]})",
        ) from problem


def sweep(identifier: str, threshold: str, lowest: float, highest: float) -> pd.DataFrame:
    """Where the label of a claim turns as one threshold moves; see ``own.swept``."""
    this = claim(identifier)
    return swept(this, evidence_of(this), threshold, lowest, highest)


def evidence_of(this: Claim) -> Evidence:
    """The function that gives a claim's figures; ParameterError if no data here can test it."""
    if not this.labels:
        raise ParameterError(f"{this.id} has no verdict: {this.cannot_test}")
    return evidence_for(this.id)


@cache
def verdict_on(identifier: str) -> Verdict:
    """The verdict on a claim without a record of it; worked out once in a process. DataFileError
    where the data do not reach what the ledger says of it.
    """
    this = claim(identifier)
    try:
        return judged(this, evidence_of(this))
    except UNFIT as problem:
        raise DataFileError(
            f"claim {identifier} cannot be measured ({type(problem).__name__}: {problem})",
            do="give it thresholds and readings in data/essay/claims.yaml that the data reach",
        ) from problem


def claims(*identifiers: str) -> Shown:
    """Claims as a notebook states them before any number: quote, measure, rule and conditions."""
    stated = [*map(claim, identifiers)]
    return Shown([*map(str, stated)], [*map(claim_html, stated)])


def verdicts(*identifiers: str, home: str, partner: str) -> Shown:
    """Verdicts with their readings, or one sentence for a pair that is not the essay's."""
    if {iso3(home), iso3(partner)} != {"RUS", "CHN"}:
        listed = f"{', '.join(identifiers)} {'is' if len(identifiers) == 1 else 'are'}"
        pair = f"{name(iso3(home))} and {name(iso3(partner))}"
        return Shown([f"{listed} about Russia and China: no verdict on {pair}."])
    given = [*map(judge, identifiers)]
    labels = {verdict.claim.id: verdict.label for verdict in given}
    return Shown([*map(str, given)], [*map(verdict_html, given)], labels=labels)


def standing(this: Claim) -> str:
    """Where a claim stands that no data here can decide."""
    return LABELS["fact"][-1] if this.kind == "fact" else ARGUED
