"""How far two countries agree: votes, chance-corrected agreement, distance of ideal points.

Votes are one row per country and roll call: ``rcid``, ``iso3``, ``vote`` (1 yes, 2 abstain, 3 no);
absences are absent rows. ModelInputError everywhere for missing columns or keys, other codes, or a
country that votes twice in a roll call; CoverageError for one that casts no vote.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import (
    CoverageError,
    ModelInputError,
    NotApplicable,
    ParameterError,
    whole_number,
)
from analysis.measures import inputs
from analysis.measures.inputs import keyed, real_number, require_columns, require_known

YES, ABSTAIN, NO = 1, 2, 3
CATALOGUE_TAIL = r"\s*:\s*(?:resolution|decision)\s*/.*$"
"""' : resolution / adopted by ...', added by the UN's libraries."""
COVERAGE = 0.9
"""Of the published quantiles of ideal points, and of intervals of their distance."""
KINDS = ("identical", "partial", "opposed")
"""Of two votes, by how many steps they are apart."""
COUNTED = ("partner", "n_votes", *KINDS, "agreement", "rank")
"""Columns of a table of agreement."""


def agreement_with_all(votes: pd.DataFrame, *, home: str, by: str | None = None) -> pd.DataFrame:
    """Lijphart's index of agreement of one country with every other, ``(f + g/2) / t`` with f
    identical votes, g where one of the two abstained, t cast by both (Lijphart 1963, American
    Political Science Review 57): partner, n_votes, identical, partial, opposed, agreement, rank.

    It depends on what is put to the vote: read it beside contested votes and recurring texts.
    ``by`` may name a column that splits the votes, such as ``year``: the same in all votes of a
    roll call, never missing, and first in the table, which is sorted by it and by rank.
    """
    group = [] if by is None else [by]
    if by in ("rcid", "iso3", "vote", *COUNTED):
        raise ParameterError(f"by={by!r}", allowed="a column that splits the votes, such as 'year'")
    require_columns(votes, group)
    votes = _checked_votes(votes)
    if by and (unknown := int(votes[by].isna().sum())):
        do = "fill it in, or leave those roll calls out"
        raise ModelInputError(f"{unknown} votes lack {by!r}", allowed="one in every row", do=do)
    if by and (split := int(votes[["rcid", by]].drop_duplicates()["rcid"].duplicated().sum())):
        came, allowed = f"{split} roll calls have several values of {by!r}", "one in each"
        raise ModelInputError(came, allowed=allowed, do="give all votes of a roll call the same")
    require_known(home, votes["iso3"].unique(), what="the voter")
    own = votes[votes["iso3"] == home].set_index("rcid")["vote"]
    others = votes[(votes["iso3"] != home) & votes["rcid"].isin(own.index)]
    gap = (others["vote"] - others["rcid"].map(own)).abs()
    flags = others[group].assign(partner=others["iso3"].astype(str), n_votes=1)
    flags = flags.assign(**{kind: gap == votes_apart for votes_apart, kind in enumerate(KINDS)})
    table = flags.groupby([*group, "partner"]).sum().reset_index()
    table["agreement"] = (table["identical"] + table["partial"] / 2) / table["n_votes"]
    ranked = table.groupby(group)["agreement"] if group else table["agreement"]
    table["rank"] = ranked.rank(method="min", ascending=False).astype(int)
    return table.sort_values([*group, "rank", "partner"]).reset_index(drop=True)


def _checked_votes(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes with codes as whole numbers; raise for votes that cannot be compared."""
    require_columns(votes, ["vote"])
    keyed(votes, ["rcid", "iso3"])
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
    sorted by rcid.
    """
    votes, cast = _checked_votes(votes), {}
    for side, country in {"home": home, "partner": partner}.items():
        require_known(country, votes["iso3"].unique(), what="the voter")
        cast[side] = votes[votes["iso3"] == country].set_index("rcid")["vote"]
    both = pd.concat(cast, axis=1, join="inner").sort_index()
    return both.rename_axis("rcid").reset_index()


def contested_votes(votes: pd.DataFrame, *, minority: float = 0.1) -> pd.DataFrame:
    """Rows of ``votes`` that belong to roll calls in which at least a share of the votes cast, 0 or
    more and below 1, departed from the commonest choice: near-unanimous texts make all look alike.
    """
    minority = real_number("minority", minority, least=0, below=1, do="say 0.1 for 10 %")
    codes = _checked_votes(votes)
    by_rollcall = codes.groupby(["rcid", "vote"]).size().groupby("rcid")
    total, commonest = by_rollcall.sum(), by_rollcall.max()
    # One division of whole numbers is rounded as the share was: 1 - 9 / 10 >= 0.1 is false.
    contested = total.index[(total - commonest) / total >= minority]
    return votes[votes["rcid"].isin(contested)].copy()


def recurring_texts(
    rollcalls: pd.DataFrame,
    *,
    periods: Sequence[int],
    text: str = "title",
    period: str = "session",
    min_share: float = 1.0,
) -> pd.DataFrame | NotApplicable:
    """Texts that came to the vote in at least a share (above 0 and up to 1) of the periods, so that
    the agenda cannot move the result: text, period, rcid, the latest where a text came twice.

    ``rollcalls`` has ``rcid`` and the columns ``text`` and ``period`` (sessions or years), without
    votes on paragraphs and amendments. Texts are compared without case, punctuation, extra spaces
    and the librarians' tail; rows without one are left out. NotApplicable where none recurs.
    """
    require_columns(rollcalls, ["rcid", text, period])
    min_share = real_number("min_share", min_share, above=0, most=1)
    periods = inputs.as_list("periods", periods)
    asked = {whole_number("a period", each, least=0) for each in periods}
    if not asked:
        raise ParameterError("no periods", allowed="at least one", do="name the periods")
    inputs.require_years(rollcalls[period], what=f"the column '{period}'", unique=False)
    if unknown := int(rollcalls["rcid"].isna().sum()):
        raise ModelInputError(f"{unknown} texts lack their roll call", do="leave them out")
    cut = rollcalls[text].astype("string").str.replace(CATALOGUE_TAIL, "", regex=True, case=False)
    plain = cut.str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    panel = pd.DataFrame({"text": plain, "period": rollcalls[period], "rcid": rollcalls["rcid"]})
    panel = panel[panel["period"].isin(asked) & (plain.fillna("") != "")]
    panel = panel.sort_values("rcid").drop_duplicates(["text", "period"], keep="last")
    seen = panel.groupby("text")["period"].transform("nunique")
    kept = panel[seen / len(asked) >= min_share]
    if kept.empty:
        often = f"{100 * min_share:.0f} % of the {len(asked)} periods"
        return NotApplicable(f"no text was voted on in {often}")
    return kept.sort_values(["text", "period"]).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's ``kappa``, (observed - expected) / (1 - expected): ``observed`` is the share of
    identical choices among ``n``, ``expected`` that of two who choose independently with their own
    frequencies, ``even_chance`` the kappa of three choices equally likely by chance (Brennan and
    Prediger 1981), ``prevalence`` the commonest choice's share.
    """

    observed: float
    expected: float
    kappa: float
    even_chance: float
    prevalence: float
    n: int

    def __str__(self) -> str:
        return (
            f"kappa {self.kappa:.3f}: {100 * self.observed:.1f} % of {self.n} choices are"
            f" identical, {100 * self.expected:.1f} % expected by chance because"
            f" {100 * self.prevalence:.1f} % of all choices"
            f" fall in one category (with even chances {self.even_chance:.3f})"
        )


def cohen_kappa(both: pd.DataFrame) -> Kappa | NotApplicable:
    """Agreement of two voters beyond chance (Cohen 1960, Educ. Psychol. Meas. 20), unweighted, from
    their ``paired_votes``; NotApplicable without votes, or where both always cast the same one.

    Show it, do not rest a verdict on it: where nearly everyone votes yes, chance agreement is
    nearly one and kappa collapses although the two hardly ever differ (Feinstein and Cicchetti
    1990, J. Clin. Epidemiol. 43). It is low then because the agenda was uncontested.
    """
    if both.empty:
        return NotApplicable("there is no choice to compare")
    if not both[["home", "partner"]].isin([YES, ABSTAIN, NO]).all(axis=None):
        raise ModelInputError(
            "there are choices that are missing or have other codes",
            allowed=f"{YES} yes, {ABSTAIN} abstain, {NO} no",
            do="use paired_votes",
        )
    choices = pd.concat([both["home"], both["partner"]]).value_counts(normalize=True)
    if len(choices) == 1:
        return NotApplicable(
            "both always made one and the same choice: chance agreement is 1 and kappa is 0/0"
        )
    p, q = (both[side].value_counts(normalize=True) for side in ("home", "partner"))
    observed, expected = (both["home"] == both["partner"]).mean(), p.mul(q, fill_value=0).sum()
    return Kappa(
        observed=observed,
        expected=expected,
        kappa=(observed - expected) / (1 - expected),
        even_chance=(observed - 1 / 3) / (1 - 1 / 3),
        prevalence=choices.iloc[0],
        n=len(both),
    )


def ideal_point_distance(points: pd.DataFrame, *, home: str, partner: str) -> pd.DataFrame:
    """Distance between two countries' ideal points in the years that both have: year, difference
    (home minus partner), distance, std_error, ci_low, ci_high (of the difference, folded at zero:
    0 where the two cannot be told apart). CoverageError without a common year.

    ``points`` has iso3, year, ideal_point, low, high, the central ``COVERAGE`` of each posterior
    (Bailey, Strezhnev and Voeten 2017, J. Conflict Resolution 61); rows with a missing number are
    left out. The two are taken as independent and normal, though errors are likely to move together
    and the interval to be too wide.
    """
    columns = ["ideal_point", "low", "high"]
    known = keyed(points, ["iso3", "year"], year="year", values=dict.fromkeys(columns, "any"))
    for country in (home, partner):
        require_known(country, known["iso3"].unique(), what="the country")
    mine = known[known["iso3"].isin([home, partner])].dropna()
    if outside := int((~mine["ideal_point"].between(mine["low"], mine["high"])).sum()):
        allowed, do = "low <= ideal_point <= high", "check the quantile columns"
        raise ModelInputError(f"{outside} points lie outside their bounds", allowed=allowed, do=do)
    quantile = stats.norm.ppf(0.5 + COVERAGE / 2)
    mine = mine.assign(spread=(mine["high"] - mine["low"]) / (2 * quantile))
    wide = mine.pivot(index="year", columns="iso3", values=["ideal_point", "spread"]).dropna()
    if wide.empty or mine["iso3"].nunique() < len({home, partner}):
        came, allowed = f"{home} and {partner} share no year", "two countries with common years"
        raise CoverageError(came, allowed=allowed, do="choose another country")
    difference = wide["ideal_point"][home] - wide["ideal_point"][partner]
    distance, error = difference.abs(), np.hypot(wide["spread"][home], wide["spread"][partner])
    result = {
        "difference": difference,
        "distance": distance,
        "std_error": error,
        "ci_low": (distance - quantile * error).clip(lower=0),
        "ci_high": distance + quantile * error,
    }
    return pd.DataFrame(result).reset_index()
