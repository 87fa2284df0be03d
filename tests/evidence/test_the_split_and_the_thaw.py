"""What goes into the claims on the split and the thaw, and that each can get each of its labels."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.rules import label_of
from analysis.claims.verdict import judged, measured
from analysis.errors import CoverageError, NotApplicable
from analysis.evidence import the_split as split
from analysis.evidence import the_thaw as thaw

FACT = ("holds", "holds with caveats", "does not hold")


def series(*values, start=2000):
    return pd.Series(values, index=range(start, start + len(values)), dtype=float)


def each(*inputs):
    return list(zip(FACT, inputs, strict=True))


def test_falls_are_deep_or_twice_running_and_end_when_the_level_is_regained():
    assert thaw.falls(series(10, 9, 11, 10, 12), deep_pct=25) == []
    assert thaw.falls(series(10, 7, 9, 10, 12), deep_pct=25) == [
        thaw.Fall(2000, pytest.approx(30), 3)
    ]
    assert thaw.falls(series(10, 9, 8, 10), deep_pct=25) == [thaw.Fall(2000, pytest.approx(20), 3)]
    assert thaw.falls(series(10, 7, 6, 5), deep_pct=25) == [
        thaw.Fall(2000, pytest.approx(50), None)
    ]


def test_a_fall_of_exactly_the_limit_in_one_year_is_not_deeper():
    assert thaw.falls(series(10, 7.5, 10), deep_pct=25) == []


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


@pytest.mark.parametrize(
    ("label", "late", "signed"),
    [
        ("holds", 0.333, ["1991", "1994"]),
        ("holds with caveats", 0.333, ["1991"]),
        ("holds with caveats", 0.332, ["1991", "1994"]),
        ("does not hold", 0.332, ["1991"]),
    ],
)
def test_roots(label, late, signed, monkeypatch):
    """One measure did not rise; another had not begun by the early year."""
    rising = pd.Series({1985: 0.0, 1999: 0.1, 2011: late, 2024: 1.0})
    unbegun = pd.Series({1985: 0.0, 1999: 0.0, 2011: 0.9, 2024: 1.0})
    monkeypatch.setattr(thaw, "agreements_by", lambda year: signed)
    monkeypatch.setattr(thaw, "agreement_by_year", lambda *pair: rising * -1)
    monkeypatch.setattr(thaw, "china_in_soviet_and_russian_trade", lambda: rising)
    monkeypatch.setattr(thaw, "closeness_by_year", lambda: unbegun)
    figures = measured(claim("C03"), thaw.roots, {})
    assert figures["agreement"] == "did not rise"
    assert label_of(claim("C03").labels, figures) == label


def test_agreements_are_counted_by_year():
    assert thaw.agreements_by(1999) == ["1991", "1994", "1997"]
    assert thaw.agreements_by(1990) == []


@pytest.mark.parametrize(
    ("label", "levels"),
    each([10, 7, 8, 9, 9, 10], [10, 7, 8, 9, 9, 9], [10, 7, 8, 9] + [9] * 12),
)
def test_interruptions(label, levels, monkeypatch):
    """Made good in five years, in six, and after half of the years."""
    trade = series(*levels, *range(11, 27 - len(levels) + 4), start=1985)
    rising = series(*range(1, 27), start=1985)
    monkeypatch.setattr(thaw, "trade_since_1978", lambda **options: trade)
    monkeypatch.setattr(thaw, "closeness_by_year", lambda: rising)
    monkeypatch.setattr(thaw, "agreement_by_year", lambda *pair: rising)
    disputes = pd.DataFrame({"start_year": [1993, 1994, 2009]})
    monkeypatch.setattr(thaw, "disputes_of", lambda *pair: disputes)
    verdict = judged(claim("C04"), thaw.interruptions)
    assert verdict.label == label
    assert "closeness in the UN: no interruption" in verdict.measured
    assert "1992 (3 years to regain), 2008 (2 years to regain): 10 %" in verdict.measured


@pytest.mark.parametrize(("label", "years"), each((1957, 1960), (1957, 1961), (1956, 1961)))
def test_quarrel(label, years, monkeypatch):
    arms, dispute = years
    deliveries = series(*[-abs(year - arms + 1) for year in range(1950, 1971)], start=1950)
    table = deliveries.rename_axis("year").rename("tiv_even_split_mn").reset_index()
    rising = series(*range(8), start=1950)
    turnover = {"Correlates of War": rising, "cited": rising}
    monkeypatch.setattr(split, "load", lambda name: table)
    monkeypatch.setattr(split, "turnover_by_source", lambda: turnover)
    begun = pd.DataFrame({"start_year": [dispute]})
    monkeypatch.setattr(split, "disputes_of", lambda *pair: begun)
    figures = measured(claim("C09"), split.quarrel, {})
    assert (figures["arms"], figures["trade"], figures["dispute"]) == (arms, None, dispute)
    assert label_of(claim("C09").labels, figures) == label


@pytest.mark.parametrize(("label", "clash"), each((4, 2, True), (4, 1, True), (3, 3, True)))
def test_border_war(label, clash, monkeypatch):
    hostility, deaths, territorial = clash
    row = {
        "start_year": 1969,
        "hostility": hostility,
        "fatality_level": deaths,
        "war": False,
        "territorial": territorial,
    }
    monkeypatch.setattr(split, "disputes_of", lambda *pair: pd.DataFrame([row]))
    assert judged(claim("C10"), split.border_war).label == label


def test_other_sources_give_their_own_least_deaths():
    least = {name: split.border_war(source=name)["least_deaths"] for name in ("UCDP", "CIA")}
    assert least == {"UCDP": 25, "CIA": 200}


@pytest.mark.parametrize(("label", "peak"), each(33.3, 33.2, 9.9))
def test_lively_trade(label, peak, monkeypatch):
    shares = pd.Series([5.0, peak], index=[1950, 1959])
    monkeypatch.setattr(split, "soviet_share_of_china", lambda **span: shares)
    verdict = judged(claim("C12"), split.lively_trade)
    assert (verdict.label, len(verdict.readings)) == (label, 3)


@pytest.mark.parametrize(("label", "low"), each(10.0, 10.1, 50.1))
def test_stop_of_trade(label, low, monkeypatch):
    cited = pd.Series({1959: 100.0, 1968: low, 1970: low, 1972: 60.0, 1975: 60.0})
    monkeypatch.setattr(split, "turnover_by_source", lambda: {"cited": cited})
    assert judged(claim("C13"), split.stop_of_trade).label == label


@pytest.mark.parametrize(
    ("label", "disputes"), [("holds", (20, 4)), ("undecided", (6, 4)), ("does not hold", (2, 9))]
)
def test_hostile_decades(label, disputes, monkeypatch):
    early, late = disputes
    begun = [1960 + place for place in range(early)] + [2000] * late
    rows = pd.DataFrame({"start_year": begun, "hostility": 4})
    monkeypatch.setattr(split, "disputes_of", lambda *pair: rows)
    assert judged(claim("C15"), split.hostile_decades).label == label
