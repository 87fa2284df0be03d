"""What goes into the forecasts about wedges, neutrality and Europe, and into the scenario."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import american_leverage as leverage
from analysis.tables import load

CENTRAL = dict(zip(leverage.ASSUMED, (0.5, 0.6, 0.3, -0.1, 0.1, 0.3, 0.2), strict=True))


@pytest.mark.parametrize(
    ("votes", "label"), [(-9.0, "off track"), (-1.0, "on track"), (9.0, "on track")]
)
def test_the_wedge_is_judged_once_two_years_have_passed(votes, label, monkeypatch):
    rows = [("trade, percent", -9.0, 1.0), ("agreement, points", votes, 1.0)]
    table = pd.DataFrame(rows, columns=["measure", "change", "usual"])
    monkeypatch.setattr(leverage, "yearly_changes", lambda *years, **since: table)
    verdict = judged(claim("C56"), leverage.closeness)
    assert verdict.label == "too early"
    readings = {reading.name: reading for reading in verdict.readings}
    at_once, votes_alone = readings["if two years were not waited for"], readings["votes alone"]
    assert (at_once.label, at_once.measured) == (label, f"{1 + (votes < -1)} of 2 fell")
    assert (votes_alone.label, votes_alone.measured) == ("too early", f"{votes:+.1f} points")


@pytest.mark.parametrize(
    ("rows", "label"),
    [
        ([("CHN", "USA", 2024)], "too early"),
        ([("CHN", "USA", 2025)], "on track"),
        ([("CHN", "USA", 2026), ("RUS", "UKR", 2026)], "on track"),
        ([("CHN", "USA", 2026), ("RUS", "USA", 2026)], "off track"),
    ],
)
def test_the_verdict_on_neutrality_can_be_each_of_its_labels(rows, label, monkeypatch):
    listed = pd.DataFrame(rows, columns=["state_a", "state_b", "year"])
    listed = listed.assign(source="ucdp_26.1", conflict=1)
    tables = {"interstate_conflicts": listed, "events_after_essay": load("events_after_essay")}
    monkeypatch.setattr(leverage, "load", tables.get)
    verdict = judged(claim("C57"), leverage.side_taken)
    assert verdict.label == label
    early = any("no other verdict" in caveat for caveat in verdict.caveats)
    assert early == (listed.year.max() < 2025)


def test_russia_sides_with_china_only_in_the_same_conflict():
    korea = leverage.side_taken(essay_year=1950)
    assert (korea["last"], korea["with_china"]) == (1953, 0)
    assert leverage.side_taken(essay_year=2025)["since_essay"] == 0


def test_only_texts_of_both_years_count_and_partners_are_those_named():
    table = leverage.europe_and_washington(2024, 2025, members=("DEU", "FRA"))
    assert list(table.index) == ["DEU", "FRA"]
    assert list(table.columns) == [2024, 2025]
    assert table.attrs["texts"] >= 10
    assert (table[2025] < table[2024]).all()


def test_years_without_a_common_text_are_not_compared():
    nothing = leverage.europe_and_washington(1946, 2025)
    assert isinstance(nothing, NotApplicable)
    assert leverage.agreement_in_words(nothing) == nothing


@pytest.mark.parametrize(
    ("change", "texts", "label"),
    [
        (-0.3, 10, "on track"),
        (-0.1, 10, "too early"),
        (0.0, 10, "off track"),
        (-0.3, 9, "too early"),
    ],
)
def test_the_verdict_on_strain_can_be_each_of_its_labels(change, texts, label, monkeypatch):
    """Every earlier year moves agreement down by 0.2."""

    def table(first, last, **options):
        move = change if last == 2025 else -0.2
        made = pd.DataFrame({first: [0.5, 0.6], last: [0.5 + move, 0.6 + move]})
        made.attrs["texts"] = texts
        return made

    monkeypatch.setattr(leverage, "europe_and_washington", table)
    monkeypatch.setattr(leverage, "usual_changes", leverage.usual_changes.__wrapped__)
    verdict = judged(claim("C58"), leverage.strain)
    assert verdict.label == label
    assert verdict.p == pytest.approx(1 / 25 if change < -0.2 else 1)


def test_usual_changes_are_those_of_neighbouring_years():
    usual = leverage.usual_changes(2020, 2024)
    assert list(usual.index) == [2021, 2022, 2023, 2024]
    table = leverage.europe_and_washington(2020, 2021)
    assert usual[2021] == pytest.approx((table[2021] - table[2020]).mean())


def test_effects_add_up_and_a_value_beyond_its_range_widens_it():
    data = leverage.bases()
    assert (data["rise"], data["goods_sold"]) == pytest.approx((97.9, 115.5), abs=0.05)
    fit = leverage.scenario(data, **CENTRAL)
    assert fit.total == pytest.approx(fit.effects.sum())
    assert leverage.sum_of_effects(fit)["total"] == -25
    ranges = leverage.scenario(data, **CENTRAL | {"oil_price": 0.9}).tidy().set_index("assumption")
    assert ranges.high["oil_price"] == 0.9
    assert ranges.low["oil_price"] == leverage.ASSUMED["oil_price"][1]


def test_dearer_trade_with_more_of_the_west_moves_more_and_without_a_rise_nothing():
    rises = leverage.dearer_trade(elasticity=4.0, cost_rise=0.5).change_pct
    assert rises.is_monotonic_increasing
    assert leverage.dearer_trade(elasticity=4.0, cost_rise=0.0).change_pct.abs().max() < 1e-6
