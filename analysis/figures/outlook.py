"""Figures of notebook 03: places among all partners, votes of the South, vetoes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.evidence.a_shared_outlook import VETOES_TO, Places
from analysis.figures.canvas import canvas, on_any_screen, on_phone
from analysis.figures.marks import line, stack, write
from analysis.figures.style import LIGHT, POINT, SECOND, SMALL

SIDES = {
    "against_russia": ("against Russia", SECOND),
    "abstained": ("abstained", LIGHT),
    "absent": ("absent", "#e9e9e9"),
    "with_russia": ("with Russia", POINT),
}


@on_any_screen
def plot_places(places: Places, *, home: str, partner: str) -> Axes:
    """Percent of partners that agreed more, by year: low is close. The partner is the point."""
    here, there, (first, last) = name(home), name(partner), places.averaged
    theirs, ours = places.of_partner, places.of_home
    closer, to_partner = theirs.loc[first:last].mean(), ours.loc[first:last].mean()
    ax = canvas(
        f"{closer:.0f} % of states voted more like {here} than {there} did, {to_partner:.0f} %"
        f" more like {there} than {here} did ({first}-{last % 100:02d})",
        unit="Percent of all partners that agreed more often (0 is the closest)",
        source="UN General Assembly roll calls, whole texts; partners with 30 votes or more in the"
        " year.",
        alt=f"Two lines by year with low values at the top: {there} among {here}'s partners from"
        f" {theirs.iloc[0]:.0f} to {theirs.iloc[-1]:.0f}, {here} among {there}'s partners from"
        f" {ours.iloc[0]:.0f} to {ours.iloc[-1]:.0f} percent.",
    )
    ax.set_ylim(100, 0)
    line(ax, theirs, f"{there} among\n{here}'s partners", POINT)
    line(ax, ours, f"{here} among\n{there}'s partners", SECOND)
    return ax


@on_any_screen
def plot_south(table: pd.DataFrame) -> Axes:
    """Votes of the South on each text (``south_by_text``), shares of states stacked to 100."""
    mean = 100 * table.mean()
    ax = canvas(
        f"On Ukraine {mean.abstained + mean.absent:.0f} % of the South abstained or stayed away,"
        f" {mean.with_russia:.0f} % stood with Russia",
        unit="States of the Global South, percent; one bar for each text",
        source="UN General Assembly roll calls on texts about Ukraine that Russia opposed,"
        f" {table.index[0][:4]}-{table.index[-1][:4]}.",
        alt="Stacked bars for each text on Ukraine: the share against Russia shrinks from the first"
        " texts on, abstentions and absences grow, few stand with Russia.",
    )
    below, places = np.zeros(len(table)), np.arange(len(table))
    for side, (words, colour) in SIDES.items():
        heights = 100 * table[side].to_numpy()
        ax.bar(places, heights, bottom=below, color=colour, width=0.82)
        write(ax, len(table) - 0.45, below[-1] + heights[-1] / 2, words)
        below += heights
    days = [f"{day[5:7]}/{day[2:4]}" for day in table.index]
    step = 2 if on_phone() else 1
    ax.set_xticks(places[::step], days[::step], fontsize=SMALL)
    ax.set_ylim(0, 100)
    return ax


@on_any_screen
def plot_vetoes(counts: pd.DataFrame) -> Axes:
    """Vetoes by five years (``vetoes_by_five_years``): cast together and alone."""
    cast = counts.sum()
    ax = canvas(
        f"Since {counts.index[0][:4]} Russia and China have cast {cast['together']} vetoes"
        f" together, Russia {cast['Russia alone']} alone, China {cast['China alone']}",
        unit=f"Vetoes in the Security Council (* years to come; counted to {VETOES_TO})",
        source=f"Security Council vetoes, complete to {VETOES_TO}.",
        alt="Stacked bars by five years: few vetoes before 2005, then many together, and from 2015"
        " also many by Russia alone, none lately by China alone.",
        tick_lines=2 if on_phone() else 1,
    )
    stack(ax, counts, (POINT, SECOND, LIGHT))
    if on_phone():
        ax.set_xticks(range(len(counts)), [span.replace("-", "-\n") for span in counts.index])
    return ax
