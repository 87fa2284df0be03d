"""Poisson pseudo maximum likelihood of arrays, by pyfixest, on the rows that have finite estimates.

pyfixest 0.60 does the iterations. What it leaves to its caller is done here: rows that no finite
estimate fits are left out first and named, a regressor that only they told apart is named, and the
end is checked by one more step of Newton's method, because pyfixest returns quietly when it runs
out of iterations.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyfixest

from analysis.errors import ConvergenceError, NotApplicable
from analysis.models.expected_trade import FITTED, SEPARATED
from analysis.models.proportional_fitting import fit_margins, zero_or_single
from analysis.models.separation import (
    DEMEANING,
    FALLS,
    PROGRAMME_ROWS,
    absorb,
    newton_step,
    redundant,
    separated,
)

MISSING = "no value: the value or a regressor is missing"
ALL_ZERO = "all zero: an effect whose rows are all zero, fitted by zero"
ALONE = "alone: the only row of an effect, fitted exactly"
STILL = 1e-6  # change of a coefficient, in spreads of its regressor, that another step may make at a maximum
DEVIANCE_TOLERANCE = (
    1e-12  # Newton's error is about the square root of this, and is then squared once more
)
MAX_ITERATIONS = 200  # separated rows need some 30, others about ten


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Coefficients and effects.

    Attributes
    ----------
    status : array of str, shape (n_rows,)
        ``FITTED``, or why the row was left out.
    kept : array of bool, shape (k,)
        Regressors that the fitted rows tell apart.
    coefficients : array, shape (k,)
        Per unit of the regressor; zero where not kept.
    constant : float
        Of the log mean; zero where there are effects.
    log_effects : tuple of arrays, one per effect
        By group number; missing where no fitted row has the group.
    expected : array, shape (n_rows,)
        Fitted mean, in the unit of the value; missing where left out.
    last_step : float
        Largest change of a coefficient, in spreads of its regressor, that another Newton step would
        make.
    model : pyfixest.Fepois
        Of the fitted rows, with value over its mean and regressors over ``scale``.
    scale : array, shape (k,)
    """

    status: np.ndarray
    kept: np.ndarray
    coefficients: np.ndarray
    constant: float
    log_effects: tuple[np.ndarray, ...]
    expected: np.ndarray
    last_step: float
    model: Any
    scale: np.ndarray


def solve(
    y: np.ndarray,
    x: np.ndarray,
    codes: Sequence[np.ndarray],
    *,
    clusters: Sequence[np.ndarray] = (),
    usable: np.ndarray | None = None,
    proven: bool = False,
) -> Solution | NotApplicable:
    """Fit the rows that determine something.

    Parameters
    ----------
    y : array, shape (n_rows,)
        Zero or more.
    x : array, shape (n_rows, k)
    codes : sequence of arrays of int, shape (n_rows,)
        Group of each row in each effect; none for a model with a constant.
    clusters : sequence of arrays of int, shape (n_rows,)
        Cluster of each row in each way; none for heteroskedasticity-robust standard errors.
    usable : array of bool, shape (n_rows,), optional
        False where the value or a regressor is missing.
    proven : bool
        Whether the caller knows that no row is separated, so that the linear programme can be
        spared.

    Returns
    -------
    Solution, or NotApplicable where no row or regressor is left, or no more rows than coefficients
    and effects.

    Raises
    ------
    ConvergenceError
        If pyfixest gives up, or another Newton step would still move a coefficient.
    """
    status = np.full(len(y), FITTED, dtype=object)
    if usable is not None:
        status[~usable] = MISSING
    y = np.where(status == MISSING, 0.0, y)
    _leave_out(y, x, codes, status, programme=not proven)
    while True:
        rows = np.flatnonzero(status == FITTED)
        if not len(rows):
            return NotApplicable(f"no row is left of {len(y)}: {_reasons(status)}")
        groups = compact(codes, rows)
        kept = ~np.logical_or(*redundant(x[rows], groups))
        if not kept.any():
            return NotApplicable(
                f"the {len(rows)} rows that are left tell no regressor apart: {_reasons(status)}"
            )
        n_parameters = int(kept.sum()) + sum(int(code.max()) for code in groups) + 1
        if len(rows) <= n_parameters:
            return NotApplicable(
                f"{len(rows)} rows cannot tell {n_parameters} coefficients and effects apart"
            )
        solution = _fit(y, x, codes, clusters, status, kept)
        if solution is not None:
            return solution


def compact(codes: Sequence[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
    """Group numbers of some rows, renumbered without gaps."""
    return [np.unique(code[rows], return_inverse=True)[1] for code in codes]


def _reasons(status: np.ndarray) -> str:
    counts = pd.Series(status).value_counts().sort_index()
    return (
        "; ".join(f"{count} {reason}" for reason, count in counts.items() if reason != FITTED)
        or "none left out"
    )


def _leave_out(
    y: np.ndarray,
    x: np.ndarray,
    codes: Sequence[np.ndarray],
    status: np.ndarray,
    *,
    programme: bool = True,
) -> None:
    """Write into ``status`` which rows tell nothing, or have no finite fit as far as is known
    before fitting.
    """
    while True:
        if codes:
            zero, alone = zero_or_single(codes, y, status == FITTED)
            status[zero], status[alone] = ALL_ZERO, ALONE
        rows = np.flatnonzero(status == FITTED)
        if not programme or not 0 < len(rows) <= PROGRAMME_ROWS:
            return
        groups = compact(codes, rows)
        kept = ~np.logical_or(*redundant(x[rows], groups))
        gone = separated(y[rows], x[rows][:, kept], groups)
        if not gone.any():
            return
        status[rows[gone]] = SEPARATED


def _fit(
    y: np.ndarray,
    x: np.ndarray,
    codes: Sequence[np.ndarray],
    clusters: Sequence[np.ndarray],
    status: np.ndarray,
    kept: np.ndarray,
) -> Solution | None:
    """Fit, or write into ``status`` which rows the fit shows to be separated and return None."""
    rows, scale = np.flatnonzero(status == FITTED), np.ones(len(kept))
    groups, unit = compact(codes, rows), y[rows].mean()
    scale[kept] = x[rows][:, kept].std(axis=0)
    value, used = y[rows] / unit, x[rows][:, kept] / scale[kept]
    model = _iterate(value, used, groups, compact(clusters, rows))
    slopes = model.coef().reindex([f"v{k}" for k in range(used.shape[1])]).to_numpy()
    log_mean = used @ slopes
    effects, constant = _effects(value, log_mean, groups), 0.0
    if not groups:
        constant = float(model.coef()["Intercept"])
    log_mean = (
        log_mean
        + constant
        + sum(effect[group] for effect, group in zip(effects, groups, strict=True))
    )
    step, falls = newton_step(value, np.exp(log_mean), used, groups)
    gone = (value == 0) & (falls < -FALLS)
    if gone.any():
        status[rows[gone]] = SEPARATED
        _leave_out(y, x, codes, status)
        return None
    if not np.abs(step).max() <= STILL:
        raise ConvergenceError(
            "pyfixest stopped where another step would move a coefficient by"
            f" {np.abs(step).max():.1e} spreads of its regressor",
            allowed=f"at most {STILL:.0e}",
            do=(
                "look for regressors that nearly explain each other, or for a few rows that"
                " dominate all others"
            ),
        )
    coefficients, expected = np.zeros(len(kept)), np.full(len(y), np.nan)
    coefficients[kept], expected[rows] = slopes / scale[kept], np.exp(log_mean) * unit
    if effects:
        effects[0] += np.log(unit)
    else:
        constant += float(np.log(unit))
    return Solution(
        status=status, kept=kept, coefficients=coefficients, constant=constant,
        log_effects=tuple(_by_group(effect, code, rows) for effect, code in zip(effects, codes, strict=True)),
        expected=expected, last_step=float(np.abs(step).max()), model=model, scale=scale,
    )  # fmt: skip


def _iterate(
    y: np.ndarray, x: np.ndarray, codes: Sequence[np.ndarray], clusters: Sequence[np.ndarray]
) -> pyfixest.Fepois:
    names = [f"v{k}" for k in range(x.shape[1])]
    data = pd.DataFrame(x, columns=names).assign(y=y)
    data = data.assign(**{f"e{k}": code for k, code in enumerate(codes)})
    data = data.assign(**{f"c{k}": code for k, code in enumerate(clusters)})
    vcov = {"CRV1": " + ".join(f"c{k}" for k in range(len(clusters)))} if clusters else "hetero"
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # pandas deprecations inside pyfixest, and what is checked here
        try:
            model = pyfixest.fepois(
                "y ~ " + " + ".join(names) + absorb(codes), data, vcov=vcov, fixef_rm="none", separation_check=[],
                iwls_tol=DEVIANCE_TOLERANCE, iwls_maxiter=MAX_ITERATIONS, collin_tol=1e-14,
                demeaner=pyfixest.MapDemeaner(**DEMEANING),
            )  # fmt: skip
        except (ValueError, np.linalg.LinAlgError) as error:
            raise ConvergenceError(
                f"pyfixest could not fit {len(y)} rows on {x.shape[1]} regressors:"
                f" {' '.join(str(error).split())}",
                do="use fewer effects or regressors, or more rows",
            ) from error
    if not (
        model.convergence
        and np.isfinite(model.coef()).all()
        and len(model.coef()) == len(names) + (not codes)
    ):
        raise ConvergenceError(
            f"pyfixest did not converge in {MAX_ITERATIONS} iterations on {len(y)} rows and"
            f" {x.shape[1]} regressors",
            do="use fewer effects or regressors, or more rows",
        )
    return model


def _effects(y: np.ndarray, log_base: np.ndarray, codes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Log multipliers of the groups such that fitted and actual values have equal sums in each."""
    shift = log_base.mean()
    base = np.exp(log_base - shift)
    if not codes:
        return []
    if len(codes) == 1:
        return [np.log(np.bincount(codes[0], y) / np.bincount(codes[0], base)) - shift]
    factors = fit_margins(codes, y, base=base).factors
    return [np.log(factors[0]) - shift, *(np.log(factor) for factor in factors[1:])]


def _by_group(effect: np.ndarray, code: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Effects under the group numbers that all rows have."""
    full = np.full(int(code.max()) + 1, np.nan)
    full[np.unique(code[rows])] = effect
    return full
