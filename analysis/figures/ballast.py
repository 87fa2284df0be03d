"""Figures of notebook 09: trade shares beside political change, for all pairs and for one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas, label_ends, line

BINS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Limits of trade shares, percent: few pairs have large ones."""


def shifts_by_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Average yearly change in UN distance by the size of the trade share the year before.

    Parameters
    ----------
    rows : DataFrame with shift and lagged_share_pct.

    Returns
    -------
    DataFrame with share (words), shift (mean), pairs_years (count), from the smallest share to the
    largest.
    """
    bins = pd.cut(rows.lagged_share_pct, BINS, include_lowest=True)
    grouped = rows.groupby(bins, observed=True)["shift"].agg(["mean", "size"])
    names = ["under 0.1", "0.1-0.3", "0.3-1", "1-3", "3-10", "10 or more"]
    words = [names[BINS.index(max(interval.left, 0.0))] for interval in grouped.index]
    return pd.DataFrame(
        {
            "share": words,
            "shift": grouped["mean"].to_numpy(),
            "pairs_years": grouped["size"].to_numpy(),
        }
    )


def plot_shifts(table: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Mean change by trade share as bars, the number of pair-years below each."""
    ax = canvas(
        title,
        unit="Mean change of UN distance in a year, units of the ideal-point scale",
        source=source,
    )
    ax.bar(table["share"], table["shift"], color=LIGHT, width=0.7)
    for place, row in enumerate(table.itertuples()):
        ax.text(
            place,
            float(row.shift),
            f"{row.shift:.3f}",
            ha="center",
            va="bottom",
            color=INK,
            fontsize=9,
        )  # type: ignore[arg-type]
        ax.text(
            place, 0, f"n = {row.pairs_years:,}", ha="center", va="bottom", color=GREY, fontsize=8
        )
    ax.set_xlabel(
        "trade of the pair in the trade of each, mean of both, percent, the year before", color=GREY
    )
    _room_below(ax)
    return ax


def plot_estimates(
    rows: Sequence[tuple[str, float, float, float]], *, title: str, unit: str, source: str
) -> Axes:
    """Estimates with their intervals, one line each; those whose interval leaves out zero in
    colour.

    Parameters
    ----------
    rows : sequence of (name, estimate, low, high)
        From top to bottom; the first is the one that decides.
    """
    ax = canvas(title, unit=unit, source=source, height=1.7 + 0.42 * len(rows))
    places = np.arange(len(rows))[::-1]
    for place, (name, estimate, low, high) in zip(places, rows, strict=True):
        colour = GREY if low <= 0 <= high else POINT if high < 0 else SECOND
        ax.hlines(place, low, high, color=colour, linewidth=2.2 if place == places[0] else 1.4)
        ax.plot([estimate], [place], "o", color=colour, markersize=6, label=name)
        ax.text(high, place, f"  {estimate:+.3f}", va="center", color=colour, fontsize=9)
    ax.axvline(0, color=INK, linewidth=0.8, label="_zero")
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.set_yticks(places, [name for name, *_ in rows])
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    ax.figure.subplots_adjust(left=0.36, right=0.93)
    return ax


def plot_pair(shares: pd.Series, distances: pd.Series, *, title: str, source: str) -> Axes:
    """Trade share and UN distance of one pair, each as an index of its own largest value, so that
    shapes compare.

    Parameters
    ----------
    shares, distances : Series indexed by year, percent and units of the ideal-point scale.
    """
    ax = canvas(title, unit="Percent of each series' largest value", source=source)
    ends = [
        line(
            ax,
            100 * shares / shares.max(),
            label=f"trade share\n(100 = {shares.max():.1f} %)",
            colour=POINT,
            bold=True,
        ),
        line(
            ax,
            100 * distances / distances.max(),
            label=f"UN distance\n(100 = {distances.max():.2f})",
            colour=SECOND,
        ),
    ]
    ax.set_ylim(0, 108)
    label_ends(ax, ends)
    return ax


def _room_below(ax: Axes) -> None:
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(bottom=0.23)
