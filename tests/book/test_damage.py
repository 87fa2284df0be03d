"""What would leave a hole in a page stops the book, and the page and line are named."""

import json
import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from analysis.book import build
from analysis.book.build import BookError, build_book, make_site
from analysis.book.chapters import chapter
from analysis.claims import claim
from analysis.errors import BallastError
from analysis.paths import NOTEBOOKS, ROOT
from analysis.press.notebook import NotebookError

NAME = "04_the_trade_boom"


def damaged(folder, change, name=NAME):
    """A copy of an executed notebook whose code cells were changed."""
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    change([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook))
    return path


def fail(cells):
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no such year"}
    cells[5]["outputs"] = [error | {"traceback": []}]


def forget_to_run(cells):
    cells[5]["execution_count"] = None


def figure_of(cells):
    return next(o for cell in cells for o in cell["outputs"] if "image/png" in o.get("data", {}))


def lose_numbers(cells):
    del figure_of(cells)["data"]["text/csv"]


def lose_description(cells):
    figure_of(cells)["metadata"] = {}


def repeat_the_title(cells):
    about = figure_of(cells)["metadata"]["image/png"]
    about["alt"] = about["title"]


def lose_phone(cells):
    del figure_of(cells)["metadata"]["image/png"]["phone"]


def lose_figure(cells):
    for cell in cells:
        cell["outputs"] = [o for o in cell["outputs"] if "image/png" not in o.get("data", {})]


def change_verdict(cells):
    for output in (output for cell in cells for output in cell["outputs"]):
        if "labels" in output.get("metadata", {}):
            output["metadata"]["labels"]["C27"] = "does not hold"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (fail, "failed with ValueError: no such year; run it again"),
        (forget_to_run, "was not run"),
        (lose_numbers, "has a figure without numbers"),
        (lose_description, "has a figure without"),
        (repeat_the_title, "has a figure without"),
        (lose_phone, "has a figure without a picture for a phone; draw it"),
        (lose_figure, "has lost its figure"),
        (change_verdict, "shows 'does not hold' for C27, and the ledger now says 'holds'"),
    ],
)
def test_a_damaged_chapter_is_refused(tmp_path, change, text):
    with pytest.raises(NotebookError, match=rf"{NAME}, cell \d+ {text}"):
        chapter(damaged(tmp_path, change))


def test_a_whole_chapter_gives_figures_and_linked_cards_and_no_imports():
    made = chapter(NOTEBOOKS / f"{NAME}.ipynb")
    assert {name.rsplit(".")[-1] for name in made.files} == {"png", "csv"}
    shown = json.dumps([cell.get("outputs") for cell in made.notebook["cells"]])
    assert '../claims/C27.html\\">C27</a>' in shown
    assert "../data.html#china-customs-annual" in shown
    assert made.question.startswith("The essay says that trade")
    assert "from analysis" not in json.dumps(made.notebook["cells"])


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (None, "these notebooks were not run: 00_start_here; `ballast run`"),
        (fail, r"00_start_here, cell \d+ failed with ValueError: no such year; run it again"),
    ],
)
def test_a_notebook_that_failed_or_was_not_run_stops_the_book_and_leaves_the_earlier_one(
    left, text, tmp_path
):
    site = tmp_path / "book"
    site.mkdir()
    (site / "index.html").write_text("the earlier book")
    first, *others = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    for path in others:
        shutil.copy(path, tmp_path)
    if left:
        damaged(tmp_path, left, first.stem)
    with pytest.raises((BookError, NotebookError), match=text):
        build_book(tmp_path, site)
    assert (site / "index.html").read_text() == "the earlier book"


def test_a_claim_without_notebook_stops_the_book(monkeypatch):
    astray = replace(claim("C27"), notebook="99_nowhere")
    monkeypatch.setattr(build, "ledger", lambda: {"C27": astray})
    with pytest.raises(BookError, match=r"C27 names 99_nowhere.*claims\.yaml"):
        build._texts(pd.DataFrame(), {NAME: None})


HOLES = {
    "![A lost picture](figures/nowhere.png)": "image file not readable: figures/nowhere.png",
    "[a page that is not there](claims/C99.md)": "claims/C99.md",
    "[a heading that is not there](#nowhere)": "nowhere",
    "{doc}`nowhere`": "unknown document: 'nowhere'",
    r"$$ \nosuch{1} $$": r"formula that cannot be drawn:  \nosuch{1} ",
}
"""A line of a page, and what is said of it."""


@pytest.mark.filterwarnings("ignore:'myst_parser")
def test_each_hole_in_a_page_is_named_with_its_line(tmp_path):
    pages = tmp_path / "pages"
    shutil.copytree(ROOT / "book", pages)
    lines = ["# Front", *HOLES, "```{toctree}\nglossary\nscale\n```\n"]
    (pages / "index.md").write_text("\n\n".join(lines))
    with pytest.raises(BallastError, match=f"because of {len(HOLES)} warnings") as raised:
        make_site(pages, tmp_path / "site")
    told = str(raised.value)
    for number, text in enumerate(HOLES.values(), start=1):
        assert re.search(rf"  book/index\.md:{1 + 2 * number}\b.*{re.escape(text)}", told), text
    assert "\x1b" not in told
