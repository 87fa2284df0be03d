"""What a change is made of: parts of a total, scale against share, price against volume.

Each decomposition is an identity: its terms add up to the change being explained, whatever caused
it. A share that rises because the total falls counts as reallocation here, so none of these proves
why something happened.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.measures.growth import at_years

INDEX_FORMULAS = ("laspeyres", "paasche", "fisher", "tornqvist")

SAME_TOTAL = 1e-12
"""Totals that differ by less, relatively, are the same: sums of doubles in another order differ by
about that."""


def contributions(
    levels: pd.DataFrame, *, first: int, last: int, by: str | Mapping | None = None
) -> pd.DataFrame | NotApplicable:
    """Contribution of each part to the growth of the total between two years.

    With parts x and total X, the contribution of a part is ``(x[last] - x[first]) / X[first]``;
    contributions add up to the growth of X.

    Parameters
    ----------
    levels : DataFrame indexed by year, one column per part, shape (n_years, n_parts)
        One unit throughout. Columns may have levels, for instance ('flow', 'partner'). Zero is
        allowed.
    first, last : int
    by : str or mapping, optional
        Add parts up first: the name of a column level, or a mapping from each column to its group.

    Returns
    -------
    DataFrame indexed by part (or group), shape (n_parts, 5), or NotApplicable
        ``level_first``, ``level_last`` and ``change`` in the unit given; ``contribution_pct`` in
        percentage points of the total's growth; ``share_of_change_pct``, which adds up to 100.
        NotApplicable where the total is zero at the start or does not change.

    Raises
    ------
    MissingYearError
        If either year is absent.
    ModelInputError
        If a value is negative, missing or infinite (listed), or a column has no group.
    """
    start, end = _ends(_grouped(levels, by), first, last)
    total, change = float(start.sum()), end - start
    if total == 0 or abs(change.sum()) <= SAME_TOTAL * total:
        return NotApplicable(
            f"the total is zero in {first} or the same in {first} and {last}, so nothing is to"
            " share"
        )
    return pd.DataFrame(
        {
            "level_first": start,
            "level_last": end,
            "change": change,
            "contribution_pct": 100 * change / total,
            "share_of_change_pct": 100 * change / change.sum(),
        }
    )


def yearly_contributions(levels: pd.DataFrame, *, by: str | Mapping | None = None) -> pd.DataFrame:
    """Contribution of each part to each year's growth of the total, in percentage points.

    Parameters
    ----------
    levels : DataFrame indexed by consecutive years, one column per part, shape (n_years, n_parts)
    by : str or mapping, optional
        As in ``contributions``.

    Returns
    -------
    DataFrame indexed by year, shape (n_years - 1, n_parts)
        Rows add up to the growth of the total, in per cent.
    """
    grouped = _checked(_grouped(levels, by).sort_index())
    at_years(
        grouped.iloc[:, 0],
        range(int(grouped.index[0]), int(grouped.index[-1]) + 1),
        what="the table",
    )
    total = grouped.sum(axis=1)
    if (total.iloc[:-1] == 0).any():
        raise ModelInputError(
            "the total is zero in"
            f" {[int(year) for year in total.index[:-1][total.iloc[:-1] == 0]]}",
            allowed="a positive total",
            do="start after those years",
        )
    return 100 * grouped.diff().iloc[1:].div(total.shift().iloc[1:], axis=0)


def scale_and_share(levels: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Split the change of each part into growth of the total and change of its share.

    Bennet (1920): with x = s X, the change of x is ``mean(s) * change(X) + mean(X) * change(s)``,
    exactly and without a residual. The share effects of all parts add up to zero.

    Parameters
    ----------
    levels : DataFrame indexed by year, one column per part, shape (n_years, n_parts)
        All parts of the total, in one unit.
    first, last : int

    Returns
    -------
    DataFrame indexed by part with ``change``, ``scale_effect``, ``share_effect``, in the unit given

    Notes
    -----
    The share effect of one partner is positive whenever others fall faster. It cannot by itself
    show that trade was moved from them.
    """
    start, end = _ends(levels, first, last)
    if not (start.any() and end.any()):
        raise ModelInputError(
            f"the total is zero in {first} or {last}", allowed="a positive total at both ends"
        )
    shares_first, shares_last = start / start.sum(), end / end.sum()
    scale = (shares_first + shares_last) / 2 * (end.sum() - start.sum())
    share = (start.sum() + end.sum()) / 2 * (shares_last - shares_first)
    return pd.DataFrame({"change": end - start, "scale_effect": scale, "share_effect": share})


def shift_share(
    levels: pd.DataFrame, reference: pd.DataFrame, *, first: int, last: int
) -> pd.DataFrame:
    """Split the change of each part into overall growth, the part's own growth elsewhere, and what
    remains.

    Shift-share (Dunn 1960), known in trade as constant market shares: with g the growth of the
    reference total and g_i that of part i in the reference, ``x * g + x * (g_i - g) + x * (own
    growth - g_i)``.

    Parameters
    ----------
    levels, reference : DataFrame indexed by year, the same columns, shape (n_years, n_parts)
        The economy studied and the one compared with, for instance one country's and the world's
        exports to each partner. Every part is positive in the reference in ``first``.
    first, last : int

    Returns
    -------
    DataFrame indexed by part with ``change``, ``overall_effect``, ``mix_effect``, ``own_effect``
        In the unit of ``levels``; the three effects add up to ``change``.
    """
    if set(levels.columns) != set(reference.columns):
        raise ModelInputError(
            "these parts are in one table only:"
            f" {sorted(map(str, set(levels.columns) ^ set(reference.columns)))}",
            allowed="the same parts in both tables",
        )
    start, end = _ends(levels, first, last)
    other_start, other_end = _ends(reference[levels.columns], first, last)
    zero = [str(part) for part, value in other_start.items() if value == 0]
    if zero:
        raise ModelInputError(
            f"the reference is zero in {first} for {zero}", do="group those parts"
        )
    overall = other_end.sum() / other_start.sum() - 1
    each = other_end / other_start - 1
    effects = {"overall_effect": start * overall, "mix_effect": start * (each - overall)}
    return pd.DataFrame(
        {"change": end - start, **effects, "own_effect": end - start - start * each}
    )


def price_index(
    prices: pd.DataFrame,
    quantities: pd.DataFrame,
    *,
    first: int,
    last: int,
    formula: str = "fisher",
) -> float:
    """Price of the goods in ``last`` relative to ``first``, 1 meaning unchanged.

    Laspeyres weights by the quantities of ``first`` and Paasche by those of ``last``; Fisher (1922)
    is their geometric mean; Törnqvist (1936) is the geometric mean of price ratios weighted by mean
    value shares. Formulas as in the ILO/IMF Consumer Price Index Manual (2004), chapter 15. The
    ratio of values is a Laspeyres price index times a Paasche quantity index, and a Fisher one
    times a Fisher one.

    Parameters
    ----------
    prices, quantities : DataFrame indexed by year, one column per good, the same columns
        Each good in its own unit, the same in both years. Prices positive; quantities zero or more,
        not all zero.
    first, last : int
    formula : {"laspeyres", "paasche", "fisher", "tornqvist"}

    Returns
    -------
    float

    Raises
    ------
    ModelInputError
        If a price is not positive, for instance because a good was not traded in one year: drop it
        or group it.
    """
    p0, p1, q0, q1 = _prices_and_quantities(prices, quantities, first, last)
    return _index_number(p0, p1, q0, q1, formula)


def quantity_index(
    prices: pd.DataFrame,
    quantities: pd.DataFrame,
    *,
    first: int,
    last: int,
    formula: str = "fisher",
) -> float:
    """Volume of the goods in ``last`` relative to ``first``, weighted by prices; the twin of
    ``price_index``.

    Parameters and errors are those of ``price_index``; a Törnqvist quantity index needs positive
    quantities.
    """
    p0, p1, q0, q1 = _prices_and_quantities(prices, quantities, first, last)
    if formula == "tornqvist" and (q0 * q1 == 0).any():
        offenders = list(prices.columns[q0 * q1 == 0])
        raise ModelInputError(
            f"a Törnqvist index has no logarithm of a zero quantity: {offenders}",
            allowed="positive quantities",
            do="drop or group those goods, or use formula='fisher'",
        )
    return _index_number(q0, q1, p0, p1, formula)


def _index_number(
    x0: np.ndarray, x1: np.ndarray, w0: np.ndarray, w1: np.ndarray, formula: str
) -> float:
    """Index of x weighted by w, each of shape (n_goods,)."""
    laspeyres, paasche = (x1 @ w0) / (x0 @ w0), (x1 @ w1) / (x0 @ w1)
    if formula == "laspeyres":
        return float(laspeyres)
    if formula == "paasche":
        return float(paasche)
    if formula == "fisher":
        return float(np.sqrt(laspeyres * paasche))
    if formula == "tornqvist":
        mean_share = (x0 * w0 / (x0 @ w0) + x1 * w1 / (x1 @ w1)) / 2
        return float(np.exp(mean_share @ np.log(x1 / x0)))
    raise ParameterError(f"index formula {formula!r} is unknown", allowed=", ".join(INDEX_FORMULAS))


def price_and_volume(
    prices: pd.DataFrame, quantities: pd.DataFrame, *, first: int, last: int
) -> pd.DataFrame:
    """Split the change in the value of each good into price and volume.

    Bennet (1920): the price effect is ``mean(q) * change(p)`` and the volume effect ``mean(p) *
    change(q)``. They add up exactly, good by good, and neither year is privileged.

    Parameters
    ----------
    prices, quantities, first, last
        As in ``price_index``; value is price times quantity.

    Returns
    -------
    DataFrame indexed by good with ``value_first``, ``value_last``, ``change``, ``price_effect``,
    ``volume_effect``
        In the unit of value.
    """
    p0, p1, q0, q1 = _prices_and_quantities(prices, quantities, first, last)
    values = {"value_first": p0 * q0, "value_last": p1 * q1, "change": p1 * q1 - p0 * q0}
    effects = {
        "price_effect": (q0 + q1) / 2 * (p1 - p0),
        "volume_effect": (p0 + p1) / 2 * (q1 - q0),
    }
    return pd.DataFrame({**values, **effects}, index=prices.columns)


def _prices_and_quantities(
    prices: pd.DataFrame, quantities: pd.DataFrame, first: int, last: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Prices and quantities in both years, goods in the order of ``prices``."""
    if set(prices.columns) != set(quantities.columns):
        offenders = sorted(map(str, set(prices.columns) ^ set(quantities.columns)))
        raise ModelInputError(
            f"these goods lack a price or a quantity: {offenders}", allowed="the same goods in both"
        )
    p0, p1 = (series.to_numpy() for series in _ends(prices, first, last))
    q0, q1 = (series.to_numpy() for series in _ends(quantities[prices.columns], first, last))
    goods = prices.columns
    unpriced = [
        f"{good} in {year}" for year, p in ((first, p0), (last, p1)) for good in goods[p == 0]
    ]
    if unpriced:
        raise ModelInputError(
            f"these prices are zero: {unpriced}", allowed="positive prices", do="drop those goods"
        )
    untraded = [year for year, q in ((first, q0), (last, q1)) if not q.any()]
    if untraded:
        raise ModelInputError(f"every quantity is zero in {untraded}", do="choose years with trade")
    return p0, p1, q0, q1


def _grouped(levels: pd.DataFrame, by: str | Mapping | None) -> pd.DataFrame:
    """Columns added up within the groups asked for."""
    if by is None:
        return levels
    if isinstance(by, str):
        if by not in levels.columns.names:
            raise ParameterError(
                f"no column level is called {by!r}", allowed=f"{list(levels.columns.names)}"
            )
        return levels.T.groupby(level=by, sort=False).sum(skipna=False).T
    ungrouped = [column for column in levels.columns if column not in by]
    if ungrouped:
        raise ModelInputError(
            f"these parts have no group: {ungrouped}", do="give each a group, for instance 'other'"
        )
    return (
        levels.T.groupby([by[column] for column in levels.columns], sort=False).sum(skipna=False).T
    )


def _ends(levels: pd.DataFrame, first: int, last: int) -> tuple[pd.Series, pd.Series]:
    """The two years' rows, checked."""
    if first >= last:
        raise ParameterError(
            f"the change from {first} to {last} covers no year", allowed="first < last"
        )
    at_years(levels.iloc[:, 0].fillna(0), [first, last], what="the table")
    table = _checked(levels.loc[[first, last]])
    return table.iloc[0], table.iloc[1]


def _checked(levels: pd.DataFrame) -> pd.DataFrame:
    """Float copy, or an error that lists every value that is negative, missing or infinite."""
    table = levels.astype(float)
    values = table.to_numpy()
    bad = np.argwhere(~(np.isfinite(values) & (values >= 0)))
    if len(bad) or not table.index.is_unique:
        parts, years = list(table.columns), list(table.index)
        raise ModelInputError(
            "values are out of range or years repeat: "
            + "; ".join(f"{parts[j]} in {years[i]}: {values[i, j]:g}" for i, j in bad),
            allowed="one row a year, finite numbers of zero or more",
            do="drop the part, or choose years in which all parts are known",
        )
    return table
