"""International Monetary Fund: Direction of Trade Statistics and its successor IMTS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import RawDataError
from analysis.sources.package import misfits
from analysis.sources.source import RawStore
from analysis.sources.transport import RECORD

FETCHED = "imf_imts"
"""Folder of the raw store that `ballast data fetch imf_imts` fills, one folder for each vintage."""
FLOWS = ("XG_FOB_USD", "MG_CIF_USD")
VINTAGE = {"fetched": str, "files": [{"name": str, "sha256": str}]}
FLOW_AND_YEAR = re.compile(rf"({'|'.join(FLOWS)})_\d{{4}}\.csv")


def read_dots(raw: RawStore) -> pd.DataFrame:
    """DOTS as published: reporter and partner by the IMF's names, both flows, aggregates included.

    Returns
    -------
    DataFrame with columns reporter, partner (str), flow ('X_FOB' or 'M_CIF'), year (int),
    value_usd_mn (float), flag ('e' or missing).
    """
    columns = "reporter, partner, flow, year, value_usd_mn, flag"
    return raw.parquet("imf/dots_world_1960_2020.parquet", columns)


def read_imts_russia(raw: RawStore) -> pd.DataFrame:
    """IMTS for Russia, wide by year 2016-2024, all values still text.

    Returns
    -------
    DataFrame with COUNTRY.ID, INDICATOR.ID, COUNTERPART_COUNTRY.ID, SCALE and one column per year.
    """
    years = ", ".join(map(str, range(2016, 2025)))
    columns = f"COUNTRY.ID, INDICATOR.ID, COUNTERPART_COUNTRY.ID, SCALE, {years}"
    return raw.csv("imf/imts_russia_partners_2016_2024.csv", columns)


def read_imts_2025(raw: RawStore) -> pd.DataFrame:
    """Exports 2025 of every reporter by the carrier's short country names: year, exporter,
    importer, export_fob_usd_mn.
    """
    columns = "year, exporter, importer, export_fob_usd_mn"
    return raw.parquet("imf/imts_world_exports_2025_edges.parquet", columns)


def read_imts_2025_output(raw: RawStore) -> pd.DataFrame:
    """Gross domestic product of the exporters of 2025, latest year of the World Bank: id (the
    carrier's country name) and gdp_usd_mn_wb_latest (text).
    """
    return raw.csv("imf/imts_world_exports_2025_nodes.csv", "id, gdp_usd_mn_wb_latest")


def fetched_imts(raw: RawStore) -> dict[str, str]:
    """Files of the fetched vintages by name, each from the newest vintage that holds it.

    Returns
    -------
    dict of 'XG_FOB_USD_2023.csv' and the like to the path within the raw store; empty where nothing
    was fetched.
    """
    records = []
    for path in sorted((raw.root / FETCHED).glob(f"*/{RECORD}")):
        record = _record(path)
        records.append((record["fetched"], path.parent.name, record["files"]))
    return {
        file["name"]: f"{FETCHED}/{vintage}/{file['name']}"
        for _, vintage, files in sorted(records, key=lambda record: record[:2])
        for file in files
        if FLOW_AND_YEAR.fullmatch(file["name"])
    }


def _record(path: Path) -> dict[str, Any]:
    """What was recorded when a vintage was fetched, in the form in which it was written."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        faults = misfits(record, VINTAGE, "the record")
    except (OSError, ValueError, RecursionError) as problem:
        faults = [f"{problem!s:.200}"]
    if faults:
        raise RawDataError(
            f"{path} is not as a fetch wrote it: {'; '.join(faults)}",
            do="move the folder away, and fetch it again into a new vintage",
        )
    return record


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
    lacking = [f"{flow}_{year}.csv" for year in years for flow in FLOWS]
    lacking = [name for name in lacking if name not in files]
    if lacking or not files:
        raise RawDataError(
            f"the fetched vintages of {FETCHED} lack {lacking or 'every flow and year'}",
            do=f"run `ballast data fetch {FETCHED}` for those years",
        )
    columns = "COUNTRY, INDICATOR, COUNTERPART_COUNTRY, TIME_PERIOD, OBS_VALUE, DERIVATION_TYPE"
    parts = [raw.csv(path, columns) for path in files.values()]
    _as_fetched_or_stop(raw, files)
    return pd.concat(parts, ignore_index=True)


def _as_fetched_or_stop(raw: RawStore, files: dict[str, str]) -> None:
    """Compare the files just read with the hashes that were recorded when they came."""
    changed = []
    for name, path in files.items():
        record = _record((raw.root / path).with_name(RECORD))
        due = {file["name"]: file["sha256"] for file in record["files"]}[name]
        changed += [path] if raw.opened[path] != due else []
    if changed:
        raise RawDataError(
            f"not as they were fetched: {changed}", do="fetch them again into a new vintage"
        )
