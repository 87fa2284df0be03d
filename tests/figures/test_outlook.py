"""Figures of votes, and of two countries among others, by their data and words."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence.a_shared_outlook import Places
from analysis.figures import frictions, outlook
from analysis.figures.plotted import plotted


def test_the_closest_stand_at_the_top():
    places = [pd.Series(values, index=[2020, 2021]) for values in ([5.0, 1.0], [60.0, 20.0])]
    ax = outlook.plot_places(Places(*places, (2020, 2021)), home="RUS", partner="CHN")
    assert ax.get_ylim() == (100, 0)
    assert plotted(ax).y.tolist() == [5.0, 1.0, 60.0, 20.0]
    said = "3 % of states voted more like Russia than China did, 40 % more like China than Russia"
    assert ax.get_label() == f"{said} did (2020-21)"


def test_votes_of_the_south_fill_a_hundred():
    table = pd.DataFrame(
        {"against_russia": [0.5], "abstained": [0.3], "absent": [0.1], "with_russia": [0.1]},
        index=["2022-03-02"],
    )
    ax = outlook.plot_south(table)
    assert plotted(ax).y.tolist() == pytest.approx([50, 80, 90, 100])
    assert set(plotted(ax).x) == {"03/22"}
    assert "40 % of the South abstained or stayed away, 10 % stood with Russia" in ax.get_label()


def test_vetoes_are_stacked_in_order():
    counts = pd.DataFrame(
        {"together": [2], "Russia alone": [3], "China alone": [1]}, index=["2020-24"]
    )
    ax = outlook.plot_vetoes(counts)
    assert plotted(ax).y.tolist() == [2, 5, 6]
    assert ax.get_label() == (
        "Since 2020 Russia and China have cast 2 vetoes together, Russia 3 alone, China 1"
    )


def test_two_countries_are_compared_state_by_state_and_by_year():
    shares = pd.DataFrame({"Russia": [20.0, 30.0], "China": [25.0, 10.0]})
    states = shares.set_axis(["Kazakhstan", "Uzbekistan"])
    ax = frictions.plot_central_asia(states, year=2020)
    assert plotted(ax).x.tolist() == [20, 25, 30, 10]
    assert plotted(ax).series.tolist()[:2] == ["Kazakhstan: Russia", "Kazakhstan: China"]
    assert ax.get_label() == "China traded more than Russia with 1 of 2 states of Central Asia"
    assert "as cited" in frictions.plot_central_asia(states).figure.ballast.source
    ax = frictions.plot_between(shares.set_axis([2019, 2020]), "KAZ")
    assert plotted(ax).y.tolist() == [25, 10, 20, 30]
    assert ax.get_label().startswith(
        "In the trade of Kazakhstan China went from 25 to 10 %, Russia"
    )


def test_every_two_years_are_joined_and_the_title_counts_those_that_were_better():
    spans = pd.DataFrame(
        {
            "group": ["a pair", "a state and allies"] * 3,
            "before": [78.0, 44.0, 78.0, 44.0, 76.0, 40.0],
            "after": [75.0, 35.0, 76.0, 40.0, 75.0, 39.5],
            "first": [2016, 2016, 2016, 2016, 2020, 2020],
            "last": [2025, 2025, 2020, 2020, 2025, 2025],
        }
    )
    ax = frictions.plot_agreement(spans)
    drawn = plotted(ax).groupby("series", sort=False).y.apply(lambda y: y.dropna().tolist())
    assert drawn["a pair, every two years"] == [78, 75, 78, 76, 76, 75]
    assert drawn["a state and allies"] == [44, 35]
    said = "a pair held together better than a state and allies in 2 of 3 pairs of years, 2016-2025"
    assert ax.get_label() == said
    assert frictions.plot_agreement(NotApplicable("no votes")) == NotApplicable("no votes")
