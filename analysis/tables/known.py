"""What is known to when: the last datum of each table, when it was public, and how to renew it."""

from collections.abc import Iterable

import pandas as pd

from analysis.tables import load
from analysis.tables.catalogue import Entry, describe

NOT_RECORDED = "not recorded"
DATE_UNITS = ("ISO 8601 date", "date YYYY")
"""How the unit of a column of dates begins."""
PUBLISHED_BY = "published_by"
"""Column of a table whose rows say by which date they were public."""


def known_to_when(tables: Iterable[str]) -> pd.DataFrame:
    """One row for each table: table, title, last (year, month or day of the last datum; '' for a
    table without time), published (day or month, or 'not recorded'), rule (how that date is worked
    out), renew (a command, or the publisher's addresses).
    """
    rows = []
    for table in tables:
        entry, frame = describe(table), load(table)
        last = _last_datum(frame, entry)
        published, rule = _published(frame, entry, last)
        renew = ", ".join(dict.fromkeys(map(_renewal, entry["sources"])))
        rows.append((table, entry["title"], last, published, rule, renew))
    columns = ["table", "title", "last", "published", "rule", "renew"]
    return pd.DataFrame(rows, columns=columns)


def _last_datum(frame: pd.DataFrame, entry: Entry) -> str:
    if {"year", "month"} <= set(frame):
        year = int(frame.year.max())
        return f"{year}-{int(frame.month[frame.year == year].max()):02d}"
    units = {field["name"]: field["unit"] for field in entry["schema"]["fields"]}
    units.pop(PUBLISHED_BY, None)
    timed = [n for n, unit in units.items() if unit == "year" or unit.startswith(DATE_UNITS)]
    return max((str(frame[column].max()) for column in timed), default="")


def _published(frame: pd.DataFrame, entry: Entry, last: str) -> tuple[str, str]:
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


def _renewal(source: Entry) -> str:
    feed = source.get("renewed_by")
    return f"`ballast data fetch {feed}`" if feed else f"<{source['path']}>"
