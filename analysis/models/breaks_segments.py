"""The arithmetic under break models: the sample, squared errors of every segment, and the best
partitions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, ParameterError

COLLINEAR = 1e-10
"""Smallest ratio of singular values, columns scaled to one length, that leaves half the digits of a
double."""
EXACT_FIT = 1e-20
"""Share of the squares of the series below which squared errors are rounding and not noise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreakSample:
    """A checked series with its regressors.

    Attributes
    ----------
    years : array of int, shape (n_obs,), increasing
    outcome : array, shape (n_obs,)
    design : array, shape (n_obs, q)
    terms : tuple of str, length q
    deterministic : bool
        The regressors are functions of time (a mean, a trend), so they are known next to a break.
    splices : tuple of int
        Years in which another source begins.
    """

    years: np.ndarray
    outcome: np.ndarray
    design: np.ndarray
    terms: tuple[str, ...]
    deterministic: bool
    splices: tuple[int, ...]

    @property
    def is_fitted_exactly(self) -> bool:
        """Whether the regressors leave nothing to explain, as with a constant series and a mean."""
        basis = np.linalg.qr(self.design)[0]
        errors = self.outcome - basis @ (basis.T @ self.outcome)
        return bool(
            errors @ errors <= EXACT_FIT * max(self.outcome @ self.outcome, np.finfo(float).tiny)
        )


def break_sample(
    series: pd.Series, *, regressors: str | pd.DataFrame = "mean", splices: Collection[int] = ()
) -> BreakSample:
    """Check a series by year and build its regressors.

    Parameters
    ----------
    series : Series of float indexed by year
        Consecutive years, except that a year in ``splices`` may be absent.
    regressors : {"mean", "trend"} or DataFrame
        A constant; a constant and a line in years from the first; or a table with the years of
        ``series``, used as it stands (add a column of ones for a constant).
    splices : collection of int

    Raises
    ------
    ModelInputError
        If years repeat or are missing, a value is not finite, or regressors are collinear. All
        offenders are listed.
    """
    ordered = _checked_years(series, splices).astype(float)
    years = ordered.index.to_numpy()
    if isinstance(regressors, pd.DataFrame):
        absent = sorted(set(years.tolist()) - set(regressors.index))
        if absent:
            raise ModelInputError(
                f"the regressors lack the years {absent}", allowed="every year of the series"
            )
        table = regressors.loc[years].astype(float)
    elif regressors in ("mean", "trend"):
        columns = (
            {"mean": np.ones(len(years)), "trend": years - years[0]}
            if regressors == "trend"
            else {"mean": 1.0}
        )
        table = pd.DataFrame(columns, index=years, dtype=float)
    else:
        raise ParameterError(
            f"regressors={regressors!r} is unknown", allowed="'mean', 'trend' or a DataFrame"
        )
    bad = [
        f"{name} in {year}"
        for name, column in table.items()
        for year in years[~np.isfinite(column)]
    ]
    bad += [f"the series in {year}" for year in years[~np.isfinite(ordered)]]
    if bad:
        raise ModelInputError(
            f"these values are missing or infinite: {', '.join(bad)}",
            allowed="finite numbers",
            do=(
                "choose years in which all are known; filling them in would make up evidence about"
                " breaks"
            ),
        )
    return BreakSample(
        years=years,
        outcome=ordered.to_numpy(),
        design=table.to_numpy(),
        terms=tuple(map(str, table.columns)),
        deterministic=not isinstance(regressors, pd.DataFrame),
        splices=tuple(sorted(splices)),
    )


def shortest_regime(n_obs: int, trimming: float) -> int:
    """Observations that a regime must have: ``floor(trimming * n_obs)``."""
    if not 0 < trimming < 0.5:
        raise ParameterError(
            f"trimming={trimming!r} is out of range", allowed="a fraction above 0 and below 0.5"
        )
    return int(trimming * n_obs + 1e-9)  # 0.15 * 100 must not fall to 14


def segment_ssr(outcome: np.ndarray, design: np.ndarray, shortest: int) -> np.ndarray:
    """Sum of squared least-squares errors of every segment at least ``shortest`` long.

    The recursive residuals of Brown, Durbin and Evans (1975), updated for all starting points at
    once: one step adds one observation to every segment. Cost n^2 q^2 with n steps in Python.

    Parameters
    ----------
    outcome : array, shape (n,)
    design : array, shape (n, q), with q < shortest

    Returns
    -------
    array, shape (n, n)
        Element (last, first) belongs to the observations first..last, both included; infinite where
        too short.

    Raises
    ------
    ModelInputError
        If the regressors are collinear in the whole sample or in a shortest segment.
    """
    n = len(outcome)
    basis = orthonormal(design) * np.sqrt(n)
    errors = outcome - basis @ (basis.T @ outcome) / n
    windows = np.lib.stride_tricks.sliding_window_view(basis, shortest, axis=0).swapaxes(1, 2)
    q_factor, r_factor = np.linalg.qr(windows)
    pivots = np.abs(np.diagonal(r_factor, axis1=1, axis2=2))
    if pivots.min() <= COLLINEAR * pivots.max():
        first = int(pivots.min(axis=1).argmin())
        raise ModelInputError(
            f"the regressors are collinear in observations {first + 1} to {first + shortest}",
            allowed="regressors that vary within every stretch as long as the shortest regime",
            do="widen the trimming or drop a regressor",
        )
    targets = np.lib.stride_tricks.sliding_window_view(errors, shortest)[..., None]
    projected = q_factor.swapaxes(1, 2) @ targets
    beta = np.linalg.solve(r_factor, projected)[..., 0]
    inverse_root = np.linalg.inv(r_factor)
    inverse = inverse_root @ inverse_root.swapaxes(1, 2)
    running = ((targets - q_factor @ projected) ** 2).sum(axis=(1, 2))
    table = np.full((n, n), np.inf)
    flat = table.reshape(-1)
    flat[(shortest - 1) * n :: n + 1] = running
    for length in range(shortest, n):
        left = n - length
        x, beta, inverse, running = basis[length:], beta[:left], inverse[:left], running[:left]
        direction = np.einsum("ijk,ik->ij", inverse, x)
        spread = 1 + np.einsum("ij,ij->i", x, direction)
        surprise = errors[length:] - np.einsum("ij,ij->i", x, beta)
        gain = direction / spread[:, None]
        running = running + surprise**2 / spread
        beta = beta + gain * surprise[:, None]
        inverse = inverse - gain[:, :, None] * direction[:, None, :]
        flat[length * n :: n + 1] = running
    return table


def best_partitions(ssr: np.ndarray, max_breaks: int) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Least sum of squared errors with 0, 1, ..., ``max_breaks`` breaks (Bai and Perron 2003,
    section 3).

    Parameters
    ----------
    ssr : array, shape (n, n), from ``segment_ssr``
    max_breaks : int

    Returns
    -------
    array, shape (max_breaks + 1,), infinite where the breaks do not fit into the sample
    list of tuple of int
        For each number of breaks, the last observation (from 0) of every regime but the last.
    """
    n = len(ssr)
    cost = np.full((max_breaks + 1, n), np.inf)
    cost[0] = ssr[:, 0]
    previous = np.zeros((max_breaks + 1, n), dtype=int)
    for last in range(1, n):
        candidates = cost[:-1, :last] + ssr[last, 1 : last + 1]
        best = candidates.argmin(axis=1)
        previous[1:, last] = best
        cost[1:, last] = candidates[np.arange(max_breaks), best]
    partitions = []
    for breaks in range(max_breaks + 1):
        ends: list[int] = []
        last = n - 1
        for level in range(breaks, 0, -1):
            last = int(previous[level, last])
            ends.append(last)
        partitions.append(tuple(reversed(ends)))
    return cost[:, -1], partitions


def orthonormal(design: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the columns, shape (n, q); ModelInputError if they are collinear."""
    scaled = design / np.maximum(np.linalg.norm(design, axis=0), np.finfo(float).tiny)
    singular = np.linalg.svd(scaled, compute_uv=False)
    if singular[-1] <= COLLINEAR * singular[0]:
        raise ModelInputError(
            f"the {design.shape[1]} regressors are collinear: a column is zero or a sum of others",
            allowed="linearly independent columns",
            do="drop one",
        )
    return np.linalg.qr(scaled)[0]


def long_run_variance(scores: np.ndarray, lags: int) -> np.ndarray:
    """Bartlett-weighted sum of autocovariances (Newey and West 1987), not divided by the number of
    observations.

    Parameters
    ----------
    scores : array, shape (..., n, q)
    lags : int

    Returns
    -------
    array, shape (..., q, q)
    """
    total = scores.swapaxes(-1, -2) @ scores
    for lag in range(1, min(lags, scores.shape[-2] - 1) + 1):
        cross = scores[..., lag:, :].swapaxes(-1, -2) @ scores[..., :-lag, :]
        total = total + (1 - lag / (lags + 1)) * (cross + cross.swapaxes(-1, -2))
    return total


def _checked_years(series: pd.Series, splices: Collection[int]) -> pd.Series:
    """The series sorted by year, or an error that lists repeats and gaps."""
    if (
        not pd.api.types.is_integer_dtype(series.index)
        or not series.index.is_unique
        or series.empty
    ):
        raise ModelInputError(
            f"the series has {len(series)} values indexed by {series.index.dtype}",
            allowed="at least one value and unique integer years",
            do="set the year as index and keep one value a year",
        )
    ordered = series.sort_index()
    years = ordered.index
    absent = sorted(
        set(range(int(years[0]), int(years[-1]) + 1)) - set(years.tolist()) - set(splices)
    )
    if absent:
        raise ModelInputError(
            f"the series lacks the years {absent}",
            allowed="consecutive years (a year named in splices may be absent)",
            do="choose a span without the gap",
        )
    return ordered
