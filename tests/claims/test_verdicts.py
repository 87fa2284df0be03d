"""A verdict follows from the ledger's words and the figures it is handed, and from nothing else."""

import json
from dataclasses import replace

import pytest

from analysis.claims import judge, record_measure, verdicts
from analysis.claims.board import scoreboard
from analysis.claims.ledger import Asked, Sentence, claim
from analysis.claims.measured import measured
from analysis.claims.rules import condition, label_of
from analysis.claims.verdict import direction, judged
from analysis.errors import DataFileError


def said(text):
    return Sentence(((condition("otherwise"), text),))


BY_MANY = replace(
    claim("C27"),
    thresholds={"least": 2, "half": 50},
    labels={
        "holds": condition("share > half and count >= least"),
        "holds with caveats": condition("share > half"),
        "does not hold": condition("otherwise"),
    },
    value="share",
    measured=said("{share:.0f} % of {count}"),
    reading=said("{share:.0f} %"),
    finding=said("Of {count} the share is {share:.0f} %."),
    readings={
        "a lower half": Asked("threshold", {"half": 10}),
        "the other list": Asked("source", {"other": True}),
    },
    readings_given="source",
    leaning=("the other list",),
    flip=said("A list of {least} with less than {half} %"),
    sources=(said("a list"),),
    caveats=(Sentence(((condition("count < 3"), "Only {count} are listed."),)), said("")),
)


def asked(kind, **options):
    """One reading of a kind, named after it."""
    return {kind: Asked(kind, options)}


BOTH = asked("source", other=True) | asked("method", other=True)


def listed(*, half, other=False):
    return {"share": 20 if other else half + 1, "count": lambda: 2, "readings": {}}


def test_label_value_and_sentences_come_from_the_figures():
    verdict = judged(BY_MANY, listed)
    assert (verdict.label, verdict.value) == ("holds", 51)
    assert verdict.measured == "51 % of 2"
    assert verdict.finding == "Of 2 the share is 51 %."
    assert verdict.flip == "A list of 2 with less than 50 %"
    assert verdict.caveats == ("Only 2 are listed.",)


def test_a_reading_changes_a_threshold_or_an_option_of_the_evidence():
    lower, other = judged(BY_MANY, listed).readings
    assert (lower.measured, lower.label, lower.direction) == ("11 %", "holds", "level")
    assert (other.measured, other.label, other.direction) == ("20 %", "does not hold", "harsher")
    assert (lower.independent, other.independent) == (True, False)


def test_evidence_may_give_readings_of_its_own():
    def surveyed(*, half):
        return {"share": 60, "count": 2, "readings": {"a poll": {"share": 40, "leaning": True}}}

    verdict = judged(replace(BY_MANY, readings={}), surveyed)
    (poll,) = verdict.readings
    assert (poll.name, poll.measured, poll.label) == ("a poll", "40 %", "does not hold")
    assert not poll.independent
    with pytest.raises(DataFileError, match="C27, readings_given: the evidence gives readings"):
        judged(replace(BY_MANY, readings={}, readings_given=""), surveyed)


@pytest.mark.parametrize(
    ("readings", "leaning", "firmness"),
    [
        (asked("threshold", half=30), (), "single source"),
        (asked("source", other=True), ("source",), "single source"),
        (asked("source", other=False), (), "firm"),
        (asked("source", other=True), (), "depends on the source"),
        (asked("method", other=True), (), "depends on the method"),
        (BOTH, (), "depends on the source and the method"),
    ],
)
def test_only_what_stands_alone_tells_how_firm_a_verdict_is(readings, leaning, firmness):
    verdict = judged(replace(BY_MANY, readings=readings, leaning=leaning), listed)
    assert verdict.firmness == firmness


def test_a_reading_is_kinder_or_harsher_by_the_order_of_the_labels():
    assert direction("fact", "undecided", "holds with caveats") == "kinder"
    assert direction("fact", "undecided", "does not hold") == "harsher"
    assert direction("fact", "undecided", "cannot be tested here") == "level"
    assert direction("forecast", "on track", "too early") == "harsher"
    assert direction("judgement", "evidence against", "mixed") == "kinder"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"labels": {"holds": condition("sahre > half")}}, r"labels, holds: .* figure \['sahre'\]"),
        ({"measured": said("{shares}")}, r"measured: there is no figure \['shares'\]; allowed: co"),
        ({"measured": said("{share:zz} %")}, r"measured: '\{share:zz\} %' cannot be filled"),
        ({"value": "shares"}, r"value: there is no figure \['shares'\]"),
        ({"readings": asked("source", othr=True)}, r"readings: .* no option \['othr'\]; allowed:"),
        ({"thresholds": {"least": 2, "half": 50, "x": 1}}, r"thresholds: nothing uses \['x'\]"),
        ({"thresholds": {"least": 2}}, r"thresholds: the evidence asks for \['half'\]"),
    ],
)
def test_what_no_figure_fills_is_named_with_claim_and_field(fields, fault):
    with pytest.raises(DataFileError, match=f"claim C27, {fault}"):
        judged(replace(BY_MANY, **fields), listed)


def test_a_figure_is_worked_out_only_where_it_can_decide():
    def asked():
        raise AssertionError("nobody needs the count")

    rules = {
        "holds": condition("share > half or count > 1"),
        "does not hold": condition("otherwise"),
    }
    figures = measured(BY_MANY, lambda *, half: {"share": 60, "count": asked}, {})
    assert label_of(rules, figures) == "holds"


def test_other_pairs_get_no_verdict():
    said_of_others = "C27 is about Russia and China: no verdict on Russia and India."
    assert str(verdicts("C27", home="RUS", partner="India")) == said_of_others


def test_a_verdict_is_shown_as_a_card_and_compared_as_text():
    bundle, about = verdicts("C27", home="RUS", partner="CHN")._repr_mimebundle_()
    assert about == {"labels": {"C27": "holds"}}
    assert "<details><summary>How firm: " in bundle["text/html"]
    assert '<p class="term"><strong>What would flip it:</strong> <span>A re' in bundle["text/html"]
    assert bundle["text/plain"].startswith("C27 HOLDS: Trade was 245 billion")
    assert "holds: off_pct <= exact_pct" in bundle["text/plain"]


def test_the_scoreboard_has_every_claim_once():
    board = scoreboard()
    assert board.id.is_unique
    assert (board.firmness != "").sum() + (board.measured != "").sum() >= len(board)


def test_measures_are_left_as_records_only_inside_a_run(tmp_path, monkeypatch):
    monkeypatch.delenv("BALLAST_RUN_DIR", raising=False)
    record_measure("growth of trade", 1, "percent a year")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("BALLAST_RUN_DIR", str(tmp_path))
    record_measure("growth of trade", 18.6, "percent a year")
    judge("C27")
    measure, verdict = map(json.loads, (tmp_path / "measured.jsonl").read_text().splitlines())
    assert measure == {"measure": "growth of trade", "value": 18.6, "unit": "percent a year"}
    assert verdict["claim"] == "C27"
