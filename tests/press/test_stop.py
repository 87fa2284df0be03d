"""What is left behind when a run is stopped: real processes, real signals."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from analysis.paths import ROOT
from tests.press.command import PYTHON_STARTS, Command

STOPPED = ["Stopped. What had finished is kept; the same command goes on from there."]
GO = "(pathlib.Path(os.environ['MARKS']) / 'go').exists()"

pytestmark = pytest.mark.slow


def begins(name, then):
    """A cell that leaves a mark, by the name that an expression has."""
    marks = f"import os, pathlib, time\n(pathlib.Path(os.environ['MARKS']) / {name}).touch()"
    return f"{marks}\n{then}"


@pytest.fixture
def two_that_never_end(make_notebook):
    ends = {"a": "while True: pass", "b": "time.sleep(1000)"}
    return [make_notebook(name, begins(f"'{name}'", ends[name])) for name in ends]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stop_or_a_kill_leaves_no_kernel_and_no_file(tmp_path, two_that_never_end, end):
    batch = Command(tmp_path, "run", *two_that_never_end)
    batch.wait_for("a", "b")
    os.killpg(batch.process.pid, end) if end == signal.SIGINT else batch.process.send_signal(end)
    status, _, err = batch.end()
    if end != signal.SIGKILL:
        assert (status, err.splitlines()) == (130, STOPPED)
    assert batch.leftovers() == []
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_that_is_stopped_or_killed_leaves_no_kernel_and_no_file_and_goes_on(
    tmp_path, make_notebook, end
):
    waits = begins("str(n)", f"while n > 1 and not {GO}: time.sleep(0.05)")
    words = (make_notebook("a", waits, parameters="n = 0  # from 0 to 9"), "--over", "n=0,1,2,3,4")
    batch = Command(tmp_path, "sweep", *words)
    batch.wait_for("0", "1", "2", "3")
    os.killpg(batch.process.pid, end) if end == signal.SIGINT else batch.process.kill()
    assert batch.end()[0] == (130 if end == signal.SIGINT else -signal.SIGKILL)
    assert batch.leftovers() == []
    kept = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert kept == ["a__n-0.ipynb", "a__n-1.ipynb", "index.html"]
    (batch.marks / "go").touch()
    status, out, _ = Command(tmp_path, "sweep", *words).end()
    assert status == 0
    assert out.startswith("5 runs: 3 run, 2 unchanged, 0 failed")
    assert (tmp_path / "out" / "results.parquet").is_file()


def test_a_notebook_that_kills_what_its_kernel_was_forked_from_harms_nobody(
    tmp_path, make_notebook
):
    kills = begins("str(n)", "if n == 1: os.kill(os.getppid(), 9)\ntime.sleep(0.1)")
    path = make_notebook("a", kills, parameters="n = 0  # from 0 to 99")
    batch = Command(tmp_path, "sweep", path, "--over", "n=0,1,2,3,4,5")
    status, out, err = batch.end()
    assert status == 0, err
    assert out.startswith("6 runs: 6 run, 0 unchanged, 0 failed")
    assert "not forked" not in err
    assert batch.leftovers() == []


STARTS_AND_DIES = """\
import os, subprocess, time
waits = "touch ready; while :; do sleep 0.1; done"
child = subprocess.Popen(["sh", "-c", f"cd $MARKS; trap 'touch asked; exit' TERM; {waits}"])
while not os.path.exists(os.environ["MARKS"] + "/ready"): time.sleep(0.05)
subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 1000"])
os.kill(os.getpid(), 9)"""


def test_what_a_kernel_that_dies_has_started_is_asked_to_end_and_then_killed(
    tmp_path, make_notebook
):
    batch = Command(tmp_path, "run", make_notebook("a", STARTS_AND_DIES))
    assert batch.end()[0] == 1
    assert (batch.marks / "asked").exists()
    assert batch.leftovers() == []


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path, make_notebook):
    paths = [make_notebook(name, f"print('{name}')") for name in "abcd"]
    ends = [batch.end() for batch in [Command(tmp_path, "run", *paths) for _ in range(2)]]
    assert [status for status, _, _ in ends] == [0, 0], ends
    for name in "abcd":
        cells = json.loads((tmp_path / "out" / f"{name}.ipynb").read_text())["cells"]
        assert cells[1]["outputs"][0]["text"] == [f"{name}\n"]
    again = Command(tmp_path, "run", *paths).end()[1]
    assert again.startswith("4 notebooks: 0 run, 4 unchanged")


def test_two_runs_in_place_give_the_same_bytes(tmp_path, make_notebook):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    paths = [make_notebook("a", figure, "print('x')"), make_notebook("b", "{1, 2, 'x', 'y', 'z'}")]
    texts = [[path.read_bytes() for path in paths]]
    for _ in range(2):
        assert Command(tmp_path, "run", *paths, "--in-place", "--force").end()[0] == 0
        texts.append([path.read_bytes() for path in paths])
    assert texts[0] != texts[1] == texts[2]
    assert b"image/png" in texts[1][0]


def test_a_cell_that_prints_a_hundred_megabytes_is_kept(tmp_path, make_notebook):
    path = make_notebook("a", "for _ in range(100): print('x' * 1_000_000)", "'after'")
    assert Command(tmp_path, "run", path).end()[0] == 0
    assert (tmp_path / "out" / "a.ipynb").stat().st_size > 100_000_000


@pytest.mark.parametrize("wait", [0.05, 0.3, 0.6, 1.0, 1.5, 2.0])
def test_an_interrupt_while_it_starts_is_heard_and_leaves_nothing(
    tmp_path, two_that_never_end, wait
):
    batch = Command(tmp_path, "run", *two_that_never_end)
    time.sleep(wait)
    batch.process.send_signal(signal.SIGINT)
    status, _, err = batch.end()
    is_early = status == -signal.SIGINT or PYTHON_STARTS in err  # before anything of ours
    assert is_early or (status == 130 and "Traceback" not in err), (status, err)
    assert batch.leftovers() == []


def test_random_kills_lose_and_leave_nothing():
    """A few of those of ``python -m tests.press.kills``, which CONTRIBUTING tells of."""
    command = [sys.executable, "-m", "tests.press.kills", "--kills", "8", "--seed", "20261129"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout
