"""RICardo: trade of the nineteenth and early twentieth centuries, from the sources of the time."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

FLOWS = Source(
    key="ricardo",
    producer="RICardo project, Sciences Po (Béatrice Dedinger and Paul Girard)",
    title="Trade flows between Russia and China, 1827-1938",
    citation=(
        "Dedinger, Béatrice and Paul Girard. 2017. Exploring trade globalization in the long run:"
        " The RICardo project. Historical Methods 50(1): 30-48."
    ),
    url="https://ricardo.medialab.sciences-po.fr/",
    licence="ODbL 1.0",
    units="currency of the source; pounds sterling at RICardo's exchange rates",
    basis="general or special trade, as the column general_special says",
    served_by="github.com/medialab/ricardo_data @ e88d7f4",
    traps=(
        "several sources give the same flow and year: choose one, never add them",
        (
            "China reports Russia in parts (by land, Amur ports, Pacific ports, Black Sea), which"
            " may overlap with a total"
        ),
        "1827-1862 leave out re-exports to China where the note says so",
    ),
)


def read_flows(raw: RawStore) -> pd.DataFrame:
    """Flows between entities of Russia and of China, as the sources give them (text)."""
    return raw.csv(
        "history/ricardo_russia_china_flows_1827_1938.csv",
        columns=(
            "year", "rep", "par", "partner", "export_import", "flow", "unit", "currency", "flow_gbp",
            "special_general", "notes", "source",
        ),
    )  # fmt: skip
