"""What goes into the claims on the border, and that each can get each of its labels."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.measured import measured
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import a_quiet_border as border
from analysis.measures.events import compare_rates

FACT = ("holds", "holds with caveats", "does not hold")
JUDGEMENT = ("evidence for", "mixed", "evidence against")


def each(labels, *inputs):
    return list(zip(labels, inputs, strict=True))


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
        border.border_acts("USA", "IND"),
        border.patrols_and_exercises("USA", "IND"),
        border.rates_compared(none, 1991),
        border.rates_by_decade(none, "SSD", "TUV"),
    )
    assert all(isinstance(reason, NotApplicable) for reason in missing)
    assert border.rates_around(none, 1991)["count"].tolist() == [0, 0]


def test_the_p_values_of_a_rise_and_of_a_fall_cover_the_observed_counts_twice():
    compared = compare_rates((14, 27), (4, 28), alternative="greater")
    assert compared.p_value + border.p_of_second_higher(compared) > 1
    level = compare_rates((5, 10), (5, 10), alternative="greater")
    assert border.p_of_second_higher(level) == pytest.approx(level.p_value)


@pytest.mark.parametrize(("label", "listed"), each(FACT, (1986, 3), (1986, 2), (1992, 3)))
def test_settled(label, listed, monkeypatch):
    dispute, agreements = listed
    rows = pd.DataFrame({"start_year": [dispute], "territorial": True})
    acts = [f"Agreement on part {part}" for part in range(agreements)]
    acts.append("Protocol: demarcation of the whole border")
    table = pd.DataFrame({"act": acts, "year": 2000})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    monkeypatch.setattr(border, "load", lambda name: table)
    assert judged(claim("C17"), border.settled).label == label


def test_acts_of_the_settlement():
    acts = border.border_acts("RUS", "CHN")
    known = {"1991-05-16", "1994-09-03", "2001-07-16", "2004-10-14", "2008-07-21"}
    assert known <= set(acts.date)
    figures = border.settled(agreement_year=1991)
    assert figures["agreed_in"] == ["1991", "1994", "2004"]
    assert figures["marked_in"] == ["2008"]


TESTED = ("holds", "undecided", "does not hold")


@pytest.mark.parametrize(("label", "later"), each(TESTED, 36, 10, 1))
def test_exercises_by_period(label, later, monkeypatch):
    by_period = pd.DataFrame({"exercises": [10, later], "length_years": [11.2, 9.3]})
    monkeypatch.setattr(border, "counts_by_period", lambda: by_period)
    assert judged(claim("C21"), border.exercises_by_period).label == label


@pytest.mark.parametrize(
    ("label", "listed"), each(FACT, (True, True), (True, False), (False, False))
)
def test_far_and_heavy(label, listed, monkeypatch):
    far, heavy = listed
    place = "Mediterranean" if far else "Baltic Sea"
    patrol = {
        "russian_aircraft": "Tu-95" if heavy else "Su-30",
        "chinese_aircraft": "H-6",
        "url_2": "second report",
        "start_date": "2019",
    }
    exercise = {"location": place, "year": 2015, "note": "10 ships (second.report)"}
    monkeypatch.setattr(border, "all_exercises", lambda: pd.DataFrame([exercise]))
    monkeypatch.setattr(border, "all_patrols", lambda: pd.DataFrame([patrol]))
    assert judged(claim("C22"), border.far_and_heavy).label == label


def test_what_stands_on_both_lists_is_counted_once():
    exercises = border.all_exercises()
    assert len(exercises) == 22 + 13
    assert not exercises.duplicated(["name", "start_date"]).any()
    assert border.patrols_and_exercises("RUS", "CHN").sum().tolist() == [10, 34]


def test_a_second_report_is_a_second_address():
    figures = border.far_and_heavy()
    assert (figures["far_reports"], figures["heavy_reports"]) == (2, 2)
    assert (figures["heavy"], figures["patrols"]) == (10, 11)


@pytest.mark.parametrize(
    ("label", "begun"),
    each(JUDGEMENT, {1985: 14, 2010: 4}, {1970: 14, 2010: 4}, {1985: 1, 2010: 14}),
)
def test_before_and_after(label, begun, monkeypatch):
    years = [year for year, times in begun.items() for _ in range(times)]
    rows = pd.DataFrame({"start_year": years, "territorial": True})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    assert judged(claim("C23"), border.before_and_after).label == label


def test_the_count_that_would_be_evidence_for():
    figures = measured(claim("C23"), border.before_and_after, {})
    assert (figures["before_count"], figures["just_before"], figures["after_count"]) == (14, 1, 4)
    passing = [
        compare_rates((n, 10), (4, 23), alternative="greater").p_value
        for n in (figures["needed_just_before"] - 1, figures["needed_just_before"])
    ]
    assert passing[0] > 0.1 >= passing[1]
