"""Kernels in no time: forked from a process that has imported the usual libraries already.

Each notebook still has a process of its own, which shares nothing with another but pages of memory that neither has
written to.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from analysis.press.forking import hidden_main, obstacle, start_server
from analysis.press.kernel import serve

log = logging.getLogger(__name__)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork where that gives the same kernel, and afresh, with a word in the log, where not."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel; ``kwargs`` are those of subprocess, of which ``env`` and ``cwd`` count."""
        environment = kwargs.get("env") or dict(os.environ)
        reason = obstacle(cmd, environment)
        if not reason:
            try:
                process: Any = Forked(cmd, environment, kwargs.get("cwd"))
                self.process, self.pid, self.pgid = process, process.pid, process.pid
                return self.connection_info
            except (OSError, EOFError) as error:
                reason = f"the process to fork from does not answer ({type(error).__name__})"
        log.warning("A kernel was started afresh: %s.", reason)
        return await super().launch_kernel(cmd, **kwargs)


class Forked:
    """A forked kernel with what jupyter_client uses of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: object) -> None:
        start_server(environment)
        silent = os.path.samestat(os.fstat(1), os.stat(os.devnull))
        given = (list(command), dict(environment), str(folder) if folder else os.getcwd(), silent)
        context: Any = multiprocessing.get_context("forkserver")
        self._process = context.Process(target=serve, args=given)
        with hidden_main():
            self._process.start()
        self.pid = int(self._process.pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status, negative for a signal; None while it runs."""
        if self.returncode is None and (status := self._process.exitcode) is not None:
            self.returncode = status
            self._process.join()
            self._process.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended."""
        if self.returncode is None:
            self._process.join(timeout)
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """Send a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
