"""Evidence of notebook 09 on votes: do pairs that trade more shift less?"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

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
SHIFT = "shift"
LARGE = "large_shift"
COVERAGE = 0.9
"""Of the intervals."""
TEN_POINTS = 10
"""Effects are told for a trade share that is so many points larger."""
LINEAR = "linear"
SCALES: Mapping[str, Callable[[Any], Any]] = {
    LINEAR: lambda share: share,
    "log": np.log1p,
    "root": np.sqrt,
}
"""What is made of a trade share in percent before it is fitted."""
WHOLE = 100
"""A share above it, in percent, says that the pair's trade and a state's total do not fit."""
LEADS = 2
"""Years of later trade that should be unrelated to this year's votes."""
BINS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Limits of trade shares, percent: few pairs have large ones."""


def shifts(dyads: pd.DataFrame, *, years: int) -> pd.DataFrame:
    """How far each pair of ``politics_and_trade`` moved in the UN over spans of so many years,
    which do not overlap, beside its trade share before.

    Returns
    -------
    DataFrame with pair, state_a, state_b, period (int, spans from the first), shift (absolute
    change of distance, in units of the ideal-point scale), large_shift (1.0 where among the largest
    tenth, else 0.0), lagged_share_pct.
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


LIMITS = ("years", "least_share_pct", "most_share_pct", "since", "without")
"""Options of ``inertia`` that choose rows."""


def chosen_shifts(
    *,
    years: int = 1,
    least_share_pct: float = 0.0,
    most_share_pct: float = np.inf,
    since: int = 0,
    without: tuple[int, ...] = (),
) -> pd.DataFrame:
    """Rows of ``shifts_of_pairs`` within limits of the share and of years, see ``inertia``."""
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
    years: int = 1,
    outcome: str = SHIFT,
    leads: int = 0,
    least_share_pct: float = 0.0,
    most_share_pct: float = np.inf,
    scale: str = LINEAR,
    since: int = 0,
    without: tuple[int, ...] = (),
) -> PanelFit | NotApplicable:
    """Change in UN distance on the trade share before, with pair and period effects; errors are
    those that pairs with a state in common may share.

    Parameters
    ----------
    years : int
        Span of a change.
    outcome : {'shift', 'large_shift'}
    leads : int
        Later trade shares to add as placebo.
    least_share_pct, most_share_pct : float
        Leave out pairs and years with a smaller share, and with a larger one.
    scale : {'linear', 'log', 'root'}
        The share as it is, the logarithm of one more than it, or its square root.
    since : int
        First year that counts.
    without : tuple of int
        First and last year of a time to leave out; empty for none.
    """
    rows = chosen_shifts(
        years=years,
        least_share_pct=least_share_pct,
        most_share_pct=most_share_pct,
        since=since,
        without=without,
    )
    return fit_panel(
        rows.assign(**{SHARE: SCALES[scale](rows[SHARE])}),
        outcome=outcome,
        regressors=[SHARE],
        leads=leads,
        level=COVERAGE,
    )


class Association(NamedTuple):
    """Change of the outcome for a trade share ten points larger, its interval, and the p-value."""

    estimate: float
    low: float
    high: float
    p: float


def associated(**options: Any) -> Association:
    """The association in one specification of ``inertia``; where the scale bends, between shares of
    1 and 11 %.
    """
    row = applicable(inertia(**options)).tidy().iloc[0]
    scale = SCALES[options.get("scale", LINEAR)]
    step = scale(1.0 + TEN_POINTS) - scale(1.0)
    estimate, low, high = (float(step * end) for end in (row.estimate, row.ci_low, row.ci_high))
    return Association(estimate, low, high, float(row.p_value))


def mean_outcome(*, outcome: str = SHIFT, **options: Any) -> float:
    """Mean of the outcome over the rows that a specification of ``inertia`` is fitted to."""
    limits = {name: options[name] for name in LIMITS if name in options}
    return float(chosen_shifts(**limits)[outcome].mean())


def associated_pct(**options: Any) -> Association:
    """``associated`` with its sizes in percent of the mean outcome."""
    association, mean = associated(**options), mean_outcome(**options)
    *sizes, p = association
    estimate, low, high = (100 * size / mean for size in sizes)
    return Association(estimate, low, high, p)


def later_trade(**options: Any) -> float:
    """P-value of the joint test that later trade is unrelated to what came before it."""
    return applicable(applicable(inertia(**options)).placebo())


def steadying(
    *,
    later_years: int,
    span: int = 1,
    outcome: str = SHIFT,
    least_share_pct: float = 0.0,
    most_share_pct: float = np.inf,
    scale: str = LINEAR,
    since: int = 0,
    without: Sequence[int] = (),
    with_later: bool = False,
) -> Figures:
    """Figures of C40: what goes with a trade share ten points larger in a specification of
    ``inertia``, with the trade of later years beside it or not, and whether that goes with it too.

    A change is one over a span of years. Sizes are told as the estimate is, and in percent of the
    mean outcome; what is steadied is a fall of it.
    """
    options: dict[str, Any] = {
        "years": span,
        "outcome": outcome,
        "least_share_pct": least_share_pct,
        "most_share_pct": most_share_pct,
        "scale": scale,
        "since": since,
        "without": tuple(without),
    }
    leads = later_years if with_later else 0
    fit = applicable(inertia(**options, leads=leads))
    sizes = associated_pct(**options, leads=leads)
    return {
        **associated(**options, leads=leads)._asdict(),
        "size_pct": sizes.estimate,
        "low_pct": sizes.low,
        "high_pct": sizes.high,
        "steadied_pct": -sizes.estimate,
        "most_steadied_pct": -sizes.low,
        "later_p": lambda: later_trade(**options, leads=later_years),
        "coverage_pct": 100 * COVERAGE,
        "changes": fit.n_obs,
        "states": fit.n_states,
        "above_whole": int((shifts_of_pairs(1)[SHARE] > WHOLE).sum()),
    }


CHOICES: Mapping[str, Mapping[str, Any]] = {
    "yearly change": {},
    "with next two years' shares": {"leads": LEADS},
    "change over five years": {"years": 5},
    "largest tenth of changes": {"outcome": LARGE},
    "logarithm of the share": {"scale": "log"},
    "square root of the share": {"scale": "root"},
    "from 1992": {"since": 1992},
    "shares of 1 % or more": {"least_share_pct": 1.0},
}
"""Specifications that the picture sets side by side; the first is the plain one."""


@where_known
def estimates() -> pd.DataFrame:
    """``associated_pct`` in each of ``CHOICES``."""
    rows = [(reading, *associated_pct(**options)) for reading, options in CHOICES.items()]
    return pd.DataFrame(rows, columns=["reading", *Association._fields])


@where_known
def extent(*, years: int) -> Figures:
    """How many pairs and years there are, and how large the shifts over so many years."""
    dyads, moved = politics_and_trade(), shifts_of_pairs(years)
    return {
        "pair_years": len(dyads),
        "pairs": dyads.pair.nunique(),
        "first": int(dyads.year.min()),
        "last": int(dyads.year.max()),
        "years": years,
        "mean": moved[SHIFT].mean(),
        "tenth": moved[SHIFT].quantile(0.9),
    }


@where_known
def mean_shifts(*, years: int) -> pd.DataFrame:
    """Average shift of all pairs by the size of their trade, see ``shifts_by_share``."""
    return shifts_by_share(shifts_of_pairs(years))


def shifts_by_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Average change in UN distance by the size of the trade share before it: share (words), shift
    (mean), pairs_years (count), from the smallest share to the largest.
    """
    words = ["under 0.1", "0.1-0.3", "0.3-1", "1-3", "3-10", "10 or more"]
    shares = pd.cut(rows[SHARE], BINS, include_lowest=True, labels=words).rename("share")
    by_share = rows.groupby(shares, observed=True)[SHIFT]
    return by_share.agg(shift="mean", pairs_years="size").reset_index().astype({"share": str})


@where_known
def within_pairs(*, years: int) -> Figures:
    """The model that compares each pair with itself, and the same with later trade beside it."""
    plain, later = (applicable(inertia(years=years, leads=leads)) for leads in (0, LEADS))
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
