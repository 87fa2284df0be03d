"""Figures of notebook 02: disputes and patrols by year, and rates with their intervals."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.errors import CoverageError
from analysis.evidence.a_quiet_border import CODED_TO
from analysis.evidence.states import of_russia_and_china, pair
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import beside, key, row_bars, stack, write
from analysis.figures.style import GREY, LIGHT, POINT, SECOND

STEPS = {1987: "talks resume", 1991: "border agreement", 1997: "forces to be reduced"}
"""Steps between Russia and China that are marked, as cited in border_steps."""
LOW = 2.3
"""Height of a figure whose counts are small, inches."""
DISPUTES = "Correlates of War, Dyadic MID 4.02"


@on_any_screen
def plot_disputes(disputes: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Disputes as dots in the year they began (start_year), those over territory (territorial) in
    colour; for Russia and China with the steps of their settlement. CoverageError if there is none.
    """
    names, start = pair(home, partner), disputes.start_year
    if disputes.empty:
        raise CoverageError(
            f"no dispute of {names} is in the list, which is a finding and makes no figure"
        )
    territory, said = start[disputes.territorial], "none of the disputes was over territory"
    if len(territory):
        said = f"no dispute over territory began after {territory.max()}"
    ax = canvas(
        f"{names}: {said}",
        unit="Militarised disputes by the year in which they began",
        source=f"{DISPUTES}; cited agreements.",
        alt="A dot for each dispute by the year in which it began, from"
        f" {start.min()} to {start.max()}; those over territory, {len(territory)} of"
        f" {len(disputes)}, are in orange.",
        height=LOW,
    )
    heights = start.groupby(start).cumcount().to_numpy() + 1
    over, other = disputes.territorial, ~disputes.territorial
    full = ax.plot(start[over], heights[over], "o", color=SECOND, label="over territory")
    empty = ax.plot(start[other], heights[other], "o", color=GREY, label="over other matters")
    empty[0].set_markerfacecolor("white")
    for dots in full + empty:
        dots.set(markersize=8, markeredgewidth=1.8)
    top = max(4.0, float(heights.max()) + 1.6)
    for place, (year, words) in enumerate(STEPS.items()):
        if of_russia_and_china(home, partner):
            ax.axvline(year, color=POINT, linewidth=1, label="_step")
            write(ax, year + 0.5, top - 0.35 - 0.5 * place, words, colour=POINT, behind=True)
    ax.axvspan(CODED_TO + 0.5, CODED_TO + 11, color=LIGHT, alpha=0.5, linewidth=0)
    write(ax, CODED_TO + 5.75, 0.55, "not coded", across="center", up="bottom")
    key(ax, {"\u25cf over territory": SECOND, "\u25cb over other matters": GREY})
    ax.set_ylim(0.3, top)
    ax.set_xlim(1945, CODED_TO + 11)
    ax.set_yticks([1, 2, 3])
    return ax


@on_any_screen
def plot_yearly_counts(counts: pd.DataFrame) -> Axes:
    """Patrols, and exercises on top of them, by year (``patrols_and_exercises``)."""
    patrols = counts.iloc[:, 0]
    since, most = patrols[patrols > 0].index.min(), patrols.max()
    ax = canvas(
        f"Bombers have flown {patrols.sum()} joint patrols since {since}, at most {most} a year",
        unit="Number in the year",
        source="defence ministries and press, one address for each; see joint_patrols,"
        " joint_exercises and joint_exercises_added.",
        alt=f"Bars by year from {counts.index.min()}: few exercises at first, more after 2012, and"
        f" one or two bomber patrols in each year from {since}.",
        height=LOW,
    )
    stack(ax, counts, (POINT, LIGHT))
    return ax


@on_any_screen
def plot_rates(rates: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Yearly rates of several periods with their exact intervals, a row each (``event_rates``)."""
    busiest = rates.nlargest(2, "count").sort_values("first")
    spans = " and ".join(busiest.period)
    ax, places = row_canvas(
        list(rates.period),
        title=f"{pair(home, partner)}: {busiest['count'].sum()} of {rates['count'].sum()} disputes"
        f" since {rates['first'].min()} began in {spans}",
        unit="Disputes begun per year, with exact 95 % intervals",
        source=f"{DISPUTES}.",
        alt=f"Dots with wide intervals for each of {len(rates)} periods: the rate of disputes is"
        f" highest in {spans}.",
    )
    ax.hlines(places, rates.ci_low, rates.ci_high, color=GREY, linewidth=1.6)
    rows = rates[["period", "rate", "ci_high", "count", "exposure"]].itertuples(index=False)
    for place, (period, rate, high, count, years) in zip(places, rows, strict=True):
        ax.plot(rate, place, "o", color=POINT, markersize=7, clip_on=False, label=period)
        beside(ax, high, place, f"{count} in {years:.0f} years", right=True)
    ax.tick_params(axis="y", pad=9)
    ax.set_xlim(0, None)
    return ax


@on_any_screen
def plot_forces(forces: pd.DataFrame) -> Axes:
    """Counts of men that faced China (year, measure, people) in their order, the last in colour."""
    most, last = forces.iloc[int(forces.people.argmax())], forces.iloc[-1]
    measures = forces.measure.str[0].str.upper() + forces.measure.str[1:]
    ax, places = row_canvas(
        list(measures + ", " + forces.year.astype(str)),
        title=f"{most.people:,.0f} men faced China in {most.year}; {last.people:,.0f} were counted"
        f" in {last.year}, of another area",
        unit="Men counted; areas and kinds of troops differ from row to row",
        source="Japanese defence white papers, Library of Congress and press, see"
        " forces_opposite_china.",
        alt=f"Bars for {len(forces)} counts of men facing China, {forces.year.min()} to"
        f" {last.year}: the largest is of {most.people:,.0f} men in {most.year}, the last of"
        f" {last.people:,.0f}. None is of the same area as the last.",
    )
    colours, words = [GREY] * (len(forces) - 1) + [POINT], [f"{n:,.0f}" for n in forces.people]
    row_bars(ax, places, forces.people.tolist(), words, colours, height=0.62)
    ax.set_xlim(0, 1.05 * most.people)
    ax.set_xticks([])
    return ax
