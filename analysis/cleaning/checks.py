"""Checks that stop a build, listing every offender at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.countries import countries, publisher_names
from analysis.errors import RawDataError
from analysis.sources.source import RawStore

MOST_SHOWN = 12
LARGEST_TOTAL_USD_MN = 5e6
"""No country has yet exported or imported goods of 5 trillion dollars in a year."""


def beside(raw: RawStore) -> RawStore:
    """The same files, to compare with: what is read from them makes no parent of the table being
    built.
    """
    return RawStore(raw.root)


def offenders(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """The first offending rows as text, and how many more there are."""
    shown = [
        ", ".join(str(value) for value in row)
        for row in frame[list(columns)].head(MOST_SHOWN).itertuples(index=False)
    ]
    more = f" and {len(frame) - MOST_SHOWN} more" if len(frame) > MOST_SHOWN else ""
    return "; ".join(shown) + more


def refuse(
    bad: pd.DataFrame, columns: Sequence[str] | None, what: str, *, do: str | None = None
) -> None:
    """Raise a RawDataError that says what is wrong and names the offending rows, if there are any.

    Parameters
    ----------
    columns : sequence of str or None
        Columns that are shown of each row; all where None.
    """
    if len(bad):
        raise RawDataError(f"{what}: {offenders(bad, columns or list(bad.columns))}", do=do)


def together(*checks: Callable[[], None]) -> None:
    """Run every check and raise one RawDataError with all that they found."""
    found = []
    for check in checks:
        try:
            check()
        except RawDataError as problem:
            found.append(str(problem).rstrip("."))
    if found:
        raise RawDataError(" | ".join(found))


def require_keys(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> None:
    """Raise a RawDataError if a key is missing in a row, counting the rows."""
    missing = [f"{n:,} rows without {key}" for key in keys if (n := int(frame[key].isna().sum()))]
    if missing:
        raise RawDataError(
            f"{what} has {'; '.join(missing)}",
            allowed="a value in every key",
            do="if one was Namibia's code NA, read the file with keep_default_na=False",
        )


def to_iso3(names: pd.Series, *, publisher: str) -> pd.Series:
    """ISO3 of a publisher's country names; missing for its aggregates and for names that are no
    country.

    Raises
    ------
    RawDataError
        If a name is not in data/reference/country_names.csv, listing all of them.
    """
    require_keys(names.to_frame("country"), ["country"], what=publisher)
    known = publisher_names(publisher).set_index("name")["iso3"]
    unknown = sorted(set(names.unique()) - set(known.index), key=str)
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
        If a code of letters is neither an ISO3 code of data/reference/countries.csv nor listed for
        'imf_imts' in data/reference/country_names.csv, naming all of them.
    """
    require_keys(codes.to_frame("country"), ["country"], what="the IMF's table")
    own = publisher_names("imf_imts").set_index("name")["iso3"]
    known = {code: code for code in countries().index} | own.to_dict()
    unknown = sorted(
        code for code in {*map(str, codes.unique())} - set(known) if not any(map(str.isdigit, code))
    )
    if unknown:
        raise RawDataError(
            f"the IMF's codes {unknown} are no countries of the reference lists",
            do=(
                "add each to data/reference/country_names.csv as 'imf_imts', with its ISO3 or as an"
                " aggregate"
            ),
        )
    return codes.map({code: iso3 or pd.NA for code, iso3 in known.items()})


def to_number(text: pd.Series, *, what: str) -> pd.Series:
    """Numbers from text; empty text is missing. Anything else that is no finite number stops the
    build.
    """
    numbers = pd.to_numeric(text.where(text != "", None), errors="coerce").astype(float)
    bad = text[
        (numbers.isna() & (text != "") & text.notna()) | numbers.isin([float("inf"), float("-inf")])
    ]
    if len(bad):
        raise RawDataError(
            f"{what} holds text where a number should stand: {sorted(set(bad))[:MOST_SHOWN]}"
        )
    return numbers


def to_integer(text: pd.Series, *, what: str) -> pd.Series:
    """Whole numbers from text, none of them missing; anything else stops the build."""
    numbers = to_number(text, what=what)
    bad = text[numbers.isna() | (numbers % 1 != 0)]
    if len(bad):
        raise RawDataError(
            f"{what} holds {sorted(set(bad.astype(str)))[:MOST_SHOWN]} where a whole number should"
            " stand"
        )
    return numbers.astype(int)


def to_code(codes: pd.Series, known: dict[str, Any], *, what: str) -> pd.Series:
    """A publisher's codes in our words; an unknown one stops the build."""
    unknown = sorted(set(codes.unique().astype(str)) - set(known))
    if unknown:
        raise RawDataError(f"{what} holds the codes {unknown}", allowed=", ".join(known))
    return codes.map(known)


def require_unique(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> None:
    """Raise a RawDataError if two rows share a key, or one lacks it."""
    require_keys(frame, keys, what=what)
    again = frame[frame.duplicated(list(keys), keep="first")]
    refuse(again, keys, f"{what} has {len(again)} duplicate keys ({', '.join(keys)})")


def require_not_negative(
    frame: pd.DataFrame, column: str, keys: Sequence[str], *, what: str
) -> None:
    """Raise a RawDataError if a value is below zero or not finite."""
    values = frame[column]
    bad = frame[values.lt(0) | values.isin([float("inf")])]
    refuse(bad, [*keys, column], f"{what} has {len(bad)} negative or infinite values")


def require_scale(
    frame: pd.DataFrame,
    column: str,
    *,
    by: Sequence[str],
    keys: Sequence[str],
    largest: float,
    what: str,
) -> None:
    """Raise a RawDataError where a group's total is larger than any economy's could be (a unit
    slip).

    Parameters
    ----------
    by : sequence of str
        Columns that make a group, for example reporter, flow and year.
    largest : float
        Largest total that is possible, in the unit of the column.
    """
    totals = frame.groupby(list(by), observed=True)[column].sum()
    slipped = totals.index[totals > largest]
    rows = frame.set_index(list(by)).loc[slipped].reset_index()
    refuse(
        rows.sort_values(column, ascending=False),
        [*keys, column],
        f"{what} has {len(slipped)} totals above {largest:,.0f}, the largest possible, so a unit"
        " has slipped; largest rows",
    )


def checked_flows(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> pd.DataFrame:
    """Flows of goods in order of their keys, once no key repeats, no value is negative and no
    reporter's total of a flow and year is beyond any economy's.
    """
    value, group = "value_usd_mn", ["reporter", "flow", "year"]
    together(
        lambda: require_unique(frame, keys, what=what),
        lambda: require_not_negative(frame, value, keys, what=what),
        lambda: require_scale(
            frame, value, by=group, keys=keys, largest=LARGEST_TOTAL_USD_MN, what=what
        ),
    )
    return frame.sort_values(list(keys)).reset_index(drop=True)


def require_steady(
    frame: pd.DataFrame, column: str, *, by: Sequence[str], factor: float, what: str
) -> None:
    """Raise a RawDataError where a series of positive numbers changes more than ``factor``-fold in
    a step.

    Parameters
    ----------
    frame : DataFrame in the order of time within each series.
    by : sequence of str
        Columns that tell the series apart; empty for one series.
    """
    before = frame.groupby(list(by))[column].shift() if by else frame[column].shift()
    ratio = frame[column] / before
    bad = frame[(ratio > factor) | (ratio < 1 / factor) | (frame[column] <= 0)]
    refuse(
        bad,
        None,
        f"{what}: not positive, or more than {factor:g} times the value before or less than its"
        " inverse, so a unit has slipped",
    )
