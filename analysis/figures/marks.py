"""What is drawn on a canvas: lines with names at their ends, bars, dots, and words beside them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures.canvas import END
from analysis.figures.style import GREY, INK, LIGHT, POINT, SMALL


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


def beside(ax: Axes, x: float, y: float, words: str, *, right: bool, colour: str = INK) -> None:
    """Words right or left of a point, level with it."""
    write(ax, x, y, f" {words} ", colour=colour, across="left" if right else "right")


def key(ax: Axes, words: dict[str, str]) -> None:
    """Names in their colours at the upper left of the field, one below the other."""
    for place, (name, colour) in enumerate(words.items()):
        corner, below = {"xycoords": "axes fraction", "va": "top"}, -2 - place * SMALL * 1.4
        _near(ax, (0, 1), name, (4, below), color=colour, fontweight="bold", **corner)


def _near(
    ax: Axes, at: tuple[float, float], words: str, shift: tuple[float, float], **look: Any
) -> Annotation:
    """Words so many points right of a place and above it."""
    look |= {"textcoords": "offset points", "fontsize": SMALL}
    return ax.annotate(words, at, xytext=shift, **look)


def upright_grid(ax: Axes, *, zero: bool = False) -> None:
    """Thin lines up from the horizontal axis, and a dark one at zero."""
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    if zero:
        ax.axvline(0, color=INK, linewidth=0.8, label="_zero")


def log_scale(ax: Axes) -> None:
    """A logarithmic vertical axis whose ticks are written as they are said."""
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def whole_years(ax: Axes) -> None:
    """Ticks of a horizontal axis of years at whole years, however few there are."""
    where = ax.xaxis.get_major_locator()
    if isinstance(where, MaxNLocator):
        where.set_params(integer=True)


def row_bars(
    ax: Axes,
    places: np.ndarray,
    values: Sequence[float],
    words: Sequence[str],
    colours: Sequence[str],
    *,
    height: float,
    inks: Sequence[str] = (),
) -> BarContainer:
    """A lying bar in each row, its words at its end in ink or in their colours."""
    drawn = ax.barh(places, values, color=colours, height=height)
    inks = inks or [INK] * len(values)
    for value, place, said, ink in zip(values, places.tolist(), words, inks, strict=True):
        beside(ax, value, place, said, right=value >= 0, colour=ink)
    return drawn


def stack(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    """Bars of each column on top of those before it, named at the upper left."""
    below = np.zeros(len(table))
    names = {}
    for kind, colour in zip(table.columns, colours, strict=True):
        ax.bar(list(table.index), table[kind], bottom=below, color=colour, width=0.76)
        below += table[kind].to_numpy()
        names[kind] = GREY if colour == LIGHT else colour  # which can be read
    key(ax, names)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    whole_years(ax)


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
    label: str,
    colour: str = GREY,
    *,
    bold: bool | None = None,
    dashes: str = "-",
    named: bool = True,
    dots: bool = False,
) -> None:
    """Line of a series indexed by year, its name at its end unless told otherwise; gaps stay gaps.

    A line in POINT is bold if nothing else is said. Years that stand alone are dots, or all are.
    """
    bold = colour == POINT if bold is None else bold
    years = np.arange(values.index.min(), values.index.max() + 1)
    shown = values.reindex(years).astype(float)
    alone = shown[shown.notna() & shown.shift(1).isna() & shown.shift(-1).isna()]
    if dots:
        ax.plot(values.index, values, "o", color=colour, markersize=5, label=f"_{label}")
    (drawn,) = ax.plot(years, shown, dashes, color=colour, label=label, solid_capstyle="round")
    drawn.set_linewidth(2.6 if bold else 1.5)
    whole_years(ax)
    ax.plot(alone.index, alone, "o", color=colour, markersize=4, label=f"_{label}")
    if named:
        known = shown.dropna()
        end(ax, known.index[-1], known.iloc[-1], label, colour, bold=bold)


def lines(ax: Axes, series: Mapping[str, pd.Series], colours: Sequence[str]) -> None:
    """Each series as a line with its name at its end, the one in POINT bold."""
    for (name, values), colour in zip(series.items(), colours, strict=False):
        line(ax, values, name, colour)


def end(ax: Axes, x: float, y: float, words: str, colour: str, *, bold: bool = False) -> None:
    """Words right of a point that name what ends there; ``on_any_screen`` moves them apart."""
    font = {"color": colour, "fontweight": "bold" if bold else "normal", "va": "center"}
    _near(ax, (x, y), words, (6, 0), annotation_clip=False, gid=END, **font)


def slopes(ax: Axes, ways: pd.DataFrame, *, label: str) -> None:
    """Thin grey lines from one level to another: columns first, last, before and after."""
    gap = np.full(len(ways), np.nan)
    x = np.column_stack([ways["first"], ways["last"], gap]).ravel().astype(float)
    y = np.column_stack([ways.before, ways.after, gap]).ravel().astype(float)
    ax.plot(x, y, color=LIGHT, linewidth=0.9, label=label)


def slope(ax: Axes, way: pd.Series, *, label: str, colour: str) -> None:
    """One bold line with a dot and the level at either end, and its name; see ``slopes``."""
    years, (before, after) = way[["first", "last"]], way[["before", "after"]]
    ax.plot(years, [before, after], "o-", color=colour, linewidth=2.6, markersize=6, label=label)
    write(ax, way["first"], before, f"{before:.0f}  ", colour=colour, across="right", bold=True)
    end(ax, way["last"], after, f"{after:.0f} {label}", colour, bold=True)


def mark(ax: Axes, x: float, y: float, text: str, *, colour: str = INK, above: bool = True) -> None:
    """Dot with a short text above and left of it, or below it."""
    ax.plot([x], [y], "o", color=colour, markersize=5, label="_mark")
    shift, across, up = ((-5, 4), "right", "bottom") if above else ((0, -8), "center", "top")
    _near(ax, (x, y), text, shift, color=colour, ha=across, va=up)
