"""Figures of notebook 02: disputes and patrols by year, and rates with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas


def _stack(years: pd.Series) -> np.ndarray:
    """Height of each event above those of its year that came before it."""
    return years.groupby(years).cumcount().to_numpy() + 1


def plot_disputes(
    disputes: pd.DataFrame, *, steps: Mapping[int, str], title: str, source: str, last: int
) -> Axes:
    """Disputes as dots in the year they began, those over territory in colour, with steps of a
    settlement marked.

    Parameters
    ----------
    disputes : DataFrame with start_year (int) and territorial (bool).
    steps : dict of year to words
        Drawn as thin lines with the words above.
    last : int
        Last year that is coded; what lies beyond is shaded.
    """
    ax = canvas(
        title,
        unit="Militarised disputes by the year in which they began",
        source=source,
        height=3.6,
    )
    heights = _stack(disputes.start_year)
    for territorial, colour, label in (
        (True, SECOND, "over territory"),
        (False, GREY, "over other matters"),
    ):
        chosen = (disputes.territorial == territorial).to_numpy()
        inside = colour if territorial else "white"
        ax.plot(
            disputes.start_year[chosen], heights[chosen], "o", color=colour, markersize=8, label=label,
            markerfacecolor=inside, markeredgewidth=1.8,
        )  # fmt: skip
    top = max(4.0, float(heights.max(initial=1)) + 1.6)
    for place, (year, words) in enumerate(steps.items()):
        ax.axvline(year, color=POINT, linewidth=1, label="_step")
        ax.text(
            year + 0.5, top - 0.35 - 0.5 * (place % 3), words, color=POINT, fontsize=8.5, va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    ax.axvspan(last + 0.5, last + 11, color=LIGHT, alpha=0.5, linewidth=0)
    ax.text(last + 1, 0.55, "not coded", color=GREY, fontsize=8.5)
    for label, colour, height in (
        ("\u25cf over territory", SECOND, 2.5),
        ("\u25cb over other matters", GREY, 2.1),
    ):
        ax.text(1946.5, height, label, color=colour, fontsize=9, fontweight="bold")
    ax.set_ylim(0.3, top)
    ax.set_xlim(1945, last + 11)
    ax.set_yticks([1, 2, 3])
    return ax


def plot_yearly_counts(counts: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Events of several kinds by year, bars on one another; the first kind is the point.

    Parameters
    ----------
    counts : DataFrame indexed by year, a column for each kind.
    """
    ax = canvas(title, unit="Number in the year", source=source, height=3.6)
    below = np.zeros(len(counts))
    for place, (kind, colour) in enumerate(zip(counts.columns, (POINT, LIGHT), strict=False)):
        ax.bar(counts.index, counts[kind], bottom=below, color=colour, width=0.8)
        below += counts[kind].to_numpy()
        ax.text(
            0.01, 0.93 - 0.08 * place, kind, color=colour if place == 0 else GREY, fontweight="bold", fontsize=9,
            transform=ax.transAxes,
        )  # fmt: skip
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def plot_rates(rates: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Yearly rates of several periods with their exact intervals, one line each.

    Parameters
    ----------
    rates : DataFrame from ``event_rates``.
    """
    unit = "Disputes begun per year, with exact 95 % intervals"
    ax = canvas(title, unit=unit, source=source, height=1.9 + 0.45 * len(rates))
    places = np.arange(len(rates))[::-1]
    ax.hlines(places, rates.ci_low, rates.ci_high, color=GREY, linewidth=1.6)
    for place, row in zip(places, rates.itertuples(), strict=True):
        ax.plot(
            np.array([row.rate], dtype=float),
            [float(place)],
            "o",
            color=POINT,
            markersize=7,
            label=str(row.period),
            clip_on=False,
        )
        said = f"  {row.count} in {row.exposure:.0f} years"
        ax.text(float(row.ci_high), place, said, va="center", color=INK, fontsize=9)  # type: ignore[arg-type]
    ax.set_yticks(places, list(rates.period))
    ax.tick_params(axis="y", pad=9)
    ax.set_ylim(-0.6, len(rates) - 0.4)
    ax.set_xlim(0, None)
    ax.grid(axis="y", visible=False)
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(left=0.16, right=0.84)
    return ax
