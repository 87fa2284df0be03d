"""One process that has imported the usual libraries, from which workers and kernels are forked.

The standard library's fork server does the forking. This module imports nothing else, so that it
costs nothing where nothing has to run.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

PROVISIONER = "ballast-warm"
"""Name of the entry point; a kernelspec whose metadata name it gets warm kernels."""
PRELOADED = "analysis.press.preloaded"
INLINE = "module://matplotlib_inline.backend_inline"
LONGEST_SOCKET = 107
"""Bytes in the path of a socket, which Linux allows."""
READ_AT_START = (
    "PYTHON", "LC_", "LANG", "LD_", "OMP_", "OPENBLAS_", "MKL_", "NUMBA_", "NUMEXPR_", "VECLIB_", "BLIS_", "KMP_",
    "MPLCONFIGDIR", "MATPLOTLIBRC", "ARROW_",
)  # fmt: skip
"""Beginnings of the names of variables that an interpreter or a library reads once, when it
starts."""
_server: Any = forkserver._forkserver
_started_with: dict[str, str] = {}


def no_fork(folder: Path | None = None) -> str:
    """Why this process cannot have kernels forked, or ''; ``folder`` is where the fork server's
    socket would lie.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return "this system cannot fork processes"
    if sys.platform == "darwin":
        return "on macOS forked processes crash in system libraries"
    if _server_environment() is None and _server._forkserver_address is not None:
        return "this program has a fork server of its own"
    socket = (folder or Path(tempfile.gettempdir(), "pymp-00000000")) / "listener-00000000"
    if _server_environment() is None and len(os.fsencode(socket)) > LONGEST_SOCKET:
        return (
            "the path of the folder for temporary files is too long for a socket; name a shorter"
            " one with TMPDIR"
        )
    return ""


def start_server(environment: Mapping[str, str], folder: str) -> None:
    """Start the process that is forked from, if it is not there yet, and return at once.

    It has these variables, as kernels in a folder have them; every kernel sets the one for figures
    by itself, but after the imports would be too late. It works where no module can be taken for a
    library.
    """
    if _server_environment() is None:
        _started_with.update(_as_seen_from(folder, environment))
        multiprocessing.set_forkserver_preload([PRELOADED])
        here = os.getcwd()
        figures = {"MPLBACKEND": _started_with.get("MPLBACKEND") or INLINE}
        with hidden_main(), _environment(_started_with | figures):
            try:
                os.chdir(os.sep)
                forkserver.ensure_running()
            finally:
                os.chdir(here)


@contextlib.contextmanager
def fork_server(environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Have a process to fork workers and kernels from, whose socket lies in a folder; in the end
    nothing is left.
    """
    config = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    before = config.get("tempdir")
    config["tempdir"] = str(folder)
    try:
        start_server(environment, os.getcwd())
    finally:
        config["tempdir"] = before
    try:
        yield
    finally:
        _stop_server()


def _stop_server() -> None:
    """Kill the server; its socket goes with the folder that it is in, which a stopped worker may
    have removed.
    """
    os.close(_server._forkserver_alive_fd)
    with contextlib.suppress(OSError):  # it may have been killed and waited for
        os.kill(_server._forkserver_pid, signal.SIGKILL)
        os.waitpid(_server._forkserver_pid, 0)
    _server.__init__()
    _started_with.clear()


def use_inherited_server() -> None:
    """Let a worker that was forked fork its kernels from the same process; by itself it would start
    another.

    It forgets the variables that the imported modules have set, as a worker has that was started
    afresh.
    """
    if inherited := sys.modules.get(PRELOADED):
        _server.ensure_running = lambda: None
        for name in inherited.ADDED:
            os.environ.pop(name, None)


def _server_environment() -> Mapping[str, str] | None:
    """Variables of the fork server that this process has started or was forked from; None if there
    is none.
    """
    inherited = sys.modules.get(PRELOADED)
    known: Mapping[str, str] | None = inherited.ENVIRONMENT if inherited else _started_with or None
    return known


def obstacle(command: Sequence[str], environment: Mapping[str, str], folder: str) -> str:
    """Why a kernel in a folder must be started afresh, or ''."""
    if reason := no_fork():
        return reason
    if "ipykernel_launcher" not in command or not _is_this_python(command[0]):
        return "the kernel is not one of this environment"
    before, now = _server_environment(), _read_at_start(_as_seen_from(folder, environment))
    if before is not None and _read_at_start(before) != now:
        differing = {name for name, _ in _read_at_start(before).items() ^ now.items()}
        return f"variables that are read at the start differ: {', '.join(sorted(differing))}"
    return ""


def _as_seen_from(folder: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Variables whose folders are absolute, though an interpreter finds them from where it
    starts.
    """
    places = [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if place]
    absolute = os.pathsep.join(str(Path(folder, place)) for place in places)
    return dict(environment) | ({"PYTHONPATH": absolute} if absolute else {})


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}


def _is_this_python(program: str) -> bool:
    with contextlib.suppress(OSError):
        return Path(program).samefile(sys.executable) and Path(program).parent.samefile(
            Path(sys.executable).parent
        )
    return False


@contextlib.contextmanager
def hidden_main() -> Iterator[None]:
    """Start processes that do not import the caller's script again."""
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name) for name in ("__spec__", "__file__") if hasattr(main, name)}
    try:
        for name in hidden:
            setattr(main, name, None)
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Replace the variables of this process for a moment."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(variables)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
