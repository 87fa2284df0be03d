"""Evidence of notebook 10 on frictions: trade in Central Asia, and votes on the war."""

from functools import cache, partial
from textwrap import shorten
from typing import Any

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.evidence.statements import on_chinas_concerns
from analysis.evidence.states import CENTRAL_ASIA, pair, require_russia_and_china
from analysis.evidence.votes import texts_on_ukraine
from analysis.tables import load

LAST_PANEL = 2020
"""Last year of the trade of all pairs of states."""


@cache
def mirror_shares(state: str) -> pd.DataFrame:
    """Shares of each partner (columns) in a state's trade by year, percent of what all partners
    report, their exports FOB and imports CIF; missing where a partner reported nothing.
    """
    rows = load("trade_annual", partner=state)
    if rows.empty:
        raise CoverageError(f"no partner reported trade with {state}")
    amounts = rows.pivot_table("value_usd_mn", "year", "reporter", aggfunc="sum", min_count=1)
    return 100 * amounts.div(amounts.sum(axis=1), axis=0)


def shares_by_partners(year: int, home: str, partner: str) -> pd.DataFrame:
    """``mirror_shares`` of two countries (columns) in the trade of the others among the five."""
    two, others = [home, partner], [state for state in CENTRAL_ASIA if state not in (home, partner)]
    rows = {state: mirror_shares(state).reindex(columns=two).loc[year] for state in others}
    return pd.DataFrame(rows).T


def own_reports(year: int, home: str, partner: str) -> pd.DataFrame:
    """Trade of those of the five that reported any with two countries, USD million both ways."""
    rows = load("trade_annual", reporter=list(CENTRAL_ASIA), partner=[home, partner], year=year)
    amounts = rows.pivot_table("value_usd_mn", index="reporter", columns="partner", aggfunc="sum")
    return amounts.reindex(columns=[home, partner])


def latest_national_shares(home: str, partner: str) -> pd.DataFrame:
    """Shares of two countries in the trade of the five by their own statistics as cited, percent,
    and the year of the latest period with the partner's; home's may be missing.
    """
    rows = load("central_asia_trade", country=list(CENTRAL_ASIA)).dropna(subset=["share_pct"])
    shares = rows.pivot_table("share_pct", index=["country", "year", "period"], columns="partner")
    latest = shares.dropna(subset=[partner]).groupby("country").tail(1).reset_index()
    return latest.set_index("country")[[home, partner, "year"]].reindex(list(CENTRAL_ASIA))


def central_asia(*, majority: float, reported_by: str = "own statistics, cited") -> Figures:
    """Figures of C50 by cited statistics, or in 2020 as 'partners' or 'the five' report, and the
    number of states that are more than a majority.
    """
    if reported_by == "the five":
        table = own_reports(LAST_PANEL, "RUS", "CHN")
    elif reported_by == "partners":
        table = shares_by_partners(LAST_PANEL, "RUS", "CHN")
    else:
        table = latest_national_shares("RUS", "CHN")
    alone = table.RUS.isna()
    most_of_all = alone & (table.CHN > 50)
    return {
        "above": int(((table.CHN > table.RUS) | most_of_all).sum()),
        "below": int((table.RUS > table.CHN).sum()),
        "of": len(table),
        "most": int(majority * len(table)) + 1,
        "compared": [_compared(row) for row in table.itertuples()] if "year" in table else [],
        "without_russia": [name(state) for state in table.index[alone]],
    }


def _compared(row: Any) -> str:
    """One state in words, China before Russia: 'Kazakhstan 21.3 v. 18.6 % (2023)'."""
    if pd.isna(row.RUS):
        return f"{name(row.Index)} {row.CHN:.1f} %, Russia not known ({row.year})"
    return f"{name(row.Index)} {row.CHN:.1f} v. {row.RUS:.1f} % ({row.year})"


@where_known
def cited_shares(home: str, partner: str) -> pd.DataFrame:
    """``latest_national_shares`` by name of state and country, states with both only."""
    require_russia_and_china(home, partner, "national statistics are cited for Russia and China")
    table = latest_national_shares(iso3(home), iso3(partner)).dropna()
    return table.drop(columns="year").rename(index=name, columns=name)


@where_known
def shares_in_central_asia(home: str, partner: str, *, year: int) -> pd.DataFrame:
    """``shares_by_partners`` by name of state and country; a CoverageError where one is missing."""
    table = shares_by_partners(year, iso3(home), iso3(partner)).rename(index=name, columns=name)
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
    """Shares of two countries (by name) in a third one's trade by year, see ``mirror_shares``."""
    here, there, middle = iso3(home), iso3(partner), iso3(between)
    shares = mirror_shares(middle).reindex(columns=[here, there]).dropna()
    if shares.empty:
        states = pair(here, there)
        raise CoverageError(f"{states} never reported trade with {name(middle)} in the same year")
    return shares.set_axis([name(here), name(there)], axis=1)


def exports_to_kazakhstan() -> pd.DataFrame:
    """Russia's exports to Kazakhstan by year, USD billion, in the tables that go on after 2020."""
    flows = load("trade_russia", partner="KAZ", flow="exports").set_index("year")
    latest = load("exports_2025", reporter="RUS", partner="KAZ").assign(year=2025, estimated=False)
    flows = pd.concat([flows, latest.set_index("year")])[["value_usd_mn", "estimated"]]
    table = flows.reindex(range(2020, 2026)).rename_axis("year").reset_index()
    said = table.estimated.map({True: "an estimate", False: "as reported"}).fillna("no figure")
    return table[["year"]].assign(exports_usd_bn=table.value_usd_mn / 1000, row=said)


def arctic(*, since: int = 0, leaked: bool = True) -> Figures:
    """Figures of C51: reports of friction since a year, leaked or not, and of cooperation."""
    rows = load("arctic_events").query("year >= @since")
    frictions = rows[rows.reads_as == "friction"]
    if not leaked:
        frictions = frictions[~frictions.note.str.contains("leaked")]
    voyages = rows[rows.unit == "voyages"].sort_values("year")
    return {
        "reports": frictions.url.nunique(),
        "friction_named": "; ".join(frictions.event),
        "cooperation": int((rows.reads_as == "cooperation").sum()),
        "first": int(rows.year.min()),
        "voyages": [f"{row.value:.0f} in {row.year}" for row in voyages.itertuples()],
    }


def in_the_arctic() -> pd.DataFrame:
    """``arctic_events`` for a table: date, event, how it reads, and its number if it has one."""
    rows = load("arctic_events")[["date", "event", "reads_as", "value", "unit"]]
    numbers = rows.value.map("{:,.0f} ".format, na_action="ignore") + rows.unit
    return rows.assign(number=numbers.fillna("-")).drop(columns=["value", "unit"])


def votes_of_china(texts: pd.DataFrame) -> dict[str, int]:
    """Counts of China's votes on texts that Russia opposed; 'unknown' where not recorded."""
    counts = texts.vote_chn.value_counts()
    words = {"abstained": "abstain", "with_russia": "no", "against": "yes", "unknown": ""}
    return {word: int(counts.get(vote, 0)) for word, vote in words.items()}


def misgivings(
    *, first_year: int, majority: float, resolution: str = "", statements: bool = True
) -> Figures:
    """Figures of C52: what leaders said, if that counts, and how China voted on the war."""
    texts = texts_on_ukraine(first_year=first_year, resolution=resolution)
    counts = votes_of_china(texts)
    own_words, granted = on_chinas_concerns() if statements else (0, 0)
    return {
        **counts,
        "own_words": own_words,
        "granted": granted,
        "texts": len(texts),
        "with_russia_pct": 100 * counts["with_russia"] / len(texts),
        "too_many": int(majority * len(texts)) + 1,
    }


def list_of_texts() -> pd.DataFrame:
    """``texts_on_ukraine`` with the votes of three states; an unrecorded one is 'unknown'."""
    columns = ["date", "resolution", "vote_rus", "vote_chn", "vote_usa", "title"]
    texts = texts_on_ukraine()[columns].replace("", "unknown")
    return texts.assign(title=texts.title.map(partial(shorten, width=62, placeholder=" ...")))


def votes_by_period(*, since: int) -> pd.DataFrame:
    """How China voted on those texts, before a year and from it on."""
    texts = texts_on_ukraine()
    before = texts[texts.year < since]
    years = [f"{before.year.min()}-{before.year.max()}", f"since {since}"]
    parts = (before, texts[texts.year >= since])
    counts = [{"texts": len(part), **votes_of_china(part)} for part in parts]
    return pd.DataFrame(counts).assign(years=years).set_index("years").reset_index()
