"""What goes into the claims on the border, and that each can get each of its labels."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import a_quiet_border as border
from analysis.measures.events import compare_rates

FACT = ("holds", "holds with caveats", "does not hold")
JUDGEMENT = ("evidence for", "mixed", "evidence against")


def each(labels, *inputs):
    return list(zip(labels, inputs, strict=True))


def test_halves_split_a_span_in_the_middle_and_leave_out_what_lies_beyond():
    days = pd.Series(["2019-01-01", "2020-12-31", "2021-01-02", "2023-06-01", "2024-01-01"])
    compared = border.halves(days, first="2019-01-01", last="2023-01-01")
    assert (compared.first.count, compared.second.count) == (1, 2)
    assert compared.first.exposure == pytest.approx(2.0, abs=0.01)


def test_the_year_of_the_cut_belongs_to_the_time_before():
    disputes = pd.DataFrame({"start_year": [1950, 1991, 1992]})
    compared = border.around(disputes, first=1950, cut=1991, last=2014)
    assert (compared.first.count, compared.first.exposure) == (2, 42)
    assert (compared.second.count, compared.second.exposure) == (1, 23)


def test_disputes_of_the_pair_are_nineteen_either_way_and_the_last_over_territory_began_in_1986():
    disputes = border.disputes_of("Russia", "CN")
    assert len(disputes) == len(border.disputes_of("CHN", "RUS")) == 19
    assert disputes[disputes.start_year > 1986].start_year.tolist() == [1993, 1994, 2009, 2012]
    assert disputes[disputes.territorial].start_year.max() == 1986
    listed = border.listed(disputes, "RUS", "CHN")
    assert (listed["pair"], listed["territorial"]) == ("Russia and China", 10)
    assert listed["years"][:2] == ["1947", "1964*"]


@pytest.mark.parametrize(("limit", "split"), [(0.1, (8, 2)), (0.05, (9, 1)), (0.4, (6, 4))])
def test_ten_events_in_two_halves_must_split_unevenly_to_be_told_from_chance(limit, split):
    compared = compare_rates((6, 3.5), (4, 3.5), alternative="greater")
    assert border.least_uneven(compared, p_value=limit) == split


def test_the_counts_that_would_decide_lie_on_either_side_of_the_limit():
    compared = compare_rates((14, 27), (4, 28), alternative="greater")
    too_many = border.second_too_many(compared, p_value=0.1)
    needed = border.first_needed(
        compare_rates((6, 3.5), (4, 3.5), alternative="greater"), p_value=0.1
    )
    assert (too_many, needed) == (8, 10)
    counts = [compare_rates((14, 27), (n, 28), alternative="greater").p_value for n in (7, 8)]
    assert counts[0] <= 0.1 < counts[1]


def test_what_is_listed_for_russia_and_china_only_is_not_shown_for_others():
    none = border.disputes_of("SSD", "TUV")
    missing = (
        border.border_steps("USA", "IND"),
        border.patrols_and_exercises("USA", "IND"),
        border.rates_compared(none, 1991),
        border.rates_by_decade(none, "SSD", "TUV"),
    )
    assert all(isinstance(reason, NotApplicable) for reason in missing)
    assert border.rates_around(none, 1991)["count"].tolist() == [0, 0]


@pytest.mark.parametrize(("label", "years"), each(FACT, (1986, 2004), (1986, None), (1992, 2004)))
def test_disputes_since(label, years, monkeypatch):
    dispute, step = years
    rows = pd.DataFrame({"start_year": [dispute], "territorial": True})
    steps = pd.DataFrame({"year": [1991, 1997, step]})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    monkeypatch.setattr(border, "load", lambda name: steps)
    verdict = judged(claim("C17"), border.disputes_since)
    assert verdict.label == label
    assert any("lacks those" in caveat for caveat in verdict.caveats) == (step is None)


@pytest.mark.parametrize(("label", "later"), each(FACT, 10, 9, 4))
def test_patrols_by_half(label, later, monkeypatch):
    compared = compare_rates((later, 3.5), (4, 3.5), alternative="greater")
    monkeypatch.setattr(border, "halves", lambda days, **span: compared)
    assert judged(claim("C21"), border.patrols_by_half).label == label


@pytest.mark.parametrize(
    ("label", "listed"), each(FACT, (True, True), (True, False), (False, False))
)
def test_far_and_heavy(label, listed, monkeypatch):
    far, heavy = listed
    place = "Mediterranean" if far else "Baltic Sea"
    patrol = {
        "russian_aircraft": "Tu-95" if heavy else "Su-30",
        "chinese_aircraft": "H-6",
        "url_2": "",
        "start_date": "2019",
    }
    tables = {
        "joint_exercises": pd.DataFrame({"location": [place], "year": [2015]}),
        "joint_patrols": pd.DataFrame([patrol]),
    }
    monkeypatch.setattr(border, "load", tables.get)
    assert judged(claim("C22"), border.far_and_heavy).label == label


@pytest.mark.parametrize(("label", "disputes"), each(JUDGEMENT, (17, 4), (16, 4), (4, 9)))
def test_before_and_after(label, disputes, monkeypatch):
    early, late = disputes
    begun = [1970] * early + [2010] * late
    rows = pd.DataFrame({"start_year": begun, "territorial": True})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    assert judged(claim("C23"), border.before_and_after).label == label
