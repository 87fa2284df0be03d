"""Probes 7 to 9: a killed kernel, data that changed after a run, and validation by several
workers."""

import subprocess
import time

import pytest

from analysis.paths import ROOT
from analysis.press import run
from analysis.press.notebook import code_cells, read_notebook, to_text

KILLS = (
    "import os, pathlib, signal\npathlib.Path('killed').touch()\nos.kill(os.getpid(),"
    " signal.SIGKILL)"
)
PROMPT = 10.0
"""Seconds after a kernel was killed in which the run must have ended and said so; it takes one on
an idle machine."""
READS = """\
import hashlib, json, os, pathlib
table = pathlib.Path({table!r}).read_bytes()
if "BALLAST_RUN_DIR" in os.environ:
    read = {{"table": "trade", "sha256": hashlib.sha256(table).hexdigest()}}
    records = pathlib.Path(os.environ["BALLAST_RUN_DIR"]) / "loaded.jsonl"
    records.write_text(json.dumps(read) + "\\n")
print(table.decode())"""
"""Reads a table and says so, as `analysis.tables.load` does."""


def test_a_killed_kernel_is_reported_with_its_cell(here, make_notebook):
    path = make_notebook("a", "x = 1", KILLS, "x")
    (outcome,) = run([path], places=here)
    assert time.time() - path.with_name("killed").stat().st_mtime < PROMPT
    assert outcome.error.startswith(
        "in code cell 2 of 3 (`import os, pathlib, signal`): the kernel died"
    )


@pytest.mark.slow
def test_nbval_still_hangs_on_a_killed_kernel(make_notebook, stock, still):
    path = make_notebook("a", "x = 1", KILLS, "x")
    try:
        words = ("pytest", "--nbval-lax", "-p", "no:cacheprovider", path.name)
        said = stock(*words, folder=path.parent, wait=3 * PROMPT)
    except subprocess.TimeoutExpired:
        return
    still(False, "nbval waits for minutes for a kernel that was killed", said)


@pytest.fixture
def reader(places, make_notebook):
    """A notebook that reads the table trade, and the table."""
    table = places.root / "data/tidy/trade.csv"
    table.write_text("value\n1\n")
    return make_notebook("a", READS.format(table=str(table))), table


def test_changed_data_are_read_again(places, reader, printed):
    path, table = reader
    (first,) = run([path], places=places)
    (again,) = run([path], places=places)
    table.write_text("value\n2\n")
    (changed,) = run([path], places=places)
    assert [outcome.status for outcome in (first, again, changed)] == ["run", "unchanged", "run"]
    assert "2" in printed(changed.output)


@pytest.mark.slow
def test_jupyter_cache_still_serves_old_data(reader, stock, still, printed):
    path, table = reader

    def jcache(*words):
        place = str(path.with_name("cache"))
        return stock("jcache", *words, folder=path.parent, JUPYTERCACHE=place)

    assert jcache("notebook", "add", path).status == 0
    assert jcache("project", "execute").status == 0
    table.write_text("value\n2\n")
    said, merged = jcache("project", "execute"), path.with_name("merged.ipynb")
    assert jcache("notebook", "merge", path, merged).status == 0
    still("1" in printed(merged), "jupyter-cache serves a result made from other data", said)


def test_several_workers_keep_a_notebook_together(make_notebook, stock, still):
    """By default pytest-xdist deals out single cells; our settings give each notebook to one
    worker."""
    path = make_notebook("a", *[f"x{n} = x{n - 1} + 1" if n else "x0 = 0" for n in range(8)])
    content = read_notebook(path)
    for cell in code_cells(content):
        cell["execution_count"] = 1
    path.write_text(to_text(content))
    words = ("pytest", "--nbval", "-n", "2", "-p", "no:cacheprovider", "--color=no")
    settings = ("-c", ROOT / "pyproject.toml", "--rootdir", path.parent)
    ours = stock(*words, *settings, path.name, folder=path.parent)
    assert "8 passed" in ours.text, ours
    said = stock(*words, path.name, folder=path.parent)
    fault = "pytest -n breaks a notebook into cells on several kernels"
    still("NameError" in said.text, fault, said)
