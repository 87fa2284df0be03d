"""Checks that stop a build with a RawDataError, listing every offender at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.countries import countries, publisher_names
from analysis.errors import RawDataError
from analysis.sources.source import RawStore

MOST_SHOWN = 12
BASIS = {"exports": "FOB", "imports": "CIF"}
LARGEST_TOTAL_USD_MN = 5e6
"""No country has yet exported or imported goods of 5 trillion dollars in a year."""


def beside(raw: RawStore) -> RawStore:
    """The same files, to compare with: what is read from them is no parent of the table in hand."""
    return RawStore(raw.root)


def offenders(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """The first offending rows as text, and how many more there are."""
    rows = frame[list(columns)].head(MOST_SHOWN).itertuples(index=False)
    more = f" and {len(frame) - MOST_SHOWN} more" if len(frame) > MOST_SHOWN else ""
    return "; ".join(", ".join(map(str, row)) for row in rows) + more


def refuse(
    bad: pd.DataFrame, columns: Sequence[str] | None, what: str, *, do: str | None = None
) -> None:
    """Raise if there are offending rows: what is wrong, and their columns (all where None)."""
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
    """Raise if a key is missing in a row, counting the rows."""
    missing = [f"{n:,} rows without {key}" for key in keys if (n := int(frame[key].isna().sum()))]
    if missing:
        raise RawDataError(
            f"{what} has {'; '.join(missing)}",
            allowed="a value in every key",
            do="if one was Namibia's code NA, read the file with keep_default_na=False",
        )


def require_unique(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> None:
    """Raise if two rows share a key, or one lacks it."""
    require_keys(frame, keys, what=what)
    again = frame[frame.duplicated(list(keys), keep="first")]
    refuse(again, keys, f"{what} has {len(again)} duplicate keys ({', '.join(keys)})")


def to_iso3(names: pd.Series, *, publisher: str, coded: bool = False) -> pd.Series:
    """ISO3 of a publisher's country names by its list in data/reference/country_names.csv, or of
    its codes: those are ISO3 but for some in that list.

    Missing for aggregates and for what is no country; a name in no list stops the build.
    """
    require_keys(names.to_frame("country"), ["country"], what=publisher)
    known = publisher_names(publisher).set_index("name")["iso3"].to_dict()
    known |= {code: code for code in countries().index if coded and known.get(code) != ""}
    if unknown := sorted(set(names.unique()) - set(known), key=str):
        raise RawDataError(
            f"{publisher} names countries that are not in the reference list: {unknown}",
            do="add each to data/reference/country_names.csv, with its ISO3 or as an aggregate",
        )
    return names.map({name: iso3 or pd.NA for name, iso3 in known.items()})


def to_number(text: pd.Series, *, what: str) -> pd.Series:
    """Numbers from text; '' is missing, and any other that is no finite number stops the build."""
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
    bad = sorted(set(text[numbers.isna() | (numbers % 1 != 0)].astype(str)))[:MOST_SHOWN]
    if bad:
        raise RawDataError(f"{what} holds {bad} where a whole number should stand")
    return numbers.astype(int)


def to_code(codes: pd.Series, known: dict[str, Any], *, what: str) -> pd.Series:
    """A publisher's codes in our words; an unknown one stops the build."""
    if unknown := sorted(set(codes.unique().astype(str)) - set(known)):
        raise RawDataError(f"{what} holds the codes {unknown}", allowed=", ".join(known))
    return codes.map(known)


def checked_flows(frame: pd.DataFrame, keys: Sequence[str], *, what: str) -> pd.DataFrame:
    """Flows of goods (value_usd_mn) with their basis, once no key repeats, no value is negative and
    no reporter's total of a flow and year is beyond any economy's.
    """
    shown = [*keys, "value_usd_mn"]
    bad = frame[frame.value_usd_mn < 0]
    by = ["reporter", "flow", "year"]
    totals = frame.groupby(by, observed=True).value_usd_mn.sum()
    slipped = totals.index[totals > LARGEST_TOTAL_USD_MN]
    rows = frame.set_index(by).loc[slipped].reset_index()
    rows = rows.sort_values("value_usd_mn", ascending=False)
    too_large = (
        f"{what} has {len(slipped)} totals above {LARGEST_TOTAL_USD_MN:,.0f}, the largest possible,"
        " so a unit has slipped; largest rows"
    )
    together(
        lambda: require_unique(frame, keys, what=what),
        lambda: refuse(bad, shown, f"{what} has {len(bad)} negative values"),
        lambda: refuse(rows, shown, too_large),
    )
    return frame.assign(basis=frame.flow.map(BASIS)).reset_index(drop=True)
