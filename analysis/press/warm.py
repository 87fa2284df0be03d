"""Jupyter's way to warm kernels: forked from a process that has imported the usual libraries."""

import asyncio
import contextlib
import logging
import math
import os
import subprocess
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type

from analysis.press.forking import PROVISIONER, NotForkedError, fork_kernel

log = logging.getLogger(__name__)


class PromptClient(AsyncKernelClient):
    """Takes a kernel to be ready when it says so; jupyter's own listens 0.2 s more."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered a question and is idle; RuntimeError if it is not."""
        until = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < until:
            asked = self.kernel_info()
            with contextlib.suppress(Empty):  # not there yet, or it spoke before this listened
                self._handle_kernel_info_reply(await self.get_shell_msg(timeout=1))
                while time.monotonic() < until:
                    heard = await self.get_iopub_msg(timeout=0.2)
                    is_its = heard["parent_header"].get("msg_id") == asked
                    if is_its and heard["content"].get("execution_state") == "idle":
                        return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class PromptManager(AsyncKernelManager):
    """Goes on as soon as a kernel is ready, and as soon as it has ended."""

    client_factory = Type(klass=PromptClient)

    async def shutdown_kernel(  # type: ignore[override]  # jupyter types the synchronous one
        self, now: bool = False, restart: bool = False
    ) -> None:
        """Stop the kernel, as jupyter's own does, but look every 10 ms whether it has ended."""
        if now or restart:
            await super().shutdown_kernel(now=now, restart=restart)
        else:
            self.shutting_down = True
            await self.request_shutdown()
            await self.finish_shutdown(pollinterval=0.01)
            await self.cleanup_resources()


def with_warm_kernels(spec: KernelSpec) -> KernelSpec:
    """Copy of a kernelspec that names the provisioner of warm kernels."""
    named = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}}
    return KernelSpec(**{**spec.to_dict(), "metadata": {**spec.metadata, **named}})


class WarmKernelManager(PromptManager):
    """Kernel manager that asks for a warm kernel, whatever the kernelspec on disk says."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernelspec of the notebook, with the provisioner of warm kernels."""
        spec = super().kernel_spec
        return with_warm_kernels(spec) if spec else None


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel where that gives the same one; else starts it afresh and logs the reason."""

    reason = ""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel; of subprocess's arguments ``env``, ``cwd`` and ``stdout`` count."""
        environment = dict(kwargs.get("env") or os.environ)
        folder = Path(kwargs.get("cwd") or "").absolute()
        silent = kwargs.get("stdout") == subprocess.DEVNULL
        silent = silent or os.path.samestat(os.fstat(1), os.stat(os.devnull))
        try:
            forked: Any = await asyncio.to_thread(
                fork_kernel, cmd, environment, str(folder), silent=silent
            )
        except NotForkedError as refusal:
            self.reason = str(refusal)
            log.warning("A kernel was started afresh: %s.", self.reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid, self.cwd = forked, forked.pid, forked.pid, folder
        return self.connection_info
