"""The ledger: what the essay says, how it is measured, and the rule, read from
data/essay/claims.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from textwrap import wrap
from typing import Any

import yaml

from analysis.errors import DataFileError, ParameterError
from analysis.paths import CLAIMS

LABELS = {
    "fact": ("holds", "holds with caveats", "does not hold", "cannot be tested here"),
    "forecast": ("on track", "off track", "too early"),
    "judgement": ("evidence for", "mixed", "evidence against"),
}
ESSAY = "2025-05-29"
"""Day on which the essay was published."""
NOT_YET = "not yet tested"
NOT_JUDGED = "not judged"
LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the same in C, ten times as fast, where it was compiled
LONGEST_QUOTE = 25
"""Words of the essay that a claim may quote."""
LINE = 96
"""Characters that a page of the book shows without scrolling."""


def wrapped(text: str) -> str:
    """Text in lines of readable length; what continues a line is set in from it."""
    inset = " " * (len(text) - len(text.lstrip()) + 4)
    return "\n".join(
        wrap(text, LINE, subsequent_indent=inset, break_on_hyphens=False, break_long_words=False)
    )


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
        The measure, the rule with its thresholds, and what would count against the claim.
    notebook : str
        Where it is tested.
    rule_date : str
        Day on which the rule was set.
    thresholds : dict
        The numbers in the rule, by name.
    default_source : str
    independent_sources : tuple of str
        Sources that do not lean on one another.
    cannot_test : str
        Why no data here can decide it; empty where they can.
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
    default_source: str = ""
    independent_sources: tuple[str, ...] = ()
    cannot_test: str = ""

    def __str__(self) -> str:
        lines = [
            f"{self.id} ({self.paragraph}, {self.kind}): {self.claim}",
            f'The essay: "{self.quote}"',
            f"Measured as: {self.measured_as}",
            f"Rule of {self.rule_date}: {self.rule}",
            f"Against it would count: {self.against}",
        ]
        return "\n".join(wrapped(line) for line in lines)


@cache
def ledger() -> dict[str, Claim]:
    """Every claim by id, in the order of the essay.

    Raises
    ------
    DataFileError
        If the file is missing or an entry breaks the ledger's own rules; all offenders are listed.
    """
    try:
        entries = yaml.load(CLAIMS.read_text(encoding="utf-8"), Loader=LOADER)
    except (FileNotFoundError, yaml.YAMLError) as problem:
        raise DataFileError(
            f"the ledger {CLAIMS.name} cannot be read ({type(problem).__name__})",
            do="git checkout -- data/essay/claims.yaml",
        ) from problem
    faults = [fault for entry in entries for fault in _faults(entry)]
    if faults:
        raise DataFileError(f"data/essay/claims.yaml: {'; '.join(faults)}", do="mend these entries")
    return {entry["id"]: _claim(entry) for entry in entries}


def _claim(entry: dict[str, Any]) -> Claim:
    tidy: dict[str, Any] = {
        key: " ".join(value.split()) if isinstance(value, str) else value
        for key, value in entry.items()
    }
    tidy["rule_date"] = str(entry["rule_date"])
    tidy["independent_sources"] = tuple(entry.get("independent_sources", ()))
    return Claim(**tidy)


def _faults(entry: dict[str, Any]) -> list[str]:
    known = Claim.__dataclass_fields__
    needed = [name for name, f in known.items() if name not in entry and name in _REQUIRED]
    faults = [f"{entry.get('id', 'an entry without id')} lacks {needed}"] if needed else []
    unknown = sorted(set(entry) - set(known))
    if unknown:
        faults.append(f"{entry.get('id')} has unknown fields {unknown}")
    if entry.get("kind") not in LABELS:
        faults.append(f"{entry.get('id')} has kind '{entry.get('kind')}'")
    words = len(str(entry.get("quote", "")).replace("—", " ").split())
    if words > LONGEST_QUOTE:
        faults.append(f"{entry.get('id')} quotes {words} words; {LONGEST_QUOTE} are allowed")
    return faults


_REQUIRED = (
    "id",
    "paragraph",
    "quote",
    "claim",
    "kind",
    "measured_as",
    "rule",
    "against",
    "notebook",
    "rule_date",
)


def claim(identifier: str) -> Claim:
    """One claim by its id, for example 'C27'."""
    if identifier not in ledger():
        raise ParameterError(
            f"there is no claim '{identifier}'", allowed=f"C01 to C{len(ledger()):02d}"
        )
    return ledger()[identifier]
