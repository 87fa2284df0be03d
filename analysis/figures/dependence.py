"""Figures of notebook 08: shares in one another's trade, the spread of asymmetry, first suppliers,
sizes of targets.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import (
    GREY,
    INK,
    LIGHT,
    POINT,
    SECOND,
    End,
    canvas,
    label_ends,
    line,
    mark,
)

WIDEST_GAP = 60.0
"""Points; pairs beyond are counted in the last bar."""


def plot_shares(
    lines: dict[str, pd.Series],
    *,
    point: str,
    title: str,
    source: str,
    spread: tuple[int, float, float] | None = None,
) -> Axes:
    """Shares in trade by year, one of them the point, with a range of sources in one year where
    there is one.

    Parameters
    ----------
    lines : dict of words to Series indexed by year, percent.
    point : str
        Which of them is the point.
    spread : tuple of year, lowest, highest
    """
    ax = canvas(title, unit="Share of goods trade, percent", source=source)
    colours = iter((GREY, SECOND, INK))
    ends = [
        line(
            ax,
            values,
            label=words,
            colour=POINT if words == point else next(colours),
            bold=words == point,
        )
        for words, values in lines.items()
    ]
    if spread is not None:
        year, low, high = spread
        ax.vlines(year, low, high, color=POINT, linewidth=5, alpha=0.35)
        ends.append(End(float(year), high, f"other sources\nto {high:.0f} %", POINT, False))
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def plot_gaps(gaps: pd.Series, *, pair: str, gap: float, title: str, source: str) -> Axes:
    """How lopsided all pairs are, with one pair marked.

    Parameters
    ----------
    gaps : Series of float
        Difference of the two shares in size, points, one for each pair.
    """
    ax = canvas(title, unit="Number of pairs; the last bar holds all beyond", source=source)
    sns.histplot(
        x=gaps.clip(0, WIDEST_GAP),
        binwidth=2,
        binrange=(0, WIDEST_GAP),
        color=LIGHT,
        edgecolor="white",
        ax=ax,
    )
    top = ax.get_ylim()[1]
    ax.axvline(min(gap, WIDEST_GAP), color=POINT, linewidth=2.2, label="_gap")
    ax.text(
        min(gap, WIDEST_GAP) + 0.8,
        0.97 * top,
        pair,
        color=POINT,
        fontweight="bold",
        fontsize=9,
        va="top",
    )
    ax.set_xlabel("difference between each one's share in the other's trade, points", color=GREY)
    ax.set_ylabel("")
    _below(ax, 0.23)
    return ax


def plot_first_supplier(
    shares: pd.Series, later: float, *, later_year: int, title: str, source: str
) -> Axes:
    """Percent of countries whose largest supplier is one country, by year, and a later
    cross-section apart.

    Parameters
    ----------
    shares : Series indexed by year, percent.
    """
    ax = canvas(
        title, unit="Countries whose largest supplier of goods it is, percent", source=source
    )
    line(ax, shares, label="by importers' reports", colour=POINT, bold=True)
    mark(
        ax,
        float(later_year),
        later,
        f"{later:.0f} % in {later_year},\nby exporters' reports",
        colour=SECOND,
    )
    mark(
        ax,
        float(shares.index[-1]),
        float(shares.iloc[-1]),
        f"{shares.iloc[-1]:.0f} %",
        colour=POINT,
    )
    ax.set_ylim(0, max(50.0, 1.25 * later))
    ax.axhline(50, color=GREY, linewidth=0.8, linestyle=":", label="_half")
    ax.set_xlim(float(shares.index[0]) - 1, later_year + 1)
    return ax


def plot_sizes(sizes: pd.Series, *, limit: float, title: str, source: str) -> Axes:
    """Size of each target's economy beside the sender's, largest at the top.

    Parameters
    ----------
    sizes : Series of float indexed by name, percent of the sender's economy.
    limit : float
        Percent; those below it count as much smaller.
    """
    ordered = sizes.sort_values(kind="stable")
    unit = "Target's GDP, percent of China's in the year of its first case"
    ax = canvas(title, unit=unit, source=source, height=1.7 + 0.25 * len(ordered))
    colours = [SECOND if size >= limit else POINT for size in ordered]
    ax.barh(np.arange(len(ordered)), ordered.to_numpy(), color=colours, height=0.65)
    ax.axvline(limit, color=INK, linewidth=0.9, label="_limit")
    for place, size in enumerate(ordered):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        ax.text(
            float(size) + 2, place, f"{size:.0f}", va="center", color=INK, fontsize=8.5, bbox=box
        )
    ax.set_yticks(np.arange(len(ordered)), list(ordered.index))
    ax.grid(axis="y", visible=False)
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(left=0.2)
    return ax


def _below(ax: Axes, room: float) -> None:
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(bottom=room)
