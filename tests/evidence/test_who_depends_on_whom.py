"""Dependence and pressure: shares that are printed elsewhere, places among pairs, and the lists."""

import pandas as pd
import pytest

from analysis.claims import claim, ledger
from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import coercion
from analysis.evidence import who_depends_on_whom as evidence
from analysis.evidence.unusual import SMALLEST_PAIR_USD_BN


def test_the_gap_of_a_pair_is_that_of_its_other_side_with_the_sign_turned():
    here, there = (
        evidence.place_of_gap(*pair, year=2020) for pair in (("RUS", "CHN"), ("CHN", "RUS"))
    )
    assert here["gap"] == pytest.approx(-there["gap"])
    assert here["larger_pct"] == there["larger_pct"]


def test_a_gap_larger_than_any_is_exceeded_by_none():
    placed = {gap: evidence.place_of_gap("RUS", "CHN", year=2020, gap_pct=gap) for gap in (0, 100)}
    assert placed[100]["larger_pct"] == 0
    assert placed[0]["larger_pct"] > 99


def test_verdict_and_notebook_place_the_pair_among_the_same_pairs():
    assert claim("C42").thresholds["least_trade_usd_bn"] == SMALLEST_PAIR_USD_BN
    shown = evidence.gap_among_pairs("Russia", "China")
    judged = evidence.asymmetry(least_trade_usd_bn=SMALLEST_PAIR_USD_BN)
    assert (shown["gap"], shown["pairs"]) == (judged["gap"], judged["pairs"])
    fewer = evidence.asymmetry(least_trade_usd_bn=10)
    assert fewer["pairs"] < judged["pairs"]


def test_a_pair_that_is_not_among_them_is_said_to_be_missing():
    with pytest.raises(CoverageError, match="North Korea and China did not both report"):
        evidence.place_of_gap("PRK", "CHN", year=2025)
    assert isinstance(evidence.gap_among_pairs("SSD", "TUV"), NotApplicable)
    assert isinstance(evidence.concentration("SSD", (2021, 2024)), NotApplicable)


def test_shares_are_those_that_are_printed_elsewhere():
    sold = evidence.china_in_exports().set_index(["source", "year"]).share_pct
    assert sold["IMF estimate", 2023] == pytest.approx(23.7, abs=0.06)
    assert sold["IMF estimate", 2024] == pytest.approx(25.5, abs=0.06)
    customs = sold["China customs over Russian customs total"]
    assert customs.to_dict() == {2023: pytest.approx(30.4, abs=0.06)}
    assert sold["OEC via DW", 2023] == 32.7
    assert evidence.europe_before(2021) < evidence.europe_before(2013)
    assert evidence.share_of_energy(2023) == pytest.approx(20.5, abs=0.06)


def test_the_time_after_begins_with_the_year_that_follows():
    years = {
        after: evidence.china_in_exports(after_year=after).year.min() for after in (2021, 2022)
    }
    assert years == {2021: 2022, 2022: 2023}


def test_china_is_left_out_of_those_who_could_depend_on_it():
    assert "CHN" not in evidence.first_suppliers(2020).index
    assert evidence.first_suppliers(2020)["RUS"] == "CHN"


def test_enough_countries_are_the_fewest_that_reach_the_share():
    supplied = evidence.supplied_by_china(least_share=0.5)
    assert supplied["enough"] - 1 < 0.5 * supplied["countries"] <= supplied["enough"]


def test_no_list_names_russia_and_the_lists_do_name_others():
    assert set(coercion.cases_against("RUS").values()) == {0}
    assert sum(coercion.cases_against("LTU").values()) >= 3


def test_the_ledger_reads_and_cites_every_list(monkeypatch):
    lists = list(coercion.cases_against("RUS"))
    this = ledger()["C46"]
    assert list(this.readings)[:-1] == lists
    assert [source.chosen({}) for source in this.sources] == lists


def test_one_list_is_enough_and_frictions_are_another_reading(monkeypatch):
    monkeypatch.setattr(coercion, "cases_against", lambda iso3: {"A": 0, "B": 1})
    assert coercion.cases_on_lists()["listed"] == 1
    assert coercion.cases_on_lists(only="A")["listed"] == 0
    assert coercion.cases_on_lists(only="A", with_frictions=True)["listed"] > 1
    with pytest.raises(CoverageError, match="there is no list 'C'; allowed: A, B"):
        coercion.cases_on_lists(only="C")


def test_sizes_are_relative_to_china_and_missing_where_unknown():
    cases = coercion.sized_cases().set_index("target").relative_gdp
    assert (cases["Norway"] < 0.25).all()
    assert cases["Taiwan"].isna().all()
    assert pd.isna(cases["Missouri (US)"])


def test_small_are_those_below_the_limit_and_each_target_comes_once_if_asked(monkeypatch):
    targets = ["A", "A", "B", "C"]
    table = pd.DataFrame(
        {
            "list": coercion.UNDATED,
            "target": targets,
            "target_iso3": targets,
            "first_year": [2012, 2010, 2010, 2010],
            "relative_gdp": [0.1, 0.25, 0.2, None],
        }
    )
    monkeypatch.setattr(coercion, "sized_cases", lambda: table)
    every = coercion.cases_by_size(small_share_of_gdp=0.25)
    assert (every["cases"], every["sized"], every["small"]) == (4, 3, 2)
    assert every["without_size"] == ["C"]
    once = coercion.cases_by_size(small_share_of_gdp=0.25, once=True)
    assert (once["cases"], once["sized"], once["small"]) == (2, 2, 1)
