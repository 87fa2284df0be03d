"""Figures of votes, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import outlook
from analysis.figures.plotted import plotted


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_the_closest_stand_at_the_top():
    ax = outlook.plot_places(
        {"A among\nB's": pd.Series([5.0, 1.0], index=[2000, 2001])}, title="t", source="made up"
    )
    assert ax.get_ylim() == (100, 0)
    assert plotted(ax).y.tolist() == [5.0, 1.0]


def test_votes_of_the_south_fill_a_hundred():
    table = pd.DataFrame(
        {"against_russia": [0.5], "abstained": [0.3], "absent": [0.1], "with_russia": [0.1]},
        index=["2022-03-02"],
    )
    drawn = plotted(outlook.plot_south(table, title="t", source="made up"))
    assert drawn.y.tolist() == pytest.approx([50, 80, 90, 100])
    assert set(drawn.x) == {"03/22"}


def test_vetoes_are_stacked_in_order():
    counts = pd.DataFrame(
        {"together": [2], "Russia alone": [3], "China alone": [1]}, index=["2020-24"]
    )
    assert plotted(outlook.plot_vetoes(counts, title="t", source="made up")).y.tolist() == [2, 5, 6]
