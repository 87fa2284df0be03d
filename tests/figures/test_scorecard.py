"""The scorecard shows every claim once, in the column of its label."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.claims import LABELS, scoreboard
from analysis.claims.ledger import NOT_JUDGED, NOT_YET
from analysis.figures.plotted import plotted
from analysis.figures.scorecard import COLUMNS, column_of, counts, headline, plot_agreement, plot_scorecard


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
    ax = plot_scorecard(board, sections=sections, title=headline(board), source="made up for this test")
    shown = sorted(int(text.get_text()) for text in ax.texts if text.get_text().isdigit())
    assert shown == list(range(1, len(board) + 1))
    assert len(plotted(ax)) == len(board)
    assert sum(counts(board).values()) == len(board)


def test_the_most_fragile_stand_at_the_top():
    ax = plot_agreement(
        pd.Series({"a": 100.0, "b": 0.0, "c": 50.0}), title="One is fragile", source="made up for this test"
    )
    table = plotted(ax)
    assert table.y.tolist() == ["a", "c", "b"]
    assert table.x.tolist() == [100.0, 50.0, 0.0]
