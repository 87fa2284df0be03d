"""`ballast book`: make the book from the executed notebooks."""

from pathlib import Path
from typing import Any

import click

from analysis.paths import BUILD

FOLDER: dict[str, Any] = {
    "type": click.Path(path_type=Path, resolve_path=True),
    "metavar": "FOLDER",
}
INPUT = "Executed notebooks other than those in build/notebooks."
OUTPUT = "A folder other than build/book."


@click.command()
@click.option("--input", "executed", default=BUILD / "notebooks", help=INPUT, **FOLDER)
@click.option("--output", "target", default=BUILD / "book", help=OUTPUT, **FOLDER)
@click.option("--verdicts", is_flag=True, help="Print the verdicts, too.")
def book(executed: Path, target: Path, verdicts: bool) -> None:
    """Make the book: one static site that needs no network, from the executed notebooks.

    To make it from the outputs that are committed, without running anything: `ballast book --input
    notebooks`.
    """
    from analysis.book.build import build_book
    from analysis.ledger_cli import verdict_lines

    page = build_book(executed, target)
    if verdicts:
        click.echo(verdict_lines())
    click.echo(f"To read: {page}")
