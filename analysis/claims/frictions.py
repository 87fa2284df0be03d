"""Judges of notebook 10: Central Asia, votes on the war, agreement that lasts, and what treaties
oblige to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.claims.outlook import votes_with_year
from analysis.countries import name
from analysis.errors import CoverageError, NotApplicable, applicable
from analysis.measures.agreement import agreement_with_all, recurring_texts
from analysis.tables import load

CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
INVASION = 2022
CODED_TO = 2018
"""Treaties are coded to this year."""
OBLIGATIONS = ("defence", "offence", "neutrality", "non_aggression", "consultation")


@cache
def mirror_shares(state: str, *, flows: tuple[str, ...] = ("exports", "imports")) -> pd.DataFrame:
    """Shares of each partner in a state's trade as the partners report it, so that a missing own
    report does no harm.

    Parameters
    ----------
    state : str
        ISO3.
    flows : tuple of str
        The partners' flows that are added: 'exports' to the state (FOB), 'imports' from it (CIF),
        or both.

    Returns
    -------
    DataFrame indexed by year, a column for each partner, percent of what all partners report.
    Missing where a partner reported nothing. Do not write into it.

    Raises
    ------
    CoverageError
        Where no partner reported trade with the state.
    """
    rows = _reports_on(state)
    rows = rows[rows.flow.isin(flows)]
    if rows.empty:
        raise CoverageError(f"no partner reported trade with {state}")
    amounts = rows.pivot_table(
        index="year", columns="reporter", values="value_usd_mn", aggfunc="sum", min_count=1
    )
    return 100 * amounts.div(amounts.sum(axis=1), axis=0)


@cache
def _reports_on(state: str) -> pd.DataFrame:
    """What all partners reported of their trade with a state, read once."""
    return load("trade_annual", partner=state)


def overtaken_as_reported(year: int, *, home: str = "RUS", partner: str = "CHN") -> dict[str, bool]:
    """In which states of Central Asia trade with the partner is above trade with home by the
    state's own reports.
    """
    rows = load("trade_annual", reporter=list(CENTRAL_ASIA), year=year)
    amounts = rows.pivot_table(
        index="reporter", columns="partner", values="value_usd_mn", aggfunc="sum"
    )
    return {str(state): bool(above) for state, above in (amounts[partner] > amounts[home]).items()}


def overtaken(
    year: int,
    *,
    home: str = "RUS",
    partner: str = "CHN",
    flows: tuple[str, ...] = ("exports", "imports"),
) -> dict[str, bool]:
    """In which states of Central Asia the partner's share in a year is above home's."""
    shares = {
        state: mirror_shares(state, flows=flows).loc[year, [home, partner]]
        for state in CENTRAL_ASIA
    }
    return {state: bool(share[partner] > share[home]) for state, share in shares.items()}


def competes(states: Mapping[str, bool]) -> str:
    """Label of 'the two compete': at best with caveats, if the newcomer overtook in most of the
    states.
    """
    return "holds with caveats" if 2 * sum(states.values()) > len(states) else "does not hold"


def judge_central_asia() -> Verdict:
    """C50: the two compete in Central Asia."""
    this = claim("C50")
    year = int(this.thresholds["year"])
    readings = {
        "ten years earlier": overtaken(year - 10),
        "what Central Asia buys": overtaken(year, flows=("exports",)),
        "what Central Asia sells": overtaken(year, flows=("imports",)),
        "as the five report it themselves": overtaken_as_reported(year),
    }
    found = overtaken(year)
    return Verdict(
        claim=this,
        label=competes(found),
        value=float(sum(found.values())),
        unit="states of Central Asia where China's share is above Russia's",
        measured=f"{_where(found)} in {year}",
        sources=("IMF, as all partners reported",),
        caveats=(
            (
                "Overtaking in trade is not competing, and not jealousy: no datum here tells what"
                " Moscow felt."
            ),
            (
                f"There is no panel of all pairs after {year}, and much trade with Russia crosses"
                " without customs."
            ),
        ),
        flip=(
            "Russia's share above China's in three of the five, as it is by what the five report"
            " themselves"
        ),
        variants=tuple(
            Variant(name=name, measured=_where(one), label=competes(one))
            for name, one in readings.items()
        ),
    )


def _where(states: Mapping[str, bool]) -> str:
    names = ", ".join(state for state, above in states.items() if above)
    return f"China above Russia in {sum(states.values())} of {len(states)}" + (
        f" ({names})" if names else ""
    )


def partner_votes(texts: pd.DataFrame) -> pd.Series:
    """How China voted where Russia voted no, counts by vote; an empty vote was not recorded by the
    source.
    """
    votes = texts.loc[texts.vote_rus == "no", "vote_chn"].replace("", "unknown").fillna("unknown")
    return votes.value_counts().reindex(["abstain", "no", "yes", "unknown"], fill_value=0)


def misgivings(counts: pd.Series, *, few: float) -> str:
    """Label of 'China has misgivings': shares of votes with Russia (no) and of abstentions among
    all the texts.

    The rule names no label between its two limits; 'cannot be tested here' is the one that claims
    nothing.
    """
    with_russia, abstained = counts["no"] / counts.sum(), counts["abstain"] / counts.sum()
    if with_russia > 0.5:
        return "does not hold"
    return (
        "holds with caveats" if abstained > 0.5 and with_russia <= few else "cannot be tested here"
    )


def judge_misgivings() -> Verdict:
    """C52: China has misgivings about the war."""
    this = claim("C52")
    few = this.thresholds["few_share"]
    texts = load("unga_ukraine_texts")
    since = texts[texts.year >= INVASION]
    readings = {
        "since 2014": texts,
        "emergency session alone": since[since.resolution.str.contains("ES-11")],
        "texts on which its vote is known": since[since.vote_chn.isin(["abstain", "no", "yes"])],
    }
    found = partner_votes(since)
    label = misgivings(found, few=few)
    caveats = ["A vote is an outward sign; what leaders say in private is not here."]
    if label == "cannot be tested here":
        caveats.append(
            "Neither limit of the rule is reached, and it names no label for what lies between"
            " them."
        )
    return Verdict(
        claim=this,
        label=label,
        value=100 * float(found["abstain"] / found.sum()),
        unit="percent of texts on which China abstained where Russia voted no",
        measured=f"since {INVASION}: {_votes(found)}",
        sources=("UN roll calls",),
        caveats=tuple(caveats),
        flip=(
            f"{int(found.sum() // 2 + 1)} votes with Russia instead of {found['no']} would make it"
            " fail"
        ),
        variants=tuple(
            Variant(name=name, measured=_votes(counts), label=misgivings(counts, few=few))
            for name, counts in ((name, partner_votes(one)) for name, one in readings.items())
        ),
    )


def _votes(counts: pd.Series) -> str:
    words = {"abstained": "abstain", "with Russia": "no", "against": "yes", "unknown": "unknown"}
    return ", ".join(f"{word} {counts[vote]}" for word, vote in words.items())


def allies_of(state: str, *, year: int = CODED_TO) -> list[str]:
    """States that owe a state defence by treaty in a year, or are owed it."""
    pacts = load("alliances", year=year)
    pacts = pacts[pacts.defence & ((pacts.state_a == state) | (pacts.state_b == state))]
    return sorted((set(pacts.state_a) | set(pacts.state_b)) - {state})


def agreement_over_time(
    home: str, partners: Sequence[str], *, first: int, last: int
) -> pd.Series | NotApplicable:
    """Mean agreement of a state with some others in the first and the last year, on texts voted on
    in both.

    Returns
    -------
    Series indexed by year (0 to 1), the mean over partners that voted in both; NotApplicable where
    none did or no text recurs.
    """
    calls = load("unga_rollcalls", year=[first, last])
    panel = recurring_texts(calls, periods=[first, last], period="year")
    if isinstance(panel, NotApplicable):
        return panel
    votes = votes_with_year()[["rcid", "iso3", "vote"]]
    votes = votes[votes.iso3.isin([home, *partners])].merge(panel[["rcid", "period"]], on="rcid")
    table = agreement_with_all(votes, home=home, by="period")
    both = (
        table.pivot(index="partner", columns="period", values="agreement")
        .reindex(columns=[first, last])
        .dropna()
    )
    if both.empty:
        others = name(partners[0]) if len(partners) == 1 else f"any of {len(partners)} states"
        return NotApplicable(f"{name(home)} and {others} did not both vote in {first} and {last}")
    return pd.Series({year: float(both[year].mean()) for year in (first, last)})


def managed(pair: float, others: float) -> str:
    """Label of 'managed better': change of the pair's agreement against that of the United States
    with its allies.
    """
    return "evidence for" if pair > others else "evidence against" if pair < others else "mixed"


def changes(first: int, last: int, *, allies: Sequence[str] = ()) -> tuple[float, float]:
    """Change of Russia's agreement with China, and of Washington's with its allies, on texts of
    both years.
    """
    ends = (
        applicable(agreement_over_time("RUS", ["CHN"], first=first, last=last)),
        applicable(agreement_over_time("USA", allies or allies_of("USA"), first=first, last=last)),
    )
    pair, others = (float(one[last] - one[first]) for one in ends)
    return pair, others


def judge_management() -> Verdict:
    """C54: they manage frictions better than Washington manages its alliances."""
    this = claim("C54")
    first, last = int(this.thresholds["first_year"]), int(this.thresholds["last_year"])
    readings = {
        "without 2025": changes(first, last - 1),
        "from 2017": changes(first + 1, last),
        "members of the European Union": changes(
            first, last, allies=list(load("groups", group="EU27").iso3)
        ),
    }
    found = changes(first, last)
    return Verdict(
        claim=this,
        label=managed(*found),
        value=100 * (found[0] - found[1]),
        unit="points, the pair's change less that of the United States with its allies",
        measured=f"agreement {first}-{last}: {_changes(found)}",
        sources=("UN roll calls", "ATOP alliances to 2018"),
        caveats=(
            "Votes in the Assembly are one sign of how frictions are managed, and a small one.",
            (
                "Allies are those coded for 2018, the Latin American states of the Rio pact among"
                " them."
            ),
        ),
        flip=(
            "A larger fall of the pair's agreement than of Washington's with its allies, or the"
            " reverse"
        ),
        variants=tuple(
            Variant(name=name, measured=_changes(one), label=managed(*one))
            for name, one in readings.items()
        ),
    )


def _changes(found: tuple[float, float]) -> str:
    return (
        f"Russia and China {100 * found[0]:+.1f} points, the United States and allies"
        f" {100 * found[1]:+.1f}"
    )


def obligations(home: str, partner: str) -> pd.DataFrame:
    """Years in which two states had a treaty in force, and what it obliged them to; empty where
    there was none.
    """
    first, second = sorted((home, partner))
    return load("alliances", state_a=first, state_b=second).set_index("year")[list(OBLIGATIONS)]


def not_allies(defence: bool, *, coded_to: int, essay_year: int) -> str:
    """Label of 'not allies': no treaty in force with a defence clause, and coding that reaches the
    essay.
    """
    return (
        "does not hold" if defence else "holds" if coded_to >= essay_year else "holds with caveats"
    )


def judge_alliance() -> Verdict:
    """C55: they are not allies."""
    this = claim("C55")
    treaties = obligations("RUS", "CHN")
    coded_to = int(load("alliances").year.max())
    last = treaties.index.max()
    in_force = treaties.loc[last]
    kinds = ", ".join(kind.replace("_", " ") for kind in OBLIGATIONS if in_force[kind])
    until = int(treaties.index[treaties.defence].max())
    essay_year = int(this.thresholds["essay_year"])
    readings = {str(year): bool(treaties.defence.get(year, False)) for year in (1970, 2000)}
    readings["any duty to fight, defence or offence"] = bool(in_force.defence or in_force.offence)
    return Verdict(
        claim=this,
        label=not_allies(bool(in_force.defence), coded_to=coded_to, essay_year=essay_year),
        value=float(in_force.defence),
        unit="defence clause in the treaty in force (1 = yes)",
        measured=f"in {last}: {kinds}; a defence clause to {until}, none since",
        sources=(f"ATOP alliances to {coded_to}",),
        caveats=(
            (
                f"Coding ends in {coded_to}; no later treaty with a defence clause is known to the"
                " tables here."
            ),
        ),
        flip="A treaty in force with a defence clause",
        variants=tuple(
            Variant(
                name=name,
                measured="a defence clause" if one else "no defence clause",
                label=not_allies(one, coded_to=coded_to, essay_year=essay_year),
            )
            for name, one in readings.items()
        ),
    )


JUDGES = {
    "C50": judge_central_asia,
    "C52": judge_misgivings,
    "C54": judge_management,
    "C55": judge_alliance,
}
