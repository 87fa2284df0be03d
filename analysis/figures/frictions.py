"""Figures of notebook 10: two countries in the trade of others, and agreement that lasts."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.figures.canvas import canvas, on_any_screen, row_canvas
from analysis.figures.marks import beside, lines, slope, slopes, write
from analysis.figures.style import GREY, LIGHT, POINT, SECOND, broken

CITED = "National statistics of the states as cited in reports, latest period of 2023-2025."
PANEL = "IMF trade panel to 2020, exports FOB and imports CIF of all partners."


@on_any_screen
def plot_central_asia(shares: pd.DataFrame, *, year: int | None = None) -> Axes:
    """Shares of two countries in each state's trade; with its year those of the panel."""
    here, there = shares.columns
    above = (shares[there] > shares[here]).sum()
    by_whom = f"as its partners report it, {year}" if year else "by its own statistics"
    ax, places = row_canvas(
        list(map(str, shares.index)),
        unit=f"Share in each state's goods trade {by_whom}, percent",
        title=f"{there} traded more than {here} with {above or 'none'} of {len(shares)} states of"
        " Central Asia",
        source=PANEL if year else CITED,
        alt="For each state of Central Asia two dots joined by a line, the shares of"
        f" {here} and of {there} in its trade.",
        each=0.5,
        head=0.3,
    )
    for place, (state, both) in zip(places, shares.iterrows(), strict=True):
        ax.plot(both.tolist(), [place, place], color=LIGHT, linewidth=2.5, label="_way")
        larger = both[::-1].idxmax()
        for whose, colour in ((here, GREY), (there, POINT)):
            value, right = both[whose], whose == larger
            ax.plot(value, place, "o", color=colour, markersize=8, label=f"{state}: {whose}")
            beside(ax, value, place, f" {value:.0f} ", right=right, colour=colour)
            if place == places[0]:
                name = write(ax, value, place + 0.15, whose, colour=colour, up="bottom", bold=True)
                name.set_horizontalalignment("left" if right else "right")
    ax.set_xlim(0, 100)
    return ax


@on_any_screen
def plot_between(shares: pd.DataFrame, between: str) -> Axes:
    """Shares of two countries in a third one's trade (``shares_by_year``), the second the point."""
    here, there = shares.columns
    went = {one: f"{shares[one].iloc[0]:.0f} to {shares[one].iloc[-1]:.0f} %" for one in shares}
    ax = canvas(
        f"In the trade of {name(between)} {there} went from {went[there]}, {here} from"
        f" {went[here]}",
        unit="Share of goods trade, percent",
        source=f"IMF trade panel, {shares.index[0]}-{shares.index[-1]}, as all partners report.",
        alt=f"Two lines by year in the trade of {name(between)}: the share of {here} and the share"
        f" of {there}, with the second in colour.",
    )
    lines(ax, {there: shares[there], here: shares[here]}, (POINT, GREY))
    ax.set_ylim(0, None)
    return ax


@on_any_screen
def plot_agreement(spans: pd.DataFrame) -> Axes:
    """Agreement by group and span (``agreement_over_spans``), the longest span in colour."""
    first, last = spans["first"].min(), spans["last"].max()
    of_pair, of_allies = spans.group.unique()
    levels = spans.pivot(index=["first", "last"], columns="group")
    changes = levels.after - levels.before
    better = (changes[of_pair] > changes[of_allies]).sum()
    whole = spans[(spans["first"] == first) & (spans["last"] == last)].set_index("group")
    said = "; ".join(f"{group} {w.before:.0f} to {w.after:.0f}" for group, w in whole.iterrows())
    ax = canvas(
        f"{of_pair} held together better than {'the ' * of_allies.startswith('United')}{of_allies}"
        f" in {better} of {len(changes)} pairs of years, {first}-{last}",
        unit="Agreement on texts that came to the vote in both years, percent; one line for every"
        " two years",
        source="UN roll calls; treaties of mutual defence.",
        alt=f"Slope chart of agreement in votes, {first} to {last}: {said} percent; behind them in"
        f" grey a line for each of {len(changes)} pairs of years.",
    )
    for group in (of_pair, of_allies):
        slopes(ax, spans[spans.group == group], label=f"{group}, every two years")
    for group, colour in ((of_pair, POINT), (of_allies, SECOND)):
        slope(ax, whole.loc[group], label=broken(group, inches=1.5), colour=colour)
    step = max(1, round((last - first) / 3))
    ax.set_xticks([*range(first, last - step // 2, step), last])
    ax.set_xlim(first - 0.1 * (last - first), None)
    return ax
