"""Figures of dependence, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd

from analysis.evidence.the_trade_boom import Shares
from analysis.figures import dependence
from analysis.figures.plotted import plotted
from analysis.figures.style import POINT, SECOND


def shares(*rows):
    return pd.DataFrame(rows, columns=["year", "exports_pct", "imports_pct", "imports_high_pct"])


def test_the_partner_in_home_s_imports_is_the_point_and_a_range_where_it_is_one():
    ours = shares((2023, 24.0, 45.0, 47.0), (2024, 25.5, 46.3, 51.5))
    theirs = shares((2020, 2, 3, 3))
    ax = dependence.plot_weights(Shares(ours, theirs, None), home="RUS", partner="CHN")
    title = "In 2024 China supplied 46-52 % of Russia's imports and took 26 % of its exports"
    assert ax.get_label() == title
    last = plotted(ax).groupby("series", sort=False).y.last()
    assert last.tolist() == [46.3, 25.5, 3.0, 2.0]
    colours = {drawn.get_label(): drawn.get_color() for drawn in ax.get_lines()}
    assert colours["China in Russia's\nimports"] == POINT


def test_every_pair_is_in_a_bar_and_those_beyond_in_the_last():
    place = {"home": "A", "partner": "B", "gap": -30.0, "larger_pct": 25.0, "year": 2025}
    ax = dependence.plot_gaps(place | {"sizes": pd.Series([0.5, 1.5, 30.0, 99.0])})
    bars = plotted(ax).y
    assert [bars.sum(), bars.iloc[0], bars.iloc[-1]] == [4, 2, 1]
    assert ax.get_label() == "25 in 100 pairs of 2025 are more lopsided than A and B"
    assert "A-B\n-30 points" in [text.get_text() for text in ax.texts]


def test_every_importer_is_in_a_bar_and_home_is_marked_where_it_is_one():
    shares = pd.Series({"RUS": 78.0, "DEU": 20.0, "FRA": 22.0})
    ax = dependence.plot_electronics(shares, home="RUS")
    assert plotted(ax).y.sum() == 3
    assert ax.get_label().startswith(
        "Russia buys 78 % of its electrical goods from China, the importer in the middle 22 %"
    )
    assert "Russia\n78 %" in [text.get_text() for text in ax.texts]
    without = dependence.plot_electronics(shares.drop("RUS"), home="RUS")
    assert "the middle\n21 %" in [text.get_text() for text in without.texts]


def test_moves_of_each_of_the_two_are_bars_beside_one_another():
    moves = pd.DataFrame({"years": ["1993-1997", "1998-2002"], "RUS": [3, 1], "CHN": [1, 0]})
    ax = dependence.plot_moves(moves)
    assert ax.get_label() == "Russia made 4 and China 1 of the moves to a common vote"
    assert plotted(ax).y.tolist() == [3, 1, 1, 0]


def test_targets_of_the_limit_or_more_stand_out():
    ax = dependence.plot_sizes(pd.Series({"X": 120.0, "Y": 5.0, "Z": 25.0}))
    assert ax.get_label().startswith("1 of 3 targets")
    table = plotted(ax)
    assert table[["x", "y"]].to_numpy().tolist() == [[5.0, "Y"], [25.0, "Z"], [120.0, "X"]]
    shades = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert shades == [POINT, SECOND, SECOND]
