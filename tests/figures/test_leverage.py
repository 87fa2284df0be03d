"""Figures of scenarios, by their data and labels."""

import pandas as pd
import pytest

from analysis.figures import leverage
from analysis.figures.plotted import plotted
from analysis.models.scenarios import Assumption, fit_scenario


def test_the_widest_bar_stands_at_the_top():
    halves = {"narrow": 1.0, "wide": 3.0}
    assumptions = [
        Assumption(name=name, meaning=name, low=-half, central=0.0, high=half)
        for name, half in halves.items()
    ]
    ax = leverage.plot_tornado(fit_scenario(dict, assumptions, unit="x"))
    assert ax.get_label().endswith("what moves it most: wide")
    table = plotted(ax)
    assert table.y.tolist() == ["narrow", "wide"]
    assert table.x.tolist() == [1.0, 3.0]


def test_changes_are_shown_as_they_are_said_and_the_largest_is_named():
    changes = pd.DataFrame({"trade": ["a", "b"], "change_pct": [2.3, -0.079]})
    ax = leverage.plot_dearer(changes)
    assert plotted(ax).x.tolist() == [2.3, -0.079]
    assert ax.get_label().endswith("by up to +2.3 %")
    assert [text.get_text().strip() for text in ax.texts] == ["+2.3", "-0.079"]


def test_the_last_change_is_the_point_and_the_others_tell_what_is_usual():
    ax = leverage.plot_yearly_changes(pd.Series({2023: 0.02, 2024: -0.04, 2025: -0.15}))
    title = "Agreement changed by -0.15 in 2025; in half of the years before by 0.03 or less"
    assert ax.get_label() == title
    assert plotted(ax).y.tolist() == [0.02, -0.04, -0.15]


def test_each_member_is_a_line_and_the_mean_is_the_point():
    agreed = pd.DataFrame({2024: [0.6, 0.8, 0.5], 2025: [0.5, 0.4, float("nan")]})
    agreed = agreed.set_axis(["FRA", "MLT", "XKX"])
    agreed.attrs["texts"] = 12
    ax = leverage.plot_europe(agreed)
    drawn = plotted(ax).groupby("series", sort=False).y.apply(lambda y: y.dropna().tolist())
    assert drawn["each member"] == pytest.approx([60, 50, 80, 40])
    assert drawn["mean"] == pytest.approx([70, 45])
    said = "On the same 12 texts Washington and Europe agreed less in 2025 than in 2024: 45 %"
    assert ax.get_label() == f"{said} after 70 %"
