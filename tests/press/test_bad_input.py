"""Bad notebooks among sound ones, as the command line meets them: explained, none hangs, nothing is
left behind."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from analysis.press.notebook import read_notebook, to_text

LIMIT = 20
"""Seconds that the command gives each notebook; only the one that never ends needs them."""
WAIT = 240.0
"""Seconds to wait for the whole command."""
GRACE = 60.0
"""Seconds for processes to go."""
LARGEST_FILE = 2_000_000
"""Bytes that any process may write to one file, where a test takes the place of a full disk."""
TAKES_MEMORY = """\
import resource
limit = 2_000_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
taken = [bytearray(500_000_000) for _ in range(10)]"""
NOTEBOOKS = {
    "a_killed": ["1", "import os\nos.kill(os.getpid(), 9)"],
    "b_no_memory": [TAKES_MEMORY],
    "c_never_ends": ["import time\nwhile True: time.sleep(0.1)"],
    "d_unknown_kernel": ["'ran'"],
    "e_not_json": ["1"],
    "f_two_parameter_cells": ["1"],
    "g_no_nbformat": ["1"],
    "z_sound": ["'sound'"],
}
ERRORS = {
    "a_killed": ("in code cell 2 of 2 (`import os`): the kernel died",),
    "b_no_memory": ("in code cell 1 of 1 (`import resource`): MemoryError",),
    "c_never_ends": ("in code cell 1 of 1 (`import time`)", f"time limit of {LIMIT} s was over"),
    "e_not_json": ("not valid JSON", "restore it"),
    "f_two_parameter_cells": ("2 cells tagged 'parameters'", "exactly one"),
    "g_no_nbformat": ("not a notebook of format 4",),
}


class Command:
    """`ballast run` in a folder of its own, with its own folder for temporary files."""

    def __init__(self, root, temporary=""):
        self.root = root
        self.temporary = Path(
            tempfile.mkdtemp(temporary, dir=root.parent)
        )  # short enough for a socket if left alone

    def run(self, *notebooks, output="out", largest_file=None, options=()):
        words = [
            "run",
            *map(str, notebooks),
            "--output",
            str(self.root / output),
            "--cache",
            str(self.root / "cache"),
        ]
        words += ["--time-limit", str(LIMIT), *options]
        command = [sys.executable, "-c", "from analysis.cli import main; main()", *words]
        if largest_file:
            command = ["prlimit", f"--fsize={largest_file}", *command]
        environment = os.environ | {"TMPDIR": str(self.temporary)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, env=environment, start_new_session=True, **pipes)
        out, err = process.communicate(timeout=WAIT)
        return process.returncode, out, err

    def leftovers(self):
        """Files half written or temporary, and processes that still know this folder."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        files = [path for path in files if path.suffix == ".tmp" or self.temporary in path.parents]
        deadline = time.monotonic() + GRACE
        while (processes := self._processes()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return files + processes

    def _processes(self):
        found = []
        for process in psutil.process_iter():
            try:
                if (
                    process.environ().get("TMPDIR") == str(self.temporary)
                    and process.status() != "zombie"
                ):
                    found.append(process)
            except psutil.Error:  # gone, or of another user
                continue
        return found


@pytest.fixture(scope="module")
def batch(tmp_path_factory, build_notebook):
    """Every bad notebook and a sound one in one call, two at a time."""
    root = tmp_path_factory.mktemp("project")
    paths = {
        name: build_notebook(root / "notebooks", name, cells) for name, cells in NOTEBOOKS.items()
    }
    unknown = read_notebook(paths["d_unknown_kernel"])
    unknown["metadata"]["kernelspec"] |= {
        "name": "on_another_machine",
        "display_name": "Python (mine)",
    }
    paths["d_unknown_kernel"].write_text(to_text(unknown))
    paths["e_not_json"].write_text('{"cells": [')
    twice = read_notebook(
        build_notebook(root / "notebooks", "f_two_parameter_cells", ["1"], "x = 1  # a number")
    )
    twice["cells"].append(twice["cells"][1] | {"id": "another"})
    paths["f_two_parameter_cells"].write_text(to_text(twice))
    paths["g_no_nbformat"].write_text(json.dumps({"cells": []}))
    command = Command(root)
    return command, command.run(*paths.values())


@pytest.mark.parametrize("name", ERRORS)
def test_each_bad_notebook_ends_in_an_explained_error(batch, name):
    _, (status, _, err) = batch
    assert status == 1
    (line,) = [line for line in err.splitlines() if line.startswith(f"{name}  FAILED")]
    assert all(words in line for words in ERRORS[name]), line
    assert "Traceback" not in err


def test_the_others_finish_and_a_kernel_that_is_not_registered_is_not_needed(batch):
    command, (_, out, _) = batch
    assert out.startswith(f"8 notebooks: 2 run, 0 unchanged, {len(ERRORS)} failed")
    for name, shown in (("z_sound", "'sound'"), ("d_unknown_kernel", "'ran'")):
        assert shown in (command.root / f"out/{name}.ipynb").read_text()


def test_no_process_and_no_temporary_file_is_left(batch):
    command, _ = batch
    assert command.leftovers() == []


def test_parameters_for_a_notebook_that_declares_none(tmp_path, make_notebook):
    command = Command(tmp_path)
    status, _, err = command.run(
        make_notebook("a", "1"), make_notebook("b", "1"), options=("-p", "x", "1")
    )
    assert status == 1
    for name in "ab":
        assert f"{name}  FAILED notebook {name} has no cell tagged 'parameters'" in err
    assert command.leftovers() == []


@pytest.mark.parametrize("place", ["a file in the way", "a folder of the system"])
def test_an_output_that_cannot_be_written_is_explained_before_anything_runs(
    tmp_path, make_notebook, place
):
    (tmp_path / "file").write_text("")
    output = {"a file in the way": "file/out", "a folder of the system": "/proc/out"}[place]
    command, mark = Command(tmp_path), tmp_path / "ran"
    status, _, err = command.run(make_notebook("a", f"open({str(mark)!r}, 'w')"), output=output)
    assert status == 1
    assert "cannot be written" in err
    assert "choose another folder" in err
    assert not mark.exists()
    assert command.leftovers() == []


def test_a_folder_for_temporary_files_with_a_long_path_costs_time_and_no_result(
    tmp_path, make_notebook
):
    command = Command(tmp_path, temporary="long" * 20)
    status, out, err = command.run(make_notebook("a", "'ran'"))
    assert (status, err.count("Traceback")) == (0, 0), err
    assert "not forked" not in err
    assert out.startswith("1 notebook: 1 run")
    assert command.leftovers() == []


@pytest.mark.slow
def test_a_full_disk_fails_what_does_not_fit_and_nothing_else(tmp_path, make_notebook):
    """Files beyond a size cannot be written here, so a large result meets what it would on a full
    disk."""
    command = Command(tmp_path)
    large, small = (
        make_notebook("a", f"print('x' * {2 * LARGEST_FILE})"),
        make_notebook("b", "'small'"),
    )
    status, out, err = command.run(large, small, largest_file=LARGEST_FILE)
    assert status == 1
    assert "1 run, 0 unchanged, 1 failed" in out
    assert "a.ipynb cannot be written: File too large" in err
    assert "'small'" in (tmp_path / "out/b.ipynb").read_text()
    assert not (tmp_path / "out/a.ipynb").exists()
    assert command.leftovers() == []
