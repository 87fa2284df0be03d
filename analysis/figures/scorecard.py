"""The whole ledger as a figure: where each claim stands, and where its other readings put it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.claims.board import counts, headline
from analysis.claims.cards import COLOURS, COLUMNS, column_of
from analysis.figures.marks import on_any_screen, write
from analysis.figures.style import (
    CREDIT,
    INK,
    LIGHT,
    SECOND,
    SMALL,
    broken,
    canvas,
    on_phone,
    row_canvas,
)

PER_LINE = 5
"""Claims beside one another before a new line begins; two less on a phone."""
BETWEEN_ROWS = 0.35
HEAD_WIDTH = 0.7
"""Inches for the name of a column, where columns are narrow."""
CHIP = 0.27
"""Inches from one line of claims to the next."""


def section_name(notebook: str) -> str:
    """A notebook's name as the name of a section: '04_the_trade_boom' is 'The trade boom'."""
    return notebook[3:].replace("_", " ").capitalize()


@on_any_screen
def plot_scorecard(board: pd.DataFrame) -> Axes:
    """Every claim of the ``scoreboard`` by its section (row) and by where it stands (column); place
    says it, colour repeats it.
    """
    per_line = PER_LINE - 2 * on_phone()
    column_width, name_height = per_line + 0.6, 0.9 if on_phone() else 0.0
    lines = {
        str(notebook): int(-(-group.column.value_counts().max() // per_line))
        for notebook, group in board.groupby("notebook")
    }
    size = CREDIT if on_phone() else SMALL
    heads = {
        column: f"{broken(column, inches=HEAD_WIDTH, size=size, bold=True)}\n{number}"
        for column, number in counts(board).items()
    }
    total = sum(lines.values()) + (BETWEEN_ROWS + name_height) * len(lines)
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
        name = write(ax, -0.2, top - 0.1, section_name(notebook))
        name.set_horizontalalignment("left" if on_phone() else "right")
        section = board[board.notebook == notebook]
        top -= name_height
        for place, column in enumerate(COLUMNS):
            claims = list(section[section.column == column].id)
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
    ax: Axes, claims: Sequence[str], corner: tuple[float, float], *, per_line: int, colour: str
) -> None:
    """Claims as small labelled dots, some to a line."""
    left, top = corner
    xs = [left + BETWEEN_ROWS + i % per_line for i in range(len(claims))]
    ys = [top - i // per_line - 0.1 for i in range(len(claims))]
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
    width = 2 + int(readings.readings.map(len).max())
    for place, column in enumerate(COLUMNS):
        left, colour = place * width, COLOURS[column]
        size = CREDIT if on_phone() else SMALL
        head = broken(column, inches=HEAD_WIDTH, size=size, bold=True)
        write(ax, left, ax.get_ylim()[1], head, colour=colour, up="top", bold=True, size=size)
        others = readings.readings.map(lambda labels: [column_of(one) for one in labels])
        counts = [labels.count(column) for labels in others]
        dots = [left + 1.4 + i for count in counts for i in range(count)]
        ax.scatter(dots, np.repeat(places, counts), marker="o", s=20, color=colour)
        squares = places[(readings.label.map(column_of) == column).to_numpy()]
        ax.scatter([left + 0.3] * len(squares), squares, marker="s", s=45, color=colour)
    _only_text(ax)
    ax.grid(visible=True, axis="y", color=LIGHT, linewidth=0.6)
    ax.set_xlim(-0.4, len(COLUMNS) * width)
    return ax
