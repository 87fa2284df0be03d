"""What is drawn on a canvas: lines with names at their ends, bars, dots, and words beside them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Literal, ParamSpec

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.errors import NotApplicable, where_known
from analysis.figures.style import (
    EDGE,
    GREY,
    INK,
    LIGHT,
    PHONE,
    POINT,
    SMALL,
    End,
    broken,
    height_of,
    on_phone,
    said_of,
    screen,
)

ENDS_WIDTH = 0.9
"""Inches that the names at the ends of lines may take on a phone."""
Asked = ParamSpec("Asked")


def on_any_screen(plot: Callable[Asked, Axes]) -> Callable[Asked, Axes | NotApplicable]:
    """Make a function that draws on a canvas name the ends of its lines, fit its figure to the
    screen, and remember how to draw it again for another one.

    Where the data do not reach, the function returns the reason, see ``where_known``.
    """
    known = where_known(plot)

    @wraps(plot)
    def drawn(*args: Asked.args, **options: Asked.kwargs) -> Axes | NotApplicable:
        ax = known(*args, **options)
        if isinstance(ax, Axes):
            name_ends(ax)
            _fit(ax)
            said_of(ax).again = partial(drawn, *args, **options)
        return ax

    return drawn


def for_phone(ax: Axes) -> Axes | None:
    """The same figure drawn anew at the width of a phone; None where no plot function drew it."""
    again = said_of(ax).again
    with screen(PHONE):
        drawn = again and again()
    return drawn if isinstance(drawn, Axes) else None


def _fit(ax: Axes) -> None:
    """Make the field as wide as the words at its left and right leave room for, and its horizontal
    axis so long that no word inside lies on the names at its left.
    """
    figure = ax.figure
    assert isinstance(figure, Figure)
    edge, whole = EDGE * figure.dpi, figure.bbox.width
    for _ in range(5):
        # Words that hang on data move when the field does, so that once is not enough.
        field = ax.get_window_extent()
        inside = [text for text in ax.texts if text.get_transform() == ax.transData]
        first = min((text.get_window_extent().x0 for text in inside), default=field.x0)
        if first < field.x0:
            low, high = ax.get_xlim()
            ax.set_xlim(low - (field.x0 - first) / field.width * (high - low), high)
        taken = ax.get_tightbbox()
        assert taken is not None
        left = (edge + field.x0 - min(taken.x0, field.x0)) / whole
        right = 1 - (edge + max(taken.x1, field.x1) - field.x1) / whole
        moved = max(abs(figure.subplotpars.left - left), abs(figure.subplotpars.right - right))
        figure.subplots_adjust(left=left, right=max(right, left + 0.2))
        if moved * whole < 1:
            break


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
        at = {"xycoords": "axes fraction", "xytext": (4, -2 - place * SMALL * 1.4)}
        font = {"va": "top", "color": colour, "fontsize": SMALL, "fontweight": "bold"}
        ax.annotate(name, (0, 1), textcoords="offset points", **at, **font)  # type: ignore[arg-type]


def upright_grid(ax: Axes, *, zero: bool = False) -> None:
    """Thin lines up from the horizontal axis, and a dark one at zero."""
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    if zero:
        ax.axvline(0, color=INK, linewidth=0.8, label="_zero")


def log_scale(ax: Axes) -> None:
    """A logarithmic vertical axis whose ticks are written as they are said."""
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


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
    shown = values.reindex(years)
    style = {"color": colour, "linewidth": 2.6 if bold else 1.5, "linestyle": dashes}
    dot = {"color": colour, "label": f"_{label}"}
    if dots:
        ax.plot(values.index, values, "o", markersize=5, **dot)  # type: ignore[arg-type]
    y = shown.to_numpy(dtype=float)
    ax.plot(years, y, label=label, solid_capstyle="round", **style)  # type: ignore[arg-type]
    alone = (shown.notna() & shown.shift(1).isna() & shown.shift(-1).isna()).to_numpy()
    ax.plot(years[alone], y[alone], "o", markersize=4, **dot)  # type: ignore[arg-type]
    if named:
        known = shown.dropna()
        end(ax, float(known.index[-1]), float(known.iloc[-1]), label, colour, bold=bold)


def lines(ax: Axes, series: Mapping[str, pd.Series], colours: Sequence[str]) -> None:
    """Each series as a line with its name at its end, the one in POINT bold."""
    for (name, values), colour in zip(series.items(), colours, strict=False):
        line(ax, values, name, colour)


def end(ax: Axes, x: float, y: float, words: str, colour: str, *, bold: bool = False) -> None:
    """Have words set right of a point, as the name of what ends there; see ``name_ends``."""
    said_of(ax).ends.append(End(x, y, words, colour, bold))


def name_ends(ax: Axes) -> None:
    """Names of lines at their last points, moved apart where they would lie on one another, and on
    a phone in a narrow column.
    """
    ends = said_of(ax).ends
    if ends:
        ax.set_ylim(*ax.get_ylim())
    to_points, field = 72 / ax.figure.dpi, ax.get_window_extent()
    names = [end.text for end in ends]
    if on_phone():
        flat = [" ".join(name.split()) for name in names]
        bold = [end.bold for end in ends]
        names = [broken(n, inches=ENDS_WIDTH, bold=b) for n, b in zip(flat, bold, strict=True)]
    heights = [72 * height_of(name, SMALL) for name in names]
    wanted = [(ax.transData.transform((end.x, end.y))[1] - field.y0) * to_points for end in ends]
    places = _apart(wanted, heights, ceiling=field.height * to_points + 8)
    for end, name, place, was in zip(ends, names, places, wanted, strict=True):
        weight = "bold" if end.bold else "normal"
        font = {"color": end.colour, "fontsize": SMALL, "fontweight": weight, "va": "center"}
        at = {"xytext": (6, place - was), "textcoords": "offset points", "annotation_clip": False}
        ax.annotate(name, (end.x, end.y), **at, **font)  # type: ignore[arg-type]


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


def slope(ax: Axes, way: pd.Series, *, label: str, colour: str) -> None:
    """One bold line with a dot and the level at either end, and its name; see ``slopes``."""
    years, levels = [way["first"], way["last"]], [way.before, way.after]
    ax.plot(years, levels, "o-", color=colour, linewidth=2.6, markersize=6, label=label)
    write(ax, years[0], levels[0], f"{levels[0]:.0f}  ", colour=colour, across="right", bold=True)
    end(ax, float(years[1]), float(levels[1]), f"{levels[1]:.0f} {label}", colour, bold=True)


def mark(ax: Axes, x: float, y: float, text: str, *, colour: str = INK, above: bool = True) -> None:
    """Dot with a short text above and left of it, or below it."""
    ax.plot([x], [y], "o", color=colour, markersize=5, label="_mark")
    offset, ha, va = ((-5, 4), "right", "bottom") if above else ((0, -8), "center", "top")
    at = {"xytext": offset, "textcoords": "offset points", "ha": ha, "va": va}
    ax.annotate(text, (x, y), color=colour, fontsize=SMALL, **at)  # type: ignore[arg-type]
