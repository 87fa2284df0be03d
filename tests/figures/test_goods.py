"""Figures of goods, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.evidence.traded_energy import Suppliers
from analysis.figures import goods
from analysis.figures.plotted import plotted
from analysis.measures.decomposition import price_and_volume


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_each_supplier_is_a_line():
    energy = pd.DataFrame({"A": [1.0, 3.0], "B": [2.0, 2.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 60.0))
    table = plotted(ax)
    assert ax.get_label() == "A: 60.0 % of the energy that China imported in 2019"
    assert table.groupby("series").y.apply(list).to_dict() == {"A": [1.0, 3.0], "B": [2.0, 2.0]}


def test_suppliers_that_are_not_the_point_are_named_on_their_lines_and_not_on_one_another():
    energy = pd.DataFrame({"A": [20.0, 21.0], "B": [2.0, 2.0], "C": [1.9, 1.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 90.0))
    named = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in "BC"}
    assert named == {"B": (2019, 2.0), "C": (2018, 1.9)}
    assert {line.get_linestyle() for line in ax.lines if line.get_label() in {"B", "C"}} == {
        "-",
        "--",
    }


def test_a_supplier_with_a_gap_is_named_where_it_has_a_figure():
    energy = pd.DataFrame({"A": [5.0, 6.0], "B": [2.0, None]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 90.0))
    assert [text.get_position() for text in ax.texts if text.get_text() == "B"] == [(2018, 2.0)]


def test_price_and_volume_stand_side_by_side_and_add_up():
    prices = pd.DataFrame({"crude": [1.0, 2.0]}, index=[2021, 2024])
    amounts = pd.DataFrame({"crude": [10.0, 12.0]}, index=[2021, 2024])
    effects = price_and_volume(prices, amounts, first=2021, last=2024)
    ax = goods.plot_price_and_volume({"effects": effects, "first": 2021, "last": 2024})
    table = plotted(ax)
    assert ax.get_label().startswith("Volume made 21 % of the change in value")
    assert table.x.sum() == pytest.approx(24 - 10)
    assert table.x.tolist() == pytest.approx([3.0, 11.0])


def test_shares_are_shown_before_and_after():
    ax = goods.plot_cited_shares({"cars": (50.0, 79.0)}, cars_from=2021, cars_to=2025)
    table, cars = plotted(ax), "new cars sold, Chinese makes, 2021 and 2025"
    assert table.x.tolist() == [50.0, 79.0]
    assert table.series.tolist() == [f"{cars}: before", f"{cars}: after"]
    assert {"79", "the rule asks for 33 %"} < {text.get_text().strip() for text in ax.texts}
    assert "rose to 79 %" in ax.get_label()
