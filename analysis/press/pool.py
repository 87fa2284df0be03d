"""Notebooks at work on this machine: a thread and a kernel for each, and nothing left over."""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, InvalidStateError, wait
from dataclasses import replace
from pathlib import Path

from analysis.press.execute import Executed, Job, execute_with_papermill, stop_kernel, variables_of
from analysis.press.files import explained, own_name, sweep_leftovers
from analysis.press.forking import SERVER

Execute = Callable[[Job], Executed]
SECONDS_TOO_LATE = 75.0
"""After its time limit a kernel is killed, and after that time again its run is given up."""
SECONDS_TO_STOP = 10.0
LOOK_EVERY = 0.5
STOPPED = threading.Event()
"""Set by whoever catches a signal to stop; a batch looks at it before each run and as it waits.

:meta hide-value:
"""
JANITOR = """
import os, shutil, sys, time
in_order = sys.stdin.read()
for look in range(100):
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    if not os.path.exists(sys.argv[1]) and (in_order or look > 20):
        break
    time.sleep(0 if in_order else 0.1)
"""


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """Folder for runs that goes with this process, however it ends, or else when the next begins.

    A small process waits for that and deletes the folder until no dying kernel writes into it.
    """
    parent = Path(tempfile.gettempdir())
    sweep_leftovers(parent, "ballast-*")
    folder = parent / f"ballast-{own_name()}"
    mend = "make room in the folder for temporary files, or name another with TMPDIR"
    with explained(folder, do=mend):
        folder.mkdir(mode=0o700)
    command = [sys.executable, "-I", "-S", "-c", JANITOR, str(folder)]
    janitor = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd=os.sep)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            janitor.communicate(b"in order", timeout=SECONDS_TO_STOP)


def execute_all(
    jobs: Iterable[Job], workers: int, execute: Execute
) -> Generator[tuple[Job, Executed], None, None]:
    """Results as they come; a job is taken from ``jobs`` only when a worker is free for it.

    When this ends, also by an exception or because nobody wants more, no kernel is left.
    """
    running: dict[Path, tuple[threading.Thread, Future[Executed], float]] = {}

    def submit(job: Job) -> Future[Executed]:
        future: Future[Executed] = Future()
        thread = threading.Thread(target=give, args=(future, execute, job), daemon=True)
        running[job.run_dir] = thread, future, time.monotonic() + job.time_limit
        thread.start()
        return future

    def look() -> bool:
        """Nothing that a notebook does may outlast its time limit for long."""
        for run_dir, (_, future, deadline) in running.items():
            late = time.monotonic() - deadline
            if late > SECONDS_TOO_LATE:
                stop_kernel(run_dir)
            if late > 2 * SECONDS_TOO_LATE:
                fail(future, TimeoutError("it did not end when its time limit was over"))
        return False

    def is_at_work() -> bool:
        return any(thread.is_alive() for thread, _, _ in running.values())

    with workshop() as runs:
        with_folders = (replace(job, run_dir=runs / str(n)) for n, job in enumerate(jobs))
        try:
            SERVER.stop()  # one that this program has had may know other variables
            SERVER.is_closed = False
            if execute is execute_with_papermill and sys.platform == "linux":
                SERVER.start(variables_of(runs), os.sep)
            for job, future in as_they_end(submit, with_folders, lambda: workers, look):
                yield job, ended(job, future)
                del running[job.run_dir]
                shutil.rmtree(job.run_dir, ignore_errors=True)
        finally:
            SERVER.is_closed = True
            SERVER.stop()
            until = time.monotonic() + SECONDS_TO_STOP
            while is_at_work() and time.monotonic() < until:
                for run_dir in running:
                    stop_kernel(run_dir)
                time.sleep(0.02)
            SERVER.is_closed = is_at_work()


def give(future: Future[Executed], execute: Callable[..., Executed], *given: object) -> None:
    """End a future with what a call comes to, unless it has ended already."""
    try:
        executed = execute(*given)
        with contextlib.suppress(InvalidStateError):
            future.set_result(executed)
    except BaseException as error:
        fail(future, error)


def fail(future: Future[Executed], error: BaseException) -> None:
    """End a future with an error, unless it has ended already."""
    with contextlib.suppress(InvalidStateError):
        future.set_exception(error)


def as_they_end(
    submit: Callable[[Job], Future[Executed]],
    jobs: Iterable[Job],
    ahead: Callable[[], int],
    look: Callable[[], bool],
) -> Iterator[tuple[Job, Future[Executed]]]:
    """Each job with its future when that has ended; at most ``ahead()`` are under way.

    ``look`` is called now and then, and says whether what is under way is lost.
    """
    waiting = iter(jobs)
    running: dict[Future[Executed], Job] = {}
    while True:
        if STOPPED.is_set():
            raise KeyboardInterrupt
        for job in itertools.islice(waiting, max(0, ahead() - len(running))):
            running[submit(job)] = job
        if not running:
            return
        if look():
            for future in running:
                fail(future, CancelledError())
        for future in itertools.islice(wait(running, LOOK_EVERY, FIRST_COMPLETED).done, 1):
            yield running.pop(future), future


def ended(job: Job, future: Future[Executed]) -> Executed:
    """What came of a job; an executor that failed it is an error of that job and of no other."""
    try:
        return future.result()
    except Exception as failure:
        return job.failed(f"{type(failure).__name__}: {failure}")
