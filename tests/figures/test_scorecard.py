"""The scorecard shows every claim once, in the column of its label."""

import matplotlib.pyplot as plt
import pytest

from analysis.claims import LABELS, scoreboard
from analysis.claims.ledger import NOT_JUDGED, NOT_YET
from analysis.figures.plotted import plotted
from analysis.figures.scorecard import (
    COLUMNS,
    column_of,
    counts,
    headline,
    plot_readings,
    plot_scorecard,
)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_every_label_has_one_column():
    labels = {*(label for kind in LABELS.values() for label in kind), NOT_YET, NOT_JUDGED}
    assert labels == {label for gathered in COLUMNS.values() for label in gathered}
    assert column_of("mixed") == "stands in part"


def test_every_claim_is_shown_once():
    board = scoreboard()
    sections = {name: name for name in board.notebook.unique()}
    ax = plot_scorecard(
        board, sections=sections, title=headline(board), source="made up for this test"
    )
    shown = sorted(int(text.get_text()) for text in ax.texts if text.get_text().isdigit())
    assert shown == list(range(1, len(board) + 1))
    assert len(plotted(ax)) == len(board)
    assert sum(counts(board).values()) == len(board)


def test_each_reading_stands_in_the_column_of_its_label():
    readings = {
        "a": ("holds", ["holds", "does not hold"]),
        "b": ("mixed", ["mixed", "mixed", "evidence for"]),
    }
    ax = plot_readings(
        readings, fragile=["a"], title="One is fragile", source="made up for this test"
    )
    table = plotted(ax)
    top, below = table[table.y == "a"].x.sort_values(), table[table.y == "b"].x.sort_values()
    assert len(top) == 1 + 2
    assert len(below) == 1 + 3
    assert below.iloc[0] > top.iloc[0]  # the dot under 'stands' lies right of the square there
    assert top.iloc[1] < below.iloc[1] < below.iloc[3] < top.iloc[2]
    assert len({tick.get_color() for tick in ax.get_yticklabels()}) == 2
