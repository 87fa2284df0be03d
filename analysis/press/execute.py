"""Execute one notebook in this process's charge: papermill drives, the kernel is this very interpreter."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.press.notebook import Json, code_cells, source, to_text

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
LONGEST_SOCKET_PATH = 90
"""Operating systems allow about 104 characters; a kernel appends up to a dozen to the path that it is given."""
SECONDS_FOR_LAST_OUTPUT = 60
"""How long to wait for what a finished cell printed; papermill's own 4 s are too few for 100 MB."""
SECONDS_TO_STOP = 2.0
"""How long a kernel may take to stop when asked before it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One notebook to execute.

    Attributes
    ----------
    name : str
    notebook : dict
        With its parameters already injected.
    folder : Path
        Working directory of the kernel: where the notebook lives, as in JupyterLab.
    run_dir : Path
        Fresh folder for the kernel's records (``BALLAST_RUN_DIR``) and connection files.
    time_limit : float
        Seconds for the whole notebook.
    """

    name: str
    notebook: Json
    folder: Path
    run_dir: Path
    time_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What came of a job.

    Attributes
    ----------
    notebook : dict
        Executed, or executed up to the cell that failed.
    error : str
        Where and why it failed; empty where it did not.
    seconds : float
    loaded, measured : list of dict
        What the notebook's kernel recorded in ``loaded.jsonl`` and ``measured.jsonl``.
    """

    notebook: Json
    error: str
    seconds: float
    loaded: list[Json] = field(default_factory=list)
    measured: list[Json] = field(default_factory=list)


class Watch:
    """What is running now, so that a failure can name its cell and nothing outlives a stop."""

    manager: Any = None

    def __init__(self, time_limit: float) -> None:
        self.deadline = time.monotonic() + time_limit
        self.notebook: Any = None
        self.cell_index = 0

    def notebook_started(self, notebook: Any) -> None:
        self.notebook = notebook

    def cell_started(self, cell: Any, cell_index: int) -> None:
        self.cell_index = cell_index

    def seconds_left(self, cell: Any) -> float:
        return max(0.05, self.deadline - time.monotonic())


def stop_kernel() -> None:
    """Kill the kernel that this process runs, and whatever it started, at once."""
    process = getattr(getattr(Watch.manager, "provisioner", None), "process", None)
    if process is not None and process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()


def kernel_environment(run_dir: Path) -> dict[str, str]:
    """Variables that make a kernel behave the same whoever starts it.

    One thread per numerical library unless the caller says otherwise, so that workers do not fight and sums are
    added in one order; figures always go into the notebook; nobody's IPython profile takes part.
    """
    threads = {name: os.environ.get(name, "1") for name in THREADS}
    return threads | {
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "BALLAST_RUN_DIR": str(run_dir),
        "IPYTHONDIR": str(run_dir / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(run_dir / "jupyter"),
    }


def execute(job: Job) -> Executed:
    """Run a notebook from top to bottom in a kernel of its own.

    Returns
    -------
    Executed
        Also where a cell failed, the kernel died or the time was over: then ``error`` says where and why, and the
        notebook holds what had been done until then.
    """
    from papermill.exceptions import PapermillExecutionError

    began = time.monotonic()
    watch = Watch(job.time_limit)
    prepared = job.run_dir / "notebook.ipynb"
    job.run_dir.mkdir(parents=True, exist_ok=True)
    prepared.write_text(to_text(job.notebook), encoding="utf-8")
    error, executed = "", None
    os.environ.update(kernel_environment(job.run_dir))
    try:
        executed = _papermill(job, prepared, watch)
    except PapermillExecutionError as failure:
        error = f"{failure.ename}: {_last_line(failure.evalue)}"
    except Exception as failure:
        error = _explain(failure, job.time_limit)
        _mark(watch, error)
    finally:
        stop_kernel()
        Watch.manager = None
    result = _as_json(executed or watch.notebook) or job.notebook
    return Executed(
        notebook=result,
        error=_place(job.notebook, watch) + error if error else "",
        seconds=time.monotonic() - began,
        loaded=_read_lines(job.run_dir / "loaded.jsonl"),
        measured=_read_lines(job.run_dir / "measured.jsonl"),
    )


def _papermill(job: Job, prepared: Path, watch: Watch) -> Any:
    """Executed notebook, as papermill leaves it."""
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it would say is said once, by the caller
    return papermill.execute_notebook(
        str(prepared).replace("{", "{{").replace("}", "}}"),  # papermill takes paths for templates
        None,
        cwd=job.folder,
        kernel_name="python3",
        progress_bar=False,
        start_timeout=60,
        timeout_func=watch.seconds_left,
        iopub_timeout=SECONDS_FOR_LAST_OUTPUT,
        record_timing=False,
        on_notebook_start=watch.notebook_started,
        on_cell_start=watch.cell_started,
        kernel_manager_class=_kernel_manager_class(job.run_dir),
    )


def _kernel_manager_class(run_dir: Path) -> type:
    """Kernel manager that starts this interpreter, whatever kernels are registered on the machine.

    It talks through sockets in the run's own folder where the path is short enough: with free TCP ports, two
    kernels that start at the same moment can be given the same one.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python")
    local = os.name == "posix" and len(str(run_dir)) < LONGEST_SOCKET_PATH - len("/jupyter/kernel-.json") - 36

    class OwnKernelManager(AsyncKernelManager):  # type: ignore[misc]
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        def __init__(self, **options: Any) -> None:
            super().__init__(**options, **({"transport": "ipc"} if local else {}))
            self.shutdown_wait_time = SECONDS_TO_STOP
            Watch.manager = self

        async def start_kernel(self, **options: Any) -> None:
            with (run_dir / "kernel.log").open("wb") as log:
                await super().start_kernel(stdout=log, stderr=log, **options)

    return OwnKernelManager


def _explain(failure: Exception, time_limit: float) -> str:
    """One sentence for a failure that is not an error raised by a cell."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(failure, CellTimeoutError):
        return f"the notebook's time limit of {time_limit:g} s was over"
    if isinstance(failure, DeadKernelError):
        return "the kernel died (killed by the system, perhaps for lack of memory, or crashed)"
    return f"{type(failure).__name__}: {_last_line(str(failure))}"


def _mark(watch: Watch, error: str) -> None:
    """Leave the error in the half-run notebook at the cell where it happened, with papermill's own markers."""
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    if watch.notebook is None:
        return
    from nbformat.v4 import new_output

    cell = watch.notebook.cells[watch.cell_index]
    if cell.cell_type == "code":
        cell.outputs.append(new_output("error", ename="Stopped", evalue=error, traceback=[error]))
        with contextlib.suppress(PapermillExecutionError):
            raise_for_execution_errors(watch.notebook, None)


def _place(notebook: Json, watch: Watch) -> str:
    """Beginning of an error's sentence: which code cell it was, and how that cell begins."""
    cells = notebook["cells"]
    if watch.notebook is None or cells[watch.cell_index]["cell_type"] != "code":
        return "before the first cell: " if watch.notebook is None else ""
    number = len(code_cells({"cells": cells[: watch.cell_index + 1]}))
    lines = [line for line in source(cells[watch.cell_index]).splitlines() if line.strip()]
    begins = f" (`{lines[0].strip()[:60]}`)" if lines else ""
    return f"in code cell {number} of {len(code_cells(notebook))}{begins}: "


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else "no message"


def _as_json(notebook: Any) -> Json | None:
    """Notebook in the form that its file has."""
    import nbformat

    return json.loads(nbformat.writes(notebook)) if notebook is not None else None


def _read_lines(path: Path) -> list[Json]:
    """Records of a JSON lines file; none where there is no file. A last line cut short by a kill is left out."""
    records = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        with contextlib.suppress(ValueError):
            records.append(json.loads(line))
    return records


def begin_worker(lifeline: Any, runs: Path) -> None:
    """Tie this worker process to its parent before it takes a job."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline, runs), daemon=True).start()


def _end_with_parent(lifeline: Any, runs: Path) -> None:
    """Wait until the other end of a pipe is closed, by intent or because its owner died; then leave nothing behind."""
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv()
    stop_kernel()
    shutil.rmtree(runs, ignore_errors=True)
    os._exit(1)
