"""The dyad-robust error against the double sum that defines it, and the estimate against the
panel's."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelInputError, NotApplicable
from analysis.models.panel import fit_panel

SIDES = ("state_a", "state_b")
OPTIONS = {"unit": "pair", "time": "period", "clusters": SIDES, "errors": "dyadic", "level": 0.9}


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


def dyadic(rows):
    """Estimate, error, interval and size of the fit of y on x."""
    fit = fit_panel(rows, outcome="y", regressors=["x"], **OPTIONS)
    row = fit.tidy().iloc[0]
    sizes = (fit.n_obs, fit.n_clusters["states"])
    return (row.estimate, row.std_error, row.ci_low, row.ci_high, *sizes)


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
    estimate, std_error, low, high, *sizes = dyadic(rows)
    assert (estimate, std_error) == pytest.approx(double_sum(rows))
    assert low < estimate < high
    assert sizes == [120 * 6, 16]


def test_swapping_the_two_states_of_a_pair_changes_nothing():
    rows = panel(seed=3)
    turned = rows.copy()
    some = rows.period % 2 == 0
    turned.loc[some, ["state_a", "state_b"]] = rows.loc[some, ["state_b", "state_a"]].to_numpy()
    assert dyadic(turned) == pytest.approx(dyadic(rows))


def test_pairs_seen_once_and_gaps_are_left_out():
    rows = panel(seed=4)
    once = pd.DataFrame([("S0-Z", "S0", "Z", 0, 9.0, 9.0)], columns=rows.columns)
    gap = rows.iloc[:1].assign(period=99, y=np.nan)
    more = pd.concat([rows, once, gap], ignore_index=True)
    assert dyadic(more) == pytest.approx(dyadic(rows))


def test_few_states_are_declined():
    said = fit_panel(panel(seed=1, states=9), outcome="y", regressors=["x"], **OPTIONS)
    assert isinstance(said, NotApplicable)
    assert "{'states': 9}; 10 are needed" in said.reason


def test_leads_and_several_regressors_have_the_same_covariance_as_the_double_sum():
    """With two regressors, each variance is the double sum of the scores of both."""
    rows = panel(seed=5).assign(z=np.random.default_rng(6).normal(size=720))
    both = fit_panel(rows, outcome="y", regressors=["x", "z"], **OPTIONS)
    dummies = pd.get_dummies(rows[["pair", "period"]].astype(str), dtype=float).to_numpy()
    values = rows[["x", "z", "y"]].to_numpy()
    left = values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    x, y = left[:, :2], left[:, 2]
    score = x * (y - x @ np.linalg.lstsq(x, y, rcond=None)[0])[:, None]
    sides = rows[["state_a", "state_b"]].to_numpy()
    shared = np.any([sides[:, [i]] == sides[:, j] for i in (0, 1) for j in (0, 1)], axis=0)
    bread = np.linalg.inv(x.T @ x)
    np.testing.assert_allclose(both.covariance, bread @ (score.T @ shared @ score) @ bread)
    assert both.degrees_of_freedom == 15
    leads = fit_panel(rows, outcome="y", regressors=["x"], leads=1, **OPTIONS)
    assert 0 < leads.placebo() < 1


def test_a_state_with_itself_is_refused():
    rows = panel(seed=1)
    own = rows.assign(state_b=rows.state_b.mask(rows.pair == "S0-S1", "S0"))
    with pytest.raises(ModelInputError, match="6 rows are a state with itself"):
        dyadic(own)


@pytest.mark.slow
def test_how_often_a_true_zero_is_rejected():
    """The rates that ``OVER_REJECTION`` states, at the 10 % level."""
    for states, draws, low, high in (
        (20, 300, 0.14, 0.30),
        (40, 300, 0.10, 0.25),
        (80, 150, 0, 0.22),
    ):
        fits = (
            fit_panel(
                panel(seed=seed, states=states),
                outcome="y",
                regressors=["x"],
                **OPTIONS,
            )
            for seed in range(draws)
        )
        rejected = np.mean([fit.tidy()["p_value"].iloc[0] < 0.1 for fit in fits])
        assert low < rejected < high, states


def test_the_result_says_where_the_error_is_too_small():
    made = fit_panel(panel(seed=1), outcome="y", regressors=["x"], **OPTIONS)
    assert "shared by rows with a state in common, 16 states" in made.spec
    assert made.notes()[0] in str(made)
    assert "too small with so few states: at the 10 % level" in made.notes()[0]
    options = {**OPTIONS, "errors": "clustered"}
    clustered = fit_panel(panel(seed=1), outcome="y", regressors=["x"], **options)
    assert clustered.notes() == ()


def test_the_order_of_names_moves_the_two_way_error_but_not_the_dyadic_one():
    rows = panel(seed=7)
    order = np.random.default_rng(0).permutation(16)
    places = [rows[side].str[1:].astype(int).map(dict(enumerate(order))) for side in SIDES]
    turned = places[0] > places[1]
    other = rows.assign(
        state_a=rows.state_a.mask(turned, rows.state_b),
        state_b=rows.state_b.mask(turned, rows.state_a),
    )
    errors = {
        kind: [
            fit_panel(r, outcome="y", regressors=["x"], **{**OPTIONS, "errors": kind}).std_error[0]
            for r in (rows, other)
        ]
        for kind in ("clustered", "dyadic")
    }
    assert errors["dyadic"][0] == pytest.approx(errors["dyadic"][1], rel=1e-12)
    assert errors["clustered"][0] != pytest.approx(errors["clustered"][1], rel=1e-3)
