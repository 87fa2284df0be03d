"""The press at the command line: run, params, why."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from analysis import paths
from analysis.press import batch
from analysis.press.notebook import find_notebook, read_notebook
from analysis.press.parameters import declaration, json_schema, parameter_table


def _pairs(ctx: click.Context, option: click.Parameter, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name. One that is given twice or written as NAME=VALUE is refused."""
    pairs: dict[str, str] = {}
    for name, value in given:
        if "=" in name:
            raise click.BadParameter(f"'{name}': write -p NAME VALUE, with a space as papermill has it", ctx, option)
        if name in pairs:
            raise click.BadParameter(f"'{name}' is given twice", ctx, option)
        pairs[name] = value
    return pairs


PARAMETERS = click.option(
    "-p", "--parameter", "parameters", multiple=True, nargs=2, metavar="NAME VALUE", callback=_pairs,
    help="Run with another value of a parameter; may be repeated. The form is papermill's.",
)  # fmt: skip


def _folder(flag: str, name: str) -> Any:
    """Option for a folder, with its default in the build folder."""
    return click.option(
        flag, default=lambda: paths.BUILD / name, help=f"A folder other than build/{name}.", metavar="FOLDER",
        type=click.Path(path_type=Path, resolve_path=True),
    )  # fmt: skip


class Progress:
    """One line on stderr for every notebook that is done and, at a terminal, a bar below them."""

    bar: Any = None

    def __call__(self, outcome: batch.Outcome | None, total: int) -> None:
        """Report the beginning of a batch of ``total`` (None) and then each outcome."""
        if outcome is None:
            if sys.stderr.isatty():
                from tqdm import tqdm

                self.bar = tqdm(total=total, unit="notebook", leave=False, dynamic_ncols=True)
            return
        ends = {"failed": f"FAILED {outcome.error}", "unchanged": "unchanged", "run": f"{outcome.seconds:.1f} s"}
        line = f"{outcome.name}  {ends[outcome.status]}"
        if self.bar is None:
            click.echo(line, err=True)
        else:
            self.bar.write(line, file=sys.stderr)
            self.bar.update()

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()


@click.command()
@click.argument("notebooks", nargs=-1)
@PARAMETERS
@click.option("--workers", default=2, show_default=True, type=click.IntRange(min=1), help="Notebooks run at once.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--in-place", is_flag=True, help="Write outputs into the notebooks themselves.")
@click.option("--time-limit", default=1800.0, show_default=True, help="Seconds for each notebook.")
@_folder("--output", "notebooks")
@_folder("--cache", "cache")
@click.pass_context
def run(ctx: click.Context, notebooks: tuple[str, ...], output: Path, cache: Path, **options: Any) -> None:
    """Execute NOTEBOOKS (all of them where none is named) whose code, parameters, source or data have changed.

    A notebook is named by its path, its file name or the number that it begins with. Results go to build/notebooks.
    """
    began = time.monotonic()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    places = batch.Places(root=paths.ROOT, output=output, cache=cache)
    try:
        with contextlib.closing(Progress()) as progress:
            outcomes = batch.run(notebooks, **options, text=True, places=places, report=progress)
    except KeyboardInterrupt:
        click.echo("Stopped. What had finished is kept; the same command goes on from there.", err=True)
        ctx.exit(130)
    finally:
        signal.signal(signal.SIGTERM, before)
    statuses = [one.status for one in outcomes]
    parts = ", ".join(f"{statuses.count(status)} {status}" for status in ("run", "unchanged", "failed"))
    noun = "notebook" if len(outcomes) == 1 else "notebooks"
    click.echo(f"{len(outcomes)} {noun}: {parts} ({time.monotonic() - began:.1f} s). ", nl=False)
    click.echo("The outputs are in the notebooks." if options["in_place"] else f"The results are in {output}")
    for one in outcomes:
        if one.status == "failed":
            click.echo(f"{one.name} failed" + (f"; how far it came: {one.output}" if one.output else ""), err=True)
    ctx.exit(1 if "failed" in statuses else 0)


@click.command()
@click.argument("notebook")
@click.option("--json-schema", "as_schema", is_flag=True, help="Print a JSON schema instead of a table.")
def params(notebook: str, as_schema: bool) -> None:
    """Show what NOTEBOOK takes: name, type, default, allowed values, meaning."""
    path = find_notebook(notebook, paths.ROOT / "notebooks")
    declared = declaration(read_notebook(path), path.stem)
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
