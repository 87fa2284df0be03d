"""Run notebooks: strictly, in parallel, only where something has changed, and never half."""

from __future__ import annotations

import contextlib
import multiprocessing
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis import paths
from analysis.errors import BallastError, ParameterError
from analysis.press import execute as execution
from analysis.press.cache import Cache
from analysis.press.execute import Executed, Job
from analysis.press.ingredients import Project, changes, ingredients, sha256
from analysis.press.notebook import (
    Json,
    NotebookError,
    check_writable,
    find_notebook,
    read_notebook,
    to_text,
    with_injected,
    with_outputs,
    write_text,
)  # fmt: skip
from analysis.press.parameters import declaration, injected_code, parameters_cell, plain, validated

LONGEST_NAME = 120
"""Characters of an output's name before it is cut; file systems allow 255 bytes."""
WORKER_DIED = "the process that ran it was killed by the system, perhaps for lack of memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are: the project's own folders unless something else is asked for.

    Attributes
    ----------
    root : Path
        Folder with ``notebooks/``, ``analysis/``, ``data/`` and ``requirements.lock``.
    output, cache : Path
        Where executed notebooks and cached results go.
    """

    root: Path = field(default_factory=lambda: paths.ROOT)
    output: Path = field(default_factory=lambda: paths.BUILD / "notebooks")
    cache: Path = field(default_factory=lambda: paths.BUILD / "cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one notebook.

    Attributes
    ----------
    name : str
        Of the notebook with its parameters, as in the output's file name.
    status : str
        ``run``, ``unchanged`` (taken from the cache) or ``failed``.
    output : Path or None
        Executed notebook, half run where it failed; None where it never began.
    error : str
        Where and why it failed; empty where it did not.
    seconds : float
        That its execution took, now or when it was cached.
    measured : list of dict
        What the notebook recorded with ``claims.record``.
    """

    name: str
    status: Literal["run", "unchanged", "failed"]
    output: Path | None = None
    error: str = ""
    seconds: float = 0.0
    measured: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A notebook that was read and whose parameters are valid."""

    path: Path
    name: str
    notebook: Json
    values: Mapping[str, object]
    known: Json
    target: Path

    def sign(self, executed: Json) -> Json:
        """Executed notebook whose account of the run names its own files, not those of the workshop."""
        record = {"input_path": str(self.path), "output_path": str(self.target), "parameters": plain(self.values)}
        metadata = executed["metadata"] | {"papermill": executed["metadata"].get("papermill", {}) | record}
        return executed | {"metadata": metadata}

    @property
    def run_key(self) -> str:
        """What ties a run to the runs before it: the same notebook with the same parameters."""
        return f"{self.path} {self.known['parameters']}"


def output_name(stem: str, values: Mapping[str, object]) -> str:
    """Name of the executed notebook: stable, safe in every file system, and not too long.

    >>> output_name("04_the_trade_boom", {"partner": "IND"})
    '04_the_trade_boom__partner-IND'
    """
    plain = "__".join([stem, *(f"{name}-{value}" for name, value in sorted(values.items()))])
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", plain)[:LONGEST_NAME]
    return plain if safe == plain or not values else f"{safe}-{sha256(plain)[:8]}"


def run(
    notebooks: Iterable[str | Path] = (),
    *,
    parameters: Mapping[str, object] | None = None,
    workers: int = 2,
    force: bool = False,
    in_place: bool = False,
    time_limit: float = 1800.0,
    text: bool = False,
    places: Places | None = None,
    report: Callable[[Outcome, int], None] = lambda outcome, total: None,
    execute: Callable[[Job], Executed] = execution.execute,
) -> list[Outcome]:
    """Execute notebooks whose code, parameters, source, data or environment have changed; copy the others.

    Parameters
    ----------
    notebooks : iterable of str or Path
        Paths, file names or the numbers they begin with; every notebook of the project where empty.
    parameters : mapping of value by name, optional
        Checked against the parameters cell of every notebook before anything runs.
    workers : int
        Notebooks executed at the same time, each in a process of its own.
    force : bool
        Execute also what has not changed.
    in_place : bool
        Write outputs into the notebooks themselves, without anything that depends on the clock. A notebook that
        fails is left as it is; how far it came is kept in the output folder.
    time_limit : float
        Seconds for each notebook.
    text : bool
        Parameters are text as typed at a command line.
    report : callable
        Told about each outcome as it comes, with the number of notebooks.
    execute : callable
        What executes a job in a worker process; it must be importable there.

    Returns
    -------
    list of Outcome
        In the order of the notebooks. A failed notebook does not stop the others and raises nothing.

    Raises
    ------
    ParameterError, UnknownNotebookError, OutputError
        Before anything has run.
    """
    places = places or Places()
    if in_place and parameters:
        raise ParameterError("outputs cannot be written into notebooks that run with other parameters",
                             do="leave out either the parameters or --in-place")  # fmt: skip
    if workers < 1 or time_limit <= 0:
        raise ParameterError(f"workers={workers}, time_limit={time_limit:g}", allowed="1 or more; more than 0 seconds")
    found = _find_all(notebooks, places.root / "notebooks")
    project, cache = Project(places.root), Cache(places.cache)
    plans = plan(found, parameters or {}, project, places, in_place=in_place, text=text)
    check_writable(
        {places.output, places.cache} | {one.target.parent for one in plans.values() if isinstance(one, Planned)}
    )
    outcomes: dict[Path, Outcome] = {}
    waiting: list[Planned] = []
    for path, one in plans.items():
        if isinstance(one, NotebookError):
            outcomes[path] = Outcome(name=path.stem, status="failed", error=str(one))
        elif (entry := None if force else cache.find(one.known, project)) is not None:
            outcomes[path] = _finish(one, entry, "unchanged", record=not in_place)
        else:
            waiting.append(one)
            continue
        report(outcomes[path], len(plans))
    with contextlib.closing(execute_all(waiting, workers, time_limit, execute)) as results:
        for one, executed in results:
            outcomes[one.path] = _settle(one, executed, cache, project, places, in_place=in_place)
            report(outcomes[one.path], len(plans))
    return [outcomes[path] for path in plans]


def _find_all(notebooks: Iterable[str | Path], folder: Path) -> list[Path]:
    """Paths of the notebooks that are meant, each once, no two with one name."""
    found = list(dict.fromkeys(find_notebook(name, folder) for name in notebooks)) or sorted(folder.glob("*.ipynb"))
    if not found:
        raise NotebookError(f"there are no notebooks in {folder}", do="name one by its path")
    stems = [path.stem for path in found]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise NotebookError(f"several notebooks have the name {', '.join(twice)}", do="run them one after the other")
    return found


def plan(
    found: Sequence[Path], given: Mapping[str, object], project: Project, places: Places,
    *, in_place: bool = False, text: bool = False,
) -> dict[Path, Planned | NotebookError]:  # fmt: skip
    """What is to be run for each path, or why that one cannot be.

    Raises
    ------
    ParameterError
        If any notebook cannot take the parameters; the faults of all notebooks are listed.
    """
    plans: dict[Path, Planned | NotebookError] = {}
    refusals = []
    for path in found:
        try:
            notebook, values = read_notebook(path), {}
            if given:
                declared = declaration(notebook, path.stem)
                values = validated(declared, given, path.stem, text=text)
                notebook = with_injected(notebook, injected_code(declared, values))
            else:
                parameters_cell(notebook, path.stem)
            name = output_name(path.stem, values)
            known = ingredients(notebook, values, path.parent, project)
            target = path if in_place else places.output / f"{name}.ipynb"
            plans[path] = Planned(path=path, name=name, notebook=notebook, values=values, known=known, target=target)
        except ParameterError as refusal:
            refusals.append(str(refusal))
        except NotebookError as fault:
            plans[path] = fault
    if refusals:
        raise ParameterError("\n".join(refusals))
    return plans


def _finish(one: Planned, entry: Json, status: Literal["run", "unchanged"], *, record: bool) -> Outcome:
    """Write a result where it belongs, unless it is there already."""
    text = to_text(with_outputs(one.notebook, one.sign(entry["notebook"]), record=record))
    try:
        if not one.target.is_file() or one.target.read_text(encoding="utf-8") != text:
            write_text(one.target, text)
    except BallastError as error:
        return Outcome(name=one.name, status="failed", error=str(error))
    return Outcome(
        name=one.name, status=status, output=one.target, seconds=entry["seconds"], measured=entry["measured"]
    )


def _settle(
    one: Planned, executed: Executed, cache: Cache, project: Project, places: Places, *, in_place: bool
) -> Outcome:
    """Keep what a run has left: in the cache and at its place if it is whole, at its place only if it failed."""
    tables = project.states_of_loaded(executed.loaded)
    with contextlib.suppress(BallastError):  # a cache that cannot be written costs time later, not this result
        cache.remember(one.run_key, {"known": one.known, "tables": tables, "error": executed.error})
    if executed.error:
        kept: Path | None = places.output / f"{one.name}.ipynb"
        try:
            write_text(places.output / f"{one.name}.ipynb", to_text(one.sign(executed.notebook)))
        except BallastError:
            kept = None
        return Outcome(name=one.name, status="failed", output=kept, error=executed.error, seconds=executed.seconds)
    entry = {
        "tables": tables,
        "notebook": executed.notebook,
        "seconds": executed.seconds,
        "measured": executed.measured,
    }
    with contextlib.suppress(BallastError):
        cache.keep(one.known, entry)
    return _finish(one, entry, "run", record=not in_place)


def execute_all(
    waiting: Sequence[Planned], workers: int, time_limit: float, execute: Callable[[Job], Executed]
) -> Iterator[tuple[Planned, Executed]]:
    """Results as they come. A job whose worker was killed is tried once more, alone, and then given up."""
    with tempfile.TemporaryDirectory(prefix="ballast-", ignore_cleanup_errors=True) as runs:
        jobs = {
            one.path: Job(name=one.name, notebook=one.notebook, folder=one.path.parent,
                          run_dir=Path(runs) / str(place), time_limit=time_limit)
            for place, one in enumerate(waiting)
        }  # fmt: skip
        left = list(waiting)
        with contextlib.closing(_drain(waiting, jobs, workers, execute, Path(runs))) as results:
            for one, executed in results:
                if executed is not None:
                    left.remove(one)
                    yield one, executed
        for orphan in left:
            with contextlib.closing(_drain([orphan], jobs, 1, execute, Path(runs))) as results:
                for one, executed in results:
                    yield one, executed or Executed(notebook=one.notebook, error=WORKER_DIED, seconds=0.0)


def _drain(
    waiting: Sequence[Planned], jobs: Mapping[Path, Job], workers: int,
    execute: Callable[[Job], Executed], runs: Path,
) -> Iterator[tuple[Planned, Executed | None]]:  # fmt: skip
    """Results of one pool as they come, None where the worker was killed.

    The workers live as long as this process holds its end of a pipe: however it ends, they kill their kernels and go.
    """
    if not waiting:
        return
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(waiting)), context, execution.begin_worker, (theirs, runs))
    try:
        with _quiet_start():
            running: dict[Future[Executed], Planned] = {pool.submit(execute, jobs[one.path]): one for one in waiting}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                one = running.pop(future)
                try:
                    yield one, future.result()
                except BrokenProcessPool:
                    yield one, None
                except Exception as error:
                    fault = f"{type(error).__name__}: {error}"
                    yield one, Executed(notebook=one.notebook, error=fault, seconds=0.0)
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Start worker processes that do not import the caller's script again and leave Ctrl-C to this process."""
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {
        name: getattr(main, name, None) for name in ("__spec__", "__file__") if hasattr(main, name)
    }
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


def why(name: str | Path, *, parameters: Mapping[str, object] | None = None, text: bool = False,
        places: Places | None = None) -> str:  # fmt: skip
    """One line: whether a notebook would run again, and what has changed since it last did.

    Raises
    ------
    ParameterError, NotebookError
        As ``run`` would.
    """
    places = places or Places()
    project, cache = Project(places.root), Cache(places.cache)
    path = find_notebook(name, places.root / "notebooks")
    one = plan([path], parameters or {}, project, places, text=text)[path]
    if isinstance(one, NotebookError):
        raise one
    if cache.find(one.known, project) is not None:
        return f"{one.name}: nothing changed since it was run; it would not run again."
    last = cache.last(one.run_key)
    if last is None:
        return f"{one.name} would run: it has not been run before."
    found = changes(last["known"], one.known, last["tables"], project)
    if last["error"]:
        found.insert(0, f"its last run failed {last['error']}")
    return f"{one.name} would run again: {'; '.join(found) or 'its result is no longer in the cache'}."
