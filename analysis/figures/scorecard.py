"""The whole ledger as one figure: where each claim stands, section by section."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas

COLUMNS = {
    "stands": ("holds", "on track", "evidence for"),
    "stands in part": ("holds with caveats", "mixed"),
    "does not stand": ("does not hold", "off track", "evidence against"),
    "cannot be said": ("cannot be tested here", "too early", "not judged", "not yet tested"),
}
"""Columns of the figure, and the labels that each gathers."""
COLOURS = {
    "stands": POINT,
    "stands in part": "#3f76a6",
    "does not stand": SECOND,
    "cannot be said": GREY,
}
PER_LINE = 5
"""Claims beside one another before a new line begins."""
WIDTH_OF_COLUMN = PER_LINE + 0.6


def column_of(label: str) -> str:
    """Column of a verdict's label."""
    return next(name for name, labels in COLUMNS.items() if label in labels)


def counts(board: pd.DataFrame) -> dict[str, int]:
    """Number of claims in each column."""
    found = board.verdict.map(column_of).value_counts()
    return {name: int(found.get(name, 0)) for name in COLUMNS}


def headline(board: pd.DataFrame) -> str:
    """What the ledger says in one sentence."""
    found = counts(board)
    return (
        f"Of {len(board)} claims {found['stands']} stand, {found['stands in part']} in part, "
        f"{found['does not stand']} do not; {found['cannot be said']} cannot be said"
    )


def plot_scorecard(
    board: pd.DataFrame, *, sections: dict[str, str], title: str, source: str
) -> Axes:
    """Every claim by its section (row) and by where it stands (column); place says it, colour
    repeats it.

    Parameters
    ----------
    board : DataFrame from ``scoreboard``.
    sections : dict of notebook name to the words that name its row, from top to bottom.
    """
    placed = board.assign(column=board.verdict.map(column_of))
    heights = {
        name: max(
            [
                1,
                *(
                    -(-len(group) // PER_LINE)
                    for _, group in placed[placed.notebook == name].groupby("column")
                ),
            ]
        )
        for name in sections
        if (placed.notebook == name).any()
    }
    total = sum(heights.values()) + 0.35 * len(heights)
    ax = canvas(
        title, unit="Claims of the essay by section, and where each stands under its rule", source=source,
        height=1.9 + 0.27 * total,
    )  # fmt: skip
    numbers = counts(board)
    for place, name in enumerate(COLUMNS):
        ax.text(
            place * WIDTH_OF_COLUMN,
            0.9,
            f"{name}  {numbers[name]}",
            color=COLOURS[name],
            fontweight="bold",
        )
    top = 0.0
    for name, height in heights.items():
        ax.text(-0.5, top - 0.1, sections[name], ha="right", va="center", color=INK, fontsize=9)
        for column, group in placed[placed.notebook == name].groupby("column"):
            _chips(
                ax,
                list(group.id),
                left=list(COLUMNS).index(str(column)) * WIDTH_OF_COLUMN,
                top=top,
                colour=COLOURS[str(column)],
            )
        top -= height + 0.35
        ax.axhline(top + 0.55, color=LIGHT, linewidth=0.6, label="_rule")
    ax.set_xlim(-0.3, len(COLUMNS) * WIDTH_OF_COLUMN - 0.4)
    ax.set_ylim(top + 0.4, 1.4)
    ax.grid(visible=False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)
    ax.figure.subplots_adjust(left=0.25, right=0.99)
    return ax


def _chips(ax: Axes, claims: list[str], *, left: float, top: float, colour: str) -> None:
    """Claims as small labelled dots, some to a line."""
    xs = [left + 0.35 + i % PER_LINE for i in range(len(claims))]
    ys = [top - i // PER_LINE - 0.1 for i in range(len(claims))]
    ax.scatter(xs, ys, s=210, color=colour, linewidths=0)
    for x, y, claim in zip(xs, ys, claims, strict=True):
        ax.text(
            x,
            y,
            str(int(claim[1:])),
            ha="center",
            va="center",
            color="white",
            fontsize=7.5,
            fontweight="bold",
        )


def plot_readings(
    readings: Mapping[str, tuple[str, Sequence[str]]],
    *,
    fragile: Collection[str],
    title: str,
    source: str,
) -> Axes:
    """Where the rule puts each claim and where its other readings put it: a specification curve
    over the ledger.

    Parameters
    ----------
    readings : dict of the words that name a claim to its label and its other readings' labels, from
    top to bottom.
    fragile : words of the claims to be set in colour.
    """
    unit = "Square: the verdict. Dots: other readings, each by where it puts the claim"
    ax = canvas(title, unit=unit, source=source, height=1.9 + 0.24 * len(readings))
    rows = dict(enumerate(readings.values()))
    width = 2 + max(len(others) for _, others in readings.values())
    for place, name in enumerate(COLUMNS):
        left = place * width
        ax.text(left, 1.0, name, color=COLOURS[name], fontsize=8.5, fontweight="bold")
        here = {
            -row: [column_of(one) for one in others].count(name)
            for row, (_, others) in rows.items()
        }
        dots = [(left + 1.4 + i, y) for y, count in here.items() for i in range(count)]
        squares = [
            (left + 0.3, -row) for row, (label, _) in rows.items() if column_of(label) == name
        ]
        for points, marker, size in ((dots, "o", 20), (squares, "s", 45)):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            ax.scatter(xs, ys, color=COLOURS[name], marker=marker, s=size)
    ax.set_yticks([-row for row in range(len(readings))], list(readings), fontsize=8)
    for tick, words in zip(ax.get_yticklabels(), readings, strict=True):
        tick.set_color(SECOND if words in fragile else INK)
    ax.set_ylim(-len(readings) + 0.4, 2.0)
    ax.set_xlim(-0.4, len(COLUMNS) * width)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.figure.subplots_adjust(left=0.44, right=0.99)
    return ax
