import json
import re
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from analysis import cli, paths
from analysis.cli import main
from analysis.press import batch, sweep
from analysis.press.execute import Executed


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of two notebooks, the second of which fails."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    parameters = 'partner = "CHN"  # country\nfirst_year = 1992  # from 1960 to 2026'
    write(tmp_path / "notebooks/04_boom.ipynb", parameters, "print(partner)")
    write(tmp_path / "notebooks/05_turn.ipynb", parameters, "1 / 0")
    return tmp_path


def write(path, parameters, code):
    path.parent.mkdir(parents=True, exist_ok=True)
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[tagged, new_code_cell(code)]), path)


SWEEP = ["sweep", "04", "--over", "partner=IND"]


def ballast(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_run_tells_what_it_did_and_how_it_ended(project):
    result = ballast("run")
    assert result.exit_code == 1
    assert result.stdout.startswith("2 notebooks: 1 run, 0 unchanged, 1 failed")
    assert str(project / "build/notebooks") in result.stdout
    failed = "05_turn  FAILED in code cell 2 of 2 (`1 / 0`): ZeroDivisionError: division by zero"
    assert failed in result.stderr
    assert "how far it came: " + str(project / "build/notebooks/05_turn.ipynb") in result.stderr
    again = ballast("run", "04")
    assert again.exit_code == 0
    assert again.stdout.startswith("1 notebook: 0 run, 1 unchanged, 0 failed")
    for words, said in (
        (["04"], "04_boom: nothing changed since it was run; it would not run again.\n"),
        (["05"], "05_turn would run again: its last run failed in code cell 2 of 2"),
        (["04", "-p", "partner", "IND"], "04_boom__partner-IND would run: it has not been run be"),
    ):
        assert ballast("why", *words).stdout.startswith(said)


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (["run", "04", "-p", "partnr", "IND"], 2, "did you mean 'partner'"),
        (
            ["run", "04", "-p", "first_year", "abc", "-p", "x", "1"],
            2,
            "not an int; x='1' is unknown",
        ),
        (["run", "04", "-p", "partner=IND", "-p"], 2, "write -p NAME VALUE"),
        (["run", "04", "-p", "partner", "IND", "-p", "partner", "USA"], 2, "given twice"),
        (["run", "-p"], 2, "requires 2 arguments"),
        (["run", "04_bom"], 2, "did you mean '04_boom'"),
        (["run", "--in-place", "-p", "partner", "IND"], 2, "leave out either"),
        (["run", "--workers", "0"], 2, "workers"),
        (["run", "--time-limit", "0"], 2, "more than 0 seconds"),
        (["run", "04", "--output", "FILE"], 1, "cannot be written"),
        (["sweep", "04", "--over", "partnr=all"], 2, "did you mean 'partner'"),
        (["sweep", "04", "--over", "partner"], 2, "write NAME=VALUE,VALUE or NAME=all"),
        (["sweep", "04", "--over", "partner=all"], 2, "does not say what all values are"),
        (["sweep", "04"], 2, "there is nothing to go through"),
        (["sweep", "04", "--sets", "none.csv"], 2, "none.csv cannot be read"),
        ([*SWEEP, "--output", "FILE"], 1, "cannot be written"),
        ([*SWEEP, "--over", "partner=USA"], 2, "given twice"),
        ([*SWEEP, "--scheduler", "nonsense"], 1, "no scheduler answers at nonsense"),
        (["params", "FILE"], 2, "there is no notebook"),
        (["why", "07"], 2, "there is no notebook '07'"),
        (["book", "--input", "nowhere"], 1, "there is no folder"),
        (["data", "cite", "trade_anual"], 2, "did you mean 'trade_annual'"),
        (["rnu"], 2, "did you mean 'run'"),
        (["zzzzz"], 2, "There are run, sweep, params"),
    ],
)
def test_a_wrong_command_is_explained_without_a_traceback(project, words, status, text):
    (project / "FILE").write_text("")
    result = ballast(*(project / word if word == "FILE" else word for word in words))
    assert result.exit_code == status, result.output
    assert text.casefold() in result.stderr.casefold()
    assert "Traceback" not in result.output
    assert "?." not in result.output
    assert isinstance(result.exception, SystemExit)
    assert not list(project.rglob("build/notebooks/*"))


def test_sweep_tells_what_it_did_and_where_the_table_is(project, monkeypatch):
    def without_kernels(jobs):
        for job in jobs:
            for cell in job.notebook["cells"]:
                cell["metadata"]["papermill"] = {}
            error = "a reason" if job.name.startswith("05") else ""
            yield job, Executed(notebook=job.notebook, error=error, seconds=1.0)

    monkeypatch.setattr(sweep, "_sender", lambda *given: without_kernels)
    result = ballast("sweep", "04", "--over", "partner=IND,USA", "-p", "first_year", "2000")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 runs: 2 run, 0 unchanged, 0 failed")
    assert f"The table is {project / 'build/sweeps/04_boom/results.parquet'}" in result.stdout
    assert f"The runs are listed in {project / 'build/sweeps/04_boom/index.html'}" in result.stdout
    assert "04_boom__first_year-2000__partner-IND  " in result.stderr
    failed = ballast("sweep", "05", "--over", "partner=IND")
    assert failed.exit_code == 1
    assert failed.stdout.startswith("1 run: 0 run, 0 unchanged, 1 failed")
    assert failed.stderr == "05_turn__partner-IND  FAILED a reason\n"


def test_a_notebook_without_parameters_says_so_and_asks_for_no_mend(project):
    bare = new_notebook(cells=[new_code_cell("1")])
    nbformat.write(bare, project / "notebooks/00_start.ipynb")
    shown = ballast("params", "00")
    assert (shown.exit_code, shown.stdout) == (0, "Notebook 00_start takes no parameters.\n")


def test_the_help_of_sweep_has_examples():
    shown = ballast("sweep", "--help").stdout
    assert "  ballast sweep 04 --over partner=all\n" in shown
    assert "--scheduler tcp://" in shown
    assert "read_parquet" in shown


def test_params_prints_a_table_and_a_schema(project):
    assert "first_year  int   1992     from 1960 to 2026" in ballast("params", "04").stdout
    schema = json.loads(ballast("params", "04", "--json-schema").stdout)
    assert schema["properties"]["first_year"]["maximum"] == 2026


def test_the_examples_of_the_help_are_commands_that_exist():
    examples = re.findall(r"^  ballast (\w+)", cli.EXAMPLES, re.MULTILINE)
    assert len(examples) >= 5
    assert set(examples) <= set(cli.PARTS)
    shown = ballast("--help").stdout
    assert all(line in shown for line in cli.EXAMPLES.splitlines()[1:])


def test_every_part_can_be_imported_and_has_a_summary():
    listed = ballast("--help").stdout
    for name, (_, summary) in cli.PARTS.items():
        assert main.get_command(None, name).callback
        assert f"{name} " in listed
        assert summary in listed


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], ["analysis.press", "tqdm"]),
        (["params", "04"], ["papermill", "nbformat", "tqdm", "pandas", "numpy", "jupyter_client"]),
        (["run", "04"], ["papermill", "nbformat", "tqdm", "pandas", "numpy", "jupyter_client"]),
    ],
)
def test_only_what_is_needed_is_imported(project, words, absent, monkeypatch):
    def without_kernels(jobs, workers, execute):
        yield from ((job, Executed(notebook=job.notebook, error="", seconds=1.0)) for job in jobs)

    monkeypatch.setattr(batch, "execute_all", without_kernels)
    assert ballast("run", "04").exit_code == 0
    code = (
        "import pathlib, sys; from analysis import paths; from analysis.cli import main\n"
        f"paths.ROOT = pathlib.Path({str(project)!r}); paths.BUILD = paths.ROOT / 'build'\n"
        f"main({words!r}, standalone_mode=False)\n"
        f"print('imported:', sorted(set({absent!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("imported: []\n")
    assert "1 run" not in done.stdout
