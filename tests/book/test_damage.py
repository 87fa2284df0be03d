"""What would leave a hole in a page stops the book, and the page and line are named."""

import json
import shutil
from dataclasses import replace

import pytest

from analysis import claims
from analysis.book import build
from analysis.book.build import BookError, build_book, make_site
from analysis.book.chapters import chapter
from analysis.errors import BallastError
from analysis.paths import NOTEBOOKS, ROOT
from analysis.press.notebook import NotebookError

NAME = "04_the_trade_boom"


@pytest.fixture
def damaged(tmp_path):
    """Write a copy of an executed notebook after a change."""

    def write(change, name=NAME):
        notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        change(cells)
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps(notebook))
        return path

    return write


def figure_of(cells):
    return next(o for cell in cells for o in cell["outputs"] if "image/png" in o.get("data", {}))


def fail(cells):
    cells[5]["outputs"] = [
        {"output_type": "error", "ename": "ValueError", "evalue": "no such year", "traceback": []}
    ]


def forget_to_run(cells):
    cells[5]["execution_count"] = None


def lose_numbers(cells):
    del figure_of(cells)["data"]["text/csv"]


def lose_description(cells):
    figure_of(cells)["metadata"] = {}


def repeat_the_title(cells):
    figure = figure_of(cells)
    about = figure["metadata"]["image/png"]
    about["alt"] = about["title"]


def lose_phone(cells):
    del figure_of(cells)["metadata"]["image/png"]["phone"]


def lose_figure(cells):
    for cell in cells:
        cell["outputs"] = [o for o in cell["outputs"] if "image/png" not in o.get("data", {})]


def change_verdict(cells):
    for cell in cells:
        for output in cell["outputs"]:
            if "labels" in output.get("metadata", {}):
                output["metadata"]["labels"]["C27"] = "does not hold"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (fail, f"{NAME}, cell \\d+ failed with ValueError: no such year; run it again"),
        (forget_to_run, f"{NAME}, cell \\d+ was not run"),
        (lose_numbers, f"{NAME}, cell \\d+ has a figure without numbers"),
        (lose_description, f"{NAME}, cell \\d+ has a figure without"),
        (repeat_the_title, f"{NAME}, cell \\d+ has a figure without"),
        (lose_phone, f"{NAME}, cell \\d+ has a figure without a picture for a phone; draw it"),
        (lose_figure, f"{NAME}, cell \\d+ has lost its figure"),
        (
            change_verdict,
            f"{NAME}, cell \\d+ shows 'does not hold' for C27, and the ledger now says 'holds'",
        ),
    ],
)
def test_a_damaged_chapter_is_refused(damaged, change, text):
    with pytest.raises(NotebookError, match=text):
        chapter(damaged(change))


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
    left, text, tmp_path, damaged
):
    site = tmp_path / "book"
    site.mkdir()
    (site / "index.html").write_text("the earlier book")
    first, *others = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    for path in others:
        shutil.copy(path, tmp_path)
    if left:
        damaged(left, first.stem)
    with pytest.raises((BookError, NotebookError), match=text):
        build_book(tmp_path, site)
    assert (site / "index.html").read_text() == "the earlier book"


def test_a_claim_without_notebook_stops_the_book(tmp_path, monkeypatch):
    astray = replace(claims.ledger()["C27"], notebook="99_nowhere")
    monkeypatch.setattr(claims, "ledger", lambda: {"C27": astray})
    chapters = {NAME: chapter(NOTEBOOKS / f"{NAME}.ipynb")}
    with pytest.raises(BookError, match=r"C27 names 99_nowhere.*claims\.yaml"):
        build._texts(chapters)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            "![A picture that is not there](figures/nowhere.png)",
            "image file not readable: figures/nowhere.png",
        ),
        ("[a page that is not there](claims/C99.md)", "claims/C99.md"),
        ("[a heading that is not there](#nowhere)", "nowhere"),
        ("{doc}`nowhere`", "unknown document: 'nowhere'"),
        (r"$$ \nosuch{1} $$", r"formula that cannot be drawn:  \nosuch{1} "),
    ],
)
@pytest.mark.filterwarnings("ignore:'myst_parser")
def test_a_hole_in_a_page_is_named_with_its_line(tmp_path, line, text):
    pages = tmp_path / "pages"
    shutil.copytree(ROOT / "book", pages)
    (pages / "index.md").write_text(
        f"# Front\n\nwords\n\n{line}\n\n```{{toctree}}\nglossary\n```\n"
    )
    with pytest.raises(BallastError) as raised:
        make_site(pages, tmp_path / "site")
    assert text in str(raised.value)
    assert "  book/index.md:5" in str(raised.value)
    assert "\x1b" not in str(raised.value)
