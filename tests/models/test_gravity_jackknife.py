"""The jackknife against its formula and, on data drawn as Weidner and Zylkin do, against the bias
that it is for."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import NotApplicable, ParameterError
from analysis.models.gravity import THREE_WAY, TWO_WAY, fit_gravity
from analysis.models.gravity_jackknife import fit_gravity_jackknife
from analysis.models.result import Fit

EXACT = 1e-8  # two ways to the same number
FOUR_ERRORS = 4  # a simulated mean may lie this many standard errors from the truth


def world(*, seed: int = 0, n_countries: int = 12, n_years: int = 4) -> pd.DataFrame:
    """Weidner and Zylkin's design: a serially correlated regressor with slope one, tied to all
    effects.

    Their fourth error: log-normal with mean one, autocorrelated, and a variance that grows with the
    regressor.
    """
    rng = np.random.default_rng(seed)
    n, t = n_countries, n_years
    sells, buys, pair = (rng.normal(0, 0.25, shape) for shape in ((n, 1, t), (1, n, t), (n, n, 1)))
    x, shock = np.empty((n, n, t)), np.empty((n, n, t))
    before, shock[:, :, 0] = pair[:, :, 0] + rng.normal(0, 0.25, (n, n)), rng.normal(size=(n, n))
    for s in range(t):
        before = x[:, :, s] = (
            before / 2 + sells[:, :, s] + buys[:, :, s] + rng.normal(0, 0.25, (n, n))
        )
        if s:
            shock[:, :, s] = 0.3 * shock[:, :, s - 1] + np.sqrt(1 - 0.3**2) * rng.normal(
                size=(n, n)
            )
    mean = np.exp(x + sells + buys + pair)
    spread = np.log1p(0.5 / mean + 0.5 * np.exp(2 * x))
    value = mean * np.exp(np.sqrt(spread) * shock - spread / 2)
    i, j, s = (a.ravel() for a in np.meshgrid(range(n), range(n), range(t), indexing="ij"))
    columns = {"exporter": i, "importer": j, "year": s, "x": x.ravel(), "value": value.ravel()}
    return pd.DataFrame(columns)[i != j].reset_index(drop=True)


def jackknife(frame: pd.DataFrame, **options):
    return fit_gravity_jackknife(
        frame, **{"value": "value", "regressors": ["x"], "splits": 2, **options}
    )


def test_it_is_twice_the_estimate_less_the_mean_of_four_subpanels():
    frame = world()
    made = jackknife(frame, seed=5)
    random, by_hand = np.random.default_rng(5), []
    whole = fit_gravity(frame, value="value", regressors=["x"], effects=THREE_WAY).estimate[0]
    for _ in range(2):
        half = random.permutation(np.arange(12))[:6]
        parts = frame.groupby([frame["exporter"].isin(half), frame["importer"].isin(half)])
        slopes = [
            fit_gravity(part, value="value", regressors=["x"], effects=THREE_WAY).estimate[0]
            for _, part in parts
        ]
        by_hand.append(2 * whole - np.mean(slopes))
    assert made.estimate[0] == pytest.approx(np.mean(by_hand), rel=EXACT)
    assert made.split_error[0] == pytest.approx(abs(by_hand[0] - by_hand[1]) / 2, rel=EXACT)
    row = made.tidy().iloc[0]
    assert row["uncorrected"] == pytest.approx(whole)
    assert row["uncorrected"] - row["bias"] == pytest.approx(row["estimate"])
    assert row["std_error"] == made.uncorrected.std_error[0]
    assert (row["ci_low"] + row["ci_high"]) / 2 == pytest.approx(row["estimate"])


@pytest.mark.slow
def test_it_takes_part_of_the_bias_away():
    """True slope 1. Over 200 draws the plain estimate is biased downwards, and the corrected one by
    less."""
    draws = [jackknife(world(seed=seed, n_countries=20, n_years=5)) for seed in range(200)]
    plain = np.array([made.uncorrected.estimate[0] for made in draws]) - 1
    correction = np.array([made.estimate[0] for made in draws]) - 1 - plain
    error = plain.std(ddof=1) / np.sqrt(len(plain))
    assert plain.mean() < -FOUR_ERRORS * error
    assert correction.mean() > FOUR_ERRORS * correction.std(ddof=1) / np.sqrt(len(correction))
    assert abs((plain + correction).mean()) < 0.75 * abs(plain.mean())


def test_text_is_stable_and_says_what_is_not_corrected():
    made = jackknife(world())
    assert isinstance(made, Fit)
    assert str(made) == str(jackknife(world()))
    assert "2 random halvings of 12 countries" in str(made)
    assert "standard errors are those of the uncorrected fit" in str(made)
    assert made.glance()["splits"] == 2


def test_what_cannot_be_halved_has_a_reason():
    small = world(n_countries=4, n_years=3)
    assert "a subpanel of split 1 cannot be fitted" in jackknife(small, cluster=()).reason
    frame = world().assign(
        island=lambda f: ((f["exporter"] == 0) & (f["importer"] < 3) & (f["year"] > 1)) * 1.0
    )
    said = jackknife(frame, regressors=["x", "island"])
    assert isinstance(said, NotApplicable)
    assert "do not tell ['island'] apart" in said.reason
    assert "too few clusters" in jackknife(world(), cluster=("year",)).reason


def test_bad_options_are_explained():
    with pytest.raises(ParameterError, match="two splits or more, with effects"):
        jackknife(world(), splits=1)
    with pytest.raises(ParameterError, match="two splits or more, with effects"):
        jackknife(world(), effects=())
    assert jackknife(world(), effects=TWO_WAY).splits == 2
