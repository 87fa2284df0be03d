"""Checks that stop a build, listing every offender at once."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.countries import countries, publisher_names
from analysis.errors import RawDataError

MOST_SHOWN = 12


def offenders(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """The first offending rows as text, and how many more there are."""
    shown = [
        ", ".join(str(value) for value in row) for row in frame[list(columns)].head(MOST_SHOWN).itertuples(index=False)
    ]
    more = f" and {len(frame) - MOST_SHOWN} more" if len(frame) > MOST_SHOWN else ""
    return "; ".join(shown) + more


def to_iso3(names: pd.Series, *, publisher: str) -> pd.Series:
    """ISO3 of a publisher's country names; missing for its aggregates and for names that are no country.

    Raises
    ------
    RawDataError
        If a name is not in data/reference/country_names.csv, listing all of them.
    """
    known = publisher_names(publisher).set_index("name")["iso3"]
    unknown = sorted(set(names.unique()) - set(known.index))
    if unknown:
        raise RawDataError(
            f"{publisher} names countries that are not in the reference list: {unknown}",
            do="add each to data/reference/country_names.csv, with its ISO3 or as an aggregate",
        )
    return names.map(known.where(known != "", pd.NA))


def from_imf_codes(codes: pd.Series) -> pd.Series:
    """ISO3 of the IMF's codes; missing for its groups of countries, whose codes hold a digit.

    Raises
    ------
    RawDataError
        If a code of letters is neither an ISO3 code of data/reference/countries.csv nor listed for 'imf_imts' in
        data/reference/country_names.csv, naming all of them.
    """
    own = publisher_names("imf_imts").set_index("name")["iso3"]
    known = {code: code for code in countries().index} | own.to_dict()
    unknown = sorted(code for code in set(codes.unique()) - set(known) if not any(map(str.isdigit, code)))
    if unknown:
        raise RawDataError(
            f"the IMF's codes {unknown} are no countries of the reference lists",
            do="add each to data/reference/country_names.csv as 'imf_imts', with its ISO3 or as an aggregate",
        )
    return codes.map({code: iso3 or pd.NA for code, iso3 in known.items()})


def to_number(text: pd.Series, *, what: str) -> pd.Series:
    """Numbers from text; empty text is missing. Anything else that is no number stops the build."""
    numbers = pd.to_numeric(text.where(text != "", None), errors="coerce").astype(float)
    bad = text[numbers.isna() & (text != "") & text.notna()]
    if len(bad):
        raise RawDataError(f"{what} holds text where a number should stand: {sorted(set(bad))[:MOST_SHOWN]}")
    return numbers


def require_unique(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> None:
    """Raise a RawDataError if two rows share a key."""
    again = frame[frame.duplicated(list(keys), keep="first")]
    if len(again):
        raise RawDataError(f"{what} has {len(again)} duplicate keys ({', '.join(keys)}): {offenders(again, keys)}")


def require_not_negative(frame: pd.DataFrame, column: str, keys: Sequence[str], *, what: str) -> None:
    """Raise a RawDataError if a value is below zero or not finite."""
    values = frame[column]
    bad = frame[values.lt(0) | values.isin([float("inf")])]
    if len(bad):
        raise RawDataError(f"{what} has {len(bad)} negative or infinite values: {offenders(bad, [*keys, column])}")


def require_scale(
    frame: pd.DataFrame, column: str, *, by: Sequence[str], keys: Sequence[str], largest: float, what: str
) -> None:
    """Raise a RawDataError where a group's total is larger than any economy's could be (a unit slip).

    Parameters
    ----------
    by : sequence of str
        Columns that make a group, for example reporter, flow and year.
    largest : float
        Largest total that is possible, in the unit of the column.
    """
    totals = frame.groupby(list(by), observed=True)[column].sum()
    slipped = totals[totals > largest]
    if len(slipped):
        rows = frame.set_index(list(by)).loc[slipped.index].reset_index().sort_values(column, ascending=False)
        raise RawDataError(
            f"{what} has {len(slipped)} totals above {largest:,.0f}, the largest possible, so a unit has slipped; "
            f"largest rows: {offenders(rows, [*keys, column])}"
        )
