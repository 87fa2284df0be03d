"""Figures of notebook 10: two countries in the trade of others, and agreement that lasts."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.countries import name
from analysis.figures.dependence import plot_shares
from analysis.figures.goods import plot_before_and_after
from analysis.figures.leverage import plot_changes
from analysis.figures.style import GREY, POINT, on_any_screen

CITED = "National statistics of the states as cited in reports, latest period of 2023-2025."
PANEL = "IMF trade panel to 2020, exports FOB and imports CIF of all partners."


@on_any_screen
def plot_central_asia(shares: pd.DataFrame, *, year: int | None = None) -> Axes:
    """Shares of two countries in the trade of each state, the second the point.

    Parameters
    ----------
    shares : DataFrame from ``cited_shares``, or from ``shares_in_central_asia`` with its year.
    """
    here, there = shares.columns
    above = (shares[there] > shares[here]).sum()
    by_whom = f"as its partners report it, {year}" if year else "by its own statistics"
    return plot_before_and_after(
        {str(state): (float(pair[here]), float(pair[there])) for state, pair in shares.iterrows()},
        ends=(here, there),
        unit=f"Share in each state's goods trade {by_whom}, percent",
        title=f"{there} traded more than {here} with {above} of {len(shares)} states of Central"
        " Asia",
        source=PANEL if year else CITED,
        alt="For each state of Central Asia two dots joined by a line, the shares of"
        f" {here} and of {there} in its trade.",
    )


@on_any_screen
def plot_between(shares: pd.DataFrame, between: str) -> Axes:
    """Shares of two countries in a third one's trade by year, the second the point.

    Parameters
    ----------
    shares : DataFrame from ``shares_by_year``.
    """
    here, there = shares.columns
    ends = {
        country: f"{shares[country].iloc[0]:.0f} to {shares[country].iloc[-1]:.0f} %"
        for country in (there, here)
    }
    return plot_shares(
        {there: shares[there], here: shares[here]},
        colours=(POINT, GREY),
        title=f"{name(between)}: {there} from {ends[there]} of its trade, {here} from {ends[here]}",
        source=f"IMF trade panel, {shares.index[0]}-{shares.index[-1]}, as all partners report.",
        alt=f"Two lines by year in the trade of {name(between)}: the share of {here} and the share"
        f" of {there}, with the second in colour.",
    )


@on_any_screen
def plot_agreement(groups: pd.DataFrame) -> Axes:
    """Change of agreement of a pair, and of a state with its allies.

    Parameters
    ----------
    groups : DataFrame from ``agreement_of_groups``.
    """
    first, last = groups.columns[1:3]
    said = ", ".join(f"{row.group} {row.change:+.1f}" for row in groups.itertuples())
    return plot_changes(
        groups.set_index("group").change,
        title=f"Agreement: {said}",
        unit=f"Change of agreement on texts of both years, {first} to {last}, percentage points",
        source="UN roll calls; treaties of mutual defence.",
        alt="Horizontal bars of the change of agreement in percentage points, one for the pair of"
        f" countries and one for the yardstick with its defence partners: {said}.",
    )
