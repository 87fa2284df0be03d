"""Figures of notebook 06: suppliers of energy, price against volume, cited shares before and after."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas, label_ends, line


def plot_suppliers(energy: pd.DataFrame, *, point: str, title: str, source: str) -> Axes:
    """Imports of energy by supplier and year, one of them the point.

    Parameters
    ----------
    energy : DataFrame of float indexed by year, a column for each supplier, exajoules.
    """
    ax = canvas(title, unit="China's imports of fuels, exajoules a year", source=source)
    ends = [
        line(ax, energy[name], label=str(name), colour=POINT if name == point else GREY, bold=name == point)
        for name in energy
    ]
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def plot_price_and_volume(split: pd.DataFrame, *, title: str, source: str) -> Axes:
    """What price and volume added to the value of each fuel.

    Parameters
    ----------
    split : DataFrame from ``price_and_volume``, USD billion.
    """
    ax = canvas(title, unit="Change in the value of imports, USD billion", source=source, height=1.9 + 0.6 * len(split))
    places = np.arange(len(split))[::-1]
    for shift, column, colour, words in (
        (0.19, "volume_effect", POINT, "volume"),
        (-0.19, "price_effect", SECOND, "price"),
    ):
        ax.barh(places + shift, split[column], height=0.34, color=colour)
        for place, value in zip(places, split[column], strict=True):
            side = "left" if value >= 0 else "right"
            said = f" {words} {value:+.1f} "
            ax.text(value, place + shift, said, va="center", ha=side, color=colour, fontsize=9)
    ax.axvline(0, color=INK, linewidth=0.8, label="_zero")
    ax.set_yticks(places, [str(name).replace("_", " ") for name in split.index])
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.2)
    _room(ax, left=0.14)
    return ax


def plot_before_and_after(shares: Mapping[str, tuple[float, float]], *, limit: float, title: str, source: str) -> Axes:
    """Cited shares at two times, one line each, the later one the point.

    Parameters
    ----------
    shares : dict of words to (earlier, later), percent.
    limit : float
        Percent that the rule asks for.
    """
    ax = canvas(title, unit="China's share as cited, percent", source=source, height=1.9 + 0.5 * len(shares))
    places = np.arange(len(shares))[::-1]
    for place, (words, (before, after)) in zip(places, shares.items(), strict=True):
        ax.plot([before, after], [place, place], color=LIGHT, linewidth=2.5, label="_way")
        ax.plot([before], [place], "o", color=GREY, markersize=7, label=f"{words}: before")
        ax.plot([after], [place], "o", color=POINT, markersize=8, label=f"{words}: after")
        ax.text(after + 1.5, place, f"{after:.0f}", va="center", color=POINT, fontsize=9, fontweight="bold")
    ax.axvline(limit, color=INK, linewidth=0.8, linestyle=":", label="_limit")
    ax.set_yticks(places, list(shares))
    ax.set_xlim(0, 100)
    ax.set_ylim(-0.6, len(shares) - 0.4)
    ax.grid(axis="y", visible=False)
    _room(ax, left=0.4)
    return ax


def _room(ax: Axes, *, left: float) -> None:
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(left=left)
