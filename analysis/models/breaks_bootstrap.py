"""Statistics and reference distributions for tests of breaks: many series at once, seeded."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.signal import lfilter

from analysis.errors import ModelInputError
from analysis.models.breaks_segments import (
    COLLINEAR,
    EXACT_FIT,
    long_run_variance,
    orthonormal,
    shortest_regime,
)
from analysis.models.result import readonly

LIMIT_STEPS = 1000
"""Most steps of a simulated Brownian bridge: as fine as published tables, and never finer than the
sample."""
LIMIT_CHUNK = 500
"""Bridges simulated at a time, so that memory stays in the tens of megabytes."""
PERSISTENCE_GRID = np.linspace(-0.8, 0.98, 24)
"""Autoregressive coefficients between which the bound is interpolated; the last is a ceiling."""
PERSISTENCE_DRAWS = 400
"""Paths per coefficient: a quartile then has an error near 0.01 at fifty observations."""
PERSISTENCE_RISK = 0.25
"""Chance that the true coefficient exceeds the bound used. At a half (a median-unbiased
coefficient) the test rejected 13 % of series with persistence 0.8 and no break at the 5 % level,
because a low estimate and a large statistic come together; the slow tests measure what is left at
this value."""


def wald_profile(
    outcomes: np.ndarray, design: np.ndarray, shortest: int, *, hac_lags: int | None
) -> np.ndarray:
    """Wald statistic for a shift of all coefficients after every admissible observation.

    Parameters
    ----------
    outcomes : array, shape (n_series, n)
        Any number of series on the same regressors.
    design : array, shape (n, q)
    shortest : int
        Fewest observations on either side, more than q.
    hac_lags : int, optional
        Bartlett lags; errors of both sides are then weighted apart. Where absent: Chow's F times q.

    Returns
    -------
    array, shape (n_series, n)
        NaN where no break is admissible, infinite where it leaves no error. Element k is for a
        break after k.
    """
    n, q = design.shape
    basis = orthonormal(design)
    errors = outcomes - (outcomes @ basis) @ basis.T
    ends = np.arange(shortest - 1, n - shortest)
    moments = np.cumsum(basis[:, :, None] * basis[:, None, :], axis=0)[ends]
    shares = np.linalg.eigvalsh(moments)
    if shares.min() <= COLLINEAR or shares.max() >= 1 - COLLINEAR:
        raise ModelInputError(
            f"the regressors are collinear in some stretch of {shortest} observations",
            allowed="regressors that vary within every possible regime",
            do="widen the trimming or drop a regressor",
        )
    profile = np.full(outcomes.shape, np.nan)
    if hac_lags is not None:
        for end, moment in zip(ends, moments, strict=True):
            profile[:, end] = _hac_wald(errors, basis, int(end) + 1, moment, hac_lags)
        return profile
    scores = np.cumsum(errors[:, :, None] * basis, axis=1)[:, ends].swapaxes(0, 1)
    root = np.linalg.cholesky(np.linalg.inv(moments - moments @ moments))
    explained = ((scores @ root) ** 2).sum(axis=2).T
    total = (errors**2).sum(axis=1, keepdims=True)
    left = total - explained
    exact = left <= np.sqrt(EXACT_FIT) * total
    profile[:, ends] = np.where(exact, np.inf, explained * (n - 2 * q) / np.where(exact, 1.0, left))
    return profile


def _hac_wald(
    errors: np.ndarray, basis: np.ndarray, split: int, moment: np.ndarray, lags: int
) -> np.ndarray:
    """Wald statistics of all series for one split, with Newey-West weights on each side and n / (n
    - 2q).
    """
    n, q = basis.shape
    shift, covariance = np.zeros((len(errors), q)), np.zeros((len(errors), q, q))
    sides = ((-1, slice(0, split), moment), (1, slice(split, n), np.eye(q) - moment))
    for sign, side, inner in sides:
        x, y, bread = basis[side], errors[:, side], np.linalg.inv(inner)
        beta = y @ x @ bread
        scores = (y - beta @ x.T)[:, :, None] * x
        shift += sign * beta
        covariance += bread @ long_run_variance(scores, lags) @ bread
    with np.errstate(divide="ignore"):
        if q == 1:
            return shift[:, 0] ** 2 / covariance[:, 0, 0] * (n - 2) / n
        return (
            np.einsum("bi,bi->b", shift, np.linalg.solve(covariance, shift[..., None])[..., 0])
            * (n - 2 * q)
            / n
        )


@lru_cache(maxsize=32)
def limit_sup_f(q: int, trimming: float, *, n_steps: int, n_draws: int, seed: int) -> np.ndarray:
    """Draws from the limit of the sup-F statistic with q shifting coefficients.

    The supremum of ``|W(r) - r W(1)|^2 / (r (1 - r))`` over the trimmed interval, W being q
    Brownian motions (Andrews 1993; simulated as in Hansen 1997). Valid for stationary regressors.

    Parameters
    ----------
    q : int
        Number of coefficients that shift, not of regressors that stay.
    trimming : float
    n_steps : int
        Observations; the path has as many steps, at most ``LIMIT_STEPS``.
    n_draws, seed : int

    Returns
    -------
    array, shape (n_draws,), sorted, read-only
    """
    rng, steps = np.random.default_rng(seed), min(n_steps, LIMIT_STEPS)
    edge = max(shortest_regime(steps, trimming), 1)
    place = np.arange(edge, steps - edge + 1)
    r = (place / steps)[:, None]
    largest = []
    for start in range(0, n_draws, LIMIT_CHUNK):
        paths = np.cumsum(
            rng.standard_normal((min(LIMIT_CHUNK, n_draws - start), steps, q)), axis=1
        ) / np.sqrt(steps)
        bridge = paths[:, place - 1] - r * paths[:, -1:]
        largest.append((bridge**2 / (r * (1 - r))).sum(axis=2).max(axis=1))
    return readonly(np.sort(np.concatenate(largest)))


def persistence_bound(
    observed: float, estimate: Callable[[np.ndarray], np.ndarray], *, n_obs: int, seed: int
) -> float:
    """Upper confidence bound of the first-order autoregressive coefficient of errors.

    The coefficient at which the observed estimate is the ``PERSISTENCE_RISK`` quantile of
    estimates: the quantile inversion of Andrews (1993, Econometrica 61, 139-165). The quantile is
    simulated, so the bound corrects the bias from whatever the estimate does before it looks at the
    errors: removing regressors, or the most likely break.

    Parameters
    ----------
    observed : float
    estimate : callable
        From paths, shape (n_paths, n_obs), to estimates, shape (n_paths,).
    n_obs, seed : int

    Returns
    -------
    float, between the ends of ``PERSISTENCE_GRID``
    """
    shocks = np.random.default_rng(seed).standard_normal((PERSISTENCE_DRAWS, n_obs))
    quantiles = [
        np.quantile(estimate(autoregression(shocks, rho, stationary=True)), PERSISTENCE_RISK)
        for rho in PERSISTENCE_GRID
    ]
    return float(np.interp(observed, np.maximum.accumulate(quantiles), PERSISTENCE_GRID))


def autoregression(shocks: np.ndarray, rho: float, *, stationary: bool = False) -> np.ndarray:
    """Paths ``u[t] = rho u[t-1] + shocks[t]`` along the last axis, the first shock being u itself.

    With ``stationary`` the first shock is scaled to the variance of the process.
    """
    if stationary:
        shocks = shocks * np.where(np.arange(shocks.shape[-1]) == 0, 1 / np.sqrt(1 - rho**2), 1.0)
    return lfilter([1.0], [1.0, -rho], shocks, axis=-1)


def resampled_errors(
    errors: np.ndarray,
    *,
    method: str,
    persistence: float | None,
    n_draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Bootstrap errors, shape (n_draws, n): see ``breaks_tests.sup_f_test`` for the methods."""
    shape = (n_draws, len(errors))
    if method == "fixed_regressor":
        return errors * rng.standard_normal(shape)
    signs = rng.choice([-1.0, 1.0], size=shape)
    if method == "wild" or persistence is None:
        return errors * signs
    innovations = np.append(errors[:1], errors[1:] - persistence * errors[:-1])
    return autoregression(innovations * signs, persistence)


def first_autocorrelation(errors: np.ndarray) -> np.ndarray:
    """Least-squares coefficient of each row, shape (n_series, n), on its own lag."""
    return (errors[:, 1:] * errors[:, :-1]).sum(axis=1) / (errors[:, :-1] ** 2).sum(axis=1)
