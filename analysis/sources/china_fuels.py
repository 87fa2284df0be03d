"""China's fuel statistics (customs and National Bureau of Statistics) as a data terminal exports
them.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

CARRIER = "github.com/energyandcleanair/china_co2"

FROM_RUSSIA = Source(
    key="gacc_fuels",
    producer="General Administration of Customs of the People's Republic of China",
    title="China's imports of fossil fuels from Russia, monthly, 1995-2024",
    citation=(
        "General Administration of Customs of China. Imports of fossil fuels from the Russian"
        " Federation, monthly, as exported from the Wind terminal by the Centre for Research on"
        " Energy and Clean Air."
    ),
    url="http://stats.customs.gov.cn/indexEn",
    licence="facts and figures of a government agency",
    units="USD; tonnes or kilograms",
    basis="China as importer: CIF",
    served_by=f"{CARRIER} @ 4043449",
    traps=(
        "'0.00' means none or not reported, and cannot tell which",
        "pipeline gas has no tonnes after December 2021",
        "coal leaves out lignite, so it is narrower than China's 'coal and lignite'",
        "coking and steam coal are parts of coal, and do not add up to it",
        "months without any fuel are absent before 2000",
    ),
)
TOTALS = Source(
    key="china_fuel_totals",
    producer="General Administration of Customs and National Bureau of Statistics of China",
    title="China's imports and output of crude oil, gas and coal",
    citation=(
        "General Administration of Customs of China; National Bureau of Statistics of China."
        " Imports and output of fuels, as exported from the Wind terminal by the Centre for"
        " Research on Energy and Clean Air."
    ),
    url="http://stats.customs.gov.cn/indexEn",
    licence="facts and figures of government agencies",
    units="10,000 tonnes; 100 million cubic metres",
    basis="cumulative from January, except coal imports, which are monthly",
    served_by=CARRIER,
    traps=(
        "output is that of larger enterprises and is revised later",
        "'0.00' means not reported",
    ),
)
LINES_ABOVE_NAMES = {"china_fuels": 2, "totals": 1}


def read_from_russia(raw: RawStore) -> pd.DataFrame:
    """Months in rows, one column per series; the first rows hold frequency, unit and identifier
    (text).

    The column 'Name' holds the month.
    """
    fuels = ("Coal", "Coking Coal", "Steam Coal", "Crude Oil", "Pipeline Carried Natural Gas (Gaseous State)",
             "Liquified Natural Gas (LNG)")  # fmt: skip
    series = [
        f"China: {what} of Imports: {fuel}: Russian Federation"
        for what in ("Volume", "Value")
        for fuel in fuels
    ]
    return raw.csv("energy/China_fossil_fuel_imports_from_Russia.csv", columns=("Name", *series),
                   header=LINES_ABOVE_NAMES["china_fuels"])  # fmt: skip


def read_totals(raw: RawStore) -> pd.DataFrame:
    """Months in rows, one column per series; the first rows hold frequency, unit and identifier
    (text).
    """
    series = (
        "Output: Natural Crude Oil: YTD", "Quantity of Imports: Crude Oil: YTD",
        "China: Volume of Imports: Natural Gas: YTD", "China: Output: Natural Gas: YTD",
        "China: Quantity of Imports: Coal and Lignite",
    )  # fmt: skip
    return raw.csv(
        "energy/fuel_supply.csv", columns=("Name", *series), header=LINES_ABOVE_NAMES["totals"]
    )
