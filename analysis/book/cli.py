"""`ballast book`: make the book from the executed notebooks."""

from pathlib import Path

import click

from analysis.paths import BUILD

FOLDER = click.Path(path_type=Path, resolve_path=True)


@click.command()
@click.option(
    "--input",
    "executed",
    type=FOLDER,
    default=BUILD / "notebooks",
    metavar="FOLDER",
    help="Executed notebooks other than those in build/notebooks.",
)
@click.option(
    "--output",
    "target",
    type=FOLDER,
    default=BUILD / "book",
    metavar="FOLDER",
    help="A folder other than build/book.",
)
@click.option("--verdicts", is_flag=True, help="Print the verdicts, too.")
def book(executed: Path, target: Path, verdicts: bool) -> None:
    """Make the book: one static site that needs no network, from the executed notebooks.

    To make it from the outputs that are committed, without running anything: `ballast book --input
    notebooks`.
    """
    from analysis.book.build import build_book
    from analysis.ledger_cli import verdict_lines

    page = build_book(executed, target, report=lambda step: click.echo(step, err=True))
    if verdicts:
        click.echo(verdict_lines())
    click.echo(f"To read: {page}")
