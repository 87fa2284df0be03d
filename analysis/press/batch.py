"""Run notebooks: strictly, in parallel, only where something has changed, and never half."""

import contextlib
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from analysis import paths
from analysis.errors import BallastError, ParameterError
from analysis.press import notebook as ipynb
from analysis.press.cache import Cache, Project, changes, ingredients, sha256
from analysis.press.execute import Executed, Job, execute_with_papermill
from analysis.press.files import check_writable, place_in, write_to
from analysis.press.notebook import Json, NotebookError, find_notebook
from analysis.press.parameters import (
    Parameter,
    declaration,
    injected_code,
    parameters_cell,
    plain,
    validated,
)
from analysis.press.pool import STOPPED, Execute, execute_all

Send = Callable[[Iterable[Job]], Generator[tuple[Job, Executed], None, None]]
"""Executes jobs somewhere and gives back each with its result, in the order in which they end."""
Report = Callable[["Outcome | None", int], None]
"""Told None when all is checked, then each outcome as it comes; and the number of runs."""
LONGEST_NAME = 120
"""Characters of an output's name before it is cut; file systems allow 255 bytes."""
PLAIN_VALUE = re.compile(r"(?!None$)[A-Za-z0-9.-]+(_[A-Za-z0-9.-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Root of the project; where executed notebooks (a folder or an address) and results go."""

    root: Path = field(default_factory=lambda: paths.ROOT)
    output: Path | str = field(default_factory=lambda: paths.BUILD / "notebooks")
    cache: Path = field(default_factory=lambda: paths.BUILD / "cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one notebook, whose ``name`` tells its parameters too.

    ``unchanged`` is from the cache; ``output`` is half run after a failure and None where it never
    began; ``afresh`` is why its kernel was not forked although it should have been.
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
    """A notebook to run without outputs, where it is and its kernel works, and its parameters.

    ``shown`` has their values, and for a secret a text that differs where values do and tells
    nobody what it is. Plans of a sweep share all but these.
    """

    path: Path | str
    folder: Path
    bare: Json
    declared: Mapping[str, Parameter]
    name: str
    target: Path | str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    shown: Mapping[str, object] = field(default_factory=dict)

    @property
    def last(self) -> str:
        """What the cache knows the last such run by, whatever its notebook held."""
        return f"{self.path} {self.shown}"

    @property
    def notebook(self) -> Json:
        """The notebook with its parameters injected."""
        return self._injected(self.bare, self.values) if self.values else self.bare

    def to_show(self, notebook: Json) -> Json:
        """A notebook of this plan without what is secret."""
        return notebook if self.shown == self.values else self._injected(notebook, self.shown)

    def _injected(self, notebook: Json, values: Mapping[str, object]) -> Json:
        return ipynb.with_injected(notebook, injected_code(self.declared, values))

    def sign(self, executed: Json) -> Json:
        """Executed notebook whose account of the run names its own files and parameters."""
        account = executed["metadata"].get("papermill", {}) | {"parameters": plain(self.shown)}
        account |= {"input_path": str(self.path), "output_path": str(self.target)}
        return self.to_show(executed) | {"metadata": executed["metadata"] | {"papermill": account}}


def output_name(stem: str, values: Mapping[str, object]) -> str:
    """Name of the executed notebook: safe and short, with a digest where it would not be unique.

    >>> output_name("04_the_trade_boom", {"partner": "IND"})
    '04_the_trade_boom__partner-IND'
    """
    if not values:
        return stem
    wanted = "__".join([stem, *(f"{name}-{value}" for name, value in sorted(values.items()))])
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted)[:LONGEST_NAME]
    texts = [value for value in values.values() if isinstance(value, str)]
    if safe == wanted and "__" not in stem and all(map(PLAIN_VALUE.fullmatch, texts)):
        return wanted
    return f"{safe}-{sha256(repr([stem, *sorted(values.items())]))[:16]}"


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
    report: Report = lambda outcome, total: None,
    execute: Execute = execute_with_papermill,
) -> list[Outcome]:
    """Execute the notebooks whose code, parameters, source, data or environment have changed.

    ``notebooks`` are paths, file names or the numbers they begin with; none are all of the project.
    ``parameters`` are checked before anything runs; ``text`` says that they are as typed. ``force``
    executes also what has not changed. ``in_place`` writes outputs into the notebooks themselves,
    without anything that depends on the clock.

    Returns the outcomes in the order of the notebooks; one that fails stops no other and raises
    nothing. ParameterError, UnknownNotebookError and OutputError come before anything has run.
    """
    press = Press(places or Places(), workers=workers, time_limit=time_limit, in_place=in_place)
    if in_place and parameters:
        fault = "outputs cannot be written into notebooks that run with other parameters"
        raise ParameterError(fault, do="leave out either the parameters or --in-place")
    named = _find_all(notebooks, press.places.root / "notebooks")
    plans, outcomes = _plan_all(press, named, parameters or {}, text=text)
    own = [path.parent for path in named if in_place]
    for folder in {Path(press.places.output), press.places.cache, *own}:
        check_writable(folder)
    report(None, len(named))
    for outcome in outcomes.values():
        report(outcome, len(named))
    send = partial(execute_all, workers=workers, execute=execute)
    with contextlib.closing(press.outcomes(plans, send, force=force)) as results:
        for plan, outcome in results:
            outcomes[plan.path] = outcome
            report(outcome, len(named))
    return [outcomes[path] for path in named]


class Press:
    """Executes plans in one project and keeps what comes of them; ParameterError where none can."""

    def __init__(
        self, places: Places, *, workers: int = 1, time_limit: float = 1.0, in_place: bool = False
    ) -> None:
        if workers < 1 or not 0 < time_limit < float("inf"):
            fault = f"workers={workers}, time_limit={time_limit:g}"
            raise ParameterError(fault, allowed="1 or more; more than 0 seconds, and not endless")
        self.places, self.time_limit, self.in_place = places, time_limit, in_place
        self.project, self.cache = Project(places.root), Cache(places.cache)

    def read(self, path: Path, given: Mapping[str, object], *, text: bool) -> Plan:
        """Plan of a notebook with parameters, which it must declare where there are any."""
        notebook = read_plan(path, path.parent, declares=bool(given))
        return self.plan(notebook, validated(notebook.declared, given, path.stem, text=text))

    def plan(self, notebook: Plan, values: Mapping[str, object]) -> Plan:
        """Plan of a notebook with these valid values of its parameters."""
        shown = {
            name: self.cache.hidden(value) if notebook.declared[name].secret else value
            for name, value in values.items()
        }
        name = output_name(notebook.name, shown)
        target = notebook.path if self.in_place else place_in(self.places.output, f"{name}.ipynb")
        return replace(notebook, name=name, target=target, values=values, shown=shown)

    def known(self, plan: Plan) -> Json:
        """What the result of a plan depends on and is known before it runs."""
        return ingredients(plan.notebook, plan.shown, plan.folder, self.project)

    def outcomes(
        self, plans: Iterable[Plan], send: Send, *, force: bool = False
    ) -> Generator[tuple[Plan, Outcome], None, None]:
        """What came of each plan: first those in the cache, then the others as they end; of these
        those that took longest begin first, so that no worker waits for them at the end.
        """
        changed: dict[str, Plan] = {}
        for plan in plans:
            if STOPPED.is_set():
                raise KeyboardInterrupt
            entry = None if force else self.cache.find(self.known(plan), self.project)
            if entry:
                yield plan, self._finish(plan, entry, "unchanged")
            else:
                changed[plan.name] = plan
        jobs = (
            Job(name=name, notebook=plan.notebook, folder=plan.folder, time_limit=self.time_limit)
            for name, plan in sorted(changed.items(), key=self._expected, reverse=True)
        )
        with contextlib.closing(send(jobs)) as results:
            for job, ran in results:
                plan = changed[job.name]
                try:
                    outcome = self._keep(plan, ran)
                except Exception as failure:  # of one run, which must not stop the others
                    fault = f"its result is damaged ({type(failure).__name__}: {failure})"
                    outcome = Outcome(name=plan.name, status="failed", error=fault)
                yield plan, outcome

    def _expected(self, changed: tuple[str, Plan]) -> float:
        """Seconds that a plan took when it last ran; one that never ran may take any time."""
        last = self.cache.last(changed[1].last) or {}
        return float(last.get("seconds", "inf"))

    def _keep(self, plan: Plan, ran: Executed) -> Outcome:
        """Keep a whole result in the cache and at its place, half a one in the output folder."""
        known, used = self.known(plan), self.project.states_of(ran)
        entry: Json = {"used": used, "seconds": ran.seconds, "measured": ran.measured}
        entry["notebook"] = plan.to_show(ran.notebook)
        with contextlib.suppress(BallastError):  # a full disk costs time later, not this result
            last = {"known": known, "used": used, "error": ran.error, "seconds": ran.seconds}
            self.cache.remember(plan.last, last)
            if not ran.error and self.project.untouched():  # else its origin is in doubt
                self.cache.keep(known, entry)
        if not ran.error:
            return replace(self._finish(plan, entry, "run"), afresh=ran.afresh)
        kept = place_in(self.places.output, f"{plan.name}.ipynb")
        with contextlib.suppress(BallastError):
            write_to(kept, ipynb.to_text(plan.sign(ran.notebook)))
        failed = Outcome(name=plan.name, status="failed", output=kept, error=ran.error)
        return replace(failed, seconds=ran.seconds, afresh=ran.afresh)

    def _finish(self, plan: Plan, entry: Json, status: Literal["run", "unchanged"]) -> Outcome:
        """Write a result where it belongs, unless it is there already."""
        now, executed = plan.to_show(plan.notebook), plan.sign(entry["notebook"])
        notebook = ipynb.with_outputs(now, executed, record=not self.in_place)
        facts = {"name": plan.name, "seconds": entry["seconds"], "measured": entry["measured"]}
        try:
            write_to(plan.target, ipynb.to_text(notebook))
        except BallastError as error:
            return Outcome(status="failed", error=str(error), **facts)
        return Outcome(status=status, output=plan.target, **facts)


def read_plan(place: Path | str, folder: Path, *, declares: bool = True) -> Plan:
    """A notebook at a path or address, not yet with parameters; NotebookError where it is faulty.

    Without ``declares`` its parameters cell may be missing, or one that nobody understands.
    """
    notebook, stem = ipynb.bare(ipynb.read_notebook(place)), PurePosixPath(place).stem
    parameters_cell(notebook, stem)
    declared = declaration(notebook, stem) if declares else {}
    return Plan(path=place, folder=folder, bare=notebook, declared=declared, name=stem)


def _find_all(notebooks: Iterable[str | Path], folder: Path) -> list[Path]:
    """Paths of the notebooks that are meant, each once, no two with one name."""
    named = list(dict.fromkeys(find_notebook(name, folder) for name in notebooks))
    named = named or sorted(folder.glob("*.ipynb"))
    if not named:
        raise NotebookError(f"there are no notebooks in {folder}", do="name one by its path")
    stems = [path.stem for path in named]
    if twice := sorted({stem for stem in stems if stems.count(stem) > 1}):
        fault = f"several notebooks have the name {', '.join(twice)}"
        raise NotebookError(fault, do="run them one after the other")
    return named


def _plan_all(
    press: Press, named: Iterable[Path], given: Mapping[str, object], *, text: bool
) -> tuple[list[Plan], dict[Path | str, Outcome]]:
    """What is to be run, and what has come of notebooks that cannot be; ParameterError lists the
    faults of all notebooks where any cannot take the parameters.
    """
    plans, outcomes, refusals = list[Plan](), dict[Path | str, Outcome](), list[str]()
    for path in named:
        try:
            plans.append(press.read(path, given, text=text))
        except ParameterError as refusal:
            refusals.append(str(refusal))
        except NotebookError as fault:
            outcomes[path] = Outcome(name=path.stem, status="failed", error=str(fault))
    if refusals:
        raise ParameterError("\n".join(refusals))
    return plans, outcomes


def why(
    notebook: str | Path,
    *,
    parameters: Mapping[str, object] | None = None,
    text: bool = False,
    places: Places | None = None,
) -> str:
    """One line: whether a notebook would run again, and what has changed since it last did."""
    press = Press(places or Places())
    path = find_notebook(notebook, press.places.root / "notebooks")
    plan = press.read(path, parameters or {}, text=text)
    known = press.known(plan)
    if press.cache.find(known, press.project):
        return f"{plan.name}: nothing changed since it was run; it would not run again."
    last = press.cache.last(plan.last)
    if last is None:
        return f"{plan.name} would run: it has not been run before."
    reasons = [f"its last run failed {last['error']}"] if last["error"] else []
    reasons += changes(last["known"], known, last["used"], press.project)
    said = "; ".join(reasons) or "its result is no longer in the cache"
    return f"{plan.name} would run again: {said}."
