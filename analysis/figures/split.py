"""Figures of notebook 01: trade before and after the split, falls since 1985, votes and ideal
points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.claims.split import Fall
from analysis.figures.style import GREY, LIGHT, POINT, SECOND, canvas, label_ends, line, mark


def plot_turnover(
    series: Mapping[str, pd.Series],
    *,
    gap: tuple[int, int],
    removed: pd.Series,
    title: str,
    source: str,
) -> Axes:
    """Trade before and after the split, years without a figure shown as missing, false zeros as
    crosses.

    Parameters
    ----------
    series : dict of source to Series indexed by year, USD million; the last is the point.
    gap : tuple of int
        First and last year for which nobody has a figure.
    removed : Series indexed by year
        Figures that were published and are false, USD million.
    """
    ax = canvas(title, unit="Trade both ways, current USD million a year", source=source)
    names = list(series)
    ends = []
    for name, values in series.items():
        colour = POINT if name == names[-1] else GREY
        ax.plot(values.index, values, "o", color=colour, markersize=5, label=f"_{name}")
        ends.append(line(ax, values, label=name, colour=colour, bold=name == names[-1]))
    ax.plot(
        removed.index,
        removed,
        "x",
        color=SECOND,
        markersize=8,
        markeredgewidth=2,
        label="published zeros, removed",
    )
    ax.axvspan(gap[0] - 0.5, gap[1] + 0.5, color=LIGHT, alpha=0.45, linewidth=0)
    ax.text(
        sum(gap) / 2,
        0.55,
        "no figure known",
        color=GREY,
        fontsize=9,
        ha="center",
        transform=ax.get_xaxis_transform(),
    )
    if len(removed):
        words = "published zeros, false"
        ax.text(
            removed.index.min() - 0.3,
            0.1,
            words,
            color=SECOND,
            fontsize=8.5,
            transform=ax.get_xaxis_transform(),
        )
    ax.set_ylim(-60, None)
    label_ends(ax, ends)
    return ax


def plot_falls(levels: pd.Series, found: Sequence[Fall], *, title: str, source: str) -> Axes:
    """Trade by year on a logarithmic scale, with the years from each fall to its recovery in
    colour.

    Parameters
    ----------
    levels : Series indexed by year, USD billion of 2017.
    found : sequence of Fall
    """
    ax = canvas(
        title, unit="Trade both ways, USD billion of 2017, logarithmic scale", source=source
    )
    line(ax, levels, label="trade in constant dollars", colour=POINT, bold=True)
    for one in found:
        back = one.since + one.recovered_after if one.recovered_after else int(levels.index[-1])
        span = levels.loc[one.since : back]
        ax.plot(span.index, span, color=SECOND, linewidth=3, label=f"fall after {one.since}")
        ended = f"{one.recovered_after} years" if one.recovered_after else "not regained"
        words = f"{one.since}: -{one.depth_pct:.0f} %,\n{ended}"
        ax.annotate(words, (float(one.since), float(levels[one.since])), xytext=(-4, 10), textcoords="offset points",
                    color=SECOND, fontsize=8.5, ha="right")  # fmt: skip
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return ax


def plot_agreement(agreement: pd.Series, *, title: str, source: str) -> Axes:
    """Agreement in votes by year, its lowest year since 1985 marked.

    Parameters
    ----------
    agreement : Series indexed by year, 0 to 1.
    """
    ax = canvas(
        title,
        unit="Index of agreement in votes, from 0 (always apart) to 1 (always alike)",
        source=source,
    )
    ends = [line(ax, agreement, label="agreement\nin votes", colour=POINT, bold=True)]
    ax.set_ylim(0, 1)
    ax.set_xlim(left=float(agreement.index.min()) - 0.5)
    label_ends(ax, ends)
    late = agreement.loc[1985:] if agreement.index.max() >= 1985 else agreement
    lowest = int(str(late.idxmin()))
    mark(
        ax,
        lowest,
        float(agreement[lowest]),
        f"{agreement[lowest]:.2f} in {lowest}",
        colour=POINT,
        above=False,
    )
    return ax


def plot_distance(distance: pd.DataFrame, *, title: str, source: str) -> Axes:
    """Distance of ideal points by year with its interval: low is close.

    Parameters
    ----------
    distance : DataFrame from ``ideal_point_distance``.
    """
    ax = canvas(
        title,
        unit="Distance of ideal points, units of their scale; 0 is the same place",
        source=source,
    )
    years = distance.set_index("year")
    ax.fill_between(years.index, years.ci_low, years.ci_high, color=SECOND, alpha=0.15, linewidth=0)
    ends = [line(ax, years.distance, label="distance of\nideal points", colour=SECOND, bold=True)]
    ax.set_ylim(0, None)
    ax.set_xlim(left=float(years.index.min()) - 0.5)
    label_ends(ax, ends)
    return ax
