"""Figures of notebook 02: disputes and patrols by year, and rates with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.errors import CoverageError, where_known
from analysis.evidence.a_quiet_border import CODED_TO
from analysis.evidence.states import of_russia_and_china, pair
from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND, canvas

STEPS = {1987: "talks resume", 1991: "border agreement", 1997: "forces to be reduced"}
"""Steps between Russia and China that are marked, as cited in border_steps."""
DISPUTES = "Correlates of War, Dyadic MID 4.02"


def _stack(years: pd.Series) -> np.ndarray:
    """Height of each event above those of its year that came before it."""
    return years.groupby(years).cumcount().to_numpy() + 1


@where_known
def plot_disputes(disputes: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Disputes as dots in the year they began, those over territory in colour; for Russia and China
    with the steps of their settlement.

    Parameters
    ----------
    disputes : DataFrame with start_year (int) and territorial (bool).

    Raises
    ------
    CoverageError
        If there is no dispute.
    """
    names, territory = pair(home, partner), disputes[disputes.territorial].start_year
    if disputes.empty:
        raise CoverageError(
            f"no dispute of {names} is in the list, which is a finding and makes no figure"
        )
    over = f"last dispute over territory in {territory.max()}"
    years = f"{disputes.start_year.min()} to {disputes.start_year.max()}"
    ax = canvas(
        f"{names}: {over if len(territory) else 'no dispute over territory'}",
        unit="Militarised disputes by the year in which they began",
        source=f"{DISPUTES}; cited agreements.",
        alt=f"A dot for each dispute by the year in which it began, from {years}; those over"
        f" territory, {len(territory)} of {len(disputes)}, are in orange.",
        height=3.6,
    )
    heights = _stack(disputes.start_year)
    for territorial, colour, label in (
        (True, SECOND, "over territory"),
        (False, GREY, "over other matters"),
    ):
        chosen = (disputes.territorial == territorial).to_numpy()
        ax.plot(
            disputes.start_year[chosen],
            heights[chosen],
            "o",
            color=colour,
            markersize=8,
            label=label,
            markerfacecolor=colour if territorial else "white",
            markeredgewidth=1.8,
        )
    top = max(4.0, float(heights.max()) + 1.6)
    if of_russia_and_china(home, partner):
        _mark_steps(ax, top)
    ax.axvspan(CODED_TO + 0.5, CODED_TO + 11, color=LIGHT, alpha=0.5, linewidth=0)
    ax.text(CODED_TO + 1, 0.55, "not coded", color=GREY, fontsize=8.5)
    said = {"fontsize": 9, "fontweight": "bold"}
    ax.text(1946.5, 2.5, "\u25cf over territory", color=SECOND, **said)  # type: ignore[arg-type]
    ax.text(1946.5, 2.1, "\u25cb over other matters", color=GREY, **said)  # type: ignore[arg-type]
    ax.set_ylim(0.3, top)
    ax.set_xlim(1945, CODED_TO + 11)
    ax.set_yticks([1, 2, 3])
    return ax


def _mark_steps(ax: Axes, top: float) -> None:
    """Thin lines in the years of the settlement, with words that do not lie on one another."""
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for place, (year, words) in enumerate(STEPS.items()):
        ax.axvline(year, color=POINT, linewidth=1, label="_step")
        at = (year + 0.5, top - 0.35 - 0.5 * place)
        ax.text(*at, words, color=POINT, fontsize=8.5, va="center", bbox=behind)


@where_known
def plot_yearly_counts(counts: pd.DataFrame) -> Axes:
    """Patrols, and exercises on top of them, by year.

    Parameters
    ----------
    counts : DataFrame from ``patrols_and_exercises``; the first kind is the point.
    """
    patrols = counts.iloc[:, 0]
    since, most = patrols[patrols > 0].index.min(), patrols.max()
    ax = canvas(
        f"{patrols.sum()} bomber patrols since {since}, at most {most} a year",
        unit="Number in the year",
        source="defence ministries and press, one address for each; see joint_patrols and"
        " joint_exercises.",
        alt=f"Bars by year from {counts.index.min()}: few exercises at first, more after 2012, and"
        f" one or two bomber patrols in each year from {since}.",
        height=3.6,
    )
    below = np.zeros(len(counts))
    for place, (kind, colour) in enumerate(zip(counts.columns, (POINT, LIGHT), strict=True)):
        ax.bar(counts.index, counts[kind], bottom=below, color=colour, width=0.8)
        below += counts[kind].to_numpy()
        ax.text(
            0.01,
            0.93 - 0.08 * place,
            kind,
            color=GREY if place else colour,
            fontweight="bold",
            fontsize=9,
            transform=ax.transAxes,
        )
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


@where_known
def plot_rates(rates: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Yearly rates of several periods with their exact intervals, one line each.

    Parameters
    ----------
    rates : DataFrame from ``event_rates``.
    """
    busiest = rates.nlargest(2, "count").sort_values("first")
    of, spans = rates["count"].sum(), " and ".join(busiest["period"])
    ax = canvas(
        f"{pair(home, partner)}: {busiest['count'].sum()} of {of} disputes since"
        f" {rates['first'].min()} began in {spans}",
        unit="Disputes begun per year, with exact 95 % intervals",
        source=f"{DISPUTES}.",
        alt=f"Dots with wide intervals for each of {len(rates)} periods: the rate of disputes is"
        f" highest in {spans}.",
        height=1.9 + 0.45 * len(rates),
    )
    places = np.arange(len(rates))[::-1]
    ax.hlines(places, rates.ci_low, rates.ci_high, color=GREY, linewidth=1.6)
    for place, period, rate, high, count, years in zip(
        places.tolist(),
        rates.period,
        rates.rate.tolist(),
        rates.ci_high.tolist(),
        rates["count"],
        rates.exposure,
        strict=True,
    ):
        ax.plot([rate], [place], "o", color=POINT, markersize=7, label=period, clip_on=False)
        said = f"  {count} in {years:.0f} years"
        ax.text(high, place, said, va="center", color=INK, fontsize=9)
    ax.set_yticks(places, list(rates.period))
    ax.tick_params(axis="y", pad=9)
    ax.set_ylim(-0.6, len(rates) - 0.4)
    ax.set_xlim(0, None)
    ax.grid(axis="y", visible=False)
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(left=0.16, right=0.84)
    return ax
