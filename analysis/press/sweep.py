"""Run one notebook with many sets of parameters, and collect what was measured into one table."""

import contextlib
import csv
import html
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis import paths
from analysis.errors import ParameterError
from analysis.press.batch import Outcome, Places, Press, Report, Send, read_plan
from analysis.press.cache import Project
from analysis.press.execute import execute_with_papermill
from analysis.press.files import check_writable, is_remote, place_in, write_to
from analysis.press.notebook import Json, find_notebook
from analysis.press.parameters import Parameter, plain, validated
from analysis.press.pool import Execute, execute_all

Over = Mapping[str, str | Iterable[object]]
Run = tuple[Outcome, Json]
"""What came of a run, and the parameters that it was given."""
TABLE = "results.parquet"
MOST_FAULTS = 20
"""Shown of a long list of sets; the others are counted."""
COMMA = re.compile(r",(?![^(\[]*[)\]])")
"""Outside brackets, so that (2021, 2024) is one value."""
OWN = ("run", "status", "reason", "seconds")
LONGEST_CELL = 200
"""Characters of what was measured, on the page."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>
:root {{ color-scheme: light dark; }} th, td {{ padding: .3rem .7rem; text-align: left; }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; }}
table {{ border-collapse: collapse; font-size: .9rem; display: block; overflow-x: auto; }}
</style></head><body><h1>{title}</h1><p>{intro}</p><table>{rows}</table></body></html>
"""
"""A page that fetches nothing: no script, no font and no picture from anywhere."""
NOT_FINISHED = "The sweep is not finished. The same command goes on with it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """A table (a file of this machine), an index, and how many runs ended in which way."""

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
    """Execute a notebook once for each set of parameters; other options are those of ``batch.run``.

    ``notebook`` may be an address (``s3://bucket/name.ipynb``). ``over`` has the values of each
    parameter that varies, or 'all', of which every combination is run, also with each of ``sets``;
    ``parameters`` are the same in all runs. A ``scheduler`` of dask runs them on its workers.
    ``output`` is a folder other than ``build/sweeps/NOTEBOOK``, or an address; the table then stays
    in that folder, and in S3 it is also beside the rest.

    A run that fails has a row with its reason. ParameterError, NotebookError, OutputError and
    ClusterError come before anything has run; OutputError also where the table cannot be written.
    """
    path = notebook if is_remote(notebook) else find_notebook(notebook, root / "notebooks")
    one = read_plan(path, path.parent if isinstance(path, Path) else root / "notebooks")
    local = paths.BUILD / "sweeps" / one.name
    fixed = parameters or {}
    wanted = parameter_sets(one.declared, one.name, over or {}, sets, fixed, root=root, text=text)
    places = Places(root=root, output=output or local, cache=cache or paths.BUILD / "cache")
    press = Press(places, workers=workers, time_limit=time_limit)
    local = places.output if isinstance(places.output, Path) else local
    table, index = local / TABLE, place_in(places.output, "index.html")
    for folder in (local, places.cache):
        check_writable(folder)
    write_to(index, _page(one.name, NOT_FINISHED))  # an address that refuses is met here
    table.unlink(missing_ok=True)
    send = _sender(scheduler, workers, execute, press.project)
    report(None, len(wanted))
    outcomes = press.outcomes((press.plan(one, values) for values in wanted), send, force=force)
    runs: list[Run] = []
    with contextlib.closing(outcomes):
        for plan, outcome in outcomes:
            runs.append((outcome, plain(plan.shown)))
            report(outcome, len(wanted))
    content = _to_parquet(runs, {name: known.shown for name, known in one.declared.items()})
    write_to(table, content)
    if str(places.output).startswith("s3://"):
        write_to(place_in(places.output, TABLE), content)
    counts = Counter[str](outcome.status for outcome, _ in runs)
    intro = ", ".join(f"{counts[kind]} {kind}" for kind in ("run", "unchanged", "failed"))
    intro += f". Everything measured, as one table: {TABLE if isinstance(index, Path) else table}"
    write_to(index, _page(one.name, intro, runs))
    return Swept(table=table, index=index, counts=counts)


def _sender(scheduler: str | None, workers: int, execute: Execute, project: Project) -> Send:
    """What executes jobs: a pool of this machine, or the workers of a scheduler."""
    if scheduler is None:
        return partial(execute_all, workers=workers, execute=execute)
    from analysis.press.cluster import execute_on, state_of

    return partial(execute_on, address=scheduler, execute=execute, state=state_of(project))


def parameter_sets(
    declared: Mapping[str, Parameter],
    name: str,
    over: Over,
    sets: Sequence[Mapping[str, object]],
    fixed: Mapping[str, object],
    *,
    root: Path,
    text: bool,
) -> list[dict[str, Any]]:
    """Distinct sets of parameters as the notebook ``name`` will see them: each of ``sets`` with
    each combination of ``over``. ParameterError lists all that it would refuse.
    """
    if not over and not sets:
        mend = "say --over NAME=VALUES or --sets FILE"
        raise ParameterError("there is nothing to go through", do=mend)
    named = Counter([*over, *fixed, *{key for given in sets for key in given}])
    if twice := sorted(key for key in named if named[key] > 1):
        allowed = "one of --over, --sets and -p for each"
        raise ParameterError(f"{', '.join(twice)} is given in two ways", allowed=allowed)
    if unknown := {key: wanted for key, wanted in over.items() if key not in declared}:
        validated(declared, unknown, name)
    columns = [_values(declared[key], wanted, root) for key, wanted in over.items()]
    valid: dict[str, dict[str, Any]] = {}
    faults: dict[str, None] = {}
    for given, combination in itertools.product(sets or [{}], itertools.product(*columns)):
        whole = {**fixed, **given, **dict(zip(over, combination, strict=True))}
        try:
            values = validated(declared, whole, name, text=text)
            valid[repr(values)] = values
        except ParameterError as fault:
            faults[str(fault)] = None
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise ParameterError("\n".join([*list(faults)[:MOST_FAULTS], *more]))
    return list(valid.values())


def _values(parameter: Parameter, wanted: str | Iterable[object], root: Path) -> list[object]:
    """Values that one parameter goes through: those listed, or all that its declaration has."""
    if not isinstance(wanted, str):
        return list(wanted)
    listed: list[object] = [part.strip() for part in COMMA.split(wanted) if part.strip()]
    if not listed:
        fault = f"{parameter.name}= has no value to go through"
        raise ParameterError(fault, allowed="values with commas, or all")
    if listed != ["all"]:
        return listed
    if parameter.choices and not parameter.item:
        return list(parameter.choices)
    if parameter.kind == "bool":
        return [True, False]
    if parameter.kind == "int" and parameter.low is not None:
        return list(range(parameter.low, parameter.high + 1))
    if not parameter.listed or parameter.item:
        fault = f"{parameter.name}=all, but the notebook does not say what all values are"
        allowed = "all of a choice, a range of whole numbers, True and False, or a column"
        mend = "list the values, use --sets, or say 'all of: TABLE.COLUMN' in the parameters cell"
        raise ParameterError(fault, allowed=allowed, do=mend)
    table, column = parameter.listed.split(".")
    path = root / "data" / "reference" / f"{table}.csv"
    values: dict[object, None] = {row[column]: None for row in read_sets(path) if column in row}
    if not values:
        fault = f"{parameter.name} names all of {parameter.listed}, but {path} has no such column"
        raise ParameterError(fault, do="mend the comment in the parameters cell")
    return list(values)


def read_sets(path: Path) -> list[dict[str, str]]:
    """Sets of parameters from a CSV file: names in the first line, one set on each other line; an
    empty cell leaves the default. ParameterError where it is damaged.
    """
    shape = "a CSV file in UTF-8: names of parameters in the first line, one set on each other line"
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(itertools.dropwhile(str.isspace, file), strict=True)
            rows, names = list(reader), [name.strip() for name in reader.fieldnames or []]
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ParameterError(f"{path} cannot be read: {reason}", allowed=shape) from None
    is_uneven = [None in row or None in row.values() for row in rows]
    uneven = [str(line) for line, wrong in enumerate(is_uneven, 2) if wrong]
    faults = [] if rows else ["no set"]
    if uneven:
        faults.append(f"another number of cells on line {', '.join(uneven[:MOST_FAULTS])}")
    if len(set(names) - {""}) < len(names):
        faults.append("a name that is empty or there twice")
    if faults:
        raise ParameterError(f"{path} has {' and '.join(faults)}", allowed=shape)
    return [
        {name.strip(): cell.strip() for name, cell in row.items() if cell.strip()} for row in rows
    ]


def _to_parquet(runs: Sequence[Run], defaults: Json) -> bytes:
    """The table: one row for each record of each run, and one for a run without any.

    Columns: ``run``, ``status``, ``reason`` (empty unless it failed) and ``seconds``; every
    parameter of the notebook, given or not; then whatever the records hold. A record's column
    whose name is taken is called ``measured_NAME``. Lists, whole numbers of more than 63 bits, and
    columns that mix text and numbers, are written as JSON.
    """
    import pyarrow as pa
    from pyarrow import parquet

    lines, names = [], dict.fromkeys([*OWN, *defaults])
    for outcome, given in runs:
        told = (outcome.name, outcome.status, outcome.error, outcome.seconds)
        own = dict(zip(OWN, told, strict=True)) | plain(defaults) | given
        for record in outcome.measured or [{}]:
            named = {f"measured_{key}" if key in own else key: record[key] for key in record}
            lines.append(own | named)
            names |= dict.fromkeys(named)
    arrays = [pa.array(_of_one_type([line.get(name) for line in lines])) for name in names]
    target = pa.BufferOutputStream()
    parquet.write_table(pa.table(arrays, names=list(map(_writable, names))), target)
    return bytes(target.getvalue().to_pybytes())


def _page(title: str, intro: str, runs: Sequence[Run] = ()) -> str:
    """The page: failed runs first, each with its reason, a link and what it measured."""
    varied = list(dict.fromkeys(name for _, given in runs for name in given))
    lines = [_cells("th", ["run", *varied, "status", "seconds", "measured"])] if runs else []
    for outcome, given in sorted(runs, key=lambda run: run[0].status != "failed"):
        said = "; ".join(" ".join(map(str, record.values())) for record in outcome.measured)
        said = said if len(said) <= LONGEST_CELL else f"{said[:LONGEST_CELL]} ..."
        told = [*(given.get(name, "") for name in varied), outcome.status]
        told += [f"{outcome.seconds:.1f}", outcome.error or said]
        link = f'<a href="{quote(outcome.name)}.ipynb">{html.escape(outcome.name)}</a>'
        lines.append(f"<td>{link}</td>{_cells('td', told)}")
    rows = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return PAGE.format(title=html.escape(title), intro=html.escape(intro), rows=rows)


def _cells(kind: str, texts: Iterable[object]) -> str:
    return "".join(f"<{kind}>{html.escape(str(text))}</{kind}>" for text in texts)


def _of_one_type(column: list[Any]) -> list[Any]:
    """Column as it is where all are text, all numbers or all true and false; else each as JSON."""
    kinds = {type(value) for value in column if value is not None}
    too_large = any(type(value) is int and abs(value) >= 2**63 for value in column)
    if kinds == {int, float}:
        return [None if value is None else float(value) for value in column]
    if len(kinds) > 1 or kinds - {int, float, str, bool} or too_large:
        return [None if value is None else json.dumps(value) for value in column]
    return [_writable(value) if isinstance(value, str) else value for value in column]


def _writable(text: str) -> str:
    """Text whose characters UTF-8 can write; the others become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
