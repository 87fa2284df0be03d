"""What was public on a day: a freeze by publication date, so that no forecast can see later
news.
"""

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import CoverageError, ModelInputError, ParameterError
from analysis.measures.inputs import as_list, keyed, require_columns


def known_on(
    frame: pd.DataFrame,
    date: str | datetime.date,
    *,
    key: Sequence[str] = ("year",),
    published: str = "published",
) -> pd.DataFrame:
    """Rows that were public at the end of a day, such as "2025-05-29", in the version of that day.

    ``frame`` has one row per published figure: the columns of ``key``, which identify it, a
    publication date (a date, or text of ISO 8601 with year, month and day; none missing, since a
    figure without a date cannot be shown to have been known) and any values. The same key may come
    several times with different dates: those are revisions.

    The result has the same columns, one row per key, sorted by key, with a new index. Nothing in it
    depends on rows published later. ModelInputError for missing keys or dates, or two versions of
    one figure published on one day; CoverageError if nothing had been published by then.
    """
    key = as_list("key", key)
    require_columns(frame, [*key, published])
    freeze = _days(pd.Series([date], dtype=object))[0]
    if pd.isna(freeze):
        raise ParameterError(
            f"the day of the freeze is {date!r}",
            allowed="a date, or text with year, month and day",
            do="say '2025-05-29'",
        )
    days = _days(frame[published])
    if undated := int(days.isna().sum()):
        first = ", ".join(f"{name} {frame.loc[days.isna(), name].iloc[0]}" for name in key)
        raise ModelInputError(
            f"no publication date in {undated} rows, the first with {first}",
            allowed="a date in every row, as text such as 2025-05-29 or as a date",
            do="find the date of publication, or leave the figure out",
        )
    in_time = (days <= freeze).to_numpy()
    if not in_time.any():
        raise CoverageError(
            f"nothing had been published by {freeze:%Y-%m-%d}",
            allowed=f"dates from {days.min():%Y-%m-%d}" if len(days) else "a frame with rows",
            do="choose a later day",
        )
    public = frame[in_time].reset_index(drop=True)
    order = public.assign(**{published: days[in_time].to_numpy()})
    keyed(order, [*key, published])
    order = order.sort_values([*key, published], kind="stable")
    return public.loc[order.drop_duplicates(key, keep="last").index].reset_index(drop=True)


def _days(dates: pd.Series) -> pd.Series:
    """The day of each date as it is written, in whatever zone; missing where unreadable."""

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
