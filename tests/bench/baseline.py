"""World baseline against pyfixest's three-way fepois, in the same process and on the same rows."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
import pyfixest as pf

from analysis.models.baseline import fit_baseline
from analysis.models.expected_trade import FITTED


def world() -> tuple[pd.DataFrame, str]:
    """All exports by exporter, importer and year, or a synthetic panel of the same size where there
    is no table."""
    try:
        from analysis import tables

        trade = tables.load("trade_annual")
    except (ImportError, AttributeError, OSError, LookupError):
        return synthetic(), "synthetic panel"
    exports = trade[trade["flow"] == "exports"].rename(
        columns={"reporter": "exporter", "partner": "importer"}
    )
    keys = ["exporter", "importer", "year"]
    return exports.groupby(keys, as_index=False)["value_usd_mn"].sum(), "exports of all pairs"


def synthetic(
    *, n_countries: int = 200, n_years: int = 61, share: float = 0.37, seed: int = 1
) -> pd.DataFrame:
    """About 0.9 million rows with the spread of world trade: three sets of effects and gamma
    noise."""
    rng = np.random.default_rng(seed)
    i, j, t = (
        a.ravel() for a in np.meshgrid(*(np.arange(n) for n in (n_countries, n_countries, n_years)))
    )
    keep = (i != j) & (rng.random(len(i)) < share)
    i, j, t = i[keep], j[keep], t[keep]
    size = rng.normal(0, 2, (2, n_countries, 1)) + rng.normal(
        0, 0.1, (2, n_countries, n_years)
    ).cumsum(axis=2)
    log_mean = size[0, i, t] + size[1, j, t] + rng.normal(0, 1.5, (n_countries, n_countries))[i, j]
    value = np.exp(log_mean) * rng.gamma(2, 0.5, len(i)) * (rng.random(len(i)) > 0.02)
    names = np.array([f"C{n:03d}" for n in range(n_countries)])
    return pd.DataFrame(
        {"exporter": names[i], "importer": names[j], "year": t + 1960, "value_usd_mn": value}
    )


def run() -> pd.DataFrame:
    """Seconds of both, the ratio peer over ours, and how far the peer's fitted values lie from
    ours."""
    frame, source = world()
    start = time.perf_counter()
    ours = fit_baseline(frame)
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pf.fepois(
            "value_usd_mn ~ 1 | exporter^year + importer^year + exporter^importer", frame
        )
    peer_s = time.perf_counter() - start
    fitted = ours.rows["status"] == FITTED
    expected = ours.rows.loc[fitted, "expected"].to_numpy()
    same = len(expected) == peer._N
    gap = np.quantile(np.abs(peer._Y_hat_response / expected - 1), 0.99) if same else np.nan
    note = (
        f"{source}, {len(expected)} rows, {ours.glance()['n_effects']} effects; totals reproduced"
        f" to {ours.mismatch:.0e}; 99 % of the peer's fitted values within {gap:.0e};"
        f" log-likelihood above the peer's by {ours.log_likelihood - peer._loglik:.1g}"
    )
    row = {"task": "world baseline", "ours_s": ours_s, "peer": "pyfixest.fepois", "peer_s": peer_s}
    return pd.DataFrame([{**row, "ratio": peer_s / ours_s, "note": note}])
