"""What was public on a day: a freeze by publication date, so that no forecast can see later
news.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import CoverageError, ModelInputError, ParameterError
from analysis.measures.inputs import READ_KEYS, as_list, require_columns


def known_on(
    frame: pd.DataFrame,
    date: str | datetime.date,
    *,
    key: Sequence[str] = ("year",),
    published: str = "published",
) -> pd.DataFrame:
    """Rows that were public at the end of a day, in the latest version of that day.

    Parameters
    ----------
    frame : DataFrame
        One row per published figure: the columns of ``key``, a publication date, and any values.
        The same key may come several times with different dates: those are revisions.
    date : str or date
        The day of the freeze, included; for example ``"2025-05-29"``.
    key : sequence of str
        What identifies a figure.
    published : str
        Column of publication dates (dates, or text of ISO 8601 with year, month and day), none
        missing: a figure without a date cannot be shown to have been known.

    Returns
    -------
    DataFrame
        Same columns, one row per key, sorted by key, with a new index. Nothing in it depends on
        rows published later.

    Raises
    ------
    ModelInputError, ParameterError
        For missing columns, keys or dates, or two versions of one figure published on one day; for
        a freeze that is no date.
    CoverageError
        If nothing had been published by then.
    """
    key = as_list("key", key)
    if not key:
        raise ParameterError(
            "key is empty", allowed="columns that identify a figure", do="say them"
        )
    require_columns(frame, [*key, published])
    freeze = _days(pd.Series([date], dtype=object))[0]
    if pd.isna(freeze):
        raise ParameterError(
            f"the day of the freeze is {date!r}",
            allowed="a date, or text with year, month and day",
            do="say '2025-05-29'",
        )
    days = _days(frame[published])
    if days.isna().any():
        raise ModelInputError(
            f"no publication date in {int(days.isna().sum())} rows, the first with"
            f" {_named(frame[days.isna()], key)}",
            allowed="a date in every row, as text such as 2025-05-29 or as a date",
            do="find the date of publication, or leave the figure out",
        )
    if unnamed := int(frame[key].isna().any(axis=1).sum()):
        raise ModelInputError(
            f"{unnamed} rows lack a part of their key", allowed=f"{key} in every row", do=READ_KEYS
        )
    in_time = (days <= freeze).to_numpy()
    if not in_time.any():
        raise CoverageError(
            f"nothing had been published by {freeze:%Y-%m-%d}",
            allowed=f"dates from {days.min():%Y-%m-%d}" if len(days) else "a frame with rows",
            do="choose a later day",
        )
    public = frame[in_time].reset_index(drop=True)
    order = public.assign(**{published: days[in_time].to_numpy()}).sort_values(
        [*key, published], kind="stable"
    )
    twice = order.duplicated([*key, published], keep=False)
    if twice.any():
        raise ModelInputError(
            f"two versions of one figure were published on one day: {_named(order[twice], key)}",
            allowed="one value per key and day",
            do="keep the one that the publisher stands by",
        )
    return public.loc[order.drop_duplicates(list(key), keep="last").index].reset_index(drop=True)


def _days(dates: pd.Series) -> pd.Series:
    """The day of each date as it is written, missing where unreadable: a figure published on the
    29th in Beijing was published on the 29th, whatever its hour or zone.
    """

    def day(date: Any) -> Any:
        try:
            if isinstance(date, str):
                date = datetime.datetime.fromisoformat(date.strip())
            if isinstance(date, datetime.date | np.datetime64) and not pd.isna(date):
                return pd.Timestamp(date).tz_localize(None).normalize()
        except ValueError:
            pass
        return pd.NaT  # pandas would make a date of a number, and of 'today'

    return pd.Series([day(date) for date in dates], index=dates.index, dtype="datetime64[s]")


def _named(rows: pd.DataFrame, key: Sequence[str]) -> str:
    """Key of the first row, for an error message."""
    return ", ".join(f"{name} {rows[name].iloc[0]}" for name in key)
