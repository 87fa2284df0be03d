"""United Nations: General Assembly roll calls and ideal points, Security Council vetoes."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

VOTES_TO_2020 = Source(
    key="unvotes",
    producer="Erik Voeten, Anton Strezhnev and Michael Bailey",
    title="United Nations General Assembly Voting Data, 1946 to January 2020",
    citation=(
        "Voeten, Erik, Anton Strezhnev and Michael Bailey. United Nations General Assembly Voting"
        " Data. Harvard Dataverse, doi:10.7910/DVN/LEJUQZ; through the R package unvotes."
    ),
    url="https://doi.org/10.7910/DVN/LEJUQZ",
    licence="free for research with citation (Harvard Dataverse)",
    units="votes",
    basis="recorded votes in the plenary: yes, abstain, no; absences left out",
    served_by="github.com/dgrtwo/unvotes @ 7eb70343",
    traps=(
        "China is the government in Peking from November 1971; the seat is Taiwan's (TWN) before",
        "Russia holds the Soviet Union's votes before 1992; Belarus and Ukraine voted beside it",
        (
            "votes on paragraphs and amendments stand among votes on whole texts, and are flagged"
            " in part only"
        ),
        "YUG is Yugoslavia, then Serbia and Montenegro, then Serbia",
    ),
)
VOTES_FROM_2020 = Source(
    key="un_xml",
    producer="United Nations, Dag Hammarskjöld Library",
    title="United Nations General Assembly resolutions and votes, 2020 to June 2026",
    citation="United Nations. Voting records of the General Assembly. UN Digital Library.",
    url="https://digitallibrary.un.org/search?cc=Voting+Data",
    licence="United Nations terms of use: public records, reuse with attribution",
    units="votes",
    basis="recorded votes on adopted texts: yes, abstain, no; absences left out",
    served_by="github.com/UNxml/GAresolutions @ 42a69b67",
    traps=(
        (
            "adopted texts only: votes on paragraphs, on amendments and on texts that failed are"
            " not here"
        ),
        (
            "the votes of 2025 are an artefact of the agenda: the United States voted no on 169 of"
            " 184 texts"
        ),
        (
            "resolution 75/254 has a published count and no list; 77/293 has one abstention less in"
            " the list than counted"
        ),
    ),
)
IDEAL_POINTS_2024 = Source(
    key="2025_07",
    producer="Michael Bailey, Anton Strezhnev and Erik Voeten",
    title="Ideal points estimated from General Assembly votes, release of July 2025",
    citation=(
        "Bailey, Michael A., Anton Strezhnev and Erik Voeten (2017). Estimating Dynamic State"
        " Preferences from United Nations Voting Data. Journal of Conflict Resolution 61(2),"
        " 430-456; release of July 2025."
    ),
    url="https://doi.org/10.7910/DVN/LEJUQZ",
    licence="free for research with citation (Harvard Dataverse)",
    units="standard deviations of the estimated scale",
    basis="final-passage votes; posterior mean and quantiles",
    served_by="Harvard Dataverse file, carried without an address",
    traps=(
        (
            "the column of ISO codes gives South Yemen North Yemen's code and is empty in 17 rows:"
            " COW codes decide here"
        ),
        "estimates of all votes stop in 2023",
    ),
)
IDEAL_POINTS_2025 = Source(
    key="1946_2025",
    producer="Michael Bailey, Anton Strezhnev and Erik Voeten",
    title="Ideal points estimated from General Assembly votes, 1946-2025",
    citation=(
        "Bailey, Michael A., Anton Strezhnev and Erik Voeten (2017). Estimating Dynamic State"
        " Preferences from United Nations Voting Data. Journal of Conflict Resolution 61(2),"
        " 430-456; file for 1946-2025."
    ),
    url="https://doi.org/10.7910/DVN/LEJUQZ",
    licence="free for research with citation (Harvard Dataverse)",
    units="standard deviations of the estimated scale",
    basis="final-passage votes; posterior mean and quantiles",
    served_by="Harvard Dataverse file, carried without an address",
    traps=("this file lost session 79: its 2024 rests on 8 votes, so only 2025 is taken from it",),
)
VETOES = Source(
    key="yordan",
    producer="Carlos Yordán, World Politics Data Lab, after the Dag Hammarskjöld Library",
    title="List of UN Security Council vetoes, 1946 to July 2022",
    citation=(
        "Yordán, Carlos L. (2022). List of UN Security Council Vetoes. World Politics Data Lab,"
        " Drew University, from the United Nations Dag Hammarskjöld Library's list."
    ),
    url="https://research.un.org/en/docs/sc/quick/veto",
    licence="public record of the United Nations",
    units="vetoes",
    basis="drafts or parts of drafts not adopted because of a negative vote of a permanent member",
    served_by="github.com/world-politics-datalab/vetoes-un-security-council",
    traps=(
        (
            "China before November 1971 is the government in Taipei; Russia is the Soviet Union"
            " before 1992"
        ),
        (
            "the columns of 0 and 1 miss 26 vetoes of France, the Soviet Union and the United"
            " States in 1966-1985: the columns that name the members are used"
        ),
    ),
)
LATER_VETOES = Source(
    key="press",
    producer="Press reports, collected by hand",
    title="Vetoes of Russia and China, September 2022 to February 2025",
    citation="Press reports of Security Council votes; each row carries its address.",
    url="https://research.un.org/en/docs/sc/quick/veto",
    licence="facts; each press report keeps its own terms",
    units="vetoes",
    basis="as reported; not a complete list",
    served_by="press excerpts collected by hand, one address per row",
    traps=("a veto absent from these rows may still have been cast",),
)


def read_votes(raw: RawStore) -> pd.DataFrame:
    """Every recorded vote: columns rcid (roll call), iso3 as the carriers code it, vote (1 yes, 2
    abstain, 3 no).
    """
    columns = ("rcid", "iso3", "vote")
    return raw.parquet("unga/unga_votes_1946_2026.parquet", columns=columns)[list(columns)]


def read_rollcalls(raw: RawStore) -> pd.DataFrame:
    """One row per roll call: session, date, resolution, titles, flags as text, published counts
    from 2020.
    """
    columns = (
        "rcid", "session", "date", "unres", "title", "descr", "importantvote", "amend", "para", "issues", "src",
        "session_label", "agenda", "committee", "subjects", "n_yes", "n_no", "n_abs",
    )  # fmt: skip
    return raw.parquet("unga/unga_rollcalls_1946_2026.parquet", columns=columns)[list(columns)]


def read_ideal_points_2024(raw: RawStore) -> pd.DataFrame:
    """Ideal points 1946-2024: COW code, year, estimates of final-passage votes and of all votes,
    quantiles.
    """
    columns = (
        "ccode",
        "year",
        "idealpointfp",
        "q5fp",
        "q10fp",
        "q50fp",
        "q90fp",
        "q95fp",
        "nvotesfp",
        "idealpointall",
    )
    return raw.stata("unga/ideal_points_2025_07.dta", columns=columns)[list(columns)]


def read_ideal_points_2025(raw: RawStore) -> pd.DataFrame:
    """Ideal points of the later file, all years (text)."""
    columns = (
        "ccode",
        "year",
        "NVotesFP",
        "IdealPointFP",
        "Q5%FP",
        "Q10%FP",
        "Q50%FP",
        "Q90%FP",
        "Q95%FP",
    )
    return raw.csv("unga/ideal_points_1946_2025.tab", columns=columns, sep="\t")[list(columns)]


def read_ukraine_texts(raw: RawStore) -> pd.DataFrame:
    """Texts on Ukraine since 2014 with counts and the votes of nine states (text)."""
    columns = ("date", "unres", "title", "n_yes", "n_no", "n_abs", "RUS", "CHN", "USA", "src")
    return raw.csv("unga/unga_ukraine_votes.csv", columns=columns)


def read_vetoes(raw: RawStore) -> pd.DataFrame:
    """Vetoes 1946 to July 2022, dates as month/day/year, the names of up to three members that
    vetoed (text).
    """
    columns = ("date", "draft", "agenda_item", "member_veto1", "member_veto2", "member_veto3")
    return raw.csv("unsc/unsc_vetoes_1946_sept2022.csv", columns=columns)


def read_later_vetoes(raw: RawStore) -> pd.DataFrame:
    """Vetoes since September 2022 that the press reported (text)."""
    columns = ("date", "topic", "drafter", "russia_vote", "china_vote", "result", "source_url")
    return raw.csv("unsc/unsc_vetoes_supplement_2022_2025.csv", columns=columns)
