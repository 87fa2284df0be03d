"""Two-way fixed-effects panels of trade and politics: associations within pairs and years, with
leads as placebo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.models.result import coefficient_table, readonly, text_table
from analysis.models.separation import effect_columns

MIN_CLUSTERS = 10  # with fewer, clustered standard errors are far too small (Cameron and Miller 2015, section VI)
COLLINEAR = (
    1e-9  # a regressor of which effects and earlier regressors leave a smaller share is theirs
)
NO_ERROR = 1e-10  # residuals below this share of the outcome are rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelFit:
    """A fitted two-way panel.

    Attributes
    ----------
    terms : tuple of str
        Regressors, then the leads ``name(+1)``, ``name(+2)``, ...
    estimate, std_error : array, shape (k,)
    covariance : array, shape (k, k)
    n_obs, n_dropped : int
        Rows used, and rows left out for a missing value or because their unit or year occurs only
        once.
    n_clusters : dict of str to int
    r_squared_within : float
    n_leads : int
    level : float
    spec : str
    """

    terms: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    n_obs: int
    n_dropped: int
    n_clusters: dict[str, int]
    r_squared_within: float
    n_leads: int
    level: float
    spec: str

    @property
    def degrees_of_freedom(self) -> int:
        """Of Student's t: the smallest number of clusters less one."""
        return min(self.n_clusters.values()) - 1

    def tidy(self) -> pd.DataFrame:
        """Coefficients in units of outcome per unit of regressor, with the usual seven columns."""
        return coefficient_table(
            self.terms,
            self.estimate,
            self.std_error,
            degrees_of_freedom=self.degrees_of_freedom,
            level=self.level,
        )

    def effect(self, term: str, *, change: float) -> pd.Series:
        """Association with a change of one regressor: ``estimate, ci_low, ci_high`` in units of the
        outcome.
        """
        table = self.tidy().set_index("term")
        if term not in table.index:
            raise CoverageError(
                f"there is no term '{term}'",
                allowed=f"one of {list(self.terms)}",
                do="choose a term",
            )
        middle, *ends = change * table.loc[term, ["estimate", "ci_low", "ci_high"]].to_numpy(
            dtype=float
        )
        return pd.Series({"estimate": middle, "ci_low": min(ends), "ci_high": max(ends)})

    def placebo(self) -> float | NotApplicable:
        """P-value of the joint F test that all leads are zero.

        Next year's regressor cannot have moved this year's outcome: a small value says that the
        association runs the other way, or that both follow something else.
        """
        if not self.n_leads:
            return NotApplicable("the panel was fitted without leads")
        beta, block = (
            self.estimate[-self.n_leads :],
            self.covariance[-self.n_leads :, -self.n_leads :],
        )
        wald = float(beta @ np.linalg.solve(block, beta)) / self.n_leads
        return float(stats.f.sf(wald, self.n_leads, self.degrees_of_freedom))

    def glance(self) -> pd.Series:
        """One value per statistic."""
        counts = {f"n_clusters_{name}": n for name, n in self.n_clusters.items()}
        placebo = {"placebo_p_value": self.placebo()} if self.n_leads else {}
        fit = {
            "n_obs": self.n_obs,
            "n_dropped": self.n_dropped,
            "r_squared_within": self.r_squared_within,
        }
        return pd.Series({**fit, **counts, **placebo}, dtype=object)

    def __str__(self) -> str:
        placebo = f"\nplacebo: leads jointly zero, p = {self.placebo():.3f}" if self.n_leads else ""
        return f"{self.spec}\n{text_table(self.tidy())}{placebo}"


def fit_panel(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    unit: str,
    time: str,
    clusters: Sequence[str] = (),
    leads: int = 0,
    level: float = 0.95,
) -> PanelFit | NotApplicable:
    """Least squares with unit and time effects, errors clustered in one or two ways.

    ``outcome = sum(b x) + unit effect + time effect + e``. The covariance is Cameron, Gelbach and
    Miller's (2011, J. Business & Econ. Stat. 29) with the small-sample factors of pyfixest,
    referred to Student's t on the smallest number of clusters less one. It is an association:
    nothing here makes the regressor as good as random.

    Parameters
    ----------
    data : DataFrame
        One row per unit and time. Rows with a missing value in a column used are left out and
        counted.
    outcome : str
    regressors : sequence of str
        The first is the one whose leads are added. Lag it yourself if it should come before the
        outcome.
    unit, time : str
        Columns of the effects; time in integers.
    clusters : sequence of str
        One or two columns; by default the unit and the time. For pairs of countries, cluster by
        both countries.
    leads : int
        How many future values of the first regressor to add as placebo; rows whose future is not in
        the data are lost.
    level : float
        Coverage of the intervals in ``tidy``.

    Returns
    -------
    PanelFit, or NotApplicable where the outcome or a regressor does not vary within units and
    years, regressors are collinear, a cluster variable has fewer than ``MIN_CLUSTERS`` values, or a
    variance is not positive.

    Raises
    ------
    ModelInputError
        For missing columns, repeated unit-times, infinite values, times that are not integers, or
        bad options.
    """
    clusters = tuple(clusters) or (unit, time)
    _checked(
        data, [outcome, *regressors], [unit, time, *clusters], unit, time, leads=leads, level=level
    )
    frame, terms = _with_leads(data, regressors[0], unit, time, leads)
    columns = [outcome, *regressors, *terms]
    used = frame[list(dict.fromkeys([*columns, unit, time, *clusters]))].dropna()
    for key in {unit, *clusters} - {time}:  # numbers are grouped faster than names
        used[key] = pd.factorize(used[key])[0]
    used = without_singletons(used, unit, time)
    few = {c: int(used[c].nunique()) for c in clusters if used[c].nunique() < MIN_CLUSTERS}
    if few:
        return NotApplicable(
            f"too few clusters for standard errors: {few}; {MIN_CLUSTERS} are needed"
        )
    solved = _least_squares(used, columns, unit, time, clusters)
    if isinstance(solved, NotApplicable):
        return solved
    estimate, covariance, r_squared_within = solved
    if not (np.diag(covariance) > 0).all():
        return NotApplicable("the two-way clustered covariance has a variance that is not positive")
    return PanelFit(
        terms=tuple(columns[1:]),
        estimate=readonly(estimate),
        std_error=readonly(np.sqrt(np.diag(covariance))),
        covariance=readonly(covariance),
        n_obs=len(used),
        n_dropped=len(data) - len(used),
        n_clusters={c: int(used[c].nunique()) for c in clusters},
        r_squared_within=r_squared_within,
        n_leads=leads,
        level=level,
        spec=(
            f"{outcome} on {', '.join(columns[1:])} with {unit} and {time} effects; n ="
            f" {len(used)}; standard errors clustered by {' and '.join(clusters)}"
        ),
    )


def _checked(
    data: pd.DataFrame,
    numeric: list[str],
    keys: list[str],
    unit: str,
    time: str,
    *,
    leads: int,
    level: float,
) -> None:
    """Raise for data or options that no panel can be fitted to."""
    lacking = sorted({*numeric, *keys} - set(data.columns))
    if lacking or len(numeric) < 2 or len(set(numeric)) < len(numeric):
        raise ModelInputError(
            f"columns missing {lacking}, outcome and regressors {numeric}",
            allowed="columns of the data, each once, with at least one regressor",
            do="name them as in the frame",
        )
    if (
        leads < 0
        or not 0 < level < 1
        or not 3 <= len(keys) <= 4
        or not pd.api.types.is_integer_dtype(data[time])
    ):
        raise ModelInputError(
            f"{leads} leads, level {level}, {len(keys) - 2} cluster columns, times of type"
            f" {data[time].dtype}",
            allowed="0 leads or more, 0 < level < 1, one or two cluster columns, integer times",
            do="change the option",
        )
    infinite = {
        c: int(np.isinf(data[c].to_numpy(dtype=float, na_value=np.nan)).sum()) for c in numeric
    }
    infinite = {c: n for c, n in infinite.items() if n}
    twice = int(data.duplicated([unit, time]).sum())
    if infinite or twice:
        raise ModelInputError(
            f"infinite values {infinite}, {twice} repeated pairs of {unit} and {time}",
            allowed="finite or missing values, one row per unit and time",
            do="clean the panel first",
        )


def _with_leads(
    data: pd.DataFrame, regressor: str, unit: str, time: str, leads: int
) -> tuple[pd.DataFrame, list[str]]:
    """The data with future values of the regressor beside it, matched by time, so that gaps are not
    bridged.
    """
    frame, names = data, []
    for step in range(1, leads + 1):
        names.append(f"{regressor}(+{step})")
        ahead = data[[unit, time, regressor]].rename(columns={regressor: names[-1]})
        frame = frame.merge(ahead.assign(**{time: ahead[time] - step}), on=[unit, time], how="left")
    return frame, names


def without_singletons(used: pd.DataFrame, unit: str, time: str) -> pd.DataFrame:
    """Rows whose unit and time both occur again, for the effect of a single row fits it exactly;
    possibly none.
    """
    while len(used):
        again = used.duplicated(unit, keep=False) & used.duplicated(time, keep=False)
        if again.all():
            break
        used = used[again]
    return used


def _least_squares(
    used: pd.DataFrame, columns: list[str], unit: str, time: str, clusters: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, float] | NotApplicable:
    """Coefficients, their covariance and R squared within, or why there are none."""
    raw = used[columns].to_numpy(dtype=float)
    effects = [pd.factorize(used[key])[0] for key in (unit, time)]
    left = without_effects(raw, *effects)
    x, y = left[:, 1:], left[:, 0]
    own = np.abs(
        np.diag(np.linalg.qr(x, mode="r"))
    )  # size of what the regressors before it leave of each
    dropped = [
        c
        for c, kept in zip(
            columns[1:], own > COLLINEAR * np.linalg.norm(raw[:, 1:], axis=0), strict=True
        )
        if not kept
    ]
    if len(dropped) == len(own):
        return NotApplicable(f"none of {columns[1:]} varies beyond {unit} and {time} effects")
    if dropped:
        return NotApplicable(f"{dropped} are collinear with the other regressors and the effects")
    bread = np.linalg.inv(x.T @ x)
    estimate = bread @ (x.T @ y)
    residual = y - x @ estimate
    if np.abs(residual).max() <= NO_ERROR * np.abs(raw[:, 0]).max():
        return NotApplicable(
            f"{columns[0]} is explained without error, so no standard error exists"
        )
    ways = [pd.factorize(used[key])[0] for key in clusters]
    meat = _clustered(x * residual[:, None], ways) * _small_sample(x.shape[1], effects, ways)
    return estimate, bread @ meat @ bread, float(1 - residual @ residual / (y @ y))


def without_effects(values: np.ndarray, unit: np.ndarray, time: np.ndarray) -> np.ndarray:
    """What unit and time effects leave of each column: units are taken out by their means, then
    times are solved for.

    The equations of the time effects are as many as there are times, so the projection is exact and
    needs no iteration.

    Parameters
    ----------
    values : array, shape (n, k), no missing value
    unit, time : arrays of int, shape (n,)
        Codes from 0, each in use, as ``pandas.factorize`` gives them.

    Returns
    -------
    array, shape (n, k)
    """
    units, times = (effect_columns([code], len(code)) for code in (unit, time))
    size = np.bincount(unit)[:, None]
    met = (units.T @ times).toarray()
    within = values - (units.T @ values / size)[unit]
    normal = np.diag(met.sum(axis=0)) - met.T @ (met / size)
    left = values - np.linalg.lstsq(normal, times.T @ within)[0][time]
    return left - (units.T @ left / size)[unit]


def _clustered(scores: np.ndarray, ways: list[np.ndarray]) -> np.ndarray:
    """Sum of squared sums of the scores by cluster; of two ways, both less that by their
    intersections.
    """
    signed = [(1, code) for code in ways]
    if len(ways) == 2:
        signed.append((-1, pd.factorize(ways[0] * (ways[1].max() + 1) + ways[1])[0]))
    meat = np.zeros((scores.shape[1], scores.shape[1]))
    for sign, code in signed:
        sums = effect_columns([code], len(code)).T @ scores
        meat += sign * sums.T @ sums
    return meat


def _small_sample(k: int, effects: list[np.ndarray], ways: list[np.ndarray]) -> float:
    """Factor G/(G-1) (n-1)/(n-k): least number of clusters G, and parameters k without effects
    nested in a cluster.
    """
    n, least = len(ways[0]), min(int(way.max()) for way in ways) + 1
    sizes = [int(effect.max()) + 1 for effect in effects]
    nested = [
        any(len(np.unique(effect * (way.max() + 1) + way)) == size for way in ways)
        for effect, size in zip(effects, sizes, strict=True)
    ]
    k += (
        sum(size for size, inside in zip(sizes, nested, strict=True) if not inside)
        - 1
        + sum(nested)
    )
    return least / (least - 1) * (n - 1) / (n - k)
