"""Kernels in no time: forked from a process that has imported the usual libraries already.

Each notebook still has a process of its own, which shares nothing with another but pages of memory
that neither has written to.
"""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from multiprocessing.popen_forkserver import Popen
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type

from analysis.press.forking import hidden_main, obstacle, start_server
from analysis.press.kernel import serve

log = logging.getLogger(__name__)
SECONDS_TO_ANSWER = 60.0
"""As long as jupyter waits for a kernel that was started afresh."""

SECONDS_TO_BE_HEARD = 0.2
SECONDS_BETWEEN_LOOKS = 0.01


class PromptClient(AsyncKernelClient):
    """Takes a kernel to be ready when it says so; jupyter's own client listens for a fifth of a
    second more.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered a question and is idle again; RuntimeError where it
        does not.
        """
        until = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < until:
            asked = self.kernel_info()
            try:
                self._handle_kernel_info_reply(await self.get_shell_msg(timeout=1))
                while not _says_idle(await self.get_iopub_msg(timeout=SECONDS_TO_BE_HEARD), asked):
                    pass
                return
            except (
                Empty
            ):  # it is not there yet, or what it said came before this client listened: ask again
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


def _says_idle(message: Mapping[str, Any], asked: str) -> bool:
    is_its = message["parent_header"].get("msg_id") == asked
    return is_its and message["content"].get("execution_state") == "idle"


class PromptManager(AsyncKernelManager):
    """Goes on as soon as a kernel is ready, and as soon as it has ended."""

    client_factory = Type(klass=PromptClient)

    async def _async_finish_shutdown(
        self,
        waittime: float | None = None,
        pollinterval: float = SECONDS_BETWEEN_LOOKS,
        restart: bool = False,
    ) -> None:
        await super()._async_finish_shutdown(waittime, pollinterval, restart)


class NotForkedError(Exception):
    """Why a forked process cannot be the kernel that it was asked to be."""


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork where that gives the same kernel, and afresh, with a word in the
    log, where not.

    ``reason`` is why it was started afresh, '' if it was not.
    """

    reason = ""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel; ``kwargs`` are those of subprocess, of which ``env`` and ``cwd``
        count.
        """
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
            # Not started as a Process, which would be waited for at exit and could not have a
            # daemon as its parent.
            forked = Forked(
                context.Process(target=serve, args=(command, environment, folder, silent, answer))
            )
        reason = (
            answers.recv()
            if answers.poll(SECONDS_TO_ANSWER)
            else "the forked process does not answer"
        )
    if reason:
        forked.kill()
        raise NotForkedError(reason)
    return forked
