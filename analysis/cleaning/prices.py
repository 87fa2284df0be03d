"""Deflators, exchange rates and oil prices: yearly and monthly, in plain numbers."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.cleaning.checks import (
    require_steady,
    require_unique,
    to_code,
    to_integer,
    to_number,
    together,
)
from analysis.sources import prices
from analysis.sources.source import RawStore

FIRST_YEAR = 1929
CURRENCIES = {
    "Australia": "AUD", "Brazil": "BRL", "Canada": "CAD", "China": "CNY", "Denmark": "DKK", "Euro": "EUR",
    "Hong Kong": "HKD", "India": "INR", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "New Zealand": "NZD",
    "Norway": "NOK", "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Sweden": "SEK",
    "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB",
}  # fmt: skip
STEPS = {"index": 1.25, "rate": 2.0, "oil": 2.0}
"""The series themselves moved by 14 % in a year (CPI), 1.9-fold in a year (peso) and 1.7-fold in a
month (Brent)."""
LEFT_OUT = "Venezuela"
"""Redenominated three times within the series, which the carrier does not mark."""


def deflators(raw: RawStore) -> pd.DataFrame:
    """US price indices by year; missing where the agency had not published."""
    published = prices.read_deflators(raw)
    frame = pd.DataFrame(
        {
            "year": to_integer(published.year, what="deflators, year"),
            "gdp_deflator_2017eq100": (
                to_number(published.gdp_deflator_2017eq100, what="deflators").round(4)
            ),
            "cpi_u_1982_84eq100": (
                to_number(published.cpi_u_1982_84eq100, what="deflators").round(4)
            ),
            "cpi_months": to_number(published.cpi_months, what="deflators").astype("Int64"),
        }
    )
    frame = frame[frame.year >= FIRST_YEAR].reset_index(drop=True)
    indices = ["gdp_deflator_2017eq100", "cpi_u_1982_84eq100"]
    together(
        lambda: require_unique(frame, ["year"], what="deflators"),
        *(partial(_steady_index, frame, column) for column in indices),
    )
    return frame


def _steady_index(frame: pd.DataFrame, column: str) -> None:
    require_steady(
        frame[["year", column]].dropna(), column, by=[], factor=STEPS["index"], what="deflators"
    )


def exchange_rates(raw: RawStore) -> pd.DataFrame:
    """Yearly average rates, currency units per US dollar."""
    published = prices.read_exchange_rates(raw)
    published = published[published.Country != LEFT_OUT]
    frame = pd.DataFrame(
        {
            "currency": to_code(published.Country, CURRENCIES, what="exchange rates, Country"),
            "year": to_integer(published.Date.str.slice(0, 4), what="exchange rates, Date"),
            "per_usd": to_number(published["Exchange rate"], what="exchange rates"),
        }
    )
    frame = frame.sort_values(["currency", "year"]).reset_index(drop=True)
    together(
        lambda: require_unique(frame, ["currency", "year"], what="exchange rates"),
        lambda: require_steady(
            frame, "per_usd", by=["currency"], factor=STEPS["rate"], what="exchange rates"
        ),
    )
    return frame


def oil_prices(raw: RawStore) -> pd.DataFrame:
    """Brent by month, USD per barrel, with the date by which each month's average is public."""
    published = prices.read_brent(raw)
    year = to_integer(published.Date.str.slice(0, 4), what="Brent, Date")
    month = to_integer(published.Date.str.slice(5, 7), what="Brent, Date")
    frame = pd.DataFrame(
        {"year": year, "month": month, "brent_usd_bbl": to_number(published.Price, what="Brent")}
    )
    frame = frame.sort_values(["year", "month"]).reset_index(drop=True)
    together(
        lambda: require_unique(frame, ["year", "month"], what="Brent"),
        lambda: require_steady(frame, "brent_usd_bbl", by=[], factor=STEPS["oil"], what="Brent"),
    )
    frame["published_by"] = [
        f"{y + m // 12}-{m % 12 + 1:02d}-10" for y, m in zip(frame.year, frame.month, strict=True)
    ]
    return frame
