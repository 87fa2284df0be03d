"""Poisson models that hold nothing but group effects, solved by iterative proportional fitting.

The mean of row n is the product of a known base and one multiplier per margin,
``mu_n = base_n * f_1[c_1(n)] * ... * f_K[c_K(n)]``. Poisson maximum likelihood makes fitted and
actual values have equal sums in every group of every margin, so each multiplier has a closed form
given the others, and cycling over the margins solves it (Deming and Stephan 1940, Annals of
Mathematical Statistics 11(4); in econometrics the zig-zag of Guimaraes and Portugal 2010, Stata
Journal 10(4)).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

STILL = 1e-12
"""Largest change of a log multiplier in the last cycle: rounding."""


class MarginFit(NamedTuple):
    """Multipliers that reproduce every margin.

    Attributes
    ----------
    factors : list of arrays, one per margin, shape (n_groups_k,)
        Only their product is determined.
    fitted : array, shape (n_rows,)
        In the unit of ``y``.
    cycles : int
    mismatch : float
        Largest relative difference between a fitted and an actual group total.
    """

    factors: list[np.ndarray]
    fitted: np.ndarray
    cycles: int
    mismatch: float


def fit_margins(
    codes: Sequence[np.ndarray], y: np.ndarray, *, base: np.ndarray, max_cycles: int
) -> MarginFit:
    """Multipliers per group such that fitted and actual totals agree in every group of every
    margin.

    Parameters
    ----------
    codes : sequence of at least two arrays of int, shape (n_rows,)
        Group of each row in each margin, 0 to n_groups_k - 1, none empty.
    y : array, shape (n_rows,)
        Not negative; every group's total must be positive (see ``zero_or_single``).
    base : array, shape (n_rows,)
        Known positive factor of the mean.
    max_cycles : int
        The caller judges the ``mismatch`` that is left then.
    """
    totals = [np.bincount(code, y) for code in codes]
    factors = [np.ones(len(total)) for total in totals]
    fitted, cycles, change = base * 1.0, 0, np.inf
    while change > STILL and cycles < max_cycles:
        cycles, change = cycles + 1, 0.0
        for k, (code, total) in enumerate(zip(codes, totals, strict=True)):
            step = total / np.bincount(code, fitted)
            factors[k] = factors[k] * step
            fitted = fitted * step[code]
            change = max(change, float(np.abs(np.log(step)).max()))
    gaps = [np.bincount(c, fitted) / t - 1 for c, t in zip(codes, totals, strict=True)]
    mismatch = max(float(np.abs(gap).max()) for gap in gaps)
    return MarginFit(factors, fitted, cycles, mismatch)


def zero_or_single(
    codes: Sequence[np.ndarray], y: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows in a group that has nothing but zeros, and rows that are alone in a group, found until
    none is left.

    Neither tells anything about the rest: the first are fitted by zero, the second exactly.

    Parameters
    ----------
    codes : sequence of arrays of int, shape (n_rows,)
    y : array, shape (n_rows,)
    keep : array of bool, shape (n_rows,)
        Rows to consider.

    Returns
    -------
    zero, single : arrays of bool, shape (n_rows,)
    """
    keep, zero, single = keep.copy(), np.zeros(len(y), bool), np.zeros(len(y), bool)
    while True:
        before = int(keep.sum())
        for out, weight, least in ((zero, y > 0, 1), (single, np.ones(len(y)), 2)):
            for code in codes:
                few = keep & (np.bincount(code, weight * keep)[code] < least)
                out |= few
                keep &= ~few
        if int(keep.sum()) == before:
            return zero, single


def components(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Number of the connected set of each row, 0 for the set with most rows; sets share no group of
    any margin.
    """
    label = _labels(codes)[codes[0]]
    order = np.argsort(-np.bincount(label), kind="stable")
    return np.argsort(order)[label]


def separated(codes: Sequence[np.ndarray], y: np.ndarray) -> np.ndarray:
    """Zeros of a model with two margins whose fitted value the likelihood drives to zero.

    Positive rows tie the groups that they connect. A zero that leads from one such set of groups
    to another, with no chain of zeros leading back, can be made as small as one likes without
    touching a positive row, so no finite estimate exists (Correia, Guimaraes and Zylkin 2019,
    arXiv:1903.01633, for this case in the words of graphs).

    Parameters
    ----------
    codes : two arrays of int, shape (n_rows,)
    y : array, shape (n_rows,)

    Returns
    -------
    array of bool, shape (n_rows,)
    """
    sizes = [int(code.max()) + 1 for code in codes]
    sets = _labels([code[y > 0] for code in codes], sizes)
    start, end = sets[codes[0]], sets[codes[1] + sizes[0]]
    links = (np.ones(len(y)), (start, end))
    graph = sparse.coo_array(links, shape=(sets.max() + 1, sets.max() + 1))
    strong = connected_components(graph, directed=True, connection="strong")[1]
    return (y == 0) & (strong[start] != strong[end])


def _labels(codes: Sequence[np.ndarray], sizes: Sequence[int] = ()) -> np.ndarray:
    """Number of the connected set of every group, those of the first margin first."""
    sizes = sizes or [int(code.max()) + 1 for code in codes]
    offsets = np.cumsum([0, *sizes])
    others = [code + offset for code, offset in zip(codes[1:], offsets[1:-1], strict=True)]
    first = np.tile(codes[0], len(others))
    links = (np.ones(len(first), dtype=np.int8), (first, np.concatenate(others)))
    graph = sparse.coo_array(links, shape=(offsets[-1], offsets[-1]))
    return connected_components(graph, directed=False)[1]
