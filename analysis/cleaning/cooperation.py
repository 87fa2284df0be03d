"""Exercises, patrols, border agreements, memberships and meetings: lists in which every row has an
address.
"""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import offenders, require_unique, to_iso3, to_number
from analysis.cleaning.dates import addresses, partial_dates, with_address
from analysis.errors import RawDataError
from analysis.sources import cooperation
from analysis.sources.source import RawStore

FORMATS = {
    "SCO multilateral": "sco",
    "bilateral": "bilateral",
    "bilateral naval": "bilateral naval",
    "Russian strategic exercise with PLA": "russian with china",
    "Russian strategic exercise with PLA and others": "russian with china",
}
NOT_FORMAL = "not formalized"


def joint_patrols(raw: RawStore) -> pd.DataFrame:
    """Joint bomber patrols, numbered as the ministries of defence number them: a census to December
    2025.

    Raises
    ------
    RawDataError
        If the numbers are not 1, 2, 3 and so on, in order of date.
    """
    published = cooperation.read_patrols(raw)
    frame = pd.DataFrame(
        {
            "patrol": to_number(published.n, what="the patrols").astype(int),
            "start_date": published.start_date,
            "end_date": published.end_date,
            "year": partial_dates(published.start_date, what="the patrols").year,
            "area": published.area,
            "russian_aircraft": published.russian_aircraft,
            "chinese_aircraft": published.chinese_aircraft,
            "note": published.note,
            "url_2": addresses(published.source_url_2),
        }
    ).sort_values("start_date")
    if list(frame.patrol) != list(range(1, len(frame) + 1)):
        raise RawDataError(f"the patrols are numbered {list(frame.patrol)} in order of date")
    found = with_address(frame, published.source_url, table="joint_patrols", keys=["patrol"])
    return found[[*(c for c in found if c not in ("url", "url_2")), "url", "url_2"]]


def joint_exercises(raw: RawStore) -> pd.DataFrame:
    """Exercises and naval patrols found in reports, 2003-2025: not exhaustive, so no rate can be
    read from it.
    """
    published = cooperation.read_exercises(raw)
    unknown = sorted(set(published["format"]) - set(FORMATS))
    if unknown:
        raise RawDataError(f"the exercises have formats {unknown}", allowed=", ".join(FORMATS))
    frame = pd.DataFrame(
        {
            "name": published.name,
            "start_date": published.start_date,
            "end_date": published.end_date,
            "year": partial_dates(published.start_date, what="the exercises").year,
            "kind": published.type,
            "format": published["format"].map(FORMATS),
            "location": published.location,
            "note": published.size_note,
        }
    )
    require_unique(frame, ["name"], what="the exercises")
    found = with_address(frame, published.source_url, table="joint_exercises", keys=["name"])
    return found.sort_values(["start_date", "name"]).reset_index(drop=True)


def joint_exercise_counts(raw: RawStore) -> pd.DataFrame:
    """How many exercises or patrols others count: the number, and the words that it came with."""
    published = cooperation.read_exercise_counts(raw)
    frame = partial_dates(published.as_of, what="the counts of exercises")[["date", "year"]].assign(
        what_is_counted=published.claim,
        count=to_number(published.value.str.extract(r"(\d+)")[0], what="the counts of exercises"),
        as_printed=published.value,
        compiled_by=published.compiled_by,
    )
    require_unique(frame, ["what_is_counted"], what="the counts of exercises")
    return with_address(
        frame, published.source_url, table="joint_exercise_counts", keys=["what_is_counted"]
    )


def border_steps(raw: RawStore) -> pd.DataFrame:
    """Steps in settling and demilitarising the border; the acts of 2004 and 2008 are not in the
    list.
    """
    published = cooperation.read_border(raw)
    frame = partial_dates(published.date, what="the border").assign(
        event=published.event, detail=published.detail
    )
    require_unique(frame, ["date", "event"], what="the border")
    return with_address(frame, published.source_url, table="border_steps", keys=["date", "event"])


def memberships(raw: RawStore) -> pd.DataFrame:
    """Full members of SCO and BRICS with the date of joining, to the precision that was
    reported.
    """
    published = cooperation.read_memberships(raw)
    frame = pd.DataFrame(
        {
            "organisation": published.organisation,
            "iso3": to_iso3(published.country, publisher="lists"),
            **partial_dates(published.member_from, what="the memberships"),
            "formal": ~published.note.str.contains(NOT_FORMAL),
            "note": published.note,
        }
    )
    homeless = published[frame.iso3.isna()]
    if len(homeless):
        raise RawDataError(
            f"members that are no country: {offenders(homeless, ['organisation', 'country'])}"
        )
    keys = ["organisation", "iso3"]
    require_unique(frame, keys, what="the memberships")
    found = with_address(frame, published.source_url, table="memberships", keys=keys)
    return found.sort_values(["organisation", "date", "iso3"]).reset_index(drop=True)


def leader_meetings(raw: RawStore) -> pd.DataFrame:
    """Meetings of Putin and Xi that were found, and the running totals that officials gave (count,
    else missing).
    """
    published = cooperation.read_meetings(raw)
    total = published.kind == "cumulative_count"
    frame = partial_dates(published.date, what="the meetings")[["date", "year"]].assign(
        kind=published.kind.map(
            {"cumulative_count": "running total", "meeting": "meeting", "video": "video"}
        ),
        place=published.place_or_value.where(~total, ""),
        count=to_number(
            published.place_or_value.str.extract(r"(\d+)")[0].where(total), what="the meetings"
        ).astype("Int64"),
        as_printed=published.place_or_value.where(total, ""),
        note=published.note,
    )
    require_unique(frame, ["date", "kind"], what="the meetings")
    return with_address(frame, published.source_url, table="leader_meetings", keys=["date", "kind"])
