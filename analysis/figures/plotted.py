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
    """One series as drawn: its kind ('line', 'bars' or 'points'), its label, and where its points
    lie.
    """

    kind: str
    label: str
    x: np.ndarray
    y: np.ndarray
    sizes: np.ndarray
    """What the series measures: y, or x where bars lie."""


def _series(ax: Axes) -> Iterator[Series]:
    """Every series in the order drawn, without helper lines (labels that begin with an underscore)
    and bands.
    """
    for drawn in ax.get_lines():
        label = str(drawn.get_label())
        if not label.startswith("_"):
            y = np.asarray(drawn.get_ydata(), dtype=float)
            yield Series("line", label, np.asarray(drawn.get_xdata(), dtype=float), y, y)
    for bars in ax.containers:
        if isinstance(bars, BarContainer):
            yield _bars(bars)
    for points in ax.collections:
        if isinstance(points, PathCollection):
            x, y = np.asarray(points.get_offsets(), dtype=float).T
            yield Series("points", "points", x, y, y)


def _bars(bars: BarContainer) -> Series:
    boxes = [(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in bars]
    left, low, width, height = np.array(boxes, dtype=float).reshape(-1, 4).T
    if bars.orientation == "horizontal":
        return Series("bars", "bars", left + width, low + height / 2, width)
    return Series("bars", "bars", left + width / 2, low + height, height)


def plotted(ax: Axes) -> pd.DataFrame:
    """The numbers that a figure plots, one row per point in the order drawn: series (the label of a
    line, 'bars' or 'points'), x and y in the units of the axes, or the name at the tick where an
    axis has names. Shaded bands and helper lines are left out.
    """
    named = {"x": _tick_names(ax.xaxis), "y": _tick_names(ax.yaxis)}
    frames = [
        pd.DataFrame({"series": " ".join(s.label.split()), "x": s.x, "y": s.y}) for s in _series(ax)
    ]
    if not frames:
        return pd.DataFrame(columns=["series", "x", "y"])
    table = pd.concat(frames, ignore_index=True)
    for column, names in named.items():
        if names:
            table[column] = [names.get(round(value, 6), value) for value in table[column]]
    return table


def _tick_names(axis: Axis) -> dict[float, str]:
    """Names by place on an axis whose ticks carry words; empty where they carry numbers."""
    if not isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return {}
    places = axis.get_majorticklocs()
    written = axis.get_major_formatter().format_ticks(list(places))
    texts = [" ".join(text.split()) for text in written]
    if any(re.sub("[\N{MINUS SIGN}.,]", "", text).isdigit() for text in texts):
        return {}
    return {round(float(place), 6): text for place, text in zip(places, texts, strict=True)}


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
