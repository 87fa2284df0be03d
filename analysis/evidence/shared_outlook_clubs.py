"""Evidence of notebook 03 on organisations: votes and trade of members, and the Global South."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.countries import name
from analysis.errors import where_known
from analysis.evidence import Figures
from analysis.evidence.states import CENTRAL_ASIA, european_union
from analysis.evidence.votes import texts_on_ukraine, votes_with_year, yearly_agreement
from analysis.measures.agreement import ABSTAIN, NO, YES
from analysis.tables import load
from analysis.tables.views import all_pairs

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


class Mean(NamedTuple):
    """A mean with the ends of its interval, and the p-value of no difference from zero."""

    mean: float
    low: float
    high: float
    p: float


def mean_interval(values: pd.Series, *, interval_pct: float) -> Mean:
    """Mean with Student's interval; the values are taken as independent."""
    n, mean = len(values), float(values.mean())
    error = float(values.std() / np.sqrt(n))
    reach = float(stats.t.ppf(0.5 + interval_pct / 200, n - 1)) * error
    p = float(2 * stats.t.sf(abs(mean) / error, n - 1))
    return Mean(mean, mean - reach, mean + reach, p)


# Votes of those who joined


def _founded(organisation: str) -> int:
    return int(load("memberships", organisation=organisation).year.min())


def changes_on_joining(*, window: int, last_year: int, never: bool = False) -> pd.DataFrame:
    """Change of each joiner's agreement with Russia and China, less that of states that had not
    joined.

    Parameters
    ----------
    window, last_year : int
        Years before and from the year of joining that are compared; fewer where the record is cut.
    never : bool
        Compare with states that never joined either; else with those that joined neither by the end
        of the window.

    Returns
    -------
    DataFrame with iso3, year, years_after (of the window, to the last year), own (change of the
    mean agreement with the two), others (mean change of states that had not joined) and gain (own
    less others). Founders of SCO have no before, and later joiners no after: both are left out.
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
    window: int,
    last_year: int,
    interval_pct: float,
    founders: bool = True,
    whole_windows: bool = False,
    never: bool = False,
) -> Figures:
    """Figures of C24: how much closer joiners came to Russia and China than others did, see
    ``changes_on_joining``.

    Founders of BRICS, which unlike those of SCO have a time before, and states with fewer years
    after joining than the window has are counted or not.
    """
    last = int(last_year)
    every = changes_on_joining(window=int(window), last_year=last, never=never)
    founded = every.year == _founded("BRICS")
    table = every if founders else every[~founded]
    if whole_windows:
        table = table[table.years_after == window]
    gain = mean_interval(table.gain, interval_pct=interval_pct)
    return {
        "gain": gain.mean,
        "low": gain.low,
        "high": gain.high,
        "p": gain.p,
        "joiners": len(table),
        "one_year_after": int((every.years_after == 1).sum()),
        "founders_counted": int(founded.sum()),
        "founders_named": _names(every.iso3[founded]),
        "later_named": _names(load("memberships").query("formal and year > @last").iso3),
    }


def _names(codes: pd.Series) -> str:
    return " and ".join(name(str(code)) for code in codes)


@where_known
def joiners(*, window: int, last_year: int) -> pd.DataFrame:
    """``changes_on_joining`` by name of state, in the order of joining."""
    table = changes_on_joining(window=window, last_year=last_year).sort_values("year")
    return table.assign(state=table.iso3.map(name))[["state", "year", "own", "others", "gain"]]


# Trade of members


@cache
def _intensity() -> pd.DataFrame:
    """Trade intensity by year, a column for each pair of states that are members of a club today or
    were, or that were Soviet; missing where not both reported.
    """
    panel = all_pairs()
    panel = panel.assign(one=panel.pair.str[:3], other=panel.pair.str[4:])
    from_each_side = pd.concat([panel.assign(state=panel.one), panel.assign(state=panel.other)])
    totals = from_each_side.groupby(["state", "year"]).value.sum()
    members = {*load("memberships").iso3, *SOVIET}
    panel = panel[panel.one.isin(members) & panel.other.isin(members)]
    one, other = (
        totals.reindex(pd.MultiIndex.from_frame(panel[[side, "year"]])).to_numpy()
        for side in ("one", "other")
    )
    expected = one * other / panel.year.map(totals.groupby("year").sum())
    panel = panel.assign(intensity=panel.value / expected)
    return panel.pivot(index="year", columns="pair", values="intensity")


def intensity_changes(*, later: int, span: int) -> pd.DataFrame:
    """Change of trade intensity of pairs of members, before the founding and some years after.

    Intensity is a pair's trade over what the sizes of the two in world trade predict, ``t_ij T /
    (T_i T_j)``; what does not change, distance and history, drops out of the change.

    Parameters
    ----------
    later, span : int
        Years from the founding to the first that counts as after, and how many are averaged.

    Returns
    -------
    DataFrame with club, pair, log_change (log points / 100), soviet (both were). Pairs without
    trade in each year that is averaged are left out.
    """
    changes = {
        club: _changes(itertools.combinations(members_of(club), 2), founded, later, span)
        for club, founded in CLUBS.items()
    }
    table = pd.concat(changes, names=["club", "pair"]).rename("log_change").reset_index()
    both = [SOVIET.issuperset(pair.split("-")) for pair in table.pair]
    return table.assign(soviet=both)


def members_of(club: str) -> list[str]:
    """Members of a club in the year of ``CLUBS``, in alphabetical order."""
    joined = load("memberships", organisation=club)
    return sorted(joined[joined.year <= CLUBS[club]].iso3)


def soviet_changes_outside(*, later: int, span: int) -> pd.Series:
    """The same change by pair of formerly Soviet states that were not both members of SCO."""
    members = set(members_of("SCO"))
    pairs = itertools.combinations(sorted(SOVIET), 2)
    outside = [pair for pair in pairs if not members.issuperset(pair)]
    return _changes(outside, CLUBS["SCO"], later, span)


def _changes(pairs: Iterable[tuple[str, ...]], founded: int, later: int, span: int) -> pd.Series:
    """Logarithm of after over before by pair, of those with trade in each year of both."""
    named = pd.Index(["-".join(pair) for pair in pairs], name="pair")
    intensity = _intensity().reindex(columns=named)
    before, after = (
        intensity.loc[first : first + span - 1].mean(skipna=False)
        for first in (founded - span, founded + later)
    )
    return (after / before).dropna().map(np.log)


@where_known
def intensity_by_club(*, later: int, span: int) -> pd.DataFrame:
    """Number of pairs, and mean and median change of their trade intensity in log points: pairs of
    members by club and kind, and formerly Soviet pairs that were not both in SCO.
    """
    changes = intensity_changes(later=later, span=span)
    kinds = changes.club + changes.soviet.map({True: ", formerly Soviet", False: ", other pairs"})
    outside = soviet_changes_outside(later=later, span=span)
    rows = pd.concat(
        [
            pd.DataFrame({"pairs_of": kinds, "log_points": 100 * changes.log_change}),
            pd.DataFrame({"pairs_of": "formerly Soviet, outside SCO", "log_points": 100 * outside}),
        ]
    )
    by_kind = rows.groupby("pairs_of", sort=False).log_points
    return by_kind.agg(pairs="count", mean="mean", median="median").reset_index()


# Votes of the South


@cache
def south_on_ukraine(*, first_year: int, resolution: str = "") -> pd.DataFrame:
    """How the Global South voted on each of ``texts_on_ukraine`` that has a roll call.

    Returns
    -------
    DataFrame indexed by day with against_russia (voted yes), abstained, absent, with_russia (voted
    no): shares of the states of the South that voted at all in that year.
    """
    texts = texts_on_ukraine(first_year=first_year, resolution=resolution).dropna(subset=["rcid"])
    everything = votes_with_year()
    north = {*NORTH, *european_union()}
    rows = {}
    years = everything[everything.year >= first_year].groupby("year")
    for text in texts.itertuples():
        of_year = years.get_group(text.year)
        south = set(of_year.iso3.unique()) - north
        cast = of_year[(of_year.rcid == text.rcid) & of_year.iso3.isin(south)].vote
        counts = cast.value_counts().reindex([YES, ABSTAIN, NO], fill_value=0) / len(south)
        rows[text.date] = (counts[YES], counts[ABSTAIN], 1 - counts.sum(), counts[NO])
    columns = ["against_russia", "abstained", "absent", "with_russia"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@where_known
def south_by_text(*, first_year: int) -> pd.DataFrame:
    """``south_on_ukraine`` for a figure."""
    return south_on_ukraine(first_year=first_year)
