"""The ledger obeys its own rules: what is written is used, what is used is written."""

import re

import pytest
import yaml

from analysis.claims import judge, ledger, standing
from analysis.claims.ledger import claim, read_ledger
from analysis.claims.measured import measured
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


def test_a_claim_that_nothing_measures_yet_is_named():
    with pytest.raises(DataFileError, match=r"nothing measures claim C79 yet; .*EVIDENCE of"):
        evidence_for("C79")


def test_what_can_be_tested_has_evidence_and_nothing_else_has():
    assert sorted(EVIDENCE) == sorted(TESTED)
    untested = [this for this in LEDGER.values() if not this.labels]
    assert {*map(standing, untested)} == {"cannot be tested here", "argued, not measured"}
    assert all(this.cannot_test for this in untested)


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
    assert all((this.thresholds, this.thresholds_from, verdict.sources, verdict.flip))
    assert all((this.default_source, this.independent_sources))
    assert len(verdict.readings) >= 2


def test_unknown_claim_is_explained():
    with pytest.raises(ParameterError, match="there is no claim 'C99'; allowed: C01 to C"):
        claim("C99")


@pytest.fixture(scope="module")
def entry():
    """C27 as it stands in the file."""
    entries = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    return next(entry for entry in entries if entry["id"] == "C27")


def changed(tmp_path, entry, **fields):
    """A ledger of one claim with some fields changed; None takes a field out."""
    path = tmp_path / "claims.yaml"
    kept = {name: said for name, said in (entry | fields).items() if said is not None}
    path.write_text(yaml.safe_dump([kept], sort_keys=False))
    return path


def holds_if(condition):
    return {"labels": {"holds": condition, "does not hold": "otherwise"}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"measured_as": None}, "C27 lacks measured_as"),
        ({"ruel": "Holds."}, "C27 has unknown fields ruel; allowed: id, "),
        ({"kind": "rumour"}, "C27, kind: 'rumour' is none of fact, forecast, judgement"),
        ({"quote": "word " * 26}, "C27, quote: 26 words; 25 are allowed"),
        (
            holds_if("off_pct <="),
            "C27, labels: holds: 'off_pct <=' cannot be read.*allowed are names",
        ),
        (holds_if("off.pct <= 1"), "C27, labels: holds: 'off.pct <= 1' uses 'off.pct'"),
        (holds_if("open('x')"), "C27, labels: holds: .* allowed are names, numbers"),
        (holds_if("max > 1"), "C27, labels: holds: .* max without brackets"),
        (
            holds_if("off_pct < 1 or off_pct >= 1"),
            "labels: does not hold: no figures .*; allowed: a",
        ),
        ({"labels": {"holds": "otherwise", "undecided": "off_pct > 1"}}, "a case is left open"),
        ({"labels": {"on track": "otherwise"}}, r"C27, labels: \['on track'\] are none of a fact"),
        ({"labels": {"holds": "off_pct <= 1"}}, "C27, labels: a case is left open; the last label"),
        ({"flip": "A figure below {level"}, "C27, flip: "),
        ({"readings": {"year": {"2020": {}}}}, "C27, readings: 'year' is no kind of reading"),
        ({"readings_given": "poll"}, "C27, readings_given: 'poll' is no kind of reading"),
        (
            {"history": [{"until": "2026"}]},
            "C27, history: .* allowed: a change with until, rule, l",
        ),
        ({"flip": "A figure below {level.real}"}, "C27, flip: the gap '{level.real}' is no name"),
        ({"labels": {"holds": "otherwise"}}, "C27, labels: .* two labels or more"),
        ({"labels": ["holds"]}, r"C27, labels: \['holds'\] came in; allowed: labels with a"),
        ({"id": 27}, "27, id: 27 came in; allowed: text"),
        ({"kind": ["fact"]}, r"C27, kind: \['fact'\] came in; allowed: text"),
        ({"rule_date": "soon"}, "C27, rule_date: 'soon' came in; allowed: a day such as"),
        (
            {"thresholds": {"exact_pct": "5"}},
            "C27, thresholds: exact_pct: '5' came in; allowed: a nu",
        ),
        ({"thresholds": {"exact_pct": True}}, "C27, thresholds: exact_pct: True came in; allowed:"),
        ({"interval": ["low"]}, r"C27, interval: \['low'\] came in; allowed: the names of two"),
        ({"sources": "the customs"}, "C27, sources: .* allowed: a list of sentences"),
        ({"readings": {"source": {"x": ["a"]}}}, "C27, readings: .* the options of each"),
        ({"readings": {"source": {"x": {}}, "method": {"x": {}}}}, "readings: 'x' is there twice"),
        ({"leaning": ["nobody"]}, "C27, leaning: 'nobody' is no reading; allowed: "),
        ({"cannot_test": "No data."}, "C27, cannot_test: it has labels too"),
        ({"history": [5]}, "C27, history: 5 came in; allowed: a change with"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_with_claim_and_field(tmp_path, entry, fields, said):
    with pytest.raises(DataFileError, match=said):
        read_ledger(changed(tmp_path, entry, **fields))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- id: C01\n\tkind: fact\n", "line 2, in C01: .*allowed: YAML in UTF-8 with sp"),
        ("- id: C01\n  a: 1\n  a: 2\n", "line 3, in C01: the key 'a' is given twice"),
        ("", "holds NoneType where entries should be; allowed: a list of entries"),
        ("id: C01\n", "holds dict where entries should be"),
        ("- C01\n- C02\n", "holds list where entries should be"),
        (b"- id: \xff\n", r"(?s)(UTF-8 octet|decode byte).*allowed: YAML in UTF-8"),
        ("- id: C01\n- id: C01\n", "C01, id: several entries have it; each has its own"),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_refused(tmp_path, text, said):
    (tmp_path / "claims.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataFileError, match=said):
        read_ledger(tmp_path / "claims.yaml")


def test_a_missing_ledger_says_how_to_restore_it(tmp_path):
    with pytest.raises(DataFileError, match=r"git checkout -- data/essay/claims\.yaml"):
        read_ledger(tmp_path / "claims.yaml")
