"""What was public on a day: a freeze by publication date, so that no forecast can see later
news.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd

from analysis.errors import CoverageError, ModelInputError


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
        What identifies a figure; of several published versions the last is kept.
    published : str
        Column of publication dates (any form that pandas reads as a date), none missing: a figure
        without a date cannot be shown to have been known.

    Returns
    -------
    DataFrame
        Same columns, one row per key, sorted by key, with a new index. Nothing in it depends on
        rows published later. The input is not modified.

    Raises
    ------
    ModelInputError
        For missing columns or dates, or two versions of one figure published on one day.
    CoverageError
        If nothing had been published by then.
    """
    lacking = sorted({*key, published} - set(frame.columns))
    if lacking:
        raise ModelInputError(
            f"the frame lacks the columns {lacking}", allowed=f"{[*key, published]}", do="name them"
        )
    days = pd.to_datetime(frame[published], errors="coerce")
    if days.isna().any():
        raise ModelInputError(
            f"no publication date in {int(days.isna().sum())} rows, the first with"
            f" {_named(frame[days.isna()], key)}",
            allowed="a date in every row",
            do="find the date of publication, or leave the figure out",
        )
    in_time = (days < pd.Timestamp(date).normalize() + pd.Timedelta(days=1)).to_numpy()
    if not in_time.any():
        raise CoverageError(
            f"nothing had been published by {pd.Timestamp(date):%Y-%m-%d}",
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


def _named(rows: pd.DataFrame, key: Sequence[str]) -> str:
    """Key of the first row, for an error message."""
    return ", ".join(f"{name} {rows[name].iloc[0]}" for name in key)
