"""Refresh from the publishers, by ``ballast data fetch`` alone. Each ``fetch_*`` function fills a
new vintage and checks every answer for what only the publisher's format can tell; what it cannot
vouch for stops the fetch with a RawDataError, and nothing is kept.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pandas as pd

from analysis.errors import RawDataError
from analysis.sources.imf import FLOWS
from analysis.sources.package import NUMBER, misfits
from analysis.sources.source import RawStore
from analysis.sources.transport import Vintage, Wanted

IMTS_COLUMNS = (
    "COUNTRY, INDICATOR, COUNTERPART_COUNTRY, FREQUENCY, TIME_PERIOD, OBS_VALUE, DERIVATION_TYPE"
)
LONGEST_HEADER = 10_000
"""pandas needs minutes for a header that repeats a name a hundred thousand times."""
SDMX_CSV = "application/vnd.sdmx.data+csv"
JSON = ("application/json",)
MOST_CSV, MOST_JSON = 60_000_000, 10_000_000
"""Ten times the bytes of the largest answer; read whole, they take some hundred megabytes."""
AMOUNT = (int, float, type(None))
WDI = ("NY.GDP.MKTP.CD", "SP.POP.TOTL", "PA.NUS.FCRF", "NE.EXP.GNFS.CD", "NE.IMP.GNFS.CD")
WDI_PAGE, WDI_MOST_PAGES = 5000, 20
"""Every country and group since 1960 makes 18,000 rows."""
TEXT = {"id": str}
WDI_ROW = {"indicator": TEXT, "country": TEXT, "countryiso3code": str, "date": str, "value": AMOUNT}
WDI_ANSWER = {
    "header": {"page": int, "pages": int, "total": int, "lastupdated": str},
    "rows": [WDI_ROW],
}
MOST_WDI = 1e17
"""No product, population or rate comes near to it: the world's output is 1e14 dollars."""
DATAVERSE_DOI = "doi:10.7910/DVN/LEJUQZ"
DEPOSITED = {
    **dict.fromkeys(("id", "filesize", "originalFileSize?"), int),
    **dict.fromkeys(("filename", "originalFileName?", "md5?"), str),
}
DATASET = {"data": {"latestVersion": {"files": [{"dataFile": DEPOSITED}]}}}
VOTES = re.compile(r"un-?_?votes", re.IGNORECASE)
IDEAL_POINTS = re.compile(r"ideal-?_?point", re.IGNORECASE)
MOST_FILES, MOST_DEPOSITED = 30, 1_000_000_000
PAIR = {"reporterCode": 156, "partnerCode": 643}
"""China, which still reports, and Russia, by the codes of UN Comtrade."""
UNDIVIDED = {"partner2Code": 0, "customsCode": "C00", "motCode": 0}
"""All second partners, customs procedures and modes of transport together."""
COMTRADE_ROW = {
    **dict.fromkeys((*PAIR, "partner2Code", "motCode"), int),
    **dict.fromkeys(("customsCode", "typeCode", "freqCode", "flowCode", "period"), str),
    **dict.fromkeys(("cmdCode", "classificationCode"), str),
    "primaryValue": NUMBER,
    "netWgt": AMOUNT,
}
COMTRADE_ANSWER = {"count": int, "data": [COMTRADE_ROW], "error?": ("", None)}
PREVIEW_ROWS = 500
"""The preview sends no more, and does not say that it cut."""
CHAPTER, EDITION = re.compile(r"TOTAL|[0-9]{2}"), re.compile(r"H[0-9]")
MOST_USD = 1e13
"""Ten times the trade of any pair: above it, a unit has slipped."""
OFF_TOTAL = 0.001
"""Chapters are rounded one by one; a missing one would show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A publisher that can be asked for its newest figures: its folder in the raw store, where it
    says how to ask, how its addresses begin, the requests known before any answer (``plan``), and
    what makes them (``fetch``). Fewer values than ``fewest`` (bytes, where files are opaque) are
    taken for a damaged answer.
    """

    key: str
    title: str
    documented: str
    base: str
    plan: Callable[["Feed", range], list[Wanted]]
    fetch: Callable[[Vintage, "Feed", range], None]
    first_year: int
    fewest: int
    note: str


def _trusted(name: str, bad: dict[str, list[Any]], wrong: dict[str, bool]) -> None:
    """Raise if any bad parts were found in an answer, or anything is wrong with the whole of it."""
    faults = [
        f"{len(parts)} {what}, first {repr(parts[0])[:160]}" for what, parts in bad.items() if parts
    ]
    faults += [what for what, is_so in wrong.items() if is_so]
    if faults:
        raise RawDataError(
            f"{name} cannot be trusted: {'; '.join(faults)}", do="nothing was kept; try again"
        )


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


def _formed(path: Path, answer: Any, form: Any) -> Any:
    """An answer, once it has the form in which the publisher gives data (and no messages)."""
    if faults := misfits(answer, form, "the answer"):
        raise RawDataError(
            f"{path.name} is no page of data but {repr(answer)[:160]} ({'; '.join(faults[:3])})",
            do="nothing was kept; see whether the publisher has changed its format",
        )
    return answer


def plan_imts(feed: Feed, years: range) -> list[Wanted]:
    """One request for each flow and year: every reporter with every partner, annual. The key is
    COUNTRY.INDICATOR.COUNTERPART_COUNTRY.FREQUENCY, and a dimension left empty takes all its
    members (SDMX 2.1 REST; the IMF's SDMX 3.0 service ignores startPeriod and endPeriod).
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
    """
    for wanted in plan_imts(feed, years):
        path = vintage.get(wanted)
        flow, _, year = path.stem.rpartition("_")
        with open(path, "rb") as file:
            if len(file.readline(LONGEST_HEADER)) == LONGEST_HEADER:
                raise RawDataError(f"{path.name} lacks the columns of a header that can be read")
        frame = RawStore(vintage.folder).csv(wanted.name, IMTS_COLUMNS)
        frame = frame[(frame.TIME_PERIOD != "") | (frame.OBS_VALUE != "")]
        missing = frame.OBS_VALUE.isin(["", "NaN"])
        values = pd.to_numeric(frame.OBS_VALUE.mask(missing), errors="coerce").astype(float)
        asked = frame[["INDICATOR", "TIME_PERIOD", "FREQUENCY"]] == [flow, year, "A"]
        bad = {
            "of another flow, year or frequency": ~asked.all(axis=1),
            "whose value is no number": values.isna() & ~missing,
            "with a negative or infinite value": (values < 0) | (values == float("inf")),
            "without a country": (frame.COUNTRY == "") | (frame.COUNTERPART_COUNTRY == ""),
            "that repeat a pair": frame.duplicated(["COUNTRY", "COUNTERPART_COUNTRY"]),
        }
        rows = {f"rows {what}": frame[of_it].to_numpy().tolist() for what, of_it in bad.items()}
        few = f"{values.count()} values, fewer than {feed.fewest}"
        _trusted(wanted.name, rows, {few: values.count() < feed.fewest})


def plan_worldbank(feed: Feed, years: range) -> list[Wanted]:
    """The first page of each indicator; its answer says how many pages follow."""
    return [_wdi_page(feed, indicator, years, 1) for indicator in WDI]


def _wdi_page(feed: Feed, indicator: str, years: range, page: int) -> Wanted:
    span = f"date={years.start}:{years.stop - 1}&per_page={WDI_PAGE}&page={page}"
    return Wanted(
        url=f"{feed.base}/country/all/indicator/{indicator}?format=json&{span}",
        name=f"{indicator}.page-{page:03d}.json",
        types=JSON,
        most=MOST_JSON,
    )


def fetch_worldbank(vintage: Vintage, feed: Feed, years: range) -> None:
    """World Bank, World Development Indicators: GDP, population, exchange rate, trade in goods and
    services; refused too if they were revised while we turned the pages.
    """
    for indicator in WDI:
        headers: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        while not headers or len(headers) < min(headers[0]["pages"], WDI_MOST_PAGES):
            path = vintage.get(_wdi_page(feed, indicator, years, len(headers) + 1))
            answer = dict(zip(("header", "rows"), _json(path), strict=False))
            headers.append(_formed(path, answer, WDI_ANSWER)["header"])
            rows += answer["rows"]
        first, pages = headers[0], [said["page"] for said in headers]
        constant = ("lastupdated", "pages", "total")
        changed = [name for name in constant if any(said[name] != first[name] for said in headers)]
        keys = [(row["country"]["id"], row["countryiso3code"], row["date"]) for row in rows]
        asked, positive = set(map(str, years)), sum((row["value"] or 0) > 0 for row in rows)
        bad: dict[str, list[Any]] = {
            "of another indicator": [row for row in rows if row["indicator"]["id"] != indicator],
            "of a year that was not asked for": [row for row in rows if row["date"] not in asked],
            "with a value below zero or beyond any economy": [
                row for row in rows if not 0 <= (row["value"] or 0) <= MOST_WDI
            ],
            "without a country": [row for row in rows if not row["country"]["id"]],
            "more of a country and year that is there already": keys[len(set(keys)) :],
        }
        total, in_order = first["total"], pages == list(range(1, len(pages) + 1))
        wrong = {
            f"headers of the pages {pages} of {first['pages']}": not in_order,
            f"more than {WDI_MOST_PAGES} pages": first["pages"] > WDI_MOST_PAGES,
            f"revised while its pages were read ({changed} changed)": bool(changed),
            f"{len(rows)} rows; {total} were announced": len(rows) != total,
            f"fewer values than {feed.fewest} are above zero": positive < feed.fewest,
        }
        _trusted(indicator, {f"rows {what}": found for what, found in bad.items()}, wrong)


def plan_unga(feed: Feed, years: range) -> list[Wanted]:
    """The list of the data set's files; it says which are the votes and the ideal points."""
    del years  # every release holds all sessions
    address = f"{feed.base}/datasets/:persistentId/?persistentId={quote(DATAVERSE_DOI, safe=':')}"
    return [Wanted(url=address, name="dataset.json", types=JSON, most=MOST_JSON)]


def fetch_unga(vintage: Vintage, feed: Feed, years: range) -> None:
    """UN General Assembly roll calls and ideal points (Bailey, Strezhnev and Voeten), newest
    release on Dataverse. Sizes are compared, and MD5 where a file is stored as it was deposited:
    for tables that Dataverse converted, it is at times of the converted bytes.
    """
    path = vintage.get(plan_unga(feed, years)[0])
    entries = _formed(path, _json(path), DATASET)["data"]["latestVersion"]["files"]
    files = [entry["dataFile"] for entry in entries]
    named = {file.get("originalFileName") or file["filename"]: file for file in files}
    kept = [name for name in named if VOTES.search(name) or IDEAL_POINTS.search(name)]
    if not any(VOTES.search(name) for name in kept) or len(kept) > MOST_FILES:
        raise RawDataError(
            f"{DATAVERSE_DOI} names no file of votes, or too many",
            allowed=f"up to {MOST_FILES} names like UNVotes; it has {str(sorted(named))[:300]}",
        )
    for name in kept:
        vintage.get(_deposited(feed, name, named[name]))


def _deposited(feed: Feed, name: str, file: dict[str, Any]) -> Wanted:
    converted = "originalFileSize" in file
    size = file["originalFileSize" if converted else "filesize"]
    return Wanted(
        url=f"{feed.base}/access/datafile/{file['id']}{'?format=original' if converted else ''}",
        name=re.sub(r"[^A-Za-z0-9._-]", "_", name),
        types=("text/*", "application/*"),
        accept="*/*",
        size=size,
        md5="" if converted else file.get("md5", ""),
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
            types=JSON,
            most=MOST_JSON,
        )
        for year in years
        for flow in ("X", "M")
    ]


def fetch_comtrade(vintage: Vintage, feed: Feed, years: range) -> None:
    """UN Comtrade, trade of China with Russia by chapter of the Harmonized System, as China
    reports it: US dollars and kilograms.
    """
    for wanted in plan_comtrade(feed, years):
        path = vintage.get(wanted)
        answer = _formed(path, _json(path), COMTRADE_ANSWER)
        rows, count = answer["data"], answer["count"]
        flow, _, year = path.stem.partition("_")
        due = PAIR | UNDIVIDED | {"typeCode": "C", "freqCode": "A"}
        due |= {"flowCode": flow, "period": year}
        codes = [row["cmdCode"] for row in rows]
        editions = sorted({row["classificationCode"] for row in rows})
        cut = count != len(rows) or count >= PREVIEW_ROWS
        amounts = [row[name] or 0 for row in rows for name in ("primaryValue", "netWgt")]
        given = [{name: row[name] for name in due} for row in rows]
        chapters = [row["primaryValue"] for row in rows if row["cmdCode"] != "TOTAL"]
        total = sum(row["primaryValue"] for row in rows if row["cmdCode"] == "TOTAL")
        bad: dict[str, list[Any]] = {
            "rows that were not asked for": [row for row in given if row != due],
            "values that are no amounts": [one for one in amounts if not 0 <= one < MOST_USD],
            "codes that are no chapter": [code for code in codes if not CHAPTER.fullmatch(code)],
            "codes that repeat": [code for code in set(codes) if codes.count(code) > 1],
            "editions where one is meant": editions if len(editions) > 1 else [],
            "unknown editions": [name for name in editions if not EDITION.fullmatch(name)],
        }
        fits = total > 0 and abs(sum(chapters) - total) <= OFF_TOTAL * total
        wrong = {
            f"{len(rows)} rows; {count} were announced, and {PREVIEW_ROWS} may be cut": cut,
            f"chapters add up to {sum(chapters):,.0f} and the total is {total:,.0f}": not fits,
            f"{len(chapters)} chapters, fewer than {feed.fewest}": len(chapters) < feed.fewest,
        }
        _trusted(wanted.name, bad, wrong)


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
