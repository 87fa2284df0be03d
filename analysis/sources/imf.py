"""International Monetary Fund: trade in goods (IMTS) as `ballast data fetch` brings it."""

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
    """Files of the fetched vintages (paths within the raw store) with the SHA-256 that each had
    when it came; of each flow and year the one of the newest vintage that holds it.
    """
    records = [(_record(path), path) for path in (raw.root / FETCHED).glob(f"*/{RECORD}")]
    newest = {
        file["name"]: (f"{FETCHED}/{path.parent.name}/{file['name']}", file["sha256"])
        for record, path in sorted(records, key=lambda one: (one[0]["fetched"], one[1]))
        for file in record["files"]
        if FLOW_AND_YEAR.fullmatch(file["name"])
    }
    return dict(newest.values())


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
    """IMTS of all reporters as fetched, the newest answer for each flow and year (text, dollars).
    A RawDataError says if a year lacks a flow, or a file is not the one that was fetched.
    """
    files = fetched_imts(raw)
    names = {Path(path).name for path in files}
    years = sorted({name.removesuffix(".csv").rpartition("_")[2] for name in names})
    lacking = [
        name for year in years for flow in FLOWS if (name := f"{flow}_{year}.csv") not in names
    ]
    if lacking or not files:
        raise RawDataError(
            f"the fetched vintages of {FETCHED} lack {lacking or 'every flow and year'}",
            do=f"run `ballast data fetch {FETCHED}` for those years",
        )
    columns = "COUNTRY, INDICATOR, COUNTERPART_COUNTRY, TIME_PERIOD, OBS_VALUE, DERIVATION_TYPE"
    frame = pd.concat([raw.csv(path, columns) for path in files], ignore_index=True)
    if changed := [path for path, sha256 in files.items() if raw.opened[path] != sha256]:
        raise RawDataError(
            f"not as they were fetched: {changed}", do="fetch them again into a new vintage"
        )
    return frame
