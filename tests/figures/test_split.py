"""Figures of troops and students around 1969, by their data and labels."""

import pandas as pd

from analysis.figures import split
from analysis.figures.plotted import plotted


def test_students_and_divisions_stand_on_one_scale():
    divisions = pd.DataFrame({"year": [1965, 1970], "low": [15.0, 37.0], "high": [15.0, 41.0]})
    students = pd.DataFrame({"year": [1960, 1961], "people_low": [300.0, 71.0]})
    ax = split.plot_around_1969(divisions, students)
    table = plotted(ax).dropna()
    assert table.x.tolist() == [1960, 1961, 1965, 1970]
    assert table.y.tolist() == [300, 71, 15, 37]
    assert ax.get_yscale() == "log"
    said = "Students fell from 300 to 71 a year, divisions rose from 15 to at least 37"
    assert ax.get_label() == said
