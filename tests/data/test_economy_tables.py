"""Known answers of the tables of energy, history and the economy, read from what is committed."""

import pandas as pd
import pytest

from analysis.tables import load
from analysis.tables.views import false_figures

ROUNDED_SHARE = 0.06
"""Shares are quoted to one decimal."""
ROUNDED_WEIGHT = 0.006
"""Weights are quoted in million tonnes to two decimals."""


def suppliers() -> pd.DataFrame:
    return load("china_energy_imports").pivot_table(
        index="supplier_name", columns="year", values="energy_ej", aggfunc="sum"
    )


@pytest.mark.parametrize(("year", "share"), [(2018, 11.5), (2023, 20.5)])
def test_russia_in_the_energy_content_of_chinas_imports(year: int, share: float) -> None:
    energy = suppliers()[year]
    assert 100 * energy["Russian Federation"] / energy.sum() == pytest.approx(
        share, abs=ROUNDED_SHARE
    )


@pytest.mark.parametrize("year", range(2018, 2024))
def test_russia_is_the_first_named_supplier_of_energy(year: int) -> None:
    assert suppliers()[year].drop("Other Asia Pacific").idxmax() == "Russian Federation"


@pytest.mark.parametrize(
    ("year", "first"),
    [
        (2016, "RUS"),
        (2018, "RUS"),
        (2019, "SAU"),
        (2020, "SAU"),
        (2021, "SAU"),
        (2022, "SAU"),
        (2023, "RUS"),
    ],
)
def test_first_supplier_of_crude(year: int, first: str) -> None:
    crude = load("china_energy_imports", fuel="crude", year=year).set_index("supplier")["amount_mt"]
    assert crude.drop("", errors="ignore").idxmax() == first


def test_crude_of_2023_by_the_review() -> None:
    crude = load("china_energy_imports", fuel="crude", year=2023).set_index("supplier").amount_mt
    assert crude[["RUS", "SAU"]].round(1).tolist() == [107.0, 85.9]


@pytest.mark.parametrize(
    ("fuel", "year", "tonnes_mt"),
    [("crude", 2023, 107.02), ("crude", 2024, 108.47), ("lng", 2024, 8.31)],
)
def test_customs_weights_from_russia(fuel: str, year: int, tonnes_mt: float) -> None:
    months = load("china_fossil_imports", fuel=fuel, year=year)
    assert len(months) == 12
    assert months.amount_kt.sum() / 1000 == pytest.approx(tonnes_mt, abs=ROUNDED_WEIGHT)


def test_value_of_crude_in_2024() -> None:
    value = load("china_fossil_imports", fuel="crude", year=2024).value_usd_mn.sum()
    assert value / 1000 == pytest.approx(62.43, abs=ROUNDED_WEIGHT)


def test_pipeline_gas_has_no_weight_after_2021() -> None:
    gas = load("china_fossil_imports", fuel="pipeline_gas")
    assert gas[gas.year > 2021].amount_kt.isna().all()
    assert gas[gas.year > 2021].value_usd_mn.notna().all()


@pytest.mark.parametrize(("year", "share"), [(2017, 1.2), (2024, 26.9)])
def test_russia_in_chinas_imports_of_oil_products(year: int, share: float) -> None:
    value = load("china_oil_product_imports", year=year).set_index("supplier").value_usd_mn
    assert 100 * value["RUS"] / value.sum() == pytest.approx(share, abs=ROUNDED_SHARE)


def test_no_zero_is_left_between_moscow_and_beijing() -> None:
    pair = load("cow_trade", reporter=["CHN", "SUN"], partner=["CHN", "SUN"])
    assert not (pair[pair.year >= 1950].value_usd_mn == 0).any()
    assert not pair.year.between(1958, 1977).any()
    removed = false_figures("cow_trade")
    ours = removed[removed.reporter.isin(["CHN", "SUN"]) & removed.partner.isin(["CHN", "SUN"])]
    assert sorted(ours.year.unique()) == [1960, 1961, 1962, 1963]
    assert (ours.published_usd_mn == 0).all()


@pytest.mark.parametrize(
    ("year", "turnover"), [(1959, 2098), (1968, 100), (1970, 47), (1972, 288), (1978, 516)]
)
def test_sino_soviet_turnover(year: int, turnover: float) -> None:
    rows = load("sino_soviet_trade", year=year, measure="turnover")
    assert turnover in rows[rows.outturn].usd_mn.tolist()


def test_no_annual_turnover_is_given_for_1960_to_1967_and_no_popular_guess_is_kept() -> None:
    history = load("sino_soviet_trade")
    assert not history.year.between(1960, 1967).any()
    assert set(history.grade) <= {"A", "B", "C"}


def test_russia_before_1995_is_missing_in_the_world_bank_and_present_in_cow() -> None:
    artefact = load("goods_services_trade", economy="RUS")
    assert artefact[artefact.year < 1995].value_usd_mn.isna().all()
    assert artefact[artefact.year >= 1995].value_usd_mn.notna().all()
    assert load("cow_trade_totals", reporter="RUS", flow="exports", year=1992).value_usd_mn.iloc[
        0
    ] == pytest.approx(39931.4)


def test_distance_from_russia_to_china() -> None:
    row = load("distances", exporter="RUS", importer="CHN").iloc[0]
    assert row.distance_weighted_km == pytest.approx(5507, abs=0.5)
    assert row.border
    assert not row.common_language


def test_every_cited_figure_has_an_address() -> None:
    for table in (
        "trade_composition",
        "trade_totals_cited",
        "sino_soviet_trade",
        "urals_prices",
        "rouble_rates",
    ):
        assert load(table).url.str.startswith("http").all(), table
    assert len(load("trade_composition")) == 207
