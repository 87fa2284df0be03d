"""Evidence of notebook 01 on the split: the quarrel, the stop of trade, and the clash of 1969."""

from typing import Literal

import pandas as pd

from analysis.evidence import Figures
from analysis.evidence.a_quiet_border import (
    CODED_TO,
    around,
    compared_as,
    disputes_of,
    p_of_second_higher,
    second_too_many,
)
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.tables import load
from analysis.tables.views import false_figures

MOSCOW_AND_BEIJING = ["CHN", "SUN"]
SOVIET_ENDS = 1991
DEATHS = ("no", "1-25", "26-100", "101-250", "251-500", "501-999", "1,000 or more")
LEAST_DEATHS = (0, 1, 26, 101, 251, 501, 1000)
"""Ranges of battle deaths by level in the dispute data, from 0 to 6, and the fewest of each."""
LEAST_OF_INTENSITY = {"minor": 25, "war": 1000}
"""Fewest battle deaths of a year that UCDP calls by each word."""


def turnover_by_source() -> dict[str, pd.Series]:
    """Soviet trade with China both ways, USD million by year: 'Correlates of War' (imports of both,
    1950-1991) and 'cited' (outturns with an address, the first listed); known years only.
    """
    rows = load("sino_soviet_trade", measure="turnover")
    whole = rows[rows.outturn & rows.usd_mn.notna() & (rows.period != "first nine months")]
    return {
        "Correlates of War": imports_of_both().dropna().loc[1950:SOVIET_ENDS],
        "cited": whole.drop_duplicates("year").set_index("year").usd_mn.sort_index(),
    }


def imports_of_both() -> pd.Series:
    """What the Soviet Union and China bought from each other, USD mn by year; missing if one is."""
    rows = load("cow_trade", reporter=MOSCOW_AND_BEIJING, partner=MOSCOW_AND_BEIJING)
    return rows.groupby("year").value_usd_mn.sum(min_count=2)


def false_zeros() -> pd.Series:
    """Sino-Soviet trade that Correlates of War publishes and that is false, USD million by year."""
    rows = false_figures("cow_trade")
    ends = rows[["reporter", "partner"]].isin(MOSCOW_AND_BEIJING).all(axis=1)
    return rows[ends].groupby("year").published_usd_mn.sum()


def soviet_share_of_china(*, last_year: int) -> pd.Series:
    """The Soviet Union in China's trade by year, percent (Correlates of War); known years only."""
    totals = load("cow_trade_totals", reporter="CHN").groupby("year").value_usd_mn.sum(min_count=2)
    shares = 100 * turnover_by_source()["Correlates of War"] / totals
    return shares.dropna().loc[:last_year]


def first_fall(levels: pd.Series, *, below: float = 1.0) -> int | None:
    """First year that fell below so many times the year before; gaps are passed over."""
    fallen = levels.index[levels < below * levels.reindex(levels.index - 1).to_numpy()]
    return int(fallen[0]) if len(fallen) else None


def quarrel(
    *, sought_from: int, sought_to: int, below: float = 1.0, last_peak: bool = False
) -> Figures:
    """Figures of C09: years of the first fall, or the peak, of arms and trade; first dispute."""
    sought = {
        "arms": load("arms_transfers").set_index("year").tiv_even_split_mn,
        "trade": turnover_by_source()["cited" if last_peak else "Correlates of War"],
    }
    years = {}
    for sign, whole in sought.items():
        levels = whole.loc[sought_from:sought_to]
        years[sign] = int(str(levels.idxmax())) if last_peak else first_fall(levels, below=below)
    begun = disputes_of("CHN", "RUS").start_year
    years["dispute"] = int(begun[begun >= sought_from].min())
    return {**years, "signs": [year for year in years.values() if year is not None]}


def clash_of_1969() -> Figures:
    """Codes of the Sino-Soviet dispute of 1969."""
    clash = disputes_of("CHN", "RUS").query("start_year == 1969").iloc[0]
    codes = clash[["hostility", "fatality_level", "territorial"]].astype(int)
    return {**codes, "deaths": DEATHS[codes.fatality_level]}


def lists_of_wars() -> pd.DataFrame:
    """What lists of wars have between the two in 1969: source, year, intensity."""
    listed = load("interstate_conflicts", year=1969, state_a="CHN", state_b="RUS")
    return listed[["source", "year", "intensity"]]


def border_war(*, source: Literal["disputes", "UCDP", "CIA"] = "disputes") -> Figures:
    """Figures of C10, deaths by a source: the CIA's 'several hundred' are read as 200."""
    clash, wars = clash_of_1969(), lists_of_wars()
    publishers = wars.source.str.partition("_")[0].str.upper()
    least, said = LEAST_DEATHS[clash["fatality_level"]], f"{clash['deaths']} battle deaths"
    if source == "UCDP":
        least = max((LEAST_OF_INTENSITY[word] for word in wars.intensity), default=0)
        said = f"{least:,} battle deaths or more"
    elif source == "CIA":
        report = load("nuclear_hints_1969", event="CIA: border clashes of 1969")
        least, said = 200, f"border clashes {report.quote.iloc[0]}"
    return {
        "hostility": clash["hostility"],
        "over_territory": bool(clash["territorial"]),
        "least_deaths": least,
        "deaths": said,
        "elsewhere": list(publishers + " lists a " + wars.intensity + " conflict")
        or "no other list has it",
    }


def lively_trade(*, last_year: int) -> Figures:
    """Figures of C12: the largest Soviet share in China's trade to a year; readings as cited."""
    shares = soviet_share_of_china(last_year=last_year)
    cited = load("sino_soviet_trade", unit="per cent").query("measure.str.contains('share')")
    periods = cited.period.where(cited.period != "annual", cited.year.astype(str))
    by_name = cited.set_axis(cited.publisher + ", " + periods).value
    return {
        "peak_pct": float(shares.max()),
        "peak_year": int(str(shares.idxmax())),
        "readings": {name: {"peak_pct": float(share)} for name, share in by_name.items()},
    }


def stop_of_trade(
    *,
    peak_year: int,
    trough_by: int,
    almost_pct: float,
    year: int | None = None,
    constant_dollars: bool = False,
) -> Figures:
    """Figures of C13: the fall of cited trade, USD million, to the lowest or an asked year."""
    cited = turnover_by_source()["cited"]
    low = year or int(str(cited.loc[peak_year:trough_by].idxmin()))
    levels = in_constant_dollars(cited) if constant_dollars else cited
    peak, level = float(levels[peak_year]), float(levels[low])
    return {
        "peak": peak,
        "low_year": low,
        "level": level,
        "fall_pct": 100 * (1 - level / peak),
        "most_for_a_stop": peak * (1 - almost_pct / 100),
    }


def hostile_decades(
    *, first_year: int, last_year: int, p_value: float, least_hostility: int = 0
) -> Figures:
    """Figures of C15, of disputes of a level of hostility or more (4 is the use of force)."""
    counted = disputes_of("CHN", "RUS").query("hostility >= @least_hostility")
    compared = around(counted, first=first_year, cut=last_year)
    begun = counted.query("@first_year <= start_year <= @last_year").start_year
    return {
        **compared_as(compared, "before", "since"),
        "decades": (begun // 10).nunique(),
        "since": last_year + 1,
        "coded_to": CODED_TO,
        "p_of_rise": p_of_second_higher(compared),
        "too_many_since": second_too_many(compared, p_value=p_value),
    }


def around_the_stop() -> Figures:
    """False zeros and cited figures, USD million, and Soviet shares before, percent, by year."""
    levels = {
        "zeros": false_zeros(),
        "cited": turnover_by_source()["cited"].loc[1955:1975],
        "shares": soviet_share_of_china(last_year=1962),
    }
    return {
        what: [f"{year}: {v:,.0f}" for year, v in each.items()] for what, each in levels.items()
    }
