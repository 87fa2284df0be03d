"""Figures of goods, by their data and labels."""

import pandas as pd
import pytest

from analysis.evidence.traded_energy import Suppliers
from analysis.figures import goods
from analysis.figures.plotted import plotted
from analysis.measures.decomposition import price_and_volume


def test_each_supplier_is_a_line():
    energy = pd.DataFrame({"A": [1.0, 3.0], "B": [2.0, 2.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 60.0))
    table = plotted(ax)
    assert ax.get_label().endswith("that China imported in 2019, more than any other")
    behind = goods.plot_suppliers(Suppliers(energy, "B", 40.0))
    assert behind.get_label().endswith("2019, less than A")
    assert table.groupby("series").y.apply(list).to_dict() == {"A": [1.0, 3.0], "B": [2.0, 2.0]}


def test_suppliers_that_are_not_the_point_are_named_on_their_lines_and_not_on_one_another():
    energy = pd.DataFrame({"A": [20.0, 21.0], "B": [2.0, 2.0], "C": [1.9, 1.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 90.0))
    named = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in "BC"}
    assert named == {"B": (2019, 2.0), "C": (2018, 1.9)}
    assert [line.get_linestyle() for line in ax.lines if line.get_label() in "BC"] == ["-", "--"]


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


def test_both_readings_of_a_share_stand_in_its_row_and_a_missing_one_is_not_drawn():
    columns = {"goods": ["vehicles", "machines"] * 2, "year": [2021, 2021, 2024, 2024]}
    shares = pd.DataFrame(columns | {"mirror_pct": [15.0, 32.0, 87.0, 74.0]})
    shares["customs_pct"] = [16.0, None, None, None]
    ax = goods.plot_china_by_product(shares)
    assert plotted(ax).groupby("series").x.apply(list).to_dict() == {
        "vehicles, 2021: partners' reports": [15.0],
        "vehicles, 2021: over Russian customs": [16.0],
        "machines, 2021: partners' reports": [32.0],
        "vehicles, 2024: partners' reports": [87.0],
        "machines, 2024: partners' reports": [74.0],
    }
    assert "at least 16 %" in ax.get_label()
    assert {" 87 ", " 16 "} <= {text.get_text().replace("  ", " ") for text in ax.texts}


def test_exports_are_not_joined_where_the_reporters_change():
    columns = {"chips": 0.2, "machine_tools": [0.1, 0.1, 0.2, 0.8], "whole_list": 4.0}
    exports = pd.DataFrame({"year": [2020, 2021, 2022, 2023], **columns})
    ax = goods.plot_chips(exports)
    drawn = {line.get_label(): list(line.get_xdata()) for line in ax.lines}
    assert drawn["chips to 2021"] == [2020, 2021]
    assert drawn["chips (8542)"] == [2022, 2023]
    assert "+0 % in 2022-2023; of listed machine tools: +300 %" in ax.get_label()
