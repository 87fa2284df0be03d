"""Judges of notebook 03 on forums and publics: split votes, vetoes alone and together, and polls in
both countries.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.claims.outlook import CONTESTED, votes_with_year
from analysis.measures.agreement import contested_votes
from analysis.tables import load

BOTH = (("RUS", "CHN"), ("CHN", "RUS"))


@cache
def split_share(first: int, last: int) -> float:
    """Part of contested votes on which Russia and China voted differently, percent."""
    votes = votes_with_year()
    chosen = contested_votes(
        votes.loc[votes.year.between(first, last), ["rcid", "iso3", "vote"]], minority=CONTESTED
    )
    both = (
        chosen[chosen.iso3.isin(["RUS", "CHN"])]
        .pivot(index="rcid", columns="iso3", values="vote")
        .dropna()
    )
    return float(100 * (both.RUS != both.CHN).mean())


def vetoes_of_either(first: int, last: int) -> pd.DataFrame:
    """Rows of ``unsc_vetoes`` of some years in which Russia or China cast a veto."""
    rows = load("unsc_vetoes")
    return rows[rows.year.between(first, last) & (rows.veto_rus | rows.veto_chn)]


def joint_vetoes(first: int, last: int) -> tuple[int, int]:
    """Vetoes that both cast, and vetoes that either cast, in the Security Council."""
    return _counted(vetoes_of_either(first, last))


def _counted(rows: pd.DataFrame) -> tuple[int, int]:
    return int((rows.veto_rus & rows.veto_chn).sum()), int((rows.veto_rus | rows.veto_chn).sum())


def respectful(split_pct: float, joint: int, either: int, *, few: float, many: float) -> str:
    """Label of 'respectful, not free of friction': part of contested votes split, and vetoes cast
    together.
    """
    if split_pct > many:
        return "evidence against"
    return "evidence for" if split_pct < few and joint > either / 2 else "mixed"


def judge_cooperation() -> Verdict:
    """C07: cooperation in international forums is respectful though not free of friction."""
    this = claim("C07")
    limits = {"few": this.thresholds["few_pct"], "many": this.thresholds["many_pct"]}
    joint, either = joint_vetoes(2000, 2025)
    spans = {
        "2000-2009": (2000, 2009),
        "2010-2021, before the invasion": (2010, 2021),
        "2022-2024": (2022, 2024),
    }
    main = split_share(2000, 2024)
    cast = vetoes_of_either(2000, 2025)
    amended, press = cast.subject.str.contains("amendment"), ~cast.complete
    found = {words: (split_share(*span), *joint_vetoes(*span)) for words, span in spans.items()}
    found |= {
        "vetoes of drafts, not of amendments": (main, *_counted(cast[~amended])),
        "vetoes to July 2022, where the list is complete": (main, *_counted(cast[~press])),
    }
    return Verdict(
        claim=this,
        label=respectful(main, joint, either, **limits),
        value=main,
        unit="percent of contested votes on which they split",
        measured=(
            f"they split on {main:.0f} % of contested votes of 2000-2024; {joint} of {either}"
            " vetoes since 2000 were joint"
        ),
        sources=("UN roll calls", "Security Council vetoes"),
        caveats=(
            (
                f"The list of vetoes is complete to July 2022 only; {press.sum()} of the {either}"
                " are later ones that the press reported, and others of those years may be"
                " missing."
            ),
            (
                f"{amended.sum()} of the {either} stopped amendments and no draft:"
                f" {either - amended.sum()} drafts were vetoed."
            ),
            "Vetoes on Ukraine are Russia's own affair.",
        ),
        flip=(
            f"A split on fewer than {limits['few']:.0f} % of contested votes, and more than half of"
            f" {either} vetoes joint, would be evidence for; a split on more than"
            f" {limits['many']:.0f} %, against"
        ),
        variants=tuple(
            Variant(
                name=name,
                measured=f"split {part:.0f} %, {together} of {of} vetoes joint",
                label=respectful(part, together, of, **limits),
            )
            for name, (part, together, of) in found.items()
        ),
    )


def broad_support(shares: Mapping[str, float], *, high: float, low: float) -> str:
    """Label of 'support reaches far beyond the leaders': favourable views in both countries,
    percent.
    """
    if all(share > high for share in shares.values()):
        return "holds with caveats"
    return (
        "does not hold"
        if any(share < low for share in shares.values())
        else "cannot be tested here"
    )


def judge_consensus() -> Verdict:
    """C08: support for the relationship reaches far beyond the leaders."""
    this = claim("C08")
    limits = {"high": this.thresholds["high_pct"], "low": this.thresholds["low_pct"]}
    polls = load("opinion_polls", answer="favourable").sort_values("date", kind="stable")
    latest = {
        f"{one} on {other}": polls[(polls.iso3 == one) & (polls.about == other)].iloc[-1]
        for one, other in BOTH
    }
    pew = {
        f"{one} on {other}": load("pew_favourability", iso3=one, about=other).sort_values("year")
        for one, other in BOTH
    }
    pew_latest = {name: float(rows.share_pct.iloc[-1]) for name, rows in pew.items()}
    earlier = {
        f"{one} on {other}": polls[(polls.iso3 == one) & (polls.about == other)].iloc[0]
        for one, other in BOTH
    }
    shares = {name: float(row.share_pct) for name, row in latest.items()}
    first = {name: float(row.share_pct) for name, row in earlier.items()}
    return Verdict(
        claim=this,
        label=broad_support(shares, **limits),
        value=min(shares.values()),
        unit="percent favourable, the lower of the two",
        measured="; ".join(
            f"{name} {row.share_pct:.0f} % ({row.pollster}, {row.date})"
            for name, row in latest.items()
        ),
        sources=("Levada", "Tsinghua CISS", "Pew Research Center"),
        caveats=(
            "Elites are not polled, and people may not say what they think in either country.",
            "The two latest polls ask different questions.",
        ),
        flip=f"A poll in either country below {limits['low']:.0f} %",
        variants=(
            Variant(
                name="Pew, last asked",
                measured=_percents(pew_latest),
                label=broad_support(pew_latest, **limits),
            ),
            Variant(
                name="earliest poll of the list",
                measured=_percents(first),
                label=broad_support(first, **limits),
            ),
        ),
    )


def _percents(shares: Mapping[str, float]) -> str:
    return "; ".join(f"{name} {share:.0f} %" for name, share in shares.items())


JUDGES = {"C07": judge_cooperation, "C08": judge_consensus}
