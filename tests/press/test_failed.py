"""A notebook that was not executed says so in its record, and shows nothing of an earlier run."""

import json

import pytest

from analysis.press import pool, run
from analysis.press.execute import execute_without_forks
from analysis.press.notebook import code_cells, failure, not_run, read_notebook, to_text

PARAMETERS = 'partner = "CHN"  # country'


@pytest.fixture
def go(here, make_notebook):
    """Run a notebook that has old outputs and an old record; the outcome and what was written."""
    path = make_notebook("a", "print('new')", parameters=PARAMETERS)
    content = read_notebook(path)
    content["metadata"]["papermill"] = {"parameters": {"partner": "USA"}, "exception": None}
    for cell in code_cells(content):
        cell |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": ["old"]}]}
    path.write_text(to_text(content))

    def go(**options):
        (outcome,) = run([path], places=here, parameters={"partner": "IND"}, **options)
        return outcome, json.loads(outcome.output.read_text())

    return go


def dies_at_the_start(monkeypatch, tmp_path):
    (tmp_path / "no_kernel").mkdir()
    (tmp_path / "no_kernel/ipykernel_launcher.py").write_text("raise SystemExit('no kernel')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "no_kernel"))
    return {"execute": execute_without_forks}


def has_no_room(monkeypatch, tmp_path):
    def write_text(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", write_text)
    return {}


def is_given_up(monkeypatch, tmp_path):
    def execute(job):
        raise RuntimeError("killed")

    return {"execute": execute}


@pytest.mark.parametrize("fails", [dies_at_the_start, has_no_room, is_given_up])
def test_no_path_keeps_old_outputs_or_hides_the_error(go, monkeypatch, tmp_path, fails):
    outcome, content = go(**fails(monkeypatch, tmp_path))
    assert outcome.status == "failed"
    assert "old" not in json.dumps(content["cells"])
    assert content["metadata"]["papermill"]["exception"] is True
    assert content["metadata"]["papermill"]["parameters"] == {"partner": "IND"}
    first, *others = code_cells(content)
    assert [output["output_type"] for output in first["outputs"]] == ["error"]
    assert not any(cell["outputs"] for cell in others)
    assert failure(content) == outcome.error


def test_a_run_that_succeeds_has_no_failure_in_its_record(go):
    outcome, content = go()
    assert (outcome.status, failure(content)) == ("run", "")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os; os.kill(os.getpid(), 9)", "Stopped: the kernel died"),
        ("%nosuchmagic x", "UsageError: Line magic function `%nosuchmagic` not found"),
    ],
)
def test_half_a_run_says_in_its_record_that_it_failed(here, make_notebook, cell, said):
    path = make_notebook("a", "1", cell)
    (outcome,) = run([path], places=here)
    content = json.loads(outcome.output.read_text())
    assert content["metadata"]["papermill"]["exception"] is True
    assert failure(content)
    assert said.partition(": ")[2] in failure(content)
    assert said.partition(": ")[2] in outcome.error
    assert "no message" not in outcome.error


def test_the_record_of_plain_papermill_is_read_too_and_a_notebook_without_code_is_marked():
    cell = {"cell_type": "code", "source": "1", "metadata": {"papermill": {"exception": True}}}
    assert failure({"cells": [cell], "metadata": {}}) == "its record does not say why"
    marked = {"tags": ["papermill-error-cell-tag"]}
    cell = {"cell_type": "markdown", "source": "", "metadata": marked}
    assert failure({"cells": [cell], "metadata": {}})
    assert failure(not_run({"cells": [], "metadata": {}}, "why"))
    raised = {"output_type": "error", "ename": "E", "evalue": "meant", "traceback": []}
    meant = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [raised]}
    assert failure({"cells": [meant], "metadata": {}}) == ""


def test_a_folder_for_temporary_files_without_room_is_explained(go, monkeypatch):
    monkeypatch.setattr(pool.tempfile, "gettempdir", lambda: "/proc")
    with pytest.raises(Exception, match=r"cannot be written: .*name another with TMPDIR"):
        go()
