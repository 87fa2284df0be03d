"""The rule on the leading supplier of energy: by energy content, and by value as far as the tables
bound it."""

import pandas as pd
import pytest

from analysis.claims import energy
from analysis.claims.energy import (
    crude_value_half_2023,
    first_by_value,
    judge_energy,
    leading,
    not_ruled_out,
    value_at_average_prices,
    value_bounds,
    value_from_russia,
)
from analysis.tables import load


@pytest.mark.parametrize(
    ("rank", "by_value", "label"),
    [
        (1, True, "holds"), (1, False, "holds with caveats"), (1, None, "holds with caveats"),
        (2, True, "does not hold"), (2, False, "does not hold"), (2, None, "does not hold"),
    ],
)  # fmt: skip
def test_leading(rank, by_value, label):
    assert leading(rank, first_by_value=by_value) == label


def bounds(*, russia, rival):
    return pd.DataFrame(
        [russia, rival, (0.0, 1.0)], index=["RUS", "AUS", "QAT"], columns=["least", "most"]
    )


@pytest.mark.parametrize(
    ("russia", "rival", "first"),
    [
        ((90.0, 130.0), (0.0, 89.9), True),
        ((90.0, 130.0), (0.0, 90.0), None),  # the rival may have sold as much
        ((90.0, 130.0), (0.0, 200.0), None),
        ((90.0, 130.0), (130.0, 200.0), None),  # Russia may have sold as much
        ((90.0, 130.0), (130.1, 200.0), False),
    ],
)
def test_bounds_show_the_first_by_value_or_leave_it_open(russia, rival, first):
    assert first_by_value(bounds(russia=russia, rival=rival)) is first


@pytest.mark.parametrize(
    ("rank", "rival", "label"),
    [(1, (0.0, 89.9), "holds"), (1, (0.0, 90.0), "holds with caveats"), (1, (140.0, 150.0), "holds with caveats"),
     (2, (0.0, 89.9), "does not hold")],
)  # fmt: skip
def test_the_judge_of_energy_can_give_each_label(rank, rival, label, monkeypatch):
    table = bounds(russia=(90.0, 130.0), rival=rival).reindex(
        ["RUS", "AUS", "QAT", "IDN", "SAU", "IRQ", "ARE"]
    )
    monkeypatch.setattr(energy, "value_bounds", lambda: table.fillna(1.0))
    monkeypatch.setattr(energy, "rank_in_energy", lambda *year, **options: rank)
    assert judge_energy().label == label


def test_bounds_are_those_of_the_tables_and_no_fuel_is_counted_twice():
    table = value_bounds()
    assert (table.least <= table.most).all()
    assert "CHN" not in table.index
    fossil = load("china_fossil_imports", year=2024)
    kinds = (
        fossil[fossil.fuel.isin(["crude", "coal", "lng", "pipeline_gas"])].value_usd_mn.sum() / 1000
    )
    products = table.least["RUS"] - kinds
    assert (kinds, products) == (pytest.approx(85.95, abs=0.01), pytest.approx(5.55, abs=0.01))


def test_saudi_arabia_is_ruled_out_in_2024_and_australia_is_not():
    table = value_bounds()
    assert table.most["SAU"] < table.least["RUS"]
    assert "SAU" not in not_ruled_out(table)
    assert {"AUS", "MYS"} < set(not_ruled_out(table))
    assert first_by_value(table) is None


def test_average_prices_add_up_to_what_china_paid_and_russia_is_ahead_as_paid():
    worth = value_at_average_prices()
    assert worth.sum() == pytest.approx(337 + 85 + 55 + 39)
    assert (
        worth.drop("Russian Federation").max()
        < value_from_russia(2023)
        < worth["Russian Federation"]
    )


def test_saudi_crude_was_ahead_by_value_in_the_first_half_of_2023():
    assert crude_value_half_2023() == (28.0, 28.3)
