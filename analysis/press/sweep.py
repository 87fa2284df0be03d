"""Run one notebook with many sets of parameters, on this machine or a cluster, and collect what was
measured.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from analysis import paths
from analysis.errors import ParameterError
from analysis.press.batch import Outcome, Places, Plan, Send, execute_plans, from_cache, plan_one
from analysis.press.cache import Cache
from analysis.press.execute import execute_with_papermill
from analysis.press.ingredients import Project
from analysis.press.notebook import (
    Json,
    check_writable,
    find_notebook,
    read_notebook,
    with_injected,
    write_bytes,
)  # fmt: skip
from analysis.press.parameters import Parameter, declaration, injected_code
from analysis.press.pool import Execute, execute_all
from analysis.press.remote import is_remote, place_in, read_remote, upload, write_to
from analysis.press.results import Results
from analysis.press.sets import Over, parameter_sets

TABLE = "results.parquet"
NOT_FINISHED = (
    "<!doctype html><title>{0}</title><p>The sweep of {0} is not finished. The same command goes on"
    " with it.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep has left: a table (a file of this machine), an index, and how many runs ended in
    which way.
    """

    table: Path
    index: Path | str
    counts: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The notebook that is swept, without outputs: ``path`` is where it came from, its kernels work
    in ``folder``.
    """

    path: Path | str
    folder: Path
    notebook: Json
    declared: Mapping[str, Parameter]

    @property
    def stem(self) -> str:
        """Name without folder and ending."""
        return PurePosixPath(self.path).stem

    def plan(self, values: Mapping[str, object], project: Project, places: Places) -> Plan:
        """Plan of one run."""
        injected = with_injected(self.notebook, injected_code(self.declared, values))
        return plan_one(self.path, self.folder, injected, values, project, places)


def sweep(
    notebook: str | Path,
    *,
    over: Over | None = None,
    sets: Sequence[Mapping[str, object]] = (),
    parameters: Mapping[str, object] | None = None,
    workers: int = 2,
    scheduler: str | None = None,
    force: bool = False,
    time_limit: float = 1800.0,
    text: bool = False,
    output: Path | str | None = None,
    cache: Path | None = None,
    root: Path = paths.ROOT,
    report: Callable[[Outcome | None, int], None] = lambda outcome, total: None,
    execute: Execute = execute_with_papermill,
) -> Swept:
    """Execute a notebook once for each set of parameters.

    Parameters
    ----------
    notebook : path, file name, the number it begins with, or an address such as
    ``s3://bucket/name.ipynb``
    over : the values of each parameter that varies, or 'all'; with several, every combination is
    run
    sets : the parameters of one run each; combined with ``over`` where both are given
    parameters : those that are the same in all runs
    workers : notebooks executed at the same time on this machine
    scheduler : address of a dask scheduler whose workers execute them instead
    force, time_limit, text, report, execute : as for ``batch.run``
    output : a folder other than ``build/sweeps/NOTEBOOK``, or an address; the table then stays in
    that folder, and in
        S3 it is also beside the rest
    cache : a folder other than ``build/cache``
    root : the project, with ``analysis``, ``data`` and ``notebooks``

    Returns
    -------
    Swept. A run that fails stops no other; it has a row in the table, with its reason.

    Raises
    ------
    ParameterError, NotebookError, OutputError, ClusterError
        Before anything has run; OutputError also at the end, where the table cannot be written.
    """
    if workers < 1 or time_limit <= 0:
        raise ParameterError(
            f"workers={workers}, time_limit={time_limit:g}",
            allowed="1 or more; more than 0 seconds",
        )
    subject = _subject(notebook, root)
    wanted = parameter_sets(
        subject.declared, subject.stem, over or {}, sets, parameters or {}, root=root, text=text
    )
    usual = paths.BUILD / "sweeps" / subject.stem
    places = Places(root=root, output=output or usual, cache=cache or paths.BUILD / "cache")
    local = usual if is_remote(places.output) else Path(places.output)
    table, index = local / TABLE, place_in(places.output, "index.html")
    for folder in (local, places.cache):
        check_writable(folder)
    write_to(
        index, NOT_FINISHED.format(subject.stem)
    )  # an address that refuses is met here, before any work
    table.unlink(missing_ok=True)
    report(None, len(wanted))
    project = Project(root)
    send = _sender(scheduler, workers, execute, project)
    with Results(subject.declared) as results, contextlib.closing(
        _outcomes(subject, wanted, send, project, places, force=force, time_limit=time_limit)
    ) as outcomes:  # fmt: skip
        for outcome, values in outcomes:
            results.add(outcome, values)
            report(outcome, len(wanted))
        content = results.to_parquet()
        write_bytes(table, content)
        if str(places.output).startswith("s3://"):
            upload(content, str(place_in(places.output, TABLE)))
        write_to(index, results.to_html(subject.stem, TABLE if isinstance(index, Path) else table))
        return Swept(table=table, index=index, counts=results.counts)


def _subject(notebook: str | Path, root: Path) -> Subject:
    """The notebook that is meant, with its parameters read and its outputs left out."""
    if is_remote(notebook):
        path, folder, content = notebook, root / "notebooks", read_remote(str(notebook))
    else:
        path = find_notebook(notebook, root / "notebooks")
        folder, content = path.parent, read_notebook(path)
    bare = [
        cell | {"outputs": []} if cell["cell_type"] == "code" else cell for cell in content["cells"]
    ]
    declared = declaration(content, PurePosixPath(path).stem)
    return Subject(path=path, folder=folder, notebook=content | {"cells": bare}, declared=declared)


def _sender(scheduler: str | None, workers: int, execute: Execute, project: Project) -> Send:
    """What executes jobs: a pool of this machine, or the workers of a scheduler."""
    if scheduler is None:
        return partial(execute_all, workers=workers, execute=execute)
    from analysis.press.cluster import execute_on, state_of

    return partial(execute_on, address=scheduler, execute=execute, state=state_of(project))


def _outcomes(
    subject: Subject, wanted: Sequence[Mapping[str, Any]], send: Send, project: Project, places: Places,
    *, force: bool, time_limit: float,
) -> Generator[tuple[Outcome, Mapping[str, Any]], None, None]:  # fmt: skip
    """What came of each set of parameters: first of those that are in the cache, then of the others
    as they end.

    A plan is made twice rather than kept, so that only those under way take memory.
    """
    cache = Cache(places.cache)
    changed: dict[str, Mapping[str, Any]] = {}
    for values in wanted:
        plan = subject.plan(values, project, places)
        if not force and (outcome := from_cache(plan, cache, project)):
            yield outcome, values
        else:
            changed[plan.name] = values
    plans = (subject.plan(values, project, places) for values in changed.values())
    with contextlib.closing(
        execute_plans(plans, send, cache, project, places, time_limit=time_limit)
    ) as outcomes:
        for outcome in outcomes:
            yield outcome, changed[outcome.name]
