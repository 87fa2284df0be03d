"""Figures of goods, by their data and labels."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import goods
from analysis.figures.plotted import plotted
from analysis.measures.decomposition import price_and_volume


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_each_supplier_is_a_line():
    energy = pd.DataFrame({"A": [1.0, 3.0], "B": [2.0, 2.0]}, index=[2018, 2019])
    table = plotted(goods.plot_suppliers(energy, point="A", title="A passed B", source="made up"))
    assert table.groupby("series").y.apply(list).to_dict() == {"A": [1.0, 3.0], "B": [2.0, 2.0]}


def test_suppliers_that_are_not_the_point_are_named_on_their_lines_and_not_on_one_another():
    energy = pd.DataFrame({"A": [20.0, 21.0], "B": [2.0, 2.0], "C": [1.9, 1.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(energy, point="A", title="A leads", source="made up")
    named = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in "BC"}
    assert named == {"B": (2019, 2.0), "C": (2018, 1.9)}
    assert {line.get_linestyle() for line in ax.lines if line.get_label() in {"B", "C"}} == {
        "-",
        "--",
    }


def test_a_supplier_with_a_gap_is_named_where_it_has_a_figure():
    energy = pd.DataFrame({"A": [5.0, 6.0], "B": [2.0, None]}, index=[2018, 2019])
    ax = goods.plot_suppliers(energy, point="A", title="A leads", source="made up")
    assert [text.get_position() for text in ax.texts if text.get_text() == "B"] == [(2018, 2.0)]


def test_price_and_volume_stand_side_by_side_and_add_up():
    prices = pd.DataFrame({"crude": [1.0, 2.0]}, index=[2021, 2024])
    amounts = pd.DataFrame({"crude": [10.0, 12.0]}, index=[2021, 2024])
    split = price_and_volume(prices, amounts, first=2021, last=2024)
    table = plotted(goods.plot_price_and_volume(split, title="Price did more", source="made up"))
    assert table.x.sum() == pytest.approx(24 - 10)
    assert table.x.tolist() == pytest.approx([3.0, 11.0])


def test_shares_are_shown_before_and_after():
    ax = goods.plot_before_and_after(
        {"phones": (50.0, 79.0)}, limit=33.3, title="Phones rose", source="made up"
    )
    table = plotted(ax)
    assert table.x.tolist() == [50.0, 79.0]
    assert table.series.tolist() == ["phones: before", "phones: after"]
    assert "79" in [text.get_text() for text in ax.texts]
