"""What is left behind when a run is stopped: real processes, real signals."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from analysis.paths import ROOT

WAIT = 240.0
"""Seconds to wait for something that takes two on an idle machine."""
GRACE = 60.0
"""Seconds for processes to go; a kernel looks for its parent once a second."""

pytestmark = pytest.mark.slow


class Batch:
    """A command on notebooks of its own, in a process group of its own, with its own folder for
    temporary files."""

    def __init__(self, tmp_path, notebooks, *options, command="run"):
        self.root, self.marks = tmp_path, tmp_path / "marks"
        self.marks.mkdir(exist_ok=True)
        self.temporary = Path(tempfile.mkdtemp(dir=tmp_path.parent))  # short enough for a socket
        command = [
            sys.executable,
            "-c",
            "from analysis.cli import main; main()",
            command,
            *map(str, notebooks),
        ]
        command += ["--output", str(tmp_path / "out"), "--cache", str(tmp_path / "cache"), *options]
        environment = os.environ | {"TMPDIR": str(self.temporary), "MARKS": str(self.marks)}
        self.process = subprocess.Popen(
            command,
            env=environment,
            start_new_session=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait_for(self, *marks):
        deadline = time.monotonic() + WAIT
        while not all((self.marks / mark).exists() for mark in marks):
            assert time.monotonic() < deadline, "the notebooks did not begin"
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self):
        out, err = self.process.communicate(timeout=WAIT)
        return self.process.returncode, out, err

    def leftovers(self):
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return [path for path in files if path.suffix == ".tmp" or self.temporary in path.parents]


def begins(name, then):
    return (
        f"import os, pathlib, time\n(pathlib.Path(os.environ['MARKS']) / '{name}').touch()\n{then}"
    )


@pytest.fixture
def two_that_never_end(make_notebook):
    return [
        make_notebook("a", begins("a", "while True: pass")),
        make_notebook("b", begins("b", "time.sleep(1000)")),
    ]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_kernel_and_no_file(tmp_path, two_that_never_end, end):
    batch = Batch(tmp_path, two_that_never_end)
    processes = batch.wait_for("a", "b")
    os.killpg(batch.process.pid, end) if end == signal.SIGINT else batch.process.send_signal(end)
    status, _, err = batch.end()
    assert status == 130, err
    assert err.splitlines() == [
        "Stopped. What had finished is kept; the same command goes on from there."
    ]
    _, alive = psutil.wait_procs(processes, timeout=GRACE)
    assert alive == []
    assert batch.leftovers() == []
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_that_is_stopped_or_killed_leaves_no_kernel_and_no_file_and_goes_on(
    tmp_path, make_notebook, end
):
    waits = (
        "while n > 1 and not (pathlib.Path(os.environ['MARKS']) / 'go').exists(): time.sleep(0.05)"
    )
    sweeps = [
        make_notebook(
            "a", begins("{n}", waits).replace("'{n}'", "str(n)"), parameters="n = 0  # from 0 to 9"
        )
    ]
    batch = Batch(tmp_path, sweeps, "--over", "n=0,1,2,3,4", command="sweep")
    processes = batch.wait_for("0", "1", "2", "3")
    os.killpg(batch.process.pid, end) if end == signal.SIGINT else batch.process.kill()
    assert batch.end()[0] == (130 if end == signal.SIGINT else -signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=GRACE)
    assert alive == []
    assert batch.leftovers() == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a__n-0.ipynb",
        "a__n-1.ipynb",
        "index.html",
    ]
    (batch.marks / "go").touch()
    status, out, _ = Batch(tmp_path, sweeps, "--over", "n=0,1,2,3,4", command="sweep").end()
    assert status == 0
    assert out.startswith("5 runs: 3 run, 2 unchanged, 0 failed")
    assert (tmp_path / "out" / "results.parquet").is_file()


def test_a_killed_run_leaves_no_kernel_and_no_file(tmp_path, two_that_never_end):
    batch = Batch(tmp_path, two_that_never_end)
    processes = batch.wait_for("a", "b")
    batch.process.kill()
    batch.end()
    _, alive = psutil.wait_procs(processes, timeout=GRACE)
    assert alive == []
    assert batch.leftovers() == []


def test_a_stopped_run_goes_on_where_it_was(tmp_path, make_notebook):
    done = make_notebook("a", begins("a", "print('done')"))
    slow = make_notebook(
        "b",
        begins(
            "b", "while not (pathlib.Path(os.environ['MARKS']) / 'go').exists(): time.sleep(0.05)"
        ),
    )
    batch = Batch(tmp_path, [done, slow], "--workers", "1")
    batch.wait_for("a", "b")
    os.killpg(batch.process.pid, signal.SIGINT)
    assert batch.end()[0] == 130
    assert (tmp_path / "out" / "a.ipynb").is_file()
    (batch.marks / "go").touch()
    status, out, _ = Batch(tmp_path, [done, slow]).end()
    assert status == 0
    assert out.startswith("2 notebooks: 1 run, 1 unchanged, 0 failed")


def test_a_notebook_that_kills_what_its_kernel_was_forked_from_harms_nobody(
    tmp_path, make_notebook
):
    kills = begins("{n}", "if n == 1: os.kill(os.getppid(), 9)\ntime.sleep(0.1)")
    path = make_notebook("a", kills.replace("'{n}'", "str(n)"), parameters="n = 0  # from 0 to 99")
    batch = Batch(tmp_path, [path], "--over", f"n={','.join(map(str, range(6)))}", command="sweep")
    processes = batch.wait_for("1")
    status, out, err = batch.end()
    assert status == 0, err
    assert out.startswith("6 runs: 6 run, 0 unchanged, 0 failed")
    assert "not forked" not in err
    assert psutil.wait_procs(processes, timeout=GRACE)[1] == []
    assert batch.leftovers() == []


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path, make_notebook):
    paths = [make_notebook(name, f"print('{name}')") for name in "abcd"]
    ends = [batch.end() for batch in [Batch(tmp_path, paths), Batch(tmp_path, paths)]]
    assert [status for status, _, _ in ends] == [0, 0], ends
    for name in "abcd":
        cells = json.loads((tmp_path / "out" / f"{name}.ipynb").read_text())["cells"]
        assert cells[1]["outputs"][0]["text"] == [f"{name}\n"]
    assert Batch(tmp_path, paths).end()[1].startswith("4 notebooks: 0 run, 4 unchanged")


def test_two_runs_in_place_give_the_same_bytes(tmp_path, make_notebook):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    paths = [make_notebook("a", figure, "print('x')"), make_notebook("b", "{1, 2, 'x', 'y', 'z'}")]
    before = [path.read_bytes() for path in paths]
    texts = []
    for _ in range(2):
        assert Batch(tmp_path, paths, "--in-place", "--force").end()[0] == 0
        texts.append([path.read_bytes() for path in paths])
    assert texts[0] == texts[1] != before
    assert b"image/png" in texts[0][0]


def test_a_cell_that_prints_a_hundred_megabytes_is_kept(tmp_path, make_notebook):
    path = make_notebook("a", "for _ in range(100): print('x' * 1_000_000)", "'after'")
    assert Batch(tmp_path, [path]).end()[0] == 0
    assert (tmp_path / "out" / "a.ipynb").stat().st_size > 100_000_000


@pytest.mark.parametrize("wait", [0.05, 0.3, 0.6, 1.0, 1.5, 2.0])
def test_an_interrupt_while_it_starts_is_heard_and_leaves_nothing(tmp_path, make_notebook, wait):
    batch = Batch(tmp_path, [make_notebook(name, begins(name, "time.sleep(60)")) for name in "ab"])
    time.sleep(wait)
    batch.process.send_signal(signal.SIGINT)
    status, _, err = batch.end()
    assert status in (130, -signal.SIGINT)  # the latter before Python has its own handler
    assert status != 130 or "Traceback" not in err
    deadline = time.monotonic() + GRACE
    while left := batch.leftovers():
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_random_kills_lose_and_leave_nothing():
    """A few of those of ``python -m tests.press.kills``, which CONTRIBUTING tells of."""
    command = [sys.executable, "-m", "tests.press.kills", "--kills", "8", "--seed", "20261129"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout
