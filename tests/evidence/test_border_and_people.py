"""Claims to land, Chinese in Russia and forces at the border: known answers and labels."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.measured import measured
from analysis.claims.verdict import judged
from analysis.evidence import border_and_people as evidence


def test_signs_are_counted_by_what_they_are_read_as():
    figures = evidence.signs_of_claims()
    assert (figures["disclaimers"], figures["possible"], figures["stated"]) == (3, 2, 0)
    assert evidence.signs_of_claims(suspicions=True)["possible"] == 3
    assert evidence.signs_of_claims(old_norm=False)["possible"] == 1


@pytest.mark.parametrize(
    ("label", "signs"),
    [
        ("holds", ["against a claim"]),
        ("holds with caveats", ["against a claim", "possible sign"]),
        ("undecided", ["possible sign"]),
        ("does not hold", ["against a claim", "a claim"]),
    ],
)
def test_signs_of_claims(label, signs, monkeypatch):
    table = pd.DataFrame({"reads_as": signs, "event": "act", "year": 2001})
    monkeypatch.setattr(evidence, "load", lambda name: table)
    assert judged(claim("C18"), evidence.signs_of_claims).label == label


def test_censuses_and_rivals_are_set_against_the_same_region():
    figures = measured(claim("C19"), evidence.chinese_in_the_region, {})
    assert figures["census_said"] == ["34,577 in 2002", "28,943 in 2010", "19,644 in 2021"]
    assert figures["census_pct"] == pytest.approx(100 * 34577 / 4e6)
    assert figures["highest_pct"] == pytest.approx(100 * 998000 / 4e6)
    assert (figures["least_estimate"], figures["most_estimate"]) == (200000, 998000)
    assert "several scholars, early 1990s" in figures["readings"]


def test_the_last_count_of_forces_is_of_ground_forces_before_the_war():
    figures = measured(claim("C20"), evidence.forces_then_and_now, {})
    assert (figures["then_people"], figures["now_people"]) == (450000, 80000)
    assert (figures["now_year"], figures["now_area"]) == (2021, "the Far East")
    assert figures["fewer"]


def test_one_report_names_the_army_at_the_front():
    assert evidence.army_at_the_front()["reports"] == 1
    assert evidence.army_at_the_front()["documents"] == 0
    assert evidence.army_at_the_front(as_document=True)["documents"] == 1
