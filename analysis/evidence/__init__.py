"""Evidence: what each notebook and each verdict rests on, loaded and measured in one place.

Functions that a claim rests on return named figures for data/essay/claims.yaml, and are listed
here; a figure that is a function is asked only where it is needed. Nobody writes into what is
cached: it is shared.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from analysis.errors import DataFileError

Figures = Mapping[str, Any]
"""Named figures, for conditions, sentences and pictures."""
EVIDENCE = {
    "C01": "analysis.evidence.scorecard:success",
    "C02": "analysis.evidence.scorecard:successor",
    "C03": "analysis.evidence.the_thaw:roots",
    "C04": "analysis.evidence.the_thaw:interruptions",
    "C05": "analysis.evidence.a_shared_outlook:outlook",
    "C06": "analysis.evidence.the_trade_boom:ties",
    "C07": "analysis.evidence.a_shared_outlook:forums",
    "C08": "analysis.evidence.shared_outlook_polls:support",
    "C09": "analysis.evidence.the_split:quarrel",
    "C10": "analysis.evidence.the_split:border_war",
    "C11": "analysis.evidence.split_in_1969:divisions_massed",
    "C12": "analysis.evidence.the_split:lively_trade",
    "C13": "analysis.evidence.the_split:stop_of_trade",
    "C14": "analysis.evidence.split_in_1969:exchanges_ceased",
    "C15": "analysis.evidence.the_split:hostile_decades",
    "C17": "analysis.evidence.a_quiet_border:settled",
    "C18": "analysis.evidence.border_and_people:signs_of_claims",
    "C19": "analysis.evidence.border_and_people:chinese_in_the_region",
    "C20": "analysis.evidence.border_and_people:forces_then_and_now",
    "C21": "analysis.evidence.a_quiet_border:exercises_by_period",
    "C22": "analysis.evidence.a_quiet_border:far_and_heavy",
    "C23": "analysis.evidence.a_quiet_border:before_and_after",
    "C24": "analysis.evidence.shared_outlook_clubs:platform",
    "C27": "analysis.evidence.the_trade_boom:level_of_2024",
    "C28": "analysis.evidence.the_trade_boom:level_of_2021",
    "C29": "analysis.evidence.the_trade_boom:growth_since",
    "C30": "analysis.evidence.turning_east:parts_of_the_rise",
    "C32": "analysis.evidence.traded_energy:leading_supplier",
    "C33": "analysis.evidence.what_is_traded:machinery",
    "C34": "analysis.evidence.what_is_traded:cars",
    "C35": "analysis.evidence.what_is_traded:electronics",
    "C36": "analysis.evidence.limits_of_growth:growth_after",
    "C37": "analysis.evidence.limits_of_growth:place_of_growth",
    "C38": "analysis.evidence.what_is_traded:appetite",
    "C63": "analysis.evidence.what_is_traded:needs",
    "C39": "analysis.evidence.what_is_traded:western_chips",
    "C40": "analysis.evidence.ballast:steadying",
    "C41": "analysis.evidence.conflict_and_profit:conflicts",
    "C42": "analysis.evidence.deference:deference",
    "C43": "analysis.evidence.who_depends_on_whom:beside_europe",
    "C44": "analysis.evidence.who_depends_on_whom:electronics",
    "C45": "analysis.evidence.coercion:cases_by_size",
    "C46": "analysis.evidence.coercion:cases_on_lists",
    "C47": "analysis.evidence.who_depends_on_whom:mutual_need",
    "C50": "analysis.evidence.frictions:central_asia",
    "C51": "analysis.evidence.frictions:arctic",
    "C52": "analysis.evidence.frictions:misgivings",
    "C71": "analysis.evidence.statements:nuclear_warnings",
    "C53": "analysis.evidence.statements:displeasure",
    "C54": "analysis.evidence.commitments:management",
    "C55": "analysis.evidence.commitments:alliance",
    "C56": "analysis.evidence.american_leverage:closeness",
    "C57": "analysis.evidence.american_leverage:side_taken",
    "C58": "analysis.evidence.american_leverage:strain",
    "C60": "analysis.evidence.split_in_1969:strike_hinted_at",
    "C61": "analysis.evidence.split_in_1969:tunnels",
    "C62": "analysis.evidence.border_and_people:army_at_the_front",
    "C64": "analysis.evidence.who_depends_on_whom:market",
    "C69": "analysis.evidence.coercion:pipeline",
}
"""Module and function that measure what each claim rests on."""


def evidence_for(claim: str) -> Callable[..., Figures]:
    """The function that gives the figures of a claim, imported when it is asked for."""
    if claim not in EVIDENCE:
        raise DataFileError(
            f"nothing measures claim {claim} yet",
            do="name its module and function in EVIDENCE of analysis/evidence/__init__.py",
        )
    module, name = EVIDENCE[claim].split(":")
    return getattr(import_module(module), name)
