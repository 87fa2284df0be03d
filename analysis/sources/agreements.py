"""World Bank: Deep Trade Agreements, as matched to pairs of countries in the penppml package."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

AGREEMENTS = Source(
    key="deep_trade_agreements",
    producer="World Bank",
    title=(
        "Deep Trade Agreements: pairs of countries with an agreement in force, every fourth year,"
        " 1964-2016"
    ),
    citation=(
        "World Bank. Deep Trade Agreements database; matched to pairs of countries by the authors"
        " of the R package penppml (Breinlich, Corradi, Rocha, Ruta, Santos Silva and Zylkin,"
        " 2021)."
    ),
    url="https://datatopics.worldbank.org/dta/",
    licence="CC BY 4.0",
    units="yes or no",
    basis="an agreement notified to the WTO is in force between the two",
    served_by="cran.r-project.org/package=penppml",
    traps=(
        "every fourth year only",
        "a pair that is absent had no agreement, or was not in the data at all",
        (
            "Belgium and Luxembourg are one throughout, and the Soviet Union and its agreements are"
            " absent"
        ),
    ),
)


def read_agreements(raw: RawStore) -> pd.DataFrame:
    """Exporter, importer and year with the identifier and name of the agreement (0 and empty for
    none).
    """
    columns = ("exp", "imp", "time", "id", "agreement", "rta")
    return raw.parquet("rta/penppml_trade_rta_1964_2016.parquet", columns=columns)[list(columns)]
