"""Separation in the published examples, by two independent methods, and what the rest of the rows
then say."""

import warnings
from io import StringIO

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from scipy.optimize import linprog

from analysis.errors import ConvergenceError, NotApplicable
from analysis.models import ppml
from analysis.models.separation import newton_step, redundant, separated, undetermined

PRINTED = 5e-6  # the sources print five decimals
SAME = 1e-6  # agreement asked of two libraries

# Correia, Guimaraes and Zylkin, guides to ppmlhdfe (github.com/sergiocorreia/ppmlhdfe): the primer
# and the benchmarks.
TWO_SEPARATED = (
    "y x1 x2 x3\n0 0 1 0\n0 0 0 0\n0 0 0 0\n0 0 0 0\n0 1 9 0\n2 21 21 21\n3 0 0 0\n5 0 0 0\n7 0 0"
    " 0\n10 -18 -18 0"
)
FIFTH_SEPARATED = (
    "y x1 x2 x3 x4\n0 0 0 2 10\n0 0 0 0 -2\n0 0 0 0 6\n0 0 0 4 5\n0 1 0 0 3\n2 0 0 0 3\n2 0 0 0"
    " 4\n2 0 0 -2 15\n2 0 0 0 -7\n4 0 0 -3 15\n6 -3 -3 0 4\n6 0 0 0 4"
)
COMBINATION = "y x1 x2\n0 2 -1\n0 -1 2\n0 0 0\n1 0 0\n2 5 -10\n3 6 -12"
ONE_REGRESSOR = "y x\n0 1\n0 1\n0 0\n1 0\n2 0\n3 0"
TWO_EFFECTS = (
    "y x1 x2 i j\n2 0 0 2 1\n0 0 0 4 2\n0 0 0 1 1\n1 1 0 4 3\n0 0 1 2 2\n0 0 0 2 2\n1 0 0 5 4\n0 1"
    " 2 2 3\n1 0 0 1 1\n0 0 0 2 2\n0 2 0 1 3\n0 0 0 1 3\n0 1 0 2 2\n0 0 1 5 2\n0 0 1 2 4\n0 0 0 1"
    " 2\n0 0 0 1 1\n2 0 0 1 2"
)
ZERO_EFFECTS = (
    "y x1 i j\n0 0 1 1\n0 3 1 1\n0 -2 1 1\n0 2 1 3\n0 2 1 5\n0 0 1 6\n0 7 4 1\n0 1 4 4\n0 2 4 5\n0"
    " 1 6 1\n0 -2 8 4\n0 3 8 6\n1 -5 1 1\n1 1 1 3\n5 -2 6 3\n7 2 1 3"
)
EFFECTS_ONLY = "y x i j\n0 0 1 1\n1 0 1 1\n0 0 2 1\n0 0 2 2\n1 0 2 2"


def arrays(text: str) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    table = pd.read_csv(StringIO(text), sep=" ", dtype=float)
    codes = [pd.factorize(table[name])[0] for name in ("i", "j") if name in table]
    return (
        table["y"].to_numpy(),
        table[[name for name in table if name[0] == "x"]].to_numpy(),
        codes,
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (TWO_SEPARATED, [1, 5]),
        (FIFTH_SEPARATED, [5]),
        (COMBINATION, [1]),
        (ONE_REGRESSOR, [1, 2]),
        (TWO_EFFECTS, [5, 8, 14, 15]),
        (EFFECTS_ONLY, [3]),
    ],
)
def test_published_examples_are_found(text, rows):
    """``z = x2 - x1``, ``z = x1 - x2``, ``z = 2 x1 + x2``, ``z = x``, and two with effects."""
    y, x, codes = arrays(text)
    x = x[:, x.std(axis=0) > 0]
    assert list(np.flatnonzero(separated(y, x, codes)) + 1) == rows


def test_published_estimates_of_the_remaining_rows():
    """Printed: 0.066 for x3; 0.59095, -17.78017 + 17.32952, -0.47085 and -0.03779; by alpaca
    -0.4845 and -0.2995."""
    assert ppml.solve(*arrays(TWO_SEPARATED)).coefficients[2] == pytest.approx(0.066, abs=5e-4)
    fit = ppml.solve(*arrays(FIFTH_SEPARATED))
    printed = [-17.78017 + 17.32952, 0.0, -0.47085, -0.03779]
    np.testing.assert_allclose(
        [fit.constant, *fit.coefficients], [0.59095, *printed], atol=2 * PRINTED
    )
    assert fit.kept.tolist() == [True, False, True, True]
    fit = ppml.solve(*arrays(TWO_EFFECTS))
    assert fit.coefficients[0] == pytest.approx(-0.4845, abs=5e-5)
    assert list(np.flatnonzero(fit.status == ppml.SEPARATED) + 1) == [5, 8, 14, 15]
    fit = ppml.solve(*arrays(ZERO_EFFECTS))
    assert fit.coefficients[0] == pytest.approx(-0.2995, abs=5e-5)
    assert (fit.status == ppml.ALL_ZERO).sum() == 7


def test_the_constant_of_the_simplest_example_is_the_log_mean():
    y, x, _ = arrays(ONE_REGRESSOR)
    assert np.log(y[~separated(y, x, [])].mean()) == pytest.approx(
        0.405, abs=5e-4
    )  # printed in the primer
    assert "tell no regressor apart: 2 separated" in ppml.solve(y, x, []).reason


def problem(seed: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Small trade tables with none, one, two or three effects, in which dummies go with zeros."""
    rng = np.random.default_rng(seed)
    n, t = [(12, 1), (7, 4), (8, 6), (12, 1)][seed % 4]
    i, j, s = (a.ravel() for a in np.meshgrid(range(n), range(n), range(t), indexing="ij"))
    i, j, s = (a[i != j] for a in (i, j, s))
    keys = [[], [i, j * t + s], [i * t + s, j * t + s, i * n + j], [i, j]][seed % 4]
    share = rng.choice([0.05, 0.1, 0.2], size=2)
    x = np.column_stack(
        [
            rng.normal(size=len(i)),
            *(rng.random(len(i)) < p for p in share),
            rng.integers(-1, 4, len(i)) * (i % 5 == 0),
        ]
    ).astype(float)
    size = rng.normal(size=n)
    chance = 1 / (1 + np.exp(-(size[i] + size[j] - 3 * x[:, 1] - 2 * x[:, 3] + (seed % 4 == 2))))
    y = (rng.random(len(i)) < chance) * rng.lognormal(0, 1, len(i))
    return y, x, [np.unique(key, return_inverse=True)[1] for key in keys]


def by_simplex(y: np.ndarray, x: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
    """Clarkson and Jennrich's programme with dense dummies: one row at a time as far as it goes."""
    dummies = [np.eye(code.max() + 1)[code] for code in codes] or [np.ones((len(y), 1))]
    design = np.hstack([x / x.std(axis=0), *dummies])
    zeros, out = np.flatnonzero(y == 0), np.zeros(len(y), bool)
    for row in zeros:
        if not out[row]:
            z = design @ linprog(
                -design[row], A_ub=np.vstack([-design[zeros], design[[row]]]), b_ub=np.r_[np.zeros(len(zeros)), 1],
                A_eq=design[y > 0], b_eq=np.zeros((y > 0).sum()), bounds=(None, None),
            ).x  # fmt: skip
            out |= z > SAME
    return out


@pytest.mark.parametrize("seed", range(12))
def test_the_programme_agrees_with_one_row_at_a_time(seed):
    y, x, codes = problem(seed)
    x = x[:, ~np.logical_or(*redundant(x, codes))]
    np.testing.assert_array_equal(separated(y, x, codes), by_simplex(y, x, codes))


def test_the_newton_step_after_a_fit_finds_what_the_programme_finds_before(monkeypatch):
    n_separated = 0
    for seed in range(24):
        data = problem(seed)
        before = ppml.solve(*data)
        with monkeypatch.context() as patch:
            patch.setattr(ppml, "PROGRAMME_ROWS", 0)
            after = ppml.solve(*data)
        assert not isinstance(before, NotApplicable)
        np.testing.assert_array_equal(before.status, after.status)
        np.testing.assert_allclose(before.coefficients, after.coefficients, atol=SAME)
        n_separated += (before.status == ppml.SEPARATED).sum()
    assert n_separated > 50


def test_a_step_stands_still_at_a_maximum_and_lets_separated_rows_fall():
    y, x, _ = arrays(FIFTH_SEPARATED)
    fit = ppml.solve(y, x, [])
    rows = fit.status == ppml.FITTED
    step, log_mean = newton_step(y[rows], fit.expected[rows], x[rows][:, fit.kept], [])
    assert max(np.abs(step).max(), np.abs(log_mean).max()) < SAME
    toward = np.exp(fit.constant + x @ fit.coefficients - 15 * (x[:, 0] - x[:, 1]))
    np.testing.assert_allclose(newton_step(y, toward, x, [])[1], np.where(rows, 0, -1), atol=1e-4)


def test_pyfixest_alone_reports_a_finite_effect_where_there_is_none():
    """Why the guard is there: without fixed effects pyfixest does not look, with them not at
    regressors by default."""
    y, x, codes = problem(3)
    x[:, 1] = (y == 0) & (np.arange(len(y)) % 7 == 0)
    table = pd.DataFrame({"y": y, "x": x[:, 1], "i": codes[0], "j": codes[1]})
    for formula in ("y ~ x", "y ~ x | i + j"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations of pandas, and separation by zero groups
            theirs = pf.fepois(formula, table, vcov="hetero")
        assert theirs.coef()["x"] < -10
        assert theirs.pvalue()["x"] < 1e-6
    ours = ppml.solve(y, x[:, :2], codes)
    assert (ours.status[x[:, 1] == 1] == ppml.SEPARATED).all()
    assert ours.kept.tolist() == [True, False]


def test_redundant_regressors_are_told_from_collinear_ones():
    rng = np.random.default_rng(0)
    codes = [np.repeat(np.arange(10), 6), np.tile(np.arange(6), 10)]
    own = rng.normal(size=60)
    level = codes[0] * 2.0 - codes[1]
    x = np.column_stack(
        [own, level, np.full(60, 3.0), 2 * own + level, rng.normal(size=60), 1e6 + 1e-3 * own**2]
    )
    absorbed, collinear = redundant(x, codes)
    assert absorbed.tolist() == [False, True, True, False, False, False]
    assert collinear.tolist() == [False, False, False, True, False, False]
    assert redundant(np.full((60, 1), 3.0), [])[0].tolist() == [True]


def test_rows_that_known_rows_do_not_span_are_undetermined():
    from scipy import sparse

    known = sparse.csr_array([[1.0, 0, 1, 0], [0, 1, 1, 0]])
    asked = sparse.csr_array([[1.0, -1, 0, 0], [2, 0, 2, 0], [0, 0, 1, 0], [1, 0, 0, 1]])
    assert undetermined(known, asked).tolist() == [False, False, True, True]


def test_what_pyfixest_cannot_fit_is_an_error(monkeypatch):
    y, x, codes = problem(3)
    monkeypatch.setattr(ppml, "MAX_ITERATIONS", 2)
    with pytest.raises(ConvergenceError, match="did not converge in 2 iterations on"):
        ppml.solve(y, x, codes)
    monkeypatch.undo()
    monkeypatch.setattr(ppml, "DEVIANCE_TOLERANCE", 0.5)
    with pytest.raises(ConvergenceError, match="another step would move a coefficient by"):
        ppml.solve(y, x, codes)
