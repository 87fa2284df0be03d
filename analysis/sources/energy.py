"""China's fuels: customs and statistics as a data terminal exports them, the Statistical Review of
World Energy, and UN Comtrade.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore

FUELS = (
    "Coal",
    "Coking Coal",
    "Steam Coal",
    "Crude Oil",
    "Pipeline Carried Natural Gas (Gaseous State)",
    "Liquified Natural Gas (LNG)",
)


def read_from_russia(raw: RawStore) -> pd.DataFrame:
    """Months in rows (column 'Name'), one column per series; the first rows hold frequency, unit
    and identifier (text).
    """
    series = [
        f"China: {what} of Imports: {fuel}: Russian Federation"
        for what in ("Volume", "Value")
        for fuel in FUELS
    ]
    path = "energy/China_fossil_fuel_imports_from_Russia.csv"
    return raw.csv(path, ", ".join(["Name", *series]), header=2)


def read_totals(raw: RawStore) -> pd.DataFrame:
    """Months in rows, one column per series; the first rows hold frequency, unit and identifier
    (text).
    """
    series = (
        "Output: Natural Crude Oil: YTD, Quantity of Imports: Crude Oil: YTD,"
        " China: Volume of Imports: Natural Gas: YTD, China: Output: Natural Gas: YTD,"
        " China: Quantity of Imports: Coal and Lignite"
    )
    return raw.csv("energy/fuel_supply.csv", f"Name, {series}", header=1)


def read_china_imports(raw: RawStore) -> pd.DataFrame:
    """China's imports by fuel and supplier, with each review's own names and units (text)."""
    columns = "year, fuel, unit, origin, value, workbook"
    return raw.csv("energy/ei_china_imports_by_origin_2016_2023.csv", columns)


def read_oil_products(raw: RawStore) -> pd.DataFrame:
    """China's imports of HS 2710.19 by year and partner name, with the year's total (text)."""
    path = "energy/comtrade_china_imports_hs271019_by_partner_2014_2024.csv"
    return raw.csv(path, "year, partner, value_usd, china_total_usd")
