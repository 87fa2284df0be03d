"""Meetings, polls and sanctions: what must be prepared before the catalogue's recipe can be
followed.
"""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import require_unique, to_code, to_integer
from analysis.cleaning.declared import tidied
from analysis.errors import RawDataError
from analysis.sources import politics
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
    """Meetings of Putin and Xi that were found, and the running totals that officials gave."""
    return tidied(politics.read_meetings(raw), "leader_meetings")


def opinion_polls(raw: RawStore) -> pd.DataFrame:
    """Single poll figures on Russia, China and the United States, with the measure in the report's
    words.
    """
    published = politics.read_polls(raw)
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
    published = politics.read_pew(raw)
    suspect = to_code(published.suspect, {"True": "yes", "False": ""}, what="Pew's file, suspect")
    return tidied(published[suspect == ""], "pew_favourability")


def _cases(raw: RawStore) -> pd.DataFrame:
    """Sanction cases with the lists of targets, senders and outcomes taken apart."""
    published = politics.read_gsdb(raw)
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
