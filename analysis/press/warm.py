"""Kernels in no time: forked from a process that has imported the usual libraries already.

Each notebook still has a process of its own, which shares nothing with another but pages of memory that neither has
written to.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from multiprocessing.popen_forkserver import Popen
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from analysis.press.forking import hidden_main, obstacle, start_server
from analysis.press.kernel import serve

log = logging.getLogger(__name__)
SECONDS_TO_ANSWER = 60.0
"""As long as jupyter waits for a kernel that was started afresh."""


class NotForkedError(Exception):
    """Why a forked process cannot be the kernel that it was asked to be."""


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork where that gives the same kernel, and afresh, with a word in the log, where not.

    ``reason`` is why it was started afresh, '' if it was not.
    """

    reason = ""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel; ``kwargs`` are those of subprocess, of which ``env`` and ``cwd`` count."""
        environment = dict(kwargs.get("env") or os.environ)
        folder = str(Path(kwargs.get("cwd") or "").absolute())
        self.reason = obstacle(cmd, environment, folder)
        if not self.reason:
            try:
                forked: Any = await asyncio.to_thread(fork_kernel, cmd, environment, folder)
                self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
                self.cwd = Path(folder)
                return self.connection_info
            except NotForkedError as refusal:
                self.reason = str(refusal)
            except (OSError, EOFError) as error:
                self.reason = f"the process to fork from does not answer ({type(error).__name__})"
        log.warning("A kernel was started afresh: %s.", self.reason)
        return await super().launch_kernel(cmd, **kwargs)


class Forked(Popen):
    """A forked kernel with what jupyter_client uses of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def send_signal(self, signum: int) -> None:
        """Send a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)


def fork_kernel(command: Sequence[str], environment: Mapping[str, str], folder: str) -> Forked:
    """Fork the kernel that a command would start.

    Raises
    ------
    NotForkedError
        With the reason, if what was forked is not the same as a kernel that was started afresh.
    OSError, EOFError
        If there is nothing to fork from.
    """
    start_server(environment, folder)
    silent = os.path.samestat(os.fstat(1), os.stat(os.devnull))
    context: Any = multiprocessing.get_context("forkserver")
    answers, answer = context.Pipe(duplex=False)
    with answers, hidden_main():
        with answer:
            # Not started as a Process, which would be waited for at exit and could not have a daemon as its parent.
            forked = Forked(context.Process(target=serve, args=(command, environment, folder, silent, answer)))
        reason = answers.recv() if answers.poll(SECONDS_TO_ANSWER) else "the forked process does not answer"
    if reason:
        forked.kill()
        raise NotForkedError(reason)
    return forked
