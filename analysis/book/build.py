"""Gather every page of the book in one folder and let Sphinx make the site; warnings are errors."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis.book import pages
from analysis.book.chapters import Chapter, chapter
from analysis.book.explorer import explorer_page
from analysis.errors import BallastError
from analysis.paths import NOTEBOOKS, ROOT

LONGEST_REPORT = 20


class BookError(BallastError):
    """The book cannot be built without a hole."""


def build_book(executed: Path, target: Path, *, report: Callable[[str], None] = lambda _: None) -> Path:
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
        If a notebook is missing or failed, a claim has no chapter, a figure has no description, or Sphinx warns of
        anything; page and line are named. The earlier site is untouched then.
    """
    pages_folder, unfinished = target.with_name("book-pages"), target.with_name("book-unfinished")
    for folder in (pages_folder, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    report("gathering the pages")
    _gather(_chapters(executed), pages_folder)
    report("building the site")
    _sphinx(pages_folder, unfinished)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(unfinished, target)
    return target / "index.html"


def _chapters(executed: Path) -> dict[str, Chapter]:
    wanted = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    missing = [name for name in wanted if not (executed / f"{name}.ipynb").is_file()]
    if missing:
        raise BookError(f"these notebooks were not run: {', '.join(missing)}", do="`ballast run`, then build again")
    return {name: chapter(executed / f"{name}.ipynb") for name in wanted}


def _gather(chapters: dict[str, Chapter], folder: Path) -> None:
    """Write every source file of the book."""
    from analysis.claims import ledger, scoreboard

    astray = sorted({c.notebook for c in ledger().values()} - set(chapters))
    if astray:
        raise BookError(f"claims name notebooks that are not there: {', '.join(astray)}", do="mend claims.yaml")
    shutil.copytree(ROOT / "book", folder)
    board = scoreboard()
    alt = _scorecard(board, chapters, folder / "scorecard.png")
    texts = {
        "index.md": pages.front(board, chapters.values(), alt=alt),
        "claims/index.md": pages.claims_index(board),
        "explore.md": explorer_page(folder),
        "data.md": pages.data_page(),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        "changes.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    texts |= {f"claims/{name}.md": text for name, text in pages.claim_pages(chapters).items()}
    texts |= {f"reference/{name}.md": text for name, text in pages.reference_pages().items()}
    for one in chapters.values():
        texts[f"notebooks/{one.name}.ipynb"] = json.dumps(one.notebook, ensure_ascii=False)
        texts |= {f"numbers/{name}": text for name, text in one.numbers.items()}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _scorecard(board: pd.DataFrame, chapters: dict[str, Chapter], path: Path) -> str:
    """Draw the scorecard of the front page and describe it."""
    from analysis.figures.scorecard import headline, plot_scorecard

    sections = {name: one.title for name, one in chapters.items()}
    ax = plot_scorecard(board, sections=sections, title=headline(board), source="the ledger, data/essay/claims.yaml.")
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(path, metadata={"Software": None})
    return "Numbered dots, one for each claim, in a row for each chapter and a column for each outcome"


def _sphinx(pages_folder: Path, target: Path) -> None:
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            srcdir=pages_folder, confdir=pages_folder, outdir=target, status=None, warning=said, freshenv=True,
            doctreedir=pages_folder.with_name("book-doctrees"), buildername="html", parallel=2,
        )  # fmt: skip
        app.build()
    warnings = [line for line in said.getvalue().splitlines() if line.strip()]
    if warnings or app.statuscode:
        shown = "\n  ".join(line.replace(str(pages_folder), "book") for line in warnings[:LONGEST_REPORT])
        raise BookError(f"the book was not built because of {len(warnings)} warnings:\n  {shown}")
