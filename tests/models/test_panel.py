"""Two-way panels against dummy regression, pyfixest, the double sum that defines the dyad-robust
error, and simulations."""

import itertools
import re

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.panel import fit_panel

SECOND_LIBRARY = 1e-7  # relative; pyfixest demeans iteratively
FOUR_ERRORS = 4  # an estimate or simulated share may lie this many standard errors from the truth
SIDES = ["state_a", "state_b"]


def panel(*, seed=0, states=16, periods=6, slope=0.5) -> pd.DataFrame:
    """Pairs of states with effects of pair and period, correlated with x, and a shock for each
    state and period in the regressor and in the error."""
    rng = np.random.default_rng(seed)
    one, other = np.array(list(itertools.combinations(range(states), 2))).T
    pair, period = np.repeat(np.arange(len(one)), periods), np.tile(np.arange(periods), len(one))
    one, other = one[pair], other[pair]
    common = rng.normal(size=(2, states, periods))
    own = common[:, one, period] + common[:, other, period] + rng.normal(size=(2, len(pair)))
    effects = rng.normal(size=len(pair))[pair] + rng.normal(size=periods)[period]
    x, w = own[0] + effects, rng.normal(size=len(pair))
    frame = pd.DataFrame({"pair": pair, "state_a": one, "state_b": other, "period": period})
    names = {side: [f"S{i}" for i in frame[side]] for side in SIDES}
    names["pair"] = [f"p{i:04d}" for i in pair]
    return frame.assign(**names, x=x, w=w, y=slope * x - 0.2 * w + 2 * effects + own[1])


def fit(data: pd.DataFrame, **options):
    return fit_panel(data, **{"outcome": "y", "regressors": ["x", "w"], **options})


def double_sum(rows: pd.DataFrame):
    """Least squares with dummies, and the sum over every two rows with a state in common, as the
    paper writes it."""
    dummies = pd.get_dummies(rows[["pair", "period"]].astype(str), dtype=float).to_numpy()
    values = rows[["x", "w", "y"]].to_numpy()
    left = values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    x, y = left[:, :2], left[:, 2]
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    score = x * (y - x @ beta)[:, None]
    sides = rows[SIDES].to_numpy()
    shared = np.any([sides[:, [i]] == sides[:, j] for i in (0, 1) for j in (0, 1)], axis=0)
    bread = np.linalg.inv(x.T @ x)
    return beta, bread @ (score.T @ shared @ score) @ bread


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_dummy_regression_with_the_double_sum(seed):
    rows = panel(seed=seed).sample(frac=0.8, random_state=1)
    made, (beta, covariance) = fit(rows, level=0.9), double_sum(rows)
    np.testing.assert_allclose(made.tidy().estimate, beta, rtol=SECOND_LIBRARY)
    np.testing.assert_allclose(made.covariance, covariance, rtol=SECOND_LIBRARY)
    row = made.tidy().iloc[0]
    assert row.std_error == pytest.approx(np.sqrt(covariance[0, 0]))
    assert row.ci_low < row.estimate < row.ci_high
    assert (made.n_obs, made.n_states) == (len(rows), 16)


@pytest.mark.filterwarnings(
    "ignore:.*inplace keyword:pandas.errors.Pandas4Warning"
)  # pyfixest 0.60 still gives it
def test_estimates_are_those_of_pyfixest():
    data = panel().sample(frac=0.8, random_state=1)
    options = {"fixef_rm": "none", "demeaner": pyfixest.MapDemeaner(fixef_tol=1e-12)}
    theirs = pyfixest.feols("y ~ x + w | pair + period", data, vcov="iid", **options)
    np.testing.assert_allclose(fit(data).tidy().estimate, theirs.coef(), rtol=SECOND_LIBRARY)


def test_truth_is_recovered_where_plain_least_squares_is_wrong():
    data = panel(states=30, periods=12)
    row = fit(data).tidy().set_index("term").loc["x"]
    assert abs(row["estimate"] - 0.5) < FOUR_ERRORS * row["std_error"]
    plain = sm.OLS(data["y"], sm.add_constant(data[["x"]])).fit()
    assert plain.params["x"] > 0.5 + FOUR_ERRORS * row["std_error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("states", "draws", "low", "high"),
    [(20, 300, 0.14, 0.30), (40, 300, 0.10, 0.25), (80, 150, 0, 0.22)],
)
def test_how_often_the_truth_is_rejected(states, draws, low, high):
    """The rates that ``fit_panel`` states, at the 10 % level."""
    options = {"regressors": ["x"], "level": 0.9}
    made = (fit(panel(seed=seed, states=states), **options) for seed in range(draws))
    rows = [each.tidy().iloc[0] for each in made]
    assert low < np.mean([not row.ci_low <= 0.5 <= row.ci_high for row in rows]) < high


def test_units_rows_and_the_order_of_names_do_not_matter():
    rows = panel(seed=3)
    before, some = rows.copy(), rows.period % 2 == 0
    turned = rows.assign(x=100 * rows.x)
    turned.loc[some, SIDES] = rows.loc[some, SIDES[::-1]].to_numpy()
    one, other = fit(rows), fit(turned.sample(frac=1, random_state=2))
    np.testing.assert_allclose(
        other.tidy().estimate * [100, 1], one.tidy().estimate, rtol=SECOND_LIBRARY
    )
    scale = np.outer([100, 1], [100, 1])
    np.testing.assert_allclose(other.covariance * scale, one.covariance, rtol=SECOND_LIBRARY)
    pd.testing.assert_frame_equal(rows, before)


def test_pairs_seen_once_and_missing_rows_are_left_out_and_counted():
    rows = panel(seed=4)
    once = rows.iloc[:1].assign(pair="Z", state_b="Z")
    gap = rows.iloc[:1].assign(period=99, y=np.nan)
    made, plain = fit(pd.concat([rows, once, gap], ignore_index=True)), fit(rows)
    np.testing.assert_allclose(made.covariance, plain.covariance)
    assert (made.n_obs, made.n_states) == (720, 16)


def test_placebo_is_quiet_without_and_loud_with_reverse_causation():
    data = panel(states=20, periods=12)
    quiet = fit(data, leads=2)
    assert quiet.tidy().term.tolist() == ["x", "w", "x(+1)", "x(+2)"]
    assert quiet.n_obs == 10 * 190
    assert quiet.placebo() > 0.01
    following = data.groupby("pair")["y"].shift(1)
    answers = data.assign(x=data["x"] + 0.5 * following.fillna(0))
    assert fit(answers, leads=1).placebo() < 0.001


def test_placebo_of_one_lead_is_its_t_test():
    made = fit(panel(), leads=1)
    assert made.placebo() == pytest.approx(made.tidy()["p_value"].iloc[-1])
    assert isinstance(fit(panel()).placebo(), NotApplicable)


def test_leads_do_not_bridge_gaps():
    data = panel()
    holed = data[data["period"] != 3]
    assert fit(holed, leads=1).n_obs == 3 * 120  # not period 2, whose future is gone, nor the last


def test_text_is_stable_and_names_the_covariance():
    one, two = fit(panel(), leads=1), fit(panel(), leads=1)
    assert str(one) == str(two)
    assert "shared by rows with a state in common, 16 states" in str(one)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda d: d.assign(w=2 * d["x"]), r"\['w'\] are collinear"),
        (lambda d: d.assign(w=d["period"] * 1.0), r"\['w'\] are collinear"),
        (lambda d: d.assign(x=1.0, w=1.0), r"none of \['x', 'w'\] varies beyond pair and period"),
        (lambda d: d.assign(y=1.0), "explained without error"),
        (lambda d: d[d["state_b"].str[1:].astype(int) < 9], "too few states.* 9; 10 are needed"),
        (lambda d: d.assign(w=np.nan), "too few states"),
    ],
)
def test_what_cannot_be_estimated_is_declined_with_a_reason(spoil, reason):
    said = fit(spoil(panel()))
    assert isinstance(said, NotApplicable)
    assert re.search(reason, said.reason)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regressors": ["gdp"]}, r"columns \['gdp'\] are not there"),
        ({"regressors": []}, "at least one regressor"),
        ({"regressors": "x"}, "square brackets"),
        ({"regressors": ["x", "y"]}, "each column in one role"),
        ({"regressors": ["x", "state_a"]}, "each column in one role"),
        ({"leads": -1}, "leads is -1"),
        ({"level": 95}, "coverage of an interval is 95"),
    ],
)
def test_bad_options_raise(options, message):
    with pytest.raises((ModelInputError, ParameterError), match=message):
        fit(panel(), **options)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.assign(w=d["w"].where(d.index != 3, np.inf)), "w is out of range: 3: inf"),
        (lambda d: d.assign(w="1,0"), "w is not a number: 0: '1,0'"),
        (lambda d: d.assign(x=d["x"] * 1e-200), "size of 1e-50"),
        (lambda d: d.assign(pair=d["pair"].where(d.index != 3)), "missing: 1 pair"),
        (lambda d: pd.concat([d, d.head(1)]), "1 rows repeat pair, period"),
        (lambda d: d.assign(period=d["period"].astype(float)), "'period' holds float64"),
        (lambda d: d.assign(period=pd.Timestamp("2000-01-01")), "of each date"),
        (lambda d: d.drop(columns="state_b"), r"columns \['state_b'\] are not there"),
        (
            lambda d: d.assign(state_b=d["state_b"].where(d.index != 3)),
            "1 rows lack a state.*keep_default_na=False",
        ),
        (lambda d: d.assign(state_b=d["state_b"].mask(d.index < 6, "S0")), "6 rows are a state"),
    ],
)
def test_bad_data_raise(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(panel()))
