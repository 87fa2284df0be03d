"""Judge of notebook 03 on trade: did SCO and BRICS bring members' trade closer than their sizes predict?"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from analysis.claims.ledger import claim
from analysis.claims.outlook import mean_interval
from analysis.claims.verdicts import Variant, Verdict
from analysis.tables import load
from analysis.tables.views import all_pairs

CLUBS = {"SCO": 2001, "BRICS": 2010}
"""Year of each organisation with the members it had then."""
SPAN = 3
"""Years that are averaged before and after."""
LATER = 5
"""Years between the founding and the years after that are looked at."""


def intensity_changes(*, later: int = LATER) -> pd.DataFrame:
    """Change of trade intensity of pairs of members, before the founding and some years after.

    Intensity is a pair's trade over what the sizes of the two in world trade predict, ``t_ij T / (T_i T_j)``; what does
    not change, distance and history, drops out of the change.

    Returns
    -------
    DataFrame with club, pair, log_change (log points).
    """
    panel = all_pairs()
    ends = panel.pair.str.split("-", expand=True)
    sides = [panel.assign(state=ends[side])[["state", "year", "value"]] for side in (0, 1)]
    totals = pd.concat(sides).groupby(["state", "year"]).value.sum()
    world = totals.groupby("year").sum()
    keys = [pd.MultiIndex.from_arrays([ends[side], panel.year]) for side in (0, 1)]
    expected = (
        totals.reindex(keys[0]).to_numpy() * totals.reindex(keys[1]).to_numpy() / panel.year.map(world).to_numpy()
    )
    intensity = panel.assign(intensity=panel.value / expected).set_index(["pair", "year"]).intensity
    rows = []
    joined = load("memberships")
    for club, founded in CLUBS.items():
        members = sorted(joined[(joined.organisation == club) & (joined.year <= founded)].iso3)
        for one, other in itertools.combinations(members, 2):
            pair = f"{one}-{other}"
            if pair in intensity.index.get_level_values("pair"):
                series = intensity[pair]
                before, after = (
                    series.loc[founded - SPAN : founded - 1],
                    series.loc[founded + later : founded + later + SPAN - 1],
                )
                if len(before) == SPAN and len(after) == SPAN:
                    rows.append((club, pair, float(np.log(after.mean() / before.mean()))))
    return pd.DataFrame(rows, columns=["club", "pair", "log_change"])


def accomplished(mean: float, low: float) -> str:
    """Label of 'have not accomplished much': change of trade intensity and the lower end of its interval."""
    return "evidence against" if low > 0 else "evidence for" if mean <= 0 else "mixed"


def judge_clubs() -> Verdict:
    """C26: SCO and BRICS have achieved little."""
    this = claim("C26")
    table = intensity_changes()
    readings = {f"{club} alone": table[table.club == club] for club in CLUBS}
    readings["two years after the founding"] = intensity_changes(later=2)
    mean, low, high = mean_interval(table.log_change)
    return Verdict(
        claim=this,
        label=accomplished(mean, low),
        value=100 * mean,
        unit="log points, mean change of trade intensity of pairs of members",
        measured=f"{len(table)} pairs of members: {100 * mean:+.0f} log points against what their sizes predict (90 % "
        f"interval {100 * low:+.0f} to {100 * high:+.0f})",
        interval=(100 * low, 100 * high),
        sources=("IMF world panel", "membership lists"),
        caveats=(
            "Pairs of one club share members, so the interval is too narrow.",
            "The record of all pairs ends in 2020.",
        ),
        flip="A mean change with an interval above zero would be evidence against",
        variants=tuple(
            Variant(
                name=name,
                measured=f"{100 * mean_interval(rows.log_change)[0]:+.0f} log points, {len(rows)} pairs",
                label=accomplished(*mean_interval(rows.log_change)[:2]),
            )
            for name, rows in readings.items()
        ),
    )


JUDGES = {"C26": judge_clubs}
