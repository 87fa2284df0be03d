"""A standard error for panels of pairs in which pairs with a state in common are not
independent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import NotApplicable
from analysis.models.panel import without_effects, without_singletons


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
    """Least squares with pair and period effects; errors may be shared by all rows with a state in
    common.

    The variance is that of Aronow, Samii and Assenova (2015, Political Analysis 23, equation 3):
    products of scores of every two rows that share a state. It is referred to Student's t on the
    number of states less one. No small-sample factor is applied.

    Parameters
    ----------
    rows : DataFrame
        pair, state_a, state_b, period, and the two columns named; rows with a missing value and
        pairs or periods with one row are left out.

    Returns
    -------
    DyadFit, or NotApplicable where the variance is not positive, as happens with few states.
    """
    used = rows[["pair", "state_a", "state_b", "period", outcome, regressor]].dropna()
    used = without_singletons(used, "pair", "period")
    pair, period = (pd.factorize(used[key])[0] for key in ("pair", "period"))
    x, y = without_effects(used[[regressor, outcome]].to_numpy(dtype=float), pair, period).T
    estimate = float(x @ y / (x @ x))
    score = x * (y - estimate * x)
    codes, states = pd.factorize(pd.concat([used.state_a, used.state_b]))
    one, other = np.split(codes, 2)
    by_state = np.bincount(one, score, len(states)) + np.bincount(other, score, len(states))
    # a pair stands with both of its states, so that its own square is counted twice
    meat = float((by_state**2).sum() - (np.bincount(pair, score) ** 2).sum())
    if meat <= 0:
        return NotApplicable(f"the dyad-robust variance is not positive with {len(states)} states")
    error = float(np.sqrt(meat) / (x @ x))
    reference = stats.t(len(states) - 1)
    half = float(reference.ppf(0.5 + level / 2)) * error
    p_value = 2 * float(reference.sf(abs(estimate / error)))
    return DyadFit(
        estimate, error, p_value, estimate - half, estimate + half, len(used), len(states)
    )
