"""Least squares with weights that are not negative and sum to one, solved exactly and with a
certificate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.errors import ConvergenceError

GAP_TOLERANCE = 1e-12  # of the largest squared distance: a few thousand roundings
TIE_TOLERANCE = 1e-9  # relative: points this near the supporting plane could carry weight too


class SimplexWeights(NamedTuple):
    """Weights of the point of a convex hull that is nearest to a target.

    Attributes
    ----------
    weights : array, shape (n_points,)
    duality_gap : float
        Upper bound on how far half the squared distance is above its minimum, in squared units of
        the points.
    unique : bool
        Whether no other weights give the same point.
    """

    weights: np.ndarray
    duality_gap: float
    unique: bool


def nearest_in_hull(points: np.ndarray, target: np.ndarray) -> SimplexWeights:
    """Minimise ``||points @ w - target||`` over ``w >= 0, sum(w) = 1``.

    Parameters
    ----------
    points : array, shape (n_features, n_points)
    target : array, shape (n_features,)

    Returns
    -------
    SimplexWeights

    Raises
    ------
    ConvergenceError
        If the active set cycles, which exact arithmetic rules out.

    Notes
    -----
    The finite active-set method of Wolfe (1976, Mathematical Programming 11) for the point of a
    polytope that is nearest to the origin. With residual ``p`` and vertices ``d_j = points_j -
    target`` the duality gap is ``p'p - min_j p'd_j`` (Jaggi 2013, Proceedings of ICML): zero only
    at a minimum.
    """
    vertices = points - target[:, None]
    squared = np.einsum("ij,ij->j", vertices, vertices)
    scale = float(squared.max())
    active, weights = [int(np.argmin(squared))], np.ones(1)
    for _ in range(50 * (points.shape[1] + 1)):
        residual = vertices[:, active] @ weights
        along = vertices.T @ residual
        gap = float(residual @ residual - along.min())
        entering = int(np.argmin(along))
        if gap <= GAP_TOLERANCE * scale or entering in active:
            return _certified(vertices, active, weights, along)
        active, weights = _move(vertices, [*active, entering], np.append(weights, 0.0))
    raise ConvergenceError(
        f"the active set had not settled after {50 * (points.shape[1] + 1)} changes; the duality"
        f" gap is {gap:.1e}",
        allowed=f"at most {GAP_TOLERANCE * scale:.1e}",
        do="rescale predictors that differ by many orders of magnitude",
    )


def _move(
    vertices: np.ndarray, active: list[int], weights: np.ndarray
) -> tuple[list[int], np.ndarray]:
    """Nearest point of the active vertices' affine hull, vertices leaving until it lies inside."""
    while True:
        first, others = vertices[:, active[0]], vertices[:, active[1:]]
        free = np.linalg.lstsq(others - first[:, None], -first, rcond=None)[0]
        affine = np.concatenate([[1 - free.sum()], free])
        outside = affine <= 0
        if not outside.any():
            return active, affine
        step = np.min(weights[outside] / (weights[outside] - affine[outside]))
        weights = weights + step * (affine - weights)
        stays = ~(outside & (weights <= np.min(weights[outside])))
        active = [j for j, stay in zip(active, stays, strict=True) if stay]
        weights = weights[stays] / weights[stays].sum()


def _certified(
    vertices: np.ndarray, active: list[int], weights: np.ndarray, along: np.ndarray
) -> SimplexWeights:
    full = np.zeros(vertices.shape[1])
    full[active] = weights
    residual = vertices @ full
    size = np.sqrt(np.einsum("ij,ij->j", vertices, vertices))
    slack = along - residual @ residual
    tied = np.flatnonzero(slack <= TIE_TOLERANCE * size.max() ** 2)
    stacked = np.vstack([vertices[:, tied] / (size.max() or 1.0), np.ones(len(tied))])
    unique = bool(np.linalg.matrix_rank(stacked, tol=TIE_TOLERANCE) == len(tied))
    return SimplexWeights(full, max(0.0, float(residual @ residual - along.min())), unique)
