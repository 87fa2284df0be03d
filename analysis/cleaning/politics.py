"""Meetings, polls and sanctions: what must be prepared before the catalogue's recipe can be
followed.
"""

import re

import pandas as pd

from analysis.cleaning.checks import require_unique, to_code, to_integer
from analysis.cleaning.declared import tidied
from analysis.errors import RawDataError
from analysis.sources.source import RawStore

ANSWERS = {
    "relations friendly": "friendly",
    "named friendly": "friendly",
    "good attitude": "favourable",
    "very + rather favourable": "favourable",
    "favourable": "favourable",
    "bad attitude": "unfavourable",
    "rather or very unfavourable": "unfavourable",
}
"""How the measure of a poll begins, and what it measures."""


def leader_meetings(raw: RawStore) -> pd.DataFrame:
    """Meetings of Putin and Xi that were found, and the running totals that officials gave. One
    address of the first file holds a comma without quotes and is put together.
    """
    columns = "date, kind, place_or_value, note, source_url"
    first = raw.csv(
        "press/putin_xi_meetings.csv",
        columns,
        engine="python",
        on_bad_lines=lambda fields: [*fields[:4], ",".join(fields[4:])],
    )
    later = raw.csv("found_2026_11/politics/leaders/putin_xi_meetings_new.csv", f"{columns}, quote")
    both = pd.concat([first, later], ignore_index=True)
    return tidied(both.fillna({"quote": ""}), "leader_meetings")


def opinion_polls(raw: RawStore) -> pd.DataFrame:
    """Single poll figures on Russia, China and the United States, with the measure in the report's
    words.
    """
    published = raw.csv(
        "press/opinion_polls.csv",
        "pollster, country_polled, about, date, measure, value_pct, source_url",
    )
    begins = published.measure.str.extract(f"^({'|'.join(map(re.escape, ANSWERS))})")[0]
    if unknown := sorted(set(published.measure[begins.isna()])):
        raise RawDataError(f"the polls measure {unknown}", allowed=", ".join(ANSWERS))
    return tidied(published.assign(answer=begins.map(ANSWERS)), "opinion_polls")


def pew_favourability(raw: RawStore) -> pd.DataFrame:
    """Share with a favourable view by country polled, country asked about and year (Pew), known
    errors left out.
    """
    published = raw.csv(
        "press/pew_favorability_by_country_year.csv", "sta, wav, about, fav_pct, suspect"
    )
    suspect = to_code(published.suspect, {"True": "yes", "False": ""}, what="Pew's file, suspect")
    return tidied(published[suspect == ""], "pew_favourability")


def _cases(raw: RawStore) -> pd.DataFrame:
    """Sanction cases with the lists of targets, senders and outcomes taken apart."""
    published = raw.csv(
        "gsdb/gsdb_r3_subset.csv",
        "case_id, sanctioned_state, sanctioning_state, begin, end, objective, success, "
        "trade, arms, military, financial, travel, other",
    )
    require_unique(published, ["case_id"], what="the sanctions data base")
    lists = ("sanctioned_state", "sanctioning_state", "success")
    targets, senders, outcomes = (published[name].str.split(r",\s*") for name in lists)
    return published.assign(
        target_russia=targets.map(lambda names: "Russia" in names),
        sender_china=senders.map(lambda names: "China" in names),
        outcome=outcomes,
    )


def sanctions_cases(raw: RawStore) -> pd.DataFrame:
    """Sanction cases with China among the senders or Russia among the targets that ended in 2013 to
    2022.

    A case that runs on has last_year 2022, where the file ends, and the outcome 'ongoing'.
    """
    return tidied(_cases(raw), "sanctions_cases")


def sanctions_outcomes(raw: RawStore) -> pd.DataFrame:
    """How the aims of sanctions ended, counted by target (Russia or other) and last year of the
    case.

    One case may have several aims, so aims add up to more than cases.
    """
    aims = _cases(raw).explode("outcome")
    aims = aims.assign(
        target=aims.target_russia.map({True: "Russia", False: "other"}),
        last_year=to_integer(aims.end, what="GSDB, end"),
    )
    groups = aims.groupby(["target", "last_year", "outcome"])
    return pd.DataFrame({"aims": groups.size(), "cases": groups.case_id.nunique()}).reset_index()
