"""Dates as people write them, and addresses: what a list collected by hand must have."""

import pandas as pd

from analysis.cleaning import lints
from analysis.errors import RawDataError

_MONTH, _DAY = r"-(?:0[1-9]|1[0-2])(?!\d)", r"-(?:0[1-9]|[12]\d|3[01])(?!\d)"
_ISO = rf"^(?P<date>[0-9]{{4}}(?![0-9])(?:{_MONTH}(?:{_DAY})?)?)(?P<rest>.*)$"
_YEAR = r"(?<![0-9])[0-9]{4}(?![0-9])"
_NUMBERS = r"^(\d{4}-\d{2}(?:-\d{2})?)(?!\d)"
_REPOSITORY = r"^github:([^/\s]+/[^/\s@:]+)@?([0-9a-f]+)?.*$"


def partial_dates(text: pd.Series, *, what: str) -> pd.DataFrame:
    """Dates to the printed precision: date (ISO 8601 to the day, month or year; '' where the text
    does not start with one), year (Int64, missing likewise) and date_as_printed ('' where the date
    says it all). A text without any year, or a day that no calendar has, stops the build.
    """
    bad = text[~text.str.contains(_YEAR, na=False)]
    if len(bad):
        raise RawDataError(f"{what} has dates without a year: {sorted(set(map(str, bad)))}")
    stated = text.str.extract(_NUMBERS)[0].dropna()
    days = stated.where(stated.str.len() > len("YYYY-MM"), stated + "-01")
    bad = text[stated.index[pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").isna()]]
    if len(bad):
        raise RawDataError(f"{what} has dates that no calendar has: {sorted(set(bad))}")
    parts = text.str.extract(_ISO)
    return pd.DataFrame(
        {
            "date": parts.date.fillna(""),
            "year": pd.to_numeric(parts.date.str.slice(0, 4)).astype("Int64"),
            "date_as_printed": text.where(parts.rest.fillna("all") != "", ""),
        }
    )


def addresses(text: pd.Series) -> pd.Series:
    """The first web address of each text ('' where there is none); 'github:owner/name@commit'
    becomes a link.
    """
    links = text.str.replace(_REPOSITORY, r"https://github.com/\1/tree/\2", regex=True)
    links = links.str.removesuffix("/tree/")
    return links.str.extract(r"(https?://[^\s;<>\"]+)")[0].fillna("")


def addressed(frame: pd.DataFrame, column: str, table: str, keys: list[str]) -> pd.DataFrame:
    """Rows with an address: a number that nobody can look up is left out, once that is declared
    (lint 'no_address') in data/corrections/exceptions.csv.
    """
    without = frame[column] == ""
    lints.require_declared(table, no_address=(frame[without], keys))
    return frame[~without].reset_index(drop=True)
