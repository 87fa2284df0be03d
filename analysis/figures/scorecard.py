"""The whole ledger as one figure: where each claim stands, section by section."""

from __future__ import annotations

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
COLOURS = {"stands": POINT, "stands in part": "#3f76a6", "does not stand": SECOND, "cannot be said": GREY}
PER_LINE = 5
"""Claims beside one another before a new line begins."""
WIDTH_OF_COLUMN = PER_LINE + 0.6
HALF = 50.0
"""Percent; a verdict with which fewer readings agree is set in colour."""


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
        f"Of {len(board)} claims {found['stands']} stand, {found['stands in part']} stand in part, "
        f"{found['does not stand']} do not; on {found['cannot be said']} the data cannot say"
    )


def plot_scorecard(board: pd.DataFrame, *, sections: dict[str, str], title: str, source: str) -> Axes:
    """Every claim by its section (row) and by where it stands (column); place says it, colour repeats it.

    Parameters
    ----------
    board : DataFrame from ``scoreboard``.
    sections : dict of notebook name to the words that name its row, from top to bottom.
    """
    placed = board.assign(column=board.verdict.map(column_of))
    heights = {
        name: max([1, *(-(-len(group) // PER_LINE) for _, group in placed[placed.notebook == name].groupby("column"))])
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
        ax.text(place * WIDTH_OF_COLUMN, 0.9, f"{name}  {numbers[name]}", color=COLOURS[name], fontweight="bold")
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
        ax.text(x, y, str(int(claim[1:])), ha="center", va="center", color="white", fontsize=7.5, fontweight="bold")


def plot_agreement(shares: pd.Series, *, title: str, source: str) -> Axes:
    """Share of the other readings that agree with each verdict, the most fragile at the top.

    Parameters
    ----------
    shares : Series of float indexed by words for each claim, percent.
    """
    ordered = shares.sort_values(ascending=False, kind="stable")
    unit = "Other readings that give the same verdict, percent"
    ax = canvas(title, unit=unit, source=source, height=1.6 + 0.24 * len(ordered))
    colours = [SECOND if share < HALF else LIGHT for share in ordered]
    ax.barh(range(len(ordered)), ordered.to_numpy(), color=colours, height=0.72)
    for place, share in enumerate(ordered):
        ax.text(share + 1, place, f"{share:.0f}", va="center", color=INK, fontsize=8)
    ax.set_yticks(range(len(ordered)), list(ordered.index), fontsize=8.5)
    ax.set_ylim(-0.6, len(ordered) - 0.4)
    ax.set_xlim(0, 108)
    ax.grid(axis="y", visible=False)
    ax.figure.subplots_adjust(left=0.5, right=0.97)
    return ax
