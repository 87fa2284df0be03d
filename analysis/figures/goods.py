"""Figures of notebook 06: suppliers of energy, price against volume, cited shares before and
after.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas, label_ends, line

YEARS_WITH_NAMES = 6
"""Names of lines are set in the last years, where the first years with a gap are out of the way."""


def plot_suppliers(energy: pd.DataFrame, *, point: str, title: str, source: str) -> Axes:
    """Imports of energy by supplier and year, one of them the point.

    Parameters
    ----------
    energy : DataFrame of float indexed by year, a column for each supplier, exajoules.
    """
    ax = canvas(title, unit="China's imports of fuels, exajoules a year", source=source)
    ends, ways, named = [], itertools.cycle(("-", "--", ":", "-.")), dict[int, list[float]]()
    for name in energy:
        if name == point:
            ends.append(
                line(ax, energy[name], label=textwrap.fill(str(name), 14), colour=POINT, bold=True)
            )
        else:
            line(ax, energy[name], label=str(name), dashes=next(ways))
            _name_on_line(ax, energy, str(name), named=named)
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def _name_on_line(
    ax: Axes, energy: pd.DataFrame, name: str, *, named: dict[int, list[float]]
) -> None:
    """Set the name on its line where other lines are farthest and no other name is near; add it to
    ``named``.
    """
    known = energy[name].dropna().iloc[-YEARS_WITH_NAMES:]
    years, near = known.index.astype(int).tolist(), 0.07 * float(energy.max().max())
    free = known[
        [
            all(abs(value - other) >= near for other in named.get(year, []))
            for year, value in zip(years, known, strict=True)
        ]
    ]
    free = known if free.empty else free
    apart = energy.drop(columns=name).loc[free.index].sub(free, axis=0).abs().min(axis=1)
    year = int(str(apart.idxmax()))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    ax.text(
        year, float(known[year]), name, color=GREY, fontsize=8.5, ha="center", va="center", bbox=box
    )
    named.setdefault(year, []).append(float(known[year]))


def plot_price_and_volume(split: pd.DataFrame, *, title: str, source: str) -> Axes:
    """What price and volume added to the value of each fuel.

    Parameters
    ----------
    split : DataFrame from ``price_and_volume``, USD billion.
    """
    ax = canvas(
        title,
        unit="Change in the value of imports, USD billion",
        source=source,
        height=1.9 + 0.6 * len(split),
    )
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
    ax.set_yticks(
        places, ["LNG" if name == "lng" else str(name).replace("_", " ") for name in split.index]
    )
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.2)
    _room(ax, left=0.14)
    return ax


def plot_before_and_after(
    shares: Mapping[str, tuple[float, float]],
    *,
    title: str,
    source: str,
    limit: float | None = None,
    unit: str = "China's share as cited, percent",
    ends: tuple[str, str] = ("before", "after"),
) -> Axes:
    """Two shares on each line, the second the point; the first line says which is which.

    Parameters
    ----------
    shares : dict of words to (first, second), percent.
    limit : float, optional
        Percent that a rule asks for.
    ends : tuple of str
        What the two are: two times, or two countries.
    """
    ax = canvas(title, unit=unit, source=source, height=2.1 + 0.5 * len(shares))
    places = np.arange(len(shares))[::-1]
    for place, (words, both) in zip(places, shares.items(), strict=True):
        ax.plot(both, [place, place], color=LIGHT, linewidth=2.5, label="_way")
        for value, other, end, colour in zip(
            both, reversed(both), ends, (GREY, POINT), strict=True
        ):
            ax.plot([value], [place], "o", color=colour, markersize=8, label=f"{words}: {end}")
            side, shift = ("left", 2) if value >= other else ("right", -2)
            ax.text(
                value + shift, place, f"{value:.0f}", va="center", ha=side, color=colour, fontsize=9
            )
            if place == places[0]:
                ax.text(
                    value,
                    place + 0.22,
                    end,
                    va="bottom",
                    ha=side,
                    color=colour,
                    fontsize=9,
                    fontweight="bold",
                )
    if limit is not None:
        ax.axvline(limit, color=INK, linewidth=0.8, linestyle=":", label="_limit")
        ax.text(
            limit + 1,
            -0.5,
            f"the rule asks for {limit:.0f} %",
            color=INK,
            fontsize=8.5,
            va="bottom",
        )
    ax.set_yticks(places, list(shares))
    ax.set_xlim(0, 100)
    ax.set_ylim(-0.6, len(shares) - 0.2)
    ax.grid(axis="y", visible=False)
    _room(ax, left=0.4)
    return ax


def _room(ax: Axes, *, left: float) -> None:
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(left=left)
