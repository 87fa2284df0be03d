"""Judges give each of their labels when what they read says so: synthetic inputs in place of the
tables' figures."""

import pandas as pd
import pytest

from analysis.claims import (
    ballast,
    clubs,
    coercion,
    dependence,
    forums,
    frictions,
    limits,
    outlook,
    trade_boom,
)

FACT = ("holds", "holds with caveats", "does not hold")
JUDGEMENT = ("evidence for", "mixed", "evidence against")


def each(labels, *inputs):
    return [(label, one) for label, one in zip(labels, inputs, strict=True)]


@pytest.mark.parametrize(("label", "parts"), each(FACT, (0.1, 0.1), (0.2, 0.25), (0.1, 0.26)))
def test_outlook(label, parts, monkeypatch):
    monkeypatch.setattr(outlook, "_places", lambda *options: ("", *parts))
    assert outlook.judge_outlook().label == label


@pytest.mark.parametrize(("label", "found"), each(JUDGEMENT, (24.9, 18), (25.0, 18), (50.1, 18)))
def test_cooperation(label, found, monkeypatch):
    split_pct, joint = found
    rows = pd.DataFrame({"veto_rus": True, "veto_chn": [True] * joint + [False] * (35 - joint)})
    monkeypatch.setattr(forums, "split_share", lambda *span: split_pct)
    monkeypatch.setattr(
        forums, "vetoes_of_either", lambda *span: rows.assign(subject="", complete=True)
    )
    assert forums.judge_cooperation().label == label


@pytest.mark.parametrize(
    ("label", "share"),
    [
        ("holds with caveats", 60.1),
        ("cannot be tested here", 60.0),
        ("cannot be tested here", 50.0),
        ("does not hold", 49.9),
    ],
)
def test_consensus(label, share, monkeypatch):
    polls = [(one, other, share, "P", "2024", 2024) for one, other in forums.BOTH]
    table = pd.DataFrame(polls, columns=["iso3", "about", "share_pct", "pollster", "date", "year"])
    monkeypatch.setattr(forums, "load", lambda name, **filters: table)
    assert forums.judge_consensus().label == label


@pytest.mark.parametrize(("label", "gains"), each(FACT, (0.02, 0.03), (-0.09, 0.10), (-0.1, 0.1)))
def test_platform(label, gains, monkeypatch):
    rows = pd.DataFrame(
        {
            "iso3": ["BRA", "PAK"] * 2,
            "year": [2009, 2017] * 2,
            "years_after": 3,
            "gain": [*gains, *gains],
        }
    )
    monkeypatch.setattr(outlook, "changes_on_joining", lambda **options: rows)
    assert outlook.judge_platform().label == label


@pytest.mark.parametrize(
    ("label", "shares"),
    each(JUDGEMENT, (0.4, 0.41, 0.1, 0.09), (0.4, 0.40, 0.1, 0.1), (0.51, 0.4, 0.0, 0.09)),
)
def test_south(label, shares, monkeypatch):
    columns = ["against_russia", "abstained", "absent", "with_russia"]
    table = pd.DataFrame([shares], columns=columns, index=["2022-03-02"])
    monkeypatch.setattr(outlook, "south_on_ukraine", lambda **options: table)
    assert outlook.judge_south().label == label


@pytest.mark.parametrize(
    ("label", "changes"), each(JUDGEMENT, (-0.1, 0.1), (-0.1, 0.2), (0.1, 0.11))
)
def test_clubs(label, changes, monkeypatch):
    pairs = ["CHN-KAZ", "KAZ-KGZ", "CHN-RUS", "KGZ-RUS"]
    table = pd.DataFrame(
        {"club": ["SCO"] * 4 + ["BRICS"] * 4, "pair": pairs * 2, "log_change": [*changes] * 4}
    )
    monkeypatch.setattr(clubs, "intensity_changes", lambda **options: table.copy())
    assert clubs.judge_clubs().label == label


@pytest.mark.parametrize(("label", "level"), each(FACT, 246.2, 246.3, 257.3))
def test_level_2024(label, level, monkeypatch):
    monkeypatch.setattr(trade_boom, "_total", lambda **options: pd.Series({2024: level}))
    assert trade_boom.judge_level_2024().label == label


@pytest.mark.parametrize(
    ("label", "levels"), each(FACT, (154.3, 139.7), (154.3, 139.6), (154.4, 147.0))
)
def test_level_2021(label, levels, monkeypatch):
    china, russia = levels
    monkeypatch.setattr(
        trade_boom,
        "_total",
        lambda **options: pd.Series({2021: russia if options else china, 2022: 190.0}),
    )
    assert trade_boom.judge_level_2021().label == label


@pytest.mark.parametrize(
    ("label", "levels"),
    each(
        FACT,
        (100.0, 110.0, 121.0, 133.2),
        (100.0, 140.0, 141.0, 142.0),
        (100.0, 120.0, 121.0, 122.0),
    ),
)
def test_growth(label, levels, monkeypatch):
    series = pd.Series([*levels, 150.0], index=range(2021, 2026))
    monkeypatch.setattr(trade_boom, "_total", lambda **options: series)
    assert trade_boom.judge_growth().label == label


@pytest.mark.parametrize(("label", "ranks"), each(FACT, (1, 10), (1, 11), (2, 11)))
def test_ties(label, ranks, monkeypatch):
    monkeypatch.setattr(trade_boom, "_rank", lambda country, partner, year: ranks[country == "CHN"])
    assert trade_boom.judge_ties().label == label


@pytest.mark.parametrize(("label", "share"), each(FACT, 0.10, 0.11, 0.26))
def test_extraordinary(label, share, monkeypatch):
    monkeypatch.setattr(limits, "_share_above", lambda windows, rate: share)
    assert limits.judge_extraordinary().label == label


@pytest.mark.parametrize(("label", "europe"), each(FACT, 40.1, 40.0, 19.9))
def test_europe(label, europe, monkeypatch):
    monkeypatch.setattr(dependence, "china_in_exports", lambda: {"IMF a": 20.0, "b": 40.0})
    monkeypatch.setattr(dependence, "europe_before", lambda year, **flow: europe)
    assert dependence.judge_europe().label == label


@pytest.mark.parametrize(("label", "first"), each(FACT[1:], 5, 4))
def test_predicament(label, first, monkeypatch):
    suppliers = pd.Series(["CHN"] * first + ["USA"] * (10 - first))
    monkeypatch.setattr(dependence, "first_suppliers", lambda year: suppliers)
    assert dependence.judge_predicament().label == label


@pytest.mark.parametrize(("label", "russia"), each(FACT, (17.0, 20.5), (10.0, 20.5), (10.0, 5.0)))
def test_need(label, russia, monkeypatch):
    in_trade, in_energy = russia

    def of(home, *, year):
        return pd.DataFrame(
            {"partner": ["CHN", "RUS"], "share_pct": 34.0 if home == "RUS" else in_trade}
        )

    monkeypatch.setattr(coercion, "partners", of)
    monkeypatch.setattr(coercion, "russia_in_energy", lambda year: in_energy)
    assert coercion.judge_need().label == label


@pytest.mark.parametrize(("label", "above"), each(FACT[1:], 3, 2))
def test_central_asia(label, above, monkeypatch):
    states = {state: place < above for place, state in enumerate(frictions.CENTRAL_ASIA)}
    monkeypatch.setattr(frictions, "overtaken", lambda year, **flows: states)
    assert frictions.judge_central_asia().label == label


@pytest.mark.parametrize(
    ("label", "found"), each(JUDGEMENT, (-1, 0.10, 0.11), (-1, 0.11, 0.5), (1, 0.10, 0.5))
)
def test_ballast(label, found, monkeypatch):
    sign, p_value, leads = found
    fit = ballast.applicable(ballast.inertia(years=5))

    def steadying(limit, **options):
        return ballast.steadies(sign, p_value, leads_p_value=lambda: leads, limit=limit), "", fit

    monkeypatch.setattr(ballast, "_steadying", steadying)
    monkeypatch.setattr(ballast, "_placebo", lambda **options: leads)
    assert ballast.judge_ballast().label == label


@pytest.mark.parametrize(("label", "cases"), [("holds", 1), ("does not hold", 0)])
def test_no_preclusion(label, cases, monkeypatch):
    real = ballast.forceful_disputes()
    monkeypatch.setattr(ballast, "after_much_trade", lambda **share: real.iloc[10 : 10 + cases])
    assert ballast.judge_no_preclusion().label == label


@pytest.mark.parametrize(("label", "views"), each(JUDGEMENT, (1.0, 1.0), (1.0, 0.0), (-1.0, -1.0)))
def test_profit(label, views, monkeypatch):
    monkeypatch.setattr(
        ballast, "_changes", lambda first, last: {"trade": (5.0, 5.0), "views": views}
    )
    assert ballast.judge_profit().label == label
