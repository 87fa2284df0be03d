"""Deflators, exchange rates and oil prices: yearly and monthly, in plain numbers."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import offenders, require_unique, to_number
from analysis.errors import RawDataError
from analysis.sources import prices
from analysis.sources.source import RawStore

FIRST_YEAR = 1929
CURRENCIES = {
    "Australia": "AUD", "Brazil": "BRL", "Canada": "CAD", "China": "CNY", "Denmark": "DKK", "Euro": "EUR",
    "Hong Kong": "HKD", "India": "INR", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "New Zealand": "NZD",
    "Norway": "NOK", "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Sweden": "SEK",
    "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB",
}  # fmt: skip
LEFT_OUT = "Venezuela"
"""Redenominated three times within the series, which the carrier does not mark."""


def deflators(raw: RawStore) -> pd.DataFrame:
    """US price indices by year; missing where the agency had not published."""
    published = prices.read_deflators(raw)
    frame = pd.DataFrame(
        {
            "year": published.year.astype(int),
            "gdp_deflator_2017eq100": to_number(published.gdp_deflator_2017eq100, what="deflators").round(4),
            "cpi_u_1982_84eq100": to_number(published.cpi_u_1982_84eq100, what="deflators").round(4),
            "cpi_months": to_number(published.cpi_months, what="deflators").astype("Int64"),
        }
    )
    frame = frame[frame.year >= FIRST_YEAR]
    require_unique(frame, ["year"], what="deflators")
    return frame.reset_index(drop=True)


def exchange_rates(raw: RawStore) -> pd.DataFrame:
    """Yearly average rates, currency units per US dollar."""
    published = prices.read_exchange_rates(raw)
    published = published[published.Country != LEFT_OUT]
    unknown = sorted(set(published.Country) - set(CURRENCIES))
    if unknown:
        raise RawDataError(f"the exchange-rate file names {unknown}", allowed=", ".join(CURRENCIES))
    frame = pd.DataFrame(
        {
            "currency": published.Country.map(CURRENCIES),
            "year": published.Date.str.slice(0, 4).astype(int),
            "per_usd": to_number(published["Exchange rate"], what="exchange rates"),
        }
    )
    require_unique(frame, ["currency", "year"], what="exchange rates")
    bad = frame[~(frame.per_usd > 0)]
    if len(bad):
        raise RawDataError(f"exchange rates must be positive: {offenders(bad, list(frame.columns))}")
    return frame.sort_values(["currency", "year"]).reset_index(drop=True)


def oil_prices(raw: RawStore) -> pd.DataFrame:
    """Brent by month, USD per barrel, with the date by which each month's average is public."""
    published = prices.read_brent(raw)
    year, month = published.Date.str.slice(0, 4).astype(int), published.Date.str.slice(5, 7).astype(int)
    frame = pd.DataFrame({"year": year, "month": month, "brent_usd_bbl": to_number(published.Price, what="Brent")})
    require_unique(frame, ["year", "month"], what="Brent")
    frame["published_by"] = [f"{y + m // 12}-{m % 12 + 1:02d}-10" for y, m in zip(year, month, strict=True)]
    return frame.sort_values(["year", "month"]).reset_index(drop=True)
