"""Base rates by hand, and on simulated pairs whose growth has a law written down."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.base_rates import growth_windows, surge_base_rate

FOUR_ERRORS = 4  # a simulated share may lie this many standard errors from the truth


def panel_of(paths: dict[str, list[float]], *, start: int = 2000, stagger: int = 1) -> pd.DataFrame:
    """Paths from a year on: all from the same, or ten of them each a year later and so on."""
    rows = [
        (pair, start + place % stagger + i, v)
        for place, (pair, values) in enumerate(paths.items())
        for i, v in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["pair", "year", "value"])


def staggered(paths: dict[str, list[float]]) -> pd.DataFrame:
    return panel_of(paths, stagger=10)


def estimates(made) -> pd.Series:
    return made.rates.set_index(["group", "term"])["estimate"]


def simulated(*, n_pairs=200, n_years=20, sd=0.2, common=0.0, seed=0) -> pd.DataFrame:
    """Log growth is normal with mean zero, independent over years, plus a shock of the year."""
    rng = np.random.default_rng(seed)
    growth = rng.normal(0, sd, (n_pairs, n_years)) + rng.normal(0, common, (1, n_years))
    values = np.exp(np.cumsum(growth, axis=1))
    return panel_of({f"p{i:03d}": list(row) for i, row in enumerate(values)})


def test_windows_by_hand():
    panel = panel_of({"a": [1, 2, 4, 2, 0, 3]})
    table = growth_windows(panel, window=1, horizon=2).set_index("year")
    assert table.index.tolist() == [2001, 2002, 2003]  # 2004 ended in zero, 2005 began in zero
    np.testing.assert_allclose(table["past_growth"], [1, 1, -0.5])
    np.testing.assert_allclose(table["next_growth"], [0, -1, np.sqrt(1.5) - 1])
    small = panel_of({"a": [1, 10, 100, 1000]})
    assert growth_windows(small, window=1, horizon=1, min_value=10)["year"].tolist() == [2002, 2003]


def test_gaps_are_unknown_and_not_bridged():
    panel = panel_of({"a": [1, 2, 4, 8, 16]})
    holed = panel[panel["year"] != 2002]
    missing = panel.assign(value=panel["value"].where(panel["year"] != 2002))
    one, two = (growth_windows(each, window=1, horizon=1) for each in (missing, holed))
    assert two["year"].tolist() == [2001, 2004]
    pd.testing.assert_frame_equal(one, two)
    assert two["next_growth"].isna().all()


def test_rates_by_hand():
    """Ten pairs grow by half, then four fall, four go on at half and two grow faster; ten others
    never grew."""
    surging = {f"s{i}": [100, 150, v] for i, v in enumerate([75] * 4 + [225] * 4 + [300] * 2)}
    flat = {f"f{i}": [100, 100, v] for i, v in enumerate([90] * 3 + [110] * 7)}
    made = surge_base_rate(staggered({**surging, **flat}), threshold=0.5, window=1, horizon=1)
    table = estimates(made)
    expected = {"slowed": (0.4, 0.3, 0.35), "negative": (0.4, 0.3, 0.35), "stayed": (0.6, 0.0, 0.3)}
    for term, shares in expected.items():
        got = table.xs(f"share_{term}", level="term")
        np.testing.assert_allclose(got[["surges", "same end years", "all spans"]], shares)
    assert table["surges", "growth_median"] == pytest.approx(0.5)
    assert table["surges", "growth_q25"] == pytest.approx(-0.5)
    assert table["same end years", "growth_median"] == pytest.approx(0.1)
    counts = made.counts
    assert (counts["n_surges"], counts["n_surge_pairs"], counts["n_windows"]) == (10, 10, 20)
    assert (counts["n_surges_too_recent"], counts["n_surges_lost"]) == (1, 5)


def test_matched_group_has_the_end_years_of_the_surges():
    """Surges end in 2001 to 2010; windows of later years that were no surges must not weigh."""
    surging = {f"s{i}": [100, 200, 200] for i in range(10)}
    others = {f"o{i}": [100, 100, 150] for i in range(10)}
    late = panel_of({"late": [100, 100, 50]}, start=2012)
    panel = pd.concat([staggered({**surging, **others}), late])
    matched = estimates(surge_base_rate(panel, threshold=0.9, window=1, horizon=1))[
        "same end years"
    ]
    assert matched["growth_median"] == pytest.approx(0.5)
    assert matched["share_negative"] == 0


def test_truth_of_a_random_walk_is_recovered():
    """With independent growth the sequel knows nothing of the surge: half the sequels are
    negative."""
    made = surge_base_rate(simulated(n_pairs=1500), threshold=0.15)
    table = made.rates.set_index(["group", "term"])
    sd = 0.2 * np.sqrt(3) / 3
    for term, truth in {
        "share_negative": 0.5,
        "share_stayed": stats.norm.sf(np.log(1.15), scale=sd),
        "growth_median": 0.0,
        "growth_q75": np.exp(stats.norm.ppf(0.75, scale=sd)) - 1,
    }.items():
        row = table.loc[("surges", term)]
        half = (row["ci_high"] - row["ci_low"]) / 2 / stats.norm.ppf(0.95)
        assert abs(row["estimate"] - truth) < FOUR_ERRORS * half, term


def test_drawing_years_widens_the_interval_where_shocks_are_common():
    def width(made) -> float:
        row = made.rates.query("group == 'all spans' and term == 'share_negative'").iloc[0]
        return row["ci_high"] - row["ci_low"]

    apart = surge_base_rate(simulated(n_years=40), threshold=0.1)
    together = surge_base_rate(simulated(n_years=40, common=0.15), threshold=0.1)
    assert width(together) > 2 * width(apart)
    assert "90 % intervals from end years drawn in blocks of 6, 999 times, seed 0" in together.spec


@pytest.mark.slow
@pytest.mark.parametrize(("n_years", "common"), [(60, 0.15), (60, 0.0), (30, 0.15)])
def test_intervals_cover_as_stated(n_years, common):
    """The truth is a half for falls and zero for the median, whatever the year's shock."""
    level, draws, hits = 0.9, 200, np.zeros(2)
    for seed in range(draws):
        panel = simulated(n_pairs=60, n_years=n_years, common=common, seed=seed)
        made = surge_base_rate(panel, threshold=0.1, n_draws=199)
        rows = made.rates.set_index(["group", "term"]).loc["surges"]
        for i, (term, truth) in enumerate({"share_negative": 0.5, "growth_median": 0.0}.items()):
            hits[i] += rows.loc[term, "ci_low"] <= truth <= rows.loc[term, "ci_high"]
    assert (hits / draws > level - FOUR_ERRORS * np.sqrt(level * (1 - level) / draws)).all()


@settings(max_examples=15, deadline=None)
@given(unit=st.sampled_from([0.25, 8.0, 1024.0]), seed=st.integers(0, 1000))
def test_unit_and_row_order_do_not_matter(unit, seed):
    panel = simulated(n_pairs=30)
    other = panel.assign(value=panel["value"] * unit).sample(frac=1, random_state=seed)
    one, two = (surge_base_rate(p, threshold=0.1, n_draws=20) for p in (panel, other))
    pd.testing.assert_frame_equal(one.rates, two.rates)


def test_result_is_stable_seeded_and_leaves_its_input_alone():
    panel = simulated(n_pairs=40)
    before = panel.copy()
    one, two, other = (surge_base_rate(panel, threshold=0.1, n_draws=50, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one.rates, two.rates)
    assert not one.rates.equals(other.rates)
    pd.testing.assert_frame_equal(panel, before)
    table = one.rates
    assert ((table["ci_low"] <= table["estimate"]) & (table["estimate"] <= table["ci_high"])).all()


def test_too_few_pairs_is_a_reason_not_a_number():
    said = surge_base_rate(simulated(n_pairs=9), threshold=0.0)
    assert isinstance(said, NotApplicable)
    assert "from 9 pairs and end in 14 years; 10 pairs and 12 years" in said.reason
    short = surge_base_rate(simulated(n_pairs=30, n_years=12), threshold=0.0)
    assert "end in 6 years" in short.reason


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: p.assign(year=p["year"].astype(float)), "holds float64 values"),
        (
            lambda p: p.assign(value=p["value"].where(p["year"] != 2003, -np.inf)),
            "value is out of range: 3: -inf, .* and 22 more",
        ),
    ],
)
def test_bad_panels_raise(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        surge_base_rate(spoil(simulated(n_pairs=30)), threshold=0.1)


def test_bad_options_raise():
    for options, said in (
        ({"window": 0}, "the window, in years, is 0"),
        ({"horizon": 0}, "the horizon, in years, is 0"),
        ({"min_value": -1}, "min_value is -1"),
        ({"n_draws": 0}, "n_draws is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"threshold": np.nan}, "threshold is nan"),
    ):
        with pytest.raises(ParameterError, match=said):
            surge_base_rate(simulated(n_pairs=30), **{"threshold": 0.1} | options)
