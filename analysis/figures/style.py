"""The house style: grey for context, one colour for the point, labels on the lines, the finding as
title. Every figure can be drawn for a laptop and for a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from typing import NamedTuple, ParamSpec

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from analysis.errors import NotApplicable, where_known

INK, GREY, LIGHT = "#222222", "#757575", "#d0d0d0"
POINT, SECOND = "#08477d", "#a5480a"
"""Blue and orange keep apart for colour-blind readers and in grey; all but LIGHT can be read as
text on white."""
LAPTOP, PHONE = 8.0, 3.9
"""Widths of a picture in inches, of which a screen shows 96 pixels each: 768 and 374."""
HEIGHT = 2.95
"""Height of the field between the axes, inches."""
DOTS_PER_INCH = 192
"""Twice the pixels of a screen at the width shown."""
SHORTEST_ALT = 40
"""Characters below which a description of a figure says too little."""
EDGE = 0.07
"""Inches left free on each side of a picture."""
TITLE, TEXT, SMALL, CREDIT = 13.0, 10.0, 9.0, 8.0
"""Sizes of type in points: the finding, unit and ticks, labels, the source."""
HINTED = 1.02
"""Letters fitted to pixels are at most so much wider than they are drawn."""
NO_BREAK = "\N{NO-BREAK SPACE}"
LEADING = 1.25
"""Height of a line of type over its size."""
NAMES_WIDTH, SHORT_NAMES = 3.9, 1.15
"""Inches that names of rows may take at the left; on a phone longer ones stand above their rows."""
Asked = ParamSpec("Asked")

_width: ContextVar[float] = ContextVar("width of the screen drawn for", default=LAPTOP)


class Said(NamedTuple):
    """What a figure says in words, and how to draw it again; ``show`` finds it on the figure as
    ``ballast``.
    """

    title: str
    source: str
    alt: str
    again: Callable[[], Axes | NotApplicable] | None = None


def on_any_screen(plot: Callable[Asked, Axes]) -> Callable[Asked, Axes | NotApplicable]:
    """Make a function that draws on a canvas fit its figure to the screen, and remember how to draw
    it again for another one.

    Where the data do not reach, the function returns the reason, see ``where_known``.
    """
    known = where_known(plot)

    @wraps(plot)
    def drawn(*args: Asked.args, **options: Asked.kwargs) -> Axes | NotApplicable:
        ax = known(*args, **options)
        if isinstance(ax, Axes):
            _fit(ax)
            said: Said = ax.figure.ballast  # type: ignore[union-attr]
            again = partial(drawn, *args, **options)
            ax.figure.ballast = said._replace(again=again)  # type: ignore[union-attr]
        return ax

    return drawn


def for_phone(ax: Axes) -> Axes | None:
    """The same figure drawn anew at the width of a phone; None where no plot function drew it."""
    again = ax.figure.ballast.again  # type: ignore[union-attr]
    if again is None:
        return None
    with _screen(PHONE):
        return again()


@contextmanager
def _screen(width: float) -> Iterator[None]:
    before = _width.set(width)
    try:
        yield
    finally:
        _width.reset(before)


def on_phone() -> bool:
    """Whether the figure that is being drawn is for a phone."""
    return _width.get() == PHONE


def canvas(
    title: str,
    *,
    unit: str,
    source: str,
    alt: str,
    height: float = HEIGHT,
    below: str = "",
    tick_lines: int = 1,
) -> Axes:
    """Empty axes in the house style, as wide as the screen that is drawn for.

    Parameters
    ----------
    title : str
        The finding, as a sentence.
    unit : str
        What the vertical axis shows, with unit and basis.
    source : str
        Publishers and vintage, set below the figure.
    alt : str
        What the figure shows to someone who cannot see it: at least 40 characters, and not its
        title again.
    height : float
        Height of the field between the axes, inches.
    below : str
        What the horizontal axis shows, where that is not plain.
    tick_lines : int
        Lines of the names at the ticks of the horizontal axis.

    Raises
    ------
    ValueError
        If one of them is blank, or the description is too short.
    """
    said = {"title": title, "unit": unit, "source": source}
    missing = [name for name, text in said.items() if not text.strip()]
    if missing:
        raise ValueError(f"a figure needs its {', '.join(missing)}; say it in words")
    if len(alt) < SHORTEST_ALT or alt == title:
        wanted = f"at least {SHORTEST_ALT} characters and differ from the title"
        raise ValueError(f"alt text must be {wanted}; got '{alt}'")
    with sns.axes_style("white"), plt.rc_context({"font.family": "DejaVu Sans", "font.size": TEXT}):
        figure, ax = plt.subplots(figsize=(_width.get(), HEIGHT), dpi=DOTS_PER_INCH)
    _set_words(figure, ax, height, said, below, tick_lines)
    figure.ballast = Said(title, source, alt)  # type: ignore[attr-defined]
    ax.set_label(title)
    sns.despine(ax=ax, left=True)
    ax.tick_params(colors=GREY, length=0, labelcolor=INK)
    ax.grid(axis="y", color=LIGHT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["bottom"].set_color(LIGHT)
    return ax


def _set_words(
    figure: Figure, ax: Axes, height: float, said: dict[str, str], below: str, tick_lines: int
) -> None:
    """Set title and unit above a field of this height, source and name of the axis below it."""
    inches = _width.get() - 2 * EDGE
    title = broken(said["title"], inches=inches, size=TITLE, bold=True)
    unit = broken(said["unit"], inches=inches, size=TEXT)
    credit = broken(f"Source: {said['source']}", inches=inches, size=CREDIT)
    ticks = tick_lines * height_of("0", TEXT) + 0.08
    named = broken(below, inches=inches - 0.6, size=TEXT)
    top = EDGE + height_of(title, TITLE) + height_of(unit, TEXT) + 0.14
    bottom = (
        EDGE + height_of(credit, CREDIT) + 0.1 + (height_of(named, TEXT) if below else 0) + ticks
    )
    whole, left = top + height + bottom, EDGE / _width.get()
    figure.set_size_inches(_width.get(), whole)
    heading = figure.text(left, 1 - EDGE / whole, title, fontsize=TITLE, color=INK, va="top")
    heading.set_fontweight("bold")
    below_title = 1 - (EDGE + height_of(title, TITLE) + 0.02) / whole
    figure.text(left, below_title, unit, fontsize=TEXT, color=GREY, va="top")
    figure.text(left, EDGE / whole, credit, fontsize=CREDIT, color=GREY, va="bottom")
    figure.subplots_adjust(left=0.07, right=0.86, bottom=bottom / whole, top=1 - top / whole)
    if below:
        ax.set_xlabel(named, color=GREY)


def height_of(text: str, size: float) -> float:
    """Inches that the lines of a text take."""
    return (1 + text.count("\n")) * LEADING * size / 72


def broken(text: str, *, inches: float, size: float = SMALL, bold: bool = False) -> str:
    """Text broken into lines no wider than asked; lines that it has already stay as they are.

    A single word that is wider stays whole, and a number keeps its percent sign.
    """
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")

    def fits(line: str) -> bool:
        points, *_ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
        return bool(HINTED * points <= 72 * inches)

    lines: list[str] = []
    for given in text.split("\n"):
        line = ""
        for word in given.replace(" %", NO_BREAK + "%").split(" "):
            longer = f"{line} {word}" if line else word
            if line and not fits(longer):
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines).replace(NO_BREAK, " ")


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


def row_canvas(
    names: Sequence[str],
    *,
    title: str,
    unit: str,
    source: str,
    alt: str,
    each: float = 0.42,
    upwards: bool = False,
    head: float = 0.0,
    lowest: float = 0.0,
    colours: Sequence[str] = (),
) -> tuple[Axes, np.ndarray]:
    """Canvas with a row for each name, and the places of the rows on its vertical axis.

    On a phone, names too long for the left edge stand above their rows.

    Parameters
    ----------
    names : sequence of str
        From the top to the bottom, or from the bottom to the top.
    each : float
        Height of a row without its name, inches. It is 1 on the axis.
    upwards : bool
        Whether the first name is at the bottom.
    head : float
        Free room above the first row, in rows.
    lowest : float
        Place of the row at the bottom.
    colours : sequence of str
        Of the names, where they are not all in ink.
    """
    left = [broken(name, inches=NAMES_WIDTH) for name in names]
    above = on_phone() and any(
        broken(line, inches=SHORT_NAMES) != line for name in names for line in name.split("\n")
    )
    words = [broken(" ".join(name.split()), inches=PHONE - 0.3) for name in names]
    room = max(height_of(name, SMALL) for name in words) / each if above else 0.0
    steps = np.arange(len(names)) if upwards else np.arange(len(names))[::-1]
    places = lowest + steps * (1 + room)
    span = 1 + float(places.max()) - lowest + room + head
    ax = canvas(title, unit=unit, source=source, alt=alt, height=each * span)
    ax.set_ylim(lowest - 0.5, lowest + span - 0.5)
    ax.set_yticks(places, [""] * len(names) if above else left, fontsize=SMALL)
    ax.grid(axis="y", visible=False)
    for place, name, colour, tick in zip(
        places, words, colours or [INK] * len(names), ax.get_yticklabels(), strict=True
    ):
        tick.set_color(colour)
        if above:
            written = ax.text(0, place + 0.5, name, color=colour, fontsize=SMALL)
            written.set_transform(ax.get_yaxis_transform())
            written.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8})
    return ax, places
