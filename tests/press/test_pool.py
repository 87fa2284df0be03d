"""Notebooks at work on this machine, without kernels: nothing waits for ever."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from analysis.press import forking, pool
from analysis.press.execute import Executed, Job

DONE = Executed(notebook={}, error="", seconds=0.0)


def run(execute):
    notebook = {"cells": [], "metadata": {}}
    jobs = [Job(name=name, notebook=notebook, folder=Path(), time_limit=0.1) for name in "abc"]
    return {job.name: executed.error for job, executed in pool.execute_all(jobs, 2, execute)}


def test_a_job_whose_execution_fails_stops_no_other():
    def execute(job):
        if job.name == "b":
            raise OSError("no room")
        return DONE

    assert run(execute) == {"a": "", "b": "OSError: no room", "c": ""}


def test_a_job_that_does_not_end_is_given_up_soon_after_its_time_limit(monkeypatch):
    monkeypatch.setattr(pool, "SECONDS_TOO_LATE", 0.2)
    monkeypatch.setattr(pool, "SECONDS_TO_STOP", 0.2)
    ended = run(lambda job: time.sleep(60) if job.name == "b" else DONE)
    late = "TimeoutError: it did not end when its time limit was over"
    assert ended == {"a": "", "b": late, "c": ""}


@pytest.mark.parametrize("program", ["env", "python2.7"])
def test_a_kernel_of_another_program_beside_this_python_is_not_forked(program):
    other = str(Path(sys.executable).with_name(program))
    command = [other, "-m", "ipykernel_launcher", "-f", "connection.json"]
    with pytest.raises(forking.NotForkedError, match="not one of this environment"):
        forking.fork_kernel(command, os.environ, "/", silent=True)


def test_no_thread_starts_another_process_to_fork_from_once_a_batch_is_over():
    server = forking.Server()
    server.is_closed = True
    with pytest.raises(RuntimeError, match="stopped"):
        server.start(os.environ, "/")


def test_a_forked_kernel_may_be_asked_by_several_threads_while_one_waits_for_its_end():
    ours, theirs = socket.socketpair()
    child = subprocess.Popen(["sleep", "0.3"])
    forked, faults = forking.Forked(child.pid, Connection(ours.detach())), []

    def ask():
        try:
            while forked.poll() is None:
                pass
            forked.wait()
            forked.kill()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    child.wait()
    theirs.close()
    assert (forked.poll(), faults) == (0, [])


INTERRUPTED = """\
import os, signal, weakref
signal.signal(signal.SIGINT, signal.default_int_handler)  # who started this may ignore it
from analysis import cli
from analysis.press import batch, commands

def interrupt(after, *given, **options):
    there = set()
    reference = weakref.ref(there, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del there  # an exception that is raised in the callback is lost
    return after(*given, **options)
"""
WHILE_IT_IMPORTS = "real = cli.import_module; cli.import_module = lambda *a: interrupt(real, *a)"
WHILE_IT_RUNS = "real = batch.run; batch.run = lambda *a, **b: interrupt(real, *a, **b)"


@pytest.mark.parametrize(
    ("where", "status", "said"),
    [
        (WHILE_IT_IMPORTS, -signal.SIGINT, ""),
        (WHILE_IT_RUNS, 130, "Stopped. What had finished is kept;"),
    ],
)
def test_no_interrupt_is_lost_in_a_callback(tmp_path, make_notebook, where, status, said):
    words = ["run", str(make_notebook("a", "1")), "--output", str(tmp_path / "out")]
    words += ["--cache", str(tmp_path / "cache")]
    code = f"{INTERRUPTED}\n{where}\ncli.main({words})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr[:35]) == (status, said)
    assert not list((tmp_path / "out").glob("*.ipynb"))


ASKER_IS_GONE = """\
import os, socket
from multiprocessing.connection import Connection
from analysis.press import preloaded
ours, theirs = socket.socketpair()
ours.close()
preloaded.become_kernel(Connection(theirs.detach()))
"""


def test_a_kernel_that_nobody_waits_for_any_more_ends_without_a_word():
    done = subprocess.run([sys.executable, "-c", ASKER_IS_GONE], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_kernel_whose_folder_is_gone_makes_no_other(tmp_path):
    code = (
        "import sys, tempfile; from analysis.press import recorder; recorder.begin(sys.argv[1])\n"
    )
    code += "import shutil; shutil.rmtree(sys.argv[1]); tempfile.mkdtemp(dir=sys.argv[2])"
    for name in ("run", "tmp"):
        (tmp_path / name).mkdir()
    command = [sys.executable, "-c", code, tmp_path / "run", tmp_path / "tmp"]
    assert subprocess.run(command).returncode == 1
    assert list((tmp_path / "tmp").iterdir()) == []
