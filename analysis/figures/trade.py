"""Figures of trade: levels, the same rise in other units, shares, and the two reports of one
flow.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.figures.style import GREY, INK, POINT, SECOND, canvas, label_ends, line, mark


def plot_levels(
    frame: pd.DataFrame, *, home: str, partner: str, first: int, last: int, source: str
) -> Axes:
    """Exports, imports and total of a pair by year.

    Parameters
    ----------
    frame : DataFrame from ``pair_trade``.
    first, last : int
        Years whose totals are marked and named in the title.
    """
    total = frame.set_index("year").total_usd_bn
    a, b = float(total[first]), float(total[last])
    verb = "rose" if b > a else "fell"
    ax = canvas(
        f"{name(home)}-{name(partner)} trade {verb} from USD {a:,.{_decimals(b)}f} to"
        f" {b:,.{_decimals(b)}f} billion, {first}-{last}",
        unit=(
            "Goods trade, current USD billion per year, exports FOB and imports CIF of the reporter"
        ),
        source=source,
    )
    flows = frame.set_index("year")
    ends = [
        line(ax, flows.exports_usd_bn, label=f"{name(home)}'s exports"),
        line(ax, flows.imports_usd_bn, label=f"{name(home)}'s imports", dashes="--"),
        line(ax, total, label="total", colour=POINT, bold=True),
    ]
    ax.set_ylim(0, 1.12 * float(total.max()))
    label_ends(ax, ends)
    mark(ax, first, a, f"{a:,.{_decimals(b)}f}")
    mark(ax, last, b, f"{b:,.{_decimals(b)}f}")
    return ax


def _decimals(level: float) -> int:
    return 0 if level >= 20 else 1 if level >= 2 else 2


def plot_units(series: dict[str, pd.Series], *, base_year: int, source: str, title: str) -> Axes:
    """The same rise in several units, each 100 in the base year; the first series is the point."""
    ax = canvas(title, unit=f"Total goods trade, index, {base_year} = 100", source=source)
    colours = [POINT, SECOND, GREY, INK]
    ends = [
        line(
            ax,
            values,
            label=f"{label} {values.iloc[-1]:.0f}",
            colour=colours[place],
            bold=place == 0,
        )
        for place, (label, values) in enumerate(series.items())
    ]
    label_ends(ax, ends)
    ax.axhline(100, color=GREY, linewidth=0.8, label="_base")
    first = min(int(s.index.min()) for s in series.values())
    ax.set_xticks(range(first, max(int(s.index.max()) for s in series.values()) + 1))
    return ax


def plot_dependence(
    of_home: pd.DataFrame,
    of_partner: pd.DataFrame,
    *,
    home: str,
    partner: str,
    source: str,
    also: str = "",
) -> Axes:
    """Each one's share in the other's imports and exports, by year, as each country reported its
    own trade.

    Parameters
    ----------
    of_home, of_partner : DataFrame from ``shares_of``.
    also : str
        Another reading of the partner's share in home's imports, set into the title.
    """
    (year, of_imports), (later, of_theirs) = (
        _latest_range(shares) for shares in (of_home, of_partner)
    )
    ax = canvas(
        f"In {year} {name(partner)} supplied {of_imports} of {name(home)}'s"
        f" imports{f' ({also})' if also else ''}, {name(home)} {of_theirs} of"
        f" {name(partner)}'s{'' if later == year else f' in {later}'}",
        unit=(
            "Share of the country's total goods imports or exports, percent, as that country"
            " reports"
        ),
        source=source,
    )
    mine, theirs = of_home.set_index("year"), of_partner.set_index("year")
    ends = [
        line(
            ax,
            mine.imports_pct,
            label=f"{name(partner)} in {name(home)}'s\nimports",
            colour=POINT,
            bold=True,
        ),
        line(ax, mine.exports_pct, label="... exports", colour=POINT),
        line(
            ax,
            theirs.imports_pct,
            label=f"{name(home)} in {name(partner)}'s\nimports",
            colour=SECOND,
            bold=True,
        ),
        line(ax, theirs.exports_pct, label="... exports", colour=SECOND),
    ]
    if (mine.imports_high_pct - mine.imports_pct).max() > 0:
        ax.fill_between(
            mine.index,
            mine.imports_pct,
            mine.imports_high_pct,
            color=POINT,
            alpha=0.18,
            linewidth=0,
        )
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def _latest_range(shares: pd.DataFrame) -> tuple[int, str]:
    """Last year with a share in imports, and the share, a range where readings of it differ: 2024
    and '46-52 %'.
    """
    last = shares.dropna().iloc[-1]
    ends = dict.fromkeys(f"{share:.0f}" for share in (last.imports_pct, last.imports_high_pct))
    return int(last.year), f"{'-'.join(ends)} %"


def plot_reports(reports: dict[str, pd.Series], *, title: str, source: str) -> Axes:
    """The same trade as different reporters count it; the first is the point."""
    ax = canvas(title, unit="Total goods trade, current USD billion per year", source=source)
    ends = [
        line(ax, values, label=label, colour=(POINT, SECOND, GREY)[place], bold=place == 0)
        for place, (label, values) in enumerate(reports.items())
    ]
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def plot_false_figures(
    kept: pd.Series, published: pd.Series, *, title: str, label: str, source: str
) -> Axes:
    """A published series whose false years are drawn as bars, beside the years that were kept.

    Parameters
    ----------
    kept, published : Series of float indexed by year
        In one unit; ``published`` holds the years that were removed.
    """
    ax = canvas(title, unit=label, source=source)
    ax.bar(published.index, published.to_numpy(), color=SECOND, width=0.6, label="removed")
    ax.bar(kept.index, kept.to_numpy(), color=GREY, width=0.6, label="kept")
    for year, value in published.items():
        ax.annotate(
            f"{value:,.0f}",
            (float(year), float(value)),
            ha="center",
            va="bottom",
            color=SECOND,
            fontsize=9,
        )  # type: ignore[arg-type]
    ax.set_xticks([*kept.index, *published.index])
    return ax


def plot_ratio(ratio: pd.Series, *, since: int, title: str, unit: str, source: str) -> Axes:
    """Ratio of two reports by year, the years from ``since`` on in colour."""
    ax = canvas(title, unit=unit, source=source)
    before, after = ratio.loc[: since - 1], ratio.loc[since:]
    ends = [
        line(ax, before, label="Russia published\nits own figures"),
        line(ax, after, label="estimates", colour=SECOND, bold=True),
    ]
    ax.axhline(1, color=GREY, linewidth=0.8, label="_one")
    label_ends(ax, ends)
    return ax
