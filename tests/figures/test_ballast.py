"""Figures of trade and politics, by their data and labels."""

import pandas as pd

from analysis.errors import NotApplicable
from analysis.figures import ballast
from analysis.figures.plotted import plotted
from analysis.figures.style import GREY, POINT, SECOND


def test_bars_rise_and_the_title_says_so():
    by_share = pd.DataFrame(
        {"share": ["under 0.1", "10 or more"], "shift": [2.0, 5.0], "pairs_years": [2, 2]}
    )
    ax = ballast.plot_shifts(by_share)
    assert plotted(ax)[["x", "y"]].to_numpy().tolist() == [["under 0.1", 2.0], ["10 or more", 5.0]]
    assert "larger shifts" in ax.get_label()


def test_estimates_are_coloured_by_whether_their_interval_leaves_out_zero():
    rows = [("below", -2.0, -3.0, -1.0), ("across", 0.0, -1.0, 1.0), ("above", 2.0, 1.0, 3.0)]
    ax = ballast.plot_estimates(
        pd.DataFrame(rows, columns=["reading", "estimate", "low", "high"]), matters_pct=2
    )
    table = plotted(ax)
    assert table.series.tolist() == table.y.tolist() == ["below", "across", "above"]
    assert table.x.tolist() == [-2.0, 0.0, 2.0]
    dots = [drawn.get_color() for drawn in ax.get_lines() if not drawn.get_label().startswith("_")]
    assert dots == [POINT, GREY, SECOND]
    assert ax.get_label().startswith("1 of 3 readings finds that two states were steadier")
    assert ax.get_xlim() == (-ax.get_xlim()[1], ax.get_xlim()[1])
    assert "1 wholly to its left, 1 across it, 1 wholly" in ax.figure.ballast.alt


def test_both_series_of_a_pair_reach_a_hundred():
    pair = pd.DataFrame({"share_pct": [2.0, 8.0], "distance": [3.0, 1.0]}, index=[2000, 2001])
    table = plotted(ballast.plot_pair(pair, home="Russia", partner="China"))
    assert table.groupby("series").y.max().tolist() == [100.0, 100.0]
    assert table.series.unique().tolist() == [
        "trade share (100 = 8.0 %)",
        "UN distance (100 = 3.00)",
    ]


def test_a_pair_without_data_is_handed_on():
    missing = NotApplicable("they never voted")
    assert ballast.plot_pair(missing, home="SSD", partner="TUV") is missing
