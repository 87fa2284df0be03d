"""Figures of notebook 08: shares in one another's trade, the spread of asymmetry, electronics,
moves to a common vote, sizes of targets.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.claims import claim
from analysis.countries import iso3, name
from analysis.evidence.the_trade_boom import Shares
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import histogram, key, lines, row_bars
from analysis.figures.style import GREY, INK, POINT, SECOND
from analysis.figures.trade import latest_range

WIDEST_GAP = 60.0
"""Points; pairs beyond are counted in the last bar."""


@on_any_screen
def plot_weights(shares: Shares, *, home: str, partner: str) -> Axes:
    """Shares in the other's imports and exports, percent (``shares_of_both``)."""
    ours, theirs = (table.set_index("year") for table in (shares.of_home, shares.of_partner))
    here, there = name(home), name(partner)
    last, bought = latest_range(shares.of_home)
    weights = {
        f"{there} in {here}'s\nimports": ours.imports_pct,
        f"{there} in {here}'s\nexports": ours.exports_pct,
        f"{here} in {there}'s\nimports": theirs.imports_pct,
        f"{here} in {there}'s\nexports": theirs.exports_pct,
    }
    ax = canvas(
        f"In {last} {there} supplied {bought} of {here}'s imports and took"
        f" {ours.exports_pct[last]:.0f} % of its exports",
        unit="Share of goods trade, percent",
        source=_sources_of_weights({iso3(home), iso3(partner)}),
        alt=f"Four lines of shares by year: the weight of {there} in the imports and exports of"
        f" {here}, and the weight of {here} in those of {there}.",
    )
    lines(ax, weights, (POINT, GREY, SECOND, INK))
    ax.set_ylim(0, None)
    return ax


def _sources_of_weights(countries: set[str]) -> str:
    """Where the shares of these two countries come from, and what is amiss with Russia's."""
    by_customs = "; China customs 2024" if "CHN" in countries else ""
    estimates = " Russia's figures from 2022 are estimates, and false rows are left in the total."
    return f"IMF{by_customs}.{estimates if 'RUS' in countries else ''}"


@on_any_screen
def plot_gaps(place: Mapping[str, Any]) -> Axes:
    """How lopsided all pairs are, in points, with one pair marked (``gap_among_pairs``)."""
    pair, gap = f"{place['home']}-{place['partner']}", place["gap"]
    ax = canvas(
        f"{place['larger_pct']:.0f} in 100 pairs of {place['year']} are more lopsided than"
        f" {place['home']} and {place['partner']}",
        unit="Number of pairs; the last bar holds all beyond",
        source="IMF exports of 2025 as exporters reported them; Russia's are estimates.",
        alt="Histogram of the gap between two countries' weights in each other's trade: most pairs"
        f" lie below ten points, and {pair} is marked at {abs(gap):.0f}.",
        below="difference between each one's share in the other's trade, points",
    )
    at, words = min(abs(gap), WIDEST_GAP), f"{pair}\n{abs(gap):.0f} points"
    histogram(ax, place["sizes"], (0, WIDEST_GAP), width=2, at=at, words=words)
    return ax


@on_any_screen
def plot_electronics(shares: pd.Series, *, home: str) -> Axes:
    """China's share in importers' electrical goods, percent; home or the median marked."""
    here, middle = name(home), float(shares.median())
    at, marked, also = middle, "the middle", ""
    buyer = "The importer in the middle"
    if iso3(home) in shares.index:
        at, marked, buyer = float(shares[iso3(home)]), here, here
        also = f", the importer in the middle {middle:.0f} %"
    ax = canvas(
        f"{buyer} buys {at:.0f} % of its electrical goods from China{also}",
        unit="Number of importers of electrical goods, 2024",
        source="CEPII, BACI, chapter 85 of the customs tariff; provisional.",
        alt="Histogram of China's share in the electrical goods that each country imports, with"
        f" one mark at {at:.0f} percent.",
        below="China's share in an importer's electrical goods, percent",
    )
    histogram(ax, shares, (0, 100), width=5, at=at, words=f"{marked}\n{at:.0f} %")
    return ax


@on_any_screen
def plot_moves(moves: pd.DataFrame) -> Axes:
    """Who moved where two states came to a common vote, by five years (``moves_by_years``)."""
    counts = moves.set_index("years").rename(columns=name)
    (here, there), (ours, theirs) = counts.columns, counts.sum()
    ax = canvas(
        f"{here} made {ours} and {there} {theirs} of the moves to a common vote",
        unit="Texts of the UN General Assembly on which one came over to the other's vote",
        source="UN roll calls on texts that came again in the next year; 2026 to June.",
        alt=f"Bars by five years: how often {here} and how often {there} changed its vote to the"
        " other's.",
        tick_lines=2,
    )
    places = np.arange(len(moves))
    ax.bar(places - 0.2, counts[here], width=0.38, color=POINT)
    ax.bar(places + 0.2, counts[there], width=0.38, color=GREY)
    ax.set_xticks(places, [years.replace("-", "-\n") for years in counts.index])
    ax.set_ylim(0, 1.3 * counts.to_numpy().max())
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    key(ax, {here: POINT, there: GREY})
    return ax


@on_any_screen
def plot_sizes(sizes: pd.Series) -> Axes:
    """Targets' economies in percent of China's, by name, the largest on top; the line is C45's."""
    limit = 100 * claim("C45").thresholds["small_share_of_gdp"]
    ordered = sizes.sort_values(kind="stable")
    ax, places = row_canvas(
        list(map(str, ordered.index)),
        title=f"{(sizes < limit).sum()} of {len(sizes)} targets had less than {limit:.0f} % of"
        " China's economy",
        unit="Target's GDP, percent of China's in the year of its first case",
        source="Hartcher, Hitchings, Reynolds and Goodman as listed in coercion_cases; World Bank"
        " GDP.",
        alt="Horizontal bars of each target's economy as a percentage of China's, from"
        f" {ordered.index[0]} with {ordered.iloc[0]:.0f} to {ordered.index[-1]} with"
        f" {ordered.iloc[-1]:.0f}.",
        each=0.25,
        upwards=True,
    )
    colours = [SECOND if size >= limit else POINT for size in ordered]
    words = [f"{size:.0f}" for size in ordered]
    row_bars(ax, places, ordered.tolist(), words, colours, height=0.65)
    ax.axvline(limit, color=INK, linewidth=0.9, label="_limit")
    return ax
