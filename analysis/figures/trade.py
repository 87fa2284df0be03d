"""Figures of trade: levels, the same rise in other units, shares, and figures that are false."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import iso3, name
from analysis.evidence.the_trade_boom import Shares
from analysis.figures.canvas import canvas, on_any_screen, on_phone
from analysis.figures.marks import line, lines, mark, write
from analysis.figures.style import GREY, POINT, SECOND
from analysis.sentences import Amount

ESTIMATED_SINCE = 2022
"""First year of Russia's trade that the IMF estimates."""


@on_any_screen
def plot_levels(trade: pd.DataFrame, years: tuple[int, int], *, home: str, partner: str) -> Axes:
    """Exports, imports and total of a pair by year (``pair_trade``), two of the totals marked."""
    flows, (first, last), here, there = trade.set_index("year"), years, name(home), name(partner)
    before, after = (Amount(flows.total_usd_bn[year]) for year in years)
    digits = 0 if after >= 20 else 1 if after >= 2 else 2
    low, high = (f"{level:,.{digits}f}" for level in (before, after))
    ax = canvas(
        f"{here}-{there} trade {'rose' if after > before else 'fell'} from USD {low} to {high}"
        f" billion, {first}-{last}",
        unit="Goods trade, current USD billion per year, exports FOB and imports CIF of the"
        " reporter",
        source="China customs (to 2020 as carried by the IMF), or the IMF for other pairs.",
        alt=f"Line chart of yearly trade between {here} and {there}: total, exports and imports,"
        f" with {first} and {last} marked.",
    )
    line(ax, flows.exports_usd_bn, f"{here}'s exports")
    line(ax, flows.imports_usd_bn, f"{here}'s imports", dashes="--")
    line(ax, flows.total_usd_bn, "total", POINT)
    ax.set_ylim(0, 1.12 * float(flows.total_usd_bn.max()))
    mark(ax, first, before, low)
    mark(ax, last, after, high)
    return ax


@on_any_screen
def plot_units(recent: Mapping[str, pd.Series], years: tuple[int, int]) -> Axes:
    """The same rise in several units, each 100 in the first year; the first unit is the point."""
    first, last = years
    said = [f"{own[last] - 100:+.0f} % in {unit}" for unit, own in recent.items() if unit != "yuan"]
    ax = canvas(
        f"Trade {first}-{last}: {', '.join(said)}",
        unit=f"Total goods trade, index, {first} = 100",
        source="China customs or IMF; Federal Reserve H.10; US Bureau of Economic Analysis.",
        alt=f"Index lines of the same trade in {', '.join(recent)}, which drift apart after the"
        " base year.",
    )
    named = {f"{unit} {index.iloc[-1]:.0f}": index for unit, index in recent.items()}
    lines(ax, named, (POINT, SECOND, GREY))
    ax.axhline(100, color=GREY, linewidth=0.8, label="_base")
    shown = sorted({int(year) for index in recent.values() for year in index.index})
    ax.set_xticks(shown[::2] if on_phone() else shown)
    return ax


@on_any_screen
def plot_dependence(shares: Shares, *, home: str, partner: str) -> Axes:
    """Shares in the other's imports and exports, percent (``shares_of_both``)."""
    here, there = name(home), name(partner)
    year, of_imports = latest_range(shares.of_home)
    later, of_theirs = latest_range(shares.of_partner)
    when = "" if later == year else f" in {later}"
    also = ""
    if shares.by_customs is not None:
        known = shares.by_customs.iloc[-1]
        also = f" (by customs {known.share_pct:.0f} % in {known.year:.0f})"
    ax = canvas(
        f"In {year} {there} supplied {of_imports} of {here}'s imports{also}, {here} {of_theirs} of"
        f" {there}'s{when}",
        unit="Share of the country's total goods imports or exports, percent, as that country"
        " reports",
        source=_sources_of_shares({iso3(home), iso3(partner)}),
        alt=f"Shares of {there} in {here}'s trade and of {here} in {there}'s trade by year; the"
        " first are far larger or smaller than the second.",
    )
    mine, theirs = shares.of_home.set_index("year"), shares.of_partner.set_index("year")
    for table, whose, of, colour in ((mine, there, here, POINT), (theirs, here, there, SECOND)):
        line(ax, table.imports_pct, f"{whose} in {of}'s\nimports", colour, bold=True)
        line(ax, table.exports_pct, "... exports", colour, bold=False)
    if (mine.imports_high_pct - mine.imports_pct).max() > 0:
        band = (mine.index, mine.imports_pct, mine.imports_high_pct)
        ax.fill_between(*band, color=POINT, alpha=0.18, linewidth=0)
    ax.set_ylim(0, None)
    return ax


def _sources_of_shares(countries: set[str]) -> str:
    """Where the shares of these two countries come from, and what the shade over Russia's means."""
    said = "IMF (Russia estimated from 2022)" if "RUS" in countries else "IMF"
    said += " and, for China in 2024, China customs" if "CHN" in countries else ""
    shade = " Shaded: without the false Ugandan figures." if "RUS" in countries else ""
    return f"{said}.{shade}"


def latest_range(shares: pd.DataFrame) -> tuple[int, str]:
    """Last year with a share in imports, and the share or the range of its readings: '46-52 %'."""
    last = shares.dropna().iloc[-1]
    ends = dict.fromkeys(f"{share:.0f}" for share in (last.imports_pct, last.imports_high_pct))
    return int(last.year), f"{'-'.join(ends)} %"


@on_any_screen
def plot_uganda(figures: Mapping[str, pd.Series]) -> Axes:
    """Russia's imports from Uganda (``uganda``): years kept, and false years as tall bars."""
    kept, removed = figures["kept"], figures["removed"]
    last = int(removed.index.max())
    most = f"{removed[last] / 1000:.0f}"
    ax = canvas(
        f"The IMF has Uganda supply Russia with {most} billion dollars of goods in {last}",
        unit="Russia's imports from Uganda, current USD million, CIF",
        source="IMF, International Trade in Goods by partner country, Russian Federation. Orange:"
        " set missing here.",
        alt=f"Bars by year: almost nothing from {kept.index.min()} to {kept.index.max()}, then"
        f" {len(removed)} tall bars that rise to {most} thousand million dollars.",
    )
    ax.bar(removed.index, removed.to_numpy(), color=SECOND, width=0.6, label="removed")
    ax.bar(kept.index, kept.to_numpy(), color=GREY, width=0.6, label="kept")
    for year, value in zip(removed.index, removed, strict=True):
        write(ax, year, value, f"{value:,.0f}", colour=SECOND, across="center", up="bottom")
    shown = [*kept.index, *removed.index]
    ax.set_xticks(shown[::2] if on_phone() else shown)
    return ax


@on_any_screen
def plot_ratio(ratio: pd.Series) -> Axes:
    """Russia's report over China's of one flow by year, the estimated years in colour."""
    since, before = ESTIMATED_SINCE, ratio.loc[: ESTIMATED_SINCE - 1]
    after = ratio.loc[since:]
    ax = canvas(
        f"From {since} the IMF's figures for Russia are China's figures times {after.mean():.2f}",
        unit="Russia's imports from China (IMF, CIF) over China's exports to Russia (FOB)",
        source="IMF; China customs. 2021 is missing because China's exports of that year were not"
        " found.",
        alt=f"A line that wanders between {before.min():.2f} and {before.max():.2f} until"
        f" {before.index.max()} and lies flat just below {after.max():.2f} from {since} on.",
    )
    line(ax, before, "Russia published\nits own figures")
    line(ax, after, "estimates", SECOND, bold=True)
    ax.axhline(1, color=GREY, linewidth=0.8, label="_one")
    return ax
