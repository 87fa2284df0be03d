"""The figures of a claim under some options: its thresholds, and what the evidence gives."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from analysis.claims.ledger import Claim
from analysis.claims.rules import Figures
from analysis.errors import DataFileError

Evidence = Callable[..., Mapping[str, Any]]
UNFIT = (KeyError, IndexError, ValueError, TypeError, ZeroDivisionError)
"""What a measurement runs into where the data do not reach a value that nobody foresaw."""


def measured(this: Claim, evidence: Evidence, options: Mapping[str, Any]) -> Figures:
    """Thresholds and figures of a claim under some options.

    An option that is a threshold's name replaces the threshold; any other is one of the evidence's.
    A threshold that the evidence takes is handed to it. DataFileError where nothing takes an
    option, or the evidence asks for a threshold that is not there.
    """
    taken = inspect.signature(evidence).parameters
    limits = {name: options.get(name, limit) for name, limit in this.thresholds.items()}
    handed = {name: value for name, value in {**limits, **options}.items() if name in taken}
    asked = [name for name, one in taken.items() if one.default is one.empty]
    refuse_all_but(this, "readings: there is no option", options, [*limits, *taken])
    refuse_all_but(this, "thresholds: the evidence asks for", asked, handed)
    return Figures({**limits, **evidence(**handed)})


def refuse_all_but(this: Claim, what: str, came_in: Iterable[str], known: Collection[str]) -> None:
    """DataFileError with claim and field where names came in that are not known."""
    if strange := [name for name in came_in if name not in known]:
        raise DataFileError(
            f"claim {this.id}, {what} {strange}",
            allowed=", ".join(dict.fromkeys(known)),
            do="mend data/essay/claims.yaml, or let the evidence give or take it",
        )
