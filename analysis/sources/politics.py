"""Lists of politics that need a hand before they can be tidied: meetings, polls, sanctions."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore


def read_gsdb(raw: RawStore) -> pd.DataFrame:
    """Global Sanctions Data Base: cases that ended in 2013 or later (text)."""
    columns = "case_id, sanctioned_state, sanctioning_state, begin, end, objective, success"
    kinds = "trade, arms, military, financial, travel, other"
    return raw.csv("gsdb/gsdb_r3_subset.csv", f"{columns}, {kinds}")


def read_meetings(raw: RawStore) -> pd.DataFrame:
    """Meetings and running totals of two files (text). One address of the first holds a comma
    without quotes and is put together.
    """
    columns = "date, kind, place_or_value, note, source_url"
    first = raw.csv(
        "press/putin_xi_meetings.csv",
        columns,
        engine="python",
        on_bad_lines=lambda fields: [*fields[:4], ",".join(fields[4:])],
    )
    later = "found_2026_11/politics/leaders/putin_xi_meetings_new.csv"
    both = [first, raw.csv(later, f"{columns}, quote")]
    return pd.concat(both, ignore_index=True).fillna({"quote": ""})


def read_polls(raw: RawStore) -> pd.DataFrame:
    """Single poll figures (text)."""
    columns = "pollster, country_polled, about, date, measure, value_pct, source_url"
    return raw.csv("press/opinion_polls.csv", columns)


def read_pew(raw: RawStore) -> pd.DataFrame:
    """Favourable share by country polled, year and country asked about (text)."""
    return raw.csv(
        "press/pew_favorability_by_country_year.csv", "sta, wav, about, fav_pct, suspect"
    )
