"""World Bank, Correlates of War trade, oil prices, and figures collected by hand (the pages were
read as stored excerpts, not opened in full).
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore


def read_gdp(raw: RawStore) -> pd.DataFrame:
    """GDP of countries and groups by year (text)."""
    return raw.csv("worldbank/wdi_gdp_current_usd.csv", "Country Code, Year, Value")


def read_population(raw: RawStore) -> pd.DataFrame:
    """Population of countries and groups by year (text)."""
    return raw.csv("worldbank/wdi_population.csv", "Country Code, Year, Value")


def read_goods_and_services(raw: RawStore) -> pd.DataFrame:
    """Exports and imports of goods and services of China, Russia and the world (text)."""
    path = "history/wdi_trade_totals_goods_services_CHN_RUS_WLD_1960_2025.csv"
    return raw.csv(path, "iso3, year, NE.EXP.GNFS.CD, NE.IMP.GNFS.CD")


def read_exchange_rate(raw: RawStore) -> pd.DataFrame:
    """Official exchange rates, wide by year, 1992-2023 (text)."""
    years = ", ".join(map(str, range(1992, 2024)))
    path = "worldbank/wdi_PA.NUS.FCRF_exchange_rate.csv"
    return raw.csv(path, f"Country Code, {years}", skiprows=4)


def read_rouble(raw: RawStore) -> pd.DataFrame:
    """Annual average rouble rates of the Bank of Russia (text)."""
    return raw.csv("history/rub_usd_cbr_annual_ruxpert.csv", "year, rub_per_usd_redenominated")


def read_dyadic(raw: RawStore) -> pd.DataFrame:
    """Pairs of states by year; flow1 is what ccode1 imported from ccode2, flow2 the reverse."""
    return raw.parquet("cow/cow_dyadic_trade_4.0.parquet", "ccode1, ccode2, year, flow1, flow2")


def read_national(raw: RawStore) -> pd.DataFrame:
    """States by year with their total imports and exports (text)."""
    return raw.csv("cow/cow_national_trade_4.0.csv", "ccode, year, imports, exports")


def read_brent(raw: RawStore) -> pd.DataFrame:
    """Monthly Brent prices (text)."""
    return raw.csv("prices/brent_monthly.csv", "Date, Price")


def read_totals_cited(raw: RawStore) -> pd.DataFrame:
    """Announced totals of Russia, China and the world (text)."""
    columns = "year, economy, measure, value, unit, source, url, note"
    return raw.csv("history/trade_totals_anchors.csv", columns)


def read_urals(raw: RawStore) -> pd.DataFrame:
    """Announced average prices of Urals crude (text)."""
    return raw.csv("history/urals_price_anchors.csv", "period, type, urals_usd_bbl, source, url")
