"""The engine of papermill that runs notebooks on warm kernels: ``papermill --engine ballast``."""

from typing import Any


class WarmEngine:
    """Papermill's own engine on warm kernels. The notebook that is written names its kernelspec.

    Papermill imports its engines while it is imported itself, so its own is looked up only when a
    notebook runs.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; the options are those of papermill's own engine."""
        from papermill.engines import NBClientEngine

        from analysis.press.warm import WarmKernelManager

        options = {"kernel_manager_class": WarmKernelManager} | options
        return NBClientEngine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Name of the kernel that a notebook asks for."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Language that a notebook is written in."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
