"""Countries as publishers and people spell them."""

import numpy as np
import pandas as pd
import pytest

from analysis.countries import countries, iso3, name, publisher_names
from analysis.errors import UnknownCountryError
from analysis.paths import raw_root


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Korea, Rep.", "KOR"),
        ("Korea, Republic of", "KOR"),
        ("Republic of Korea", "KOR"),
        ("Korea (Republic of)", "KOR"),
        ("Korea, Dem. People's Rep.", "PRK"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Iran, Islamic Rep.", "IRN"),
        ("Egypt, Arab Rep.", "EGY"),
        ("Slovak Republic", "SVK"),
        ("Congo, Dem. Rep.", "COD"),
        ("Turkiye", "TUR"),
        ("T\u00fcrkiye", "TUR"),
        ("Cote d'Ivoire", "CIV"),
        ("C\u00f4te d\u2019Ivoire", "CIV"),
        ("Lao PDR", "LAO"),
        ("Hong Kong SAR, China", "HKG"),
        ("Bosnia & Herzegovina", "BIH"),
        ("St. Lucia", "LCA"),
        ("Saint Lucia", "LCA"),
        ("The Gambia", "GMB"),
        ("Gambia, The", "GMB"),
        ("UK", "GBR"),
        ("Burma", "MMR"),
        ("United States of America", "USA"),
        ("Venezuela (Bolivarian Republic of)", "VEN"),
        ("Mayotte", "MYT"),
        ("Saint Pierre & Miquelon", "SPM"),
        ("BES", "BES"),
        ("na", "NAM"),
        ("Niger", "NER"),
        ("Congo", "COG"),
        ("Guinea", "GIN"),
        ("Yugoslavia", "YUG"),
        ("Armenia, Republic of", "ARM"),
        ("the Hashemite Kingdom of Jordan", "JOR"),
        ("Islamic Republic of Afghanistan", "AFG"),
        ("Timor-Leste, Democratic Republic of", "TLS"),
        ("Republic of Yemen", "YEM"),
        ("People's Democratic Republic of Yemen", "YMD"),
        ("Republic of China", "TWN"),
        ("Congo (Kinshasa)", "COD"),
        ("Guinea (Bissau)", "GNB"),
        ("Russian Federation (Russia)", "RUS"),
        ("C\u00f4te d\u2019Ivoire (Ivory Coast)", "CIV"),
        ("Hong Kong SAR", "HKG"),
        ("Cook Is.", "COK"),
        ("IS", "ISL"),
        ("S. Korea", "KOR"),
        ("N. Korea", "PRK"),
        ("S. Africa", "ZAF"),
        ("Fr. Guiana", "GUF"),
        ("Cote D Ivoire", "CIV"),
        ("turk\u0131ye", "TUR"),
        ("Rus\u200bs\u00adia", "RUS"),
        ("DPRK", "PRK"),
        ("Korea, D.P.R. of", "PRK"),
        ("Western Samoa", "WSM"),
        ("Hellenic Republic", "GRC"),
        ("Eire", "IRL"),
        ("Persia", "IRN"),
        ("Zaire", "COD"),
        ("EL", "GRC"),
        ("Co-operative Republic of Guyana", "GUY"),
        ("Nation of Brunei", "BRN"),
        ("Viet Nam, Socialist Republic of", "VNM"),
        ("Union of Soviet Socialist Republics", "SUN"),
        ("ST", "STP"),
    ],
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
