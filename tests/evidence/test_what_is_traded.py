"""What goes into the claims on goods, and what is said where the tables do not reach."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence import traded_energy as energy
from analysis.evidence import what_is_traded as goods


@pytest.mark.parametrize(("russia", "rank"), [(20.0, 1), (10.0, 2), (5.0, 3)])
def test_the_rank_by_value_counts_those_with_as_much(russia, rank, monkeypatch):
    table = pd.Series({"Saudi Arabia": 10.0, "Iraq": 8.0, "Russia": russia})
    monkeypatch.setattr(energy, "fuels_by_value", lambda year: table)
    figures = energy.leading_supplier(year=2023, value_year=2024)
    assert figures["value_rank"] == rank
    assert (figures["next_supplier"], figures["first_in"]) == ("Saudi Arabia", ["crude"])


def test_average_prices_add_up_to_what_china_paid_and_russia_is_ahead_as_paid():
    worth = energy.value_at_average_prices(2023)
    assert worth.sum() == pytest.approx(337 + 85 + 55 + 39)
    paid = energy.value_from_russia(2023)
    assert worth.drop(energy.RUSSIA).max() < paid < worth[energy.RUSSIA]


def test_a_supplier_that_the_review_does_not_name_is_explained():
    missing = energy.suppliers("Norway", "Tuvalu")
    assert isinstance(missing, NotApplicable)
    assert "'Norway' or 'Tuvalu'; allowed: Algeria" in missing.reason


@pytest.mark.parametrize(
    ("first", "last", "said"), [(1996, 1997, "crude in 1996"), (1998, 2024, "coal in 1998")]
)
def test_a_fuel_without_a_price_is_named(first, last, said):
    missing = energy.price_against_volume(first_year=first, last_year=last)
    assert isinstance(missing, NotApplicable)
    assert said in missing.reason


def test_what_price_and_volume_added_comes_to_the_change_in_value():
    effects = energy.price_against_volume(first_year=2021, last_year=2024)["effects"]
    both = effects.price_effect + effects.volume_effect
    assert both.tolist() == pytest.approx(effects.change.tolist())


def test_changes_known_since_the_essay_are_those_that_were_cited():
    assert goods.appetite()["crude_pct"] == pytest.approx(-7.14)
    needs = goods.needs()
    assert needs["cars_pct"] == pytest.approx(100 * (8.46 / 15.2 - 1))
    assert needs["phones_pct"] == -32.1


@pytest.mark.parametrize(
    ("hs", "customs", "mirror"),
    [
        (goods.MACHINES, 35.71, 73.71),
        (goods.ELECTRICAL, 44.77, 77.67),
        (goods.VEHICLES, 39.99, 87.05),
    ],
)
def test_both_readings_of_chinas_share_are_those_of_the_table(hs, customs, mirror):
    figures = goods.key_supplier(hs, {})
    assert (figures["low_pct"], figures["high_pct"]) == (customs, mirror)
    assert figures["union_pct"] < figures["union_most_pct"] < 100


def test_a_rise_is_in_percent_of_the_share_itself():
    figures = goods._from_to(pd.Series([20.0, 21.0, 25.0, None]), pd.Series([10.0, 9.0]))
    assert figures["rises"] == pytest.approx([25, -10])
    assert (figures["low_pct"], figures["high_pct"]) == (9, 25)
    assert figures["from_to"] == ["20 to 25 %", "10 to 9 %"]


def test_what_is_shown_of_products_keeps_both_readings_apart():
    table = goods.china_by_product()
    assert table.goods.value_counts().to_dict() == dict.fromkeys(goods.CHAPTERS.values(), 4)
    assert table.year[table.customs_pct.notna()].value_counts().to_dict() == {2021: 3, 2022: 3}
    assert (table.mirror_pct + 1 > table.customs_pct)[table.customs_pct.notna()].all()
    listed = goods.chips_and_priority_goods().set_index("year")
    assert listed.whole_list[2023] == pytest.approx(4.80, abs=0.005)
    assert (listed.chips < listed.whole_list).all()
