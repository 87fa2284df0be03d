"""What a change is made of, by identities that prove no cause: parts, scale and share, price.

Tables have years as index and parts, or goods, as columns; values are zero or more, in one unit
(each good in its own). MissingYearError for an absent year, ModelInputError for other values.
"""

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, NotApplicable
from analysis.measures.growth import at_years, years_apart
from analysis.measures.inputs import numbers, require_kind, require_years

SAME_TOTAL = 1e-12
"""Totals that differ by less, relatively, are the same but for the order of summing."""


def contributions(levels: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame | NotApplicable:
    """Contribution of each part x to the growth of the total X, ``(x[last] - x[first]) /
    X[first]``, by part: level_first, level_last and change in the unit given, contribution_pct in
    points of the total's growth, and share_of_change_pct, which adds up to 100. NotApplicable where
    the total is zero at the start or does not change.
    """
    start, end = _ends(levels, first, last)
    total, change = float(start.sum()), end - start
    if total == 0 or abs(change.sum()) <= SAME_TOTAL * total:
        return NotApplicable(
            f"the total is zero in {first} or the same in {first} and {last}, so nothing is to"
            " share"
        )
    columns = {
        "level_first": start,
        "level_last": end,
        "change": change,
        "contribution_pct": 100 * change / total,
        "share_of_change_pct": 100 * change / change.sum(),
    }
    return pd.DataFrame(columns)


def scale_and_share(levels: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Split the change of each part into growth of the total and change of its share, by part:
    change, scale_effect, share_effect. ModelInputError for a total of zero.

    Bennet (1920): with x = s X, the change of x is ``mean(s) * change(X) + mean(X) * change(s)``,
    exactly. Share effects add up to zero, and that of one partner is positive whenever others fall
    faster: it cannot by itself show that trade was moved from them.
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


def fisher_indices(
    prices: pd.DataFrame, quantities: pd.DataFrame, *, first: int, last: int
) -> tuple[float, float]:
    """Fisher's indices of prices and of quantities in ``last`` relative to ``first``, 1 meaning
    unchanged: geometric means of the indices weighted by either year (Laspeyres and Paasche), as in
    the ILO/IMF Consumer Price Index Manual (2004), chapter 15. Their product is the ratio of
    values. ModelInputError for a price of zero: drop the good or group it.
    """
    p0, p1, q0, q1 = _prices_and_quantities(prices, quantities, first, last)
    price = np.sqrt((p1 @ q0) / (p0 @ q0) * (p1 @ q1) / (p0 @ q1))
    quantity = np.sqrt((q1 @ p0) / (q0 @ p0) * (q1 @ p1) / (q0 @ p1))
    return float(price), float(quantity)


def price_and_volume(
    prices: pd.DataFrame, quantities: pd.DataFrame, *, first: int, last: int
) -> pd.DataFrame:
    """Split the change in the value (price times quantity) of each good: value_first, value_last,
    change, price_effect, volume_effect. Errors are those of ``fisher_indices``.

    Bennet (1920): the price effect is ``mean(q) * change(p)`` and the volume effect ``mean(p) *
    change(q)``. They add up exactly, good by good, and neither year is privileged.
    """
    p0, p1, q0, q1 = _prices_and_quantities(prices, quantities, first, last)
    columns = {
        "value_first": p0 * q0,
        "value_last": p1 * q1,
        "change": p1 * q1 - p0 * q0,
        "price_effect": (q0 + q1) / 2 * (p1 - p0),
        "volume_effect": (p0 + p1) / 2 * (q1 - q0),
    }
    return pd.DataFrame(columns, index=prices.columns)


def _prices_and_quantities(
    prices: pd.DataFrame, quantities: pd.DataFrame, first: int, last: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Prices in both years and quantities in both, goods in the order of ``prices``."""
    for table, what in ((prices, "prices"), (quantities, "quantities")):
        require_kind(table, pd.DataFrame, what=f"the table of {what}")
    goods = prices.columns
    if offenders := sorted(map(str, set(goods) ^ set(quantities.columns))):
        raise ModelInputError(
            f"these goods lack a price or a quantity: {offenders}", allowed="the same goods in both"
        )
    tables = (prices, quantities[goods])
    p0, p1, q0, q1 = (end.to_numpy() for table in tables for end in _ends(table, first, last))
    years = ((first, p0, q0), (last, p1, q1))
    if unpriced := [f"{good} in {year}" for year, p, _ in years for good in goods[p == 0]]:
        raise ModelInputError(
            f"these prices are zero: {unpriced}", allowed="positive prices", do="drop those goods"
        )
    if untraded := [year for year, _, q in years if not q.any()]:
        raise ModelInputError(f"every quantity is zero in {untraded}", do="choose years with trade")
    return p0, p1, q0, q1


def _ends(levels: pd.DataFrame, first: int, last: int) -> tuple[pd.Series, pd.Series]:
    """Rows of two years."""
    first, last = years_apart(first, last)
    require_kind(levels, pd.DataFrame, what="the table by year")
    require_years(levels.index, what="the index of the table")
    at_years(levels.index.to_series(), [first, last], what="the table")
    table = numbers(levels.loc[[first, last]], what="a value", sign="zero or more")
    return table.iloc[0], table.iloc[1]
