"""Hints of 1969, and exchange after it."""

import pandas as pd

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.evidence import split_in_1969 as evidence


def test_a_document_that_reports_three_hints_is_one_document():
    figures = evidence.strike_hinted_at(leave_out_records=True, leave_out_memoranda=True)
    assert (figures["records"], figures["documents"], figures["occasions"]) == (0, 1, 3)
    assert figures["record"] == "none"


def test_somebody_in_between_counts_against_the_end_of_exchange(monkeypatch):
    tables = {name: evidence.load(name) for name in ("students_exchanged", "exchange_1969_1984")}
    students = tables["students_exchanged"]
    later = students[students.year == 1962].assign(year=1972)
    found = tables | {"students_exchanged": pd.concat([students, later], ignore_index=True)}
    read = evidence.load

    def load(name, **keys):
        return found[name] if not keys else read(name, **keys)

    monkeypatch.setattr(evidence, "load", load)
    assert judged(claim("C14"), evidence.exchanges_ceased).label == "does not hold"
