"""Notebooks at work on this machine, without kernels: nothing waits for ever."""

import time
from pathlib import Path

from analysis.press import pool
from analysis.press.execute import Executed, Job

DONE = Executed(notebook={}, error="", seconds=0.0)


def run(execute, names):
    notebook = {"cells": [], "metadata": {}}
    jobs = [Job(name=name, notebook=notebook, folder=Path(), time_limit=0.1) for name in names]
    return {job.name: executed.error for job, executed in pool.execute_all(jobs, 2, execute)}


def test_a_job_whose_execution_fails_stops_no_other():
    def execute(job):
        if job.name == "b":
            raise OSError("no room")
        return DONE

    assert run(execute, "abc") == {"a": "", "b": "OSError: no room", "c": ""}


def test_a_job_that_does_not_end_is_given_up_soon_after_its_time_limit(monkeypatch):
    monkeypatch.setattr(pool, "SECONDS_TOO_LATE", 0.2)
    monkeypatch.setattr(pool, "SECONDS_TO_STOP", 0.2)
    began = time.monotonic()
    ended = run(lambda job: time.sleep(60) if job.name == "b" else DONE, "abc")
    assert time.monotonic() - began < 30
    assert ended["b"] == "TimeoutError: it did not end when its time limit was over"
    assert (ended["a"], ended["c"]) == ("", "")
