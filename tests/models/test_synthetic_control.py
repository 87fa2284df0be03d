"""Synthetic control against pysyncon, a general solver, simulations with a written-down truth, and
its identities."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysyncon import Synth
from scipy.optimize import minimize

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.models.synthetic_control import fit_synthetic_control, nearest_in_hull

EXACT = 1e-8  # relative to the data: the active-set method is finite
GAP = 1e-12  # of the largest squared distance: a few thousand roundings
PEER = 1e-5  # pysyncon stops its general solver near 1e-6


def panel(*, seed=0, n_donors=12, n_pre=20, n_post=5, effect=0.0, noise=0.1):
    """Factor model; the treated unit T is 0.6 of donor D00 and 0.4 of D01 plus noise and, after
    2000, the effect."""
    rng = np.random.default_rng(seed)
    years = np.arange(2000 - n_pre, 2000 + n_post)
    factors = rng.normal(0, 1, (len(years), 3)).cumsum(axis=0)
    donors = 10 + factors @ rng.normal(0, 1, (3, n_donors))
    donors += rng.normal(0, 0.5, donors.shape)
    wide = pd.DataFrame(donors, index=years, columns=[f"D{n:02d}" for n in range(n_donors)])
    wide["T"] = 0.6 * wide["D00"] + 0.4 * wide["D01"] + rng.normal(0, noise, len(years))
    wide["T"] += effect * (years >= 2000)
    return long_of(wide)


def long_of(wide):
    return wide.rename_axis(index="year", columns="unit").stack().rename("value").reset_index()


def fit(frame, **options):
    return fit_synthetic_control(frame, **{"treated": "T", "start": 2000} | options)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), rows=st.integers(1, 12), columns=st.integers(2, 30))
def test_simplex_least_squares_is_certified_and_no_general_solver_does_better(seed, rows, columns):
    rng = np.random.default_rng(seed)
    points, target = rng.normal(0, 1, (rows, columns)), rng.normal(0, 1, rows)
    weights, _ = nearest_in_hull(points, target)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=EXACT)
    vertices = points - target[:, None]
    size, residual = np.square(vertices).sum(axis=0).max(), vertices @ weights
    # The duality gap of Jaggi (2013), which bounds how far half the distance squared is too large.
    assert residual @ residual - (residual @ vertices).min() <= GAP * size
    other = minimize(
        lambda w: np.square(points @ w - target).sum(),
        np.full(columns, 1 / columns),
        method="SLSQP",
        bounds=[(0, 1)] * columns,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
    )
    assert np.square(points @ weights - target).sum() <= other.fun + EXACT * size


def test_duplicate_points_are_reported_as_not_unique():
    points = np.array([[1.0, 1.0, 3.0], [0.0, 0.0, 1.0]])
    assert not nearest_in_hull(points, np.zeros(2))[1]
    assert nearest_in_hull(points[:, 1:], np.zeros(2))[1]


def test_recovers_the_weights_and_the_effect_that_made_the_data():
    made = fit(panel(seed=1, effect=3.0, noise=0.0))
    np.testing.assert_allclose(made.weights[["D00", "D01"]], [0.6, 0.4], atol=EXACT)
    np.testing.assert_allclose(made.tidy()["estimate"], 3.0, rtol=EXACT)
    assert isinstance(made.placebos(), NotApplicable)


def test_equals_pysyncon_on_outcomes():
    frame = panel(seed=2, effect=1.0)
    wide = frame.pivot(index="year", columns="unit", values="value")
    before = wide.loc[:1999]
    donors = [c for c in wide if c != "T"]
    spread = before.std(axis=1)  # pysyncon divides by it: these weights undo that
    peer = Synth()
    outcomes = {"X0": before[donors], "X1": before["T"], "Z0": before[donors], "Z1": before["T"]}
    peer.fit(**outcomes, custom_V=(spread**2).to_numpy())
    ours = fit(frame)
    np.testing.assert_allclose(ours.weights[donors], peer.W, atol=PEER**0.5)
    loss = np.square(before["T"] - before[donors] @ peer.W).sum()
    assert np.square(ours.path["effect"].loc[:1999]).sum() <= loss * (1 + PEER)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-3, 1e6]))
def test_donor_order_and_units_do_not_matter(seed, scale):
    frame = panel(seed=seed, n_donors=30, n_pre=8)
    before, shuffled = frame.copy(), frame.sample(frac=1, random_state=seed)
    made, again, scaled = (
        fit(each) for each in (frame, shuffled, frame.assign(value=frame["value"] * scale))
    )
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_series_equal(made.weights, again.weights)
    assert str(made) == str(again)
    if made.unique:
        expected = pytest.approx(scale * made.mean_effect, rel=1e-6, abs=1e-6 * scale)
        assert scaled.mean_effect == expected


def test_placebo_p_value_is_exact_and_never_below_one_over_units():
    frame = panel(seed=5, effect=25.0, noise=0.3)
    test = fit(frame).placebos()
    assert len(test.ratios) == 13
    assert test.ratios.index[0] == "T"
    assert test.p_value == 1 / 13
    alone = fit(frame, treated=test.ratios.index[4])
    assert alone.post_rmspe / alone.pre_rmspe == pytest.approx(test.ratios.iloc[4])


@pytest.mark.slow
def test_placebo_p_value_has_its_size_without_an_effect():
    """Units drawn alike: P(p <= k/n) = k/n, so that among 300 draws p <= 0.2 comes 60 times, give
    or take 3 sd."""
    rng, hits, n_draws = np.random.default_rng(6), 0, 300
    for _ in range(n_draws):
        wide = pd.DataFrame(rng.normal(0, 1, (20, 10)).cumsum(axis=0), index=range(1985, 2005))
        frame = long_of(wide.rename(columns=str))
        hits += fit(frame, treated="0").placebos().p_value <= 0.2
    assert abs(hits - 60) <= 3 * np.sqrt(300 * 0.2 * 0.8)


def test_gaps_after_treatment_are_allowed_and_incomplete_donors_left_out():
    frame = panel(seed=8, effect=2.0)
    frame = frame[~frame["year"].between(2000, 2002)]
    frame = frame[(frame["unit"] != "D05") | (frame["year"] != 2004)]
    made = fit(frame)
    assert list(made.tidy()["term"]) == ["effect 2003", "effect 2004", "mean effect"]
    assert len(made.weights) == 11
    assert "D05" not in made.weights
    assert "for T from 2000, 11 donors, matched on outcomes before treatment (20" in made.spec


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"treated": "Tt"}, CoverageError, "did you mean 'T'"),
        ({"start": 1981}, ModelInputError, "T has 1 periods with an outcome before 1981"),
        ({"start": 2010}, ModelInputError, "0 from then on"),
    ],
)
def test_bad_options_are_explained(options, error, message):
    with pytest.raises(error, match=message):
        fit(panel(), **options)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.replace(f.loc[0, "value"], np.inf), "value is out of range: 0: inf"),
        (lambda f: f.assign(year=f["year"].astype(str)), "'year' holds str"),
        (lambda f: pd.concat([f, f.tail(2)]), "2 rows repeat unit, year"),
        (lambda f: f[f["unit"].isin(["T", "D11"])], r"1 donors .*: \['D11'\]"),
        (lambda f: f.assign(value=f["value"].where(f["unit"] != "T")), "T has 0 periods with"),
    ],
)
def test_bad_data_are_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(panel()))
