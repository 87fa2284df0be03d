"""What goes into the claims on the border."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence import a_quiet_border as border
from analysis.measures.events import compare_rates


def test_the_year_of_the_cut_belongs_to_the_time_before():
    disputes = pd.DataFrame({"start_year": [1950, 1991, 1992]})
    compared = border.around(disputes, first=1950, cut=1991)
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


def test_a_later_dispute_is_counted_and_a_border_that_nobody_marked_has_no_year(monkeypatch):
    rows = pd.DataFrame({"start_year": [1991, 1992], "territorial": True})
    acts = pd.DataFrame({"act": ["Agreement on the eastern part"], "year": 1991})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    monkeypatch.setattr(border, "load", lambda name: acts)
    figures = border.settled(agreement_year=1991)
    assert (figures["disputes"], figures["agreements"], figures["marked_in"]) == (1, 1, "no year")


def test_where_nothing_far_or_heavy_is_listed_no_report_is(monkeypatch):
    for name in ("all_exercises", "all_patrols"):
        monkeypatch.setattr(border, name, getattr(border, name)().head(0).copy)
    figures = border.far_and_heavy()
    assert [figures[each] for each in ("far", "far_reports", "heavy", "heavy_reports")] == [0] * 4


def test_what_stands_on_both_lists_is_counted_once():
    exercises = border.all_exercises()
    assert len(exercises) == 22 + 13
    assert not exercises.duplicated(["name", "start_date"]).any()
    assert border.patrols_and_exercises("RUS", "CHN").sum().tolist() == [10, 34]
