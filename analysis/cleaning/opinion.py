"""Opinion polls, in Russia and China of each other, and everywhere of China, Russia and the United
States.
"""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import offenders, require_unique, to_iso3, to_number
from analysis.cleaning.dates import partial_dates, with_address
from analysis.countries import countries
from analysis.errors import RawDataError
from analysis.sources import opinion
from analysis.sources.source import RawStore

ANSWERS = {
    "relations friendly": "friendly", "named friendly": "friendly", "good attitude": "favourable",
    "very + rather favourable": "favourable", "favourable": "favourable", "bad attitude": "unfavourable",
    "rather or very unfavourable": "unfavourable",
}  # fmt: skip
RESPELT = {"PLS": "PSE"}
"""Pew's file keeps an old code for the Palestinian territories."""


def opinion_polls(raw: RawStore) -> pd.DataFrame:
    """Single poll figures on Russia, China and the United States, with the measure in the report's
    words.

    Raises
    ------
    RawDataError
        If a measure is of no known kind, a country unknown, or a share outside 0 to 100.
    """
    published = opinion.read_polls(raw)
    frame = pd.DataFrame(
        {
            "pollster": published.pollster,
            "iso3": to_iso3(published.country_polled, publisher="lists"),
            "about": to_iso3(published.about, publisher="lists"),
            **partial_dates(published.date, what="the polls"),
            "answer": _answers(published.measure),
            "share_pct": to_number(published.value_pct, what="the polls"),
            "measure_as_printed": published.measure,
        }
    )
    keys = ["pollster", "about", "date", "answer"]
    _shares_or_stop(frame, keys)
    require_unique(frame, keys, what="the polls")
    found = with_address(frame, published.source_url, table="opinion_polls", keys=keys)
    return found.sort_values(keys).reset_index(drop=True)


def _answers(measures: pd.Series) -> pd.Series:
    found = pd.Series("", index=measures.index)
    for words, answer in ANSWERS.items():
        found = found.mask((found == "") & measures.str.startswith(words), answer)
    if (found == "").any():
        raise RawDataError(
            f"the polls measure {sorted(set(measures[found == '']))}", allowed=", ".join(ANSWERS)
        )
    return found


def _shares_or_stop(frame: pd.DataFrame, keys: list[str]) -> None:
    outside = frame[~frame.share_pct.between(0, 100)]
    if len(outside):
        raise RawDataError(
            f"shares must lie between 0 and 100 percent: {offenders(outside, [*keys, 'share_pct'])}"
        )


def pew_favourability(raw: RawStore) -> pd.DataFrame:
    """Share with a favourable view by country polled, country asked about and year (Pew), known
    errors left out.
    """
    published = opinion.read_pew(raw)
    strange = sorted(set(published.suspect) - {"True", "False"})
    if strange:
        raise RawDataError(f"Pew's file marks rows as {strange}", allowed="True, False")
    published = published[published.suspect == "False"]
    frame = pd.DataFrame(
        {
            "iso3": published.sta.replace(RESPELT),
            "about": published.about,
            "year": to_number(published.wav, what="Pew").astype(int),
            "share_pct": to_number(published.fav_pct, what="Pew"),
        }
    )
    unknown = sorted((set(frame.iso3) | set(frame.about)) - set(countries().index))
    if unknown:
        raise RawDataError(
            f"Pew's file names countries that are not in the reference list: {unknown}"
        )
    keys = ["iso3", "about", "year"]
    _shares_or_stop(frame, keys)
    require_unique(frame, keys, what="Pew")
    return frame.sort_values(keys).reset_index(drop=True)
