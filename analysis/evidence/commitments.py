"""Evidence of notebook 10 on commitments: agreement that lasts, and what treaties oblige to."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import DEFENCE_PARTNERS, pair
from analysis.evidence.votes import (
    agreement_on_texts_of_both,
    texts_of_both,
    voters,
    votes_with_year,
)
from analysis.measures.agreement import NO, agreement_with_all
from analysis.tables import load

OBLIGATIONS = ("defence", "offence", "neutrality", "non_aggression", "consultation")


def coded_to() -> int:
    """Last year to which treaties are coded."""
    return int(load("alliances").year.max())


def allies_of(state: str, *, year: int | None = None) -> list[str]:
    """States that owe a state defence by treaty in a year, or are owed it; last year by default."""
    pacts = load("alliances", year=coded_to() if year is None else year)
    pacts = pacts[pacts.defence & ((pacts.state_a == state) | (pacts.state_b == state))]
    return sorted((set(pacts.state_a) | set(pacts.state_b)) - {state})


def agreement_over_time(home: str, partners: Sequence[str], *, first: int, last: int) -> pd.Series:
    """Mean agreement of a state with partners that voted in both years, 0 to 1 by year, on texts
    that came to the vote in both; a CoverageError where no partner voted in both, or no text
    recurs.
    """
    voters(home, first_year=last, last_year=last)
    table = agreement_on_texts_of_both(home, partners, first=first, last=last)
    both = table.reindex(columns=[first, last]).dropna()
    if both.empty:
        others = name(partners[0]) if len(partners) == 1 else f"any of {len(partners)} states"
        raise CoverageError(f"{name(home)} and {others} did not both vote in {first} and {last}")
    return both.mean()


def partners_of(state: str) -> list[str]:
    """Defence partners of Washington in the usual sense; of others, ``allies_of`` a state."""
    return list(DEFENCE_PARTNERS) if state == "USA" else allies_of(state)


def management(
    *, first_year: int, last_year: int, allies: str = "", every_span: bool = True
) -> Figures:
    """Figures of C54: over how many pairs of years Russia's agreement with China changed for the
    better beside that of Washington with its partners, on texts of both years, percentage points.

    Parameters
    ----------
    first_year, last_year : int
        First and last of the years of which pairs are made.
    allies : str
        '' for ``DEFENCE_PARTNERS``, 'treaty' for all that a treaty binds to mutual defence, or a
        group of the table ``groups``.
    every_span : bool
        Count over all pairs of years, and not over those alone that end in the last.
    """
    choices = {"": DEFENCE_PARTNERS, "treaty": allies_of("USA")}
    others = choices[allies] if allies in choices else list(load("groups", group=allies).iso3)
    years = range(int(first_year), int(last_year) + 1)
    spans = [*combinations(years, 2)]
    whole = (years[0], years[-1])
    changes = {
        span: [_change("RUS", ("CHN",), *span), _change("USA", tuple(others), *span)]
        for span in spans
        if every_span or span[1] == years[-1]
    }
    differences = [pair_change - allied_change for pair_change, allied_change in changes.values()]
    pair_change, allied_change = changes[whole]
    return {
        "better": sum(difference > 0 for difference in differences),
        "spans": len(differences),
        "least": min(differences),
        "most": max(differences),
        "pair_change": pair_change,
        "allied_change": allied_change,
        "difference": pair_change - allied_change,
        "partners": len(others),
    }


@cache
def _change(state: str, partners: tuple[str, ...], first: int, last: int) -> float:
    """Change of a state's mean agreement with partners between two years, percentage points."""
    return float(100 * agreement_over_time(state, partners, first=first, last=last).diff().iloc[-1])


@where_known
def agenda_of_both_years(
    home: str, partner: str, other: str, *, years: tuple[int, int]
) -> pd.DataFrame:
    """What the agenda does: how often a third state voted no, and how far a pair agreed, on all
    texts of two years and on those that came to the vote in both.
    """
    here, there, third = (iso3(country) for country in (home, partner, other))
    for year in years:
        voters(here, there, first_year=year, last_year=year)
    recurring = texts_of_both(*years).rcid
    every = votes_with_year().query("year in @years")
    rows = []
    for texts, votes in {"all": every, "recurring": every[every.rcid.isin(recurring)]}.items():
        agreed = agreement_with_all(votes, home=here, by="year").set_index("partner")
        for year in years:
            cast = votes[(votes.iso3 == third) & (votes.year == year)].vote
            with_partner = agreed[(agreed.index == there) & (agreed.year == year)].agreement
            noes = f"{(cast == NO).sum()} of {len(cast)}"
            rows.append((texts, year, noes, with_partner.sum(min_count=1)))
    return pd.DataFrame(rows, columns=["texts", "year", f"{name(third)} voted no on", "agreement"])


@where_known
def agreement_of_groups(
    home: str, partner: str, other: str, *, years: tuple[int, int]
) -> pd.DataFrame:
    """Agreement of a pair and of a third state with its allies in two years, percent, and its
    change in points: a row for each of the two groups, columns group, both years and change.
    """
    here, there, third = voters(home, partner, other)
    allies, (first, last) = partners_of(third), years
    if not allies or first >= last:
        raise CoverageError(
            f"{name(third)} had {len(allies)} defence partners; the years run from"
            f" {first} to {last}"
        )
    groups = {
        pair(here, there): (here, [there]),
        f"{name(third)} and {len(allies)} defence partners": (third, allies),
    }
    levels = {
        group: 100 * agreement_over_time(state, partners, first=first, last=last)
        for group, (state, partners) in groups.items()
    }
    table = pd.DataFrame(levels).T.set_axis([str(first), str(last)], axis=1)
    table["change"] = table[str(last)] - table[str(first)]
    return table.rename_axis("group").reset_index()


@where_known
def agreement_over_spans(
    home: str, partner: str, other: str, *, years: tuple[int, int]
) -> pd.DataFrame:
    """``agreement_of_groups`` for every two years from the first to the last for which it is known:
    group, before, after, change, first, last.
    """
    applicable(agreement_of_groups(home, partner, other, years=years))
    tables = []
    for first, last in combinations(range(years[0], years[1] + 1), 2):
        table = agreement_of_groups(home, partner, other, years=(first, last))
        if not isinstance(table, NotApplicable):
            levels = table.set_axis(["group", "before", "after", "change"], axis=1)
            tables.append(levels.assign(first=first, last=last))
    return pd.concat(tables, ignore_index=True)


@where_known
def changes_to_the_last(spans: pd.DataFrame) -> pd.DataFrame:
    """Change of agreement of both groups from each year to the last, percentage points."""
    last = spans[spans["last"] == spans["last"].max()]
    years = last["first"].astype(str) + "-" + last["last"].astype(str)
    table = last.assign(years=years).pivot(index="years", columns="group", values="change")
    return table[spans.group.unique()].rename_axis(columns=None).reset_index()


def obligations(home: str, partner: str) -> pd.DataFrame:
    """Years with a treaty of two states in force, and what it obliged them to; maybe none."""
    first, second = sorted((home, partner))
    return load("alliances", state_a=first, state_b=second).set_index("year")[list(OBLIGATIONS)]


def alliance(*, counted: Sequence[str] = ("defence",)) -> Figures:
    """Figures of C55: what the last coded treaty of Russia and China obliges them to, and whether
    that is one of the duties that count.
    """
    treaties = obligations("RUS", "CHN")
    last = int(treaties.index.max())
    clauses = treaties.loc[last]
    return {
        "duty": bool(clauses[list(counted)].any()),
        "duties": [kind.replace("_", " ") for kind in OBLIGATIONS if clauses[kind]],
        "last": last,
        "defence_until": int(treaties.index[treaties.defence].max()),
        "coded_to": coded_to(),
    }


@where_known
def treaties_that_changed(home: str, partner: str) -> pd.DataFrame:
    """What treaties obliged two states to, 'yes' or '-', in the years in which that changed."""
    here, there = iso3(home), iso3(partner)
    treaties = obligations(here, there)
    if treaties.empty:
        raise CoverageError(f"{pair(here, there)} had no treaty of alliance in 1946-{coded_to()}")
    changed = treaties[treaties.ne(treaties.shift()).any(axis=1)]
    return changed.replace({True: "yes", False: "-"}).reset_index()


@where_known
def defence_pacts(*states: str) -> Figures:
    """With how many others each of some states had a defence pact in the last coded year."""
    codes = dict.fromkeys(iso3(state) for state in states)
    return {
        "year": coded_to(),
        "pacts": [f"{name(code)} with {len(allies_of(code))}" for code in codes],
    }
