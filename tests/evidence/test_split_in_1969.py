"""Troops, hints, tunnels and students around 1969: known answers and every label's figures."""

import pandas as pd
import pytest

from analysis.claims import claim
from analysis.claims.measured import measured
from analysis.claims.verdict import judged
from analysis.evidence import split_in_1969 as evidence


def test_divisions_grew_from_fifteen_to_at_least_thirty_seven():
    figures = measured(claim("C11"), evidence.divisions_massed, {})
    assert [figures[name] for name in ("before", "middle", "least", "most")] == [15, 21, 37, 41]
    assert figures["earlier_pace"] == pytest.approx(3)
    assert figures["later_pace"] == pytest.approx(16 / 3)


@pytest.mark.parametrize(
    ("label", "counts"),
    [
        ("holds", (15, 15, 30, 41)),
        ("holds with caveats", (15, 25, 30, 41)),
        ("undecided", (15, 21, 29, 30)),
        ("does not hold", (15, 21, 28, 29)),
    ],
)
def test_divisions_massed(label, counts, monkeypatch):
    before, middle, low, high = counts
    table = pd.DataFrame(
        {"year": [1965, 1967, 1970], "low": [before, middle, low], "high": [before, middle, high]}
    )
    monkeypatch.setattr(evidence, "divisions", lambda: table.astype(float).astype({"year": int}))
    assert judged(claim("C11"), evidence.divisions_massed).label == label


def test_a_document_that_reports_three_hints_is_one_document():
    figures = evidence.strike_hinted_at()
    assert (figures["records"], figures["documents"], figures["occasions"]) == (1, 2, 3)
    assert figures["record"] == ["Davydov asks Stearman, 1969-08-18"]
    alone = evidence.strike_hinted_at(leave_out_records=True, leave_out_memoranda=True)
    assert (alone["records"], alone["documents"], alone["record"]) == (0, 1, "none")


def test_one_report_names_tunnels_under_beijing_and_a_second_shelters_elsewhere():
    assert evidence.tunnels()["reports"] == 1
    assert evidence.tunnels(any_city=True)["reports"] == 2


def test_students_ended_by_two_reports_and_tourists_by_one():
    figures = measured(claim("C14"), evidence.exchanges_ceased, {})
    assert (figures["attested"], figures["reported"], figures["in_between"]) == (1, 2, 0)
    assert figures["sent"] == ["300 or more", "71", "35"]
    assert (figures["last_year"], figures["resumed"], figures["gap"]) == (1966, 1983, 17)
    assert (figures["tourists_from"], figures["tourists_to"]) == (1960, 1983)


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
