"""The freeze by publication date, and the proof that nothing later leaks through it."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import CoverageError, ModelInputError, ParameterError
from analysis.models.forecasts import combine_median, fit_damped_ets, fit_drift
from analysis.models.vintages import known_on

FREEZE = "2025-05-29"


def figures(seed: int = 1) -> pd.DataFrame:
    years = np.arange(1995, 2026)
    value = 10 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.1, 0.2, years.size)))
    published = [f"{y + 1}-01-14" for y in years]
    revised = pd.DataFrame(
        {"year": [2023, 2023], "value": [240.1, 241.0], "published": ["2024-06-01", "2025-06-01"]}
    )
    return pd.concat(
        [pd.DataFrame({"year": years, "value": value, "published": published}), revised]
    )


def test_keeps_the_latest_version_known_on_the_day():
    frame = figures().sample(frac=1, random_state=3)
    known = known_on(frame, FREEZE)
    assert known["year"].tolist() == list(range(1995, 2025))
    assert known.set_index("year").loc[2023, "value"] == 240.1
    assert known_on(frame, "2025-06-01").set_index("year").loc[2023, "value"] == 241.0
    assert known_on(frame, "2024-05-31").set_index("year").loc[2023, "value"] != 240.1
    assert known["published"].iloc[0] == "1996-01-14"


def test_the_day_itself_counts_whatever_the_hour():
    frame = pd.DataFrame(
        {"year": [2024], "value": [1.0], "published": [pd.Timestamp("2025-05-29 18:00")]}
    )
    assert len(known_on(frame, datetime.date(2025, 5, 29))) == 1
    with pytest.raises(
        CoverageError, match=r"nothing had been published by 2025-05-28.*2025-05-29"
    ):
        known_on(frame, "2025-05-28")


def test_zones_and_hours_beside_plain_dates_are_days_as_written():
    frame = pd.DataFrame({"year": [2020, 2021], "published": ["2021-01-01", "2022-05-31 23:30"]})
    assert len(known_on(frame, "2022-05-31")) == 2
    zoned = pd.DatetimeIndex(["2021-01-01 00:00", "2022-06-01 23:30"], tz="Asia/Shanghai")
    assert len(known_on(frame.assign(published=zoned), "2022-06-01")) == 2
    assert len(known_on(frame.assign(published=zoned), "2022-05-31")) == 1
    assert len(known_on(frame, pd.Timestamp("2022-06-01", tz="UTC"))) == 2
    with pytest.raises(ModelInputError, match="no publication date in 2 rows"):
        known_on(frame.assign(published=[20210101, 20220531]), "2022-06-01")
    with pytest.raises(ParameterError, match="the day of the freeze is 'soon'"):
        known_on(frame, "soon")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_figures_published_after_the_freeze_cannot_change_a_bit_of_the_forecast(seed):
    frame = figures().reset_index(drop=True)
    later = pd.to_datetime(frame["published"]) > pd.Timestamp(FREEZE)
    assert later.sum() == 2
    changed = frame.copy()
    rng = np.random.default_rng(seed)
    changed.loc[later, "value"] = rng.uniform(-1e6, 1e6, later.sum())
    changed = changed.sample(frac=1, random_state=seed)

    def forecast(rows: pd.DataFrame):
        levels = known_on(rows, FREEZE).set_index("year")["value"]
        return combine_median([fit(levels, horizon=2) for fit in (fit_drift, fit_damped_ets)])

    one, two = forecast(frame), forecast(changed)
    assert one.predict().to_numpy().tobytes() == two.predict().to_numpy().tobytes()
    assert str(one) == str(two)


def test_input_is_not_modified_and_other_keys_work():
    frame = figures().assign(flow="total")
    before = frame.copy()
    assert len(known_on(frame, FREEZE, key=("flow", "year"))) == 30
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="published"), r"columns \['published'\] are not there"),
        (
            lambda f: f.assign(published=f["published"].where(f["year"] != 2001)),
            "no publication date in 1 rows, the first with year 2001",
        ),
        (
            lambda f: pd.concat([f, f[f["year"] == 2000]]),
            "1 rows repeat year, published .first 2000, 2001-01-14",
        ),
    ],
)
def test_bad_input_is_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        known_on(spoil(figures()), FREEZE)
