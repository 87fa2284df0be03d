"""Figures of growth: where a pair stands among all pairs, what followed surges, and forecasts with
their outcome.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from analysis.figures.style import (
    GREY,
    INK,
    LIGHT,
    POINT,
    SECOND,
    End,
    canvas,
    label_ends,
    line,
    mark,
)
from analysis.models.base_rates import SurgeBaseRate
from analysis.models.forecast_result import Forecast

SHOWN = (-40.0, 80.0)
"""Percent a year; windows outside are counted in the last bar on their side."""


def plot_windows(
    windows: pd.DataFrame, *, rate: float, label: str, title: str, source: str
) -> Axes:
    """Histogram of growth over windows of all pairs, with one pair's growth marked.

    Parameters
    ----------
    windows : DataFrame from ``growth_windows``.
    rate : float
        The pair's growth, fraction per year.
    """
    ax = canvas(
        title,
        unit="Number of three-year windows; the outer bars hold all that lie beyond",
        source=source,
    )
    growth = (100 * windows.past_growth).clip(*SHOWN)
    sns.histplot(x=growth, binwidth=4, binrange=SHOWN, color=LIGHT, edgecolor="white", ax=ax)
    top = ax.get_ylim()[1]
    ax.axvline(100 * rate, color=POINT, linewidth=2.2, label="_rate")
    ax.text(100 * rate + 1, 0.97 * top, label, color=POINT, fontweight="bold", fontsize=9, va="top")
    ax.set_xlabel("growth per year in constant dollars, percent", color=GREY)
    ax.set_ylabel("")
    ax.figure.subplots_adjust(bottom=0.23)
    return ax


def plot_sequel(base: SurgeBaseRate, *, title: str, source: str) -> Axes:
    """What followed surges, beside windows that were none: shares with their intervals."""
    table = base.tidy()
    terms = {
        "share_slowed": "slowed down",
        "share_negative": "shrank",
        "share_stayed": "kept the surge rate",
    }
    groups = [g for g in ("surges", "same end years") if g in set(table.group)]
    ax = canvas(
        title,
        unit=f"Share of windows, percent, with {base.level:.0%} intervals (pairs drawn whole)",
        source=source,
    )
    for place, group in enumerate(groups):
        rows = table[table.group == group].set_index("term").loc[list(terms)]
        y = np.arange(len(terms))[::-1] + 0.14 - 0.28 * place
        colour = (POINT, GREY)[place]
        ax.hlines(y, 100 * rows.ci_low, 100 * rows.ci_high, color=colour, linewidth=2)
        ax.plot(100 * rows.estimate, y, "o", color=colour, label=group)
        said = "after a surge" if group == "surges" else "after other windows\nof the same years"
        label_ends(
            ax, [End(float(100 * rows.ci_high.iloc[0]), float(y[0]), said, colour, place == 0)]
        )
    ax.set_yticks(
        np.arange(len(terms))[::-1], [f"The next years\n{text}" for text in terms.values()]
    )
    ax.set_xlim(0, 100)
    ax.set_ylim(-0.5, len(terms) - 0.5)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    ax.figure.subplots_adjust(left=0.2)
    return ax


def plot_forecast(
    known: pd.Series,
    forecast: Forecast,
    outcome: pd.Series,
    *,
    title: str,
    source: str,
    others: dict[str, pd.Series],
) -> Axes:
    """Series known at the freeze, a forecast with its interval, other methods' medians, and what
    happened.

    Parameters
    ----------
    known, outcome : Series of float indexed by year, USD billion.
    others : dict of method name to Series of medians by year.
    """
    ax = canvas(title, unit="Total goods trade, current USD billion per year", source=source)
    table = forecast.predict().set_index("year")
    last = int(known.index[-1])
    years = [last, *table.index]
    bounded = np.isfinite(table.high).all()
    if bounded:
        low, high = [known.iloc[-1], *table.low], [known.iloc[-1], *table.high]
        ax.fill_between(years, low, high, color=LIGHT, alpha=0.6, linewidth=0)
    ends = [line(ax, medians, label=method) for method, medians in others.items()]
    line(ax, known, label="known on the day", colour=INK)
    centre = pd.Series([known.iloc[-1], *table["median"]], index=years)
    said = f"{forecast.method},\n{forecast.level:.0%} interval"
    ends.append(line(ax, centre, label=said, colour=POINT, bold=True))
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    for year, value in outcome.items():
        mark(ax, float(year), float(value), f"{value:,.0f}\nin {year}", colour=SECOND, above=False)  # type: ignore[arg-type]
    return ax
