"""Countries: one code for each (ISO 3166-1 alpha-3, with the former states that trade data still
name).
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.errors import UnknownCountryError, did_you_mean
from analysis.paths import DATA

_REFERENCE = DATA / "reference"


@cache
def countries() -> pd.DataFrame:
    """The reference list, indexed by iso3.

    Returns
    -------
    DataFrame with columns iso2, name (as figures show it), successor (iso3 of the successor state
    or ''), note. Empty strings where there is nothing to say; 'NA' is Namibia, never missing.
    """
    return pd.read_csv(_REFERENCE / "countries.csv", dtype=str, keep_default_na=False).set_index(
        "iso3"
    )


@cache
def _spellings() -> dict[str, str]:
    """Every accepted spelling, case-folded, to its iso3. A current state wins over a former one."""
    known: dict[str, str] = {}
    published = pd.read_csv(_REFERENCE / "country_names.csv", dtype=str, keep_default_na=False)
    for iso3, name in published.loc[published.kind == "country", ["iso3", "name"]].itertuples(
        index=False
    ):
        known[name.casefold()] = iso3
    for row in countries().reset_index().to_dict("records"):
        for spelling in (row["name"], row["iso2"], row["iso3"]):
            if spelling:
                known[spelling.casefold()] = row["iso3"]
    return known


def iso3(country: str) -> str:
    """ISO3 code of a country given as a name, ISO2 or ISO3, in any case.

    >>> iso3("Russian Federation"), iso3("cn")
    ('RUS', 'CHN')

    Raises
    ------
    UnknownCountryError
        If no list here knows it; the message suggests near matches.
    """
    code = _spellings().get(str(country).strip().casefold())
    if code is None:
        given = str(country).strip()
        near = did_you_mean(given, countries().index if len(given) <= 3 else countries()["name"])
        raise UnknownCountryError(
            f"'{country}' is not a country in these data",
            allowed="an English name, an ISO2 or an ISO3 code, as in data/reference/countries.csv",
            do=near or "see data/reference/countries.csv for the list",
        )
    return code


def name(code: str) -> str:
    """Name of a country as figures show it, from its ISO3 code."""
    return str(countries().loc[iso3(code), "name"])


def publisher_names(publisher: str) -> pd.DataFrame:
    """A publisher's spellings: columns name, iso3 ('' for what is no country), kind."""
    published = pd.read_csv(_REFERENCE / "country_names.csv", dtype=str, keep_default_na=False)
    return published.loc[published.publisher == publisher, ["name", "iso3", "kind"]]
