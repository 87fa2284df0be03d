"""Two-way panels against dummy regression, the written-out two-way covariance and simulations."""

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


def panel(
    *, n_units: int = 40, n_years: int = 15, slope: float = 0.5, seed: int = 0
) -> pd.DataFrame:
    """Outcome with unit and year effects, a regressor correlated with both, and a year shock in the
    error."""
    rng = np.random.default_rng(seed)
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(2000 + np.arange(n_years), n_units)
    a, b = rng.normal(size=n_units)[unit], rng.normal(size=n_years)[year - 2000]
    x = a + b + rng.normal(size=unit.size)
    w = rng.normal(size=unit.size)
    y = slope * x - 0.2 * w + 2 * a - b + rng.normal(size=unit.size)
    return pd.DataFrame(
        {
            "pair": [f"p{i:02d}" for i in unit],
            "year": year,
            "UN distance": y,
            "trade share": x,
            "w": w,
        }
    )


def fit(data: pd.DataFrame, **options):
    named = {
        "outcome": "UN distance",
        "regressors": ["trade share", "w"],
        "unit": "pair",
        "time": "year",
    }
    return fit_panel(data, **{**named, **options})


def dummies(data: pd.DataFrame, regressors: list[str]):
    effects = pd.get_dummies(data[["pair", "year"]].astype(str), drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([data[regressors], effects], axis=1))
    return sm.OLS(data["UN distance"], x).fit(), x


def test_estimates_are_those_of_dummy_regression():
    data = panel().sample(frac=0.8, random_state=1)
    made = fit(data)
    theirs, _ = dummies(data, ["trade share", "w"])
    np.testing.assert_allclose(
        made.estimate, theirs.params[["trade share", "w"]], rtol=SECOND_LIBRARY
    )
    assert made.n_obs == len(data)


def test_covariance_is_two_way_clustering_written_out():
    """Cameron, Gelbach and Miller: by unit, plus by year, less by both, times G/(G-1) (n-1)/(n-k)
    with the least G.

    k counts the regressors and the constant; effects nested in a cluster variable do not count.
    """
    data = panel().sample(frac=0.8, random_state=1)
    made = fit(data)
    regressors = ["trade share", "w"]
    ols, x = dummies(data, regressors)
    bread = np.linalg.inv(x.T @ x)
    scores = x.mul(ols.resid, axis=0)

    def sandwich(keys: list[str]) -> np.ndarray:
        sums = scores.groupby([data[k] for k in keys]).sum().to_numpy()
        return (bread @ sums.T @ sums @ bread)[1:3, 1:3]

    together = sandwich(["pair"]) + sandwich(["year"]) - sandwich(["pair", "year"])
    least, n = data["year"].nunique(), len(data)
    factor = least / (least - 1) * (n - 1) / (n - 3)
    np.testing.assert_allclose(made.covariance, factor * together, rtol=1e-6)
    assert made.degrees_of_freedom == least - 1


@pytest.mark.filterwarnings(
    "ignore:.*inplace keyword:pandas.errors.Pandas4Warning"
)  # pyfixest 0.60 still gives it
@pytest.mark.parametrize("clusters", [("pair", "year"), ("region",), ("region", "host"), ("host",)])
def test_estimates_and_covariance_are_those_of_pyfixest(clusters):
    """Pairs are nested in regions and years in nothing; a host is neither a pair's nor a year's."""
    data = panel().sample(frac=0.8, random_state=1)
    data = data.assign(
        region=data["pair"].str[-1], host=np.random.default_rng(3).integers(12, size=len(data))
    )
    made = fit(data, clusters=clusters)
    plain = data.rename(columns={"UN distance": "y", "trade share": "x"})
    theirs = pyfixest.feols(
        "y ~ x + w | pair + year",
        plain,
        vcov={"CRV1": " + ".join(clusters)},
        fixef_rm="none",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12),
    )
    np.testing.assert_allclose(made.estimate, theirs.coef(), rtol=SECOND_LIBRARY)
    np.testing.assert_allclose(made.covariance, theirs._vcov, rtol=SECOND_LIBRARY)


def test_truth_is_recovered_where_plain_least_squares_is_wrong():
    data = panel(n_units=100, n_years=20)
    row = fit(data).tidy().set_index("term").loc["trade share"]
    assert abs(row["estimate"] - 0.5) < FOUR_ERRORS * row["std_error"]
    plain = sm.OLS(data["UN distance"], sm.add_constant(data[["trade share"]])).fit()
    assert plain.params["trade share"] > 0.5 + FOUR_ERRORS * row["std_error"]


@pytest.mark.slow
def test_intervals_cover_as_stated():
    draws, hits = 200, 0
    for seed in range(draws):
        row = (
            fit(panel(n_units=30, n_years=20, seed=seed), regressors=["trade share"]).tidy().iloc[0]
        )
        hits += row["ci_low"] <= 0.5 <= row["ci_high"]
    assert abs(hits / draws - 0.95) < FOUR_ERRORS * np.sqrt(0.95 * 0.05 / draws)


def test_placebo_is_quiet_without_and_loud_with_reverse_causation():
    data = panel(n_units=100)
    quiet = fit(data, leads=2)
    assert quiet.terms == ("trade share", "w", "trade share(+1)", "trade share(+2)")
    assert quiet.n_dropped == 2 * 100
    assert quiet.placebo() > 0.01
    following = data.groupby("pair")["UN distance"].shift(1)
    answers = data.assign(**{"trade share": data["trade share"] + 0.5 * following.fillna(0)})
    assert fit(answers, leads=1).placebo() < 0.001


def test_placebo_of_one_lead_is_its_t_test():
    made = fit(panel(), leads=1)
    assert made.placebo() == pytest.approx(made.tidy()["p_value"].iloc[-1])
    assert isinstance(fit(panel()).placebo(), NotApplicable)


def test_leads_do_not_bridge_gaps():
    data = panel()
    holed = data[data["year"] != 2007]
    assert fit(holed, leads=1).n_dropped == 2 * 40  # 2006, whose future is gone, and the last year


def test_singletons_and_missing_rows_are_counted():
    alone = pd.DataFrame(
        {"pair": ["zz"], "year": [2003], "UN distance": [9.0], "trade share": [1.0], "w": [0.0]}
    )
    data = pd.concat([panel(), alone], ignore_index=True)
    data.loc[5, "w"] = np.nan
    made = fit(data)
    assert (made.n_obs, made.n_dropped, made.n_clusters) == (599, 2, {"pair": 40, "year": 15})


def test_units_rows_and_names_do_not_matter():
    data = panel()
    before = data.copy()
    one = fit(data)
    other = fit(
        data.assign(**{"trade share": data["trade share"] * 100}).sample(frac=1, random_state=2)
    )
    np.testing.assert_allclose(other.estimate * [100, 1], one.estimate, rtol=SECOND_LIBRARY)
    pd.testing.assert_frame_equal(data, before)


def test_text_is_stable_and_names_the_covariance():
    one, two = fit(panel(), leads=1), fit(panel(), leads=1)
    assert str(one) == str(two)
    assert "standard errors clustered by pair and year" in str(one)
    assert "placebo: leads jointly zero, p = " in str(one)
    assert "clustered by region\n" in str(
        fit(panel().assign(region=lambda d: d["pair"].str[-2:]), clusters=["region"])
    )


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda d: d.assign(w=2 * d["trade share"]), r"\['w'\] are collinear"),
        (lambda d: d.assign(w=d["year"] * 1.0), r"\['w'\] are collinear"),
        (lambda d: d.assign(**{"UN distance": 1.0}), "explained without error"),
        (lambda d: d[d["year"] < 2009], r"too few clusters.*\{'year': 9\}; 10 are needed"),
        (lambda d: d.assign(w=np.nan), "too few clusters"),
    ],
)
def test_what_cannot_be_estimated_is_declined_with_a_reason(spoil, reason):
    said = fit(spoil(panel()))
    assert isinstance(said, NotApplicable)
    assert re.search(reason, said.reason)


def test_a_regressor_that_never_varies_alone_is_declined():
    said = fit(panel().assign(w=1.0), regressors=["w"])
    assert "none of ['w'] varies beyond pair and year effects" in str(said)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regressors": ["gdp"]}, r"columns \['gdp'\] are not there"),
        ({"regressors": []}, "at least one regressor"),
        ({"leads": -1}, "leads is -1"),
        ({"level": 95}, "coverage of an interval is 95"),
        ({"clusters": ["pair", "year", "w"]}, "3 cluster columns"),
        ({"errors": "robust"}, "errors='robust' is unknown"),
        ({"errors": "dyadic", "clusters": ["pair"]}, "1 cluster columns"),
    ],
)
def test_bad_options_raise(options, message):
    with pytest.raises((ModelInputError, ParameterError), match=message):
        fit(panel(), **options)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.assign(w=d["w"].where(d.index != 3, np.inf)), "w in 3: inf"),
        (lambda d: d.assign(w="1,0"), "a value is not a number: w in 0: '1,0'"),
        (lambda d: pd.concat([d, d.head(1)]), "1 rows repeat pair, year"),
        (lambda d: d.assign(pair=d["pair"].where(d.index != 3)), "missing: 1 pair"),
        (lambda d: d.assign(year=d["year"].astype(float)), "'year' holds float64"),
        (lambda d: d.assign(year=pd.to_datetime(d["year"].astype(str))), "of each date"),
    ],
)
def test_bad_data_raise(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(panel()))
