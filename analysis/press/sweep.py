"""Run one notebook with many sets of parameters, and collect what was measured."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from analysis import paths
from analysis.press.batch import Places, Press, Report, Send, read_subject
from analysis.press.cache import Project
from analysis.press.execute import execute_with_papermill
from analysis.press.files import check_writable, is_remote, place_in, write_to
from analysis.press.notebook import find_notebook
from analysis.press.pool import Execute, execute_all
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
    report: Report = lambda outcome, total: None,
    execute: Execute = execute_with_papermill,
) -> Swept:
    """Execute a notebook once for each set of parameters.

    Parameters
    ----------
    notebook : path or str
        Path, file name, the number it begins with, or an address (``s3://bucket/name.ipynb``).
    over, sets, parameters
        The values of each parameter that varies, or 'all', of which every combination is run; the
        parameters of one run each, combined with ``over``; those that are the same in all runs.
    workers, scheduler
        How many run at once here, or the address of a dask scheduler whose workers run them.
    force, time_limit, text, report, execute
        As for ``batch.run``.
    output, cache : path or str, optional
        A folder other than ``build/sweeps/NOTEBOOK``, or an address; the table then stays in that
        folder, and in S3 it is also beside the rest. A folder other than ``build/cache``.
    root : path
        The project, with ``analysis``, ``data`` and ``notebooks``.

    Returns
    -------
    Swept
        A run that fails stops no other; it has a row in the table, with its reason.

    Raises
    ------
    ParameterError, NotebookError, OutputError, ClusterError
        Before anything has run; OutputError also at the end, where the table cannot be written.
    """
    is_address = isinstance(notebook, str) and is_remote(notebook)
    path = notebook if is_address else find_notebook(notebook, root / "notebooks")
    subject = read_subject(path, path.parent if isinstance(path, Path) else root / "notebooks")
    wanted = parameter_sets(
        subject.declared, subject.stem, over or {}, sets, parameters or {}, root=root, text=text
    )
    usual = paths.BUILD / "sweeps" / subject.stem
    places = Places(root=root, output=output or usual, cache=cache or paths.BUILD / "cache")
    press = Press(places, workers=workers, time_limit=time_limit)
    local = usual if isinstance(places.output, str) else places.output
    table, index = local / TABLE, place_in(places.output, "index.html")
    for folder in (local, places.cache):
        check_writable(folder)
    write_to(index, NOT_FINISHED.format(subject.stem))  # an address that refuses is met here
    table.unlink(missing_ok=True)
    send = _sender(scheduler, workers, execute, press.project)
    report(None, len(wanted))
    outcomes = press.outcomes((press.plan(subject, values) for values in wanted), send, force=force)
    results = Results(subject.declared)
    with contextlib.closing(outcomes):
        for plan, outcome in outcomes:
            results.add(outcome, plan.shown)
            report(outcome, len(wanted))
    content = results.to_parquet()
    write_to(table, content)
    if str(places.output).startswith("s3://"):
        write_to(place_in(places.output, TABLE), content)
    write_to(index, results.to_html(subject.stem, TABLE if isinstance(index, Path) else table))
    return Swept(table=table, index=index, counts=results.counts)


def _sender(scheduler: str | None, workers: int, execute: Execute, project: Project) -> Send:
    """What executes jobs: a pool of this machine, or the workers of a scheduler."""
    if scheduler is None:
        return partial(execute_all, workers=workers, execute=execute)
    from analysis.press.cluster import execute_on, state_of

    return partial(execute_on, address=scheduler, execute=execute, state=state_of(project))
