"""One process that has imported the usual libraries, from which kernels are forked.

Each program that wants kernels starts one, which listens through a socket without a name and ends
with that program. Through a line of its own a new kernel is told what to be, says why it cannot,
and learns that whoever asked for it is gone.
"""

import atexit
import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partialmethod
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PROVISIONER = "ballast-warm"
"""Name of the entry point; a kernelspec whose metadata name it gets warm kernels."""
RECORDER = str(Path(__file__).with_name("recorder.py"))
INLINE = "module://matplotlib_inline.backend_inline"
SECONDS_TO_ANSWER = 60.0
"""As long as jupyter waits for a kernel that was started afresh."""
SECONDS_TO_END = 1.0
"""For a process that has been killed."""
SERVE = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from analysis.press.preloaded import serve; serve(int(sys.argv[2]))"
)
READ_AT_START = re.compile(
    "PYTHON|LC_|LANG|LD_|OMP_|OPENBLAS_|MKL_|NUMBA_|NUMEXPR_|VECLIB_|BLIS_|KMP_|ARROW_"
    "|MPLCONFIGDIR|MATPLOTLIBRC"
)
"""Beginnings of the names of variables that an interpreter or a library reads when it starts."""


class NotForkedError(Exception):
    """Why a forked process cannot be the kernel that it was asked to be."""


class Forked:
    """A forked kernel with what jupyter_client uses of ``subprocess.Popen``.

    It is no child of this process, so it is known by a handle that no later process can have.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: Connection) -> None:
        self.pid, self._line, self._handle = pid, line, -1
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        if self._handle >= 0:  # not before, for another thread may be asking
            os.close(self._handle)

    def poll(self) -> int | None:
        """None while it runs, and then 0, for its status is not known here."""
        over = select.poll()  # one for each call, since several threads may ask
        over.register(self._handle, select.POLLIN)
        return 0 if over.poll(0) else None

    def send_signal(self, signum: int) -> None:
        """Send a signal if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signum)

    wait = poll  # jupyter waits by asking it again and again, with a limit
    kill = partialmethod(send_signal, signal.SIGKILL)
    terminate = partialmethod(send_signal, signal.SIGTERM)


class Server:
    """The process to fork from, and the variables that it was started with."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.is_closed = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def start(self, environment: Mapping[str, str], folder: str) -> None:
        """Start it, if it does not run, with the variables of kernels in a folder.

        It works in the root folder, where no module can be taken for a library. RuntimeError where
        ``is_closed``, so that no thread starts one for a batch that is over.
        """
        with self._lock:
            if self.is_closed:
                raise RuntimeError("the batch was stopped")
            if self._process is not None and self._process.poll() is None:
                return
            self.environment = _as_seen_from(folder, environment)
            figures = {"MPLBACKEND": self.environment.get("MPLBACKEND") or INLINE}
            self._socket, theirs = socket.socketpair()
            root = str(Path(__file__).parents[2])
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", SERVE, root, str(theirs.fileno())],
                    cwd=os.sep,
                    env=self.environment | figures,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    process_group=0,  # Ctrl-C is for whoever asks for kernels
                )

    def stop(self) -> None:
        """End it, and with it whoever waits for an answer; its kernels go on."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(SECONDS_TO_END)
                self._socket.close()  # type: ignore[union-attr]
            self._process = self._socket = None
            self.environment = {}

    def ask(self, *request: Any) -> Forked:
        """Fork a kernel, which ``preloaded.become_kernel`` makes of what was requested."""
        ours, theirs = socket.socketpair()
        line, asked = Connection(ours.detach()), self._process
        try:
            with theirs, self._lock:
                if self._socket is None:
                    raise EOFError
                socket.send_fds(self._socket, [b"k"], [theirs.fileno()])
            line.send(request)
            if not line.poll(SECONDS_TO_ANSWER):
                raise NotForkedError("the process to fork from does not answer")
            pid, reason = line.recv()
            if reason:
                raise NotForkedError(reason)
            return Forked(pid, line)
        except BaseException as error:
            line.close()
            if isinstance(error, OSError | EOFError) and asked is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    asked.wait(SECONDS_TO_END)  # until then it would be taken for one that runs
            raise


SERVER = Server()
atexit.register(SERVER.stop)


def fork_kernel(
    command: Sequence[str], environment: Mapping[str, str], folder: str, *, silent: bool
) -> Forked:
    """Fork the kernel that a command would start; NotForkedError says why if it would differ."""
    if reason := _obstacle(command, environment, folder):
        raise NotForkedError(reason)
    request = list(command[command.index("-f") :]), dict(environment), folder, silent
    fault = ""
    for _ in range(2):  # somebody may have killed it
        try:
            SERVER.start(environment, folder)
            return SERVER.ask(*request)
        except (OSError, EOFError) as error:
            fault = f"the process to fork from does not answer ({type(error).__name__})"
    raise NotForkedError(fault)


def _obstacle(command: Sequence[str], environment: Mapping[str, str], folder: str) -> str:
    """Why a kernel in a folder must be started afresh, or ''."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return "kernels are forked on Linux only"
    known = "ipykernel_launcher" in command or RECORDER in command
    places = [(os.path.dirname(one), os.path.realpath(one)) for one in (command[0], sys.executable)]
    if not known or "-f" not in command or places[0] != places[1]:
        return "the kernel is not one of this environment"
    before = _read_at_start(SERVER.environment)
    differing = before ^ _read_at_start(_as_seen_from(folder, environment))
    if SERVER.environment and differing:
        names = ", ".join(sorted({name for name, _ in differing}))
        return f"variables that are read at the start differ: {names}"
    return ""


def _as_seen_from(folder: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Variables whose folders are absolute, though an interpreter finds them from its own."""
    places = [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if place]
    absolute = os.pathsep.join(str(Path(folder, place)) for place in places)
    return dict(environment) | ({"PYTHONPATH": absolute} if absolute else {})


def _read_at_start(environment: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(name, value) for name, value in environment.items() if READ_AT_START.match(name)}
