"""Event studies against a known path, the closed form of one treated pair, and placebos that are as
they should be."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.event_study import EventStudy, fit_event_study
from analysis.models.gravity import THREE_WAY, fit_gravity
from analysis.models.proportional_fitting import fit_margins
from analysis.models.result import TIDY_COLUMNS, Fit

SAME = 1e-6  # two ways to the same estimate
EXACT = 1e-8  # identities solved to 1e-10
FOUR_ERRORS = 4  # an estimate or simulated share may lie this many standard errors from the truth
PATH = {-3: 0.0, -2: 0.0, 0: 0.3, 1: 0.6, 2: 0.9}
ONE = [("C00", "C01")]
MANY = [("C00", f"C{n:02d}") for n in range(1, 7)] + [(f"C{n:02d}", "C08") for n in range(2, 8)]


def world(
    *, seed: int = 0, pairs=tuple(ONE), n_countries: int = 9, n_years: int = 8, noise: float = 0.05
) -> pd.DataFrame:
    """Trade with three sets of effects and gamma noise, in which some pairs follow ``PATH`` around
    2005."""
    rng = np.random.default_rng(seed)
    names = [f"C{n:02d}" for n in range(n_countries)]
    keys = [(a, b, 2000 + t) for a in names for b in names if a != b for t in range(n_years)]
    frame = pd.DataFrame(keys, columns=["exporter", "importer", "year"])
    log_mean = np.zeros(len(frame))
    for names in (["exporter", "year"], ["importer", "year"], ["exporter", "importer"]):
        group = frame.groupby(names).ngroup().to_numpy()
        log_mean += rng.normal(0, 0.7, group.max() + 1)[group]
    frame["treated"] = pd.MultiIndex.from_frame(frame[["exporter", "importer"]]).isin(pairs)
    elapsed = (frame["year"] - 2005).clip(-3, 2)
    log_mean += np.where(frame["treated"], elapsed.map({**PATH, -1: 0.0}), 0.0)
    frame["value"] = np.exp(3 + log_mean) * (
        rng.gamma(1 / noise, noise, len(frame)) if noise else 1.0
    )
    return frame


def study(frame: pd.DataFrame, **options):
    named = {"value": "value", "pairs": ONE, "event_year": 2005, "leads": 3, "lags": 2}
    return fit_event_study(frame, **{**named, **options})


def path(made: EventStudy) -> pd.Series:
    return made.tidy().set_index("event_time")["estimate"]


def test_a_known_path_is_recovered_with_its_reference_year():
    made = study(world(pairs=MANY, n_countries=12, n_years=10), pairs=MANY)
    assert isinstance(made, Fit)
    table = made.tidy()
    assert tuple(table.columns) == (
        *TIDY_COLUMNS,
        "percent",
        "percent_low",
        "percent_high",
        "event_time",
    )
    assert table["event_time"].tolist() == [-3, -2, -1, 0, 1, 2]
    assert table["term"].tolist() == ["t-3", "t-2", "t-1", "t+0", "t+1", "t+2"]
    assert table.loc[2, ["estimate", "percent"]].tolist() == [0.0, 0.0]
    rows = table.drop(index=2)
    distance = (rows["estimate"] - rows["event_time"].map(PATH)) / rows["std_error"]
    assert (distance.abs() < FOUR_ERRORS).all()
    assert (made.fit.std_error < 0.2).all()


def test_years_beyond_the_window_share_the_outermost_coefficient():
    frame = world(pairs=MANY, n_countries=12, n_years=10, noise=0.0)
    frame["value"] *= 1 + 1e-3 * np.sin(
        np.arange(len(frame))
    )  # an exact fit has no standard errors
    made = path(study(frame, pairs=MANY))
    np.testing.assert_allclose(made.drop(index=-1), pd.Series(PATH), atol=0.01)


def test_it_is_a_gravity_equation_with_dummies():
    frame = world(pairs=MANY).assign(rta=lambda f: (f.index % 7 == 0) * 1.0)
    made = study(frame, pairs=MANY, controls=["rta"])
    by_hand = {
        f"k{k}": (frame["treated"] & ((frame["year"] - 2005).clip(-3, 2) == k)) * 1.0 for k in PATH
    }
    plain = fit_gravity(
        frame.assign(**by_hand), value="value", regressors=[*by_hand, "rta"], effects=THREE_WAY,
        cluster=["exporter^importer"],
    )  # fmt: skip
    np.testing.assert_allclose(made.fit.estimate, plain.estimate, rtol=EXACT)
    np.testing.assert_allclose(made.fit.std_error, plain.std_error, rtol=EXACT)
    assert made.tidy()["term"].tolist()[-1] == "rta"


def test_one_pair_has_the_closed_form_of_its_ratio_to_what_others_imply():
    """Its dummies take out all its years but the reference, so the effects are those without these
    years.

    The coefficient is then the log of actual over implied trade, less the same in the reference
    year.
    """
    frame = world(noise=0.3)
    made = study(frame, leads=5, lags=2)
    others = frame[~(frame["treated"] & (frame["year"] != 2004))]
    names = (["exporter", "year"], ["importer", "year"], ["exporter", "importer"])
    codes = [others.groupby(list(n)).ngroup().to_numpy() for n in names]
    margins = fit_margins(codes, others["value"].to_numpy())
    tables = [
        pd.Series(f, index=others.groupby(list(n)).size().index)
        for f, n in zip(margins.factors, names, strict=True)
    ]
    own = frame[frame["treated"]].set_index("year")
    implied = pd.Series(
        {t: tables[0]["C00", t] * tables[1]["C01", t] * tables[2]["C00", "C01"] for t in own.index}
    )
    expected = np.log(own["value"] / implied).rename(lambda t: t - 2005)
    np.testing.assert_allclose(path(made).drop(index=-1), expected.drop(index=-1), atol=SAME)


def test_one_pair_has_no_standard_error_and_says_so():
    made = study(world())
    assert made.tidy()["std_error"].isna().all()
    assert made.tidy()["estimate"].notna().all()
    assert isinstance(made.leads(), NotApplicable)
    assert "ask for placebos" in made.leads().reason
    assert "no placebo studies were asked for" in made.placebo().reason
    assert "a single exporter^importer determines it" in str(made)
    assert "leads_p_value" not in made.glance()


def test_placebos_place_one_pair_among_the_untreated():
    made = study(world(noise=0.01), placebos=19, seed=3)
    assert made.placebos.shape == (19, 5)
    assert made.placebo()["statistic"] == pytest.approx(path(made).loc[0:].mean())
    assert made.placebo()["p_value"] == 1 / 20
    table = made.tidy().set_index("event_time")
    assert table.loc[2, "placebo_p_value"] == 1 / 20
    assert table.loc[-2, "placebo_p_value"] > 1 / 20
    assert made.leads()["p_value"] > 1 / 20
    assert made.glance()["n_placebos"] == 19
    assert str(made) == str(study(world(noise=0.01), placebos=19, seed=3))
    other = study(world(noise=0.01), placebos=19, seed=4)
    assert not np.allclose(other.placebos, made.placebos)
    np.testing.assert_array_equal(other.fit.estimate, made.fit.estimate)


def test_a_placebo_is_the_study_of_its_pair_without_the_treated():
    frame = world(seed=1, n_countries=6)
    made = study(frame, placebos=2, seed=0)
    rest = frame[~frame["treated"]]
    flows = rest[["exporter", "importer"]].drop_duplicates().itertuples(index=False, name=None)
    studies = np.array([study(rest, pairs=[flow]).fit.estimate for flow in flows])
    for row in made.placebos.to_numpy():
        assert np.isclose(studies, row, atol=SAME).all(axis=1).sum() == 1


@pytest.mark.slow
def test_placebo_places_are_uniform_without_an_effect():
    """40 worlds without an effect, nine placebos each: the mean place is a half, and none is below
    a tenth."""
    n, p = 40, []
    for seed in range(n):
        frame = world(seed=seed, pairs=(), n_years=7, n_countries=7, noise=0.3)
        p.append(study(frame, leads=2, placebos=9, seed=seed).placebo()["p_value"])
    assert min(p) >= 0.1
    assert abs(np.mean(p) - 0.55) < FOUR_ERRORS * np.sqrt(0.0825 / n)  # uniform on 0.1, 0.2, ..., 1


def test_leads_of_a_group_are_tested_jointly():
    frame = world(pairs=MANY, n_countries=12)
    quiet = study(frame, pairs=MANY).leads()
    assert quiet["df"] == 2
    assert quiet["p_value"] > 0.001
    early = frame.assign(
        value=frame["value"] * np.where(frame["treated"] & (frame["year"] < 2004), 0.5, 1)
    )
    assert study(early, pairs=MANY).leads()["p_value"] < 1e-4
    single = study(frame, pairs=MANY, leads=2)
    row = single.tidy().set_index("term").loc["t-2"]
    assert single.leads()["p_value"] == pytest.approx(row["p_value"])
    assert isinstance(study(frame, pairs=MANY, leads=1).leads(), NotApplicable)


def test_few_treated_pairs_are_warned_of_and_may_be_placed():
    three = MANY[:3]
    made = study(world(pairs=three), pairs=three, placebos=9)
    assert any("only 3 treated clusters by exporter^importer" in note for note in made.notes)
    assert np.isfinite(made.fit.std_error).all()
    assert made.placebo()["placebos"] == 9
    assert not any(
        "treated clusters" in note for note in study(world(pairs=MANY), pairs=MANY).notes
    )


def test_a_year_without_trade_has_no_coefficient():
    frame = world()
    frame.loc[frame["treated"] & (frame["year"] == 2006), "value"] = 0.0
    made = study(frame, placebos=3)
    assert list(made.fit.dropped_terms) == ["t+1"]
    assert 1 not in made.tidy()["event_time"].tolist()
    assert made.placebo().reason == "['t+1'] could not be estimated"
    assert "dropped: t+1" in str(made)
    frame.loc[frame["treated"] & (frame["year"] == 2004), "value"] = 0.0
    assert "no treated pair has a positive value in 2004, the reference year" in study(frame).reason


def test_without_candidates_there_are_no_placebos():
    frame = world()
    pair = frame.groupby(["exporter", "importer"]).ngroup()
    gaps = frame[frame["treated"] | (frame["year"] != 2003 + pair % 5)]
    assert "no untreated pairs trade at every event time" in study(gaps, placebos=5).reason


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"pairs": [("C00", "ZZZ")]}, ModelInputError, r"pairs \['C00-ZZZ'\] are not in the data"),
        ({"event_year": 2000}, ModelInputError, "an event year after 2000 and up to 2007"),
        ({"pairs": []}, ParameterError, "0 pairs"),
        ({"leads": 0}, ParameterError, "one lead or more"),
        ({"placebos": -1}, ParameterError, "-1 placebos"),
        ({"year": "yeer"}, ModelInputError, "did you mean 'year'"),
    ],
)
def test_bad_options_are_explained(options, error, message):
    with pytest.raises(error, match=message):
        study(world(), **options)


def test_bad_data_are_explained_and_left_alone():
    frame = world()
    copy = frame.copy()
    study(frame)
    pd.testing.assert_frame_equal(frame, copy)
    with pytest.raises(ModelInputError, match="rows repeat exporter, importer, year"):
        study(pd.concat([frame, frame]))
    with pytest.raises(ModelInputError, match="year is of type float64"):
        study(frame.astype({"year": float}))
    everyone = [("C00", f"C{n:02d}") for n in range(1, 9)]
    with pytest.raises(ModelInputError, match="do not vary beyond exporter"):
        study(frame, pairs=everyone)
