"""Evidence of notebook 03: how close two countries vote, and whom they veto."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures, votes
from analysis.evidence.states import pair, require_russia_and_china
from analysis.evidence.votes import (
    FEWEST_VOTES,
    texts_of,
    voters,
    votes_with_year,
    yearly_agreement,
)
from analysis.measures import agreement as measure
from analysis.measures.agreement import ABSTAIN, NO, YES
from analysis.tables import load

VETOES_TO = "April 2026"
"""How far the list of vetoes is complete."""


@cache
def votes_of(first_year: int, last_year: int, dissent_share: float = 0) -> pd.DataFrame:
    """Votes of some years, where so asked those on which a share departed from the commonest."""
    cast = votes_with_year()
    cast = cast[cast.year.between(first_year, last_year)][["rcid", "iso3", "vote"]]
    return measure.contested_votes(cast, minority=dissent_share) if dissent_share else cast


@cache
def agreement_table(
    home: str,
    first_year: int,
    last_year: int,
    dissent_share: float = 0,
    recur_share: float = 0,
    subject: str = "",
    least_votes: int = FEWEST_VOTES,
) -> pd.DataFrame:
    """Agreement (0 to 1), n_votes and rank by partner with enough votes in common: on all votes,
    on those with so much dissent, on recurring texts, or on a subject.
    """
    cast = votes_of(first_year, last_year, dissent_share)
    if subject:
        calls = load("unga_rollcalls")
        of_it = calls.subjects.fillna("").str.contains(subject, case=False, regex=False)
        cast = cast[cast.rcid.isin(calls.rcid[of_it])]
    if recur_share:
        years = tuple(range(first_year, last_year + 1))
        cast = cast[cast.rcid.isin(texts_of(years, recur_share).rcid)]
    table = measure.agreement_with_all(cast, home=home)
    table = table[table.n_votes >= least_votes].set_index("partner")
    return table.assign(rank=table.agreement.rank(ascending=False, method="min").astype(int))


def place(
    home: str, partner: str, first_year: int, last_year: int, **counted: Any
) -> tuple[int, int, float]:
    """Rank of a partner in ``agreement_table``, among how many, and the index, or CoverageError."""
    if last_year < first_year:
        raise CoverageError(
            f"no year lies between {first_year} and {last_year}",
            do="choose a first year no later than the last",
        )
    voters(home, first_year=first_year, last_year=last_year)
    table = agreement_table(home, first_year, last_year, **counted)
    if partner not in table.index:
        fewest = counted.get("least_votes", FEWEST_VOTES)
        shared = f"shared fewer than {fewest} such votes in {first_year}-{last_year}"
        raise CoverageError(f"{home} and {partner} {shared}")
    return int(table["rank"][partner]), len(table), float(table.agreement[partner])


def ideal_place(home: str, partner: str, year: int) -> tuple[int, int]:
    """Rank of a partner by distance of ideal points from home in a year, and among how many."""
    points = load("ideal_points", release="2025_07", year=year).set_index("iso3").ideal_point
    if missing := [name(state) for state in (home, partner) if state not in points]:
        raise CoverageError(f"{' and '.join(missing)} has no ideal point in {year}")
    distances = (points - points[home]).abs().drop(home)
    return int((distances < distances[partner]).sum()) + 1, len(distances)


def outlook(
    *,
    first_year: int,
    last_year: int,
    dissent_share: float,
    recur_share: float,
    least_votes: int,
    seen_from: Sequence[str] = ("RUS", "CHN"),
    by: str = "votes",
) -> Figures:
    """Figures of C05: the worst place of either among the other's partners, as a share of all; by
    'votes' (contested, and recurring texts), 'human rights' (contested ones), or 'ideal points'.
    """
    years, enough = (int(first_year), int(last_year)), {"least_votes": least_votes}
    contested = {"dissent_share": dissent_share, **enough}
    kinds: dict[str, dict[str, Any]] = {
        "votes": {"contested": contested, "recurring": {"recur_share": recur_share, **enough}},
        "human rights": {"human rights": {**contested, "subject": "HUMAN RIGHTS"}},
        "ideal points": {},
    }
    shares, said, ideal = [], [], []
    for home in seen_from:
        partner = "CHN" if home == "RUS" else "RUS"
        ideal.append(ideal_place(home, partner, years[1]))
        found = {kind: place(home, partner, *years, **cast) for kind, cast in kinds[by].items()}
        ranks = {kind: (rank, of) for kind, (rank, of, _) in found.items()} or {by: ideal[-1]}
        shares += [rank / of for rank, of in ranks.values()]
        places = ", ".join(f"{kind} number {rank} of {of}" for kind, (rank, of) in ranks.items())
        said.append(f"{name(partner)} for {name(home)}: {places}")
    return {
        "worst_share": max(shares),
        "worst_pct": 100 * max(shares),
        "places": "; ".join(said),
        "ideal_places": [f"number {rank} of {of}" for rank, of in ideal],
    }


@where_known
def places_by_kind(
    home: str, partner: str, *, dissent_share: float, recur_share: float, **years: int
) -> pd.DataFrame:
    """Place of each among the other's partners on all votes, contested ones and recurring texts, in
    the years from ``first_year`` to ``last_year``.
    """
    kinds: dict[str, dict[str, Any]] = {
        "all": {},
        "contested": {"dissent_share": dissent_share},
        "recurring": {"recur_share": recur_share},
    }
    here, there = voters(home, partner)
    rows = []
    for one, other in ((here, there), (there, here)):
        who = f"{name(other)} among {name(one)}'s partners"
        for kind, counted in kinds.items():
            try:
                rank, of, index = place(one, other, **years, **counted)
                rows.append((who, kind, f"number {rank} of {of}", index))
            except CoverageError as reason:
                rows.append((who, kind, str(reason), float("nan")))
    table = pd.DataFrame(rows, columns=["who", "votes", "place", "agreement"])
    if table.agreement.isna().all():
        raise CoverageError(table.place[0])
    return table


class Places(NamedTuple):
    """Percent of partners that agreed as often as the other or more, by year; years averaged."""

    of_partner: pd.Series
    of_home: pd.Series
    averaged: tuple[int, int]


@where_known
def places_by_year(home: str, partner: str, *, last_year: int, averaged: tuple[int, int]) -> Places:
    """Place of each among the other's partners by year, since 1992: low is close."""
    (here, there), (first, last) = voters(home, partner), averaged
    sides = []
    for one, other in ((here, there), (there, here)):
        places = 100 * yearly_agreement(one).rank(axis=1, ascending=False, pct=True)
        sides.append(places.get(other, pd.Series(dtype=float)).dropna())
    if any(side.loc[first:last].empty for side in sides):
        states = pair(here, there)
        raise CoverageError(f"{states} did not both vote in enough roll calls of {first}-{last}")
    return Places(sides[0].loc[:last_year], sides[1].loc[:last_year], averaged)


@where_known
def agreement_and_distance(home: str, partner: str, *, years: tuple[int, ...]) -> Figures:
    """Index of agreement and distance of ideal points in some years, each '1993 0.629'."""
    here, there = voters(home, partner)
    agreed = yearly_agreement(here).get(there, pd.Series(dtype=float)).dropna()
    distance = votes.distance_by_year(here, there).set_index("year").distance
    agreements = [f"{year} {agreed[year]:.3f}" for year in years if year in agreed.index]
    distances = [f"{year} {distance[year]:.2f}" for year in years if year in distance.index]
    return {"agreement": agreements or "no votes in common", "distance": distances}


@where_known
def votes_cast(state: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """How often a state voted yes, abstained and voted no in each of some years."""
    mine = votes_with_year().query("iso3 == @state and year in @years")
    counts = pd.crosstab(mine.year, mine.vote).reindex(columns=[YES, ABSTAIN, NO], fill_value=0)
    return counts.set_axis(["yes", "abstain", "no"], axis=1).reset_index()


@where_known
def kappas(home: str, partner: str, *, years: tuple[int, ...]) -> Figures:
    """Cohen's kappa of two countries in each of some years, a line each."""
    lines = []
    for year in years:
        here, there = voters(home, partner, first_year=year, last_year=year)
        both = measure.paired_votes(votes_of(year, year), home=here, partner=there)
        kappa = applicable(measure.cohen_kappa(both))
        lines.append(f"{year} {kappa}")
    return {"lines": "\n".join(lines)}


@cache
def pairs_apart(
    first_year: int, last_year: int, dissent_share: float, least_votes: int
) -> pd.DataFrame:
    """Percent of votes with so much dissent (0 for all) on which a pair ('CHN-RUS') split, and on
    which one said yes and the other no (opposed); pairs that shared too few are left out.
    """
    cast = votes_of(first_year, last_year, dissent_share)
    table = cast.pivot(index="rcid", columns="iso3", values="vote")
    yes, abstained, no = chosen = [(table == vote).to_numpy(float) for vote in (YES, ABSTAIN, NO)]
    present = yes + abstained + no
    above = np.triu_indices(len(table.columns), k=1)
    shared, same = (present.T @ present)[above], sum(each.T @ each for each in chosen)[above]
    parted = {"split": shared - same, "opposed": (yes.T @ no + no.T @ yes)[above]}
    pairs = ["-".join(names) for names in combinations(table.columns, 2)]
    enough = shared >= least_votes
    return 100 * pd.DataFrame(parted, index=pairs)[enough].div(shared[enough], axis=0)


def beside_others(table: pd.DataFrame, two: str) -> pd.DataFrame:
    """A pair of ``pairs_apart``, the median of the others, and percent of them that parted less."""
    own, others = table.loc[two], table.drop(index=two)
    less = 100 * (others < own).mean()
    return pd.DataFrame({"pair": own, "median_pair": others.median(), "less": less})


def vetoes_of_either(first_year: int, last_year: int) -> pd.DataFrame:
    """Vetoes of some years that Russia or China cast: rows of ``unsc_vetoes_to_2026``."""
    rows = load("unsc_vetoes_to_2026")
    return rows[rows.year.between(first_year, last_year) & (rows.veto_rus | rows.veto_chn)]


@cache
def joint_vetoes_of_others() -> pd.Series:
    """Joint vetoes of other pairs of permanent members, percent of those of either, ascending."""
    rows = load("unsc_vetoes_to_2026")
    shares = {}
    for one, other in combinations(("CHN", "FRA", "GBR", "RUS", "USA"), 2):
        first, second = (rows[f"veto_{state.lower()}"] for state in (one, other))
        shares[pair(one, other)] = float(100 * (first & second).sum() / (first | second).sum())
    return pd.Series(shares).drop(pair("CHN", "RUS")).sort_values(kind="stable")


def forums(
    *,
    first_year: int,
    last_year: int,
    last_veto_year: int,
    dissent_share: float,
    least_votes: int,
    amendments: bool = True,
    closest: bool = False,
) -> Figures:
    """Figures of C07: how often the two split and opposed each other on contested votes, beside all
    pairs, and their joint vetoes, beside all other pairs of permanent members or the closest.
    """
    pairs = pairs_apart(int(first_year), int(last_year), dissent_share, least_votes)
    apart = beside_others(pairs, "CHN-RUS")
    cast = vetoes_of_either(int(first_year), int(last_veto_year))
    amended = cast.subject.str.contains("amendment")
    counted = cast if amendments else cast[~amended]
    joint, others = int((counted.veto_rus & counted.veto_chn).sum()), joint_vetoes_of_others()
    joint_pct, held_against = 100 * joint / len(counted), others.tail(1) if closest else others
    return {
        **apart.pair.add_suffix("_pct"),
        **apart.less.add_suffix("_place"),
        "median_split_pct": apart.median_pair.split,
        "joint": joint,
        "either": len(counted),
        "joint_pct": joint_pct,
        "joint_place": 100 * float((held_against < joint_pct).mean()),
        "others_joint_pct": others.median(),
        "closest": others.index[-1],
        "closest_pct": others.max(),
        "of_amendments": int(amended.sum()),
        "of_drafts": int((~amended).sum()),
    }


@where_known
def beside_all_pairs(
    home: str, partner: str, *, first_year: int, last_year: int, dissent_share: float
) -> pd.DataFrame:
    """``beside_others`` of a pair on contested votes: how often it split and opposed each other."""
    here, there = sorted(voters(home, partner, first_year=first_year, last_year=last_year))
    apart = pairs_apart(first_year, last_year, dissent_share, FEWEST_VOTES)
    if f"{here}-{there}" not in apart.index:
        states = pair(here, there)
        raise CoverageError(f"{states} shared fewer than {FEWEST_VOTES} contested votes")
    return beside_others(apart, f"{here}-{there}").rename_axis("votes").reset_index()


@where_known
def vetoes_by_five_years(
    home: str, partner: str, *, first_year: int, last_year: int
) -> pd.DataFrame:
    """Vetoes of Russia and China by five years ('2020-24', with a star where they are not over)."""
    why = "only Russia and China are compared here, among the five who can cast a veto"
    require_russia_and_china(home, partner, why)
    rows = load("unsc_vetoes_to_2026").query("@first_year <= year <= @last_year")
    last = rows.year // 5 * 5 + 4
    unfinished = (last > int(VETOES_TO[-4:])).map({True: "*", False: ""})
    five_years = (last - 4).astype(str) + "-" + last.astype(str).str[2:] + unfinished
    cast = {
        "together": rows.veto_rus & rows.veto_chn,
        "Russia alone": rows.veto_rus & ~rows.veto_chn,
        "China alone": rows.veto_chn & ~rows.veto_rus,
    }
    return pd.DataFrame(cast).groupby(five_years).sum()
