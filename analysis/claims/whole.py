"""Judges of notebook 12, on the whole relationship: is it a singular success, and will it outlive
its maker?
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import ESSAY, claim
from analysis.countries import name
from analysis.measures.growth import at_years
from analysis.tables import load
from analysis.tables.views import partners, politics_and_trade

LARGEST = 10
"""How many of Russia's partners are compared."""
ESSAY_YEAR = int(ESSAY[:4])
AFTER = 2
"""Years after a leader's exit at which the rule of C02 looks."""


def gains(*, first: int, last: int, chosen_in: int = 2021) -> pd.DataFrame:
    """How Russia's ties with each large partner changed between two years.

    Parameters
    ----------
    first, last : int
        Years compared; ``last`` to 2024.
    chosen_in : int
        Year whose ten largest partners are compared.

    Returns
    -------
    DataFrame indexed by partner (ISO3) with trade (change of the partner's share in Russia's goods
    trade, points; missing where a year was not recorded) and votes (fall of the distance in the UN,
    units of the ideal-point scale; positive is closer).
    """
    large = list(partners("RUS", year=chosen_in).partner[:LARGEST])
    shares = {
        year: partners("RUS", year=year).set_index("partner").share_pct.reindex(large)
        for year in (first, last)
    }
    known = load("ideal_points", release="2025_07", year=[first, last])
    points = known.pivot(index="iso3", columns="year", values="ideal_point")
    distance = (points.loc[large] - points.loc["RUS"]).abs()
    return pd.DataFrame(
        {"trade": shares[last] - shares[first], "votes": distance[first] - distance[last]}
    ).rename_axis("partner")  # fmt: skip


def standing_among(table: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Place of one partner in each column: rank from the largest, and of how many."""
    ranks = table.rank(ascending=False, method="min").loc[partner]
    return pd.DataFrame({"rank": ranks.astype(int), "of": table.notna().sum()})


def singular(places: pd.DataFrame) -> str:
    """Label of 'a singular success': first in two measures or more and last in none, or in the
    lower half in two.

    Parameters
    ----------
    places : DataFrame from ``standing_among``, one row per measure.
    """
    first = (places["rank"] == 1).sum()
    last = (places["rank"] == places["of"]).any()
    lower = (places["rank"] > places["of"] / 2).sum()
    if first >= 2 and not last:
        return "evidence for"
    return "evidence against" if lower >= 2 else "mixed"


def judge_singular() -> Verdict:
    """C01: closeness to China is a singular success among Russia's foreign ties."""
    this = claim("C01")
    first, last = int(this.thresholds["first_year"]), int(this.thresholds["last_year"])
    table = gains(first=first, last=last)
    places = standing_among(table, "CHN")
    readings = {
        "to 2021, as Russia reported": gains(first=first, last=2021),
        "since 2013": gains(first=2013, last=last),
        "ten largest partners of 2024": gains(first=first, last=last, chosen_in=2024),
        "ten largest partners of 2000": gains(first=first, last=last, chosen_in=2000),
    }
    return Verdict(
        claim=this,
        label=singular(places),
        value=float(table.trade["CHN"]),
        unit="points of China's share in Russia's trade",
        measured=(
            f"China's share in Russia's trade {table.trade['CHN']:+.1f} points, {first}-{last}"
            f" ({_place(places, 'trade')}); UN distance to China {-table.votes['CHN']:+.2f}"
            f" ({_place(places, 'votes')})"
        ),
        sources=("IMF, Russia with its partners (estimates from 2022)", "UN ideal points"),
        caveats=(
            (
                "Visits are recorded for China only, so the third measure of the rule cannot be"
                " compared."
            ),
            "Russia's trade with Kazakhstan is missing in 2024.",
            "A partner's share rises when others' fall: the West's departure lifts China's.",
            (
                "Shares are of the partners that are named; of the published totals China's"
                f" changed by {_of_totals('CHN', first, last):+.1f} points."
            ),
        ),
        flip=f"A partner whose distance in the UN fell by more than China's, now {_next(table)}",
        variants=tuple(
            Variant(
                name=label,
                measured=f"trade {_place(found, 'trade')}, votes {_place(found, 'votes')}",
                label=singular(found),
            )
            for label, found in (
                (label, standing_among(rows, "CHN")) for label, rows in readings.items()
            )
        ),
    )


def _of_totals(partner: str, first: int, last: int) -> float:
    """Change of a partner's share in Russia's trade, points, over totals that hold trade with no
    partner named.
    """
    totals = (
        load("trade_totals", reporter="RUS", year=[first, last]).groupby("year").value_usd_mn.sum()
        / 1000
    )
    trade = {
        year: partners("RUS", year=year).set_index("partner").total_usd_bn[partner]
        for year in (first, last)
    }
    return float(100 * (trade[last] / totals[last] - trade[first] / totals[first]))


def _place(places: pd.DataFrame, measure: str) -> str:
    rank, of = places.loc[measure, ["rank", "of"]].astype(int)
    return f"number {rank} of {of}"


def _next(table: pd.DataFrame) -> str:
    """The partner nearest to China in the change of votes, in words."""
    others = table.votes.drop("CHN")
    nearest = str(others.idxmax())
    return f"{name(nearest)} with {-others.max():+.2f} against China's {-table.votes['CHN']:+.2f}"


@cache
def _from_both_sides() -> pd.DataFrame:
    """Every pair and year seen from each of its states, with the partner's place in the state's
    trade of the year.
    """
    dyads = politics_and_trade()
    both = pd.concat([dyads.assign(iso3=dyads.state_a), dyads.assign(iso3=dyads.state_b)])
    return both.assign(
        place=both.groupby(["iso3", "year"]).share_pct.rank(ascending=False, method="first")
    )


@cache
def after_exits(*, least_years: int, largest_only: bool = True) -> pd.DataFrame:
    """How far states moved from their largest trading partner when a leader who had stayed long
    left.

    Parameters
    ----------
    least_years : int
        Years in office before the exit.
    largest_only : bool
        The partner with the largest share only, rather than the five largest.

    Returns
    -------
    DataFrame with pair, year (of the exit), distance and share (absolute changes from the year
    before the exit to ``AFTER`` years after it, in units of the ideal-point scale and points).
    """
    dyads = politics_and_trade()
    both = _from_both_sides()
    close = both[both.place <= (1 if largest_only else 5)]
    leaders = load("leaders")
    stayed = leaders.year - leaders.start_date.str.slice(0, 4).astype(int)
    exits = leaders.loc[stayed >= least_years, ["iso3", "year"]].drop_duplicates()
    start = exits.assign(exit=exits.year, year=exits.year - 1).merge(close, on=["iso3", "year"])
    later = dyads[["pair", "year", "distance", "share_pct"]].assign(year=dyads.year - AFTER - 1)
    moved = start.merge(later, on=["pair", "year"], suffixes=("", "_later"))
    return pd.DataFrame(
        {"pair": moved.pair, "year": moved.exit, "distance": (moved.distance_later - moved.distance).abs(),
         "share": (moved.share_pct_later - moved.share_pct).abs()}
    )  # fmt: skip


def outlasts(
    years_since_exit: float | None, *, moved: dict[str, tuple[float, float]], wait: float
) -> str:
    """Label of 'the policy outlasts its maker': changes since the exit against what half of such
    exits bring.

    Parameters
    ----------
    years_since_exit : float or None
        None while the leader is in office.
    moved : dict of measure to (change since the exit, median change after exits elsewhere)
    wait : float
        Years that must have passed.
    """
    if years_since_exit is None or years_since_exit < wait:
        return "too early"
    return "on track" if all(change <= usual for change, usual in moved.values()) else "off track"


def leader_left() -> int | None:
    """Year in which Russia's leader at the time of the essay left, None while no such exit is
    listed.
    """
    exits = load("leaders", iso3="RUS").query("year >= @ESSAY_YEAR and exit != 'still in office'")
    return int(exits.year.min()) if len(exits) else None


def moved_since(left: int, usual: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Change of Russia and China from the year before an exit to ``AFTER`` years after it, beside
    the usual one.

    Parameters
    ----------
    usual : DataFrame from ``after_exits``.

    Raises
    ------
    MissingYearError
        Where one of the two years is not in the panel of votes and trade.
    """
    pair = politics_and_trade().query("pair == 'CHN-RUS'").set_index("year")
    ends = (
        at_years(pair.distance, [left - 1, left + AFTER]),
        at_years(pair.share_pct, [left - 1, left + AFTER]),
    )
    distance, share = (float(abs(end.iloc[-1] - end.iloc[0])) for end in ends)
    return {
        "votes": (distance, float(usual.distance.median())),
        "trade": (share, float(usual.share.median())),
    }


def judge_outlasts() -> Verdict:
    """C02: the policy outlasts Russia's present leader."""
    this = claim("C02")
    wait, least = this.thresholds["wait_years"], int(this.thresholds["least_years_in_office"])
    usual, left = after_exits(least_years=least), leader_left()
    listed = int(load("leaders").year.max())
    known = int(load("ideal_points").year.max())
    since = None if left is None else float(known - left)
    moved = moved_since(left, usual) if left is not None and known - left >= wait else {}
    label = outlasts(since, moved=moved, wait=wait)
    readings = {
        "after 5 years in office": after_exits(least_years=5),
        "after 15 years in office": after_exits(least_years=15),
        "five largest partners": after_exits(least_years=least, largest_only=False),
    }
    return Verdict(
        claim=this,
        label=label,
        value=float(usual.distance.median()),
        unit="units of the ideal-point scale, median change after such an exit",
        measured=(
            f"{'the event has not come' if left is None else f'he left in {left}'}; {_usual(usual)}"
        ),
        sources=("Archigos, exits to 2015", "UN ideal points", "IMF world panel"),
        caveats=(
            "A base rate of very different states; whether this pair is like them is a judgement.",
            (
                f"The list of leaders ends in {listed}: a later exit would have to be added to it"
                " to be seen here."
            ),
        ),
        flip=f"The leader's exit, and {wait:.0f} years of votes and trade after it",
        variants=tuple(
            Variant(name=words, measured=_usual(rows), label=label, independent=False)
            for words, rows in readings.items()
        ),
    )


def _usual(rows: pd.DataFrame) -> str:
    return (
        f"after {len(rows):,} exits elsewhere half of the states moved {rows.distance.median():.2f}"
        f" or less in the UN and {rows.share.median():.1f} points or less in trade"
    )


JUDGES = {"C01": judge_singular, "C02": judge_outlasts}
