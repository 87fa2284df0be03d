"""What a process imports before kernels are forked from it. Imported by the fork server, and by
nobody else.
"""

from __future__ import annotations

import builtins
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from analysis.press.forking import INLINE as INLINE

MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "pandas", "pyarrow.parquet",
    "matplotlib.pyplot", "seaborn", "statsmodels.api", "pyfixest", "analysis.claims", "analysis.figures.style",
    "analysis.tables.views",
)  # fmt: skip
"""Imported once for all kernels; none draws, computes or reads a table when it is imported."""
PACKAGE = Path(__file__).parents[1]


def source_state() -> dict[Path, int]:
    """When each module of ``analysis`` was last changed, in nanoseconds."""
    return {file: file.stat().st_mtime_ns for file in PACKAGE.rglob("*.py")}


def fresh_path() -> list[str]:
    """``sys.path`` as an interpreter has it that was started for a kernel, whoever starts it."""
    asked = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.path, sep='\\n')"], capture_output=True
    )
    return [place for place in asked.stdout.decode().splitlines() if place]


MISSING: list[str] = []
SOURCE = source_state()
PATH = fresh_path()
ENVIRONMENT = dict(os.environ)
MAIN_PROCESS = multiprocessing.current_process()
"""What a program calls itself that multiprocessing did not start."""
_show = warnings.showwarning
warnings.showwarning = lambda *warning, **details: (
    None
)  # nobody would read it; the filters that modules set must stay
builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]  # pandas asks what it is in
_quiet = "PYDEVD_DISABLE_FILE_VALIDATION"
os.environ.setdefault(
    _quiet, "1"
)  # the debugger would say that it may miss some lines of libraries
for _name in MODULES:
    try:
        import_module(_name)
    except (
        Exception
    ) as _error:  # the fork server would die of it, or say nothing; each kernel says it instead
        MISSING.append(f"{_name} ({type(_error).__name__}: {_error})")
warnings.showwarning = _show
if _quiet not in ENVIRONMENT:
    del os.environ[_quiet]
del builtins.get_ipython  # type: ignore[attr-defined]
THREADS = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
"""Threads that would be gone in a fork, perhaps with a lock in their hands."""
ADDED = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
"""Variables that modules have set for themselves."""
gc.collect()
gc.freeze()  # what is here stays, so no kernel needs to look through it for garbage, and copy it by looking
