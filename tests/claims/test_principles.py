"""Principles that every rule of the ledger keeps, beyond what its reader enforces."""

import re
from datetime import date

import pytest

from analysis.claims import LABELS, ledger
from analysis.claims.ledger import ARGUED

LEDGER = ledger()
JUDGED = [name for name, this in LEDGER.items() if this.labels]
SUPPORTING = ("holds", "holds with caveats")
"""Labels of a fact that lend it support."""
TELLING = ("source", "method")
"""Kinds of readings that tell how firm a verdict is."""
TESTS_OF_FACTS = [name for name in JUDGED if LEDGER[name].kind == "fact" and LEDGER[name].p]


@pytest.mark.parametrize("name", TESTS_OF_FACTS)
def test_no_fact_is_supported_by_a_point_estimate_alone(name):
    this = LEDGER[name]
    deciding = {this.p, *this.interval}
    for label in SUPPORTING:
        if label in this.labels:
            assert this.labels[label].names & deciding, label


@pytest.mark.parametrize("name", JUDGED)
def test_no_reading_by_source_or_method_only_changes_a_year(name):
    for words, (kind, options) in LEDGER[name].readings.items():
        if kind in TELLING:
            assert not all(is_year(option) for option in options), words


def is_year(option):
    """Whether an option of the evidence is a year by its name, as first_year or usual_since."""
    return re.search(r"(^|_)(year|since)($|_)", option) is not None


@pytest.mark.parametrize("name", JUDGED)
def test_only_readings_that_tell_can_lean(name):
    this = LEDGER[name]
    assert {this.readings[leaning].kind for leaning in this.leaning} <= set(TELLING)


@pytest.mark.parametrize("name", LEDGER)
def test_a_rule_that_was_given_up_stays_with_its_label_and_the_reason(name):
    this = LEDGER[name]
    for change in this.history:
        assert date.fromisoformat(change.until) <= this.rule_date
        assert change.rule
        assert change.label in (*LABELS[this.kind], ARGUED)
        assert change.reason
    if this.rule_date > FIRST_RULES and name not in ADDED:
        assert this.history, "the rule has a new date and no earlier rule"


FIRST_RULES = date(2026, 11, 23)
"""Day of the first rules, of claims C01 to C59."""
ADDED = {name for name in LEDGER if int(name[1:]) > 59}
"""Claims that the ledger did not have then."""
