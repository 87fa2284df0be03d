"""Judges of notebook 03: votes in the United Nations, and what the two organisations changed in
them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.countries import name
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
"""With the European Union's 27 the states that are not the Global South: Europe and kin, East
Asia's rich, Russia."""
TITLED = 2015
"""From this year on the title of a text stays the same from session to session; before it, the
description does."""
RECURS = 0.8
"""Share of the years in which a text must have come to the vote."""
FOUNDED = 2001
"""Founders of SCO have no time before."""
BRICS_FORMED = 2009
"""Its first members counted as joining then: unlike those of SCO they have a time before."""
FEWEST_VOTES = 30
"""Partners that shared fewer votes are not ranked."""


@cache
def votes_with_year() -> pd.DataFrame:
    """Every vote on a whole text: rcid, iso3, vote, year; paragraphs and amendments left out. Do
    not write into it.
    """
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
    DataFrame indexed by partner with agreement (0 to 1), n_votes and rank, for partners that shared
    30 votes or more. Do not write into it.
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
    """Rank of a partner in agreement with home, among how many, and the index itself.

    Raises
    ------
    CoverageError
        If the last year comes before the first, or the two shared fewer than 30 such votes.
    """
    if last < first:
        raise CoverageError(
            f"no year lies between {first} and {last}",
            do="choose a first year no later than the last",
        )
    table = agreement_table(home, first, last, kind)
    if partner not in table.index:
        raise CoverageError(
            f"{home} and {partner} shared fewer than {FEWEST_VOTES} such votes in {first}-{last}"
        )
    return int(table["rank"][partner]), len(table), float(table.agreement[partner])


def shared_outlook(contested: float, recurring: float, *, top: float, near: float) -> str:
    """Label of 'a shared outlook': rank over number of partners, on contested votes and on
    recurring texts.
    """
    worst = max(contested, recurring)
    return "holds" if worst <= top else "holds with caveats" if worst <= near else "does not hold"


def _places(home: str, partner: str, first: int, last: int) -> tuple[str, float, float]:
    found = {kind: place(home, partner, first, last, kind) for kind in ("contested", "recurring")}
    words = "; ".join(
        f"{kind}: number {rank} of {of} ({index:.2f})" for kind, (rank, of, index) in found.items()
    )
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
    found = {words: _places(*options) for words, options in readings.items()}
    return Verdict(
        claim=this,
        label=shared_outlook(contested, recurring, **limits),
        value=100 * max(contested, recurring),
        unit="percent of partners that are as close or closer, on the worse measure",
        measured=f"China among Russia's partners, {LATEST[0]}-{LATEST[1]}: {words}",
        sources=("UN roll calls",),
        caveats=(
            (
                "Votes are outward signs; agreement fell from 2022 to 2024 while ideal points came"
                " closer."
            ),
            "Absences are not votes: a state that stays away neither agrees nor disagrees.",
        ),
        flip=f"China outside the closest {limits['top']:.0%} of partners on either measure",
        variants=tuple(
            Variant(name=reading, measured=text, label=shared_outlook(one, other, **limits))
            for reading, (text, one, other) in found.items()
        ),
    )


@cache
def yearly_agreement(home: str) -> pd.DataFrame:
    """Agreement of one country with every other by year (index by year, a column for each
    partner).
    """
    votes = votes_with_year()
    table = agreement_with_all(votes[votes.year >= 1992], home=home, by="year")
    return table[table.n_votes >= FEWEST_VOTES].pivot(
        index="year", columns="partner", values="agreement"
    )


def changes_on_joining(*, window: int = 3, never: bool = False) -> pd.DataFrame:
    """Change of each joiner's agreement with Russia and China, less that of states that had not
    joined.

    Parameters
    ----------
    window : int
        Years before and from the year of joining that are compared; fewer where the record ends.
    never : bool
        Compare with states that never joined either; else with those that joined neither by the end
        of the window.

    Returns
    -------
    DataFrame with iso3, year, years_after (of the window, to 2024), own (change of the mean
    agreement with the two), others (mean change of states that had not joined) and gain (own less
    others). Founders of SCO have no before, and joiners of 2025 no after: both are left out.
    """
    newcomers = load("memberships").query("formal and iso3 not in ['RUS', 'CHN']")
    joined = newcomers.groupby("iso3").year.min()
    closeness = (yearly_agreement("RUS") + yearly_agreement("CHN")) / 2
    rows = []
    for state, year in (
        (str(state), int(year)) for state, year in joined[joined > FOUNDED].to_dict().items()
    ):
        last = min(year + window - 1, LATEST[1])
        change = closeness.loc[year:last].mean() - closeness.loc[year - window : year - 1].mean()
        members = set(joined.index if never else joined.index[joined <= last]) | {"RUS", "CHN"}
        outside = change[~change.index.isin(members)].mean()
        rows.append((state, year, last - year + 1, float(change[state]), float(outside)))
    table = pd.DataFrame(rows, columns=["iso3", "year", "years_after", "own", "others"])
    return table.assign(gain=table.own - table.others).dropna()


def mean_interval(values: pd.Series, *, level: float = 0.9) -> tuple[float, float, float]:
    """Mean with Student's interval; the values are taken as independent."""
    n, mean = len(values), float(values.mean())
    half = float(stats.t.ppf(0.5 + level / 2, n - 1) * values.std() / np.sqrt(n))
    return mean, mean - half, mean + half


def coordinates(mean: float, low: float) -> str:
    """Label of 'a platform for coordinating': gain of those who joined, and the lower end of its
    interval.
    """
    return "holds" if low > 0 else "holds with caveats" if mean > 0 else "does not hold"


def judge_platform() -> Verdict:
    """C24: SCO and BRICS help members to coordinate."""
    this = claim("C24")
    windows = {years: changes_on_joining(window=years) for years in (3, 1, 2, 5)}
    main = windows[3]
    mean, low, high = mean_interval(main.gain)
    founders = main.year == BRICS_FORMED
    readings = {
        f"{years} year(s) before and after": rows for years, rows in windows.items() if years != 3
    }
    readings |= {
        "joiners before 2020, three whole years after": main[main.years_after == 3],
        "without the founders of BRICS": main[~founders],
        "against states that never joined": changes_on_joining(never=True),
    }
    late = load("memberships").query("formal and year > @LATEST[1]").iso3
    return Verdict(
        claim=this,
        label=coordinates(mean, low),
        value=mean,
        unit="gain in the index of agreement (0 to 1) over states that had not joined",
        measured=(
            f"{len(main)} joiners gained {mean:+.3f} on states that had not joined (90 % interval"
            f" {low:+.3f} to {high:+.3f})"
        ),
        interval=(low, high),
        sources=("UN roll calls", "membership lists"),
        caveats=(
            (
                f"Few joiners; {(main.years_after == 1).sum()} of the {len(main)} have one year"
                " after joining, 2024, when votes on Ukraine and Gaza moved many states."
            ),
            (
                f"{founders.sum()} of the {len(main)} ({_names(main.iso3[founders])}) founded BRICS"
                f" rather than joined it; {_names(late)} joined after {LATEST[1]} and is not among"
                " them."
            ),
            "Joining was chosen; nothing says that membership caused the change.",
        ),
        flip="A gain of zero or less, or an interval above zero",
        variants=tuple(
            Variant(
                name=words,
                measured=f"{mean_interval(rows.gain)[0]:+.3f} for {len(rows)} joiners",
                label=coordinates(*mean_interval(rows.gain)[:2]),
            )
            for words, rows in readings.items()
        ),
    )


def _names(codes: pd.Series) -> str:
    return " and ".join(name(str(code)) for code in codes)


def texts_on_ukraine(*, first: int = 2022) -> pd.DataFrame:
    """Assembly texts on Ukraine that Russia opposed; ``rcid`` is missing where no roll call is at
    hand.
    """
    texts = load("unga_ukraine_texts")
    return texts[(texts.year >= first) & (texts.vote_rus == "no")]


@cache
def south_on_ukraine(*, first: int = 2022, resolution: str = "") -> pd.DataFrame:
    """How the Global South voted on each Assembly text on Ukraine that Russia opposed and that has
    a roll call.

    Parameters
    ----------
    first : int
        First year.
    resolution : str
        A pattern that the number of the resolution must hold; every text by default.

    Returns
    -------
    DataFrame indexed by day with against_russia (voted yes), abstained, absent, with_russia (voted
    no): shares of the states of the South that voted at all in that year. Do not write into it.
    """
    texts = texts_on_ukraine(first=first).dropna(subset=["rcid"])
    texts = texts[texts.resolution.str.contains(resolution)]
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


def of_votes_cast(table: pd.DataFrame) -> pd.DataFrame:
    """The same shares of the votes that were cast, those who stayed away left out (absent is
    zero).
    """
    return table.assign(absent=0.0).div(1 - table.absent, axis=0)


def half_hearted(against: float, neither: float, with_russia: float) -> str:
    """Label of 'a half-hearted endorsement': shares of the South's votes; more than half
    decides.
    """
    if neither > HALF:
        return "evidence for"
    return "evidence against" if max(against, with_russia) > HALF else "mixed"


HALF = 0.5


def judge_south() -> Verdict:
    """C25: the Global South endorses the agenda half-heartedly."""
    this = claim("C25")
    table = south_on_ukraine()
    readings = {
        "of votes cast, without absences": of_votes_cast(table),
        "the emergency session's texts": south_on_ukraine(resolution="ES-11/"),
        "of them, the invasion and the Charter (1, 2, 4, 6)": south_on_ukraine(
            resolution="ES-11/[1246]$"
        ),
        "human rights, every year": south_on_ukraine(
            resolution="A/RES/(?:77/229|78/221|79/184|80/223)"
        ),
        "texts of 2022": table[table.index < "2023"],
        "texts since 2023": table[table.index >= "2023"],
        "texts since 2014": south_on_ukraine(first=2014),
    }
    mean, cast = table.mean(), of_votes_cast(table).mean()
    texts = texts_on_ukraine()
    lacking = texts[texts.rcid.isna()]
    return Verdict(
        claim=this,
        label=_south(mean),
        value=100 * float(mean.abstained + mean.absent),
        unit="percent of the South's states that abstained or stayed away, mean over texts",
        measured=f"{len(table)} texts since 2022: {_south_words(mean)}",
        sources=("UN roll calls",),
        caveats=(
            (
                "The South is everyone but a declared list of Northern states; other lists would"
                " differ at the edges."
            ),
            (
                f"{100 * mean.absent:.0f} points of it are absences: of the votes cast"
                f" {100 * cast.against_russia:.0f} % were against Russia and"
                f" {100 * cast.abstained:.0f} % abstentions."
            ),
            (
                f"{len(lacking)} of {len(texts)} texts have no roll call at hand and drop out: "
                f"{', '.join(f'{text.resolution} of {text.date}' for text in lacking.itertuples())}."
            ),
            "Votes on Ukraine are not votes on the agenda of SCO or BRICS.",
        ),
        flip=(
            "Abstentions and absences of half or less of the South, instead of"
            f" {100 * float(mean.abstained + mean.absent):.0f} %, would be mixed; more than half on"
            " one side, against"
        ),
        variants=tuple(
            Variant(name=words, measured=_south_words(rows.mean()), label=_south(rows.mean()))
            for words, rows in readings.items()
        ),
    )


def _south(mean: pd.Series) -> str:
    return half_hearted(
        float(mean.against_russia), float(mean.abstained + mean.absent), float(mean.with_russia)
    )


def _south_words(mean: pd.Series) -> str:
    return (
        f"{100 * mean.against_russia:.0f} % against Russia,"
        f" {100 * (mean.abstained + mean.absent):.0f} % abstained or absent,"
        f" {100 * mean.with_russia:.0f} % with Russia"
    )


JUDGES = {
    "C05": judge_outlook,
    "C24": judge_platform,
    "C25": judge_south,
}
