"""Evidence of notebook 03 on polls: what Russians and Chinese say of each other's country."""

import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError
from analysis.evidence import Figures
from analysis.tables import load

OTHER_QUESTIONS = {"RUS": ("Gallup", "approve"), "CHN": ("ECFR", "ally")}
"""Pollster, and a word of the question, of polls that asked for something else."""


def pew(country: str, about: str) -> pd.Series:
    """Percent of a country with a favourable view of another by year (Pew), or a CoverageError."""
    shares = load("pew_favourability", iso3=country, about=about).set_index("year").share_pct
    if shares.empty:
        raise CoverageError(f"no poll of {name(country)} on {name(about)} is among the data")
    return shares


def polls_by_date() -> pd.DataFrame:
    """Polls of a favourable view or (Levada) a 'good attitude', each once, in order of dates."""
    added = load("opinion_polls_added", measure_as_printed="good attitude")
    listed = load("opinion_polls", answer="favourable")
    both = pd.concat([listed, added.rename(columns={"value": "share_pct"})], ignore_index=True)
    both = both.drop_duplicates(["pollster", "iso3", "about", "year", "share_pct"])
    return both.sort_values("date", kind="stable")


def favourable(state: str, about: str, asked: str) -> tuple[float, str]:
    """Share of favourable views in a poll as in ``support``, percent, and who asked when."""
    if asked == "Pew":
        shares = pew(state, about)
        return float(shares.iloc[-1]), f"Pew, {shares.index[-1]}"
    polls = polls_by_date()
    if asked == "other":
        pollster, word = OTHER_QUESTIONS[state]
        polls = load("opinion_polls_added", pollster=pollster).sort_values("date")
        polls = polls[polls.measure_as_printed.str.contains(word)].assign(share_pct=polls.value)
    poll = polls.query("iso3 == @state and about == @about").iloc[-1]
    return float(poll.share_pct), f"{poll.pollster}, {poll.date}"


def support(*, asked: str = "latest") -> Figures:
    """Figures of C08 by the 'latest' poll, 'Pew', or the last 'other' of ``OTHER_QUESTIONS``."""
    in_russia, russian_poll = favourable("RUS", "CHN", asked)
    in_china, chinese_poll = favourable("CHN", "RUS", asked)
    return {
        "in_russia": in_russia,
        "in_china": in_china,
        "lower": min(in_russia, in_china),
        "russian_poll": russian_poll,
        "chinese_poll": chinese_poll,
    }


def favourable_polls() -> pd.DataFrame:
    """Polls of Russians on China and of Chinese on Russia that asked for a favourable view."""
    polls = polls_by_date().query("about in ['RUS', 'CHN']")
    polls = polls.assign(asked_in=polls.iso3.map(name), about=polls.about.map(name))
    return polls[["date", "pollster", "asked_in", "about", "share_pct"]]


def other_polls() -> Figures:
    """What Pew found last in both countries, and polls that asked whether China is friendly."""
    russian, chinese = pew("RUS", "CHN"), pew("CHN", "RUS")
    friendly = load("opinion_polls", answer="friendly").sort_values("date", kind="stable")
    shares = friendly.share_pct.map(" {:.0f} % ".format)
    return {
        "russian_year": russian.index[-1],
        "in_russia": russian.iloc[-1],
        "chinese_year": chinese.index[-1],
        "in_china": chinese.iloc[-1],
        "friendly": list(friendly.date + shares + "(" + friendly.pollster + ")"),
    }
