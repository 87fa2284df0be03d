"""How a fork of the preloaded process becomes a kernel that differs in nothing from one that was
started afresh.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.util import find_spec
from multiprocessing import forkserver, process, resource_tracker
from multiprocessing.connection import Connection
from typing import Any

SECONDS_BETWEEN_LOOKS = 3600.0
SECONDS_FOR_LAST_ANSWER = 1.0


def serve(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: str,
    silent: bool,
    answer: Connection,
) -> None:
    """Be a kernel until it is shut down. The target of a process that was forked for this.

    Parameters
    ----------
    command : the kernel's command line, which ends in ``-m ipykernel_launcher -f FILE``
    environment : all variables that it shall see
    folder : where it works
    silent : whether what it writes beside its messages goes nowhere
    answer : told why this process cannot be that kernel, and then it ends; or an empty text
    """
    os.setsid()
    if silent:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
    parent = multiprocessing.parent_process()
    app = None
    try:
        reason = _begin_afresh(environment, folder)
        if not reason:
            app = _kernel(command, parent)
    except Exception as error:
        reason = f"the fork failed ({type(error).__name__}: {error})"
    answer.send(reason)
    answer.close()
    if not reason:
        _run(app)


def _begin_afresh(environment: Mapping[str, str], folder: str) -> str:
    """Make this process what it would be if it had been started in a folder; why that cannot be, or
    ''.
    """
    from analysis.press import preloaded

    os.environ.clear()
    os.environ.update(preloaded.ADDED | dict(environment))
    time.tzset()
    os.chdir(folder)
    reason = _unfit(folder)
    if not reason:
        _forget_the_fork(folder)
        _renew_modules(folder)
    return reason


def _unfit(folder: str) -> str:
    """Why this process would not be the same as one started afresh in a folder, or ''."""
    from analysis.press import preloaded

    if preloaded.MISSING:
        return f"these modules could not be imported beforehand: {'; '.join(preloaded.MISSING)}"
    if preloaded.THREADS:
        return (
            "forking is not safe, for imported modules have started threads"
            f" ({', '.join(preloaded.THREADS)})"
        )
    if hidden := sorted(_hidden_names(folder) - {"analysis"}):
        return (
            f"in {folder} there are modules that have the names of libraries ({', '.join(hidden)})"
        )
    return ""


def _hidden_names(folder: str) -> set[str]:
    """Imported packages that a kernel would find in its own folder, where it looks before it looks
    among packages.
    """
    here = {entry.partition(".")[0] for entry in os.listdir(folder)}
    hidden = set()
    for name in (here & set(sys.modules)) - set(sys.stdlib_module_names):
        found = PathFinder.find_spec(name, [folder])
        ours = getattr(sys.modules[name], "__file__", None)
        if (
            found
            and found.origin
            and not (ours and os.path.realpath(found.origin) == os.path.realpath(ours))
        ):
            hidden.add(name)
    return hidden


def _forget_the_fork(folder: str) -> None:
    """Let a notebook that uses multiprocessing find what it would find in a process of its own."""
    from analysis.press import preloaded

    server: Any = forkserver._forkserver
    tracker: Any = resource_tracker._resource_tracker
    for end in (server._forkserver_alive_fd, tracker._fd):
        os.close(end)
    server.__init__()
    tracker._fd = None
    multiprocessing.set_start_method(None, force=True)
    preloaded.MAIN_PROCESS.name = "MainProcess"
    state: Any = process
    state._current_process, state._parent_process, state.ORIGINAL_DIR = (
        preloaded.MAIN_PROCESS,
        None,
        folder,
    )


def _renew_modules(folder: str) -> None:
    """Undo what imported modules have kept from the time before the fork: code, random state,
    figure settings.
    """
    from analysis.press import preloaded

    sys.path[:] = preloaded.PATH
    if preloaded.source_state() != preloaded.SOURCE or "analysis" in _hidden_names(folder):
        for name in [name for name in sys.modules if name.partition(".")[0] == "analysis"]:
            del sys.modules[name]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "matplotlib" in sys.modules:
        matplotlib = sys.modules["matplotlib"]
        matplotlib.rcParams.update(matplotlib.rc_params())
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND") or preloaded.INLINE


def _kernel(command: Sequence[str], parent: Any) -> Any:
    """Kernel that listens already, so that whoever asked for it finds it there."""
    from ipykernel.kernelapp import IPKernelApp

    arguments = list(command[command.index("ipykernel_launcher") + 1 :])
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *arguments]
    app: Any = IPKernelApp.instance(
        parent_handle=os.getppid()
    )  # without a parent it would print a banner
    app.initialize(arguments)
    app.poller = threading.Thread(target=_end_with, args=(parent,), daemon=True)
    return app


def _run(app: Any) -> None:
    """Serve, and then leave as an interpreter does: threads joined, exit functions run, the
    notebook's objects gone.

    What is left to the interpreter takes seconds and changes nothing outside this process, so it is
    left out.
    """
    app.start()
    app.control_thread.join(
        SECONDS_FOR_LAST_ANSWER
    )  # it needs what closes next, and would never end
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    app.shell.user_ns.clear()


def _end_with(parent: Any) -> None:
    """Die, with all that this process has started, when the process that asked for the kernel is
    gone.
    """
    while parent.is_alive():
        parent.join(SECONDS_BETWEEN_LOOKS)
    os.killpg(os.getpid(), signal.SIGKILL)
