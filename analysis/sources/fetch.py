"""Refresh from the publishers: the only functions that use the network, called by ``ballast data
fetch`` alone.

Each ``fetch_*`` function fills a new vintage (analysis.sources.transport) and checks every answer
for what only the publisher's format can tell: the promised columns, the year, flow and indicator
that were asked for, all the pages, no row twice, values that can be. What it cannot vouch for stops
the fetch, and nothing is kept. ``new_vintage`` turns what no check foresaw into a RawDataError.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pandas as pd

from analysis.errors import RawDataError
from analysis.sources.imf import FLOWS
from analysis.sources.transport import Vintage, Wanted

IMTS_COLUMNS = [
    *("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE"),
    "DERIVATION_TYPE",
]
SDMX_CSV = "application/vnd.sdmx.data+csv"
LONGEST_HEADER = 10_000
MOST_CSV, MOST_JSON = 60_000_000, 10_000_000
"""Ten times the bytes of the largest answer; read whole, they take some hundred megabytes."""
WDI = ("NY.GDP.MKTP.CD", "SP.POP.TOTL", "PA.NUS.FCRF", "NE.EXP.GNFS.CD", "NE.IMP.GNFS.CD")
WDI_PAGE = 5000
WDI_HEADER = ("page", "pages", "per_page", "total")
WDI_MOST_ROWS, WDI_MOST_PAGES = 100_000, 20
"""Every country and group since 1960 makes 18,000 rows."""
MOST_WDI = 1e17
"""No product, population or rate comes near to it: the world's output is 1e14 dollars."""
DATAVERSE_DOI = "doi:10.7910/DVN/LEJUQZ"
VOTES = re.compile(r"un-?_?votes", re.IGNORECASE)
IDEAL_POINTS = re.compile(r"ideal-?_?point", re.IGNORECASE)
MOST_FILES, MOST_DEPOSITED = 30, 1_000_000_000
PAIR = {"reporterCode": 156, "partnerCode": 643}
"""China, which still reports, and Russia, by the codes of UN Comtrade."""
UNDIVIDED = {"partner2Code": 0, "customsCode": "C00", "motCode": 0}
"""All second partners, customs procedures and modes of transport together."""
PREVIEW_ROWS = 500
"""The preview sends no more, and does not say that it cut."""
CHAPTER, EDITION = re.compile(r"TOTAL|[0-9]{2}"), re.compile(r"H[0-9]")
MOST_USD = 1e13
"""Ten times the trade of any pair: above it, a unit has slipped."""
OFF_TOTAL = 0.001
"""Chapters are rounded one by one; a missing one would show."""


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
        Values (bytes, where files are opaque) below which an answer is taken for damaged.
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


def _untrusted(name: str, faults: list[str]) -> NoReturn:
    raise RawDataError(
        f"{name} cannot be trusted: {'; '.join(faults)}", do="nothing was kept; try again"
    )


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
            most=MOST_CSV,
        )
        for year in years
        for flow in FLOWS
    ]


def fetch_imts(vintage: Vintage, feed: Feed, years: range) -> None:
    """IMF, International Trade in Goods (by partner country): all pairs, exports FOB and imports
    CIF, in US dollars.

    Raises
    ------
    RawDataError
        If an answer lacks a column, holds another flow, year or frequency than was asked for, a
        text or a negative number as value, a pair twice, or fewer values than any year has had.
    """
    for wanted in plan_imts(feed, years):
        flow, _, year = wanted.name.removesuffix(".csv").rpartition("_")
        _check_imts(vintage.get(wanted), flow=flow, year=year, fewest=feed.fewest)


def _check_imts(path: Path, *, flow: str, year: str, fewest: int) -> None:
    frame = _imts_frame(path)
    frame = frame[(frame.TIME_PERIOD != "") | (frame.OBS_VALUE != "")]
    stray = frame[
        (flow != frame.INDICATOR) | (year != frame.TIME_PERIOD) | (frame.FREQUENCY != "A")
    ]
    missing = frame.OBS_VALUE.isin(["", "NaN"])
    values = pd.to_numeric(frame.OBS_VALUE.mask(missing), errors="coerce").astype(float)
    bad = {
        "of another flow, year or frequency": stray,
        "whose value is no number": frame[values.isna() & ~missing],
        "with a negative or infinite value": frame[(values < 0) | (values == float("inf"))],
        "without a country": frame[(frame.COUNTRY == "") | (frame.COUNTERPART_COUNTRY == "")],
        "that repeat a pair": frame[frame.duplicated(["COUNTRY", "COUNTERPART_COUNTRY"])],
    }
    faults = [
        f"{len(rows)} rows {what}, first {rows.iloc[0].tolist()}"
        for what, rows in bad.items()
        if len(rows)
    ]
    if values.count() < fewest:
        faults.append(f"{values.count()} values, fewer than {fewest}")
    if faults:
        _untrusted(path.name, faults)


def _imts_frame(path: Path) -> pd.DataFrame:
    """The columns of an answer that are used, as text, once its header is seen to have them."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader([file.readline(LONGEST_HEADER)]), [])
        missing = [column for column in IMTS_COLUMNS if header.count(column) != 1]
        if missing:
            raise RawDataError(
                f"{path.name} lacks the columns {missing}, or has one twice; it has {header[:30]}",
                do="the IMF has changed its format: mend analysis/sources/fetch.py after reading"
                " its release notes",
            )
        return pd.read_csv(
            path, usecols=IMTS_COLUMNS, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )[IMTS_COLUMNS]
    except (pd.errors.ParserError, csv.Error, UnicodeDecodeError) as problem:
        raise RawDataError(f"{path.name} is no SDMX-CSV ({str(problem)[:200]!a})") from problem


def plan_worldbank(feed: Feed, years: range) -> list[Wanted]:
    """The first page of each indicator; its answer says how many pages follow."""
    return [_wdi_page(feed, indicator, years, 1) for indicator in WDI]


def _wdi_page(feed: Feed, indicator: str, years: range, page: int) -> Wanted:
    span = f"date={years.start}:{years.stop - 1}&per_page={WDI_PAGE}&page={page}"
    return Wanted(
        url=f"{feed.base}/country/all/indicator/{indicator}?format=json&{span}",
        name=f"{indicator}.page-{page:03d}.json",
        types=("application/json",),
        most=MOST_JSON,
    )


def fetch_worldbank(vintage: Vintage, feed: Feed, years: range) -> None:
    """World Bank, World Development Indicators: GDP, population, exchange rate, trade in goods and
    services.

    Raises
    ------
    RawDataError
        If an answer is a message instead of data, or another page, indicator or year than was asked
        for; if a page changed its total or its date of revision while we turned them; if a country
        and year comes twice, a value is no number or negative, or there are too few; or if the rows
        do not add up to the total that was announced.
    """
    for indicator in WDI:
        header, rows = _read_wdi(vintage.get(_wdi_page(feed, indicator, years, 1)))
        for page in range(2, header["pages"] + 1):
            later, more = _read_wdi(vintage.get(_wdi_page(feed, indicator, years, page)))
            if changed := sorted(key for key in header if later[key] != header[key]):
                raise RawDataError(
                    f"{indicator} was revised while its pages were read ({changed} changed)",
                    do="nothing was kept; try again",
                )
            rows += more
        faults = _wdi_faults(rows, indicator, years)
        if len(rows) != header["total"]:
            faults.append(f"{len(rows)} rows; {header['total']} were announced")
        if sum((row["value"] or 0) > 0 for row in rows) < feed.fewest:
            faults.append(f"fewer values than {feed.fewest} are above zero")
        if faults:
            _untrusted(indicator, faults)


def _wdi_faults(rows: list[dict[str, Any]], indicator: str, years: range) -> list[str]:
    keys = [(row["country"]["id"], row["countryiso3code"], row["date"]) for row in rows]
    bad: dict[str, list[Any]] = {
        "of another indicator": [row for row in rows if row["indicator"]["id"] != indicator],
        "of a year that was not asked for": [row for row in rows if int(row["date"]) not in years],
        "with a negative value": [row for row in rows if (row["value"] or 0) < 0],
        "with a value beyond any economy": [row for row in rows if (row["value"] or 0) > MOST_WDI],
        "without a country": [row for row in rows if not row["country"]["id"]],
        "more of a country and year that is there already": keys[len(set(keys)) :],
    }
    return [f"{len(found)} rows {what}" for what, found in bad.items() if found]


def _read_wdi(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a page says of all pages, and its rows, once it is seen to be the page asked for."""
    answer = _json(path)
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise RawDataError(f"{path.name} is no page of data but {repr(answer)[:160]}")
    said, rows = answer[0], answer[1] or []
    if not set(said).issuperset([*WDI_HEADER, "lastupdated"]):
        raise RawDataError(f"{path.name} is no page of data but {repr(answer)[:160]}")
    number = {key: int(str(said[key])) for key in WDI_HEADER}
    pages = math.ceil(number["total"] / max(1, number["per_page"]))
    if (
        path.name != f"{path.name.partition('.page-')[0]}.page-{number['page']:03d}.json"
        or not number["pages"] == pages <= WDI_MOST_PAGES
        or len(rows) > number["per_page"]
        or not 0 <= number["total"] <= WDI_MOST_ROWS
    ):
        raise RawDataError(
            f"{path.name} has a header that does not fit: {repr(said)[:160]}",
            allowed=f"the page asked for, of at most {WDI_MOST_ROWS:,} rows in all",
            do="nothing was kept; try again",
        )
    bad = [row for row in rows if not _is_wdi_row(row)]
    if bad:
        raise RawDataError(
            f"{path.name} has {len(bad)} rows of another format, first {repr(bad[0])[:160]}",
            allowed="indicator, country, countryiso3code, date and a numeric value",
        )
    of_all = {"lastupdated": said["lastupdated"], "total": number["total"], "pages": pages}
    return of_all, rows


def _is_wdi_row(row: Any) -> bool:
    value = row["value"]
    return (
        {"indicator", "country", "countryiso3code", "date"} <= set(row)
        and isinstance(row["date"], str)
        and (value is None or (type(value) in (int, float) and math.isfinite(value)))
    )


def plan_unga(feed: Feed, years: range) -> list[Wanted]:
    """The list of the data set's files; it says which are the votes and the ideal points."""
    del years  # every release holds all sessions
    identifier = quote(DATAVERSE_DOI, safe=":")
    return [
        Wanted(
            url=f"{feed.base}/datasets/:persistentId/?persistentId={identifier}",
            name="dataset.json",
            types=("application/json",),
            most=MOST_JSON,
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
        kept = [name for name in named if VOTES.search(name) or IDEAL_POINTS.search(name)]
        requests = [_deposited(feed, name, named[name]) for name in kept]
    except (KeyError, TypeError) as problem:
        raise RawDataError(
            f"the list of files of {DATAVERSE_DOI} has another form ({problem!r:.200} is missing)"
        ) from problem
    if not any(VOTES.search(name) for name in kept) or len(kept) > MOST_FILES:
        raise RawDataError(
            f"{DATAVERSE_DOI} names no file of votes, or too many",
            allowed=f"up to {MOST_FILES} names like UNVotes; it has {str(sorted(named))[:300]}",
        )
    for request in requests:
        vintage.get(request)


def _deposited(feed: Feed, name: str, file: dict[str, Any]) -> Wanted:
    converted = "originalFileSize" in file
    size = int(file["originalFileSize"] if converted else file["filesize"])
    form = "?format=original" if converted else ""
    return Wanted(
        url=f"{feed.base}/access/datafile/{int(file['id'])}{form}",
        name=re.sub(r"[^A-Za-z0-9._-]", "_", name),
        types=("text/*", "application/*"),
        accept="*/*",
        size=size,
        md5="" if converted else str(file.get("md5", "")),
        least=feed.fewest,
        most=min(size, MOST_DEPOSITED),
    )


def plan_comtrade(feed: Feed, years: range) -> list[Wanted]:
    """One request for each flow and year of China with Russia: the total and every chapter."""
    asked = "&".join(f"{name}={code}" for name, code in (PAIR | UNDIVIDED).items())
    return [
        Wanted(
            url=f"{feed.base}/preview/C/A/HS?{asked}&period={year}&flowCode={flow}"
            f"&cmdCode=TOTAL,AG2&maxRecords={PREVIEW_ROWS}",
            name=f"{flow}_{year}.json",
            types=("application/json",),
            most=MOST_JSON,
        )
        for year in years
        for flow in ("X", "M")
    ]


def fetch_comtrade(vintage: Vintage, feed: Feed, years: range) -> None:
    """UN Comtrade, trade of China with Russia by chapter of the Harmonized System, as China
    reports it: US dollars and kilograms.

    Raises
    ------
    RawDataError
        If an answer is a message instead of data or may have been cut; has another reporter,
        partner, flow, year or part of the trade than was asked for, a code that is no chapter (or
        lost its leading zero), a chapter twice, or several editions of the Harmonized System; a
        value or weight is no number or negative; or if chapters are few or miss the total.
    """
    for wanted in plan_comtrade(feed, years):
        flow, _, year = wanted.name.removesuffix(".json").partition("_")
        rows = _read_comtrade(vintage.get(wanted))
        due = {**PAIR, **UNDIVIDED, "typeCode": "C", "freqCode": "A", "flowCode": flow}
        faults = _comtrade_faults(rows, due | {"period": year})
        chapters = [row["primaryValue"] for row in rows if row["cmdCode"] != "TOTAL"]
        total = sum(row["primaryValue"] for row in rows if row["cmdCode"] == "TOTAL")
        if not faults and not (total > 0 and abs(sum(chapters) - total) <= OFF_TOTAL * total):
            faults.append(f"chapters add up to {sum(chapters):,.0f} and the total is {total:,.0f}")
        if len(chapters) < feed.fewest:
            faults.append(f"{len(chapters)} chapters, fewer than {feed.fewest}")
        if faults:
            _untrusted(wanted.name, faults)


def _read_comtrade(path: Path) -> list[dict[str, Any]]:
    """Rows of an answer, once it is seen to be whole and each row to have its values."""
    answer = _json(path)
    if not isinstance(answer, dict) or answer.get("error") or not answer.get("data"):
        raise RawDataError(f"{path.name} is no page of data but {repr(answer)[:160]}")
    rows = answer["data"]
    if answer["count"] != len(rows) or len(rows) >= PREVIEW_ROWS:
        raise RawDataError(
            f"{path.name} has {len(rows)} rows; {str(answer['count'])[:20]} were announced",
            allowed=f"all that were announced, and fewer than {PREVIEW_ROWS}, where it is cut",
        )
    bad = [row for row in rows if not all(map(_is_amount, (row["primaryValue"], row["netWgt"])))]
    if bad or any(row["primaryValue"] is None for row in rows):
        raise RawDataError(
            f"{path.name} has values that are no amounts, first {repr((bad or rows)[0])[:160]}",
            allowed="numbers of zero or more; a weight may be null",
        )
    return list(rows)


def _is_amount(value: Any) -> bool:
    return value is None or (
        type(value) in (int, float) and math.isfinite(value) and 0 <= value < MOST_USD
    )


def _comtrade_faults(rows: list[dict[str, Any]], due: dict[str, Any]) -> list[str]:
    codes, editions = [row["cmdCode"] for row in rows], {row["classificationCode"] for row in rows}
    stray = [
        {name: row[name] for name in due}
        for row in rows
        if any(type(row[name]) is not type(code) or row[name] != code for name, code in due.items())
    ]
    bad = {
        "rows that were not asked for": stray,
        "codes that are no chapter": [code for code in codes if not CHAPTER.fullmatch(code)],
        "codes that repeat": [code for code in set(codes) if codes.count(code) > 1],
        "editions where one is meant": sorted(editions) if len(editions) > 1 else [],
        "unknown editions": [name for name in editions if not EDITION.fullmatch(name)],
    }
    return [
        f"{len(found)} {what}, first {repr(found[0])[:160]}" for what, found in bad.items() if found
    ]


def _json(path: Path) -> Any:
    """A file as JSON that holds no NaN and no infinity."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=refuse)
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
            note="fills the panel of all pairs after 2020; values are whole US dollars, not"
            " millions; Russia's rows from 2022 are estimates",
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
            title="UN General Assembly roll calls and ideal points (Voeten and others, Harvard"
            " Dataverse)",
            documented="https://guides.dataverse.org/en/latest/api/dataaccess.html",
            base="https://dataverse.harvard.edu/api",
            plan=plan_unga,
            fetch=fetch_unga,
            first_year=1946,
            fewest=100,
            note="the UN Digital Library (record 4060887) has newer sessions, under a name that"
            " changes with each release and behind a page that turns programs away: download"
            " that CSV by hand",
        ),
        Feed(
            key="comtrade_hs",
            title="UN Comtrade, China's trade with Russia by chapter of the Harmonized System",
            documented="https://comtradedeveloper.un.org/",
            base="https://comtradeapi.un.org/public/v1",
            plan=plan_comtrade,
            fetch=fetch_comtrade,
            first_year=2017,
            fewest=80,
            note="the public preview needs no key and sends at most 500 rows; China reports, in"
            " whole years, and revises: a vintage of its own beside first announcements;"
            " redistribution of the database needs permission",
        ),
    )
}
