"""Evidence of notebook 08 on pressure: on whom China has used it, by which lists, and on Russia."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.countries import name
from analysis.errors import CoverageError
from analysis.evidence import Figures
from analysis.evidence.states import by_partner
from analysis.tables import load
from analysis.tables.views import looked_up

UNDATED = "Reynolds and Goodman 2023"
"""A list of case studies 'since 2010' that are not dated one by one."""
PART_OF_A_STATE = "Missouri (US)"
"""Target listed under a state of which it is a part: the size of the whole is not its own."""
ON_TRADE = "trade practices"
"""What TIES calls a demand about trade itself."""
RUSSIAN_STATE = 1992
"""First year of the Russia that the lists name; cases against Moscow before are in TIES only."""


def sized_cases() -> pd.DataFrame:
    """Cases of Chinese economic coercion: list, target, target_iso3, first_year, relative_gdp (over
    China's in that year, current USD; missing where not known, and for a part of a state).
    """
    cases = load("coercion_cases")[["list", "target", "target_iso3", "first_year"]]
    gdp = load("gdp_population").set_index(["country", "year"]).gdp_usd_mn
    own = looked_up(gdp, cases.target_iso3, cases.first_year)
    relative = own / cases.first_year.map(gdp.loc["CHN"])
    return cases.assign(relative_gdp=relative.mask(cases.target == PART_OF_A_STATE))


def ties_against_russia() -> pd.DataFrame:
    """China's sanctions and threats of them against Moscow in TIES; last_year missing if open."""
    cases = load("ties_between_russia_and_china", sender="CHN", target="RUS")
    return cases[["year", "last_year", "last_coded", "issue"]].sort_values("year")


def cases_against(
    iso3: str, *, since_year: int = RUSSIAN_STATE, with_trade: bool = False
) -> dict[str, int]:
    """Cases of Chinese pressure on a country by list; the options choose among those of TIES."""
    cases, targets = load("coercion_cases"), load("china_sanctions_targets")
    named = {str(author): of.target_iso3 == iso3 for author, of in cases.groupby("list")}
    named["China Sanctions Monitor 2025"] = targets.target_iso3 == iso3
    sanctioned = load("sanctions_cases").query("sender_china").target
    of_country = sanctioned.str.contains(name(iso3), regex=False)
    named["Global Sanctions Data Base, cases ending 2013-2022"] = of_country
    if iso3 == "RUS":
        ties = ties_against_russia()
        counted = (ties.year >= since_year) & (with_trade | (ties.issue != ON_TRADE))
        named["TIES, cases begun 1945-2005"] = counted
    return {author: int(found.sum()) for author, found in named.items()}


def _chosen(only: str, known: list[str]) -> list[str]:
    """The one list that is asked for, or all where none is."""
    if only and only not in known:
        raise CoverageError(f"there is no list '{only}'", allowed=", ".join(known))
    return [only] if only else known


def weaker_partners(small_share_of_gdp: float, *, year: int, by_states: bool) -> float:
    """Percent of China's trade, or partners with a known GDP, below a share of its own GDP."""
    gdp = load("gdp_population", year=year).set_index("country").gdp_usd_mn
    trade = by_partner("CHN", year).total_usd_bn
    relative = (gdp.reindex(trade.index) / gdp["CHN"]).dropna()
    weights = None if by_states else trade[relative.index]
    return float(100 * np.average(relative < small_share_of_gdp, weights=weights))


def cases_by_size(
    *,
    small_share_of_gdp: float,
    level: float,
    base_year: int,
    only: str = "",
    once: bool = True,
    by_states: bool = False,
) -> Figures:
    """Figures of C45: cases of one list or all, each target of a known size once or in every case,
    and the exact test of the share of small economies against that of ``weaker_partners``.
    """
    cases = sized_cases()
    cases = cases[cases["list"].isin(_chosen(only, sorted(cases["list"].unique())))]
    sized = first_cases(cases) if once else cases.dropna(subset=["relative_gdp"])
    small = int((sized.relative_gdp < small_share_of_gdp).sum())
    base_pct = weaker_partners(small_share_of_gdp, year=base_year, by_states=by_states)
    unsized, undated = cases[cases.relative_gdp.isna()], cases[cases["list"] == UNDATED]
    counts = unsized.target.value_counts(sort=False).items()
    return {
        "cases": len(cases),
        "sized": len(sized),
        **exact_share("small", small, len(sized), against_pct=base_pct, level=level),
        "base_pct": base_pct,
        "unsized": len(unsized),
        "without_size": [f"{who} {n} times" if n > 1 else str(who) for who, n in counts],
        "undated": len(undated),
        "dated_to": undated.first_year.min(),
    }


def exact_share(of: str, count: int, among: int, *, against_pct: float, level: float) -> Figures:
    """A share in percent with its exact interval, named for what it is of, and its exact test; the
    interval leaves out what differs at ``level``.
    """
    test = binomtest(count, among, against_pct / 100)
    low, high = (float(100 * end) for end in test.proportion_ci(1 - level, method="exact"))
    share = {f"{of}_pct": 100 * count / among, f"{of}_low_pct": low, f"{of}_high_pct": high}
    return {**share, "p": float(test.pvalue)}


def first_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """The first of ``sized_cases`` against each target whose size is known."""
    sized = cases.dropna(subset=["relative_gdp"])
    return sized.sort_values("first_year", kind="stable").drop_duplicates("target_iso3")


def cases_on_lists(
    *, since_year: int, only: str = "", with_trade: bool = False, with_frictions: bool = False
) -> Figures:
    """Figures of C46; demands about trade, and frictions as own lists, count if asked for."""
    listed = cases_against("RUS", since_year=since_year, with_trade=with_trade)
    lists, reported = _chosen(only, list(listed)), len(load("frictions"))
    counts, barriers = load("coercion_counts"), load("trade_barriers")
    ties = ties_against_russia()
    on_trade = ties[(ties.year >= since_year) & (ties.issue == ON_TRADE)]
    before = ties[ties.year < since_year]
    return {
        "naming": sum(listed[author] > 0 for author in lists) + (reported if with_frictions else 0),
        "lists": len(lists),
        "frictions": reported,
        "counted_only": int(counts[counts.names_russia == "not known"]["count"].sum()),
        "ties_trade": len(on_trade),
        "ties_trade_years": _spans(on_trade) or "none",
        "ties_before": len(before),
        "ties_before_years": _spans(before) or "none",
        "barriers": len(barriers),
        "barriers_china": int((barriers.side == "CHN").sum()),
    }


def _spans(cases: pd.DataFrame) -> list[str]:
    """First and last year of each case, '1961-1979', or the first alone of one without an end."""
    years = cases[["year", "last_year"]].fillna(0).to_numpy(dtype=int).tolist()
    return [f"{first}-{last}" if last else str(first) for first, last in years]


def pipeline(*, essay_year: int, essay_month: int, essay_day: int, months_after: int) -> Figures:
    """Figures of C69: reports on the talks about the pipeline before the essay, and after it."""
    essay = pd.Timestamp(year=essay_year, month=essay_month, day=essay_day)
    until = str((essay + pd.DateOffset(months=months_after)).date())
    before, later = _on_the_pipeline("frictions"), _on_the_pipeline("events_after_essay")
    after = later[later.date <= until]
    forward, lacking = (after[after.direction == way] for way in ("closer", "hard bargain"))
    return {
        "stalled": int((before.date < str(essay.date())).sum()),
        "advanced": len(forward),
        "advanced_on": list(forward.date) or "none",
        "lacking": len(lacking),
        "lacking_on": list(lacking.date) or "none",
    }


def _on_the_pipeline(table: str) -> pd.DataFrame:
    return load(table).query("event.str.contains('Power of Siberia 2')")


def sizes_of_targets() -> pd.Series:
    """Each target's economy over China's in the year of its first case, percent, by name."""
    return 100 * first_cases(sized_cases()).set_index("target").relative_gdp.rename("size_pct")


def listed_against(iso3: str) -> pd.DataFrame:
    """Cases against a country on each list, see ``cases_against``."""
    return pd.DataFrame(cases_against(iso3).items(), columns=["list", f"cases_against_{iso3}"])


def talks_on_the_pipeline() -> pd.DataFrame:
    """Reports that name the pipeline Power of Siberia 2, by date."""
    reports = pd.concat(map(_on_the_pipeline, ("frictions", "events_after_essay")))
    return reports[["date", "event"]].sort_values("date")
