"""World Bank series, prices and cited figures: what must be prepared before the catalogue's recipe
can be followed.
"""

import pandas as pd

from analysis.cleaning.checks import refuse, require_unique, to_integer, to_iso3, to_number
from analysis.cleaning.declared import tidied
from analysis.sources.source import RawStore, sources

BILLIONS = {"billion USD": 1.0, "trillion USD": 1000.0, "trillion CNY": 1000.0}


def gdp_population(raw: RawStore) -> pd.DataFrame:
    """GDP in current dollars and population of each country, 1960-2024 (World Bank), aggregates
    left out.

    Either may be missing; a country-year with neither has no row. There is no Taiwan.
    """
    gdp = _indicator(raw, "worldbank/wdi_gdp_current_usd.csv", "gdp_usd_mn")
    people = _indicator(raw, "worldbank/wdi_population.csv", "population")
    keys = ["country", "year"]
    frame = gdp.merge(people, on=keys, how="outer")
    frame["gdp_usd_mn"] = (frame.gdp_usd_mn / 1e6).round(3)
    frame["population"] = frame.population.round().astype("Int64")
    return frame.sort_values(keys)


def _indicator(raw: RawStore, file: str, column: str) -> pd.DataFrame:
    published, what = raw.csv(file, "Country Code, Year, Value"), f"World Bank, {column}"
    values = {
        "country": to_iso3(published["Country Code"], publisher="wdi", coded=True),
        "year": to_integer(published["Year"], what=what),
        column: to_number(published["Value"], what=what),
    }
    frame = pd.DataFrame(values).dropna(subset=["country", column])
    require_unique(frame, ["country", "year"], what=what)
    return frame


def goods_services_trade(raw: RawStore) -> pd.DataFrame:
    """Exports and imports of goods and services of China, Russia and the world (World Bank).

    Russia's figures of 1989-94 are set missing in data/corrections/: the official rate inflates
    them.
    """
    published = raw.csv(
        "history/wdi_trade_totals_goods_services_CHN_RUS_WLD_1960_2025.csv",
        "iso3, year, NE.EXP.GNFS.CD, NE.IMP.GNFS.CD",
    )
    long = published.melt(id_vars=["iso3", "year"], var_name="indicator")
    return tidied(long, "goods_services_trade")


def oil_prices(raw: RawStore) -> pd.DataFrame:
    """Brent by month, USD per barrel, with the date by which each month's average is public."""
    published = raw.csv("prices/brent_monthly.csv", "Date, Price")
    months = [pd.Period(day[:7], "M") + 1 for day in published.Date]
    return tidied(published.assign(published_by=[f"{month}-10" for month in months]), "oil_prices")


def trade_totals_cited(raw: RawStore) -> pd.DataFrame:
    """Announced totals of Russia, China and the world, billions in the currency announced; nothing
    is converted.
    """
    published = raw.csv(
        "history/trade_totals_anchors.csv", "year, economy, measure, value, unit, source, url, note"
    )
    strange = published[~published.unit.isin(list(BILLIONS))]
    columns = ["year", "economy", "measure", "unit"]
    refuse(strange, columns, f"cited totals in units other than {', '.join(BILLIONS)}")
    billions = to_number(published.value, what="cited totals") * published.unit.map(BILLIONS)
    return tidied(published.assign(billions=billions), "trade_totals_cited")


def urals_prices(raw: RawStore) -> pd.DataFrame:
    """Announced average prices of Urals crude, with the first and last day of each period."""
    published = raw.csv(
        "history/urals_price_anchors.csv", "period, type, urals_usd_bbl, source, url"
    )
    parts = published.period.str.split("/")
    published["first_day"] = [str(pd.Period(part[0]).start_time.date()) for part in parts]
    published["last_day"] = [str(pd.Period(part[-1]).end_time.date()) for part in parts]
    return tidied(published, "urals_prices")


def rouble_rates(raw: RawStore) -> pd.DataFrame:
    """New roubles per US dollar by year: the World Bank's average and the Bank of Russia's, side by
    side.
    """
    columns = ", ".join(["Country Code", *map(str, range(1992, 2024))])
    bank = raw.csv("worldbank/wdi_PA.NUS.FCRF_exchange_rate.csv", columns, skiprows=4)
    bank = bank[bank["Country Code"] == "RUS"].drop(columns="Country Code")
    bank = bank.melt(var_name="year", value_name="rate").assign(source="wdi_rate")
    columns = "year, rub_per_usd_redenominated"
    central = raw.csv("history/rub_usd_cbr_annual_ruxpert.csv", columns)
    central = central.set_axis(["year", "rate"], axis=1)
    rates = pd.concat([bank[bank.rate != ""], central.assign(source="cbr_cited")])
    addresses = {name: record["path"] for name, record in sources().items()}
    return tidied(rates.assign(url=rates.source.map(addresses)), "rouble_rates")
