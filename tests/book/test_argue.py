"""Arguing with the rule in a browser gives what the command line gives."""

import random

import pytest

from analysis.claims import evidence_of, judge, ledger
from analysis.claims.measured import measured
from analysis.claims.own import bounds, exported, is_whole, turns
from analysis.claims.rules import Figures, label_of

TESTED = [name for name, this in ledger().items() if this.labels]
DRAWS = 3
"""Random settings that are tried for each claim."""


def said_by(page):
    return page.locator(".argue .result .label").inner_text()


def settings(this, names, draw):
    """Random thresholds around the ledger's, whole where they are, within their range."""
    own = {}
    for name in names:
        value, (lowest, highest) = this.thresholds[name], bounds(name)
        drawn = value + draw.uniform(-1, 1) * max(abs(value), 0.5)
        drawn = min(max(drawn, lowest), highest)
        own[name] = round(drawn) if is_whole(this, name) else drawn
    return own


@pytest.mark.slow
@pytest.mark.parametrize("identifier", TESTED)
def test_the_page_gives_the_label_of_the_rule(identifier, open_page):
    """By the ledger's thresholds and by random ones, and for each reading."""
    this, verdict = ledger()[identifier], judge(identifier)
    held = exported(this, evidence_of(this))
    page, draw = open_page(f"claims/{identifier}.html"), random.Random(identifier)
    if not held["thresholds"] and len(held["figures"]) == 1:
        assert page.locator(".argue").count() == 0
        assert "it has no other reading" in page.locator("article").inner_text()
        return
    figures = measured(this, evidence_of(this), {})
    assert said_by(page) == verdict.label
    labels = {reading.name: reading.label for reading in verdict.readings}
    for name in filter(None, held["figures"]):
        page.locator(".argue select").select_option(name)
        assert said_by(page) == labels[name], name
    if len(held["figures"]) > 1:
        page.locator(".argue select").select_option("")
    for _ in range(DRAWS if held["thresholds"] else 0):
        own = settings(this, held["thresholds"], draw)
        for place, value in enumerate(own.values()):
            page.locator(".argue input").nth(place).fill(repr(value))
        assert said_by(page) == label_of(this.labels, Figures({**figures, **own})), own
    assert page.faults == []


def test_the_address_keeps_the_choice_and_the_page_says_where_the_label_turns(open_page):
    page = open_page("claims/C13.html")
    page.locator(".argue input").first.fill("99")
    assert said_by(page) == judge("C13", almost_pct=99).label == "holds with caveats"
    page = open_page(page.url.partition("/claims/")[2].join(["claims/", ""]))
    assert page.locator(".argue input").first.input_value() == "99"
    assert said_by(page) == "holds with caveats"
    this = ledger()["C13"]
    turn = turns(this, measured(this, evidence_of(this), {}))["almost_pct"][0]
    said = page.locator(".result").inner_text()
    assert f"almost_pct turns the label at {turn:.4g} (holds)" in said
    page.get_by_role("button", name="Back to the ledger's rule").click()
    page.wait_for_function("document.querySelector('.argue .label').textContent == 'holds'")
    assert "#" not in page.url


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("almost_pct=999", "almost_pct: 999 is out of range, so 90 stays"),
        ("almost_pct=much", "almost_pct: that is no number, so 90 stays"),
        ("reading=none", "asks for the reading ‘none’, which cannot be chosen here"),
        ("x=1", "asks for the threshold ‘x’, which cannot be chosen here"),
    ],
)
def test_a_choice_out_of_range_leaves_the_ledgers_rule_and_says_so(choice, words, open_page):
    page = open_page(f"claims/C13.html#argue?{choice}")
    assert said_by(page) == "holds"
    assert words in page.locator(".result").inner_text()
    assert page.faults == []


def test_a_choice_for_a_claim_without_thresholds_is_answered(open_page):
    untested = next(name for name, this in ledger().items() if not this.labels)
    page = open_page(f"claims/{untested}.html#argue?x=1")
    assert "nothing of this claim can be moved here" in page.locator("[role=status]").inner_text()
    assert page.faults == []


def test_without_scripts_the_page_says_where_thresholds_turn_the_label(open_page):
    page = open_page("claims/C13.html", java_script_enabled=False)
    said = " ".join(page.locator(".argue").inner_text().split())
    assert "Scripts are switched off" in said
    assert "turns to ‘holds with caveats’ where almost_pct is raised from 90 to 97.76." in said
    assert "No value of half_pct near the ledger's 50 turns it." in said
    assert page.locator(".argue input").count() == 0
    readings = page.locator("table.readings tbody tr")
    assert readings.count() == len(judge("C13").readings)
    assert readings.first.is_visible()
