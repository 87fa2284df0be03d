"""Confidence intervals for the date of a break (Bai 1997)."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr

from analysis.errors import NotApplicable
from analysis.models.breaks_segments import long_run_variance

QUANTILE_TOLERANCE = 1e-8
"""Of quantiles that are then rounded to whole observations."""


def argmax_cdf(x: float, *, drift: float = 1.0, variance: float = 1.0) -> float:
    """Distribution function of the place where a two-sided Brownian motion with drift is largest.

    The process is ``W1(-s) - |s| / 2`` for s <= 0 and ``sqrt(variance) W2(s) - drift s / 2`` for s
    > 0, the limit of the criterion around a true break (Bai 1997, Proposition 3 and Appendix B; Bai
    and Perron 1998, section 4.2).

    Parameters
    ----------
    x : float
    drift, variance : float
        Of the side after the break relative to the side before; both 1 when the regimes are alike,
        which is the symmetric case of Yao (1987).

    Returns
    -------
    float
        Probability that the place is at most x.
    """
    a, s, root = drift / variance, abs(x), math.sqrt(abs(x))
    if x <= 0:
        near = -root * math.exp(-s / 8) / math.sqrt(2 * math.pi)
        far = (variance + 2 * drift) / (drift * (variance + drift))
        tail = _exp_ndtr(a * (1 + a) * s / 2, -(0.5 + a) * root)
        return (
            near
            - far * variance * tail
            + ((variance + 2 * drift) * far - 2 + s / 2) * _exp_ndtr(0, -root / 2)
        )
    b = drift * a
    near = math.sqrt(b * s) * math.exp(-b * s / 8) / math.sqrt(2 * math.pi)
    far = (2 * variance + drift) / (variance * (variance + drift))
    tail = _exp_ndtr(
        (variance + drift) * s / 2, -(variance + drift / 2) / math.sqrt(variance) * root
    )
    weight = (2 * variance + drift) * far - 2 + b * s / 2
    return 1 + near + far * drift * tail - weight * _exp_ndtr(0, -math.sqrt(b) * root / 2)


def argmax_quantile(probability: float, *, drift: float = 1.0, variance: float = 1.0) -> float:
    """Inverse of ``argmax_cdf``, to ``QUANTILE_TOLERANCE``."""

    def distance(x: float) -> float:
        return argmax_cdf(x, drift=drift, variance=variance) - probability

    edge = 1.0 if distance(0.0) < 0 else -1.0
    while distance(edge) * edge < 0:
        edge *= 2
    return float(brentq(distance, min(0.0, edge), max(0.0, edge), xtol=QUANTILE_TOLERANCE))


def date_interval(
    before: tuple[np.ndarray, np.ndarray],
    after: tuple[np.ndarray, np.ndarray],
    *,
    shift: np.ndarray,
    at_break: np.ndarray | None,
    lags: int | None,
    level: float,
) -> tuple[int, int] | NotApplicable:
    """Observations by which a break may lie before and after its estimate.

    With Q and Omega the mean square and the long-run covariance of the regressors (times errors) in
    each regime and d the change of coefficients, the distance of the true break from its estimate,
    times ``(d'Qd)^2 / (d'Omega d)`` of the regime before, follows ``argmax_cdf`` with the ratios of
    d'Qd and of d'Omega d.

    Parameters
    ----------
    before, after : (design, errors), shapes (n_i, q) and (n_i,)
        The regimes on either side.
    shift : array, shape (q,)
        Coefficients after minus before.
    at_break : array, shape (q,), optional
        Regressors at the break, where they are functions of time: Q is then their square, since
        only what lies next to the break matters (Bai 1997, trending regressors). Where absent, each
        regime's mean is used.
    lags : int, optional
        Bartlett lags of the long-run covariance; errors are taken as independent, with the variance
        of their regime, where absent.
    level : float

    Returns
    -------
    (int, int), the first negative or zero and the second positive or zero; or NotApplicable
    """
    pulls, noises = zip(
        *(_pull_and_noise(*side, shift, at_break, lags) for side in (before, after)), strict=True
    )
    if min(pulls) <= 0 or min(noises) <= 0:
        return NotApplicable(
            "a regime has no variance or the coefficients do not move at the break"
        )
    drift, variance = pulls[1] / pulls[0], noises[1] / noises[0]
    tail, at_zero = (1 - level) / 2, argmax_cdf(0.0, drift=drift, variance=variance)
    if not tail < at_zero < 1 - tail:
        return NotApplicable(
            "the regimes differ so much that the interval would not contain the estimate"
        )
    scale = noises[0] / pulls[0] ** 2
    low = argmax_quantile(tail, drift=drift, variance=variance) * scale
    high = argmax_quantile(1 - tail, drift=drift, variance=variance) * scale
    return -math.ceil(high), -math.floor(low)


def _pull_and_noise(
    design: np.ndarray,
    errors: np.ndarray,
    shift: np.ndarray,
    at_break: np.ndarray | None,
    lags: int | None,
) -> tuple[float, float]:
    """``d'Qd`` and ``d'Omega d`` of one regime."""
    n = len(errors)
    if at_break is not None:
        pull = float(at_break @ shift) ** 2
        return pull, pull * float(long_run_variance(errors[:, None], lags or 0)[0, 0]) / n
    moved = design @ shift
    pull = float(moved @ moved) / n
    if lags is None:
        return pull, pull * float(errors @ errors) / n
    return pull, float(long_run_variance((moved * errors)[:, None], lags)[0, 0]) / n


def _exp_ndtr(exponent: float, z: float) -> float:
    """``exp(exponent) * Phi(z)`` without overflow."""
    return math.exp(exponent + float(log_ndtr(z)))
