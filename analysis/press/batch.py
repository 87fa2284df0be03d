"""Run notebooks: strictly, in parallel, only where something has changed, and never half."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from analysis import paths
from analysis.errors import BallastError, ParameterError
from analysis.press.cache import Cache
from analysis.press.execute import Executed, Job, execute_with_papermill
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
)  # fmt: skip
from analysis.press.parameters import declaration, injected_code, parameters_cell, plain, validated
from analysis.press.pool import Execute, execute_all
from analysis.press.remote import place_in, write_to

Send = Callable[[Iterable[Job]], Generator[tuple[Job, Executed], None, None]]
"""Executes jobs somewhere and gives back each with its result, in the order in which they end."""
LONGEST_NAME = 120  # characters of an output's name before it is cut; file systems allow 255 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Root of the project, and where executed notebooks (a folder, or an address as text) and
    cached results go.
    """

    root: Path = field(default_factory=lambda: paths.ROOT)
    output: Path | str = field(default_factory=lambda: paths.BUILD / "notebooks")
    cache: Path = field(default_factory=lambda: paths.BUILD / "cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one notebook.

    ``name`` tells the parameters too, as the output's file name does; ``unchanged`` means taken
    from the cache; ``output`` is half run where the notebook failed and None where it never began;
    ``seconds`` is what the execution took, now or when it was cached; ``measured`` is what the
    notebook recorded in ``measured.jsonl``; ``afresh`` is why its kernel was not forked although it
    should have been, or empty.
    """

    name: str
    status: Literal["run", "unchanged", "failed"]
    output: Path | str | None = None
    error: str = ""
    seconds: float = 0.0
    measured: list[Json] = field(default_factory=list)
    afresh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A notebook that was read, whose parameters are valid and injected; its kernel works in
    ``folder``.
    """

    path: Path | str
    folder: Path
    name: str
    notebook: Json
    values: Mapping[str, object]
    known: Json
    target: Path | str

    def sign(self, executed: Json) -> Json:
        """Executed notebook whose account of the run names its own files, not those of the
        workshop.
        """
        record = {
            "input_path": str(self.path),
            "output_path": str(self.target),
            "parameters": plain(self.values),
        }
        metadata = executed["metadata"] | {
            "papermill": executed["metadata"].get("papermill", {}) | record
        }
        return executed | {"metadata": metadata}


def output_name(stem: str, values: Mapping[str, object]) -> str:
    """Name of the executed notebook: stable, safe in every file system, and not too long.

    >>> output_name("04_the_trade_boom", {"partner": "IND"})
    '04_the_trade_boom__partner-IND'
    """
    wanted = "__".join([stem, *(f"{name}-{value}" for name, value in sorted(values.items()))])
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted)[:LONGEST_NAME]
    return wanted if safe == wanted or not values else f"{safe}-{sha256(wanted)[:8]}"


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
    report: Callable[[Outcome | None, int], None] = lambda outcome, total: None,
    execute: Execute = execute_with_papermill,
) -> list[Outcome]:
    """Execute the notebooks whose code, parameters, source, data or environment have changed.

    Parameters
    ----------
    notebooks : paths, file names or the numbers they begin with; every notebook of the project
    where empty
    parameters : checked against the parameters cell of every notebook before anything runs
    workers : notebooks executed at the same time, each in a process of its own
    force : execute also what has not changed
    in_place : write outputs into the notebooks themselves, without anything that depends on the
    clock; one that
        fails is left as it is, and how far it came is kept in the output folder
    time_limit : seconds for each notebook
    text : parameters are text, as typed at a command line
    report : told None when all is checked, then each outcome as it comes; and the number of
    notebooks
    execute : what executes a job; importable in a worker process

    Returns
    -------
    list of Outcome, in the order of the notebooks. One that fails stops no other and raises
    nothing.

    Raises
    ------
    ParameterError, UnknownNotebookError, OutputError
        Before anything has run.
    """
    places = places or Places()
    if in_place and parameters:
        fault = "outputs cannot be written into notebooks that run with other parameters"
        raise ParameterError(fault, do="leave out either the parameters or --in-place")
    if workers < 1 or time_limit <= 0:
        raise ParameterError(
            f"workers={workers}, time_limit={time_limit:g}",
            allowed="1 or more; more than 0 seconds",
        )
    found = _find_all(notebooks, places.root / "notebooks")
    project, cache = Project(places.root), Cache(places.cache)
    plans = plan_all(found, parameters or {}, project, places, in_place=in_place, text=text)
    for folder in {Path(places.output), places.cache, *(path.parent for path in found if in_place)}:
        check_writable(folder)
    report(None, len(plans))
    outcomes: dict[str, Outcome] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.name] = outcome
        report(outcome, len(plans))

    changed: list[Plan] = []
    for name, plan in plans.items():
        if isinstance(plan, NotebookError):
            settle(Outcome(name=name, status="failed", error=str(plan)))
        elif not force and (found_again := from_cache(plan, cache, project, in_place=in_place)):
            settle(found_again)
        else:
            changed.append(plan)
    send = partial(execute_all, workers=workers, execute=execute)
    with contextlib.closing(
        execute_plans(
            changed, send, cache, project, places, time_limit=time_limit, in_place=in_place
        )
    ) as results:
        for outcome in results:
            settle(outcome)
    return [outcomes[name] for name in plans]


def from_cache(
    plan: Plan, cache: Cache, project: Project, *, in_place: bool = False
) -> Outcome | None:
    """Outcome of a plan whose result is there already, written where it belongs; None where it must
    be executed.
    """
    entry = cache.find(plan.known, project)
    return _finish(plan, entry, "unchanged", record=not in_place) if entry else None


def execute_plans(
    plans: Iterable[Plan], send: Send, cache: Cache, project: Project, places: Places,
    *, time_limit: float, in_place: bool = False,
) -> Generator[Outcome, None, None]:  # fmt: skip
    """Outcomes as they come. A plan is taken from ``plans`` when ``send`` has room for it, and then
    forgotten.
    """
    under_way: dict[str, Plan] = {}

    def jobs() -> Iterator[Job]:
        for plan in plans:
            under_way[plan.name] = plan
            yield Job(
                name=plan.name, notebook=plan.notebook, folder=plan.folder, time_limit=time_limit
            )

    with contextlib.closing(send(jobs())) as results:
        for job, executed in results:
            yield _keep(
                under_way.pop(job.name), executed, cache, project, places, in_place=in_place
            )


def _find_all(notebooks: Iterable[str | Path], folder: Path) -> list[Path]:
    """Paths of the notebooks that are meant, each once, no two with one name."""
    found = list(dict.fromkeys(find_notebook(name, folder) for name in notebooks)) or sorted(
        folder.glob("*.ipynb")
    )
    if not found:
        raise NotebookError(f"there are no notebooks in {folder}", do="name one by its path")
    stems = [path.stem for path in found]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise NotebookError(
            f"several notebooks have the name {', '.join(twice)}", do="run them one after the other"
        )
    return found


def plan_all(
    found: Sequence[Path], given: Mapping[str, object], project: Project, places: Places,
    *, in_place: bool = False, text: bool = False,
) -> dict[str, Plan | NotebookError]:  # fmt: skip
    """What is to be run, by name, or why a notebook cannot be.

    Raises
    ------
    ParameterError
        If any notebook cannot take the parameters; the faults of all notebooks are listed.
    """
    plans: dict[str, Plan | NotebookError] = {}
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
            plan = plan_one(path, path.parent, notebook, values, project, places)
            plans[plan.name] = replace(plan, target=path) if in_place else plan
        except ParameterError as refusal:
            refusals.append(str(refusal))
        except NotebookError as fault:
            plans[path.stem] = fault
    if refusals:
        raise ParameterError("\n".join(refusals))
    return plans


def plan_one(
    path: Path | str,
    folder: Path,
    notebook: Json,
    values: Mapping[str, object],
    project: Project,
    places: Places,
) -> Plan:
    """Plan of a notebook whose parameters have been injected."""
    name = output_name(PurePosixPath(path).stem, values)
    known = ingredients(notebook, values, folder, project)
    target = place_in(places.output, f"{name}.ipynb")
    return Plan(
        path=path,
        folder=folder,
        name=name,
        notebook=notebook,
        values=values,
        known=known,
        target=target,
    )


def _finish(
    plan: Plan, entry: Json, status: Literal["run", "unchanged"], *, record: bool
) -> Outcome:
    """Write a result where it belongs, unless it is there already."""
    text = to_text(with_outputs(plan.notebook, plan.sign(entry["notebook"]), record=record))
    facts = {"seconds": entry["seconds"], "measured": entry["measured"]}
    try:
        write_to(plan.target, text)
    except BallastError as error:
        return Outcome(name=plan.name, status="failed", error=str(error), **facts)
    return Outcome(name=plan.name, status=status, output=plan.target, **facts)


def _keep(
    plan: Plan, ran: Executed, cache: Cache, project: Project, places: Places, *, in_place: bool
) -> Outcome:
    """Keep what a run has left: a whole result in the cache and at its place, half a one in the
    output folder.
    """
    entry = {
        "tables": project.states_of_loaded(ran.loaded),
        "seconds": ran.seconds,
        "measured": ran.measured,
    }
    entry["notebook"] = ran.notebook
    last = {"known": plan.known, "tables": entry["tables"], "error": ran.error}
    with contextlib.suppress(BallastError):  # a full disk costs time later, not this result
        cache.remember(f"{plan.path} {plan.known['parameters']}", last)
        if not ran.error and project.same(
            Project(places.root)
        ):  # an edit in mid-run leaves its origin in doubt
            cache.keep(plan.known, entry)
    if not ran.error:
        return replace(_finish(plan, entry, "run", record=not in_place), afresh=ran.afresh)
    kept = place_in(places.output, f"{plan.name}.ipynb")
    with contextlib.suppress(BallastError):
        write_to(kept, to_text(plan.sign(ran.notebook)))
    failed = Outcome(name=plan.name, status="failed", output=kept, error=ran.error)
    return replace(failed, seconds=ran.seconds, afresh=ran.afresh)


def why(
    notebook: str | Path, *, parameters: Mapping[str, object] | None = None, text: bool = False,
    places: Places | None = None,
) -> str:  # fmt: skip
    """One line: whether a notebook would run again, and what has changed since it last did."""
    places = places or Places()
    project, cache = Project(places.root), Cache(places.cache)
    path = find_notebook(notebook, places.root / "notebooks")
    (plan,) = plan_all([path], parameters or {}, project, places, text=text).values()
    if isinstance(plan, NotebookError):
        raise plan
    if cache.find(plan.known, project):
        return f"{plan.name}: nothing changed since it was run; it would not run again."
    last = cache.last(f"{plan.path} {plan.known['parameters']}")
    if last is None:
        return f"{plan.name} would run: it has not been run before."
    found = [f"its last run failed {last['error']}"] if last["error"] else []
    found += changes(last["known"], plan.known, last["tables"], project)
    return (
        f"{plan.name} would run again:"
        f" {'; '.join(found) or 'its result is no longer in the cache'}."
    )
