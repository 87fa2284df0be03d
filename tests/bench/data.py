"""The build from raw (time and peak memory), and ``load`` against plain pandas on the same
files."""

import os
import resource
import subprocess
import sys
import time

import pandas as pd

from analysis.paths import raw_root
from analysis.tables import load
from analysis.tables.catalogue import catalogue, file_of
from tests.bench._clock import best

REPEATS = 5
SMALL = 1_000_000
"""Bytes below which a table counts as small."""
BUILD = """
from analysis.sources.source import RawStore
from analysis.tables import build
build.differences(build.build(RawStore.from_environment()))
"""


def loading() -> pd.DataFrame:
    """Every table by ``load`` (which checks the hash and sets the types) and by pandas alone."""
    rows = []
    for table in catalogue():
        path = file_of(table)
        peer = "pandas.read_parquet" if path.suffix == ".parquet" else "pandas.read_csv"
        plain = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
        ours = best(lambda name=table: load(name), repeats=REPEATS)
        theirs = best(lambda read=plain, file=path: read(file), repeats=REPEATS)
        note = f"{path.stat().st_size:,} bytes"
        rows.append(
            {"task": f"load {table}", "ours_s": ours, "peer": peer, "peer_s": theirs, "note": note}
        )
    return pd.DataFrame(rows)


def building() -> pd.DataFrame:
    """Every table built from raw and compared with data/, in a process of its own; empty without a
    raw store."""
    if raw_root() is None:
        return pd.DataFrame()
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", BUILD], check=True, env=os.environ)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"peak memory {peak:,.0f} MB of the largest process started so far"
    return pd.DataFrame([{"task": "build all tables from raw", "ours_s": seconds, "note": note}])


def run() -> pd.DataFrame:
    """Seconds of the build, of the largest table and of the slowest small one, with the ratio to
    pandas alone."""
    built, loaded = building(), loading()
    small = loaded[
        [file_of(task.removeprefix("load ")).stat().st_size < SMALL for task in loaded.task]
    ]
    chosen = [
        loaded.ours_s.idxmax(),
        small.ours_s.idxmax(),
        small.ours_s.sort_values().index[len(small) // 2],
    ]
    frame = pd.concat([built, loaded.loc[chosen]], ignore_index=True)
    frame["ratio"] = frame.peer_s / frame.ours_s
    return frame[["task", "ours_s", "peer", "peer_s", "ratio", "note"]]
