"""BP and the Energy Institute: trade movements of oil, gas and coal in the Statistical Review of
World Energy.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

TRADE_MOVEMENTS = Source(
    key="energy_institute",
    producer="Energy Institute (from 2023) and BP (to 2022)",
    title=(
        "China's imports of crude oil, oil products, gas and coal by supplier, 2016 and 2018-2023"
    ),
    citation=(
        "Energy Institute. Statistical Review of World Energy, editions of 2023 and 2024; BP."
        " Statistical Review of World Energy, editions of 2017 and 2019-2022."
    ),
    url="https://www.energyinst.org/statistical-review",
    licence="free to use with attribution; only China's suppliers are extracted here",
    units=(
        "million tonnes (oil), billion cubic metres (gas), million tonnes of oil equivalent or"
        " exajoules (coal)"
    ),
    basis="trade movements as the review compiles them from customs and shipping",
    served_by="copies of the publishers' workbooks, named in the column workbook",
    traps=(
        "there is no review for 2017 here and no coal in 2016",
        "coal is in million tonnes of oil equivalent in 2018 and in exajoules after",
        (
            "groups of countries stand among the suppliers, and 'Other Asia Pacific' hides"
            " relabelled Iranian crude"
        ),
        "an import into China from China is zero by construction and is left out",
    ),
)


def read_china_imports(raw: RawStore) -> pd.DataFrame:
    """China's imports by fuel and supplier, with each review's own names and units (text)."""
    return raw.csv(
        "energy/ei_china_imports_by_origin_2016_2023.csv",
        columns=("year", "fuel", "unit", "origin", "destination", "value", "workbook"),
    )
