"""The engine of papermill that runs notebooks on warm kernels: ``papermill --engine ballast IN
OUT``.
"""

from __future__ import annotations

from typing import Any

from jupyter_client.kernelspec import KernelSpec

from analysis.press.forking import PROVISIONER
from analysis.press.warm import PromptManager


def with_warm_kernels(spec: KernelSpec) -> KernelSpec:
    """Copy of a kernelspec that names the provisioner of warm kernels."""
    metadata = {
        **spec.metadata,
        "kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}},
    }
    return KernelSpec(**{**spec.to_dict(), "metadata": metadata})


class WarmKernelManager(PromptManager):
    """Kernel manager that asks for a warm kernel, whatever the kernelspec on disk says."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernelspec of the notebook, with the provisioner of warm kernels."""
        spec = super().kernel_spec
        return with_warm_kernels(spec) if spec else None


class WarmEngine:
    """Papermill's own engine on warm kernels. The notebook that is written names the kernelspec
    that it had.

    Papermill imports its engines while it is imported itself, so its own is looked up when a
    notebook runs.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; the options are those of papermill's own engine."""
        return _own().execute_notebook(
            nb, kernel_name, **{"kernel_manager_class": WarmKernelManager} | options
        )

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Name of the kernel that a notebook asks for."""
        return str(_own().nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Language that a notebook is written in."""
        return str(_own().nb_language(nb, language))


def _own() -> Any:
    from papermill.engines import NBClientEngine

    return NBClientEngine
