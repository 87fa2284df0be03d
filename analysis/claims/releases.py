"""Stored copies of all verdicts, one for each release, and which labels moved from one to the
next.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from analysis.claims import ledger
from analysis.errors import DataFileError
from analysis.paths import CLAIMS

FOLDER = CLAIMS.parent / "verdicts"


class Judged(NamedTuple):
    """What a release said of a claim: its label, what was measured, and the rule in words."""

    label: str
    measured: str
    rule: str


class Move(NamedTuple):
    """A label that is another than in the release before; '' for a claim that was not there."""

    claim: str
    old: str
    new: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All verdicts of a day (ISO 8601) by claim, and the SHA-256 of each table they rest on."""

    date: str
    version: str
    verdicts: dict[str, Judged]
    tables: dict[str, str]


def store(release: Release, folder: Path = FOLDER) -> Path:
    """Write a release to the folder and return its file; DataFileError if that day has one."""
    path = folder / f"{release.date}.json"
    if path.exists():
        raise DataFileError(
            f"the verdicts of {release.date} are stored already",
            do=f"if they were never published, delete data/essay/verdicts/{path.name} first",
        )
    folder.mkdir(exist_ok=True)
    verdicts = {name: judged._asdict() for name, judged in release.verdicts.items()}
    said = json.dumps(asdict(release) | {"verdicts": verdicts}, indent=1, ensure_ascii=False)
    path.write_text(f"{said}\n", encoding="utf-8")
    return path


def stored(folder: Path = FOLDER) -> list[Release]:
    """Every stored release, the oldest first; DataFileError if a file cannot be read as one."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Release:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        verdicts = {name: Judged(**judged) for name, judged in said["verdicts"].items()}
        return Release(**said | {"verdicts": verdicts})
    except (ValueError, TypeError, KeyError) as problem:
        raise DataFileError(
            f"data/essay/verdicts/{path.name} is no stored release ({problem})",
            allowed="what `ballast release` writes",
            do=f"git checkout -- data/essay/verdicts/{path.name}",
        ) from problem


def moved(before: Release, after: Release) -> list[Move]:
    """Labels that are not those of the release before, with the cause, in the order of the ledger.

    The cause is the reason that the claim keeps in its history, or else what else differs between
    the two releases: the rule's words, the tables, or the way of measuring.
    """
    moves = []
    for name in dict.fromkeys([*after.verdicts, *before.verdicts]):
        old, new = before.verdicts.get(name), after.verdicts.get(name)
        labels = old.label if old else "", new.label if new else ""
        if old and new:
            cause = _cause(name, before, after)
        else:
            cause = "the claim is new" if new else "the claim was withdrawn"
        if labels[0] != labels[1]:
            moves.append(Move(name, *labels, cause))
    return moves


def _cause(name: str, before: Release, after: Release) -> str:
    changes = ledger()[name].history if name in ledger() else ()
    since = [change for change in changes if before.date <= change.until <= (after.date or "9")]
    if since:
        return f"the rule was changed on {since[-1].until}: {since[-1].reason}"
    if before.verdicts[name].rule != after.verdicts[name].rule:
        return "the rule was changed; the claim keeps no reason"
    changed = [name for name, sha in after.tables.items() if before.tables.get(name) != sha]
    if changed:
        return f"the same rule on other data: {', '.join(sorted(changed))}"
    return "the same rule and tables, measured otherwise"
