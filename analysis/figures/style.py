"""The house style: grey for context, one colour for the point, labels on the lines, the finding as
title.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

INK, GREY, LIGHT = "#222222", "#757575", "#d0d0d0"
POINT, SECOND = "#08477d", "#a5480a"
"""Blue and orange keep apart for colour-blind readers and in grey; all but LIGHT can be read as
text on white."""
WIDTH, HEIGHT = 8.0, 4.4
DOTS_PER_INCH = 192
"""Twice the pixels of a screen at the width shown."""
SHOWN_WIDTH = int(WIDTH * 96)
SHORTEST_ALT = 40
"""Characters below which a description of a figure says too little."""


def canvas(
    title: str, *, unit: str, source: str, alt: str, height: float = HEIGHT, wrap: int = 74
) -> Axes:
    """Empty axes in the house style.

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
    with sns.axes_style("white"), plt.rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
        figure, ax = plt.subplots(figsize=(WIDTH, height), dpi=DOTS_PER_INCH)
    lines = textwrap.wrap(title, wrap)
    below_title = 0.985 - 0.26 * len(lines) / height
    credit = "\n".join(textwrap.wrap(f"Source: {source}", 118))
    figure.text(0.01, 0.99, "\n".join(lines), fontsize=13, fontweight="bold", color=INK, va="top")
    figure.text(0.01, below_title, unit, fontsize=10, color=GREY, va="top")
    figure.text(0.01, 0.01, credit, fontsize=8, color=GREY, va="bottom")
    top = 1 - (0.26 * len(lines) + 0.45) / height
    figure.subplots_adjust(left=0.07, right=0.86, bottom=0.72 / height, top=top)
    figure.ballast = Said(title, source, alt)  # type: ignore[attr-defined]
    ax.set_label(title)
    sns.despine(ax=ax, left=True)
    ax.tick_params(colors=GREY, length=0, labelcolor=INK)
    ax.grid(axis="y", color=LIGHT, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["bottom"].set_color(LIGHT)
    return ax


class Said(NamedTuple):
    """What a figure says in words; ``show`` finds it on the figure as ``ballast``."""

    title: str
    source: str
    alt: str


class End(NamedTuple):
    """Where a line ends, and the name to be set there."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool


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
    ax.plot(
        years[alone],
        shown[alone].to_numpy(dtype=float),
        "o",
        color=colour,
        markersize=4,
        label=f"_{label}",
    )
    known = shown.dropna()
    return End(float(known.index[-1]), float(known.iloc[-1]), label, colour, bold)


def label_ends(ax: Axes, ends: Sequence[End]) -> None:
    """Names of lines at their last points, moved apart where they would lie on one another.

    Call it once the limits of the vertical axis are final.
    """
    low, high = ax.get_ylim()
    height_of_a_line = 0.062 * (high - low)
    ceiling = -np.inf
    for end in sorted(ends, key=lambda e: e.y):
        half = height_of_a_line * (1 + end.text.count("\n")) / 2
        y = max(end.y, ceiling + half)
        ceiling = y + half
        ax.annotate(
            end.text,
            (end.x, y),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=end.colour,
            fontsize=9,
            fontweight="bold" if end.bold else "normal",
            annotation_clip=False,
        )


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
        fontsize=9,
    )
