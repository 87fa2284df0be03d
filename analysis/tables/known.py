"""What is known to when: the last datum of each table, when it was public, and how to renew it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.tables import load
from analysis.tables.catalogue import describe

NOT_RECORDED = "not recorded"
DATE_UNITS = ("ISO 8601 date", "date YYYY")
"""How the unit of a column of dates begins."""
PUBLISHED_BY = "published_by"
"""Column of a table whose rows say by which date they were public."""


def known_to_when(tables: Iterable[str]) -> pd.DataFrame:
    """One row for each table: its last datum, when that was published, and how to renew it.

    Returns
    -------
    DataFrame with table, title, last (year, month or day; '' for a table without time), published
    (ISO 8601 day or month, or 'not recorded'), rule (how that date is worked out; '' where it is
    not), renew (a command, or the publisher's addresses).
    """
    return pd.DataFrame([_row(table) for table in tables])


def _row(table: str) -> dict[str, str]:
    entry, frame = describe(table), load(table)
    last = last_datum(frame, entry)
    published, rule = _published(frame, entry, last)
    return {
        "table": table,
        "title": entry["title"],
        "last": last,
        "published": published,
        "rule": rule,
        "renew": _renewal(entry["sources"]),
    }


def last_datum(frame: pd.DataFrame, entry: dict[str, Any]) -> str:
    """The latest day, month or year that a table holds; '' where it holds none."""
    fields = [field for field in entry["schema"]["fields"] if field["name"] != PUBLISHED_BY]
    if {"year", "month"} <= set(frame):
        year = int(frame.year.max())
        return f"{year}-{int(frame.month[frame.year == year].max()):02d}"
    days = [field["name"] for field in fields if field["unit"].startswith(DATE_UNITS)]
    years = [field["name"] for field in fields if field["unit"] == "year"]
    return max(
        [*(max(frame[day]) for day in days), *(str(frame[year].max()) for year in years)],
        default="",
    )


def _published(frame: pd.DataFrame, entry: dict[str, Any], last: str) -> tuple[str, str]:
    """When the last datum was public, and by which rule."""
    if PUBLISHED_BY in frame:
        return max(frame[PUBLISHED_BY]), "as the column published_by says"
    lags = [source.get("months_after") for source in entry["sources"]]
    if not last or None in lags:
        return NOT_RECORDED, ""
    if not (lag := max(lags)):
        return last, "reported as it happens"
    months = int(last[:4]) * 12 + int(last[5:7] or 12) - 1 + lag
    rule = f"{lag} {'month' if lag == 1 else 'months'} after the period"
    return f"{months // 12}-{months % 12 + 1:02d}", rule


def _renewal(sources: list[dict[str, Any]]) -> str:
    """The command that fetches a table's sources anew, and the address of those it cannot."""
    ways = [
        f"`ballast data fetch {source['renewed_by']}`"
        if "renewed_by" in source
        else f"<{source['path']}>"
        for source in sources
    ]
    return ", ".join(dict.fromkeys(ways))
