"""Breaks in the mean, the trend or a regression of a yearly series, dated by least squares (Bai and
Perron).

Before using these on trade, three warnings. Log trade is near a unit root, where a random walk
looks like a chain of breaks: test growth, not levels, and expect a single surge to leave no
detectable break. With fifty or so years the information criteria and the tests based on long-run
variances find breaks that are not there when errors are persistent: rest a claim on
``analysis.models.breaks_tests`` with its autoregressive bootstrap. And a splice, a year in which
another source begins, must never become a break: name it in ``splices``, so that every break that
cannot be told from it is marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.breaks_dates import date_interval
from analysis.models.breaks_segments import (
    EXACT_FIT,
    BreakSample,
    best_partitions,
    break_sample,
    long_run_variance,
    segment_ssr,
    shortest_regime,
)
from analysis.models.result import coefficient_table, readonly, text_table

CRITERIA = ("bic", "lwz")
LWZ_WEIGHT, LWZ_EXCESS = 0.299, 0.1
"""Constants c0 and delta0 recommended by Liu, Wu and Zidek (1997)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreaksFit:
    """A series in regimes; made by ``fit_breaks``.

    Attributes
    ----------
    sample : BreakSample
    shortest : int
        Observations that a regime must have, from the trimming.
    trimming : float
    ssr : array, shape (max_breaks + 1,)
        Least sum of squared errors by number of breaks, in squared units of the series.
    partitions : tuple of tuples of int
        The best last years of the regimes, by number of breaks.
    n_breaks : int
        The number kept, and how it was chosen in ``chosen_by``.
    chosen_by : str
    coefficients : array, shape (n_breaks + 1, q)
    covariances : array, shape (n_breaks + 1, q, q)
    intervals : tuple of (int, int) or NotApplicable, length n_breaks
        First and last year that may end each regime, not cut at the sample.
    hac_lags : int or None
    level : float
    """

    sample: BreakSample
    shortest: int
    trimming: float
    ssr: np.ndarray
    partitions: tuple[tuple[int, ...], ...]
    n_breaks: int
    chosen_by: str
    coefficients: np.ndarray
    covariances: np.ndarray
    intervals: tuple[tuple[int, int] | NotApplicable, ...]
    hac_lags: int | None
    level: float

    @property
    def breaks(self) -> tuple[int, ...]:
        """Last year of every regime but the last: the break comes after it."""
        return self.partitions[self.n_breaks]

    @property
    def spec(self) -> str:
        """Estimator, sample, trimming and covariance."""
        errors = (
            "independent errors"
            if self.hac_lags is None
            else f"Newey-West with {self.hac_lags} lags"
        )
        return (
            f"least-squares breaks in {', '.join(self.sample.terms)};"
            f" {self._span(0, len(self.sample.years))}, n = {len(self.sample.years)}; trimming"
            f" {self.trimming:g} (regimes of {self.shortest} or more); {self.n_breaks} breaks by"
            f" {self.chosen_by}; {errors}, own variance in each regime"
        )

    def tidy(self) -> pd.DataFrame:
        """Coefficients of each regime, with the regime's years in the term and intervals given the
        breaks.
        """
        spans = [self._span(start, stop) for start, stop in _segments(self.sample, self.breaks)]
        terms = [f"{term} {span}" for span in spans for term in self.sample.terms]
        errors = np.sqrt(np.diagonal(self.covariances, axis1=1, axis2=2))
        return coefficient_table(terms, self.coefficients.ravel(), errors.ravel(), level=self.level)

    def dates(self) -> pd.DataFrame:
        """One row per break.

        Returns
        -------
        DataFrame with ``break_after`` (last year of the old regime), ``ci_low`` and ``ci_high``
        (the same, at ``level``, cut at the sample), ``caution`` (empty, or why the date must not be
        read as an event)
        """
        first, last = int(self.sample.years[0]), int(self.sample.years[-1])
        rows = []
        for year, interval in zip(self.breaks, self.intervals, strict=True):
            low, high = (pd.NA, pd.NA) if isinstance(interval, NotApplicable) else interval
            inside = (pd.NA, pd.NA) if low is pd.NA else (max(low, first), min(high, last))
            rows.append((year, *inside, "; ".join(self._cautions(year, interval))))
        table = pd.DataFrame(rows, columns=["break_after", "ci_low", "ci_high", "caution"])
        return table.astype(
            {"break_after": "Int64", "ci_low": "Int64", "ci_high": "Int64", "caution": object}
        )

    def criteria(self) -> pd.DataFrame:
        """Sum of squared errors, BIC and LWZ by number of breaks, and the breaks; the least
        criterion is best.
        """
        return pd.DataFrame(
            {
                "n_breaks": range(len(self.ssr)),
                "ssr": self.ssr,
                **{name: _criterion(name, self.ssr, self.sample) for name in CRITERIA},
                "breaks_after": [", ".join(map(str, years)) for years in self.partitions],
            }
        )

    def glance(self) -> pd.Series:
        """Number of observations and breaks, share of squares explained by the breaks, criteria,
        cautions.
        """
        kept = self.criteria().loc[self.n_breaks]
        return pd.Series(
            {
                "n_obs": len(self.sample.years),
                "n_breaks": self.n_breaks,
                "ssr": kept["ssr"],
                "explained_by_breaks": 1 - kept["ssr"] / self.ssr[0],
                **{name: kept[name] for name in CRITERIA},
                "n_cautions": int((self.dates()["caution"] != "").sum()),
            }
        )

    def predict(self, years: Iterable[int] | None = None) -> pd.Series:
        """Fitted values in the unit of the series, for years of the sample (all of them where
        absent).

        Raises
        ------
        ModelInputError
            For a year outside the sample: breaks say nothing about years that have not been seen.
        """
        segments = _segments(self.sample, self.breaks)
        lengths = [stop - start for start, stop in segments]
        by_year = np.repeat(self.coefficients, lengths, axis=0)
        fitted = pd.Series(
            (self.sample.design * by_year).sum(axis=1), index=self.sample.years, name="fitted"
        )
        if years is None:
            return fitted
        wanted = [int(year) for year in years]
        outside = sorted(set(wanted) - set(fitted.index))
        if outside:
            span = self._span(0, len(fitted))
            raise ModelInputError(
                f"no fitted value for {outside}", allowed=f"years of the sample, {span}"
            )
        return fitted.loc[wanted]

    def _span(self, start: int, stop: int) -> str:
        return f"{self.sample.years[start]}-{self.sample.years[stop - 1]}"

    def _cautions(self, year: int, interval: tuple[int, int] | NotApplicable) -> list[str]:
        """Why a date must not be read as an event."""
        first, last = int(self.sample.years[0]), int(self.sample.years[-1])
        low, high = (year, year) if isinstance(interval, NotApplicable) else interval
        found = [f"no interval: {interval.reason}"] if isinstance(interval, NotApplicable) else []
        spliced = [splice for splice in self.sample.splices if low <= splice <= high + 1]
        if spliced:
            found.append(
                f"cannot be told from the change of source in {', '.join(map(str, spliced))}"
            )
        beside = self.breaks.index(year)
        lengths = [stop - start for start, stop in _segments(self.sample, self.breaks)]
        if self.shortest in lengths[beside : beside + 2]:
            found.append("at the edge that trimming allows, so the true date may lie beyond it")
        if low < first or high > last:
            found.append("the interval reaches beyond the sample")
        return found

    def __str__(self) -> str:
        dates = text_table(self.dates()) if self.n_breaks else "no break"
        return f"{self.spec}\n{text_table(self.criteria())}\n{dates}\n{text_table(self.tidy())}"


def fit_breaks(
    series: pd.Series,
    *,
    regressors: Literal["mean", "trend"] | pd.DataFrame = "mean",
    max_breaks: int = 5,
    n_breaks: int | None = None,
    criterion: Literal["bic", "lwz"] = "bic",
    trimming: float = 0.15,
    splices: Collection[int] = (),
    hac_lags: int | None = None,
    level: float = 0.95,
) -> BreaksFit | NotApplicable:
    """Date breaks in all coefficients of a regression (pure structural change).

    Partitions minimise the sum of squared errors by dynamic programming (Bai and Perron 2003). BIC
    is Yao's (1988), ``log(SSR / n) + p log(n) / n``, and LWZ is ``log(SSR / (n - p)) + 0.299 p
    log(n)^2.1 / n`` (Liu, Wu and Zidek 1997), both with ``p = (m + 1) q + m`` for m breaks.
    Intervals for dates follow Bai (1997), with regressors and variances that differ between
    regimes.

    Parameters
    ----------
    series : Series of float indexed by year, shape (n_obs,)
        For trade: yearly log growth (see the warnings at the head of this module). Consecutive
        years, except that years in ``splices`` may be absent.
    regressors : {"mean", "trend"} or DataFrame, shape (n_obs, q)
        What shifts: a mean; a level and a slope per year; or the columns of a table indexed by the
        same years, which are taken to be stationary.
    max_breaks : int
        The most that are tried; fewer if trimming leaves no room.
    n_breaks : int, optional
        Impose this number. Where absent the criterion chooses.
    criterion : {"bic", "lwz"}
        Both assume errors without serial correlation. LWZ finds fewer breaks.
    trimming : float
        Share of the sample that each regime must hold, above 0 and below 0.5.
    splices : collection of int
        Years in which another source begins. A break that may lie there is kept but carries a
        caution.
    hac_lags : int, optional
        Bartlett lags of long-run variances (Newey and West 1987) for coefficients and dates, for
        instance ``trends.newey_west_lags(n_obs)``. Errors are taken as independent where absent.
    level : float
        Coverage of all intervals.

    Returns
    -------
    BreaksFit, or NotApplicable
        NotApplicable where the series is constant or fitted exactly, or too short for the trimming
        and breaks.

    Raises
    ------
    ModelInputError
        If years are missing or repeat, a value is not finite, or regressors are collinear in a
        possible regime.
    ParameterError
        If an option is out of range.
    """
    sample = break_sample(series, regressors=regressors, splices=splices)
    _check_options(max_breaks, n_breaks, criterion, level, hac_lags)
    n, q = sample.design.shape
    shortest = shortest_regime(n, trimming)
    if shortest <= q:
        return NotApplicable(
            f"trimming {trimming:g} of {n} years leaves regimes of {shortest}, too few for {q}"
            " terms"
        )
    if sample.is_fitted_exactly:
        return NotApplicable(
            "the series is constant or fitted exactly without breaks, so there is nothing to date"
        )
    room = n // shortest - 1
    if n_breaks is not None and n_breaks > room:
        return NotApplicable(
            f"{n} years hold at most {room} breaks with regimes of {shortest}, not {n_breaks}"
        )
    most = min(max_breaks, room) if n_breaks is None else n_breaks
    ssr, ends = best_partitions(segment_ssr(sample.outcome, sample.design, shortest), most)
    if ssr.min() <= EXACT_FIT * (sample.outcome @ sample.outcome):
        return NotApplicable(
            f"{int(ssr.argmin())} breaks fit the series exactly, so there is no error to judge by"
        )
    kept = int(_criterion(criterion, ssr, sample).argmin()) if n_breaks is None else n_breaks
    partitions = tuple(tuple(int(sample.years[end]) for end in row) for row in ends)
    coefficients, covariances, errors = _regimes(sample, partitions[kept], hac_lags)
    return BreaksFit(
        sample=sample,
        shortest=shortest,
        trimming=trimming,
        ssr=readonly(ssr),
        partitions=partitions,
        n_breaks=kept,
        chosen_by="the caller" if n_breaks is not None else f"{criterion.upper()} of 0 to {most}",
        coefficients=readonly(coefficients),
        covariances=readonly(covariances),
        intervals=_date_intervals(sample, partitions[kept], coefficients, errors, hac_lags, level),
        hac_lags=hac_lags,
        level=level,
    )


def _check_options(
    max_breaks: int, n_breaks: int | None, criterion: str, level: float, lags: int | None
) -> None:
    if criterion not in CRITERIA:
        raise ParameterError(f"criterion={criterion!r} is unknown", allowed=" or ".join(CRITERIA))
    if (
        max_breaks < 1
        or (n_breaks is not None and n_breaks < 0)
        or not 0 < level < 1
        or (lags or 0) < 0
    ):
        raise ParameterError(
            f"max_breaks={max_breaks}, n_breaks={n_breaks}, level={level}, hac_lags={lags} is out"
            " of range",
            allowed=(
                "max_breaks of 1 or more, n_breaks and hac_lags of 0 or more, level between 0 and 1"
            ),
        )


def _criterion(name: str, ssr: np.ndarray, sample: BreakSample) -> np.ndarray:
    """BIC or LWZ by number of breaks."""
    n, q = sample.design.shape
    m = np.arange(len(ssr))
    p = (m + 1) * q + m
    if name == "bic":
        return np.log(ssr / n) + p * np.log(n) / n
    return np.log(ssr / (n - p)) + p / n * LWZ_WEIGHT * np.log(n) ** (2 + LWZ_EXCESS)


def _segments(sample: BreakSample, breaks: tuple[int, ...]) -> list[tuple[int, int]]:
    """First and one-past-last position of every regime."""
    edges = [0, *(np.searchsorted(sample.years, breaks, side="right").tolist()), len(sample.years)]
    return list(pairwise(edges))


def _regimes(
    sample: BreakSample, breaks: tuple[int, ...], lags: int | None
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Coefficients, covariances and errors of each regime."""
    coefficients, covariances, errors = [], [], []
    for start, stop in _segments(sample, breaks):
        x, y = sample.design[start:stop], sample.outcome[start:stop]
        n, q = x.shape
        bread = np.linalg.inv(x.T @ x)
        beta = np.linalg.lstsq(x, y)[0]
        residual = y - x @ beta
        correction = n / (n - q)
        if lags is None:
            covariances.append(bread * (residual @ residual) / n * correction)
        else:
            covariances.append(
                bread @ long_run_variance(x * residual[:, None], lags) @ bread * correction
            )
        coefficients.append(beta)
        errors.append(residual)
    return np.array(coefficients), np.array(covariances), errors


def _date_intervals(
    sample: BreakSample,
    breaks: tuple[int, ...],
    coefficients: np.ndarray,
    errors: list[np.ndarray],
    lags: int | None,
    level: float,
) -> tuple[tuple[int, int] | NotApplicable, ...]:
    """Interval of each break in years."""
    segments = _segments(sample, breaks)
    found: list[tuple[int, int] | NotApplicable] = []
    for i, year in enumerate(breaks):
        (start, middle), (_, stop) = segments[i], segments[i + 1]
        reach = date_interval(
            (sample.design[start:middle], errors[i]),
            (sample.design[middle:stop], errors[i + 1]),
            shift=coefficients[i + 1] - coefficients[i],
            at_break=(
                sample.design[middle - 1 : middle + 1].mean(axis=0)
                if sample.deterministic
                else None
            ),
            lags=lags,
            level=level,
        )
        found.append(
            reach if isinstance(reach, NotApplicable) else (year + reach[0], year + reach[1])
        )
    return tuple(found)
