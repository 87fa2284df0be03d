"""Meetings and sanctions: what must be prepared before the catalogue's recipe can be followed."""

import pandas as pd

from analysis.cleaning.checks import require_unique, to_integer
from analysis.cleaning.declared import tidied
from analysis.sources.source import RawStore


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


def sanctions_outcomes(raw: RawStore) -> pd.DataFrame:
    """How the aims of sanctions ended, counted by target (Russia or other) and last year of the
    case, which may have several aims.
    """
    cases = raw.csv("gsdb/gsdb_r3_subset.csv", "case_id, sanctioned_state, end, success")
    require_unique(cases, ["case_id"], what="the sanctions data base")
    on_russia = [("Russia" in names) for names in cases.sanctioned_state.str.split(r",\s*")]
    aims = cases.assign(
        target=pd.Series(on_russia).map({True: "Russia", False: "other"}),
        last_year=to_integer(cases.end, what="GSDB, end"),
        outcome=cases.success.str.split(r",\s*"),
    ).explode("outcome")
    groups = aims.groupby(["target", "last_year", "outcome"])
    return pd.DataFrame({"aims": groups.size(), "cases": groups.case_id.nunique()}).reset_index()
