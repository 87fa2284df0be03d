"""Figures of notebook 06: suppliers of energy, price against volume, cited shares before and
after.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.claims import claim
from analysis.evidence.traded_energy import Suppliers
from analysis.figures.marks import beside, label_ends, line, upright_grid, write
from analysis.figures.style import (
    GREY,
    INK,
    LIGHT,
    POINT,
    SECOND,
    canvas,
    on_any_screen,
    row_canvas,
)

YEARS_WITH_NAMES = 6
"""Names of lines are set in the last years, where the first years with a gap are out of the way."""


@on_any_screen
def plot_suppliers(suppliers: Suppliers) -> Axes:
    """Imports of energy by supplier and year, one of them the point."""
    energy, point, share_pct = suppliers
    year, last = int(energy.index[-1]), energy.iloc[-1]
    others = last.drop(point)
    ax = canvas(
        f"{point}: {share_pct:.1f} % of the energy that China imported in {year}",
        unit="China's imports of fuels, exajoules a year",
        source="BP and Energy Institute, Statistical Review of World Energy, 2017-2024 editions;"
        " 2017 is missing.",
        alt=f"Lines of energy by supplier: {point} ends at {last[point]:.1f} exajoules in {year},"
        f" {', '.join(map(str, others.index))} between {others.min():.1f} and {others.max():.1f}.",
    )
    ends, ways, named = [], itertools.cycle(("-", "--", ":", "-.")), dict[int, list[float]]()
    for name in energy:
        if name == point:
            words = textwrap.fill(str(name), 14)
            ends.append(line(ax, energy[name], label=words, colour=POINT, bold=True))
        else:
            line(ax, energy[name], label=str(name), dashes=next(ways))
            _name_on_line(ax, energy, str(name), named=named)
    label_ends(ax, ends, floor=0)
    return ax


def _name_on_line(
    ax: Axes, energy: pd.DataFrame, name: str, *, named: dict[int, list[float]]
) -> None:
    """Set the name on its line where other lines are farthest and no other name is near; add it to
    ``named``.
    """
    known = energy[name].dropna().iloc[-YEARS_WITH_NAMES:]
    years, near = known.index.astype(int).tolist(), 0.07 * float(energy.max().max())
    free = known[
        [
            all(abs(value - other) >= near for other in named.get(year, []))
            for year, value in zip(years, known, strict=True)
        ]
    ]
    free = known if free.empty else free
    apart = energy.drop(columns=name).loc[free.index].sub(free, axis=0).abs().min(axis=1)
    year = int(str(apart.idxmax()))
    write(ax, year, float(known[year]), name, colour=GREY, across="center", behind=True)
    named.setdefault(year, []).append(float(known[year]))


@on_any_screen
def plot_price_and_volume(split: Mapping[str, Any]) -> Axes:
    """What price and volume added to the value of each fuel.

    Parameters
    ----------
    split : Mapping from ``price_against_volume``.
    """
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
    for shift, column, colour, words in (
        (0.19, "volume_effect", POINT, "volume"),
        (-0.19, "price_effect", SECOND, "price"),
    ):
        ax.barh(places + shift, effects[column], height=0.34, color=colour)
        for place, value in zip(places, effects[column], strict=True):
            said = f"{words} {value:+.1f}"
            beside(ax, value, place + shift, said, right=value >= 0, colour=colour)
    upright_grid(ax, zero=True)
    return ax


def fuel_name(fuel: object) -> str:
    """Name of a fuel in words, from its name in the tables."""
    return "LNG" if fuel == "lng" else str(fuel).replace("_", " ")


CITED = {
    "machines": "CNC machine tools imported,\nbefore the war and July 2023",
    "cars": "new cars sold, Chinese makes,\n{cars_from} and {cars_to}",
    "telephones": "smartphones imported, Chinese makes,\n2021 and 2023",
}
"""What the shares of ``shares_of_goods`` are of."""


@on_any_screen
def plot_cited_shares(
    shares: Mapping[str, tuple[float, float]], *, cars_from: int, cars_to: int
) -> Axes:
    """China's shares of the three goods of the essay that are cited, before and after.

    Parameters
    ----------
    shares : Mapping from ``shares_of_goods``, percent, with the two years of its shares of cars.
    """
    years = {"cars_from": cars_from, "cars_to": cars_to}
    described = ", ".join(f"{goods} from {a:.0f} to {b:.0f}" for goods, (a, b) in shares.items())
    return plot_before_and_after(
        {CITED[goods].format(**years): both for goods, both in shares.items()},
        title="Three goods that are often cited: Chinese shares rose to"
        f" {min(after for _, after in shares.values()):.0f} % and more",
        source="Russian customs via FT; Moscow Times and Autostat, joined; Russian media via Xinhua"
        " (see trade_composition).",
        alt=f"Pairs of dots joined by lines, shares in percent: {described}.",
        limit=claim("C33").thresholds["least_pct"],
    )


def plot_before_and_after(
    shares: Mapping[str, tuple[float, float]],
    *,
    title: str,
    source: str,
    alt: str,
    limit: float | None = None,
    unit: str = "China's share as cited, percent",
    ends: tuple[str, str] = ("before", "after"),
) -> Axes:
    """Two shares on each line, the second the point; the first line says which is which.

    Parameters
    ----------
    shares : dict of words to (first, second), percent.
    limit : float, optional
        Percent that a rule asks for.
    ends : tuple of str
        What the two are: two times, or two countries.
    """
    ax, places = row_canvas(
        list(shares), title=title, unit=unit, source=source, alt=alt, each=0.5, head=0.3
    )
    for place, (words, both) in zip(places, shares.items(), strict=True):
        ax.plot(both, [place, place], color=LIGHT, linewidth=2.5, label="_way")
        for value, other, end, colour in zip(
            both, reversed(both), ends, (GREY, POINT), strict=True
        ):
            ax.plot([value], [place], "o", color=colour, markersize=8, label=f"{words}: {end}")
            right = value > other or (value == other and end == ends[1])
            beside(ax, value, place, f" {value:.0f} ", right=right, colour=colour)
            if place == places[0]:
                name = write(ax, value, place + 0.15, end, colour=colour, up="bottom", bold=True)
                name.set_horizontalalignment("left" if right else "right")
    if limit is not None:
        ax.axvline(limit, color=INK, linewidth=0.8, linestyle=":", label="_limit")
        write(ax, limit + 1, -0.48, f"the rule asks for {limit:.0f} %", up="bottom")
    ax.set_xlim(0, 100)
    return ax
