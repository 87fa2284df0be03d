"""Figures of the split and the thaw, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.claims.split import falls
from analysis.figures import split
from analysis.figures.plotted import plotted


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_missing_years_stay_missing_and_false_zeros_are_apart():
    values = pd.Series([2098.0, 100.0, 47.0], index=[1959, 1968, 1970])
    zeros = pd.Series([0.0, 0.0], index=[1960, 1961])
    table = plotted(
        split.plot_turnover(
            {"cited": values}, gap=(1960, 1967), removed=zeros, title="t", source="made up"
        )
    )
    known = table[table.series == "cited"].dropna()
    assert known.x.tolist() == [1959, 1968, 1970]
    assert table[table.series == "published zeros, removed"].y.tolist() == [0, 0]


def test_each_fall_is_drawn_from_its_beginning_to_its_recovery():
    levels = pd.Series([10.0, 6.0, 8.0, 12.0], index=range(2000, 2004))
    ax = split.plot_falls(levels, falls(levels, deep_pct=25), title="One fall", source="made up")
    part = plotted(ax).query("series == 'fall after 2000'")
    assert part.x.tolist() == [2000, 2001, 2002, 2003]
    assert any("3 years" in text.get_text() for text in ax.texts)


def test_agreement_runs_from_zero_to_one_and_its_lowest_year_is_marked():
    ax = split.plot_agreement(
        pd.Series([0.8, 0.6, 0.7], index=[1990, 1991, 1992]), title="t", source="made up"
    )
    assert plotted(ax).query("series == 'agreement in votes'").y.tolist() == [0.8, 0.6, 0.7]
    assert ax.get_ylim() == (0, 1)
    assert "0.60 in 1991" in [text.get_text() for text in ax.texts]


def test_agreement_that_ends_before_1985_has_a_lowest_year_too():
    ax = split.plot_agreement(
        pd.Series([0.4, 0.6], index=[1970, 1971]), title="t", source="made up"
    )
    assert "0.40 in 1970" in [text.get_text() for text in ax.texts]


def test_distance_is_alone_on_its_axis():
    distance = pd.DataFrame(
        {"year": [1990, 1991], "distance": [1.0, 2.0], "ci_low": [0.5, 1.5], "ci_high": [1.5, 2.5]}
    )
    table = plotted(split.plot_distance(distance, title="t", source="made up"))
    assert table.series.unique().tolist() == ["distance of ideal points"]
    assert table.y.tolist() == [1.0, 2.0]
