"""Evidence of notebook 08 on pressure: on whom China has used it, by which lists, and on Russia."""

from __future__ import annotations

import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.tables import load

UNDATED = "Reynolds and Goodman 2023"
"""A list of case studies 'since 2010' that are not dated one by one."""
PARTS_OF_STATES = ("Missouri (US)",)
"""Targets listed under a state of which they are a part: the size of the whole is not theirs."""
BY_SANCTIONS_MONITOR = "China Sanctions Monitor 2025"
BY_SANCTIONS_DATA = "Global Sanctions Data Base, cases ending 2013-2022"


def sized_cases() -> pd.DataFrame:
    """Listed cases of Chinese economic coercion with the size of each target: list, target,
    target_iso3, first_year, relative_gdp (the target's GDP over China's in that year, current USD;
    missing where the World Bank has none, as for Taiwan and for a part of a state).
    """
    cases = load("coercion_cases")[["list", "target", "target_iso3", "first_year"]]
    gdp = load("gdp_population").set_index(["country", "year"]).gdp_usd_mn
    own = gdp.reindex(pd.MultiIndex.from_frame(cases[["target_iso3", "first_year"]])).to_numpy()
    relative = pd.Series(own, cases.index) / cases.first_year.map(gdp.loc["CHN"])
    return cases.assign(relative_gdp=relative.mask(cases.target.isin(PARTS_OF_STATES)))


def cases_against(iso3: str) -> dict[str, int]:
    """Cases of Chinese coercion or sanctions against a country on each list that names targets."""
    cases, targets = load("coercion_cases"), load("china_sanctions_targets")
    named = cases[cases.target_iso3 == iso3].groupby("list").size()
    listed = {str(author): int(named.get(author, 0)) for author in sorted(cases["list"].unique())}
    listed[BY_SANCTIONS_MONITOR] = int((targets.target_iso3 == iso3).sum())
    sanctions = load("sanctions_cases")
    of_country = sanctions.target.str.contains(name(iso3), regex=False)
    listed[BY_SANCTIONS_DATA] = int((sanctions.sender_china & of_country).sum())
    return listed


def _chosen(only: str, known: list[str]) -> list[str]:
    """The one list that is asked for, or all where none is."""
    if only and only not in known:
        raise CoverageError(f"there is no list '{only}'", allowed=", ".join(known))
    return [only] if only else known


def cases_by_size(*, small_share_of_gdp: float, only: str = "", once: bool = False) -> Figures:
    """Figures of C45: listed cases, those of a known size, and those against small economies.

    Counted are the cases of one list or all, each of them or each target of a known size once, in
    the year of its first case. Small is below a share of China's GDP.
    """
    cases = sized_cases()
    cases = cases[cases["list"].isin(_chosen(only, sorted(cases["list"].unique())))]
    sized = cases.dropna(subset=["relative_gdp"])
    if once:
        in_order = sized.sort_values("first_year", kind="stable")
        sized = cases = in_order.drop_duplicates("target_iso3")
    small = int((sized.relative_gdp < small_share_of_gdp).sum())
    undated = cases[cases["list"] == UNDATED]
    return {
        "cases": len(cases),
        "targets": cases.target.nunique(),
        "sized": len(sized),
        "small": small,
        "small_pct": 100 * small / len(sized),
        "unsized": len(cases) - len(sized),
        "without_size": _counted(cases[cases.relative_gdp.isna()].target),
        "undated": len(undated),
        "dated_to": undated.first_year.min(),
    }


def _counted(targets: pd.Series) -> list[str]:
    """Names, and how often each comes where it comes more than once."""
    counts = targets.value_counts(sort=False).items()
    return [f"{target} {count} times" if count > 1 else str(target) for target, count in counts]


def cases_on_lists(*, only: str = "", with_frictions: bool = False) -> Figures:
    """Figures of C46: cases with Russia as the target on one list or all, and reported frictions of
    the two, which might be read as such and count as well where asked for.
    """
    listed, reported = cases_against("RUS"), len(load("frictions"))
    lists, counts = _chosen(only, list(listed)), load("coercion_counts")
    return {
        "listed": sum(listed[author] for author in lists) + with_frictions * reported,
        "lists": len(lists),
        "frictions": reported,
        "counted_only": int(counts[counts.names_russia == "not known"]["count"].sum()),
    }


@where_known
def sizes_of_targets() -> pd.Series:
    """Each target's economy over China's in the year of its first case, percent, by name."""
    cases = sized_cases().dropna(subset=["relative_gdp"])
    first = cases.sort_values("first_year", kind="stable").drop_duplicates("target")
    return (100 * first.set_index("target").relative_gdp).rename("size_pct")


@where_known
def listed_against(iso3: str) -> pd.DataFrame:
    """Cases against a country on each list, see ``cases_against``."""
    return pd.DataFrame(cases_against(iso3).items(), columns=["list", f"cases_against_{iso3}"])


@where_known
def published_counts() -> pd.DataFrame:
    """How many cases, studies or targets each publisher counts, and whether Russia is named."""
    counts = load("coercion_counts")
    return counts[["source", "period", "count", "what_is_counted", "names_russia"]]


@where_known
def reported_frictions() -> pd.DataFrame:
    """Reports of frictions between Russia and China that someone could read as pressure."""
    return load("frictions")[["date", "event", "judgement"]]
