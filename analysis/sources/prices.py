"""Price indices, exchange rates and oil prices of United States agencies, as carried by 'datasets'
on GitHub.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

DEFLATORS = Source(
    key="bea_bls",
    producer="U.S. Bureau of Economic Analysis; U.S. Bureau of Labor Statistics",
    title="GDP implicit price deflator (2017 = 100) and CPI-U, all items (1982-84 = 100)",
    citation=(
        "U.S. Bureau of Economic Analysis, National Income and Product Accounts; U.S. Bureau of"
        " Labor Statistics, Consumer Price Index for All Urban Consumers."
    ),
    url="https://www.bea.gov/data/prices-inflation/gdp-price-index",
    licence="public domain",
    units="index points",
    basis="deflator: nominal over chained-2017 GDP; CPI: mean of the year's published months",
    served_by="github.com/datasets/gdp-us @ bb5921d and github.com/datasets/cpi-us @ a1f785a",
    traps=(
        "the deflator ends in 2024",
        "CPI 2025 lacks one month and 2026 has five: see cpi_months",
    ),
)
EXCHANGE_RATES = Source(
    key="frb_h10",
    producer="Board of Governors of the Federal Reserve System",
    title="Foreign exchange rates (H.10), annual and monthly averages",
    citation=(
        "Board of Governors of the Federal Reserve System. Foreign Exchange Rates, release H.10."
    ),
    url="https://www.federalreserve.gov/releases/h10/",
    licence="public domain",
    units=(
        "currency units per USD (pounds, euros and Australian and New Zealand dollars as carried)"
    ),
    basis="average of daily noon rates",
    served_by="github.com/datasets/exchange-rates @ fa7d949",
    traps=("there is no rouble here",),
)
OIL = Source(
    key="eia_brent",
    producer="U.S. Energy Information Administration",
    title="Europe Brent spot price FOB, annual and monthly",
    citation="U.S. Energy Information Administration. Europe Brent Spot Price FOB.",
    url="https://www.eia.gov/dnav/pet/hist/RBRTED.htm",
    licence="public domain",
    units="USD per barrel",
    basis="average of daily spot prices, nominal",
    served_by="github.com/datasets/oil-prices @ 2d75ce3",
    traps=("Russia's Urals grade sold well below Brent from 2022",),
)


def read_deflators(raw: RawStore) -> pd.DataFrame:
    """Yearly GDP deflator and CPI (text)."""
    return raw.csv(
        "prices/us_deflators_annual.csv",
        columns=("year", "gdp_deflator_2017eq100", "cpi_u_1982_84eq100", "cpi_months"),
    )


def read_exchange_rates(raw: RawStore) -> pd.DataFrame:
    """Yearly average exchange rates by country name (text)."""
    return raw.csv("prices/fred_fx_annual.csv", columns=("Date", "Country", "Exchange rate"))


def read_brent(raw: RawStore) -> pd.DataFrame:
    """Monthly Brent prices (text)."""
    return raw.csv("prices/brent_monthly.csv", columns=("Date", "Price"))
