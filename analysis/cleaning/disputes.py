"""Militarised disputes, wars, alliances and leaders, from 1946 on."""

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import refuse, to_code, to_integer, to_number
from analysis.cleaning.codes import PAIR, cow_to_iso3, named, one_direction, undirected
from analysis.cleaning.corrections import corrected
from analysis.cleaning.declared import tidied
from analysis.sources.source import RawStore

FIRST_YEAR = 1946
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


def _pairs(
    published: pd.DataFrame, one: str, other: str, *, by: list[str], what: str
) -> pd.DataFrame:
    """Rows from 1946 on of pairs listed in both directions, each pair once, in ISO3."""
    whole = dict.fromkeys((one, other, "year"), int)
    rows = published[published.year >= FIRST_YEAR].astype(whole)
    return named(one_direction(rows, one, other, by=by, what=what), what=what)


def _known(values: pd.Series) -> pd.Series:
    """Levels with -9 ('not known') missing."""
    return values.where(values >= 0).astype("Int64")


def disputes(raw: RawStore) -> pd.DataFrame:
    """Disputes by pair of states that began in 1946 to 2014 (Dyadic MID 4.02), one row per dispute
    and pair.

    Levels are the highest of the pair's years in the dispute. RUS is the Soviet Union before 1992,
    CHN the government in Peking (the Republic to 1949). Deaths that are coded without a use of
    force must be declared in data/corrections/exceptions.csv.
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
    keys = ["dispute", *PAIR]
    finds = bloodless[[*keys, "hostility", "fatality_level"]]
    lints.require_declared("disputes", deaths_without_force=(finds, keys))
    return frame.sort_values(keys).reset_index(drop=True)


def _dispute_years_of_pairs(raw: RawStore) -> pd.DataFrame:
    """Dyadic MID 4.02 from 1946 on, each pair once, in ISO3, unknown levels missing."""
    published = raw.csv(
        "cow/dyadic_mid_4.02.csv",
        "disno, dyindex, statea, stateb, strtmnth, strtyr, endmnth, endyear, year, "
        "outcome, fatlev, highact, hihost, recip, war, revtypea, revtypeb",
    )
    what = "dyadic MID 4.02"
    numbers = published.apply(to_number, what=what)
    numbers = numbers[numbers.strtyr >= FIRST_YEAR]
    years = _pairs(numbers, "statea", "stateb", by=["disno", "dyindex", "year"], what=what)
    sought = years[["revtypea", "revtypeb"]] == TERRITORY
    years = undirected(years.assign(territorial=sought.any(axis=1)))
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
    pairs = _pairs(published, "ccode1", "ccode2", by=["dispnum", "year"], what="MID 5")
    swapped = pairs.state_a > pairs.state_b
    sides = {}
    for ours, theirs in (("hostility", "hostlev"), ("fatality_level", "fatality")):
        own, others = _known(pairs[f"{theirs}1"]), _known(pairs[f"{theirs}2"])
        sides[f"{ours}_a"] = own.mask(swapped, others)
        sides[f"{ours}_b"] = others.mask(swapped, own)
    frame = undirected(pairs[[*PAIR, "year"]]).assign(**sides)
    frame["dispute"], frame["onset"] = pairs.dispnum.astype(int), pairs.cowmidonset == 1
    keys = ["dispute", *PAIR, "year"]
    return frame.sort_values(keys)[[*keys, "onset", *sides]]


def interstate_conflicts(raw: RawStore) -> pd.DataFrame:
    """Years of war and armed conflict between states since 1946, by two definitions.

    'cow_war_4.0' to 2007: wars of at least 1,000 battle deaths. 'ucdp_25.1' to 2024: conflicts of
    at least 25 deaths in the year ('minor') or 1,000 ('war'); the parties at issue, without their
    supporters. A war with a truce in it (Palestine 1948, Cyprus 1974) stands once.
    """
    wars = raw.parquet("peacesciencer/cow_war_inter.parquet", "warnum, ccode1, ccode2, year")
    by, what = ["warnum", "year"], "COW inter-state wars"
    wars = _pairs(wars.drop_duplicates(), "ccode1", "ccode2", by=by, what=what)
    wars = wars.rename(columns={"warnum": "conflict"}).assign(source="cow_war_4.0", intensity="war")
    conflicts = named(_armed_conflicts(raw), what="UCDP/PRIO")
    frame = undirected(pd.concat([wars, conflicts], ignore_index=True)).astype({"conflict": int})
    keys = ["source", "conflict", *PAIR, "year"]
    return frame.sort_values(keys)[[*keys, "intensity"]]


def _armed_conflicts(raw: RawStore) -> pd.DataFrame:
    what = "UCDP/PRIO"
    published = raw.csv(
        "cow/UcdpPrioConflict_v25_1.csv",
        "conflict_id, gwno_a, gwno_b, year, intensity_level, type_of_conflict",
    )
    pairs = published[published.type_of_conflict == INTERSTATE]
    for side in ("gwno_a", "gwno_b"):
        pairs = pairs.assign(**{side: pairs[side].str.split(",")}).explode(side)
    levels = {"1": "minor", "2": "war"}
    return pd.DataFrame(
        {
            "source": "ucdp_25.1",
            "conflict": to_integer(pairs.conflict_id, what=what),
            "state_a": to_integer(pairs.gwno_a.str.strip(), what=what),
            "state_b": to_integer(pairs.gwno_b.str.strip(), what=what),
            "year": to_integer(pairs.year, what=what),
            "intensity": to_code(pairs.intensity_level, levels, what=f"{what}, intensity"),
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
    pairs = _pairs(published, "ccode1", "ccode2", by=["year"], what="ATOP")
    frame, bound = undirected(pairs).rename(columns=OBLIGATIONS), list(OBLIGATIONS.values())
    strange = frame[~frame[bound].isin([0, 1]).all(axis=1)]
    refuse(strange, [*PAIR, "year"], "ATOP has obligations that are neither 0 nor 1")
    frame = frame.astype(dict.fromkeys(bound, bool)).groupby([*PAIR, "year"])[bound].any()
    return frame[frame.any(axis=1)].reset_index()


def leaders(raw: RawStore) -> pd.DataFrame:
    """Effective leaders who left office in 1946 or later, one row per time in office (Archigos 4.1,
    to 2015).
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
    return frame.sort_values(["iso3", "start_date", "spell"])


def leaders_to_2021(raw: RawStore) -> pd.DataFrame:
    """Leaders who left in 1950 or later or were in office in March 2021 (REIGN), with the day of
    coming and the month of leaving.

    Who was in office at the end of the file has no end_date: the spell is cut there, and no exit.
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
