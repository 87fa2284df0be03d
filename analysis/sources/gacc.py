"""General Administration of Customs of China (GACC): what several tables are built from."""

import pandas as pd

from analysis.sources.source import RawStore


def read_monthly(raw: RawStore) -> pd.DataFrame:
    """Monthly and cumulative headlines, one row per month (text)."""
    dollars = (
        "cum_total_usd_bn, month_total_usd_bn, how_total, cum_x_usd_bn, month_x_usd_bn, how_x,"
        " cum_m_usd_bn, month_m_usd_bn, how_m, url_cum, note_cum, url_month, note_month"
    )
    yuan = "month_x_cny_bn, month_m_cny_bn, cum_x_cny_bn, cum_m_cny_bn, note_cny"
    return raw.csv("gacc/gacc_monthly.csv", f"year, month, {dollars}, {yuan}")
