"""A counterfactual as a weighted average of donors that were not treated (Abadie and Gardeazabal
2003).

The weights are not negative and sum to one, so that the counterfactual never leaves what donors
have shown. They minimise the distance to the treated unit over every outcome before treatment.
Inference is by permutation: treatment is assigned to every donor in turn, and the treated unit's
ratio of errors after and before treatment is ranked among theirs (Abadie, Diamond and Hainmueller
2010, Journal of the American Statistical Association 105).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, NotApplicable, ParameterError, did_you_mean
from analysis.measures.inputs import numbers, require_columns, require_keys, whole_number
from analysis.models.result import coefficient_table, text_table
from analysis.models.simplex import nearest_in_hull

EXACT_FIT = 1e-9
"""Of the outcome's size: a smaller error before treatment is rounding, and its ratio has no
meaning."""
SHOWN_WEIGHT = 5e-4
"""Smaller weights are not printed."""


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
    start : int
        First treated period.
    weights : Series indexed by donor, by name
    path : DataFrame
        ``period, actual, synthetic, effect`` in the unit of the outcome; ``effect`` is actual minus
        synthetic.
    pre_rmspe, post_rmspe : float
        Root mean squared effect before and from ``start``.
    duality_gap : float
        Upper bound on how far the minimised half squared distance is above its minimum.
    unique : bool
        Whether no other weights fit equally well. Where others do, they give the same path before
        but not after treatment.
    excluded : DataFrame
        ``unit, reason`` of candidate donors that were left out.
    outcomes : DataFrame, shape (n_periods, n_units)
        The treated unit and its donors, without gaps.
    spec : str
    """

    treated: str
    start: int
    weights: pd.Series
    path: pd.DataFrame
    pre_rmspe: float
    post_rmspe: float
    duality_gap: float
    unique: bool
    excluded: pd.DataFrame
    outcomes: pd.DataFrame
    spec: str

    @property
    def mean_effect(self) -> float:
        """Mean effect over the treated periods, in the unit of the outcome."""
        return float(self.path.loc[self.path["period"] >= self.start, "effect"].mean())

    def tidy(self) -> pd.DataFrame:
        """Effect of each treated period and their mean. No standard error exists: see
        ``placebos``.
        """
        after = self.path[self.path["period"] >= self.start]
        terms = [*(f"effect {period}" for period in after["period"]), "mean effect"]
        estimates = np.append(after["effect"].to_numpy(), self.mean_effect)
        return coefficient_table(terms, estimates, np.full(len(estimates), np.nan))

    def glance(self) -> pd.Series:
        """Size of the design, fit, and the certificate of the minimum."""
        before = int((self.path["period"] < self.start).sum())
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
        require_columns(outcome, used.index)
        return (outcome[used.index] * used).sum(axis=1, skipna=False)

    def placebos(self) -> PlaceboTest | NotApplicable:
        """Assign the treatment to every donor in turn, the treated unit joining the donors.

        An exact fit of a donor before treatment counts as the largest ratio, against the finding.

        Returns
        -------
        PlaceboTest, or NotApplicable where the treated unit is fitted exactly before treatment.
        """
        floor = EXACT_FIT * float(np.abs(self.outcomes.to_numpy()).max())
        if self.pre_rmspe <= floor:
            return NotApplicable(
                f"{self.treated} is fitted exactly before {self.start}, so its ratio of errors has"
                " no meaning: use fewer donors or more periods before treatment"
            )
        fits = [self, *(_fit(self.outcomes, unit, self.start) for unit in self.weights.index)]
        rows = [
            {
                "unit": fit.treated,
                "treated": fit.treated == self.treated,
                "pre_rmspe": fit.pre_rmspe,
                "post_rmspe": fit.post_rmspe,
                "ratio": fit.post_rmspe / fit.pre_rmspe if fit.pre_rmspe > floor else np.inf,
                "mean_effect": fit.mean_effect,
            }
            for fit in fits
        ]
        table = pd.DataFrame(rows)
        p_value = float((table["ratio"] >= rows[0]["ratio"]).mean())
        table = table.sort_values(["ratio", "unit"], ascending=[False, True], ignore_index=True)
        spec = f"{self.spec}; placebos in space"
        return PlaceboTest(table=table, p_value=p_value, n_units=len(table), spec=spec)

    def __str__(self) -> str:
        shown = self.weights[self.weights > SHOWN_WEIGHT]
        shown = shown.sort_values(ascending=False, kind="stable").rename_axis("donor")
        errors = (
            f"pre RMSPE {self.pre_rmspe:.4g}, post RMSPE {self.post_rmspe:.4g}, mean effect"
            f" {self.mean_effect:.4g}"
        )
        ties = "\nother weights fit equally well: more donors than the fit can tell apart"
        table = text_table(shown.rename("weight").reset_index())
        return f"{self.spec}\n{errors}\n{table}{'' if self.unique else ties}"


def fit_synthetic_control(
    frame: pd.DataFrame,
    *,
    treated: str,
    start: int,
    unit: str = "unit",
    time: str = "year",
    outcome: str = "value",
    exclude: Mapping[str, str] | None = None,
) -> SyntheticControl:
    """Fit a synthetic control on every outcome before treatment, equally weighted.

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
    exclude : mapping from unit to reason, optional
        Units that may not be donors, such as aggregates that contain the treated one.

    Raises
    ------
    ModelInputError
        For missing columns or keys, repeated rows, periods that are not integers, outcomes that are
        text or infinite, a treated unit without outcomes, fewer than two periods before ``start``
        or none after, or fewer than two donors.
    ParameterError
        For a ``start`` that is not an integer, or units that are not in the frame.

    Notes
    -----
    Donors are ordered by name before solving, so their order in the frame has no influence, even
    where more than one set of weights is optimal (``unique`` says so).
    """
    exclude = exclude or {}
    start = whole_number("start", start, least=0)
    require_columns(frame, [unit, time, outcome])
    require_keys(frame, [unit, time], year=time)
    values = numbers(frame[outcome], what=outcome, missing=True)
    known = sorted(frame[unit].unique())
    _require_units([treated, *exclude], known)
    wide = frame.assign(**{outcome: values}).pivot(index=time, columns=unit, values=outcome)
    wide = wide.sort_index().dropna(subset=treated)
    before, after = int((wide.index < start).sum()), int((wide.index >= start).sum())
    if before < 2 or after < 1:
        raise ModelInputError(
            f"{treated} has {before} periods with an outcome before {start} and {after} from then"
            " on",
            allowed="at least two before and one after",
            do="choose another start",
        )
    left_out = dict(exclude)
    for name in wide.columns[wide.isna().any()].difference(list(exclude)):
        absent = [int(period) for period in wide.index[wide[name].isna()]]
        left_out[name] = f"no outcome in {absent}"
    pool = [name for name in known if name != treated and name not in left_out]
    if len(pool) < 2:
        raise ModelInputError(
            f"{len(pool)} donors are left: {pool}; left out: {left_out}",
            allowed="two or more",
            do="widen the pool",
        )
    excluded = pd.DataFrame(sorted(left_out.items()), columns=["unit", "reason"])
    return _fit(wide[[treated, *pool]], treated, start, excluded=excluded, outcome=outcome)


def _require_units(asked: Collection[str], known: list[str]) -> None:
    """Refuse units that are not in the frame, with the nearest known ones."""
    if absent := sorted(str(name) for name in asked if name not in known):
        hints = " ".join(filter(None, (did_you_mean(name, map(str, known)) for name in absent)))
        raise ParameterError(
            f"units {absent} are not there",
            allowed=f"{known[:20]}",
            do=hints or "use names that are there",
        )


def _fit(
    outcomes: pd.DataFrame,
    treated: str,
    start: int,
    *,
    excluded: pd.DataFrame | None = None,
    outcome: str = "outcome",
) -> SyntheticControl:
    """Weights of all other columns for the treated one."""
    donors = sorted(column for column in outcomes.columns if column != treated)
    before = (outcomes.index < start).astype(bool)
    actual, others = outcomes[treated].to_numpy(), outcomes[donors].to_numpy()
    solution = nearest_in_hull(others[before], actual[before])
    synthetic = others @ solution.weights
    effect = actual - synthetic
    columns = {"actual": actual, "synthetic": synthetic, "effect": effect}
    pre_rmspe, post_rmspe = (
        float(np.sqrt(np.mean(np.square(part)))) for part in (effect[before], effect[~before])
    )
    spec = (
        f"synthetic control of {outcome} for {treated} from {start}, {len(donors)} donors, "
        f"matched on outcomes before treatment ({int(before.sum())} periods); inference by placebos"
    )
    return SyntheticControl(
        treated=treated,
        start=start,
        weights=pd.Series(solution.weights, index=pd.Index(donors, name="donor"), name="weight"),
        path=pd.DataFrame({"period": outcomes.index, **columns}),
        pre_rmspe=pre_rmspe,
        post_rmspe=post_rmspe,
        duality_gap=solution.duality_gap,
        unique=solution.unique,
        excluded=pd.DataFrame(columns=["unit", "reason"]) if excluded is None else excluded,
        outcomes=outcomes,
        spec=spec,
    )
