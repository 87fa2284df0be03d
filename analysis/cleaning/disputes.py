"""Militarised disputes, wars, alliances and leaders, from 1946 on."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import refuse, require_unique, to_code, to_integer, to_number
from analysis.cleaning.codes import cow_to_iso3, one_direction, undirected
from analysis.cleaning.corrections import corrected
from analysis.cleaning.declared import tidied
from analysis.sources.source import RawStore

FIRST_YEAR = 1946
LAST_YEAR_OF_MID = 2014
PAIR = ["state_a", "state_b"]
FORCE_USED = 4
"""Hostility level of the MID: 1 none, 2 threat, 3 display, 4 use of force, 5 war (1,000 battle
deaths)."""
TERRITORY = 1
"""Type of revision sought: 1 territory, 2 policy, 3 government, 4 other."""
OBLIGATIONS = {
    "atop_defense": "defence",
    "atop_offense": "offence",
    "atop_neutral": "neutrality",
    "atop_nonagg": "non_aggression",
    "atop_consul": "consultation",
}
INTERSTATE = "2"
ARCHIGOS_ENDS = "2015-12-31"


def _since_1946(published: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Rows from 1946 on, with whole numbers for both codes and the year."""
    whole = dict.fromkeys((one, other, "year"), int)
    return published[published.year >= FIRST_YEAR].astype(whole)


def _known(values: pd.Series) -> pd.Series:
    """Levels with -9 ('not known') missing."""
    return values.where(values >= 0).astype("Int64")


def _with_iso3(frame: pd.DataFrame, one: str, other: str, *, what: str) -> pd.DataFrame:
    """Rows with ISO3 in place of two columns of codes, without pairs of which the list leaves one
    out.
    """
    named = frame.assign(
        **{column: cow_to_iso3(frame[column], frame.year, what=what) for column in (one, other)}
    )
    return named.dropna(subset=[one, other])


def disputes(raw: RawStore) -> pd.DataFrame:
    """Disputes by pair of states that began in 1946 to 2014 (Dyadic MID 4.02), one row per dispute
    and pair.

    Levels are the highest of the pair's years in the dispute. RUS is the Soviet Union before 1992,
    CHN the government in Peking (the Republic to 1949).

    Raises
    ------
    RawDataError
        If a state code is unknown, a pair lacks its reverse, or deaths are coded without a use of
        force and the find is not declared in data/corrections/exceptions.csv.
    """
    years = _dispute_years_of_pairs(raw)
    groups = years.groupby(["disno", *PAIR])
    first = groups.first()
    frame = pd.DataFrame(
        {
            "start_year": groups.strtyr.min().astype(int),
            "start_month": first.strtmnth.where(first.strtmnth > 0).astype("Int64"),
            "end_year": groups.endyear.max().astype(int),
            "hostility": groups.hihost.max(),
            "highest_action": groups.highact.max(),
            "fatality_level": groups.fatlev.max(),
            "war": groups.war.max() == 1,
            "reciprocated": groups.recip.max() == 1,
            "territorial": groups.territorial.max(),
        }
    )
    frame = frame.reset_index().rename(columns={"disno": "dispute"}).astype({"dispute": int})
    frame = corrected(frame, "disputes")
    bloodless = frame[(frame.fatality_level > 0) & (frame.hostility < FORCE_USED)]
    lints.require_declared(
        bloodless[["dispute", *PAIR, "hostility", "fatality_level"]],
        table="disputes",
        lint="deaths_without_force",
        keys=["dispute", *PAIR],
    )
    return frame.sort_values(["dispute", *PAIR]).reset_index(drop=True)


def _dispute_years_of_pairs(raw: RawStore) -> pd.DataFrame:
    """Dyadic MID 4.02 from 1946 on, each pair once, in ISO3, unknown levels missing."""
    published = raw.csv(
        "cow/dyadic_mid_4.02.csv",
        "disno, dyindex, statea, stateb, strtmnth, strtyr, endmnth, endyear, year, "
        "outcome, fatlev, highact, hihost, recip, war, revtypea, revtypeb",
    )
    what = "dyadic MID 4.02"
    numbers = published.apply(to_number, what=what)
    numbers = _since_1946(numbers[numbers.strtyr >= FIRST_YEAR], "statea", "stateb")
    later = numbers[numbers.strtyr > LAST_YEAR_OF_MID]
    refuse(later, ["disno", "strtyr"], f"{what} ends in 2014 and holds")
    one_way = one_direction(numbers, "statea", "stateb", by=["disno", "dyindex", "year"], what=what)
    sought = one_way[["revtypea", "revtypeb"]] == TERRITORY
    one_way = one_way.assign(territorial=sought.any(axis=1))
    years = undirected(_with_iso3(one_way, *PAIR, what=what), *PAIR)
    years = years.sort_values(["disno", "year"])
    for level in ("fatlev", "hihost", "highact"):
        years[level] = _known(years[level])
    return years


def dispute_years(raw: RawStore) -> pd.DataFrame:
    """Disputes by pair and year, 1946-2014 (MID 5), for panels of pairs.

    Hostility and deaths are each state's own in the whole dispute, so a level of 5 may be war with
    a third state.
    """
    published = raw.parquet(
        "peacesciencer/cow_mid_ddydisps.parquet",
        "dispnum, ccode1, ccode2, year, cowmidonset, hostlev1, hostlev2, fatality1, fatality2",
    )
    published = _since_1946(published, "ccode1", "ccode2")
    one_way = one_direction(published, "ccode1", "ccode2", by=["dispnum", "year"], what="MID 5")
    named = _with_iso3(one_way, *PAIR, what="MID 5")
    swapped = named.state_a > named.state_b
    sides = {}
    for ours, theirs in (("hostility", "hostlev"), ("fatality_level", "fatality")):
        own, others = _known(named[f"{theirs}1"]), _known(named[f"{theirs}2"])
        sides[f"{ours}_a"], sides[f"{ours}_b"] = (
            own.where(~swapped, others),
            others.where(~swapped, own),
        )
    frame = undirected(named[[*PAIR]], *PAIR).assign(
        dispute=named.dispnum.astype(int), year=named.year, onset=named.cowmidonset == 1, **sides
    )
    keys = ["dispute", *PAIR, "year"]
    require_unique(frame, keys, what="MID 5")
    return frame.sort_values(keys)[[*keys, "onset", *sides]].reset_index(drop=True)


def interstate_conflicts(raw: RawStore) -> pd.DataFrame:
    """Years of war and armed conflict between states since 1946, by two definitions.

    'cow_war_4.0' to 2007: wars of at least 1,000 battle deaths. 'ucdp_25.1' to 2024: conflicts of
    at least 25 deaths in the year ('minor') or 1,000 ('war'); the parties at issue, without their
    supporters. A war with a truce in it (Palestine 1948, Cyprus 1974) stands once.
    """
    wars = raw.parquet("peacesciencer/cow_war_inter.parquet", "warnum, ccode1, ccode2, year")
    wars = _since_1946(wars, "ccode1", "ccode2").drop_duplicates()
    wars = one_direction(
        wars, "ccode1", "ccode2", by=["warnum", "year"], what="COW inter-state wars"
    )
    wars = wars.rename(columns={"warnum": "conflict"}).assign(source="cow_war_4.0", intensity="war")
    frame = pd.concat([wars, _armed_conflicts(raw)], ignore_index=True).astype({"conflict": int})
    frame = undirected(_with_iso3(frame, *PAIR, what="inter-state conflicts"), *PAIR)
    keys = ["source", "conflict", *PAIR, "year"]
    require_unique(frame, keys, what="inter-state conflicts")
    return frame.sort_values(keys)[[*keys, "intensity"]].reset_index(drop=True)


def _armed_conflicts(raw: RawStore) -> pd.DataFrame:
    published = raw.csv(
        "cow/UcdpPrioConflict_v25_1.csv",
        "conflict_id, gwno_a, gwno_b, year, intensity_level, type_of_conflict",
    )
    between = published[published.type_of_conflict == INTERSTATE]
    sides = between.assign(
        state_a=between.gwno_a.str.split(","), state_b=between.gwno_b.str.split(",")
    )
    pairs = sides.explode("state_a").explode("state_b")
    return pd.DataFrame(
        {
            "source": "ucdp_25.1",
            "conflict": to_number(pairs.conflict_id, what="UCDP/PRIO"),
            "state_a": to_number(pairs.state_a.str.strip(), what="UCDP/PRIO").astype(int),
            "state_b": to_number(pairs.state_b.str.strip(), what="UCDP/PRIO").astype(int),
            "year": to_number(pairs.year, what="UCDP/PRIO").astype(int),
            "intensity": to_code(
                pairs.intensity_level, {"1": "minor", "2": "war"}, what="UCDP/PRIO, intensity"
            ),
        }
    ).reset_index(drop=True)


def alliances(raw: RawStore) -> pd.DataFrame:
    """What treaties in force bound two states to, by pair and year, 1946-2018 (ATOP 5).

    A pair without any obligation is absent. In 1990 Germany and Yemen have two codes each, before
    and after unification: their rows are put together.
    """
    published = raw.parquet(
        "peacesciencer/atop_alliance.parquet", ", ".join(["ccode1, ccode2, year", *OBLIGATIONS])
    )
    published = _since_1946(published, "ccode1", "ccode2")
    one_way = one_direction(published, "ccode1", "ccode2", by=["year"], what="ATOP")
    frame = undirected(_with_iso3(one_way, *PAIR, what="ATOP"), *PAIR).rename(columns=OBLIGATIONS)
    strange = frame[~frame[list(OBLIGATIONS.values())].isin([0, 1]).all(axis=1)]
    refuse(strange, [*PAIR, "year"], "ATOP has obligations that are neither 0 nor 1")
    frame = frame.astype(dict.fromkeys(OBLIGATIONS.values(), bool))
    frame = frame.groupby([*PAIR, "year"])[list(OBLIGATIONS.values())].any()
    return frame[frame.any(axis=1)].reset_index()


def leaders(raw: RawStore) -> pd.DataFrame:
    """Effective leaders who left office in 1946 or later, one row per time in office (Archigos 4.1,
    to 2015).

    Raises
    ------
    RawDataError
        If a state code is unknown or someone leaves before arriving, listing all such.
    """
    published = raw.parquet(
        "peacesciencer/archigos.parquet",
        "obsid, gwcode, leader, startdate, enddate, entry, exit, exitcode",
    )
    began, ended = published.startdate.astype(str), published.enddate.astype(str)
    kept = (ended >= str(FIRST_YEAR)) & (ended <= ARCHIGOS_ENDS)
    year = ended.str.slice(0, 4).astype(int)
    frame = pd.DataFrame(
        {
            "spell": published.obsid,
            "iso3": cow_to_iso3(published.gwcode[kept].astype(int), year[kept], what="Archigos"),
            "leader": published.leader,
            "start_date": began,
            "end_date": ended,
            "year": year,
            "entry": published.entry.str.lower(),
            "exit": published.exit.str.lower(),
            "exit_detail": published.exitcode.str.lower(),
        }
    )[kept].dropna(subset=["iso3"])
    backwards = frame[frame.end_date < frame.start_date]
    refuse(backwards, ["spell", "leader"], "Archigos has leaders who left before they came")
    require_unique(frame, ["spell"], what="Archigos")
    return frame.sort_values(["iso3", "start_date", "spell"]).reset_index(drop=True)


def leaders_to_2021(raw: RawStore) -> pd.DataFrame:
    """Leaders who left in 1950 or later or were in office in March 2021 (REIGN), with the day of
    coming and the month of leaving.

    Who was in office at the end of the file has no end_date: the spell is cut there, and no exit.

    Raises
    ------
    RawDataError
        If a state code or a date is unknown, a row repeats, or someone leaves before arriving.
    """
    published = raw.csv(
        "found_2026_11/politics/leaders/reign_leaderlist_2021_03.csv",
        "ccode, leadid, leader, sdate, smonth, syear, emonth, eyear",
        encoding="latin-1",
    )
    month, day = published.smonth.str.zfill(2), published.sdate.str.zfill(2)
    end = published.eyear + "-" + published.emonth.str.zfill(2)
    codes = to_integer(published.ccode, what="REIGN, ccode")
    prepared = published.assign(
        iso3=cow_to_iso3(codes, to_integer(published.syear, what="REIGN, syear"), what="REIGN"),
        start=published.syear + "-" + month + "-" + day,
        end=end.where(published.eyear != "", ""),
    )
    return tidied(prepared, "leaders_to_2021")
