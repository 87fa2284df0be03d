"""Which function builds which table from raw."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.cleaning import customs, prices, trade
from analysis.sources.source import RawStore

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
    "deflators": prices.deflators,
    "exchange_rates": prices.exchange_rates,
    "oil_prices": prices.oil_prices,
}
