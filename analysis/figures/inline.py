"""Drawings that stand in a page itself, as SVG that follows the page's theme and whose parts can be
links; among them the small chart beside a finding: a few bars, or one line with its telling years.

Everything is laid out in inches, so that words can be measured; a page may scale the whole.
"""

import io
import re
from html import escape
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from analysis.claims.charts import Chart
from analysis.figures.marks import write
from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, SMALL, TEXT, broken, height_of

ON = "#fefefe"
"""Words on a filled ground, white but for a shade, which tells them from the sheet."""
THEME = {
    INK: f"var(--color-foreground-primary, {INK})",
    GREY: f"var(--unsaid, {GREY})",
    LIGHT: f"var(--rule, {LIGHT})",
    POINT: f"var(--stands, {POINT})",
    SECOND: f"var(--not, {SECOND})",
    ON: f"var(--on, {ON})",
    "#ffffff": "var(--paper, #ffffff)",
}
"""The house's colours as the book's style sheet names them; elsewhere they are what they were."""
FONT = re.compile(r"font: (?:(\d+) )?([\d.]+)px [^;\"]*")
"""A page sets its own family of letters; that of the drawing is wider than most."""
NEEDLESS = re.compile(
    r"<!--.*?-->|<defs>.*?</defs>|<defs/>|<g>\s*<path [^>]*style=\"fill: none\"/>\s*</g>"
    r"|(?<=\")\s*transform=\"rotate\(-0 [^\"]*\"|font-family: [^;\"]*; "
    r"| (?:id|clip-path|xmlns(?::\w+)?|version)=\"[^\"]*\"| (?:width|height)=\"[\d.]+pt\"",
    re.DOTALL,
)
"""What a drawing in a page does not need: comments, the empty sheet, clips at its edges, names of
groups and of letters, a fixed size."""
WIDTH = 3.6
"""Inches of a small chart: the width of a phone between the page's edges."""
EDGE, BAR, LINE_HEIGHT = 0.02, 0.15, 0.9
"""Inches: the free edge, the height of a bar, the height of a line's field."""
ROW = height_of("0", TEXT) + BAR + 0.1
"""Inches that a bar takes with the words above it."""
NUMBER, ENDING = 0.62, 1.0
"""Inches kept free for the number at the end of a bar, and for the words at the end of a line."""


class Place(NamedTuple):
    """Where a drawing goes: its upper left corner, inches from the page's lower left one."""

    page: Figure
    left: float
    top: float
    scale: float


def sheet(width: float, height: float, *, on: Place | None = None) -> Axes:
    """Axes without lines, in inches from their lower left corner, on a figure or a page."""
    if on is None:
        on = Place(Figure(figsize=(width, height), dpi=72), 0.0, height, 1.0)
    wide, high = on.page.get_size_inches()
    bottom = on.top - on.scale * height
    corner = (on.left / wide, bottom / high)
    ax = on.page.add_axes((*corner, on.scale * width / wide, on.scale * height / high))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return ax


def svg(ax: Axes, *, attributes: str) -> str:
    """A drawing as an SVG element with these attributes, the same whenever it is drawn."""
    drawn = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ballast"}):
        assert isinstance(ax.figure, Figure)
        ax.figure.savefig(drawn, format="svg", metadata=nothing, transparent=True)
    text = FONT.sub(
        lambda font: f"font-size: {font[2]}px; font-weight: {font[1] or 400}", drawn.getvalue()
    )
    text = re.sub(r">\s+<", "><", NEEDLESS.sub("", text[text.index("<svg") :]))
    text = text.replace("xlink:href", "href").replace("\n", "").replace(' target="_blank"', "")
    for colour, named in THEME.items():
        text = text.replace(colour, named)
    text = re.sub(r"(\d\.\d\d)\d+", r"\1", text)
    return text.replace("<svg", f"<svg {attributes}", 1)


def picture(ax: Axes, *, alt: str, name: str) -> str:
    """A drawing as one picture with a description; ``name`` is its class for style sheets."""
    return svg(ax, attributes=f'class="{name}" role="img" aria-label="{escape(alt)}"')


def draw_chart(chart: Chart) -> Axes:
    """The chart on a sheet of its own, with its unit above it."""
    unit = broken(chart.unit, inches=WIDTH - 2 * EDGE, size=SMALL)
    head = height_of(unit, SMALL) + 0.03
    body = len(chart.bars) * ROW + (height_of("0", SMALL) + 0.04 if chart.mark else 0)
    body = body if chart.bars else LINE_HEIGHT + 0.5
    ax = sheet(WIDTH, head + body)
    write(ax, EDGE, head + body, unit, colour=GREY, up="top")
    if chart.bars:
        _bars(ax, chart, body)
    else:
        _line(ax, chart)
    return ax


def _bars(ax: Axes, chart: Chart, top: float) -> None:
    """Bars from a common zero, the first in the colour of the point, each below its words."""
    values = [*chart.bars.values(), *chart.mark.values(), 0.0]
    low, high = min(values), max(values)
    left = EDGE + (NUMBER if low < 0 else 0)
    per_unit = (WIDTH - EDGE - NUMBER - left) / (high - low)
    zero = left - low * per_unit
    middles = top - np.arange(len(chart.bars)) * ROW - height_of("0", TEXT) - BAR / 2
    for middle, (words, value) in zip(middles, chart.bars.items(), strict=True):
        colour = GREY if middle < middles[0] and not chart.mark else POINT
        write(ax, EDGE, middle + BAR / 2 + 0.03, words[0].upper() + words[1:], up="bottom")
        ax.barh(middle, value * per_unit, height=BAR, left=zero, color=colour, linewidth=0)
        ax.plot([zero, zero], [middle - 0.11, middle + 0.11], color=INK, linewidth=0.8)
        end = zero + value * per_unit + (0.06 if value >= 0 else -0.06)
        end = WIDTH - NUMBER + 0.06 if chart.mark else end
        number = write(ax, end, middle, chart.written(value), colour=colour, bold=True, size=TEXT)
        number.set_horizontalalignment("left" if value >= 0 else "right")
    for words, value in chart.mark.items():
        at, lowest = zero + value * per_unit, top - len(chart.bars) * ROW + 0.02
        for middle in middles:
            ax.plot([at, at], [middle - 0.13, middle + 0.13], color=SECOND, linewidth=2)
        label = f"{words} ({chart.written(value)})"
        write(ax, at, lowest, label, across="center", up="top", colour=SECOND)


def _line(ax: Axes, chart: Chart) -> None:
    """One line from its first year to its last, its telling years marked with their numbers."""
    line, below = chart.line, 0.25
    first, last = int(line.index.min()), int(line.index.max())
    years, heights = line.index.to_series(), below + line * (LINE_HEIGHT / line.max())
    xs = EDGE + (years - first) * ((WIDTH - ENDING) / (last - first))
    ax.plot([EDGE, xs[last]], [below, below], color=LIGHT, linewidth=0.8)
    ax.plot(xs, heights, color=POINT, linewidth=2)
    write(ax, EDGE, below - 0.05, str(first), colour=GREY, up="top")
    write(ax, xs[last], below - 0.05, str(last), colour=GREY, across="center", up="top")
    for year in chart.points:
        x, y, words = xs[year], heights[year], f"{chart.written(line[year])} in {year}"
        ax.add_patch(Circle((x, y), 0.03, color=POINT, linewidth=0))
        if year == last:
            write(ax, x + 0.07, y - 0.03, words, colour=POINT)
        else:
            write(ax, x - 0.04, y + 0.05, words, colour=POINT, across="right", up="bottom")
