"""Growth since the essay, its place among all pairs, and forecasts that see nothing later."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import limits_of_growth as limits
from analysis.evidence.the_trade_boom import trade_by_year


def slowdown(levels, monkeypatch):
    monkeypatch.setattr(limits, "trade_by_year", lambda: levels)
    return judged(claim("C36"), limits.growth_after)


def test_without_a_full_year_after_the_essay_it_is_too_early(monkeypatch):
    verdict = slowdown(trade_by_year().loc[:2024], monkeypatch)
    assert verdict.label == "too early"
    assert "no full year after 2024" in verdict.measured
    assert verdict.value is None


@pytest.mark.parametrize(("total", "label"), [(344.0, "on track"), (345.0, "off track")])
def test_the_total_that_flips_the_slowdown_does_so(total, label, monkeypatch):
    assert "A total for 2026 of 344 billion" in slowdown(trade_by_year(), monkeypatch).flip
    later = pd.concat([trade_by_year(), pd.Series({2026: total})])
    assert slowdown(later, monkeypatch).label == label


def test_january_to_april_2025_agrees_with_the_growth_announced_in_2026():
    """China customs announced +19.7 percent for January-April 2026 at 85.24 billion; rounding
    allows 0.3 points."""
    assert 100 * (85.24 / limits.january_to_april_2025() - 1) == pytest.approx(19.7, abs=0.3)


RULE = {"last_year": 2024, "window_years": 3, "top_pct": 10, "size_share": 0.5}
ANY_SIZE = {**RULE, "floor_usd_mn": 1000}


def test_the_cut_is_where_the_highest_tenth_of_windows_from_a_year_on_begins():
    windows = limits.windows_of_all_pairs(3, 1000)
    windows = windows[windows.year >= 1995]
    figures = limits.place_of_growth(**ANY_SIZE, begun_since=1992)
    faster = 100 * (windows.past_growth > figures["cut_pct"] / 100).mean()
    assert faster == pytest.approx(10, abs=0.01)
    assert figures["windows"] == len(windows)


def test_windows_of_like_size_begin_at_half_of_the_pairs_own_trade():
    figures = limits.place_of_growth(**RULE)
    own = limits.in_constant_dollars(trade_by_year())[2021]
    assert figures["floor_usd_bn"] == pytest.approx(own / 2)
    wider = limits.place_of_growth(**{**RULE, "size_share": 0.25})
    assert figures["windows"] < wider["windows"] < limits.place_of_growth(**ANY_SIZE)["windows"]
    totals = limits.frozen("RUS", "CHN", source="auto", freeze="2025-05-29")
    shown = limits.place_among_all(totals, "RUS", "CHN", window=3, size_share=0.5)
    assert (shown["like"], shown["like_pct"]) == (figures["windows"], figures["above_pct"])


def test_the_lowest_rate_before_is_that_of_the_slowest_span():
    lowest = limits.growth_after(first_year=2021, last_year=2024, lowest_since=2019)
    single = [limits.growth_after(first_year=y, last_year=2024) for y in range(2019, 2024)]
    assert lowest["before_pct"] == min(one["before_pct"] for one in single)


def test_nothing_published_after_the_day_enters_a_forecast():
    totals = limits.frozen("RUS", "CHN", source="auto", freeze="2025-05-29")
    assert totals.known.index[-1] == 2024
    assert totals.outcome.index.tolist() == [2025]
    made = limits.forecasts(totals, horizon=2, level=0.8)
    errors = limits.errors_of(made, totals)
    assert errors.method.tolist() == ["naive", "drift", "damped ETS", "median"]
    off = 100 * (errors.outcome / errors.forecast - 1)
    assert errors.error_pct.tolist() == pytest.approx(off.tolist())


def test_a_method_that_declines_gives_its_reason():
    totals = limits.frozen("KAZ", "UZB", source="auto", freeze="2000-01-01")
    table = limits.forecast_table(limits.forecasts(totals, horizon=2, level=0.8))
    (reason,) = table.year[table.method == "damped ETS"]
    assert "needs at least 10" in reason


def test_trade_that_shrank_is_no_surge_to_follow():
    after = limits.sequel(-0.16, window=3)
    said = "growth of -16.0 % a year is no surge, so that none is followed here."
    assert after == NotApplicable(said)


def test_a_pair_without_data_is_handed_through_with_one_reason():
    totals = limits.frozen("SSD", "TUV", source="auto", freeze="2025-05-29")
    assert isinstance(totals, NotApplicable)
    place = limits.place_among_all(totals, "SSD", "TUV", window=3, size_share=0.5)
    assert place is totals
    assert limits.sequel(place["rate"], window=3) is totals
    assert isinstance(limits.months_known("SSD", "TUV", freeze="2025-05-29"), NotApplicable)
