"""Judges of notebook 01: the quarrel, the stop of trade, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from analysis.claims.border import disputes_of
from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.countries import iso3, name
from analysis.errors import CoverageError
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.evidence.votes import distance_by_year
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load
from analysis.tables.views import pair_trade

SOVIET_ENDS = 1991
FORCE, WAR = 4, 5
FEWEST_YEARS = 10
"""Years of trade below which falls and breaks are not looked for."""


def turnover_by_source() -> dict[str, pd.Series]:
    """Trade of the Soviet Union and China, both ways, USD million by year and source.

    Keys are 'Correlates of War' (imports of both, 1950-1991) and 'cited' (Sino-Soviet figures with
    an address, outturns of the total; the first listed where two are cited for a year). Years
    without a figure are absent.
    """
    pair = load("cow_trade", reporter=["CHN", "SUN"], partner=["CHN", "SUN"])
    cow = (
        pair[pair.year.between(1950, SOVIET_ENDS)]
        .groupby("year")
        .value_usd_mn.sum(min_count=2)
        .dropna()
    )
    rows = load("sino_soviet_trade", measure="turnover")
    whole = rows[rows.outturn & rows.usd_mn.notna() & (rows.period != "first nine months")]
    return {
        "Correlates of War": cow,
        "cited": whole.drop_duplicates("year").set_index("year").usd_mn.sort_index(),
    }


def trade_since_1978(*, constant_dollars: bool = False) -> pd.Series:
    """China's trade with the Soviet Union (to 1991) and Russia (since), as China reported it, USD
    billion by year.
    """
    soviet = pair_trade("CHN", "SUN").set_index("year").total_usd_bn
    russia = pair_trade("CHN", "RUS", source="china_customs").set_index("year").total_usd_bn
    whole = pd.concat(
        [soviet[soviet.index <= SOVIET_ENDS], russia[russia.index > SOVIET_ENDS]]
    ).dropna()
    return in_constant_dollars(whole) if constant_dollars else whole


def real_trade(home: str, partner: str, *, first_year: int) -> pd.Series:
    """Trade of a pair by year in USD billion of 2017, as home reported it; China's since 1978 for
    Russia and China.

    Raises
    ------
    CoverageError
        If there are fewer than ten years from the first, or years are missing in between.
    """
    if {iso3(home), iso3(partner)} == {"RUS", "CHN"}:
        levels = trade_since_1978(constant_dollars=True)
    else:
        levels = in_constant_dollars(
            pair_trade(home, partner).set_index("year").total_usd_bn.dropna()
        )
    levels = levels.loc[first_year:]
    years = list(levels.index)
    if len(years) < FEWEST_YEARS or years != list(range(years[0], years[-1] + 1)):
        raise CoverageError(
            f"{name(iso3(home))} and {name(iso3(partner))} have {len(years)} years of known trade"
            f" from {first_year} on",
            allowed=f"{FEWEST_YEARS} years or more without a gap",
            do="choose another first year or pair",
        )
    return levels


def agreement_by_year(home: str, partner: str, *, first: int = 1972) -> pd.Series:
    """Lijphart's index of agreement of two states in the General Assembly by year; all votes that
    both cast.
    """
    votes = load("unga_votes", iso3=[home, partner])
    years = load("unga_rollcalls").set_index("rcid").year
    votes = votes.assign(year=votes.rcid.map(years))
    table = agreement_with_all(votes[votes.year >= first], home=home, by="year")
    return table.set_index("year").agreement


Parts = Mapping[str, tuple[float | None, float | None]]
"""For each measure the part of its rise that was there by 1999 and by 2011; None where it did not
rise."""


class Fall(NamedTuple):
    """A fall of a measure: the year before it, how deep it went, and after how many years that
    level was regained.
    """

    since: int
    depth_pct: float
    recovered_after: int | None


def falls(levels: pd.Series, *, deep_pct: float) -> list[Fall]:
    """Falls for two years running, or by more than so many percent in one.

    Parameters
    ----------
    levels : Series of float indexed by year, a year for each without gaps.

    Returns
    -------
    list of Fall, in the order of time; a fall that begins before an earlier one is regained is part
    of that one.
    """
    change = levels.pct_change(fill_method=None)
    found: list[Fall] = []
    regained = int(levels.index[0])
    for year in levels.index[1:]:
        twice = change[year] < 0 and year + 1 in change.index and change[year + 1] < 0
        if year <= regained or not (twice or change[year] < -deep_pct / 100):
            continue
        before = levels[year - 1]
        later = levels.loc[year:]
        back = later.index[later >= before]
        lowest = later.loc[: back[0]].min() if len(back) else later.min()
        regained = int(back[0]) if len(back) else int(levels.index[-1])
        after = int(back[0] - year + 1) if len(back) else None
        found.append(Fall(int(year - 1), float(100 * (1 - lowest / before)), after))
    return found


def uninterrupted(found: Sequence[Fall], *, longest_recovery: float) -> str:
    """Label of 'generally uninterrupted': no such fall, or each regained in time."""
    if not found:
        return "holds"
    in_time = all(
        one.recovered_after is not None and one.recovered_after <= longest_recovery for one in found
    )
    return "holds with caveats" if in_time else "does not hold"


def judge_uninterrupted() -> Verdict:
    """C04: ties improved almost without interruption since the mid-1980s."""
    this = claim("C04")
    first, deep, longest = (
        this.thresholds[k] for k in ("first_year", "deep_pct", "longest_recovery")
    )
    start = int(first)
    measures = {
        "trade": trade_since_1978().loc[start:],
        "agreement": agreement_by_year("RUS", "CHN").loc[start:],
    }
    readings = {
        "trade in constant dollars alone": [trade_since_1978(constant_dollars=True).loc[start:]],
        "agreement in the UN alone": [measures["agreement"]],
        "trade since 1996": [measures["trade"].loc[1996:]],
        "trade since 2000": [measures["trade"].loc[2000:]],
    }
    by_measure = {name: falls(levels, deep_pct=deep) for name, levels in measures.items()}
    everything = [one for found in by_measure.values() for one in found]
    worst = max(
        by_measure["trade"] or everything, key=lambda one: one.recovered_after or 99, default=None
    )
    return Verdict(
        claim=this,
        label=uninterrupted(everything, longest_recovery=longest),
        value=worst.depth_pct if worst else 0.0,
        unit="percent, depth of the fall of trade that took longest to regain",
        measured="; ".join(f"{name}: {_told(found)}" for name, found in by_measure.items()),
        sources=("China's reports to the IMF and China customs", "UN roll calls"),
        caveats=(
            (
                "The fall of the early 1990s is Russia's collapse at home as much as a change of"
                " policy."
            ),
        ),
        flip=(
            f"The level of {worst.since} regained by {worst.since + int(longest)}, and agreement"
            " likewise"
            if worst
            else f"A fall by more than {deep:.0f} % in a year, or for two years running"
        ),
        variants=tuple(_fallen(name, series, deep, longest) for name, series in readings.items()),
    )


def _closeness() -> pd.Series:
    """Largest distance of ideal points less that of the year, so that it rises as the two come
    closer.
    """
    distance = distance_by_year("RUS", "CHN").set_index("year").distance
    return distance.max() - distance


def _told(found: Sequence[Fall]) -> str:
    told = [
        f"{one.since} by {one.depth_pct:.0f} % ("
        + (f"{one.recovered_after} years to regain" if one.recovered_after else "not regained")
        + ")"
        for one in found
    ]
    return "falls after " + ", ".join(told) if told else "no such fall"


def _fallen(name: str, series: Sequence[pd.Series], deep: float, longest: float) -> Variant:
    found = [one for levels in series for one in falls(levels, deep_pct=deep)]
    return Variant(
        name=name, measured=_told(found), label=uninterrupted(found, longest_recovery=longest)
    )


def share_before(levels: pd.Series, *, first: int, last: int, year: int) -> float | None:
    """Part of the rise from the first to the last year that was there by a year; None where there
    was no rise.
    """
    rise = float(levels[last] - levels[first])
    return float(levels[year] - levels[first]) / rise if rise > 0 else None


def earlier_roots(parts: Parts, *, least: float) -> str:
    """Label of 'the roots go deeper': for each measure the part of its rise by 1999 and by 2011."""
    deep = sum(
        by_2011 is not None and by_2011 >= least and by_1999 is not None and by_1999 > 0
        for by_1999, by_2011 in parts.values()
    )
    return "holds" if deep >= 2 else "holds with caveats" if deep == 1 else "does not hold"


def china_in_soviet_and_russian_trade() -> pd.Series:
    """China's share in the trade of the Soviet Union, then Russia, by Moscow's books, percent by
    year, 1985-2024.
    """
    bought = (
        load("cow_trade", reporter=["SUN", "CHN"], partner=["SUN", "CHN"])
        .groupby("year")
        .value_usd_mn.sum(min_count=2)
    )
    totals = load("cow_trade_totals", reporter="SUN").groupby("year").value_usd_mn.sum(min_count=2)
    soviet = (100 * bought / totals).dropna().loc[1985:SOVIET_ENDS]
    trade = pair_trade("RUS", "CHN", source="imf_home").set_index("year").total_usd_bn
    books = load("trade_totals", reporter="RUS").drop_duplicates(["flow", "year"], keep="last")
    world = books.groupby("year").value_usd_mn.sum(min_count=2) / 1000
    return pd.concat([soviet, (100 * trade / world).dropna()])


def _roots(first: int, last: int) -> Parts:
    measures = {
        "share in Moscow's trade": china_in_soviet_and_russian_trade(),
        "agreement in the UN": agreement_by_year("RUS", "CHN"),
        "closeness of ideal points": _closeness(),
    }
    return {
        name: (
            share_before(s, first=first, last=last, year=1999),
            share_before(s, first=first, last=last, year=2011),
        )
        for name, s in measures.items()
    }


def judge_roots() -> Verdict:
    """C03: the alignment began before Putin and Xi."""
    this = claim("C03")
    least, first, last = (this.thresholds[k] for k in ("least_share", "first_year", "last_year"))
    parts = _roots(int(first), int(last))
    real = trade_since_1978(constant_dollars=True)
    by_years = {
        year: share_before(real, first=int(first), last=int(last), year=year)
        for year in (1999, 2011)
    }
    with_real = {**parts, "share in Moscow's trade": (by_years[1999], by_years[2011])}
    readings = {
        "trade in constant dollars instead of its share": with_real,
        "since 1992": _roots(1992, int(last)),
        "to 2021": _roots(int(first), 2021),
    }
    return Verdict(
        claim=this,
        label=earlier_roots(parts, least=least),
        value=100 * (parts["closeness of ideal points"][1] or 0.0),
        unit="percent of the rise of closeness in the UN that was there by 2011",
        measured=_said(parts),
        sources=("Correlates of War and IMF", "UN roll calls", "UN ideal points"),
        caveats=(
            "Moscow is the Soviet Union to 1991 and Russia since: two states, counted as one here.",
        ),
        flip="A rise of agreement in the UN since 1985, of which a third came before 2012",
        variants=tuple(
            Variant(name=name, measured=_said(found), label=earlier_roots(found, least=least))
            for name, found in readings.items()
        ),
    )


def _said(parts: Parts) -> str:
    told = []
    for measure, (by_1999, by_2011) in parts.items():
        if by_1999 is None or by_2011 is None:
            told.append(f"{measure} did not rise")
        else:
            told.append(
                f"{measure} {100 * by_1999:.0f} % by 1999 and {100 * by_2011:.0f} % by 2011"
            )
    return "; ".join(told)


def first_fall(levels: pd.Series) -> int | None:
    """First year whose level is below that of the year before; years without a neighbour are passed
    over.
    """
    fallen = levels[levels.diff() < 0]
    known = [year for year in fallen.index if year - 1 in levels.index]
    return int(known[0]) if known else None


def quarrelled(years: Mapping[str, int | None], *, first: float, last: float) -> str:
    """Label of 'they fell out in the late 1950s': how many of the signs date from those years."""
    inside = sum(year is not None and first <= year <= last for year in years.values())
    return "holds" if inside >= 2 else "holds with caveats" if inside == 1 else "does not hold"


def judge_quarrel() -> Verdict:
    """C09: the two fell out in the late 1950s."""
    this = claim("C09")
    span = {"first": this.thresholds["first_year"], "last": this.thresholds["last_year"]}
    arms = load("arms_transfers").set_index("year").tiv_even_split_mn
    trade = turnover_by_source()["Correlates of War"]
    dispute = int(disputes_of("CHN", "RUS").query("start_year >= 1950").start_year.min())
    signs = {
        "arms": first_fall(arms),
        "trade": first_fall(trade.loc[1950:1957]),
        "dispute": dispute,
    }
    halved = {"arms": _first_halving(arms), "trade": None, "dispute": dispute}
    lasting = {
        "arms": _last_peak(arms),
        "trade": _last_peak(turnover_by_source()["cited"].loc[:1970]),
        "dispute": dispute,
    }
    return Verdict(
        claim=this,
        label=quarrelled(signs, **span),
        value=float(signs["trade"] or 0),
        unit="year of the first fall of trade",
        measured=(
            f"first fall of arms {signs['arms']}, of trade {signs['trade']}; first dispute"
            f" {signs['dispute']}"
        ),
        sources=("SIPRI, even split", "Correlates of War"),
        caveats=(
            "A first fall need not be a quarrel: arms fell in 1951 in the midst of the alliance.",
            "Trade is not recorded for 1958 and from 1960; the cited peak is 1959.",
        ),
        flip="A coded dispute, or a first fall of arms, in 1957-1960",
        variants=(
            Variant(
                name="first year in which the level halved",
                measured=_years(halved),
                label=quarrelled(halved, **span),
            ),
            Variant(
                name="year of the last peak before the decline",
                measured=_years(lasting),
                label=quarrelled(lasting, **span),
            ),
        ),
    )


def _first_halving(levels: pd.Series) -> int | None:
    halved = levels[levels < 0.5 * levels.shift(1)]
    return int(halved.index[0]) if len(halved) else None


def _last_peak(levels: pd.Series) -> int:
    """Year of the highest level to 1970."""
    years = levels.loc[:1970]
    return int(str(years.idxmax()))


def _years(signs: Mapping[str, int | None]) -> str:
    return ", ".join(
        f"{name} {year if year is not None else 'not to be had'}" for name, year in signs.items()
    )


JUDGES = {"C03": judge_roots, "C04": judge_uninterrupted, "C09": judge_quarrel}
