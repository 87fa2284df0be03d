"""What trade goes with: Poisson pseudo maximum likelihood on regressors, by pyfixest.

``E[trade] = exp(sum(b x) + effects)`` (Santos Silva and Tenreyro 2006, Review of Economics and
Statistics 88(4)): values stay in levels, so that zeros count. An effect is a column, or columns
joined by ``^`` such as ``exporter^year``. With two or three sets of effects the standard errors are
too small (Weidner and Zylkin 2021, Journal of International Economics 132, 103513; Pfaffermayr
2019, Applied Economics Letters 26(18)); nothing here corrects them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyfixest

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.measures.inputs import (
    numbers,
    require_columns,
    require_keys,
    require_known,
    require_level,
    whole_year,
)
from analysis.measures.rank import Rank, rank_among
from analysis.models.result import coefficient_table, readonly, text_table

SIDES = ("exporter", "importer")
PAIR = "pair"
"""Cluster of both directions of trade between two countries, whose errors go together."""
FITTED, MISSING = "fitted", "no value, or a regressor is missing"
SINGLE, SEPARATED = "alone in an effect, fitted exactly", "separated: expected value tends to zero"
MIN_CLUSTERS = 10
"""With fewer, clustered errors are far too small (Cameron and Miller 2015, section VI)."""
TOLERANCE = {"iwls_tol": 1e-10, "iwls_maxiter": 100}
EFFECTS_TOLERANCE = 1e-12
SIZE_AND_DISTANCE = (
    "log_gdp_exporter",
    "log_gdp_importer",
    "log_distance",
    "border",
    "common_language",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GravityFit:
    """A fitted gravity equation; made by ``fit_gravity``.

    Attributes
    ----------
    rows : DataFrame
        Indexed as the table given, with ``expected`` (unit of the value; missing where left out)
        and ``status``.
    dropped : DataFrame
        ``status, rows, value_share`` of what was left out, and why.
    dropped_regressors : tuple of str
        Covariates that effects and other regressors explain.
    terms : tuple of str
    estimate, std_error : array, shape (k,)
        Change of the log of the expected value per unit of the regressor.
    n_clusters : dict of str to int
    level : float
        Coverage of the intervals.
    spec : str
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame
    dropped_regressors: tuple[str, ...]
    terms: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    n_clusters: dict[str, int]
    deviance: float
    level: float
    spec: str
    _model: Any
    _regressors: tuple[str, ...]
    _effects: tuple[str, ...]

    def tidy(self) -> pd.DataFrame:
        """Coefficients with the usual seven columns; Student's t on the fewest clusters less
        one.
        """
        return coefficient_table(
            self.terms,
            self.estimate,
            self.std_error,
            degrees_of_freedom=min(self.n_clusters.values()) - 1,
            level=self.level,
        )

    def glance(self) -> pd.Series:
        """Rows used and left out, deviance and clusters."""
        clusters = {f"n_clusters_{name}": n for name, n in self.n_clusters.items()}
        n_obs = int((self.rows["status"] == FITTED).sum())
        counts = {"n_obs": n_obs, "n_dropped": len(self.rows) - n_obs, "deviance": self.deviance}
        return pd.Series({**counts, **clusters}, dtype=object)

    def predict(self, frame: pd.DataFrame) -> pd.Series:
        """Expected value of rows with the regressors and effects of the fit, indexed as ``frame``.

        Missing where a regressor is, or where an effect is not among the fitted rows.
        """
        parts = [part for name in self._effects for part in name.split("^")]
        require_columns(frame, [*self._regressors, *parts])
        data = _renamed(frame, self._regressors).join(_joined(frame, self._effects))
        known = data.notna().all(axis=1)
        data = data[known].reset_index(drop=True)
        expected = pd.Series(np.nan, index=frame.index, name="expected")
        expected[known.to_numpy()] = _quietly(
            self._model.predict,
            newdata=data,
            type="response",
            atol=EFFECTS_TOLERANCE,
            btol=EFFECTS_TOLERANCE,
        )
        return expected

    def __str__(self) -> str:
        left_out = text_table(self.dropped, digits=4) if len(self.dropped) else "nothing"
        return f"{self.spec}\n{text_table(self.tidy())}\nleft out:\n{left_out}"


def fit_gravity(
    frame: pd.DataFrame,
    *,
    regressors: Sequence[str],
    value: str = "value_usd_mn",
    effects: Sequence[str] = (),
    cluster: Sequence[str] = (PAIR,),
    level: float = 0.95,
) -> GravityFit | NotApplicable:
    """Poisson pseudo maximum likelihood of trade on regressors, with any effects or a constant.

    Parameters
    ----------
    frame : DataFrame
        ``exporter, importer``, ``year`` if there are several, the value (levels in one unit, zero
        or more) and the regressors (numbers or booleans; take logarithms yourself). A missing value
        is unknown, not zero; such rows are left out and counted.
    effects : sequence of str
        Columns, or columns joined by ``^``. Rows alone in an effect, and zeros that keep the
        likelihood from having a maximum (Correia, Guimaraes and Zylkin 2019, arXiv:1903.01633), are
        left out and counted. Without effects zeros are not searched for separation beyond single
        regressors.
    cluster : sequence of str
        One or two columns within whose groups errors may go together. ``pair`` holds both
        directions of trade between two countries; a column of directed pairs would take the two as
        independent.

    Returns
    -------
    GravityFit, or NotApplicable where there are fewer than ``MIN_CLUSTERS`` clusters, no regressor
    varies beyond the effects, or trade is zero wherever a regressor is not at its usual value.

    Raises
    ------
    ModelInputError
        For missing columns or keys, repeated rows, the world as a partner, or values that are text,
        negative or infinite.
    """
    require_level(level)
    columns = [part for name in (*effects, *cluster) for part in name.split("^") if part != PAIR]
    require_columns(frame, [*SIDES, value, *regressors, *columns])
    keys = [*SIDES, *(["year"] if "year" in frame else [])]
    require_keys(frame, keys, year=(*keys, None)[2], countries=SIDES, pairs=True)
    if not 1 <= len(cluster) <= 2 or not regressors or len(set(regressors)) < len(regressors):
        raise ModelInputError(
            f"regressors {list(regressors)}, clusters {list(cluster)}",
            allowed="one regressor or more, each once, and one or two clusters",
            do=f"cluster by '{PAIR}' if in doubt",
        )
    data = _renamed(frame, regressors).assign(
        y=numbers(frame[value], what=value, sign="zero or more", missing=True), pair=_pairs(frame)
    )
    data = data.join(frame[[name for name in cluster if name != PAIR]])
    data = data.join(_joined(frame, effects))
    data = data.reset_index(drop=True)
    status = np.where(data.notna().all(axis=1), FITTED, MISSING).astype(object)
    groups = [data[f"effect{k}"].to_numpy() for k in range(len(effects))]
    while (alone := _alone(groups, status == FITTED)).any():
        status[alone] = SINGLE
    used = data[status == FITTED].reset_index(drop=True)
    n_clusters = {name: used[name].nunique() for name in cluster}
    if reason := _no_estimate(used, regressors, n_clusters):
        return NotApplicable(reason)
    absorbed = " + ".join(f"effect{k}" for k in range(len(effects)))
    model = _quietly(
        pyfixest.fepois,
        "y ~ "
        + " + ".join(f"x{k}" for k in range(len(regressors)))
        + " | " * bool(effects)
        + absorbed,
        used,
        vcov={"CRV1": " + ".join(cluster)},
        fixef_rm="none",
        separation_check=["fe", "ir"],
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
        **TOLERANCE,
    )
    return _assemble(frame, model, status, regressors, value, effects, n_clusters, level)


def _assemble(
    frame: pd.DataFrame,
    model: Any,
    status: np.ndarray,
    regressors: Sequence[str],
    value: str,
    effects: Sequence[str],
    n_clusters: dict[str, int],
    level: float,
) -> GravityFit:
    """What pyfixest fitted, as a result of this project."""
    called = dict(zip((f"x{k}" for k in range(len(regressors))), regressors, strict=True))
    if model.n_separation_na:
        status[np.flatnonzero(status == FITTED)[np.asarray(model.na_index, dtype=int)]] = SEPARATED
    expected = np.full(len(frame), np.nan)
    expected[status == FITTED] = _quietly(model.predict, type="response")
    rows = frame[[*SIDES, value]].assign(expected=expected, status=status)
    left = rows[rows["status"] != FITTED].groupby("status")[value].agg(rows="size", sum="sum")
    left["value_share"] = left.pop("sum") / rows[value].sum()
    terms = [str(name) for name in model.coef().index]
    held = f"{' and '.join(effects)} effects" if effects else "a constant"
    by = " and ".join(f"{n} {name}s" for name, n in n_clusters.items())
    return GravityFit(
        rows=rows,
        dropped=left.reset_index(),
        dropped_regressors=tuple(name for x, name in called.items() if x not in terms),
        terms=tuple(called.get(term, term) for term in terms),
        estimate=readonly(model.coef().to_numpy()),
        std_error=readonly(model.se().to_numpy()),
        n_clusters=n_clusters,
        deviance=float(model.deviance),
        level=level,
        spec=(
            f"Poisson pseudo maximum likelihood of {value} on {', '.join(regressors)} with {held};"
            f" n = {int((status == FITTED).sum())}; standard errors clustered by {by}"
        ),
        _model=model,
        _regressors=tuple(regressors),
        _effects=tuple(effects),
    )


def _no_estimate(used: pd.DataFrame, regressors: Sequence[str], n_clusters: dict[str, int]) -> str:
    """Why nothing can be estimated, or ''."""
    if few := {name: n for name, n in n_clusters.items() if n < MIN_CLUSTERS}:
        return f"too few clusters for standard errors: {few}; {MIN_CLUSTERS} are needed"
    for k, name in enumerate(regressors):
        unusual = used[f"x{k}"] != used[f"x{k}"].mode().iloc[0]
        if not unusual.any():
            return f"the regressor {name} does not vary"
        if not used.loc[unusual, "y"].any():
            return f"trade is zero wherever {name} is not at its usual value"
    return ""


def _renamed(frame: pd.DataFrame, regressors: Sequence[str]) -> pd.DataFrame:
    """Covariates as floats under names that a formula can hold."""
    table = frame[list(regressors)].set_axis([f"x{k}" for k in range(len(regressors))], axis=1)
    said = f"a regressor ({', '.join(regressors)} as x0, x1, ...)"
    return numbers(table, what=said, missing=True)


def _joined(frame: pd.DataFrame, effects: Sequence[str]) -> pd.DataFrame:
    """One column for every effect, its columns joined where it has several."""
    columns = {}
    for k, name in enumerate(effects):
        parts = frame[name.split("^")]
        joined = parts.astype(str).fillna("").agg("^".join, axis=1)
        columns[f"effect{k}"] = joined.where(parts.notna().all(axis=1))
    return pd.DataFrame(columns, index=frame.index)


def _alone(groups: Sequence[np.ndarray], kept: np.ndarray) -> np.ndarray:
    """Rows, of those kept, that share some effect with no other of them."""
    alone = np.zeros(len(kept), bool)
    for group in groups:
        alone[kept] |= ~pd.Series(group[kept]).duplicated(keep=False).to_numpy()
    return alone


def _pairs(frame: pd.DataFrame) -> pd.Series:
    """Name of the pair of countries of each row, the same in both directions."""
    one, other = (frame[side].astype(str) for side in SIDES)
    return one.where(one < other, other) + "-" + other.where(one < other, one)


def _quietly(call: Any, *given: Any, **options: Any) -> Any:
    """Call pyfixest without its messages: what it leaves out is read from its result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*given, **options)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairExpectation:
    """A pair's trade beside what size and distance lead one to expect, both directions together.

    Attributes
    ----------
    actual, expected : float
        In the unit of the flows.
    ratio : float
        Actual over expected.
    place : Rank
        Of the ratio among all pairs whose expected trade is at least ``min_expected``.
    fit : GravityFit
    """

    pair: tuple[str, str]
    year: int
    actual: float
    expected: float
    ratio: float
    place: Rank
    fit: GravityFit

    def __str__(self) -> str:
        return (
            f"{'-'.join(self.pair)} in {self.year}: {self.ratio:.2f} times what size and distance"
            f" lead one to expect, {self.place}"
        )


def expected_by_size_and_distance(
    exports: pd.DataFrame,
    sizes: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    pair: tuple[str, str],
    year: int,
    min_expected: float = 1000.0,
) -> PairExpectation | NotApplicable:
    """How a pair's trade in one year compares with what its size and distance predict.

    Poisson pseudo maximum likelihood over all exports of the year on the logs of both gross
    domestic products and of distance, a common border and a common language, errors clustered by
    pair. It describes: distance stands for whatever goes with it, and other neighbours' size is
    left out (no multilateral resistance), so a ratio is not an effect of politics.

    Parameters
    ----------
    exports : DataFrame
        ``exporter, importer, year, value_usd_mn``.
    sizes : DataFrame
        ``country, year, gdp_usd_mn``.
    distances : DataFrame
        ``exporter, importer, distance_weighted_km, border, common_language``.
    pair : (str, str)
    min_expected : float
        Pairs with less expected trade, in the unit of the value, are not ranked: small flows have
        extreme ratios.

    Returns
    -------
    PairExpectation, or NotApplicable where a flow or a size of the pair is not known.

    Raises
    ------
    CoverageError
        If a country of the pair, or the year, is nowhere in the data.
    """
    year = whole_year("year", year)
    require_keys(sizes, ["country", "year"], year="year", countries=["country"])
    require_keys(distances, SIDES, countries=SIDES)
    flows = exports[exports["year"] == year]
    gdp = sizes[sizes["year"] == year].set_index("country")["gdp_usd_mn"]
    if flows.empty or gdp.dropna().empty:
        raise CoverageError(
            f"exports or sizes of {year} are not in the data",
            allowed=f"years from {exports['year'].min()} to {exports['year'].max()} with sizes",
            do="choose another year",
        )
    for country in pair:
        require_known(country, {*flows["exporter"], *flows["importer"]}, what="the country")
    rows = flows.merge(distances, on=[*SIDES], how="left", validate="one_to_one")
    logs = {f"log_gdp_{side}": np.log(rows[side].map(gdp)) for side in SIDES}
    rows = rows.assign(**logs, log_distance=np.log(rows["distance_weighted_km"]))
    fit = fit_gravity(rows, regressors=SIZE_AND_DISTANCE)
    if isinstance(fit, NotApplicable):
        return fit
    fitted = fit.rows.assign(pair=_pairs(fit.rows)).dropna(subset="expected")
    totals = fitted.groupby("pair")[["value_usd_mn", "expected"]].agg(["sum", "size"])
    both = totals[totals["expected", "size"] == 2].xs("sum", axis=1, level=1)
    ranked = both[both["expected"] >= min_expected]
    name = "-".join(sorted(pair))
    if name not in ranked.index:
        return NotApplicable(
            f"{name} in {year} lacks a flow, a size or a distance, or less than {min_expected:g} is"
            " expected"
        )
    place = rank_among(ranked["value_usd_mn"] / ranked["expected"], name)
    if isinstance(place, NotApplicable):
        return place
    actual, expected = map(float, ranked.loc[[name]].to_numpy()[0])
    return PairExpectation(
        pair=pair,
        year=year,
        actual=actual,
        expected=expected,
        ratio=actual / expected,
        place=place,
        fit=fit,
    )
