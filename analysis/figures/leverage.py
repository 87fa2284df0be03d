"""Figures of notebook 11: which assumption moves a scenario, and what a change of trade costs would
do.
"""

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import beside, end, row_bars, slope, slopes, upright_grid, write
from analysis.figures.style import GREY, INK, POINT, SECOND
from analysis.models.scenarios import Scenario, rounded


@on_any_screen
def plot_tornado(scenario: Scenario) -> Axes:
    """Each assumption moved alone from its low to its high end, the widest first."""
    table = scenario.tidy().sort_values("width", kind="stable")
    widest = table.iloc[-1]
    ax, places = row_canvas(
        list(table.meaning),
        title=f"All together {rounded(scenario.total):+g} billion dollars a year; what moves it"
        f" most: {widest.meaning}",
        unit=f"Change of trade, {scenario.unit}; at the ends of a bar the assumption",
        source="China customs 2021-2024 for the bases; every other number is an assumption of this"
        " notebook.",
        alt=f"Horizontal bars, the widest at the top, for {len(table)} assumptions: how far each"
        " alone moves the change of trade in billion dollars a year; the widest runs from"
        f" {min(widest.at_low, widest.at_high):+.0f} to {max(widest.at_low, widest.at_high):+.0f}.",
        upwards=True,
        head=0.35,
    )
    ax.barh(places, table.at_high - table.at_low, left=table.at_low, color=POINT, height=0.35)
    rows = table[["at_low", "at_high", "low", "high"]].itertuples(index=False)
    for place, (at_low, at_high, low, high) in zip(places, rows, strict=True):
        beside(ax, at_low, place, f"{low:g}", right=at_low > at_high)
        beside(ax, at_high, place, f"{high:g}", right=at_low <= at_high)
    ax.axvline(scenario.total, color=SECOND, linewidth=1.6, label="_total")
    at, words = (scenario.total, ax.get_ylim()[1]), f"central {rounded(scenario.total):+g}"
    write(ax, *at, words, colour=SECOND, across="center", up="top", behind=True)
    upright_grid(ax)
    return ax


@on_any_screen
def plot_dearer(changes: pd.DataFrame) -> Axes:
    """Change of Russia-China trade by what becomes dearer (``dearer_trade``); falls in orange."""
    change = changes.set_index("trade").change_pct
    said = ", ".join(f"{trade} {value:+g} percent" for trade, value in change.items())
    ax, places = row_canvas(
        list(change.index),
        title="In a small model dearer trade with the West changes Russia-China trade by up to"
        f" {max(change, key=abs):+g} %",
        unit="Change of trade both ways, percent, two significant digits",
        source="IMF exports 2020, World Bank GDP; Armington model, exact-hat algebra; costs and"
        " elasticity as in the parameters.",
        alt=f"Bars of the change of Russia-China trade: {said}.",
        each=0.5,
    )
    colours = [POINT if value >= 0 else SECOND for value in change]
    words = [f"{value:+g}" for value in change]
    row_bars(ax, places, change.tolist(), words, colours, height=0.55)
    upright_grid(ax, zero=True)
    return ax


@on_any_screen
def plot_europe(agreed: pd.DataFrame) -> Axes:
    """Agreement with each European state in two years (``europe_and_washington``) and the mean."""
    first, last = map(int, sorted(agreed.columns))
    levels = 100 * agreed.rename(columns={first: "before", last: "after"}).dropna()
    ways = levels.assign(first=first, last=last)
    mean, after = ways.mean(), ways.after.rename(index=name)
    verb = "less" if mean.after < mean.before else "more"
    least, most = str(after.idxmin()), str(after.idxmax())
    ax = canvas(
        f"On the same {agreed.attrs['texts']} texts Washington and Europe agreed {verb} in {last}"
        f" than in {first}: {mean.after:.0f} % after {mean.before:.0f} %",
        unit=f"Agreement of the United States with each of {len(ways)} members of the EU in UN"
        " votes, percent",
        source="UN roll calls on texts that came to the vote in both years.",
        alt=f"Slope chart with a line for each member of the EU from {first} to {last}: the mean"
        f" goes from {mean.before:.0f} to {mean.after:.0f} percent, the lowest ends at"
        f" {after.min():.0f} ({least}), the highest at {after.max():.0f} ({most}).",
    )
    slopes(ax, ways, label="each member")
    for state in (least, most):
        end(ax, last, after[state], f"{after[state]:.0f} {state}", GREY)
    slope(ax, mean, label="mean", colour=POINT)
    ax.set_xticks([first, last])
    ax.set_xlim(first - 0.15, last)
    return ax


@on_any_screen
def plot_yearly_changes(changes: pd.Series) -> Axes:
    """Change of agreement since the year before (``usual_changes``), the last the point."""
    last = changes.index[-1]
    earlier = changes.drop(last)
    ax = canvas(
        f"Agreement changed by {changes[last]:+.2f} in {last}; in half of the years before by"
        f" {earlier.abs().median():.2f} or less",
        unit="Change of the mean agreement of the United States with EU members, same texts",
        source="UN roll calls on texts that came up in both of two years in a row.",
        alt="Bars of the change of agreement between each year and the one before:"
        f" {earlier.min():+.2f} to {earlier.max():+.2f} until {earlier.index[-1]}, and"
        f" {changes[last]:+.2f} in {last}.",
    )
    colours = [POINT if year == last else GREY for year in changes.index]
    ax.bar(changes.index, changes.to_numpy(), color=colours, width=0.7)
    ax.axhline(0, color=INK, linewidth=0.8, label="_zero")
    return ax
