"""Synthetic control with 100 donors and 40 placebos against pysyncon's solver on the same
problems."""

import time

import numpy as np
import pandas as pd
from pysyncon import Synth

from analysis.models.synthetic_control import fit_synthetic_control

N_DONORS, N_PLACEBOS = 100, 40


def panel(seed: int = 1) -> pd.DataFrame:
    """Forty periods of a four-factor model, the last ten treated."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(0, 1, (40, 4)).cumsum(axis=0)
    noise = rng.normal(0, 1, (40, N_DONORS + 1))
    values = 20 + factors @ rng.normal(0, 1, (4, N_DONORS + 1)) + noise
    columns = [f"U{n:03d}" for n in range(N_DONORS + 1)]
    return pd.DataFrame(values, index=range(1981, 2021), columns=columns)


def run() -> pd.DataFrame:
    """Seconds for one fit and forty placebos, and the peer's excess loss."""
    wide = panel()
    frame = wide.rename_axis(index="year", columns="unit").stack().rename("value").reset_index()
    units = list(wide.columns[: N_PLACEBOS + 1])
    start = time.perf_counter()
    fits = [fit_synthetic_control(frame, treated=unit, start=2011) for unit in units]
    ours_s = time.perf_counter() - start
    before, excess = wide.loc[:2010], []
    scale = before.var(axis=1).to_numpy()  # undoes the peer's division by the standard deviation
    start = time.perf_counter()
    for unit, ours in zip(units, fits, strict=True):
        donors = before.drop(columns=unit)
        peer = Synth()
        peer.fit(X0=donors, X1=before[unit], Z0=donors, Z1=before[unit], custom_V=scale)
        excess.append(np.sqrt(peer.loss_V) / ours.pre_rmspe - 1)
    peer_s = time.perf_counter() - start
    note = (
        f"{N_DONORS} donors, {N_PLACEBOS} placebos; the peer's error before treatment is larger by"
        f" up to {max(excess):.1e}"
    )
    row = {"task": "synthetic control", "ours_s": ours_s, "peer": "pysyncon.Synth"}
    return pd.DataFrame([{**row, "peer_s": peer_s, "ratio": peer_s / ours_s, "note": note}])
