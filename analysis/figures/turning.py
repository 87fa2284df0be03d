"""Figures of notebook 05: what each design says, who gained, the pair's own trend, and the
partner's other partners.
"""

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.claims import claim
from analysis.countries import iso3, name
from analysis.errors import CoverageError
from analysis.evidence.turning_east import CERTAIN, Designs, ranges
from analysis.evidence.unusual import PANEL_ENDS
from analysis.figures.canvas import canvas, on_any_screen, on_phone, row_canvas
from analysis.figures.marks import beside, end, line, lines, mark, row_bars, upright_grid, write
from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND
from analysis.sentences import Amount

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
SHOWN = 6
"""Partners shown at either end."""


@on_any_screen
def plot_bounds(designs: Designs, years: tuple[int, int], *, home: str, partner: str) -> Axes:
    """Share of the rise that each design gives to the turn: its variants and their median."""
    found, half_pct = ranges(designs), claim("C30").thresholds["half_pct"]
    if found.empty:
        raise CoverageError(
            f"no design can be applied to {name(home)} and {name(partner)} from {years[0]} to"
            f" {years[1]}"
        )
    can_fail = found[~found.index.isin(CERTAIN)]
    above = int((can_fail["median"] > half_pct).sum())
    span = f"{years[0]}-{years[1]}"
    said = f"Of the designs that can fail, {above} of {len(can_fail)} put{'s' * (above == 1)} over"
    ax, places = row_canvas(
        [IN_WORDS[str(design)] for design in found.index],
        title=f"{said} half of the {span} rise down to a turn"
        if len(can_fail)
        else f"Only designs that can hardly fail can be applied, {span}",
        unit="Share of the rise beyond what would have been, percent: all variants, and their"
        " median",
        source="China customs; IMF; US Bureau of Economic Analysis. Russia's figures after 2021 are"
        " IMF estimates.",
        alt=f"Horizontal ranges, one for each of {len(found)} designs, with the median as a dot,"
        " beside a vertical line at half of the rise; the medians lie between"
        f" {found['median'].min():.0f} and {found['median'].max():.0f} percent.",
        each=0.6,
        head=0.25,
    )
    ax.barh(places, found.highest - found.lowest, left=found.lowest, color=LIGHT, height=0.22)
    rows = found[["lowest", "median", "highest"]].itertuples()
    for place, (design, low, middle, high) in zip(places, rows, strict=True):
        colour = SECOND if middle <= half_pct else POINT
        ax.plot(middle, place, "o", color=colour, markersize=9, label=f"{design}, median")
        at, number = (middle, place + 0.18), f"{middle:.0f}"
        write(ax, *at, number, colour=colour, across="center", up="bottom", bold=True)
        if high - low > 1:
            beside(ax, low, place, f"{low:.0f}", right=False, colour=GREY)
            beside(ax, high, place, f"{high:.0f}", right=True, colour=GREY)
    ax.axvline(half_pct, color=INK, linewidth=1.1, label="_half")
    write(ax, half_pct, ax.get_ylim()[1], " half of the rise", up="top")
    ax.set_xlim(min(0.0, found.lowest.min()), max(110.0, found.highest.max()))
    upright_grid(ax)
    return ax


@on_any_screen
def plot_gains(
    partner_changes: pd.DataFrame, years: tuple[int, int], *, home: str, partner: str
) -> Axes:
    """Change of home's exports to the partners that gained and lost most (``partner_changes``), and
    to the one that is the point; those whose figures are not to be trusted are hatched and say so.
    """
    ordered = partner_changes.exports_usd_bn.sort_values(kind="stable")
    written, partner = ordered.map(_written), iso3(partner)
    top = str(ordered.index[-1])
    title = f"{name(top)} gained most of {name(home)}'s exports: {written[top]} bn"
    if partner in written and partner != top:
        title = (
            f"{name(top)} gained more of {name(home)}'s exports than {name(partner)}:"
            f" {written[top]} against {written[partner]} bn"
        )
    shown = ordered.index.isin([*ordered.index[:SHOWN], *ordered.index[-SHOWN:], partner])
    ends = ordered[shown]
    ax, places = row_canvas(
        [name(str(code)) for code in ends.index],
        title=title,
        unit=f"Change in exports from {years[0]} to {years[1]}, current USD billion",
        source="IMF, as home reported; Russia's figures from 2022 are estimates that follow its"
        " partners' own.",
        alt="Horizontal bars of the change in exports by partner, the largest losses at the bottom"
        " and the largest gains at the top, the partner of this notebook in colour.",
        each=0.27,
        upwards=True,
    )
    colours = [POINT if code == partner else GREY for code in ends.index]
    inks = [POINT if code == partner else INK for code in ends.index]
    unsound = ends.index.isin(partner_changes.attrs["unsound"])
    words = list(written[ends.index] + np.where(unsound, " (figure unsound)", ""))
    bars = row_bars(ax, places, ends.tolist(), words, colours, height=0.65, inks=inks)
    for bar in itertools.compress(bars, unsound):
        bar.set(facecolor="white", edgecolor=SECOND, hatch="////")
    upright_grid(ax, zero=True)
    return ax


@on_any_screen
def plot_starts(shares: pd.DataFrame) -> Axes:
    """Share of the rise beyond the pair's trend, percent, by its first year (``by_start``)."""
    half_pct = claim("C30").thresholds["half_pct"]
    values = shares.to_numpy()
    expected, low, high = (values <= half_pct).sum(), values.min(), values.max()
    ax = canvas(
        f"By {expected} of {shares.size} earlier trends, at least half of the rise was to be"
        " expected",
        unit="Share of the rise beyond the pair's own trend, percent",
        source="China customs (to 2020 as carried by the IMF), or the IMF for other pairs.",
        alt="Two lines of the share beyond trend by first year of the trend, from"
        f" {shares.index[0]} to {shares.index[-1]}; they run between {low:.0f} and {high:.0f}"
        " percent, beside a level line at half of the rise.",
        below="first year of the trend",
    )
    ax.axhline(half_pct, color=INK, linewidth=1.1, label="_half")
    ax.set_ylim(min(0.0, low - 5), max(100.0, high + 5))
    write(ax, shares.index[0], half_pct + 1.5, "half of the rise", up="bottom")
    ax.set_xlim(shares.index[0] - 0.5, shares.index[-1])
    lines(ax, {str(way): shares[way] for way in shares}, (POINT, SECOND))
    return ax


@on_any_screen
def plot_counterfactuals(
    history: pd.Series, others: pd.DataFrame, years: tuple[int, int], *, partner: str
) -> Axes:
    """Trade up to a gap, USD billion, then the actual figure and what others imply."""
    (base, last), expected = years, others.counterfactual_usd_bn
    actual, middle = Amount(others.actual_usd_bn.iloc[0]), Amount(expected.median())
    lowest, highest = Amount(expected.min()), Amount(expected.max())
    digits = 0 if actual >= 20 else 2
    reports, known = "IMF (reports to 2020)", ""
    if last > PANEL_ENDS:
        reports += "; China customs, 2024. The years between are not known for all partners"
        known = ", the last year that all partners have"
    ax = canvas(
        f"Growing since {base} as with others, trade would be {middle:,.{digits}f} and not"
        f" {actual:,.{digits}f} billion",
        unit=f"Total goods trade as {name(partner)} reports it, current USD billion per year",
        source=f"{reports}.",
        alt=f"A line of trade to {base}{known}, then a gap, then separate dots in {last}: the"
        f" actual figure, {actual:,.{digits}f}, and beside it a column of counterfactuals from"
        f" {lowest:,.{digits}f} to {highest:,.{digits}f}.",
    )
    line(ax, history, "known for all partners", POINT, named=False)
    places = [last + BESIDE] * len(expected)
    ax.plot(places, expected, "o", color=GREY, markersize=5, alpha=0.7, label="as the others grew")
    ax.plot(last, actual, "o", color=POINT, markersize=9, label="actual")
    label = "median of the variants"
    ax.plot(last + BESIDE, middle, "D", color=SECOND, markersize=8, label=label)
    ax.set_ylim(0, 1.12 * max(actual, expected.max(), history.max()))
    grown = f"as others grew:\n{middle:,.0f} (dots: all\nvariants)"
    end(ax, last + 2 * BESIDE, middle, grown, SECOND)
    end(ax, last + 2 * BESIDE, actual, f"actual {actual:,.0f}", POINT, bold=True)
    first, known_to, level = int(history.index[0]), int(history.index[-1]), Amount(history.iloc[-1])
    mark(ax, known_to, level, f"{level:,.0f}", colour=POINT)
    ax.set_xticks([*range(first, known_to + 1, 10 if on_phone() else 5), last])
    return ax


def _written(change: float) -> str:
    """A change with as many digits as its size can bear."""
    digits = 0 if abs(change) >= 10 else 1 if abs(change) >= 1 else 2
    return f"{Amount(change):+,.{digits}f}"
