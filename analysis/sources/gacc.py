"""General Administration of Customs of China (GACC): headlines, and China with all partners in
2024.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore


def read_annual(raw: RawStore) -> pd.DataFrame:
    """Annual headlines, one row per published report (text)."""
    values = "total_usd_bn, cn_exports_to_ru_usd_bn, cn_imports_from_ru_usd_bn"
    return raw.csv("gacc/gacc_annual.csv", f"year, {values}, basis, url, note")


def read_monthly(raw: RawStore) -> pd.DataFrame:
    """Monthly and cumulative headlines, one row per month (text)."""
    dollars = (
        "cum_total_usd_bn, month_total_usd_bn, how_total, cum_x_usd_bn, month_x_usd_bn, how_x,"
        " cum_m_usd_bn, month_m_usd_bn, how_m, url_cum, note_cum, url_month, note_month"
    )
    yuan = "month_x_cny_bn, month_m_cny_bn, cum_x_cny_bn, cum_m_cny_bn, note_cny"
    return raw.csv("gacc/gacc_monthly.csv", f"year, month, {dollars}, {yuan}")


def read_yuan_growth(raw: RawStore) -> pd.DataFrame:
    """Announced growth of months in 2025 over the year before, in yuan, and the level where one is
    printed (text).
    """
    columns = "month, china_flow, value_cny_bn_reported, yoy_pct_yuan, url"
    return raw.csv("gacc/gacc_yuan_yoy_2025.csv", columns)


def read_partners_2024(raw: RawStore) -> pd.DataFrame:
    """China with every partner in 2024 (text, CNY 10,000)."""
    columns = "name_en, exports_cny_10k, imports_cny_10k"
    return raw.csv("gacc/gacc_china_partners_2024_annual.csv", columns)
