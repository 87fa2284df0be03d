"""United Nations: General Assembly roll calls and ideal points, Security Council vetoes."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore


def read_votes(raw: RawStore) -> pd.DataFrame:
    """Every recorded vote: columns rcid (roll call), iso3 as the carriers code it, vote (1 yes, 2
    abstain, 3 no).
    """
    return raw.parquet("unga/unga_votes_1946_2026.parquet", "rcid, iso3, vote")


def read_rollcalls(raw: RawStore) -> pd.DataFrame:
    """One row per roll call: session, date, resolution, titles, flags as text."""
    columns = "rcid, session, date, unres, title, descr, importantvote, amend, para, issues, src"
    labels = "session_label, agenda, committee, subjects"
    return raw.parquet("unga/unga_rollcalls_1946_2026.parquet", f"{columns}, {labels}")


def read_ideal_points_2024(raw: RawStore) -> pd.DataFrame:
    """Ideal points 1946-2024: COW code, year, estimates of final-passage votes and of all votes,
    quantiles.
    """
    estimates = "idealpointfp, q5fp, q10fp, q50fp, q90fp, q95fp, nvotesfp, idealpointall"
    return raw.stata("unga/ideal_points_2025_07.dta", f"ccode, year, {estimates}")


def read_ideal_points_2025(raw: RawStore) -> pd.DataFrame:
    """Ideal points of the later file, all years (text)."""
    estimates = "NVotesFP, IdealPointFP, Q5%FP, Q10%FP, Q50%FP, Q90%FP, Q95%FP"
    return raw.csv("unga/ideal_points_1946_2025.tab", f"ccode, year, {estimates}", sep="\t")


def read_ukraine_texts(raw: RawStore) -> pd.DataFrame:
    """Texts on Ukraine since 2014 with counts and the votes of three states (text)."""
    columns = "date, unres, title, n_yes, n_no, n_abs, RUS, CHN, USA, src"
    return raw.csv("unga/unga_ukraine_votes.csv", columns)


def read_vetoes(raw: RawStore) -> pd.DataFrame:
    """Vetoes 1946 to July 2022, dates as month/day/year, the names of up to three members that
    vetoed (text).
    """
    columns = "date, draft, agenda_item, member_veto1, member_veto2, member_veto3"
    return raw.csv("unsc/unsc_vetoes_1946_sept2022.csv", columns)


def read_later_vetoes(raw: RawStore) -> pd.DataFrame:
    """Vetoes since September 2022 that the press reported (text)."""
    columns = "date, topic, russia_vote, china_vote, source_url"
    return raw.csv("unsc/unsc_vetoes_supplement_2022_2025.csv", columns)


def read_vetoes_since_2022(raw: RawStore) -> pd.DataFrame:
    """Vetoes from 26 May 2022 to 7 April 2026, flags 0 and 1 of those who cast them (text)."""
    return raw.csv(
        "found_2026_11/politics/unsc/unsc_vetoes_2022_2026.csv",
        "date, draft, meeting, topic, russia, china, usa, joint_russia_china, source",
    )
