"""Evidence of notebook 03: how close two countries vote, whom they veto, what polls say of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import pair, require_russia_and_china
from analysis.evidence.votes import (
    FEWEST_VOTES,
    distance_by_year,
    voters,
    votes_with_year,
    yearly_agreement,
)
from analysis.measures.agreement import (
    ABSTAIN,
    NO,
    YES,
    agreement_with_all,
    cohen_kappa,
    contested_votes,
    paired_votes,
    recurring_texts,
)
from analysis.tables import load

VETOES_TO = "April 2026"
"""How far the list of vetoes is complete."""
TITLED = 2015
"""Since this year a text keeps its title from session to session; before, its description."""


# Closeness in votes


def _votes_of(first_year: int, last_year: int) -> pd.DataFrame:
    votes = votes_with_year()
    return votes[votes.year.between(first_year, last_year)][["rcid", "iso3", "vote"]]


@cache
def agreement_table(
    home: str,
    first_year: int,
    last_year: int,
    dissent_share: float = 0,
    recur_share: float = 0,
    subject: str = "",
) -> pd.DataFrame:
    """Agreement of one country with each other over some years.

    Parameters
    ----------
    dissent_share : float
        Only votes on which at least this share departed from the commonest choice; 0 for all.
    recur_share : float
        Only texts that came to the vote in at least this share of the years; 0 for all.
    subject : str
        Only texts with this among their subjects, as the UN's library names them; '' for all.

    Returns
    -------
    DataFrame indexed by partner with agreement (0 to 1), n_votes and rank, for partners that shared
    30 votes or more.
    """
    votes = _votes_of(first_year, last_year)
    if dissent_share:
        votes = contested_votes(votes, minority=dissent_share)
    calls = load("unga_rollcalls", year=list(range(first_year, last_year + 1)))
    if subject:
        of_it = calls.subjects.fillna("").str.contains(subject, case=False, regex=False)
        votes = votes[votes.rcid.isin(calls.rcid[of_it])]
    if recur_share:
        years = range(first_year, last_year + 1)
        text = "title" if first_year >= TITLED else "description"
        panel = recurring_texts(
            calls, periods=years, period="year", text=text, min_share=recur_share
        )
        votes = votes[votes.rcid.isin(applicable(panel).rcid)]
    table = agreement_with_all(votes, home=home)
    table = table[table.n_votes >= FEWEST_VOTES].set_index("partner")
    return table.assign(rank=table.agreement.rank(ascending=False, method="min").astype(int))


def place(
    home: str, partner: str, first_year: int, last_year: int, **counted: Any
) -> tuple[int, int, float]:
    """Rank of a partner in agreement with home, among how many, and the index itself; which votes
    count, see ``agreement_table``. A CoverageError where the two shared fewer than 30 of them.
    """
    if last_year < first_year:
        raise CoverageError(
            f"no year lies between {first_year} and {last_year}",
            do="choose a first year no later than the last",
        )
    voters(home, first_year=first_year, last_year=last_year)
    table = agreement_table(home, first_year, last_year, **counted)
    if partner not in table.index:
        years = f"{first_year}-{last_year}"
        raise CoverageError(
            f"{home} and {partner} shared fewer than {FEWEST_VOTES} such votes in {years}"
        )
    return int(table["rank"][partner]), len(table), float(table.agreement[partner])


def ideal_place(home: str, partner: str, year: int) -> tuple[int, int]:
    """Rank of a partner by distance of ideal points from home in a year, and among how many; a
    CoverageError where either has none.
    """
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
    seen_from: Sequence[str] = ("RUS", "CHN"),
    by: str = "votes",
) -> Figures:
    """Figures of C05: the place of each of the two among the other's partners, and the worst of
    them as a share of all partners (0.1 is the closest tenth).

    Parameters
    ----------
    seen_from : sequence of str
        The states among whose partners the other is ranked.
    by : {'votes', 'human rights', 'ideal points'}
        Contested votes and recurring texts, contested texts on human rights, or ideal points of the
        last year.
    """
    years = int(first_year), int(last_year)
    contested = {"dissent_share": dissent_share}
    kinds: dict[str, dict[str, Any]] = {
        "votes": {"contested": contested, "recurring": {"recur_share": recur_share}},
        "human rights": {"human rights": {**contested, "subject": "HUMAN RIGHTS"}},
    }
    ranks: list[tuple[int, int]] = []
    said, ideal = [], []
    for home in seen_from:
        partner = "CHN" if home == "RUS" else "RUS"
        whose = f"{name(partner)} for {name(home)}:"
        ideal.append(ideal_place(home, partner, years[1]))
        found = {
            kind: place(home, partner, *years, **counted)[:2]
            for kind, counted in kinds.get(by, {}).items()
        } or {by: ideal[-1]}
        ranks += found.values()
        places = [f"{kind} number {rank} of {of}" for kind, (rank, of) in found.items()]
        said.append(f"{whose} {', '.join(places)}")
    worst = max(rank / of for rank, of in ranks)
    return {
        "worst_share": worst,
        "worst_pct": 100 * worst,
        "places": "; ".join(said),
        "ideal_places": [f"number {rank} of {of}" for rank, of in ideal],
    }


@where_known
def places_by_kind(
    home: str,
    partner: str,
    *,
    first_year: int,
    last_year: int,
    dissent_share: float,
    recur_share: float,
) -> pd.DataFrame:
    """Place of each among the other's partners on all votes, contested ones and recurring texts."""
    kinds = {
        "all": {},
        "contested": {"dissent_share": dissent_share},
        "recurring": {"recur_share": recur_share},
    }
    here, there = voters(home, partner)
    rows, missing = [], []
    for one, other in ((here, there), (there, here)):
        who = f"{name(other)} among {name(one)}'s partners"
        for kind, counted in kinds.items():
            try:
                rank, of, index = place(one, other, first_year, last_year, **counted)
                rows.append((who, kind, f"number {rank} of {of}", index))
            except CoverageError as reason:
                missing.append(reason)
                rows.append((who, kind, str(reason), float("nan")))
    if len(missing) == len(rows):
        raise missing[0]
    return pd.DataFrame(rows, columns=["who", "votes", "place", "agreement"])


class Places(NamedTuple):
    """Percent of partners that agreed as often as the other or more, by year; years averaged."""

    of_partner: pd.Series
    of_home: pd.Series
    averaged: tuple[int, int]


@where_known
def places_by_year(home: str, partner: str, *, last_year: int, averaged: tuple[int, int]) -> Places:
    """Place of each among the other's partners by year, since 1992: low is close."""
    here, there = voters(home, partner)
    of_partner, of_home = _percent_closer(here, there), _percent_closer(there, here)
    first, last = averaged
    if of_partner.loc[first:last].empty or of_home.loc[first:last].empty:
        states = pair(here, there)
        raise CoverageError(f"{states} did not both vote in enough roll calls of {first}-{last}")
    return Places(of_partner.loc[:last_year], of_home.loc[:last_year], averaged)


def _percent_closer(home: str, partner: str) -> pd.Series:
    table = yearly_agreement(home)
    if partner not in table:
        return pd.Series(dtype=float)
    return 100 * table.rank(axis=1, ascending=False, pct=True)[partner].dropna()


@where_known
def agreement_and_distance(home: str, partner: str, *, years: tuple[int, ...]) -> Figures:
    """Index of agreement and distance of ideal points in some years, each '1993 0.629'."""
    here, there = voters(home, partner)
    agreed = yearly_agreement(here).get(there, pd.Series(dtype=float)).dropna()
    distance = distance_by_year(here, there).set_index("year").distance
    agreements = [f"{year} {agreed[year]:.3f}" for year in years if year in agreed.index]
    distances = [f"{year} {distance[year]:.2f}" for year in years if year in distance.index]
    return {"agreement": agreements or "no votes in common", "distance": distances}


@where_known
def votes_cast(state: str, *, years: tuple[int, ...]) -> pd.DataFrame:
    """How often a state voted yes, abstained and voted no in each of some years."""
    votes = votes_with_year()
    mine = votes[(votes.iso3 == state) & votes.year.isin(years)]
    counts = pd.crosstab(mine.year, mine.vote).reindex(columns=[YES, ABSTAIN, NO], fill_value=0)
    return counts.set_axis(["yes", "abstain", "no"], axis=1).reset_index()


@where_known
def kappas(home: str, partner: str, *, years: tuple[int, ...]) -> Figures:
    """Cohen's kappa of two countries in each of some years, a line each."""
    lines = []
    for year in years:
        here, there = voters(home, partner, first_year=year, last_year=year)
        both = paired_votes(_votes_of(year, year), home=here, partner=there)
        kappa = applicable(cohen_kappa(both.home.to_numpy(), both.partner.to_numpy()))
        lines.append(f"{year} {kappa}")
    return {"lines": "\n".join(lines)}


# Forums


@cache
def pairs_apart(first_year: int, last_year: int, dissent_share: float) -> pd.DataFrame:
    """How every pair of states parted on votes with so much dissent (0 for all votes).

    Returns
    -------
    DataFrame indexed by pair ('CHN-RUS') with split and opposed: percent of the votes that both
    cast on which they differed, and on which one said yes and the other no. Pairs that shared fewer
    than 30 are left out.
    """
    votes = _votes_of(first_year, last_year)
    if dissent_share:
        votes = contested_votes(votes, minority=dissent_share)
    table = votes.pivot(index="rcid", columns="iso3", values="vote")
    cast = {vote: (table == vote).to_numpy(dtype=float) for vote in (YES, ABSTAIN, NO)}
    yes, abstained, no = cast.values()
    both = (yes + abstained + no).T @ (yes + abstained + no)
    same = sum(chosen.T @ chosen for chosen in cast.values())
    opposed = yes.T @ no + no.T @ yes
    above = np.triu_indices(len(table.columns), k=1)
    shared = both[above]
    pairs = ["-".join(names) for names in combinations(table.columns, 2)]
    parted = {"split": (both - same)[above], "opposed": opposed[above]}
    enough = shared >= FEWEST_VOTES
    apart = pd.DataFrame(parted, index=pairs)[enough]
    return 100 * apart.div(shared[enough], axis=0)


def vetoes_of_either(first_year: int, last_year: int) -> pd.DataFrame:
    """Vetoes of some years that Russia or China cast: rows of ``unsc_vetoes_to_2026``."""
    rows = load("unsc_vetoes_to_2026")
    return rows[rows.year.between(first_year, last_year) & (rows.veto_rus | rows.veto_chn)]


@cache
def joint_vetoes_of_others() -> pd.Series:
    """Part of the vetoes of either that two permanent members cast together since 1946, percent, by
    pair ('France and United Kingdom'), Russia and China left out; from the smallest part.
    """
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
    amendments: bool = True,
    closest: bool = False,
) -> Figures:
    """Figures of C07: how often the two split and opposed each other on contested votes, which part
    of all pairs did so less often, and their vetoes.

    Vetoes are counted from the same first year to their own last one, with those of amendments
    beside those of drafts or not, and held against the median of the other pairs of permanent
    members or, if so asked, against the closest one.
    """
    apart = pairs_apart(int(first_year), int(last_year), dissent_share)
    two, others = apart.loc["CHN-RUS"], apart.drop(index="CHN-RUS")
    below = 100 * (others < two).mean()
    cast = vetoes_of_either(int(first_year), int(last_veto_year))
    amended = cast.subject.str.contains("amendment")
    counted = cast if amendments else cast[~amended]
    joint = int((counted.veto_rus & counted.veto_chn).sum())
    others_joint = joint_vetoes_of_others()
    return {
        "split_pct": two.split,
        "split_place": below.split,
        "median_split_pct": others.split.median(),
        "opposed_pct": two.opposed,
        "opposed_place": below.opposed,
        "joint": joint,
        "either": len(counted),
        "joint_pct": 100 * joint / len(counted),
        "others_joint_pct": others_joint.max() if closest else others_joint.median(),
        "closest": others_joint.index[-1],
        "closest_pct": others_joint.max(),
        "of_amendments": int(amended.sum()),
        "of_drafts": int((~amended).sum()),
    }


@where_known
def beside_all_pairs(
    home: str, partner: str, *, first_year: int, last_year: int, dissent_share: float
) -> pd.DataFrame:
    """How often a pair split and opposed each other on contested votes, beside all other pairs: its
    percentage, that of the median pair, and the percent of pairs that did so less often.
    """
    here, there = sorted(voters(home, partner, first_year=first_year, last_year=last_year))
    apart = pairs_apart(first_year, last_year, dissent_share)
    if f"{here}-{there}" not in apart.index:
        states = pair(here, there)
        raise CoverageError(f"{states} shared fewer than {FEWEST_VOTES} contested votes")
    own, others = apart.loc[f"{here}-{there}"], apart.drop(index=f"{here}-{there}")
    columns = {"pair": own, "median_pair": others.median(), "less": 100 * (others < own).mean()}
    return pd.DataFrame(columns).rename_axis("votes").reset_index()


@where_known
def vetoes_by_five_years(
    home: str, partner: str, *, first_year: int, last_year: int
) -> pd.DataFrame:
    """Vetoes of Russia and China, together and alone, a row for each five years ('2020-24'); five
    years that are not over have a star.
    """
    why = "only Russia and China are compared here, among the five who can cast a veto"
    require_russia_and_china(home, partner, why)
    rows = load("unsc_vetoes_to_2026").query("@first_year <= year <= @last_year")
    spans = rows.year.map(lambda year: _five_years(year // 5 * 5))
    cast = {
        "together": rows.veto_rus & rows.veto_chn,
        "Russia alone": rows.veto_rus & ~rows.veto_chn,
        "China alone": rows.veto_chn & ~rows.veto_rus,
    }
    return pd.DataFrame(cast).groupby(spans).sum()


def _five_years(first: int) -> str:
    last = first + 4
    unfinished = "*" if last > int(VETOES_TO[-4:]) else ""
    return f"{first}-{last % 100:02d}{unfinished}"


# Polls


def pew(country: str, about: str) -> pd.Series:
    """Share of a country with a favourable view of another by year (Pew Research Center), percent;
    a CoverageError where it was never asked.
    """
    shares = load("pew_favourability", iso3=country, about=about).set_index("year").share_pct
    if shares.empty:
        raise CoverageError(f"no poll of {name(country)} on {name(about)} is among the data")
    return shares


def polls_by_date(answer: str) -> pd.DataFrame:
    """Polls that asked for one kind of answer, such as 'favourable', in the order of dates.

    Levada's later polls of the same question ('good attitude') are taken in from the second list,
    where the first has none of that year and pollster with the same share.
    """
    listed = load("opinion_polls", answer=answer)
    if answer == "favourable":
        added = load("opinion_polls_added", measure_as_printed="good attitude")
        added = added.rename(columns={"value": "share_pct"})[[*listed.columns.drop("answer")]]
        both = pd.concat([listed, added.assign(answer=answer)], ignore_index=True)
        listed = both.drop_duplicates(["pollster", "iso3", "about", "year", "share_pct"])
    return listed.sort_values("date", kind="stable")


OTHER_QUESTIONS = {"RUS": ("Gallup", "approve"), "CHN": ("ECFR", "ally")}
"""Pollster, and a word of the question, of polls that asked for something else."""


def support(*, asked: str = "latest") -> Figures:
    """Figures of C08: favourable views in Russia of China and in China of Russia, percent.

    Parameters
    ----------
    asked : {'latest', 'Pew', 'other'}
        Which poll is taken in each country: the latest that asked for a favourable view, Pew's
        last, or the last with one of ``OTHER_QUESTIONS``.
    """
    in_russia, russian_poll = favourable("RUS", "CHN", asked)
    in_china, chinese_poll = favourable("CHN", "RUS", asked)
    return {
        "in_russia": in_russia,
        "russian_poll": russian_poll,
        "in_china": in_china,
        "chinese_poll": chinese_poll,
        "lower": min(in_russia, in_china),
    }


def favourable(state: str, about: str, asked: str) -> tuple[float, str]:
    """Share of favourable views in a poll as in ``support``, percent, and who asked when."""
    if asked == "Pew":
        shares = pew(state, about)
        return float(shares.iloc[-1]), f"Pew, {shares.index[-1]}"
    if asked == "other":
        pollster, word = OTHER_QUESTIONS[state]
        polls = load("opinion_polls_added", pollster=pollster, iso3=state, about=about)
        polls = polls[polls.measure_as_printed.str.contains(word)].sort_values("date")
        polls = polls.assign(share_pct=polls.value)
    else:
        polls = polls_by_date("favourable").query("iso3 == @state and about == @about")
    poll = polls.iloc[-1]
    return float(poll.share_pct), f"{poll.pollster}, {poll.date}"


@where_known
def favourable_polls() -> pd.DataFrame:
    """Polls of Russians on China and of Chinese on Russia that asked for a favourable view."""
    polls = polls_by_date("favourable").query("about in ['RUS', 'CHN']")
    asked = {"asked_in": polls.iso3.map(name), "about": polls.about.map(name)}
    return polls.assign(**asked)[["date", "pollster", "asked_in", "about", "share_pct"]]


@where_known
def other_polls() -> Figures:
    """What Pew found last in both countries, and polls that asked whether China is friendly."""
    russian, chinese = pew("RUS", "CHN"), pew("CHN", "RUS")
    friendly = polls_by_date("friendly").itertuples()
    return {
        "russian_year": russian.index[-1],
        "in_russia": russian.iloc[-1],
        "chinese_year": chinese.index[-1],
        "in_china": chinese.iloc[-1],
        "friendly": [f"{poll.date} {poll.share_pct:.0f} % ({poll.pollster})" for poll in friendly],
    }
