"""States by the numbers of the Correlates of War (and Gleditsch-Ward), and pairs of them."""

import numpy as np
import pandas as pd

from analysis.cleaning.checks import MOST_SHOWN, require_keys, require_unique, to_integer
from analysis.countries import text_table
from analysis.errors import RawDataError
from analysis.paths import DATA

PAIR = ["state_a", "state_b"]


def cow_to_iso3(codes: pd.Series, years: pd.Series, *, what: str) -> pd.Series:
    """ISO3 of each code in its year (345 is Yugoslavia, then Serbia and Montenegro, then Serbia) by
    data/reference/cow_codes.csv; missing for what the list leaves out (Tibet, Hyderabad), and an
    unknown code stops the build.
    """
    listed = text_table(DATA / "reference" / "cow_codes.csv").astype({"cow": int})
    codes = to_integer(codes, what=what)
    found = codes.map(listed[listed.first_year == ""].set_index("cow")["iso3"])
    for row in listed[listed.first_year != ""].to_dict("records"):
        in_years = years.between(int(row["first_year"]), int(row["last_year"]))
        found = found.mask((codes == row["cow"]) & in_years, row["iso3"])
    if unknown := sorted(set(codes[found.isna()])):
        raise RawDataError(
            f"{what} holds state codes that are not in the reference list: {unknown[:MOST_SHOWN]}",
            do="add each to data/reference/cow_codes.csv, with its ISO3 or empty to leave it out",
        )
    return found.where(found != "", pd.NA)


def one_direction(
    frame: pd.DataFrame, one: str, other: str, *, by: list[str], what: str
) -> pd.DataFrame:
    """The rows in which the first state comes before the second, as state_a and state_b, once both
    directions of every pair are shown to be there.
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


def named(frame: pd.DataFrame, *, what: str) -> pd.DataFrame:
    """Rows with ISO3 in place of the codes state_a and state_b, without pairs of which the list
    leaves one out.
    """
    states = {side: cow_to_iso3(frame[side], frame.year, what=what) for side in PAIR}
    return frame.assign(**states).dropna(subset=PAIR)


def undirected(frame: pd.DataFrame) -> pd.DataFrame:
    """Copy with state_a and state_b in alphabetical order."""
    require_keys(frame, PAIR, what="a table of pairs")
    ordered = np.sort(frame[PAIR].to_numpy(dtype=object), axis=1)
    return frame.assign(state_a=ordered[:, 0], state_b=ordered[:, 1])
