"""Gravity equations against dummy regression in statsmodels, known truths and invariances."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.models.gravity import (
    FITTED,
    MISSING,
    SEPARATED,
    SINGLE,
    expected_by_size_and_distance,
    fit_gravity,
)
from analysis.models.result import TIDY_COLUMNS

SAME = 1e-6  # agreement asked of two libraries
EXACT = 1e-7  # identities of the first-order conditions; pyfixest stops at 1e-10 of the deviance
FOUR_ERRORS = 4  # an estimate may lie this many standard errors from the truth
TRUTH = {"log_distance": -0.9, "border": 0.5, "agreement": 0.3}
TWO_WAY = ("exporter^year", "importer^year")


def world(*, seed=0, n_countries=12, n_years=4, zeros=0.2, noise=1.0, sizes=0.5) -> pd.DataFrame:
    """Trade from ``TRUTH``, country-year effects, gamma noise with mean one, and zeros that happen
    at random."""
    rng = np.random.default_rng(seed)
    names = [f"C{n:02d}" for n in range(n_countries)]
    keys = [(a, b, 2000 + t) for a in names for b in names if a != b for t in range(n_years)]
    frame = pd.DataFrame(keys, columns=["exporter", "importer", "year"])
    pair, sells, buys = (
        frame.groupby(list(key)).ngroup().to_numpy()
        for key in (("exporter", "importer"), ("exporter", "year"), ("importer", "year"))
    )
    frame["log_distance"] = rng.normal(8, 0.8, pair.max() + 1)[pair]
    frame["border"] = (rng.random(pair.max() + 1) < 0.15)[pair]
    frame["agreement"] = (rng.random(len(frame)) < 0.3).astype(int)
    effects = rng.normal(0, sizes, (2, sells.max() + 1))
    slopes = sum(b * frame[name] for name, b in TRUTH.items())
    frame["truth"] = np.exp(9 + slopes + effects[0][sells] + effects[1][buys])
    shock = rng.gamma(1 / noise, noise, len(frame)) if noise else np.ones(len(frame))
    frame["value"] = frame["truth"] * shock * (rng.random(len(frame)) >= zeros) / (1 - zeros)
    return frame


def fit(frame: pd.DataFrame, **options):
    return fit_gravity(frame, **{"value": "value", "regressors": list(TRUTH), **options})


def both_ways(frame: pd.DataFrame) -> pd.Series:
    """Pair of countries, the same in both directions."""
    sides = np.sort(frame[["exporter", "importer"]].to_numpy(), axis=1)
    return pd.Series(sides[:, 0] + sides[:, 1], index=frame.index)


@pytest.mark.parametrize("effects", [(), ("year",), ("exporter", "importer"), TWO_WAY])
def test_equals_dummy_regression_clustered_by_both_directions(effects):
    """Coefficients and deviance; errors up to the factor by which the two packages count effects.

    pyfixest counts the parameters of m sets of effects as the groups less m - 1, statsmodels the
    rank.
    """
    frame = world(seed=1, n_countries=10, n_years=3)
    ours = fit(frame, effects=effects)
    columns = [frame[list(TRUTH)].astype(float), pd.Series(1.0, frame.index, name="Intercept")]
    for effect in effects:
        group = frame[effect.split("^")].astype(str).agg("^".join, axis=1)
        columns.append(pd.get_dummies(group, prefix=effect, dtype=float))
    x = pd.concat(columns, axis=1)
    kept: list[str] = []
    for name in x:
        if np.linalg.matrix_rank(x[[*kept, name]]) > len(kept):
            kept.append(name)
    theirs = sm.GLM(frame["value"], x[kept], family=sm.families.Poisson()).fit(
        tol=1e-14,
        maxiter=200,
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(both_ways(frame))[0]},
    )
    table = ours.tidy().set_index("term").loc[list(TRUTH)]
    np.testing.assert_allclose(table["estimate"], theirs.params[list(TRUTH)], rtol=SAME)
    assert ours.deviance == pytest.approx(theirs.deviance, rel=SAME)
    groups = sum(frame.groupby(effect.split("^")).ngroups for effect in effects)
    n, k = len(frame), len(TRUTH) + groups - max(len(effects) - 1, -1)
    factor = np.sqrt((n - len(kept)) / (n - k))
    np.testing.assert_allclose(table["std_error"], factor * theirs.bse[list(TRUTH)], rtol=1e-5)
    assert ours.n_clusters == {"pair": 45}


def test_both_directions_of_a_pair_are_one_cluster():
    """Two directions with the same error are one observation, and the error must say so."""
    frame = world(seed=3, n_countries=20, n_years=1, zeros=0.0)
    mirror = frame.set_index(["importer", "exporter"]).rename_axis(["exporter", "importer"])
    one = frame["exporter"] < frame["importer"]
    twice = pd.concat([frame[one], mirror.reset_index().loc[one.to_numpy()]], ignore_index=True)
    once, doubled = fit(frame[one]), fit(twice)
    np.testing.assert_allclose(doubled.estimate, once.estimate, rtol=SAME)
    np.testing.assert_allclose(doubled.std_error, once.std_error, rtol=0.01)


def test_recovers_the_truth():
    exact = fit(world(seed=2, noise=0.0, zeros=0.0), effects=TWO_WAY)
    np.testing.assert_allclose(exact.estimate, list(TRUTH.values()), rtol=SAME)
    noisy = fit(world(seed=4, n_countries=25), effects=TWO_WAY)
    off = np.abs(noisy.estimate - list(TRUTH.values()))
    assert (off < FOUR_ERRORS * noisy.std_error).all()


def test_totals_of_countries_are_reproduced_and_the_unit_does_not_matter():
    """Fally (2015): with exporter and importer effects, fitted and actual totals agree."""
    frame = world(seed=5, n_years=1)
    rows = fit(frame, effects=("exporter", "importer")).rows
    for side in ("exporter", "importer"):
        sums = rows.groupby(side)[["value", "expected"]].sum()
        np.testing.assert_allclose(sums["expected"], sums["value"], rtol=EXACT)
    other = fit(frame.assign(value=frame["value"] * 1e3).sample(frac=1, random_state=1))
    plain = fit(frame)
    np.testing.assert_allclose(other.estimate[1:], plain.estimate[1:], rtol=SAME)
    np.testing.assert_allclose(other.std_error, plain.std_error, rtol=1e-5)


@pytest.mark.parametrize("effects", [(), TWO_WAY])
def test_predicts_its_own_rows_and_says_nothing_of_the_unknown(effects):
    frame = world(seed=6)
    made = fit(frame, effects=effects)
    np.testing.assert_allclose(made.predict(frame), made.rows["expected"], rtol=SAME)
    asked = frame.head(2).assign(log_distance=[np.nan, 8.0], exporter="C99")
    assert made.predict(asked).isna().tolist() == [True, bool(effects)]


def test_what_was_left_out_is_counted():
    frame = world(seed=7, zeros=0.0)
    frame.loc[100, "value"] = np.nan
    frame.loc[101, "log_distance"] = None
    frame.loc[frame["exporter"] == "C00", "value"] = 0.0
    alone = frame.tail(1).assign(exporter="C99", year=2000)
    made = fit(pd.concat([frame, alone], ignore_index=True), effects=("exporter",))
    counts = made.dropped.set_index("status")["rows"].to_dict()
    zeros = int((frame["exporter"] == "C00").sum())
    assert counts == {MISSING: 2, SINGLE: 1, SEPARATED: zeros}
    assert made.rows.loc[made.rows["status"] != FITTED, "expected"].isna().all()
    assert made.glance()["n_dropped"] == zeros + 3
    region = frame.assign(region=frame["exporter"].str[:2].where(frame.index > 4))
    assert fit(region, effects=("region",)).dropped.set_index("status")["rows"][MISSING] == 7
    flat = fit(frame.assign(agreement=frame["year"]), effects=("year",))
    assert flat.dropped_regressors == ("agreement",)


def test_text_is_stable():
    made = fit(world(seed=8))
    assert tuple(made.tidy()) == TIDY_COLUMNS
    assert str(made) == str(fit(world(seed=8)))
    assert "standard errors clustered by 66 pairs" in str(made)
    with pytest.raises(ValueError, match="read-only"):
        made.estimate[0] = 0


def test_what_cannot_be_estimated_is_declined():
    frame = world(seed=9)
    few = frame[frame["exporter"].isin(["C00", "C01"]) & frame["importer"].isin(["C02", "C03"])]
    assert "too few clusters" in str(fit(few))
    assert "border does not vary" in str(fit(frame.assign(border=0)))
    nothing = frame.assign(value=frame["value"].where(~frame["border"], 0.0))
    assert "zero wherever border is not at its usual value" in str(fit(nothing))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="border"), r"columns \['border'\] are not there"),
        (lambda f: f.assign(exporter=f["exporter"].where(f.index > 0)), "keep_default_na=False"),
        (lambda f: f.assign(importer=f["importer"].replace("C01", "WLD")), "have the world"),
        (lambda f: pd.concat([f, f.head(1)]), "1 rows repeat exporter, importer, year"),
        (lambda f: f.assign(value="1,040"), "not a number: 0: '1,040'"),
        (lambda f: f.assign(value=-1.0), "value is out of range: 0: -1"),
        (lambda f: f.assign(log_distance=np.inf), "x0 in 0: inf"),
        (lambda f: f.assign(year=f["year"].astype(str)), "'year' holds str"),
    ],
)
def test_bad_input_is_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit(spoil(world()))


def economies(seed=1, n=40):
    """Exports that follow size and distance exactly, but C00 and C01 trade three times as much."""
    rng = np.random.default_rng(seed)
    frame = world(seed=seed, n_countries=n, n_years=1)[["exporter", "importer", "year"]]
    names = sorted(frame["exporter"].unique())
    sizes = pd.DataFrame({"country": names, "year": 2000, "gdp_usd_mn": rng.lognormal(12, 1, n)})
    distances = frame[["exporter", "importer"]].assign(
        distance_weighted_km=rng.lognormal(8, 0.5, len(frame)),
        border=rng.random(len(frame)) < 0.1,
        common_language=rng.random(len(frame)) < 0.2,
    )
    gdp = sizes.set_index("country")["gdp_usd_mn"]
    value = 1e-6 * frame["exporter"].map(gdp) * frame["importer"].map(gdp)
    value /= distances["distance_weighted_km"] / (1 + distances["border"])
    close = frame[["exporter", "importer"]].isin(["C00", "C01"]).all(axis=1)
    return frame.assign(value_usd_mn=value * (1 + 2 * close)), sizes, distances


def test_a_pair_beside_what_size_and_distance_predict():
    made = expected_by_size_and_distance(
        *economies(), pair=("C01", "C00"), year=2000, min_expected=0
    )
    assert made.ratio == pytest.approx(3, rel=0.1)
    assert made.place.rank == 1
    assert made.place.of == 40 * 39 / 2
    slopes = made.fit.tidy().set_index("term")["estimate"]
    assert slopes["log_distance"] == pytest.approx(-1, abs=0.05)
    assert slopes["border"] == pytest.approx(np.log(2), abs=0.05)
    assert "times what size and distance lead one to expect, rank 1 of 780" in str(made)


def test_a_pair_without_data_is_declined_or_an_error():
    exports, sizes, distances = economies()
    known = {"pair": ("C00", "C01"), "year": 2000}
    assert isinstance(
        expected_by_size_and_distance(exports, sizes, distances.iloc[1:], **known), NotApplicable
    )
    with pytest.raises(CoverageError, match="the country 'C0O' is nowhere in the data"):
        expected_by_size_and_distance(exports, sizes, distances, pair=("C0O", "C01"), year=2000)
    with pytest.raises(CoverageError, match="years from 2000 to 2000"):
        expected_by_size_and_distance(exports, sizes, distances, pair=("C00", "C01"), year=2001)
    world_size = pd.concat([sizes, sizes.head(1).assign(country="WLD")])
    with pytest.raises(ModelInputError, match="have the world"):
        expected_by_size_and_distance(exports, world_size, distances, **known)
