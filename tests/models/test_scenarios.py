"""Scenarios: effects add up, nothing happens without a shock, ranges hold every single change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ModelInputError, ParameterError
from analysis.models.scenarios import Assumption, fit_scenario, normalisation_and_pressure, rounded

EFFECTS = normalisation_and_pressure(rise=100.0, energy_bought=80.0, goods_sold=110.0)
NAMES = (
    "reoriented",
    "returning",
    "normalised",
    "oil_price",
    "volume_response",
    "exposed",
    "payments_lost",
)
CENTRAL = dict(zip(NAMES, (0.5, 0.3, 0.5, -0.1, 0.1, 0.3, 0.2), strict=True))


def assumption(name, low, central, high):
    return Assumption(name=name, meaning=f"the {name}", low=low, central=central, high=high)


def assumptions(spread=0.1):
    return [
        assumption(name, value - spread, value, value + spread) for name, value in CENTRAL.items()
    ]


def test_effects_follow_their_formulas_and_add_up():
    scenario = fit_scenario(EFFECTS, assumptions(), unit="USD bn")
    assert scenario.effects["returned to others"] == pytest.approx(-100 * 0.5 * 0.3 * 0.5)
    assert scenario.effects["oil price"] == pytest.approx(80 * (0.9 * 0.99 - 1))
    assert scenario.effects["payments"] == pytest.approx(-110 * 0.3 * 0.2)
    assert scenario.total == pytest.approx(scenario.effects.sum())


@given(st.tuples(*[st.floats(0, 1) for _ in NAMES]))
@settings(deadline=None)
def test_without_a_shock_nothing_changes(values):
    quiet = dict(zip(NAMES, values, strict=True)) | {
        "normalised": 0.0,
        "oil_price": 0.0,
        "payments_lost": 0.0,
    }
    assert list(EFFECTS(quiet).values()) == [0, 0, 0]


@given(st.tuples(*[st.floats(0.2, 0.8) for _ in NAMES]), st.floats(0.01, 0.2))
@settings(deadline=None, max_examples=30)
def test_the_ends_hold_the_centre_and_every_single_change(values, spread):
    ranges = [
        assumption(name, v - spread, v, v + spread) for name, v in zip(NAMES, values, strict=True)
    ]
    scenario = fit_scenario(EFFECTS, ranges, unit="USD bn")
    table = scenario.tidy()
    inside = [scenario.total, *table.at_low, *table.at_high]
    assert scenario.lowest - 1e-9 <= min(inside)
    assert max(inside) <= scenario.highest + 1e-9
    assert (table.width == (table.at_high - table.at_low).abs()).all()


@pytest.mark.parametrize(
    "name", ["reoriented", "returning", "normalised", "exposed", "payments_lost"]
)
def test_more_of_these_means_less_trade(name):
    scenario = fit_scenario(EFFECTS, assumptions(), unit="USD bn")
    row = scenario.tidy().set_index("assumption").loc[name]
    assert row.at_high < row.at_low


def test_the_order_of_assumptions_does_not_matter():
    forward = fit_scenario(EFFECTS, assumptions(), unit="USD bn")
    backward = fit_scenario(EFFECTS, assumptions()[::-1], unit="USD bn")
    assert (forward.lowest, forward.highest, forward.total) == (
        backward.lowest,
        backward.highest,
        backward.total,
    )


def test_the_table_has_every_assumption_in_words():
    table = fit_scenario(EFFECTS, assumptions(), unit="USD bn").tidy().set_index("assumption")
    assert table.index.tolist() == list(NAMES)
    assert table.loc["reoriented", ["meaning", "low"]].tolist() == ["the reoriented", 0.4]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, 0.0), (123.4, 120.0), (-0.01234, -0.012), (9.96, 10.0)]
)
def test_rounded(value, shown):
    assert rounded(value) == pytest.approx(shown)


def test_a_range_out_of_order_and_a_repeated_name_are_refused():
    with pytest.raises(ModelInputError, match="low <= central <= high"):
        assumption("x", 0.5, 0.4, 0.6)
    for central in ("0.5", float("nan"), None):
        with pytest.raises(ParameterError, match="a finite number"):
            assumption("x", 0.4, central, 0.6)
    with pytest.raises(ModelInputError, match="each name once"):
        fit_scenario(EFFECTS, [*assumptions(), *assumptions()], unit="USD bn")
