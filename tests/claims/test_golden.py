"""No label, number, word or reading of a verdict moves unless the golden ledger moves with it."""

import json

import pytest

from tests.claims.golden import GOLDEN, whole_ledger

BEFORE = json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now():
    return whole_ledger()


def test_the_ledger_has_the_same_claims(now):
    assert list(now) == list(BEFORE)


@pytest.mark.parametrize("identifier", BEFORE)
def test_a_verdict_has_not_moved(identifier, now):
    assert now[identifier] == BEFORE[identifier]
