"""Figures of notebook 09: trade shares beside political change, for all pairs and for one."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.countries import iso3, name
from analysis.figures.canvas import canvas, on_any_screen, on_phone, row_canvas
from analysis.figures.marks import beside, line, upright_grid, write
from analysis.figures.style import CREDIT, GREY, LIGHT, POINT, SECOND, SMALL, broken


@on_any_screen
def plot_estimates(estimates: pd.DataFrame, *, matters_pct: float, p_value: float) -> Axes:
    """Estimates with intervals of 1 - ``p_value``, percent of the mean (reading, estimate, low,
    high), the plain one first; a steadying that matters lies ``matters_pct`` or more below zero.
    """
    below, above = int((estimates.high < 0).sum()), int((estimates.low > 0).sum())
    across = len(estimates) - below - above
    ax, places = row_canvas(
        list(estimates.reading),
        title=f"{below or 'Not one'} of {len(estimates)} readings find{'s' * (below < 2)} that two"
        " states were steadier after they had traded more",
        unit="Change of the shift in UN votes for ten more points of trade share, percent of the"
        f" mean shift, with {100 * (1 - p_value):.0f} % intervals",
        source="IMF; UN ideal points; pair and period effects, errors shared by pairs with a state"
        " in common.",
        alt=f"{len(estimates)} estimates with intervals around zero: {below} wholly to its left,"
        f" {across} across it, {above} wholly to its right.",
        head=0.9,
    )
    rows = estimates[["reading", "estimate", "low", "high"]].itertuples(index=False)
    for place, (reading, estimate, low, high) in zip(places, rows, strict=True):
        colour = GREY if low <= 0 <= high else POINT if high < 0 else SECOND
        ax.hlines(place, low, high, color=colour, linewidth=2.2 if place == places[0] else 1.4)
        ax.plot(estimate, place, "o", color=colour, markersize=6, label=reading)
        beside(ax, high, place, f"{estimate:+.0f}", right=True, colour=colour)
    ax.axvline(-matters_pct, color=GREY, linewidth=0.8, linestyle="--", label="_matters")
    top, bottom = ax.get_ylim()[1], places.min() - 0.45
    widest = 1.15 * max(matters_pct, estimates[["low", "high"]].abs().to_numpy().max())
    ax.set_xlim(-widest, widest)
    write(ax, -0.02 * widest, top, "\u2190 steadier", colour=POINT, across="right", up="top")
    write(ax, 0.02 * widest, top, "less steady \u2192", colour=SECOND, up="top")
    words = "would\nmatter" if on_phone() else "what would matter\nlies left of this line"
    write(ax, -1.02 * matters_pct, bottom, words, colour=GREY, across="right", up="bottom")
    ax.xaxis.set_major_locator(MaxNLocator(4 if on_phone() else 6))
    upright_grid(ax, zero=True)
    return ax


@on_any_screen
def plot_shifts(by_share: pd.DataFrame, *, years: int = 1) -> Axes:
    """Mean change over so many years by trade share as bars (``mean_shifts``), n below each."""
    span, before = ("a year", "the year") if years == 1 else (f"{years} years", f"{years} years")
    least, most = by_share["shift"].iloc[0], by_share["shift"].iloc[-1]
    ax = canvas(
        "Across pairs, large trade shares go with"
        f" {'smaller' if most < least else 'larger'} shifts in UN votes",
        unit=f"Mean change of UN distance in {span}, units of the ideal-point scale",
        source="IMF Direction of Trade Statistics; ideal points of Bailey, Strezhnev and Voeten;"
        " 1960-2020.",
        alt=f"Bars of the mean change in UN distance for {len(by_share)} sizes of trade share:"
        f" {least:.3f} in the smallest, {most:.3f} in the largest.",
        below=f"trade of the pair in the trade of each, mean of both, percent, {before} before",
        tick_lines=2 if on_phone() else 1,
    )
    ax.bar(by_share["share"], by_share["shift"], color=LIGHT, width=0.7)
    for place, (height, pairs) in enumerate(by_share[["shift", "pairs_years"]].to_numpy().tolist()):
        counted = f"n =\n{pairs:,.0f}" if on_phone() else f"n = {pairs:,.0f}"
        write(ax, place, height, f"{height:.3f}", across="center", up="bottom")
        write(ax, place, 0, counted, across="center", up="bottom", size=CREDIT)
    if on_phone():
        names = [broken(str(share), inches=0.5) for share in by_share["share"]]
        ax.set_xticks(range(len(names)), names, fontsize=SMALL)
    return ax


@on_any_screen
def plot_pair(pair: pd.DataFrame, *, home: str, partner: str) -> Axes:
    """Trade share and UN distance (share_pct, distance) by year, percent of the largest."""
    first, second = (name(code) for code in sorted((iso3(home), iso3(partner))))
    shares, distances = pair.share_pct, pair.distance
    ax = canvas(
        f"{first}-{second}: trade share {_went(shares)}, UN distance {_went(distances)},"
        f" {pair.index.min()}-{pair.index.max()}",
        unit="Percent of each series' largest value",
        source="IMF Direction of Trade Statistics; UN ideal points.",
        alt="Two lines by year, each as a percentage of its own largest value: the share of"
        f" {first} and {second} in each other's trade, and their distance in the UN.",
    )
    ax.set_ylim(0, 108)
    traded = f"trade share\n(100 = {shares.max():.1f} %)"
    line(ax, 100 * shares / shares.max(), traded, POINT)
    apart = f"UN distance\n(100 = {distances.max():.2f})"
    line(ax, 100 * distances / distances.max(), apart, SECOND)
    return ax


def _went(values: pd.Series) -> str:
    """Whether a series ended above or below its beginning."""
    known = values.dropna()
    return "rose" if known.iloc[-1] > known.iloc[0] else "fell"
