"""The whole ledger as a figure: where each claim stands, and where its other readings put it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.claims.board import counts, headline
from analysis.claims.cards import COLOURS, COLUMNS, column_of
from analysis.figures.canvas import canvas, on_any_screen, on_phone, row_canvas
from analysis.figures.marks import write
from analysis.figures.style import CREDIT, INK, LIGHT, SECOND, SMALL, broken

BETWEEN_ROWS = 0.35
HEAD_WIDTH = 0.7
"""Inches for the name of a column, where columns are narrow."""
CHIP = 0.27
"""Inches from one line of claims to the next."""


@on_any_screen
def plot_scorecard(board: pd.DataFrame) -> Axes:
    """Every claim of the ``scoreboard`` by section (row) and where it stands (column)."""
    per_line, name_height, size = (3, 0.9, CREDIT) if on_phone() else (5, 0.0, SMALL)
    column_width = per_line + 0.6
    most = board.groupby("notebook").column.agg(lambda columns: columns.value_counts().max())
    lines = -(-most // per_line)
    heads = {
        column: f"{broken(column, inches=HEAD_WIDTH, size=size, bold=True)}\n{number}"
        for column, number in counts(board).items()
    }
    total = lines.sum() + (BETWEEN_ROWS + name_height) * len(lines)
    above = 1.4 + 0.7 * max(head.count("\n") for head in heads.values())
    ax = canvas(
        headline(board),
        unit="Claims of the essay by section, and where each stands under its rule",
        source="the ledger, data/essay/claims.yaml; every rule has its date.",
        alt="Numbered dots in a row for each section and a column for each outcome; the table after"
        " it lists every claim with its verdict.",
        height=CHIP * (total + above),
    )
    for place, (column, head) in enumerate(heads.items()):
        at = (place * column_width, 0.7)
        write(ax, *at, head, colour=COLOURS[column], up="bottom", bold=True, size=size)
    top = 0.0
    for notebook, height in lines.items():
        section = str(notebook)[3:].replace("_", " ").capitalize()
        write(ax, -0.2, top - 0.1, section, across="left" if on_phone() else "right")
        top -= name_height
        for place, column in enumerate(COLUMNS):
            claims = board[(board.notebook == notebook) & (board.column == column)].id
            corner = (place * column_width, top)
            _chips(ax, claims, corner, per_line=per_line, colour=COLOURS[column])
        top -= height + BETWEEN_ROWS
        ax.axhline(top + 0.55, color=LIGHT, linewidth=0.6, label="_rule")
    _only_text(ax)
    ax.set_xlim(-0.3, len(COLUMNS) * column_width - 0.4)
    ax.set_ylim(top + 0.4, above)
    ax.set_yticks([])
    return ax


def _chips(
    ax: Axes, claims: pd.Series, corner: tuple[float, float], *, per_line: int, colour: str
) -> None:
    """Claims as small labelled dots, some to a line."""
    down, right = np.divmod(np.arange(len(claims)), per_line)
    xs, ys = corner[0] + BETWEEN_ROWS + right, corner[1] - down - 0.1
    ax.scatter(xs, ys, s=170 if on_phone() else 210, color=colour, linewidths=0)
    for x, y, claim in zip(xs, ys, claims, strict=True):
        number = str(int(claim[1:]))
        write(ax, x, y, number, colour="white", across="center", bold=True, size=7.5)


def _only_text(ax: Axes) -> None:
    """Take off grid, ticks and lower edge."""
    ax.grid(visible=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)


@on_any_screen
def plot_readings(readings: pd.DataFrame) -> Axes:
    """Where the rule puts each claim and where other sources and methods put it: a specification
    curve over the ledger.

    The first of the ``other_readings`` is drawn at the top; the name of a claim that depends on
    the source or the method is set in colour.
    """
    depend = int(readings.depends.sum())
    ax, places = row_canvas(
        list(readings.name),
        title=f"{depend} verdicts depend on the source or the method, {len(readings) - depend} do"
        " not",
        unit="Square: the verdict. Dots: other sources and methods, where they put the claim",
        source="the readings of the ledger; those that lean on the same figures are left out.",
        alt="A row for each judged claim: a square in the column of its verdict, and dots in the"
        " columns where other sources and methods put it.",
        each=0.24,
        head=2.8,
        lowest=1.0 - len(readings),
        colours=[SECOND if depends else INK for depends in readings.depends],
    )
    width, size = 2 + readings.readings.map(len).max(), CREDIT if on_phone() else SMALL
    others = readings.readings.map(lambda labels: [column_of(one) for one in labels])
    for place, column in enumerate(COLUMNS):
        left, colour = place * width, COLOURS[column]
        head = broken(column, inches=HEAD_WIDTH, size=size, bold=True)
        write(ax, left, ax.get_ylim()[1], head, colour=colour, up="top", bold=True, size=size)
        counts = [labels.count(column) for labels in others]
        dots = [left + 1.4 + i for count in counts for i in range(count)]
        ax.scatter(dots, np.repeat(places, counts), marker="o", s=20, color=colour)
        squares = places[(readings.label.map(column_of) == column).to_numpy()]
        ax.scatter([left + 0.3] * len(squares), squares, marker="s", s=45, color=colour)
    _only_text(ax)
    ax.grid(visible=True, axis="y", color=LIGHT, linewidth=0.6)
    ax.set_xlim(-0.4, len(COLUMNS) * width)
    return ax
