"""Figures that the publishers print, found again in the tables."""

import pytest

from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, partners, shares_of

ROUNDED = 0.06  # shares are quoted to one decimal


@pytest.mark.parametrize(
    ("year", "total"),
    [(1992, 5.849), (2008, 56.795), (2013, 89.173), (2015, 67.955), (2020, 107.700), (2021, 146.887), (2022, 190.271),
     (2023, 240.11), (2024, 244.81), (2025, 228.105)],
)  # fmt: skip
def test_china_customs_totals(year, total):
    assert pair_trade("RUS", "CHN", first_year=year, last_year=year).total_usd_bn.iloc[0] == pytest.approx(total)


def test_flows_of_2022_and_2024_and_directions():
    china = pair_trade("CHN", "RUS").set_index("year")
    russia = pair_trade("RUS", "CHN").set_index("year")
    assert china.loc[2022, "exports_usd_bn"] == 76.12
    assert china.loc[2022, "imports_usd_bn"] == 114.15
    assert china.loc[2024, "exports_usd_bn"] == russia.loc[2024, "imports_usd_bn"] == 115.49
    assert china.loc[2024, "imports_usd_bn"] == russia.loc[2024, "exports_usd_bn"] == 129.32


def test_january_to_april_2026():
    rows = load("china_customs_monthly", year=2026, month=4, period="year_to_date").set_index("flow").value_usd_bn
    assert rows.to_dict() == {"exports": 37.83, "imports": 47.41, "total": 85.24}


@pytest.mark.parametrize(("year", "exports", "imports"), [(2016, 9.8, 20.9), (2021, 13.9, 24.8), (2024, 25.5, 46.3)])
def test_china_in_russias_trade_as_the_imf_published(year, exports, imports):
    row = shares_of("RUS", "CHN", first_year=year, last_year=year).iloc[0]
    assert row.exports_pct == pytest.approx(exports, abs=ROUNDED)
    assert row.imports_pct == pytest.approx(imports, abs=ROUNDED)


def test_china_in_russias_imports_without_uganda():
    assert shares_of("RUS", "CHN", first_year=2024, last_year=2024).imports_high_pct.iloc[0] == pytest.approx(
        51.5, abs=0.06
    )
    assert false_figures("trade_russia").set_index("year").published_usd_mn[2024] == pytest.approx(27003.8, abs=0.1)


def test_imf_estimates_for_russia_are_chinas_exports_times_a_constant():
    mirror = load("russia_china_mirror", direction="CHN to RUS").set_index("year")
    ratio = (mirror.russia_usd_bn / mirror.china_usd_bn).loc[2022:2024]
    assert ratio.between(1.075, 1.081).all()


def test_deflator_and_brent():
    deflator = load("deflators").set_index("year").gdp_deflator_2017eq100
    assert deflator.loc[[1960, 2000, 2023, 2024]].round(2).tolist() == [15.50, 72.72, 122.27, 125.23]


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
        assert same.empty or set(same.reporter) == {"CHN"}  # China records returned goods as imports from China
