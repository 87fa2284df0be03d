"""Tables that are built only where a fetched vintage lies in the raw store; the catalogue lists
them as planned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.cleaning import trade
from analysis.sources.imf import fetched_imts
from analysis.sources.source import RawStore


@dataclass(frozen=True, slots=True)
class Planned:
    """A recipe, and whether the raw store holds what it needs."""

    recipe: Callable[[RawStore], pd.DataFrame]
    has_raw: Callable[[RawStore], bool]


PLANNED = {"trade_recent": Planned(trade.recent_panel, lambda raw: bool(fetched_imts(raw)))}


def possible(raw: RawStore) -> dict[str, Callable[[RawStore], pd.DataFrame]]:
    """Recipes of the planned tables that this raw store can build."""
    return {name: planned.recipe for name, planned in PLANNED.items() if planned.has_raw(raw)}
