"""Militarised disputes, wars and alliances, from 1946 on."""

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import refuse, to_code, to_integer, to_number
from analysis.cleaning.codes import PAIR, named, one_direction, undirected
from analysis.cleaning.corrections import corrected
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
    """Disputes by pair of states that began in 1946 to 2014 (Dyadic MID 4.02), with the highest
    levels of the pair's years. RUS is the Soviet Union before 1992, CHN the government in Peking
    (the Republic to 1949). Deaths coded without a use of force must be declared.
    """
    published = raw.csv(
        "cow/dyadic_mid_4.02.csv",
        "disno, dyindex, statea, stateb, strtmnth, strtyr, endyear, year, fatlev, highact, hihost,"
        " recip, war, revtypea, revtypeb",
    )
    what = "dyadic MID 4.02"
    numbers = published.apply(to_number, what=what)
    numbers = numbers[numbers.strtyr >= FIRST_YEAR]
    pairs = _pairs(numbers, "statea", "stateb", by=["disno", "dyindex", "year"], what=what)
    years = undirected(pairs).assign(
        **{level: _known(pairs[level]) for level in ("hihost", "highact", "fatlev")},
        war=pairs.war == 1,
        recip=pairs.recip == 1,
        territorial=(pairs[["revtypea", "revtypeb"]] == TERRITORY).any(axis=1),
    )
    groups = years.sort_values("year").groupby(["disno", *PAIR])
    frame = groups.agg(
        start_year=("strtyr", "min"),
        start_month=("strtmnth", "first"),
        end_year=("endyear", "max"),
        hostility=("hihost", "max"),
        highest_action=("highact", "max"),
        fatality_level=("fatlev", "max"),
        war=("war", "max"),
        reciprocated=("recip", "max"),
        territorial=("territorial", "max"),
    )
    frame["start_month"] = frame.start_month.where(frame.start_month > 0)
    frame = frame.reset_index().rename(columns={"disno": "dispute"}).astype({"dispute": int})
    frame = corrected(frame, "disputes")
    bloodless = frame[(frame.fatality_level > 0) & (frame.hostility < FORCE_USED)]
    keys = ["dispute", *PAIR]
    finds = bloodless[[*keys, "hostility", "fatality_level"]]
    lints.require_declared("disputes", deaths_without_force=(finds, keys))
    return frame


def dispute_years(raw: RawStore) -> pd.DataFrame:
    """Disputes by pair and year, 1946-2014 (MID 5). Hostility and deaths are each state's own
    in the whole dispute, so a level of 5 may be war with a third state.
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
    return frame.assign(dispute=pairs.dispnum.astype(int), onset=pairs.cowmidonset == 1)


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
    return undirected(pd.concat([wars, conflicts]))


def _armed_conflicts(raw: RawStore) -> pd.DataFrame:
    what = "UCDP/PRIO"
    published = raw.csv(
        "cow/UcdpPrioConflict_v25_1.csv",
        "conflict_id, gwno_a, gwno_b, year, intensity_level, type_of_conflict",
    )
    pairs = published[published.type_of_conflict == INTERSTATE]
    for side in ("gwno_a", "gwno_b"):
        pairs = pairs.assign(**{side: pairs[side].str.split(", *")}).explode(side)
    levels = {"1": "minor", "2": "war"}
    return pd.DataFrame(
        {
            "source": "ucdp_25.1",
            "conflict": to_integer(pairs.conflict_id, what=what),
            "state_a": to_integer(pairs.gwno_a, what=what),
            "state_b": to_integer(pairs.gwno_b, what=what),
            "year": to_integer(pairs.year, what=what),
            "intensity": to_code(pairs.intensity_level, levels, what=f"{what}, intensity"),
        }
    ).reset_index(drop=True)


def alliances(raw: RawStore) -> pd.DataFrame:
    """What treaties in force bound two states to, by pair and year, 1946-2018 (ATOP 5); a pair
    without any is absent. The two codes of Germany and Yemen in 1990 are put together.
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
