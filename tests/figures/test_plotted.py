"""What a figure plots is read back from it: every series, upright and lying bars, and names at
ticks."""

import numpy as np
import pandas as pd
import pytest

from analysis.figures import marks
from analysis.figures.canvas import canvas
from analysis.figures.plotted import fingerprint, plotted


@pytest.fixture
def ax():
    return canvas("Exports rose", unit="USD billion", source="made up", alt="Made up. " * 5)


def test_lines_are_read_with_their_gaps_and_helper_lines_are_not(ax):
    marks.line(ax, pd.Series([1.0, 4.0], index=[2000, 2002]), label="exports\nof goods")
    ax.axhline(3, label="_base")
    ax.fill_between([2000, 2001], [0, 0], [1, 1])
    table = plotted(ax)
    assert set(table.series) == {"exports of goods"}
    assert table.x.tolist() == [2000, 2001, 2002]
    np.testing.assert_array_equal(table.y, [1.0, np.nan, 4.0])
    assert "exports\nof goods: 2 points, first 1, last 4, sum 5" in fingerprint(ax)


@pytest.mark.parametrize("lying", [False, True])
def test_bars_give_their_length_and_the_name_at_their_tick(ax, lying):
    (ax.barh if lying else ax.bar)(["coal", "gas"], [5, 7])
    table = plotted(ax)
    names, sizes = (table.y, table.x) if lying else (table.x, table.y)
    assert names.tolist() == ["coal", "gas"]
    assert sizes.tolist() == [5, 7]
    assert fingerprint(ax).endswith("bars: 2, largest 7, sum 12")


def test_names_set_by_hand_are_used_and_numbers_left_alone(ax):
    ax.plot([1, 2], [0, 1], "o", label="dots")
    ax.set_yticks([0, 1], ["slowed\ndown", "shrank"])
    ax.set_xticks([1, 2])
    table = plotted(ax)
    assert table.y.tolist() == ["slowed down", "shrank"]
    assert table.x.tolist() == [1, 2]


def test_a_changed_point_changes_the_fingerprint(ax):
    points = ax.scatter([1, 2], [3, 4])
    before = fingerprint(ax)
    points.set_offsets([[1, 3], [2, 4.1]])
    assert fingerprint(ax) != before


def test_an_axis_without_series_gives_an_empty_table(ax):
    assert plotted(ax).empty
