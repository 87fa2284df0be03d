"""What followed surges of trade in all pairs: a base rate for 'can it go on?'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import NotApplicable, ParameterError
from analysis.measures.inputs import (
    numbers,
    require_columns,
    require_keys,
    require_level,
    whole_number,
)
from analysis.models.result import text_table

GROUPS = ("surges", "same end years", "all windows")
ROUNDING = 1e-12
"""Cumulated weights miss round shares such as a half by this much at most."""
MIN_PAIRS = 10
"""Fewer clusters than this give bootstrap intervals that are far too narrow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurgeBaseRate:
    """Growth after surges, beside growth after windows that were no surges.

    Attributes
    ----------
    rates : DataFrame
        What ``tidy`` returns.
    windows : DataFrame
        What :func:`growth_windows` returned, with the column ``surge``.
    horizon, last_year : int
        Years of the sequel, and last year of the panel.
    level : float
    spec : str
    """

    rates: pd.DataFrame
    windows: pd.DataFrame
    horizon: int
    last_year: int
    level: float
    spec: str

    def tidy(self) -> pd.DataFrame:
        """Rates with intervals.

        Returns
        -------
        DataFrame with ``group, term, estimate, ci_low, ci_high``. Groups: ``surges``; ``same end
        years`` (windows that were no surges, weighted so that each end year counts as often as
        among surges); ``all windows``. Terms: ``share_slowed`` (next growth below the window's
        own), ``share_negative``, ``share_stayed`` (next growth at or above the threshold) and the
        quartiles ``growth_q25, growth_median, growth_q75`` of next growth, a fraction per year.
        """
        return self.rates.copy()

    def glance(self) -> pd.Series:
        """Counts of windows and pairs among surges and in all, and of surges without a sequel.

        ``n_surges_too_recent``: the sequel would end after the last year of the panel.
        ``n_surges_lost``: the year is in the panel but not for that pair; if such pairs stopped
        trading, the rates flatter surges.
        """
        kept = self.windows.dropna(subset="next_growth")
        surges = kept[kept["surge"]]
        unknown = self.windows[self.windows["surge"] & self.windows["next_growth"].isna()]
        recent = int((unknown["year"] + self.horizon > self.last_year).sum())
        return pd.Series(
            {
                "n_surges": len(surges),
                "n_surge_pairs": surges["pair"].nunique(),
                "n_windows": len(kept),
                "n_pairs": kept["pair"].nunique(),
                "n_surges_too_recent": recent,
                "n_surges_lost": len(unknown) - recent,
                "level": self.level,
            },
            dtype=object,
        )

    def __str__(self) -> str:
        counts = "; ".join(
            f"{name} {value}" for name, value in self.glance().items() if name != "level"
        )
        return f"{self.spec}\n{text_table(self.tidy())}\n{counts}"


def growth_windows(
    panel: pd.DataFrame, *, window: int = 3, horizon: int = 3, min_value: float = 0.0
) -> pd.DataFrame:
    """Growth over every window of years of every pair, and over the years after it.

    Parameters
    ----------
    panel : DataFrame
        ``pair, year, value``: one row per pair and year, value in one unit, not negative. Missing
        values and absent rows mean unknown; a zero means no trade.
    window, horizon : int
        Years of the window and of the sequel.
    min_value : float
        A window counts where trade was at least this, and above zero, in its first year, so that
        growth from next to nothing is no surge.

    Returns
    -------
    DataFrame
        ``pair, year`` (last year of the window), ``past_growth, next_growth``: compound fractions
        per year. Trade that ended in zero has next growth -1. ``next_growth`` is missing where the
        later year is not in the data. Windows that ended in zero are left out: they have no sequel
        to grow.

    Raises
    ------
    ModelInputError
        For missing columns or keys, repeated pair-years, years that are not integers, or values
        that are text, negative or infinite.
    ParameterError
        For spans shorter than a year.
    """
    _checked_panel(panel, window=window, horizon=horizon, min_value=min_value)
    value = panel.set_index(["pair", "year"])["value"].dropna().astype(float)
    frame = value.rename("now").reset_index()
    frame["number"] = pd.factorize(frame["pair"])[0]
    for name, shift in (("before", -window), ("after", horizon)):
        moved = frame[["number", "year", "now"]].rename(columns={"now": name})
        frame = frame.merge(
            moved.assign(year=moved["year"] - shift), on=["number", "year"], how="left"
        )
    frame = frame[(frame["before"] >= min_value) & (frame["before"] > 0) & (frame["now"] > 0)]
    past = (frame["now"] / frame["before"]) ** (1 / window) - 1
    sequel = (frame["after"] / frame["now"]) ** (1 / horizon) - 1
    frame = frame[["pair", "year"]].assign(past_growth=past, next_growth=sequel)
    return frame.sort_values(["pair", "year"]).reset_index(drop=True)


def _checked_panel(panel: pd.DataFrame, *, window: int, horizon: int, min_value: float) -> None:
    """Raise for a panel or a span that cannot be used."""
    for name, span in (("window", window), ("horizon", horizon)):
        whole_number(f"the {name}, in years,", span, least=1)
    if not 0 <= min_value < np.inf:
        raise ParameterError(
            f"min_value={min_value}", allowed="a finite level of 0 or more", do="give the level"
        )
    require_columns(panel, ["pair", "year", "value"])
    require_keys(panel, ["pair", "year"], year="year")
    numbers(panel["value"], what="a value", sign="zero or more", missing=True)


def surge_base_rate(
    panel: pd.DataFrame,
    *,
    threshold: float,
    window: int = 3,
    horizon: int = 3,
    min_value: float = 0.0,
    level: float = 0.9,
    n_draws: int = 999,
    seed: int = 0,
) -> SurgeBaseRate | NotApplicable:
    """What followed windows whose annualised growth was at least a threshold, in all pairs.

    Windows of one pair overlap, so intervals come from a bootstrap that draws whole pairs (Cameron,
    Gelbach and Miller 2008, Rev. Econ. Stat. 90), percentile method; quartiles get the interval of
    Woodruff (1952, JASA 47): the quantiles at the bootstrap bounds of the share below them. Pairs
    share partners and world shocks, which drawing pairs ignores: the comparison with the same end
    years is the guard against world shocks.

    Parameters
    ----------
    panel, window, horizon, min_value
        As in :func:`growth_windows`.
    threshold : float
        Compound growth per year, a fraction: 0.18 means 18 % a year.
    level : float
        Coverage of the intervals.
    n_draws, seed : int
        Of the bootstrap.

    Returns
    -------
    SurgeBaseRate, or NotApplicable where surges with a known sequel come from fewer than
    ``MIN_PAIRS`` pairs.

    Raises
    ------
    ModelInputError, ParameterError
        As in :func:`growth_windows`, and for a threshold that is not finite, a level outside (0, 1)
        or no draws.
    """
    require_level(level)
    whole_number("n_draws", n_draws, least=1)
    if not np.isfinite(threshold):
        raise ParameterError(
            f"threshold {threshold}",
            allowed="a finite fraction per year",
            do="say 0.18 for 18 %",
        )
    windows = growth_windows(panel, window=window, horizon=horizon, min_value=min_value)
    windows = windows.assign(surge=windows["past_growth"] >= threshold)
    known = windows.dropna(subset="next_growth")
    n_pairs = known.loc[known["surge"], "pair"].nunique()
    if n_pairs < MIN_PAIRS:
        return NotApplicable(
            f"surges of {threshold:.1%} a year with a known sequel come from {n_pairs} pairs;"
            f" {MIN_PAIRS} are needed"
        )
    weights = (
        known["surge"].astype(float),
        _same_end_years(known),
        pd.Series(1.0, index=known.index),
    )
    rates = [
        _rates(
            known[w > 0], w[w > 0], threshold=threshold, level=level, n_draws=n_draws, seed=seed
        ).assign(group=group)
        for group, w in zip(GROUPS, weights, strict=True)
        if w.any()
    ]
    table = pd.concat(rates, ignore_index=True)[["group", "term", "estimate", "ci_low", "ci_high"]]
    return SurgeBaseRate(
        rates=table,
        windows=windows,
        horizon=horizon,
        last_year=int(panel["year"].max()),
        level=level,
        spec=(
            f"growth over {horizon} years after {window}-year windows at {threshold:.1%} a year or"
            f" more, from at least {min_value:g}; pairs drawn {n_draws} times, seed {seed},"
            f" {level:.0%} intervals"
        ),
    )


def _same_end_years(known: pd.DataFrame) -> pd.Series:
    """Weights of windows that were no surges: each end year counts as often as it does among
    surges.
    """
    surges = known.groupby("year")["surge"].transform("sum")
    others = known.groupby("year")["surge"].transform("count") - surges
    return (surges / others).where(~known["surge"], 0.0).fillna(0.0)


def _rates(
    windows: pd.DataFrame,
    weight: pd.Series,
    *,
    threshold: float,
    level: float,
    n_draws: int,
    seed: int,
) -> pd.DataFrame:
    """Weighted shares and quartiles of next growth with bootstrap intervals."""
    growth, w = windows["next_growth"].to_numpy(), weight.to_numpy()
    order = np.argsort(growth, kind="stable")
    cumulated = np.cumsum(w[order]) / w.sum()

    def quantile(p: float) -> float:
        return float(
            growth[order][min(int(np.searchsorted(cumulated, p - ROUNDING)), growth.size - 1)]
        )

    quartiles = {"growth_q25": 0.25, "growth_median": 0.5, "growth_q75": 0.75}
    flags = {
        "share_slowed": growth < windows["past_growth"].to_numpy(),
        "share_negative": growth < 0,
        "share_stayed": growth >= threshold,
        **{term: growth <= quantile(p) for term, p in quartiles.items()},
    }
    hits = np.column_stack([w * flag for flag in flags.values()])
    share = hits.sum(axis=0) / w.sum()
    low, high = _pair_bootstrap(windows["pair"], hits, w, level=level, n_draws=n_draws, seed=seed)
    rows = []
    for i, term in enumerate(flags):
        bounds = (share[i], low[i], high[i])
        if term in quartiles:
            shift = quartiles[term] - share[i]
            bounds = (
                quantile(quartiles[term]),
                quantile(low[i] + shift),
                quantile(high[i] + shift),
            )
        rows.append((term, *bounds))
    return pd.DataFrame(rows, columns=["term", "estimate", "ci_low", "ci_high"])


def _pair_bootstrap(
    pair: pd.Series, hits: np.ndarray, weight: np.ndarray, *, level: float, n_draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bounds of weighted shares when whole pairs are drawn with replacement."""
    codes, names = pd.factorize(pair, sort=True)
    sums = np.column_stack([np.bincount(codes, weights=column) for column in (*hits.T, weight)])
    rng = np.random.default_rng(seed)
    draws = np.empty((n_draws, sums.shape[1]))
    for i in range(n_draws):
        draws[i] = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names)) @ sums
    tail = (1 - level) / 2
    low, high = np.quantile(draws[:, :-1] / draws[:, -1:], [tail, 1 - tail], axis=0)
    return low, high
