"""Judges give each of their labels when what they read says so: synthetic inputs in place of the
tables' figures."""

import pandas as pd
import pytest

from analysis.claims import (
    border,
    split,
    stop,
)
from analysis.measures.events import compare_rates

FACT = ("holds", "holds with caveats", "does not hold")
JUDGEMENT = ("evidence for", "mixed", "evidence against")


def each(labels, *inputs):
    return [(label, one) for label, one in zip(labels, inputs, strict=True)]


@pytest.mark.parametrize(("label", "years"), each(FACT, (1986, 2004), (1986, None), (1992, 2004)))
def test_border(label, years, monkeypatch):
    dispute, step = years
    rows = pd.DataFrame({"start_year": [dispute], "territorial": True})
    steps = pd.DataFrame({"year": [1991, 1997, step]})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    monkeypatch.setattr(border, "load", lambda name: steps)
    assert border.judge_settled().label == label


@pytest.mark.parametrize(("label", "later"), each(FACT, 10, 9, 4))
def test_exercises(label, later, monkeypatch):
    found = compare_rates((later, 3.5), (4, 3.5), alternative="greater")
    monkeypatch.setattr(border, "halves", lambda days, **span: found)
    assert border.judge_exercises().label == label


@pytest.mark.parametrize(("label", "disputes"), each(JUDGEMENT, (17, 4), (16, 4), (4, 9)))
def test_trust(label, disputes, monkeypatch):
    early, late = disputes
    rows = pd.DataFrame({"start_year": [1970] * early + [2010] * late, "territorial": True})
    monkeypatch.setattr(border, "disputes_of", lambda *pair: rows)
    assert border.judge_trust().label == label


@pytest.mark.parametrize(
    ("label", "listed"), each(FACT, (True, True), (True, False), (False, False))
)
def test_reach(label, listed, monkeypatch):
    far, heavy = listed
    exercises = pd.DataFrame(
        {"location": ["Mediterranean" if far else "Baltic Sea"], "year": [2015]}
    )
    patrols = {
        "russian_aircraft": "Tu-95" if heavy else "Su-30",
        "chinese_aircraft": "H-6",
        "url_2": "",
        "start_date": "2019",
    }
    tables = {"joint_exercises": exercises, "joint_patrols": pd.DataFrame([patrols])}
    monkeypatch.setattr(border, "load", tables.get)
    assert border.judge_reach().label == label


@pytest.mark.parametrize(("label", "clash"), each(FACT, (4, 3, True), (4, 3, False), (3, 3, False)))
def test_border_war(label, clash, monkeypatch):
    hostility, deaths, war = clash
    row = {"start_year": 1969, "hostility": hostility, "fatality_level": deaths, "war": war}
    monkeypatch.setattr(stop, "disputes_of", lambda *pair: pd.DataFrame([row]))
    assert stop.judge_border_war().label == label


@pytest.mark.parametrize(("label", "peak"), each(FACT, 33.3, 33.2, 9.9))
def test_vibrant(label, peak, monkeypatch):
    monkeypatch.setattr(
        stop, "soviet_share_of_china", lambda: pd.Series([5.0, peak], index=[1950, 1959])
    )
    assert stop.judge_vibrant().label == label


@pytest.mark.parametrize(("label", "low"), each(FACT, 10.0, 10.1, 50.1))
def test_stop(label, low, monkeypatch):
    cited = pd.Series({1959: 100.0, 1968: low, 1970: low, 1972: 60.0, 1975: 60.0})
    monkeypatch.setattr(stop, "turnover_by_source", lambda: {"cited": cited})
    assert stop.judge_stop().label == label


@pytest.mark.parametrize(("label", "disputes"), each(FACT, (20, 4), (6, 4), (4, 9)))
def test_decades(label, disputes, monkeypatch):
    early, late = disputes
    years = [1960 + place for place in range(early)] + [2000] * late
    monkeypatch.setattr(
        stop, "disputes_of", lambda *pair: pd.DataFrame({"start_year": years, "hostility": 4})
    )
    assert stop.judge_decades().label == label


@pytest.mark.parametrize(("label", "before"), each(FACT, (0.1, 0.333), (0.1, 0.332), (0.0, 0.9)))
def test_roots(label, before, monkeypatch):
    parts = {
        "share in Moscow's trade": before,
        "agreement in the UN": (None, None),
        "closeness of ideal points": before,
    }
    if label == "holds with caveats":
        parts["share in Moscow's trade"] = (0.1, 0.333)
    monkeypatch.setattr(split, "_roots", lambda first, last: parts)
    assert split.judge_roots().label == label


@pytest.mark.parametrize(
    ("label", "levels"), each(FACT, [5, 6, 7, 8, 9, 10], [10, 7, 8, 9, 9, 10], [10, 7, 8, 9, 9, 9])
)
def test_uninterrupted(label, levels, monkeypatch):
    series = pd.Series(
        [*map(float, levels), *[11.0 + place for place in range(20)]], index=range(1985, 2011)
    )
    monkeypatch.setattr(split, "trade_since_1978", lambda **options: series)
    monkeypatch.setattr(
        split,
        "agreement_by_year",
        lambda *pair: pd.Series(range(1, 27), index=series.index, dtype=float),
    )
    assert split.judge_uninterrupted().label == label


@pytest.mark.parametrize(("label", "years"), each(FACT, (1957, 1960), (1957, 1961), (1956, 1961)))
def test_quarrel(label, years, monkeypatch):
    arms, dispute = years
    tables = pd.DataFrame(
        {
            "year": range(1950, 1971),
            "tiv_even_split_mn": [-abs(y - arms + 1) for y in range(1950, 1971)],
        }
    )
    rising = pd.Series(range(8), index=range(1950, 1958), dtype=float)
    monkeypatch.setattr(split, "load", lambda name: tables)
    monkeypatch.setattr(
        split, "turnover_by_source", lambda: {"Correlates of War": rising, "cited": rising}
    )
    monkeypatch.setattr(split, "disputes_of", lambda *pair: pd.DataFrame({"start_year": [dispute]}))
    assert split.judge_quarrel().label == label
