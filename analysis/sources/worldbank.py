"""World Bank: World Development Indicators."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

LICENCE = "CC BY 4.0"
CITATION = "World Bank. World Development Indicators. Washington, DC: World Bank."
URL = "https://datatopics.worldbank.org/world-development-indicators/"

INDICATORS = Source(
    key="wdi",
    producer="World Bank",
    title="GDP in current US dollars (NY.GDP.MKTP.CD) and population (SP.POP.TOTL)",
    citation=CITATION,
    url=URL,
    licence=LICENCE,
    units="current USD; persons",
    basis="GDP at market prices, converted at official or the World Bank's alternative rates",
    served_by="github.com/datasets/gdp @ 822019c and github.com/datasets/population @ 425fc44",
    traps=(
        "regions and income groups stand among the countries",
        "there is no Taiwan",
        (
            "Russia before 1995 rests on the official exchange rate, which also spoils its trade"
            " totals of those years"
        ),
    ),
)
GOODS_AND_SERVICES = Source(
    key="wdi_trade",
    producer="World Bank",
    title=(
        "Exports and imports of goods and services, current US dollars (NE.EXP.GNFS.CD,"
        " NE.IMP.GNFS.CD)"
    ),
    citation=CITATION,
    url=URL,
    licence=LICENCE,
    units="current USD",
    basis="national accounts: goods and services together",
    served_by="github.com/YourFavouriteDataSuperstar/Inteligencia-de-negocios-globales @ c4cd055",
    traps=(
        (
            "Russia's figures of 1989-94 are an artefact of the official rate: exports of 287"
            " billion in 1992, when Correlates of War counts 40 billion of goods"
        ),
        "services are included, so that shares of goods trade in these totals come out low",
    ),
)
EXCHANGE_RATE = Source(
    key="wdi_rate",
    producer="World Bank",
    title="Official exchange rate, local currency per US dollar, period average (PA.NUS.FCRF)",
    citation=CITATION,
    url=URL,
    licence=LICENCE,
    units="roubles per USD, redenominated",
    basis="period average of the official rate",
    served_by="github.com/Harb1nger001/GlobalConflictFXStress",
    traps=("Russia has 1993 and 1996-2023 only",),
)
LINES_ABOVE_HEADER = 4


def read_gdp(raw: RawStore) -> pd.DataFrame:
    """GDP of countries and groups by year (text)."""
    return raw.csv(
        "worldbank/wdi_gdp_current_usd.csv",
        columns=("Country Name", "Country Code", "Year", "Value"),
    )


def read_population(raw: RawStore) -> pd.DataFrame:
    """Population of countries and groups by year (text)."""
    return raw.csv(
        "worldbank/wdi_population.csv", columns=("Country Name", "Country Code", "Year", "Value")
    )


def read_goods_and_services(raw: RawStore) -> pd.DataFrame:
    """Exports and imports of goods and services of China, Russia and the world (text)."""
    return raw.csv(
        "history/wdi_trade_totals_goods_services_CHN_RUS_WLD_1960_2025.csv",
        columns=("iso3", "year", "NE.EXP.GNFS.CD", "NE.IMP.GNFS.CD"),
    )


def read_exchange_rate(raw: RawStore) -> pd.DataFrame:
    """Official exchange rates, wide by year (text)."""
    return raw.csv(
        "worldbank/wdi_PA.NUS.FCRF_exchange_rate.csv",
        columns=("Country Name", "Country Code", "Indicator Code", "1992", "2023"),
        skiprows=LINES_ABOVE_HEADER,
    )
