"""The built book as files: small, whole, and without a dead link or a bare picture."""

import json
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from analysis.claims import ledger, scoreboard
from analysis.paths import NOTEBOOKS

LARGEST_BYTES = 25_000_000
MOST_WORK = 120.0
"""Processor seconds of a build: two cores for a minute. Elapsed time would depend on the neighbours."""


@pytest.fixture(scope="session")
def pages(book):
    """Every page as parsed HTML by its path."""
    found = {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in book.rglob("*.html")}
    assert len(found) > 100
    return found


def test_it_is_small_and_quickly_built(book):
    assert sum(path.stat().st_size for path in book.rglob("*") if path.is_file()) < LARGEST_BYTES
    assert json.loads((book.parent / "book.json").read_text())["work"] < MOST_WORK


def test_every_internal_link_leads_somewhere(pages, book):
    names = {path: {tag["id"] for tag in page.find_all(id=True)} for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for tag in page.find_all(["a", "link", "script", "img"]):
            to = urlsplit(tag.get("href") or tag.get("src") or "")
            if to.scheme or to.netloc or tag.get("href") == "#":
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            if not target.is_file() or (to.fragment and target in names and unquote(to.fragment) not in names[target]):
                dead.append(f"{path.relative_to(book)} -> {to.geturl()}")
    assert dead == []


def test_nothing_is_fetched_from_elsewhere(pages, book):
    fetched = [
        f"{path.relative_to(book)}: {tag}"
        for path, page in pages.items()
        for tag in page.find_all(["script", "link", "img", "iframe", "source", "video", "audio"])
        if urlsplit(tag.get("src") or tag.get("href") or "").netloc
    ]
    assert fetched == []


def test_every_figure_has_its_words_numbers_sources_and_code(book, pages):
    figures = 0
    for path in sorted((book / "notebooks").glob("*.html")):
        for figure in pages[path].find_all("figure"):
            figures += 1
            alt, finding = figure.img["alt"], figure.select_one(".finding").get_text()
            assert len(alt) >= 40
            assert alt != finding
            links = [link["href"] for link in figure.select(".figure-links a")]
            assert links[0].endswith(".csv")
            assert (path.parent / links[0]).read_text().startswith("series,x,y\n")
            assert links[1].endswith(("#sources", "data.html"))
            assert pages[path].find(id=links[2].removeprefix("#")), links[2]
            assert "style.show(" in pages[path].find(id=links[2].removeprefix("#")).find_next("pre").get_text()
    committed = [json.loads(path.read_text()) for path in NOTEBOOKS.glob("[0-9]*.ipynb")]
    drawn = [o for book in committed for cell in book["cells"] for o in cell.get("outputs", ())]
    assert figures == sum("image/png" in output.get("data", {}) for output in drawn)


def test_the_front_page_shows_every_claim_twice(book, pages):
    front, board = pages[book / "index.html"], scoreboard()
    chips = [link.get_text() for link in front.select("table.scorecard td a")]
    assert sorted(chips) == sorted(board.id)
    rows = front.select("table.verdicts tbody tr")
    assert [row.select_one(".verdict").get_text() for row in rows] == list(board.verdict)
    assert "make run" in front.get_text()
    assert "make test" in front.get_text()


def test_each_claim_has_its_page(book, pages):
    board = scoreboard().set_index("id")
    for name, claim in ledger().items():
        text = " ".join(pages[book / "claims" / f"{name}.html"].find("article").get_text().split())
        assert board.verdict[name] in text
        for said in (claim.quote, claim.rule, claim.measured_as):
            assert straight(said) in straight(text), name


def straight(text):
    """Text without the typographer's quotes, dashes and dots."""
    for curly, plain in {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "`": ""}.items():
        text = text.replace(curly, plain)
    return text.replace("--", "-")


def test_there_is_a_way_from_each_page_to_the_next(book, pages):
    seen, path = [], book / "index.html"
    while path not in seen:
        seen.append(path)
        following = pages[path].find("link", rel="next")
        path = (path.parent / following["href"]).resolve() if following else path
    assert {book / "data.html", book / "changes.html", book / "contributing.html", book / "glossary.html"} <= set(seen)
    assert {book / "claims" / f"{name}.html" for name in ledger()} <= set(seen)
