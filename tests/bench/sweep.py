"""What a sweep costs per run, from few runs to many: time, memory, and the scheduler's part on a
cluster.

Three kinds are measured, each size in a process of its own so that memory can be compared:

- ``press``: runs that do nothing but come back with an output of 60 kB, which shows what the press
itself costs;
- ``kernels``: a light notebook (the usual imports, one model, one figure) in real kernels;
- ``cluster``: as ``press``, on a dask scheduler and two workers of this machine.

Processor time is what counts, because it is the same on a busy machine. Sizes are those of SIZES;
``make bench BENCH=sweep SWEEP_RUNS=2000`` adds a size to every kind.
"""

import contextlib
import copy
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from analysis.press.execute import Executed, Job, execute_with_papermill
from analysis.press.sweep import sweep

SIZES = {"press": (10, 100, 500), "kernels": (10, 30), "cluster": (10, 100, 500)}
WORKERS = 2
MB = 1e6
LIGHT = (
    """\
import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns
import statsmodels.formula.api as smf""",
    """\
rng = np.random.default_rng(n)
frame = pd.DataFrame({'x': rng.normal(size=500), 'e': rng.normal(size=500)})""",
    """\
fit = smf.ols('y ~ x', frame.assign(y=lambda f: 2 * f.x + f.e)).fit()
print(fit.params.round(3).to_string())""",
    "ax = sns.scatterplot(frame, x='x', y='e')\nplt.show()",
    """\
import json, os, pathlib
with open(pathlib.Path(os.environ['BALLAST_RUN_DIR']) / 'measured.jsonl', 'a') as file:
    print(json.dumps({'measure': 'slope', 'value': fit.params['x']}), file=file)""",
)


def execute_nothing(job: Job) -> Executed:
    """Come back at once with what a light notebook leaves."""
    notebook = copy.deepcopy(job.notebook)
    for cell in notebook["cells"]:
        cell["metadata"]["papermill"] = {"duration": 0.1}
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 60_000}}
    notebook["cells"][-1]["outputs"] = [picture]
    measured: list[dict[str, Any]] = [{"measure": "slope", "value": 1.0}]
    return Executed(notebook=notebook, error="", seconds=0.0, measured=measured)


def light_notebook(folder: Path) -> Path:
    """A light notebook with one parameter."""
    usual = {"cell_type": "code", "execution_count": None, "outputs": []}
    texts = ["n = 0  # from 0 to 1000000", *LIGHT]
    cells: list[dict[str, Any]] = [
        usual | {"id": f"cell-{place}", "metadata": {}, "source": text}
        for place, text in enumerate(texts)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    path = folder / "light.ipynb"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


def measure(kind: str, size: int) -> dict[str, float]:
    """Cost of one sweep in this process and its children."""
    with tempfile.TemporaryDirectory() as name, _cluster(Path(name), kind) as (address, parts):
        folder = Path(name)
        execute = execute_with_papermill if kind == "kernels" else execute_nothing
        before = [sum(part.cpu_times()[:2]) for part in parts]
        began, own = time.perf_counter(), time.process_time()
        how = {"workers": WORKERS, "scheduler": address, "execute": execute}
        how |= {"output": folder / "out", "cache": folder / "cache"}
        swept = sweep(light_notebook(folder), over={"n": range(size)}, **how)  # type: ignore[arg-type]
        assert swept.counts == {"run": size}, swept.counts
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        now = [sum(part.cpu_times()[:2]) for part in parts]
        spent = [later - earlier for later, earlier in zip(now, before, strict=True)]
        written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return {
            "wall_s": time.perf_counter() - began,
            "parent_cpu_s": time.process_time() - own,
            "workers_cpu_s": sum(spent[1:]) if parts else children.ru_utime + children.ru_stime,
            "scheduler_cpu_s": spent[0] if parts else np.nan,
            "parent_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB,
            "written_kb": written / 1000 / size,
        }


@contextlib.contextmanager
def _cluster(folder: Path, kind: str) -> Iterator[tuple[str | None, list[psutil.Process]]]:
    """Address of a scheduler with its process and those of its workers, or nothing for the other
    kinds."""
    if kind != "cluster":
        yield None, []
        return
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    local = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    base, own = [sys.executable, "-m", "dask"], ["--local-directory", str(folder / "dask")]
    worker = [*base, "worker", "--nthreads", "1", "--no-nanny", *local, *own]
    started = []
    try:
        for command in [[*base, "scheduler", "--port", "0", *local], *[worker] * WORKERS]:
            started.append(subprocess.Popen(command, **quiet))
            while not file.exists():
                time.sleep(0.1)
        yield json.loads(file.read_text())["address"], [psutil.Process(one.pid) for one in started]
    finally:
        for one in reversed(started):
            one.terminate()
            one.wait()


def run() -> pd.DataFrame:
    """One row for each kind and size, with a note of what each further run costs."""
    more = [int(os.environ["SWEEP_RUNS"])] if os.environ.get("SWEEP_RUNS") else []
    rows = []
    for kind, sizes in SIZES.items():
        measured: dict[int, dict[str, float]] = {}
        for size in (*sizes, *more):
            command = [sys.executable, "-m", "tests.bench.sweep", kind, str(size)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            facts = measured[size] = json.loads(done.stdout)
            note = ", ".join(f"{name} {value:.4g}" for name, value in facts.items())
            row = {"task": f"sweep, {kind}, {size} runs", "ours_s": facts["wall_s"], "note": note}
            rows.append(row | {"peer": "none", "peer_s": np.nan, "ratio": np.nan})
        for name in ("parent_cpu_s", "workers_cpu_s", "scheduler_cpu_s", "wall_s"):
            costs = [facts[name] for facts in measured.values()]
            slope, fixed = np.polyfit(list(measured), costs, 1)
            rows[-1]["note"] += f"; {name} = {fixed:.2f} + {1000 * slope:.2f} n / 1000"
    return pd.DataFrame(rows)


if __name__ == "__main__":
    from tests.bench import sweep as importable  # by its name, as the workers know it

    # So that the cluster is taken down too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(json.dumps(importable.measure(sys.argv[1], int(sys.argv[2]))))
