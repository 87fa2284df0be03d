"""Rules on dependence and pressure at, above and below their thresholds, and what goes into
them."""

import pandas as pd
import pytest

from analysis.claims import coercion, dependence
from analysis.claims.coercion import (
    equal_need,
    never_listed,
    russia_in_energy,
    sized_cases,
    weaker_targets,
)
from analysis.claims.dependence import (
    cases_against,
    china_in_exports,
    common_predicament,
    dependence_of_pairs,
    europe_before,
    first_suppliers,
    no_vassal,
    place_of_gap,
    unlike_europe,
)
from analysis.errors import CoverageError


@pytest.mark.parametrize(
    ("larger", "concessions", "label"),
    [
        (10.0, 0, "evidence for"), (9.9, 0, "mixed"), (10.0, 1, "mixed"), (9.9, 1, "evidence against"),
        (60.0, 0, "evidence for"),
    ],
)  # fmt: skip
def test_no_vassal(larger, concessions, label):
    assert no_vassal(larger, concessions, top_pct=10) == label


@pytest.mark.parametrize(
    ("low", "high", "label"),
    [
        (10, 37.9, "holds"),
        (10, 38, "holds with caveats"),
        (38, 50, "holds with caveats"),
        (38.1, 50, "does not hold"),
    ],
)
def test_unlike_europe(low, high, label):
    assert unlike_europe(low, high, 38) == label


@pytest.mark.parametrize(
    ("share", "label"), [(0.5, "holds with caveats"), (0.499, "does not hold")]
)
def test_common_predicament(share, label):
    assert common_predicament(share, least=0.5) == label


@pytest.mark.parametrize(
    ("cases", "share", "label"),
    [(10, 0.51, "holds"), (9, 0.51, "holds with caveats"), (100, 0.5, "does not hold")],
)
def test_weaker_targets(cases, share, label):
    assert weaker_targets(cases, share, least_cases=10) == label


@pytest.mark.parametrize(("named", "label"), [(0, "holds with caveats"), (1, "does not hold")])
def test_never_listed(named, label):
    assert never_listed(named) == label


@pytest.mark.parametrize(
    ("trade", "energy", "label"),
    [
        (2.0, 9.0, "holds"), (0.5, 9.0, "holds"), (2.1, 2.0, "holds with caveats"), (0.4, 0.5, "holds with caveats"),
        (2.1, 2.1, "does not hold"), (0.4, 0.4, "does not hold"),
    ],
)  # fmt: skip
def test_equal_need(trade, energy, label):
    assert equal_need(trade, energy, widest=2) == label


def test_the_gap_of_a_pair_is_that_of_its_other_side_with_the_sign_turned():
    pairs = dependence_of_pairs(2020).set_index(["home", "partner"]).gap_pct
    assert pairs["RUS", "CHN"] == pytest.approx(-pairs["CHN", "RUS"])
    assert place_of_gap("RUS", "CHN", year=2020)[1:] == place_of_gap("CHN", "RUS", year=2020)[1:]


def test_a_gap_larger_than_any_is_exceeded_by_none():
    assert place_of_gap("RUS", "CHN", year=2020, gap_pct=100.0)[1] == 0
    assert place_of_gap("RUS", "CHN", year=2020, gap_pct=0.0)[1] > 99


def test_shares_are_those_that_are_printed_elsewhere():
    found = china_in_exports()
    assert found["IMF estimate, 2023"] == pytest.approx(23.7, abs=0.06)
    assert found["IMF estimate, 2024"] == pytest.approx(25.5, abs=0.06)
    assert found["China customs over Russian customs total, 2023"] == pytest.approx(30.4, abs=0.06)
    assert found["OEC via DW, 2023"] == 32.7
    assert europe_before(2021) < europe_before(2013)
    assert russia_in_energy(2023) == pytest.approx(20.5, abs=0.06)


def test_china_is_left_out_of_those_who_could_depend_on_it():
    assert "CHN" not in first_suppliers(2020).index
    assert first_suppliers(2020)["RUS"] == "CHN"


def test_a_pair_that_is_not_among_them_is_said_to_be_missing():
    with pytest.raises(CoverageError, match="North Korea and China did not both report"):
        place_of_gap("PRK", "CHN", year=2025)


def test_no_list_names_russia_and_the_lists_do_name_others():
    assert set(cases_against("RUS").values()) == {0}
    assert sum(cases_against("LTU").values()) >= 3


@pytest.mark.parametrize(
    ("against", "label"), [({"A": 0}, "holds with caveats"), ({"A": 0, "B": 1}, "does not hold")]
)
def test_one_list_is_enough_and_frictions_are_another_reading(against, label, monkeypatch):
    monkeypatch.setattr(coercion, "cases_against", lambda iso3: against)
    verdict = coercion.judge_never()
    assert verdict.label == label
    assert verdict.variants[-1].label == "does not hold"


@pytest.mark.parametrize(
    ("gap", "named", "label"),
    [(9.9, 0, "mixed"), (10.0, 0, "evidence for"), (9.9, 1, "evidence against")],
)
def test_the_judge_of_the_vassal_can_give_each_label(gap, named, label, monkeypatch):
    monkeypatch.setattr(dependence, "place_of_gap", lambda *pair, **options: (31.0, gap, 100))
    monkeypatch.setattr(dependence, "cases_against", lambda iso3: {"A": named})
    assert dependence.judge_vassal().label == label


def test_sizes_are_relative_to_china_and_missing_where_unknown():
    cases = sized_cases().set_index("target").relative_gdp
    assert (cases["Norway"] < 0.25).all()
    assert cases["Taiwan"].isna().all()
    assert pd.isna(cases["Missouri (US)"])


@pytest.mark.parametrize(
    ("sizes", "label"),
    [
        ([0.1] * 10, "holds"),
        ([0.1] * 9, "holds with caveats"),
        ([0.1] * 5 + [0.25] * 5, "does not hold"),
    ],
)
def test_the_judge_of_coercion_can_give_each_label(sizes, label, monkeypatch):
    codes = [f"T{place}" for place in range(len(sizes))]
    cases = pd.DataFrame(
        {"list": coercion.UNDATED, "target": codes, "target_iso3": codes, "first_year": 2010}
    )
    monkeypatch.setattr(coercion, "sized_cases", lambda: cases.assign(relative_gdp=sizes))
    assert coercion.judge_coercion().label == label
