"""Evidence: what each notebook and each verdict rests on, loaded and measured in one place.

There is one module for each notebook. Its functions load tables, measure and fit, for any pair of
countries where the data allow it. Those that notebooks show are marked ``where_known``: where the
data do not reach they return the reason instead. Those that a claim rests on return named figures
for the conditions and sentences of data/essay/claims.yaml, and are listed here by claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

EVIDENCE = {
    "C01": "analysis.evidence.scorecard:success",
    "C02": "analysis.evidence.scorecard:successor",
    "C03": "analysis.evidence.the_thaw:roots",
    "C04": "analysis.evidence.the_thaw:interruptions",
    "C06": "analysis.evidence.the_trade_boom:ties",
    "C09": "analysis.evidence.the_split:quarrel",
    "C10": "analysis.evidence.the_split:border_war",
    "C12": "analysis.evidence.the_split:lively_trade",
    "C13": "analysis.evidence.the_split:stop_of_trade",
    "C15": "analysis.evidence.the_split:hostile_decades",
    "C17": "analysis.evidence.a_quiet_border:disputes_since",
    "C21": "analysis.evidence.a_quiet_border:patrols_by_half",
    "C22": "analysis.evidence.a_quiet_border:far_and_heavy",
    "C23": "analysis.evidence.a_quiet_border:before_and_after",
    "C27": "analysis.evidence.the_trade_boom:level_of_2024",
    "C28": "analysis.evidence.the_trade_boom:level_of_2021",
    "C29": "analysis.evidence.the_trade_boom:growth_since",
}
"""Module and function that measure what each claim rests on."""


def evidence_for(claim: str) -> Callable[..., Mapping[str, Any]]:
    """The function that gives the figures of a claim, imported when it is asked for."""
    module, name = EVIDENCE[claim].split(":")
    function: Callable[..., Mapping[str, Any]] = getattr(import_module(module), name)
    return function
