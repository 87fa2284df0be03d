"""Sweeps on a real dask scheduler with real workers, some of which are killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pyarrow.parquet as parquet
import pytest

from analysis import paths
from analysis.press import cluster
from analysis.press.cache import Project
from analysis.press.cluster import WORKER_DIED, ClusterError
from analysis.press.sweep import sweep
from tests.press.command import GRACE, WAIT, Command

PARAMETER = "n = 0  # from 0 to 1000"
RECORDS = (
    "import json, os, pathlib\n"
    "with open(pathlib.Path(os.environ['BALLAST_RUN_DIR']) / 'measured.jsonl', 'a') as file:\n"
    "    print(json.dumps({'measure': 'square', 'value': n * n}), file=file)"
)
MARKS = (
    "import os, pathlib, time\nmarks = pathlib.Path(os.environ['MARKS'])\n(marks /"
    " f'{n}').touch()\n"
)
WAITS = f"{MARKS}while not (marks / 'go').exists(): time.sleep(0.05)"


class Cluster:
    """A scheduler and workers in processes of their own, with their own folder for temporary
    files."""

    def __init__(self, folder):
        self.folder, self.marks, self.file = folder, folder / "marks", folder / "scheduler.json"
        self.temporary = Path(tempfile.mkdtemp(dir=folder.parent))  # short enough for a socket
        self.marks.mkdir()
        self.handles = []
        self.scheduler = self.start("scheduler", "--port", "0", "--no-jupyter")
        wait_until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, role, *options):
        environment = os.environ | {"TMPDIR": str(self.temporary), "MARKS": str(self.marks)}
        usual = ["--scheduler-file", str(self.file), "--host", "127.0.0.1", "--no-dashboard"]
        command = [sys.executable, "-m", "dask", role, *usual, *options]
        with open(self.folder / f"{role}-{len(self.handles)}.log", "w") as log:
            how = {"env": environment, "stdout": log, "stderr": log, "start_new_session": True}
            self.handles.append(subprocess.Popen(command, **how))
        return self.handles[-1]

    def add_worker(self, option="--no-nanny"):
        return self.start("worker", "--nthreads", "1", option)

    def kernels(self):
        """Kernels that run notebooks of this cluster, also those whose worker has gone; each leads
        a session."""
        kernels, own = [], {handle.pid for handle in self.handles}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                leads = process.pid not in own and os.getsid(process.pid) == process.pid
                if leads and process.environ().get("MARKS") == str(self.marks):
                    kernels.append(process)
        return kernels

    def run_dirs(self):
        folders = [Path(folder) for folder, _, _ in os.walk(self.temporary)]
        return [folder for folder in folders if folder.name.startswith("ballast-")]

    def close(self):
        everyone = []
        for handle in self.handles:
            with contextlib.suppress(psutil.NoSuchProcess):
                everyone += psutil.Process(handle.pid).children(recursive=True)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(handle.pid, signal.SIGKILL)
            handle.wait()
        return psutil.wait_procs(everyone, timeout=GRACE)[1]


def wait_until(happened, seconds=WAIT):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def started(tmp_path):
    one = Cluster(tmp_path)
    yield one
    assert one.close() == []


@pytest.fixture
def go(tmp_path, started):
    def run(notebook, over="0,1,2,3,4,5", **options):
        options |= {"output": tmp_path / "out", "cache": tmp_path / "cache"}
        return sweep(notebook, over={"n": over}, text=True, scheduler=started.address, **options)

    return run


def rows(swept):
    return parquet.read_table(swept.table).to_pylist()


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_costs_time_and_no_result(started, go, make_notebook):
    path = make_notebook("a", WAITS, RECORDS, parameters=PARAMETER)
    workers = [started.add_worker(), started.add_worker()]

    def kill_one():
        wait_until(lambda: len(list(started.marks.iterdir())) >= 2)
        workers[0].kill()
        (started.marks / "go").touch()

    killer = threading.Thread(target=kill_one)
    killer.start()
    swept = go(path)
    killer.join()
    assert workers[0].wait() == -signal.SIGKILL
    assert dict(swept.counts) == {"run": 6}
    assert sorted((row["n"], row["value"]) for row in rows(swept)) == [(n, n * n) for n in range(6)]
    wait_until(lambda: started.kernels() == [], GRACE)


@pytest.mark.slow
def test_a_notebook_that_kills_its_worker_fails_alone(started, go, make_notebook):
    kills = (  # the parent is what it was forked from
        "import psutil\nif n == 1: psutil.Process().parents()[1].kill()"
    )
    path = make_notebook("a", kills, RECORDS, parameters=PARAMETER)
    for _ in range(2):
        started.add_worker("--nanny")
    swept = go(path, over="0,1,2,3")
    assert dict(swept.counts) == {"run": 3, "failed": 1}
    reasons = {row["n"]: row["reason"] for row in rows(swept)}
    assert reasons.pop(1) == f"{WORKER_DIED}; several workers tried"
    assert set(reasons.values()) == {""}
    wait_until(lambda: started.kernels() == [], GRACE)


@pytest.mark.slow
def test_a_failing_cell_is_named_as_it_is_here(started, go, make_notebook):
    path = make_notebook("a", "1 / n", RECORDS, parameters=PARAMETER)
    started.add_worker()
    swept = go(path, over="0,1")
    assert [(row["n"], row["reason"]) for row in rows(swept) if row["status"] == "failed"] == [
        (0, "in code cell 3 of 4 (`1 / n`): ZeroDivisionError: division by zero")
    ]
    assert started.run_dirs() == []
    assert dict(go(path, over="1,2").counts) == {"unchanged": 1, "run": 1}


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["scheduler", "workers", "silent"])
def test_a_cluster_that_goes_away_fails_what_it_leaves_undone_and_hangs_nothing(
    started, go, make_notebook, monkeypatch, lost
):
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    path = make_notebook("a", MARKS + "if n: time.sleep(1000)", RECORDS, parameters=PARAMETER)
    worker = started.add_worker()

    def lose():
        wait_until((started.marks / "1").exists)
        {
            "scheduler": started.scheduler.kill,
            "workers": worker.kill,
            "silent": lambda: started.scheduler.send_signal(signal.SIGSTOP),
        }[lost]()

    loser = threading.Thread(target=lose)
    loser.start()
    began = time.monotonic()
    swept = go(path, over="0,1,2,3,4,5,6,7,8,9")
    loser.join()
    assert time.monotonic() - began < WAIT
    assert dict(swept.counts) == {"run": 1, "failed": 9}
    said = "has no workers any more" if lost == "workers" else "does not answer"
    assert all(f"{started.address} {said}" in row["reason"] for row in rows(swept) if row["n"])
    if lost != "silent":
        wait_until(lambda: started.kernels() == [], GRACE)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_that_is_stopped_or_killed_leaves_no_kernel_on_the_workers(
    started, make_notebook, tmp_path, end
):
    path = make_notebook("a", MARKS + "time.sleep(1000)", parameters=PARAMETER)
    for _ in range(2):
        started.add_worker()
    own = tmp_path / "own"  # with other marks than those of the workers' kernels
    own.mkdir()
    command = Command(own, "sweep", path, "--over", "n=0,1,2,3", "--scheduler", started.address)
    wait_until(lambda: len(list(started.marks.iterdir())) >= 2)
    assert len(started.kernels()) == 2
    command.process.send_signal(end)
    status, _, err = command.end()
    if end == signal.SIGINT:
        assert (status, len(err.splitlines())) == (130, 1)
    wait_until(lambda: started.kernels() == [], GRACE)
    wait_until(lambda: started.run_dirs() == [], GRACE)
    assert len(list(started.marks.iterdir())) == 2


@pytest.mark.slow
def test_a_scheduler_without_workers_is_an_explained_error(started, go, make_notebook, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 2.0)
    with pytest.raises(ClusterError, match=r"has no workers; start some with `dask worker"):
        go(make_notebook("a", parameters=PARAMETER))


@pytest.mark.slow
def test_a_worker_with_other_data_is_refused_before_any_job_is_sent(
    started, go, make_notebook, monkeypatch
):
    path = make_notebook("a", MARKS, RECORDS, parameters=PARAMETER)
    started.add_worker()
    real = cluster.state_of
    other = {"data/tidy/trade.csv": "0", "package numpy": "1.0"}
    monkeypatch.setattr(cluster, "state_of", lambda project: real(project) | other)
    with pytest.raises(ClusterError, match=r"has other data/tidy/trade\.csv, package numpy;"):
        go(path, over="1")
    assert not list(started.marks.iterdir())


@pytest.mark.slow
def test_a_worker_that_does_not_say_what_it_has_is_an_explained_error_in_time(
    started, go, make_notebook, monkeypatch
):
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    worker, log = started.add_worker(), started.folder / "worker-1.log"
    wait_until(lambda: "Registered to" in log.read_text())
    worker.send_signal(signal.SIGSTOP)
    with pytest.raises(ClusterError, match="cannot be asked what they have"):
        go(make_notebook("a", parameters=PARAMETER))


def test_each_job_is_compared_too_for_a_worker_may_come_later():
    here = cluster.state_of(Project(paths.ROOT))
    assert cluster.differences(here) == ""
    assert "data/datapackage.json" in here
    assert "Python" in here
    assert cluster.differences(here | {"Python": "4.0"}) == "Python"
    names = [f"data/tidy/{name}.csv" for name in "abcdefg"]
    assert cluster.differences(here | dict.fromkeys(names, "x")).endswith("e.csv and 2 more")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://nowhere.invalid:8786"])
def test_a_scheduler_that_is_not_there_is_an_explained_error(
    tmp_path, make_notebook, monkeypatch, address
):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1.0)
    path = make_notebook("a", parameters=PARAMETER)
    places = {"output": tmp_path / "out", "cache": tmp_path / "cache"}
    said = r"no scheduler answers at .*start one with `dask scheduler`"
    with pytest.raises(ClusterError, match=said):
        sweep(path, over={"n": [1]}, scheduler=address, **places)
    assert not list((tmp_path / "out").glob("*.ipynb"))
