"""Sanctions, coercion and arms: small extracts and lists, each row with what it rests on."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import (
    offenders,
    require_not_negative,
    require_unique,
    to_iso3,
    to_number,
)
from analysis.cleaning.dates import partial_dates, with_address, year_spans
from analysis.errors import RawDataError
from analysis.sources import pressure
from analysis.sources.source import RawStore

KINDS = ("trade", "arms", "military", "financial", "travel", "other")
OUTCOMES = ("success_total", "success_part", "nego_settlement", "failed", "ongoing")
LISTS = {
    "Hitchings 2020": "Hitchings 2020",
    "CSIS 2023 (Reynolds & Goodman)": "Reynolds and Goodman 2023",
    "Hartcher, Red Flag (notes)": "Hartcher 2019",
}
COUNTERS = {
    "MERICS (Adachi, Brown, Zenglein 2022)": "MERICS 2022",
    "CSIS Reynolds & Goodman 2023": "Reynolds and Goodman 2023",
    "GSDB R3 subset in data/sanctions/GSDB_V3.csv": "GSDB release 3",
    "China Sanctions Monitor, early version (60 target-country observations)": (
        "China Sanctions Monitor 2025"
    ),
}
ROUNDING = 0.011
"""Yearly sums are rounded to 0.01, so a part can seem to pass its whole by that much."""


def _renamed(values: pd.Series, names: dict[str, str], *, what: str) -> pd.Series:
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise RawDataError(f"{what} names {unknown}", allowed=", ".join(names))
    return values.map(names)


def arms_transfers(raw: RawStore) -> pd.DataFrame:
    """Arms from Russia (the Soviet Union before 1992) to China by year, million TIV, by two ways of
    dating.
    """
    published = pressure.read_arms(raw)
    names = {
        "tiv_exact_mn": "tiv_exact_2000_2023",
        "china_imports_exact_mn": "china_imports_exact",
        "tiv_even_split_mn": "tiv_evensplit",
        "china_imports_even_split_mn": "china_imports_evensplit",
        "russia_exports_even_split_mn": "russia_exports_total_evensplit",
    }
    frame = pd.DataFrame(
        {
            "year": published.year.astype(int),
            **{ours: to_number(published[theirs], what="SIPRI") for ours, theirs in names.items()},
        }
    )
    require_unique(frame, ["year"], what="SIPRI")
    for column in names:
        require_not_negative(frame, column, ["year"], what="SIPRI")
    for part, whole in (
        ("tiv_exact_mn", "china_imports_exact_mn"),
        ("tiv_even_split_mn", "china_imports_even_split_mn"),
        ("tiv_even_split_mn", "russia_exports_even_split_mn"),
    ):
        larger = frame[frame[part] > frame[whole] + ROUNDING]
        if len(larger):
            raise RawDataError(
                f"SIPRI: {part} passes {whole} in {offenders(larger, ['year', part, whole])}"
            )
    return frame.sort_values("year").reset_index(drop=True)


def _cases(raw: RawStore) -> pd.DataFrame:
    published = pressure.read_gsdb(raw)
    require_unique(published, ["case_id"], what="the sanctions data base")
    target, sender = (
        published.sanctioned_state.str.split(r",\s*"),
        published.sanctioning_state.str.split(r",\s*"),
    )
    return published.assign(
        target_russia=target.map(lambda names: "Russia" in names),
        sender_china=sender.map(lambda names: "China" in names),
        outcomes=published.success.str.split(r",\s*"),
    )


def sanctions_cases(raw: RawStore) -> pd.DataFrame:
    """Sanction cases with China among the senders or Russia among the targets that ended in 2013 to
    2022.

    A case that runs on has last_year 2022, where the file ends, and the outcome 'ongoing'.
    """
    cases = _cases(raw)
    cases = cases[cases.target_russia | cases.sender_china]
    frame = pd.DataFrame(
        {
            "case": to_number(cases.case_id, what="GSDB").astype(int),
            "target": cases.sanctioned_state,
            "sender": cases.sanctioning_state,
            "target_russia": cases.target_russia,
            "sender_china": cases.sender_china,
            "first_year": to_number(cases.begin, what="GSDB").astype(int),
            "last_year": to_number(cases.end, what="GSDB").astype(int),
            "objectives": cases.objective,
            "outcomes": cases.success,
        }
    )
    for kind in KINDS:
        frame[f"{kind}_sanctions"] = cases[kind] == "1"
    return frame.sort_values("case").reset_index(drop=True)


def sanctions_outcomes(raw: RawStore) -> pd.DataFrame:
    """How the aims of sanctions ended, counted by target (Russia or other) and last year of the
    case.

    One case may have several aims, so aims add up to more than cases.
    """
    cases = _cases(raw)
    aims = cases.explode("outcomes")
    unknown = sorted(set(aims.outcomes) - set(OUTCOMES))
    if unknown:
        raise RawDataError(
            f"the sanctions data base has outcomes {unknown}", allowed=", ".join(OUTCOMES)
        )
    aims = aims.assign(
        target=aims.target_russia.map({True: "Russia", False: "other"}),
        last_year=to_number(aims.end, what="GSDB").astype(int),
        outcome=aims.outcomes,
    )
    keys = ["target", "last_year", "outcome"]
    groups = aims.groupby(keys)
    frame = pd.DataFrame({"aims": groups.size(), "cases": groups.case_id.nunique()}).reset_index()
    return frame.sort_values(keys).reset_index(drop=True)


def coercion_cases(raw: RawStore) -> pd.DataFrame:
    """Cases of Chinese economic coercion that three authors list; a case of two separate years is
    two rows.
    """
    published = pressure.read_coercion_cases(raw)
    rows = (
        published.assign(year=published.year.str.split(";")).explode("year").reset_index(drop=True)
    )
    frame = pd.DataFrame(
        {
            "list": _renamed(rows["list"], LISTS, what="the lists of coercion"),
            "target": rows.target,
            "target_iso3": to_iso3(rows.target, publisher="lists").fillna(""),
            **year_spans(rows.year, what="the lists of coercion"),
            "trigger": rows.trigger,
        }
    )
    keys = ["list", "target", "first_year", "trigger"]
    require_unique(frame, keys, what="the lists of coercion")
    found = with_address(frame, rows.source_url, table="coercion_cases", keys=keys)
    return found.sort_values(keys).reset_index(drop=True)


def coercion_counts(raw: RawStore) -> pd.DataFrame:
    """How many cases others count, and whether Russia is named among the targets."""
    published = pressure.read_coercion_counts(raw)
    named = (
        published.names_russia_as_target.str.partition(" (")[0]
        .map({"no": "no", "yes": "yes"})
        .fillna("not known")
    )
    frame = pd.DataFrame(
        {
            "source": _renamed(published.source, COUNTERS, what="the counts of coercion"),
            "period": published.period,
            "count": to_number(published["count"], what="the counts of coercion").astype(int),
            "what_is_counted": published.unit,
            "names_russia": named,
        }
    )
    require_unique(frame, ["source"], what="the counts of coercion")
    return with_address(frame, published.source_url, table="coercion_counts", keys=["source"])


def china_sanctions_targets(raw: RawStore) -> pd.DataFrame:
    """Chinese restrictions by target, mainly 2019 to March 2025. A target that is absent had none
    in this version.
    """
    published = pressure.read_monitor_targets(raw)
    frame = pd.DataFrame(
        {
            "target": published.target,
            "target_iso3": to_iso3(published.target, publisher="lists").fillna(""),
            "restrictions": (
                to_number(published.restrictions_count, what="China Sanctions Monitor").astype(int)
            ),
        }
    )
    require_unique(frame, ["target"], what="China Sanctions Monitor")
    return with_address(frame, published.source, table="china_sanctions_targets", keys=["target"])


def frictions(raw: RawStore) -> pd.DataFrame:
    """Events that could be read as Chinese pressure on Russia, and the reason for or against:
    counter-examples.
    """
    published = pressure.read_frictions(raw)
    frame = partial_dates(published.date, what="the frictions").assign(
        event=published.event, judgement=published.why_it_is_or_is_not_coercion
    )
    require_unique(frame, ["date", "event"], what="the frictions")
    return with_address(frame, published.source_url, table="frictions", keys=["date", "event"])


def sanctions_on_russia(raw: RawStore) -> pd.DataFrame:
    """Number of sanctions on Russia at three dates: to cite in text with the source, never to
    chart.
    """
    published = pressure.read_sanctions_on_russia(raw)
    names = {"before": "before_2022_02_22", "since": "since_2022_02_22", "total": "total"}
    numbers = {
        k: to_number(published[v], what="the counts of sanctions").astype(int)
        for k, v in names.items()
    }
    frame = partial_dates(published.as_of, what="the counts of sanctions")[["date", "year"]].assign(
        before_invasion=numbers["before"], since_invasion=numbers["since"], total=numbers["total"],
        compiled_by=published.compiled_by,
    )  # fmt: skip
    require_unique(frame, ["date"], what="the counts of sanctions")
    broken = frame[frame.before_invasion + frame.since_invasion != frame.total]
    if len(broken):
        raise RawDataError(
            f"the counts of sanctions miss their total on {offenders(broken, ['date', 'total'])}"
        )
    return with_address(frame, published.source_url, table="sanctions_on_russia", keys=["date"])
