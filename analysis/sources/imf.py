"""International Monetary Fund: Direction of Trade Statistics and its successor IMTS."""

from __future__ import annotations

import json
import re

import pandas as pd

from analysis.errors import RawDataError
from analysis.sources.source import RawStore, Source
from analysis.sources.transport import RECORD

FETCHED = "imf_imts"
"""Folder of the raw store that `ballast data fetch imf_imts` fills, one folder for each vintage."""
FLOW_AND_YEAR = re.compile(r"(XG_FOB_USD|MG_CIF_USD)_\d{4}\.csv")

DOTS = Source(
    key="imf_dots",
    producer="International Monetary Fund, Statistics Department",
    title="Direction of Trade Statistics (DOTS), annual, 1960-2020",
    citation=(
        "International Monetary Fund. Direction of Trade Statistics (DOTS). Washington, DC: IMF."
    ),
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence=(
        "IMF terms of use for data: copy, adapt and distribute with attribution, changes declared"
    ),
    units="current USD million",
    basis="exports FOB, imports CIF, as each reporter published or the IMF estimated",
    served_by="github.com/SamLeBlanc/Direction-of-Trade-Map @ a0b40af",
    traps=(
        "aggregates such as 'Advanced Economies' stand among the countries",
        "the flag 'e' marks figures that the IMF estimated",
        (
            "the Soviet Union is an entity of its own to 1991; Belgium and Luxembourg report"
            " jointly before 1997"
        ),
        "Taiwan appears as a partner only",
        (
            "Russia's reports lack Belarus in 2001, 2004, 2009 and 2010, and seem to hold a part of"
            " it in 2006 and 2011"
        ),
    ),
)
IMTS_RUSSIA = Source(
    key="imf_imts_russia",
    producer="International Monetary Fund, Statistics Department",
    title=(
        "International Trade in Goods by partner country (IMTS), Russian Federation, annual,"
        " 2016-2024"
    ),
    citation=(
        "International Monetary Fund. International Trade in Goods (by partner country), IMTS"
        " 1.0.0. Washington, DC: IMF."
    ),
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence=(
        "IMF terms of use for data: copy, adapt and distribute with attribution, changes declared"
    ),
    units="current USD million",
    basis=(
        "exports FOB, imports CIF; from 2022 not published by Russia and apparently estimated from"
        " partners"
    ),
    served_by="github.com/paulinakasetiene/Russia-sanctions-trade-reallocation @ ef3cc99",
    traps=(
        (
            "Russia stopped publishing in 2022: later figures move with the partners' own and carry"
            " no flag"
        ),
        "imports from Uganda rise from 24 million (2021) to 27,004 million (2024), which is false",
        "Kazakhstan has no figure in 2024; Turkmenistan and North Korea have none from 2022",
        "Uzbekistan and Armenia jump to about five times their 2021 value",
    ),
)
IMTS_2025 = Source(
    key="imf_imts_2025",
    producer="International Monetary Fund, Statistics Department",
    title="International Trade in Goods by partner country (IMTS), exports of all reporters, 2025",
    citation=(
        "International Monetary Fund. International Trade in Goods (by partner country), exports"
        " 2025. Washington, DC: IMF."
    ),
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence=(
        "IMF terms of use for data: copy, adapt and distribute with attribution, changes declared"
    ),
    units="current USD million, rounded to 0.1",
    basis="exports FOB; Russia's rows estimated",
    served_by="github.com/aalavandhan/aalavandhan.github.io @ 087fe9c",
    traps=(
        "countries are named, not coded",
        "exports only",
        "Russia as exporter is estimated; Kazakhstan is zero",
    ),
)
IMTS_RECENT = Source(
    key="imf_imts",
    producer="International Monetary Fund, Statistics Department",
    title=(
        "International Trade in Goods by partner country (IMTS), all reporters, annual, from 2021"
    ),
    citation=(
        "International Monetary Fund. International Trade in Goods (by partner country), IMTS. "
        "Washington, DC: IMF."
    ),
    url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence=(
        "IMF terms of use for data: copy, adapt and distribute with attribution, changes declared"
    ),
    units="US dollars in the answers, whatever their column SCALE says",
    basis="exports FOB, imports CIF, as each reporter published or the IMF estimated",
    traps=(
        (
            "Russia's rows from 2022 are estimates, among them false ones such as imports from"
            " Uganda: see 'doubtful'"
        ),
        "the column SCALE says millions and the values are dollars",
        "codes with a digit are groups of countries and hold the countries that stand beside them",
    ),
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
    DataFrame with the publisher's columns, among them COUNTRY.ID, INDICATOR.ID,
    COUNTERPART_COUNTRY.ID, SCALE and one column per year.
    """
    years = tuple(str(year) for year in range(2016, 2025))
    columns = (
        "COUNTRY.ID",
        "INDICATOR.ID",
        "COUNTERPART_COUNTRY.ID",
        "COUNTERPART_COUNTRY",
        "SCALE",
        *years,
    )
    return raw.csv("imf/imts_russia_partners_2016_2024.csv", columns=columns)


def read_imts_2025(raw: RawStore) -> pd.DataFrame:
    """Exports 2025 of every reporter, by the carrier's short country names.

    Returns
    -------
    DataFrame with columns year, exporter, importer, export_fob_usd_mn.
    """
    columns = ("year", "exporter", "importer", "export_fob_usd_mn")
    return raw.parquet("imf/imts_world_exports_2025_edges.parquet", columns=columns)[list(columns)]


def read_imts_2025_output(raw: RawStore) -> pd.DataFrame:
    """Gross domestic product of the exporters of 2025, latest year of the World Bank (text).

    Returns
    -------
    DataFrame with columns id (the carrier's country name) and gdp_usd_mn_wb_latest.
    """
    return raw.csv("imf/imts_world_exports_2025_nodes.csv", columns=("id", "gdp_usd_mn_wb_latest"))


def fetched_imts(raw: RawStore) -> dict[str, str]:
    """Files of the fetched vintages by name, each from the newest vintage that holds it.

    Returns
    -------
    dict of 'XG_FOB_USD_2023.csv' and the like to the path within the raw store; empty where nothing
    was fetched.
    """
    records = []
    for path in sorted((raw.root / FETCHED).glob(f"*/{RECORD}")):
        record = json.loads(path.read_text(encoding="utf-8"))
        records.append((record["fetched"], path.parent.name, record["files"]))
    return {
        file["name"]: f"{FETCHED}/{vintage}/{file['name']}"
        for _, vintage, files in sorted(records, key=lambda record: record[:2])
        for file in files
        if FLOW_AND_YEAR.fullmatch(file["name"])
    }


def read_imts_recent(raw: RawStore) -> pd.DataFrame:
    """IMTS of all reporters as fetched, the newest answer for each flow and year (text).

    Returns
    -------
    DataFrame with COUNTRY, INDICATOR, COUNTERPART_COUNTRY, TIME_PERIOD, OBS_VALUE (US dollars),
    DERIVATION_TYPE.

    Raises
    ------
    RawDataError
        If a vintage has one flow of a year and not the other, or a file is not the one that was
        fetched.
    """
    files = fetched_imts(raw)
    years = sorted({name.removesuffix(".csv").rpartition("_")[2] for name in files})
    lone = [f"{flow}_{year}.csv" for year in years for flow in ("XG_FOB_USD", "MG_CIF_USD")]
    lone = [name for name in lone if name not in files]
    if lone or not files:
        raise RawDataError(f"the fetched vintages of {FETCHED} lack {lone or 'every flow and year'}",
                           do=f"run `ballast data fetch {FETCHED}` for those years")  # fmt: skip
    columns = (
        "COUNTRY",
        "INDICATOR",
        "COUNTERPART_COUNTRY",
        "TIME_PERIOD",
        "OBS_VALUE",
        "DERIVATION_TYPE",
    )
    parts = [raw.csv(path, columns=columns)[list(columns)] for path in files.values()]
    _as_fetched_or_stop(raw, files)
    return pd.concat(parts, ignore_index=True)


def _as_fetched_or_stop(raw: RawStore, files: dict[str, str]) -> None:
    """Compare the files just read with the hashes that were recorded when they came."""
    changed = []
    for name, path in files.items():
        record = json.loads((raw.root / path).with_name(RECORD).read_text(encoding="utf-8"))
        due = {file["name"]: file["sha256"] for file in record["files"]}[name]
        changed += [path] if raw.opened[path] != due else []
    if changed:
        raise RawDataError(
            f"not as they were fetched: {changed}", do="fetch them again into a new vintage"
        )
