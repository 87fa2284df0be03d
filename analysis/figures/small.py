"""The small chart beside a finding: a few bars, or one line with its telling years."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from analysis.claims.charts import Chart
from analysis.figures.inline import sheet
from analysis.figures.marks import write
from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, SMALL, TEXT, broken, height_of

WIDTH = 3.6
"""Inches: the width of a phone between the page's edges."""
EDGE, BAR, LINE_HEIGHT = 0.02, 0.15, 0.9
"""Inches: the free edge, the height of a bar, the height of a line's field."""
NUMBER = 0.62
"""Inches kept free for the number at the end of a bar."""
ENDING = 1.0
"""Inches kept free for the words at the end of a line."""


def draw_chart(chart: Chart) -> Axes:
    """The chart on a sheet of its own, with its unit above it."""
    unit = broken(chart.unit, inches=WIDTH - 2 * EDGE, size=SMALL)
    head = height_of(unit, SMALL) + 0.03
    body = _height_of_bars(chart) if chart.bars else LINE_HEIGHT + 0.5
    ax = sheet(WIDTH, head + body)
    write(ax, EDGE, head + body, unit, colour=GREY, up="top")
    if chart.bars:
        _bars(ax, chart, body)
    else:
        _line(ax, chart)
    return ax


def _height_of_bars(chart: Chart) -> float:
    row = height_of("0", TEXT) + BAR + 0.1
    return len(chart.bars) * row + (height_of("0", SMALL) + 0.04 if chart.mark else 0)


def _bars(ax: Axes, chart: Chart, top: float) -> None:
    """Bars from a common zero, the first in the colour of the point, each below its words."""
    row = height_of("0", TEXT) + BAR + 0.1
    values = [*chart.bars.values(), *chart.mark.values(), 0.0]
    low, high = min(values), max(values)
    left = EDGE + (NUMBER if low < 0 else 0)
    per_unit = (WIDTH - EDGE - NUMBER - left) / (high - low)
    zero = left - low * per_unit
    for place, (words, value) in enumerate(chart.bars.items()):
        colour = GREY if place and not chart.mark else POINT
        middle = top - place * row - height_of("0", TEXT) - BAR / 2
        write(ax, EDGE, middle + BAR / 2 + 0.03, words[0].upper() + words[1:], up="bottom")
        ax.barh(middle, value * per_unit, height=BAR, left=zero, color=colour, linewidth=0)
        ax.plot([zero, zero], [middle - 0.11, middle + 0.11], color=INK, linewidth=0.8)
        end = zero + value * per_unit + (0.06 if value >= 0 else -0.06)
        end = WIDTH - NUMBER + 0.06 if chart.mark else end
        number = write(ax, end, middle, chart.written(value), colour=colour, bold=True, size=TEXT)
        number.set_horizontalalignment("left" if value >= 0 else "right")
    for words, value in chart.mark.items():
        at, lowest = zero + value * per_unit, top - len(chart.bars) * row + 0.02
        for place in range(len(chart.bars)):
            middle = top - place * row - height_of("0", TEXT) - BAR / 2
            ax.plot([at, at], [middle - 0.13, middle + 0.13], color=SECOND, linewidth=2)
        label = f"{words} ({chart.written(value)})"
        write(ax, at, lowest, label, across="center", up="top", colour=SECOND)


def _line(ax: Axes, chart: Chart) -> None:
    """One line from its first year to its last, its telling years marked with their numbers."""
    line, below = chart.line, 0.25
    first, last = int(line.index.min()), int(line.index.max())
    per_year, per_unit = (WIDTH - ENDING) / (last - first), LINE_HEIGHT / float(line.max())
    xs = EDGE + (line.index.to_numpy(dtype=float) - first) * per_year
    ax.plot([EDGE, xs[-1]], [below, below], color=LIGHT, linewidth=0.8)
    ax.plot(xs, below + line.to_numpy(dtype=float) * per_unit, color=POINT, linewidth=2)
    write(ax, EDGE, below - 0.05, str(first), colour=GREY, up="top")
    write(ax, xs[-1], below - 0.05, str(last), colour=GREY, across="center", up="top")
    for year in chart.points:
        x, y = EDGE + (year - first) * per_year, below + float(line[year]) * per_unit
        ax.add_patch(Circle((x, y), 0.03, color=POINT, linewidth=0))
        words = f"{chart.written(float(line[year]))} in {year}"
        if year == last:
            write(ax, x + 0.07, y - 0.03, words, colour=POINT)
        else:
            write(ax, x - 0.04, y + 0.05, words, colour=POINT, across="right", up="bottom")
