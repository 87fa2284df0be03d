"""The engine of papermill on warm kernels, which papermill imports after its own engines."""

from typing import Any

from papermill.engines import NBClientEngine


class WarmEngine(NBClientEngine):
    """Papermill's own engine on warm kernels. The notebook that is written names its kernelspec."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; the options are those of papermill's own engine."""
        from analysis.press.warm import WarmKernelManager

        options = {"kernel_manager_class": WarmKernelManager} | options
        return super().execute_managed_notebook(nb_man, kernel_name, **options)
