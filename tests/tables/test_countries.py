"""Countries as publishers and people spell them."""

import numpy as np
import pandas as pd
import pytest

from analysis.countries import countries, iso3, name, publisher_names
from analysis.errors import UnknownCountryError
from analysis.paths import raw_root

SPELLINGS = {
    "KOR": [
        "Korea, Rep.",
        "Korea, Republic of",
        "Republic of Korea",
        "Korea (Republic of)",
        "S. Korea",
    ],
    "CIV": [
        "Cote d'Ivoire",
        "C\u00f4te d\u2019Ivoire",
        "C\u00f4te d\u2019Ivoire (Ivory Coast)",
        "Cote D Ivoire",
    ],
    "PRK": ["Korea, Dem. People's Rep.", "N. Korea", "DPRK", "Korea, D.P.R. of"],
    "COD": ["Congo, Dem. Rep.", "Congo (Kinshasa)", "Zaire"],
    "IRN": ["Iran (Islamic Republic of)", "Iran, Islamic Rep.", "Persia"],
    "TUR": ["Turkiye", "T\u00fcrkiye", "turk\u0131ye"],
    "GMB": ["The Gambia", "Gambia, The"],
    "GRC": ["Hellenic Republic", "EL"],
    "HKG": ["Hong Kong SAR, China", "Hong Kong SAR"],
    "LCA": ["St. Lucia", "Saint Lucia"],
    "RUS": ["Russian Federation (Russia)", "Rus\u200bs\u00adia"],
    "AFG": ["Islamic Republic of Afghanistan"],
    "ARM": ["Armenia, Republic of"],
    "BES": ["BES"],
    "BIH": ["Bosnia & Herzegovina"],
    "BRN": ["Nation of Brunei"],
    "COG": ["Congo"],
    "COK": ["Cook Is."],
    "EGY": ["Egypt, Arab Rep."],
    "GBR": ["UK"],
    "GIN": ["Guinea"],
    "GNB": ["Guinea (Bissau)"],
    "GUF": ["Fr. Guiana"],
    "GUY": ["Co-operative Republic of Guyana"],
    "IRL": ["Eire"],
    "ISL": ["IS"],
    "JOR": ["the Hashemite Kingdom of Jordan"],
    "LAO": ["Lao PDR"],
    "MMR": ["Burma"],
    "MYT": ["Mayotte"],
    "NAM": ["na"],
    "NER": ["Niger"],
    "SPM": ["Saint Pierre & Miquelon"],
    "STP": ["ST"],
    "SUN": ["Union of Soviet Socialist Republics"],
    "SVK": ["Slovak Republic"],
    "TLS": ["Timor-Leste, Democratic Republic of"],
    "TWN": ["Republic of China"],
    "USA": ["United States of America"],
    "VEN": ["Venezuela (Bolivarian Republic of)"],
    "VNM": ["Viet Nam, Socialist Republic of"],
    "WSM": ["Western Samoa"],
    "YEM": ["Republic of Yemen"],
    "YMD": ["People's Democratic Republic of Yemen"],
    "YUG": ["Yugoslavia"],
    "ZAF": ["S. Africa"],
}


@pytest.mark.parametrize(
    ("spelling", "code"), [(text, code) for code, texts in SPELLINGS.items() for text in texts]
)
def test_a_spelling_names_one_country(spelling, code):
    assert iso3(spelling) == code


@pytest.mark.raw
@pytest.mark.skipif(raw_root() is None, reason="BALLAST_RAW is not set")
def test_every_name_of_the_world_bank_is_its_own_country():
    published = pd.read_csv(
        raw_root() / "worldbank/wdi_population.csv", dtype=str, keep_default_na=False
    )
    own = publisher_names("wdi").set_index("name")["iso3"]
    names = published[["Country Name", "Country Code"]].drop_duplicates()
    known = {code: code for code in countries().index} | own.to_dict()
    wrong = {
        spelling: known[code]
        for spelling, code in names.itertuples(index=False)
        if known[code] and iso3(spelling) != known[code]
    }
    assert wrong == {}


def test_every_name_and_code_of_the_list_is_its_own_country():
    for code, row in countries().iterrows():
        assert {iso3(code), iso3(row["name"]), iso3(row["iso2"] or code)} == {code}
        assert iso3(name(code).upper()) == code


@pytest.mark.parametrize(
    ("spelling", "said"),
    [
        ("Rusia", "did you mean 'Russia'?"),
        ("Dominica Republic", "did you mean 'Dominica' or 'Dominican Republic'?"),
        ("Korea", "did you mean 'South Korea' or 'North Korea'"),
        ("RUZ", "'RUS'"),
        ("UX", "see data/reference/countries.csv"),
        ("Republic", "see data/reference/countries.csv"),
        ("Saint", "see data/reference/countries.csv"),
        ("Islands", "see data/reference/countries.csv"),
        ("Republic of Vietnam", "'Vietnam' or 'South Vietnam'"),
        ("Slovac Republic", "'Slovakia'"),
    ],
)
def test_hints_never_rest_on_a_word_that_many_countries_share(spelling, said):
    with pytest.raises(UnknownCountryError) as caught:
        iso3(spelling)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "spelling",
    [
        *("World", "WLD", "W00", "0", "EU", "EU27", "European Union", "Euro area", "ARB", "G20"),
        *("Africa", "East Asia & Pacific", "Latin America & Caribbean", "Areas, nes"),
        "Rest of World",
    ],
)
def test_a_group_is_said_to_be_one(spelling):
    said = (
        "is the world or a group of countries.*choose a country; load\\('groups', group='EU27'\\)"
    )
    with pytest.raises(UnknownCountryError, match=said):
        iso3(spelling)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "None is a missing value.*keep_default_na=False"),
        (float("nan"), "nan is a missing value.*keep_default_na=False"),
        (pd.NA, "<NA> is a missing value.*keep_default_na=False"),
        (np.False_, "False is a truth value.*YAML"),
        (0, "0 is of type int and no country"),
        (["CHN"], r"\['CHN'\] is of type list.*give one name or code"),
        ("\x1b[2JChina", r"'\\x1b\[2JChina' is not a country"),
        ("x" * 5000, f"'{'x' * 80}' is not a country"),
    ],
)
def test_what_names_no_country_is_named_for_what_it_is(given, said):
    with pytest.raises(UnknownCountryError, match=said) as caught:
        iso3(given)
    assert str(caught.value).isprintable()
