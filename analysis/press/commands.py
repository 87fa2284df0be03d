"""The press at the command line: run, params, why, pages."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from analysis import paths


class WithParameters(click.Command):
    """Command that takes parameters as ``-p NAME=VALUE`` and also as papermill does, ``-p NAME VALUE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        joined: list[str] = []
        rest = iter(args)
        for word in rest:
            joined.append(word)
            if word in ("-p", "--parameter"):
                name = next(rest, None)
                value = None if name is None or "=" in name else next(rest, None)
                joined += [] if name is None else [name if value is None else f"{name}={value}"]
        return super().parse_args(ctx, joined)


def _pairs(ctx: click.Context, option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """Parameters by name. One that is given twice or without a value is refused."""
    pairs: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"'{word}' has no value; write NAME=VALUE", ctx, option)
        if name in pairs:
            raise click.BadParameter(f"'{name}' is given twice", ctx, option)
        pairs[name] = value
    return pairs


PARAMETERS = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", callback=_pairs,
    help="Run with another value of a parameter; may be repeated.",
)  # fmt: skip


def _folder(flag: str, name: str) -> Any:
    default = f"build/{name}"
    return click.option(
        flag, type=click.Path(path_type=Path, file_okay=True), help=f"Another folder than {default}.", metavar="FOLDER"
    )


def _places(output: Path | None, cache: Path | None) -> Any:
    from analysis.press.batch import Places

    chosen = {"output": output, "cache": cache}
    return Places(root=paths.ROOT, **{name: path.resolve() for name, path in chosen.items() if path is not None})


@click.command(cls=WithParameters)
@click.argument("notebooks", nargs=-1)
@PARAMETERS
@click.option("--workers", default=2, show_default=True, type=click.IntRange(min=1), help="Notebooks run at once.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option("--in-place", is_flag=True, help="Write outputs into the notebooks themselves.")
@click.option("--time-limit", default=1800.0, show_default=True, type=click.FloatRange(min=0, min_open=True),
              help="Seconds for each notebook.")  # fmt: skip
@_folder("--output", "notebooks")
@_folder("--cache", "cache")
@click.pass_context
def run(
    ctx: click.Context, notebooks: tuple[str, ...], parameters: dict[str, str], output: Path | None, cache: Path | None,
    **options: Any,
) -> None:  # fmt: skip
    """Execute NOTEBOOKS (all of them where none is named) whose code, parameters, source or data have changed.

    A notebook is named by its path, its file name or the number that it begins with. Results go to build/notebooks.
    """
    from analysis.press import batch
    from analysis.press.progress import Progress

    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    places = _places(output, cache)
    try:
        with Progress() as progress:
            outcomes = batch.run(notebooks, parameters=parameters, text=True, places=places, report=progress, **options)
    except KeyboardInterrupt:
        click.echo("Stopped. What had finished is kept; the same command goes on from there.", err=True)
        ctx.exit(130)
    count = {status: sum(one.status == status for one in outcomes) for status in ("run", "unchanged", "failed")}
    where = paths.ROOT / "notebooks" if options["in_place"] else places.output
    click.echo(
        f"{len(outcomes)} notebooks: {count['run']} run, {count['unchanged']} unchanged, {count['failed']} failed "
        f"({time.monotonic() - began:.1f} s). They are in {where}"
    )
    for one in outcomes:
        if one.status == "failed":
            kept = f"\n  how far it came: {one.output}" if one.output else ""
            click.echo(f"{one.name} failed {one.error}{kept}", err=True)
    ctx.exit(1 if count["failed"] else 0)


@click.command()
@click.argument("notebook")
@click.option("--json-schema", "as_schema", is_flag=True, help="Print a JSON schema instead of a table.")
def params(notebook: str, as_schema: bool) -> None:
    """Show what NOTEBOOK takes: name, type, default, allowed values, meaning."""
    from analysis.press.notebook import find_notebook, read_notebook
    from analysis.press.parameters import declaration, json_schema, parameter_table

    path = find_notebook(notebook, paths.ROOT / "notebooks")
    declared = declaration(read_notebook(path), path.stem)
    click.echo(
        json.dumps(json_schema(declared, path.stem), indent=2, ensure_ascii=False)
        if as_schema
        else parameter_table(declared)
    )


@click.command(cls=WithParameters)
@click.argument("notebook")
@PARAMETERS
@_folder("--cache", "cache")
def why(notebook: str, parameters: dict[str, str], cache: Path | None) -> None:
    """Say in one line whether NOTEBOOK would run again, and what has changed."""
    from analysis.press import batch

    click.echo(batch.why(notebook, parameters=parameters, text=True, places=_places(None, cache)))


@click.command()
@_folder("--input", "notebooks")
@_folder("--output", "pages")
def pages(**folders: Path | None) -> None:
    """Turn the executed notebooks into pages for a browser, with an index."""
    from analysis.press.pages import build_pages

    source, target = folders["input"] or paths.BUILD / "notebooks", folders["output"] or paths.BUILD / "pages"
    index = build_pages(source, target, verdicts=paths.BUILD / "verdicts.json")
    click.echo(f"To read: {index}")
