"""Known answers of the tables by product, by supplier and by month, read from what is committed."""

import pandas as pd
import pytest

from analysis.errors import CoverageError, MissingYearError, ParameterError
from analysis.measures.growth import product_growth
from analysis.tables import describe, load
from analysis.tables.products import product_trade

BN = 0.006
"""Billions are quoted to two decimals."""
TENTH = 0.06


def by_year(products: str | list[str], exporter: str = "CHN") -> pd.Series:
    trade = product_trade(products, exporter=exporter).set_index("year").value_usd_mn / 1000
    return trade.loc[2021:]


@pytest.mark.parametrize(
    ("products", "bn"),
    [
        ([f"{chapter:02}" for chapter in range(1, 98)], (69.62, 75.36, 110.01)),
        ("84", (16.96, 16.88, 25.22)),
        ("85", (16.43, 13.35, 17.08)),
        ("87", (4.34, 6.30, 22.52)),
        ("8517", (6.69, 4.35, 4.38)),
        ("8471", (4.84, 2.93, 2.92)),
        ([str(heading) for heading in range(8456, 8467)], (0.59, 0.83, 1.89)),
        ("8703", (1.34, 1.68, 11.65)),
    ],
)
def test_chinas_exports_to_russia(products: str | list[str], bn: tuple[float, ...]) -> None:
    assert by_year(products).tolist() == pytest.approx(list(bn), abs=BN)


def test_chips_and_fuels() -> None:
    assert (1000 * by_year("8542")).round().tolist() == [216, 180, 178]
    crude = product_trade("2709", exporter="RUS").set_index("year")
    assert (crude.value_usd_mn / 1000).loc[2021:].tolist() == pytest.approx(
        [35.4, 58.4, 60.7], abs=TENTH
    )
    assert crude.quantity_tonnes[2023] / 1e6 == pytest.approx(99.6, abs=TENTH)
    assert by_year("271111", "RUS").loc[2022:].tolist() == pytest.approx([6.75, 5.18], abs=BN)
    assert by_year("271121", "RUS").loc[2022:].tolist() == pytest.approx([3.98, 6.44], abs=BN)


def test_the_pair_against_china_customs() -> None:
    trade = load("trade_by_product").groupby(["exporter", "year"]).value_usd_mn.sum() / 1000
    customs = load("china_customs_annual", source="gacc")
    customs = customs.set_index(["flow", "year"]).value_usd_bn
    for year in (2022, 2023):
        assert trade["RUS", year] == pytest.approx(customs["imports", year], abs=0.2)
        assert trade["CHN", year] == pytest.approx(customs["exports", year], rel=0.011)
    assert trade["RUS", 2022] == pytest.approx(114.15, abs=BN)


def test_the_break_is_a_column_and_growth_across_it_is_refused() -> None:
    trade = load("trade_by_product")
    assert set(trade[trade.year < 2022].reported_by) == {"RUS and CHN"}
    assert set(trade[trade.year >= 2022].reported_by) == {"CHN"}
    cars = product_trade("8703", exporter="CHN")
    assert product_growth(cars, first=2022, last=2023) == pytest.approx(5.935, abs=0.001)
    with pytest.raises(ParameterError) as refused:
        product_growth(cars, first=2021, last=2023)
    assert str(refused.value) == (
        "trade of 2021 rests on the reports of RUS and CHN, and that of 2023 on those of CHN:"
        " growth across the break holds a change of reporters; allowed: two years with the same"
        " reports: 2017-2021 (RUS and CHN); 2022-2023 (CHN); choose such years."
    )
    with pytest.raises(MissingYearError):
        product_growth(cars, first=2022, last=2024)


@pytest.mark.parametrize("products", [[], "870", "0106201", "cars", ["87", 8703]])
def test_what_names_no_products_is_refused(products: str | list[str]) -> None:
    with pytest.raises(ParameterError, match="names no products"):
        product_trade(products, exporter="CHN")


def test_what_two_codes_share_is_counted_once_and_nothing_is_no_zero() -> None:
    assert by_year(["87", "8703"]).equals(by_year("87"))
    with pytest.raises(CoverageError, match="CHN sold nothing of 77"):
        product_trade("77", exporter="CHN")


def test_goods_of_high_priority() -> None:
    goods = load("priority_goods")
    assert len(goods) == 50
    left_out = set(goods[~goods.counted].hs6)
    assert left_out == {"852589", "854149", "854151", "854159", "854800", "880730"}
    for table in ("priority_goods", "priority_goods_exports"):
        assert all(code in describe(table)["description"] for code in left_out)
    sums = load("priority_goods_exports").groupby("year").value_usd_mn.sum() / 1000
    assert sums.loc[2021:].tolist() == pytest.approx([4.93, 3.47, 4.80], abs=BN)


@pytest.mark.parametrize(
    ("hs", "mirror"),
    [
        ("84", (32.4, 48.1, 63.3, 73.7)),
        ("85", (49.4, 58.6, 66.6, 77.7)),
        ("87", (15.2, 43.1, 79.1, 87.1)),
    ],
)
def test_china_is_russias_first_supplier(hs: str, mirror: tuple[float, ...]) -> None:
    first = load("russia_suppliers_by_product", hs=hs, rank=1)
    assert set(first.supplier) == {"CHN"}
    assert first.share_pct.tolist() == pytest.approx(list(mirror), abs=TENTH)
    assert first.provisional.tolist() == [False, False, False, True]


def test_the_two_readings_stand_side_by_side() -> None:
    china = load("russia_suppliers_by_product", supplier="CHN", year=[2021, 2022])
    over = china.set_index(["hs", "year"]).over_customs_pct
    for hs, pct in {"84": (31.2, 35.7), "85": (44.6, 44.8), "87": (16.1, 40.0)}.items():
        assert over[hs].tolist() == pytest.approx(list(pct), abs=TENTH)
    readings = load("china_share_of_russias_imports").set_index(["hs", "year"])
    assert readings.over_customs_pct["TOTAL"].round(1).tolist() == [23.7, 29.5, 38.6]
    assert readings.customs_release["TOTAL"].tolist() == ["2023-03", "2023-12", "2023-12"]
    cars = load("russia_suppliers_by_product", hs="8703", rank=1).iloc[0]
    assert (cars.supplier, cars.share_pct, cars.identified_by_place) == ("CHN", 87.95, True)


def test_four_members_of_the_union_in_russias_machinery() -> None:
    rows = load("russia_suppliers_by_product", hs="84", year=2021).set_index("supplier").share_pct
    union = set(load("groups", group="EU27").iso3)
    assert rows[rows.index.isin(union)].sum() == pytest.approx(25.7, abs=TENTH)


def test_electronics_of_201_importers() -> None:
    rows = load("electronics_suppliers")
    assert len(rows) == 201
    assert (rows.first_supplier == "CHN").sum() == 126
    assert (rows.china_rank <= 3).sum() == 175
    shares = rows.set_index("importer").china_share_pct.nlargest(2)
    assert shares.round(1).to_dict() == {"PAK": 88.1, "RUS": 77.7}
    suppliers = load("russia_suppliers_by_product", hs="85", year=2024, rank=1)
    assert suppliers.share_pct.tolist() == [shares["RUS"]]


def test_chinas_suppliers_of_fuels() -> None:
    rows = load("china_fuel_suppliers").pivot(index="supplier", columns="year", values="share_pct")
    assert rows.loc["RUS"].tolist() == [12.73, 20.59]
    assert rows.loc["SAU"].tolist() == [11.73, 10.64]


def test_russian_customs() -> None:
    groups = load("russia_customs_by_group", item="TOTAL", kind="group", months="Jan-Dec")
    groups = groups.set_index(["flow", "year"]).value_usd_bn
    assert [groups["exports", 2023], groups["imports", 2023]] == pytest.approx(
        [425.1, 285.1], abs=TENTH
    )
    chapters = load("russia_customs_by_chapter", chapter="TOTAL", year=2022, flow="imports")
    assert chapters.value_usd_mn.tolist() == [259083.0]
    assert groups["imports", 2022] == 255.305
    assert set(load("russia_customs_by_chapter").chapter) & {"77", "88", "93"} == set()


@pytest.mark.parametrize(
    ("year", "exports", "imports"), [(2016, 28_012, 38_022), (2021, 68_902, 72_700)]
)
def test_russias_own_months_with_china(year: int, exports: int, imports: int) -> None:
    months = load("russia_customs_monthly_partners", partner="CHN", year=year)
    sums = months.groupby("flow").value_usd_mn.sum()
    assert [sums.exports, sums.imports] == pytest.approx([exports, imports], abs=0.6)
    published = load("trade_russia", partner="CHN", year=year).set_index("flow").value_usd_mn
    assert sums.exports == pytest.approx(published.exports, rel=0.01)
    assert sums.imports == pytest.approx(published.imports, rel=0.01)


def test_kazakhstan_has_half_of_2010() -> None:
    months = load("russia_customs_monthly_partners", partner="KAZ", year=2010, flow="exports")
    assert months.month.tolist() == [1, 2, 3, 4, 5, 6]


def test_revised_months_are_another_vintage_than_the_announced() -> None:
    months = load("china_reported_monthly", year=2024)
    assert set(months.vintage) == {"revised"}
    sums = months.groupby("flow").value_usd_mn.sum() / 1000
    assert sums.to_dict() == pytest.approx({"exports": 115.276, "imports": 129.881}, abs=0.0006)
    first_half = months[months.month <= 6].groupby("flow").value_usd_mn.sum() / 1000
    assert first_half.to_dict() == pytest.approx({"exports": 51.505, "imports": 65.647}, abs=6e-4)
    announced = load("china_customs_annual", source="gacc", year=2024).set_index("flow")
    assert announced.value_usd_bn[["exports", "imports"]].tolist() == [115.49, 129.32]


def test_the_union_sells_to_russia() -> None:
    years = load("eu_exports_by_partner", partner="RUS").set_index("year").value_eur_mn / 1000
    assert years.loc[2021:].round(1).tolist() == [89.2, 55.0, 38.2]
    months = load("eu_exports_to_russia_monthly", reporter="EU27")
    sums = months.groupby("year").value_eur_mn.sum() / 1000
    assert sums.loc[2019:2023].tolist() == pytest.approx(years.loc[2019:].tolist(), rel=2e-4)
    assert months[months.year == 2024].month.max() == 8


def test_members_are_marked_and_guinea_bissau_has_its_year_of_2016() -> None:
    rows = load("eu_exports_by_partner")
    assert rows[rows.eu_member].groupby("year").partner.nunique().tolist() == [27] * 14
    renamed = rows[(rows.partner_name == "Guinea") & (rows.year == 2016)]
    assert renamed.partner.tolist() == ["GNB"]


def test_currencies_of_two_classifications_are_told_apart() -> None:
    rows = load("settlement_currencies")
    yuan, friendly = rows[rows.currencies == "yuan"], rows[rows.currencies == "friendly"]
    assert yuan.year.max() == 2023
    assert friendly.year.min() == 2024
    assert len(load("press_trade_2025_26")) == 19
