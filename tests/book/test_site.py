"""The built book as files: small, whole, and without a dead link or a bare picture."""

import html
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from analysis.claims import ledger
from analysis.claims.argument import argument
from analysis.claims.board import answer, findings
from analysis.paths import NOTEBOOKS

LARGEST_BYTES = 25_000_000
MOST_WORK = 120.0
"""Processor seconds of a build: two cores for a minute. Elapsed time would depend on the
neighbours."""


class Pages(dict):
    """Parsed page by its path, parsed when it is first asked for."""

    def __missing__(self, path):
        self[path] = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        return self[path]


@pytest.fixture(scope="module")
def pages():
    return Pages()


@pytest.fixture(scope="module")
def texts(book):
    """Text of every page by its path."""
    found = {path: path.read_text(encoding="utf-8") for path in book.rglob("*.html")}
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def verdicts(book):
    """Label of each judged claim, as the command that built the book printed it."""
    said = json.loads((book.parent / "book.json").read_text())["said"]
    return dict(re.findall(r"^(C\d\d)  (.{20})  ", said, flags=re.MULTILINE))


def test_it_is_small_and_quickly_built(book):
    assert sum(path.stat().st_size for path in book.rglob("*") if path.is_file()) < LARGEST_BYTES
    assert json.loads((book.parent / "book.json").read_text())["work"] < MOST_WORK


def test_every_internal_link_leads_somewhere(texts, book):
    names = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
    dead = []
    for path, text in texts.items():
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            to = urlsplit(html.unescape(link))
            if to.scheme or to.netloc or link == "#" or link.startswith("#svg-"):
                continue
            target = Path(os.path.normpath(path.parent / unquote(to.path))) if to.path else path
            if not target.is_file() or (
                to.fragment and target in names and unquote(to.fragment) not in names[target]
            ):
                dead.append(f"{path.relative_to(book)} -> {link}")
    assert dead == []


def test_nothing_is_fetched_from_elsewhere(texts, book):
    fetches = re.compile(
        r"""<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//"""
    )
    assert [
        str(path.relative_to(book)) for path, text in texts.items() if fetches.search(text)
    ] == []
    imports = re.compile(r"""@import|url\(["']?(?:https?:)?//""")
    assert [path.name for path in book.rglob("*.css") if imports.search(path.read_text())] == []


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
            assert (
                ".plot_"
                in pages[path].find(id=links[2].removeprefix("#")).find_next("pre").get_text()
            )
    committed = [json.loads(path.read_text()) for path in NOTEBOOKS.glob("[0-9]*.ipynb")]
    drawn = [o for book in committed for cell in book["cells"] for o in cell.get("outputs", ())]
    assert figures == sum("image/png" in output.get("data", {}) for output in drawn)


def test_the_front_page_begins_with_the_answer_and_the_findings(pages, book):
    front = pages[book / "index.html"]
    said = straight(front.article.get_text(" ", strip=True))
    headings = [heading.get_text() for heading in front.select("article h2")]
    assert headings[0].startswith("What was found")
    assert said.index(straight(answer().sentence)) < said.index("What was found")
    for claim, finding in findings().itertuples(index=False):
        assert straight(finding) in said
        assert front.select_one(f'article a[href="claims/{claim}.html"]')
    assert "make run" in said
    assert "make test" in said


def test_every_claim_stands_on_the_front_page_and_in_the_table(book, pages, verdicts):
    chips = [link.get_text() for link in pages[book / "index.html"].select("article a.chip")]
    assert sorted(chips) == sorted(ledger())
    shown = {
        row.a.get_text(): row.select_one(".verdict").get_text()
        for row in pages[book / "claims" / "index.html"].select("table.verdicts tbody tr")
    }
    assert list(shown) == list(ledger())
    assert {name: label.strip() for name, label in verdicts.items()}.items() <= shown.items()
    assert len(verdicts) > 40


def test_the_argument_has_a_page_with_every_step_and_what_to_wait_for(book, pages):
    page = pages[book / "argument.html"]
    said = straight(page.article.get_text(" ", strip=True))
    for step in argument().values():
        assert straight(step.sentence) in said
        assert straight(step.awaits) in said
    linked = {link["href"] for link in page.select("ul.argument a.claim")}
    assert linked == {f"claims/{name}.html" for name in ledger()}


def test_each_claim_has_its_page(book, pages, verdicts):
    for name, claim in ledger().items():
        text = straight(
            " ".join(pages[book / "claims" / f"{name}.html"].find("article").get_text().split())
        )
        for said in (claim.quote, claim.rule, claim.measured_as, verdicts.get(name, "").strip()):
            assert straight(said) in text, name


def straight(text):
    """Text without the typographer's quotes, dashes and dots."""
    for curly, plain in {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "`": "",
    }.items():
        text = text.replace(curly, plain)
    return text.replace("--", "-")


def test_there_is_a_way_from_each_page_to_the_next(book, pages):
    seen, path = [], book / "index.html"
    while path not in seen:
        seen.append(path)
        following = pages[path].find("link", rel="next")
        path = (path.parent / following["href"]).resolve() if following else path
    assert {
        book / "data.html",
        book / "changes.html",
        book / "contributing.html",
        book / "glossary.html",
    } <= set(seen)
    assert {book / "claims" / f"{name}.html" for name in ledger()} <= set(seen)
