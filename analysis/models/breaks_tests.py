"""Tests for a break at an unknown date, with p-values that survive short and persistent series.

The statistic is the largest Wald statistic over all dates that trimming allows, in chi-square units
(not divided by the number of coefficients). Its limit depends on how many coefficients may shift
and on the trimming, which is why no table of critical values is printed here: the limit is
simulated for the case at hand, or the statistic is bootstrapped. Test growth, not levels: log trade
is near a unit root. Name splices, years in which another source begins, since a change of source
must never become a break.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from scipy.linalg import block_diag

from analysis.errors import NotApplicable, ParameterError
from analysis.models.breaks import fit_breaks
from analysis.models.breaks_bootstrap import (
    first_autocorrelation,
    limit_sup_f,
    persistence_bound,
    resampled_errors,
    wald_profile,
)
from analysis.models.breaks_segments import (
    EXACT_FIT,
    BreakSample,
    break_sample,
    orthonormal,
    shortest_regime,
)
from analysis.models.result import text_table

REFERENCES = ("ar_wild", "wild", "fixed_regressor", "asymptotic")
Segments = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreakTest:
    """Outcome of ``sup_f_test``.

    Attributes
    ----------
    statistic : float
        Largest Wald statistic (chi-square units).
    p_value : float
        Never below 1 / (n_draws + 1).
    break_after : int
        Year before the most likely break.
    profile : Series of float indexed by year
        The statistic for a break after each year.
    given : tuple of int
        Breaks under the null hypothesis; the alternative is one more.
    persistence : float or None
        Upper bound of the autoregressive coefficient of the errors, where the p-value rests on it.
    caution : str
        Empty, or why the date must not be read as an event.
    spec : str
        Statistic, p-value, sample, draws and seed.
    """

    statistic: float
    p_value: float
    break_after: int
    profile: pd.Series
    given: tuple[int, ...]
    persistence: float | None
    caution: str
    spec: str

    def glance(self) -> pd.Series:
        """Breaks under the null, statistic, p-value, date and caution."""
        return pd.Series(
            {
                "null_breaks": len(self.given),
                "sup_f": self.statistic,
                "p_value": self.p_value,
                "break_after": self.break_after,
                "caution": self.caution,
            }
        )

    def __str__(self) -> str:
        return f"{self.spec}\n{text_table(self.glance().to_frame().T.infer_objects())}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SequentialTests:
    """Outcome of ``sequential_tests``: the tests in order, each rejecting but perhaps the last.

    Attributes
    ----------
    tests : tuple of BreakTest
    alpha : float
    n_breaks : int
        Number of tests that reject at alpha.
    stopped_because : str
    """

    tests: tuple[BreakTest, ...]
    alpha: float
    n_breaks: int
    stopped_because: str

    def tidy(self) -> pd.DataFrame:
        """One row per test: ``null_breaks, sup_f, p_value, break_after, caution``."""
        return pd.DataFrame([test.glance() for test in self.tests]).infer_objects()

    def __str__(self) -> str:
        head = (
            f"{self.n_breaks} breaks at level {self.alpha:g}; stopped because"
            f" {self.stopped_because}"
        )
        return f"{head}\n{text_table(self.tidy())}"


def sup_f_test(
    series: pd.Series,
    *,
    regressors: Literal["mean", "trend"] | pd.DataFrame = "mean",
    given: Collection[int] = (),
    trimming: float = 0.15,
    splices: Collection[int] = (),
    hac_lags: int | None = None,
    reference: Literal["ar_wild", "wild", "fixed_regressor", "asymptotic"] = "ar_wild",
    shifts_removed: int = 1,
    n_draws: int = 999,
    seed: int = 0,
) -> BreakTest | NotApplicable:
    """Test no break against one at an unknown date, or the breaks given against one more.

    Parameters
    ----------
    series, regressors, trimming, splices
        As in ``breaks.fit_breaks``. With ``given``, trimming applies within each regime.
    given : collection of int
        Last years of the regimes under the null hypothesis: sup-F(l + 1 | l) of Bai and Perron
        (1998), the largest statistic over the regimes, each with its own variance.
    hac_lags : int, optional
        Bartlett lags of a Newey-West Wald statistic (Andrews 1993); where absent the statistic is
        Chow's F times the number of coefficients, which assumes independent errors of one variance.
    reference : {"ar_wild", "wild", "fixed_regressor", "asymptotic"}
        Where the p-value comes from. ``ar_wild``: errors follow a first-order autoregression, its
        coefficient an upper bound estimated after removing the most likely break, and are rebuilt
        from innovations with random signs; for short persistent series. ``wild``: errors with
        random signs (Liu 1988), for changing variances. ``fixed_regressor``: the heteroskedastic
        bootstrap of Hansen (2000), errors under the alternative times normal draws. ``asymptotic``:
        the simulated limit, its distribution function raised to the power l + 1; for stationary
        regressors only.
    shifts_removed : int
        For ``ar_wild``: how many of the most likely further breaks are removed before persistence
        is estimated. Several shifts in one direction look like persistence, and with one removed
        the test may not reject even large ones; two removed take ten times as long.
    n_draws, seed : int
        Bootstrap samples (or simulated limits) and the seed that fixes them.

    Returns
    -------
    BreakTest, or NotApplicable where a regime is too short or fitted exactly

    Raises
    ------
    ModelInputError
        If years are missing or repeat, a value is not finite, or regressors are collinear in a
        possible regime.
    ParameterError
        If an option is out of range.

    Notes
    -----
    With errors that persist, every reference but ``ar_wild`` finds breaks that are not there, with
    or without ``hac_lags``. On fifty years of noise with persistence 0.8, at the 5 % level,
    ``ar_wild`` rejected in 6 % of 1,000 simulations, ``wild`` and ``fixed_regressor`` in 82 % of
    500, and ``asymptotic`` with three lags in 74 %. At the 1 % level ``ar_wild`` rejected in 3 to 4
    %, so a p-value just under 0.01 is worth less than it says. Its price is power: a shift must be
    large against the swings of the errors. A year left out at a splice counts as no time.
    """
    sample = break_sample(series, regressors=regressors, splices=splices)
    _check_options(reference, n_draws, hac_lags, trimming, shifts_removed)
    if reference == "asymptotic" and regressors == "trend":
        raise ParameterError(
            "the simulated limit does not hold for a trend", allowed="the bootstraps"
        )
    segments = _segments(sample, given)
    problem = _problem(sample, segments, trimming)
    if problem:
        return NotApplicable(problem)
    profile = _profile(sample.outcome[None], sample, segments, trimming, hac_lags)[0]
    at = int(np.nanargmax(profile))
    if not np.isfinite(profile[at]):
        return NotApplicable(
            f"a break after {sample.years[at]} fits the series exactly: there is no error to"
            " judge by"
        )
    p_value, persistence = _p_value(
        sample, segments, trimming, hac_lags, reference, shifts_removed, n_draws, seed, profile
    )
    return BreakTest(
        statistic=float(profile[at]),
        p_value=p_value,
        break_after=int(sample.years[at]),
        profile=pd.Series(profile, index=sample.years, name="wald").dropna(),
        given=tuple(sorted(int(year) for year in given)),
        persistence=persistence,
        caution=_caution(sample, profile, at),
        spec=(
            f"sup-F({len(segments)} | {len(segments) - 1}) on {', '.join(sample.terms)};"
            f" {sample.years[0]}-{sample.years[-1]}, n = {len(sample.years)}; trimming"
            f" {trimming:g}; "
            + ("independent errors" if hac_lags is None else f"Newey-West with {hac_lags} lags")
            + f"; p-value {reference}, {n_draws} draws, seed {seed}"
            + ("" if persistence is None else f", persistence {persistence:.2f}")
        ),
    )


def sequential_tests(
    series: pd.Series,
    *,
    regressors: Literal["mean", "trend"] | pd.DataFrame = "mean",
    max_breaks: int = 5,
    alpha: float = 0.05,
    trimming: float = 0.15,
    splices: Collection[int] = (),
    hac_lags: int | None = None,
    reference: Literal["ar_wild", "wild", "fixed_regressor", "asymptotic"] = "ar_wild",
    shifts_removed: int = 1,
    n_draws: int = 999,
    seed: int = 0,
) -> SequentialTests | NotApplicable:
    """Test 0 breaks against 1, 1 against 2, and so on until a test does not reject (Bai and Perron
    1998, 4.1).

    Parameters
    ----------
    series, regressors, trimming, splices, hac_lags, reference, n_draws, seed
        As in ``sup_f_test``.
    shifts_removed : int
        As in ``sup_f_test`` for the first test; one fewer for each break already given, but at
        least one.
    max_breaks : int
        The procedure stops here even if tests go on rejecting.
    alpha : float
        Level of each test.

    Returns
    -------
    SequentialTests, or NotApplicable if even the first test cannot be made

    Notes
    -----
    Two shifts that cancel can hide from the first test; then look at the information criteria too.
    """
    if not 0 < alpha < 1 or max_breaks < 1:
        raise ParameterError(
            f"alpha={alpha}, max_breaks={max_breaks}",
            allowed="alpha between 0 and 1, a break or more",
        )
    tests: list[BreakTest] = []
    given: tuple[int, ...] = ()
    stopped = f"{max_breaks} breaks are the most asked for"
    for count in range(max_breaks):
        test = sup_f_test(
            series, regressors=regressors, given=given, trimming=trimming, splices=splices, hac_lags=hac_lags,
            reference=reference, shifts_removed=max(shifts_removed - count, 1), n_draws=n_draws, seed=seed + count,
        )  # fmt: skip
        if isinstance(test, NotApplicable):
            stopped = test.reason
            break
        tests.append(test)
        if test.p_value > alpha:
            stopped = f"the test for break {count + 1} does not reject"
            break
        fit = fit_breaks(
            series, regressors=regressors, n_breaks=count + 1, trimming=trimming, splices=splices
        )
        if isinstance(fit, NotApplicable):
            stopped = fit.reason
            break
        given = fit.breaks
    if not tests:
        return NotApplicable(stopped)
    rejected = sum(test.p_value <= alpha for test in tests)
    return SequentialTests(
        tests=tuple(tests), alpha=alpha, n_breaks=rejected, stopped_because=stopped
    )


def _p_value(
    sample: BreakSample, segments: Segments, trimming: float, hac_lags: int | None, reference: str, shifts_removed: int,
    n_draws: int, seed: int, profile: np.ndarray,
) -> tuple[float, float | None]:  # fmt: skip
    """P-value, and the persistence it rests on."""
    observed, n, q = np.nanmax(profile), *sample.design.shape
    if reference == "asymptotic":
        limits = limit_sup_f(q, trimming, n_steps=n, n_draws=n_draws, seed=seed)
        return max(float(1 - np.mean(limits < observed) ** len(segments)), 1 / (n_draws + 1)), None
    outcome, persistence = sample.outcome[None], None
    removed = {"wild": 0, "fixed_regressor": 1}.get(reference, shifts_removed)
    without_breaks = _break_remover(sample, segments, trimming, hac_lags, removed)
    errors = without_breaks(outcome)
    if reference == "ar_wild":
        persistence = persistence_bound(
            float(first_autocorrelation(errors)[0]),
            lambda paths: first_autocorrelation(without_breaks(paths)),
            n_obs=n,
            seed=seed,
        )
    rng = np.random.default_rng(seed)
    draws = resampled_errors(
        errors[0], method=reference, persistence=persistence, n_draws=n_draws, rng=rng
    )
    largest = np.nanmax(_profile(draws, sample, segments, trimming, hac_lags), axis=1)
    return float(1 + np.sum(largest >= observed)) / (n_draws + 1), persistence


def _basis(sample: BreakSample, segments: Iterable[tuple[int, int]]) -> np.ndarray:
    """Orthonormal regressors with coefficients of their own in each segment, shape (n, q *
    n_segments).
    """
    return block_diag(*(orthonormal(sample.design[start:stop]) for start, stop in segments))


def _without(outcomes: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Errors of every series after least squares, shape (n_series, n)."""
    return outcomes - (outcomes @ basis) @ basis.T


def _break_remover(
    sample: BreakSample, segments: Segments, trimming: float, hac_lags: int | None, count: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Function from series, shape (n_series, n), to their errors after their own most likely
    further breaks.

    Breaks are found one at a time, each given those before it, until there are ``count`` or no room
    is left.
    """

    @cache
    def basis(edges: tuple[int, ...]) -> np.ndarray:
        return _basis(sample, pairwise(edges))

    def errors(outcomes: np.ndarray, edges: tuple[int, ...], more: int) -> np.ndarray:
        q, spans = sample.design.shape[1], list(pairwise(edges))
        if more == 0 or all(shortest_regime(stop - start, trimming) <= q for start, stop in spans):
            return _without(outcomes, basis(edges))
        best = np.nanargmax(_profile(outcomes, sample, spans, trimming, hac_lags), axis=1)
        left = np.empty_like(outcomes)
        for end in np.unique(best):
            wider = tuple(sorted({*edges, int(end) + 1}))
            left[best == end] = errors(outcomes[best == end], wider, more - 1)
        return left

    return lambda outcomes: errors(outcomes, (0, *(stop for _, stop in segments)), count)


def _profile(
    outcomes: np.ndarray,
    sample: BreakSample,
    segments: Segments,
    trimming: float,
    hac_lags: int | None,
) -> np.ndarray:
    """Wald statistics of every series and date, shape (n_series, n); NaN where regimes would be too
    short.
    """
    parts = []
    for start, stop in segments:
        shortest = shortest_regime(stop - start, trimming)
        design, part = sample.design[start:stop], outcomes[:, start:stop]
        testable = shortest > design.shape[1]
        parts.append(
            wald_profile(part, design, shortest, hac_lags=hac_lags)
            if testable
            else np.full(part.shape, np.nan)
        )
    return np.concatenate(parts, axis=1)


def _segments(sample: BreakSample, given: Collection[int]) -> Segments:
    """Positions of the regimes under the null hypothesis."""
    strangers = sorted(set(map(int, given)) - set(sample.years[:-1].tolist()))
    if strangers:
        raise ParameterError(
            f"given={strangers} are not years after which a break can lie",
            allowed=f"years of the sample from {sample.years[0]} to {sample.years[-2]}",
        )
    edges = [
        0,
        *(np.searchsorted(sample.years, sorted(given), side="right").tolist()),
        len(sample.years),
    ]
    return list(pairwise(edges))


def _problem(sample: BreakSample, segments: Segments, trimming: float) -> str:
    """Why no test can be made, or ''."""
    q = sample.design.shape[1]
    longest = max(stop - start for start, stop in segments)
    if (
        shortest_regime(longest, trimming) <= q
        or min(stop - start for start, stop in segments) <= q
    ):
        return (
            f"trimming {trimming:g} of {longest} years leaves too few for {q} coefficients on"
            " either side"
        )
    for start, stop in segments:
        basis, outcome = orthonormal(sample.design[start:stop]), sample.outcome[start:stop]
        errors = outcome - basis @ (basis.T @ outcome)
        if errors @ errors <= EXACT_FIT * (outcome @ outcome):
            return (
                "the series is constant or fitted exactly in"
                f" {sample.years[start]}-{sample.years[stop - 1]}"
            )
    return ""


def _caution(sample: BreakSample, profile: np.ndarray, at: int) -> str:
    """Why the date must not be read as an event, or ''."""
    beside = [
        splice for splice in sample.splices if sample.years[at] <= splice <= sample.years[at + 1]
    ]
    found = [f"at the change of source in {', '.join(map(str, beside))}"] if beside else []
    if np.isnan(profile[[at - 1, at + 1]]).any():
        found.append("at the edge that trimming allows")
    return "; ".join(found)


def _check_options(
    reference: str, n_draws: int, hac_lags: int | None, trimming: float, removed: int
) -> None:
    shortest_regime(1, trimming)
    if reference not in REFERENCES:
        raise ParameterError(f"reference={reference!r} is unknown", allowed=", ".join(REFERENCES))
    if n_draws < 1 or (hac_lags or 0) < 0 or removed < 1:
        raise ParameterError(
            f"n_draws={n_draws}, hac_lags={hac_lags}, shifts_removed={removed} is out of range",
            allowed="n_draws and shifts_removed from 1, hac_lags from 0",
        )
