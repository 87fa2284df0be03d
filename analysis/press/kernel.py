"""How a fork of the preloaded process becomes a kernel that differs in nothing from one that was started afresh."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from multiprocessing import forkserver, process
from typing import Any

INLINE = "module://matplotlib_inline.backend_inline"
SECONDS_BETWEEN_LOOKS = 3600.0


def serve(command: Sequence[str], environment: Mapping[str, str], folder: str, silent: bool) -> None:
    """Be a kernel until it is shut down. The target of a process that was forked for this.

    Parameters
    ----------
    command : the kernel's command line, which ends in ``-m ipykernel_launcher -f FILE``
    environment : all variables that it shall see
    folder : where it works
    silent : whether what it writes beside its messages goes nowhere
    """
    os.setsid()
    if silent:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
    _end_with(multiprocessing.parent_process())
    _forget_the_fork()
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    _renew_modules()

    from ipykernel.kernelapp import IPKernelApp

    arguments = list(command[command.index("ipykernel_launcher") + 1 :])
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *arguments]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)
    app.start()
    _run_exit_functions()


def _end_with(parent: Any) -> None:
    """Die, with all that this process has started, when the process that asked for the kernel is gone."""

    def wait() -> None:
        while parent.is_alive():
            parent.join(SECONDS_BETWEEN_LOOKS)
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def _forget_the_fork() -> None:
    """Let a notebook that uses multiprocessing find what it would find in a process of its own."""
    from analysis.press import preloaded

    server: Any = forkserver._forkserver
    os.close(server._forkserver_alive_fd)
    server.__init__()
    multiprocessing.set_start_method(None, force=True)
    preloaded.MAIN_PROCESS.name = "MainProcess"
    state: Any = process
    state._current_process, state._parent_process = preloaded.MAIN_PROCESS, None


def _renew_modules() -> None:
    """Undo what imported modules have kept from the time before the fork: code, random state, figure settings."""
    from analysis.press import preloaded

    if preloaded.MISSING:
        print(f"Kernels start slowly: {'; '.join(preloaded.MISSING)}", file=sys.__stderr__)
    sys.path[:] = preloaded.PATH
    if preloaded.newest_source() != preloaded.SOURCE:
        for name in [name for name in sys.modules if name.partition(".")[0] == "analysis"]:
            del sys.modules[name]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "matplotlib" in sys.modules:
        matplotlib = sys.modules["matplotlib"]
        matplotlib.rcParams.update(matplotlib.rc_params())
        matplotlib.rcParams["backend"] = os.environ.setdefault("MPLBACKEND", INLINE)


def _run_exit_functions() -> None:
    """What a notebook has left to be done at its end; a forked process leaves without doing it."""
    import atexit

    atexit._run_exitfuncs()
