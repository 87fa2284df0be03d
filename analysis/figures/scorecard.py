"""The whole ledger as a figure: where each claim stands, and where its other readings put it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from analysis.claims.board import counts, headline
from analysis.claims.cards import COLOURS, COLUMNS, column_of
from analysis.figures.style import INK, LIGHT, SECOND, canvas

PER_LINE = 5
"""Claims beside one another before a new line begins."""
WIDTH_OF_COLUMN = PER_LINE + 0.6
BETWEEN_ROWS = 0.35


def section_name(notebook: str) -> str:
    """A notebook's name as the name of a section: '04_the_trade_boom' is 'The trade boom'."""
    return notebook[3:].replace("_", " ").capitalize()


def plot_scorecard(board: pd.DataFrame) -> Axes:
    """Every claim by its section (row) and by where it stands (column); place says it, colour
    repeats it.

    Parameters
    ----------
    board : DataFrame from ``scoreboard``.
    """
    lines = {
        str(notebook): int(-(-group.column.value_counts().max() // PER_LINE))
        for notebook, group in board.groupby("notebook")
    }
    total = sum(lines.values()) + BETWEEN_ROWS * len(lines)
    ax = canvas(
        headline(board),
        unit="Claims of the essay by section, and where each stands under its rule",
        source="the ledger, data/essay/claims.yaml; every rule has its date.",
        alt="Numbered dots in a row for each section and a column for each outcome; the table after"
        " it lists every claim with its verdict.",
        height=1.9 + 0.27 * total,
    )
    for place, (column, number) in enumerate(counts(board).items()):
        style = {"color": COLOURS[column], "fontweight": "bold"}
        ax.text(place * WIDTH_OF_COLUMN, 0.9, f"{column}  {number}", **style)  # type: ignore[arg-type]
    top = 0.0
    for notebook, height in lines.items():
        name = section_name(notebook)
        ax.text(-0.5, top - 0.1, name, ha="right", va="center", color=INK, fontsize=9)
        section = board[board.notebook == notebook]
        for place, column in enumerate(COLUMNS):
            claims = list(section[section.column == column].id)
            _chips(ax, claims, left=place * WIDTH_OF_COLUMN, top=top, colour=COLOURS[column])
        top -= height + BETWEEN_ROWS
        ax.axhline(top + 0.55, color=LIGHT, linewidth=0.6, label="_rule")
    _only_text(ax, left=0.25)
    ax.set_xlim(-0.3, len(COLUMNS) * WIDTH_OF_COLUMN - 0.4)
    ax.set_ylim(top + 0.4, 1.4)
    ax.set_yticks([])
    return ax


def _chips(ax: Axes, claims: Sequence[str], *, left: float, top: float, colour: str) -> None:
    """Claims as small labelled dots, some to a line."""
    xs = [left + BETWEEN_ROWS + i % PER_LINE for i in range(len(claims))]
    ys = [top - i // PER_LINE - 0.1 for i in range(len(claims))]
    ax.scatter(xs, ys, s=210, color=colour, linewidths=0)
    for x, y, claim in zip(xs, ys, claims, strict=True):
        number = str(int(claim[1:]))
        style = {"ha": "center", "va": "center", "color": "white", "fontsize": 7.5}
        ax.text(x, y, number, fontweight="bold", **style)  # type: ignore[arg-type]


def _only_text(ax: Axes, *, left: float) -> None:
    """Take off grid, ticks and lower edge, and leave room for names at the left."""
    ax.grid(visible=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.figure.subplots_adjust(left=left, right=0.99)


def plot_readings(readings: pd.DataFrame, *, fragile_below: float) -> Axes:
    """Where the rule puts each claim and where its other readings put it: a specification curve
    over the ledger.

    Parameters
    ----------
    readings : DataFrame from ``other_readings``; the first row is drawn at the top.
    fragile_below : float
        Percent of readings that must agree, else the claim's name is set in colour.
    """
    fragile = readings.agree_pct < fragile_below
    ax = canvas(
        f"{fragile.sum()} of {len(readings)} verdicts are fragile: fewer than {fragile_below:.0f} %"
        " of other readings agree",
        unit="Square: the verdict. Dots: other readings, each by where it puts the claim",
        source="the judges' own variants; those that lean on the same figures are left out.",
        alt="A row for each judged claim: a square in the column of its verdict, and dots in the"
        " columns where other readings of the rule put it.",
        height=1.9 + 0.24 * len(readings),
    )
    width = 2 + int(readings.readings.map(len).max())
    for place, column in enumerate(COLUMNS):
        left, style = place * width, {"color": COLOURS[column]}
        ax.text(left, 1.0, column, fontsize=8.5, fontweight="bold", **style)  # type: ignore[arg-type]
        dots, squares = _points(readings, column, left)
        for points, marker, size in ((dots, "o", 20), (squares, "s", 45)):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            ax.scatter(xs, ys, marker=marker, s=size, **style)  # type: ignore[arg-type]
    ax.set_yticks([-row for row in range(len(readings))], list(readings.name), fontsize=8)
    for tick, is_fragile in zip(ax.get_yticklabels(), fragile, strict=True):
        tick.set_color(SECOND if is_fragile else INK)
    _only_text(ax, left=0.44)
    ax.grid(visible=True, axis="y", color=LIGHT, linewidth=0.6)
    ax.set_ylim(-len(readings) + 0.4, 2.0)
    ax.set_xlim(-0.4, len(COLUMNS) * width)
    return ax


Points = list[tuple[float, float]]


def _points(readings: pd.DataFrame, column: str, left: float) -> tuple[Points, Points]:
    """Places of the dots and of the squares of one column."""
    dots: Points = []
    squares: Points = []
    for row, (label, others) in enumerate(zip(readings.label, readings.readings, strict=True)):
        here = [column_of(other) for other in others].count(column)
        dots += [(left + 1.4 + i, -row) for i in range(here)]
        if column_of(label) == column:
            squares.append((left + 0.3, -row))
    return dots, squares
