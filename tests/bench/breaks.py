"""Speed of break dating against one regression per segment."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.models.breaks import best_partitions, segment_ssr, shortest_regime
from tests.bench._clock import best

N_OBS, MAX_BREAKS = 65, 5


def run() -> pd.DataFrame:
    """Seconds of both on the same series, the ratio peer over ours, and whether they date the same
    breaks."""
    levels = np.repeat([0.0, 2.0, -1.0, 1.5, 0.0, 3.0], -(-N_OBS // 6))[:N_OBS]
    noise = np.random.default_rng(0).standard_normal(N_OBS)
    series = pd.Series(levels + noise, index=range(N_OBS))
    if _ours(series) != _one_regression_per_segment(series):
        raise AssertionError(
            "the two implementations date different breaks, so their times cannot be compared"
        )
    ours = best(lambda: _ours(series), repeats=20)
    peer = best(lambda: _one_regression_per_segment(series), repeats=2)
    task = f"up to {MAX_BREAKS} breaks in mean, n = {N_OBS}"
    row = {"task": task, "ours_s": ours, "peer": "statsmodels OLS per segment", "peer_s": peer}
    return pd.DataFrame([{**row, "ratio": peer / ours, "note": "target below 0.05 s"}])


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
