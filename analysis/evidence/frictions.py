"""Evidence of notebook 10 on frictions: trade in Central Asia, and votes on the war."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.evidence.states import CENTRAL_ASIA, pair
from analysis.evidence.votes import texts_on_ukraine
from analysis.tables import load

BOTH_FLOWS = ("exports", "imports")
LONGEST_TITLE = 62
"""Letters of a text's title that a table shows."""


# Central Asia


@cache
def mirror_shares(state: str, *, flows: tuple[str, ...] = BOTH_FLOWS) -> pd.DataFrame:
    """Shares of each partner in a state's trade as the partners report it, so that a missing own
    report does no harm.

    Parameters
    ----------
    flows : tuple of str
        The partners' flows that are added: 'exports' to the state (FOB), 'imports' from it (CIF),
        or both.

    Returns
    -------
    DataFrame indexed by year, a column for each partner, percent of what all partners report.
    Missing where a partner reported nothing; a CoverageError where none did.
    """
    rows = load("trade_annual", partner=state)
    rows = rows[rows.flow.isin(flows)]
    if rows.empty:
        raise CoverageError(f"no partner reported trade with {state}")
    amounts = rows.pivot_table(
        index="year", columns="reporter", values="value_usd_mn", aggfunc="sum", min_count=1
    )
    return 100 * amounts.div(amounts.sum(axis=1), axis=0)


def own_reports(year: int, home: str, partner: str) -> pd.DataFrame:
    """Trade of the states of Central Asia with two countries by their own reports, USD million both
    ways, indexed by state; states that reported neither are absent.
    """
    where = {"reporter": list(CENTRAL_ASIA), "partner": [home, partner], "year": int(year)}
    rows = load("trade_annual", **where)
    amounts = rows.pivot_table("value_usd_mn", index="reporter", columns="partner", aggfunc="sum")
    return amounts.reindex(columns=[home, partner])


def central_asia(
    *,
    year: int,
    flows: Sequence[str] = BOTH_FLOWS,
    by_own_reports: bool = False,
    home: str = "RUS",
    partner: str = "CHN",
) -> Figures:
    """Figures of C50: in which states of Central Asia the partner's share is above home's, by the
    partners' flows (see ``mirror_shares``), or by what the five report themselves, both flows.
    """
    if by_own_reports:
        table = own_reports(year, home, partner)
    else:
        shares = {state: mirror_shares(state, flows=tuple(flows)) for state in CENTRAL_ASIA}
        rows = {state: table.loc[year, [home, partner]] for state, table in shares.items()}
        table = pd.DataFrame(rows).T
    above = table.index[table[partner] > table[home]]
    return {"above": len(above), "of": len(table), "states": list(above)}


@where_known
def shares_in_central_asia(home: str, partner: str, *, year: int) -> pd.DataFrame:
    """Shares of two countries in the trade of each state of Central Asia, percent, as all partners
    report it: a row for each state by name, leaving out the two, a column for each country.
    """
    two = [iso3(home), iso3(partner)]
    rows = {
        name(state): mirror_shares(state).reindex(columns=two).loc[year]
        for state in CENTRAL_ASIA
        if state not in two
    }
    table = pd.DataFrame(rows).T.set_axis([name(country) for country in two], axis=1)
    if missing := list(table.index[table.isna().any(axis=1)]):
        states = f"{name(home)} or {name(partner)}"
        raise CoverageError(f"{states} reported no trade in {year} with {', '.join(missing)}")
    return table


@where_known
def as_the_five_report(home: str, partner: str, *, year: int) -> pd.DataFrame:
    """``own_reports`` by name, USD billion."""
    table = own_reports(year, iso3(home), iso3(partner))
    if table.empty:
        states = f"{name(home)} or {name(partner)}"
        raise CoverageError(f"none of the five reported trade with {states} in {year}")
    table = (table / 1000).rename(index=name, columns=name)
    return table.rename_axis(index="state", columns=None).reset_index()


@where_known
def shares_by_year(home: str, partner: str, between: str) -> pd.DataFrame:
    """Shares of two countries in a third one's trade by year, percent, as all partners report it,
    in years in which both reported; columns are the two by name.
    """
    here, there, middle = iso3(home), iso3(partner), iso3(between)
    shares = mirror_shares(middle).reindex(columns=[here, there]).dropna()
    if shares.empty:
        states = pair(here, there)
        raise CoverageError(f"{states} never reported trade with {name(middle)} in the same year")
    return shares.set_axis([name(here), name(there)], axis=1)


@where_known
def exports_to_kazakhstan() -> pd.DataFrame:
    """Russia's exports to Kazakhstan by year, USD billion, in the tables that go on after 2020."""
    flows = load("trade_russia", partner="KAZ", flow="exports").set_index("year")
    latest = load("exports_2025", reporter="RUS", partner="KAZ").assign(year=2025, estimated=False)
    flows = pd.concat([flows, latest.set_index("year")])[["value_usd_mn", "estimated"]]
    table = flows.reindex(range(2020, 2026))
    said = table.estimated.map({True: "an estimate", False: "as reported"})
    rows = {"exports_usd_bn": table.value_usd_mn / 1000, "row": said.fillna("no row")}
    return pd.DataFrame(rows).rename_axis("year").reset_index()


# The war


def votes_of_china(texts: pd.DataFrame) -> dict[str, int]:
    """Counts of China's votes on texts that Russia opposed; 'unknown' where not recorded."""
    votes = texts.vote_chn.replace("", "unknown").fillna("unknown")
    words = {"abstained": "abstain", "with_russia": "no", "against": "yes", "unknown": "unknown"}
    return {word: int((votes == vote).sum()) for word, vote in words.items()}


def misgivings(
    *, first_year: int, majority: float, resolution: str = "", known: bool = False
) -> Figures:
    """Figures of C52: China's votes on ``texts_on_ukraine``, on all or where its vote is known."""
    texts = texts_on_ukraine(first_year=int(first_year), resolution=resolution)
    if known:
        texts = texts[texts.vote_chn.isin(["abstain", "no", "yes"])]
    counts = votes_of_china(texts)
    return {
        **counts,
        "texts": len(texts),
        "abstained_pct": 100 * counts["abstained"] / len(texts),
        "too_many": int(majority * len(texts)) + 1,
    }


@where_known
def list_of_texts() -> pd.DataFrame:
    """``texts_on_ukraine`` with the votes of three states; an unrecorded one is 'unknown'."""
    columns = ["date", "resolution", "vote_rus", "vote_chn", "vote_usa", "title"]
    texts = texts_on_ukraine()[columns].replace("", "unknown")
    return texts.assign(title=texts.title.str.slice(0, LONGEST_TITLE)).fillna("unknown")


@where_known
def votes_by_period(*, since: int) -> pd.DataFrame:
    """How China voted on those texts, before a year and from it on."""
    texts = texts_on_ukraine()
    earlier = texts[texts.year < since]
    parts = {
        f"{earlier.year.min()}-{earlier.year.max()}": earlier,
        f"since {since}": texts[texts.year >= since],
    }
    counts = {years: {"texts": len(part), **votes_of_china(part)} for years, part in parts.items()}
    return pd.DataFrame(counts).T.rename_axis("years").reset_index()
