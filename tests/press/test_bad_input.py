"""Bad notebooks among sound ones, as the command line meets them: explained, none hangs, nothing is
left behind."""

import json

import pytest

from analysis.press.notebook import code_cells, failure, read_notebook, source, to_text
from tests.press.command import Command

LIMIT = 20
"""Seconds that the command gives each notebook; only the one that never ends needs them."""
LARGEST_FILE = 2_000_000
"""Bytes that any process may write to one file, where a test takes the place of a full disk."""
TAKES_MEMORY = """\
import resource
limit = 2_000_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
taken = [bytearray(500_000_000) for _ in range(10)]"""
NOTEBOOKS = {
    "a_killed": ["1", "# words", "import os\nos.kill(os.getpid(), 9)", "1"],
    "b_no_memory": [TAKES_MEMORY],
    "c_never_ends": ["1", "import time\nwhile True: time.sleep(0.1)", "1"],
    "d_unknown_kernel": ["'ran'"],
    "e_not_json": ["1"],
    "f_two_parameter_cells": ["1"],
    "g_no_nbformat": ["1"],
    "h_no_source": ["1"],
    "h_raises": ["1", "\n1 / 0", "1"],
    "i_magic": ["1", "%nosuchmagic x", "1"],
    "y_no_kernelspec": ["'too'"],
    "z_sound": ["raise SystemExit", "'sound'"],
}
ERRORS = {
    "a_killed": ("in code cell 2 of 3 (`import os`): the kernel died",),
    "b_no_memory": ("in code cell 1 of 1 (`import resource`): MemoryError",),
    "c_never_ends": ("in code cell 2 of 3 (`import time`)", f"time limit of {LIMIT} s was over"),
    "e_not_json": ("not valid JSON", "restore it"),
    "f_two_parameter_cells": ("2 cells tagged 'parameters'", "exactly one"),
    "g_no_nbformat": ("not a notebook of format 4",),
    "h_no_source": ("not a notebook of format 4",),
    "h_raises": ("in code cell 2 of 3 (`1 / 0`): ZeroDivisionError: division by zero",),
    "i_magic": ("UsageError: Line magic function `%nosuchmagic` not found",),
}


def run(root, *words, **options):
    """The command, when it has ended, with its status and what it said."""
    command = Command(root, "run", *words, "--time-limit", LIMIT, **options)
    return command, *command.end()


@pytest.fixture(scope="module")
def batch(tmp_path_factory, build_notebook):
    """Every bad notebook and the sound ones in one call, two at a time."""
    root = tmp_path_factory.mktemp("project")
    folder = root / "notebooks"
    paths = {name: build_notebook(folder, name, cells) for name, cells in NOTEBOOKS.items()}
    unknown = read_notebook(paths["d_unknown_kernel"])
    unknown["metadata"]["kernelspec"] |= {"name": "on_another_machine", "display_name": "Mine"}
    paths["d_unknown_kernel"].write_text(to_text(unknown))
    paths["e_not_json"].write_text('{"cells": [')
    twice = read_notebook(build_notebook(folder, "f_two_parameter_cells", ["1"], "x = 1  # one"))
    twice["cells"].append(twice["cells"][1] | {"id": "another"})
    paths["f_two_parameter_cells"].write_text(to_text(twice))
    paths["g_no_nbformat"].write_text(json.dumps({"cells": []}))
    empty = read_notebook(paths["h_no_source"])
    empty["cells"][-1]["source"] = None
    paths["h_no_source"].write_text(json.dumps(empty))
    bare = read_notebook(paths["y_no_kernelspec"]) | {"metadata": {}}
    paths["y_no_kernelspec"].write_text(to_text(bare))
    return run(root, *paths.values())


@pytest.mark.parametrize("name", ERRORS)
def test_each_bad_notebook_ends_in_an_explained_error(batch, name):
    _, status, _, err = batch
    assert status == 1
    (line,) = [line for line in err.splitlines() if line.startswith(f"{name}  FAILED")]
    assert all(words in line for words in ERRORS[name]), line
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["a_killed", "c_never_ends", "h_raises", "i_magic"])
def test_what_was_done_until_the_failure_is_kept_and_marked(batch, name):
    content = json.loads((batch[0].root / f"out/{name}.ipynb").read_text())
    first, failing, last = code_cells(content)
    assert first["execution_count"] == 1
    assert failing["outputs"][-1]["output_type"] == "error"
    assert (last["outputs"], last["execution_count"]) == ([], None)
    assert "An Exception was encountered at" in source(content["cells"][0])
    assert content["metadata"]["papermill"]["exception"] is True
    assert failure(content).partition(": ")[2] in batch[3]


def test_the_others_finish_and_a_kernel_that_is_not_registered_is_not_needed(batch):
    command, _, out, _ = batch
    assert out.startswith(f"{len(NOTEBOOKS)} notebooks: 3 run, 0 unchanged, {len(ERRORS)} failed")
    for name, shown in (("z_sound", "'sound'"), ("d_unknown_kernel", "'ran'"), ("y_no_", "'too'")):
        (path,) = (command.root / "out").glob(f"{name}*")
        assert shown in path.read_text()


def test_no_process_and_no_temporary_file_is_left(batch):
    assert batch[0].leftovers() == []


def test_parameters_for_a_notebook_that_declares_none(tmp_path, make_notebook):
    paths = [make_notebook(name, "1") for name in "ab"]
    command, status, _, err = run(tmp_path, *paths, "-p", "x", "1")
    assert status == 1
    for name in "ab":
        assert f"{name}  FAILED notebook {name} takes no parameters: it has no cell tagged" in err
    assert command.leftovers() == []


@pytest.mark.parametrize("place", ["a file in the way", "a folder of the system"])
def test_an_output_that_cannot_be_written_is_explained_before_anything_runs(
    tmp_path, make_notebook, place
):
    (tmp_path / "file").write_text("")
    mark = tmp_path / "ran"
    output = {"a file in the way": tmp_path / "file/out", "a folder of the system": "/proc/out"}
    path = make_notebook("a", f"open({str(mark)!r}, 'w')")
    command, status, _, err = run(tmp_path, path, "--output", output[place])
    assert status == 1
    assert f"{output[place]} cannot be written" in err
    assert "choose another folder" in err
    assert not mark.exists()
    assert command.leftovers() == []


def test_a_folder_for_temporary_files_with_a_long_path_costs_time_and_no_result(
    tmp_path, make_notebook
):
    long = tmp_path.parent / f"{tmp_path.name}{'long' * 20}"
    long.mkdir()
    command, status, out, err = run(tmp_path, make_notebook("a", "'ran'"), temporary=long)
    assert (status, err.count("Traceback")) == (0, 0), err
    assert "not forked" not in err
    assert out.startswith("1 notebook: 1 run")
    assert command.leftovers() == []


@pytest.mark.slow
def test_a_full_disk_fails_what_does_not_fit_and_nothing_else(tmp_path, make_notebook):
    """Files beyond a size cannot be written here, so a large result meets what it would on a full
    disk."""
    large = make_notebook("a", f"print('x' * {2 * LARGEST_FILE})")
    small, limited = make_notebook("b", "'small'"), ("prlimit", f"--fsize={LARGEST_FILE}")
    command, status, out, err = run(tmp_path, large, small, before=limited)
    assert status == 1
    assert "1 run, 0 unchanged, 1 failed" in out
    assert "a.ipynb cannot be written: File too large" in err
    assert "'small'" in (tmp_path / "out/b.ipynb").read_text()
    assert not (tmp_path / "out/a.ipynb").exists()
    assert command.leftovers() == []
