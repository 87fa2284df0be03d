"""``ballast data``: rebuild, check, cite, describe and refresh the data."""

import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from tqdm import tqdm

from analysis.errors import DataFileError, ParameterError, RawDataError, did_you_mean
from analysis.paths import raw_root
from analysis.sources.carriers import fetch_raw, raw_files, state
from analysis.sources.fetch import FEEDS, Feed
from analysis.sources.source import RawStore
from analysis.sources.transport import RECORD, Transport, new_vintage
from analysis.tables import build as building
from analysis.tables import citation, dictionary
from analysis.tables.catalogue import catalogue, describe, planned
from analysis.tables.check import catalogue_digest, check_corrections, check_folder, check_table
from analysis.tables.recipes import RECIPES

SPAN, EARLIEST = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?"), 1900
FOLDER = click.Path(file_okay=False, path_type=Path)


@contextmanager
def _progress(unit: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A bar that shows the name of what is being done."""
    with tqdm(total=total, unit=unit, leave=False, disable=None) as bar:

        def told(name: str) -> None:
            bar.set_description(name)
            bar.update()

        yield told


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Rebuild, check, cite, describe and refresh the data."""


@data.command()
@click.option("--check", is_flag=True, help="Compare with what is committed and write nothing.")
@click.option(
    "--fewer", multiple=True, metavar="TABLE", help="Let this table lose rows that it has now."
)
def build(check: bool, fewer: tuple[str, ...]) -> None:
    """Rebuild every tidy table from the raw files that BALLAST_RAW names."""
    raw = RawStore.from_environment()
    with _progress("table", len(RECIPES)) as progress:
        built = building.build(raw, progress=progress, fewer=fewer)
    if not check:
        written = ", ".join(building.write(built)) or "none, all were current"
        click.echo(f"{len(built)} tables rebuilt; written: {written}")
        return
    if found := building.differences(built):
        click.echo("\n".join(found))
        raise DataFileError(
            f"{len(found)} differences from data/", do="run `make data` if they are meant"
        )
    click.echo(f"{len(built)} tables rebuilt from raw: all as committed")


@data.command()
def check() -> None:
    """Check the committed data against the catalogue; needs no raw files.

    What the check cannot see is a reference file that was changed together with its hash: compare
    the catalogue's own sha256, which is printed at the end, with the one in CHANGELOG.md.
    """
    faults = {table: check_table(table) for table in catalogue()}
    faults |= {"(folder data/)": check_folder(), "(corrections)": check_corrections()}
    for name, found in faults.items():
        click.echo(f"{'BAD ' if found else 'ok  '} {name}")
        for fault in found:
            click.echo(textwrap.indent(fault, "       "))
    if bad := [name for name, found in faults.items() if found]:
        raise DataFileError(
            f"{len(bad)} of {len(faults)} checks failed: {', '.join(bad)}",
            do="restore with `git checkout -- data`, or mend the table or its entry",
        )
    rows = sum(entry.get("rows", 0) for entry in catalogue().values())
    click.echo(
        f"{len(catalogue())} tables agree with data/datapackage.json ({rows:,} rows built from raw)"
    )
    click.echo(f"sha256 of the catalogue, to compare with a release: {catalogue_digest()}")


@data.command()
@click.argument("table")
def cite(table: str) -> None:
    """Print how to cite a table, as text and as BibTeX."""
    click.echo(f"{citation(table)}\n\n{dictionary.bibtex(table)}")


@data.command(name="list")
def list_tables() -> None:
    """List the tables."""
    width = max(map(len, catalogue() | planned()))
    for name, entry in catalogue().items():
        size = f"{entry['rows']:,} rows" if entry.get("rows") else ""
        about = ", ".join(filter(None, (size, entry.get("coverage"))))
        click.echo(f"{name:<{width}}  {entry['title']}{f' ({about})' if about else ''}")
    for name, entry in planned().items():
        click.echo(f"{name:<{width}}  {entry['title']} (not in data/: {entry['how']})")


@data.command()
@click.argument("table")
def show(table: str) -> None:
    """Show a table's columns with unit and basis, its sources, traps and raw files."""
    entry = describe(table)
    click.echo(f"{table}: {entry['title']}\n{textwrap.fill(entry['description'], 100)}\n\nColumns")
    for field in entry["schema"]["fields"]:
        key = "key, " if field["name"] in entry["schema"]["primaryKey"] else ""
        of = f"{key}{field['type']}; unit: {field['unit']}; basis: {field['basis']}"
        click.echo(f"  {field['name']} ({of})")
        click.echo(f"      {field['description']}; {dictionary.allowed(field)}")
    shows = [f"{entry['supports']} (collected {entry['collected']})"] if "supports" in entry else []
    lists = {
        "What the rows can show": shows,
        "Sources": [f"{s['title']} <{s['path']}>" for s in entry["sources"]],
        "Beware": dictionary.traps(table),
        "Raw files": [f"{p['path']}  sha256 {p['sha256'][:12]}" for p in entry.get("parents", ())],
    }
    for heading, lines in lists.items():
        if lines:
            click.echo("\n".join(["", heading, *(f"  {line}" for line in lines)]))


@data.command(name="dictionary")
def dictionary_page() -> None:
    """Print the data dictionary of all tables as Markdown."""
    click.echo(dictionary.dictionary())


def _raw_folder(named: Path | None) -> Path:
    folder = named.expanduser().resolve() if named else raw_root()
    if folder is None:
        raise RawDataError(
            "there is no folder for raw files", do="set BALLAST_RAW or name one with --to FOLDER"
        )
    return folder


def _years(text: str | None, feed: Feed) -> range:
    """Years from '2021-2024' or '2023'; by default from the feed's first year to last year."""
    this_year = datetime.now(UTC).year
    if text is None:
        return range(feed.first_year, this_year)
    named = SPAN.fullmatch(text)
    years = range(int(named[1]), int(named[2] or named[1]) + 1) if named else range(0)
    if not years or years[0] < EARLIEST or years[-1] > this_year:
        raise ParameterError(
            f"--years {text!r:.80} is no span of years",
            allowed=f"one year or a span such as 2021-2024, from {EARLIEST} to this year",
        )
    return years


@data.command()
@click.argument("source", required=False)
@click.option("--dry-run", is_flag=True, help="Show the addresses; ask nothing.")
@click.option("--to", "folder", type=FOLDER, help="Raw store to add to, in place of BALLAST_RAW.")
@click.option(
    "--years",
    "span",
    help="A year or a span such as 2021-2024, where the publisher is asked by year.",
)
@click.option("--vintage", help="Name of the new folder; today's date by default.")
def fetch(
    source: str | None, dry_run: bool, folder: Path | None, span: str | None, vintage: str | None
) -> None:
    """Fetch the newest figures from a publisher (or all) into a new folder of the raw store."""
    if source is not None and source not in FEEDS:
        raise ParameterError(
            f"there is no source '{source}'",
            allowed=", ".join(FEEDS),
            do=did_you_mean(source, FEEDS),
        )
    asked = [FEEDS[source]] if source else FEEDS.values()
    feeds = {feed: _years(span, feed) for feed in asked}
    if dry_run:
        for feed, years in feeds.items():
            click.echo(f"{feed.key}: {feed.title}\n  how to ask: {feed.documented}")
            click.echo(f"  note: {feed.note}")
            for file in feed.plan(feed, years):
                click.echo(f"  GET {file.url}\n      -> {feed.key}/VINTAGE/{file.name}")
        return
    root, failed = _raw_folder(folder), []
    for feed, years in feeds.items():
        try:
            click.echo(_fetched(feed, years, root, vintage))
        except RawDataError as problem:
            click.echo(f"{feed.key}: {problem}", err=True)
            failed.append(feed.key)
    if failed:
        raise RawDataError(
            f"nothing was kept of {', '.join(failed)}; the data that were there stand"
        )


def _fetched(feed: Feed, years: range, root: Path, vintage: str | None) -> str:
    now = datetime.now(UTC)
    name, when = vintage or now.date().isoformat(), now.isoformat(timespec="seconds")
    asking = Transport()
    with (
        _progress("file") as progress,
        new_vintage(root, feed.key, name, when=when, transport=asking, progress=progress) as making,
    ):
        feed.fetch(making, feed, years)
    size = sum(received.bytes for received in making.received)
    where = f"{root / feed.key / name} (see {RECORD} there)"
    return f"{feed.key}: {len(making.received)} files, {size:,} bytes in {where}"


@data.command()
@click.option(
    "--dry-run", is_flag=True, help="Show what would be fetched and what cannot; ask nothing."
)
@click.option("--to", "folder", type=FOLDER, help="Raw store to fill, in place of BALLAST_RAW.")
def raw(dry_run: bool, folder: Path | None) -> None:
    """Fetch the raw files that lie in public, pinned by commit and hash, and list how to get the
    others.
    """
    files = raw_files()
    nowhere = dry_run and not folder and not raw_root()
    root = None if nowhere else _raw_folder(folder)
    states = {file.path: state(file, root) if root else "missing" for file in files}
    missing = [file for file in files if states[file.path] == "missing"]
    wanted = [file for file in missing if file.address()]
    failed: list[str] = []
    if root is None or dry_run:
        for file in wanted:
            click.echo(f"GET {file.address()}\n    -> {file.path}")
    else:
        with _progress("file", len(wanted)) as progress:
            failed = fetch_raw(wanted, root, transport=Transport(), progress=progress)
        click.echo(f"{len(wanted) - len(failed)} files fetched into {root}")
    for file in missing:
        if not file.address():
            origin = f" ({file.carrier()})" if file.carrier() else ""
            click.echo(f"not in public as it is: {file.path}{origin}\n    {file.instruction}")
    there = sum(found == "present" for found in states.values())
    click.echo(f"{there} of {len(files)} were there already")
    different = [path for path, found in states.items() if found == "different"]
    said = [f"{path}: left as it is, though not the file listed" for path in different]
    for line in [*failed, *said]:
        click.echo(line, err=True)
    if failed or different:
        raise RawDataError(
            f"{len(failed)} files could not be fetched and {len(different)} differ from the list"
        )
