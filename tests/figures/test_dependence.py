"""Figures of dependence, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import dependence
from analysis.figures.plotted import plotted
from analysis.figures.style import POINT


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_shares_show_each_line_and_the_range_beside_the_last():
    lines = {
        "a": pd.Series([1.0, 2.0], index=[2000, 2001]),
        "b": pd.Series([3.0, 4.0], index=[2000, 2001]),
    }
    ax = dependence.plot_shares(
        lines, point="b", title="b is larger", source="made up", spread=(2001, 3.0, 6.0)
    )
    table = plotted(ax)
    assert table.groupby("series").y.last().to_dict() == {"a": 2.0, "b": 4.0}
    assert next(drawn for drawn in ax.get_lines() if drawn.get_label() == "b").get_color() == POINT
    assert any("other sources" in text.get_text() for text in ax.texts)


def test_every_pair_is_in_a_bar_and_those_beyond_in_the_last():
    ax = dependence.plot_gaps(
        pd.Series([0.5, 1.5, 30.0, 99.0]), pair="A-B", gap=30.0, title="t", source="made up"
    )
    table = plotted(ax)
    assert table.y.sum() == 4
    assert table.y.iloc[0] == 2
    assert table.y.iloc[-1] == 1


def test_first_suppliers_and_sizes_carry_their_numbers():
    shares = pd.Series([1.0, 35.0], index=[1995, 2020])
    ax = dependence.plot_first_supplier(shares, 42.0, later_year=2025, title="t", source="made up")
    assert "42 % in 2025" in " ".join(text.get_text() for text in ax.texts)
    table = plotted(
        dependence.plot_sizes(
            pd.Series({"X": 120.0, "Y": 5.0}), limit=25, title="t", source="made up"
        )
    )
    assert table[["x", "y"]].to_numpy().tolist() == [[5.0, "Y"], [120.0, "X"]]
