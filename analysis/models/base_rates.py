"""What followed surges of trade in all pairs: a base rate for 'can it go on?'."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import NotApplicable, whole_number
from analysis.measures.inputs import keyed, real_number

LEVEL = 0.9
"""Coverage of the intervals."""
ROUNDING = 1e-12
"""Cumulated weights miss round shares such as a half by this much at most."""
MIN_PAIRS, MIN_YEARS, MIN_BLOCKS = 10, 10, 2
"""Fewer pairs are no base rate; fewer end years, or blocks of them, can give no interval."""
QUARTILES = {"growth_q25": 0.25, "growth_median": 0.5, "growth_q75": 0.75}


class SurgeBaseRate(NamedTuple):
    """Growth after surges, beside growth after windows that were none.

    ``rates`` has ``group, term, estimate, ci_low, ci_high``. Groups are 'surges', 'same end years'
    (no surges, weighted so that each end year counts as often as among surges) and 'all spans'.
    Terms: ``share_slowed`` (next growth below the window's own), ``share_negative``,
    ``share_stayed`` (at or above the threshold) and quartiles of next growth, a fraction per year.
    ``counts`` has ``n_surges, n_surge_pairs, n_windows, n_pairs``, and surges whose sequel would
    end after the panel, ``n_surges_too_recent``, or is not known, ``n_surges_lost``: if such pairs
    stopped trading, the rates flatter surges.
    """

    rates: pd.DataFrame
    counts: dict[str, int]
    spec: str


def growth_windows(
    panel: pd.DataFrame, *, window: int = 3, horizon: int = 3, min_value: float = 0.0
) -> pd.DataFrame:
    """Growth over every window of years of every pair, and over the ``horizon`` after it: ``pair,
    year`` (the window's last), ``past_growth, next_growth``, compound fractions per year, the
    latter missing where the later year is not in the data.

    ``panel`` has ``pair, year, value``; missing values and absent rows are unknown, zero is no
    trade. A window begins at ``min_value`` or more, and above zero, and does not end in zero.
    """
    window = whole_number("the window, in years,", window, least=1)
    horizon = whole_number("the horizon, in years,", horizon, least=1)
    min_value = real_number("min_value", min_value, least=0)
    frame = keyed(panel, ["pair", "year"], year="year", values={"value": "zero or more"})
    frame = frame.astype({"year": int}).rename(columns={"value": "now"}).dropna()
    frame["number"] = pd.factorize(frame["pair"])[0]
    for name, shift in (("before", -window), ("after", horizon)):
        moved = frame[["number", "year", "now"]].rename(columns={"now": name})
        moved = moved.assign(year=moved["year"] - shift)
        frame = frame.merge(moved, on=["number", "year"], how="left")
    frame = frame[(frame["before"] >= min_value) & (frame["before"] > 0) & (frame["now"] > 0)]
    past = (frame["now"] / frame["before"]) ** (1 / window) - 1
    sequel = (frame["after"] / frame["now"]) ** (1 / horizon) - 1
    frame = frame[["pair", "year"]].assign(past_growth=past, next_growth=sequel)
    return frame.sort_values(["pair", "year"]).reset_index(drop=True)


def surge_base_rate(
    panel: pd.DataFrame,
    *,
    threshold: float,
    window: int = 3,
    horizon: int = 3,
    min_value: float = 0.0,
    n_draws: int = 999,
    seed: int = 0,
) -> SurgeBaseRate | NotApplicable:
    """What followed windows whose annualised growth was at least a threshold (0.18 means 18 % a
    year), in all pairs; see ``growth_windows``.

    Shocks are common to a year, so intervals come from a bootstrap that draws end years in blocks
    of ``window + horizon`` neighbours (moving blocks on a circle: Künsch 1989, Annals of Statistics
    17; Politis and Romano 1992), stretched for the small number of blocks; quartiles get the
    interval of Woodruff (1952, JASA 47). They are for the average over years like those seen.

    NotApplicable where surges with a known sequel come from fewer than ``MIN_PAIRS`` pairs, or end
    in too few years for intervals; a group to compare with that has too few is left out.
    """
    threshold = real_number("threshold", threshold, above=-1)
    n_draws, seed = whole_number("n_draws", n_draws, least=1), whole_number("seed", seed, least=0)
    windows = growth_windows(panel, window=window, horizon=horizon, min_value=min_value)
    windows = windows.assign(surge=windows["past_growth"] >= threshold - ROUNDING)
    known = windows.dropna(subset="next_growth")
    surges = known[known["surge"]]
    n_pairs, n_years = surges["pair"].nunique(), surges["year"].nunique()
    block = int(window + horizon)
    years_needed = max(MIN_YEARS, MIN_BLOCKS * block)
    if n_pairs < MIN_PAIRS or n_years < years_needed:
        return NotApplicable(
            f"surges of {100 * threshold:.1f} % a year with a known sequel come from {n_pairs}"
            f" pairs and end in {n_years} years; {MIN_PAIRS} pairs and {years_needed} years are"
            " needed"
        )
    surge = known["surge"]
    of_year = known.groupby("year")["surge"].transform
    matched = (of_year("sum") / (of_year("count") - of_year("sum"))).where(~surge, 0.0).fillna(0.0)
    every = pd.Series(1.0, index=known.index)
    weights = {"surges": surge * every, "same end years": matched, "all spans": every}
    rates = [
        _rates(known[w > 0], w[w > 0], threshold, block, n_draws, seed).assign(group=group)
        for group, w in weights.items()
        if known.loc[w > 0, "year"].nunique() >= years_needed
    ]
    columns = ["group", "term", "estimate", "ci_low", "ci_high"]
    unknown = windows[windows["surge"] & windows["next_growth"].isna()]
    recent = int((unknown["year"] + horizon > int(panel["year"].max())).sum())
    return SurgeBaseRate(
        rates=pd.concat(rates, ignore_index=True)[columns],
        counts={
            "n_surges": len(surges),
            "n_surge_pairs": n_pairs,
            "n_windows": len(known),
            "n_pairs": known["pair"].nunique(),
            "n_surges_too_recent": recent,
            "n_surges_lost": len(unknown) - recent,
        },
        spec=(
            f"growth over {horizon} years after {window}-year spans at {100 * threshold:.1f} % a"
            f" year or more, from at least {min_value:g}; {100 * LEVEL:.0f} % intervals from end"
            f" years drawn in blocks of {block}, {n_draws} times, seed {seed}"
        ),
    )


def _rates(
    windows: pd.DataFrame, weight: pd.Series, threshold: float, block: int, n_draws: int, seed: int
) -> pd.DataFrame:
    """Weighted shares and quartiles of next growth with bootstrap intervals."""
    growth, w = windows["next_growth"].to_numpy(), weight.to_numpy()
    order = np.argsort(growth, kind="stable")
    cumulated = np.cumsum(w[order]) / w.sum()

    def quantile(p: float) -> float:
        at = int(np.searchsorted(cumulated, p - ROUNDING))
        return float(growth[order][min(at, growth.size - 1)])

    flags = {
        "share_slowed": growth < windows["past_growth"].to_numpy(),
        "share_negative": growth < 0,
        "share_stayed": growth >= threshold - ROUNDING,
        **{term: growth <= quantile(p) for term, p in QUARTILES.items()},
    }
    hits = np.column_stack([w * flag for flag in flags.values()])
    shares = hits.sum(axis=0) / w.sum()
    bounds = _year_bootstrap(windows["year"], hits, w, block, n_draws, seed)
    rows = []
    for term, share, low, high in zip(flags, shares, *bounds, strict=True):
        if term in QUARTILES:
            middle, shift = QUARTILES[term], QUARTILES[term] - share
            rows.append((term, quantile(middle), quantile(low + shift), quantile(high + shift)))
        else:
            rows.append((term, share, low, high))
    return pd.DataFrame(rows, columns=["term", "estimate", "ci_low", "ci_high"])


def _year_bootstrap(
    year: pd.Series, hits: np.ndarray, weight: np.ndarray, block: int, n_draws: int, seed: int
) -> np.ndarray:
    """Percentiles of weighted shares over draws of blocks, stretched as few blocks ask for."""
    codes, years = pd.factorize(year, sort=True)
    sums = np.column_stack([np.bincount(codes, weights=column) for column in (*hits.T, weight)])
    n = len(years)
    starts = np.random.default_rng(seed).integers(0, n, (n_draws, -(-n // block)))
    drawn = (starts[:, :, None] + np.arange(block)).reshape(n_draws, -1)[:, :n] % n
    draws = sums[drawn].sum(axis=1)
    tail = (1 - LEVEL) / 2
    ends = np.quantile(draws[:, :-1] / draws[:, -1:], [tail, 1 - tail], axis=0)
    blocks = n / block
    stretch = stats.t.ppf(1 - tail, blocks - 1) / stats.norm.ppf(1 - tail)
    share = sums[:, :-1].sum(axis=0) / sums[:, -1].sum()
    return np.clip(share + stretch * np.sqrt(blocks / (blocks - 1)) * (ends - share), 0, 1)
