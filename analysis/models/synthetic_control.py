"""A counterfactual as a weighted average of donors that were not treated (Abadie and Gardeazabal
2003), with inference by permutation (Abadie, Diamond and Hainmueller 2010, Journal of the American
Statistical Association 105). The weights minimise the distance to the treated unit over every
outcome before treatment.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from analysis.errors import ConvergenceError, ModelInputError, NotApplicable
from analysis.measures.inputs import keyed, require_known
from analysis.models.result import Told

EXACT_FIT = 1e-9
"""Of the outcome's size: a smaller error before treatment is rounding."""
TIE_TOLERANCE = 1e-9
"""Relative: points this near the supporting plane could carry weight too."""


class PlaceboTest(NamedTuple):
    """Ratio of the errors after and before treatment of every unit, treated in turn, the largest
    first, and the share of units whose ratio is at least the treated unit's.
    """

    ratios: pd.Series
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticControl(Told):
    """A fitted synthetic control, treated from ``start``; ``weights`` are by donor, ``path`` has
    ``synthetic`` and ``effect``, actual minus synthetic, by period, whose root mean square is
    ``pre_rmspe`` before ``start`` and ``post_rmspe`` after. Where other weights fit equally well,
    ``unique`` is false, and they give another effect. ``outcomes`` are by period and unit.
    """

    treated: str
    start: int
    weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    post_rmspe: float
    unique: bool
    outcomes: pd.DataFrame
    spec: str

    @property
    def mean_effect(self) -> float:
        """Mean effect over the treated periods, in the unit of the outcome."""
        return float(self.path["effect"].loc[self.start :].mean())

    def tidy(self) -> pd.DataFrame:
        """``term, estimate``: the effect of each treated period and their mean, without errors."""
        after = self.path["effect"].loc[self.start :]
        terms = [*(f"effect {period}" for period in after.index), "mean effect"]
        return pd.DataFrame({"term": terms, "estimate": [*after, self.mean_effect]})

    def placebos(self) -> PlaceboTest | NotApplicable:
        """Assign the treatment to every donor in turn, the treated unit joining the donors. An
        exact fit of a donor before treatment counts as the largest ratio, against the finding.
        """
        floor = EXACT_FIT * float(np.abs(self.outcomes.to_numpy()).max())
        if self.pre_rmspe <= floor:
            return NotApplicable(
                f"{self.treated} is fitted exactly before {self.start}, so its ratio of errors has"
                " no meaning: use fewer donors or more periods before treatment"
            )
        fits = [self, *(_fit(self.outcomes, unit, self.start) for unit in self.weights.index)]
        ratios = pd.Series(
            {
                fit.treated: fit.post_rmspe / fit.pre_rmspe if fit.pre_rmspe > floor else np.inf
                for fit in fits
            }
        )
        p_value = float((ratios >= ratios.iloc[0]).mean())
        return PlaceboTest(ratios.sort_values(ascending=False, kind="stable"), p_value)


def fit_synthetic_control(frame: pd.DataFrame, *, treated: str, start: int) -> SyntheticControl:
    """Fit a synthetic control on every outcome before ``start``, the first treated period.

    ``frame`` has ``unit, year, value``. Periods are those in which the treated unit has an outcome;
    a donor without one in any of them is left out. ModelInputError for fewer than two periods
    before or one after, or fewer than two donors; CoverageError for a treated unit that is not
    there.
    """
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
    donors = sorted(column for column in outcomes.columns if column != treated)
    before = (outcomes.index < start).astype(bool)
    actual, others = outcomes[treated].to_numpy(), outcomes[donors].to_numpy()
    weights, unique = nearest_in_hull(others[before], actual[before])
    synthetic = others @ weights
    effect = actual - synthetic
    pre_rmspe, post_rmspe = (
        float(np.sqrt(np.mean(np.square(part)))) for part in (effect[before], effect[~before])
    )
    return SyntheticControl(
        treated=treated,
        start=start,
        weights=pd.Series(weights, index=pd.Index(donors, name="donor"), name="weight"),
        path=pd.DataFrame({"synthetic": synthetic, "effect": effect}, outcomes.index),
        pre_rmspe=pre_rmspe,
        post_rmspe=post_rmspe,
        unique=unique,
        outcomes=outcomes,
        spec=(
            f"synthetic control of value for {treated} from {start}, {len(donors)} donors, matched"
            f" on outcomes before treatment ({before.sum()} periods); inference by placebos"
        ),
    )


def nearest_in_hull(points: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, bool]:
    """Weights, shape (n_points,), that minimise ``||points @ w - target||`` over ``w >= 0, sum(w) =
    1``, points of shape (n_features, n_points), and whether no others do. By nonnegative least
    squares (Lawson and Hanson 1974, Solving Least Squares Problems, chapter 23); ConvergenceError
    if it does not settle.

    With vertices ``d_j = points_j - target`` and ``u = s w``, the least of ``||sum(u d)||^2 + (1 -
    sum(u))^2`` over s grows with ``||sum(w d)||`` alone, so that both have the same w.
    """
    vertices = points - target[:, None]
    size = float(np.linalg.norm(vertices, axis=0).max()) or 1.0
    system = np.vstack([vertices / size, np.ones(points.shape[1])])
    try:
        found, _ = nnls(system, np.append(np.zeros(len(target)), 1.0))
    except RuntimeError as problem:
        do = "rescale outcomes that differ by many orders of magnitude"
        raise ConvergenceError(f"no weights were found ({problem})", do=do) from problem
    weights = found / found.sum()
    residual = vertices @ weights
    tied = vertices.T @ residual - residual @ residual <= TIE_TOLERANCE * size**2
    unique = np.linalg.matrix_rank(system[:, tied], tol=TIE_TOLERANCE) == tied.sum()
    return weights, bool(unique)
