"""Size, distance and agreements: what a gravity equation and a share need beside trade."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import offenders, require_not_negative, require_unique, to_number
from analysis.cleaning.codes import iso3_of_codes
from analysis.cleaning.corrections import corrected
from analysis.errors import RawDataError
from analysis.sources import agreements, cepii, pwt, worldbank
from analysis.sources.source import RawStore

LARGEST_GDP_USD_MN = 4e7
"""No economy has reached 40 trillion dollars."""
LARGEST_POPULATION = 2e9
"""No country has reached two billion people."""
LONGEST_KM = 20_040.0
"""Half the earth's circumference, rounded up."""


def _within(
    frame: pd.DataFrame, column: str, largest: float, keys: list[str], *, what: str
) -> None:
    """Stop where a value is negative, infinite, or larger than can be."""
    require_not_negative(frame, column, keys, what=what)
    large = frame[frame[column] > largest]
    if len(large):
        raise RawDataError(
            f"{what}: {column} above {largest:,.0f}, so a unit has slipped:"
            f" {offenders(large, [*keys, column])}"
        )


def _indicator(published: pd.DataFrame, column: str, *, what: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "country": iso3_of_codes(published["Country Code"], publisher="wdi"),
            "year": to_number(published["Year"], what=what).astype(int),
            column: to_number(published["Value"], what=what),
        }
    ).dropna(subset=["country", column])
    require_unique(frame, ["country", "year"], what=what)
    return frame


def gdp_population(raw: RawStore) -> pd.DataFrame:
    """GDP in current dollars and population of each country, 1960-2024 (World Bank), aggregates
    left out.

    Either may be missing; a country-year with neither has no row. There is no Taiwan.
    """
    gdp = _indicator(worldbank.read_gdp(raw), "gdp_usd_mn", what="World Bank GDP")
    gdp["gdp_usd_mn"] = (gdp.gdp_usd_mn / 1e6).round(3)
    people = _indicator(worldbank.read_population(raw), "population", what="World Bank population")
    keys = ["country", "year"]
    frame = gdp.merge(people, on=keys, how="outer", validate="one_to_one")
    _within(frame, "gdp_usd_mn", LARGEST_GDP_USD_MN, keys, what="World Bank GDP")
    _within(frame, "population", LARGEST_POPULATION, keys, what="World Bank population")
    frame["population"] = frame.population.round().astype("Int64")
    return frame.sort_values(keys).reset_index(drop=True)


def goods_services_trade(raw: RawStore) -> pd.DataFrame:
    """Exports and imports of goods and services of China, Russia and the world (World Bank).

    Russia's figures of 1989-94 are set missing in data/corrections/: the official rate inflates
    them.
    """
    what = "World Bank goods and services"
    published = worldbank.read_goods_and_services(raw)
    flows = {"NE.EXP.GNFS.CD": "exports", "NE.IMP.GNFS.CD": "imports"}
    long = published.melt(id_vars=["iso3", "year"], value_vars=list(flows), var_name="indicator")
    unknown = sorted(set(long.iso3) - {"CHN", "RUS", "WLD"})
    if unknown:
        raise RawDataError(
            f"{what} name economies that are not expected: {unknown}", allowed="CHN, RUS, WLD"
        )
    frame = pd.DataFrame(
        {
            "economy": long.iso3.replace("WLD", "World"),
            "flow": long.indicator.map(flows),
            "year": long.year.astype(int),
            "value_usd_mn": (to_number(long["value"], what=what) / 1e6).round(3),
        }
    ).dropna(subset=["value_usd_mn"])
    keys = ["economy", "flow", "year"]
    require_unique(frame, keys, what=what)
    _within(frame, "value_usd_mn", LARGEST_GDP_USD_MN, keys, what=what)
    return corrected(frame.sort_values(keys).reset_index(drop=True), "goods_services_trade")


def real_gdp(raw: RawStore) -> pd.DataFrame:
    """Real GDP at purchasing power and population, 1950-2019 (Penn World Table); gaps have no
    row.
    """
    published = pwt.read_pwt(raw)
    frame = pd.DataFrame(
        {
            "country": iso3_of_codes(published.isocode, publisher="pwt"),
            "year": published.year.astype(int),
            "gdp_expenditure_ppp_usd_mn": published.rgdpe.round(3),
            "gdp_output_ppp_usd_mn": published.rgdpo.round(3),
            "population_mn": published["pop"].round(6),
        }
    ).dropna(subset=["gdp_expenditure_ppp_usd_mn", "gdp_output_ppp_usd_mn"])
    keys = ["country", "year"]
    require_unique(frame, keys, what="Penn World Table")
    for column in ("gdp_expenditure_ppp_usd_mn", "gdp_output_ppp_usd_mn"):
        _within(frame, column, LARGEST_GDP_USD_MN, keys, what="Penn World Table")
    _within(frame, "population_mn", LARGEST_POPULATION / 1e6, keys, what="Penn World Table")
    return frame.sort_values(keys).reset_index(drop=True)


def distances(raw: RawStore) -> pd.DataFrame:
    """Distance, border, common language and colonial tie of every ordered pair of different
    countries (CEPII).

    The weighted distance is missing ('.' as published) for a few territories without city
    populations.
    """
    published = cepii.read_distances(raw)
    frame = pd.DataFrame(
        {
            "exporter": iso3_of_codes(published.iso_o, publisher="cepii"),
            "importer": iso3_of_codes(published.iso_d, publisher="cepii"),
            "distance_km": (
                to_number(published["dist"].astype(str), what="CEPII distances").round(1)
            ),
            "distance_weighted_km": (
                to_number(published.distw.replace(".", ""), what="CEPII distances").round(1)
            ),
            "border": published.contig == 1,
            "common_language": published.comlang_off == 1,
            "colonial_tie": published.colony == 1,
            "common_coloniser": published.comcol == 1,
        }
    ).dropna(subset=["exporter", "importer"])
    frame = frame[frame.exporter != frame.importer]
    keys = ["exporter", "importer"]
    require_unique(frame, keys, what="CEPII distances")
    for column in ("distance_km", "distance_weighted_km"):
        _within(frame, column, LONGEST_KM, keys, what="CEPII distances")
    return frame.sort_values(keys).reset_index(drop=True)


def trade_agreements(raw: RawStore) -> pd.DataFrame:
    """Ordered pairs with a trade agreement in force, every fourth year, 1964-2016; a pair without
    has no row.
    """
    published = agreements.read_agreements(raw)
    published = published[published.rta == 1]
    frame = pd.DataFrame(
        {
            "exporter": iso3_of_codes(published.exp, publisher="deep_trade_agreements"),
            "importer": iso3_of_codes(published.imp, publisher="deep_trade_agreements"),
            "year": published.time.astype(int),
            "agreement_id": published.id.astype(int),
            "agreement": published.agreement.astype("str").fillna(""),
        }
    ).dropna(subset=["exporter", "importer"])
    keys = ["exporter", "importer", "year"]
    require_unique(frame, keys, what="trade agreements")
    numberless = frame[frame.agreement_id <= 0]
    if len(numberless):
        raise RawDataError(
            f"trade agreements in force without a number: {offenders(numberless, keys)}"
        )
    return frame.sort_values(keys).reset_index(drop=True)
