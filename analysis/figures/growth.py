"""Figures of growth: where a pair stands among all pairs, what followed surges, and forecasts with
their outcome.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.errors import NotApplicable, applicable
from analysis.evidence.limits_of_growth import FLOOR_USD_MN, Frozen
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import beside, histogram, line, mark, upright_grid
from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND
from analysis.models.base_rates import LEVEL, SurgeBaseRate
from analysis.models.forecasts import Forecast

SHOWN = (-40.0, 80.0)
"""Percent a year; windows outside are counted in the last bar on their side."""
MIDDLE = 60.0
"""Percent of windows above which names stand left of an interval, where there is room for them."""
YEARS_KNOWN = 21
"""Years before a forecast that its figure shows."""
BESIDE = ("naive", "damped ETS")
"""Methods whose medians stand beside the forecast by drift."""


@on_any_screen
def plot_windows(place: Mapping[str, Any]) -> Axes:
    """Growth over windows of all pairs, with one pair's marked (``place_among_all``)."""
    pair, span = f"{place['home']}-{place['partner']}", f"{place['first']}-{place['last']}"
    years, rate = place["last"] - place["first"], place["rate_pct"]
    median = 100 * place["growth"].median()
    ax = canvas(
        f"{place['above_pct']:.0f} in 100 {years}-year spans of large pairs grew faster than {pair}"
        f" in {span}",
        unit=f"Number of {years}-year spans; the outer bars hold all that lie beyond",
        source="IMF Direction of Trade Statistics 1960-2020, spans that began with USD"
        f" {FLOOR_USD_MN / 1000:g} billion of 2017 or more; China customs; US GDP deflator.",
        alt=f"Histogram of growth over {years}-year spans of pairs of countries, bell-shaped"
        f" around {median:.0f} percent a year, with {pair} marked at {rate:.0f}, to the"
        f" {'right' if rate > median else 'left'} of the middle.",
        below="growth per year in constant dollars, percent",
    )
    histogram(ax, 100 * place["growth"], SHOWN, width=4, at=rate, words=f"{pair}\n{span}")
    return ax


@on_any_screen
def plot_sequel(base: SurgeBaseRate, *, rate: float) -> Axes:
    """What followed growth at a rate (a fraction a year) or more, and other windows."""
    shares = 100 * base.rates.set_index(["group", "term"])[["ci_low", "estimate", "ci_high"]]
    after = shares.estimate["surges"]
    terms = {
        "share_slowed": "Growth slowed",
        "share_negative": "Trade shrank",
        "share_stayed": "Growth stayed as fast",
    }
    ax, places = row_canvas(
        list(terms.values()),
        title=f"After growth of {100 * rate:.0f} % a year or more, growth slowed in"
        f" {after.share_slowed:.0f} of 100 cases",
        unit=f"Share of cases, percent, with {100 * LEVEL:.0f} % intervals",
        source="IMF Direction of Trade Statistics 1960-2020; US GDP deflator.",
        alt="Dots with intervals beside those of other spans of the same years: after a surge"
        f" {after.share_slowed:.0f} percent slowed down, {after.share_negative:.0f} shrank and"
        f" {after.share_stayed:.0f} kept the pace.",
        each=0.9,
    )
    for group, y, colour, said in (
        ("surges", places + 0.14, POINT, "after a surge"),
        ("same end years", places - 0.14, GREY, "after other spans\nof the same years"),
    ):
        if group not in shares.index:
            continue
        rows = shares.loc[group].loc[[*terms]]
        ax.hlines(y, rows.ci_low, rows.ci_high, color=colour, linewidth=2)
        ax.plot(rows.estimate, y, "o", color=colour, label=group)
        low, high = rows.ci_low.iloc[0], rows.ci_high.iloc[0]
        right = high < MIDDLE
        beside(ax, high if right else low, y[0], said, right=right, colour=colour)
    ax.set_xlim(0, 100)
    upright_grid(ax)
    return ax


@on_any_screen
def plot_forecast(totals: Frozen, made: Mapping[str, Forecast | NotApplicable]) -> Axes:
    """Forecasts made on a day, and what happened since (``frozen`` and ``forecasts``)."""
    known, outcome, day = totals.known.iloc[-YEARS_KNOWN:], totals.outcome, totals.day
    forecast = applicable(made["drift"])
    table = forecast.predict().set_index("year")
    others = {
        method: other.predict().set_index("year")["median"]
        for method, other in made.items()
        if isinstance(other, Forecast) and method in BESIDE
    }
    ax = canvas(
        _missed(outcome, table["median"]),
        unit=f"Total goods trade, current USD billion a year, and the forecast of {day}",
        source="China customs, or the IMF for other pairs.",
        alt=f"Trade known on {day}, then the forecast {forecast.method} in a wide grey interval,"
        f" the medians of {' and '.join(others) or 'no other method'}, and"
        f" {len(outcome) or 'no'} {'dot' if len(outcome) == 1 else 'dots'} for what was published"
        " since.",
    )
    last = known.index[-1]
    fan = pd.concat([pd.DataFrame(known.iloc[-1], [last], table.columns), table])
    if np.isfinite(fan.high).all():
        ax.fill_between(fan.index, fan.low, fan.high, color=LIGHT, alpha=0.6, linewidth=0)
    for method, medians in others.items():
        line(ax, medians, method)
    line(ax, known, "known on the day", INK, named=False)
    line(ax, fan["median"], f"{forecast.method},\n{100 * forecast.level:.0f} % interval", POINT)
    ax.set_ylim(0, None)
    for year, value in zip(outcome.index.tolist(), outcome.tolist(), strict=True):
        mark(ax, year, value, f"{value:,.0f}\nin {year}", colour=SECOND, above=False)
    return ax


def _missed(outcome: pd.Series, expected: pd.Series) -> str:
    """How far each outcome lay from growth as before, as a title."""
    gaps = 100 * (outcome / expected - 1).dropna()
    if gaps.empty:
        return f"Trade after {expected.index[0] - 1}, if it went on as before"
    said = " and ".join(
        f"of {year} came in {abs(gap):.0f} % {'below' if gap < 0 else 'above'}"
        for year, gap in gaps.items()
    )
    return f"Trade {said} 'it goes on as before'"
