"""Sweeps without kernels: what is run, what is refused, what is left."""

import json
import subprocess
import sys
from random import Random

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.paths import ROOT
from analysis.press.execute import Executed
from analysis.press.notebook import read_notebook
from analysis.press.parameters import declaration, validated
from analysis.press.sweep import read_sets, sweep
from tests.press.conftest import Answers

PARAMETERS = """\
partner = "CHN"  # country; a name or ISO3; all of: countries.iso3
source = "gacc"  # one of: gacc, imf
span = 3  # years; from 1 to 4
real: bool = False  # in constant dollars
share = 0.5  # from 0.0 to 1.0
compare = (2021, 2024)  # from 1960 to 2025
known_on = "2025-05-29"  # date
"""


@pytest.fixture
def press(places, monkeypatch, make_notebook):
    """A project whose runs are answered here: each records what ``measure`` says, or fails where it
    raises."""
    return FakePress(places, monkeypatch, make_notebook)


class FakePress(Answers):
    def __init__(self, places, monkeypatch, make_notebook):
        super().__init__(monkeypatch, self.answer)
        self.places = places
        self.measure = lambda values: [{"measure": "letters", "value": len(values["partner"])}]
        countries = places.root / "data/reference/countries.csv"
        countries.parent.mkdir(parents=True)
        countries.write_text("iso3,name\nCHN,China\nIND,India\nUSA,United States\n")
        self.path = make_notebook("a", "1", parameters=PARAMETERS)

    def answer(self, job):
        values, measured, error = {}, [], ""
        for cell in job.notebook["cells"][1:3]:
            exec("".join(cell["source"]), values)
        try:
            measured = self.measure(values)
        except ZeroDivisionError as failure:
            error = str(failure)
        return Executed(notebook=job.notebook, error=error, seconds=1.0, measured=measured)

    def declared(self):
        return declaration(read_notebook(self.path), "a")

    def sweep(self, *, text=True, **options):
        """The table, as whoever analyses it reads it."""
        self.executed.clear()
        places = {"output": self.places.output, "cache": self.places.cache}
        self.swept = sweep(self.path, text=text, root=self.places.root, **places, **options)
        return pd.read_parquet(self.swept.table)


def test_what_was_recorded_ends_in_one_table_with_parameters_as_columns(press):
    table = press.sweep(over={"partner": "IND,USA", "span": "1,2"}, parameters={"share": "0.25"})
    own, measured = ["run", "status", "reason", "seconds"], ["measure", "value"]
    assert list(table.columns) == [*own, *press.declared(), *measured]
    rows = [["IND", 1, 3], ["IND", 2, 3], ["USA", 1, 3], ["USA", 2, 3]]
    assert table[["partner", "span", "value"]].to_numpy().tolist() == rows
    assert set(table.share) == {0.25}
    assert set(table.source) == {"gacc"}
    assert json.loads(table["compare"][0]) == [2021, 2024]
    assert table.groupby("partner").value.mean().to_dict() == {"IND": 3, "USA": 3}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("partner", ["CHN", "IND", "USA"]),
        ("source", ["gacc", "imf"]),
        ("span", [1, 2, 3, 4]),
        ("real", [False, True]),
    ],
)
def test_all_values_are_those_that_the_parameters_cell_tells_of(press, name, values):
    assert sorted(press.sweep(over={name: "all"})[name]) == values


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"over": {"partnr": "all"}}, r"partnr='all' is unknown \(did you mean 'partner'"),
        ({"over": {"partner": "IND"}, "parameters": {"shar": "1"}}, "shar='1' is unknown"),
        ({"over": {"share": "all"}}, "does not say what all values are.*all of: TABLE.COLUMN"),
        ({"over": {"compare": "all"}}, "does not say what all values are"),
        ({"over": {"span": "1,5,9"}}, "(?s)span='5' is not from 1 to 4.*span='9' is not"),
        ({"over": {"source": "imf,acc"}}, "is not one of gacc, imf"),
        ({"over": {"partner": " , "}}, "has no value to go through"),
        ({"over": {"span": "1"}, "parameters": {"span": "2"}}, "span is given in two ways"),
        ({"over": {"span": "1"}, "sets": [{"span": "2"}]}, "span is given in two ways"),
        ({"sets": [{"span": "2", "sorce": "imf"}]}, "did you mean 'source'"),
        ({"over": {"span": range(5, 40)}, "text": False}, "and 15 more"),
        ({}, "nothing to go through"),
        ({"over": {"span": "1"}, "workers": 0}, "workers=0"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(press, options, text):
    with pytest.raises(ParameterError, match=text):
        press.sweep(**options)
    assert press.executed == []
    assert not press.places.output.exists()


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("countries.iso2", "no such column"),
        ("nations.iso3", "cannot be read"),
        ("countries", "write .* TABLE.COLUMN"),
    ],
)
def test_a_column_of_all_values_that_is_not_there_is_named(press, make_notebook, listed, text):
    make_notebook("a", "1", parameters=f'partner = "CHN"  # country; all of: {listed}')
    with pytest.raises(Exception, match=text):
        press.sweep(over={"partner": "all"})


def test_a_failing_run_has_a_row_with_its_reason_and_stops_no_other(press):
    press.measure = lambda values: [{"letters": 3 // (values["span"] - 2)}]
    table = press.sweep(over={"span": "all"}).set_index("span")
    assert table.status.to_dict() == {1: "run", 2: "failed", 3: "run", 4: "run"}
    assert table.reason.to_dict() == {1: "", 2: "integer division or modulo by zero", 3: "", 4: ""}
    assert pd.isna(table.letters[2])
    assert dict(press.swept.counts) == {"run": 3, "failed": 1}
    page = press.swept.index.read_text()
    first, *_ = page.split("<tr><td>")[1:]
    assert "integer division or modulo by zero" in first
    assert '<a href="a__span-2.ipynb">' in first
    assert page.count("<tr><td>") == 4
    assert (press.places.output / "a__span-2.ipynb").is_file()


def test_what_is_done_comes_from_the_cache_and_the_table_is_the_same(press):
    press.measure = lambda values: [{"letters": 3 // (values["span"] - 2)}]
    before = press.sweep(over={"span": "1,2"})
    table = press.sweep(over={"span": "1,2,3"})
    assert sorted(press.executed) == ["a__span-2", "a__span-3"]
    assert dict(press.swept.counts) == {"unchanged": 1, "run": 1, "failed": 1}
    assert table[table.span == 1].letters.tolist() == before[before.span == 1].letters.tolist()
    press.sweep(over={"span": "1"}, force=True)
    assert press.executed == ["a__span-1"]


def test_a_sweep_that_is_stopped_says_so_and_goes_on(press):
    def stop(outcome, total):
        if outcome and outcome.name == "a__span-2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        press.sweep(over={"span": "all"}, report=stop)
    assert "is not finished" in (press.places.output / "index.html").read_text()
    assert not (press.places.output / "results.parquet").exists()
    assert not [path for path in press.places.root.rglob("*") if path.suffix == ".tmp"]
    assert len(press.sweep(over={"span": "all"})) == 4
    assert press.executed == ["a__span-3", "a__span-4"]


def test_records_of_every_shape_fit_in_the_table(press):
    press.measure = lambda values: [
        {"span": 1, "mixed": 1, "number": 1, "list": [1, 2]},
        {"mixed": "x", "number": 1.5, "flag": True, "nothing": None, "text": "über"},
    ][: values["span"]]
    table = press.sweep(over={"span": "1,2"})
    assert len(table) == 3
    assert table.measured_span.tolist()[:2] == [1, 1]
    assert table.mixed.tolist() == ["1", "1", '"x"']
    assert table.number.tolist() == [1, 1, 1.5]
    assert table.list.fillna("").tolist() == ["[1, 2]", "[1, 2]", ""]
    assert table.text.fillna("").tolist() == ["", "", "über"]


def test_records_that_no_column_can_hold_lose_no_table(press):
    press.measure = lambda values: [
        {"large": 2**63, "text": "\ud800", "\udcff": 1, "nan": float("nan"), "deep": [[{}]]}
    ]
    table = press.sweep(over={"span": "1,2"})
    assert table.large.tolist() == [str(2**63)] * 2
    assert table.text.tolist() == ["\\ud800"] * 2
    assert table.nan.isna().all()


def test_500_random_sets_of_parameters_are_run_or_refused_and_every_name_is_its_own(press):
    """Seeded; whatever is accepted arrives in the notebook as the value that was given."""
    random = Random(20261129)
    alphabet = ["a", "B", "_", "__", "-", ".", "/", " ", "'", '"', "\\", "\n", "é", "\0", "{", "$"]
    alphabet += ["\ud800", "\udcff", "None", "all", "=", ",", "<b>", "~", "..", "漢"]
    numbers = [0, -1, 1, 4, 5, 2**31, 2**63, 2**64, -(2**70), 10**400, 0.5, 1e308, float("inf")]
    numbers += [float("nan"), True, None, np.float64(0.25), np.int64(2), np.str_("x"), 1j, [], {}]
    accepted, refused = [], 0
    for _ in range(500):
        text = "".join(random.choices(alphabet, k=random.randint(0, 40)))
        given = {
            "partner": random.choice([text, text, np.str_(text), random.choice(numbers)]),
            "span": random.choice([1, 2, 3, 4, 1, 2, 3, 4, random.choice(numbers)]),
            "share": random.choice([0.25, 1, 0.0, random.choice(numbers)]),
            "compare": random.choice([(1960, 2025), [2000], [], random.choice(numbers), text]),
        }
        try:
            values = validated(press.declared(), given, "a")
        except ParameterError as error:
            str(error).encode()
            refused += 1
            continue
        assert {name: values[name] for name in ("partner", "span")} == {
            name: given[name] for name in ("partner", "span")
        }
        accepted.append(values)
    assert min(len(accepted), refused) > 50
    seen = []
    press.measure = lambda values: [{"n": len(seen)}] if seen.append(values) is None else []
    table = press.sweep(sets=accepted, text=False)
    distinct = {repr(values) for values in accepted}
    assert len(table) == len(set(table.run)) == len(distinct)
    assert set(table.status) == {"run"}
    assert {repr({name: values[name] for name in accepted[0]}) for values in seen} == distinct
    assert press.sweep(sets=accepted, text=False).status.tolist() == ["unchanged"] * len(distinct)


def test_the_page_holds_no_markup_of_others(press):
    press.measure = lambda values: [{"measure": "<script>alert(1)</script>"}]
    press.sweep(over={"partner": "<b>IND</b>"})
    page = press.swept.index.read_text()
    assert "<script>" not in page
    assert "<b>" not in page


def test_sets_come_from_a_file_and_are_run_once_each(press, tmp_path):
    file = tmp_path / "sets.csv"
    file.write_text(
        '\ufeffpartner,span,compare\nIND,1,"2010, 2020"\nUSA,,\nUSA,,\n\n', encoding="utf-8"
    )
    table = press.sweep(sets=read_sets(file), over={"source": "all"})
    india, america = ["IND", 1, "[2010, 2020]"], ["USA", 3, "[2021, 2024]"]
    rows = [[*given, source] for given in (india, america) for source in ("gacc", "imf")]
    assert table[["partner", "span", "compare", "source"]].to_numpy().tolist() == rows


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read: No such file"),
        (b"", "has no set"),
        (b"partner\n", "has no set"),
        (b"partner,span\nIND\nUSA,1\nCHN,1,2\n", "another number of cells on line 2, 4"),
        (b"partner,partner\nIND,USA\n", "a name that is empty or there twice"),
        (b"partner,\nIND,USA\n", "a name that is empty or there twice"),
        (b'partner\n"IND\n', "cannot be read: unexpected end of data"),
        (b"partner\n\xff\n", "cannot be read: .*decode"),
    ],
)
def test_a_file_of_sets_that_is_damaged_is_explained(tmp_path, content, text):
    file = tmp_path / "sets.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ParameterError, match=text):
        read_sets(file)


FEW, MANY = 20, 400
MEASURE = [sys.executable, "-m", "tests.bench.sweep", "press"]
MOST_MEMORY = 1.1
"""Memory of the parent with MANY runs over that with FEW; a plan or a result that is kept for each
would be more."""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_runs():
    """What a run costs in time, ``make bench BENCH=sweep`` measures."""
    few, many = (
        json.loads(subprocess.check_output([*MEASURE, str(size)], cwd=ROOT, text=True))
        for size in (FEW, MANY)
    )
    assert many["parent_mb"] / few["parent_mb"] < MOST_MEMORY
