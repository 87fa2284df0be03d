"""Figures of notebook 06: suppliers of energy, price against volume, China among Russia's
suppliers, chips and goods of high priority.
"""

import itertools
import textwrap
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.evidence.traded_energy import Suppliers
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import beside, key, line, row_bars, upright_grid, write
from analysis.figures.style import GREY, LIGHT, POINT, SECOND

YEARS_WITH_NAMES = 6
"""Names of lines are set in the last years, where the first years with a gap are out of the way."""


@on_any_screen
def plot_suppliers(suppliers: Suppliers) -> Axes:
    """Imports of energy by supplier and year, one of them the point."""
    energy, point, share_pct = suppliers
    year, last = int(energy.index[-1]), energy.iloc[-1]
    others, short = last.drop(point), point.replace("Russian Federation", "Russia")
    ahead = others[others > last[point]].rename({"Russian Federation": "Russia"})
    leads = f"less than {ahead.idxmax()}" if len(ahead) else "more than any other"
    ax = canvas(
        f"{short} supplied {share_pct:.0f} % of the energy that China imported in {year}, {leads}",
        unit="China's imports of fuels, exajoules a year",
        source="BP and Energy Institute, Statistical Review of World Energy, 2017-2024 editions;"
        " 2017 is missing.",
        alt=f"Lines of energy by supplier: {point} ends at {last[point]:.1f} exajoules in {year},"
        f" {', '.join(map(str, others.index))} between {others.min():.1f} and {others.max():.1f}.",
    )
    ways, named = itertools.cycle(("-", "--", ":", "-.")), defaultdict[Any, list[float]](list)
    for name in map(str, energy):
        if name == point:
            line(ax, energy[name], textwrap.fill(short, 14), POINT)
        else:
            line(ax, energy[name], name, dashes=next(ways), named=False)
            _name_on_line(ax, energy, name, named=named)
    ax.set_ylim(0, None)
    return ax


def _name_on_line(
    ax: Axes, energy: pd.DataFrame, name: str, *, named: dict[Any, list[float]]
) -> None:
    """Name a line where others are farthest and no other name is near; add it to ``named``."""
    known: dict[Any, float] = energy[name].dropna().iloc[-YEARS_WITH_NAMES:].to_dict()
    near = 0.07 * energy.max().max()
    free = [
        year
        for year, level in known.items()
        if all(abs(level - other) >= near for other in named[year])
    ]
    apart = energy.drop(columns=name).sub(energy[name], axis=0).abs().min(axis=1)
    year = int(str(apart[free or list(known)].idxmax()))
    write(ax, year, known[year], name, colour=GREY, across="center", behind=True)
    named[year].append(known[year])


@on_any_screen
def plot_price_and_volume(split: Mapping[str, Any]) -> Axes:
    """What price and volume added to the value of each fuel (``price_against_volume``)."""
    effects, total = split["effects"], split["effects"].sum()
    by_volume = 100 * total.volume_effect / total.change
    ax, places = row_canvas(
        [fuel_name(fuel) for fuel in effects.index],
        title=f"Volume made {by_volume:.0f} % of the change in value of three fuels,"
        f" {split['first']}-{split['last']}",
        unit="Change in the value of imports, USD billion",
        source="China customs, fuels from Russia by month (value CIF and weight).",
        alt=f"Two bars for each of {', '.join(map(fuel_name, effects.index))}: what volume and what"
        " price added to the value of China's imports from Russia. Together volume added"
        f" {total.volume_effect:+.1f} and price {total.price_effect:+.1f} billion dollars.",
        each=0.6,
    )
    for shift, words, colour in ((0.19, "volume", POINT), (-0.19, "price", SECOND)):
        values, colours = effects[f"{words}_effect"].tolist(), [colour] * len(effects)
        said = [f"{words} {value:+.1f}" for value in values]
        row_bars(ax, places + shift, values, said, colours, height=0.34, inks=colours)
    upright_grid(ax, zero=True)
    return ax


def fuel_name(fuel: object) -> str:
    """Name of a fuel in words, from its name in the tables."""
    return "LNG" if fuel == "lng" else str(fuel).replace("_", " ")


@on_any_screen
def plot_china_by_product(shares: pd.DataFrame) -> Axes:
    """China's share in Russia's imports by product and year, read twice."""
    last, both = shares.year.max(), shares.dropna(subset="customs_pct")
    ends = shares[shares.year == last].set_index("goods").mirror_pct
    known_to, names = both.year.max(), list(ends.index)
    least = both[both.year == known_to].customs_pct.min()
    said = ", ".join(f"{goods} {share:.0f}" for goods, share in ends.items())
    ax, places = row_canvas(
        list(shares.goods + ", " + shares.year.astype(str)),
        title=f"In {known_to} China supplied at least {least:.0f} % of the"
        f" {', '.join(names[:-1])} and {names[-1]} that Russia imported, by either reading",
        unit="China's share in Russia's imports, percent",
        source=f"BACI, V202601 (shares as partners report, provisional for {last}) and V202501"
        " (values); Federal Customs Service of Russia.",
        alt=f"Dots by chapter and year. By partners' reports the shares of {last} are {said}"
        f" percent. Over Russian customs, known to {known_to}, they are"
        f" {both.customs_pct.min():.0f} to {both.customs_pct.max():.0f} percent.",
        each=0.3,
        head=1.5,
    )
    readings = {"mirror_pct": "partners' reports", "customs_pct": "over Russian customs"}
    for place, (_, row) in zip(places, shares.iterrows(), strict=True):
        known = row[[*readings]].dropna()
        ax.plot(known, [place] * len(known), color=LIGHT, lw=2.5, label="_range")
        for (column, share), colour in zip(known.items(), (POINT, SECOND), strict=False):
            label = f"{row.goods}, {row.year}: {readings[str(column)]}"
            ax.plot(share, place, "o", color=colour, markersize=6, label=label)
            beside(ax, share, place, f" {share:.0f} ", right=share == known.max(), colour=colour)
    ax.set_xlim(0, 100)
    upright_grid(ax)
    key(ax, {"partners' reports: too high": POINT, "over Russian customs: too low": SECOND})
    return ax


EXPORTED = {
    "whole_list": "all priority\ngoods",
    "machine_tools": "machine tools\n(tier 4.B)",
    "chips": "chips (8542)",
}
"""Names of the columns of ``chips_and_priority_goods`` at the ends of lines."""
LAST_OF_BOTH = 2021
"""The last year for which both countries reported their trade."""


@on_any_screen
def plot_chips(exports: pd.DataFrame) -> Axes:
    """China's exports of chips and priority goods; lines break where the reporters change."""
    table = exports.set_index("year")
    before, after = table.loc[LAST_OF_BOTH + 1], table.iloc[-1]
    change = 100 * (after / before - 1)
    ax = canvas(
        f"China's direct exports of chips: {change.chips:+.0f} % in {LAST_OF_BOTH + 1}-"
        f"{table.index[-1]}; of listed machine tools: {change.machine_tools:+.0f} %",
        unit="Exports from China to Russia, USD billion FOB, logarithmic scale",
        source="BACI V202501; Common High Priority List of February 2024, 44 of 50 codes."
        f" From {LAST_OF_BOTH + 1} China alone reports.",
        alt=f"Three lines by year, broken after {LAST_OF_BOTH}: chips end at {after.chips:.2f},"
        f" machine tools at {after.machine_tools:.2f} and the whole list of priority goods at"
        f" {after.whole_list:.2f} billion dollars.",
    )
    ax.set_yscale("log")
    for (column, words), colour in zip(EXPORTED.items(), (GREY, SECOND, POINT), strict=True):
        first = table[column].loc[:LAST_OF_BOTH]
        line(ax, first, f"{column} to 2021", colour, bold=False, named=False)
        line(ax, table[column].loc[LAST_OF_BOTH + 1 :], words, colour)
    ax.axvline(LAST_OF_BOTH + 0.5, color=LIGHT, linewidth=1.0, linestyle=":", label="_break")
    ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xticks(list(table.index[::2]))
    return ax
