"""Speed of break dating: against one regression per segment, and against itself at half the
length."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.models.breaks import best_partitions, segment_ssr, shortest_regime

N_OBS, MAX_BREAKS = 65, 5
LENGTHS = (500, 1000, 2000, 4000)
COLUMNS = ("task", "ours_s", "peer", "peer_s", "ratio", "note")


def run() -> pd.DataFrame:
    """Measure, and return one row per task.

    Returns
    -------
    DataFrame with ``task``, ``ours_s`` (seconds, best of several runs), ``peer``, ``peer_s``,
    ``ratio`` (peer over ours, so above 1 is faster than the peer) and ``note``
    """
    times = {n: _best_time(lambda n=n: _ours(_series(n)), repeats=3) for n in LENGTHS}
    note = "cost n^2 predicts a ratio of 0.25"
    rows = [
        (f"breaks in mean, n = {n}", times[n], f"ours at n = {half}", times[half], ratio, note)
        for half, n in itertools.pairwise(LENGTHS)
        for ratio in [times[half] / times[n]]
    ]
    rows.insert(0, _against_statsmodels())
    return pd.DataFrame(rows, columns=COLUMNS)


def _against_statsmodels() -> tuple[str, float, str, float, float, str]:
    """Time both on the same series and check that they date the same breaks."""
    series = _series(N_OBS)
    if _ours(series) != _one_regression_per_segment(series):
        raise AssertionError(
            "the two implementations date different breaks, so their times cannot be compared"
        )
    ours = _best_time(lambda: _ours(series), repeats=20)
    peer = _best_time(lambda: _one_regression_per_segment(series), repeats=2)
    task = f"up to {MAX_BREAKS} breaks in mean, n = {N_OBS}"
    return task, ours, "statsmodels OLS per segment", peer, peer / ours, "target below 0.05 s"


def _series(n: int) -> pd.Series:
    levels = np.repeat([0.0, 2.0, -1.0, 1.5, 0.0, 3.0], -(-n // 6))[:n]
    return pd.Series(levels + np.random.default_rng(0).standard_normal(n), index=range(n))


def _ours(series: pd.Series) -> tuple[tuple[int, ...], ...]:
    centred = series.to_numpy() - series.mean()
    return tuple(best_partitions(segment_ssr(centred, shortest_regime(len(series))), MAX_BREAKS)[1])


def _one_regression_per_segment(series: pd.Series) -> tuple[tuple[int, ...], ...]:
    """Bai and Perron's recursion as a textbook writes it: a fresh least-squares fit for every
    segment."""
    y, n = series.to_numpy(), len(series)
    shortest = shortest_regime(n)
    design = np.ones((n, 1))
    ssr = {
        (first, last): sm.OLS(y[first : last + 1], design[first : last + 1]).fit().ssr
        for first in range(n)
        for last in range(first + shortest - 1, n)
    }
    best = {last: (ssr[0, last], ()) for last in range(shortest - 1, n)}
    partitions: list[tuple[int, ...]] = [()]
    for _ in range(MAX_BREAKS):
        best = {
            last: min(
                (cost + ssr[end + 1, last], (*ends, end))
                for end, (cost, ends) in best.items()
                if (end + 1, last) in ssr
            )
            for last in range(n)
            if any((end + 1, last) in ssr for end in best)
        }
        partitions.append(best[n - 1][1])
    return tuple(partitions)


def _best_time(task: Callable[[], object], *, repeats: int) -> float:
    """Shortest wall time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)
