"""The dyad-robust error against the double sum that defines it, and the estimate against the
panel's."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.models.dyads import dyad_robust


def panel(*, seed, states=16, periods=6):
    """Pairs of states with a shock for each state and period in the regressor and in the error."""
    rng = np.random.default_rng(seed)
    names = [f"S{i}" for i in range(states)]
    common = rng.normal(size=(2, states, periods))
    rows = [
        (
            f"S{i}-S{j}",
            names[i],
            names[j],
            t,
            *(common[:, i, t] + common[:, j, t] + rng.normal(size=2)),
        )
        for i, j in itertools.combinations(range(states), 2)
        for t in range(periods)
    ]
    return pd.DataFrame(rows, columns=["pair", "state_a", "state_b", "period", "x", "y"])


def double_sum(rows):
    """Least squares with dummies, and the sum over every two rows with a state in common, as the
    paper writes it."""
    dummies = pd.get_dummies(rows[["pair", "period"]].astype(str), dtype=float).to_numpy()
    x, y = (
        v - dummies @ np.linalg.lstsq(dummies, v, rcond=None)[0]
        for v in (rows.x.to_numpy(), rows.y.to_numpy())
    )
    beta = x @ y / (x @ x)
    score = x * (y - beta * x)
    sides = rows[["state_a", "state_b"]].to_numpy()
    shared = np.any([sides[:, [i]] == sides[:, j] for i in (0, 1) for j in (0, 1)], axis=0)
    return beta, np.sqrt(score @ shared @ score) / (x @ x)


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_the_double_sum(seed):
    rows = panel(seed=seed)
    found = dyad_robust(rows, outcome="y", regressor="x")
    assert (found.estimate, found.std_error) == pytest.approx(double_sum(rows))
    assert found.ci_low < found.estimate < found.ci_high
    assert (found.n_obs, found.n_states) == (120 * 6, 16)


def test_swapping_the_two_states_of_a_pair_changes_nothing():
    rows = panel(seed=3)
    turned = rows.copy()
    some = rows.period % 2 == 0
    turned.loc[some, ["state_a", "state_b"]] = rows.loc[some, ["state_b", "state_a"]].to_numpy()
    assert dyad_robust(turned, outcome="y", regressor="x") == pytest.approx(
        dyad_robust(rows, outcome="y", regressor="x")
    )


def test_pairs_seen_once_and_gaps_are_left_out():
    rows = panel(seed=4)
    once = pd.DataFrame([("S0-Z", "S0", "Z", 0, 9.0, 9.0)], columns=rows.columns)
    gap = rows.iloc[:1].assign(period=0, pair="S0-S1", y=np.nan)
    more = pd.concat([rows, once, gap], ignore_index=True)
    assert dyad_robust(more, outcome="y", regressor="x") == pytest.approx(
        dyad_robust(rows, outcome="y", regressor="x")
    )


def test_a_variance_that_is_not_positive_is_said_to_be_missing():
    found = [
        dyad_robust(panel(seed=seed, states=4, periods=3), outcome="y", regressor="x")
        for seed in range(20)
    ]
    assert any(
        isinstance(one, NotApplicable) and "not positive with 4 states" in one.reason
        for one in found
    )
