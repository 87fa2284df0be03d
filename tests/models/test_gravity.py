"""Gravity equations against regression in statsmodels, known truths and invariances."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import CoverageError, ModelInputError, NotApplicable, ParameterError
from analysis.models.gravity import expected_by_size_and_distance, fit_gravity

SAME = 1e-6  # agreement asked of two libraries
FOUR_ERRORS = 4  # an estimate may lie this many standard errors from the truth
TRUTH = {
    "log_gdp_exporter": 0.8,
    "log_gdp_importer": 0.7,
    "log_distance": -0.9,
    "border": 0.5,
    "common_language": 0.3,
}


def world(*, seed=0, n_countries=12, zeros=0.2, noise=1.0) -> pd.DataFrame:
    """Trade of a year from ``TRUTH``, gamma noise with mean one, and zeros that happen at
    random."""
    rng = np.random.default_rng(seed)
    names = [f"C{n:02d}" for n in range(n_countries)]
    keys = [(a, b) for a in names for b in names if a != b]
    frame = pd.DataFrame(keys, columns=["exporter", "importer"]).assign(year=2000)
    sizes = dict(zip(names, rng.normal(0, 1, len(names)), strict=True))
    for side in ("exporter", "importer"):
        frame[f"log_gdp_{side}"] = frame[side].map(sizes)
    frame["log_distance"] = rng.normal(8, 0.8, len(frame))
    frame["border"] = rng.random(len(frame)) < 0.15
    frame["common_language"] = (rng.random(len(frame)) < 0.3).astype(int)
    truth = np.exp(9 + sum(slope * frame[name] for name, slope in TRUTH.items()))
    shock = rng.gamma(1 / noise, noise, len(frame)) if noise else np.ones(len(frame))
    kept = (rng.random(len(frame)) >= zeros) / (1 - zeros)
    return frame.assign(value_usd_mn=truth * shock * kept)


def both_ways(frame: pd.DataFrame) -> pd.Series:
    """Pair of countries, the same in both directions."""
    sides = np.sort(frame[["exporter", "importer"]].to_numpy(), axis=1)
    return pd.Series(sides[:, 0] + sides[:, 1], index=frame.index)


def test_equals_statsmodels_clustered_by_both_directions():
    frame = world(seed=1, n_countries=10)
    ours = fit_gravity(frame)
    x = sm.add_constant(frame[list(TRUTH)].astype(float))
    groups = pd.factorize(both_ways(frame))[0]
    theirs = sm.GLM(frame["value_usd_mn"], x, family=sm.families.Poisson()).fit(
        tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds={"groups": groups}
    )
    table = ours.tidy().set_index("term").loc[list(TRUTH)]
    np.testing.assert_allclose(table["estimate"], theirs.params[list(TRUTH)], rtol=SAME)
    np.testing.assert_allclose(table["std_error"], theirs.bse[list(TRUTH)], rtol=1e-5)
    np.testing.assert_allclose(ours.rows["expected"], theirs.fittedvalues, rtol=SAME)
    assert "by 45 pairs" in ours.spec


def test_both_directions_of_a_pair_are_one_cluster():
    """Two directions with the same error are one observation, and the error must say so."""
    frame = world(seed=3, n_countries=20, zeros=0.0)
    mirror = frame.set_index(["importer", "exporter"]).rename_axis(["exporter", "importer"])
    one = frame["exporter"] < frame["importer"]
    twice = pd.concat([frame[one], mirror.reset_index().loc[one.to_numpy()]], ignore_index=True)
    once, doubled = fit_gravity(frame[one]), fit_gravity(twice)
    np.testing.assert_allclose(doubled.tidy().estimate, once.tidy().estimate, rtol=SAME)
    np.testing.assert_allclose(doubled.tidy().std_error, once.tidy().std_error, rtol=0.01)


def test_recovers_the_truth():
    exact = fit_gravity(world(seed=2, noise=0.0, zeros=0.0))
    np.testing.assert_allclose(exact.tidy().estimate, [9, *TRUTH.values()], rtol=SAME)
    noisy = fit_gravity(world(seed=4, n_countries=40))
    off = np.abs(noisy.tidy().estimate[1:] - list(TRUTH.values()))
    assert (off < FOUR_ERRORS * noisy.tidy().std_error[1:]).all()


def test_totals_are_reproduced_and_unit_and_order_do_not_matter():
    frame = world(seed=5)
    plain = fit_gravity(frame)
    assert plain.rows["expected"].sum() == pytest.approx(frame["value_usd_mn"].sum())
    thousands = frame.assign(value_usd_mn=frame["value_usd_mn"] * 1e3)
    other = fit_gravity(thousands.sample(frac=1, random_state=1))
    np.testing.assert_allclose(other.tidy().estimate[1:], plain.tidy().estimate[1:], rtol=SAME)
    np.testing.assert_allclose(other.tidy().std_error, plain.tidy().std_error, rtol=1e-5)


def test_what_was_left_out_is_counted():
    frame = world(seed=7, zeros=0.0)
    frame.loc[100, "value_usd_mn"] = np.nan
    frame.loc[101, "log_distance"] = None
    made = fit_gravity(frame)
    assert made.rows["expected"].count() == 130
    assert made.rows.loc[[100, 101], "expected"].isna().all()
    assert "n = 130, 2 left out" in made.spec
    same = fit_gravity(frame.assign(common_language=2.0 * frame["border"]))
    assert "common_language" not in set(same.tidy().term)
    assert "common_language" not in same.spec


def test_what_cannot_be_estimated_is_declined():
    frame = world(seed=9)
    few = frame[frame["exporter"].isin(["C00", "C01"]) & frame["importer"].isin(["C02", "C03"])]
    assert "too few pairs" in str(fit_gravity(few))
    assert "too few pairs for standard errors: 0" in str(fit_gravity(frame.head(0)))
    assert "border does not vary" in str(fit_gravity(frame.assign(border=0)))
    nothing = frame.assign(value_usd_mn=frame["value_usd_mn"] * ~frame["border"])
    assert "zero wherever border is not at its usual value" in str(fit_gravity(nothing))
    assert "trade is zero wherever" in str(fit_gravity(frame.assign(value_usd_mn=0)))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="border"), r"columns \['border'\] are not there"),
        (lambda f: f.assign(exporter=f["exporter"].where(f.index > 0)), "keep_default_na=False"),
        (lambda f: pd.concat([f, f.head(1)]), "1 rows repeat exporter, importer"),
        (lambda f: f.assign(value_usd_mn="1,040"), "not a number: 0: '1,040'"),
        (lambda f: f.assign(importer=f["importer"].replace("C01", "WLD")), "have the world"),
        (lambda f: f.assign(value_usd_mn=-1.0), "value_usd_mn is out of range: 0: -1"),
        (lambda f: f.assign(log_distance=np.inf), "log_distance is out of range: 0: inf"),
    ],
)
def test_bad_input_is_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit_gravity(spoil(world()))


def economies(seed=1, n=40):
    """Exports that follow size and distance exactly, but C00 and C01 trade three times as much."""
    rng = np.random.default_rng(seed)
    frame = world(seed=seed, n_countries=n)[["exporter", "importer", "year"]]
    names = sorted(frame["exporter"].unique())
    sizes = pd.DataFrame({"country": names, "year": 2000, "gdp_usd_mn": rng.lognormal(12, 1, n)})
    distances = frame[["exporter", "importer"]].assign(
        distance_weighted_km=rng.lognormal(8, 0.5, len(frame)),
        border=rng.random(len(frame)) < 0.1,
        common_language=rng.random(len(frame)) < 0.2,
    )
    gdp = sizes.set_index("country")["gdp_usd_mn"]
    value = frame["exporter"].map(gdp) * frame["importer"].map(gdp)
    value /= distances["distance_weighted_km"] / (1 + distances["border"])
    close = frame[["exporter", "importer"]].isin(["C00", "C01"]).all(axis=1)
    return frame.assign(value_usd_mn=value * (1 + 2 * close)), sizes, distances


def test_a_pair_beside_what_size_and_distance_predict():
    made = expected_by_size_and_distance(*economies(), pair=("C01", "C00"), year=2000)
    assert made.ratio == pytest.approx(3, rel=0.1)
    assert made.place.rank == 1
    assert made.place.of == 40 * 39 / 2
    slopes = made.fit.tidy().set_index("term")["estimate"]
    assert slopes["log_distance"] == pytest.approx(-1, abs=0.05)
    assert slopes["border"] == pytest.approx(np.log(2), abs=0.05)


def test_a_pair_without_data_is_declined_or_an_error():
    exports, sizes, distances = economies()
    known = {"pair": ("C00", "C01"), "year": 2000}
    assert isinstance(
        expected_by_size_and_distance(exports, sizes, distances.iloc[1:], **known), NotApplicable
    )
    with pytest.raises(CoverageError, match="the country 'C0O' is nowhere in the data"):
        expected_by_size_and_distance(exports, sizes, distances, pair=("C0O", "C01"), year=2000)
    with pytest.raises(CoverageError, match="exports or sizes of 2001 are not"):
        expected_by_size_and_distance(exports, sizes, distances, pair=("C00", "C01"), year=2001)
    few = exports[exports[["exporter", "importer"]].isin(["C00", "C01", "C02"]).all(axis=1)]
    assert "too few pairs" in str(expected_by_size_and_distance(few, sizes, distances, **known))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda e, s, d: (e.drop(columns="year"), s, d), r"columns \['year'\] are not there"),
        (lambda e, s, d: (e.assign(year="2000"), s, d), "the column 'year' holds str"),
        (lambda e, s, d: (e, s.assign(gdp_usd_mn="1,040"), d), "gdp_usd_mn is not a number"),
        (lambda e, s, d: (e, s.assign(gdp_usd_mn=0), d), "gdp_usd_mn is out of range: 0: 0"),
        (lambda e, s, d: (e, pd.concat([s, s.head(1)]), d), "1 rows repeat country, year"),
        (lambda e, s, d: (e, s.replace("C05", "WLD"), d), "have the world"),
        (lambda e, s, d: (e, s, d.assign(distance_weighted_km=0)), "km is out of range: 0: 0"),
        (lambda e, s, d: (e, s, pd.concat([d, d.head(1)])), "1 rows repeat exporter, importer"),
    ],
)
def test_bad_tables_of_economies_are_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        expected_by_size_and_distance(*spoil(*economies()), pair=("C00", "C01"), year=2000)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"year": "2000"}, "the year year is '2000'"), ({"pair": ("C00", "C00")}, "two countries")],
)
def test_bad_options_are_explained(options, message):
    usual = {"pair": ("C00", "C01"), "year": 2000}
    with pytest.raises(ParameterError, match=message):
        expected_by_size_and_distance(*economies(), **usual | options)
