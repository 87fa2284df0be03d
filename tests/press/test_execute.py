"""Notebooks in real kernels; one that was not executed says so in its record, and shows nothing of
an earlier run."""

import json
import sys

import pytest

from analysis.press import pool, run
from analysis.press.execute import execute_with_papermill, execute_without_forks
from analysis.press.notebook import code_cells, failure, not_run, read_notebook, to_text

SAYS_WHERE = """
import json, os, pathlib, sys
folder = pathlib.Path(os.environ["BALLAST_RUN_DIR"])
(folder / "measured.jsonl").write_text(json.dumps({"claim": "C01", "value": 1}) + "\\n" + '{"cut')
names = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MPLBACKEND")
empty = {path.name for path in folder.glob("*.jsonl")} == {"measured.jsonl", "used.jsonl"}
print(json.dumps({"executable": sys.executable, "cwd": os.getcwd(), "empty": empty}
                 | {name: os.environ[name] for name in names}))
"""


def outputs(outcome):
    return [cell["outputs"] for cell in code_cells(json.loads(outcome.output.read_text()))]


def test_the_kernel_is_this_interpreter_whatever_is_registered(
    tmp_path, here, build_notebook, monkeypatch
):
    path = build_notebook(tmp_path / "notebooks {x}", "sound", [SAYS_WHERE])
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    other = tmp_path / "jupyter/kernels/python3/kernel.json"
    other.parent.mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "Another", "language": "python"}
    other.write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    (outcome,) = run([path], places=here)
    assert outcome.error == ""
    ((printed,),) = outputs(outcome)
    assert json.loads(printed["text"][0]) == {
        "executable": sys.executable,
        "cwd": str(path.parent),
        "empty": True,
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    assert outcome.measured == [{"claim": "C01", "value": 1}]


@pytest.mark.parametrize(
    ("execute", "forked"), [(execute_with_papermill, True), (execute_without_forks, False)]
)
def test_kernels_are_forked_unless_that_is_not_wanted(here, build_notebook, execute, forked):
    asks = "import psutil; print('preloaded' in ' '.join(psutil.Process().cmdline()))"
    paths = [build_notebook(here.root / "notebooks", name, [asks]) for name in ("a", "b")]
    for outcome in run(paths, places=here, execute=execute):
        assert (outcome.error, outcome.afresh) == ("", "")
        assert outputs(outcome)[0][0]["text"] == [f"{forked}\n"]


@pytest.fixture
def go(here, make_notebook, kept_warm):
    """Run a notebook that has old outputs and an old record; the outcome and what was written."""
    path = make_notebook("a", "print('new')", parameters='partner = "CHN"  # country')
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


def test_the_record_of_plain_papermill_is_read_too_and_a_notebook_without_code_is_marked():
    cell = {"cell_type": "code", "source": "1", "metadata": {"papermill": {"exception": True}}}
    assert failure({"cells": [cell], "metadata": {}}) == "its record does not say why"
    assert failure(not_run({"cells": [], "metadata": {}}, "why"))
    raised = {"output_type": "error", "ename": "E", "evalue": "meant", "traceback": []}
    meant = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [raised]}
    assert failure({"cells": [meant], "metadata": {}}) == ""


def test_a_folder_for_temporary_files_without_room_is_explained(go, monkeypatch):
    monkeypatch.setattr(pool.tempfile, "gettempdir", lambda: "/proc")
    with pytest.raises(Exception, match=r"cannot be written: .*name another with TMPDIR"):
        go()
