"""Which function builds which table from raw."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.cleaning import (
    cited,
    cooperation,
    covariates,
    customs,
    disputes,
    energy,
    history,
    opinion,
    pressure,
    prices,
    trade,
    votes,
)  # fmt: skip
from analysis.sources.source import RawStore

POLITICS: dict[str, Callable[[RawStore], pd.DataFrame]] = {
    "unga_votes": votes.votes,
    "unga_rollcalls": votes.rollcalls,
    "ideal_points": votes.ideal_points,
    "unga_ukraine_texts": votes.ukraine_texts,
    "unsc_vetoes": votes.vetoes,
    "disputes": disputes.disputes,
    "dispute_years": disputes.dispute_years,
    "interstate_conflicts": disputes.interstate_conflicts,
    "alliances": disputes.alliances,
    "leaders": disputes.leaders,
    "arms_transfers": pressure.arms_transfers,
    "sanctions_cases": pressure.sanctions_cases,
    "sanctions_outcomes": pressure.sanctions_outcomes,
    "sanctions_on_russia": pressure.sanctions_on_russia,
    "coercion_cases": pressure.coercion_cases,
    "coercion_counts": pressure.coercion_counts,
    "china_sanctions_targets": pressure.china_sanctions_targets,
    "frictions": pressure.frictions,
    "joint_patrols": cooperation.joint_patrols,
    "joint_exercises": cooperation.joint_exercises,
    "joint_exercise_counts": cooperation.joint_exercise_counts,
    "border_steps": cooperation.border_steps,
    "memberships": cooperation.memberships,
    "leader_meetings": cooperation.leader_meetings,
    "opinion_polls": opinion.opinion_polls,
    "pew_favourability": opinion.pew_favourability,
}
ECONOMY: dict[str, Callable[[RawStore], pd.DataFrame]] = {
    "cow_trade": history.bilateral_trade,
    "cow_trade_totals": history.state_totals,
    "sino_soviet_trade": history.sino_soviet_trade,
    "russia_china_1827_1938": history.russia_china_1827_1938,
    "trade_totals_cited": cited.trade_totals_cited,
    "goods_services_trade": covariates.goods_services_trade,
    "china_energy_imports": energy.imports_by_supplier,
    "china_fossil_imports": energy.fossil_imports_from_russia,
    "china_oil_product_imports": energy.oil_product_imports,
    "china_fuel_totals": energy.fuel_totals,
    "trade_composition": cited.trade_composition,
    "gdp_population": covariates.gdp_population,
    "real_gdp": covariates.real_gdp,
    "distances": covariates.distances,
    "trade_agreements": covariates.trade_agreements,
    "rouble_rates": cited.rouble_rates,
    "urals_prices": cited.urals_prices,
}
RECIPES: dict[str, Callable[[RawStore], pd.DataFrame]] = {
    "trade_annual": trade.world_panel,
    "trade_totals": trade.world_totals,
    "trade_russia": trade.russia_partners,
    "trade_china_2024": trade.china_partners_2024,
    "exports_2025": trade.exports_2025,
    "china_customs_annual": customs.annual_headlines,
    "china_customs_monthly": customs.monthly_headlines,
    "china_customs_yuan_growth": customs.yuan_growth,
    "russia_china_mirror": customs.russia_china_mirror,
    **POLITICS,
    "deflators": prices.deflators,
    "exchange_rates": prices.exchange_rates,
    "oil_prices": prices.oil_prices,
    **ECONOMY,
}
