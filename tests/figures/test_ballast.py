"""Figures of trade and politics, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import ballast
from analysis.figures.plotted import plotted
from analysis.figures.style import GREY, POINT, SECOND


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_shifts_are_averaged_by_the_size_of_the_share():
    rows = pd.DataFrame(
        {"lagged_share_pct": [0.0, 0.05, 20.0, 100.0], "shift": [1.0, 3.0, 5.0, 5.0]}
    )
    table = ballast.shifts_by_share(rows)
    assert table.to_dict("list") == {
        "share": ["under 0.1", "10 or more"],
        "shift": [2.0, 5.0],
        "pairs_years": [2, 2],
    }
    ax = ballast.plot_shifts(
        table, title="Larger shares, larger shifts", source="made up for this test"
    )
    assert plotted(ax)[["x", "y"]].to_numpy().tolist() == [["under 0.1", 2.0], ["10 or more", 5.0]]


def test_estimates_are_coloured_by_whether_their_interval_leaves_out_zero():
    rows = [("below", -2.0, -3.0, -1.0), ("across", 0.0, -1.0, 1.0), ("above", 2.0, 1.0, 3.0)]
    ax = ballast.plot_estimates(
        rows, title="One is below, one above", unit="points", source="made up for this test"
    )
    table = plotted(ax)
    assert table.series.tolist() == table.y.tolist() == ["below", "across", "above"]
    assert table.x.tolist() == [-2.0, 0.0, 2.0]
    dots = [drawn.get_color() for drawn in ax.get_lines() if not drawn.get_label().startswith("_")]
    assert dots == [POINT, GREY, SECOND]
    assert ax.get_legend() is None


def test_both_series_of_a_pair_reach_a_hundred():
    shares, distances = (
        pd.Series([2.0, 8.0], index=[2000, 2001]),
        pd.Series([3.0, 1.0], index=[2000, 2001]),
    )
    table = plotted(
        ballast.plot_pair(shares, distances, title="A and B", source="made up for this test")
    )
    assert table.groupby("series").y.max().tolist() == [100.0, 100.0]
    assert table.series.unique().tolist() == [
        "trade share (100 = 8.0 %)",
        "UN distance (100 = 3.00)",
    ]
