"""The pool where what it forks from dies while a job is handed over."""

from concurrent.futures import Future
from pathlib import Path

from analysis.press import pool
from analysis.press.execute import Executed, Job


def make_pool(deaths):
    """Executor whose first submissions meet a dead server, and whose later ones run at once."""

    class Executor:
        def __init__(self, *_):
            pass

        def submit(self, execute, job):
            if deaths:
                raise deaths.pop()
            future = Future()
            future.set_result(execute(job))
            return future

        def shutdown(self, **_):
            pass

    return Executor


def run(monkeypatch, deaths, names):
    monkeypatch.setattr(pool, "ProcessPoolExecutor", make_pool(deaths))
    jobs = [Job(name=name, notebook={}, folder=Path(), time_limit=1.0) for name in names]
    ended = pool.execute_all(jobs, 2, lambda job: Executed(notebook={}, error="", seconds=0.0))
    return {job.name: executed.error for job, executed in ended}


def test_a_job_that_could_not_be_handed_over_is_tried_once_more(monkeypatch):
    assert run(monkeypatch, [EOFError()], "abc") == {"a": "", "b": "", "c": ""}


def test_and_then_given_up_with_the_reason_while_the_others_go_on(monkeypatch):
    ended = run(monkeypatch, [ConnectionRefusedError(), EOFError()], "a")
    assert ended == {"a": pool.WORKER_DIED}
