"""Judges of notebook 03: votes in the United Nations, vetoes, polls, and what the two organisations changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from analysis.claims.ledger import claim
from analysis.claims.verdicts import Variant, Verdict
from analysis.errors import CoverageError, applicable
from analysis.measures.agreement import agreement_with_all, contested_votes, recurring_texts
from analysis.tables import load

CONTESTED = 0.1
"""A vote is contested where a tenth or more departed from the commonest choice."""
LATEST = (2020, 2024)
"""Five years; 2025 is left out of the main reading because its agenda was unlike any other."""
NORTH = (
    "USA", "CAN", "GBR", "NOR", "CHE", "ISL", "LIE", "AND", "MCO", "SMR", "AUS", "NZL", "JPN", "KOR", "ISR", "UKR",
    "MDA", "GEO", "ALB", "BIH", "MKD", "MNE", "SRB", "TUR", "RUS",
)  # fmt: skip
"""With the European Union's 27 the states that are not the Global South: Europe and kin, East Asia's rich, Russia."""
TITLED = 2015
"""From this year on the title of a text stays the same from session to session; before it, the description does."""
RECURS = 0.8
"""Share of the years in which a text must have come to the vote."""
FOUNDED = 2001
"""Founders of SCO have no time before."""
FEWEST_VOTES = 30
"""Partners that shared fewer votes are not ranked."""


@cache
def votes_with_year() -> pd.DataFrame:
    """Every vote on a whole text: rcid, iso3, vote, year; paragraphs and amendments left out. Do not write into it."""
    calls = load("unga_rollcalls")
    whole = calls[calls[["paragraph_vote", "amendment_vote"]].fillna(0).eq(0).all(axis=1)]
    votes = load("unga_votes")[["rcid", "iso3", "vote"]]
    return votes.merge(whole[["rcid", "year"]], on="rcid")


@cache
def agreement_table(home: str, first: int, last: int, kind: str) -> pd.DataFrame:
    """Agreement of one country with each other over some years.

    Parameters
    ----------
    home : str
        ISO3.
    first, last : int
    kind : {'all', 'contested', 'recurring'}
        Every vote, contested ones, or texts that came up in at least four of five of the years.

    Returns
    -------
    DataFrame indexed by partner with agreement (0 to 1), n_votes and rank, for partners that shared 30 votes or more.
    Do not write into it.
    """
    everything = votes_with_year()
    votes = everything[everything.year.between(first, last)]
    if kind == "contested":
        votes = contested_votes(votes[["rcid", "iso3", "vote"]], minority=CONTESTED)
    elif kind == "recurring":
        calls = load("unga_rollcalls", year=list(range(first, last + 1)))
        text = "title" if first >= TITLED else "description"
        years = range(first, last + 1)
        panel = recurring_texts(calls, periods=years, period="year", text=text, min_share=RECURS)
        votes = votes[votes.rcid.isin(applicable(panel).rcid)]
    table = agreement_with_all(votes[["rcid", "iso3", "vote"]], home=home)
    table = table[table.n_votes >= FEWEST_VOTES].set_index("partner")
    return table.assign(rank=table.agreement.rank(ascending=False, method="min").astype(int))


def place(home: str, partner: str, first: int, last: int, kind: str) -> tuple[int, int, float]:
    """Rank of a partner in agreement with home, among how many, and the index itself."""
    table = agreement_table(home, first, last, kind)
    if partner not in table.index:
        raise CoverageError(f"{home} and {partner} shared fewer than {FEWEST_VOTES} such votes in {first}-{last}")
    return int(table["rank"][partner]), len(table), float(table.agreement[partner])


def shared_outlook(contested: float, recurring: float, *, top: float, near: float) -> str:
    """Label of 'a shared outlook': rank over number of partners, on contested votes and on recurring texts."""
    worst = max(contested, recurring)
    return "holds" if worst <= top else "holds with caveats" if worst <= near else "does not hold"


def _places(home: str, partner: str, first: int, last: int) -> tuple[str, float, float]:
    found = {kind: place(home, partner, first, last, kind) for kind in ("contested", "recurring")}
    words = "; ".join(f"{kind}: number {rank} of {of} ({index:.2f})" for kind, (rank, of, index) in found.items())
    parts = [rank / of for rank, of, _ in found.values()]
    return words, parts[0], parts[1]


def judge_outlook() -> Verdict:
    """C05: the two share an outlook on world politics."""
    this = claim("C05")
    limits = {"top": this.thresholds["top_share"], "near": this.thresholds["near_share"]}
    readings = {
        "2010-2014": ("RUS", "CHN", 2010, 2014), "2000-2004": ("RUS", "CHN", 2000, 2004),
        "1991-1995": ("RUS", "CHN", 1991, 1995), "Russia among China's partners": ("CHN", "RUS", *LATEST),
    }  # fmt: skip
    words, contested, recurring = _places("RUS", "CHN", *LATEST)
    found = {name: _places(*options) for name, options in readings.items()}
    return Verdict(
        claim=this,
        label=shared_outlook(contested, recurring, **limits),
        value=100 * max(contested, recurring),
        unit="percent of partners that are as close or closer, on the worse measure",
        measured=f"China among Russia's partners, {LATEST[0]}-{LATEST[1]}: {words}",
        sources=("UN roll calls",),
        caveats=(
            "Votes are outward signs; agreement fell from 2022 to 2024 while ideal points came closer.",
            "Absences are not votes: a state that stays away neither agrees nor disagrees.",
        ),
        flip=f"China outside the closest {limits['top']:.0%} of partners on either measure",
        variants=tuple(
            Variant(name=name, measured=text, label=shared_outlook(one, other, **limits))
            for name, (text, one, other) in found.items()
        ),
    )


@cache
def split_share(first: int, last: int) -> float:
    """Part of contested votes on which Russia and China voted differently, percent."""
    votes = votes_with_year()
    chosen = contested_votes(votes.loc[votes.year.between(first, last), ["rcid", "iso3", "vote"]], minority=CONTESTED)
    both = chosen[chosen.iso3.isin(["RUS", "CHN"])].pivot(index="rcid", columns="iso3", values="vote").dropna()
    return float(100 * (both.RUS != both.CHN).mean())


def joint_vetoes(first: int, last: int) -> tuple[int, int]:
    """Vetoes that both cast, and vetoes that either cast, in the Security Council."""
    rows = load("unsc_vetoes")
    rows = rows[rows.year.between(first, last)]
    return int((rows.veto_rus & rows.veto_chn).sum()), int((rows.veto_rus | rows.veto_chn).sum())


def respectful(split_pct: float, joint: int, either: int, *, few: float, many: float) -> str:
    """Label of 'respectful, not free of friction': part of contested votes split, and vetoes cast together."""
    if split_pct > many:
        return "evidence against"
    return "evidence for" if split_pct < few and joint > either / 2 else "mixed"


def judge_cooperation() -> Verdict:
    """C07: cooperation in international forums is respectful though not free of friction."""
    this = claim("C07")
    limits = {"few": this.thresholds["few_pct"], "many": this.thresholds["many_pct"]}
    joint, either = joint_vetoes(2000, 2025)
    spans = {"2000-2009": (2000, 2009), "2010-2021, before the invasion": (2010, 2021), "2022-2024": (2022, 2024)}
    main = split_share(2000, 2024)
    return Verdict(
        claim=this,
        label=respectful(main, joint, either, **limits),
        value=main,
        unit="percent of contested votes on which they split",
        measured=f"they split on {main:.0f} % of contested votes of 2000-2024; {joint} of {either} vetoes since 2000 "
        "were joint",
        sources=("UN roll calls", "Security Council vetoes"),
        caveats=("The list of vetoes is complete to July 2022 only.", "Vetoes on Ukraine are Russia's own affair."),
        flip=f"Joint vetoes above half of {either}, or a split on fewer than {limits['few']:.0f} % of contested votes",
        variants=tuple(
            Variant(
                name=name,
                measured=f"split {part:.0f} %, {together} of {cast} vetoes joint",
                label=respectful(part, together, cast, **limits),
            )
            for name, (part, together, cast) in (
                (name, (split_share(*span), *joint_vetoes(*span))) for name, span in spans.items()
            )
        ),
    )


def broad_support(shares: Mapping[str, float], *, high: float, low: float) -> str:
    """Label of 'support reaches far beyond the leaders': favourable views in both countries, percent."""
    if all(share > high for share in shares.values()):
        return "holds with caveats"
    return "does not hold" if any(share < low for share in shares.values()) else "cannot be tested here"


def judge_consensus() -> Verdict:
    """C08: support for the relationship reaches far beyond the leaders."""
    this = claim("C08")
    limits = {"high": this.thresholds["high_pct"], "low": this.thresholds["low_pct"]}
    polls = load("opinion_polls", answer="favourable").sort_values("date", kind="stable")
    latest = {f"{one} on {other}": polls[(polls.iso3 == one) & (polls.about == other)].iloc[-1] for one, other in BOTH}
    pew = {
        f"{one} on {other}": load("pew_favourability", iso3=one, about=other).sort_values("year") for one, other in BOTH
    }
    pew_latest = {name: float(rows.share_pct.iloc[-1]) for name, rows in pew.items()}
    earlier = {f"{one} on {other}": polls[(polls.iso3 == one) & (polls.about == other)].iloc[0] for one, other in BOTH}
    shares = {name: float(row.share_pct) for name, row in latest.items()}
    first = {name: float(row.share_pct) for name, row in earlier.items()}
    return Verdict(
        claim=this,
        label=broad_support(shares, **limits),
        value=min(shares.values()),
        unit="percent favourable, the lower of the two",
        measured="; ".join(
            f"{name} {row.share_pct:.0f} % ({row.pollster}, {row.date})" for name, row in latest.items()
        ),
        sources=("Levada", "Tsinghua CISS", "Pew Research Center"),
        caveats=(
            "Elites are not polled, and people may not say what they think in either country.",
            "The two latest polls ask different questions.",
        ),
        flip=f"A poll in either country below {limits['low']:.0f} %",
        variants=(
            Variant(name="Pew, last asked", measured=_percents(pew_latest), label=broad_support(pew_latest, **limits)),
            Variant(name="earliest poll of the list", measured=_percents(first), label=broad_support(first, **limits)),
        ),
    )


BOTH = (("RUS", "CHN"), ("CHN", "RUS"))


def _of(polls: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Polls in one country on another."""
    return polls[(polls.iso3 == one) & (polls.about == other)]


def _percents(shares: Mapping[str, float]) -> str:
    return "; ".join(f"{name} {share:.0f} %" for name, share in shares.items())


@cache
def yearly_agreement(home: str) -> pd.DataFrame:
    """Agreement of one country with every other by year (index by year, a column for each partner)."""
    votes = votes_with_year()
    table = agreement_with_all(votes[votes.year >= 1992], home=home, by="year")
    return table[table.n_votes >= FEWEST_VOTES].pivot(index="year", columns="partner", values="agreement")


def changes_on_joining(*, window: int = 3) -> pd.DataFrame:
    """Change of each joiner's agreement with Russia and China, less that of states outside both organisations.

    Parameters
    ----------
    window : int
        Years before and from the year of joining that are compared; fewer where the record ends.

    Returns
    -------
    DataFrame with iso3, year, own (change of the mean agreement with the two), others (mean change of states that were
    members of neither at the time) and gain (own less others). Founders have no before and are left out.
    """
    rows_of = load("memberships")
    newcomers = rows_of[rows_of.formal & ~rows_of.iso3.isin(["RUS", "CHN"])]
    joined = newcomers.groupby("iso3").year.min().loc[lambda years: years > FOUNDED]
    closeness = (yearly_agreement("RUS") + yearly_agreement("CHN")) / 2
    members = set(rows_of.iso3)
    rows = []
    for state, year in ((str(state), int(year)) for state, year in joined.to_dict().items()):
        after = closeness.loc[year : min(year + window - 1, 2024)].mean()
        change = after - closeness.loc[year - window : year - 1].mean()
        outside = change[~change.index.isin(members)].mean()
        rows.append((state, year, float(change[state]), float(outside)))
    table = pd.DataFrame(rows, columns=["iso3", "year", "own", "others"])
    return table.assign(gain=table.own - table.others).dropna()


def mean_interval(values: pd.Series, *, level: float = 0.9) -> tuple[float, float, float]:
    """Mean with Student's interval; the values are taken as independent."""
    n, mean = len(values), float(values.mean())
    half = float(stats.t.ppf(0.5 + level / 2, n - 1) * values.std() / np.sqrt(n))
    return mean, mean - half, mean + half


def coordinates(mean: float, low: float) -> str:
    """Label of 'a platform for coordinating': gain of those who joined, and the lower end of its interval."""
    return "holds" if low > 0 else "holds with caveats" if mean > 0 else "does not hold"


def judge_platform() -> Verdict:
    """C24: SCO and BRICS help members to coordinate."""
    this = claim("C24")
    windows = {years: changes_on_joining(window=years) for years in (3, 1, 2, 5)}
    mean, low, high = mean_interval(windows[3].gain)
    early = windows[3][windows[3].year < 2020]
    readings = {f"{years} year(s) before and after": rows for years, rows in windows.items() if years != 3}
    return Verdict(
        claim=this,
        label=coordinates(mean, low),
        value=mean,
        unit="gain in the index of agreement (0 to 1) over states outside",
        measured=f"{len(windows[3])} joiners gained {mean:+.3f} on states outside (90 % interval {low:+.3f} to "
        f"{high:+.3f})",
        interval=(low, high),
        sources=("UN roll calls", "membership lists"),
        caveats=(
            "Few joiners, most of them in 2023-2025, when votes on Ukraine and Gaza moved many states.",
            "Joining was chosen; nothing says that membership caused the change.",
        ),
        flip="A gain of zero or less, or an interval above zero",
        variants=(
            *(
                Variant(
                    name=name,
                    measured=f"{mean_interval(rows.gain)[0]:+.3f} for {len(rows)} joiners",
                    label=coordinates(*mean_interval(rows.gain)[:2]),
                )
                for name, rows in readings.items()
            ),
            Variant(
                name="joiners before 2020",
                measured=f"{early.gain.mean():+.3f} for {len(early)} joiners",
                label=coordinates(*mean_interval(early.gain)[:2]),
            ),
        ),
    )


@cache
def south_on_ukraine(*, first: int = 2022) -> pd.DataFrame:
    """How the Global South voted on each Assembly text on Ukraine that Russia opposed.

    Returns
    -------
    DataFrame indexed by day with against_russia (voted yes), abstained, absent, with_russia (voted no): shares of the
    states of the South that voted at all in that year. Do not write into it.
    """
    texts = load("unga_ukraine_texts").dropna(subset=["rcid"])
    texts = texts[(texts.year >= first) & (texts.vote_rus == "no")]
    everything = votes_with_year()
    north = {*NORTH, *load("groups", group="EU27").iso3}
    rows = {}
    years = everything[everything.year >= first].groupby("year")
    for text in texts.itertuples():
        of_year = years.get_group(text.year)
        south = set(of_year.iso3.unique()) - north
        cast = of_year[(of_year.rcid == text.rcid) & of_year.iso3.isin(south)].vote
        counts = cast.value_counts().reindex([1, 2, 3], fill_value=0) / len(south)
        rows[text.date] = (counts[1], counts[2], 1 - counts.sum(), counts[3])
    columns = ["against_russia", "abstained", "absent", "with_russia"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def half_hearted(against: float, neither: float, with_russia: float) -> str:
    """Label of 'a half-hearted endorsement': shares of the South's votes; more than half decides."""
    if neither > HALF:
        return "evidence for"
    return "evidence against" if max(against, with_russia) > HALF else "mixed"


HALF = 0.5


def judge_south() -> Verdict:
    """C25: the Global South endorses the agenda half-heartedly."""
    this = claim("C25")
    table = south_on_ukraine()
    readings = {
        "texts of 2022": table[table.index < "2023"],
        "texts since 2023": table[table.index >= "2023"],
        "texts since 2014": south_on_ukraine(first=2014),
    }
    mean = table.mean()
    return Verdict(
        claim=this,
        label=_south(mean),
        value=100 * float(mean.abstained + mean.absent),
        unit="percent of the South's states that abstained or stayed away, mean over texts",
        measured=f"{len(table)} texts since 2022: {_south_words(mean)}",
        sources=("UN roll calls",),
        caveats=(
            "The South is everyone but a declared list of Northern states; other lists would differ at the edges.",
            "Votes on Ukraine are not votes on the agenda of SCO or BRICS.",
        ),
        flip="More than half of the South on one side",
        variants=tuple(
            Variant(name=name, measured=_south_words(rows.mean()), label=_south(rows.mean()))
            for name, rows in readings.items()
        ),
    )


def _south(mean: pd.Series) -> str:
    return half_hearted(float(mean.against_russia), float(mean.abstained + mean.absent), float(mean.with_russia))


def _south_words(mean: pd.Series) -> str:
    return (
        f"{100 * mean.against_russia:.0f} % against Russia, {100 * (mean.abstained + mean.absent):.0f} % abstained or "
        f"absent, {100 * mean.with_russia:.0f} % with Russia"
    )


JUDGES = {
    "C05": judge_outlook,
    "C07": judge_cooperation,
    "C08": judge_consensus,
    "C24": judge_platform,
    "C25": judge_south,
}
