"""What trade goes with: Poisson pseudo maximum likelihood on size and distance, by pyfixest,
``E[trade] = exp(sum(b x) + constant)`` (Santos Silva and Tenreyro 2006, Review of Economics and
Statistics 88(4)).
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyfixest

from analysis.errors import CoverageError, NotApplicable, ParameterError, whole_year
from analysis.measures.inputs import keyed, require_columns, require_known, require_years
from analysis.measures.rank import Rank, rank_among
from analysis.models.result import Fitted, coefficient_table

SIDES, VALUE = ["exporter", "importer"], "value_usd_mn"
MIN_CLUSTERS = 10
"""With fewer, clustered errors are far too small (Cameron and Miller 2015, section VI)."""
REGRESSORS = ["log_gdp_exporter", "log_gdp_importer", "log_distance", "border", "common_language"]
LEAST_EXPECTED = 1000.0
"""USD million; pairs with less expected trade are not ranked: small flows have extreme ratios."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GravityFit(Fitted):
    """A fitted gravity equation: ``rows`` are those given, with ``expected`` (missing where a row
    was left out), of whose log the coefficients are changes; regressors that others explain have
    none. Student's t on the clusters less one.
    """

    rows: pd.DataFrame


def fit_gravity(frame: pd.DataFrame) -> GravityFit | NotApplicable:
    """Poisson pseudo maximum likelihood of trade on ``REGRESSORS`` and a constant, errors clustered
    by pairs of countries, both directions together.

    ``frame`` has ``exporter, importer, value_usd_mn`` (levels of one year) and the regressors; rows
    with a missing value are left out and counted. NotApplicable where there are fewer than
    ``MIN_CLUSTERS`` pairs, a regressor does not vary, or trade is zero wherever one is not at its
    usual value.
    """
    signs = {VALUE: "zero or more", **dict.fromkeys(REGRESSORS, "any")}
    data = keyed(frame, SIDES, countries=SIDES, pairs=True, values=signs)
    names = np.sort(data[SIDES].astype(str).to_numpy(), axis=1)  # the same in both directions
    data["pair"] = names[:, 0] + "-" + names[:, 1]
    known = data.notna().all(axis=1)
    used = data[known].reset_index(drop=True)
    n_clusters = used["pair"].nunique()
    if reason := _no_estimate(used, n_clusters):
        return NotApplicable(reason)
    with warnings.catch_warnings():  # what pyfixest leaves out is read from its result
        warnings.simplefilter("ignore")
        model = pyfixest.fepois(
            f"{VALUE} ~ {' + '.join(REGRESSORS)}",
            used,
            vcov={"CRV1": "pair"},
            iwls_tol=1e-10,
            iwls_maxiter=100,
        )
        fitted = model.predict(type="response")
    expected = np.full(len(frame), np.nan)
    expected[known] = fitted
    estimate, std_error = model.coef(), model.se().to_numpy()
    terms, free = list(map(str, estimate.index)), n_clusters - 1
    return GravityFit(
        rows=data[[VALUE, "pair"]].assign(expected=expected),
        coefficients=coefficient_table(
            terms, estimate.to_numpy(), std_error, degrees_of_freedom=free
        ),
        spec=(
            f"Poisson pseudo maximum likelihood of {VALUE} on {', '.join(terms)}; n = {len(used)},"
            f" {len(frame) - len(used)} left out for want of a value or a regressor; standard"
            f" errors clustered by {n_clusters} pairs"
        ),
    )


def _no_estimate(used: pd.DataFrame, n_clusters: int) -> str:
    """Why nothing can be estimated, or ''."""
    if n_clusters < MIN_CLUSTERS:
        return f"too few pairs for standard errors: {n_clusters}; {MIN_CLUSTERS} are needed"
    for name in REGRESSORS:
        unusual = used[name] != used[name].mode().iloc[0]
        if not unusual.any():
            return f"the regressor {name} does not vary"
        if not used.loc[unusual, VALUE].any():
            return f"trade is zero wherever {name} is not at its usual value"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairExpectation:
    """A pair's trade in both directions, USD million, beside what size and distance predict;
    ``place`` ranks ``ratio`` among all pairs of which ``LEAST_EXPECTED`` is expected.
    """

    actual: float
    expected: float
    ratio: float
    place: Rank
    fit: GravityFit


def _why_unranked(
    pair: tuple[str, str], year: int, *, rows: pd.DataFrame, expected: pd.Series
) -> str:
    """What a pair lacks to be ranked; of pairs with both flows the trade is ``expected``."""
    these = rows[rows["exporter"].isin(pair) & rows["importer"].isin(pair)].set_index(SIDES)
    unknown = [flow for flow in (pair, pair[::-1]) if these[VALUE].reindex([flow]).isna().all()]
    if unknown:
        said = " and ".join(f"exports from {one} to {other}" for one, other in unknown)
        return f"{said} are not known in {year}"
    if unsized := [one for one in pair if these["log_gdp_exporter"].xs(one).isna().all()]:
        return f"the GDP of {' and '.join(unsized)} is not known in {year}"
    name = "-".join(sorted(pair))
    if name not in expected.index:
        return f"the distance between {pair[0]} and {pair[1]} is not known"
    return (
        f"by size and distance USD {expected[name]:,.0f} million are expected in {year},"
        f" and pairs are ranked from {LEAST_EXPECTED:,.0f} million on"
    )


def expected_by_size_and_distance(
    exports: pd.DataFrame,
    sizes: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    pair: tuple[str, str],
    year: int,
) -> PairExpectation | NotApplicable:
    """How a pair's trade in one year compares with what its size and distance predict, by
    ``fit_gravity`` over all ``exports`` of the year (``exporter, importer, year, value_usd_mn``),
    ``sizes`` (``country, year, gdp_usd_mn``) and ``distances`` (``exporter, importer,
    distance_weighted_km, border, common_language``). Other neighbours' size is left out (no
    multilateral resistance), so a ratio is not an effect of politics.

    NotApplicable where a flow or a size of the pair is not known, or ``fit_gravity`` declines;
    CoverageError if a country or the year is nowhere.
    """
    year = whole_year("year", year)
    if len({*pair}) != 2:
        raise ParameterError(f"pair={pair!r}", allowed="two countries", do="name them by ISO3")
    require_columns(exports, [*SIDES, "year", VALUE])
    require_years(exports["year"], what="the column 'year'", unique=False)
    positive = {"gdp_usd_mn": "above zero"}
    known = keyed(sizes, ["country", "year"], year="year", countries=["country"], values=positive)
    gdp = known[known["year"] == year].set_index("country")["gdp_usd_mn"]
    flows = exports[exports["year"] == year]
    if flows.empty or gdp.dropna().empty:
        came = f"exports or sizes of {year} are not in the data"
        allowed, do = "a year that both tables have", "choose another year"
        raise CoverageError(came, allowed=allowed, do=do)
    for country in pair:
        require_known(country, {*flows["exporter"], *flows["importer"]}, what="the country")
    km = {"distance_weighted_km": "above zero"}
    far = keyed(distances, SIDES, countries=SIDES, values=km)["distance_weighted_km"]
    rows = flows.merge(distances.assign(log_distance=np.log(far)), on=SIDES, how="left")
    logs = {f"log_gdp_{side}": np.log(rows[side].map(gdp)) for side in SIDES}
    rows = rows.assign(**logs)
    fit = fit_gravity(rows)
    if isinstance(fit, NotApplicable):
        return fit
    totals = fit.rows.dropna().groupby("pair")[[VALUE, "expected"]].agg(["sum", "size"])
    both = totals[totals["expected", "size"] == 2].xs("sum", axis=1, level=1)
    ranked = both[both["expected"] >= LEAST_EXPECTED]
    name = "-".join(sorted(pair))
    if name not in ranked.index:
        return NotApplicable(_why_unranked(pair, year, rows=rows, expected=both["expected"]))
    place = rank_among(ranked[VALUE] / ranked["expected"], name)
    if isinstance(place, NotApplicable):
        return place
    actual, expected = map(float, ranked.loc[name])
    ratio = actual / expected
    return PairExpectation(actual=actual, expected=expected, ratio=ratio, place=place, fit=fit)
