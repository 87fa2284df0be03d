"""Rules on the split and the thaw at, above and below their thresholds, and what goes into them."""

import pandas as pd
import pytest

from analysis.claims.split import (
    Fall,
    agreement_by_year,
    earlier_roots,
    falls,
    first_fall,
    quarrelled,
    share_before,
    trade_since_1978,
    turnover_by_source,
    uninterrupted,
)
from analysis.claims.stop import at_throats, border_war, soviet_share_of_china, stopped, vibrant


def series(*values, start=2000):
    return pd.Series(values, index=range(start, start + len(values)), dtype=float)


@pytest.mark.parametrize(
    ("recoveries", "label"),
    [
        ((), "holds"), ((5,), "holds with caveats"), ((6,), "does not hold"), ((3, None), "does not hold"),
        ((1, 2), "holds with caveats"),
    ],
)  # fmt: skip
def test_uninterrupted(recoveries, label):
    assert uninterrupted([Fall(2000, 30.0, one) for one in recoveries], longest_recovery=5) == label


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        ({"a": (0.1, 0.4), "b": (0.1, 0.34)}, "holds"), ({"a": (0.1, 0.4), "b": (0.1, 0.33)}, "holds with caveats"),
        ({"a": (0.0, 0.9), "b": (0.1, 0.9)}, "holds with caveats"),
        ({"a": (None, None), "b": (0.1, 0.2)}, "does not hold"),
    ],
)  # fmt: skip
def test_earlier_roots(parts, label):
    assert earlier_roots(parts, least=0.34) == label


@pytest.mark.parametrize(
    ("years", "label"),
    [
        ((1957, 1960, 1990), "holds"), ((1956, 1960, None), "holds with caveats"),
        ((1956, 1961, None), "does not hold"),
    ],
)  # fmt: skip
def test_quarrelled(years, label):
    assert quarrelled(dict(zip("abc", years, strict=True)), first=1957, last=1960) == label


@pytest.mark.parametrize(
    ("hostility", "deaths", "war", "label"),
    [
        (4, 3, True, "holds"), (5, 6, False, "holds"), (4, 3, False, "holds with caveats"),
        (4, 0, False, "does not hold"),
        (3, 3, False, "does not hold"),
    ],
)  # fmt: skip
def test_border_war(hostility, deaths, war, label):
    assert border_war(hostility, deaths, coded_war=war) == label


@pytest.mark.parametrize(
    ("peak", "label"),
    [
        (33.3, "holds"),
        (33.2, "holds with caveats"),
        (10, "holds with caveats"),
        (9.9, "does not hold"),
    ],
)
def test_vibrant(peak, label):
    assert vibrant(peak, high=33.3, low=10) == label


@pytest.mark.parametrize(
    ("fall", "label"),
    [
        (90, "holds"),
        (89.9, "holds with caveats"),
        (50, "holds with caveats"),
        (49.9, "does not hold"),
    ],
)
def test_stopped(fall, label):
    assert stopped(fall, almost=90, half=50) == label


@pytest.mark.parametrize(
    ("early", "late", "p", "decades", "label"),
    [
        (1.0, 0.5, 0.10, 2, "holds"), (1.0, 0.5, 0.11, 2, "holds with caveats"),
        (1.0, 0.5, 0.01, 1, "holds with caveats"),
        (0.5, 0.5, 0.01, 3, "does not hold"),
    ],
)  # fmt: skip
def test_at_throats(early, late, p, decades, label):
    assert at_throats(early, late, p, decades, limit=0.1) == label


def test_falls_are_deep_or_twice_running_and_end_when_the_level_is_regained():
    assert falls(series(10, 9, 11, 10, 12), deep_pct=25) == []
    assert falls(series(10, 7, 9, 10, 12), deep_pct=25) == [Fall(2000, pytest.approx(30), 3)]
    assert falls(series(10, 9, 8, 10), deep_pct=25) == [Fall(2000, pytest.approx(20), 3)]
    assert falls(series(10, 7, 6, 5), deep_pct=25) == [Fall(2000, pytest.approx(50), None)]


def test_a_fall_of_exactly_the_limit_in_one_year_is_not_deeper():
    assert falls(series(10, 7.5, 10), deep_pct=25) == []


def test_part_of_a_rise():
    levels = series(1, 2, 5)
    assert share_before(levels, first=2000, last=2002, year=2001) == pytest.approx(0.25)
    assert share_before(series(5, 2, 1), first=2000, last=2002, year=2001) is None


def test_first_fall_passes_over_gaps():
    assert first_fall(pd.Series([5.0, 4.0, 3.0], index=[1950, 1952, 1953])) == 1953
    assert first_fall(series(1, 2, 3)) is None


def test_known_answers():
    cited = turnover_by_source()["cited"]
    assert cited[[1959, 1968, 1970, 1972, 1978]].tolist() == [2098, 100, 47, 288, 516]
    assert not turnover_by_source()["Correlates of War"].index.isin(range(1958, 1978)).any()
    assert soviet_share_of_china().loc[:1962].max() == pytest.approx(49, abs=0.5)
    agreement = agreement_by_year("RUS", "CHN")
    assert agreement[[1985, 1993, 2006, 2024, 2025]].round(3).tolist() == [
        0.805,
        0.629,
        0.903,
        0.764,
        0.870,
    ]
    assert agreement.loc[1991:1995].mean() == pytest.approx(0.68, abs=0.01)


def test_trade_since_1978_changes_country_once_and_leaves_no_year_out():
    levels = trade_since_1978()
    assert levels.index.tolist() == list(range(1978, 2026))
    assert levels[1991] == pytest.approx(3.904, abs=0.001)
    assert levels[2024] == pytest.approx(244.81)
