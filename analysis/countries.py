"""Countries: one code for each (ISO 3166-1 alpha-3, with the former states that trade data still
name).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataFileError, UnknownCountryError, did_you_mean
from analysis.paths import DATA

LONGEST_SHOWN = 80
"""Characters of a wrong name that a message repeats."""
SPELLINGS = "an English name, an ISO2 or an ISO3 code"
LIST = "data/reference/countries.csv"
_GENERIC = re.compile(
    "and|arab|democratic|fed|federal|federation|federated|isl|islands?|islamic|kingdom|new|of"
    "|peoples?|rep|republic|saint|sar|socialist|states?|territor(y|ies)|union|united"
)
"""Words that many countries share; alone they make no name like another."""
_FORMAL = re.compile(
    "(?:(?:arab|bolivarian|commonwealth|cooperative|country|democratic|eastern|federal|federative"
    "|grand duchy|hashemite|independent|islamic|kingdom|nation|oriental|peoples|plurinational"
    "|principality|republic|socialist|state|sultanate|territory|union) )+(.+)"
)
"""Words that a state puts before its short name, folded."""
_DIVIDED = {"china", "congo", "germany", "korea", "vietnam", "viet nam", "yemen"}
"""Short names that two governments have borne, told apart by what stands before them."""
_GROUP = re.compile(
    r"\b(0+|w00|wld|world|eu|eu ?\d\d|euro|(european|african|eurasian) union|g ?\d+|nato|oecd|opec"
    r"|asean|brics|cis|sco|(?<!south )africa|america|asia|caribbean|europe|eurasia|oceania|pacific"
    r"|middle east|hemisphere|areas|countries|dividend|economies|fragile|ibrd|ida|income|members"
    r"|nes|other|regions?|rest|small states|total|not specified|unspecified)\b"
)
"""Words, folded, by which publishers name the world, groups of countries and remainders."""
_WRITTEN_OUT = {"st": "saint", "rep": "republic", "dem": "democratic", "is": "islands"}
_WRITTEN_OUT |= {"fr": "french", "n": "north", "s": "south", "terr": "territory", "fed": "federal"}


def text_table(path: Path) -> pd.DataFrame:
    """A list of data/ as text, '' where nothing stands ('NA' is Namibia, never missing); a
    DataFileError if the file is missing, is no table, or has a row with too many fields.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if not isinstance(frame.index, pd.RangeIndex):
            raise ValueError("a row with too many fields")
    except (OSError, ValueError) as problem:
        raise DataFileError(
            f"the list data/{path.parent.name}/{path.name} cannot be read ({problem!s:.200})",
            do="git checkout -- data, or quote texts that hold commas",
        ) from problem
    return frame


@cache
def countries() -> pd.DataFrame:
    """The reference list by iso3: iso2, name (as figures show it), successor (iso3 of the successor
    state), note; '' where there is nothing to say.
    """
    return text_table(DATA / "reference" / "countries.csv").set_index("iso3")


@cache
def _published() -> pd.DataFrame:
    return text_table(DATA / "reference" / "country_names.csv")


def _folded(spelling: str) -> str:
    """A spelling without accents, case, punctuation, unseen letters, 'the', 'of' and 'SAR', and
    with abbreviations written out.
    """
    plain = unicodedata.normalize("NFKD", spelling).casefold().replace("\u0131", "i")
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cf"))
    plain = re.sub(r"['`\u2018\u2019\u02bb\u02bc.]", "", plain).replace("&", " and ")
    plain = re.sub(r"\bd (?=[aeiou])", "d", plain).replace("co-operative", "cooperative")
    words = [word for word in re.findall(r"\w+", plain) if word not in ("the", "of", "sar")]
    if len(words) > 1:  # alone, 'ST' and 'IS' are codes of countries
        words = [_WRITTEN_OUT.get(word, word) for word in words]
    return " ".join(words)


def _orders(spelling: str) -> list[str]:
    """A spelling folded, as it stands and with what a comma or a bracket parts off put first."""
    parts = re.fullmatch(r"([^,(]+)[,(]([^,()]+)\)?", spelling.strip())
    swapped = [f"{parts[2]} {parts[1]}"] if parts else []
    return [_folded(order) for order in (spelling, *swapped)]


@cache
def _spellings() -> dict[str, str]:
    """Every accepted spelling, folded, to its iso3. A current state wins over a former one."""
    listed = _published().query("kind == 'country'")[["name", "iso3"]]
    known = {
        order: iso3
        for spelling, iso3 in listed.itertuples(index=False)
        for order in reversed(_orders(spelling))
    }
    rows = countries().reset_index()[["name", "iso2", "iso3"]].itertuples(index=False)
    return known | {_folded(text): row.iso3 for row in rows for text in row if text}


def iso3(country: str) -> str:
    """ISO3 code of a country given as a name, ISO2 or ISO3, in any case.

    Accents, apostrophes, '&', 'St.', 'Rep.', brackets, the order of what a comma parts and words
    such as 'Kingdom of' make no difference. What is no text, a group of countries, or in no list
    here is an UnknownCountryError that suggests near matches.

    >>> iso3("Russian Federation"), iso3("cn"), iso3("Korea, Rep."), iso3("Cote d\u2019Ivoire")
    ('RUS', 'CHN', 'KOR', 'CIV')
    """
    if not isinstance(country, str):
        raise _no_text(country)
    code = _resolved(country)
    outside, bracket, inside = country.rstrip(" )").partition("(")
    if code is None and bracket and _resolved(outside) == _resolved(inside):
        code = _resolved(inside)
    if code is not None:
        return code
    shown, folded = repr(country[:LONGEST_SHOWN]), _folded(country)
    listed = folded in _groups() or _GROUP.fullmatch(folded)
    near = "" if listed else _hint(country.strip()[:LONGEST_SHOWN])
    if listed or _GROUP.search(folded):
        raise UnknownCountryError(
            f"{shown} is the world or a group of countries, and no country in these data",
            allowed=f"one country: {SPELLINGS}",
            do=f"{near or 'choose a country'}; load('groups', group='EU27') lists the members of"
            " the European Union, and the table 'trade_totals' has trade with the world",
        )
    raise UnknownCountryError(
        f"{shown} is not a country in these data",
        allowed=f"{SPELLINGS}, as in {LIST}",
        do=near or f"see {LIST} for the list",
    )


def _resolved(country: str) -> str | None:
    """Code of the first reading of a name that is in a list, or None: in either order, then without
    the words that a state puts before its short name.
    """
    known, orders = _spellings(), _orders(country)
    short = [match[1] for match in map(_FORMAL.fullmatch, orders) if match]
    readings = [*orders, *(name for name in short if name not in _DIVIDED)]
    return next((known[reading] for reading in readings if reading in known), None)


@cache
def _groups() -> frozenset[str]:
    return frozenset(map(_folded, _published().query("kind == 'aggregate'").name))


def _no_text(country: Any) -> UnknownCountryError:
    """What to say of a value that cannot name a country."""
    what, do = f"{country!r:.80} is of type {type(country).__name__}", "give one name or code"
    if isinstance(country, bool | np.bool_):
        what = f"{country} is a truth value"
        do = 'YAML reads NO, ON and Y without quotation marks as true or false: write "NO"'
    elif pd.api.types.is_scalar(country) and pd.isna(country):
        what = f"{country} is a missing value"
        do = "if it was Namibia's code NA, read the file with keep_default_na=False"
    return UnknownCountryError(f"{what} and no country", allowed=SPELLINGS, do=do)


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
    published = _published()
    return published.loc[published.publisher == publisher, ["name", "iso3", "kind"]]
