"""The ledger obeys its own rules: what is written is used, what is used is written."""

import re

import pytest
import yaml

from analysis.claims import judge, ledger, standing
from analysis.claims.ledger import claim, read_ledger
from analysis.claims.measured import measured
from analysis.claims.verdict import judged
from analysis.errors import DataFileError, ParameterError
from analysis.evidence import EVIDENCE, evidence_for
from analysis.paths import CLAIMS
from analysis.sentences import gaps

LEDGER = ledger()
TESTED = [name for name, this in LEDGER.items() if this.labels]
OWN = {"readings", "leaning"}
"""Figures that the engine itself asks for."""


def test_ids_are_in_use_once_and_claims_follow_the_essay():
    assert sorted(LEDGER) == [f"C{number:02d}" for number in range(1, len(LEDGER) + 1)]
    starts = [int(this.paragraph[1:3]) for this in LEDGER.values()]
    assert starts == sorted(starts)


def test_what_can_be_tested_has_evidence_and_nothing_else_has():
    assert sorted(EVIDENCE) == sorted(TESTED)
    assert {standing(this) for this in LEDGER.values() if not this.labels} == {
        "cannot be tested here",
        "argued, not measured",
    }
    assert all(bool(this.cannot_test) != bool(this.labels) for this in LEDGER.values())


def asked_for(this):
    """Every figure and threshold that a condition, a sentence, a reading or the chart names."""
    sentences = [this.unit, this.measured, this.reading, this.flip, this.finding]
    choices = [choice for said in (*sentences, *this.sources, *this.caveats) for choice in said]
    said = {name for rule, text in choices for name in (*rule.names, *gaps(text))}
    called = {name for reading in this.readings for name in gaps(reading)}
    chart = [part for key, part in this.chart.items() if key not in ("unit", "format")]
    drawn = set(re.findall(r"\w+", str(chart)))
    return this.asked | said | called | drawn | {this.value, this.p, *this.interval}


@pytest.mark.parametrize("identifier", TESTED)
def test_every_figure_is_used_and_every_gap_is_filled(identifier):
    """The verdict itself stops where a gap has no figure."""
    this, verdict = LEDGER[identifier], judge(identifier)
    figures = measured(this, evidence_for(identifier), {})
    given = set(figures) - set(this.thresholds) - OWN
    own = {name for reading in figures.get("readings", {}).values() for name in reading}
    assert given | (own - OWN) <= asked_for(this)
    assert this.thresholds
    assert verdict.sources
    assert verdict.flip
    assert len(verdict.readings) >= 2
    assert this.default_source
    assert this.independent_sources


def test_unknown_claim_is_explained():
    with pytest.raises(ParameterError, match="there is no claim 'C99'; allowed: C01 to C"):
        claim("C99")


def changed(tmp_path, identifier, **fields):
    """A ledger of one claim with some fields changed; None takes a field out."""
    entries = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    entry = next(entry for entry in entries if entry["id"] == identifier) | fields
    path = tmp_path / "claims.yaml"
    path.write_text(
        yaml.safe_dump([{k: v for k, v in entry.items() if v is not None}], sort_keys=False)
    )
    return path


LEVEL = {"holds": "off_pct <= exact_pct", "does not hold": "otherwise"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"measured_as": None}, "C27 lacks measured_as"),
        ({"ruel": "Holds."}, "C27 has unknown fields ruel"),
        ({"kind": "rumour"}, "C27, kind: 'rumour' is none of fact, forecast, judgement"),
        ({"quote": "word " * 26}, "C27, quote: 26 words; 25 are allowed"),
        (
            {"labels": LEVEL | {"holds": "off_pct <="}},
            "C27, labels: holds: 'off_pct <=' cannot be read",
        ),
        (
            {"labels": LEVEL | {"holds": "off.pct <= 1"}},
            "C27, labels: holds: 'off.pct <= 1' uses 'off.pct'",
        ),
        (
            {"labels": LEVEL | {"holds": "open('x')"}},
            "C27, labels: holds: .* allowed are names, numbers",
        ),
        ({"labels": LEVEL | {"on track": "off_pct > 1"}}, "labels: a case is left open"),
        (
            {"labels": {"on track": "otherwise"}},
            r"C27, labels: \['on track'\] are none of a fact's",
        ),
        ({"labels": {"holds": "off_pct <= 1"}}, "C27, labels: a case is left open; the last label"),
        (
            {"labels": {"holds": "off_pct < 1 or off_pct >= 1", "does not hold": "otherwise"}},
            "C27, labels, does not hold: no figures lead to it",
        ),
        ({"flip": "A figure below {level"}, "C27, flip: "),
        ({"readings": {"year": {"2020": {}}}}, "C27, readings: 'year' is no kind of reading"),
        ({"readings_given": "poll"}, "C27, readings_given: 'poll' is no kind of reading"),
        ({"history": [{"until": "2026"}]}, "C27, history: each change has until, rule, label, "),
        ({"flip": "A figure below {level.real}"}, "C27, flip: the gap '{level.real}' is no name"),
        ({"labels": LEVEL | {"holds": "max > 1"}}, "C27, labels: holds: .* max without brackets"),
        ({"labels": {"holds": "otherwise"}}, "C27, labels: .* two labels or more"),
        ({"labels": ["holds"]}, r"C27, labels: \['holds'\] came in; allowed: labels with a"),
        ({"id": 27}, "27, id: 27 came in; allowed: text"),
        ({"kind": ["fact"]}, r"C27, kind: \['fact'\] came in; allowed: text"),
        ({"rule_date": "soon"}, "C27, rule_date: 'soon' came in; allowed: a day such as"),
        ({"thresholds": {"exact_pct": "5"}}, "C27, thresholds: .*; allowed: names and numbers"),
        ({"thresholds": {"exact_pct": True}}, "C27, thresholds: .*; allowed: names and numbers"),
        ({"interval": ["low"]}, r"C27, interval: \['low'\] came in; allowed: the names of two"),
        ({"sources": "the customs"}, "C27, sources: .* allowed: a list of sentences"),
        ({"readings": {"source": {"x": ["a"]}}}, "C27, readings: .* the options of each"),
        ({"readings": {"source": {"x": {}}, "method": {"x": {}}}}, "readings: 'x' is there twice"),
        ({"leaning": ["nobody"]}, "C27, leaning: 'nobody' is no reading; allowed: "),
        ({"cannot_test": "No data."}, "C27, cannot_test: it has labels too"),
        ({"history": [5]}, r"C27, history: \[5\] came in; allowed: a list of changes"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_with_claim_and_field(tmp_path, fields, said):
    with pytest.raises(DataFileError, match=said):
        read_ledger(changed(tmp_path, "C27", **fields))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- id: C01\n\tkind: fact\n", "line 2: .*allowed: YAML in UTF-8 with spaces"),
        ("- id: C01\n  id: C02\n", r"line 1: the key \['id'\] is given twice"),
        ("", "holds NoneType where entries should be; allowed: a list of entries"),
        ("id: C01\n", "holds dict where entries should be"),
        ("- C01\n- C02\n", "holds list where entries should be"),
        (b"- id: \xff\n", r"(?s)(UTF-8 octet|decode byte).*allowed: YAML in UTF-8"),
        ("- id: C01\n- id: C01\n", "C01, id: 2 entries have it; each has its own"),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_refused(tmp_path, text, said):
    (tmp_path / "claims.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataFileError, match=said):
        read_ledger(tmp_path / "claims.yaml")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"measured": "{off_pct:zz} %"}, "claim C27, measured: '{off_pct:zz} %' cannot be filled"),
        ({"measured": "{of_pct:.0f} %"}, r"claim C27, measured: there is no figure \['of_pct'\]"),
        ({"value": "of_pct"}, r"claim C27, value: there is no figure \['of_pct'\]"),
        ({"readings": {"source": {"x": {"sauce": 1}}}}, r"C27, readings: .* no option \['sauce'\]"),
        (
            {"thresholds": ledger()["C27"].thresholds | {"spare_pct": 5}},
            r"claim C27, thresholds: nothing uses \['spare_pct'",
        ),
        (
            {"thresholds": {"exact_pct": 5, "loose_pct": 10}},
            r"claim C27, thresholds: the evidence asks for \['stated_usd_bn'",
        ),
    ],
)
def test_a_sentence_or_option_that_the_evidence_cannot_fill_stops_the_verdict(
    tmp_path, fields, said
):
    this = read_ledger(changed(tmp_path, "C27", **fields))["C27"]
    with pytest.raises(DataFileError, match=said):
        judged(this, evidence_for("C27"))


def test_a_missing_ledger_says_how_to_restore_it(tmp_path):
    with pytest.raises(DataFileError, match=r"git checkout -- data/essay/claims\.yaml"):
        read_ledger(tmp_path / "claims.yaml")
