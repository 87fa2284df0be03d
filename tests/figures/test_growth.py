"""Figures of growth, by their titles and lines."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence.limits_of_growth import Frozen, forecasts
from analysis.figures import growth
from analysis.figures.plotted import plotted


@pytest.fixture
def known():
    rates = [1.1, 1.2, 0.95, 1.15, 1.05, 1.1, 1.25, 0.9, 1.1, 1.05, 1.2]
    return pd.Series(rates, index=range(2010, 2021)).cumprod()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ({}, "Trade after 2020, if it went on as before"),
        ({2021: 1.415}, "Trade of 2021 came in 50 % below 'it goes on as before'"),
        ({2030: 9.9}, "Trade after 2020, if it went on as before"),
    ],
)
def test_the_title_says_how_far_the_outcome_lay_from_the_forecast(known, outcome, said):
    totals = Frozen("2021-01-31", known, pd.Series(outcome, dtype=float), known)
    made = forecasts(totals, horizon=1, level=0.8)
    ax = growth.plot_forecast(totals, made)
    assert ax.get_label() == said
    assert {"naive", "known on the day"} < set(plotted(ax).series)


def test_without_the_forecast_by_drift_there_is_no_figure(known):
    totals = Frozen("2021-01-31", known, pd.Series(dtype=float), known)
    missing = growth.plot_forecast(totals, {"drift": NotApplicable("too short")})
    assert isinstance(missing, NotApplicable)
    assert "too short" in missing.reason


def test_windows_beyond_the_axis_are_counted_in_the_outer_bars():
    place = {"home": "A", "partner": "B", "first": 2021, "last": 2024, "rate_pct": 10.0}
    windows = pd.Series([-0.9, 0.0, 0.05, 3.0])
    ax = growth.plot_windows(place | {"above_pct": 25.0, "growth": windows})
    bars = plotted(ax)
    assert ax.get_label() == "25 in 100 3-year spans of all pairs grew faster than A-B in 2021-2024"
    assert bars.y.iloc[[0, -1]].tolist() == [1.0, 1.0]
    assert bars.y.sum() == 4
