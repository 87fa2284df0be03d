"""Execute one notebook: papermill drives, and the kernel is this very interpreter."""

import contextlib
import hashlib
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from analysis.press.files import last_line
from analysis.press.forking import INLINE, RECORDER
from analysis.press.notebook import Json, code_cells, not_run, source, to_text
from analysis.press.recorder import digest, stamp

THREADS = tuple(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA"))
LONGEST_RUN_DIR = 90
"""Characters; systems allow about 104 for the path of a socket, whose name takes nine."""
SECONDS_TO_START = 60.0
SECONDS_FOR_LAST_OUTPUT = 60
"""To wait for what a finished cell printed; papermill's 4 s are too few for 100 MB."""
SECONDS_TO_STOP = 2.0
"""That a kernel has to stop when asked, before it is killed."""
UNKNOWN = "unknown"
"""State of what was read while it changed, or is not known to have stayed; it equals nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One notebook to execute, its parameters injected, in a folder, within seconds.

    ``run_dir`` is a fresh folder for its records (``BALLAST_RUN_DIR``) and connection files.
    """

    name: str
    notebook: Json
    folder: Path
    time_limit: float = 1800.0
    run_dir: Path = Path()

    def failed(self, error: str) -> "Executed":
        """What came of a job that was not executed."""
        return Executed(notebook=not_run(self.notebook, error), error=error, seconds=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A notebook executed as far as it went, and where and why it failed (empty if it did not).

    ``loaded`` are tables, ``used`` the state of whatever else was read, by kind and name;
    ``afresh`` is why its kernel was not forked although it should have been, or empty.
    """

    notebook: Json
    error: str
    seconds: float
    afresh: str = ""
    loaded: list[Json] = field(default_factory=list)
    measured: list[Json] = field(default_factory=list)
    used: dict[str, str | None] = field(default_factory=dict)


class Watch:
    """Where a notebook is, so that a failure can name its cell, and the time that it has left since
    its kernel listens.
    """

    def __init__(self, job: Job) -> None:
        self.job, self.cell_index = job, 0
        self.notebook: Any = None
        self.cell: Any = None

    def begin(self, notebook: Any) -> None:
        """Note the notebook when its kernel listens."""
        self.notebook, self.deadline = notebook, time.monotonic() + self.job.time_limit

    def begin_cell(self, cell: Any, cell_index: int) -> None:
        """Note a cell before it runs; papermill puts cells before it when it fails."""
        self.cell, self.cell_index = cell, cell_index

    def left(self, cell: Any) -> float:
        """Seconds that a cell may take."""
        return max(0.05, self.deadline - time.monotonic())

    def note(self, name: str, error: str) -> bool:
        """Whether a code cell was running, which then has the error among its outputs."""
        from nbformat.v4 import new_output

        if is_code := bool(self.cell) and self.cell.cell_type == "code":
            output = new_output("error", ename=name, evalue=error, traceback=[error])
            self.cell.outputs.append(output)
        return is_code

    def said(self) -> str:
        """Last line that a cell has written which left no error: a magic, or a handler."""
        streams = [one for one in self.cell.outputs if one.output_type == "stream"]
        return last_line("".join(one.text for one in streams))

    def place(self) -> str:
        """Beginning of an error's sentence: which code cell it was, and how that cell begins."""
        if self.notebook is None:
            return "before its first cell: "
        cells = self.job.notebook["cells"]
        total = len(code_cells({"cells": cells}))
        until = code_cells({"cells": cells[: self.cell_index + 1]})
        begins = source(until[-1]).strip().partition("\n")[0].rstrip() if until else ""
        return f"in code cell {len(until)} of {total} (`{begins[:60]}`): "


_managers: dict[Path, Any] = {}
"""Managers of the kernels that this process runs now, by the folder of the run."""


def stop_kernel(run_dir: Path) -> None:
    """Kill the kernel of a run and what it started; first ask what a dead one has left."""
    process = getattr(getattr(_managers.get(run_dir), "provisioner", None), "process", None)
    if process is not None:
        with contextlib.suppress(OSError):
            if process.poll() is not None:
                os.killpg(process.pid, signal.SIGTERM)
                time.sleep(0.1)
            os.killpg(process.pid, signal.SIGKILL)


def variables_of(run_dir: Path) -> dict[str, str]:
    """Variables of a kernel, which make it behave the same whoever starts it.

    One thread per numerical library unless the caller says otherwise, so that workers do not fight
    and sums are added in one order.
    """
    own = {"IPYTHONDIR": str(run_dir / "ipython"), "JUPYTER_RUNTIME_DIR": str(run_dir / "jupyter")}
    own |= {"MPLBACKEND": INLINE, "BALLAST_RUN_DIR": str(run_dir), "PYTHONHASHSEED": "0"}
    return dict.fromkeys(THREADS, "1") | dict(os.environ) | own


def execute_with_papermill(job: Job, *, warm: bool = True) -> Executed:
    """Run a notebook from top to bottom in a kernel of its own, forked where that is safe.

    Where it fails, ``error`` says where and why. Several threads may do this at once.
    """
    import nbformat
    from jupyter_core.utils import ensure_event_loop
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    began, watch, error, executed = time.monotonic(), Watch(job), "", None
    try:
        job.run_dir.mkdir(parents=True, exist_ok=True)
        executed = _papermill(job, watch, warm=warm)
    except PapermillExecutionError as failure:
        error = last_line(failure.evalue) if failure.evalue else watch.said()
        if not failure.traceback:
            watch.note(failure.ename, error)
        error = f"{failure.ename}: {error}"
    except Exception as failure:
        error = _explain(failure, job)
        if watch.note("Stopped", error):
            with contextlib.suppress(PapermillExecutionError):
                raise_for_execution_errors(watch.notebook, None)
    finally:
        stop_kernel(job.run_dir)
        provisioner = getattr(_managers.pop(job.run_dir, None), "provisioner", None)
        ensure_event_loop().close()  # this thread's, which nbclient has used
    executed = executed or watch.notebook
    error = error and watch.place() + error
    notebook = json.loads(nbformat.writes(executed)) if executed else not_run(job.notebook, error)
    if error:
        notebook["metadata"].setdefault("papermill", {})["exception"] = True
    return Executed(
        notebook=notebook,
        error=error,
        seconds=time.monotonic() - began,
        afresh=getattr(provisioner, "reason", ""),
        loaded=_read_lines(job.run_dir / "loaded.jsonl"),
        measured=_read_lines(job.run_dir / "measured.jsonl"),
        used=dict(map(_state, _read_lines(job.run_dir / "used.jsonl"))),
    )


execute_without_forks = partial(execute_with_papermill, warm=False)


def _papermill(job: Job, watch: Watch, *, warm: bool) -> Any:
    """The folder is given to nbclient, because papermill would change that of the whole process."""
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the caller says it once
    prepared = job.run_dir / "notebook.ipynb"
    prepared.write_text(to_text(job.notebook), encoding="utf-8", errors="backslashreplace")
    return papermill.execute_notebook(
        str(prepared).replace("{", "{{").replace("}", "}}"),  # papermill takes paths for templates
        None,
        resources={"metadata": {"path": str(job.folder)}},
        kernel_name="python3",
        progress_bar=False,
        start_timeout=min(SECONDS_TO_START, job.time_limit),
        iopub_timeout=SECONDS_FOR_LAST_OUTPUT,
        record_timing=False,
        kernel_manager_class=_kernel_manager_class(job.run_dir, warm=warm),
        on_notebook_start=watch.begin,
        on_cell_start=watch.begin_cell,
        timeout_func=watch.left,
    )


def _kernel_manager_class(run_dir: Path, *, warm: bool) -> type:
    """Kernel manager that starts this interpreter, whatever kernels are registered.

    It talks through sockets in the run's folder where their path is short enough, since two kernels
    can be given the same free TCP port.
    """
    from jupyter_client.kernelspec import KernelSpec

    from analysis.press.warm import PromptManager, with_warm_kernels

    argv = [sys.executable, RECORDER, "-f", "{connection_file}"]
    spec = KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python")
    spec = with_warm_kernels(spec) if warm else spec
    local = len(str(run_dir)) < LONGEST_RUN_DIR
    usual = {"connection_file": str(run_dir / "kernel.json")}
    usual |= {"transport": "ipc", "ip": str(run_dir / "socket")} if local else {}

    class OwnKernelManager(PromptManager):
        kernel_spec = spec

        def __init__(self, **options: Any) -> None:
            super().__init__(**options | usual)
            self.shutdown_wait_time = SECONDS_TO_STOP
            _managers[run_dir] = self

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super().start_kernel(**{"env": variables_of(run_dir), **quiet, **options})

    return OwnKernelManager


def _explain(failure: Exception, job: Job) -> str:
    """One sentence for a failure that is not an error raised by a cell."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(failure, CellTimeoutError):
        return f"the notebook's time limit of {job.time_limit:g} s was over"
    if isinstance(failure, DeadKernelError):
        return "the kernel died (killed by the system, perhaps for lack of memory, or crashed)"
    return f"{type(failure).__name__}: {last_line(str(failure))}"


def _read_lines(path: Path) -> list[Json]:
    """Records of a JSON lines file, without a last line that a kill has cut short."""
    records = []
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    for line in text.splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            records.append(json.loads(line))
    return [record for record in records if isinstance(record, dict)]


def _state(record: Json) -> tuple[str, str | None]:
    """Kind and name of something that a kernel has read, and its state when it was read."""
    kind, name = next(iter(record.items()))
    state: str | None = UNKNOWN
    if kind == "variable":
        state = record["sha256"]
    elif kind == "file":
        now = file_state(name)
        same = list(stamp(name)) == record["stamp"]  # also while it was read just now
        state = now if same else UNKNOWN
    return f"{kind} {name}", state


def file_state(path: str) -> str | None:
    """Digest of a file or of the names in a folder; None where there is neither."""
    try:
        if os.path.isdir(path):
            return digest("\n".join(sorted(os.listdir(path))))
        if not stat.S_ISREG(os.stat(path).st_mode):
            return UNKNOWN  # a pipe would wait for ever to be read again
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        return UNKNOWN


def variable_state(name: str) -> str | None:
    """Digest of the value that a kernel would find for a variable; None where there is none."""
    return digest(variables_of(Path()).get(name))
