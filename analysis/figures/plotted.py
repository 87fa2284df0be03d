"""What a figure plots: its numbers as a table, and as a short text that changes when they do."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.ticker import FixedLocator


class Series(NamedTuple):
    """One series as drawn: 'line', 'bars' or 'points'; sizes are y, or the length of bars."""

    kind: str
    label: str
    x: np.ndarray
    y: np.ndarray
    sizes: np.ndarray


def _series(ax: Axes) -> Iterator[Series]:
    """Every series in the order drawn, without bands and lines whose labels begin with '_'."""
    for drawn in ax.get_lines():
        label = str(drawn.get_label())
        if not label.startswith("_"):
            x, y = np.array(drawn.get_data(), dtype=float)
            yield Series("line", label, x, y, y)
    for bars in ax.containers:
        if isinstance(bars, BarContainer):
            boxes = np.array([bar.get_bbox().extents for bar in bars]).reshape(-1, 4)
            left, low, right, high = boxes.T
            if bars.orientation == "horizontal":
                yield Series("bars", "bars", right, (low + high) / 2, right - left)
            else:
                yield Series("bars", "bars", (left + right) / 2, high, high - low)
    for points in ax.collections:
        if isinstance(points, PathCollection):
            x, y = np.array(points.get_offsets(), dtype=float).T
            yield Series("points", "points", x, y, y)


def plotted(ax: Axes) -> pd.DataFrame:
    """The numbers that a figure plots, one row per point in the order drawn: series (the label of a
    line, 'bars' or 'points'), x and y in the units of the axes, or the name at the tick where an
    axis has names. Shaded bands and helper lines are left out.
    """
    rows = [
        (" ".join(series.label.split()), x, y)
        for series in _series(ax)
        for x, y in zip(series.x, series.y, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["series", "x", "y"])
    for column, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        if names := _tick_names(axis):
            table[column] = [names.get(round(value, 6), value) for value in table[column]]
    return table


def _tick_names(axis: Axis) -> dict[float, str]:
    """Names by place on an axis whose ticks carry words; empty where they carry numbers."""
    if not isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return {}
    places = np.round(axis.get_majorticklocs(), 6).tolist()
    written = axis.get_major_formatter().format_ticks(places)
    names = {place: " ".join(text.split()) for place, text in zip(places, written, strict=True)}
    numbers = (re.sub("[\N{MINUS SIGN}.,]", "", text).isdigit() for text in names.values())
    return {} if any(numbers) else names


def fingerprint(ax: Axes) -> str:
    """Plain text of what a figure plots: each series with its number of points, ends and sum."""
    lines = []
    for kind, label, x, y, sizes in _series(ax):
        known = sizes[np.isfinite(sizes)]
        if kind == "line" and len(y) == 1:
            lines.append(f"{label}: {x[0]:.4g}, {y[0]:.4g}")
        elif kind == "points" or not len(known):
            lines.append(f"{label}: {len(y)}, sums {np.nansum(x):.5g} and {np.nansum(y):.5g}")
        elif kind == "bars":
            lines.append(f"bars: {len(sizes)}, largest {known.max():.4g}, sum {known.sum():.5g}")
        else:
            ends = f"first {known[0]:.4g}, last {known[-1]:.4g}"
            lines.append(f"{label}: {len(known)} points, {ends}, sum {known.sum():.5g}")
    return "\n".join(lines)
