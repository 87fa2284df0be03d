"""Pairs and groups of states, as several notebooks name them and refuse them."""

from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError
from analysis.tables import load
from analysis.tables.views import partners

CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
NATO_WEST = ("BEL", "CAN", "DEU", "DNK", "ESP", "FRA", "GBR", "ISL", "ITA", "LUX", "NLD", "NOR")
NATO_EAST = ("ALB", "BGR", "CZE", "EST", "HRV", "HUN", "LTU", "LVA", "MKD", "MNE", "POL", "ROU")
NATO_ELSEWHERE = ("FIN", "GRC", "PRT", "SVK", "SVN", "SWE", "TUR")
PACIFIC = ("AUS", "JPN", "KOR", "NZL", "PHL", "THA")
DEFENCE_PARTNERS = (*NATO_WEST, *NATO_EAST, *NATO_ELSEWHERE, *PACIFIC)
"""With whom Washington has collective defence by the State Department's list, but for the Rio pact:
NATO of 2024, and six states of the Pacific."""


def pair(home: str, partner: str) -> str:
    """Names of the two states: 'Russia and China'."""
    return f"{name(home)} and {name(partner)}"


def both_named(home: str, partner: str) -> dict[str, str]:
    """Names of the two states, as sentences of the notebooks have them."""
    return {"home": name(home), "partner": name(partner)}


def of_russia_and_china(home: str, partner: str) -> bool:
    """Whether the pair is the essay's, either way round."""
    return {iso3(home), iso3(partner)} == {"RUS", "CHN"}


def require_russia_and_china(home: str, partner: str, why: str, *, ordered: bool = False) -> None:
    """Raise a CoverageError that says why for other pairs; if ordered, for China and Russia too."""
    if not of_russia_and_china(home, partner) or (ordered and iso3(home) != "RUS"):
        raise CoverageError(why)


@cache
def by_partner(country: str, year: int) -> pd.DataFrame:
    """``partners`` of a country in a year by ISO3, the largest first."""
    return partners(country, year=year).set_index("partner")


def european_union() -> list[str]:
    """ISO3 of the Union's 27 members."""
    return list(load("groups", group="EU27").iso3)
