"""Votes in the General Assembly and distances of ideal points, as several notebooks take them."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, applicable
from analysis.evidence.states import pair
from analysis.measures.agreement import agreement_with_all, ideal_point_distance, recurring_texts
from analysis.tables import load

FEWEST_VOTES = 30
"""Partners that shared fewer votes are not ranked."""
FIRST_YEAR = 1992
"""First year in which Russia voted as Russia."""
LAST_FULL_YEAR = 2025
"""Of 2026 there are eleven votes, to June, which say little of a year."""
TITLED_AFTER = 2015
"""After this year a text is known by its title, before by its description, which both recur."""


@cache
def votes_with_year() -> pd.DataFrame:
    """Every vote on a whole text: rcid, iso3, vote, year; paragraphs and amendments left out."""
    calls = load("unga_rollcalls")
    whole = calls[calls[["paragraph_vote", "amendment_vote"]].fillna(0).eq(0).all(axis=1)]
    votes = load("unga_votes")[["rcid", "iso3", "vote"]]
    return votes.merge(whole[["rcid", "year"]], on="rcid")


def voters(*countries: str, first_year: int = FIRST_YEAR, last_year: int = 0) -> list[str]:
    """ISO3 of countries that voted from a year to a last one (0: latest), or a CoverageError."""
    last = last_year or int(votes_with_year().year.max())
    codes = [iso3(country) for country in countries]
    heard = _heard(first_year, last)
    if silent := [name(code) for code in codes if code not in heard]:
        years = first_year if first_year == last else f"{first_year}-{last}"
        raise CoverageError(
            f"no vote of {' and '.join(silent)} in the General Assembly in {years} is known"
        )
    return codes


@cache
def _heard(first_year: int, last_year: int) -> frozenset[str]:
    """ISO3 of every state that has voted in some years."""
    votes = votes_with_year()
    return frozenset(votes.iso3[votes.year.between(first_year, last_year)].unique())


@cache
def yearly_agreement(home: str) -> pd.DataFrame:
    """Agreement of one country with every other, 0 to 1: a row for each year since 1992, a column
    for each partner; missing where the two shared fewer than 30 votes.
    """
    votes = votes_with_year()
    table = agreement_with_all(votes[votes.year >= FIRST_YEAR], home=home, by="year")
    table = table[table.n_votes >= FEWEST_VOTES]
    return table.pivot(index="year", columns="partner", values="agreement")


@cache
def agreement_by_year(home: str, partner: str) -> pd.Series:
    """Lijphart's index of agreement of two states in the General Assembly by year since Beijing has
    its seat, on all votes that both cast; a CoverageError where there was none.
    """
    votes = load("unga_votes", iso3=[iso3(home), iso3(partner)])
    votes["year"] = votes.rcid.map(load("unga_rollcalls").set_index("rcid").year)
    table = agreement_with_all(votes[votes.year >= 1972], home=iso3(home), by="year")
    if table.empty:
        raise CoverageError(f"{pair(home, partner)} never voted in the same roll calls")
    return table.set_index("year").agreement


@cache
def texts_by_year() -> pd.DataFrame:
    """Every text in every year in which it came to the vote: text, period (the year), rcid."""
    calls = load("unga_rollcalls")
    calls["words"] = calls.title.where(calls.year > TITLED_AFTER, calls.description)
    years, every = calls.year.unique().tolist(), 1 / calls.year.nunique()
    columns = {"period": "year", "text": "words"}
    return applicable(recurring_texts(calls, periods=years, min_share=every, **columns))


@cache
def texts_of(years: tuple[int, ...], share: float = 1.0) -> pd.DataFrame:
    """Rows of ``texts_by_year`` in some years, on texts that came to the vote in a share of them; a
    CoverageError where none did.
    """
    texts, first, last = texts_by_year(), years[0], years[-1]
    texts = texts[texts.period.isin(years)]
    recurring = texts[texts.groupby("text").period.transform("size") / len({*years}) >= share]
    if recurring.empty:
        span = f"{100 * share:.0f} % of the years {first}-{last}"
        which = f"both {first} and {last}" if len(years) == 2 else span
        raise CoverageError(f"no text was voted on in {which}")
    return recurring.reset_index(drop=True)


@cache
def ballots() -> pd.DataFrame:
    """``votes_with_year`` as a table: a row for each roll call, a column for each state."""
    return votes_with_year().pivot(index="rcid", columns="iso3", values="vote").astype(float)


def agreement_on_texts_of_both(
    home: str, partners: Sequence[str], *, first: int, last: int
) -> pd.DataFrame:
    """Lijphart's index of agreement with others on texts of both years: a row for each (ISO3), a
    column for each year, missing without a vote; ``attrs['texts']`` is their number.
    """
    texts = texts_of((first, last))
    cast = ballots().reindex(index=texts.rcid, columns=[home, *partners]).to_numpy()
    alike = pd.DataFrame(1 - abs(cast[:, 1:] - cast[:, :1]) / 2, columns=[*partners])
    table = pd.DataFrame({year: alike[texts.period == year].mean() for year in (first, last)})
    table.attrs["texts"] = int(texts.text.nunique())
    return table


@cache
def distance_by_year(home: str, partner: str) -> pd.DataFrame:
    """Distance of ideal points with its 90 % interval by year, in one release (to 2024)."""
    points = load("ideal_points", release="2025_07").rename(columns={"q05": "low", "q95": "high"})
    return ideal_point_distance(points, home=iso3(home), partner=iso3(partner))


def texts_on_ukraine(*, first_year: int = 2014, resolution: str = "") -> pd.DataFrame:
    """Texts on Ukraine that Russia opposed; rcid or a vote is missing or '' where not at hand."""
    texts = load("unga_ukraine_texts", vote_rus="no").query("year >= @first_year")
    return texts[texts.resolution.str.contains(resolution)]
