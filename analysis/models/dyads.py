"""A standard error for panels of pairs in which pairs with a state in common are not
independent.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.errors import NotApplicable
from analysis.models.panel import fit_panel


class DyadFit(NamedTuple):
    """Coefficient of one regressor with its dyad-robust error, p-value and interval; number of rows
    and of states.
    """

    estimate: float
    std_error: float
    p_value: float
    ci_low: float
    ci_high: float
    n_obs: int
    n_states: int


def dyad_robust(
    rows: pd.DataFrame, *, outcome: str, regressor: str, level: float = 0.9
) -> DyadFit | NotApplicable:
    """``fit_panel`` with pair and period effects and dyadic errors, as one row of numbers.

    Parameters
    ----------
    rows : DataFrame
        pair, state_a, state_b, period, and the two columns named; rows with a missing value and
        pairs or periods with one row are left out.

    Returns
    -------
    DyadFit, or NotApplicable as ``fit_panel`` says.
    """
    fit = fit_panel(
        rows,
        outcome=outcome,
        regressors=[regressor],
        unit="pair",
        time="period",
        clusters=("state_a", "state_b"),
        errors="dyadic",
        level=level,
    )
    if isinstance(fit, NotApplicable):
        return fit
    row = fit.tidy().iloc[0]
    return DyadFit(
        estimate=float(row.estimate),
        std_error=float(row.std_error),
        p_value=float(row.p_value),
        ci_low=float(row.ci_low),
        ci_high=float(row.ci_high),
        n_obs=fit.n_obs,
        n_states=fit.n_clusters["states"],
    )
