"""Figures of disputes and patrols, by their data and labels."""

import pandas as pd

from analysis.errors import NotApplicable
from analysis.figures import border
from analysis.figures.plotted import plotted
from analysis.measures.events import event_rates

PAIR = {"home": "RUS", "partner": "CHN"}


def test_disputes_of_one_year_are_stacked_and_split_by_what_they_were_about():
    disputes = pd.DataFrame({"start_year": [1969, 1969, 1974], "territorial": [True, False, False]})
    ax = border.plot_disputes(disputes, **PAIR)
    table = plotted(ax)
    assert table.series.tolist() == ["over territory", *["over other matters"] * 2]
    assert table[["x", "y"]].to_numpy().tolist() == [[1969, 1], [1969, 2], [1974, 1]]
    assert "border agreement" in [text.get_text() for text in ax.texts]
    assert ax.get_legend() is None
    assert ax.get_label() == "Russia and China: no dispute over territory began after 1969"


def test_another_pair_has_no_steps_and_perhaps_no_territory_in_dispute():
    disputes = pd.DataFrame({"start_year": [1971], "territorial": [False]})
    ax = border.plot_disputes(disputes, home="USA", partner="IND")
    assert "border agreement" not in [text.get_text() for text in ax.texts]
    assert ax.get_label() == "United States and India: none of the disputes was over territory"
    none = border.plot_disputes(disputes.iloc[:0], home="USA", partner="IND")
    assert isinstance(none, NotApplicable)
    assert "no dispute of United States and India is in the list" in none.reason


def test_counts_stand_on_one_another():
    counts = pd.DataFrame({"patrols": [1, 2], "exercises": [3, 0]}, index=[2019, 2020])
    ax = border.plot_yearly_counts(counts)
    assert plotted(ax).y.tolist() == [1, 2, 4, 2]
    assert ax.get_label() == "Bombers have flown 3 joint patrols since 2019, at most 2 a year"


def test_rates_are_named_and_their_events_counted():
    rates = event_rates([1960, 1961, 1980], periods={"before": (1950, 1969), "after": (1970, 1989)})
    ax = border.plot_rates(rates, **PAIR)
    table = plotted(ax)
    assert table.y.tolist() == ["before", "after"]
    assert table.x.tolist() == [0.1, 0.05]
    assert "2 in 20 years" in [text.get_text().strip() for text in ax.texts]


def test_each_count_of_forces_is_a_bar_named_by_area_and_year():
    forces = pd.DataFrame(
        {"year": [1980, 2021], "measure": ["troops in two districts", "ground forces"]}
    ).assign(people=[450000.0, 80000.0])
    ax = border.plot_forces(forces)
    table = plotted(ax)
    assert table.x.tolist() == [450000, 80000]
    assert table.y.tolist() == ["Troops in two districts, 1980", "Ground forces, 2021"]
    assert ax.get_label() == (
        "450,000 men faced China in 1980; 80,000 were counted in 2021, of another area"
    )
