"""Which rows keep a Poisson regression from having finite estimates, and which regressors it cannot
tell apart.

Poisson estimates are finite unless some combination ``z`` of the regressors and effects is zero
wherever the value is positive, nowhere negative, and positive for some zeros: those zeros are
separated. The likelihood then rises for ever as ``-z`` is added to the log mean, so that their
fitted value tends to zero, and what is left is the model of all other rows (Correia, Guimaraes and
Zylkin 2019, "Verifying the existence of maximum likelihood estimates for generalized linear
models", arXiv:1903.01633, proposition 1 and 2). A fit that does not look reports a huge coefficient
with a small standard error instead; pyfixest 0.60 looks only where there are fixed effects, and by
default only at groups that are all zero.

Two tests that agree: a linear programme before the fit, exact but slow beyond some ten thousand
rows, and one step of Newton's method after it. At a maximum another step moves nothing. Where there
is none, the working residual ``(y - mu) / mu`` of a separated zero is -1 and no row with a positive
value holds it back: the log mean of the slowest separated rows falls by one in every step, that of
the others by more, and all other rows stand still.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyfixest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.linalg import lsmr

from analysis.errors import ConvergenceError

SAME_DIRECTION = (
    1e-6  # of a regressor's spread: what is left beyond the others by rounding is far below
)
PROGRAMME_ROWS = (
    10_000  # the linear programme takes about a second at this size with three sets of effects
)
FALLS = 0.5  # of the log mean in one step: separated rows fall by one or more, rows at a maximum by 1e-6 or less
DEMEANING = {
    "fixef_tol": 1e-9,
    "fixef_maxiter": 100_000,
}  # so that coefficients are good to 1e-6 and better


def effect_columns(
    codes: Sequence[np.ndarray], n_rows: int, sizes: Sequence[int] = ()
) -> sparse.csr_array:
    """One indicator column per group of every effect, or a column of ones where there is no
    effect.
    """
    codes = codes or [np.zeros(n_rows, dtype=np.int64)]
    offsets = np.cumsum([0, *(sizes or (int(code.max()) + 1 for code in codes))])
    columns = np.stack(
        [code + offset for code, offset in zip(codes, offsets[:-1], strict=True)], axis=1
    ).ravel()
    pointers = np.arange(0, len(columns) + 1, len(codes))
    return sparse.csr_array((np.ones(len(columns)), columns, pointers), shape=(n_rows, offsets[-1]))


def project_out(design: sparse.csr_array, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of the least-squares fit of a vector on the columns, and what it leaves."""
    norms = np.sqrt(np.asarray(design.power(2).sum(axis=0)))
    scaled = design @ sparse.diags_array(1 / np.where(norms > 0, norms, 1))
    solution = lsmr(scaled, vector, atol=1e-13, btol=1e-13, conlim=0, maxiter=10_000)[0]
    return solution / np.where(norms > 0, norms, 1), vector - scaled @ solution


def redundant(x: np.ndarray, codes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Regressors that the effects explain, and those that the effects and earlier regressors
    explain.

    Parameters
    ----------
    x : array, shape (n_rows, k)
    codes : sequence of arrays of int, shape (n_rows,)
        Group of each row in each effect; none for a model with a constant only.

    Returns
    -------
    absorbed, collinear : arrays of bool, shape (k,)
        No regressor is in both.
    """
    design = effect_columns(codes, len(x))
    spread = np.linalg.norm(x - x.mean(axis=0), axis=0) if len(x) else np.zeros(x.shape[1])
    absorbed, collinear = np.zeros(x.shape[1], bool), np.zeros(x.shape[1], bool)
    kept: list[np.ndarray] = []
    for k in range(x.shape[1]):
        constant = spread[k] <= SAME_DIRECTION**2 * np.linalg.norm(x[:, k])
        rest = np.zeros(len(x)) if constant else project_out(design, x[:, k] / spread[k])[1]
        absorbed[k] = np.linalg.norm(rest) < SAME_DIRECTION
        if kept and not absorbed[k]:
            others = np.column_stack(kept)
            beyond = rest - others @ np.linalg.lstsq(others, rest, rcond=None)[0]
            collinear[k] = np.linalg.norm(beyond) < SAME_DIRECTION
        if not (absorbed[k] or collinear[k]):
            kept.append(rest)
    return absorbed, collinear


def undetermined(known: sparse.csr_array, asked: sparse.csr_array) -> np.ndarray:
    """Rows of one design that are not combinations of the rows of another.

    A vector less its projection on the known rows is a change of the coefficients that leaves those
    rows as they are. Of a vector that is not special, it moves every asked row that any such change
    moves: exceptions have measure zero.

    Parameters
    ----------
    known, asked : sparse arrays with the same columns

    Returns
    -------
    array of bool, one per asked row
    """
    generic = np.sin(np.arange(1.0, known.shape[1] + 1) ** 2)
    change = generic - project_out(known, known @ generic)[0]
    return np.abs(asked @ change) > SAME_DIRECTION


def separated(y: np.ndarray, x: np.ndarray, codes: Sequence[np.ndarray]) -> np.ndarray:
    """Zeros without a finite fitted log mean, by a linear programme.

    Maximise the sum of ``u`` over the zeros, subject to ``z = 0`` where ``y > 0``, ``z >= u`` and
    ``0 <= u <= 1`` where ``y = 0``, for ``z`` any combination of the regressors and effects. Then
    ``u`` is one for a separated row and zero for any other.

    Parameters
    ----------
    y : array, shape (n_rows,)
        Zero or more.
    x : array, shape (n_rows, k)
        Regressors, each with some spread.
    codes : sequence of arrays of int, shape (n_rows,)
        Group of each row in each effect; none for a model with a constant only.

    Returns
    -------
    array of bool, shape (n_rows,)

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    zero, out = y == 0, np.zeros(len(y), bool)
    n_zeros = int(zero.sum())
    if n_zeros == 0:
        return out
    design = sparse.csr_array(
        sparse.hstack([effect_columns(codes, len(y)), sparse.csr_array(x / x.std(axis=0))])
    )
    n_columns = design.shape[1]
    above = sparse.hstack([design[zero], -sparse.eye_array(n_zeros)])
    still = sparse.hstack([design[~zero], sparse.csr_array((len(y) - n_zeros, n_zeros))])
    upper = np.r_[np.full(n_zeros, np.inf), np.zeros(len(y) - n_zeros)]
    free, capped = np.full(n_columns, np.inf), np.ones(n_zeros)
    solution = milp(
        np.r_[np.zeros(n_columns), -capped],
        constraints=LinearConstraint(
            sparse.vstack([above, still], format="csc"), np.zeros(len(y)), upper
        ),
        bounds=Bounds(np.r_[-free, 0 * capped], np.r_[free, capped]),
    )
    if solution.x is None:
        raise ConvergenceError(
            f"the linear programme of {len(y)} rows that looks for separation ended with"
            f" '{solution.message}'",
            do="rescale regressors whose values differ by many orders of magnitude",
        )
    out[zero] = solution.x[n_columns:] > FALLS
    return out


def newton_step(
    y: np.ndarray, mu: np.ndarray, x: np.ndarray, codes: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Change of the coefficients and of every row's log mean in one step of Newton's method for
    Poisson regression.

    Parameters
    ----------
    y, mu : arrays, shape (n_rows,)
        Values, and means from which to step.
    x : array, shape (n_rows, k)
    codes : sequence of arrays of int, shape (n_rows,)

    Returns
    -------
    coefficients : array, shape (k,)
    log_mean : array, shape (n_rows,)
    """
    names = [f"v{k}" for k in range(x.shape[1])]
    data = pd.DataFrame(x, columns=names).assign(residual=(y - mu) / mu, weight=mu / mu.max())
    data = data.assign(**{f"e{k}": code for k, code in enumerate(codes)})
    formula = "residual ~ " + " + ".join(names) + absorb(codes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas deprecations inside pyfixest
        step = pyfixest.feols(
            formula, data, weights="weight", fixef_rm="none", collin_tol=1e-30, copy_data=False,
            demeaner=pyfixest.MapDemeaner(**DEMEANING),
        )  # fmt: skip
    return step.coef().reindex(names).to_numpy(), step.predict()


def absorb(codes: Sequence[np.ndarray]) -> str:
    """Part of a pyfixest formula that absorbs effects ``e0``, ``e1`` and so on."""
    return " | " + " + ".join(f"e{k}" for k in range(len(codes))) if codes else ""
