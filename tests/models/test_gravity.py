"""Gravity equations against dummy regression in statsmodels, known truths, Fally's identity and
invariances."""

import re

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models import ppml
from analysis.models.expected_trade import UNDETERMINED
from analysis.models.gravity import (
    INTERCEPT,
    THREE_WAY,
    TWO_WAY,
    UNKNOWN_EFFECT,
    GravityFit,
    fit_gravity,
)
from analysis.models.result import TIDY_COLUMNS, Fit

SAME = 1e-6  # agreement asked of two libraries
EXACT = 1e-8  # identities of the first-order conditions, solved to 1e-10
FOUR_ERRORS = 4  # an estimate or simulated share may lie this many standard errors from the truth
TRUTH = {"log_distance": -0.9, "border": 0.5, "agreement": 0.3}
PAIR = ("exporter^importer",)

# pyfixest 0.60 calls pandas 3.1 with a deprecated keyword
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")


def world(
    *,
    seed: int = 0,
    n_countries: int = 12,
    n_years: int = 4,
    zeros: float = 0.2,
    noise: float = 1.0,
    sizes: float = 0.5,
) -> pd.DataFrame:
    """Trade from ``TRUTH``, country-year effects, gamma noise with mean one, and zeros that happen
    at random."""
    rng = np.random.default_rng(seed)
    names = [f"C{n:02d}" for n in range(n_countries)]
    keys = [(a, b, 2000 + t) for a in names for b in names if a != b for t in range(n_years)]
    frame = pd.DataFrame(keys, columns=["exporter", "importer", "year"])
    pair, sells, buys = (
        frame.groupby(list(k)).ngroup().to_numpy() for k in (("exporter", "importer"), ("exporter", "year"),
                                                            ("importer", "year"))
    )  # fmt: skip
    frame["log_distance"] = rng.normal(8, 0.8, pair.max() + 1)[pair]
    frame["border"] = (rng.random(pair.max() + 1) < 0.15)[pair].astype(int)
    frame["agreement"] = (rng.random(len(frame)) < 0.3).astype(int)
    effects = rng.normal(0, sizes, (2, sells.max() + 1))
    slopes = sum(b * frame[name] for name, b in TRUTH.items())
    frame["truth"] = np.exp(9 + slopes + effects[0][sells] + effects[1][buys])
    shock = rng.gamma(1 / noise, noise, len(frame)) if noise else np.ones(len(frame))
    frame["value"] = frame["truth"] * shock * (rng.random(len(frame)) >= zeros) / (1 - zeros)
    return frame


def fit(frame: pd.DataFrame, **options):
    return fit_gravity(frame, **{"value": "value", "regressors": list(TRUTH), **options})


def dummies(
    frame: pd.DataFrame, effects: tuple[str, ...], regressors: tuple[str, ...] = tuple(TRUTH)
) -> pd.DataFrame:
    """Full-rank design: the regressors, then indicators that add to its rank."""
    columns = [pd.Series(1.0, frame.index, name=INTERCEPT)]
    for effect in effects:
        group = frame[effect.split("^")].astype(str).agg("^".join, axis=1)
        columns += [
            (group == name).astype(float).rename(f"{effect} {name}")
            for name in sorted(group.unique())
        ]
    design = pd.concat([frame[list(regressors)], *columns], axis=1).loc[
        :, lambda d: ~d.columns.duplicated()
    ]
    keep: list[str] = []
    for name in design:
        if np.linalg.matrix_rank(design[[*keep, name]]) > len(keep):
            keep.append(name)
    return design[keep]


@pytest.mark.parametrize("effects", [(), ("year",), ("exporter", "importer"), TWO_WAY])
@pytest.mark.parametrize("cluster", [(), PAIR])
def test_equals_dummy_regression_in_statsmodels(effects, cluster):
    """Coefficients, log-likelihood and errors. statsmodels' HC1 lacks its factor n / (n - k), so
    HC0 is scaled here.

    pyfixest counts the parameters of m sets of effects as the groups less m - 1, statsmodels the
    rank.
    """
    frame = world(seed=1, n_countries=10, n_years=3)
    ours = fit(frame, effects=effects, cluster=cluster)
    x = dummies(frame, effects)
    groups = pd.factorize(frame["exporter"] + frame["importer"])[0]
    how = (
        {"cov_type": "cluster", "cov_kwds": {"groups": groups}} if cluster else {"cov_type": "HC0"}
    )
    theirs = sm.GLM(frame["value"], x, family=sm.families.Poisson()).fit(
        tol=1e-14, maxiter=200, **how
    )
    table = ours.tidy().set_index("term").loc[list(TRUTH)]
    np.testing.assert_allclose(table["estimate"], theirs.params[list(TRUTH)], rtol=SAME)
    assert ours.deviance == pytest.approx(theirs.deviance, rel=SAME)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=SAME)
    n, k = (
        len(frame),
        len(TRUTH)
        + sum(frame.groupby(e.split("^")).ngroups for e in effects)
        - max(len(effects) - 1, -1),
    )
    factor = np.sqrt((n - x.shape[1]) / (n - k)) if cluster else np.sqrt(n / (n - k))
    np.testing.assert_allclose(table["std_error"], factor * theirs.bse[list(TRUTH)], rtol=SAME)
    if not effects:
        intercept = ours.tidy().iloc[0]
        assert (intercept["term"], intercept["estimate"]) == (
            INTERCEPT,
            pytest.approx(theirs.params[INTERCEPT]),
        )


def test_three_way_covariance_is_the_sandwich_written_out():
    """Clustered by pair: pair effects are nested and do not count; the country-year effects count
    less one."""
    frame = world(seed=2, n_countries=8, n_years=4)
    ours = fit(frame, regressors=["agreement"], effects=THREE_WAY, cluster=PAIR)
    x = dummies(frame, THREE_WAY, ("agreement",))
    mu = ours.rows["expected"].to_numpy()
    bread = np.linalg.inv((x.T * mu) @ x)
    scores = (
        x.mul(frame["value"] - mu, axis=0)
        .groupby([frame["exporter"], frame["importer"]])
        .sum()
        .to_numpy()
    )
    variance = (bread @ scores.T @ scores @ bread)[0, 0]
    n, g, k = len(frame), 8 * 7, 1 + 2 * 8 * 4 - 1
    assert ours.n_clusters == {"exporter^importer": g}
    assert ours.std_error[0] ** 2 == pytest.approx(
        variance * g / (g - 1) * (n - 1) / (n - k), rel=1e-4
    )
    assert ours.degrees_of_freedom == g - 1


def test_equals_pyfixest_where_nothing_is_separated():
    frame = world(seed=3, zeros=0.1)
    ours = fit(frame, effects=TWO_WAY, cluster=("exporter", "importer"))
    theirs = pf.fepois(
        "value ~ log_distance + border + agreement | exporter^year + importer^year", frame, iwls_tol=1e-12,
        vcov={"CRV1": "exporter + importer"}, demeaner=pf.MapDemeaner(fixef_tol=1e-10),
    )  # fmt: skip
    table = ours.tidy().set_index("term")
    np.testing.assert_allclose(table["estimate"], theirs.coef(), rtol=SAME)
    np.testing.assert_allclose(table["std_error"], theirs.se(), rtol=SAME)
    np.testing.assert_allclose(ours.rows["expected"], theirs._Y_hat_response, rtol=SAME)
    assert ours.glance()["pseudo_r_squared"] == pytest.approx(theirs._pseudo_r2, rel=SAME)


def test_totals_are_reproduced_and_effects_are_anderson_and_van_wincoop_terms():
    """Fally (2015): with exporter and importer effects fitted and actual totals agree, country by
    country.

    The effects are then output and expenditure over multilateral resistance: ``exporter_i = Y_i /
    sum_j(d_ij m_j)`` for ``m_j`` the importer effects and ``d`` the trade costs, and the same the
    other way.
    """
    frame = world(seed=4, n_years=1).drop(columns="year")
    ours = fit(frame, regressors=["log_distance", "border"], effects=("exporter", "importer"))
    rows = ours.rows
    for country in ("exporter", "importer"):
        sums = rows.groupby(country)[["value", "expected"]].sum()
        np.testing.assert_allclose(sums["expected"], sums["value"], rtol=EXACT)
    costs = np.exp(rows[["log_distance", "border"]] @ ours.estimate)
    buys = rows["importer"].map(np.exp(ours.log_effects["importer"]))
    access = (costs * buys).groupby(rows["exporter"]).sum()
    output = rows.groupby("exporter")["value"].sum()
    np.testing.assert_allclose(np.exp(ours.log_effects["exporter"]), output / access, rtol=EXACT)


def test_truth_is_recovered_exactly_without_noise_and_where_logarithms_fail_with_it():
    exact = fit(world(seed=5, zeros=0.0, noise=0.0), effects=TWO_WAY)
    assert isinstance(exact, NotApplicable)
    assert "explained without error" in exact.reason
    frame = world(seed=5, n_countries=25, n_years=2, noise=0.0, zeros=0.0)
    rng = np.random.default_rng(0)
    spread = np.where(
        frame["agreement"] == 1, 1.5, 0.2
    )  # heteroskedastic: the mean of the log moves with the regressor
    frame["value"] = frame["truth"] * np.exp(spread * rng.normal(size=len(frame)) - spread**2 / 2)
    ours = fit(frame, effects=TWO_WAY, cluster=PAIR).tidy().set_index("term")
    distance = (ours["estimate"] - pd.Series(TRUTH)) / ours["std_error"]
    assert (distance.abs() < FOUR_ERRORS).all()
    logs = pf.feols(
        "np.log(value) ~ agreement + log_distance + border | exporter^year + importer^year", frame
    )
    assert logs.coef()["agreement"] < TRUTH["agreement"] - 0.5  # Santos Silva and Tenreyro's point


@pytest.mark.slow
def test_intervals_cover_as_stated_and_fall_short_with_country_effects_as_the_note_says():
    """Nominal 95 % without effects. With two sets of effects among 20 countries errors are some 30
    % too small."""
    draws, hits, distances = 200, 0, []
    for seed in range(draws):
        plain = fit(world(seed=seed, n_countries=25, n_years=1, zeros=0.1, noise=0.5, sizes=0.0))
        row = plain.tidy().set_index("term").loc["log_distance"]
        hits += row["ci_low"] <= TRUTH["log_distance"] <= row["ci_high"]
        frame = world(seed=seed, n_countries=20, n_years=1, zeros=0.1, noise=0.5)
        row = (
            fit(frame, effects=("exporter", "importer"))
            .tidy()
            .set_index("term")
            .loc["log_distance"]
        )
        distances.append((row["estimate"] - TRUTH["log_distance"]) / row["std_error"])
    assert abs(hits / draws - 0.95) < FOUR_ERRORS * np.sqrt(0.95 * 0.05 / draws)
    assert abs(np.mean(distances)) < FOUR_ERRORS * np.std(distances) / np.sqrt(draws)
    assert 1.1 < np.std(distances) < 1.5


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    factor=st.sampled_from([1e-6, 0.3, 1e9]),
    effects=st.sampled_from([(), TWO_WAY]),
)
def test_units_and_row_order_change_only_the_intercept_and_effects(seed, factor, effects):
    frame = world(seed=seed, n_countries=8, n_years=2)
    one = fit(frame, effects=effects)
    changed = frame.sample(frac=1, random_state=seed).assign(
        value=lambda f: f["value"] * factor, log_distance=lambda f: f["log_distance"] * 100
    )
    other = fit(changed, effects=effects)
    first, second = (
        made.tidy().set_index("term").drop(INTERCEPT, errors="ignore") for made in (one, other)
    )
    scale = np.where(first.index == "log_distance", 100, 1)
    np.testing.assert_allclose(second["estimate"] * scale, first["estimate"], rtol=SAME, atol=SAME)
    np.testing.assert_allclose(second["std_error"] * scale, first["std_error"], rtol=SAME)
    np.testing.assert_allclose(
        other.rows["expected"].reindex(frame.index), factor * one.rows["expected"], rtol=SAME
    )
    if not effects:
        assert other.estimate[0] - one.estimate[0] == pytest.approx(np.log(factor), abs=SAME)
    assert other.glance()["r_squared_deviance"] == pytest.approx(
        one.glance()["r_squared_deviance"], abs=SAME
    )


@pytest.mark.parametrize("effects", [(), ("exporter",), TWO_WAY])
def test_prediction_is_the_model(effects):
    frame = world(seed=6)
    made = fit(frame, effects=effects)
    predicted = made.predict(frame)
    np.testing.assert_allclose(predicted["expected"], made.rows["expected"], rtol=EXACT)
    nearer = made.predict(frame.assign(log_distance=frame["log_distance"] - np.log(2)))["expected"]
    slope = dict(zip(made.terms, made.estimate, strict=True))["log_distance"]
    np.testing.assert_allclose(nearer / predicted["expected"], 2**-slope, rtol=EXACT)


def test_a_flow_that_was_left_out_is_predicted_from_the_others():
    frame = world(seed=7, zeros=0.0, noise=0.01)
    row = frame.index[40]
    expected = (
        fit(frame.drop(index=row), effects=TWO_WAY).predict(frame.loc[[row]])["expected"].item()
    )
    assert expected == pytest.approx(frame.loc[row, "truth"], rel=0.2)


def test_prediction_says_what_is_not_determined():
    """Two islands that never trade with each other, a country not in the data, and a missing
    regressor."""
    one, two = world(seed=8, n_years=1, n_countries=6), world(seed=9, n_years=1, n_countries=6)
    two[["exporter", "importer"]] = "X" + two[["exporter", "importer"]]
    frame = pd.concat([one, two], ignore_index=True)
    made = fit(frame, effects=("exporter", "importer"))
    asked = frame.loc[[0, 0, 0, 0]].reset_index(drop=True)
    asked.loc[1, "importer"], asked.loc[2, "importer"], asked.loc[3, "border"] = (
        "XC00",
        "ZZZ",
        np.nan,
    )
    predicted = made.predict(asked)
    assert predicted["status"].tolist() == [ppml.FITTED, UNDETERMINED, UNKNOWN_EFFECT, ppml.MISSING]
    assert predicted["expected"].notna().tolist() == [True, False, False, False]


def test_everything_left_out_is_counted_with_its_reason():
    frame = world(seed=10, zeros=0.0)
    frame.loc[(frame["exporter"] == "C00") & (frame["importer"] == "C01"), "value"] = (
        0.0  # a pair of zeros: 4 rows
    )
    gone = frame.index[(frame["exporter"] == "C02") & (frame["importer"] == "C03")]
    frame.loc[gone[1:], "value"] = np.nan  # leaves one row of the pair
    frame.loc[frame.index[-1], "agreement"] = np.nan
    frame["embargo"] = (frame.index % 50 == 30).astype(int)
    frame.loc[frame["embargo"] == 1, "value"] = 0.0
    made = fit(frame, regressors=["agreement", "embargo"], effects=THREE_WAY, cluster=PAIR)
    counts = made.dropped.set_index("status")["rows"]
    embargoed = ((made.rows["status"] == ppml.SEPARATED) & (frame["embargo"] == 1)).sum()
    assert counts.to_dict() == {
        ppml.ALL_ZERO: 4,
        ppml.ALONE: 1,
        ppml.MISSING: 4,
        ppml.SEPARATED: embargoed,
    }
    assert (
        embargoed
        == frame["embargo"].sum()
        - (frame["embargo"] * (made.rows["status"] == ppml.ALL_ZERO)).sum()
    )
    assert made.terms == ("agreement",)
    assert list(made.dropped_terms) == ["embargo"]
    assert made.glance()["dropped, separated"] == embargoed
    assert "dropped: embargo, not told apart" in str(made)
    never = made.predict(frame[frame["embargo"] == 1])
    assert (never.loc[never["status"] != UNKNOWN_EFFECT, "status"] == UNDETERMINED).all()


def test_it_is_a_fit_with_effects_in_percent_and_notes():
    made = fit(world(seed=11), effects=TWO_WAY, cluster=("exporter",))
    assert isinstance(made, Fit)
    assert isinstance(made, GravityFit)
    table = made.tidy()
    assert tuple(table.columns) == (*TIDY_COLUMNS, "percent", "percent_low", "percent_high")
    border = table.set_index("term").loc["border"]
    assert border["percent"] == pytest.approx(100 * (np.exp(border["estimate"]) - 1))
    assert border["percent_low"] < border["percent"] < border["percent_high"]
    assert fit(world(seed=11)).tidy()["percent"].isna().tolist() == [True, False, False, False]
    assert made.degrees_of_freedom == 11
    glance = made.glance()
    assert (glance["covariance"], glance["n_clusters_exporter"], glance["converged"]) == (
        "clustered by exporter",
        12,
        True,
    )
    assert glance["last_step"] <= ppml.STILL
    assert any("only 12 clusters by exporter" in note for note in made.notes)
    assert any("Pfaffermayr" in note for note in made.notes)
    three = fit(world(seed=11), regressors=["agreement"], effects=THREE_WAY, cluster=PAIR)
    assert any("Weidner and Zylkin 2021" in note for note in three.notes)
    assert not fit(world(seed=11)).notes
    assert str(three) == str(
        fit(world(seed=11), regressors=["agreement"], effects=THREE_WAY, cluster=PAIR)
    )
    assert "standard errors clustered by exporter^importer" in str(three)


def test_a_dummy_of_one_cluster_has_no_standard_error():
    frame = world(seed=12, zeros=0.0)
    frame["crisis"] = (
        (frame["exporter"] == "C00") & (frame["importer"] == "C01") & (frame["year"] > 2001)
    ).astype(int)
    made = fit(frame, regressors=["agreement", "crisis"], effects=TWO_WAY, cluster=PAIR)
    assert np.isnan(made.std_error).tolist() == [False, True]
    assert np.isfinite(made.estimate).all()
    assert "no standard error of crisis: a single exporter^importer determines it" in str(made)
    single = frame.assign(crisis=(frame.index == 5).astype(int))
    assert "a single row determines it" in str(fit(single, regressors=["crisis"]))


def test_input_is_left_alone_and_names_are_free():
    frame = world(seed=13).rename(
        columns={"value": "trade, USD mn", "log_distance": "log distance (km)"}
    )
    copy = frame.copy()
    made = fit(
        frame,
        value="trade, USD mn",
        regressors=["log distance (km)"],
        effects=("exporter", "importer"),
    )
    pd.testing.assert_frame_equal(frame, copy)
    assert made.terms == ("log distance (km)",)
    categories = copy.astype({"exporter": "category", "importer": "category"})
    again = fit(
        categories,
        value="trade, USD mn",
        regressors=["log distance (km)"],
        effects=("exporter", "importer"),
    )
    np.testing.assert_allclose(again.estimate, made.estimate, rtol=EXACT)


@pytest.mark.parametrize(
    ("spoil", "options", "message"),
    [
        (lambda f: f.drop(columns="border"), {}, r"columns \['border'\] are not there"),
        (lambda f: f, {"effects": ("exporter^yeer",)}, "did you mean 'year'"),
        (
            lambda f: f.assign(value=-1.0),
            {},
            "528 values of value are negative; no value of value is positive",
        ),
        (lambda f: f.assign(border=np.inf), {}, "528 values of border are infinite"),
        (lambda f: f.assign(value="1"), {}, "value is of type"),
        (lambda f: f.assign(value=0.0), {}, "no value of value is positive"),
        (lambda f: f.iloc[:0], {}, "no value of value is positive"),
        (lambda f: f.assign(exporter=None), {"effects": ("exporter",)}, "528 rows lack exporter"),
        (
            lambda f: pd.concat([f, f]),
            {"keys": ("exporter", "importer", "year")},
            "528 rows repeat exporter, importer",
        ),
        (lambda f: f.assign(border=2), {}, r"\['border'\] do not vary beyond the constant"),
        (
            lambda f: f.assign(border=2 * f["log_distance"]),
            {},
            r"\['border'\] are combinations of the others",
        ),
        (
            lambda f: f,
            {"effects": PAIR},
            r"\['log_distance', 'border'\] do not vary beyond exporter\^importer",
        ),
        (
            lambda f: f.assign(border=f["year"]),
            {"effects": TWO_WAY},
            r"\['border'\] do not vary beyond",
        ),
    ],
)
def test_bad_input_is_explained(spoil, options, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(world(seed=14)), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"regressors": []},
        {"regressors": ["border", "border"]},
        {"level": 95},
        {"cluster": ("exporter", "importer", "year")},
    ],
)
def test_bad_options_are_explained(options):
    with pytest.raises(ParameterError, match="allowed: one regressor or more"):
        fit(world(seed=14), **options)


@pytest.mark.parametrize(
    ("choose", "options", "reason"),
    [
        (
            lambda f: f,
            {"cluster": ("year",)},
            r"too few clusters for standard errors: \{'year': 4\}; 10 are needed",
        ),
        (
            lambda f: f.assign(value=(f.index == 3) * 1.0),
            {"effects": TWO_WAY},
            "no row is left of 528: 527 all zero",
        ),
        (
            lambda f: f.head(4).assign(
                value=1.0 + f.index[:4],
                log_distance=[1, 2, 3, 5],
                border=[0, 1, 0, 0],
                agreement=[0, 0, 1, 0],
            ),
            {},
            "4 rows cannot tell 4 coefficients and effects apart",
        ),
    ],
)
def test_what_cannot_be_computed_has_a_reason(choose, options, reason):
    said = fit(choose(world(seed=15)), **options)
    assert isinstance(said, NotApplicable)
    assert re.search(reason, said.reason)
