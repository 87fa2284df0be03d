"""What every measure and model refuses of a reader's own table, in words that help."""

import io
import re

import numpy as np
import pandas as pd
import pytest

from analysis.errors import (
    CoverageError,
    ModelInputError,
    ParameterError,
    require_option,
    whole_number,
)
from analysis.measures import decomposition, dependence, growth
from analysis.measures.inputs import keyed, numbers, require_known, require_years, yearly

YEARS = range(2010, 2014)
FLOWS = """exporter,importer,year,value
RU,CN,2020,10
CN,RU,2020,12
RU,NA,2020,5
NA,RU,2020,6
"""


@pytest.mark.parametrize("text", ["1,000.00", "100,00", "..", ":", "(100)", "12 %", "7"])
def test_numbers_that_are_text_are_listed_with_their_year(text):
    own = pd.Series(["1", text, "3", "4"], index=YEARS)
    for measure in (
        lambda: growth.cagr(own, first=2010, last=2011),
        lambda: growth.yearly_growth(own),
        lambda: growth.deflate(own, own, base_year=2011),
        lambda: growth.latest_cagr(own, window=1),
        lambda: dependence.herfindahl(own),
        lambda: decomposition.contributions(own.to_frame("a"), first=2010, last=2011),
    ):
        said = rf"not a number: .*2011: '{re.escape(text)}'.*thousands="
        with pytest.raises(ModelInputError, match=said):
            measure()


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ([str(year) for year in YEARS], "holds str values, such as '2010'"),
        (pd.to_datetime([f"{y}-01-01" for y in YEARS]), "take the year of each date"),
        (pd.PeriodIndex([str(y) for y in YEARS], freq="Y"), "take the year of each date"),
        ([f"{y}Q1" for y in YEARS], "such as '2010Q1'"),
        ([float(y) for y in YEARS], "holds float64 values, such as 2010.0"),
        ([2010, 2010, 2011, 2011], "repeats the years 2010, 2011"),
    ],
)
def test_years_that_are_not_whole_numbers_are_refused(index, message):
    own = pd.Series([1.0, 2.0, 3.0, 4.0], index=index)
    with pytest.raises(ModelInputError, match=message):
        growth.yearly_growth(own)
    with pytest.raises(ParameterError, match="the year first is '2010'"):
        growth.cagr(own, first="2010", last=2011)


def test_the_cell_that_made_a_column_text_is_named_first():
    own = pd.Series(map(str, range(20)), index=range(2000, 2020)).replace("15", "..")
    with pytest.raises(ModelInputError, match=r"not a number: 2015: '\.\.', 2000: '0'.*12 more"):
        growth.yearly_growth(own)


def test_missing_years_are_not_years():
    with pytest.raises(ModelInputError, match="holds Int64 values"):
        require_years(pd.Series([2010, None], dtype="Int64"), what="the column 'year'")


def test_options_are_checked_and_the_nearest_is_named():
    for value, said in {
        "Omit": "gaps='Omit' is unknown.*did you mean 'omit'",
        "skip": "gaps='skip' is unknown; allowed: 'error' or 'omit'",
        None: "gaps=None is unknown",
    }.items():
        with pytest.raises(ParameterError, match=said):
            require_option("gaps", value, ("error", "omit"))


@pytest.mark.parametrize("value", ["3", 2.5, np.nan, np.inf, True, None, 0])
def test_only_whole_numbers_in_range_are_whole(value):
    with pytest.raises(ParameterError, match="a whole number of 1 or more"):
        whole_number("horizon", value, least=1)
    assert [whole_number("n", n, least=1) for n in (3, 3.0, np.int64(3))] == [3, 3, 3]


def test_a_missing_country_is_refused_and_namibia_is_mentioned():
    read = pd.read_csv(io.StringIO(FLOWS))
    with pytest.raises(ModelInputError) as refused:
        dependence.mutual_dependence(read)
    said = str(refused.value)
    assert "2 rows lack a key (missing: 1 exporter, 1 importer)" in said
    assert "keep_default_na=False" in said
    kept = pd.read_csv(io.StringIO(FLOWS), keep_default_na=False)
    assert set(dependence.mutual_dependence(kept)["home"]) == {"RU", "CN", "NA"}
    with pytest.raises(ModelInputError, match="missing: 4 year"):
        dependence.mutual_dependence(kept.assign(year=None))


@pytest.mark.parametrize("code", ["World", "WLD", "W00", "0", 0, "world ", "001", 0.0])
def test_the_world_is_not_a_partner(code):
    frame = pd.read_csv(io.StringIO(FLOWS), keep_default_na=False)
    with pytest.raises(ModelInputError, match=r"1 rows have the world.*as importer.*aggregates"):
        dependence.mutual_dependence(frame.assign(importer=["CN", "RU", code, "RU"]))


def test_everything_wrong_with_the_keys_is_said_at_once():
    frame = pd.DataFrame({"a": ["X", "X", "WLD", None], "b": ["X", "X", "Y", "Z"], "year": 2020})
    with pytest.raises(ModelInputError) as refused:
        keyed(frame, ["a", "b", "year"], year="year", countries=["a", "b"], pairs=True)
    said = ("1 rows lack a key", "world", "1 rows repeat a, b, year", "2 rows are of a country")
    assert [part for part in said if part not in str(refused.value)] == []


def test_a_filter_that_matches_nothing_is_an_error_with_a_hint():
    with pytest.raises(CoverageError, match=r"the exporter 'RSU' is nowhere.*did you mean 'RUS'"):
        require_known("RSU", ["RUS", "CHN"], what="the exporter")


def test_missing_and_infinite_values_stay_only_where_they_may():
    own = pd.Series([1.0, np.nan, np.inf])
    assert numbers(own, what="a value", missing=True, infinite=True).tolist()[2] == np.inf
    with pytest.raises(ModelInputError, match="out of range: 1: nan, 2: inf"):
        numbers(own, what="a value")
    nullable = pd.Series([2, None], index=[2011, 2010], dtype="Int64")
    assert yearly(nullable, missing=True).index.tolist() == [2010, 2011]
    with pytest.raises(ModelInputError, match="and 2 more"):
        numbers(pd.Series([-1.0] * 10), what="a value", sign="above zero")
