"""Scenarios: effects add up, nothing happens without a shock, ranges hold every single change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ModelInputError, ParameterError
from analysis.models.scenarios import Assumption, fit_scenario, normalisation_and_pressure, rounded

EFFECTS = normalisation_and_pressure(rise=100.0, energy_bought=80.0, goods_sold=110.0)
CENTRAL = {
    "reoriented": 0.5,
    "returning": 0.3,
    "normalised": 0.5,
    "oil_price": -0.1,
    "volume_response": 0.1,
    "exposed": 0.3,
    "payments_lost": 0.2,
}


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


@given(st.tuples(*[st.floats(0, 1) for _ in CENTRAL]))
@settings(deadline=None)
def test_without_a_shock_nothing_changes(values):
    quiet = dict(zip(CENTRAL, values, strict=True))
    quiet |= dict.fromkeys(("normalised", "oil_price", "payments_lost"), 0.0)
    assert list(EFFECTS(quiet).values()) == [0, 0, 0]


@given(st.tuples(*[st.floats(0.2, 0.8) for _ in CENTRAL]), st.floats(0.01, 0.2))
@settings(deadline=None, max_examples=30)
def test_the_ends_hold_the_centre_and_every_single_change(values, spread):
    ranges = [
        assumption(name, v - spread, v, v + spread) for name, v in zip(CENTRAL, values, strict=True)
    ]
    scenario = fit_scenario(EFFECTS, ranges, unit="USD bn")
    table = scenario.tidy()
    inside = [scenario.total, *table.at_low, *table.at_high]
    assert scenario.lowest - 1e-9 <= min(inside)
    assert max(inside) <= scenario.highest + 1e-9
    assert (table.width == (table.at_high - table.at_low).abs()).all()


def test_the_order_of_assumptions_does_not_matter():
    forward = fit_scenario(EFFECTS, assumptions(), unit="USD bn")
    backward = fit_scenario(EFFECTS, assumptions()[::-1], unit="USD bn")
    for part in ("lowest", "highest", "total"):
        assert getattr(forward, part) == getattr(backward, part)


def test_the_table_has_every_assumption_in_words():
    table = fit_scenario(EFFECTS, assumptions(), unit="USD bn").tidy().set_index("assumption")
    assert table.index.tolist() == list(CENTRAL)
    assert table.loc["reoriented", ["meaning", "low"]].tolist() == ["the reoriented", 0.4]


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, 0.0), (123.4, 120.0), (-0.01234, -0.012), (9.96, 10.0)]
)
def test_rounded(value, shown):
    assert rounded(value) == pytest.approx(shown)


def test_an_assumption_is_a_number():
    for central in ("0.5", float("nan"), None):
        with pytest.raises(ParameterError, match="a finite number"):
            assumption("x", 0.4, central, 0.6)


def test_a_range_out_of_order_a_repeated_name_and_too_many_assumptions_are_refused():
    with pytest.raises(ModelInputError, match="low <= central <= high"):
        assumption("x", 0.5, 0.4, 0.6)
    many = [assumption(f"x{n}", 0.4, 0.5, 0.6) for n in range(15)]
    for refused in ([*assumptions(), *assumptions()], many, []):
        with pytest.raises(ModelInputError, match="1 to 14 assumptions, each name once"):
            fit_scenario(EFFECTS, refused, unit="USD bn")


@pytest.mark.parametrize("lost", [float("nan"), None, "5"])
def test_an_effect_that_is_no_number_is_refused_by_name(lost):
    only = [assumption("size", 0, 1, 2)]
    with pytest.raises(ParameterError, match=r"effect 'other' is .*; allowed: a finite number"):
        fit_scenario(lambda values: {"one": 5.0, "other": lost}, only, unit="USD billion")
