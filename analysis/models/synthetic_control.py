"""A counterfactual as a weighted average of donors that were not treated (Abadie and Gardeazabal
2003).

The weights are not negative and sum to one, so that the counterfactual never leaves what donors
have shown. They minimise the distance to the treated unit before treatment: over every outcome
before treatment, or over predictors weighted by importance (Abadie, Diamond and Hainmueller 2010,
Journal of the American Statistical Association 105). Inference is by permutation: treatment is
assigned to every donor in turn, and the treated unit's ratio of errors after and before treatment
is ranked among theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from analysis.errors import ModelInputError, NotApplicable
from analysis.models.result import coefficient_table, readonly, text_table
from analysis.models.simplex import SimplexWeights, nearest_in_hull
from analysis.models.synthetic_design import (
    Design,
    Predictor,
    build_design,
    check_periods,
    drop_donor,
    require_names,
)

EXACT_FIT = 1e-9  # of the outcome's size: a smaller error before treatment is rounding, and its ratio has no meaning
SHOWN_WEIGHT = 5e-4  # smaller weights are not printed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceboTest:
    """Placebos in space: the same treatment assigned to every donor.

    Attributes
    ----------
    table : DataFrame
        ``unit, treated, pre_rmspe, post_rmspe, ratio, mean_effect``, largest ratio first.
    p_value : float
        Share of all units whose ratio is at least the treated unit's; never below ``1 / n_units``.
    n_units : int
        Units ranked, the treated one included.
    """

    table: pd.DataFrame
    p_value: float
    n_units: int
    spec: str

    def __str__(self) -> str:
        floor = (
            f"exact placebo p = {self.p_value:.4f} among {self.n_units} units (cannot be below"
            f" {1 / self.n_units:.4f})"
        )
        return f"{self.spec}\n{floor}\n{text_table(self.table.head(10))}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticControl:
    """A fitted synthetic control.

    Attributes
    ----------
    treated : str
    weights : Series indexed by donor, by name
    path : DataFrame
        ``period, actual, synthetic, effect`` in the unit of the outcome; ``effect`` is actual minus
        synthetic.
    pre_rmspe, post_rmspe : float
        Root mean squared effect before and from ``start``.
    duality_gap : float
        Upper bound on how far the minimised half squared distance is above its minimum.
    unique : bool
        Whether other weights fit equally well. They then give the same path before but not after
        treatment.
    predictor_weights : array, shape (n_predictors,)
        Empty where every outcome before treatment counts equally.
    excluded : DataFrame
        ``unit, reason`` of candidate donors that were left out.
    """

    treated: str
    weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    post_rmspe: float
    duality_gap: float
    unique: bool
    predictor_weights: np.ndarray
    excluded: pd.DataFrame
    design: Design
    spec: str

    @property
    def mean_effect(self) -> float:
        """Mean effect over the treated periods, in the unit of the outcome."""
        return float(self.path.loc[self.path["period"] >= self.design.start, "effect"].mean())

    def tidy(self) -> pd.DataFrame:
        """Effect of each treated period and their mean. No standard error exists: see
        ``placebos``.
        """
        after = self.path[self.path["period"] >= self.design.start]
        terms = [*(f"effect {period}" for period in after["period"]), "mean effect"]
        estimates = np.append(after["effect"].to_numpy(), self.mean_effect)
        return coefficient_table(terms, estimates, np.full(len(estimates), np.nan))

    def glance(self) -> pd.Series:
        """Size of the design, fit, and the certificate of the minimum."""
        before = int((self.path["period"] < self.design.start).sum())
        return pd.Series(
            {
                "n_donors": len(self.weights),
                "n_excluded": len(self.excluded),
                "n_pre": before,
                "n_post": len(self.path) - before,
                "pre_rmspe": self.pre_rmspe,
                "post_rmspe": self.post_rmspe,
                "mean_effect": self.mean_effect,
                "duality_gap": self.duality_gap,
                "unique": self.unique,
            },
            dtype=object,
        )

    def predict(self, outcome: pd.DataFrame) -> pd.Series:
        """Synthetic path of any outcome of the donors.

        Parameters
        ----------
        outcome : DataFrame, one column per donor (others are ignored)
            Missing values of donors with weight make a period missing.
        """
        used = self.weights[self.weights > 0]
        require_names(
            set(used.index) - set(outcome.columns),
            "donors {} have weight but no column",
            list(outcome.columns),
        )
        return (outcome[used.index] * used).sum(axis=1, skipna=False)

    def placebos(self, *, max_pre_ratio: float | None = None) -> PlaceboTest | NotApplicable:
        """Assign the treatment to every donor in turn, the treated unit joining the donors.

        Parameters
        ----------
        max_pre_ratio : float, optional
            Leave out placebos whose squared error before treatment exceeds the treated unit's by
            this factor (Abadie, Diamond and Hainmueller 2010 show 20, 5 and 2).

        Returns
        -------
        PlaceboTest, or NotApplicable where the treated unit is fitted exactly before treatment.
        """
        size = float(np.abs(self.design.outcome.to_numpy()).max())
        if self.pre_rmspe <= EXACT_FIT * size:
            return NotApplicable(
                f"{self.treated} is fitted exactly before {self.design.start}, so its ratio of"
                " errors has no meaning: use fewer donors or more periods before treatment"
            )
        fits = [self, *(_fit(self.design, unit) for unit in self.weights.index)]
        table = pd.DataFrame([_summary(fit, self.treated, EXACT_FIT * size) for fit in fits])
        if max_pre_ratio is not None:
            table = table[table["pre_rmspe"] ** 2 <= max_pre_ratio * self.pre_rmspe**2]
        own = float(table.loc[table["treated"], "ratio"].iloc[0])
        p_value = float((table["ratio"] >= own).mean())
        table = table.sort_values(["ratio", "unit"], ascending=[False, True], ignore_index=True)
        spec = f"{self.spec}; placebos in space"
        return PlaceboTest(table=table, p_value=p_value, n_units=len(table), spec=spec)

    def placebo_in_time(self, start: int) -> SyntheticControl:
        """Fit again as if treatment had begun at ``start``, on the periods before the real one
        only.

        Raises
        ------
        ModelInputError
            If ``start`` leaves fewer than two periods before it, or none between it and the real
            start, or if predictors lie at or after it.
        """
        design = self.design
        outcome = design.outcome[design.outcome.index < design.start]
        if design.predictors is not None:
            raise ModelInputError(
                "a placebo in time cannot move the periods of predictors",
                allowed="fits on outcomes before treatment",
                do="fit again with an earlier start and earlier predictor periods",
            )
        check_periods(outcome.index, start)
        fit_periods = tuple(period for period in design.fit_periods if period < start)
        moved = replace(design, outcome=outcome, start=start, fit_periods=fit_periods)
        return _fit(moved, self.treated, excluded=self.excluded)

    def leave_one_out(self) -> pd.DataFrame | NotApplicable:
        """Effect without each donor that has weight: ``left_out, weight, pre_rmspe,
        mean_effect``.
        """
        if len(self.weights) < 3:
            return NotApplicable(f"{len(self.weights)} donors are too few to leave one out")
        rows = []
        for donor, weight in self.weights[self.weights > 0].items():
            fit = _fit(drop_donor(self.design, str(donor)), self.treated)
            rows.append(
                {
                    "left_out": donor,
                    "weight": weight,
                    "pre_rmspe": fit.pre_rmspe,
                    "mean_effect": fit.mean_effect,
                }
            )
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        shown = self.weights[self.weights > SHOWN_WEIGHT].sort_values(
            ascending=False, kind="stable"
        )
        table = text_table(shown.rename("weight").rename_axis("donor").reset_index())
        numbers = (
            f"pre RMSPE {self.pre_rmspe:.4g}, post RMSPE {self.post_rmspe:.4g}, mean effect"
            f" {self.mean_effect:.4g}"
        )
        ties = (
            ""
            if self.unique
            else "\nother weights fit equally well: more donors than the fit can tell apart"
        )
        return f"{self.spec}\n{numbers}\n{table}{ties}"


def fit_synthetic_control(
    frame: pd.DataFrame,
    *,
    treated: str,
    start: int,
    unit: str = "unit",
    time: str = "year",
    outcome: str = "value",
    donors: Collection[str] | None = None,
    exclude: Mapping[str, str] | None = None,
    members: Mapping[str, Collection[str]] | None = None,
    predictors: Sequence[Predictor] | None = None,
    predictor_weights: Sequence[float] | None = None,
    fit_periods: Collection[int] | None = None,
) -> SyntheticControl:
    """Fit a synthetic control.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period. Periods are those in which the treated unit has an outcome:
        later ones may have gaps between them. A donor without an outcome in one of them is
        excluded, and listed.
    treated : str
    start : int
        First treated period.
    unit, time, outcome : str
        Column names; periods are integers.
    donors : collection of str, optional
        Candidates; all other units where absent.
    exclude : mapping from unit to reason, optional
    members : mapping from aggregate to its members, optional
        An aggregate that contains the treated unit is refused as a donor.
    predictors : sequence of Predictor, optional
        What donors are matched on; every outcome before treatment, equally weighted, where absent.
    predictor_weights : sequence of float, optional
        One per predictor, on the scale where each has unit standard deviation over all units. Where
        absent they are fitted to minimise the error over ``fit_periods``.
    fit_periods : collection of int, optional
        All periods before ``start`` where absent.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    ModelInputError
        For missing columns, an unknown or empty treated unit, repeated rows, infinite outcomes,
        fewer than two periods before ``start`` or none after, fewer than two donors, a donor that
        is or contains the treated unit, or a predictor that is missing or the same everywhere.
    ParameterError
        For names in ``donors`` or ``exclude`` that are not in the frame, and weights that do not
        fit the predictors.

    Notes
    -----
    Donors are ordered by name before solving, so their order in the frame has no influence, even
    where more than one set of weights is optimal (``unique`` says so).
    """
    design, left_out = build_design(
        frame,
        treated=treated,
        start=start,
        names=(unit, time, outcome),
        donors=donors,
        exclude=exclude or {},
        members=members or {},
        predictors=predictors,
        predictor_weights=predictor_weights,
        fit_periods=fit_periods,
    )
    excluded = pd.DataFrame(sorted(left_out.items()), columns=["unit", "reason"])
    return _fit(design, treated, excluded=excluded, outcome=outcome)


def _fit(
    design: Design, treated: str, *, excluded: pd.DataFrame | None = None, outcome: str = "outcome"
) -> SyntheticControl:
    donors = sorted(column for column in design.outcome.columns if column != treated)
    solution, importance = _solve(design, treated, donors)
    actual = design.outcome[treated].to_numpy()
    synthetic = design.outcome[donors].to_numpy() @ solution.weights
    path = pd.DataFrame(
        {
            "period": design.outcome.index,
            "actual": actual,
            "synthetic": synthetic,
            "effect": actual - synthetic,
        }
    )
    before = (path["period"] < design.start).to_numpy()
    effect = path["effect"].to_numpy()
    matched = "predictors" if design.predictors is not None else "outcomes before treatment"
    spec = (
        f"synthetic control of {outcome} for {treated} from {design.start}, {len(donors)} donors, "
        f"matched on {matched} ({int(before.sum())} periods); inference by placebos"
    )
    return SyntheticControl(
        treated=treated, weights=pd.Series(solution.weights, index=pd.Index(donors, name="donor"), name="weight"),
        path=path, pre_rmspe=_rms(effect[before]), post_rmspe=_rms(effect[~before]),
        duality_gap=solution.duality_gap, unique=solution.unique, predictor_weights=readonly(importance),
        excluded=pd.DataFrame(columns=["unit", "reason"]) if excluded is None else excluded, design=design, spec=spec,
    )  # fmt: skip


def _solve(design: Design, treated: str, donors: list[str]) -> tuple[SimplexWeights, np.ndarray]:
    """Weights, and the predictors' weights (empty where outcomes are matched)."""
    if design.predictors is None:
        before = design.outcome.loc[list(design.fit_periods)]
        return nearest_in_hull(before[donors].to_numpy(), before[treated].to_numpy()), np.empty(0)
    points, target = design.predictors[donors].to_numpy(), design.predictors[treated].to_numpy()
    before = design.outcome.loc[list(design.fit_periods)]
    outcomes, own = before[donors].to_numpy(), before[treated].to_numpy()

    def solve(raw: np.ndarray) -> tuple[SimplexWeights, np.ndarray]:
        importance = np.abs(raw) / np.abs(raw).sum()
        root = np.sqrt(importance)
        return nearest_in_hull(points * root[:, None], target * root), importance

    if design.predictor_weights is not None:
        return solve(design.predictor_weights)
    start = np.full(len(points), 1 / len(points))
    found = minimize(
        lambda raw: _rms(own - outcomes @ solve(raw)[0].weights), start, method="Nelder-Mead",
        options={"maxiter": 200 * len(points), "xatol": 1e-6, "fatol": 1e-9 * _rms(own)},
    )  # fmt: skip
    return solve(found.x)


def _summary(fit: SyntheticControl, treated: str, floor: float) -> dict[str, object]:
    """Row of the placebo table; an exact fit before treatment counts as the largest ratio, against
    the finding.
    """
    ratio = fit.post_rmspe / fit.pre_rmspe if fit.pre_rmspe > floor else np.inf
    return {
        "unit": fit.treated, "treated": fit.treated == treated, "pre_rmspe": fit.pre_rmspe,
        "post_rmspe": fit.post_rmspe, "ratio": ratio, "mean_effect": fit.mean_effect,
    }  # fmt: skip


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
