"""Which function builds which table from raw; a table whose catalogue entry names its raw file
needs none of its own.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.cleaning import (
    customs,
    disputes,
    energy,
    history,
    prepared,
    products,
    trade,
    votes,
)
from analysis.cleaning.declared import declared
from analysis.sources.imf import fetched_imts
from analysis.sources.package import listed
from analysis.sources.source import RawStore

Recipe = Callable[[RawStore], pd.DataFrame]
RECIPES: dict[str, Recipe] = {
    entry["name"]: partial(declared, table=entry["name"])
    for entry in listed()["resources"]
    if "file" in entry.get("recipe", {})
}
RECIPES |= {
    "trade_annual": trade.world_panel,
    "trade_totals": trade.world_totals,
    "trade_russia": trade.russia_partners,
    "trade_china_2024": trade.china_partners_2024,
    "exports_2025": trade.exports_2025,
    "china_customs_annual": customs.annual_headlines,
    "china_customs_monthly": customs.monthly_headlines,
    "china_customs_yuan_growth": customs.yuan_growth,
    "russia_china_mirror": customs.russia_china_mirror,
    "trade_by_product": products.china_russia,
    "priority_goods_exports": products.priority_exports,
    "russia_suppliers_by_product": products.russia_suppliers,
    "china_share_of_russias_imports": products.china_in_russias_imports,
    "china_reported_monthly": products.reported_months,
    "eu_exports_by_partner": products.eu_exports,
    "essay_table_customs": customs.table_by_customs,
    "essay_table_imf": customs.table_by_imf,
    "unga_votes": votes.votes,
    "unga_rollcalls": votes.rollcalls,
    "ideal_points": votes.ideal_points,
    "unga_ukraine_texts": votes.ukraine_texts,
    "unsc_vetoes": votes.vetoes,
    "unsc_vetoes_to_2026": votes.vetoes_to_2026,
    "disputes": disputes.disputes,
    "dispute_years": disputes.dispute_years,
    "interstate_conflicts": disputes.interstate_conflicts,
    "alliances": disputes.alliances,
    "sanctions_outcomes": prepared.sanctions_outcomes,
    "leader_meetings": prepared.leader_meetings,
    "gdp_population": prepared.gdp_population,
    "rouble_rates": prepared.rouble_rates,
    "urals_prices": prepared.urals_prices,
    "cow_trade": history.bilateral_trade,
    "cow_trade_totals": history.state_totals,
    "china_fossil_imports": energy.fossil_imports_from_russia,
    "china_oil_product_imports": energy.oil_product_imports,
    "china_fuel_totals": energy.fuel_totals,
}
PLANNED: dict[str, tuple[Recipe, Callable[[RawStore], Any]]] = {
    "trade_recent": (trade.recent_panel, fetched_imts)
}
"""Tables that the catalogue lists as planned, each with what finds its fetched vintages."""


def possible(raw: RawStore) -> dict[str, Recipe]:
    """Recipes of the planned tables whose vintage lies in this raw store."""
    return {name: recipe for name, (recipe, vintages) in PLANNED.items() if vintages(raw)}
