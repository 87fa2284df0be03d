"""From publishers' codes of countries to ISO3: numbers of the Correlates of War (and
Gleditsch-Ward), and letters.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.cleaning.checks import MOST_SHOWN, require_keys, require_unique, to_integer
from analysis.countries import countries, publisher_names, text_table
from analysis.errors import RawDataError
from analysis.paths import DATA


@cache
def cow_codes() -> pd.DataFrame:
    """The list data/reference/cow_codes.csv: cow (int), name, iso3 ('' is left out), first_year,
    last_year, note.

    A code holds for every year unless the years are given: 345 is Yugoslavia, then Serbia and
    Montenegro, then Serbia.
    """
    return text_table(DATA / "reference" / "cow_codes.csv").astype({"cow": int})


def cow_to_iso3(codes: pd.Series, years: pd.Series, *, what: str) -> pd.Series:
    """ISO3 of each code in its year; missing for what the list leaves out (Tibet, Hyderabad).

    Parameters
    ----------
    codes, years : Series of whole numbers on one index
        COW or Gleditsch-Ward state codes and calendar years.

    Raises
    ------
    RawDataError
        If a code is not in the list, naming all of them.
    """
    listed, codes = cow_codes(), to_integer(codes, what=what)
    always = listed[listed.first_year == ""].set_index("cow")["iso3"]
    found = codes.map(always)
    for row in listed[listed.first_year != ""].itertuples():
        chosen = (codes == row.cow) & years.between(
            int(str(row.first_year)), int(str(row.last_year))
        )
        found = found.mask(chosen, str(row.iso3))
    unknown = sorted(set(codes[found.isna()]))
    if unknown:
        raise RawDataError(
            f"{what} holds state codes that are not in the reference list: {unknown[:MOST_SHOWN]}",
            do="add each to data/reference/cow_codes.csv, with its ISO3 or empty to leave it out",
        )
    return found.where(found != "", pd.NA)


def iso3_of_codes(codes: pd.Series, *, publisher: str) -> pd.Series:
    """ISO3 of three-letter codes: those of the reference list as they are, a publisher's own
    through its list.

    Missing for a publisher's aggregates and for territories without a code.

    Raises
    ------
    RawDataError
        If a code is in neither list, naming all of them.
    """
    require_keys(codes.to_frame("country"), ["country"], what=publisher)
    own = publisher_names(publisher).set_index("name")["iso3"]
    known = own.to_dict() | {code: code for code in countries().index if own.get(code) != ""}
    unknown = sorted(set(codes.astype(str)) - set(known))
    if unknown:
        raise RawDataError(
            f"{publisher} uses codes that are in no reference list: {unknown}",
            do="add each to data/reference/country_names.csv, with its ISO3 or as an aggregate",
        )
    found = codes.astype(str).map(known)
    return found.where(found != "", pd.NA)


def undirected(frame: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Copy with state_a and state_b (ISO3 in alphabetical order) in place of two columns of a
    directed pair.
    """
    require_keys(frame, [one, other], what="a table of pairs")
    first_is_lower = frame[one] < frame[other]
    lower, upper = (
        frame[one].where(first_is_lower, frame[other]),
        frame[other].where(first_is_lower, frame[one]),
    )
    rest = frame.drop(columns=[one, other])
    rest.insert(0, "state_a", lower)
    rest.insert(1, "state_b", upper)
    return rest


def one_direction(
    frame: pd.DataFrame, one: str, other: str, *, by: list[str], what: str
) -> pd.DataFrame:
    """The rows in which the first state comes before the second, once both directions are shown to
    be there.

    Raises
    ------
    RawDataError
        If a directed pair is listed twice or lacks its reverse.
    """
    require_unique(frame, [one, other, *by], what=what)
    kept, reverse = frame[frame[one] < frame[other]], frame[frame[one] > frame[other]]
    if len(kept) != len(reverse):
        raise RawDataError(
            f"{what} should hold each pair in both directions; it has {len(kept)} rows one way and"
            f" {len(reverse)} the other",
            do="the file may be truncated: restore it from its origin",
        )
    return kept.rename(columns={one: "state_a", other: "state_b"})
