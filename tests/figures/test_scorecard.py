"""The scorecard shows every claim once, in the column of its label."""

import pandas as pd
import pytest

from analysis.claims import LABELS, board
from analysis.claims.board import counts, fragile, other_readings, passed_by_chance, scoreboard
from analysis.claims.cards import COLUMNS, column_of
from analysis.claims.ledger import ARGUED
from analysis.figures.plotted import plotted
from analysis.figures.scorecard import plot_readings, plot_scorecard


def test_every_label_has_one_column():
    labels = {*(label for kind in LABELS.values() for label in kind), ARGUED}
    assert labels == {label for gathered in COLUMNS.values() for label in gathered}
    assert column_of("mixed") == "stands in part"


def test_every_claim_is_shown_once():
    shown_board = scoreboard()
    ax = plot_scorecard(shown_board)
    shown = sorted(int(text.get_text()) for text in ax.texts if text.get_text().isdigit())
    assert shown == list(range(1, len(shown_board) + 1))
    assert len(plotted(ax)) == len(shown_board)
    assert sum(counts(shown_board).values()) == len(shown_board)


def test_each_reading_stands_in_the_column_of_its_label():
    rows = [
        ("C01", "a", "holds", ["holds", "does not hold"], True),
        ("C02", "b", "mixed", ["mixed", "mixed", "evidence for"], False),
    ]
    readings = pd.DataFrame(rows, columns=["id", "name", "label", "readings", "depends"])
    ax = plot_readings(readings)
    table = plotted(ax)
    top, below = table[table.y == "a"].x.sort_values(), table[table.y == "b"].x.sort_values()
    assert len(top) == 1 + 2
    assert len(below) == 1 + 3
    assert below.iloc[0] > top.iloc[0]  # the dot under 'stands' lies right of the square there
    assert top.iloc[1] < below.iloc[1] < below.iloc[3] < top.iloc[2]
    assert len({tick.get_color() for tick in ax.get_yticklabels()}) == 2
    assert ax.get_label() == "1 verdicts depend on the source or the method, 1 do not"


def test_claims_that_depend_on_source_or_method_come_first_and_are_the_fragile_ones():
    readings = other_readings()
    assert readings.depends.is_monotonic_decreasing
    assert not readings.firmness.eq("single source").any()
    assert list(fragile(readings).id) == list(readings.id[readings.depends])
    assert set(fragile(readings).firmness.str.slice(0, 15)) == {"depends on the "}


def test_many_tests_are_held_against_what_chance_would_pass():
    tests = pd.DataFrame({"p": [0.01, 0.09, 0.5], "p_among_all": [0.03, 0.135, 0.5]})
    counted = passed_by_chance(tests, level=0.1)
    assert counted.pop("by_chance") == pytest.approx(0.3)
    assert counted == {"tests": 3, "level": 0.1, "passed": 2, "passed_among_all": 1}
    real = board.tests_of_chance()
    assert (real.p_among_all >= real.p).all()
    assert real.p.is_monotonic_increasing
