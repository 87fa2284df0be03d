"""Poisson models that hold nothing but group effects, solved by accelerated proportional fitting.

The mean of row n is the product of a known base and one multiplier per margin,
``mu_n = base_n * f_1[c_1(n)] * ... * f_K[c_K(n)]``. The first-order conditions of Poisson maximum
likelihood say that fitted and actual values have equal sums in every group of every margin, so each
multiplier has a closed form given the others. Cycling over the margins is iterative proportional
fitting (Deming and Stephan 1940, Annals of Mathematical Statistics 11(4)), which is also the
zig-zag of Guimaraes and Portugal (2010, Stata Journal 10(4)). Anderson (1965, Journal of the ACM
12(4)) acceleration on the logarithms turns thousands of cycles into tens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr
from scipy.special import gammaln, xlogy

MEMORY = 10  # earlier steps that Anderson acceleration combines; more made no difference on 0.9 million rows
ROUNDING = 1e-12  # relative rise of the objective that is rounding, not a bad step
VANISHING_SHARE = (
    1e-7  # of the smallest group total: leaving such a row out moves no other fitted value by more
)
NEWTON_STEPS = (
    60  # a separated row loses one log point a step, so that 20 are enough from any start seen
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginFit:
    """Multipliers that reproduce every margin.

    Attributes
    ----------
    factors : tuple of arrays, one per margin, shape (n_groups_k,)
        Multipliers; only their product is determined.
    fitted : array, shape (n_rows,)
        In the unit of ``y``.
    cycles : int
        Passes over all margins.
    newton_steps : int
        Steps of Newton's method after them; zero unless cycling was slow.
    mismatch : float
        Largest relative difference between a fitted and an actual group total.
    """

    factors: tuple[np.ndarray, ...]
    fitted: np.ndarray
    cycles: int
    newton_steps: int
    mismatch: float


class _Cycle:
    """One pass of proportional fitting as a map of the log multipliers of all margins but the
    first.
    """

    def __init__(self, codes: Sequence[np.ndarray], y: np.ndarray, base: np.ndarray) -> None:
        self.codes, self.base = codes, base
        self.totals = [np.bincount(code, y) for code in codes]
        self.cuts = np.cumsum([len(total) for total in self.totals[1:]])[:-1]
        self.scale = np.sqrt(
            np.concatenate(self.totals[1:]) / y.sum()
        )  # the metric of the information matrix

    def fitted(self, factors: Sequence[np.ndarray]) -> np.ndarray:
        fitted = self.base.copy()
        for factor, code in zip(factors, self.codes, strict=True):
            fitted *= factor[code]
        return fitted

    def mismatch(self, factors: Sequence[np.ndarray]) -> float:
        """Largest relative difference between a fitted and an actual group total."""
        fitted = self.fitted(factors)
        gaps = (
            np.bincount(c, fitted) / t - 1 for c, t in zip(self.codes, self.totals, strict=True)
        )
        return max(float(np.abs(gap).max()) for gap in gaps)

    def __call__(self, log_factors: np.ndarray) -> tuple[np.ndarray, float, list[np.ndarray]]:
        """Updated log multipliers, minus the log-likelihood up to a constant, and all
        multipliers.
        """
        factors = [np.empty(0), *np.split(np.exp(log_factors), self.cuts)]
        by_row = [np.empty(0), *(f[c] for f, c in zip(factors[1:], self.codes[1:], strict=True))]
        objective = 0.0
        for k, (code, total) in enumerate(zip(self.codes, self.totals, strict=True)):
            others = self.base
            for other in (row for j, row in enumerate(by_row) if j != k):
                others = others * other
            factors[k] = total / np.bincount(code, others)
            by_row[k] = factors[k][code]
            objective -= float(total @ np.log(factors[k]))
        return np.log(np.concatenate(factors[1:])), objective, factors


def fit_margins(
    codes: Sequence[np.ndarray],
    y: np.ndarray,
    *,
    base: np.ndarray | None = None,
    tolerance: float = 1e-10,
    max_cycles: int = 500,
) -> MarginFit:
    """Multipliers per group such that fitted and actual totals agree in every group of every
    margin.

    Parameters
    ----------
    codes : sequence of at least two arrays of int, shape (n_rows,)
        Group of each row in each margin, 0 to n_groups_k - 1, none empty.
    y : array, shape (n_rows,)
        Not negative; every group's total must be positive (see ``zero_or_single``).
    base : array, shape (n_rows,), optional
        Known positive factor of the mean; one where absent.
    tolerance : float
        Largest change of any log multiplier in one cycle at which the solver stops.
    max_cycles : int

    Returns
    -------
    MarginFit
        The caller judges its ``mismatch``. Where Newton steps were needed, first leave out the
        ``vanishing`` rows and fit again.

    Notes
    -----
    Anderson's mixing is safeguarded by the likelihood: a step that lowers it is replaced by the
    plain cycle, which cannot lower it, and the memory is emptied. Separated rows slow cycles to a
    crawl but lose a constant factor in each Newton step, so Newton finishes what cycling does not.
    """
    scale = y.mean()
    cycle = _Cycle(codes, y / scale, np.ones(len(y)) if base is None else base)
    factors, cycles, step = _accelerate(cycle, tolerance=tolerance, max_cycles=max_cycles)
    newton_steps, gain = 0, np.inf
    while step > tolerance and gain > 0 and newton_steps < NEWTON_STEPS:
        factors, gain = _newton_step(cycle, y / scale, factors)
        newton_steps += 1
    mismatch = cycle.mismatch(factors)
    factors[0] = factors[0] * scale
    return MarginFit(
        factors=tuple(factors),
        fitted=cycle.fitted(factors),
        cycles=cycles,
        newton_steps=newton_steps,
        mismatch=mismatch,
    )


def _accelerate(
    cycle: _Cycle, *, tolerance: float, max_cycles: int
) -> tuple[list[np.ndarray], int, float]:
    """Multipliers, cycles used and the last change of a log multiplier, by Anderson's mixing of
    cycles.
    """
    point = plain = np.zeros(len(cycle.scale))
    best, step, history = float(np.finfo(float).max), np.inf, _History(cycle.scale)
    cycles, factors = 0, cycle(point)[2]
    while step >= tolerance and cycles < max_cycles:
        cycles += 1
        with np.errstate(
            over="ignore", divide="ignore", invalid="ignore"
        ):  # a wild step is refused just below
            updated, objective, candidate = cycle(point)
        if not objective <= best + ROUNDING * (1 + abs(best)):
            point = plain
            history.clear()
            continue
        factors = candidate
        step, best, plain = float(np.abs(updated - point).max()), min(objective, best), updated
        point = history.mix(point, updated)
    return factors, cycles, step


def _newton_step(
    cycle: _Cycle, y: np.ndarray, factors: list[np.ndarray]
) -> tuple[list[np.ndarray], float]:
    """One step of iteratively reweighted least squares, halved until the likelihood rises, and the
    rise.
    """
    mu = cycle.fitted(factors)
    root = np.sqrt(mu)
    n_groups = [len(factor) for factor in factors]
    offsets = np.cumsum([0, *n_groups[:-1]])
    columns = np.stack(
        [code + offset for code, offset in zip(cycle.codes, offsets, strict=True)], axis=1
    ).ravel()
    pointers = np.arange(0, len(columns) + 1, len(n_groups))
    design = sparse.csr_array(
        (np.repeat(root, len(n_groups)), columns, pointers), shape=(len(y), sum(n_groups))
    )
    scale = 1 / np.sqrt(np.asarray(design.power(2).sum(axis=0)))
    residual = np.divide(y - mu, root, out=np.zeros_like(mu), where=root > 0)
    move = (
        lsmr(
            design @ sparse.diags_array(scale),
            residual,
            atol=1e-13,
            btol=1e-13,
            conlim=0,
            maxiter=2000,
        )[0]
        * scale
    )
    moves = np.split(move, offsets[1:])
    before = _log_likelihood(y, mu)
    for halving in range(20):
        moved = [factor * np.exp(m / 2**halving) for factor, m in zip(factors, moves, strict=True)]
        gain = _log_likelihood(y, cycle.fitted(moved)) - before
        if gain > ROUNDING * (1 + abs(before)):
            return moved, gain
    return factors, 0.0


def _log_likelihood(y: np.ndarray, mu: np.ndarray) -> float:
    return float((xlogy(y, mu) - mu).sum())


class _History:
    """The last steps, and the point that Anderson's least squares makes of them."""

    def __init__(self, scale: np.ndarray) -> None:
        self.scale = scale
        self.clear()

    def clear(self) -> None:
        self.points: list[np.ndarray] = []
        self.residuals: list[np.ndarray] = []
        self.last: tuple[np.ndarray, np.ndarray] | None = None

    def mix(self, point: np.ndarray, updated: np.ndarray) -> np.ndarray:
        residual = self.scale * (updated - point)
        if self.last is not None:
            self.points = [*self.points, updated - self.last[0]][-MEMORY:]
            self.residuals = [*self.residuals, residual - self.last[1]][-MEMORY:]
        self.last = (updated, residual)
        if not self.points:
            return updated
        changes = np.array(self.residuals)
        weights = np.linalg.lstsq(changes @ changes.T, changes @ residual, rcond=1e-14)[0]
        return updated - weights @ np.array(self.points)


def zero_or_single(
    codes: Sequence[np.ndarray], y: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows in a group that has nothing but zeros, and rows that are alone in a group, found until
    none is left.

    Parameters
    ----------
    codes : sequence of arrays of int, shape (n_rows,)
    y : array, shape (n_rows,)
    keep : array of bool, shape (n_rows,)
        Rows to consider.

    Returns
    -------
    zero, single : arrays of bool, shape (n_rows,)
        ``zero`` rows are fitted by zero exactly; ``single`` rows are fitted exactly whatever the
        others do. Neither tells anything about the rest, whose fit is the same with or without
        them.
    """
    keep, zero, single = keep.copy(), np.zeros(len(y), bool), np.zeros(len(y), bool)
    while True:
        before = int(keep.sum())
        for code in codes:
            totals = np.bincount(code, np.where(keep, y, 0.0))
            found = keep & (totals[code] == 0)
            zero |= found
            keep &= ~found
        for code in codes:
            counts = np.bincount(code[keep], minlength=int(code.max(initial=0)) + 1)
            found = keep & (counts[code] == 1)
            single |= found
            keep &= ~found
        if int(keep.sum()) == before:
            return zero, single


def components(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Number of the connected set of each row, 0 for the set with most rows; sets share no group of
    any margin.
    """
    offsets = np.cumsum([0, *(int(code.max(initial=-1)) + 1 for code in codes)])
    first = codes[0]
    rows = np.tile(first, len(codes) - 1)
    columns = np.concatenate(
        [code + offset for code, offset in zip(codes[1:], offsets[1:-1], strict=True)]
    )
    graph = sparse.coo_array(
        (np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(offsets[-1], offsets[-1])
    )
    label = connected_components(graph, directed=False)[1][first]
    order = np.argsort(-np.bincount(label), kind="stable")
    return np.argsort(order)[label]


def vanishing(codes: Sequence[np.ndarray], y: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Zero rows whose fitted value the likelihood drives to zero, so that no finite estimate exists
    (separation).

    Parameters
    ----------
    codes : sequence of arrays of int, shape (n_rows,)
    y, fitted : arrays, shape (n_rows,)
        Of a fit by ``fit_margins``.

    Returns
    -------
    array of bool, shape (n_rows,)
        True where the fitted value is below ``VANISHING_SHARE`` of the smallest group total that
        the row belongs to. Leaving such rows out changes no other fitted value by a larger share
        (Correia, Guimaraes and Zylkin 2021, arXiv:1903.01633: the remaining estimates are those of
        the model without the separated rows).
    """
    smallest = np.min([np.bincount(code, y)[code] for code in codes], axis=0)
    return (y == 0) & (fitted < VANISHING_SHARE * smallest)


def poisson_log_likelihood(y: np.ndarray, mu: np.ndarray) -> float:
    """Sum of ``y log(mu) - mu - log(y!)`` with the gamma function in place of the factorial."""
    return _log_likelihood(y, mu) - float(gammaln(y + 1).sum())


def poisson_deviance(y: np.ndarray, mu: np.ndarray) -> float:
    """Twice the log-likelihood that the fit falls short of a perfect one."""
    return float(
        2 * (xlogy(y, np.divide(y, mu, out=np.ones_like(mu), where=y > 0)) - (y - mu)).sum()
    )
