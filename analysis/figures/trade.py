"""Figures of trade: levels, the same rise in other units, shares, and figures that are false."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.evidence.the_trade_boom import Shares
from analysis.figures.marks import line, lines, mark, on_any_screen, write
from analysis.figures.style import GREY, POINT, SECOND, canvas, on_phone

CUSTOMS = "China customs (to 2020 as carried by the IMF), or the IMF for other pairs."
"""Where the totals of a pair come from."""
ESTIMATED_SINCE = 2022
"""First year of Russia's trade that the IMF estimates."""


@on_any_screen
def plot_levels(trade: pd.DataFrame, years: tuple[int, int], *, home: str, partner: str) -> Axes:
    """Exports, imports and total of a pair by year (``pair_trade``), the totals of two years
    marked.
    """
    flows, (first, last) = trade.set_index("year"), years
    before, after = (float(flows.total_usd_bn[year]) for year in years)
    levels = [f"{level:,.{_decimals(after)}f}" for level in (before, after)]
    pair, verb = f"{name(home)}-{name(partner)}", "rose" if after > before else "fell"
    ax = canvas(
        f"{pair} trade {verb} from USD {levels[0]} to {levels[1]} billion, {first}-{last}",
        unit="Goods trade, current USD billion per year, exports FOB and imports CIF of the"
        " reporter",
        source=CUSTOMS,
        alt=f"Line chart of yearly trade between {name(home)} and {name(partner)}: total, exports"
        f" and imports, with {first} and {last} marked.",
    )
    line(ax, flows.exports_usd_bn, f"{name(home)}'s exports")
    line(ax, flows.imports_usd_bn, f"{name(home)}'s imports", dashes="--")
    line(ax, flows.total_usd_bn, "total", POINT)
    ax.set_ylim(0, 1.12 * float(flows.total_usd_bn.max()))
    mark(ax, first, before, levels[0])
    mark(ax, last, after, levels[1])
    return ax


def _decimals(level: float) -> int:
    return 0 if level >= 20 else 1 if level >= 2 else 2


@on_any_screen
def plot_units(recent: Mapping[str, pd.Series], years: tuple[int, int]) -> Axes:
    """The same rise in several units, each 100 in the first year; the first unit is the point."""
    first, last = years
    ends_at = {unit: float(index[last]) - 100 for unit, index in recent.items()}
    said = ", ".join(
        f"{change:+.0f} % in {unit}" for unit, change in ends_at.items() if unit != "yuan"
    )
    ax = canvas(
        f"Trade {first}-{last}: {said}",
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
    """Each one's share in the other's imports and exports, by year, as each reported its own trade
    (``shares_of_both``); what customs add is set into the title.
    """
    year, of_imports = _latest_range(shares.of_home)
    later, of_theirs = _latest_range(shares.of_partner)
    also = "" if shares.by_customs is None else _by_customs(shares.by_customs)
    when = "" if later == year else f" in {later}"
    ax = canvas(
        f"In {year} {name(partner)} supplied {of_imports} of {name(home)}'s imports{also},"
        f" {name(home)} {of_theirs} of {name(partner)}'s{when}",
        unit="Share of the country's total goods imports or exports, percent, as that country"
        " reports",
        source="IMF (Russia estimated from 2022) and, for China in 2024, China customs. Shaded:"
        " without the false Ugandan figures.",
        alt=f"Shares of {name(partner)} in {name(home)}'s trade and of {name(home)} in"
        f" {name(partner)}'s trade by year; the first are far larger or smaller than the second.",
    )
    mine, theirs = shares.of_home.set_index("year"), shares.of_partner.set_index("year")
    for table, whose, of, colour in ((mine, partner, home, POINT), (theirs, home, partner, SECOND)):
        said = f"{name(whose)} in {name(of)}'s\nimports"
        line(ax, table.imports_pct, said, colour, bold=True)
        line(ax, table.exports_pct, "... exports", colour, bold=False)
    if (mine.imports_high_pct - mine.imports_pct).max() > 0:
        band = (mine.index, mine.imports_pct, mine.imports_high_pct)
        ax.fill_between(*band, color=POINT, alpha=0.18, linewidth=0)
    ax.set_ylim(0, None)
    return ax


def _latest_range(shares: pd.DataFrame) -> tuple[int, str]:
    """Last year with a share in imports, and the share, a range where readings of it differ: 2024
    and '46-52 %'.
    """
    last = shares.dropna().iloc[-1]
    ends = dict.fromkeys(f"{share:.0f}" for share in (last.imports_pct, last.imports_high_pct))
    return int(last.year), f"{'-'.join(ends)} %"


def _by_customs(shares: pd.DataFrame) -> str:
    last = shares.iloc[-1]
    return f" (by customs {last.share_pct:.0f} % in {last.year:.0f})"


@on_any_screen
def plot_uganda(figures: Mapping[str, pd.Series]) -> Axes:
    """Russia's imports from Uganda (``uganda``): years kept, and false years as tall bars."""
    kept, removed = figures["kept"], figures["removed"]
    last = int(removed.index.max())
    ax = canvas(
        f"The IMF has Uganda supply Russia with {removed[last] / 1000:.0f} billion dollars of goods"
        f" in {last}",
        unit="Russia's imports from Uganda, current USD million, CIF",
        source="IMF, International Trade in Goods by partner country, Russian Federation. Orange:"
        " set missing here.",
        alt=f"Bars by year: almost nothing from {kept.index.min()} to {kept.index.max()}, then"
        f" {len(removed)} tall bars that rise to {removed[last] / 1000:.0f} thousand million"
        " dollars.",
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
    since = ESTIMATED_SINCE
    before, after = ratio.loc[: since - 1], ratio.loc[since:]
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
