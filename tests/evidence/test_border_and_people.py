"""Claims to land: what is read as none, as a possible sign and as one."""

import pandas as pd

from analysis.evidence import border_and_people as evidence


def test_signs_are_counted_by_what_they_are_read_as(monkeypatch):
    signs = ["against a claim", "a claim", "suspicion of one"]
    table = pd.DataFrame({"reads_as": signs, "event": "act", "year": 2001})
    monkeypatch.setattr(evidence, "load", lambda name: table)
    figures = evidence.signs_of_claims(suspicions=True)
    assert [figures[each] for each in ("disclaimers", "possible", "stated")] == [1, 1, 1]
    assert (figures["disclaimed_in"], figures["possible_in"]) == (["2001"], "no year")
