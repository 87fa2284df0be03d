"""How far two countries agree: votes, chance-corrected agreement, distance of ideal points.

Votes are one row per country and roll call: ``rcid`` (roll call), ``iso3`` (country), ``vote`` with
1 yes, 2 abstain, 3 no. Absences are absent rows and are never counted as abstentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import CoverageError, ModelInputError, NotApplicable, ParameterError
from analysis.measures.inputs import (
    as_list,
    numbers,
    reaches,
    real_number,
    require_columns,
    require_keys,
    require_known,
    require_years,
    whole_number,
)

YES, ABSTAIN, NO = 1, 2, 3
CATEGORIES = 3
CATALOGUE_TAIL = r"\s*:\s*(?:resolution|decision)\s*/.*$"
"""' : resolution / adopted by ...', added by the UN's libraries."""
COVERAGE = 0.9
"""Of the published quantiles of ideal points, and of intervals of their distance."""


def agreement_with_all(votes: pd.DataFrame, *, home: str, by: str | None = None) -> pd.DataFrame:
    """Lijphart's index of agreement of one country with every other.

    ``(f + g/2) / t`` with f identical votes, g votes where one of the two abstained, t votes cast
    by both (Lijphart 1963, American Political Science Review 57). It depends on what is put to the
    vote: read it beside contested votes and recurring texts.

    Parameters
    ----------
    votes : DataFrame
        ``rcid, iso3, vote``, and the column ``by`` where it is asked for.
    home : str
    by : str, optional
        Column that splits the votes, for example ``year``; the same in all votes of a roll call,
        and never missing.

    Returns
    -------
    DataFrame
        ``partner, n_votes, identical, partial, opposed, agreement``, and ``rank``: 1 + the number
        of partners that agree strictly more; the column ``by`` first where asked for. Sorted by it
        and by rank.

    Raises
    ------
    ModelInputError, ParameterError
        For missing columns or keys, other codes than 1, 2 and 3, or a country that votes twice in
        one roll call; for a column that cannot split the votes.
    CoverageError
        If ``home`` casts no vote.
    """
    group = [] if by is None else [by]
    if by in ("rcid", "iso3", "vote", "partner"):
        raise ParameterError(f"by={by!r}", allowed="a column that splits the votes, such as 'year'")
    votes = _checked_votes(votes, extra=group)
    require_known(home, votes["iso3"].unique(), what="the voter")
    mine = votes.loc[votes["iso3"] == home, ["rcid", "vote"]].rename(columns={"vote": "own"})
    both = votes[votes["iso3"] != home].merge(mine, on="rcid").rename(columns={"iso3": "partner"})
    gap = (both["vote"] - both["own"]).abs()
    flags = both[group].assign(partner=both["partner"].astype(str))
    kinds = ["identical", "partial", "opposed"]
    flags = flags.assign(**{kind: gap == votes_apart for votes_apart, kind in enumerate(kinds)})
    table = flags.groupby([*group, "partner"], sort=True)[kinds].sum().reset_index()
    n_votes = table[kinds].sum(axis=1)
    table.insert(len(group) + 1, "n_votes", n_votes)
    table["agreement"] = (table["identical"] + table["partial"] / 2) / n_votes
    ranked = table.groupby(group)["agreement"] if group else table["agreement"]
    table["rank"] = ranked.rank(method="min", ascending=False).astype(int)
    return table.sort_values([*group, "rank", "partner"]).reset_index(drop=True)


def _checked_votes(votes: pd.DataFrame, *, extra: Sequence[str] = ()) -> pd.DataFrame:
    """The votes with codes as whole numbers; raise for votes that cannot be compared."""
    require_columns(votes, ["rcid", "iso3", "vote", *extra])
    require_keys(votes, ["rcid", "iso3"])
    for name in extra:
        if unknown := int(votes[name].isna().sum()):
            raise ModelInputError(
                f"{unknown} votes lack {name!r}",
                allowed=f"a {name} in every row",
                do="fill it in, or leave those roll calls out",
            )
    codes, missing = votes["vote"].astype(object).dropna(), int(votes["vote"].isna().sum())
    strange = sorted(set(map(str, codes[~codes.isin([YES, ABSTAIN, NO])])))
    if strange or missing:
        raise ModelInputError(
            f"the votes hold the codes {strange}, {missing} are missing",
            allowed="the numbers 1 yes, 2 abstain, 3 no",
            do="recode them and leave absences out",
        )
    return votes.assign(vote=votes["vote"].astype(int))


def paired_votes(votes: pd.DataFrame, *, home: str, partner: str) -> pd.DataFrame:
    """Roll calls in which both cast a vote, none or more: ``rcid, home, partner`` with the codes,
    sorted by rcid. Errors are those of ``agreement_with_all``.
    """
    votes = _checked_votes(votes)
    for country in (home, partner):
        require_known(country, votes["iso3"].unique(), what="the voter")
    one, two = (
        votes.loc[votes["iso3"] == c, ["rcid", "vote"]].set_index("rcid")["vote"]
        for c in (home, partner)
    )
    both = pd.concat([one.rename("home"), two.rename("partner")], axis=1, join="inner").sort_index()
    return both.rename_axis("rcid").reset_index()


def contested_votes(votes: pd.DataFrame, *, minority: float = 0.1) -> pd.DataFrame:
    """Rows of ``votes`` that belong to roll calls in which at least a share of the votes cast
    departed from the commonest choice.

    Near-unanimous texts make all countries look alike; this leaves them out. Absent countries do
    not count. A minority of 0 keeps every roll call, above 2/3 none. Errors are those of
    ``agreement_with_all``, and ParameterError for a share outside [0, 1).
    """
    minority = real_number("minority", minority, least=0, below=1, do="say 0.1 for 10 %")
    codes = _checked_votes(votes)
    counts = pd.crosstab(codes["rcid"], codes["vote"])
    total = counts.sum(axis=1)
    contested = counts.index[reaches(total - counts.max(axis=1), total, minority)]
    return votes[votes["rcid"].isin(contested)].copy()


def recurring_texts(
    rollcalls: pd.DataFrame,
    *,
    periods: Sequence[int],
    text: str = "title",
    period: str = "session",
    min_share: float = 1.0,
) -> pd.DataFrame | NotApplicable:
    """Texts that came to the vote in (nearly) every period, so that the agenda cannot move the
    result.

    Parameters
    ----------
    rollcalls : DataFrame
        ``rcid`` and the columns ``text`` and ``period``. Texts are compared without case,
        punctuation, extra spaces and the librarians' tail; rows without a text are left out. Leave
        out votes on paragraphs and amendments first.
    periods : sequence of int
        Sessions or years of the panel.
    min_share : float
        Share of the periods in which a text must have been voted on, above 0 and up to 1.

    Returns
    -------
    DataFrame or NotApplicable
        ``text, period, rcid``: one roll call per text and period, the one with the highest ``rcid``
        where a text came twice. NotApplicable where no text recurs that often.

    Raises
    ------
    ModelInputError, ParameterError
        For missing columns, roll calls or periods; for no periods or another share.
    """
    require_columns(rollcalls, ["rcid", text, period])
    min_share = real_number("min_share", min_share, above=0, most=1)
    periods = [whole_number("a period", each, least=0) for each in as_list("periods", periods)]
    if not periods:
        raise ParameterError("no periods", allowed="at least one", do="name the periods")
    require_years(rollcalls[period], what=f"the column '{period}'", unique=False)
    if unknown := int(rollcalls["rcid"].isna().sum()):
        raise ModelInputError(f"{unknown} texts lack their roll call", do="leave them out")
    cut = rollcalls[text].astype("string").str.replace(CATALOGUE_TAIL, "", regex=True, case=False)
    plain = cut.str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    panel = pd.DataFrame({"text": plain, "period": rollcalls[period], "rcid": rollcalls["rcid"]})
    panel = panel[panel["period"].isin(periods) & (plain.fillna("") != "")]
    panel = panel.sort_values("rcid").drop_duplicates(["text", "period"], keep="last")
    seen = panel.groupby("text")["period"].transform("nunique")
    kept = panel[reaches(seen, len(set(periods)), min_share)]
    if kept.empty:
        return NotApplicable(
            f"no text was voted on in {min_share:.0%} of the {len(set(periods))} periods"
        )
    return kept.sort_values(["text", "period"]).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa with what is needed to judge it.

    Attributes
    ----------
    observed, expected : float
        Share of identical choices, and the share expected if both chose independently with their
        own frequencies.
    kappa : float
        ``(observed - expected) / (1 - expected)``.
    even_chance : float
        The same with the three choices equally likely by chance (Brennan and Prediger 1981).
    prevalence : float
        Share of the commonest choice over both.
    n : int
    """

    observed: float
    expected: float
    kappa: float
    even_chance: float
    prevalence: float
    n: int

    def __str__(self) -> str:
        return (
            f"kappa {self.kappa:.3f}: {self.observed:.1%} of {self.n} choices are identical,"
            f" {self.expected:.1%} expected by chance because {self.prevalence:.1%} of all choices"
            f" fall in one category (with even chances {self.even_chance:.3f})"
        )


def cohen_kappa(first: np.ndarray, second: np.ndarray) -> Kappa | NotApplicable:
    """Agreement of two voters beyond chance (Cohen 1960, Educ. Psychol. Meas. 20), unweighted.

    The prevalence paradox (Feinstein and Cicchetti 1990, J. Clin. Epidemiol. 43): where nearly
    everyone votes yes, chance agreement is nearly one and kappa collapses although the two hardly
    ever differ. Low kappa then says that the agenda was uncontested, not that the two disagree.
    Show it, do not rest a verdict on it.

    Parameters
    ----------
    first, second : array, shape (n,)
        Codes of choices in the same roll calls, at most three, nothing missing (ModelInputError
        otherwise).

    Returns
    -------
    Kappa, or NotApplicable where there is no choice to compare or both always chose the same one.
    """
    if np.ndim(first) != 1 or np.ndim(second) != 1:
        raise ModelInputError(
            "choices are no list", allowed="a list for each", do="use paired_votes"
        )
    a, b = pd.Series(np.asarray(first)), pd.Series(np.asarray(second))
    used, missing = pd.concat([a, b]).nunique(), int(a.isna().sum() + b.isna().sum())
    if a.size != b.size or missing or used > CATEGORIES:
        raise ModelInputError(
            f"{a.size} and {b.size} choices, {missing} missing, {used} categories",
            allowed=f"equal lengths, nothing missing, at most {CATEGORIES} categories",
            do="use paired_votes",
        )
    if a.size == 0:
        return NotApplicable("there is no choice to compare")
    if used == 1:
        return NotApplicable(
            "both always made one and the same choice: chance agreement is 1 and kappa is 0/0"
        )
    p, q = a.value_counts(normalize=True), b.value_counts(normalize=True)
    observed, expected = float((a == b).mean()), float(p.mul(q, fill_value=0).sum())
    even = 1 / CATEGORIES
    return Kappa(
        observed=observed,
        expected=expected,
        kappa=(observed - expected) / (1 - expected),
        even_chance=(observed - even) / (1 - even),
        prevalence=float(pd.concat([a, b]).value_counts(normalize=True).iloc[0]),
        n=int(a.size),
    )


def ideal_point_distance(points: pd.DataFrame, *, home: str, partner: str) -> pd.DataFrame:
    """Distance between two countries' ideal points, with the uncertainty of both.

    Ideal points come from Bailey, Strezhnev and Voeten (2017, J. Conflict Resolution 61) with
    quantiles of each country's posterior, not of differences: the standard error takes the two as
    independent and normal. Both are estimated from the same roll calls, so errors are likely to
    move together and the interval to be too wide.

    Parameters
    ----------
    points : DataFrame
        ``iso3, year, ideal_point, low, high``; low and high bound the central ``COVERAGE`` of the
        posterior. Rows with a missing number are left out.

    Returns
    -------
    DataFrame
        ``year, difference`` (home minus partner), ``distance, std_error, ci_low, ci_high``: the
        interval is that of the difference, folded at zero, so its lower end is 0 where the two
        cannot be told apart. Years that both have.

    Raises
    ------
    ModelInputError
        For missing columns, repeated country-years, or bounds that do not enclose the point.
    CoverageError
        If one of the two is nowhere in the data, or they have no year in common.
    """
    columns = ["ideal_point", "low", "high"]
    require_columns(points, ["iso3", "year", *columns])
    require_keys(points, ["iso3", "year"], year="year")
    for country in (home, partner):
        require_known(country, points["iso3"].unique(), what="the country")
    mine = points[points["iso3"].isin([home, partner])].dropna(subset=columns)
    mine = mine.assign(**numbers(mine[columns], what="a point or its bound"))
    outside = ~((mine["low"] <= mine["ideal_point"]) & (mine["ideal_point"] <= mine["high"]))
    if outside.any():
        raise ModelInputError(
            f"{int(outside.sum())} points lie outside their bounds",
            allowed="low <= ideal_point <= high",
            do="check the quantile columns",
        )
    quantile = stats.norm.ppf(0.5 + COVERAGE / 2)
    spread = (mine["high"] - mine["low"]) / (2 * quantile)
    wide = mine.assign(spread=spread).pivot(
        index="year", columns="iso3", values=["ideal_point", "spread"]
    )
    wide = wide.dropna()
    if wide.empty or not {home, partner} <= set(mine["iso3"]):
        raise CoverageError(
            f"{home} and {partner} share no year",
            allowed="two countries with common years",
            do="choose another country",
        )
    difference = wide[("ideal_point", home)] - wide[("ideal_point", partner)]
    error = np.hypot(wide[("spread", home)], wide[("spread", partner)])
    half = quantile * error
    low, high = difference - half, difference + half
    folded = np.where((low < 0) & (high > 0), 0.0, np.minimum(low.abs(), high.abs()))
    result = {
        "difference": difference,
        "distance": difference.abs(),
        "std_error": error,
        "ci_low": folded,
        "ci_high": np.maximum(low.abs(), high.abs()),
    }
    return pd.DataFrame(result).rename_axis(index="year").reset_index()
