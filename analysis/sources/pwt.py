"""Penn World Table."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

PWT = Source(
    key="pwt",
    producer="Groningen Growth and Development Centre",
    title="Penn World Table, version 10.01, 1950-2019",
    citation=(
        "Feenstra, Robert C., Robert Inklaar and Marcel P. Timmer. 2015. The Next Generation of the"
        " Penn World Table. American Economic Review 105(10): 3150-3182."
    ),
    url="https://www.rug.nl/ggdc/productivity/pwt/",
    licence="CC BY 4.0",
    units="2017 USD million at chained purchasing power parities; million persons",
    basis="rgdpe from the expenditure side, rgdpo from the output side",
    served_by="github.com/cran/pwt10",
    traps=("Russia starts in 1990", "real GDP across countries is not GDP at exchange rates"),
)


def read_pwt(raw: RawStore) -> pd.DataFrame:
    """Country-years with real GDP and population."""
    columns = ("isocode", "year", "rgdpe", "rgdpo", "pop")
    return raw.parquet("worldbank/pwt_10.01.parquet", columns=columns)[list(columns)]
