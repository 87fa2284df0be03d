"""Evidence of notebook 10 on commitments: agreement that lasts, and what treaties oblige to."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.evidence.states import DEFENCE_PARTNERS, pair
from analysis.evidence.votes import (
    agreement_on_texts_of_both,
    texts_of,
    voters,
    votes_with_year,
)
from analysis.measures.agreement import NO, agreement_with_all
from analysis.tables import load

OBLIGATIONS = ("defence", "offence", "neutrality", "non_aggression", "consultation")


def coded_to() -> int:
    """Last year to which treaties are coded."""
    return int(load("alliances").year.max())


def allies_of(state: str) -> list[str]:
    """States that owe a state defence by treaty in the last coded year, or are owed it."""
    pacts = load("alliances", year=coded_to())
    pacts = pacts[pacts.defence & ((pacts.state_a == state) | (pacts.state_b == state))]
    return sorted((set(pacts.state_a) | set(pacts.state_b)) - {state})


@cache
def agreement_over_time(
    home: str, partners: tuple[str, ...], first: int, last: int
) -> tuple[float, float]:
    """Mean agreement with partners in two years, percent, on texts of both, or a CoverageError."""
    voters(home, first_year=last, last_year=last)
    table = agreement_on_texts_of_both(home, partners, first=first, last=last)
    both = table.reindex(columns=[first, last]).dropna()
    if both.empty:
        others = name(partners[0]) if len(partners) == 1 else f"any of {len(partners)} states"
        raise CoverageError(f"{name(home)} and {others} did not both vote in {first} and {last}")
    before, after = 100 * both.mean()
    return before, after


def over_spans(groups: Mapping[str, tuple], first: int, last: int) -> pd.DataFrame:
    """``agreement_over_time`` in every two years for which that of all groups is known: group,
    before, after, change (points), first, last. CoverageError where it is not for the whole span.
    """
    rows: list[tuple] = []
    for years in combinations(range(first, last + 1), 2):
        try:
            levels = {group: agreement_over_time(*of, *years) for group, of in groups.items()}
        except CoverageError:
            if years == (first, last):
                raise
            continue
        for group, (before, after) in levels.items():
            rows.append((group, before, after, after - before, *years))
    return pd.DataFrame(rows, columns=["group", "before", "after", "change", "first", "last"])


def management(
    *, first_year: int, last_year: int, allies: str = "", every_span: bool = True
) -> Figures:
    """Figures of C54: over how many pairs of years, all or those to the last, Russia and China did
    better than Washington with ``DEFENCE_PARTNERS``, 'treaty' allies or a group.
    """
    choices = {"": DEFENCE_PARTNERS, "treaty": allies_of("USA")}
    others = choices[allies] if allies in choices else load("groups", group=allies).iso3
    groups = {"pair": ("RUS", ("CHN",)), "allies": ("USA", tuple(others))}
    table = over_spans(groups, first_year, last_year)
    changes = table.pivot(index=["first", "last"], columns="group", values="change")
    changes["difference"] = changes.pair - changes.allies
    whole = changes.T[first_year, last_year]
    counted = changes if every_span else changes.query("last == @last_year")
    return {
        "better": int((counted.difference > 0).sum()),
        "spans": len(counted),
        **counted.difference.agg(least="min", most="max"),
        **whole.rename({"pair": "pair_change", "allies": "allied_change"}),
        "partners": len(others),
    }


@where_known
def agenda_of_both_years(
    home: str, partner: str, other: str, *, years: tuple[int, int]
) -> pd.DataFrame:
    """A third state's noes and a pair's agreement on all texts and on those of both years."""
    here, there, third = (iso3(country) for country in (home, partner, other))
    for year in years:
        voters(here, there, first_year=year, last_year=year)
    every = votes_with_year().query("year in @years")
    recurring = every[every.rcid.isin(texts_of(tuple(years)).rcid)]
    rows = []
    for texts, votes in {"all": every, "recurring": recurring}.items():
        table = agreement_with_all(votes, home=here, by="year").query("partner == @there")
        agreed = table.set_index("year").agreement
        for year in years:
            cast = votes.vote[(votes.iso3 == third) & (votes.year == year)]
            noes = f"{(cast == NO).sum()} of {len(cast)}"
            rows.append((texts, year, noes, agreed.get(year, float("nan"))))
    return pd.DataFrame(rows, columns=["texts", "year", f"{name(third)} voted no on", "agreement"])


@where_known
def agreement_over_spans(
    home: str, partner: str, other: str, *, years: tuple[int, int]
) -> pd.DataFrame:
    """Agreement of a pair and of a third state with its allies, see ``over_spans``."""
    here, there, third = voters(home, partner, other)
    allies, (first, last) = DEFENCE_PARTNERS if third == "USA" else allies_of(third), years
    if not allies or first >= last:
        raise CoverageError(
            f"{name(third)} had {len(allies)} defence partners; the years run from"
            f" {first} to {last}",
            do="choose a state with allies, and a first year before the last",
        )
    groups = {
        pair(here, there): (here, (there,)),
        f"{name(third)} and {len(allies)} defence partners": (third, tuple(allies)),
    }
    return over_spans(groups, first, last)


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
    """Figures of C55: the duties of the last coded treaty, and whether one that counts is there."""
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
