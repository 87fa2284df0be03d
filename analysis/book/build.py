"""Gather every page of the book in one folder and let Sphinx make the site; warnings are errors."""

import io
import json
import multiprocessing
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
import pandas as pd

from analysis.book import pages
from analysis.book.chapters import Chapter, chapter
from analysis.book.explorer import explorer_page
from analysis.book.front import argument_page, front, one_page
from analysis.book.share import described, write_shared
from analysis.claims import ledger
from analysis.claims.board import scoreboard
from analysis.claims.releases import stored
from analysis.errors import BallastError
from analysis.ledger_cli import as_it_stands
from analysis.paths import BUILD, NOTEBOOKS, ROOT
from analysis.press.files import check_writable

LONGEST_REPORT = 20
"""Lines of a report of warnings."""


class BookError(BallastError):
    """The book cannot be built without a hole."""


def build_book(executed: Path, target: Path) -> Path:
    """Make the book from a folder of executed notebooks and give the path of its front page.

    The site in ``target`` is replaced once the new one is whole. BookError or NotebookError if a
    notebook is missing or failed, a claim has no chapter, a figure has no description, or Sphinx
    warns of anything; page and line are named.
    """
    check_writable(target.parent)
    chapters = _chapters(executed)
    pages_folder, unfinished = target.with_name("book-pages"), target.with_name("book-unfinished")
    for folder in (pages_folder, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    click.echo("gathering the pages", err=True)
    shutil.copytree(ROOT / "book", pages_folder)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        # The explorer takes as long as the verdicts and needs none of them.
        explorer = beside.submit(explorer_page, pages_folder)
        board = scoreboard()
        contents = {name: text.encode() for name, text in _texts(board, chapters).items()}
        contents["explore.md"] = explorer.result().encode()
    for one in chapters.values():
        contents |= one.files
    for name, content in contents.items():
        path = pages_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    write_shared(board, pages_folder / "static")
    click.echo("building the site", err=True)
    make_site(pages_folder, unfinished)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(unfinished, target)
    return target / "index.html"


def _chapters(executed: Path) -> dict[str, Chapter]:
    if executed.exists() and not executed.is_dir():
        raise BookError(f"{executed} is a file", allowed="a folder of executed notebooks")
    if not executed.exists() and executed != BUILD / "notebooks":
        raise BookError(
            f"there is no folder {executed}",
            allowed="a folder of executed notebooks",
            do="name one, or leave --input out for what `ballast run` wrote",
        )
    wanted = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    missing = [name for name in wanted if not (executed / f"{name}.ipynb").is_file()]
    if missing:
        raise BookError(
            f"these notebooks were not run: {', '.join(missing)}",
            do="`ballast run`, then build again",
        )
    return {name: chapter(executed / f"{name}.ipynb") for name in wanted}


def _texts(board: pd.DataFrame, chapters: dict[str, Chapter]) -> dict[str, str]:
    """Every page of the book but the explorer's, by the name of its file."""
    claims = ledger().values()
    astray = [f"{one.id} names {one.notebook}" for one in claims if one.notebook not in chapters]
    if astray:
        raise BookError(
            f"claims without a notebook: {', '.join(astray)}", do="mend data/essay/claims.yaml"
        )
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    texts = {
        "index.md": front(board, chapters),
        "argument.md": argument_page(),
        "one-page.md": one_page(board),
        "claims/index.md": pages.claims_index(board),
        "data.md": pages.data_page(),
        "contributing.md": pages.contributing_page(),
        "changes.md": pages.changes_page(changelog, [*stored(), as_it_stands("")]),
    }
    texts |= {f"claims/{one.id}.md": pages.claim_page(one, chapters) for one in claims}
    texts |= {f"reference/{name}.md": text for name, text in pages.reference_pages().items()}
    texts |= {f"notebooks/{name}.ipynb": json.dumps(one.notebook) for name, one in chapters.items()}
    listed = {"static/pages.js": pages.search_list(board, chapters)}
    return described(texts, board, chapters) | listed


def make_site(pages_folder: Path, target: Path) -> None:
    """Let Sphinx make the site of a folder of pages; BookError where it warns of anything, with
    page and line.
    """
    from sphinx.application import Sphinx
    from sphinx.util.console import strip_escape_sequences
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=pages_folder,
            confdir=pages_folder,
            outdir=target,
            doctreedir=pages_folder.with_name("book-doctrees"),
            buildername="html",
            status=None,
            warning=said,
            freshenv=True,
            parallel=2,
        )
        app.build()
    plainly = strip_escape_sequences(said.getvalue()).replace(str(pages_folder), "book")
    warnings = [line for line in plainly.splitlines() if line.strip()]
    if warnings or app.statuscode:
        shown = "\n  ".join(warnings[:LONGEST_REPORT])
        raise BookError(f"the book was not built because of {len(warnings)} warnings:\n  {shown}")
