"""The scorecard shows every claim once, in the column of its label."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.claims import LABELS
from analysis.claims.board import counts, scoreboard
from analysis.claims.cards import COLUMNS, column_of
from analysis.claims.ledger import ARGUED
from analysis.figures.plotted import plotted
from analysis.figures.scorecard import plot_readings, plot_scorecard


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_every_label_has_one_column():
    labels = {*(label for kind in LABELS.values() for label in kind), ARGUED}
    assert labels == {label for gathered in COLUMNS.values() for label in gathered}
    assert column_of("mixed") == "stands in part"


def test_every_claim_is_shown_once():
    board = scoreboard()
    ax = plot_scorecard(board)
    shown = sorted(int(text.get_text()) for text in ax.texts if text.get_text().isdigit())
    assert shown == list(range(1, len(board) + 1))
    assert len(plotted(ax)) == len(board)
    assert sum(counts(board).values()) == len(board)


def test_each_reading_stands_in_the_column_of_its_label():
    rows = [
        ("C01", "a", "holds", ["holds", "does not hold"], 50.0),
        ("C02", "b", "mixed", ["mixed", "mixed", "evidence for"], 67.0),
    ]
    readings = pd.DataFrame(rows, columns=["id", "name", "label", "readings", "agree_pct"])
    ax = plot_readings(readings, fragile_below=60.0)
    table = plotted(ax)
    top, below = table[table.y == "a"].x.sort_values(), table[table.y == "b"].x.sort_values()
    assert len(top) == 1 + 2
    assert len(below) == 1 + 3
    assert below.iloc[0] > top.iloc[0]  # the dot under 'stands' lies right of the square there
    assert top.iloc[1] < below.iloc[1] < below.iloc[3] < top.iloc[2]
    assert len({tick.get_color() for tick in ax.get_yticklabels()}) == 2
    assert ax.get_label().startswith("1 of 2 verdicts are fragile")
