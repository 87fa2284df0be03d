"""The process that kernels are forked from: what it imports, and how a fork becomes a kernel.

Imported by that process and by nobody else; ``forking`` starts it and sends the requests.
"""

import atexit
import builtins
import contextlib
import gc
import os
import random
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec
from multiprocessing import process
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from analysis.press import recorder
from analysis.press.forking import INLINE

MODULES = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "pandas"),
    *("pyarrow.parquet", "matplotlib.pyplot", "seaborn", "statsmodels.api", "pyfixest"),
    *("analysis.claims", "analysis.figures.canvas", "analysis.tables.views"),
)
"""Imported once for all kernels; none draws, computes or reads a table when it is imported."""
ENVIRONMENT = dict(os.environ)
PATH = [place for place in sys.path[1:] if place]
"""``sys.path`` of an interpreter that was started for a kernel; ours begins with the project."""
QUIET = "PYDEVD_DISABLE_FILE_VALIDATION"
"""Without it the debugger says that it may miss some lines of libraries."""
kernel: Any = None


def source_state() -> dict[str, tuple[int, ...]]:
    """What tells whether a module of ``analysis`` was written to, whatever its time says."""
    return {str(file): recorder.stamp(file) for file in Path(__file__).parents[1].rglob("*.py")}


@atexit.register
def leave() -> None:
    """End a kernel after all that its notebook has left to the end, for this was registered first;
    the rest takes seconds and changes nothing outside.
    """
    if kernel is not None:
        kernel.shell.user_ns.clear()
        for stream in (sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()  # type: ignore[union-attr]
        os._exit(0)


def _preload() -> list[str]:
    """Import everything without warnings; what could not be imported, with the reason."""
    missing = []
    show, warnings.showwarning = warnings.showwarning, lambda *warning, **details: None
    asks_where_it_is: Any = builtins  # pandas does
    asks_where_it_is.get_ipython = lambda: SimpleNamespace(kernel=None)
    os.environ.setdefault(QUIET, "1")
    for name in MODULES:
        try:
            import_module(name)
        except Exception as error:
            missing.append(f"{name} ({type(error).__name__}: {error})")
    warnings.showwarning = show
    if QUIET not in ENVIRONMENT:
        del os.environ[QUIET]
    del asks_where_it_is.get_ipython
    return missing


recorder.compile_from_source()
SOURCE = source_state()
MISSING = _preload()
THREADS = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
"""Threads that would be gone in a fork, perhaps with a lock in their hands."""
ADDED = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
"""Variables that modules have set for themselves."""


def serve(descriptor: int) -> None:
    """Fork a kernel for each line that comes through a socket, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the system forgets ended kernels
    gc.collect()
    gc.freeze()  # what is here stays, so no kernel copies it by looking through it for garbage
    with socket.socket(fileno=descriptor) as requests:
        while lines := socket.recv_fds(requests, 1, 1)[1]:
            if os.fork() == 0:
                requests.close()
                return become_kernel(Connection(lines[0]))
            os.close(lines[0])
    os._exit(0)


def become_kernel(line: Connection) -> None:
    """Be the kernel that a request through the line tells of, until it is shut down.

    The request has the launcher's arguments, all variables, the folder, and whether it is silent;
    the answer this process's number and why it cannot be that kernel, or ''.
    """
    global kernel
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    try:
        arguments, environment, folder, silent = line.recv()
        threading.Thread(target=_end_with, args=(line,), daemon=True).start()
        if silent:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
        os.environ.clear()
        os.environ.update(ADDED | environment)
        time.tzset()
        os.chdir(folder)
        # Undocumented, but without it processes that a notebook spawns begin where this one did.
        process.ORIGINAL_DIR = folder  # type: ignore[attr-defined]
        hidden = _hidden_names(folder)
        reason = _unfit(folder, hidden - {"analysis"})
        if not reason:
            if source_state() != SOURCE or "analysis" in hidden:
                for name in [name for name in sys.modules if name.partition(".")[0] == "analysis"]:
                    del sys.modules[name]
            kernel = _kernel(arguments, environment)
    except Exception as error:
        reason = f"the fork failed ({type(error).__name__}: {error})"
    try:
        line.send((os.getpid(), reason))
    except OSError:
        reason = "whoever asked for it is gone"
    if reason:
        os._exit(1)
    kernel.start()
    kernel.control_thread.join(1.0)  # it needs what closes next, and would never end


def _end_with(line: Connection) -> None:
    """Die, with all that this process has started, when whoever asked for the kernel is gone."""
    with contextlib.suppress(EOFError, OSError):
        line.recv()
    os.killpg(os.getpid(), signal.SIGKILL)


def _unfit(folder: str, hidden: set[str]) -> str:
    """Why this process would not be the same as one started afresh in a folder, or ''."""
    if MISSING:
        return f"these modules could not be imported beforehand: {'; '.join(MISSING)}"
    if THREADS:
        names = ", ".join(THREADS)
        return f"forking is not safe, for imported modules have started threads ({names})"
    if hidden:
        names = ", ".join(sorted(hidden))
        return f"in {folder} there are modules that have the names of libraries ({names})"
    return ""


def _hidden_names(folder: str) -> set[str]:
    """Imported packages that a kernel would find in its own folder, where it looks first."""
    here = {entry.partition(".")[0] for entry in os.listdir(folder)}
    hidden = set()
    for name in (here & set(sys.modules)) - set(sys.stdlib_module_names):
        spec = PathFinder.find_spec(name, [folder])
        ours = getattr(sys.modules[name], "__file__", None) or ""
        if spec and spec.origin and os.path.realpath(spec.origin) != os.path.realpath(ours):
            hidden.add(name)
    return hidden


def _kernel(arguments: list[str], environment: Mapping[str, str]) -> Any:
    """Kernel that listens already, with random state and settings of figures of its own."""
    from ipykernel.kernelapp import IPKernelApp

    sys.path[:] = PATH
    if folder_of_run := environment.get("BALLAST_RUN_DIR"):
        recorder.begin(folder_of_run, own=ADDED)
    random.seed()
    sys.modules["numpy"].random.seed()
    matplotlib = sys.modules["matplotlib"]
    matplotlib.rcParams.update(matplotlib.rc_params())
    matplotlib.rcParams["backend"] = environment.get("MPLBACKEND") or INLINE
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *arguments]
    app: Any = IPKernelApp.instance(parent_handle=os.getppid())  # without it, it shows a banner
    app.initialize(arguments)
    app.poller = None  # the line tells when whoever asked for the kernel is gone
    return app
