"""Execute one notebook in this process's charge: papermill drives, the kernel is this very
interpreter.
"""

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
from functools import partial
from pathlib import Path
from typing import Any

from analysis.press.forking import PROVISIONER, use_inherited_server
from analysis.press.notebook import Json, code_cells, source, to_text

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
LONGEST_RUN_DIR = (
    90  # characters; systems allow about 104 for the path of a socket, of which its name takes nine
)
SECONDS_FOR_LAST_OUTPUT = (
    60  # to wait for what a finished cell printed; papermill's 4 s are too few for 100 MB
)
SECONDS_TO_STOP = 2.0  # that a kernel has to stop when asked, before it is killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One notebook to execute, its parameters injected, within a time limit in seconds.

    The kernel works in ``folder``, where the notebook lives; ``run_dir`` is a fresh folder for its
    records (``BALLAST_RUN_DIR``) and connection files.
    """

    name: str
    notebook: Json
    folder: Path
    time_limit: float
    run_dir: Path = Path()


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A notebook executed as far as it went, where and why it failed (empty if it did not), and
    what it recorded.

    ``afresh`` is why its kernel was not forked although it should have been, or empty.
    """

    notebook: Json
    error: str
    seconds: float
    afresh: str = ""
    loaded: list[Json] = field(default_factory=list)
    measured: list[Json] = field(default_factory=list)


class Watch:
    """What is running in this process, so that a failure can name its cell and no kernel outlives a
    stop.
    """

    manager: Any = None

    def __init__(self, time_limit: float) -> None:
        self.deadline = time.monotonic() + time_limit
        self.notebook: Any = None
        self.cell_index = 0

    def options(self) -> dict[str, Any]:
        """Hooks for nbclient."""
        return {
            "on_notebook_start": lambda notebook: setattr(self, "notebook", notebook),
            "on_cell_start": lambda cell, cell_index: setattr(self, "cell_index", cell_index),
            "timeout_func": lambda cell: max(0.05, self.deadline - time.monotonic()),
        }


def stop_kernel() -> None:
    """Kill the kernel that this process runs, and whatever it started, at once."""
    process = getattr(getattr(Watch.manager, "provisioner", None), "process", None)
    if process is not None and process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()


def steady_environment() -> dict[str, str]:
    """Variables that an interpreter or a numerical library reads once, when it starts."""
    return {name: os.environ.get(name, "1") for name in THREADS} | {"PYTHONHASHSEED": "0"}


def kernel_environment(run_dir: Path) -> dict[str, str]:
    """Variables that make a kernel behave the same whoever starts it.

    One thread per numerical library unless the caller says otherwise, so that workers do not fight
    and sums are added in one order; figures always go into the notebook; nobody's IPython profile
    takes part.
    """
    return steady_environment() | {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "BALLAST_RUN_DIR": str(run_dir),
        "IPYTHONDIR": str(run_dir / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(run_dir / "jupyter"),
    }


def execute_with_papermill(job: Job, *, warm: bool = True) -> Executed:
    """Run a notebook from top to bottom in a kernel of its own, forked where ``warm`` and where
    that is safe.

    Where a cell fails, the kernel dies or the time is over, ``error`` says where and why, and the
    notebook holds what had been done until then.
    """
    import nbformat
    from papermill.exceptions import PapermillExecutionError

    began = time.monotonic()
    watch = Watch(job.time_limit)
    job.run_dir.mkdir(parents=True, exist_ok=True)
    os.environ.update(kernel_environment(job.run_dir))
    error, executed = "", None
    try:
        executed = _papermill(job, watch, warm=warm)
    except PapermillExecutionError as failure:
        error = f"{failure.ename}: {_last_line(failure.evalue)}"
    except Exception as failure:
        error = _explain(failure, job)
        _mark(watch, error)
    finally:
        stop_kernel()
        afresh = getattr(getattr(Watch.manager, "provisioner", None), "reason", "")
        Watch.manager = None
    executed = executed or watch.notebook
    return Executed(
        notebook=json.loads(nbformat.writes(executed)) if executed else job.notebook,
        error=error and _place(job.notebook, watch) + error,
        seconds=time.monotonic() - began,
        afresh=afresh,
        loaded=_read_lines(job.run_dir / "loaded.jsonl"),
        measured=_read_lines(job.run_dir / "measured.jsonl"),
    )


execute_without_forks = partial(execute_with_papermill, warm=False)


def _papermill(job: Job, watch: Watch, *, warm: bool) -> Any:
    """Executed notebook, as papermill leaves it."""
    import papermill

    logging.getLogger("papermill").setLevel(
        logging.CRITICAL
    )  # what it would say is said once, by the caller
    prepared = job.run_dir / "notebook.ipynb"
    prepared.write_text(to_text(job.notebook), encoding="utf-8")
    return papermill.execute_notebook(
        str(prepared).replace("{", "{{").replace("}", "}}"),  # papermill takes paths for templates
        None,
        cwd=job.folder,
        kernel_name="python3",
        progress_bar=False,
        iopub_timeout=SECONDS_FOR_LAST_OUTPUT,
        record_timing=False,
        kernel_manager_class=_kernel_manager_class(job.run_dir, warm=warm),
        **watch.options(),
    )


def _kernel_manager_class(run_dir: Path, *, warm: bool) -> type:
    """Kernel manager that starts this interpreter, whatever kernels are registered on the machine.

    It talks through sockets in the run's own folder where the path is short enough: with free TCP
    ports, two kernels that start at the same moment can be given the same one.
    """
    from jupyter_client.kernelspec import KernelSpec

    from analysis.press.warm import PromptManager

    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python")
    if warm:
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
    local = os.name == "posix" and len(str(run_dir)) < LONGEST_RUN_DIR

    class OwnKernelManager(PromptManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        def __init__(self, **options: Any) -> None:
            options |= {"connection_file": str(run_dir / "kernel.json")}
            options |= {"transport": "ipc", "ip": str(run_dir / "socket")} if local else {}
            super().__init__(**options)
            self.shutdown_wait_time = SECONDS_TO_STOP
            Watch.manager = self

    return OwnKernelManager


def _explain(failure: Exception, job: Job) -> str:
    """One sentence for a failure that is not an error raised by a cell."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(failure, CellTimeoutError):
        return f"the notebook's time limit of {job.time_limit:g} s was over"
    if isinstance(failure, DeadKernelError):
        return "the kernel died (killed by the system, perhaps for lack of memory, or crashed)"
    return f"{type(failure).__name__}: {_last_line(str(failure))}"


def _mark(watch: Watch, error: str) -> None:
    """Leave the error in the half-run notebook at the cell where it happened, with papermill's own
    markers.
    """
    from nbformat.v4 import new_output
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    cell = watch.notebook.cells[watch.cell_index] if watch.notebook else None
    if cell and cell.cell_type == "code":
        cell.outputs.append(new_output("error", ename="Stopped", evalue=error, traceback=[error]))
        with contextlib.suppress(PapermillExecutionError):
            raise_for_execution_errors(watch.notebook, None)


def _place(notebook: Json, watch: Watch) -> str:
    """Beginning of an error's sentence: which code cell it was, and how that cell begins."""
    if watch.notebook is None:
        return "before its first cell: "
    until = code_cells({"cells": notebook["cells"][: watch.cell_index + 1]})
    begins = (
        next((line.strip() for line in source(until[-1]).splitlines() if line.strip()), "")
        if until
        else ""
    )
    return f"in code cell {len(until)} of {len(code_cells(notebook))} (`{begins[:60]}`): "


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1].strip()[:300]


def _read_lines(path: Path) -> list[Json]:
    """Records of a JSON lines file; none where there is no file. A last line cut short by a kill is
    left out.
    """
    records = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        with contextlib.suppress(ValueError):
            records.append(json.loads(line))
    return [record for record in records if isinstance(record, dict)]


def begin_worker(lifeline: Any, runs: Path) -> None:
    """Tie this worker process to its parent before it takes a job."""
    use_inherited_server()
    with open(
        os.devnull, "w"
    ) as nowhere:  # kernels inherit it; what matters is in the notebook or in the result
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_end_with_parent, args=(lifeline, runs), daemon=True).start()


def _end_with_parent(lifeline: Any, runs: Path) -> None:
    """Wait until the other end of a pipe is closed, by intent or because its owner died; then leave
    nothing behind.
    """
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv()
    stop_kernel()
    shutil.rmtree(runs, ignore_errors=True)
    os._exit(1)
