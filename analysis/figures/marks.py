"""What is drawn on a canvas: lines with names at their ends, bars, dots, and words beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from analysis.figures.style import GREY, INK, LIGHT, POINT, SMALL, broken, height_of, on_phone

ENDS_WIDTH = 0.9
"""Inches that the names at the ends of lines may take on a phone."""


class End(NamedTuple):
    """Where a line ends, and the name to be set there."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool


def write(
    ax: Axes,
    x: float,
    y: float,
    words: str,
    *,
    colour: str = INK,
    across: Literal["left", "center", "right"] = "left",
    up: Literal["bottom", "center", "top"] = "center",
    bold: bool = False,
    size: float = SMALL,
    behind: bool = False,
) -> Text:
    """Words at a point in the units of the axes, on a white ground where lines lie behind them."""
    text = ax.text(x, y, words, color=colour, ha=across, va=up, fontsize=size)
    text.set_fontweight("bold" if bold else "normal")
    if behind:
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})
    return text


def upright_grid(ax: Axes, *, zero: bool = False) -> None:
    """Thin lines up from the horizontal axis, and a dark one at zero."""
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    if zero:
        ax.axvline(0, color=INK, linewidth=0.8, label="_zero")


def beside(ax: Axes, x: float, y: float, words: str, *, right: bool, colour: str = INK) -> None:
    """Words right or left of a point, level with it."""
    write(ax, x, y, f" {words} ", colour=colour, across="left" if right else "right")


def key(ax: Axes, words: dict[str, str]) -> None:
    """Names in their colours at the upper left of the field, one below the other."""
    for place, (name, colour) in enumerate(words.items()):
        ax.annotate(
            name,
            (0, 1),
            xycoords="axes fraction",
            xytext=(4, -2 - place * SMALL * 1.4),
            textcoords="offset points",
            va="top",
            color=colour,
            fontsize=SMALL,
            fontweight="bold",
        )


def stack(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    """Bars of each column on top of those before it, named at the upper left.

    Columns in LIGHT are named in GREY, which can be read.
    """
    below = np.zeros(len(table))
    for kind, colour in zip(table.columns, colours, strict=True):
        ax.bar(list(table.index), table[kind], bottom=below, color=colour, width=0.76)
        below += table[kind].to_numpy()
    named = [GREY if colour == LIGHT else colour for colour in colours]
    key(ax, dict(zip(table.columns, named, strict=True)))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))


def histogram(
    ax: Axes, values: pd.Series, span: tuple[float, float], *, width: float, at: float, words: str
) -> None:
    """Values in bars, those beyond the span in the outer ones, and one value marked with words."""
    inside = values.clip(*span)
    sns.histplot(x=inside, binwidth=width, binrange=span, color=LIGHT, edgecolor="white", ax=ax)
    ax.axvline(at, color=POINT, linewidth=2.2, label="_marked")
    place = (at + 0.01 * (span[1] - span[0]), 0.97 * ax.get_ylim()[1])
    write(ax, *place, words, colour=POINT, up="top", bold=True)
    ax.set_ylabel("")


def line(
    ax: Axes,
    values: pd.Series,
    *,
    label: str,
    colour: str = GREY,
    bold: bool = False,
    dashes: str = "-",
) -> End:
    """Line of a series indexed by year; gaps stay gaps. Pass what it returns to ``label_ends``."""
    years = np.arange(values.index.min(), values.index.max() + 1)
    shown = values.reindex(years)
    width = 2.6 if bold else 1.5
    drawn = {"color": colour, "linewidth": width, "linestyle": dashes, "solid_capstyle": "round"}
    ax.plot(years, shown.to_numpy(dtype=float), label=label, **drawn)  # type: ignore[arg-type]
    alone = (shown.notna() & shown.shift(1).isna() & shown.shift(-1).isna()).to_numpy()
    dots = {"color": colour, "markersize": 4, "label": f"_{label}"}
    ax.plot(years[alone], shown[alone].to_numpy(dtype=float), "o", **dots)  # type: ignore[arg-type]
    known = shown.dropna()
    return End(float(known.index[-1]), float(known.iloc[-1]), label, colour, bold)


def lines(
    ax: Axes,
    series: Mapping[str, pd.Series],
    colours: Sequence[str],
    *,
    floor: float | None = None,
) -> None:
    """Each series as a line with its name at its end, the one in POINT bold; see ``label_ends``."""
    ends = [
        line(ax, values, label=name, colour=colour, bold=colour == POINT)
        for (name, values), colour in zip(series.items(), colours, strict=False)
    ]
    label_ends(ax, ends, floor=floor)


def label_ends(ax: Axes, ends: Sequence[End], *, floor: float | None = None) -> None:
    """Names of lines at their last points, moved apart where they would lie on one another.

    Call it once the limits of the vertical axis are final, or give its floor.
    """
    ax.set_ylim(*ax.get_ylim() if floor is None else (floor, None))
    to_points = 72 / ax.figure.dpi
    field = ax.get_window_extent()
    names = [_end_name(end) for end in ends]
    heights = [72 * height_of(name, SMALL) for name in names]
    wanted = [(ax.transData.transform((end.x, end.y))[1] - field.y0) * to_points for end in ends]
    places = _apart(wanted, heights, ceiling=field.height * to_points + 8)
    for end, name, place, was in zip(ends, names, places, wanted, strict=True):
        ax.annotate(
            name,
            (end.x, end.y),
            xytext=(6, place - was),
            textcoords="offset points",
            va="center",
            color=end.colour,
            fontsize=SMALL,
            fontweight="bold" if end.bold else "normal",
            annotation_clip=False,
        )


def _end_name(end: End) -> str:
    """Name of a line as it is set: on a phone in a narrow column."""
    if not on_phone():
        return end.text
    return broken(" ".join(end.text.split()), inches=ENDS_WIDTH, bold=end.bold)


def _apart(wanted: Sequence[float], heights: Sequence[float], *, ceiling: float) -> list[float]:
    """Middles of labels, as near to those wanted as can be without one on the other."""
    order = sorted(range(len(wanted)), key=lambda label: wanted[label])
    places, below = list(wanted), -np.inf
    for label in order:
        places[label] = max(wanted[label], below + heights[label] / 2)
        below = places[label] + heights[label] / 2
    above = ceiling
    for label in reversed(order):
        places[label] = min(places[label], above - heights[label] / 2)
        above = places[label] - heights[label] / 2
    return places


def slopes(ax: Axes, ways: pd.DataFrame, *, label: str) -> None:
    """Thin grey lines from one level to another: columns first, last, before and after."""
    gap = np.full(len(ways), np.nan)
    x = np.column_stack([ways["first"], ways["last"], gap]).ravel().astype(float)
    y = np.column_stack([ways.before, ways.after, gap]).ravel().astype(float)
    ax.plot(x, y, color=LIGHT, linewidth=0.9, label=label)


def slope(ax: Axes, way: pd.Series, *, label: str, colour: str) -> End:
    """One bold line with a dot and the level at either end, see ``slopes``; its name is for
    ``label_ends``.
    """
    years, levels = [way["first"], way["last"]], [way.before, way.after]
    ax.plot(years, levels, "o-", color=colour, linewidth=2.6, markersize=6, label=label)
    write(ax, years[0], levels[0], f"{levels[0]:.0f}  ", colour=colour, across="right", bold=True)
    return End(float(years[1]), float(levels[1]), f"{levels[1]:.0f} {label}", colour, bold=True)


def mark(ax: Axes, x: float, y: float, text: str, *, colour: str = INK, above: bool = True) -> None:
    """Dot with a short text above and left of it, or below it."""
    ax.plot([x], [y], "o", color=colour, markersize=5, label="_mark")
    ax.annotate(
        text,
        (x, y),
        xytext=(-5, 4) if above else (0, -8),
        textcoords="offset points",
        ha="right" if above else "center",
        va="bottom" if above else "top",
        color=colour,
        fontsize=SMALL,
    )
