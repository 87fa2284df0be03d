"""Figures of notebook 05: what each design says, who gained, the pair's own trend, and the
partner's other partners.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.countries import name
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

IN_WORDS = {
    "shares": "Shares stay as they were\n(cannot fail when totals fall)",
    "own trend": "The pair goes on\nas before",
    "other partners": "It grows as trade with\nothers did",
    "price and volume": "Only prices change",
    "gravity": "Both countries' trade\nwith everybody else",
}
BESIDE = 0.35
"""Years between the counterfactuals and the actual figure of the same year, so that neither hides
the other."""


def plot_bounds(found: pd.DataFrame, *, half_pct: float, title: str, source: str) -> Axes:
    """Share of the rise that each design gives to the turn: lowest to highest variant, the median
    as a dot.

    Parameters
    ----------
    found : DataFrame from ``ranges``: indexed by design, with lowest, median, highest, percent.
    """
    unit = "Share of the rise beyond what would have been, percent: all variants, and their median"
    ax = canvas(title, unit=unit, source=source, height=1.9 + 0.62 * len(found))
    y = np.arange(len(found))[::-1]
    ax.barh(y, found.highest - found.lowest, left=found.lowest, color=LIGHT, height=0.22)
    for place, (design, low, middle, high) in zip(
        y, found[["lowest", "median", "highest"]].itertuples(name=None), strict=True
    ):
        colour = SECOND if middle <= half_pct else POINT
        ax.plot([middle], [place], "o", color=colour, markersize=9, label=f"{design}, median")
        ax.text(
            middle,
            place + 0.22,
            f"{middle:.0f}",
            ha="center",
            va="bottom",
            color=colour,
            fontweight="bold",
        )
        for end, side in ((low, "right"), (high, "left")):
            words = f" {end:.0f} "
            if high - low > 1:
                ax.text(end, place, words, ha=side, va="center", color=GREY, fontsize=8.5)
    ax.axvline(half_pct, color=INK, linewidth=1.1, label="_half")
    ax.text(
        half_pct,
        len(found) - 0.32,
        " half of the rise",
        color=INK,
        fontsize=9,
        va="bottom",
        ha="left",
    )
    ax.set_yticks(y, [IN_WORDS[str(design)] for design in found.index])
    ax.set_ylim(-0.6, len(found) - 0.05)
    ax.set_xlim(min(-15.0, found.lowest.min() - 12), max(110.0, found.highest.max() + 12))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    _adjust(ax, left=0.27, right=0.97)
    return ax


def plot_gains(
    changes: pd.Series,
    *,
    home: str,
    partner: str,
    years: tuple[int, int],
    unsound: Sequence[str] = (),
    source: str,
    shown: int = 6,
) -> Axes:
    """Change of home's exports to the partners that gained and lost most, one of them the point.

    Parameters
    ----------
    changes : Series of float indexed by ISO3, USD billion.
    home, partner : str
        ISO3.
    unsound : sequence of ISO3
        Partners whose figures are not to be trusted; they are hatched and say so.
    """
    top = str(changes.idxmax())
    title = (
        f"{name(top)} gained most of {name(home)}'s exports:"
        f" {changes[top]:+,.{_decimals(changes[top])}f} bn"
    )
    if partner in changes and partner != top:
        here, there = (f"{changes[code]:+,.{_decimals(changes[code])}f}" for code in (top, partner))
        title = (
            f"{name(top)} gained more of {name(home)}'s exports than {name(partner)}: {here}"
            f" against {there} bn"
        )
    ordered = changes.sort_values(kind="stable")
    ends = pd.concat([ordered.iloc[:shown], ordered.iloc[shown:].iloc[-shown:]])
    unit = f"Change in exports from {years[0]} to {years[1]}, current USD billion"
    ax = canvas(title, unit=unit, source=source, height=1.7 + 0.27 * len(ends))
    colours = [POINT if code == partner else GREY for code in ends.index]
    bars = ax.barh(np.arange(len(ends)), ends.to_numpy(), color=colours, height=0.65)
    for bar, (code, change) in zip(bars, ends.items(), strict=True):
        words = f"{change:+,.{_decimals(change)}f}"
        if code in unsound:
            bar.set(facecolor="white", edgecolor=SECOND, hatch="////")
            words += " (figure unsound)"
        side = "left" if change >= 0 else "right"
        ax.annotate(
            words, (change, bar.get_y() + bar.get_height() / 2), xytext=(4 if change >= 0 else -4, 0),
            textcoords="offset points", ha=side, va="center", fontsize=9, color=POINT if code == partner else INK,
        )  # fmt: skip
    ax.set_yticks(np.arange(len(ends)), [name(str(code)) for code in ends.index])
    ax.axvline(0, color=INK, linewidth=0.8, label="_zero")
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.22)
    _adjust(ax, left=0.2, right=0.97)
    return ax


def plot_starts(shares: pd.DataFrame, *, half_pct: float, title: str, source: str) -> Axes:
    """Share of the rise beyond the pair's own trend, by the year in which the trend is made to
    begin.

    Parameters
    ----------
    shares : DataFrame indexed by first year, one column per way of measuring the trend, percent.
    """
    ax = canvas(title, unit="Share of the rise beyond the pair's own trend, percent", source=source)
    colours = (POINT, SECOND)
    ends = [
        line(ax, shares[way], label=str(way), colour=colour, bold=colour == POINT)
        for way, colour in zip(shares.columns, colours, strict=True)
    ]
    ax.axhline(half_pct, color=INK, linewidth=1.1, label="_half")
    low, high = float(shares.to_numpy().min()), float(shares.to_numpy().max())
    ax.set_ylim(min(0.0, low - 5), max(100.0, high + 5))
    ax.text(
        float(shares.index[0]),
        half_pct + 1.5,
        "half of the rise",
        color=INK,
        fontsize=9,
        va="bottom",
    )
    ax.set_xlim(float(shares.index[0]) - 0.5, float(shares.index[-1]))
    label_ends(ax, ends)
    ax.set_xlabel("first year of the trend", color=GREY)
    _adjust(ax, bottom=0.22)
    return ax


def plot_counterfactuals(
    history: pd.Series, table: pd.DataFrame, *, last: int, partner: str, title: str, source: str
) -> Axes:
    """Trade to the last year known for all partners, the actual figure of a later year, and what
    others would imply.

    Nothing is drawn between the two, because nothing is known there.

    Parameters
    ----------
    history : Series of USD billion indexed by year.
    table : DataFrame from ``by_other_partners``.
    """
    ax = canvas(
        title,
        unit=f"Total goods trade as {partner} reports it, current USD billion per year",
        source=source,
    )
    line(ax, history, label="known for all partners", colour=POINT, bold=True)
    expected, actual = table.counterfactual_usd_bn.to_numpy(), float(table.actual_usd_bn.iloc[0])
    x = np.full(len(expected), last + BESIDE)
    ax.plot(x, expected, "o", color=GREY, markersize=5, alpha=0.7, label="as the others grew")
    ax.plot([last], [actual], "o", color=POINT, markersize=9, label="actual")
    middle = float(np.median(expected))
    ax.plot(
        [last + BESIDE], [middle], "D", color=SECOND, markersize=8, label="median of the variants"
    )
    ax.set_ylim(0, 1.12 * max(actual, float(expected.max()), float(history.max())))
    label_ends(
        ax,
        [
            End(
                last + 2 * BESIDE,
                middle,
                f"as others grew:\n{middle:,.0f} (dots: all\nvariants)",
                SECOND,
                False,
            ),
            End(last + 2 * BESIDE, actual, f"actual {actual:,.0f}", POINT, True),
        ],
    )
    mark(
        ax,
        float(history.index[-1]),
        float(history.iloc[-1]),
        f"{history.iloc[-1]:,.0f}",
        colour=POINT,
    )
    ax.set_xticks([*range(int(history.index[0]), int(history.index[-1]) + 1, 5), last])
    return ax


def _decimals(size: float) -> int:
    return 0 if abs(size) >= 10 else 1 if abs(size) >= 1 else 2


def _adjust(ax: Axes, **sides: float) -> None:
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.subplots_adjust(**sides)
