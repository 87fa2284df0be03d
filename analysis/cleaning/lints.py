"""Lints: each finds a kind of error that a publisher has really made. A find must be declared, or the build stops."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import offenders
from analysis.cleaning.corrections import declared
from analysis.errors import RawDataError

JUMP_FACTOR = 3.0
JUMP_FLOOR_USD_MN = 1000.0
SUM_TOLERANCE_USD_BN = 0.11
"""Flows rounded to 0.1 each can miss their total by 0.1."""
GROWTH_TOLERANCE_POINTS = 0.3
"""Base-year revisions move announced growth by this much."""


def jumps(frame: pd.DataFrame, *, by: list[str], value: str = "value_usd_mn") -> pd.DataFrame:
    """Values above the floor that more than tripled in a year, or vanished after standing above it.

    Parameters
    ----------
    frame : DataFrame with the ``by`` columns, year (int) and ``value`` (USD million).

    Returns
    -------
    DataFrame of the offending rows: the ``by`` columns, year, before, after (USD million, missing when gone).
    """
    wide = frame.pivot_table(index=by, columns="year", values=value, aggfunc="sum", min_count=1)
    before, after = wide.shift(1, axis=1).stack(), wide.stack(future_stack=True)
    both = pd.DataFrame({"before": before, "after": after}).reset_index()
    rose = (both.after > JUMP_FLOOR_USD_MN) & (both.after > JUMP_FACTOR * both.before)
    gone = (both.before > JUMP_FLOOR_USD_MN) & (both.after.isna() | (both.after == 0))
    return both[rose | gone].sort_values([*by, "year"]).reset_index(drop=True)


def broken_sums(wide: pd.DataFrame) -> pd.DataFrame:
    """Rows where exports plus imports miss the published total by more than rounding.

    Parameters
    ----------
    wide : DataFrame with columns total, exports, imports (USD billion); a row with a gap is passed over.
    """
    return wide[(wide.exports + wide.imports - wide.total).abs() > SUM_TOLERANCE_USD_BN]


def growth_mismatches(
    levels: pd.Series, published_pct: pd.Series, *, tolerance: float = GROWTH_TOLERANCE_POINTS
) -> pd.Series:
    """Years whose published growth (percent) differs from growth of the levels by more than the tolerance.

    A difference may be a revised base, a growth rate in another currency, or a figure of another flow.
    Returns the differences in percentage points, indexed by year.
    """
    implied = levels.sort_index().pct_change(fill_method=None) * 100
    difference = (implied - published_pct).dropna()
    return difference[difference.abs() > tolerance]


def swapped_directions(wide: pd.DataFrame, reference: pd.DataFrame, *, closeness: float = 0.05) -> pd.DataFrame:
    """Rows whose exports fit the reference's imports and the other way round, better than as printed.

    Parameters
    ----------
    wide, reference : DataFrame with columns exports, imports on the same index and unit.
    closeness : float
        Largest relative distance at which the exchanged reading counts as a fit.
    """
    both = wide.join(reference, rsuffix="_ref", how="inner")
    as_printed = (both.exports / both.exports_ref - 1).abs() + (both.imports / both.imports_ref - 1).abs()
    exchanged = (both.exports / both.imports_ref - 1).abs() + (both.imports / both.exports_ref - 1).abs()
    return wide.loc[both.index[(exchanged < 2 * closeness) & (exchanged < as_printed)]]


def require_declared(finds: pd.DataFrame, *, table: str, lint: str, keys: list[str]) -> None:
    """Raise a RawDataError unless every find is declared in data/corrections/exceptions.csv with a reason.

    A declared exception that the lint no longer finds is an error too, so that the list never outlives its cause.
    """
    listed = declared(table, file="exceptions.csv")
    listed_keys = set(listed.loc[listed.lint == lint, "key"])
    found_keys = finds[keys].astype(str).apply(lambda row: "; ".join(f"{k}={row[k]}" for k in keys), axis=1)
    undeclared = finds[~found_keys.isin(listed_keys)] if len(finds) else finds
    stale = sorted(listed_keys - set(found_keys)) if len(finds) else sorted(listed_keys)
    if len(undeclared) or stale:
        parts = []
        if len(undeclared):
            parts.append(f"not declared: {offenders(undeclared, list(finds.columns))}")
        if stale:
            parts.append(f"declared but no longer found: {'; '.join(stale)}")
        raise RawDataError(
            f"lint '{lint}' on table '{table}': {' | '.join(parts)}",
            do="set the value missing in data/corrections/corrections.csv or give a reason in exceptions.csv",
        )
