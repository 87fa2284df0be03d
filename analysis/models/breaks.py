"""Breaks in the mean of a yearly series, dated by least squares (Bai and Perron).

Before using these on trade, three warnings. Log trade is near a unit root, where a random walk
looks like a chain of breaks: date breaks of growth, not of levels, and expect a single surge to
leave no detectable break. With fifty or so years the information criteria find breaks that are not
there when errors are persistent: rest a claim on ``analysis.models.breaks_tests`` with its
autoregressive bootstrap. And a splice, a year in which another source begins, must never become a
break: name it in ``splices``, so that every break that cannot be told from it is marked.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import log_ndtr

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.measures.inputs import require_level, require_option, whole_number, yearly
from analysis.models.result import coefficient_table, readonly, text_table

CRITERIA = ("bic", "lwz")
LWZ_WEIGHT, LWZ_EXCESS = 0.299, 0.1
"""Constants c0 and delta0 recommended by Liu, Wu and Zidek (1997)."""
EXACT_FIT = 1e-12
"""Share of the squares of the series below which squared errors are rounding and not noise."""
MOST_PERSISTENT = 0.95
"""Ceiling of the autoregressive coefficient that widens the interval of a date."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreaksFit:
    """A series in regimes; made by ``fit_breaks``.

    Attributes
    ----------
    series : Series of float indexed by year
        The sample.
    splices : tuple of int
        Years in which another source begins.
    shortest : int
        Observations that a regime must have, from the trimming.
    ssr : array, shape (max_breaks + 1,)
        Least sum of squared errors by number of breaks, in squared units of the series.
    partitions : tuple of tuples of int
        The best last years of the regimes, by number of breaks.
    n_breaks : int
        The number kept.
    means, variances : arrays, shape (n_breaks + 1,)
        Of each regime; the variance is that of its errors, over the degrees of freedom.
    intervals : tuple of (int, int) or NotApplicable, length n_breaks
        First and last year that may end each regime, not cut at the sample.
    level : float
    spec : str
    """

    series: pd.Series
    splices: tuple[int, ...]
    shortest: int
    ssr: np.ndarray
    partitions: tuple[tuple[int, ...], ...]
    n_breaks: int
    means: np.ndarray
    variances: np.ndarray
    intervals: tuple[tuple[int, int] | NotApplicable, ...]
    level: float
    spec: str

    @property
    def breaks(self) -> tuple[int, ...]:
        """Last year of every regime but the last: the break comes after it."""
        return self.partitions[self.n_breaks]

    @property
    def _regimes(self) -> list[pd.Series]:
        return _regimes(self.series, self.breaks)

    def tidy(self) -> pd.DataFrame:
        """Mean of each regime, with the regime's years in the term and intervals given the
        breaks.
        """
        terms = [f"mean {part.index[0]}-{part.index[-1]}" for part in self._regimes]
        sizes = np.array([len(part) for part in self._regimes])
        errors = np.sqrt(self.variances / sizes)
        return coefficient_table(terms, self.means, errors, level=self.level)

    def dates(self) -> pd.DataFrame:
        """One row per break.

        Returns
        -------
        DataFrame with ``break_after`` (last year of the old regime), ``ci_low`` and ``ci_high``
        (the same, at ``level``, cut at the sample), ``caution`` (empty, or why the date must not be
        read as an event)
        """
        first, last = int(self.series.index[0]), int(self.series.index[-1])
        rows = []
        for year, interval in zip(self.breaks, self.intervals, strict=True):
            low, high = (pd.NA, pd.NA) if isinstance(interval, NotApplicable) else interval
            ends = (low, high) if low is pd.NA else (max(low, first), min(high, last))
            rows.append((year, *ends, "; ".join(self._cautions(year, interval))))
        table = pd.DataFrame(rows, columns=["break_after", "ci_low", "ci_high", "caution"])
        years = dict.fromkeys(["break_after", "ci_low", "ci_high"], "Int64")
        return table.astype({**years, "caution": object})

    def criteria(self) -> pd.DataFrame:
        """Sum of squared errors, BIC and LWZ by number of breaks, and the breaks; the least
        criterion is best.
        """
        return pd.DataFrame(
            {
                "n_breaks": range(len(self.ssr)),
                "ssr": self.ssr,
                **{name: _criterion(name, self.ssr, len(self.series)) for name in CRITERIA},
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
                "n_obs": len(self.series),
                "n_breaks": self.n_breaks,
                "ssr": kept["ssr"],
                "explained_by_breaks": 1 - kept["ssr"] / self.ssr[0],
                **{name: kept[name] for name in CRITERIA},
                "n_cautions": int((self.dates()["caution"] != "").sum()),
            }
        )

    def predict(self, years: Iterable[int] | None = None) -> pd.Series:
        """Mean of the regime of each year of the sample, or of the years asked for.

        Raises
        ------
        ModelInputError
            For a year outside the sample: breaks say nothing about years that have not been seen.
        """
        sizes = [len(part) for part in self._regimes]
        fitted = pd.Series(np.repeat(self.means, sizes), index=self.series.index, name="fitted")
        wanted = fitted.index.tolist() if years is None else [int(year) for year in years]
        if outside := sorted(set(wanted) - set(fitted.index)):
            raise ModelInputError(
                f"no fitted value for {outside}",
                allowed=f"years of the sample, {fitted.index[0]}-{fitted.index[-1]}",
                do="leave the others out",
            )
        return fitted.loc[wanted]

    def _cautions(self, year: int, interval: tuple[int, int] | NotApplicable) -> list[str]:
        """Why a date must not be read as an event."""
        first, last = int(self.series.index[0]), int(self.series.index[-1])
        low, high = (year, year) if isinstance(interval, NotApplicable) else interval
        said = [f"no interval: {interval.reason}"] if isinstance(interval, NotApplicable) else []
        spliced = [splice for splice in self.splices if low <= splice <= high + 1]
        if spliced:
            said.append(
                f"cannot be told from the change of source in {', '.join(map(str, spliced))}"
            )
        place = self.breaks.index(year)
        if self.shortest in [len(part) for part in self._regimes[place : place + 2]]:
            said.append("at the edge that trimming allows, so the true date may lie beyond it")
        if low < first or high > last:
            said.append("the interval reaches beyond the sample")
        return said

    def __str__(self) -> str:
        dates = text_table(self.dates()) if self.n_breaks else "no break"
        return f"{self.spec}\n{text_table(self.criteria())}\n{dates}\n{text_table(self.tidy())}"


def fit_breaks(
    series: pd.Series,
    *,
    max_breaks: int = 5,
    n_breaks: int | None = None,
    criterion: Literal["bic", "lwz"] = "bic",
    trimming: float = 0.15,
    splices: Collection[int] = (),
    level: float = 0.95,
) -> BreaksFit | NotApplicable:
    """Date breaks in the mean of a series.

    Partitions minimise the sum of squared errors by dynamic programming (Bai and Perron 2003). BIC
    is Yao's (1988), ``log(SSR / n) + p log(n) / n``, and LWZ is ``log(SSR / (n - p)) + 0.299 p
    log(n)^2.1 / n`` (Liu, Wu and Zidek 1997), both with ``p = 2 m + 1`` for m breaks. Intervals of
    dates are described in ``date_interval``.

    Parameters
    ----------
    series : Series of float indexed by year, shape (n_obs,)
        For trade: yearly log growth (see the warnings at the head of this module). Consecutive
        years, except that years in ``splices`` may be absent.
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
        If years are missing or repeat, or a value is text, missing or infinite.
    ParameterError
        If an option is out of range.
    """
    require_option("criterion", criterion, CRITERIA)
    require_level(level)
    most = whole_number("max_breaks", max_breaks, least=1)
    sample = break_sample(series, splices)
    n, shortest = len(sample), shortest_regime(len(sample), trimming)
    if shortest <= 1:
        return NotApplicable(
            f"trimming {trimming:g} of {n} years leaves regimes of {shortest}, too few for a mean"
            " and an error"
        )
    centred = sample.to_numpy() - sample.mean()
    total = float(centred @ centred)
    if is_constant(sample):
        return NotApplicable("the series is constant, so there is nothing to date")
    room = n // shortest - 1
    if n_breaks is not None:
        most = whole_number("n_breaks", n_breaks, least=0)
        if most > room:
            return NotApplicable(
                f"{n} years hold at most {room} breaks with regimes of {shortest}, not {n_breaks}"
            )
    most = min(most, room)
    ssr, ends = best_partitions(segment_ssr(centred, shortest), most)
    if ssr.min() <= EXACT_FIT * total:
        return NotApplicable(
            f"{int(ssr.argmin())} breaks fit the series exactly, so there is no error to judge by"
        )
    kept = int(_criterion(criterion, ssr, n).argmin()) if n_breaks is None else most
    chosen_by = f"{criterion.upper()} of 0 to {most}" if n_breaks is None else "the caller"
    partitions = tuple(tuple(int(sample.index[end]) for end in row) for row in ends)
    regimes = _regimes(sample, partitions[kept])
    return BreaksFit(
        series=sample,
        splices=tuple(sorted(splices)),
        shortest=shortest,
        ssr=readonly(ssr),
        partitions=partitions,
        n_breaks=kept,
        means=readonly([part.mean() for part in regimes]),
        variances=readonly([part.var() for part in regimes]),
        intervals=tuple(
            date_interval(before, after, shortest=shortest, level=level)
            for before, after in pairwise(regimes)
        ),
        level=level,
        spec=(
            f"least-squares breaks in the mean; {sample.index[0]}-{sample.index[-1]}, n = {n};"
            f" trimming {trimming:g} (regimes of {shortest} or more); {kept} breaks by {chosen_by};"
            f" independent errors, own variance in each regime; {level:.0%} intervals of dates"
            " allow for errors of first-order autoregression"
        ),
    )


def break_sample(series: pd.Series, splices: Collection[int] = ()) -> pd.Series:
    """Checked copy of a series, sorted by year; only years in ``splices`` may be absent.

    Raises
    ------
    ModelInputError
        If years repeat or are missing, or a value is text, missing or infinite; all are listed.
    """
    ordered = yearly(series, what="the series")
    years = ordered.index
    if not len(years):
        raise ModelInputError(
            "the series has 0 values", allowed="at least one value", do="choose another series"
        )
    whole = range(int(years[0]), int(years[-1]) + 1)
    if absent := sorted(set(whole) - set(years.tolist()) - set(splices)):
        raise ModelInputError(
            f"the series lacks the years {absent}",
            allowed="consecutive years (a year named in splices may be absent)",
            do="choose a span without the gap",
        )
    return ordered


def is_constant(sample: pd.Series) -> bool:
    """Whether nothing but rounding is left once the mean is taken out."""
    spread = np.abs(sample.to_numpy() - sample.mean()).max()
    return bool(spread <= EXACT_FIT * max(float(np.abs(sample).max()), np.finfo(float).tiny))


def shortest_regime(n_obs: int, trimming: float) -> int:
    """Observations that a regime must have: ``floor(trimming * n_obs)``."""
    if not isinstance(trimming, float) or not 0 < trimming < 0.5:
        raise ParameterError(
            f"trimming={trimming!r} is out of range",
            allowed="a fraction above 0 and below 0.5",
            do="say 0.15 for 15 %",
        )
    return int(trimming * n_obs + 1e-9)  # 0.15 * 100 must not fall to 14


def segment_ssr(centred: np.ndarray, shortest: int) -> np.ndarray:
    """Sum of squared deviations from the mean of every stretch at least ``shortest`` long.

    Parameters
    ----------
    centred : array, shape (n,), around its own mean

    Returns
    -------
    array, shape (n, n)
        Element (last, first) belongs to the observations first..last, both included; infinite where
        too short.
    """
    sums, squares = (np.concatenate([[0], np.cumsum(part)]) for part in (centred, centred**2))
    size = np.arange(1, len(sums))[:, None] - np.arange(len(centred))
    enough = size >= shortest
    size = np.where(enough, size, 1)
    moved = sums[1:, None] - sums[:-1]
    ssr = np.maximum(squares[1:, None] - squares[:-1] - moved**2 / size, 0)
    return np.where(enough, ssr, np.inf)


def best_partitions(ssr: np.ndarray, max_breaks: int) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Least sum of squared errors with 0, 1, ..., ``max_breaks`` breaks (Bai and Perron 2003,
    section 3).

    Parameters
    ----------
    ssr : array, shape (n, n), from ``segment_ssr``
    max_breaks : int

    Returns
    -------
    array, shape (max_breaks + 1,)
    list of tuple of int
        For each number of breaks, the last observation (from 0) of every regime but the last.
    """
    n = len(ssr)
    cost, previous = [ssr[:, 0]], []
    for _ in range(max_breaks):
        candidates = np.full((n, n), np.inf)
        candidates[:, :-1] = ssr[:, 1:] + cost[-1][:-1]
        previous.append(candidates.argmin(axis=1))
        cost.append(candidates.min(axis=1))
    partitions = []
    for breaks in range(max_breaks + 1):
        ends: tuple[int, ...] = ()
        for step in reversed(previous[:breaks]):
            ends = (int(step[ends[0] if ends else n - 1]), *ends)
        partitions.append(ends)
    return np.array([row[-1] for row in cost]), partitions


def date_interval(
    before: pd.Series, after: pd.Series, *, shortest: int, level: float
) -> tuple[int, int] | NotApplicable:
    """First and last year after which the break between two regimes may lie.

    The wider, on either side, of two intervals. The first is Bai's (1997): the distance of the true
    break from its estimate, times ``(shift / sigma)^2`` of the regime before, follows
    ``argmax_cdf``. Alone, where it says 95 %, it covered 83 % of simulated breaks of half a
    standard deviation, 88 % of one standard deviation, and 68 % with autocorrelation 0.5. The
    second holds the dates whose likelihood-ratio statistic ``(SSR - least SSR) / (SSR / (n - 2))``
    is at most ``-2 log(1 - sqrt(level))`` (Hansen 2000, Econometrica 68, theorem 1), which does not
    rest on the size of the shift, times the long-run over the short-run variance of
    first-order autoregressive errors, ``(1 + r) / (1 - r)`` with r corrected for the bias of short
    samples and at least 0. Together they covered 94 % or more of the breaks just named (the slow
    tests hold it).

    Parameters
    ----------
    before, after : Series of float indexed by year
        The regimes on either side.
    shortest : int
        Observations that a regime must have.
    level : float
    """
    year = int(before.index[-1])
    shift, noises = float(after.mean() - before.mean()), [before.var(ddof=0), after.var(ddof=0)]
    if min(noises) <= 0 or shift == 0:
        return NotApplicable("a regime has no variance or the mean does not move at the break")
    variance, tail = float(noises[1] / noises[0]), (1 - level) / 2
    if not tail < argmax_cdf(0.0, variance=variance) < 1 - tail:
        return NotApplicable(
            "the regimes differ so much that the interval would not contain the estimate"
        )
    scale = float(noises[0]) / shift**2
    low = -math.ceil(argmax_quantile(1 - tail, variance=variance) * scale)
    high = -math.floor(argmax_quantile(tail, variance=variance) * scale)
    both = pd.concat([before, after])
    errors = np.concatenate([part - part.mean() for part in (before, after)])
    n, centred = len(both), both.to_numpy() - both.mean()
    table = segment_ssr(centred, shortest)
    profile = table[:-1, 0] + table[-1, 1:]
    statistic = (profile - profile.min()) / (profile.min() / (n - 2))
    r = float(errors[1:] @ errors[:-1] / (errors[:-1] @ errors[:-1]))
    r = min(max(r + (3 + 3 * r) / n, 0.0), MOST_PERSISTENT)
    cutoff = -2 * math.log(1 - math.sqrt(level)) * (1 + r) / (1 - r)
    likely = both.index[:-1][statistic <= cutoff]
    return min(year + low, int(likely.min())), max(year + high, int(likely.max()))


def argmax_cdf(x: float, *, variance: float = 1.0) -> float:
    """Distribution function of the place where a two-sided Brownian motion with drift is largest.

    The process is ``W1(-s) - |s| / 2`` for s <= 0 and ``sqrt(variance) W2(s) - s / 2`` for s > 0,
    the limit of the criterion around a true break (Bai 1997, Proposition 3 and Appendix B).

    Parameters
    ----------
    x : float
    variance : float
        Of the errors after the break relative to those before; 1 is the symmetric case of Yao
        (1987).
    """
    if x > 0:  # the same process seen from the other side, in its own units of time
        return 1 - argmax_cdf(-x / variance, variance=1 / variance)
    s, root = -x, math.sqrt(-x)
    near = -root * math.exp(-s / 8) / math.sqrt(2 * math.pi)
    far = (variance + 2) / (variance + 1)
    a = 1 / variance
    tail = _exp_ndtr(a * (1 + a) * s / 2, -(0.5 + a) * root)
    return (
        near - far * variance * tail + ((variance + 2) * far - 2 + s / 2) * _exp_ndtr(0, -root / 2)
    )


def argmax_quantile(probability: float, *, variance: float = 1.0) -> float:
    """Inverse of ``argmax_cdf``."""

    def distance(x: float) -> float:
        return argmax_cdf(x, variance=variance) - probability

    edge = 1.0 if distance(0.0) < 0 else -1.0
    while distance(edge) * edge < 0:
        edge *= 2
    return float(brentq(distance, min(0.0, edge), max(0.0, edge), xtol=1e-8))


def _exp_ndtr(exponent: float, z: float) -> float:
    """``exp(exponent) * Phi(z)`` without overflow."""
    return math.exp(exponent + float(log_ndtr(z)))


def _criterion(name: str, ssr: np.ndarray, n: int) -> np.ndarray:
    """BIC or LWZ by number of breaks."""
    p = 2 * np.arange(len(ssr)) + 1
    if name == "bic":
        return np.log(ssr / n) + p * np.log(n) / n
    return np.log(ssr / (n - p)) + p / n * LWZ_WEIGHT * np.log(n) ** (2 + LWZ_EXCESS)


def _regimes(sample: pd.Series, breaks: tuple[int, ...]) -> list[pd.Series]:
    """The parts of a sample between breaks."""
    edges = [0, *np.searchsorted(sample.index, breaks, side="right").tolist(), len(sample)]
    return [sample.iloc[start:stop] for start, stop in pairwise(edges)]
