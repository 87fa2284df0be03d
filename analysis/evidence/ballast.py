"""Evidence of notebook 09 on votes: do pairs that trade more shift less?"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import pair as names
from analysis.models.panel import PanelFit, fit_panel
from analysis.tables.views import politics_and_trade

SHARE = "lagged_share_pct"
TERMS = {
    SHARE: "trade share the year before, %",
    f"{SHARE}(+1)": "trade share a year later, %",
    f"{SHARE}(+2)": "trade share two years later, %",
}
"""What the terms of the model are called in a table."""
SCALES = {"linear": np.positive, "log": np.log1p, "root": np.sqrt}
"""What is made of a trade share in percent before it is fitted."""
LEADS = 2
"""Years of later trade that should be unrelated to this year's votes."""
SIZES = ("under 0.1", "0.1-0.3", "0.3-1", "1-3", "3-10", "10 or more")
BINS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Limits of ``SIZES`` of trade shares, percent: few pairs have large ones."""
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "yearly change": {},
    "with next two years' shares": {"leads": LEADS},
    "change over five years": {"years": 5},
    "largest tenth of changes": {"outcome": "large_shift"},
    "logarithm of the share": {"scale": "log"},
    "square root of the share": {"scale": "root"},
    "from 1992": {"since": 1992},
    "shares of 1 % or more": {"least_share_pct": 1.0},
}
"""Specifications that the picture sets side by side; the first is the plain one."""


def shifts(dyads: pd.DataFrame, *, years: int) -> pd.DataFrame:
    """How far pairs of ``politics_and_trade`` moved in the UN over spans of years, end to end:
    pair, state_a, state_b, period, shift (of distance, units of the ideal-point scale), large_shift
    (1.0 in the largest tenth, else 0.0), lagged_share_pct (the trade share before).
    """
    before = dyads[["pair", "year", "distance", "share_pct"]].assign(year=dyads.year + years)
    both = dyads.merge(before, on=["pair", "year"], suffixes=("", "_before"))
    both = both[both.year % years == 0]
    shift = (both.distance - both.distance_before).abs()
    return both[["pair", "state_a", "state_b"]].assign(
        period=both.year // years,
        shift=shift,
        large_shift=(shift >= shift.quantile(0.9)).astype(float),
        lagged_share_pct=both.share_pct_before,
    )


@cache
def shifts_of_pairs(years: int) -> pd.DataFrame:
    """``shifts`` of all pairs; pairs and states are numbers, which are fitted faster than names."""
    rows = shifts(politics_and_trade(), years=years)
    states = pd.factorize(pd.concat([rows.state_a, rows.state_b]))[0].reshape(2, -1)
    return rows.assign(pair=pd.factorize(rows.pair)[0], state_a=states[0], state_b=states[1])


def chosen_shifts(
    *,
    years: int = 1,
    least_share_pct: float = 0.0,
    most_share_pct: float = np.inf,
    since: int = 0,
    without: tuple[int, ...] = (),
) -> pd.DataFrame:
    """Rows of ``shifts_of_pairs`` within limits, ``without`` a time from a first to a last year."""
    rows = shifts_of_pairs(years)
    ends = rows.period * years
    kept = rows[SHARE].between(least_share_pct, most_share_pct) & (ends >= since)
    if without:
        first, last = without
        kept &= ~ends.between(first, last)
    return rows[kept]


@cache
def inertia(
    *,
    p_value: float,
    outcome: str = "shift",
    scale: str = "linear",
    leads: int = 0,
    **chosen: Any,
) -> PanelFit | NotApplicable:
    """Change in UN distance ('shift', or 'large_shift') on the trade share before, in one of
    ``SCALES``, with pair and period effects and errors that pairs with a state in common may share;
    intervals leave out what differs at ``p_value``. ``leads`` is how many later shares are added as
    a placebo, ``chosen`` as in ``chosen_shifts``.
    """
    rows = chosen_shifts(**chosen)
    scaled = rows.assign(**{SHARE: SCALES[scale](rows[SHARE])})
    return fit_panel(scaled, outcome=outcome, regressors=[SHARE], leads=leads, level=1 - p_value)


def association(
    *,
    p_value: float,
    outcome: str = "shift",
    scale: str = "linear",
    leads: int = 0,
    **chosen: Any,
) -> Figures:
    """What goes with a trade share ten points larger, from 1 to 11 %: estimate, low and high, the
    same in percent of the mean outcome (size_pct, low_pct, high_pct), p, changes and states fitted.
    """
    options: dict[str, Any] = {"outcome": outcome, "scale": scale, "leads": leads, **chosen}
    fit = applicable(inertia(p_value=p_value, **options))
    row, mean = fit.tidy().iloc[0], chosen_shifts(**chosen)[outcome].mean()
    step = SCALES[scale](11.0) - SCALES[scale](1.0)
    sizes = step * row[["estimate", "ci_low", "ci_high"]].set_axis(["estimate", "low", "high"])
    return {
        **sizes,
        **(100 * sizes / mean).rename({"estimate": "size"}).add_suffix("_pct"),
        "p": float(row.p_value),
        "changes": fit.n_obs,
        "states": fit.n_states,
    }


def steadying(
    *,
    p_value: float,
    later_years: int,
    span: int = 1,
    outcome: str = "shift",
    least_share_pct: float = 0.0,
    most_share_pct: float = np.inf,
    scale: str = "linear",
    since: int = 0,
    without: Sequence[int] = (),
    with_later: bool = False,
) -> Figures:
    """Figures of C40: the ``association``, beside later trade or not, and a test of later trade."""
    options: dict[str, Any] = {
        "p_value": p_value,
        "outcome": outcome,
        "scale": scale,
        "years": span,
        "least_share_pct": least_share_pct,
        "most_share_pct": most_share_pct,
        "since": since,
        "without": tuple(without),
    }
    found = association(leads=later_years if with_later else 0, **options)

    def later_p() -> float:
        return applicable(applicable(inertia(leads=later_years, **options)).placebo())

    return {
        **found,
        "steadied_pct": -found["size_pct"],
        "most_steadied_pct": -found["low_pct"],
        "later_p": later_p,
        "coverage_pct": 100 * (1 - p_value),
        "above_whole": int((shifts_of_pairs(1)[SHARE] > 100).sum()),
    }


def estimates(*, p_value: float) -> pd.DataFrame:
    """The ``association`` in each of ``CHOICES``, its sizes in percent of the mean."""
    rows = [
        {"reading": reading, **association(p_value=p_value, **options)}
        for reading, options in CHOICES.items()
    ]
    table = pd.DataFrame(rows)[["reading", "size_pct", "low_pct", "high_pct", "p"]]
    return table.set_axis(["reading", "estimate", "low", "high", "p"], axis=1)


def extent(*, years: int) -> Figures:
    """How many pairs and years there are, and how large the shifts over so many years."""
    dyads, shift = politics_and_trade(), shifts_of_pairs(years)["shift"]
    return {
        "pair_years": len(dyads),
        "pairs": dyads.pair.nunique(),
        **dyads.year.agg(first="min", last="max"),
        "years": years,
        "mean": shift.mean(),
        "tenth": shift.quantile(0.9),
    }


def mean_shifts(*, years: int) -> pd.DataFrame:
    """Mean shift and number of pairs_years by the size of the trade share before (words)."""
    rows = shifts_of_pairs(years)
    shares = pd.cut(rows[SHARE], BINS, include_lowest=True, labels=SIZES).rename("share")
    by_share = rows.groupby(shares, observed=True)["shift"]
    return by_share.agg(shift="mean", pairs_years="size").reset_index().astype({"share": str})


@where_known
def within_pairs(*, years: int, p_value: float) -> Figures:
    """The model that compares each pair with itself, and the same with later trade beside it."""
    plain, later = (
        applicable(inertia(years=years, p_value=p_value, leads=leads)) for leads in (0, LEADS)
    )
    return {
        "spec": plain.spec,
        "coefficients": plain.tidy().replace({"term": TERMS}),
        "with_later": later.tidy().replace({"term": TERMS}),
        "later_p": applicable(later.placebo()),
    }


@where_known
def pair_by_year(home: str, partner: str) -> pd.DataFrame:
    """Trade share and UN distance of one pair, indexed by year: share_pct, distance."""
    first, second = sorted((iso3(home), iso3(partner)))
    dyads = politics_and_trade()
    pair = dyads[dyads.pair == f"{first}-{second}"].set_index("year")
    if pair.empty:
        raise CoverageError(f"{names(first, second)} have no year with both trade and votes")
    return pair[["share_pct", "distance"]]
