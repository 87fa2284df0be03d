"""Dates to the precision that was printed, spans of years and addresses."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cleaning.dates import addresses, partial_dates
from analysis.errors import RawDataError


@pytest.mark.parametrize(
    ("text", "date", "year", "printed"),
    [
        ("2019-07-23", "2019-07-23", 2019, ""),
        ("2019-07", "2019-07", 2019, ""),
        ("2019", "2019", 2019, ""),
        ("2024-09/10 (release 21 Oct 2024)", "2024-09", 2024, "2024-09/10 (release 21 Oct 2024)"),
        ("2015-2024", "2015", 2015, "2015-2024"),
        ("2024-01-01?", "2024-01-01", 2024, "2024-01-01?"),
    ],
)
def test_dates_keep_their_precision_and_their_words(
    text: str, date: str, year: int, printed: str
) -> None:
    row = partial_dates(pd.Series([text]), what="dates").iloc[0]
    assert [row.date, row.year, row.date_as_printed] == [date, year, printed]


@pytest.mark.parametrize("text", ["12020", "20200101", "99999", "\u0662\u0660\u0662\u0660", None])
def test_more_or_other_digits_are_no_year(text: str | None) -> None:
    with pytest.raises(RawDataError, match="dates without a year"):
        partial_dates(pd.Series([text], dtype=object), what="dates")


def test_words_around_a_year_give_no_date() -> None:
    row = partial_dates(pd.Series(["early 2000s"]), what="dates").iloc[0]
    assert [row.date, row.date_as_printed] == ["", "early 2000s"]
    assert pd.isna(row.year)


def test_texts_without_a_year_are_all_listed() -> None:
    with pytest.raises(RawDataError, match=r"\['lately', 'soon'\]"):
        partial_dates(pd.Series(["soon", "2001", "lately"]), what="dates")


@settings(deadline=None)
@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_is_read_back_as_it_was_written(day: dt.date) -> None:
    row = partial_dates(pd.Series([day.isoformat()]), what="dates").iloc[0]
    assert [row.date, row.year, row.date_as_printed] == [day.isoformat(), day.year, ""]


def test_the_first_address_is_taken_and_a_repository_becomes_a_link() -> None:
    found = addresses(
        pd.Series(
            [
                "https://a.org/x copy; https://b.org",
                "github:owner/name@1679d52a cell 29",
                "github:owner/name",
                "essay",
            ]
        )
    )
    assert found.tolist() == [
        "https://a.org/x",
        "https://github.com/owner/name/tree/1679d52a",
        "https://github.com/owner/name",
        "",
    ]
