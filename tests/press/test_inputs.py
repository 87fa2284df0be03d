"""What a notebook reads besides tables is part of what its result depends on: real kernels."""

import json
import os
import sqlite3

import pytest

from analysis.press import run, why
from analysis.press.execute import execute_without_forks
from analysis.press.notebook import code_cells


class Reader:
    """A notebook in a folder of its own, run again after a change."""

    def __init__(self, places, build_notebook):
        self.root, self.folder = places.root, places.root / "notebooks"
        self.places, self.build = places, build_notebook

    def write(self, *cells, **options):
        self.path = self.build(self.folder, "a", cells, **options)

    def run(self, **options):
        """How the run ended, and what the last cell printed."""
        (outcome,) = run([self.path], places=self.places, **options)
        assert (outcome.error, outcome.afresh) == ("", "")
        outputs = code_cells(json.loads(outcome.output.read_text()))[-1]["outputs"]
        return outcome.status, "".join(outputs[0]["text"]).strip()

    def why(self):
        return why(self.path, places=self.places)


@pytest.fixture
def reader(here, build_notebook, kept_warm, monkeypatch):
    monkeypatch.delenv("MINE", raising=False)
    return Reader(here, build_notebook)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def database(path, value):
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (x)")
        connection.execute("insert into t values (?)", [value])
    connection.close()


READS = {
    "a table of its own": (
        "import pandas as pd; print(pd.read_csv('mine.csv').x[0])",
        lambda folder, value: write(folder / "mine.csv", f"x\n{value}\n"),
        "mine.csv changed",
    ),
    "a module beside it": (
        "import helper; print(helper.RATE)",
        lambda folder, value: write(folder / "helper.py", f"RATE = {value}\n"),
        "helper.py changed",
    ),
    "a package elsewhere": (
        "import sys; sys.path.insert(0, '../lib'); import own.part; print(own.part.RATE)",
        lambda folder, value: [
            write(folder.parent / "lib/own/__init__.py", ""),
            write(folder.parent / "lib/own/part.py", f"RATE = {value}\n"),
        ],
        "part.py changed",
    ),
    "a database": (
        "import sqlite3; print(sqlite3.connect('my.db').execute('select x from t').fetchone()[0])",
        lambda folder, value: database(folder / "my.db", value),
        "my.db changed",
    ),
    "a variable": (
        "import os; print(os.getenv('MINE'))",
        lambda folder, value: os.environ.update(MINE=str(value)),
        "variable MINE changed",
    ),
    "a file that was not there": (
        "try: print(open('late.txt').read())\nexcept FileNotFoundError: print(1)",
        lambda folder, value: write(folder / "late.txt", str(value)) if value == 2 else None,
        "late.txt changed",
    ),
    "the names in a folder": (
        "import pathlib; print(len(list(pathlib.Path('some').glob('*.txt'))))",
        lambda folder, value: write(folder / f"some/{value}.txt", ""),
        "some changed",
    ),
}


@pytest.mark.parametrize("name", READS)
def test_what_a_notebook_reads_runs_it_again_when_it_changes(reader, name, monkeypatch):
    cell, change, said = READS[name]
    monkeypatch.setenv("MINE", "1")
    reader.write(cell)
    change(reader.folder, 1)
    assert reader.run() == ("run", "1")
    assert reader.run() == ("unchanged", "1")
    change(reader.folder, 2)
    assert said in reader.why()
    assert reader.run() == ("run", "2")


@pytest.mark.parametrize("execute", [{}, {"execute": execute_without_forks}])
def test_an_edit_of_the_same_size_and_time_is_seen_whatever_bytecode_there_is(reader, execute):
    module = reader.folder / "helper.py"
    reader.write("import helper; print(helper.RATE)")
    for value in (1, 2):
        write(module, f"RATE = {value}\n")
        os.utime(module, (1_700_000_000, 1_700_000_000))
        assert reader.run(**execute) == ("run", str(value))
        assert not list(reader.folder.glob("__pycache__"))


def test_what_a_notebook_has_written_itself_is_no_input(reader):
    reader.write("open('own.txt', 'w').write('x'); print(open('own.txt').read())")
    assert reader.run() == ("run", "x")
    write(reader.folder / "own.txt", "another")
    assert reader.run() == ("unchanged", "x")


def test_a_file_that_changes_after_it_was_read_is_not_trusted(reader):
    write(reader.folder / "mine.txt", "1")
    reader.write("print(open('mine.txt').read()); open('mine.txt', 'r+').write('2')")
    assert reader.run() == ("run", "1")
    assert reader.run() == ("run", "2")


POOL = "import multiprocessing\nwith multiprocessing.get_context('spawn').Pool(1): print(1)"
ASKS = """\
import socket, urllib.request
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
print(1)"""
OUT_OF_SIGHT = {
    "!cat mine.txt": "it started the program",
    "import os; os.system('true'); print(1)": "it started the program",
    POOL: "it started the program of a pool of processes",
    ASKS: "it made a connection to 127.0.0.1",
}


@pytest.mark.parametrize("cell", OUT_OF_SIGHT)
def test_a_notebook_whose_inputs_are_out_of_sight_is_never_called_unchanged(reader, cell):
    write(reader.folder / "mine.txt", "1")
    reader.write(cell)
    assert reader.run()[0] == "run"
    assert OUT_OF_SIGHT[cell] in reader.why()
    assert reader.run()[0] == "run"


PIPE = """\
import os
os.mkfifo("pipe")
end = os.open("pipe", os.O_RDWR)
os.write(end, b"once")
print(os.read(end, 4).decode())"""


def test_a_pipe_is_not_read_again_and_what_it_said_is_not_trusted(reader):
    reader.write(PIPE)
    assert reader.run(time_limit=20) == ("run", "once")
    assert "pipe changed" in reader.why()
