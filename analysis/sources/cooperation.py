"""Exercises, patrols, border agreements, memberships and meetings, from reports with an address
each.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

_BY_HAND = "press excerpts collected by hand, one address per row"
_FACTS = "facts; each report keeps its own terms"
PATROLS = Source(
    key="joint_patrols",
    producer="Ministries of defence of Russia and China, as reported by the press",
    title="Joint patrols of Russian and Chinese bombers, 2019-2025",
    citation=(
        "Announcements of the Russian and Chinese ministries of defence, as reported; each row"
        " carries its addresses."
    ),
    url="http://eng.mod.gov.cn/",
    licence=_FACTS,
    units="patrols",
    basis="complete by the ministries' own numbering to the tenth, of December 2025",
    served_by=_BY_HAND,
    traps=("the number of the eighth is inferred from the seventh and the ninth",),
)
EXERCISES = Source(
    key="joint_exercises",
    producer="Press and armed forces' own reports, collected by hand",
    title="Joint exercises and naval patrols of Russia and China, 2003-2025",
    citation="Press reports and announcements; each row carries its address.",
    url="http://eng.chinamil.com.cn/",
    licence=_FACTS,
    units="exercises",
    basis="found in reports; not exhaustive (others count more than 117 since 2003)",
    served_by=_BY_HAND,
    traps=("counts by year say as much about reporting as about exercises",),
)
BORDER = Source(
    key="border",
    producer="Press and reference works, collected by hand",
    title="Steps in settling and demilitarising the border, 1987-2023",
    citation="Press reports and reference works; each row carries its address.",
    url="https://nuke.fas.org/control/mrmfba/index.html",
    licence=_FACTS,
    units="events",
    basis="single reports; not exhaustive",
    served_by=_BY_HAND,
    traps=("the supplementary agreement of 2004 and the protocol of 2008 are not in this list",),
)
MEMBERSHIPS = Source(
    key="memberships",
    producer="Press reports, collected by hand",
    title="Members of the Shanghai Cooperation Organisation and of BRICS",
    citation="Press reports of accessions; each row carries its address.",
    url="https://eng.sectsco.org/",
    licence=_FACTS,
    units="memberships",
    basis="full members only; observers and partners left out",
    served_by=_BY_HAND,
    traps=(
        "Saudi Arabia was invited to BRICS and is reported not to have formalised its membership",
    ),
)
MEETINGS = Source(
    key="meetings",
    producer="Press reports, collected by hand",
    title="Meetings of Vladimir Putin and Xi Jinping, and the number that each side counted",
    citation="Press reports; each row carries its address.",
    url="https://tass.com/politics/1375989",
    licence=_FACTS,
    units="meetings",
    basis=(
        "some meetings by date, not all; running totals as officials gave them, video calls"
        " included"
    ),
    served_by=_BY_HAND,
)


def read_patrols(raw: RawStore) -> pd.DataFrame:
    """Joint bomber patrols (text)."""
    columns = (
        "n", "start_date", "end_date", "area", "russian_aircraft", "chinese_aircraft", "note", "source_url",
        "source_url_2",
    )  # fmt: skip
    return raw.csv("press/joint_bomber_patrols.csv", columns=columns)


def read_exercises(raw: RawStore) -> pd.DataFrame:
    """Joint exercises and naval patrols (text)."""
    columns = (
        "name",
        "start_date",
        "end_date",
        "type",
        "format",
        "location",
        "size_note",
        "source_url",
    )
    return raw.csv("press/joint_exercises.csv", columns=columns)


def read_exercise_counts(raw: RawStore) -> pd.DataFrame:
    """Numbers of exercises that others give (text)."""
    columns = ("claim", "value", "as_of", "compiled_by", "source_url")
    return raw.csv("press/joint_exercises_counts.csv", columns=columns)


def read_border(raw: RawStore) -> pd.DataFrame:
    """Steps in settling and demilitarising the border (text)."""
    return raw.csv(
        "press/border_demilitarisation.csv", columns=("date", "event", "detail", "source_url")
    )


def read_memberships(raw: RawStore) -> pd.DataFrame:
    """Members of SCO and BRICS with the date of joining (text)."""
    columns = ("organisation", "country", "member_from", "note", "source_url")
    return raw.csv("press/sco_brics_membership.csv", columns=columns)


def read_meetings(raw: RawStore) -> pd.DataFrame:
    """Meetings and running totals (text). One address of the file holds a comma without quotes and
    is put together.
    """
    return raw.csv(
        "press/putin_xi_meetings.csv",
        columns=("date", "kind", "place_or_value", "note", "source_url"),
        engine="python",
        on_bad_lines=lambda fields: [*fields[:4], ",".join(fields[4:])],
    )
