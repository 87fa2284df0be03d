"""World baseline against pyfixest's three-way fepois, in the same process and on the same rows."""

import time
import warnings

import numpy as np
import pandas as pd
import pyfixest as pf

from analysis import tables
from analysis.models.baseline import FITTED, fit_baseline

YEARS = list(range(2011, 2021))
FORMULA = "value_usd_mn ~ 1 | reporter^year + partner^year + reporter^partner"


def run() -> pd.DataFrame:
    """Seconds of both, the ratio peer over ours, and how far the peer's fitted values lie from
    ours."""
    frame = tables.load("trade_annual", flow="exports", year=YEARS)
    start = time.perf_counter()
    ours = fit_baseline(frame)
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pf.fepois(FORMULA, frame)
    peer_s = time.perf_counter() - start
    expected = ours.rows.loc[ours.rows["status"] == FITTED, "expected"].to_numpy()
    same = len(expected) == peer._N
    gap = np.quantile(np.abs(peer.predict(type="response") / expected - 1), 0.99) if same else None
    note = (
        f"exports of {YEARS[0]}-{YEARS[-1]}, {len(expected)} rows;"
        f" 99 % of the peer's fitted values within {gap:.0e}"
    )
    row = {"task": "world baseline", "ours_s": ours_s, "peer": "pyfixest.fepois", "peer_s": peer_s}
    return pd.DataFrame([{**row, "ratio": peer_s / ours_s, "note": note}])
