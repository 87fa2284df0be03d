"""A counterfactual as a weighted average of donors that were not treated (Abadie and Gardeazabal
2003).

The weights are not negative and sum to one, so that the counterfactual never leaves what donors
have shown. They minimise the distance to the treated unit over every outcome before treatment,
exactly and with a certificate. Inference is by permutation: treatment is assigned to every donor in
turn, and the treated unit's ratio of errors after and before treatment is ranked among theirs
(Abadie, Diamond and Hainmueller 2010, Journal of the American Statistical Association 105).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import (
    ConvergenceError,
    ModelInputError,
    NotApplicable,
    whole_number,
)
from analysis.measures.inputs import keyed, require_known
from analysis.models.result import Told

EXACT_FIT = 1e-9
"""Of the outcome's size: a smaller error before treatment is rounding, and its ratio has no
meaning."""
GAP_TOLERANCE = 1e-12
"""Of the largest squared distance: a few thousand roundings."""
TIE_TOLERANCE = 1e-9
"""Relative: points this near the supporting plane could carry weight too."""


class PlaceboTest(NamedTuple):
    """Placebos in space: the same treatment assigned to every donor.

    ``table`` has ``unit, pre_rmspe, post_rmspe, ratio``, largest ratio first; ``p_value`` is the
    share of all ``n_units``, the treated one included, whose ratio is at least the treated unit's.
    """

    table: pd.DataFrame
    p_value: float
    n_units: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticControl(Told):
    """A fitted synthetic control, treated from the period ``start``.

    ``weights`` are by donor. ``path`` has ``period, actual, synthetic, effect`` in the unit of the
    outcome; ``effect`` is actual minus synthetic. ``pre_rmspe`` and ``post_rmspe`` are the root
    mean squared effect before and from ``start``. ``duality_gap`` bounds how far the minimised half
    squared distance is above its minimum; ``unique`` says whether no other weights fit equally
    well: where others do, they give the same path before but not after treatment. ``outcomes``,
    shape (n_periods, n_units), are those of the treated unit and its donors, without gaps.
    """

    treated: str
    start: int
    weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    post_rmspe: float
    duality_gap: float
    unique: bool
    outcomes: pd.DataFrame
    spec: str

    @property
    def mean_effect(self) -> float:
        """Mean effect over the treated periods, in the unit of the outcome."""
        return float(self.path.loc[self.path["period"] >= self.start, "effect"].mean())

    def tidy(self) -> pd.DataFrame:
        """``term, estimate``: the effect of each treated period and their mean. No standard error
        exists: see ``placebos``.
        """
        after = self.path[self.path["period"] >= self.start]
        terms = [*(f"effect {period}" for period in after["period"]), "mean effect"]
        return pd.DataFrame({"term": terms, "estimate": [*after["effect"], self.mean_effect]})

    def placebos(self) -> PlaceboTest | NotApplicable:
        """Assign the treatment to every donor in turn, the treated unit joining the donors.

        An exact fit of a donor before treatment counts as the largest ratio, against the finding.
        NotApplicable where the treated unit itself is fitted exactly.
        """
        floor = EXACT_FIT * float(np.abs(self.outcomes.to_numpy()).max())
        if self.pre_rmspe <= floor:
            return NotApplicable(
                f"{self.treated} is fitted exactly before {self.start}, so its ratio of errors has"
                " no meaning: use fewer donors or more periods before treatment"
            )
        fits = [self, *(_fit(self.outcomes, unit, self.start) for unit in self.weights.index)]
        rows = [(fit.treated, fit.pre_rmspe, fit.post_rmspe) for fit in fits]
        table = pd.DataFrame(rows, columns=["unit", "pre_rmspe", "post_rmspe"])
        exact = table["pre_rmspe"] <= floor
        table["ratio"] = (table["post_rmspe"] / table["pre_rmspe"]).where(~exact, np.inf)
        p_value = float((table["ratio"] >= table["ratio"].iloc[0]).mean())
        table = table.sort_values(["ratio", "unit"], ascending=[False, True], ignore_index=True)
        return PlaceboTest(table, p_value, len(table))


def fit_synthetic_control(frame: pd.DataFrame, *, treated: str, start: int) -> SyntheticControl:
    """Fit a synthetic control on every outcome before ``start``, the first treated period, equally
    weighted.

    ``frame`` has ``unit, year, value``: one row per unit and period. Periods are those in which the
    treated unit has an outcome: later ones may have gaps between them. A donor without an outcome
    in one of them is left out. ModelInputError for fewer than two periods before or one after, or
    fewer than two donors; CoverageError for a treated unit that is not there.
    """
    start = whole_number("start", start, least=0)
    rows = keyed(frame, ["unit", "year"], year="year", values={"value": "any"})
    require_known(treated, rows["unit"].unique(), what="the treated unit")
    wide = rows.pivot(index="year", columns="unit", values="value")
    wide = wide.sort_index().dropna(subset=treated)
    before, after = int((wide.index < start).sum()), int((wide.index >= start).sum())
    if before < 2 or after < 1:
        came = f"{treated} has {before} periods with an outcome before {start} and {after} from"
        allowed = "at least two before and one after"
        raise ModelInputError(f"{came} then on", allowed=allowed, do="choose another start")
    wide = wide.dropna(axis="columns")
    donors = [name for name in wide.columns if name != treated]
    if len(donors) < 2:
        came = f"{len(donors)} donors have an outcome in every period: {donors}"
        raise ModelInputError(came, allowed="two or more", do="widen the pool")
    return _fit(wide, treated, start)


def _fit(outcomes: pd.DataFrame, treated: str, start: int) -> SyntheticControl:
    """Weights of all other columns for the treated one."""
    donors = sorted(column for column in outcomes.columns if column != treated)
    before = (outcomes.index < start).astype(bool)
    actual, others = outcomes[treated].to_numpy(), outcomes[donors].to_numpy()
    weights, duality_gap, unique = nearest_in_hull(others[before], actual[before])
    synthetic = others @ weights
    effect = actual - synthetic
    columns = {"actual": actual, "synthetic": synthetic, "effect": effect}
    pre_rmspe, post_rmspe = (
        float(np.sqrt(np.mean(np.square(part)))) for part in (effect[before], effect[~before])
    )
    return SyntheticControl(
        treated=treated,
        start=start,
        weights=pd.Series(weights, index=pd.Index(donors, name="donor"), name="weight"),
        path=pd.DataFrame({"period": outcomes.index, **columns}),
        pre_rmspe=pre_rmspe,
        post_rmspe=post_rmspe,
        duality_gap=duality_gap,
        unique=unique,
        outcomes=outcomes,
        spec=(
            f"synthetic control of value for {treated} from {start}, {len(donors)} donors, matched"
            f" on outcomes before treatment ({before.sum()} periods); inference by placebos"
        ),
    )


class SimplexWeights(NamedTuple):
    """Weights, shape (n_points,), of the point of a convex hull that is nearest to a target.

    ``duality_gap`` bounds how far half the squared distance is above its minimum; ``unique`` says
    whether no other weights give the same point.
    """

    weights: np.ndarray
    duality_gap: float
    unique: bool


def nearest_in_hull(points: np.ndarray, target: np.ndarray) -> SimplexWeights:
    """Minimise ``||points @ w - target||`` over ``w >= 0, sum(w) = 1``; points have shape
    (n_features, n_points).

    The finite active-set method of Wolfe (1976, Mathematical Programming 11) for the point of a
    polytope that is nearest to the origin. With residual ``p`` and vertices ``d_j = points_j -
    target`` the duality gap is ``p'p - min_j p'd_j`` (Jaggi 2013, Proceedings of ICML): zero only
    at a minimum. ConvergenceError if the active set cycles, which exact arithmetic rules out.
    """
    vertices = points - target[:, None]
    squared = np.einsum("ij,ij->j", vertices, vertices)
    scale = float(squared.max())
    active, weights = [int(np.argmin(squared))], np.ones(1)
    most = 50 * (points.shape[1] + 1)
    for _ in range(most):
        residual = vertices[:, active] @ weights
        along = vertices.T @ residual
        gap = float(residual @ residual - along.min())
        entering = int(np.argmin(along))
        if gap <= GAP_TOLERANCE * scale or entering in active:
            return _certified(vertices, active, weights, along)
        active, weights = _move(vertices, [*active, entering], np.append(weights, 0.0))
    raise ConvergenceError(
        f"the active set had not settled after {most} changes; the duality gap is {gap:.1e}",
        allowed=f"at most {GAP_TOLERANCE * scale:.1e}",
        do="rescale outcomes that differ by many orders of magnitude",
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
    """Weights of all points, with the duality gap and whether the points on the supporting plane
    are affinely independent.
    """
    full = np.zeros(vertices.shape[1])
    full[active] = weights
    residual = vertices @ full
    size = np.sqrt(np.einsum("ij,ij->j", vertices, vertices))
    slack = along - residual @ residual
    tied = np.flatnonzero(slack <= TIE_TOLERANCE * size.max() ** 2)
    stacked = np.vstack([vertices[:, tied] / (size.max() or 1.0), np.ones(len(tied))])
    unique = bool(np.linalg.matrix_rank(stacked, tol=TIE_TOLERANCE) == len(tied))
    return SimplexWeights(full, max(0.0, float(residual @ residual - along.min())), unique)
