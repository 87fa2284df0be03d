"""A pool of worker processes that leave nothing behind, however they or their parent end."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from analysis.press.execute import Executed, Job, begin_worker

WORKER_DIED = "the process that ran it was killed by the system, perhaps for lack of memory"
Execute = Callable[[Job], Executed]


def execute_all(jobs: Sequence[Job], workers: int, execute: Execute) -> Generator[tuple[Job, Executed], None, None]:
    """Results as they come. Jobs whose worker was killed are tried once more, each alone, and then given up."""
    with tempfile.TemporaryDirectory(prefix="ballast-", ignore_cleanup_errors=True) as runs:
        orphans = []
        with contextlib.closing(_drain(jobs, workers, execute, Path(runs))) as results:
            for job, executed in results:
                if executed.error == WORKER_DIED:
                    orphans.append(job)
                else:
                    yield job, executed
        for orphan in orphans:
            with contextlib.closing(_drain([orphan], 1, execute, Path(runs))) as results:
                yield from results


def _drain(
    jobs: Sequence[Job], workers: int, execute: Execute, runs: Path
) -> Generator[tuple[Job, Executed], None, None]:
    """Results of one pool as they come.

    The workers live as long as this process holds its end of a pipe: however it ends, they kill their kernels and go.
    """
    if not jobs:
        return
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(jobs)), context, begin_worker, (theirs, runs))
    try:
        with _quiet_start():
            running = {
                pool.submit(execute, replace(job, run_dir=runs / str(place))): job for place, job in enumerate(jobs)
            }
        for future in as_completed(running):
            job = running.pop(future)
            try:
                executed = future.result()
            except BrokenProcessPool:
                executed = Executed(notebook=job.notebook, error=WORKER_DIED, seconds=0.0)
            except Exception as error:
                executed = Executed(notebook=job.notebook, error=f"{type(error).__name__}: {error}", seconds=0.0)
            yield job, executed
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Start workers that do not import the caller's script again and that leave Ctrl-C to this process."""
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name) for name in ("__spec__", "__file__") if hasattr(main, name)}
    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
    try:
        for name in hidden:
            setattr(main, name, None)
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)
        if in_main_thread:
            signal.signal(signal.SIGINT, before)
