"""Lists and figures that must be prepared before the catalogue's recipe can be followed."""

import pandas as pd

from analysis.cleaning.checks import require_unique, to_integer
from analysis.cleaning.declared import tidied
from analysis.sources.source import RawStore, sources


def gdp_population(raw: RawStore) -> pd.DataFrame:
    """GDP in current dollars and population of each country, 1960-2024 (World Bank); either may be
    missing, and there is no Taiwan.
    """
    columns = "Country Code, Year, Value"
    gdp = raw.csv("worldbank/wdi_gdp_current_usd.csv", columns)
    people = raw.csv("worldbank/wdi_population.csv", columns)
    both = gdp.merge(people, how="outer", on=["Country Code", "Year"], suffixes=("_gdp", "_people"))
    return tidied(both.fillna(""), "gdp_population")


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
    """New roubles per US dollar by year: the World Bank's average and the Bank of Russia's."""
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


def leader_meetings(raw: RawStore) -> pd.DataFrame:
    """Meetings of Putin and Xi that were found, and the running totals that officials gave. One
    address of the first file holds a comma without quotes and is put together.
    """
    columns = "date, kind, place_or_value, note, source_url"
    first = raw.csv(
        "press/putin_xi_meetings.csv",
        columns,
        engine="python",
        on_bad_lines=lambda fields: [*fields[:4], ",".join(fields[4:])],
    )
    later = raw.csv("found_2026_11/politics/leaders/putin_xi_meetings_new.csv", f"{columns}, quote")
    both = pd.concat([first, later], ignore_index=True)
    return tidied(both.fillna({"quote": ""}), "leader_meetings")


def sanctions_outcomes(raw: RawStore) -> pd.DataFrame:
    """How the aims of sanctions ended, counted by target (Russia or other) and last year of the
    case, which may have several aims.
    """
    cases = raw.csv("gsdb/gsdb_r3_subset.csv", "case_id, sanctioned_state, end, success")
    require_unique(cases, ["case_id"], what="the sanctions data base")
    on_russia = [("Russia" in names) for names in cases.sanctioned_state.str.split(r",\s*")]
    aims = cases.assign(
        target=pd.Series(on_russia).map({True: "Russia", False: "other"}),
        last_year=to_integer(cases.end, what="GSDB, end"),
        outcome=cases.success.str.split(r",\s*"),
    ).explode("outcome")
    groups = aims.groupby(["target", "last_year", "outcome"])
    return pd.DataFrame({"aims": groups.size(), "cases": groups.case_id.nunique()}).reset_index()
