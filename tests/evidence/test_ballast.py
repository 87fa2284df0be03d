"""What the verdicts on ballast, conflict and profit rest on, by small frames and the real ones."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.errors import NotApplicable
from analysis.evidence import ballast, conflict_and_profit
from analysis.evidence.conflict_and_profit import after_much_trade


def dyads(distances, shares):
    rows = {"year": range(2000, 2000 + len(distances)), "distance": distances, "share_pct": shares}
    return pd.DataFrame(rows).assign(pair="AAA-BBB", state_a="AAA", state_b="BBB")


def test_a_shift_is_the_absolute_change_beside_the_share_before_it():
    rows = ballast.shifts(dyads([1.0, 0.5, 2.0], [10.0, 20.0, 30.0]), years=1)
    assert rows["shift"].tolist() == [0.5, 1.5]
    assert rows.lagged_share_pct.tolist() == [10.0, 20.0]
    assert rows.period.tolist() == [2001, 2002]


def test_spans_do_not_overlap_and_gaps_are_not_bridged():
    rows = ballast.shifts(dyads([1.0] * 11, [5.0] * 11), years=5)
    assert (rows.period * 5).tolist() == [2005, 2010]
    with_gap = dyads([1.0, 2.0, 4.0], [1.0, 1.0, 1.0]).query("year != 2001")
    assert ballast.shifts(with_gap, years=1).empty


def test_shifts_are_averaged_by_the_size_of_the_share(monkeypatch):
    rows = {"lagged_share_pct": [0.0, 0.05, 20.0, 100.0], "shift": [1.0, 3.0, 5.0, 5.0]}
    monkeypatch.setattr(ballast, "shifts_of_pairs", lambda years: pd.DataFrame(rows))
    means = ballast.mean_shifts(years=1)[["share", "shift", "pairs_years"]].to_numpy().tolist()
    assert means == [["under 0.1", 2.0, 2], ["10 or more", 5.0, 2]]


def test_the_picture_shows_what_the_verdict_rests_on():
    assert claim("C40").thresholds["later_years"] == ballast.LEADS
    plain, *_ = ballast.estimates(p_value=0.1).itertuples(index=False)
    judged = ballast.steadying(p_value=0.1, later_years=ballast.LEADS)
    shown = (plain.estimate, plain.low, plain.p)
    assert shown == (judged["size_pct"], judged["low_pct"], judged["p"])


def test_sizes_are_told_in_percent_of_the_mean_outcome():
    plain = ballast.steadying(p_value=0.1, later_years=2)
    mean = ballast.chosen_shifts()["shift"].mean()
    assert plain["size_pct"] == pytest.approx(100 * plain["estimate"] / mean)
    assert plain["most_steadied_pct"] == -plain["low_pct"] > -plain["high_pct"]
    assert plain["states"] > 190


def test_rows_are_chosen_by_share_and_year():
    rows = ballast.chosen_shifts(least_share_pct=1, most_share_pct=100, since=1992)
    assert rows.lagged_share_pct.between(1, 100).all()
    assert rows.period.min() == 1992
    left = ballast.chosen_shifts(without=(1990, 1994)).period
    assert not left.between(1990, 1994).any()


def test_where_the_scale_bends_the_step_is_from_one_to_eleven_percent():
    fit = ballast.inertia(scale="root", p_value=0.1).tidy().iloc[0]
    step = 11**0.5 - 1
    assert ballast.association(scale="root", p_value=0.1)["estimate"] == pytest.approx(
        step * fit.estimate
    )


def test_later_trade_is_fitted_only_where_it_is_asked_for(monkeypatch):
    inertia, fitted = ballast.inertia, []
    monkeypatch.setattr(ballast, "inertia", lambda **o: fitted.append(o["leads"]) or inertia(**o))
    later_p = ballast.steadying(p_value=0.1, later_years=2)["later_p"]
    assert fitted == [0]
    assert 0 <= later_p() <= 1
    assert fitted == [0, 2]


def test_forceful_disputes_lie_within_the_limits_and_hold_the_korean_war():
    cases = after_much_trade(least_share_pct=10)
    assert cases.share_pct.between(10, 100).all()
    assert (cases.hostility >= 4).all()
    assert len(after_much_trade(least_share_pct=25)) < len(cases)
    korea = cases[(cases.state_a == "CHN") & (cases.state_b == "USA") & (cases.start_year == 1950)]
    assert korea.war.any()


def test_a_border_clash_of_1969_is_not_a_case_because_trade_of_1968_is_not_recorded():
    rows = conflict_and_profit.forceful_disputes()
    clash = rows[(rows.state_a == "CHN") & (rows.state_b == "RUS") & (rows.start_year == 1969)]
    assert len(clash) == 1
    assert clash.share_pct.isna().all()


def test_views_that_nobody_asked_for_are_said_to_be_missing():
    views = conflict_and_profit.views("USA", "IND")
    assert isinstance(views, NotApplicable)
    assert views.reason == "no poll of United States on India is among the data."


def test_what_each_sold_turns_round_with_the_two():
    ours = conflict_and_profit.sold("RUS", "CHN", years=(2000, 2020))
    theirs = conflict_and_profit.sold("CHN", "RUS", years=(2000, 2020))
    assert (ours["home"], theirs["home"]) == ("Russia", "China")
    assert min(ours["home_sold"], ours["partner_sold"], theirs["home_sold"]) > 0
