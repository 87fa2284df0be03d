"""Every rule gives each of its labels, on the right side of each threshold of the ledger."""

from pathlib import Path

import pytest
import yaml

from analysis.claims import ledger
from analysis.claims.rules import label_of

FILES = sorted(Path(__file__).with_name("edges").glob("*.yaml"))
EDGES = {name: cases for path in FILES for name, cases in yaml.safe_load(path.read_text()).items()}


def test_every_claim_that_can_be_tested_has_its_edges():
    assert sorted(EDGES) == sorted(name for name, this in ledger().items() if this.labels)


@pytest.mark.parametrize("identifier", EDGES)
def test_a_rule_gives_the_label_on_either_side_of_its_thresholds(identifier):
    this = ledger()[identifier]
    for figures, label in EDGES[identifier]:
        assert label_of(this.labels, {**this.thresholds, **figures}) == label
    assert {label for _, label in EDGES[identifier]} == {*this.labels}, "a label has no case here"
