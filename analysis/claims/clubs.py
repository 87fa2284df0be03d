"""Judge of notebook 03 on trade: did SCO and BRICS bring members' trade closer than their sizes
predict?
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.claims.outlook import mean_interval
from analysis.tables import load
from analysis.tables.views import all_pairs

CLUBS = {"SCO": 2001, "BRICS": 2010}
"""Year of each organisation with the members it had then."""
SPAN = 3
"""Years that are averaged before and after."""
LATER = 5
"""Years between the founding and the years after that are looked at."""
SOVIET = (
    "ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB",
)  # fmt: skip
"""States that were one country to 1991: trade among them fell for reasons that no club made."""


def _state_totals(panel: pd.DataFrame) -> pd.Series:
    """Trade of each state with all others, by state and year."""
    sums = [
        panel.groupby([side, "year"]).value.sum().rename_axis(["state", "year"])
        for side in ("one", "other")
    ]
    return sums[0].add(sums[1], fill_value=0.0)


@cache
def _intensity() -> dict[str, pd.Series]:
    """Trade intensity by year of every pair of states that are members of a club today or were, or
    that were Soviet.
    """
    panel = all_pairs()
    panel = panel.assign(one=panel.pair.str[:3], other=panel.pair.str[4:])
    totals = _state_totals(panel)
    world = totals.groupby("year").sum()
    members = {*load("memberships").iso3, *SOVIET}
    panel = panel[panel.one.isin(members) & panel.other.isin(members)]
    sizes = [
        totals.reindex(pd.MultiIndex.from_frame(panel[[side, "year"]])).to_numpy()
        for side in ("one", "other")
    ]
    panel["intensity"] = panel.value / (sizes[0] * sizes[1] / panel.year.map(world).to_numpy())
    return {str(pair): rows.set_index("year").intensity for pair, rows in panel.groupby("pair")}


def intensity_changes(*, later: int = LATER) -> pd.DataFrame:
    """Change of trade intensity of pairs of members, before the founding and some years after.

    Intensity is a pair's trade over what the sizes of the two in world trade predict, ``t_ij T /
    (T_i T_j)``; what does not change, distance and history, drops out of the change.

    Returns
    -------
    DataFrame with club, pair, log_change (log points). Pairs without trade in each year that is
    averaged are left out.
    """
    rows = []
    for club, founded in CLUBS.items():
        changes = _changes(itertools.combinations(members_of(club), 2), founded, later)
        rows += [(club, pair, change) for pair, change in changes.items()]
    return pd.DataFrame(rows, columns=["club", "pair", "log_change"])


def members_of(club: str) -> list[str]:
    """Members of a club in the year of ``CLUBS``, in alphabetical order."""
    joined = load("memberships", organisation=club)
    return sorted(joined[joined.year <= CLUBS[club]].iso3)


def soviet_changes_outside(*, club: str = "SCO", later: int = LATER) -> pd.Series:
    """The same change, log points by pair, of formerly Soviet states that were not both members of
    the club.
    """
    members = set(members_of(club))
    pairs = [pair for pair in itertools.combinations(SOVIET, 2) if not members.issuperset(pair)]
    return _changes(pairs, CLUBS[club], later)


def _changes(pairs: Iterable[tuple[str, ...]], founded: int, later: int) -> pd.Series:
    """Log points by pair, of those with trade in each year that is averaged."""
    intensity, found = _intensity(), {}
    for pair in ("-".join(pair) for pair in pairs):
        series = intensity.get(pair, pd.Series(dtype=float))
        before = series.loc[founded - SPAN : founded - 1]
        after = series.loc[founded + later : founded + later + SPAN - 1]
        if len(before) == SPAN and len(after) == SPAN:
            found[pair] = float(np.log(after.mean() / before.mean()))
    return pd.Series(found, dtype=float)


def accomplished(mean: float, low: float) -> str:
    """Label of 'have not accomplished much': change of trade intensity and the lower end of its
    interval.
    """
    return "evidence against" if low > 0 else "evidence for" if mean <= 0 else "mixed"


def judge_clubs() -> Verdict:
    """C26: SCO and BRICS have achieved little."""
    this = claim("C26")
    table = intensity_changes()
    outside = soviet_changes_outside()
    table["soviet"] = table.pair.map(lambda pair: set(SOVIET).issuperset(pair.split("-")))
    sco = table[table.club == "SCO"]
    with_china = sco[~sco.soviet].log_change
    readings = {f"{club} alone": table[table.club == club].log_change for club in CLUBS}
    readings |= {
        "two years after the founding": intensity_changes(later=2).log_change,
        "without pairs of formerly Soviet states": table[~table.soviet].log_change,
        "SCO, pairs with China": with_china,
        "SCO, formerly Soviet pairs less those outside": (
            sco[sco.soviet].log_change - outside.mean()
        ),
    }
    mean, low, high = mean_interval(table.log_change)
    return Verdict(
        claim=this,
        label=accomplished(mean, low),
        value=100 * mean,
        unit="log points, mean change of trade intensity of pairs of members",
        measured=(
            f"{len(table)} pairs of members: {100 * mean:+.0f} log points against what their sizes"
            f" predict (90 % interval {100 * low:+.0f} to {100 * high:+.0f})"
        ),
        interval=(100 * low, 100 * high),
        sources=("IMF world panel", "membership lists"),
        caveats=(
            "Pairs of one club share members, so the interval is too narrow.",
            "The record of all pairs ends in 2020.",
            (
                f"Trade among formerly Soviet states fell without any club: {len(outside)} such"
                f" pairs outside SCO changed by {100 * outside.mean():+.0f} log points, the"
                f" {len(sco)} pairs of SCO by {_mean(sco.log_change)}, those of them with China by"
                f" {_mean(with_china)}."
            ),
        ),
        flip="A mean change with an interval above zero would be evidence against",
        variants=tuple(
            Variant(
                name=name,
                measured=f"{100 * mean_interval(changes)[0]:+.0f} log points, {len(changes)} pairs",
                label=accomplished(*mean_interval(changes)[:2]),
            )
            for name, changes in readings.items()
        ),
    )


def _mean(changes: pd.Series) -> str:
    return f"{100 * changes.mean():+.0f}"


JUDGES = {"C26": judge_clubs}
