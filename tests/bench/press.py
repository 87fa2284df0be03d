"""The press beside stock papermill: the same notebooks, in turns, in the same minutes; medians of
five rounds.

Ten light notebooks (the usual imports, one model, one figure) and the whole collection go through
`ballast run` with two workers, and through papermill's command in a loop; the ten also through a
pool of two processes that call papermill, the collection with an empty cache and again. A loop is
as long as the sum of its parts, so each round times two of the ten and counts them five times.
``make bench BENCH=press PRESS_ROUNDS=1`` is for a first look.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pandas as pd

from analysis.paths import ROOT
from tests.bench.sweep import LIGHT as SWEPT_CELLS

ROUNDS = int(os.environ.get("PRESS_ROUNDS", "5"))
LIGHT, WORKERS, LOOPED = 10, 2, 2
LIGHT_CELLS = SWEPT_CELLS[:-1]
"""The last leaves a record for a sweep, which plain papermill has no place for."""
MAIN = "from analysis.cli import main; main()"
OURS = [sys.executable, "-c", MAIN, "run", "--workers", str(WORKERS)]
LOOP = [sys.executable, "-m", "papermill", "--no-progress-bar"]
POOL = """
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import papermill
with ProcessPoolExecutor(2) as pool:
    list(pool.map(partial(papermill.execute_notebook, progress_bar=False), sys.argv[2:], [
        f"{sys.argv[1]}/{place}.ipynb" for place in range(len(sys.argv) - 2)]))
"""
ONE_BY_ONE = """
import sys, time, papermill
def run(engine):
    began = time.perf_counter()
    papermill.execute_notebook(sys.argv[1], None, engine_name=engine, progress_bar=False)
    return time.perf_counter() - began
run("ballast")
print([[run(engine) for engine in ("ballast", "nbclient")] for _ in range(int(sys.argv[2]))])
"""
IMPORT = (
    "import time; began = time.perf_counter(); import analysis.cli; print(time.perf_counter() -"
    " began)"
)


def seconds(command: Sequence[object]) -> float:
    """Of a whole process, which must succeed."""
    began = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return time.perf_counter() - began


def answer(code: str, *arguments: object) -> object:
    """What a program prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def in_turns(*ways: Callable[[], float]) -> list[float]:
    """Median seconds of each way, measured in turns."""
    rounds = [[way() for way in ways] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def ten_light(folder: Path) -> list[dict[str, object]]:
    """Ten light notebooks."""
    cells = [nbformat.v4.new_code_cell(text) for text in ["n = 0", *LIGHT_CELLS]]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    paths = [folder / f"light-{place}.ipynb" for place in range(LIGHT)]
    for path in paths:
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    looped = iter(paths * ROUNDS)
    forced = ["--force", *paths, "--output", folder / "out", "--cache", folder / "cache"]

    def in_a_loop() -> float:
        took = [seconds([*LOOP, next(looped), folder / "x.ipynb"]) for _ in range(LOOPED)]
        return sum(took) * LIGHT / LOOPED

    ours, cold, pool, loop = in_turns(
        lambda: seconds([*OURS, *forced]),
        lambda: seconds([*OURS, "--cold", *forced]),
        lambda: seconds([sys.executable, "-c", POOL, folder, *paths]),
        in_a_loop,
    )
    peers = {"papermill, 2 processes": pool, "papermill in a loop": loop, "ours, --cold": cold}
    note = f"two workers; {ours / LIGHT:.2f} s a notebook"
    return [row("ten light notebooks", ours, peer, theirs, note) for peer, theirs in peers.items()]


def row(
    task: str, ours: float, peer: str = "none", theirs: float = float("nan"), note: str = ""
) -> dict[str, object]:
    """One line of the table."""
    facts = {"task": task, "ours_s": ours, "peer": peer, "peer_s": theirs}
    return {**facts, "ratio": theirs / ours, "note": note}


def cell_seconds(executed: Path) -> float:
    """What the cells of an executed notebook took."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    return sum((cell["metadata"].get("papermill") or {}).get("duration") or 0.0 for cell in cells)


def collection(folder: Path) -> list[dict[str, object]]:
    """The notebooks of this project with an empty cache, again when it is known how long each
    takes, and with nothing changed.
    """
    paths = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    places = [*paths, "--output", folder / "all", "--cache", folder / "kept"]
    overheads = []

    def first() -> float:
        shutil.rmtree(folder / "kept", ignore_errors=True)
        return seconds([*OURS, *places])

    def again() -> float:
        took = seconds([*OURS, "--force", *places])
        cells = sum(cell_seconds(folder / "all" / path.name) for path in paths)
        overheads.append((took * WORKERS - cells) / len(paths))
        return took

    empty, known, loop = in_turns(
        first, again, lambda: sum(seconds([*LOOP, path, folder / "x.ipynb"]) for path in paths)
    )
    (unchanged,) = in_turns(lambda: seconds([*OURS, *places]))
    task, beside = f"{len(paths)} notebooks of the collection", statistics.median(overheads)
    note = f"{beside:.2f} s a notebook beside its cells, starting and waiting included"
    peer = "papermill in a loop"
    return [
        row(f"{task}, for the first time", empty, peer, loop, "in the order of their names"),
        row(f"{task}, again", known, peer, loop, f"the longest first; {note}"),
        row("nothing changed", unchanged, note="the whole process; the aim is 1 s"),
    ]


def run() -> pd.DataFrame:
    """Seconds and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = ten_light(folder)
        pairs = answer(ONE_BY_ONE, folder / "light-0.ipynb", ROUNDS)
        forked, own = (statistics.median(column) for column in zip(*pairs, strict=True))  # type: ignore[call-overload]
        peer, note = "papermill's own engine", "in a program that goes on"
        rows.append(row("one more light notebook", forked, peer, own, note))
        rows += collection(folder)
    imported = statistics.median(float(str(answer(IMPORT))) for _ in range(ROUNDS))
    rows.append(row("import of the command line", imported, note="the aim is 0.3 s"))
    return pd.DataFrame(rows)
