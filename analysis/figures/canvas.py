"""The sheet that every figure is drawn on, for a laptop and for a phone: the finding as title, its
unit and source, names of rows and of lines, and a field as wide as they leave room for.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import partial, wraps
from typing import ParamSpec

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from analysis.errors import NotApplicable, where_known
from analysis.figures.style import CREDIT, GREY, INK, LIGHT, SMALL, TEXT, broken, height_of

LAPTOP, PHONE = 8.0, 3.9
"""Widths of a picture in inches, of which a screen shows 96 pixels each: 768 and 374."""
HEIGHT = 2.95
"""Height of the field between the axes, inches."""
DOTS_PER_INCH = 192
"""Twice the pixels of a screen at the width shown."""
EDGE = 0.07
"""Inches left free on each side of a picture."""
TITLE = 13.0
"""Size of the finding's type in points."""
NAMES_WIDTH, SHORT_NAMES = 3.9, 1.15
"""Inches that names of rows may take at the left; on a phone longer ones stand above their rows."""
ENDS_WIDTH = 0.9
"""Inches that the names at the ends of lines may take on a phone."""
END = "name at the end of a line"
"""Group of such names among the texts of a figure."""
Asked = ParamSpec("Asked")

_width: ContextVar[float] = ContextVar("width of the screen drawn for", default=LAPTOP)


@dataclass
class Said:
    """What a figure says besides its title, and how to draw it again; it hangs on the figure."""

    source: str
    alt: str
    again: Callable[[], Axes | NotApplicable] | None = None


def said_of(ax: Axes) -> Said:
    """What the figure of these axes says."""
    said: Said = ax.figure.ballast  # type: ignore[union-attr]
    return said


def on_phone() -> bool:
    """Whether the figure that is being drawn is for a phone."""
    return _width.get() == PHONE


def on_any_screen(plot: Callable[Asked, Axes]) -> Callable[Asked, Axes | NotApplicable]:
    """Make a function that draws on a canvas set the names of its lines, fit its figure to the
    screen, and remember how to draw it again; where the data do not reach, it returns the reason.
    """
    known = where_known(plot)

    @wraps(plot)
    def drawn(*args: Asked.args, **options: Asked.kwargs) -> Axes | NotApplicable:
        ax = known(*args, **options)
        if isinstance(ax, Axes):
            _set_ends(ax)
            _fit(ax)
            said_of(ax).again = partial(drawn, *args, **options)
        return ax

    return drawn


def for_phone(ax: Axes) -> Axes | None:
    """The same figure drawn anew at the width of a phone; None where no plot function drew it."""
    again, phone = said_of(ax).again, copy_context()
    phone.run(_width.set, PHONE)
    drawn = again and phone.run(again)
    return drawn if isinstance(drawn, Axes) else None


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
    told who cannot see the figure. Names at the ticks take ``tick_lines`` lines.
    """
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
    at_top, under = 1 - EDGE / whole, 1 - (EDGE + height_of(finding, TITLE) + 0.02) / whole
    figure.text(left, at_top, finding, fontsize=TITLE, color=INK, va="top", fontweight="bold")
    figure.text(left, under, measured, fontsize=TEXT, color=GREY, va="top")
    figure.text(left, EDGE / whole, credit, fontsize=CREDIT, color=GREY, va="bottom")
    figure.subplots_adjust(left=0.07, right=0.86, bottom=bottom / whole, top=1 - top / whole)
    figure.ballast = Said(source, alt)  # type: ignore[attr-defined]
    ax.set_label(title)
    ax.set_xlabel(named, color=GREY)
    sns.despine(ax=ax, left=True)
    ax.tick_params(colors=GREY, length=0, labelcolor=INK)
    ax.grid(axis="y", color=LIGHT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["bottom"].set_color(LIGHT)
    return ax


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
    above = on_phone() and any(broken(name, inches=SHORT_NAMES) != name for name in names)
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


def _fit(ax: Axes) -> None:
    """Fit the field between the words at its sides, and its horizontal axis to the words inside."""
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


def _set_ends(ax: Axes) -> None:
    """Move names at the ends of lines apart; on a phone set them in a narrow column."""
    names = [text for text in ax.texts if isinstance(text, Annotation) and text.get_gid() == END]
    if names:
        ax.set_ylim(*ax.get_ylim())
    for name in names if on_phone() else ():
        flat, bold = " ".join(name.get_text().split()), name.get_fontweight() == "bold"
        name.set_text(broken(flat, inches=ENDS_WIDTH, bold=bold))
    to_points, field = 72 / ax.figure.dpi, ax.get_window_extent()
    heights = [72 * height_of(name.get_text(), SMALL) for name in names]
    wanted = [(ax.transData.transform(name.xy)[1] - field.y0) * to_points for name in names]
    places = _apart(wanted, heights, ceiling=field.height * to_points + 8)
    for name, place, was in zip(names, places, wanted, strict=True):
        name.set_position((6, place - was))


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
