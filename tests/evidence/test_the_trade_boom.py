"""What goes into the claims about the size and growth of trade, and what the notebook shows."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import the_trade_boom as boom

YEARS = (2021, 2024)
ALL = {"source": "auto", "first_year": 1992, "last_year": 2025}


@pytest.fixture(scope="module")
def trade():
    return boom.pair_by_year("RUS", "CHN", **ALL)


@pytest.mark.parametrize(
    ("value", "stated", "off"), [(245 * 1.005, 245, 0.5), (245 * 0.95, 245, 5.0), (100, 100, 0)]
)
def test_a_value_on_a_threshold_is_within_it(value, stated, off):
    assert boom.percent_from(value, stated) == off


@pytest.mark.parametrize(
    ("customs", "russia", "label"),
    [
        (154.3, 139.7, "holds"),
        (154.3, 139.6, "holds with caveats"),
        (154.4, 147.0, "does not hold"),
    ],
)
def test_the_level_of_2021_needs_both_sources(customs, russia, label, monkeypatch):
    levels = {"auto": pd.Series({2021: customs}), "imf_home": pd.Series({2021: russia})}
    monkeypatch.setattr(boom, "trade_by_year", lambda source="auto": levels[source])
    verdict = judged(claim("C28"), boom.level_of_2021)
    assert verdict.label == label
    by_russia = next(one for one in verdict.readings if one.name.startswith("Russia"))
    assert (by_russia.label == "holds") == (russia >= 139.65)


def test_months_as_revised_add_up_to_the_year_and_to_the_months_before_the_invasion():
    year, before = boom.revised(202401, 202412), boom.revised(202103, 202202)
    assert year == pytest.approx(115.28 + 129.88, abs=0.01)
    options = {"stated_usd_bn": 147, "about_pct": 5}
    assert boom.level_of_2021(**options, to_invasion=True)["level"] == before
    assert before > boom.revised(202101, 202112)


def test_ranks_are_by_trade_both_ways_or_in_2025_by_what_the_two_sent_each_other():
    assert boom.ties(year=2024) == {"for_home": 1, "for_partner": 7}
    assert boom.ties(year=2024, union_as_one=True)["for_partner"] <= 8
    assert boom.ties(year=2025, by_exports=True) == {"for_home": 1, "for_partner": 6}
    assert boom.ties(year=2000)["for_home"] > boom.ties(year=2010)["for_home"] == 1


def test_growth_compounds_to_the_same_change_in_any_unit_of_the_same_trade():
    limits = {"first_year": 2021, "last_year": 2024, "fast_pct": 10}
    dollars, yuan, constant = (
        boom.growth_since(**limits, unit=unit) for unit in ("dollars", "yuan", "constant dollars")
    )
    assert constant["compound"] < dollars["compound"] < yuan["compound"]
    product = pd.Series(dollars["rates"]).div(100).add(1).prod()
    assert product == pytest.approx((1 + dollars["compound"] / 100) ** 3)
    assert dollars["least"] == pytest.approx(146.9 * 1.1**3, rel=1e-3)


def test_units_leave_out_years_without_a_rate_or_price():
    dollars = pd.Series({1950: 1.0, 2017: 10.0, 2024: 10.0})
    assert 1950 not in boom.in_yuan(dollars).index
    assert boom.in_constant_dollars(dollars)[2017] == pytest.approx(10.0)
    assert boom.in_constant_dollars(dollars)[2024] < 10.0


def test_growth_starts_after_the_first_year_and_passes_the_last(trade):
    assert boom.compared(trade, YEARS) == YEARS
    growth = boom.growth_by_year(trade, YEARS)
    assert growth["yearly"].year.tolist() == [2022, 2023, 2024, 2025]
    assert growth["compound"] == pytest.approx(18.6, abs=0.05)
    assert growth["level"] == pytest.approx(244.8, abs=0.05)


def test_each_unit_is_a_hundred_in_the_first_year(trade):
    units = boom.in_three_units(trade, YEARS)
    assert [index[2021] for index in units["recent"].values()] == pytest.approx([100, 100, 100])
    changes = units["changes"].set_index("unit").change_pct
    assert changes["yuan"] > changes["dollars"] > changes["constant dollars"]
    assert list(boom.in_three_units(trade, (2021, 2025))["recent"]) == ["dollars", "yuan"]


def test_flows_of_a_year_without_them_are_taken_from_the_last_that_has_both(trade):
    flows = boom.flows_of_growth(trade, YEARS).set_index("flow")
    assert flows["first"].tolist() == [2020, 2020]
    growth = 100 * (flows.level_last.sum() / flows.level_first.sum() - 1)
    assert flows.contribution_pct.sum() == pytest.approx(growth)


def test_shares_are_there_where_both_reported_and_customs_add_a_reading_for_the_pair_only():
    span = {"first_year": 2000, "last_year": 2024}
    ours = boom.shares_of_both("RUS", "CHN", **span)
    assert ours.by_customs.share_pct.iloc[-1] == pytest.approx(38.9, abs=0.05)
    table = boom.latest_shares(ours, "RUS", "CHN")
    assert table.trade.value_counts().tolist() == [4, 4]
    assert boom.shares_of_both("USA", "IND", **span).by_customs is None
    assert "cited for Russia only" in str(boom.share_by_customs("CHN", "RUS"))


def test_two_ends_of_one_flow_stand_side_by_side():
    table = boom.as_each_reports("RUS", "CHN", YEARS).set_index("year")
    assert table.loc[2000, "as China reports"] > table.loc[2000, "as Russia reports"]
    assert pd.isna(table.loc[2024, "as China reports"])


def test_a_pair_without_data_says_so_once_in_each_part():
    nothing = boom.pair_by_year("SSD", "TUV", **ALL)
    assert "no source here has trade of South Sudan with Tuvalu" in str(nothing)
    years = boom.compared(nothing, YEARS)
    assert boom.growth_by_year(nothing, years) == boom.in_three_units(nothing, years) == nothing
    shares = boom.shares_of_both("SSD", "TUV", first_year=1992, last_year=2025)
    assert "South Sudan in no year reported both its exports to Tuvalu" in str(shares)
    one_sided = boom.shares_of_both("BWA", "FJI", first_year=1992, last_year=2025)
    assert str(one_sided).startswith("not applicable: from 1992 to 2025 Fiji in no year reported")
    assert isinstance(boom.as_each_reports("SSD", "TUV", years), NotApplicable)


@pytest.mark.parametrize(
    ("publisher", "column", "totals", "estimated"),
    [
        (
            "customs",
            "total_usd_bn",
            {2021: 146.887, 2022: 190.271, 2023: 240.11, 2024: 244.81},
            {"preliminary": [2015]},
        ),
        (
            "imf",
            "China's total_usd_bn",
            {2008: 56.795, 2013: 89.173, 2020: 107.7},
            {"estimated": [2022, 2023, 2024]},
        ),
    ],
)
def test_the_essays_tables_hold_what_the_publishers_said(publisher, column, totals, estimated):
    table = boom.essay_table(publisher, "Russia", "China").set_index("year")
    assert table.loc[list(totals), column].to_dict() == totals
    assert table.index.is_monotonic_increasing
    assert {mark: table.index[table[mark]].tolist() for mark in estimated} == estimated
    assert isinstance(boom.essay_table(publisher, "RUS", "IND"), NotApplicable)


def test_the_essays_tables_fill_no_gap():
    customs = boom.essay_table("customs", "RUS", "CHN").set_index("year")
    assert 2000 not in customs.index
    assert customs.loc[2021, ["exports_usd_bn", "imports_usd_bn"]].isna().all()
    imf = boom.essay_table("imf", "RUS", "CHN").set_index("year")
    assert imf.loc[2021:, "China's total_usd_bn"].isna().all()
