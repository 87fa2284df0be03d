"""Execute notebooks on a dask cluster, for when one machine is not enough.

Any scheduler will do whose workers have this project installed in the same version: ``dask
scheduler`` on one machine and ``dask worker --nthreads 1 --nworkers N tcp://SCHEDULER:8786`` on the
others. A worker process runs one notebook at a time. Nothing is written on the workers' machines;
results come back through the scheduler and are kept by the process that asked for them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import platform
import tempfile
import threading
import time
import weakref
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.errors import BallastError
from analysis.press.execute import Executed, Job, stop_kernel
from analysis.press.ingredients import Project, sha256
from analysis.press.pool import WORKER_DIED, Execute, as_they_end, ended

SECONDS_TO_CONNECT = 10.0
SECONDS_TO_CLOSE = 3.0
PATIENCE = 60.0  # seconds without any worker, or without a word from the scheduler, before a sweep gives up
LOOK_EVERY = 1.0  # seconds between two looks at the cluster, or at whether a result is still wanted
GOING = ("closing", "closed", "failed")
ONE_AT_A_TIME = threading.Lock()
"""A run sets variables of its process, so a worker process with several threads still runs one
notebook at a time."""


class ClusterError(BallastError):
    """A scheduler that cannot be reached, or has no workers."""


def state_of(project: Project) -> str:
    """Digest of code, reference files, lock and Python: two machines where it is the same give the
    same results.
    """
    return sha256(
        json.dumps([project.source, project.reference, project.lock, platform.python_version()])
    )


def execute_on(
    jobs: Iterable[Job], address: str, execute: Execute, state: str
) -> Generator[tuple[Job, Executed], None, None]:
    """Results as they come from the workers of the scheduler at an address.

    Parameters
    ----------
    jobs : iterable of Job
        Taken as workers become free.
    address : str
        Such as ``tcp://10.0.0.1:8786``.
    execute : callable
        What executes a job; the workers import it by its name.
    state : str
        ``state_of`` the project here; a worker whose own differs refuses to run anything.

    Raises
    ------
    ClusterError
        Before anything runs, where there is no scheduler or it has no worker. A cluster that goes
        away later fails the jobs that it leaves undone, each with the reason.
    """
    client = _connect(address)
    executor = client.get_executor(pure=False)

    def submit(job: Job) -> Future[Executed]:
        try:
            future = (
                executor.submit(execute_there, execute, job, state)
                if not lookout.reason
                else _cancelled()
            )
        except Exception:  # a client that has lost its scheduler refuses in many ways
            future = _cancelled()
        return lookout.over(future)

    try:
        with Lookout(client, address) as lookout:
            for job, future in as_they_end(submit, jobs, ahead=lambda: 2 * max(1, lookout.threads)):
                yield job, _ended(job, future, lookout)
    finally:  # the scheduler takes back what this client waits for, and the workers stop what nobody waits for
        client.close(timeout=SECONDS_TO_CLOSE)


def _connect(address: str) -> Any:
    """Client of a scheduler that has at least one worker."""
    try:
        from distributed import Client
    except ImportError:
        fault = "the package distributed is not installed"
        raise ClusterError(fault, do="pip install 'ballast[cluster]', on every machine") from None
    for name in ("distributed.client", "distributed.core", "distributed.comm.tcp"):
        logging.getLogger(name).setLevel(
            logging.CRITICAL
        )  # what they would say is said once, as the runs' reason
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except Exception as error:  # OSError, TimeoutError, ValueError for an address that is none
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        mend = "start one with `dask scheduler`, or give the address that it prints"
        raise ClusterError(f"no scheduler answers at {address} ({reason})", do=mend) from None
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    except TimeoutError:
        client.close()
        mend = f"start some with `dask worker --nthreads 1 {address}`"
        raise ClusterError(f"the scheduler at {address} has no workers", do=mend) from None
    return client


def _pass_on(ours: Future[Executed], theirs: Future[Executed]) -> None:
    """Give one future what came of another, unless it has ended already."""
    with contextlib.suppress(InvalidStateError):
        failure = CancelledError() if theirs.cancelled() else theirs.exception()
        ours.set_exception(failure) if failure else ours.set_result(theirs.result())


def _cancelled() -> Future[Executed]:
    future: Future[Executed] = Future()
    future.set_exception(CancelledError())
    return future


class Lookout:
    """Sees that a cluster is still there: ``threads`` that its workers have now, and ``reason``
    once it has gone.

    The futures that it is ``over`` end then, whatever the client is waiting for.
    """

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.threads, self.reason = sum(client.nthreads().values()), ""
        self._futures: weakref.WeakSet[Future[Executed]] = weakref.WeakSet()
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Lookout:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self._thread.join()

    def over(self, theirs: Future[Executed]) -> Future[Executed]:
        """Future that ends with another, or else when the cluster has gone."""
        ours: Future[Executed] = Future()
        self._futures.add(ours)
        theirs.add_done_callback(partial(_pass_on, ours))
        return ours

    @property
    def silence(self) -> str:
        """What to say of a scheduler that has taken a job back, or of which nothing is heard."""
        return f"the scheduler at {self.address} does not answer"

    def _watch(self) -> None:
        last_seen = time.monotonic()
        while not self._leave.wait(LOOK_EVERY):
            try:
                workers = self.client.sync(self.client.scheduler.ncores, callback_timeout=PATIENCE)
                self.threads, fault = (
                    sum(workers.values()),
                    f"the scheduler at {self.address} has no workers any more",
                )
            except Exception:
                self.threads, fault = 0, self.silence
            last_seen = time.monotonic() if self.threads else last_seen
            if time.monotonic() - last_seen > PATIENCE:
                self.reason = f"{fault} (waited {PATIENCE:g} s)"
                break
        for future in list(self._futures) if self.reason else []:
            _pass_on(future, _cancelled())


def _ended(job: Job, future: Future[Executed], lookout: Lookout) -> Executed:
    """What came of a job, with the reason in words where the cluster failed it."""
    failure = future.exception()
    if isinstance(failure, CancelledError):
        return Executed(notebook=job.notebook, error=lookout.reason or lookout.silence, seconds=0.0)
    if type(failure).__name__ == "KilledWorker":
        return Executed(
            notebook=job.notebook, error=f"{WORKER_DIED}; several workers tried", seconds=0.0
        )
    if isinstance(failure, ModuleNotFoundError):
        error = (
            f"a worker has no module '{failure.name}': install the project, in this version, on"
            " every machine"
        )
        return Executed(notebook=job.notebook, error=error, seconds=0.0)
    return ended(job, future)


def execute_there(execute: Execute, job: Job, state: str) -> Executed:
    """Execute a job in a dask worker, in a folder of the worker's own that goes with it."""
    from distributed import get_worker

    worker = get_worker()
    with (
        ONE_AT_A_TIME,
        tempfile.TemporaryDirectory(
            prefix="ballast-", dir=worker.local_directory, ignore_cleanup_errors=True
        ) as own,
        _while_wanted(worker),
    ):
        if state_of(Project(paths.ROOT)) != state:
            error = (
                f"the worker {worker.address} has other code, reference files, packages or Python"
                " than this machine"
            )
            return Executed(notebook=job.notebook, error=error, seconds=0.0)
        folder = job.folder if job.folder.is_dir() else paths.ROOT
        return execute(replace(job, run_dir=Path(own) / "run", folder=folder))


@contextlib.contextmanager
def _while_wanted(worker: Any) -> Iterator[None]:
    """Kill the kernel once the worker goes, or the scheduler has taken the task back since its
    client was stopped.
    """
    key = worker.get_current_task()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled" or worker.status.name in GOING:
                stop_kernel()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
