"""What trade goes with: Poisson pseudo maximum likelihood on regressors, by pyfixest.

``E[trade] = exp(sum(b x) + constant)`` (Santos Silva and Tenreyro 2006, Review of Economics and
Statistics 88(4)): values stay in levels, so that zeros count.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest

from analysis.errors import CoverageError, NotApplicable, ParameterError
from analysis.measures.inputs import (
    as_list,
    numbers,
    pair_of,
    real_number,
    require_columns,
    require_keys,
    require_known,
    require_years,
    whole_year,
)
from analysis.measures.rank import Rank, rank_among
from analysis.models.result import coefficient_table, readonly, text_table

SIDES = ("exporter", "importer")
FITTED, MISSING = "fitted", "no value, or a regressor is missing"
MIN_CLUSTERS = 10
"""With fewer, clustered errors are far too small (Cameron and Miller 2015, section VI)."""
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
        ``exporter, importer, value_usd_mn``, indexed as the table given, with ``expected`` (unit of
        the value; missing where left out) and ``status``, which says why.
    terms : tuple of str
        The intercept, and regressors that others do not explain.
    dropped : tuple of str
        Regressors that others explain.
    estimate, std_error : array, shape (k,)
        Change of the log of the expected value per unit of the regressor.
    n_clusters : int
        Pairs of countries.
    """

    rows: pd.DataFrame
    terms: tuple[str, ...]
    dropped: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    n_clusters: int

    @property
    def spec(self) -> str:
        """Estimator, sample and covariance."""
        used = int((self.rows["status"] == FITTED).sum())
        dropped = f" ({', '.join(self.dropped)} collinear, dropped)" if self.dropped else ""
        return (
            f"Poisson pseudo maximum likelihood of value_usd_mn on {', '.join(self.terms)}"
            f"{dropped}; n = {used}, {len(self.rows) - used} left out for want of a value or a"
            f" regressor; standard errors clustered by {self.n_clusters} pairs"
        )

    def tidy(self) -> pd.DataFrame:
        """Coefficients with the usual seven columns; Student's t on the clusters less one."""
        return coefficient_table(
            self.terms, self.estimate, self.std_error, degrees_of_freedom=self.n_clusters - 1
        )

    def __str__(self) -> str:
        return f"{self.spec}\n{text_table(self.tidy())}"


def fit_gravity(
    frame: pd.DataFrame, *, regressors: Sequence[str] = SIZE_AND_DISTANCE
) -> GravityFit | NotApplicable:
    """Poisson pseudo maximum likelihood of trade on regressors and a constant.

    Standard errors let both directions of trade between two countries go together.

    Parameters
    ----------
    frame : DataFrame
        ``exporter, importer, value_usd_mn`` (levels, zero or more; one year) and the regressors
        (numbers or booleans; take logarithms yourself). A missing value is unknown, not zero; such
        rows are left out and counted.

    Returns
    -------
    GravityFit, or NotApplicable where there are fewer than ``MIN_CLUSTERS`` pairs, a regressor does
    not vary, or trade is zero wherever a regressor is not at its usual value.

    Raises
    ------
    ModelInputError, ParameterError
        For missing columns or keys, repeated rows, the world as a partner, or values that are text,
        negative or infinite; for regressors that are none, come twice or are trade itself.
    """
    regressors = as_list("regressors", regressors)
    if not regressors or len({*regressors, "value_usd_mn", *SIDES}) < len(regressors) + 3:
        raise ParameterError(
            f"regressors={regressors}",
            allowed="columns other than trade and its sides, each once",
            do="name at least one",
        )
    require_columns(frame, [*SIDES, "value_usd_mn", *regressors])
    require_keys(frame, SIDES, countries=SIDES, pairs=True)
    value = numbers(frame["value_usd_mn"], what="value_usd_mn", sign="zero or more", missing=True)
    data = numbers(frame[list(regressors)], what="a regressor", missing=True)
    plain = {name: f"x{place}" for place, name in enumerate(regressors)}  # names for a formula
    data = data.rename(columns=plain).assign(value=value, pair=_pairs(frame))
    known = data.notna().all(axis=1).to_numpy()
    used = data[known].reset_index(drop=True)
    n_clusters = used["pair"].nunique()
    if reason := _no_estimate(used, plain, n_clusters):
        return NotApplicable(reason)
    with warnings.catch_warnings():  # what pyfixest leaves out is read from its result
        warnings.simplefilter("ignore")
        model = pyfixest.fepois(
            f"value ~ {' + '.join(plain.values())}",
            used,
            vcov={"CRV1": "pair"},
            iwls_tol=1e-10,
            iwls_maxiter=100,
        )
        fitted = model.predict(type="response")
    expected = np.full(len(frame), np.nan)
    expected[known] = fitted
    rows = frame[[*SIDES, "value_usd_mn"]]
    named = {short: str(name) for name, short in plain.items()}
    terms = tuple(named.pop(str(term), str(term)) for term in model.coef().index)
    return GravityFit(
        rows=rows.assign(expected=expected, status=np.where(known, FITTED, MISSING)),
        terms=terms,
        dropped=tuple(named.values()),
        estimate=readonly(model.coef().to_numpy()),
        std_error=readonly(model.se().to_numpy()),
        n_clusters=n_clusters,
    )


def _no_estimate(used: pd.DataFrame, regressors: Mapping[str, str], n_clusters: int) -> str:
    """Why nothing can be estimated, or ''."""
    if n_clusters < MIN_CLUSTERS:
        return f"too few pairs for standard errors: {n_clusters}; {MIN_CLUSTERS} are needed"
    for name, column in regressors.items():
        unusual = used[column] != used[column].mode().iloc[0]
        if not unusual.any():
            return f"the regressor {name} does not vary"
        if not used.loc[unusual, "value"].any():
            return f"trade is zero wherever {name} is not at its usual value"
    return ""


def _pairs(frame: pd.DataFrame) -> pd.Series:
    """Name of the pair of countries of each row, the same in both directions."""
    one, other = (frame[side].astype(str) for side in SIDES)
    return one.where(one < other, other) + "-" + other.where(one < other, one)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairExpectation:
    """A pair's trade beside what size and distance lead one to expect, both directions together.

    Attributes
    ----------
    actual, expected : float
        USD million.
    ratio : float
        Actual over expected.
    place : Rank
        Of the ratio among all pairs whose expected trade is at least ``min_expected``.
    """

    actual: float
    expected: float
    ratio: float
    place: Rank
    fit: GravityFit


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

    ``fit_gravity`` over all exports of the year on the logs of both gross domestic products and of
    distance, a common border and a common language. It describes: distance stands for whatever goes
    with it, and other neighbours' size is left out (no multilateral resistance), so a ratio is not
    an effect of politics.

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
        Pairs with less expected trade, USD million, are not ranked: small flows have extreme
        ratios.

    Returns
    -------
    PairExpectation, or NotApplicable where a flow or a size of the pair is not known.

    Raises
    ------
    CoverageError
        If a country of the pair, or the year, is nowhere in the data.
    ModelInputError, ParameterError
        As ``fit_gravity``, for any of the tables; for a pair that is not two countries, or another
        ``min_expected``.
    """
    year, pair = whole_year("year", year), pair_of("pair", pair, of="two countries")
    min_expected = real_number("min_expected", min_expected, least=0)
    if pair[0] == pair[1]:
        raise ParameterError(f"pair={pair!r}", allowed="two countries", do="name them by ISO3")
    require_columns(exports, [*SIDES, "year", "value_usd_mn"])
    require_years(exports["year"], what="the column 'year'", unique=False)
    require_columns(sizes, ["gdp_usd_mn"])
    require_keys(sizes, ["country", "year"], year="year", countries=["country"])
    require_columns(distances, ["distance_weighted_km"])
    require_keys(distances, SIDES, countries=SIDES)
    flows = exports[exports["year"] == year]
    require_keys(flows, SIDES, countries=SIDES, pairs=True)
    gdp = sizes[sizes["year"] == year].set_index("country")["gdp_usd_mn"]
    gdp = numbers(gdp, what="gdp_usd_mn", sign="above zero", missing=True)
    if flows.empty or gdp.dropna().empty:
        raise CoverageError(
            f"exports or sizes of {year} are not in the data",
            allowed=f"years from {exports['year'].min()} to {exports['year'].max()} with sizes",
            do="choose another year",
        )
    for country in pair:
        require_known(country, {*flows["exporter"], *flows["importer"]}, what="the country")
    far = numbers(distances["distance_weighted_km"], what="km", sign="above zero", missing=True)
    distances = distances.assign(log_distance=np.log(far))
    rows = flows.merge(distances, on=[*SIDES], how="left", validate="one_to_one")
    logs = {f"log_gdp_{side}": np.log(rows[side].map(gdp)) for side in SIDES}
    fit = fit_gravity(rows.assign(**logs))
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
        actual=actual, expected=expected, ratio=actual / expected, place=place, fit=fit
    )
