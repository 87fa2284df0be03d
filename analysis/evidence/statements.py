"""Evidence of notebook 10 from lists of what was said and done, which cannot show what was not."""

import pandas as pd

from analysis.evidence import Figures
from analysis.tables import load

HIMSELF = "Xi Jinping"
BY_OTHERS_ONLY = "not in the Chinese readout"
"""Words of the list's note where China's own readout leaves a statement out."""


def on_the_war() -> pd.DataFrame:
    """Rows of ``nuclear_statements`` since the invasion that leaders made."""
    return load("nuclear_statements", level="leader").query("date >= '2022-02-24'")


def nuclear_warnings(*, first_year: int, jointly: bool = False, naming: bool = False) -> Figures:
    """Figures of C71: Xi's statements on nuclear use, with joint ones, or those naming Russia."""
    rows = on_the_war().query("year >= @first_year")
    rows = rows[rows.speaker.str.contains("Xi") if jointly else rows.speaker == HIMSELF]
    names_russia = rows.names_russia == "yes"
    counted = rows[names_russia] if naming else rows
    return {
        "by_anyone": len(counted),
        "by_china": int((~counted.note.str.contains(BY_OTHERS_ONLY)).sum()),
        "names_russia": int(names_russia.sum()),
        "occasions": list(counted.date + " to " + counted.to_whom),
        **counted.year.agg(first="min", last="max"),
    }


def on_chinas_concerns() -> tuple[int, int]:
    """How often China's leader named Russia with concern, and Russia's granted that he has some."""
    rows = on_the_war()
    own = rows.query("speaker == @HIMSELF and names_russia == 'yes'")
    return len(own), int((rows.speaker == "Putin on China").sum())


def displeasure(*, since: int = 0, third_parties: bool = True, coolness: bool = True) -> Figures:
    """Figures of C53: reports of displeasure, acts that bear it out, and China's public line."""
    rows = load("north_korea_events").query("year >= @since")
    reports = rows[rows.reads_as.str.startswith("displeasure")]
    if not third_parties:
        reports = reports[~reports.reads_as.str.contains("third party")]
    acts = rows[rows.reads_as.isin(["split", "coolness with Pyongyang"] if coolness else ["split"])]
    trade = load("north_korea_trade").iloc[-1]
    return {
        "reports": len(reports),
        "acts": len(acts),
        "acts_named": "; ".join(acts.event),
        "denials": int(rows.reads_as.isin(["denial", "neutral"]).sum()),
        "trade_year": int(trade.year),
        "trade_growth_pct": float(trade.growth_pct),
    }


def trade_with_north_korea() -> pd.DataFrame:
    """China's trade with North Korea by year as China customs is cited, USD billion."""
    rows = load("north_korea_trade")
    return pd.DataFrame({"year": rows.year, "turnover_usd_bn": rows.turnover_usd_mn / 1000})
