"""Figures of notebook 01: trade before and after the split, falls since 1985, votes, distances."""

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.countries import name
from analysis.evidence.states import pair
from analysis.evidence.the_thaw import falls
from analysis.figures.canvas import canvas, on_any_screen
from analysis.figures.marks import line, log_scale, mark, write
from analysis.figures.style import GREY, LIGHT, POINT, SECOND

SPANS = {"1984-88": (1984, 1988), "1991-95": (1991, 1995)}
"""Spans of years whose mean agreement stands in the title."""
EXPELLED = 1966
"""Year in which the last Chinese students had to leave, as cited in students_exchanged."""


@on_any_screen
def plot_turnover(series: Mapping[str, pd.Series], *, removed: pd.Series) -> Axes:
    """Trade before and after the split, 1950-1985, by source, USD million, the last one the point;
    years without a figure shown as missing, figures ``removed`` as false as crosses.
    """
    shown = {source: values.loc[1950:1985] for source, values in series.items()}
    point = list(shown)[-1]
    split = shown[point].loc[:1975]
    peak, most = split.idxmax(), split.max()
    fallen = split.loc[peak:]
    low = fallen.idxmin()
    known = sorted({year for values in shown.values() for year in values.index})
    before, after = max(pairwise(known), key=lambda ends: ends[1] - ends[0])
    ax = canvas(
        f"Sino-Soviet trade fell from {most:,.0f} million dollars in {peak} to"
        f" {fallen.min():.0f} in {low}",
        unit="Trade both ways, current USD million a year",
        source="Correlates of War trade 4.0; Sino-Soviet figures as cited in sino_soviet_trade.",
        alt=f"Dots and lines of trade by year to 1985: a peak of {most:,.0f} million dollars in"
        f" {peak}, a shaded gap to {after - 1}, almost nothing around {low}, growth after 1982.",
    )
    for source, values in shown.items():
        line(ax, values, source, POINT if source == point else GREY, dots=True)
    (crosses,) = ax.plot(removed.index, removed, "x", label="published zeros, removed")
    crosses.set(color=SECOND, markersize=8, markeredgewidth=2)
    ax.axvspan(before + 0.5, after - 0.5, color=LIGHT, alpha=0.45, linewidth=0)
    write(ax, (before + after) / 2, most / 2, "no figure\nknown", across="center")
    if len(removed):
        at, words = (removed.index.to_numpy().mean(), most / 20), "published zeros,\nfalse"
        write(ax, *at, words, colour=SECOND, across="center", up="bottom")
    ax.set_ylim(-60, None)
    return ax


@on_any_screen
def plot_falls(levels: pd.Series, *, deep_pct: float, home: str, partner: str) -> Axes:
    """Trade by year on a logarithmic scale, USD billion of 2017, with the years from each fall of
    ``deep_pct`` percent in a year to its recovery in colour (``falls``).
    """
    fallen = falls(levels, deep_pct=deep_pct)
    times = dict(enumerate(("never", "once", "twice"))).get(len(fallen), f"{len(fallen)} times")
    ax = canvas(
        f"{name(home)}-{name(partner)}: trade fell deeply or for long {times} since"
        f" {levels.index[0]}",
        unit="Trade both ways, USD billion of 2017, logarithmic scale",
        source="IMF as reported by the home country; China customs; US GDP deflator.",
        alt=f"Line of trade from {levels.index[0]} to {levels.index[-1]} on a logarithmic scale,"
        " with orange stretches where it had fallen and not yet regained its earlier level.",
    )
    line(ax, levels, "trade in constant dollars", POINT, named=False)
    for fall in fallen:
        years = fall.recovered_after
        back = fall.since + years if years else int(levels.index[-1])
        span = levels.loc[fall.since : back]
        ax.plot(span.index, span, color=SECOND, linewidth=3, label=f"fall after {fall.since}")
        ended = f"{years} years" if years else "not regained"
        at = (fall.since, 1.1 * levels[fall.since])
        words = f"{fall.since}: -{fall.depth_pct:.0f} %,\n{ended} "
        named = write(ax, *at, words, colour=SECOND, across="right", up="bottom")
        named.set_linespacing(1.1)
    log_scale(ax)
    return ax


@on_any_screen
def plot_agreement(agreement: pd.Series, *, home: str, partner: str) -> Axes:
    """Agreement in votes by year, 0 to 1, its lowest year since 1985 marked."""
    known = {span: agreement.loc[first:last] for span, (first, last) in SPANS.items()}
    means = [f"{part.mean():.2f} in {span}" for span, part in known.items() if part.notna().any()]
    said = " and ".join(means) or f"{agreement.mean():.2f} on average"
    late = agreement.loc[1985:] if agreement.index.max() >= 1985 else agreement
    lowest, since = int(str(late.idxmin())), " since 1985" if len(late) < len(agreement) else ""
    ax = canvas(
        f"{pair(home, partner)} agreed in votes to {said}",
        unit="Index of agreement in votes, from 0 (always apart) to 1 (always alike)",
        source="UN General Assembly roll calls, whole texts; voted for with Beijing's seat since"
        " November 1971.",
        alt=f"Line of agreement by year between 0 and 1, from {agreement.index.min()} to"
        f" {agreement.index.max()}: lowest{since} in {lowest}, {agreement.iloc[-1]:.2f} at the"
        " end.",
    )
    line(ax, agreement, "agreement\nin votes", POINT)
    ax.set_ylim(0, 1)
    ax.set_xlim(left=agreement.index.min() - 0.5)
    least = agreement[lowest]
    mark(ax, lowest, least, f"{least:.2f} in {lowest}", colour=POINT, above=False)
    return ax


@on_any_screen
def plot_distance(distance: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Distance of ideal points with its interval (``ideal_point_distance``); low is close."""
    years = distance.set_index("year")
    apart, last = years.distance, years.index[-1]
    farthest, of_that = apart.idxmax(), f"{100 * apart[last] / apart.max():.0f} %"
    ax = canvas(
        f"{pair(home, partner)} stood farthest apart in {farthest}; the distance of {last} is"
        f" {of_that} of that",
        unit="Distance of ideal points, units of their scale; 0 is the same place",
        source="Ideal points of Bailey, Strezhnev and Voeten, with 90 % intervals.",
        alt=f"Line of distance by year with its interval, from {years.index[0]}: farthest in"
        f" {farthest}, nearest in {apart.idxmin()}, {of_that} of the farthest in {last}.",
    )
    ax.fill_between(years.index, years.ci_low, years.ci_high, color=SECOND, alpha=0.15, linewidth=0)
    line(ax, apart, "distance of\nideal points", SECOND, bold=True)
    ax.set_xlim(left=years.index.min() - 0.5)
    ax.set_ylim(0, None)
    return ax


@on_any_screen
def plot_around_1969(divisions: pd.DataFrame, students: pd.DataFrame) -> Axes:
    """Soviet divisions (year, low, high) and students sent (year, people_low) on one log scale."""
    massed, sent = divisions.set_index("year"), students.set_index("year").people_low
    first, last = massed.index[0], massed.index[-1]
    most, least, fewest = sent.max(), sent.min(), int(str(sent.idxmin()))
    grown = f"from {massed.low[first]:.0f} to at least {massed.low[last]:.0f}"
    ax = canvas(
        f"Students fell from {most:.0f} to {least:.0f} a year, divisions rose {grown}",
        unit="Students sent in the year and ground divisions, logarithmic scale",
        source="CIA in Foreign Relations of the United States; Chinese histories and press, see"
        " forces_opposite_china and students_exchanged.",
        alt=f"Dots by year from {sent.index.min()} to {last}: students sent to the Soviet Union"
        f" fall from {most:.0f} in {sent.idxmax()} to {least:.0f} in {fewest}; divisions rise"
        f" {grown} between {first} and {last}.",
    )
    log_scale(ax)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.vlines(massed.index, massed.low, massed.high, color=SECOND, linewidth=6, alpha=0.4)
    for counts, colour, words in ((sent, POINT, "students"), (massed.low, SECOND, "divisions")):
        line(ax, counts, words, colour, bold=True, named=False, dots=True)
    write(ax, fewest - 0.5, least, "students\nsent", colour=POINT, across="right", bold=True)
    above = 1.2 * massed.high[last]
    write(ax, last, above, "divisions", colour=SECOND, across="right", up="bottom", bold=True)
    ax.axvline(EXPELLED, color=GREY, linewidth=1, label="_expelled")
    words = "last students\nexpelled"
    write(ax, EXPELLED - 0.3, 1.3 * most, words, across="right", up="top")
    ax.set_ylim(10, 1000)
    ax.set_xlim(sent.index.min() - 0.5, last + 0.5)
    return ax
