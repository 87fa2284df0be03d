"""The ledger obeys its own rules, and every judge belongs to a claim."""

import pytest

from analysis.claims import JUDGES, ledger, standing
from analysis.claims.ledger import LABELS, claim
from analysis.claims.verdicts import Verdict
from analysis.errors import ParameterError

LEDGER = ledger()


def test_ids_are_consecutive_and_follow_the_essay():
    assert list(LEDGER) == [f"C{number:02d}" for number in range(1, len(LEDGER) + 1)]
    starts = [int(this.paragraph[1:3]) for this in LEDGER.values()]
    assert starts == sorted(starts)


@pytest.mark.parametrize("this", LEDGER.values(), ids=list(LEDGER))
def test_each_claim_is_complete(this):
    assert len(this.quote.replace("—", " ").split()) <= 25
    assert this.kind in LABELS
    for text in (this.claim, this.measured_as, this.rule, this.against, this.notebook):
        assert text
    assert this.rule_date >= "2026-11-23"


@pytest.mark.parametrize("identifier", list(JUDGES))
def test_a_judged_claim_names_its_sources_and_thresholds(identifier):
    this = LEDGER[identifier]
    assert this.thresholds
    assert this.default_source
    assert this.independent_sources
    assert not this.cannot_test


def test_a_claim_without_a_judge_never_passes():
    standings = {standing(this) for name, this in LEDGER.items() if name not in JUDGES}
    assert standings == {"cannot be tested here", "not judged"}


def test_unknown_claim_is_explained():
    with pytest.raises(ParameterError, match="there is no claim 'C99'; allowed: C01 to C59"):
        claim("C99")


def test_a_verdict_refuses_a_label_of_another_kind():
    with pytest.raises(ParameterError, match="'on track' is no label for a fact"):
        Verdict(
            claim=claim("C27"), label="on track", value=1, unit="", measured="", sources=(), flip=""
        )
