"""The press: what runs notebooks. It knows nothing of trade.

``notebook`` and ``parameters`` read notebooks, ``execute`` runs one, ``recorder`` notes what it
reads, ``cache`` keeps results, ``batch`` and ``sweep`` run many, ``pool`` and ``cluster`` are
where, and ``forking``, ``preloaded``, ``warm`` and ``engine`` make kernels quick to start.
"""

from analysis.press.batch import Outcome, Places, run, why

__all__ = ["Outcome", "Places", "run", "why"]
