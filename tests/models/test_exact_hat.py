"""Exact-hat algebra: markets clear, nothing happens without a shock, closed forms for two
countries."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ConvergenceError, ModelInputError, ParameterError
from analysis.models.exact_hat import exact_hat

CLEARED = 1e-10
"""The solver stops at 1e-12; sums over a few countries lose two digits at most."""


def world(n, seed):
    rng = np.random.default_rng(seed)
    flows = rng.gamma(1.0, 1.0, (n, n)) + np.diag(rng.gamma(5.0, 2.0, n)) + 0.01
    names = [f"C{i}" for i in range(n)]
    return pd.DataFrame(flows, index=names, columns=names)


def no_change(flows):
    return pd.DataFrame(1.0, index=flows.index, columns=flows.columns)


@given(st.integers(2, 8), st.integers(0, 10_000), st.floats(0.5, 10))
@settings(deadline=None, max_examples=30)
def test_no_shock_changes_nothing(n, seed, elasticity):
    flows = world(n, seed)
    result = exact_hat(flows, no_change(flows), elasticity=elasticity)
    np.testing.assert_allclose(result, flows, rtol=CLEARED)


@given(st.integers(2, 8), st.integers(0, 10_000), st.floats(0.5, 8))
@settings(deadline=None, max_examples=30)
def test_markets_clear_and_world_income_is_kept(n, seed, elasticity):
    flows = world(n, seed)
    costs = no_change(flows) + np.random.default_rng(seed + 1).uniform(-0.2, 0.6, (n, n)) * (
        1 - np.eye(n)
    )
    result = exact_hat(flows, costs, elasticity=elasticity)
    deficits = flows.sum(axis=0) - flows.sum(axis=1)
    np.testing.assert_allclose(result.sum(axis=0), result.sum(axis=1) + deficits, rtol=1e-9)
    assert result.to_numpy().sum() == pytest.approx(flows.to_numpy().sum())


def test_two_equal_countries_have_a_closed_form():
    flows = pd.DataFrame([[8.0, 2.0], [2.0, 8.0]], index=["A", "B"], columns=["A", "B"])
    costs = pd.DataFrame([[1.0, 1.5], [1.5, 1.0]], index=["A", "B"], columns=["A", "B"])
    result = exact_hat(flows, costs, elasticity=4.0)
    own = 0.8 / (0.8 + 0.2 * 1.5**-4.0)
    np.testing.assert_allclose(np.diag(result), 10 * own, rtol=CLEARED)
    np.testing.assert_allclose(result.sum(axis=1), 10, rtol=CLEARED)


def test_trade_relative_to_sales_at_home_follows_costs_with_the_elasticity_in_both_directions():
    """The product of both directions' ratios to sales at home has no wage in it (Head and Ries)."""
    flows = world(5, 3)
    result = exact_hat(flows, no_change(flows) + 0.3 * (1 - np.eye(5)), elasticity=5.0)
    before, after = (
        table * table.T / np.outer(np.diag(table), np.diag(table))
        for table in (flows.to_numpy(), result.to_numpy())
    )
    factor = np.where(np.eye(5), 1.0, 1.3 ** (-2 * 5.0))
    np.testing.assert_allclose(after / before, factor, rtol=1e-9)


def test_the_order_of_countries_and_the_unit_do_not_matter():
    flows, order = world(4, 7), [2, 0, 3, 1]
    costs = no_change(flows)
    costs.iloc[0, 1] = 1.4
    result = exact_hat(flows, costs, elasticity=4.0)
    turned = exact_hat(1000 * flows.iloc[order, order], costs.iloc[order, order], elasticity=4.0)
    np.testing.assert_allclose(turned.loc[flows.index, flows.columns], 1000 * result, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "elasticity", "message"),
    [
        (lambda f, c: (f.iloc[:2], c), 4.0, "square matrices with the same names"),
        (lambda f, c: (f, c.iloc[::-1]), 4.0, "square matrices with the same names"),
        (lambda f, c: (f.to_numpy(), c), 4.0, "the table of flows came as ndarray"),
        (lambda f, c: (-f, c), 4.0, "a flow is out of range: C0 in C0: -"),
        (lambda f, c: (f * float("nan"), c), 4.0, "a flow is out of range: C0 in C0: nan"),
        (lambda f, c: (f.astype(str), c), 4.0, "a flow is not a number: C0 in C0: '"),
        (lambda f, c: (f, 0 * c), 4.0, "a factor on costs is out of range"),
        (lambda f, c: (f.assign(C0=0.0), c), 4.0, r"\['C0'\] sell or buy nothing"),
        (lambda f, c: (f.assign(C0=0.0).T, c), 4.0, r"\['C0'\] sell or buy nothing"),
        (lambda f, c: (f, c), 0.0, "elasticity is 0.0; allowed: a finite number above 0"),
        (lambda f, c: (f, c), "4", "elasticity is '4'"),
        (lambda f, c: (f, c), 1e6, "at most 50"),
    ],
)
def test_bad_input_is_refused(change, elasticity, message):
    flows = world(3, 1)
    with pytest.raises((ModelInputError, ParameterError), match=message):
        exact_hat(*change(flows, no_change(flows)), elasticity=elasticity)


def test_a_country_that_would_spend_less_than_nothing_has_no_answer():
    flows = pd.DataFrame([[1.0, 100], [0, 1]], index=list("ab"), columns=list("ab"))
    costs = no_change(flows)
    costs.loc["a", "b"] = 9
    with pytest.raises(ConvergenceError, match="flows of zero or more"):
        exact_hat(flows, costs, elasticity=4.0)
