"""`ballast book`: make the book from the executed notebooks."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.paths import BUILD


@click.command()
@click.option("--input", "executed", default=BUILD / "notebooks", type=click.Path(path_type=Path, resolve_path=True),
              metavar="FOLDER", help="Executed notebooks other than those in build/notebooks.")  # fmt: skip
@click.option("--output", "target", default=BUILD / "book", type=click.Path(path_type=Path, resolve_path=True),
              metavar="FOLDER", help="A folder other than build/book.")  # fmt: skip
def book(executed: Path, target: Path) -> None:
    """Make the book: one static site that needs no network, from the executed notebooks."""
    from analysis.book.build import build_book

    click.echo(f"To read: {build_book(executed, target, report=lambda step: click.echo(step, err=True))}")
