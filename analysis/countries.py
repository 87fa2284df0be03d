"""Countries: one code for each (ISO 3166-1 alpha-3, with the former states that trade data still
name).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pandas as pd

from analysis.errors import UnknownCountryError, did_you_mean
from analysis.paths import DATA

_REFERENCE = DATA / "reference"
_GENERIC = re.compile(
    "and|arab|democratic|fed|federal|federation|federated|isl|islands?|islamic|kingdom|new|of"
    "|peoples?|rep|republic|saint|sar|socialist|states?|territor(y|ies)|union|united"
)
"""Words that many countries share; alone they make no name like another."""


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


def _folded(spelling: str) -> str:
    """A spelling without accents, case, punctuation and article, '&' and 'St.' written out."""
    plain = unicodedata.normalize("NFKD", spelling).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['`\u2018\u2019\u02bb\u02bc.]", "", plain).replace("&", " and ")
    words = [word for word in re.findall(r"\w+", plain) if word != "the"]
    return " ".join("saint" if word == "st" else word for word in words)


def _readings(spelling: str) -> list[str]:
    """A spelling folded, as it stands and with what follows a comma or stands in brackets put
    first.
    """
    parts = re.fullmatch(r"([^,(]+)[,(]([^,()]+)\)?", spelling.strip())
    swapped = [f"{parts[2]} {parts[1]}"] if parts else []
    return [_folded(reading) for reading in (spelling, *swapped)]


@cache
def _spellings() -> dict[str, str]:
    """Every accepted spelling, folded, to its iso3. A current state wins over a former one."""
    published = pd.read_csv(_REFERENCE / "country_names.csv", dtype=str, keep_default_na=False)
    listed = published.loc[published.kind == "country", ["name", "iso3"]]
    known = {_folded(spelling): iso3 for spelling, iso3 in listed.itertuples(index=False)}
    for row in countries().reset_index().to_dict("records"):
        for spelling in (row["name"], row["iso2"], row["iso3"]):
            if spelling:
                known[_folded(spelling)] = row["iso3"]
    return known


def iso3(country: str) -> str:
    """ISO3 code of a country given as a name, ISO2 or ISO3, in any case.

    Accents, apostrophes, '&', 'St.', brackets and the order of what a comma parts make no
    difference.

    >>> iso3("Russian Federation"), iso3("cn"), iso3("Korea, Rep."), iso3("Cote d\u2019Ivoire")
    ('RUS', 'CHN', 'KOR', 'CIV')

    Raises
    ------
    UnknownCountryError
        If no list here knows it; the message suggests near matches.
    """
    if isinstance(country, bool):
        raise UnknownCountryError(
            f"{country} is a truth value and no country",
            allowed="an English name, an ISO2 or an ISO3 code",
            do='YAML reads NO, ON and Y without quotation marks as true or false: write "NO"',
        )
    for reading in _readings(str(country)):
        if reading in _spellings():
            return _spellings()[reading]
    raise UnknownCountryError(
        f"'{country}' is not a country in these data",
        allowed="an English name, an ISO2 or an ISO3 code, as in data/reference/countries.csv",
        do=_hint(str(country).strip()) or "see data/reference/countries.csv for the list",
    )


def _hint(given: str) -> str:
    """Near names, compared without the words that many countries share; near codes for three
    letters, and nothing for two, where every letter makes another country.
    """
    if len(given) <= 3:
        return did_you_mean(given, countries().index) if len(given) == 3 else ""
    names = {_core(spelling): spelling for spelling in countries()["name"]}
    core = _core(given)
    alike = [name for name in names if core and any(w[0] == core[0] for w in name.split())]
    near = did_you_mean(core, alike)
    return re.sub("'([^']+)'", lambda name: f"'{names[name[1]]}'", near)


def _core(spelling: str) -> str:
    return " ".join(word for word in _folded(spelling).split() if not _GENERIC.fullmatch(word))


def name(code: str) -> str:
    """Name of a country as figures show it, from its ISO3 code."""
    return str(countries().loc[iso3(code), "name"])


def publisher_names(publisher: str) -> pd.DataFrame:
    """A publisher's spellings: columns name, iso3 ('' for what is no country), kind."""
    published = pd.read_csv(_REFERENCE / "country_names.csv", dtype=str, keep_default_na=False)
    return published.loc[published.publisher == publisher, ["name", "iso3", "kind"]]
