"""The engine of papermill that runs notebooks on warm kernels: ``papermill --engine ballast IN OUT``."""

from __future__ import annotations

from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine

from analysis.press.forking import PROVISIONER


def with_warm_kernels(spec: KernelSpec) -> KernelSpec:
    """Copy of a kernelspec that names the provisioner of warm kernels."""
    metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}}
    return KernelSpec(**{**spec.to_dict(), "metadata": metadata})


class WarmKernelManager(AsyncKernelManager):
    """Kernel manager that asks for a warm kernel, whatever the kernelspec on disk says."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernelspec of the notebook, with the provisioner of warm kernels."""
        spec = super().kernel_spec
        return with_warm_kernels(spec) if spec else None


class WarmEngine(NBClientEngine):
    """Papermill's own engine on warm kernels. The notebook that is written names the kernelspec that it had."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; the options are those of papermill's own engine."""
        options.setdefault("kernel_manager_class", WarmKernelManager)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)
