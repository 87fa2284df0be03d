"""Figures of the split and the thaw, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.figures import split
from analysis.figures.plotted import plotted


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


PAIR = {"home": "CHN", "partner": "RUS"}


def test_missing_years_stay_missing_and_false_zeros_are_apart():
    values = pd.Series([2098.0, 100.0, 47.0], index=[1959, 1968, 1970])
    zeros = pd.Series([0.0, 0.0], index=[1960, 1961])
    ax = split.plot_turnover({"cited": values}, removed=zeros)
    table = plotted(ax)
    known = table[table.series == "cited"].dropna()
    assert known.x.tolist() == [1959, 1968, 1970]
    assert table[table.series == "published zeros, removed"].y.tolist() == [0, 0]
    assert ax.get_label() == (
        "Sino-Soviet trade fell from 2,098 million dollars in 1959 to 47 in 1970"
    )
    assert "a shaded gap to 1967" in ax.figure.ballast.alt


def test_each_fall_is_drawn_from_its_beginning_to_its_recovery():
    levels = pd.Series([10.0, 6.0, 8.0, 12.0], index=range(2000, 2004))
    ax = split.plot_falls(levels, deep_pct=25, **PAIR)
    part = plotted(ax).query("series == 'fall after 2000'")
    assert part.x.tolist() == [2000, 2001, 2002, 2003]
    assert any("3 years" in text.get_text() for text in ax.texts)
    assert ax.get_label() == "China-Russia: 1 deep or lasting falls of trade since 2000"


def test_agreement_runs_from_zero_to_one_and_its_lowest_year_is_marked():
    agreement = pd.Series([0.8, 0.6, 0.7], index=[1990, 1991, 1992])
    ax = split.plot_agreement(agreement, **PAIR)
    assert plotted(ax).query("series == 'agreement in votes'").y.tolist() == [0.8, 0.6, 0.7]
    assert ax.get_ylim() == (0, 1)
    assert "0.60 in 1991" in [text.get_text() for text in ax.texts]
    assert ax.get_label() == "China-Russia: mean agreement 0.65 in 1991-95"


def test_agreement_that_ends_before_1985_has_a_lowest_year_and_a_mean_too():
    ax = split.plot_agreement(pd.Series([0.4, 0.6], index=[1970, 1971]), **PAIR)
    assert "0.40 in 1970" in [text.get_text() for text in ax.texts]
    assert ax.get_label() == "China-Russia: mean agreement 0.50"


def test_distance_is_alone_on_its_axis_and_its_farthest_year_in_the_title():
    distance = pd.DataFrame(
        {"year": [1990, 1991], "distance": [2.0, 1.0], "ci_low": [1.5, 0.5], "ci_high": [2.5, 1.5]}
    )
    ax = split.plot_distance(distance, **PAIR)
    table = plotted(ax)
    assert table.series.unique().tolist() == ["distance of ideal points"]
    assert table.y.tolist() == [2.0, 1.0]
    assert ax.get_label() == "China-Russia: farthest apart in 1990, at 50 % of that in 1991"


def test_a_reason_is_handed_on():
    reason = NotApplicable("nothing was published.")
    assert split.plot_falls(reason, deep_pct=25, **PAIR) is reason
    assert split.plot_agreement(reason, **PAIR) is reason
    assert split.plot_distance(reason, **PAIR) is reason
