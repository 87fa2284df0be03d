"""The stock chain (papermill, nbval, jupyter-cache), run as its users run it, beside the press."""

import json
import os
import subprocess
import sys

import pytest

from analysis.errors import ParameterError
from analysis.paths import ROOT
from analysis.press import Places, run
from analysis.press.notebook import code_cells, read_notebook, to_text
from analysis.press.parameters import declaration, parameter_table

pytestmark = pytest.mark.slow
WAIT = 240.0
"""Seconds to wait for a stock tool: many times what it takes on an idle machine."""


def stock(*words, folder, wait=WAIT, **variables):
    """Status and words of a stock tool, by its name in the environment, in a folder, with more
    variables; it is told yes if it asks."""
    command = [os.path.join(os.path.dirname(sys.executable), words[0]), *map(str, words[1:])]
    plain = {name: os.environ[name] for name in os.environ if name != "MPLBACKEND"}
    own = {"PYTEST_ADDOPTS": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1", **variables}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    how = {"cwd": folder, "env": plain | own, "timeout": wait, "input": "y\n" * 9, **pipes}
    done = subprocess.run(command, **how)
    return done.returncode, done.stdout


def still(wrong, fault, said=""):
    """Notice the day that a stock tool is mended."""
    told = "fixed upstream, or failing in another way"
    assert wrong, f"{told}: {fault}. If it is fixed, drop our workaround.\n{said[-2000:]}"


def printed(path):
    """What the code cells of an executed notebook printed, or showed as their value."""
    outputs = [one for cell in code_cells(json.loads(path.read_text())) for one in cell["outputs"]]
    texts = (one.get("text") or one.get("data", {}).get("text/plain") or [] for one in outputs)
    return "".join(map("".join, texts))


PARAMETERS = """\
import datetime
partner = "CHN"  # country
first_year = 1992  # first year = start of the figure; from 1960 to 2026
windows = (3, 5)  # years; from 1 to 20
day = datetime.date(2025, 5, 29)  # nothing later is used
"""
SHOWS = "import json\nprint(json.dumps([partner, first_year, repr(windows), repr(day)]))"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory, build_notebook):
    return build_notebook(tmp_path_factory.mktemp("project"), "a", [SHOWS], PARAMETERS)


@pytest.fixture(scope="module")
def papermill(notebook):
    """What papermill's command says and shows for a misspelt name, a word for a number, a tuple and
    a date."""
    output = notebook.with_name("stock.ipynb")
    given = {"partnr": "IND", "first_year": "abc", "windows": "(1, 2)", "day": "2024-02-29"}
    words = [word for name, value in given.items() for word in ("-p", name, value)]
    status, said = stock("papermill", notebook, output, *words, folder=notebook.parent)
    assert status == 0, said
    return json.loads(printed(output))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"partnr": "IND"}, r"partnr='IND' is unknown \(did you mean 'partner'\?\)"),
        ({"first_year": "abc"}, "first_year='abc' is not an int"),
    ],
)
def test_a_misspelt_parameter_and_a_wrong_type(notebook, here, papermill, given, said):
    with pytest.raises(ParameterError, match=said):
        run([notebook], parameters=given, text=True, places=here)
    assert not here.output.exists()
    still(papermill[0] == "CHN", "papermill runs a misspelt parameter with the default, exit 0")
    still(papermill[1] == "abc", "papermill accepts a word for a number")


def test_tuples_and_dates_arrive_as_what_they_are(notebook, here, papermill, kept_warm):
    given = {"windows": "(1, 2)", "day": "2024-02-29"}
    (outcome,) = run([notebook], parameters=given, text=True, places=here)
    assert outcome.error == ""
    arrived = ["CHN", 1992, "(1, 2)", "datetime.date(2024, 2, 29)"]
    assert json.loads(printed(outcome.output)) == arrived
    still(papermill[2] == "'(1, 2)'", "papermill gives a tuple as a string")
    still(papermill[3] == "'2024-02-29'", "papermill gives a date as a string")


def test_a_comment_with_an_equals_sign(notebook):
    declared = declaration(read_notebook(notebook), "a")
    assert declared["first_year"].meaning == "first year = start of the figure"
    assert "first_year" in parameter_table(declared)
    _, said = stock("papermill", "--help-notebook", notebook, folder=notebook.parent)
    assert "windows" in said
    still("first_year:" not in said, "papermill's help lost a parameter", said)


NOISE = "import os\nfactor = 1 + float(os.environ.get('CONFORMANCE_CHANGE', '0'))"
RAW_NUMBER = "print(147.0123 * factor / 3)"
ROUNDED = """\
import pandas as pd
from analysis.models.result import text_table
print(text_table(pd.DataFrame({"trade_usd_bn": [146.9321 * factor, 244.8193]}), digits=1))"""
BARE_PLOT = """\
import matplotlib.pyplot as plt
plt.plot([2021, 2024], [146.9321, 244.8193 * factor])
plt.show()"""
OUR_PLOT = """\
import pandas as pd
from analysis.figures import marks, show
from analysis.figures.canvas import canvas
alt = "A line that rises from the first year to the last, made up for this test."
ax = canvas("Trade rose", unit="USD billion", source="made up for this test", alt=alt)
marks.line(ax, pd.Series([146.9321, 244.8193 * factor], index=[2021, 2024]), label="total")
show(ax)"""
SHOWN = {"raw": RAW_NUMBER, "rounded": ROUNDED, "bare_plot": BARE_PLOT, "our_plot": OUR_PLOT}
SMALL, LARGE = "1e-12", "1e-3"


@pytest.fixture(scope="module")
def reruns(tmp_path_factory, build_notebook):
    """A notebook executed once, then validated by nbval with its numbers a little, or much,
    different."""
    root = tmp_path_factory.mktemp("project")
    path = build_notebook(root, "a", [NOISE, *SHOWN.values()])
    places = Places(root=root, output=root / "out", cache=root / "cache")
    (outcome,) = run([path], in_place=True, places=places)
    assert outcome.error == ""
    words = ("pytest", "--nbval", "-p", "no:cacheprovider", "-rA", "--color=no")
    return {
        change: stock(*words, path.name, folder=root, CONFORMANCE_CHANGE=change)[1]
        for change in (SMALL, LARGE)
    }


def passed(said, name):
    """Whether the cell that shows something passed; neither is an error of the test itself."""
    cell = f"a.ipynb::Cell {1 + [*SHOWN].index(name)}"
    verdicts = {word: f"{word} {cell}" in said for word in ("PASSED", "FAILED")}
    assert sum(verdicts.values()) == 1, said[-3000:]
    return verdicts["PASSED"]


def test_float_noise_passes_and_a_real_difference_fails_also_in_a_plot(reruns):
    for name in ("rounded", "our_plot"):
        assert passed(reruns[SMALL], name)
        assert not passed(reruns[LARGE], name)
    still(not passed(reruns[SMALL], "raw"), "nbval fails a number that differs by 1e-12")
    still(passed(reruns[LARGE], "bare_plot"), "nbval passes a plot of other numbers")


KILLS = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def test_nbval_still_hangs_on_a_killed_kernel(make_notebook):
    path = make_notebook("a", "x = 1", KILLS, "x")
    words = ("pytest", "--nbval-lax", "-p", "no:cacheprovider", path.name)
    with pytest.raises(subprocess.TimeoutExpired):
        stock(*words, folder=path.parent, wait=30)


READS = """\
import hashlib, json, os, pathlib
table = pathlib.Path({table!r}).read_bytes()
if "BALLAST_RUN_DIR" in os.environ:
    read = {{"table": "trade", "sha256": hashlib.sha256(table).hexdigest()}}
    records = pathlib.Path(os.environ["BALLAST_RUN_DIR"]) / "loaded.jsonl"
    records.write_text(json.dumps(read) + "\\n")
print(table.decode())"""
"""Reads a table and says so, as `analysis.tables.load` does."""


@pytest.fixture
def reader(places, make_notebook):
    """A notebook that reads the table trade, and the table."""
    table = places.root / "data/tidy/trade.csv"
    table.write_text("value\n1\n")
    return make_notebook("a", READS.format(table=str(table))), table


def test_changed_data_are_read_again(places, reader, kept_warm):
    path, table = reader
    (first,) = run([path], places=places)
    (again,) = run([path], places=places)
    table.write_text("value\n2\n")
    (changed,) = run([path], places=places)
    assert [outcome.status for outcome in (first, again, changed)] == ["run", "unchanged", "run"]
    assert "2" in printed(changed.output)


def test_jupyter_cache_still_serves_old_data(reader):
    path, table = reader

    def jcache(*words):
        place = str(path.with_name("cache"))
        status, said = stock("jcache", *words, folder=path.parent, JUPYTERCACHE=place)
        assert status == 0, said

    jcache("notebook", "add", path)
    jcache("project", "execute")
    table.write_text("value\n2\n")
    jcache("project", "execute")
    jcache("notebook", "merge", path, path.with_name("merged.ipynb"))
    old = "1" in printed(path.with_name("merged.ipynb"))
    still(old, "jupyter-cache serves a result made from other data")


def test_several_workers_keep_a_notebook_together(make_notebook):
    """By default pytest-xdist deals out single cells; our settings give each notebook to one
    worker."""
    path = make_notebook("a", *[f"x{n} = x{n - 1} + 1" if n else "x0 = 0" for n in range(8)])
    content = read_notebook(path)
    for cell in code_cells(content):
        cell["execution_count"] = 1
    path.write_text(to_text(content))
    words = ("pytest", "--nbval", "-n", "2", "-p", "no:cacheprovider", "--color=no")
    settings = ("-c", ROOT / "pyproject.toml", "--rootdir", path.parent)
    assert "8 passed" in stock(*words, *settings, path.name, folder=path.parent)[1]
    _, said = stock(*words, path.name, folder=path.parent)
    still("NameError" in said, "pytest -n breaks a notebook into cells on several kernels", said)
