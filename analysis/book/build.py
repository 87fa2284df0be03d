"""Gather every page of the book in one folder and let Sphinx make the site; warnings are errors."""

import io
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from analysis.book import pages
from analysis.book.chapters import Chapter, chapter
from analysis.book.explorer import explorer_page
from analysis.book.front import argument_page, front, one_page
from analysis.book.share import described, write_shared
from analysis.errors import BallastError
from analysis.paths import NOTEBOOKS, ROOT
from analysis.press.files import check_writable

LONGEST_REPORT = 20


class BookError(BallastError):
    """The book cannot be built without a hole."""


def build_book(
    executed: Path, target: Path, *, report: Callable[[str], None] = lambda _: None
) -> Path:
    """Make the book from executed notebooks.

    Parameters
    ----------
    executed : Path
        Folder with one executed copy of every notebook.
    target : Path
        Where the site goes; what is there is replaced once the new site is whole.
    report : callable, optional
        Told each step in words.

    Returns
    -------
    Path of the front page.

    Raises
    ------
    BookError
        If a notebook is missing or failed, a claim has no chapter, a figure has no description, or
        Sphinx warns of anything; page and line are named. The earlier site is untouched then.
    """
    check_writable(target.parent)
    chapters = _chapters(executed)
    pages_folder, unfinished = target.with_name("book-pages"), target.with_name("book-unfinished")
    for folder in (pages_folder, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    report("gathering the pages")
    shutil.copytree(ROOT / "book", pages_folder)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        # The explorer takes as long as the verdicts and needs none of them.
        explorer = beside.submit(explorer_page, pages_folder)
        texts = _texts(chapters) | {"explore.md": explorer.result()}
    _write(texts, chapters, pages_folder)
    write_shared(pages_folder / "static")
    report("building the site")
    make_site(pages_folder, unfinished)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(unfinished, target)
    return target / "index.html"


def _chapters(executed: Path) -> dict[str, Chapter]:
    wanted = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    missing = [name for name in wanted if not (executed / f"{name}.ipynb").is_file()]
    if missing:
        raise BookError(
            f"these notebooks were not run: {', '.join(missing)}",
            do="`ballast run`, then build again",
        )
    return {name: chapter(executed / f"{name}.ipynb") for name in wanted}


def _texts(chapters: dict[str, Chapter]) -> dict[str, str]:
    """Every page of the book but the explorer's, by the name of its file."""
    from analysis.claims import ledger
    from analysis.claims.board import scoreboard
    from analysis.claims.releases import stored
    from analysis.ledger_cli import as_it_stands

    astray = [
        f"{one.id} names {one.notebook}"
        for one in ledger().values()
        if one.notebook not in chapters
    ]
    if astray:
        raise BookError(
            f"claims without a notebook: {', '.join(astray)}", do="mend data/essay/claims.yaml"
        )
    board = scoreboard()
    texts = {
        "index.md": front(board, chapters),
        "argument.md": argument_page(),
        "one-page.md": one_page(board),
        "claims/index.md": pages.claims_index(board),
        "data.md": pages.data_page(),
        "contributing.md": pages.contributing_page(
            (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        ),
        "changes.md": pages.changes_page(
            (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), [*stored(), as_it_stands("")]
        ),
    }
    texts |= {f"claims/{name}.md": text for name, text in pages.claim_pages(chapters).items()}
    texts |= {f"reference/{name}.md": text for name, text in pages.reference_pages().items()}
    texts |= {f"notebooks/{name}.ipynb": json.dumps(one.notebook) for name, one in chapters.items()}
    listed = {"static/pages.js": pages.search_list(board, chapters)}
    return described(texts, board, chapters) | listed


def _write(texts: dict[str, str], chapters: dict[str, Chapter], folder: Path) -> None:
    """Write the pages, and the pictures and numbers of their figures."""
    files = {name: content for one in chapters.values() for name, content in one.files.items()}
    for name, content in (files | {name: text.encode() for name, text in texts.items()}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


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
    said_plainly = strip_escape_sequences(said.getvalue())
    warnings = [line for line in said_plainly.splitlines() if line.strip()]
    if warnings or app.statuscode:
        shown = "\n  ".join(
            line.replace(str(pages_folder), "book") for line in warnings[:LONGEST_REPORT]
        )
        raise BookError(f"the book was not built because of {len(warnings)} warnings:\n  {shown}")
