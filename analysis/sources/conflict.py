"""Data sets of conflict research: disputes, wars, alliances and leaders, in codes of the Correlates
of War.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore


def read_dyadic_mid(raw: RawStore) -> pd.DataFrame:
    """Dyadic MID 4.02 (text): a row per dispute, directed pair of COW codes and year."""
    columns = "disno, dyindex, statea, stateb, strtmnth, strtyr, endmnth, endyear, year, outcome"
    levels = "fatlev, highact, hihost, recip, war, revtypea, revtypeb"
    return raw.csv("cow/dyadic_mid_4.02.csv", f"{columns}, {levels}")


def read_mid5(raw: RawStore) -> pd.DataFrame:
    """MID 5: a row per dispute, directed pair of COW codes and year; hostility and deaths of either
    side.
    """
    columns = "dispnum, ccode1, ccode2, year, cowmidonset"
    sides = "hostlev1, hostlev2, fatality1, fatality2"
    return raw.parquet("peacesciencer/cow_mid_ddydisps.parquet", f"{columns}, {sides}")


def read_wars(raw: RawStore) -> pd.DataFrame:
    """COW inter-state wars: a row per war, directed pair of COW codes and year."""
    return raw.parquet("peacesciencer/cow_war_inter.parquet", "warnum, ccode1, ccode2, year")


def read_armed_conflicts(raw: RawStore) -> pd.DataFrame:
    """UCDP/PRIO armed conflicts (text), every type; sides as lists of Gleditsch-Ward codes."""
    columns = "conflict_id, gwno_a, gwno_b, year, intensity_level, type_of_conflict"
    return raw.csv("cow/UcdpPrioConflict_v25_1.csv", columns)


def read_alliances(raw: RawStore) -> pd.DataFrame:
    """ATOP: a row per directed pair of COW codes and year, a column of 0 and 1 for each
    obligation.
    """
    obligations = "atop_defense, atop_offense, atop_neutral, atop_nonagg, atop_consul"
    path = "peacesciencer/atop_alliance.parquet"
    return raw.parquet(path, f"ccode1, ccode2, year, {obligations}")


def read_leaders(raw: RawStore) -> pd.DataFrame:
    """Archigos: a row per time in office, Gleditsch-Ward codes."""
    columns = "obsid, gwcode, leader, startdate, enddate, entry, exit, exitcode"
    return raw.parquet("peacesciencer/archigos.parquet", columns)


def read_leaders_to_2021(raw: RawStore) -> pd.DataFrame:
    """REIGN: a row per leader, COW codes (text)."""
    columns = "ccode, leadid, leader, sdate, smonth, syear, emonth, eyear"
    path = "found_2026_11/politics/leaders/reign_leaderlist_2021_03.csv"
    return raw.csv(path, columns, encoding="latin-1")
