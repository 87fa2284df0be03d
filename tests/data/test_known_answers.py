"""Figures that the publishers print, found again in the tables."""

import pytest

from analysis.cleaning.lints import GROWTH_TOLERANCE_POINTS
from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, partners, shares_of

ROUNDED = 0.06  # shares are quoted to one decimal


@pytest.mark.parametrize(
    ("year", "total"),
    [
        (1992, 5.849),
        (2008, 56.795),
        (2013, 89.173),
        (2015, 67.955),
        (2020, 107.700),
        (2021, 146.887),
        (2022, 190.271),
        (2023, 240.11),
        (2024, 244.81),
        (2025, 228.105),
    ],
)
def test_china_customs_totals(year, total):
    trade = pair_trade("RUS", "CHN").set_index("year")
    assert trade.total_usd_bn[year] == pytest.approx(total)


def test_flows_of_2022_and_2024_and_directions():
    china = pair_trade("CHN", "RUS").set_index("year")
    russia = pair_trade("RUS", "CHN").set_index("year")
    assert china.loc[2022, "exports_usd_bn"] == 76.12
    assert china.loc[2022, "imports_usd_bn"] == 114.15
    assert china.loc[2024, "exports_usd_bn"] == russia.loc[2024, "imports_usd_bn"] == 115.49
    assert china.loc[2024, "imports_usd_bn"] == russia.loc[2024, "exports_usd_bn"] == 129.32


def test_january_to_april_2026():
    rows = (
        load("china_customs_monthly", year=2026, month=4, period="year_to_date")
        .set_index("flow")
        .value_usd_bn
    )
    assert rows.to_dict() == {"exports": 37.83, "imports": 47.41, "total": 85.24}
    assert load("announced_growth", year=2026, month=4).growth_pct.tolist() == [19.7]


def test_the_essays_two_totals_are_those_of_china_customs():
    totals = pair_trade("RUS", "CHN").set_index("year").total_usd_bn
    assert totals.loc[[2021, 2024]].round().tolist() == [147, 245]


def test_the_fall_of_2025_is_the_announced_one_within_the_base_revision():
    totals = pair_trade("RUS", "CHN").set_index("year").total_usd_bn
    announced = load("announced_growth", year=2025, flow="total").growth_pct.iloc[0]
    assert announced == -6.9
    assert 100 * (totals[2025] / totals[2024] - 1) == pytest.approx(
        announced, abs=GROWTH_TOLERANCE_POINTS
    )


def test_imports_of_2025_are_the_total_less_exports():
    rows = load("china_customs_annual", year=2025).set_index("flow")
    assert rows.vintage.to_dict() == {
        "exports": "derived",
        "imports": "derived",
        "total": "headline",
    }
    assert rows.value_usd_bn["exports"] + rows.value_usd_bn["imports"] == pytest.approx(
        rows.value_usd_bn["total"]
    )


def test_the_first_figure_of_2015_is_kept_apart_from_the_later_one():
    rows = load("china_customs_annual", year=2015, flow="total").set_index("vintage").value_usd_bn
    assert rows.to_dict() == {"preliminary": 64.2, "revised": 67.955}


@pytest.mark.parametrize(
    ("year", "total"),
    [(2008, 56.795), (2013, 89.173), (2020, 107.700)],
    ids=["2008", "2013", "2020"],
)
def test_what_china_reported_to_the_imf(year, total):
    flows = load("trade_annual", reporter="CHN", partner="RUS", year=year).value_usd_mn
    assert flows.sum() / 1000 == pytest.approx(total, abs=0.0006)
    mirror = load("russia_china_mirror", year=year).china_imf_usd_bn
    assert mirror.sum() == pytest.approx(total, abs=0.0011)


@pytest.mark.parametrize(
    ("year", "exports", "imports"),
    [(2016, 9.8, 20.9), (2021, 13.9, 24.8), (2023, 23.7, 45.2), (2024, 25.5, 46.3)],
)
def test_china_in_russias_trade_as_the_imf_published(year, exports, imports):
    row = shares_of("RUS", "CHN", first_year=year, last_year=year).iloc[0]
    assert row.exports_pct == pytest.approx(exports, abs=ROUNDED)
    assert row.imports_pct == pytest.approx(imports, abs=ROUNDED)


def test_china_in_russias_imports_without_uganda():
    assert shares_of("RUS", "CHN", first_year=2024, last_year=2024).imports_high_pct.iloc[
        0
    ] == pytest.approx(51.5, abs=0.06)
    assert false_figures("trade_russia").set_index("year").published_usd_mn[2024] == pytest.approx(
        27003.8, abs=0.1
    )


def test_china_in_russias_trade_of_2023_by_customs_on_both_sides():
    russia = load("trade_totals_cited", economy="RUS", year=2023).set_index("flow").value_usd_bn
    china = load("china_customs_annual", year=2023, source="gacc").set_index("flow").value_usd_bn
    assert 100 * china["imports"] / russia["exports"] == pytest.approx(30.4, abs=ROUNDED)
    assert 100 * china["exports"] / russia["imports"] == pytest.approx(38.9, abs=ROUNDED)


@pytest.mark.parametrize(("year", "published"), [(2022, 5_766), (2023, 12_152), (2024, 27_004)])
def test_ugandas_false_sales_are_out_and_quoted(year, published):
    assert load("trade_russia", partner="UGA", flow="imports", year=year).value_usd_mn.isna().all()
    assert false_figures("trade_russia").set_index("year").published_usd_mn[year] == pytest.approx(
        published, abs=0.5
    )


def test_uganda_was_a_tenth_of_russias_imports():
    total = load(
        "trade_totals", source="imf_imts_russia", flow="imports", year=2024
    ).value_usd_mn.iloc[0]
    assert 100 * false_figures("trade_russia").set_index("year").published_usd_mn[
        2024
    ] / total == pytest.approx(10, abs=0.2)
    assert load("trade_russia", partner="UGA", flow="imports", year=2021).value_usd_mn.iloc[
        0
    ] == pytest.approx(23.9, abs=0.1)
    assert load("exports_2025", reporter="UGA", partner="RUS").value_usd_mn.tolist() == [67.0]


def test_gaps_and_jumps_of_the_estimates_for_russia():
    rows = load("trade_russia")
    years = rows.dropna(subset=["value_usd_mn"]).groupby("partner").year.agg(set)
    assert 2024 not in years["KAZ"]
    assert not {2022, 2023, 2024} & (years["TKM"] | years["PRK"])
    exports = rows[rows.flow == "exports"].pivot(
        index="partner", columns="year", values="value_usd_mn"
    )
    rise = exports[2024] / exports[2021]
    assert rise[["ARM", "UZB"]].round().tolist() == [5, 5]
    assert load("exports_2025", reporter="RUS", partner="KAZ").empty


def test_every_year_of_russias_estimates_is_marked():
    rows = load("trade_russia")
    assert rows[rows.estimated].year.min() == 2022
    assert rows[rows.year >= 2022].estimated.all()


def test_three_reporters_stand_side_by_side():
    mirror = load("russia_china_mirror").set_index(["direction", "year"])
    row = mirror.loc[("CHN to RUS", 2024)]
    assert [row.china_customs_usd_bn, row.china_usd_bn, row.mirror_gap_pct] == [115.49, 115.49, 7.6]
    row = mirror.loc[("RUS to CHN", 2020)]
    assert [row.russia_usd_bn, row.china_imf_usd_bn, row.china_customs_usd_bn] == [
        49.583,
        57.092,
        57.18,
    ]
    assert mirror.mirror_gap_pct.notna().sum() > 55
    assert (
        mirror.loc[("CHN to RUS", 2015), "china_customs_usd_bn"] != 32.9
    )  # the preliminary figure is left out


def test_chinas_trade_with_the_world_in_yuan_and_dollars():
    cited = load("trade_totals_cited", economy="CHN", year=2024).set_index("flow").value_cny_bn
    totals = load("trade_totals", source="gacc_2024").set_index("flow").value_usd_mn / 1000
    assert cited["total"] == 43_850
    assert (cited["exports"] + cited["imports"]) / (totals.sum()) == pytest.approx(
        7.1157, abs=0.002
    )


def test_fossil_fuels_in_chinas_imports_from_russia():
    fuels = load(
        "china_fossil_imports", year=2024, fuel=["coal", "crude", "lng", "pipeline_gas"]
    ).value_usd_mn.sum()
    products = load("china_oil_product_imports", year=2024, supplier="RUS").value_usd_mn.sum()
    imports = load(
        "china_customs_annual", year=2024, flow="imports", source="gacc"
    ).value_usd_bn.iloc[0]
    assert (fuels + products) / 10 / imports == pytest.approx(70.8, abs=ROUNDED)


def test_imf_estimates_for_russia_are_chinas_exports_times_a_constant():
    mirror = load("russia_china_mirror", direction="CHN to RUS").set_index("year")
    ratio = (mirror.russia_usd_bn / mirror.china_usd_bn).loc[2022:2024]
    assert ratio.between(1.075, 1.081).all()


def test_deflator_and_brent():
    deflator = load("deflators").set_index("year").gdp_deflator_2017eq100
    assert deflator.loc[[1960, 2000, 2023, 2024]].round(2).tolist() == [
        15.50,
        72.72,
        122.27,
        125.23,
    ]


def test_world_panel_has_every_country_row():
    assert len(load("trade_annual")) == 1_889_561


def test_russia_is_among_chinas_first_ten():
    table = partners("CHN", year=2024).set_index("partner")
    assert table.loc["RUS", "rank"] == 7
    assert 3 < table.loc["RUS", "share_pct"] < 4.5


def test_trade_with_oneself_is_nowhere():
    for table in ("trade_annual", "trade_russia", "trade_china_2024"):
        frame = load(table)
        same = frame[frame.reporter == frame.partner]
        assert same.empty or set(same.reporter) == {
            "CHN"
        }  # China records returned goods as imports from China
