"""The press: what runs notebooks. It knows nothing of trade.

One module per verb: ``parameters`` reads what a notebook takes, ``execute`` runs one notebook,
``ingredients`` says what a result depends on, ``cache`` keeps results, ``batch`` runs many,
``sweep`` runs one with many ``sets`` of parameters and collects the ``results``, ``pool`` and
``cluster`` are where they run, ``remote`` is for places such as S3, ``forking`` has the process
that kernels are forked from (it imports ``preloaded``), ``kernel`` makes a fork a kernel, ``warm``
is Jupyter's and ``engine`` papermill's way to them, ``pages`` names where the book shows each
notebook, ``commands`` is the command line.
"""

from analysis.press.batch import Outcome, Places, run, why

__all__ = ["Outcome", "Places", "run", "why"]
