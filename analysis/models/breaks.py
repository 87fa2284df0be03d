"""Breaks in the mean of a yearly series, dated by least squares (Bai and Perron).

Three warnings. Log trade is near a unit root, where a random walk looks like a chain of breaks: use
growth, not levels, and expect a single surge to leave no detectable break. With fifty or so years
the information criterion finds breaks that are not there when errors are persistent: rest a claim
on ``breaks_tests.sup_f_test``. And a splice, a year in which another source begins, must never
become a break: name it in ``splices``, so that a break that cannot be told from it is marked.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import log_ndtr

from analysis.errors import ModelInputError, NotApplicable
from analysis.measures.inputs import as_list, whole_number, whole_year, yearly
from analysis.models.result import coefficient_table, text_table

TRIMMING = 0.15
"""Share of the sample that each regime must hold."""
LEVEL = 0.95
"""Coverage of all intervals."""
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
    partitions : tuple of tuples of int
        The best last years of the regimes but the last, by number of breaks.
    n_breaks : int
        The number kept.
    intervals : tuple of (int, int) or NotApplicable, length n_breaks
        First and last year that may end each regime, not cut at the sample.
    """

    series: pd.Series
    splices: tuple[int, ...]
    partitions: tuple[tuple[int, ...], ...]
    n_breaks: int
    intervals: tuple[tuple[int, int] | NotApplicable, ...]
    spec: str

    @property
    def breaks(self) -> tuple[int, ...]:
        """Last year of every regime but the last: the break comes after it."""
        return self.partitions[self.n_breaks]

    def tidy(self) -> pd.DataFrame:
        """Mean of each regime, with the regime's years in the term and intervals given the
        breaks.
        """
        parts = _regimes(self.series, self.breaks)
        terms = [f"mean {part.index[0]}-{part.index[-1]}" for part in parts]
        means = np.array([part.mean() for part in parts])
        errors = np.sqrt([part.var() / len(part) for part in parts])
        return coefficient_table(terms, means, errors, level=LEVEL)

    def dates(self) -> pd.DataFrame:
        """``break_after`` (last year of the old regime), ``ci_low`` and ``ci_high`` (cut at the
        sample), and ``caution``: empty, or why the date must not be read as an event.
        """
        first, last = int(self.series.index[0]), int(self.series.index[-1])
        parts = _regimes(self.series, self.breaks)
        rows = []
        for place, (year, interval) in enumerate(zip(self.breaks, self.intervals, strict=True)):
            if isinstance(interval, NotApplicable):
                low, high = year, year
                ends: tuple[Any, Any] = (pd.NA, pd.NA)
                said = [f"no interval: {interval.reason}"]
            else:
                low, high = interval
                ends, said = (max(low, first), min(high, last)), []
            if spliced := [str(at) for at in self.splices if low <= at <= high + 1]:
                said.append(f"cannot be told from the change of source in {', '.join(spliced)}")
            if shortest_regime(len(self.series)) in map(len, parts[place : place + 2]):
                said.append("at the edge that trimming allows, so the true date may lie beyond it")
            rows.append((year, *ends, "; ".join(said)))
        table = pd.DataFrame(rows, columns=["break_after", "ci_low", "ci_high", "caution"])
        return table.astype(dict.fromkeys(["break_after", "ci_low", "ci_high"], "Int64"))

    def __str__(self) -> str:
        dates = text_table(self.dates()) if self.n_breaks else "no break"
        return f"{self.spec}\n{dates}\n{text_table(self.tidy())}"


def fit_breaks(
    series: pd.Series,
    *,
    max_breaks: int = 5,
    n_breaks: int | None = None,
    splices: Collection[int] = (),
) -> BreaksFit | NotApplicable:
    """Date breaks in the mean of a series.

    Partitions minimise the sum of squared errors by dynamic programming (Bai and Perron 2003). The
    number of breaks m is that of the least ``log(SSR / n) + (2 m + 1) log(n) / n`` (Yao 1988),
    which takes errors as independent. Intervals of dates are described in ``date_interval``.

    Parameters
    ----------
    series : Series of float indexed by year
        For trade: yearly log growth. Consecutive years, except that those in ``splices`` may be
        absent.
    max_breaks : int
        The most that are tried; fewer if trimming leaves no room.
    n_breaks : int, optional
        Impose this number.
    splices : collection of int
        Years in which another source begins. A break that may lie there is kept but carries a
        caution.

    Returns
    -------
    BreaksFit, or NotApplicable where the series is constant or fitted exactly, or too short for the
    trimming and breaks.

    Raises
    ------
    ModelInputError
        If years are missing or repeat, or a value is text, missing or infinite.
    ParameterError
        If an option is out of range, or a splice is no year.
    """
    most = whole_number("max_breaks", max_breaks, least=1)
    sample, splices = break_sample(series, splices)
    n, shortest = len(sample), shortest_regime(len(sample))
    if shortest <= 1:
        return too_short(n)
    if is_constant(sample):
        return NotApplicable("the series is constant, so there is nothing to date")
    room = n // shortest - 1
    if n_breaks is not None:
        most = whole_number("n_breaks", n_breaks, least=0)
        if most > room:
            return NotApplicable(
                f"{n} years hold at most {room} breaks with regimes of {shortest}, not {n_breaks}"
            )
    centred = sample.to_numpy() - sample.mean()
    ssr, ends = best_partitions(segment_ssr(centred, shortest), min(most, room))
    if ssr.min() <= EXACT_FIT * float(centred @ centred):
        return NotApplicable(
            f"{int(ssr.argmin())} breaks fit the series exactly, so there is no error to judge by"
        )
    criterion = np.log(ssr / n) + (2 * np.arange(len(ssr)) + 1) * np.log(n) / n
    kept = int(criterion.argmin()) if n_breaks is None else most
    partitions = tuple(tuple(int(sample.index[end]) for end in row) for row in ends)
    return BreaksFit(
        series=sample,
        splices=splices,
        partitions=partitions,
        n_breaks=kept,
        intervals=tuple(
            date_interval(before, after, shortest=shortest)
            for before, after in pairwise(_regimes(sample, partitions[kept]))
        ),
        spec=(
            f"least-squares breaks in the mean; {sample.index[0]}-{sample.index[-1]}, n = {n};"
            f" regimes of {shortest} years or more; {kept} breaks by"
            f" {'BIC' if n_breaks is None else 'the caller'}; own variance in each regime;"
            f" {LEVEL:.0%} intervals of dates allow for errors of first-order autoregression"
        ),
    )


def break_sample(series: pd.Series, splices: Collection[int]) -> tuple[pd.Series, tuple[int, ...]]:
    """Checked copies of a series, sorted by year, and of the years in ``splices``, which alone may
    be absent from it.
    """
    splices = tuple(
        sorted(whole_year("of a splice", year) for year in as_list("splices", splices, of="years"))
    )
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
    return ordered, splices


def is_constant(sample: pd.Series) -> bool:
    """Whether nothing but rounding is left once the mean is taken out."""
    spread = np.abs(sample.to_numpy() - sample.mean()).max()
    return bool(spread <= EXACT_FIT * max(float(np.abs(sample).max()), np.finfo(float).tiny))


def too_short(n: int) -> NotApplicable:
    """Why a series of n years has no breaks."""
    return NotApplicable(
        f"trimming {TRIMMING:g} of {n} years leaves regimes of {shortest_regime(n)}, too few for a"
        " mean and an error"
    )


def shortest_regime(n_obs: int) -> int:
    """Observations that a regime must have: ``floor(TRIMMING * n_obs)``."""
    return int(TRIMMING * n_obs + 1e-9)  # 0.15 * 100 must not fall to 14


def _regimes(sample: pd.Series, breaks: tuple[int, ...]) -> list[pd.Series]:
    """The parts of a sample between breaks."""
    edges = [0, *np.searchsorted(sample.index, breaks, side="right").tolist(), len(sample)]
    return [sample.iloc[start:stop] for start, stop in pairwise(edges)]


def segment_ssr(centred: np.ndarray, shortest: int) -> np.ndarray:
    """Sum of squared deviations from the mean of every stretch at least ``shortest`` long.

    The values, shape (n,), lie around their own mean. Element (last, first) of the result, shape
    (n, n), belongs to the observations first..last, both included; infinite where too short.
    """
    sums, squares = (np.concatenate([[0], np.cumsum(part)]) for part in (centred, centred**2))
    size = np.arange(1, len(sums))[:, None] - np.arange(len(centred))
    enough = size >= shortest
    size = np.where(enough, size, 1)
    moved = sums[1:, None] - sums[:-1]
    ssr = np.maximum(squares[1:, None] - squares[:-1] - moved**2 / size, 0)
    return np.where(enough, ssr, np.inf)


def best_partitions(ssr: np.ndarray, max_breaks: int) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Least sum of squared errors with 0, 1, ..., ``max_breaks`` breaks, and for each the last
    observation (from 0) of every regime but the last (Bai and Perron 2003, section 3).

    ``ssr`` comes from ``segment_ssr``.
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
    before: pd.Series, after: pd.Series, *, shortest: int
) -> tuple[int, int] | NotApplicable:
    """First and last year after which the break between two regimes may lie, at ``LEVEL``.

    The wider, on either side, of two intervals. The first is Bai's (1997): the distance of the true
    break from its estimate, times ``(shift / sigma)^2`` of the regime before, follows
    ``argmax_cdf``. Alone it covered 83 % of simulated breaks of half a standard deviation, 88 % of
    one, and 68 % with autocorrelation 0.5. The second holds the dates whose likelihood-ratio
    statistic ``(SSR - least SSR) / (SSR / (n - 2))`` is at most ``-2 log(1 - sqrt(level))`` (Hansen
    2000, Econometrica 68, theorem 1), times the long-run over the short-run variance of first-order
    autoregressive errors, ``(1 + r) / (1 - r)`` with r corrected for the bias of short samples and
    at least 0. Together they covered 94 % or more of the breaks just named (the slow tests hold
    it).
    """
    year = int(before.index[-1])
    shift, noises = float(after.mean() - before.mean()), [before.var(ddof=0), after.var(ddof=0)]
    if min(noises) <= 0 or shift == 0:
        return NotApplicable("a regime has no variance or the mean does not move at the break")
    variance, tail = float(noises[1] / noises[0]), (1 - LEVEL) / 2
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
    r = float(first_autocorrelation(errors[None])[0])
    r = min(max(r + (3 + 3 * r) / n, 0.0), MOST_PERSISTENT)
    cutoff = -2 * math.log(1 - math.sqrt(LEVEL)) * (1 + r) / (1 - r)
    likely = both.index[:-1][statistic <= cutoff]
    return min(year + low, int(likely.min())), max(year + high, int(likely.max()))


def argmax_cdf(x: float, *, variance: float = 1.0) -> float:
    """Distribution function of the place where a two-sided Brownian motion with drift is largest.

    The process is ``W1(-s) - |s| / 2`` for s <= 0 and ``sqrt(variance) W2(s) - s / 2`` for s > 0,
    the limit of the criterion around a true break (Bai 1997, Proposition 3 and Appendix B), where
    ``variance`` is that of the errors after the break relative to those before.
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


def first_autocorrelation(errors: np.ndarray) -> np.ndarray:
    """Least-squares coefficient of each row, shape (n_series, n), on its own lag."""
    return (errors[:, 1:] * errors[:, :-1]).sum(axis=1) / (errors[:, :-1] ** 2).sum(axis=1)
