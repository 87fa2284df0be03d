"""International Monetary Fund: trade in goods (IMTS) as `ballast data fetch` brings it."""

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
