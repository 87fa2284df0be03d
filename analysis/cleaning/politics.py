"""Meetings, polls and sanctions: what must be prepared before the catalogue's recipe can be
followed.
"""

from __future__ import annotations

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
OUTCOMES = ("success_total", "success_part", "nego_settlement", "failed", "ongoing")


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
    kinds = pd.Series("", index=published.index)
    for words, answer in ANSWERS.items():
        kinds = kinds.mask((kinds == "") & published.measure.str.startswith(words), answer)
    if (kinds == "").any():
        unknown = sorted(set(published.measure[kinds == ""]))
        raise RawDataError(f"the polls measure {unknown}", allowed=", ".join(ANSWERS))
    return tidied(published.assign(answer=kinds), "opinion_polls")


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
    targets = published.sanctioned_state.str.split(r",\s*")
    senders = published.sanctioning_state.str.split(r",\s*")
    return published.assign(
        target_russia=targets.map(lambda names: "Russia" in names),
        sender_china=senders.map(lambda names: "China" in names),
        outcome=published.success.str.split(r",\s*"),
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
    to_code(aims.outcome, dict(zip(OUTCOMES, OUTCOMES, strict=True)), what="GSDB, success")
    aims = aims.assign(
        target=aims.target_russia.map({True: "Russia", False: "other"}),
        last_year=to_integer(aims.end, what="GSDB, end"),
    )
    keys = ["target", "last_year", "outcome"]
    groups = aims.groupby(keys)
    frame = pd.DataFrame({"aims": groups.size(), "cases": groups.case_id.nunique()}).reset_index()
    return frame.sort_values(keys).reset_index(drop=True)
