"""Dependence and pressure: shares that are printed elsewhere, places among pairs, and the lists."""

import pandas as pd
import pytest

from analysis.claims import claim, ledger
from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import coercion, deference
from analysis.evidence import who_depends_on_whom as evidence
from analysis.evidence.unusual import SMALLEST_PAIR_USD_BN

TERMS = {"first_year": 2014, "last_year": 2025, "half_pct": 50, "level": 0.1, "years_apart": 1}


def test_the_gap_of_a_pair_is_that_of_its_other_side_with_the_sign_turned():
    here = evidence.place_of_gap("RUS", "CHN", year=2020)
    there = evidence.place_of_gap("CHN", "RUS", year=2020)
    assert here["gap"] == pytest.approx(-there["gap"])
    assert here["larger_pct"] == there["larger_pct"]


def test_a_gap_larger_than_any_is_exceeded_by_none():
    none, ten = (evidence.place_of_gap("RUS", "CHN", year=2020, times=times) for times in (0, 10))
    assert ten["larger_pct"] == 0
    assert none["larger_pct"] > 99


def test_verdict_and_notebook_place_the_pair_among_the_same_pairs():
    shown, judged = evidence.gap_among_pairs("Russia", "China"), deference.deference(**TERMS)
    assert (shown["larger_pct"], shown["pairs"]) == (judged["larger_pct"], judged["pairs"])
    assert claim("C64").thresholds["least_trade_usd_bn"] == SMALLEST_PAIR_USD_BN


def test_a_move_is_made_by_the_one_that_changed_its_vote(monkeypatch):
    cast = [
        ("A", 2000, 1, 3),
        ("A", 2001, 3, 3),  # Russia came over
        ("B", 2000, 1, 2),
        ("B", 2001, 1, 1),  # China came over
        ("C", 2000, 1, 3),
        ("C", 2001, 2, 2),  # both moved
        ("D", 2000, 1, 1),
        ("D", 2001, 1, 1),  # they had agreed
    ]
    calls = pd.DataFrame(cast, columns=["text", "period", "RUS", "CHN"]).rename_axis("rcid")
    monkeypatch.setattr(deference, "FIRST_YEAR", 2000)
    monkeypatch.setattr(deference, "ballots", lambda: calls[["RUS", "CHN"]].astype(float))
    monkeypatch.setattr(deference, "texts_by_year", lambda: calls[["text", "period"]].reset_index())
    moves = deference.moves_to_agreement.__wrapped__("RUS", "CHN")
    assert moves.to_numpy().tolist() == [["A", 2001, "RUS"], ["B", 2001, "CHN"]]


def test_texts_compared_after_more_years_give_other_moves():
    one, two = (deference.deference(**{**TERMS, "years_apart": years}) for years in (1, 2))
    assert (one["moves"], two["moves"]) == (11, 13)


def test_suppliers_among_the_first_are_as_many_as_the_ledger_asks_for():
    one, three, five = (evidence.electronics(among_first=places) for places in (1, 3, 5))
    assert one["among"] == one["first"] < three["among"] < five["among"]
    assert one["among_pct"] == one["first_pct"]


def test_moves_are_shown_for_any_pair_that_votes():
    shown = deference.moves_by_years("Russia", "China")
    assert shown[["RUS", "CHN"]].sum().sum() == len(deference.moves_to_agreement("RUS", "CHN"))
    assert isinstance(deference.moves_by_years("TWN", "China"), NotApplicable)


def test_a_pair_that_is_not_among_them_is_said_to_be_missing():
    with pytest.raises(CoverageError, match="North Korea and China did not both report"):
        evidence.place_of_gap("PRK", "CHN", year=2025)
    assert isinstance(evidence.gap_among_pairs("SSD", "TUV"), NotApplicable)
    assert isinstance(evidence.concentration("SSD", (2021, 2024)), NotApplicable)


def test_shares_are_those_that_are_printed_elsewhere():
    sold = evidence.china_in_exports().set_index(["source", "year"]).china_in_exports_pct
    assert sold["IMF estimate", 2023] == pytest.approx(23.7, abs=0.06)
    assert sold["IMF estimate", 2024] == pytest.approx(25.5, abs=0.06)
    customs = sold["China customs over Russian customs total"]
    assert customs.to_dict() == {2023: pytest.approx(30.4, abs=0.06)}
    assert sold["OEC via DW", 2023] == 32.7
    assert evidence.europe_before(2021) < evidence.europe_before(2013)
    assert evidence.share_of_energy(2023) == pytest.approx(20.5, abs=0.06)


def test_the_time_after_begins_with_the_year_that_follows():
    for after in (2021, 2022):
        assert evidence.china_in_exports(after_year=after).year.min() == after + 1


def test_the_largest_buyer_takes_the_largest_share():
    buyers = evidence.largest_buyers(2020)
    assert (buyers.loc["MEX", "buyer"], buyers.loc["CAN", "buyer"]) == ("USA", "USA")
    assert buyers.share_pct.between(0, 100.0001).all()
    shown = evidence.buyers_in_words("Russia")
    assert shown["buyer"] == "China"
    judged = evidence.market(least_trade_usd_bn=0)
    assert judged["sellers"] <= shown["others"]
    assert isinstance(evidence.buyers_in_words("SSD"), NotApplicable)


def test_no_list_names_today_s_russia_and_the_lists_do_name_others():
    assert set(coercion.cases_against("RUS").values()) == {0}
    assert sum(coercion.cases_against("LTU").values()) >= 3


def test_the_ledger_reads_and_cites_every_list():
    lists = list(coercion.cases_against("RUS"))
    this = ledger()["C46"]
    assert [name for name, asked in this.readings.items() if asked.kind == "source"] == lists
    assert [source.chosen({}) for source in this.sources] == lists


def test_one_list_is_enough_and_frictions_are_another_reading(monkeypatch):
    monkeypatch.setattr(coercion, "cases_against", lambda iso3, **options: {"A": 0, "B": 2})
    assert coercion.cases_on_lists(since_year=1992)["naming"] == 1
    assert coercion.cases_on_lists(since_year=1992, only="A")["naming"] == 0
    frictions = coercion.cases_on_lists(since_year=1992, only="A", with_frictions=True)
    assert frictions["naming"] == frictions["frictions"] > 1
    with pytest.raises(CoverageError, match="there is no list 'C'; allowed: A, B"):
        coercion.cases_on_lists(since_year=1992, only="C")


def test_a_case_counts_or_came_before_but_not_both():
    said = {year: coercion.cases_on_lists(since_year=year) for year in (1949, 1992, 2000)}
    named = {year: (found["naming"], found["ties_before"]) for year, found in said.items()}
    assert named == {1949: (1, 0), 1992: (0, 1), 2000: (0, 2)}
    assert (said[1949]["ties_before_years"], said[2000]["ties_trade_years"]) == ("none", "none")


def test_small_are_those_below_the_limit_and_each_target_comes_once_if_asked(monkeypatch):
    rows = [("A", 2012, 0.1), ("A", 2010, 0.25), ("B", 2010, 0.2), ("C", 2010, None)]
    table = pd.DataFrame(rows, columns=["target", "first_year", "relative_gdp"])
    table = table.assign(target_iso3=table.target, list=coercion.UNDATED)
    monkeypatch.setattr(coercion, "sized_cases", lambda: table)
    monkeypatch.setattr(coercion, "weaker_partners", lambda share, **options: 50.0)
    limits = {"small_share_of_gdp": 0.25, "level": 0.1, "base_year": 2020}
    every = coercion.cases_by_size(**limits, once=False)
    assert (every["cases"], every["sized"], every["small_pct"]) == (4, 3, pytest.approx(200 / 3))
    assert every["without_size"] == ["C"]
    once = coercion.cases_by_size(**limits)
    assert (once["sized"], once["small_pct"]) == (2, 50)
    assert once["p"] == 1
    assert once["small_low_pct"] < 50 < once["small_high_pct"]
    strict = coercion.cases_by_size(**{**limits, "level": 0.01})
    assert strict["small_low_pct"] < once["small_low_pct"]
