"""Execute notebooks on a dask cluster, for when one machine is not enough.

Every worker must have this project in the same version. Nothing is written on the workers'
machines; results come back through the scheduler and are kept by the process that asked for them.
Whoever reaches an open scheduler can run anything on it.
"""

import contextlib
import logging
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import BallastError
from analysis.press.cache import Project, State
from analysis.press.execute import Executed, Job, stop_kernel
from analysis.press.pool import Execute, as_they_end, ended, fail, give

SECONDS_TO_CONNECT = 10.0
SECONDS_TO_CLOSE = 3.0
PATIENCE = 60.0
"""Seconds without any worker, or a word from the scheduler, before a sweep gives up."""
LOOK_EVERY = 1.0
"""Seconds between two looks at the cluster, or at whether a result is still wanted."""
WORKER_DIED = "the process that ran it was killed by the system, perhaps for lack of memory"
MOST_SHOWN = 5
States = dict[str, State]
_project_here: list[Project] = []
"""The project as it was last read, where it has been read."""


class ClusterError(BallastError):
    """A scheduler that cannot be reached, has no workers, or has some that differ from here."""


def state_of(project: Project) -> States:
    """Digest of code, data, lock and catalogue, and versions of Python and packages, by name."""
    data = project.root / "data"
    tables = [data / "datapackage.json", *sorted(data.glob("tidy/**/*"))]
    names = {path.relative_to(project.root).as_posix(): path for path in tables}
    return project.state | {name: project.file_state(path) for name, path in names.items()}


def differences(state: States) -> str:
    """What this process has otherwise than a state says, in words; '' where it is the same."""
    if not _project_here or not _project_here[0].untouched():
        _project_here[:] = [Project(paths.ROOT)]
    here = state_of(_project_here[0])
    names = [name for name in sorted({*here, *state}) if here.get(name) != state.get(name)]
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(names[:MOST_SHOWN]) + more


def execute_on(
    jobs: Iterable[Job], address: str, execute: Execute, state: States
) -> Generator[tuple[Job, Executed], None, None]:
    """Results as they come from the workers of the scheduler at an address.

    Jobs are taken as workers become free, which import ``execute`` by its name. ClusterError before
    anything runs, where there is no scheduler, it has no worker, or a worker has other code, data
    or packages; a worker that comes later and differs refuses its jobs. A cluster that goes away
    fails the jobs that it leaves undone, each with the reason.
    """
    client = _connect(address)
    threads, reason = 1, ""
    last_seen, last_look = time.monotonic(), 0.0

    def submit(job: Job) -> Future[Executed]:
        """A future of our own, since one of dask's may never end."""
        future: Future[Executed] = Future()
        try:
            theirs = executor.submit(execute_there, execute, job, state)
            theirs.add_done_callback(lambda theirs: give(future, theirs.result))
        except Exception:  # a client that has lost its scheduler refuses in many ways
            fail(future, CancelledError())
        return future

    def look() -> bool:
        """Ask at most once a second whether there are workers; if not for long, give up."""
        nonlocal threads, reason, last_seen, last_look
        if not reason and time.monotonic() - last_look >= LOOK_EVERY:
            fault = "has no workers any more"
            try:
                workers = client.sync(client.scheduler.ncores, callback_timeout=PATIENCE)
                threads = sum(workers.values())
            except Exception:
                threads, fault = 0, "does not answer"
            last_look = time.monotonic()
            last_seen = last_look if threads else last_seen
            if last_look - last_seen > PATIENCE:
                reason = f"the scheduler at {address} {fault} (waited {PATIENCE:g} s)"
        return bool(reason)

    try:
        _compare(client, state)
        executor = client.get_executor(pure=False)
        for job, future in as_they_end(submit, jobs, lambda: 2 * max(1, threads), look):
            failure = future.exception()
            if isinstance(failure, CancelledError):
                yield job, job.failed(reason or f"the scheduler at {address} does not answer")
            elif type(failure).__name__ == "KilledWorker":
                yield job, job.failed(f"{WORKER_DIED}; several workers tried")
            else:
                yield job, ended(job, future)
    finally:  # the scheduler takes back what this client waits for; workers stop the unwanted
        client.close(timeout=SECONDS_TO_CLOSE)


def _connect(address: str) -> Any:
    """Client of a scheduler that has at least one worker."""
    try:
        from distributed import Client
    except ImportError:
        fault = "the package distributed is not installed"
        raise ClusterError(fault, do="pip install 'ballast[cluster]', on every machine") from None
    for name in ("distributed.client", "distributed.core", "distributed.comm.tcp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # said once, as the runs' reason
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except Exception as error:  # OSError, TimeoutError, ValueError for an address that is none
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        mend = "start one with `dask scheduler`, or give the address that it prints"
        raise ClusterError(f"no scheduler answers at {address} ({reason})", do=mend) from None
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    except TimeoutError:
        client.close(timeout=SECONDS_TO_CLOSE)
        mend = f"start some with `dask worker --nthreads 1 {address}`"
        raise ClusterError(f"the scheduler at {address} has no workers", do=mend) from None
    return client


def _compare(client: Any, state: States) -> None:
    """ClusterError, before any job is sent, where a worker has something else than this machine."""
    try:
        ask = partial(client.run, differences, state, on_error="return")
        answers = client.sync(ask, callback_timeout=PATIENCE)
    except Exception as error:
        fault = f"the workers cannot be asked what they have ({type(error).__name__}: {error})"
        raise ClusterError(fault, do="see the log of the scheduler") from None
    faults = []
    for worker, answer in answers.items():
        if isinstance(answer, BaseException):
            faults.append(f"{worker} cannot be asked ({type(answer).__name__}: {answer})")
        elif answer:
            faults.append(f"{worker} has other {answer}")
    if faults:
        mend = "install the project, in this version and with these data, on every machine"
        raise ClusterError(f"not every worker is like this machine: {'; '.join(faults)}", do=mend)


def execute_there(execute: Execute, job: Job, state: States) -> Executed:
    """Execute a job in a dask worker, in a folder of the worker's own that goes with it."""
    from distributed import get_worker

    worker = get_worker()
    if differing := differences(state):
        return job.failed(f"the worker {worker.address} has other {differing} than this machine")
    with tempfile.TemporaryDirectory(
        prefix="ballast-", dir=worker.local_directory, ignore_cleanup_errors=True
    ) as name:
        run_dir, folder = Path(name) / "run", job.folder if job.folder.is_dir() else paths.ROOT
        with _while_wanted(worker, run_dir):
            return execute(replace(job, run_dir=run_dir, folder=folder))


@contextlib.contextmanager
def _while_wanted(worker: Any, run_dir: Path) -> Iterator[None]:
    """Kill the kernel once the worker goes, or its client is stopped and the task taken back."""
    key, over = worker.get_current_task(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            task = worker.state.tasks.get(key)
            going = worker.status.name in ("closing", "closed", "failed")
            if going or task is None or task.state == "cancelled":
                stop_kernel(run_dir)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
