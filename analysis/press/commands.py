"""The press at the command line: run, sweep, params, why."""

import contextlib
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from analysis import paths
from analysis.press import batch
from analysis.press.execute import execute_with_papermill, execute_without_forks
from analysis.press.files import is_remote
from analysis.press.notebook import find_notebook, read_notebook
from analysis.press.parameters import (
    declaration,
    json_schema,
    parameter_table,
    parameters_cell,
)
from analysis.press.pool import STOPPED, Execute


def _pairs(
    ctx: click.Context, option: click.Parameter, given: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Parameters by name. One that is given twice or written as NAME=VALUE is refused."""
    for place, (name, _) in enumerate(given):
        if "=" in name:
            fault = f"'{name}': write -p NAME VALUE, with a space as papermill has it"
            raise click.BadParameter(fault, ctx, option)
        if name in dict(given[:place]):
            raise click.BadParameter(f"'{name}' is given twice", ctx, option)
    return dict(given)


def _over(ctx: click.Context, option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """Values to go through, by name."""
    pairs = []
    for text in given:
        name, sign, values = text.partition("=")
        if not name or not sign:
            fault = f"'{text}': write NAME=VALUE,VALUE or NAME=all"
            raise click.BadParameter(fault, ctx, option)
        pairs.append((name, values))
    return _pairs(ctx, option, pairs)


def _execute(ctx: click.Context, option: click.Parameter, cold: bool) -> Execute:
    """What executes a notebook."""
    return execute_without_forks if cold else execute_with_papermill


def _folder(flag: str, name: str) -> Any:
    """Option for a folder, with its default in the build folder."""
    kind, told = click.Path(path_type=Path, resolve_path=True), f"A folder other than build/{name}."
    return click.option(flag, default=lambda: paths.BUILD / name, help=told, type=kind)


SHOWN: Any = {"show_default": True}
PARAMETERS = click.option(
    *("-p", "--parameter", "parameters"),
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    callback=_pairs,
    help="Another value of a parameter; may be repeated. The form is papermill's.",
)
HERE = "Runs at once, here."
COLD = "Start each kernel afresh instead of forking it from where libraries are imported."
HOW = (
    PARAMETERS,
    click.option("--workers", default=2, type=click.IntRange(1), help=HERE, **SHOWN),
    click.option("--force", is_flag=True, help="Run also what has not changed."),
    click.option("--time-limit", default=1800.0, help="Seconds for each run.", **SHOWN),
    click.option("--cold", "execute", is_flag=True, callback=_execute, help=COLD),
    _folder("--cache", "cache"),
)


def _how(command: Any) -> Any:
    """The options that `run` and `sweep` share."""
    for option in reversed(HOW):
        command = option(command)
    return command


class Progress:
    """One line on stderr for every run that is done and, at a terminal, a bar below them."""

    def __init__(self, noun: str) -> None:
        self.noun, self.began = noun, time.monotonic()
        self.bar: Any = None
        self.counts: Counter[str] = Counter()

    def __call__(self, outcome: batch.Outcome | None, total: int) -> None:
        """Report the beginning of a batch of ``total`` (None) and then each outcome."""
        if outcome is None:
            if sys.stderr.isatty():
                from tqdm import tqdm

                self.bar = tqdm(total=total, unit=self.noun, leave=False, dynamic_ncols=True)
            return
        self.counts[outcome.status] += 1
        ends = {"failed": f"FAILED {outcome.error}", "unchanged": "unchanged"}
        slow = f"; its kernel was not forked: {outcome.afresh}" if outcome.afresh else ""
        line = f"{outcome.name}  {ends.get(outcome.status, f'{outcome.seconds:.1f} s')}{slow}"
        if self.bar is None:
            click.echo(line, err=True)
        else:
            self.bar.write(line, file=sys.stderr)
            self.bar.update()

    def summary(self) -> str:
        """How a batch ended, such as ``2 notebooks: 1 run, 0 unchanged, 1 failed (3.2 s).``."""
        total = self.counts.total()
        parts = ", ".join(f"{self.counts[kind]} {kind}" for kind in ("run", "unchanged", "failed"))
        nouns = self.noun if total == 1 else f"{self.noun}s"
        return f"{total} {nouns}: {parts} ({time.monotonic() - self.began:.1f} s)."


@contextlib.contextmanager
def _progress(ctx: click.Context, noun: str) -> Iterator[Progress]:
    """Progress of a batch that Ctrl-C and SIGTERM end in one line and with status 130.

    The first is only noted for the batch to see, since an exception can be lost in a callback or
    leave something half begun. A second does not wait for that.
    """

    def stop(*_: object) -> None:
        if STOPPED.is_set():
            raise KeyboardInterrupt
        STOPPED.set()

    before = {known: signal.signal(known, stop) for known in (signal.SIGINT, signal.SIGTERM)}
    progress = Progress(noun)
    try:
        try:
            yield progress
        finally:  # also where the command was about to exit
            if progress.bar is not None:
                progress.bar.close()
            if STOPPED.is_set():
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        told = "Stopped. What had finished is kept; the same command goes on from there."
        click.echo(told, err=True)
        ctx.exit(130)
    finally:
        STOPPED.clear()
        for known, handler in before.items():
            signal.signal(known, handler)


@click.command()
@click.argument("notebooks", nargs=-1)
@_how
@click.option("--in-place", is_flag=True, help="Write outputs into the notebooks themselves.")
@_folder("--output", "notebooks")
@click.pass_context
def run(
    ctx: click.Context, notebooks: tuple[str, ...], output: Path, cache: Path, **options: Any
) -> None:
    """Execute NOTEBOOKS (all of them where none is named) whose code, parameters, source or data
    have changed.

    A notebook is named by its path, its file name or the number that it begins with. Results go to
    build/notebooks. The values of parameters stand in the names of files and in what is kept,
    unless the notebook says that one is secret.
    """
    places = batch.Places(root=paths.ROOT, output=output, cache=cache)
    with _progress(ctx, "notebook") as progress:
        outcomes = batch.run(notebooks, **options, text=True, places=places, report=progress)
        where = f"The results are in {output}"
        where = "The outputs are in the notebooks." if options["in_place"] else where
        click.echo(f"{progress.summary()} {where}")
        for outcome in outcomes:
            if outcome.status == "failed":
                came = f"; how far it came: {outcome.output}" if outcome.output else ""
                click.echo(f"{outcome.name} failed{came}", err=True)
        ctx.exit(1 if progress.counts["failed"] else 0)


EXAMPLES = """
\b
Examples:
  ballast sweep 04 --over partner=all
  ballast sweep 04 --over partner=IND,USA,DEU --over compare="(2010, 2020),(2015, 2020)"
  ballast sweep 04 --sets pairs.csv -p first_year 2000
  ballast sweep 04 --over partner=all --scheduler tcp://10.0.0.1:8786
  ballast sweep s3://mine/04.ipynb --over partner=IND --output s3://mine/sweep

\b
Then, in Python:
  table = pandas.read_parquet("build/sweeps/04_the_trade_boom/results.parquet")
"""
VALUES = "Values of a parameter with commas between them, or `all`. Several are combined."
LINES = "A CSV file: names of parameters first, then a run a line; an empty cell is the default."
ELSEWHERE = "A folder other than build/sweeps/NOTEBOOK, or an address (s3://)."


@click.command(epilog=EXAMPLES)
@click.argument("notebook")
@click.option("--over", multiple=True, metavar="NAME=VALUES", callback=_over, help=VALUES)
@click.option("--sets", "file", metavar="FILE", type=click.Path(path_type=Path), help=LINES)
@_how
@click.option("--scheduler", metavar="ADDRESS", help="Run on the workers of this dask scheduler.")
@click.option("--output", help=ELSEWHERE)
@click.pass_context
def sweep(
    ctx: click.Context, notebook: str, file: Path | None, output: str | None, **options: Any
) -> None:
    """Execute NOTEBOOK once for each of many sets of parameters, and collect what was measured into
    one table.

    Runs that are in the cache are not run again, so a sweep that was stopped goes on from there.
    The folder has a notebook for each run, index.html and results.parquet, with parameters as
    columns and one row for each thing that a run recorded; a run that failed has a row with its
    reason.
    """
    from analysis.press import sweep as sweeps

    target = output if output is None or is_remote(output) else Path(output).resolve()
    with _progress(ctx, "run") as progress:
        sets = sweeps.read_sets(file) if file else []
        options |= {"sets": sets, "output": target, "root": paths.ROOT, "report": progress}
        swept = sweeps.sweep(notebook, **options, text=True)
        click.echo(f"{progress.summary()} The table is {swept.table}")
        click.echo(f"The runs are listed in {swept.index}")
        ctx.exit(1 if swept.counts["failed"] else 0)


@click.command()
@click.argument("notebook")
@click.option("--json-schema", "as_schema", is_flag=True, help="Print a JSON schema instead.")
def params(notebook: str, as_schema: bool) -> None:
    """Show what NOTEBOOK takes: name, type, default, allowed values, meaning."""
    path = find_notebook(notebook, paths.ROOT / "notebooks")
    read = read_notebook(path)
    if parameters_cell(read, path.stem) is None and not as_schema:
        click.echo(f"Notebook {path.stem} takes no parameters.")
        return
    declared = declaration(read, path.stem)
    schema = json.dumps(json_schema(declared, path.stem), indent=2, ensure_ascii=False)
    click.echo(schema if as_schema else parameter_table(declared))


@click.command()
@click.argument("notebook")
@PARAMETERS
@_folder("--cache", "cache")
def why(notebook: str, parameters: dict[str, str], cache: Path) -> None:
    """Say in one line whether NOTEBOOK would run again, and what has changed."""
    places = batch.Places(root=paths.ROOT, cache=cache)
    click.echo(batch.why(notebook, parameters=parameters, text=True, places=places))
