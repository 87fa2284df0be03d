"""Evidence of notebook 03 on organisations: votes and trade of members, and the Global South."""

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from analysis.countries import name
from analysis.evidence import Figures
from analysis.evidence.states import CENTRAL_ASIA, european_union
from analysis.evidence.votes import texts_on_ukraine, votes_with_year, yearly_agreement
from analysis.measures.agreement import ABSTAIN, NO, YES
from analysis.tables import load
from analysis.tables.views import all_pairs, looked_up

CLUBS = {"SCO": 2001, "BRICS": 2010}
"""Year of each organisation with the members it had then."""
WESTERN_REPUBLICS = ("ARM", "AZE", "BLR", "EST", "GEO", "LTU", "LVA", "MDA", "RUS", "UKR")
SOVIET = frozenset(WESTERN_REPUBLICS + CENTRAL_ASIA)
"""States that were one country to 1991: trade among them fell for reasons that no club made."""
EUROPE = ("ALB", "AND", "BIH", "CHE", "GBR", "ISL", "LIE", "MCO", "MKD", "MNE", "NOR", "SMR", "SRB")
EAST_OF_IT = ("GEO", "ISR", "MDA", "RUS", "TUR", "UKR")
OVERSEAS = ("AUS", "CAN", "JPN", "KOR", "NZL", "USA")
NORTH = frozenset(EUROPE + EAST_OF_IT + OVERSEAS)
"""With the Union's 27 not the Global South: Europe and kin, East Asia's rich, Russia."""


def _founded(organisation: str) -> int:
    return int(load("memberships", organisation=organisation).year.min())


def changes_on_joining(*, window: int, last_year: int, never: bool = False) -> pd.DataFrame:
    """Change of each joiner's mean agreement with Russia and China from the years before joining to
    as many from it on, or to the last year: iso3, year, years_after, own, others (mean change of
    states that had joined neither by then, or never), gain (own less others). Founders of SCO have
    no before, and later joiners no after: both are left out.
    """
    newcomers = load("memberships").query("formal and iso3 not in ['RUS', 'CHN']")
    joined = newcomers.groupby("iso3").year.min()
    closeness = (yearly_agreement("RUS") + yearly_agreement("CHN")) / 2
    rows = []
    for state, year in joined[joined > _founded("SCO")].items():
        last = min(year + window - 1, last_year)
        change = closeness.loc[year:last].mean() - closeness.loc[year - window : year - 1].mean()
        members = set(joined.index if never else joined.index[joined <= last]) | {"RUS", "CHN"}
        outside = change[~change.index.isin(members)].mean()
        rows.append((state, year, last - year + 1, float(change[str(state)]), float(outside)))
    table = pd.DataFrame(rows, columns=["iso3", "year", "years_after", "own", "others"])
    return table.assign(gain=table.own - table.others).dropna()


def platform(
    *,
    least_gain: float,
    window: int,
    last_year: int,
    interval_pct: float,
    founders: bool = True,
    whole_windows: bool = False,
    never: bool = False,
) -> Figures:
    """Figures of C24: the mean gain of ``changes_on_joining`` with Student's interval and test of
    a least gain; founders of BRICS, and states with fewer years than the window, count or not.
    """
    last = int(last_year)
    every = changes_on_joining(window=int(window), last_year=last, never=never)
    founded = every.year == _founded("BRICS")
    table = every if founders else every[~founded]
    if whole_windows:
        table = table[table.years_after == window]
    later = load("memberships").query("formal and year > @last")
    test = ttest_1samp(table.gain, least_gain)
    ends = test.confidence_interval(interval_pct / 100)
    return {
        "gain": float(table.gain.mean()),
        "low": float(ends.low),
        "high": float(ends.high),
        "p": float(test.pvalue),
        "joiners": len(table),
        "one_year_after": int((every.years_after == 1).sum()),
        "founders_counted": int(founded.sum()),
        "founders_named": " and ".join(every.iso3[founded].map(name)),
        "later_named": " and ".join(later.iso3.map(name)),
    }


def joiners(*, window: int, last_year: int) -> pd.DataFrame:
    """``changes_on_joining`` by name of state, in the order of joining."""
    table = changes_on_joining(window=window, last_year=last_year).sort_values("year")
    return table.assign(state=table.iso3.map(name))[["state", "year", "own", "others", "gain"]]


@cache
def _intensity() -> pd.DataFrame:
    panel = all_pairs()
    panel = panel.assign(one=panel.pair.str[:3], other=panel.pair.str[4:])
    from_each_side = pd.concat([panel.assign(state=panel.one), panel.assign(state=panel.other)])
    totals = from_each_side.groupby(["state", "year"]).value.sum()
    members = {*load("memberships").iso3, *SOVIET}
    panel = panel[panel.one.isin(members) & panel.other.isin(members)]
    one, other = (looked_up(totals, panel[side], panel.year) for side in ("one", "other"))
    expected = one * other / panel.year.map(totals.groupby("year").sum())
    panel = panel.assign(intensity=panel.value / expected)
    return panel.pivot(index="year", columns="pair", values="intensity")


def members_of(club: str) -> list[str]:
    """Members of a club in the year of ``CLUBS``, in alphabetical order."""
    joined = load("memberships", organisation=club)
    return sorted(joined[joined.year <= CLUBS[club]].iso3)


def intensity_changes(*, later: int, span: int) -> pd.DataFrame:
    """Change of trade intensity, ``t_ij T / (T_i T_j)``, in log points, from so many years before a
    club's founding to as many from some years later on: pairs_of, pair, log_points. Beside members
    stand Soviet pairs not both in SCO; pairs without trade in each year are left out.
    """
    groups: dict[tuple[str, int], list[str]] = {}
    for club, founded in CLUBS.items():
        for two in combinations(members_of(club), 2):
            kind = "formerly Soviet" if SOVIET.issuperset(two) else "other pairs"
            groups.setdefault((f"{club}, {kind}", founded), []).append("-".join(two))
    soviet = combinations(sorted(SOVIET), 2)
    outside = ["-".join(two) for two in soviet if not {*members_of("SCO")}.issuperset(two)]
    groups["formerly Soviet, outside SCO", CLUBS["SCO"]] = outside
    changes: dict[str, pd.Series] = {}
    for (group, founded), pairs in groups.items():
        intensity = _intensity().reindex(columns=pairs)
        before, after = (
            intensity.loc[first : first + span - 1].mean(skipna=False)
            for first in (founded - span, founded + later)
        )
        changes[group] = 100 * (after / before).dropna().map(np.log)
    table = pd.concat(changes, names=["pairs_of", "pair"])
    return table.rename("log_points").reset_index()


def intensity_by_club(*, later: int, span: int) -> pd.DataFrame:
    """Number of pairs, and mean and median change in each group of ``intensity_changes``."""
    groups = intensity_changes(later=later, span=span).groupby("pairs_of", sort=False).log_points
    return groups.agg(pairs="count", mean="mean", median="median").reset_index()


def south_by_text(*, first_year: int) -> pd.DataFrame:
    """How the Global South voted on ``texts_on_ukraine`` with a roll call, by day: against_russia
    (yes), abstained, absent and with_russia (no), shares of its states that voted in that year.
    """
    north, everything, rows = {*NORTH, *european_union()}, votes_with_year(), {}
    for text in texts_on_ukraine(first_year=first_year).dropna(subset="rcid").itertuples():
        of_year = everything[everything.year == text.year]
        south = set(of_year.iso3.unique()) - north
        cast = of_year[(of_year.rcid == text.rcid) & of_year.iso3.isin(south)].vote
        counts = cast.value_counts().reindex([YES, ABSTAIN, NO], fill_value=0) / len(south)
        rows[text.date] = (counts[YES], counts[ABSTAIN], 1 - counts.sum(), counts[NO])
    columns = ["against_russia", "abstained", "absent", "with_russia"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
