"""Figures of notebook 03: places among all partners, votes of the South, vetoes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas, label_ends, line

SIDES = {
    "against_russia": ("against Russia", SECOND), "abstained": ("abstained", LIGHT), "absent": ("absent", "#e9e9e9"),
    "with_russia": ("with Russia", POINT),
}  # fmt: skip


def plot_places(places: Mapping[str, pd.Series], *, title: str, source: str) -> Axes:
    """Percent of partners that agreed more, by year: low is close. The first series is the point.

    Parameters
    ----------
    places : dict of words to Series indexed by year, percent.
    """
    ax = canvas(
        title,
        unit="Percent of all partners that agreed more often (0 is the closest)",
        source=source,
    )
    ends = [
        line(ax, values, label=words, colour=POINT if place == 0 else SECOND, bold=place == 0)
        for place, (words, values) in enumerate(places.items())
    ]
    ax.set_ylim(100, 0)
    label_ends(ax, ends)
    return ax


def plot_south(table: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Votes of the South on each text, shares of states stacked to a hundred.

    Parameters
    ----------
    table : DataFrame from ``south_on_ukraine``.
    """
    ax = canvas(
        title, unit="States of the Global South, percent; one bar for each text", source=source
    )
    below = np.zeros(len(table))
    places = np.arange(len(table))
    for side, (words, colour) in SIDES.items():
        heights = 100 * table[side].to_numpy()
        ax.bar(places, heights, bottom=below, color=colour, width=0.82)
        ax.text(
            len(table) - 0.45,
            float(below[-1] + heights[-1] / 2),
            words,
            va="center",
            color=INK,
            fontsize=9,
        )
        below += heights
    ax.set_xticks(places, [f"{day[5:7]}/{day[2:4]}" for day in table.index], fontsize=8)
    ax.set_ylim(0, 100)
    return ax


def plot_vetoes(counts: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Vetoes by five years: cast together and alone.

    Parameters
    ----------
    counts : DataFrame indexed by words for the years, with columns together, Russia alone, China
    alone.
    """
    ax = canvas(title, unit="Vetoes in the Security Council", source=source, height=3.6)
    below = np.zeros(len(counts))
    for place, (kind, colour) in enumerate(zip(counts.columns, (POINT, SECOND, GREY), strict=True)):
        fill = LIGHT if colour == GREY else colour
        ax.bar(list(counts.index), counts[kind], bottom=below, color=fill, width=0.7)
        ax.text(
            0.01,
            0.93 - 0.08 * place,
            kind,
            color=colour,
            fontweight="bold",
            fontsize=9,
            transform=ax.transAxes,
        )
        below += counts[kind].to_numpy()
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax
