"""What goes into the claims on the split and the thaw."""

import pandas as pd
import pytest

from analysis.claims import claim, judge
from analysis.claims.measured import measured
from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import the_split as split
from analysis.evidence import the_thaw as thaw


def series(*values, start=2000):
    return pd.Series(values, index=range(start, start + len(values)), dtype=float)


@pytest.mark.parametrize(
    ("levels", "fallen"),
    [
        ((10, 9, 11, 10, 12), []),
        ((10, 7.5, 10), []),
        ((10, 7, 9, 10, 12), [(2000, pytest.approx(30), 3)]),
        ((10, 9, 8, 10), [(2000, pytest.approx(20), 3)]),
        ((10, 7, 6, 5), [(2000, pytest.approx(50), None)]),
    ],
)
def test_falls_are_deep_or_twice_running_and_end_when_the_level_is_regained(levels, fallen):
    assert thaw.falls(series(*levels), deep_pct=25) == fallen


def test_how_long_a_shallow_fall_must_last_is_a_threshold():
    levels = series(10, 9, 8, 10)
    found = [len(thaw.falls(levels, deep_pct=25, years_running=years)) for years in (0, 1, 2, 3)]
    assert found == [1, 1, 1, 0]
    assert claim("C04").thresholds["years_running"] == thaw.YEARS_RUNNING
    assert judge("C04", years_running=1).measured != judge("C04").measured


def test_a_fall_is_told_with_its_recovery():
    assert thaw.Fall(1993, 34.3, 7).told(depth=True) == "1993 by 34 % (7 years to regain)"
    assert thaw.Fall(1988, 34.3, None).told(depth=True) == "1988 by 34 % (not regained)"
    assert thaw.Fall(1988, 34.3, None).told(depth=False) == "1988 (not regained)"


def test_part_of_a_rise():
    levels = series(1, 2, 5)
    span = {"first": 2000, "last": 2002, "by": [2001]}
    assert thaw.parts_of_rise(levels, **span) == [pytest.approx(0.25)]
    assert thaw.parts_of_rise(series(5, 2, 1), **span) == []


def test_first_fall_passes_over_gaps():
    gap = pd.Series([5.0, 4.0, 3.0], index=[1950, 1952, 1953])
    assert split.first_fall(gap) == 1953
    assert split.first_fall(gap, below=0.5) is None
    assert split.first_fall(series(10, 6, 2.9), below=0.5) == 2002
    assert split.first_fall(series(1, 2, 3)) is None


def test_known_answers():
    cited = split.turnover_by_source()["cited"]
    assert cited[[1959, 1968, 1970, 1972, 1978]].tolist() == [2098, 100, 47, 288, 516]
    assert not split.turnover_by_source()["Correlates of War"].index.isin(range(1958, 1978)).any()
    assert split.false_zeros().to_dict() == dict.fromkeys(range(1960, 1964), 0)
    assert split.soviet_share_of_china(last_year=1962).max() == pytest.approx(49, abs=0.5)
    votes = thaw.agreement_by_year("RUS", "CHN")
    known = {1985: 0.805, 1993: 0.629, 2006: 0.903, 2024: 0.764, 2025: 0.870}
    assert votes[list(known)].round(3).to_dict() == known
    assert votes.loc[1991:1995].mean() == pytest.approx(0.68, abs=0.01)


def test_trade_since_1978_changes_country_once_and_leaves_no_year_out():
    levels = thaw.trade_since_1978()
    assert levels.index.tolist() == list(range(1978, 2026))
    assert levels[1991] == pytest.approx(3.904, abs=0.001)
    assert levels[2024] == pytest.approx(244.81)


def test_a_pair_without_data_gets_the_reason_and_it_is_handed_on():
    levels = thaw.real_trade("SSD", "TUV", first_year=1985)
    assert isinstance(levels, NotApplicable)
    assert thaw.turn_of_growth(levels, "SSD", "TUV") is levels
    for missing in (thaw.agreement("DDR", "TUV"), thaw.distance("DDR", "TUV", first_year=1972)):
        assert isinstance(missing, NotApplicable)
    with pytest.raises(CoverageError, match="never voted in the same roll calls"):
        thaw.agreement_by_year("DDR", "TUV")


def test_the_year_in_which_the_country_changes_is_no_growth():
    growth = thaw.turn_of_growth(thaw.real_trade("China", "RU", first_year=1985), "China", "RU")
    assert growth["regimes"].term.tolist() == ["mean 1986-2024"]
    assert "n = 38" in growth["spec"]


def test_a_rise_that_had_not_begun_early_has_no_early_part(monkeypatch):
    """One measure did not rise; another had not begun by the early year."""
    rising = pd.Series({1985: 0.0, 1999: 0.1, 2011: 0.4, 2024: 1.0})
    unbegun = pd.Series({1985: 0.0, 1999: 0.0, 2011: 0.9, 2024: 1.0})
    monkeypatch.setattr(thaw, "agreement_by_year", lambda *pair: rising * -1)
    monkeypatch.setattr(thaw, "china_in_soviet_and_russian_trade", lambda: rising)
    monkeypatch.setattr(thaw, "closeness_by_year", lambda: unbegun)
    figures = measured(claim("C03"), thaw.roots, {})
    assert figures["agreement"] == "did not rise"
    assert figures["parts_begun_early"] == [pytest.approx(0.4)]


def test_a_strand_that_only_rises_is_not_interrupted(monkeypatch):
    rising = series(*range(1, 27), start=1985)
    monkeypatch.setattr(thaw, "trade_since_1978", lambda **options: rising)
    monkeypatch.setattr(thaw, "closeness_by_year", lambda: rising)
    disputes = pd.DataFrame({"start_year": [1993, 1994, 2009]})
    monkeypatch.setattr(thaw, "disputes_of", lambda *pair: disputes)
    figures = thaw.interruptions(first_year=1985, deep_pct=25, years_running=2)
    assert figures["trade"] == figures["closeness"] == "no interruption"
    said = "after 1992 (3 years to regain), 2008 (2 years to regain): 10 % of the years"
    assert (figures["disputes"], figures["years_to_regain"]) == (said, [3, 2])


def test_without_a_fall_and_with_a_later_dispute_there_is_no_sign_in_time(monkeypatch):
    rising = series(*range(8), start=1950)
    table = rising.rename_axis("year").rename("tiv_even_split_mn").reset_index()
    monkeypatch.setattr(split, "load", lambda name: table)
    monkeypatch.setattr(split, "turnover_by_source", lambda: {"Correlates of War": rising})
    figures = split.quarrel(sought_from=1950, sought_to=1970)
    assert (figures["arms"], figures["trade"], figures["signs"]) == (None, None, [1964])


def test_a_rate_that_rose_is_no_hostility_of_the_past(monkeypatch):
    rows = pd.DataFrame({"start_year": [1960, 1971] + [2000] * 9, "hostility": 4})
    monkeypatch.setattr(split, "disputes_of", lambda *pair: rows)
    figures = measured(claim("C15"), split.hostile_decades, {})
    assert (figures["before_count"], figures["since_count"], figures["decades"]) == (2, 9, 2)
    assert figures["p_of_rise"] < 0.1 < figures["p"]
