"""Cited figures with one address each: totals, composition, Urals prices and rouble rates."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import (
    offenders,
    require_not_negative,
    require_unique,
    to_iso3,
    to_number,
)
from analysis.errors import RawDataError
from analysis.sources import collected, worldbank
from analysis.sources.source import RawStore

FLOWS = {
    "goods exports": "exports",
    "goods imports": "imports",
    "goods trade": "total",
    "goods trade (average of exports and imports)": "average",
}
BILLIONS = {
    "billion USD": ("usd", 1.0),
    "trillion USD": ("usd", 1000.0),
    "trillion CNY": ("cny", 1000.0),
}
LARGEST_TOTAL_BN = 1e5
"""World trade is about a quarter of this in dollars, and China's less than half in yuan."""
LARGEST_PERCENT = 500.0
"""Growth of several hundred percent is printed for single goods; above this a unit has slipped."""
UNITS = (
    "%", "% of 2019 avg", "% y/y", "% y/y (yuan)", "%/yr", "Mt", "USD bn", "USD bn/month", "USD m", "USD m/month",
    "bcm", "mb/d", "rank", "t", "units",
)  # fmt: skip
PRICE_RANGE_USD_BBL = (5.0, 200.0)
"""Urals has stayed within it since 2014, and a slip of a thousand would not."""
SPANS = {
    "annual": "year",
    "half-year": "half-year",
    "eight months": "eight months",
    "month": "month",
}


def _with_address(published: pd.DataFrame, shown: list[str], *, what: str) -> pd.DataFrame:
    """The rows themselves, once each has an address."""
    without = published[~published.url.str.startswith("http")]
    if len(without):
        raise RawDataError(f"{what}: figures without an address: {offenders(without, shown)}")
    return published


def trade_totals_cited(raw: RawStore) -> pd.DataFrame:
    """Announced totals of Russia, China and the world, billions in the currency announced; nothing
    is converted.
    """
    what = "cited totals"
    published = _with_address(collected.read_totals(raw), ["year", "economy", "measure"], what=what)
    strange = published[~published.unit.isin(BILLIONS) | ~published.measure.isin(FLOWS)]
    if len(strange):
        found = offenders(strange, ["year", "economy", "measure", "unit"])
        raise RawDataError(
            f"{what} in other units or measures: {found}", allowed=", ".join([*BILLIONS, *FLOWS])
        )
    billions = to_number(published.value, what=what) * published.unit.map(
        lambda unit: BILLIONS[unit][1]
    )
    currency = published.unit.map(lambda unit: BILLIONS[unit][0])
    frame = pd.DataFrame(
        {
            "economy": to_iso3(published.economy, publisher="totals_cited").fillna("World"),
            "flow": published.measure.map(FLOWS),
            "year": to_number(published.year, what=what).astype(int),
            "value_usd_bn": billions.where(currency == "usd").round(6),
            "value_cny_bn": billions.where(currency == "cny").round(6),
            "publisher": published.source,
            "url": published.url,
            "note": published.note,
        }
    )
    keys = ["economy", "flow", "year"]
    require_unique(frame, keys, what=what)
    for column in ("value_usd_bn", "value_cny_bn"):
        require_not_negative(frame, column, keys, what=what)
        large = frame[frame[column] > LARGEST_TOTAL_BN]
        if len(large):
            raise RawDataError(
                f"{what} above {LARGEST_TOTAL_BN:,.0f} billion: {offenders(large, [*keys, column])}"
            )
    return frame.sort_values(keys).reset_index(drop=True)


def trade_composition(raw: RawStore) -> pd.DataFrame:
    """Cited figures on what is traded, dependence and settlement; each row keeps its source's
    definition.
    """
    what = "composition figures"
    shown = ["topic", "series", "year", "period", "source"]
    published = _with_address(collected.read_composition(raw), shown, what=what)
    frame = published[["topic", "series"]].assign(
        year=to_number(published.year, what=what).astype(int),
        period=published.period,
        value=to_number(published.value, what=what),
        unit=published.unit,
        publisher=published.source,
        url=published.url,
        note=published.note,
    )
    keys = ["topic", "series", "year", "period", "unit", "publisher"]
    shares = frame.unit.str.startswith("%")
    strange = frame[
        ~frame.unit.isin(UNITS)
        | frame.value.isna()
        | (shares & (frame.value.abs() > LARGEST_PERCENT))
    ]
    if len(strange):
        raise RawDataError(
            f"{what} in other units or beyond reason: {offenders(strange, [*keys, 'value'])}"
        )
    require_unique(frame, keys, what=what)
    require_not_negative(frame[~frame.unit.str.startswith("% y/y")], "value", keys, what=what)
    return frame.sort_values(keys).reset_index(drop=True)


def urals_prices(raw: RawStore) -> pd.DataFrame:
    """Announced average prices of Urals crude, with the first and last day of each period."""
    what = "Urals prices"
    published = _with_address(collected.read_urals(raw), ["period", "source"], what=what)
    first, last = published.period.str.partition("/")[0], published.period.str.rpartition("/")[2]
    frame = pd.DataFrame(
        {
            "first_day": [str(pd.Period(text).start_time.date()) for text in first],
            "last_day": [str(pd.Period(text).end_time.date()) for text in last],
            "span": published.type.map(SPANS),
            "urals_usd_bbl": to_number(published.urals_usd_bbl, what=what),
            "publisher": published.source,
            "url": published.url,
        }
    )
    keys = ["first_day", "last_day"]
    require_unique(frame, keys, what=what)
    strange = frame[~frame.urals_usd_bbl.between(*PRICE_RANGE_USD_BBL) | frame.span.isna()]
    if len(strange):
        raise RawDataError(
            f"{what} beyond reason or of unknown span:"
            f" {offenders(strange, [*keys, 'urals_usd_bbl'])}"
        )
    return frame.sort_values(keys).reset_index(drop=True)


def rouble_rates(raw: RawStore) -> pd.DataFrame:
    """New roubles per US dollar by year: the World Bank's average and the Bank of Russia's, side by
    side.
    """
    published = worldbank.read_exchange_rate(raw)
    russia = published[published["Country Code"] == "RUS"]
    years = [column for column in published.columns if column.isdigit()]
    bank = pd.DataFrame(
        {
            "source": worldbank.EXCHANGE_RATE.key,
            "year": years,
            "rate": russia[years].iloc[0].tolist(),
        }
    )
    central = collected.read_rouble(raw)
    central = pd.DataFrame(
        {
            "source": collected.ROUBLE.key,
            "year": central.year,
            "rate": central.rub_per_usd_redenominated,
        }
    )
    frame = pd.concat([bank[bank.rate != ""], central], ignore_index=True)
    frame = pd.DataFrame(
        {
            "source": frame.source,
            "year": frame.year.astype(int),
            "rub_per_usd": to_number(frame.rate, what="rouble rates").round(6),
            "url": frame.source.map(
                {s.key: s.url for s in (worldbank.EXCHANGE_RATE, collected.ROUBLE)}
            ),
        }
    )
    require_unique(frame, ["source", "year"], what="rouble rates")
    strange = frame[~frame.rub_per_usd.between(0.1, 200)]
    if len(strange):
        raise RawDataError(f"rouble rates beyond reason: {offenders(strange, list(frame.columns))}")
    return frame.sort_values(["source", "year"]).reset_index(drop=True)
