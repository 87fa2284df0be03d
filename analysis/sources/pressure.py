"""Sanctions, coercion and arms: the Global Sanctions Data Base, SIPRI, and lists that others
compiled.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

GSDB = Source(
    key="gsdb_r3",
    producer=(
        "Global Sanctions Data Base (Drexel University, Hochschule Konstanz, Austrian Institute"
        " WIFO)"
    ),
    title="Global Sanctions Data Base, release 3: cases that ended in 2013 or later",
    citation=(
        "Syropoulos, Constantinos, Gabriel Felbermayr, Aleksandra Kirilakha, Erdal Yalcin and Yoto"
        " V. Yotov (2024). The Global Sanctions Data Base - Release 3: COVID-19, Russia, and"
        " Multilateral Sanctions. Review of International Economics 32(1), 12-48."
    ),
    url="https://www.globalsanctionsdatabase.com/",
    licence=(
        "free for research with citation; the whole file is sent on request, so only an extract is"
        " kept"
    ),
    units="cases",
    basis="one case per target, sender and spell; success as the senders' own aims were judged",
    served_by="a subset of 588 cases, carried without an address",
    traps=(
        (
            "the file ends in 2022: a case marked ongoing has no outcome, and every case against"
            " Russia is ongoing"
        ),
        "official sanctions only: informal pressure, common in China's case, is mostly absent",
    ),
)
SIPRI = Source(
    key="sipri",
    producer="Stockholm International Peace Research Institute",
    title="SIPRI Arms Transfers Database: Russia to China, by year",
    citation="Stockholm International Peace Research Institute. SIPRI Arms Transfers Database.",
    url="https://www.sipri.org/databases/armstransfers",
    licence=(
        "SIPRI terms of use: yearly sums with attribution; the register itself is not kept here"
    ),
    units="million trend-indicator values (TIV)",
    basis="volume of deliveries, not money",
    served_by="yearly sums worked out from the register",
    traps=(
        (
            "the even split spreads each order over its delivery years and is not SIPRI's own"
            " yearly measure"
        ),
        "the exact values reach from 2000 to 2023 only; Russia is the Soviet Union before 1992",
        "a fall may be China's import substitution and not coldness",
    ),
)
COERCION_LISTS = Source(
    key="coercion_lists",
    producer="Hitchings 2020; Reynolds and Goodman (CSIS) 2023; Hartcher, Red Flag",
    title="Cases of Chinese economic coercion, as three authors list them",
    citation=(
        "Hitchings, Ashley (2020). Case Studies in Chinese Economic Pressure. Reynolds, Matthew,"
        " and Matthew P. Goodman (2023). Deny, Deflect, Deter: Countering China's Economic"
        " Coercion. CSIS. Hartcher, Peter (2019). Red Flag. Quarterly Essay."
    ),
    url="https://www.csis.org/analysis/deny-deflect-deter-countering-chinas-economic-coercion",
    licence="facts; each list keeps its own terms",
    units="cases",
    basis="as each author chose: lists of known cases, not samples",
    served_by="copies on the web, one address per row",
    traps=(
        (
            "absence from a list is evidence and no proof: quiet pressure that worked would not be"
            " listed"
        ),
        "the three lists share cases and must not be added up",
    ),
)
COERCION_COUNTS = Source(
    key="coercion_counts",
    producer="MERICS; CSIS; China Sanctions Monitor",
    title="How many cases of Chinese coercion others count",
    citation=(
        "Adachi, Aya, Alexander Brown and Max J. Zenglein (2022). Fasten your seatbelts: How to"
        " manage China's economic coercion. MERICS. Reynolds and Goodman (2023), CSIS. Bohman,"
        " Viking. China Sanctions Monitor."
    ),
    url="https://merics.org/en",
    licence="facts; each report keeps its own terms",
    units="cases or targets, as the row says",
    basis="definitions differ from row to row",
    served_by="copies on the web, one address per row",
)
MONITOR = Source(
    key="china_sanctions_monitor",
    producer="Viking Bohman, China Sanctions Monitor",
    title="Targets of Chinese restrictions, an early version of 2025",
    citation="Bohman, Viking. China Sanctions Monitor, early version of 2025.",
    url="https://github.com/pnadelofficial/bohman_china_sanctions",
    licence="facts with citation",
    units="restrictions",
    basis=(
        "restrictions per target in 2019 to March 2025, mainly; the full file is not in the"
        " repository"
    ),
    served_by="github.com/pnadelofficial/bohman_china_sanctions @ 1679d52a",
    traps=("an early version, counted from the output of a notebook",),
)
FRICTIONS = Source(
    key="frictions",
    producer="Press reports, collected by hand",
    title="Frictions between Russia and China that could be read as pressure",
    citation="Press reports; each row carries its address.",
    url="https://www.scmp.com/",
    licence="facts; each press report keeps its own terms",
    units="events",
    basis="collected as counter-examples; not a complete list",
    served_by="press excerpts collected by hand, one address per row",
)
CASTELLUM = Source(
    key="castellum",
    producer="Castellum.AI",
    title="Number of sanctions on Russia, three dates",
    citation="Castellum.AI. Russia Sanctions Dashboard, and press reports of it.",
    url="https://www.castellum.ai/russia-sanctions-dashboard",
    licence=(
        "Castellum.AI asks for written permission to use its data: cite these three figures in"
        " text, never chart"
    ),
    units="sanctions in force",
    basis="designations by all jurisdictions that the firm follows",
    served_by="press excerpts collected by hand, one address per row",
)


def read_gsdb(raw: RawStore) -> pd.DataFrame:
    """Sanction cases that ended in 2013 or later (text)."""
    kinds = ("trade", "arms", "military", "financial", "travel", "other")
    columns = (
        "case_id",
        "sanctioned_state",
        "sanctioning_state",
        "begin",
        "end",
        *kinds,
        "objective",
        "success",
    )
    return raw.csv("gsdb/gsdb_r3_subset.csv", columns=columns)[list(columns)]


def read_arms(raw: RawStore) -> pd.DataFrame:
    """Deliveries from Russia to China by year, with both totals (text)."""
    columns = (
        "year", "tiv_evensplit", "china_imports_evensplit", "russia_exports_total_evensplit", "tiv_exact_2000_2023",
        "china_imports_exact",
    )  # fmt: skip
    return raw.csv("sipri/sipri_russia_to_china_tiv_by_year.csv", columns=columns)[list(columns)]


def read_coercion_cases(raw: RawStore) -> pd.DataFrame:
    """Cases of Chinese coercion by list, target and year or years (text)."""
    return raw.csv(
        "press/chinese_coercion_cases.csv",
        columns=("list", "target", "year", "trigger", "source_url"),
    )


def read_coercion_counts(raw: RawStore) -> pd.DataFrame:
    """Counts of Chinese coercion that others publish (text)."""
    columns = ("source", "period", "count", "unit", "names_russia_as_target", "source_url")
    return raw.csv("press/chinese_coercion_counts.csv", columns=columns)


def read_monitor_targets(raw: RawStore) -> pd.DataFrame:
    """Restrictions per target (text)."""
    return raw.csv(
        "press/china_sanctions_monitor_targets.csv",
        columns=("target", "restrictions_count", "source"),
    )


def read_frictions(raw: RawStore) -> pd.DataFrame:
    """Frictions, with the reason for calling each coercion or not (text)."""
    columns = ("date", "event", "why_it_is_or_is_not_coercion", "source_url")
    return raw.csv("press/frictions_and_possible_pressure.csv", columns=columns)


def read_sanctions_on_russia(raw: RawStore) -> pd.DataFrame:
    """Number of sanctions on Russia at three dates (text)."""
    columns = (
        "as_of",
        "before_2022_02_22",
        "since_2022_02_22",
        "total",
        "compiled_by",
        "source_url",
    )
    return raw.csv("press/sanctions_on_russia_counts.csv", columns=columns)
