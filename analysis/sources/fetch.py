"""Refresh from the publishers: the only functions that use the network, called by ``ballast data
fetch`` alone.

Each ``fetch_*`` function fills a new vintage (analysis.sources.transport) and checks every answer
for what only the publisher's format can tell: the promised columns, the year and flow that were
asked for, all the pages. What it cannot vouch for stops the fetch, and nothing is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from analysis.errors import RawDataError
from analysis.sources.transport import Vintage, Wanted

IMTS_FLOWS = ("XG_FOB_USD", "MG_CIF_USD")
IMTS_COLUMNS = (
    "COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE", "DERIVATION_TYPE",
)  # fmt: skip
SDMX_CSV = "application/vnd.sdmx.data+csv"
WDI = ("NY.GDP.MKTP.CD", "SP.POP.TOTL", "PA.NUS.FCRF", "NE.EXP.GNFS.CD", "NE.IMP.GNFS.CD")
WDI_PAGE = 5000
WDI_COLUMNS = {"indicator", "country", "countryiso3code", "date", "value"}
DATAVERSE_DOI = "doi:10.7910/DVN/LEJUQZ"
VOTES, IDEAL_POINTS = (
    re.compile(r"un-?_?votes", re.IGNORECASE),
    re.compile(r"ideal-?_?point", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A publisher that can be asked for its newest figures.

    Attributes
    ----------
    key : str
        Folder under the raw store.
    title, documented : str
        What is fetched, and where the publisher describes how to ask.
    base : str
        Beginning of every address.
    plan : callable (Feed, years) -> list of Wanted
        The requests that are known before any answer.
    fetch : callable (Vintage, Feed, years) -> None
        The function that makes them and whatever the answers call for.
    first_year : int
        Where to begin when no years are named.
    fewest : int
        Rows (bytes, where files are opaque) below which an answer is taken for damaged.
    note : str
        What the user should know.
    """

    key: str
    title: str
    documented: str
    base: str
    plan: Callable[[Feed, range], list[Wanted]]
    fetch: Callable[[Vintage, Feed, range], None]
    first_year: int
    fewest: int
    note: str = ""


def plan_imts(feed: Feed, years: range) -> list[Wanted]:
    """One request for each flow and year: every reporter with every partner, annual.

    The key has the order COUNTRY.INDICATOR.COUNTERPART_COUNTRY.FREQUENCY, and a dimension left
    empty takes all its members (SDMX 2.1 REST). Asked this way the years are bounded by startPeriod
    and endPeriod, which the IMF's SDMX 3.0 service ignores; and one lost answer costs one flow of
    one year.
    """
    return [
        Wanted(
            url=f"{feed.base}/data/IMF.STA,IMTS/.{flow}..A?startPeriod={year}&endPeriod={year}",
            name=f"{flow}_{year}.csv",
            types=(SDMX_CSV, "text/csv"),
            accept=f"{SDMX_CSV};version=1.0.0",
        )
        for year in years
        for flow in IMTS_FLOWS
    ]


def fetch_imts(vintage: Vintage, feed: Feed, years: range) -> None:
    """IMF, International Trade in Goods (by partner country): all pairs, exports FOB and imports
    CIF, in US dollars.

    Raises
    ------
    RawDataError
        If an answer lacks a column, holds another flow, year or frequency than was asked for, a
        text or a negative number as value, a pair twice, or fewer rows than any year has had.
    """
    for wanted in plan_imts(feed, years):
        flow, _, year = wanted.name.removesuffix(".csv").rpartition("_")
        _check_imts(vintage.get(wanted), flow=flow, year=year, fewest=feed.fewest)


def _check_imts(path: Path, *, flow: str, year: str, fewest: int) -> None:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as problem:
        raise RawDataError(
            f"{path.name} is no SDMX-CSV ({str(problem).splitlines()[0]})"
        ) from problem
    missing = [column for column in IMTS_COLUMNS if column not in frame]
    if missing:
        raise RawDataError(
            f"{path.name} lacks the columns {missing}; it has {list(frame.columns)}",
            do=(
                "the IMF has changed its format: mend analysis/sources/fetch.py after reading its"
                " release notes"
            ),
        )
    frame = frame[
        (frame.TIME_PERIOD != "") | (frame.OBS_VALUE != "")
    ]  # series that hold no observation
    stray = frame[
        (flow != frame.INDICATOR) | (year != frame.TIME_PERIOD) | (frame.FREQUENCY != "A")
    ]
    values = pd.to_numeric(frame.OBS_VALUE.where(frame.OBS_VALUE != "", "NaN"), errors="coerce")
    unread = frame[values.isna() & ~frame.OBS_VALUE.isin(["", "NaN"])]
    again = frame[frame.duplicated(["COUNTRY", "COUNTERPART_COUNTRY"])]
    faults = [
        f"{len(rows)} rows {what}, first {rows.iloc[0][list(IMTS_COLUMNS)].tolist()}"
        for what, rows in {
            "of another flow, year or frequency": stray,
            "whose value is no number": unread,
            "with a negative or infinite value": frame[(values < 0) | (values == float("inf"))],
            "that repeat a pair": again,
        }.items()
        if len(rows)
    ]
    if len(frame) < fewest:
        faults.append(f"{len(frame)} rows, fewer than {fewest}")
    if faults:
        raise RawDataError(
            f"{path.name} cannot be trusted: {'; '.join(faults)}", do="nothing was kept; try again"
        )


def plan_worldbank(feed: Feed, years: range) -> list[Wanted]:
    """The first page of each indicator; its answer says how many pages follow."""
    return [_wdi_page(feed, indicator, years, 1) for indicator in WDI]


def _wdi_page(feed: Feed, indicator: str, years: range, page: int) -> Wanted:
    span = f"{years.start}:{years.stop - 1}"
    return Wanted(
        url=f"{feed.base}/country/all/indicator/{indicator}?format=json&date={span}&per_page={WDI_PAGE}&page={page}",
        name=f"{indicator}.page-{page:03d}.json",
        types=("application/json",),
    )


def fetch_worldbank(vintage: Vintage, feed: Feed, years: range) -> None:
    """World Bank, World Development Indicators: GDP, population, exchange rate, trade in goods and
    services.

    Raises
    ------
    RawDataError
        If an answer is a message instead of data, if a page changed its total or its date of
        revision while we turned them, or if the rows do not add up to the total that was announced.
    """
    for indicator in WDI:
        first, rows = _read_wdi(vintage.get(_wdi_page(feed, indicator, years, 1)))
        for page in range(2, int(first["pages"]) + 1):
            header, more = _read_wdi(vintage.get(_wdi_page(feed, indicator, years, page)))
            changed = {key for key in ("total", "lastupdated") if header.get(key) != first.get(key)}
            if changed:
                raise RawDataError(f"{indicator} was revised while its pages were read ({sorted(changed)} changed)",
                                   do="nothing was kept; try again")  # fmt: skip
            rows += more
        if rows != int(first["total"]) or rows < feed.fewest:
            raise RawDataError(
                f"{indicator} came with {rows} rows; {first['total']} were announced and"
                f" {feed.fewest} is the least",
                do="nothing was kept; try again",
            )


def _read_wdi(path: Path) -> tuple[dict[str, Any], int]:
    """Header of a page and its number of rows, once it is seen to be a page."""
    answer = _json(path)
    if not (isinstance(answer, list) and len(answer) == 2 and {"pages", "total"} <= set(answer[0])):
        raise RawDataError(f"{path.name} is no page of data but {str(answer)[:160]}")
    header, rows = answer
    bad = [
        row
        for row in rows or []
        if not set(row) >= WDI_COLUMNS or not isinstance(row["value"], int | float | None)
    ]
    if bad:
        raise RawDataError(f"{path.name} has {len(bad)} rows of another format, first {str(bad[0])[:160]}",
                           allowed=f"rows with {sorted(WDI_COLUMNS)} and a numeric value")  # fmt: skip
    return header, len(rows or [])


def plan_unga(feed: Feed, years: range) -> list[Wanted]:
    """The list of the data set's files; it says which are the votes and the ideal points."""
    del years  # every release holds all sessions
    return [
        Wanted(
            url=(
                f"{feed.base}/datasets/:persistentId/?persistentId={quote(DATAVERSE_DOI, safe=':')}"
            ),
            name="dataset.json",
            types=("application/json",),
        )
    ]


def fetch_unga(vintage: Vintage, feed: Feed, years: range) -> None:
    """UN General Assembly roll calls and ideal points (Bailey, Strezhnev and Voeten), newest
    release on Dataverse.

    Sizes are compared with those of the list of files, and MD5 where the file is stored as it was
    deposited: for tables that Dataverse converted, its MD5 is at times of the converted bytes.

    Raises
    ------
    RawDataError
        If the list has another form or names no file of votes, or a file differs from its entry in
        the list.
    """
    listed = _json(vintage.get(plan_unga(feed, years)[0]))
    try:
        files = [entry["dataFile"] for entry in listed["data"]["latestVersion"]["files"]]
        named = {str(file.get("originalFileName") or file["filename"]): file for file in files}
        wanted = {
            name: file
            for name, file in named.items()
            if VOTES.search(name) or IDEAL_POINTS.search(name)
        }
        requests = [_deposited(feed, name, file) for name, file in wanted.items()]
    except (KeyError, TypeError) as problem:
        raise RawDataError(
            f"the list of files of {DATAVERSE_DOI} has another form ({problem!r} is missing)"
        ) from problem
    if not any(VOTES.search(name) for name in wanted):
        raise RawDataError(
            f"{DATAVERSE_DOI} names no file of votes",
            allowed=f"a name like UNVotes; it has {sorted(named)}",
        )
    for request in requests:
        vintage.get(request)


def _deposited(feed: Feed, name: str, file: dict[str, Any]) -> Wanted:
    converted = "originalFileSize" in file
    return Wanted(
        url=(
            f"{feed.base}/access/datafile/{int(file['id'])}{'?format=original' if converted else ''}"
        ),
        name=name.replace("/", "_"),
        types=("text/*", "application/*"),
        accept="*/*",
        size=int(file["originalFileSize"] if converted else file["filesize"]),
        md5="" if converted else str(file.get("md5", "")),
        least=feed.fewest,
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as problem:
        raise RawDataError(
            f"{path.name} is no JSON ({problem})", do="nothing was kept; try again"
        ) from problem


FEEDS = {
    feed.key: feed
    for feed in (
        Feed(
            key="imf_imts",
            title="IMF, International Trade in Goods by partner country (IMTS): all pairs, annual",
            documented="https://data.imf.org/en/Resource-Pages/IMF-API",
            base="https://api.imf.org/external/sdmx/2.1",
            plan=plan_imts,
            fetch=fetch_imts,
            first_year=2021,
            fewest=10_000,
            note=(
                "fills the panel of all pairs after 2020; values are whole US dollars, not"
                " millions; Russia's rows from 2022 are estimates"
            ),
        ),
        Feed(
            key="worldbank",
            title="World Bank, World Development Indicators: GDP, population, exchange rate, trade",
            documented="https://datahelpdesk.worldbank.org/knowledgebase/articles/889392",
            base="https://api.worldbank.org/v2",
            plan=plan_worldbank,
            fetch=fetch_worldbank,
            first_year=1960,
            fewest=100,
            note="aggregates such as 'Arab World' stand among the countries",
        ),
        Feed(
            key="unga",
            title=(
                "UN General Assembly roll calls and ideal points (Voeten and others, Harvard"
                " Dataverse)"
            ),
            documented="https://guides.dataverse.org/en/latest/api/dataaccess.html",
            base="https://dataverse.harvard.edu/api",
            plan=plan_unga,
            fetch=fetch_unga,
            first_year=1946,
            fewest=100,
            note=(
                "the UN Digital Library (record 4060887) has newer sessions, under a name that"
                " changes with each release and behind a page that turns programs away: download"
                " that CSV by hand"
            ),
        ),
    )
}
