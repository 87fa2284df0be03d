"""Known answers of the political tables, read from what is committed."""

import pandas as pd
import pytest

from analysis.tables import describe, load

ROUNDED = 0.0006
"""The known answers are printed to three decimals."""
ROUNDED_DISTANCE = 0.006
"""Distances of ideal points are printed to two decimals."""
YES_TO_NO = 2
"""Votes are coded 1 yes, 2 abstain, 3 no."""
NO = 3


@pytest.fixture(scope="module")
def rollcalls() -> pd.DataFrame:
    return load("unga_rollcalls")


@pytest.fixture(scope="module")
def three() -> pd.DataFrame:
    return load("unga_votes", iso3=["RUS", "CHN", "USA"])


def agreement(frame: pd.DataFrame, one: str, other: str, year: int) -> float:
    """Lijphart's index over votes in which both took part: 1 for the same vote, 0.5 beside an
    abstention, 0 opposed."""
    of_year = frame[frame.year == year]
    both = of_year.pivot(index="rcid", columns="iso3", values="vote")[[one, other]].dropna()
    return float(1 - (both[one] - both[other]).abs().mean() / YES_TO_NO)


def test_all_votes_and_roll_calls_are_there(rollcalls: pd.DataFrame) -> None:
    assert describe("unga_votes")["rows"] == 982_334
    assert len(rollcalls) == 6_844
    assert int(rollcalls[["yes", "no", "abstain"]].sum().sum()) == 982_334
    assert rollcalls.loc[rollcalls.yes.isna(), "resolution"].tolist() == ["A/RES/75/254 A-C"]


@pytest.mark.parametrize(
    ("one", "other", "year", "expected"),
    [
        ("RUS", "CHN", 1985, 0.805),
        ("RUS", "CHN", 1993, 0.629),
        ("RUS", "CHN", 2006, 0.903),
        ("RUS", "CHN", 2024, 0.764),
        ("RUS", "CHN", 2025, 0.870),
        ("CHN", "USA", 2024, 0.322),
    ],
)
def test_lijphart_agreement(
    three: pd.DataFrame, one: str, other: str, year: int, expected: float
) -> None:
    assert agreement(three, one, other, year) == pytest.approx(expected, abs=ROUNDED)


def test_united_states_votes_no_on_most_texts_of_2025(three: pd.DataFrame) -> None:
    american = three[(three.iso3 == "USA") & (three.year == 2025)]
    assert (american.vote == NO).sum() == 169


def test_china_votes_from_november_1971_and_taiwan_until_october(rollcalls: pd.DataFrame) -> None:
    both = load("unga_votes", iso3=["CHN", "TWN"]).merge(rollcalls[["rcid", "date"]], on="rcid")
    assert both[both.iso3 == "CHN"].date.min() == "1971-11-03"
    assert both[both.iso3 == "TWN"].date.max() < "1971-10-25"


def test_yugoslavia_becomes_its_successors_without_a_gap_or_an_overlap() -> None:
    spans = load("unga_votes", iso3=["YUG", "SCG", "SRB"]).groupby("iso3").year.agg(["min", "max"])
    assert spans.loc["YUG", "max"] == 1991
    assert spans.loc["SCG"].tolist() == [1992, 2005]
    assert spans.loc["SRB", "min"] == 2006


@pytest.mark.parametrize(
    ("year", "expected"), [(1985, 1.57), (1994, 2.59), (2021, 0.36), (2024, 0.26)]
)
def test_distance_of_ideal_points(year: int, expected: float) -> None:
    points = load("ideal_points", year=year, iso3=["RUS", "CHN"]).set_index("iso3").ideal_point
    assert abs(points["RUS"] - points["CHN"]) == pytest.approx(expected, abs=ROUNDED_DISTANCE)


def test_later_release_of_ideal_points_gives_2025_only() -> None:
    points = load("ideal_points")
    assert set(points.loc[points.release == "1946_2025", "year"]) == {2025}
    assert points.loc[points.release == "2025_07", "year"].max() == 2024
    yemen = points[points.iso3.isin(["YEM", "YMD"]) & (points.year == 1985)]
    assert sorted(yemen.iso3) == ["YEM", "YMD"]


def test_texts_on_ukraine_leave_out_the_one_that_is_not() -> None:
    texts = load("unga_ukraine_texts")
    assert "R/72/131" not in set(texts.resolution)
    assert len(texts) == 25
    assert texts.rcid.isna().sum() == 3
    first = texts[texts.resolution == "A/RES/ES-11/1"].iloc[0]
    assert [first.yes, first.no, first.abstain, first.vote_chn] == [141, 5, 35, "abstain"]


def test_vetoes_are_complete_to_july_2022_and_joint_ones_are_known() -> None:
    vetoes = load("unsc_vetoes")
    assert vetoes.loc[vetoes.complete, "date"].max() == "2022-07-08"
    assert not vetoes.loc[vetoes.date > "2022-07-31", "complete"].any()
    complete = vetoes[vetoes.complete]
    assert (complete.veto_rus & complete.veto_chn).sum() == 14
    assert (complete.veto_fra & complete.veto_gbr & complete.veto_usa).sum() == 13


def test_nineteen_disputes_of_russia_and_china() -> None:
    pair = load("disputes", state_a="CHN", state_b="RUS")
    assert len(pair) == 19
    assert pair[pair.start_year > 1986].start_year.tolist() == [1993, 1994, 2009, 2012]
    assert not pair.war.any()
    of_1969 = pair[pair.dispute == 349].iloc[0]
    assert [of_1969.start_year, of_1969.start_month, of_1969.hostility, of_1969.fatality_level] == [
        1969,
        3,
        4,
        3,
    ]
    assert pair.set_index("dispute").fatality_level.isna()[3007]


def test_second_coding_of_disputes_agrees_on_the_years_after_1986() -> None:
    pair = load("dispute_years", state_a="CHN", state_b="RUS", onset=True)
    assert pair[pair.year > 1986].year.tolist() == [1993, 1994, 2009, 2012]
    of_1978 = pair[pair.dispute == 3007].iloc[0]
    assert [of_1978.hostility_a, of_1978.hostility_b] == [5, 3]


def test_1969_is_a_minor_conflict_and_no_war() -> None:
    pair = load("interstate_conflicts", state_a="CHN", state_b="RUS")
    assert pair[["source", "year", "intensity"]].to_numpy().tolist() == [
        ["ucdp_25.1", 1969, "minor"]
    ]


def test_russia_and_china_are_bound_to_consult_and_not_to_defend() -> None:
    pair = load("alliances", state_a="CHN", state_b="RUS").set_index("year")
    assert pair.index[pair.defence].tolist() == list(range(1946, 1981))
    assert not pair.loc[1992:, "defence"].any()
    assert pair.loc[2001:, "consultation"].all()
    assert pair.loc[1992:, "non_aggression"].all()
    assert not set(range(1981, 1992)) & set(pair.index)


def test_leaders_of_russia_and_china() -> None:
    china = load("leaders", iso3="CHN")
    assert china.leader.tolist()[-3:] == ["Jiang Zemin", "Hu Jintao", "Xi Jinping"]
    assert china.exit.tolist()[-1] == "still in office"
    russia = load("leaders", iso3="RUS").set_index("leader")
    assert [russia.loc["Gorbachev", "exit"], russia.loc["Yeltsin", "end_date"]] == [
        "irregular",
        "1999-12-31",
    ]


def test_no_arms_of_the_split_years_and_the_peak_after_2000() -> None:
    arms = load("arms_transfers").set_index("year")
    assert (arms.loc[1969:1989, "tiv_even_split_mn"] == 0).all()
    assert arms.tiv_exact_mn.idxmax() == 2005
    assert arms.tiv_exact_mn.dropna().index.tolist() == list(range(2000, 2024))


def test_no_list_names_russia_as_a_target_of_china() -> None:
    cases = load("sanctions_cases")
    assert (cases.sender_china.sum(), (cases.sender_china & cases.target_russia).sum()) == (8, 0)
    assert "RUS" not in set(load("coercion_cases").target_iso3)
    assert "RUS" not in set(load("china_sanctions_targets").target_iso3)
    assert "yes" not in set(load("coercion_counts").names_russia)


def test_every_case_against_russia_is_ongoing() -> None:
    outcomes = load("sanctions_outcomes")
    assert outcomes[outcomes.target == "Russia"].outcome.unique().tolist() == ["ongoing"]
    assert set(outcomes[outcomes.target == "other"].outcome) > {"failed", "success_total"}


def test_ten_patrols_in_order() -> None:
    patrols = load("joint_patrols")
    assert patrols.patrol.tolist() == list(range(1, 11))
    assert patrols.start_date.is_monotonic_increasing
    assert patrols.year.value_counts()[2022] == 2


def test_memberships_count_the_founders_and_mark_saudi_arabia() -> None:
    members = load("memberships")
    assert (members[members.organisation == "SCO"].year == 2001).sum() == 6
    assert members[~members.formal].iso3.tolist() == ["SAU"]


def test_pew_leaves_out_the_false_reading_of_2013() -> None:
    pew = load("pew_favourability", iso3="USA", about="CHN").set_index("year")
    assert 2013 not in pew.index
    assert 2012 in pew.index
    assert 2014 in pew.index


def test_meetings_without_an_address_are_left_out() -> None:
    meetings = load("leader_meetings")
    assert "2025-05-08" not in set(meetings.date)
    totals = meetings[meetings.kind == "running total"]
    assert totals["count"].tolist() == [10, 22, 37, 40, 40, 40]
    assert set(meetings.date) > {"2015-09-03", "2022-09-15", "2026-05-20"}


def test_vetoes_of_every_member_to_april_2026() -> None:
    vetoes = load("unsc_vetoes_to_2026")
    assert vetoes.complete.all()
    assert vetoes.date.max() == "2026-04-07"
    later = vetoes[vetoes.date > "2022-07-31"]
    assert later[["veto_rus", "veto_chn", "veto_usa"]].sum().tolist() == [11, 3, 8]
    either = vetoes[(vetoes.veto_rus | vetoes.veto_chn) & (vetoes.year >= 2000)]
    assert [int((either.veto_rus & either.veto_chn).sum()), len(either)] == [17, 40]


def test_the_press_missed_vetoes_that_the_longer_list_has_and_added_none() -> None:
    press = load("unsc_vetoes").query("not complete")
    longer = load("unsc_vetoes_to_2026").query("date > '2022-07-31' and (veto_rus or veto_chn)")
    assert set(press.date) < set(longer.date)
    missed = ["2023-07-11", "2023-08-30", "2024-04-24", "2026-04-07"]
    assert sorted(set(longer.date) - set(press.date)) == missed


def test_leaders_are_cut_in_march_2021() -> None:
    leaders = load("leaders_to_2021")
    assert [len(leaders), int(leaders.cut.sum())] == [2524, 194]
    assert set(leaders[leaders.cut].groupby("iso3").size()) == {1}
    now = leaders[leaders.cut & leaders.iso3.isin(["CHN", "RUS"])].set_index("iso3").start_date
    assert now.to_dict() == {"CHN": "2012-11-15", "RUS": "2000-01-01"}


def test_soviet_divisions_rise_from_15_to_41() -> None:
    forces = load("forces_opposite_china", unit="divisions").sort_values("year")
    assert forces[["year", "low", "high"]].to_numpy().tolist() == [
        [1965, 15, 15],
        [1967, 21, 21],
        [1970, 37, 41],
    ]


def test_the_question_of_18_august_1969_and_the_shelters() -> None:
    hints = load("nuclear_hints_1969").set_index("date")
    assert hints.loc["1969-08-18", "who"] == "Soviet embassy, Washington"
    assert hints.event.str.contains("tunnels|shelters").sum() == 2


def test_students_sent_fall_to_35_and_no_zero_is_made_of_the_gap() -> None:
    students = load("students_exchanged")
    sent = students[(students.kind == "sent in the year") & students.year.between(1960, 1962)]
    assert sent.people_low.tolist() == [300, 71, 35]
    assert students.set_index("date").loc["1966-10-07", "people_low"] == 65
    assert not students.year.between(1967, 1982).any()
    assert (students.people_low > 0).sum() == students.people_low.notna().sum()


def test_chinese_in_russia_by_census_and_far_more_by_estimate() -> None:
    census = load("chinese_in_russia_census", area="Russia").set_index("year").people
    assert census.to_dict() == {2002: 34_577, 2010: 28_943, 2021: 19_644}
    estimates = load("chinese_in_russia_estimates")
    assert [estimates.people_low.min(), estimates.people_high.max()] == [200_000, 998_000]


def test_the_acts_that_border_steps_lacks() -> None:
    acts = load("border_acts").date.tolist()
    assert {"1991-05-16", "1994-09-03", "2001-07-16", "2004-10-14", "2008-07-21"} < set(acts)


def test_counts_of_exercises_by_one_compiler() -> None:
    counts = load("joint_exercise_counts_by_period")
    bloomberg = counts[counts.compiled_by.str.contains("tally")]
    assert bloomberg.exercises.tolist() == [10, 36]
    assert bloomberg.at_least.tolist() == [False, True]


def test_the_eleventh_patrol_and_exercises_that_stand_twice() -> None:
    assert load("joint_patrols_added").patrol.tolist() == [load("joint_patrols").patrol.max() + 1]
    added, known = load("joint_exercises_added"), load("joint_exercises")
    twice = added[added.in_joint_exercises]
    months = known.start_date.str.slice(0, 7) + known.format
    assert set(twice.start_date.str.slice(0, 7) + twice.format) <= set(months)
    assert len(twice) == 2


def test_sanctions_of_the_two_against_each_other() -> None:
    cases = load("ties_cases")
    pair = cases[(cases.sender_china & cases.target_russia)]
    assert pair.year.tolist() == [1961, 1998]
    labelled = load("ties_between_russia_and_china")
    assert len(labelled) == 5
    assert set(labelled.case) <= set(cases.case)
    counts = load("coercion_counts_to_2022").set_index("names_russia")["count"]
    assert counts.to_dict() == {"yes": 20, "no": 14}
    assert (cases.primary_sender_cow == 710).sum() == 20


def test_figures_of_regions_and_polls() -> None:
    asia = load("central_asia_trade")
    china = asia[(asia.reporter == "China customs") & (asia.year == 2024)].set_index("country")
    states = china.drop("five").turnover_usd_mn
    assert states.sum() == pytest.approx(china.turnover_usd_mn["five"], abs=5)
    korea = load("north_korea_trade").set_index("year").turnover_usd_mn
    assert korea[[2020, 2025]].tolist() == [539, 2730]
    voyages = load("arctic_events", unit="voyages").set_index("year").value
    assert voyages.to_dict() == {2023: 7, 2024: 11, 2025: 14}
    levada = load("opinion_polls_added", pollster="Levada", about="CHN", year=2026)
    assert levada.value.tolist() == [83]
    shares = load("arms_shares_cited").set_index("measure").value_pct
    assert shares["China share of Russia's arms exports 2021-25"] == 13


def test_no_chinese_statement_on_nuclear_use_names_russia() -> None:
    said = load("nuclear_statements")
    assert said[said.names_russia == "yes"].speaker.tolist() == ["Putin on China"]


def test_polls_that_stand_in_both_tables_agree() -> None:
    old = load("opinion_polls", pollster="Levada", about="CHN", answer="favourable")
    new = load("opinion_polls_added", pollster="Levada", about="CHN")
    both = old.merge(new[new.measure_as_printed == "good attitude"], on="year")
    assert both.year.tolist() == [2020, 2021]
    assert (both.share_pct == both.value).all()


def test_events_end_in_july_2026() -> None:
    events = load("events_after_essay")
    assert [len(events), events.date.min(), events.date.max()] == [25, "2025-08-15", "2026-07-02"]
