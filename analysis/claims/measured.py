"""The figures of a claim under some options: its thresholds, and what the evidence gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analysis.claims.ledger import Claim
from analysis.errors import DataFileError

Evidence = Callable[..., Mapping[str, Any]]


class Figures(Mapping[str, Any]):
    """Named figures in layers, the later over the earlier; one that is a function is asked once."""

    def __init__(self, *layers: Mapping[str, Any]) -> None:
        self._known: dict[str, Any] = {}
        for layer in layers:
            self._known |= layer._known if isinstance(layer, Figures) else layer

    def __getitem__(self, name: str) -> Any:
        value = self._known[name]
        if callable(value):
            value = self._known[name] = value()
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def measured(this: Claim, evidence: Evidence, options: Mapping[str, Any]) -> Figures:
    """Thresholds and figures of a claim under some options.

    An option that is a threshold's name replaces the threshold; any other is one of the evidence's.
    A threshold that the evidence takes is handed to it.
    """
    taken = inspect.signature(evidence).parameters
    limits = {name: options.get(name, limit) for name, limit in this.thresholds.items()}
    known = [*limits, *taken]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise DataFileError(
            f"claim {this.id}, readings: there is no option {unknown}",
            allowed=", ".join(dict.fromkeys(known)),
            do="mend data/essay/claims.yaml",
        )
    handed = {name: value for name, value in {**limits, **options}.items() if name in taken}
    missing = [
        name for name, one in taken.items() if one.default is one.empty and name not in handed
    ]
    if missing:
        raise DataFileError(
            f"claim {this.id}, thresholds: the evidence asks for {missing}",
            allowed=f"all of {', '.join(taken)} that have no value of their own",
            do="mend data/essay/claims.yaml",
        )
    return Figures(limits, evidence(**handed))


def require_used(this: Claim, evidence: Evidence) -> None:
    """DataFileError where a claim has a threshold that no condition names and no evidence takes."""
    used = {name for rule in this.labels.values() for name in rule.names}
    used |= set(inspect.signature(evidence).parameters)
    if idle := [name for name in this.thresholds if name not in used]:
        raise DataFileError(
            f"claim {this.id}, thresholds: nothing uses {idle}",
            allowed="numbers that a condition names or the evidence takes",
            do="mend data/essay/claims.yaml",
        )
