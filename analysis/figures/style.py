"""The house style: grey for context, one colour for the point, labels on the lines, the finding as
title. Every figure can be drawn for a laptop and for a phone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from analysis.errors import NotApplicable

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

_width: ContextVar[float] = ContextVar("width of the screen drawn for", default=LAPTOP)


class End(NamedTuple):
    """Where a line ends, and the name to be set there."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool


@dataclass
class Said:
    """What a figure says in words, the names to be set at the ends of its lines, and how to draw it
    again; it hangs on the figure as ``ballast``.
    """

    title: str
    source: str
    alt: str
    ends: list[End] = field(default_factory=list)
    again: Callable[[], Axes | NotApplicable] | None = None


def said_of(ax: Axes) -> Said:
    """What the figure of these axes says."""
    said: Said = ax.figure.ballast  # type: ignore[union-attr]
    return said


@contextmanager
def screen(width: float) -> Iterator[None]:
    """Draw figures so wide, in inches, as long as it lasts."""
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
    """Empty axes in the house style, as wide as the screen that is drawn for; the field between
    them is ``height`` inches high.

    The title is the finding as a sentence, ``unit`` what the vertical axis shows with its basis,
    ``below`` what the horizontal one shows where that is not plain, and ``alt`` what someone is
    told who cannot see the figure. Names at the ticks take ``tick_lines`` lines. ValueError if
    title, unit or source is blank, or the description is short or the title again.
    """
    said = {"title": title, "unit": unit, "source": source}
    if missing := [name for name, text in said.items() if not text.strip()]:
        raise ValueError(f"a figure needs its {', '.join(missing)}; say it in words")
    if len(alt) < SHORTEST_ALT or alt == title:
        wanted = f"at least {SHORTEST_ALT} characters and differ from the title"
        raise ValueError(f"alt text must be {wanted}; got '{alt}'")
    width = _width.get()
    inches, left = width - 2 * EDGE, EDGE / width
    finding = broken(title, inches=inches, size=TITLE, bold=True)
    measured = broken(unit, inches=inches, size=TEXT)
    credit = broken(f"Source: {source}", inches=inches, size=CREDIT)
    named = broken(below, inches=inches - 0.6, size=TEXT)
    top = EDGE + height_of(finding, TITLE) + height_of(measured, TEXT) + 0.14
    bottom = EDGE + height_of(credit, CREDIT) + 0.1 + (height_of(named, TEXT) if below else 0)
    bottom += tick_lines * height_of("0", TEXT) + 0.08
    whole = top + height + bottom
    with sns.axes_style("white"), plt.rc_context({"font.family": "DejaVu Sans", "font.size": TEXT}):
        figure, ax = plt.subplots(figsize=(width, whole), dpi=DOTS_PER_INCH)
    heading = {"fontsize": TITLE, "color": INK, "va": "top", "fontweight": "bold"}
    figure.text(left, 1 - EDGE / whole, finding, **heading)  # type: ignore[arg-type]
    under = 1 - (EDGE + height_of(finding, TITLE) + 0.02) / whole
    figure.text(left, under, measured, fontsize=TEXT, color=GREY, va="top")
    figure.text(left, EDGE / whole, credit, fontsize=CREDIT, color=GREY, va="bottom")
    figure.subplots_adjust(left=0.07, right=0.86, bottom=bottom / whole, top=1 - top / whole)
    figure.ballast = Said(title, source, alt)  # type: ignore[attr-defined]
    ax.set_label(title)
    ax.set_xlabel(named, color=GREY)
    sns.despine(ax=ax, left=True)
    ax.tick_params(colors=GREY, length=0, labelcolor=INK)
    ax.grid(axis="y", color=LIGHT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["bottom"].set_color(LIGHT)
    return ax


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
        line, *words = given.replace(" %", NO_BREAK + "%").split(" ")
        for word in words:
            if line and not fits(f"{line} {word}"):
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines).replace(NO_BREAK, " ")


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

    Names run from the top to the bottom, or ``upwards``, in their colours or in ink; on a phone,
    names too long for the left edge stand above their rows. A row without its name is ``each``
    inches high, which is 1 on the axis. The bottom one is at ``lowest``; above the top one are
    ``head`` rows of free room.
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
    inks = colours or [INK] * len(names)
    for place, name, ink, tick in zip(places, words, inks, ax.get_yticklabels(), strict=True):
        tick.set_color(ink)
        if above:
            written = ax.text(0, place + 0.5, name, color=ink, fontsize=SMALL)
            written.set_transform(ax.get_yaxis_transform())
            written.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8})
    return ax, places
