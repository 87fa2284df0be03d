"""General Administration of Customs of China (GACC): headlines, and China with all partners in
2024.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

HEADLINES = Source(
    key="gacc",
    producer="General Administration of Customs of the People's Republic of China",
    title="China's trade with Russia: announced annual and monthly totals",
    citation=(
        "General Administration of Customs of China. Monthly releases of imports and exports by"
        " country (region), as cited by the press; each figure carries its address."
    ),
    url="http://english.customs.gov.cn/statics/report/preliminary.html",
    licence="facts and figures; each press report keeps its own terms",
    units="current USD billion; CNY billion where marked",
    basis="China as reporter: exports FOB, imports CIF",
    served_by="press excerpts collected by hand, one address per figure",
    traps=(
        "January and February are announced together",
        (
            "months worked out as differences of rounded cumulative totals carry an error of about"
            " 0.1 billion"
        ),
        "growth is announced in dollars and in yuan, and reports confuse the two",
        "the figure for 2015 in the news (64.2) is preliminary; 67.955 is the later one",
        "imports of 2025 are derived here as total minus exports",
    ),
)
PARTNERS_2024 = Source(
    key="gacc_2024",
    producer="General Administration of Customs of the People's Republic of China",
    title="Imports and exports by country (region) of origin and destination, 2024",
    citation=(
        "General Administration of Customs of China. Imports and exports by country (region),"
        " January to December 2024."
    ),
    url="http://english.customs.gov.cn/statics/report/preliminary.html",
    licence="facts and figures of a government release",
    units="CNY 10,000 in the release",
    basis="China as reporter: exports FOB, imports CIF",
    served_by="github.com/JaviReitano/China-Trade-2024 @ 872ff97",
    traps=(
        (
            "the carrier restored names by row order, so small territories may be off by one; large"
            " partners were checked"
        ),
        "the release mixes continents and groups with countries",
    ),
)


def read_annual(raw: RawStore) -> pd.DataFrame:
    """Annual headlines, one row per published report (text)."""
    return raw.csv(
        "gacc/gacc_annual.csv",
        columns=(
            "year",
            "total_usd_bn",
            "cn_exports_to_ru_usd_bn",
            "cn_imports_from_ru_usd_bn",
            "basis",
            "url",
            "note",
        ),
    )


def read_monthly(raw: RawStore) -> pd.DataFrame:
    """Monthly and cumulative headlines, one row per month (text)."""
    return raw.csv(
        "gacc/gacc_monthly.csv",
        columns=(
            "year", "month", "cum_total_usd_bn", "month_total_usd_bn", "how_total", "cum_x_usd_bn", "month_x_usd_bn",
            "how_x", "cum_m_usd_bn", "month_m_usd_bn", "how_m", "url_cum", "note_cum", "url_month", "note_month",
            "month_x_cny_bn", "month_m_cny_bn", "cum_x_cny_bn", "cum_m_cny_bn", "note_cny",
        ),
    )  # fmt: skip


def read_yuan_growth(raw: RawStore) -> pd.DataFrame:
    """Announced growth of months in 2025 over the year before, in yuan, and the level where one is
    printed (text).
    """
    return raw.csv(
        "gacc/gacc_yuan_yoy_2025.csv",
        columns=("month", "china_flow", "value_cny_bn_reported", "yoy_pct_yuan", "url"),
    )


def read_partners_2024(raw: RawStore) -> pd.DataFrame:
    """China with every partner in 2024 (text, CNY 10,000)."""
    return raw.csv(
        "gacc/gacc_china_partners_2024_annual.csv",
        columns=("pos", "name_en", "exports_cny_10k", "imports_cny_10k"),
    )
