"""What trade goes with: Poisson pseudo maximum likelihood on covariates, with any effects or none.

``E[trade] = exp(sum(b x) + effects)`` (Santos Silva and Tenreyro 2006, Review of Economics and
Statistics 88(4)): the values stay in levels, so that zeros count and the spread of the errors need
not be constant. An effect is a column or columns joined by ``^``: ``exporter^year`` and
``importer^year`` hold what Anderson and van Wincoop (2003, American Economic Review 93(1)) call
multilateral resistance, ``exporter^importer`` whatever does not change between two countries. With
exporter and importer effects fitted and actual totals agree for every country (Fally 2015, Journal
of International Economics 97(1)).

What the standard errors do not know. With exporter-year, importer-year and pair effects together,
estimates are consistent for a given number of years but biased by the order of one over the number
of countries, which is the order of their standard error; with the first two alone they are not. In
both cases the usual standard errors are too small by the same order (Weidner and Zylkin 2021,
Journal of International Economics 132, 103513; for two sets of effects Fernandez-Val and Weidner
2016, Journal of Econometrics 192(1), and Pfaffermayr 2019, Applied Economics Letters 26(18)).
``fit_gravity_jackknife`` takes part of the bias away; the standard errors are not corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import NotApplicable
from analysis.models.expected_trade import UNDETERMINED, left_out, require_columns
from analysis.models.gravity_checks import check_gravity, check_rank
from analysis.models.ppml import FITTED, MISSING, Solution, solve
from analysis.models.proportional_fitting import poisson_deviance, poisson_log_likelihood
from analysis.models.result import coefficient_table, readonly, text_table
from analysis.models.separation import effect_columns, undetermined

TWO_WAY = ("exporter^year", "importer^year")
THREE_WAY = (*TWO_WAY, "exporter^importer")
INTERCEPT = "Intercept"
MIN_CLUSTERS = 10  # with fewer, clustered standard errors are far too small (Cameron and Miller 2015, section VI)
FEW_CLUSTERS = 40  # with fewer they tend to be too small (same place)
NO_ERROR = 1e-12  # a deviance below this share of the deviance from the mean is rounding
UNKNOWN_EFFECT = "an effect is not among the fitted rows"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GravityFit:
    """A fitted gravity equation.

    Attributes
    ----------
    rows : DataFrame
        The columns used, indexed as given, with ``expected`` (unit of the value) and ``status``;
        the first is missing where the second says that the row was left out.
    dropped : DataFrame
        ``status, rows, value, value_share`` of what was left out, and why.
    dropped_terms : dict of str to str
        Regressors that the rows left do not tell apart, and why.
    terms : tuple of str
        ``INTERCEPT`` first where there are no effects, then the regressors that were kept.
    estimate, std_error : array, shape (k,)
        Change of log expected value per unit. A standard error is missing where ``notes`` say why.
    covariance : array, shape (k, k)
    log_effects : dict of str to Series
        Log multiplier of every group of every effect; only sums over the effects of a row are
        determined.
    log_likelihood, deviance, deviance_null : float
        Poisson, in the unit of the value, of the fit and of a constant.
    last_step : float
        Largest change of a coefficient, in spreads of its regressor, that another step of Newton's
        method would make.
    n_clusters : dict of str to int
    notes : tuple of str
        What a reader of the standard errors must know.
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame
    dropped_terms: dict[str, str]
    terms: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    log_effects: dict[str, pd.Series]
    log_likelihood: float
    deviance: float
    deviance_null: float
    last_step: float
    n_clusters: dict[str, int]
    level: float
    value: str
    covariance_name: str
    notes: tuple[str, ...]
    spec: str

    @property
    def degrees_of_freedom(self) -> int | None:
        """Of Student's t: the smallest number of clusters less one; None (the normal) without
        clusters.
        """
        return min(self.n_clusters.values()) - 1 if self.n_clusters else None

    def tidy(self) -> pd.DataFrame:
        """Coefficients with the usual seven columns and, in percent of expected value per unit,
        three more.

        ``percent, percent_low, percent_high`` are ``100 * (exp(b) - 1)``; for a regressor in
        logarithms the coefficient itself is the elasticity. They are missing for the intercept.
        """
        table = coefficient_table(
            self.terms,
            self.estimate,
            self.std_error,
            degrees_of_freedom=self.degrees_of_freedom,
            level=self.level,
        )
        slope = table["term"] != INTERCEPT
        columns = {"percent": "estimate", "percent_low": "ci_low", "percent_high": "ci_high"}
        return table.assign(
            **{to: 100 * np.expm1(table[name].where(slope)) for to, name in columns.items()}
        )

    def glance(self) -> pd.Series:
        """Size of the sample, what was left out, fit, convergence and covariance.

        ``pseudo_r_squared`` is McFadden's and changes with the unit of the value, as in other
        packages; ``r_squared_deviance`` (Cameron and Windmeijer 1996, Journal of Business and
        Economic Statistics 14(2)) does not.
        """
        y = self.rows.loc[self.rows["status"] == FITTED, self.value].to_numpy(dtype=float)
        null = poisson_log_likelihood(y, np.full(len(y), y.mean()))
        left = {
            f"dropped, {reason.partition(':')[0]}": n
            for reason, n in zip(self.dropped["status"], self.dropped["rows"], strict=True)
        }
        return pd.Series(
            {
                "n_obs": len(y),
                "n_dropped": len(self.rows) - len(y),
                **left,
                "n_effects": sum(len(effect) for effect in self.log_effects.values()),
                "log_likelihood": self.log_likelihood,
                "deviance": self.deviance,
                "pseudo_r_squared": 1 - self.log_likelihood / null,
                "r_squared_deviance": 1 - self.deviance / self.deviance_null,
                "converged": True,
                "last_step": self.last_step,
                "covariance": self.covariance_name,
                **{f"n_clusters_{name}": n for name, n in self.n_clusters.items()},
            },
            dtype=object,
        )

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Expected value of rows that need not be in the data.

        Parameters
        ----------
        frame : DataFrame
            With the regressors and the columns of the effects.

        Returns
        -------
        DataFrame
            Indexed as ``frame``, with ``expected``, in the unit of the value, and ``status``, which
            says why where ``expected`` is missing: an effect that no fitted row has, or a
            combination that they do not determine, such as an exporter and an importer whose trade
            nothing connects.
        """
        return _predict(self, frame)

    def __str__(self) -> str:
        parts = [self.spec, text_table(self.tidy())]
        parts += [f"dropped: {term}, {why}" for term, why in self.dropped_terms.items()]
        parts += [
            (
                "nothing was left out"
                if self.dropped.empty
                else "left out:\n" + text_table(self.dropped, digits=4)
            )
        ]
        return "\n".join([*parts, *(f"note: {note}" for note in self.notes)])


def fit_gravity(
    frame: pd.DataFrame,
    *,
    value: str,
    regressors: Sequence[str],
    effects: Sequence[str] = (),
    cluster: Sequence[str] = (),
    keys: Sequence[str] = (),
    level: float = 0.95,
) -> GravityFit | NotApplicable:
    """Poisson pseudo maximum likelihood of trade on covariates and effects, by pyfixest.

    Parameters
    ----------
    frame : DataFrame
        One row per flow. Rows with a missing value or regressor are left out and counted.
    value : str
        Column of levels (not logarithms), zero or more, one flow in one unit.
    regressors : sequence of str
        Numeric columns.
    effects : sequence of str
        Columns, or columns joined by ``^``: see ``TWO_WAY`` and ``THREE_WAY``. A constant where
        there are none.
    cluster : sequence of str
        One or two ways, written as effects are. Without, standard errors are robust to
        heteroskedasticity only (HC1), which for trade over several years is too little:
        ``("exporter^importer",)`` is usual.
    keys : sequence of str
        Columns that no two rows may share, checked where given.
    level : float
        Coverage of the intervals.

    Returns
    -------
    GravityFit, or NotApplicable where nothing is left to fit, the rows are no more than the
    coefficients and effects, the fit is exact, or a way of clustering has fewer than
    ``MIN_CLUSTERS`` clusters.

    Raises
    ------
    ModelInputError
        For columns that are missing or not numeric, missing keys, repeated keys, values that are
        negative, infinite or all zero, and regressors that the effects or other regressors explain,
        which are named.
    ConvergenceError
        If pyfixest gives up or stops short of a maximum.

    Notes
    -----
    Rows that tell nothing are left out first: those of an effect with no positive value, those
    alone in an effect, and separated zeros (see ``separation``). A regressor that only such rows
    told apart is reported in ``dropped_terms``. The covariance is the sandwich with pyfixest's
    small-sample factors: n / (n - k) for HC1; for clusters the least G / (G - 1), times (n - 1) /
    (n - k), where effects nested in a cluster do not count in k (Cameron, Gelbach and Miller 2011,
    Journal of Business and Economic Statistics 29(2)). Intervals are the normal's without clusters
    and Student's t on the least G - 1 with them, where pyfixest keeps to the normal.
    """
    regressors, effects, cluster = tuple(regressors), tuple(effects), tuple(cluster)
    ways = {name: name.split("^") for name in (*effects, *cluster)}
    check_gravity(frame, value, regressors, ways, tuple(keys), cluster=cluster, level=level)
    groups = {
        name: frame.groupby(parts, sort=True).ngroup().to_numpy() for name, parts in ways.items()
    }
    codes = [groups[name] for name in effects]
    x, usable = (
        frame[list(regressors)].to_numpy(dtype=float),
        frame[[value, *regressors]].notna().all(axis=1),
    )
    check_rank(
        x[usable],
        [np.unique(c[usable], return_inverse=True)[1] for c in codes],
        regressors,
        effects,
    )
    y = frame[value].to_numpy(dtype=float)
    solution = solve(
        y, x, codes, clusters=[groups[name] for name in cluster], usable=usable.to_numpy()
    )
    if isinstance(solution, NotApplicable):
        return solution
    fitted = solution.status == FITTED
    clusters = {name: groups[name][fitted] for name in cluster}
    few = {
        name: len(np.unique(code))
        for name, code in clusters.items()
        if len(np.unique(code)) < MIN_CLUSTERS
    }
    if few:
        return NotApplicable(
            f"too few clusters for standard errors: {few}; {MIN_CLUSTERS} are needed"
        )
    deviance = poisson_deviance(y[fitted], solution.expected[fitted])
    null = poisson_deviance(y[fitted], np.full(fitted.sum(), y[fitted].mean()))
    if deviance <= NO_ERROR * null:
        return NotApplicable(f"{value} is explained without error, so no standard error exists")
    return _assemble(
        frame, solution, value, regressors, ways, effects, clusters, (deviance, null), level
    )


def _assemble(
    frame: pd.DataFrame,
    solution: Solution,
    value: str,
    regressors: tuple[str, ...],
    ways: dict[str, list[str]],
    effects: tuple[str, ...],
    clusters: dict[str, np.ndarray],
    deviances: tuple[float, float],
    level: float,
) -> GravityFit:
    columns = list(
        dict.fromkeys([*(part for parts in ways.values() for part in parts), value, *regressors])
    )
    rows = frame[columns].assign(expected=solution.expected, status=pd.Categorical(solution.status))
    fitted = solution.status == FITTED
    kept = [name for name, keep in zip(regressors, solution.kept, strict=True) if keep]
    covariance = _covariance(solution, with_intercept=not effects)
    lonely = _lonely(rows.loc[fitted, kept], clusters)
    terms = (*([] if effects else [INTERCEPT]), *kept)
    variance = np.diag(covariance)
    known = (variance > 0) & ~np.isin(terms, [*lonely])
    covariance_name = (
        f"clustered by {' and '.join(clusters)}" if clusters else "heteroskedasticity-robust (HC1)"
    )
    n_clusters = {name: len(np.unique(code)) for name, code in clusters.items()}
    y, slopes = rows.loc[fitted, value].to_numpy(dtype=float), solution.coefficients[solution.kept]
    return GravityFit(
        rows=rows,
        dropped=left_out(rows, value),
        dropped_terms={
            name: "not told apart from effects and other regressors by the rows that are left"
            for name, keep in zip(regressors, solution.kept, strict=True)
            if not keep
        },
        terms=terms,
        estimate=readonly(slopes if effects else np.r_[solution.constant, slopes]),
        std_error=readonly(np.where(known, np.sqrt(np.abs(variance)), np.nan)),
        covariance=readonly(covariance),
        log_effects={
            name: (
                pd.Series(
                    effect, index=frame.groupby(ways[name], sort=True).size().index, name=name
                ).dropna()
            )
            for name, effect in zip(effects, solution.log_effects, strict=True)
        },
        log_likelihood=poisson_log_likelihood(y, solution.expected[fitted]),
        deviance=deviances[0],
        deviance_null=deviances[1],
        last_step=solution.last_step,
        n_clusters=n_clusters,
        level=level,
        value=value,
        covariance_name=covariance_name,
        notes=_notes(
            effects,
            n_clusters,
            lonely,
            [t for t, v in zip(terms, variance, strict=True) if not v > 0],
        ),
        spec=(
            f"Poisson pseudo maximum likelihood of {value} on {', '.join(regressors)} with "
            f"{' and '.join(effects) + ' effects' if effects else 'a constant'}; n = {len(y)}; "
            f"standard errors {covariance_name}"
        ),
    )


def _covariance(solution: Solution, *, with_intercept: bool) -> np.ndarray:
    """Of the coefficients per unit of the regressors, in the order of the terms."""
    names = [f"v{k}" for k in range(int(solution.kept.sum()))]
    names = ["Intercept", *names] if with_intercept else names
    order = [list(solution.model.coef().index).index(name) for name in names]
    unit = np.r_[np.ones(int(with_intercept)), solution.scale[solution.kept]]
    return np.asarray(solution.model._vcov)[np.ix_(order, order)] / np.outer(unit, unit)


def _lonely(regressors: pd.DataFrame, clusters: dict[str, np.ndarray]) -> dict[str, str]:
    """Regressors that leave their usual value in a single cluster or row only, and which.

    Such a coefficient fits its cluster, so that the sum of scores is zero there and a sandwich sees
    no variance.
    """
    ways = clusters or {"row": np.arange(len(regressors))}
    found = {}
    for name in map(str, regressors):
        values = regressors[name].to_numpy()
        unusual = values != pd.Series(values).mode().iloc[0]
        single = [way for way, code in ways.items() if len(np.unique(code[unusual])) == 1]
        if single:
            found[name] = single[0]
    return found


def _notes(
    effects: tuple[str, ...],
    n_clusters: dict[str, int],
    lonely: dict[str, str],
    not_positive: list[str],
) -> tuple[str, ...]:
    notes = []
    columns = [set(effect.split("^")) for effect in effects]
    if (
        len(columns) == 3
        and len(set.union(*columns)) == 3
        and all(len(pair) == 2 for pair in columns)
    ):
        notes.append(
            "with three sets of effects the estimates are biased by the order of their standard"
            " errors, and these are too small (Weidner and Zylkin 2021); neither is corrected here"
        )
    elif len(columns) == 2:
        notes.append(
            "with two sets of effects the standard errors are too small (Pfaffermayr 2019); not"
            " corrected"
        )
    notes += [
        f"only {n} clusters by {w}: errors may be too small"
        for w, n in n_clusters.items()
        if n < FEW_CLUSTERS
    ]
    for way in dict.fromkeys(lonely.values()):
        names = ", ".join(name for name, single in lonely.items() if single == way)
        notes.append(f"no standard error of {names}: a single {way} determines it")
    notes += [f"no standard error of {name}: its variance is not positive" for name in not_positive]
    return tuple(notes)


def _predict(fit: GravityFit, frame: pd.DataFrame) -> pd.DataFrame:
    slopes = dict(zip(fit.terms, fit.estimate, strict=True))
    regressors = [*(term for term in fit.terms if term != INTERCEPT), *fit.dropped_terms]
    ways = {name: name.split("^") for name in fit.log_effects}
    require_columns(
        frame, [*regressors, *dict.fromkeys(part for parts in ways.values() for part in parts)]
    )
    codes = [_positions(fit.log_effects[name].index, frame, parts) for name, parts in ways.items()]
    unknown = np.any([code < 0 for code in codes], axis=0) if codes else np.zeros(len(frame), bool)
    x = frame[regressors].to_numpy(dtype=float)
    log_mean = x @ [slopes.get(name, 0.0) for name in regressors] + slopes.get(INTERCEPT, 0.0)
    for code, effect in zip(codes, fit.log_effects.values(), strict=True):
        log_mean = log_mean + effect.to_numpy()[code]
    undetermined = np.zeros(len(frame), bool)
    if len(codes) > 1 or fit.dropped_terms:
        undetermined[~unknown] = _undetermined(
            fit, regressors, ways, x[~unknown], [c[~unknown] for c in codes]
        )
    lacking = np.isnan(x).any(axis=1)
    status = np.select(
        [lacking, unknown, undetermined], [MISSING, UNKNOWN_EFFECT, UNDETERMINED], FITTED
    )
    return pd.DataFrame(
        {"expected": np.where(status == FITTED, np.exp(log_mean), np.nan), "status": status},
        frame.index,
    )


def _positions(index: pd.Index, frame: pd.DataFrame, parts: list[str]) -> np.ndarray:
    wanted = pd.MultiIndex.from_frame(frame[parts]) if len(parts) > 1 else pd.Index(frame[parts[0]])
    return index.get_indexer(wanted)


def _undetermined(
    fit: GravityFit,
    regressors: list[str],
    ways: dict[str, list[str]],
    x: np.ndarray,
    codes: list[np.ndarray],
) -> np.ndarray:
    """Rows whose log mean the fitted rows do not determine."""
    fitted = fit.rows[fit.rows["status"] == FITTED]
    seen = [_positions(fit.log_effects[name].index, fitted, parts) for name, parts in ways.items()]
    values = fitted[regressors].to_numpy(dtype=float)
    spread = np.where(values.std(axis=0) > 0, values.std(axis=0), 1.0)
    sizes = [len(effect) for effect in fit.log_effects.values()]
    known, asked = (
        sparse.csr_array(
            sparse.hstack([effect_columns(groups, len(v), sizes), sparse.csr_array(v / spread)])
        )
        for groups, v in ((seen, values), (codes, np.nan_to_num(x)))
    )
    return undetermined(known, asked)
