"""The press: what runs notebooks. It knows nothing of trade.

``notebook`` and ``parameters`` read what a notebook is and takes, ``execute`` runs one through
papermill, ``recorder`` notes in its kernel what it reads, ``cache`` says what a result depends on
and keeps results, ``batch`` runs many notebooks, ``sweep`` runs one with many sets of parameters
and collects the results, ``pool`` and ``cluster`` are where they run, ``files`` is where results
go. ``forking`` starts the process that kernels are forked from, which imports ``preloaded``;
``warm`` is Jupyter's and ``engine`` papermill's way to it. ``commands`` is the command line.
"""

from analysis.press.batch import Outcome, Places, run, why

__all__ = ["Outcome", "Places", "run", "why"]
