"""What goes into the claims on goods, and what is said where the tables do not reach."""

import pandas as pd
import pytest

from analysis.claims import judge
from analysis.errors import NotApplicable
from analysis.evidence import traded_energy as energy
from analysis.evidence import what_is_traded as goods


@pytest.mark.parametrize(
    ("fuel", "rank"), [("crude", 1), ("coal", 2), ("pipeline_gas", 2), ("lng", 3)]
)
def test_ranks_by_fuel_in_2023(fuel, rank):
    assert energy.rank_in_energy(2023, fuel=fuel) == rank


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021, 2022, 2023])
def test_russia_is_first_in_energy_content_of_all_fuels(year):
    assert energy.rank_in_energy(year) == 1
    assert energy.energy_by_supplier(year).is_monotonic_decreasing


def test_fuels_by_value_are_those_of_the_table_and_russia_went_ahead():
    assert energy.fuels_by_value(2021).head(2).to_dict() == {"Russia": 12.73, "Saudi Arabia": 11.73}
    assert energy.fuels_by_value(2024).head(2).to_dict() == {"Russia": 20.59, "Saudi Arabia": 10.64}


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


def test_saudi_crude_was_ahead_by_value_in_the_first_half_of_2023():
    assert energy.crude_value_half_2023().value_usd_bn.tolist() == [28.0, 28.3]


def test_a_supplier_that_the_review_does_not_name_is_explained():
    missing = energy.suppliers("Norway", "Tuvalu")
    assert isinstance(missing, NotApplicable)
    assert "'Norway' or 'Tuvalu'; allowed: Algeria" in missing.reason


@pytest.mark.parametrize(
    ("years", "said"), [((1996, 1997), "crude in 1996"), ((1998, 2024), "coal in 1998")]
)
def test_a_fuel_without_a_price_is_named(years, said):
    first, last = years
    missing = energy.price_against_volume(first_year=first, last_year=last)
    assert isinstance(missing, NotApplicable)
    assert said in missing.reason


def test_what_price_and_volume_added_comes_to_the_change_in_value():
    effects = energy.price_against_volume(first_year=2021, last_year=2024)["effects"]
    assert (effects.price_effect + effects.volume_effect).tolist() == pytest.approx(
        effects.change.tolist()
    )


def test_appetite_at_the_time_of_the_essay_and_since():
    before, since = goods.appetite(at_the_essay=True), goods.appetite()
    assert min(before["changes"]) > 0
    assert since["crude_pct"] == pytest.approx(-7.14)
    assert since["gas_pct"] == before["gas_pct"] > goods.appetite(gas="lng")["gas_pct"] > 0
    assert goods.appetite(from_all=True)["crude_pct"] == pytest.approx(-1.9, abs=0.05)


def test_needs_at_the_time_of_the_essay_and_since():
    before, since = goods.needs(at_the_essay=True), goods.needs()
    assert min(before["changes"]) > 0
    assert since["cars_pct"] == pytest.approx(100 * (8.46 / 15.2 - 1))
    assert since["phones_pct"] == -32.1
    assert goods.needs(with_machines=False)["changes"] == since["changes"][1:]


@pytest.mark.parametrize(
    ("hs", "mirror", "customs"),
    [
        (goods.MACHINES, (32.42, 73.71), (31.19, 35.71)),
        (goods.ELECTRICAL, (49.40, 77.67), (44.57, 44.77)),
        (goods.VEHICLES, (15.20, 87.05), (16.13, 39.99)),
    ],
)
def test_both_readings_of_chinas_share_are_those_of_the_table(hs, mirror, customs):
    figures = goods.key_supplier(hs, {})
    assert (figures["mirror_first"], figures["mirror_last"]) == mirror
    assert (figures["customs_first"], figures["customs_last"]) == customs
    assert (figures["low_pct"], figures["high_pct"]) == (customs[1], mirror[1])
    assert figures["times_first"] == figures["years_known"] == 4
    assert list(figures["readings"]) == ["partners' reports alone", "over Russian customs alone"]


@pytest.mark.parametrize(
    ("claim", "said"),
    [("C33", "the Union may have led"), ("C34", "the Union led"), ("C35", "ahead of the European")],
)
def test_the_union_as_a_bloc_is_told_for_each_chapter(claim, said):
    assert said in judge(claim).caveats[0]
    hs = {"C33": goods.MACHINES, "C34": goods.VEHICLES, "C35": goods.ELECTRICAL}[claim]
    figures = goods.key_supplier(hs, {})
    assert figures["union_pct"] < figures["union_most_pct"] < 100


def test_a_rise_is_in_percent_of_the_share_itself():
    figures = goods._from_to(pd.Series([20.0, 21.0, 25.0, None]), pd.Series([10.0, 9.0]))
    assert figures["rises"] == pytest.approx([25, -10])
    assert (figures["low_pct"], figures["high_pct"]) == (9, 25)
    assert figures["from_to"] == ["20 to 25 %", "10 to 9 %"]


def test_a_cited_series_keeps_its_publishers_and_order():
    rows = goods.cited(goods.MAKES)
    assert rows.year.is_monotonic_increasing
    assert rows.publisher.ne("").all()


def test_the_share_of_western_chips_lies_within_what_rounding_allows():
    figures = goods.western_chips()
    ends = (round(figures[name]) for name in ("low_pct", "western_pct", "high_pct"))
    assert tuple(ends) == (54, 59, 64)
    assert figures["chips_pct"] == pytest.approx(100 * (0.178 / 0.180 - 1), abs=0.5)
    assert figures["tools_pct"] > 200


def test_what_is_shown_of_products_keeps_both_readings_apart():
    table = goods.china_by_product()
    assert table.goods.value_counts().to_dict() == dict.fromkeys(goods.CHAPTERS.values(), 4)
    assert table.customs_pct.notna().groupby(table.year).sum().to_dict() == {
        2021: 3,
        2022: 3,
        2023: 0,
        2024: 0,
    }
    assert (table.mirror_pct + 1 > table.customs_pct)[table.customs_pct.notna()].all()
    listed = goods.chips_and_priority_goods().set_index("year")
    assert listed.whole_list[2023] == pytest.approx(4.80, abs=0.005)
    assert (listed.chips < listed.whole_list).all()
