"""A pool of worker processes that leave nothing behind, however they or their parent end."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import queue
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis.press.execute import (
    Executed,
    Job,
    begin_worker,
    execute_with_papermill,
    steady_environment,
)
from analysis.press.forking import fork_server, hidden_main, no_fork

WORKER_DIED = "the process that ran it was killed by the system, perhaps for lack of memory"
Execute = Callable[[Job], Executed]
ExecuteAll = Callable[[Iterable[Job], int, Execute], Generator[tuple[Job, Executed], None, None]]


def execute_all(
    jobs: Iterable[Job], workers: int, execute: Execute
) -> Generator[tuple[Job, Executed], None, None]:
    """Results as they come; a job is taken from ``jobs`` only when a worker is nearly free for it.

    Where kernels are forked, so are the workers, and all from one process that has imported the
    usual libraries. A killed worker takes its pool with it. The jobs that this pool had are tried
    once more, each alone, and then given up; the others go on in a new one.
    """
    waiting = iter(jobs)
    with tempfile.TemporaryDirectory(prefix="ballast-", ignore_cleanup_errors=True) as runs:
        warm = execute is execute_with_papermill and not no_fork(Path(runs))
        folders = (Path(runs) / str(place) for place in itertools.count())
        drain = partial(_drain, execute=execute, runs=Path(runs), folders=folders, warm=warm)
        orphans = []
        while first := list(itertools.islice(waiting, workers)):
            waiting = itertools.chain(first, waiting)
            with contextlib.closing(drain(waiting, len(first), ahead=2 * len(first))) as results:
                for job, executed in results:
                    if executed.error == WORKER_DIED:
                        orphans.append(job)
                    else:
                        yield job, executed
        again = iter(orphans)
        for orphan in again:  # a pool has one job at a time, and lasts until one breaks it
            with contextlib.closing(drain(itertools.chain([orphan], again), 1, ahead=1)) as results:
                yield from results


def _drain(
    jobs: Iterable[Job], workers: int, *,
    ahead: int, execute: Execute, runs: Path, folders: Iterator[Path], warm: bool,
) -> Generator[tuple[Job, Executed], None, None]:  # fmt: skip
    """Results of one pool as they come, until there are no more jobs or the pool is broken.

    The workers live as long as this process holds its end of a pipe: however it ends, they kill
    their kernels and go.
    """
    end = contextlib.ExitStack()
    if warm:  # a server of this pool's own, for what kills a worker may have killed the last one
        with _quiet_start():
            end.enter_context(fork_server(os.environ | steady_environment(), runs))
    context: Any = multiprocessing.get_context("forkserver" if warm else "spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, begin_worker, (theirs, runs))
    broken = False
    starting = iter(range(2 * workers))  # by then every worker has been started

    def submit(job: Job) -> Future[Executed]:
        nonlocal broken
        try:
            with _quiet_start() if next(starting, None) is not None else contextlib.nullcontext():
                return pool.submit(execute, job)
        except (
            BrokenProcessPool,
            OSError,
            EOFError,
        ) as error:  # the last two where the server was killed
            broken = True
            refused: Future[Executed] = Future()
            refused.set_exception(BrokenProcessPool(str(error)))
            return refused

    def prepared() -> Iterator[Job]:
        for job in jobs:
            yield replace(job, run_dir=next(folders))
            if broken:
                return

    try:
        for job, future in as_they_end(submit, prepared(), ahead=lambda: ahead):
            executed = ended(job, future)
            broken = broken or executed.error == WORKER_DIED
            if not broken:  # an orphaned kernel may still be at work in its folder; it goes with the others in the end
                shutil.rmtree(job.run_dir, ignore_errors=True)
            yield job, executed
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()
        end.close()


def as_they_end(
    submit: Callable[[Job], Future[Executed]], jobs: Iterable[Job], *, ahead: Callable[[], int]
) -> Iterator[tuple[Job, Future[Executed]]]:
    """Each job with its finished future, in the order they finish; at most ``ahead()`` are
    submitted and unfinished.
    """
    waiting = iter(jobs)
    running: dict[Future[Executed], Job] = {}
    finished: queue.SimpleQueue[Future[Executed]] = queue.SimpleQueue()
    while True:
        for job in itertools.islice(waiting, max(0, ahead() - len(running))):
            future = submit(job)
            running[future] = job
            future.add_done_callback(finished.put)
        if not running:
            return
        future = finished.get()
        yield running.pop(future), future


def ended(job: Job, future: Future[Executed]) -> Executed:
    """What came of a job; an executor that failed it is an error of that job and of no other."""
    try:
        return future.result()
    except BrokenProcessPool:
        error = WORKER_DIED
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    return Executed(notebook=job.notebook, error=error, seconds=0.0)


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Start workers that do not import the caller's script again and that leave Ctrl-C to this
    process.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
    try:
        with hidden_main():
            yield
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, before)
