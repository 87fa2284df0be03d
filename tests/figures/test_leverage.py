"""Figures of scenarios, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import leverage
from analysis.figures.plotted import plotted
from analysis.models.scenarios import Assumption, fit_scenario


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_the_widest_bar_stands_at_the_top():
    def one(name, half):
        return Assumption(
            name=name,
            meaning=name,
            unit="",
            low=-half,
            central=0.0,
            high=half,
            kind="assumption",
            reason="made up",
        )

    scenario = fit_scenario(
        lambda v: {"a": v["narrow"], "b": v["wide"]},
        [one("narrow", 1.0), one("wide", 3.0)],
        unit="x",
    )
    table = plotted(leverage.plot_tornado(scenario, title="The wide one", source="made up"))
    assert table.y.tolist() == ["narrow", "wide"]
    assert table.x.tolist() == [1.0, 3.0]


def test_changes_are_shown_to_two_digits():
    ax = leverage.plot_changes(pd.Series({"a": 2.345, "b": -0.0789}), title="t", source="made up")
    assert plotted(ax).x.tolist() == [2.3, -0.079]
