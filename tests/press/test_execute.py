import json
import sys

import pytest

from analysis.press import Places, run
from analysis.press.execute import execute_with_papermill, execute_without_forks
from analysis.press.notebook import code_cells, source

SAYS_WHERE = """
import json, os, pathlib, sys
folder = pathlib.Path(os.environ["BALLAST_RUN_DIR"])
(folder / "measured.jsonl").write_text(json.dumps({"claim": "C01", "value": 1}) + "\\n" + '{"cut')
names = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MPLBACKEND")
empty = {path.name for path in folder.glob("*.jsonl")} == {"measured.jsonl", "used.jsonl"}
print(json.dumps({"executable": sys.executable, "cwd": os.getcwd(), "empty": empty}
                 | {name: os.environ[name] for name in names}))
"""
SECONDS = 15.0
"""Time limit of the batch: many times what its sound notebooks take."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory, build_notebook):
    """One batch on real kernels: a sound notebook among every kind of bad one."""
    root = tmp_path_factory.mktemp("project")
    notebooks = {
        "a_fails_too": ["y = x + 1"],
        "b_fails": ["y = 1", "# words", "\n1 / 0", "y"],
        "c_dies": ["y = 1", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "y"],
        "d_never_ends": ["y = 1", "while True: pass", "y"],
        "e_sound": ["x", "raise SystemExit"],
        "f_without_kernelspec": ["1 + 1"],
    }
    for name, texts in notebooks.items():
        parameters = "x = (1,)  # numbers" if "x" in texts[0] else None
        path = build_notebook(root / "notebooks", name, texts, parameters)
        if name == "f_without_kernelspec":
            path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": {}}))
    places = Places(root=root, output=root / "out", cache=root / "cache")
    outcomes = run(time_limit=SECONDS, places=places)
    return {outcome.name: outcome for outcome in outcomes}


def outputs(outcome):
    return [cell["outputs"] for cell in code_cells(json.loads(outcome.output.read_text()))]


def test_bad_notebooks_stop_no_other(ran):
    sound = {"e_sound", "f_without_kernelspec"}
    assert {name for name, outcome in ran.items() if outcome.status == "run"} == sound
    assert {outcome.status for name, outcome in ran.items() if name not in sound} == {"failed"}


def test_an_error_names_its_cell_and_last_line(ran):
    assert (
        ran["b_fails"].error == "in code cell 2 of 3 (`1 / 0`): ZeroDivisionError: division by zero"
    )
    assert ran["a_fails_too"].error.startswith(
        "in code cell 2 of 2 (`y = x + 1`): TypeError: can only concatenate"
    )


def test_a_kernel_that_was_killed_names_its_cell(ran):
    assert ran["c_dies"].error.startswith("in code cell 2 of 3 (`import os, signal; os.kill")
    assert "the kernel died" in ran["c_dies"].error


def test_the_time_limit_names_its_cell(ran):
    limit = f"the notebook's time limit of {SECONDS:g} s was over"
    assert ran["d_never_ends"].error == f"in code cell 2 of 3 (`while True: pass`): {limit}"


@pytest.mark.parametrize("name", ["b_fails", "c_dies", "d_never_ends"])
def test_what_was_done_until_the_failure_is_kept_and_marked(ran, name):
    content = json.loads(ran[name].output.read_text())
    first, failing, last = code_cells(content)
    assert first["execution_count"] == 1
    assert [output["output_type"] for output in failing["outputs"]][-1] == "error"
    assert last["outputs"] == []
    assert last["execution_count"] is None
    assert "An Exception was encountered at" in source(content["cells"][0])


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


def test_system_exit_is_not_a_failure_and_a_kernelspec_is_not_needed(ran):
    assert ran["e_sound"].error == ""
    assert outputs(ran["f_without_kernelspec"])[0][0]["data"] == {"text/plain": ["2"]}
