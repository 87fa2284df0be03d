"""What was public on a day: a freeze by publication date, so that no forecast sees later news."""

import datetime
from collections.abc import Sequence

import pandas as pd

from analysis.errors import CoverageError, ModelInputError, ParameterError
from analysis.measures.inputs import as_list, keyed, require_columns


def known_on(
    frame: pd.DataFrame,
    date: str,
    *,
    key: Sequence[str] = ("year",),
    published: str = "published",
) -> pd.DataFrame:
    """Rows that were public at the end of a day, such as "2025-05-29", in the version of that day:
    one per key, sorted by key, with a new index.

    ``frame`` has a row per published figure, with a day as text in ``published``; a key with
    several days was revised. ModelInputError for missing keys or days, or two versions of a figure
    on one day; CoverageError if nothing had been published by then.
    """
    key = as_list("key", key)
    require_columns(frame, [*key, published])
    try:
        freeze = pd.Timestamp(datetime.date.fromisoformat(date))
    except (TypeError, ValueError):
        raise ParameterError(
            f"the day of the freeze is {date!r}",
            allowed="text with year, month and day",
            do="say '2025-05-29'",
        ) from None
    days = pd.to_datetime(frame[published], format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        first = ", ".join(f"{name} {frame.loc[days.isna(), name].iloc[0]}" for name in key)
        raise ModelInputError(
            f"no day of publication in {int(days.isna().sum())} rows, the first with {first}",
            allowed="text such as 2025-05-29 in every row",
            do="find the day of publication, or leave the figure out",
        )
    in_time = (days <= freeze).to_numpy()
    if not in_time.any():
        raise CoverageError(
            f"nothing had been published by {freeze:%Y-%m-%d}",
            allowed=f"dates from {days.min():%Y-%m-%d}",
            do="choose a later day",
        )
    public = frame[in_time].reset_index(drop=True)
    order = public.assign(**{published: days[in_time].to_numpy()})
    keyed(order, [*key, published])
    order = order.sort_values([*key, published], kind="stable")
    return public.loc[order.drop_duplicates(key, keep="last").index].reset_index(drop=True)
