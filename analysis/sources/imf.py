"""International Monetary Fund: Direction of Trade Statistics and its successor IMTS."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

DOTS = Source(
    key="imf_dots",
    producer="International Monetary Fund, Statistics Department",
    title="Direction of Trade Statistics (DOTS), annual, 1960-2020",
    citation="International Monetary Fund. Direction of Trade Statistics (DOTS). Washington, DC: IMF.",
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms of use: reuse with attribution",
    units="current USD million",
    basis="exports FOB, imports CIF, as each reporter published or the IMF estimated",
    served_by="github.com/SamLeBlanc/Direction-of-Trade-Map @ a0b40af",
    traps=(
        "aggregates such as 'Advanced Economies' stand among the countries",
        "the flag 'e' marks figures that the IMF estimated",
        "the Soviet Union is an entity of its own to 1991; Belgium and Luxembourg report jointly before 1997",
        "Taiwan appears as a partner only",
    ),
)
IMTS_RUSSIA = Source(
    key="imf_imts_russia",
    producer="International Monetary Fund, Statistics Department",
    title="International Trade in Goods by partner country (IMTS), Russian Federation, annual, 2016-2024",
    citation="International Monetary Fund. International Trade in Goods (by partner country), IMTS 1.0.0. "
    "Washington, DC: IMF.",
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms of use: reuse with attribution",
    units="current USD million",
    basis="exports FOB, imports CIF; from 2022 not published by Russia and apparently estimated from partners",
    served_by="github.com/paulinakasetiene/Russia-sanctions-trade-reallocation @ ef3cc99",
    traps=(
        "Russia stopped publishing in 2022: later figures move with the partners' own and carry no flag",
        "imports from Uganda rise from 24 million (2021) to 27,004 million (2024), which is false",
        "Kazakhstan has no figure in 2024; Turkmenistan and North Korea have none from 2022",
        "Uzbekistan and Armenia jump to about five times their 2021 value",
    ),
)
IMTS_2025 = Source(
    key="imf_imts_2025",
    producer="International Monetary Fund, Statistics Department",
    title="International Trade in Goods by partner country (IMTS), exports of all reporters, 2025",
    citation="International Monetary Fund. International Trade in Goods (by partner country), exports 2025. "
    "Washington, DC: IMF.",
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms of use: reuse with attribution",
    units="current USD million, rounded to 0.1",
    basis="exports FOB; Russia's rows estimated",
    served_by="github.com/aalavandhan/aalavandhan.github.io @ 087fe9c",
    traps=("countries are named, not coded", "exports only", "Russia as exporter is estimated; Kazakhstan is zero"),
)


def read_dots(raw: RawStore) -> pd.DataFrame:
    """DOTS as published: reporter and partner by the IMF's names, both flows, aggregates included.

    Returns
    -------
    DataFrame with columns reporter, partner (str), flow ('X_FOB' or 'M_CIF'), year (int),
    value_usd_mn (float), flag ('e' or missing).
    """
    columns = ("reporter", "partner", "flow", "year", "value_usd_mn", "flag")
    return raw.parquet("imf/dots_world_1960_2020.parquet", columns=columns)[list(columns)]


def read_imts_russia(raw: RawStore) -> pd.DataFrame:
    """IMTS for Russia, wide by year, all values still text.

    Returns
    -------
    DataFrame with the publisher's columns, among them COUNTRY.ID, INDICATOR.ID, COUNTERPART_COUNTRY.ID,
    SCALE and one column per year.
    """
    years = tuple(str(year) for year in range(2016, 2025))
    columns = ("COUNTRY.ID", "INDICATOR.ID", "COUNTERPART_COUNTRY.ID", "COUNTERPART_COUNTRY", "SCALE", *years)
    return raw.csv("imf/imts_russia_partners_2016_2024.csv", columns=columns)


def read_imts_2025(raw: RawStore) -> pd.DataFrame:
    """Exports 2025 of every reporter, by the carrier's short country names.

    Returns
    -------
    DataFrame with columns year, exporter, importer, export_fob_usd_mn.
    """
    columns = ("year", "exporter", "importer", "export_fob_usd_mn")
    return raw.parquet("imf/imts_world_exports_2025_edges.parquet", columns=columns)[list(columns)]
