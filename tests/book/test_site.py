"""The built book as files: small, whole, and without a dead link or a bare picture."""

import html
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from analysis.claims import ledger
from analysis.claims.argument import argument
from analysis.paths import NOTEBOOKS
from tests.book.conftest import straight

LARGEST_BYTES = 25_000_000
MOST_WORK = 120.0
"""Processor seconds of a build: two cores for a minute. Elapsed time would depend on the
neighbours."""


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


def test_a_page_is_kept_for_sphinx_without_all_that_is_known_of_the_others(book):
    """Two hundred such copies would be written and read again in each build."""
    kept = book.with_name("book-doctrees")
    largest = max(path.stat().st_size for path in kept.glob("reference/*.doctree"))
    assert 0 < largest < (kept / "environment.pickle").stat().st_size / 4


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
    tags = "script|link|img|iframe|source|video|audio"
    fetches = re.compile(rf"""<(?:{tags})\b[^>]*\b(?:src|href)=["']?(?:https?:)?//""")
    assert [str(path) for path, text in texts.items() if fetches.search(text)] == []
    imports = re.compile(r"""@import|url\(["']?(?:https?:)?//""")
    assert [path.name for path in book.rglob("*.css") if imports.search(path.read_text())] == []


def test_every_figure_has_its_words_numbers_sources_code_and_picture(book, parsed):
    figures = 0
    for path in sorted((book / "notebooks").glob("*.html")):
        page = parsed(f"notebooks/{path.name}")
        for figure in page.find_all("figure"):
            figures += 1
            alt, finding = figure.img["alt"], figure.select_one(".finding").get_text()
            assert len(alt) >= 40
            assert alt != finding
            links = [link["href"] for link in figure.select(".figure-links a")]
            numbers, sources, code, picture = links
            assert (path.parent / numbers).read_text().startswith("series,x,y\n")
            assert sources.endswith(("#sources", "data.html"))
            assert ".plot_" in page.find(id=code.removeprefix("#")).find_next("pre").get_text()
            assert picture.endswith(".png")
            assert (path.parent / picture).resolve().is_file()
    committed = [json.loads(path.read_text()) for path in NOTEBOOKS.glob("[0-9]*.ipynb")]
    drawn = [o for book in committed for cell in book["cells"] for o in cell.get("outputs", ())]
    assert figures == sum("image/png" in output.get("data", {}) for output in drawn)


def test_every_claim_stands_on_the_front_page_and_in_the_table(parsed, verdicts):
    chips = [link.get_text() for link in parsed("index.html").select("article a.chip")]
    assert sorted(chips) == sorted(ledger())
    shown = {
        row.a.get_text(): row.select_one(".verdict").get_text()
        for row in parsed("claims/index.html").select("table.verdicts tbody tr")
    }
    assert list(shown) == list(ledger())
    assert {name: label.strip() for name, label in verdicts.items()}.items() <= shown.items()
    assert len(verdicts) > 40


def test_the_argument_has_a_page_with_every_step_and_what_to_wait_for(parsed):
    page = parsed("argument.html")
    said = straight(page.article.get_text(" ", strip=True))
    for step in argument().values():
        assert straight(step.sentence) in said
        assert straight(step.awaits) in said
    linked = {link["href"] for link in page.select("ul.argument a.claim")}
    assert linked == {f"claims/{name}.html" for name in ledger()}


def test_each_claim_has_its_page_and_can_be_quoted(parsed, verdicts):
    for name, claim in ledger().items():
        page = parsed(f"claims/{name}.html")
        quote = page.select_one(".quote-this")
        assert claim.claim.rstrip(".") in quote.get_text()
        assert quote.select_one(f'a[href="{name}.html"]')
        text = straight(" ".join(page.article.get_text().split()))
        for said in (claim.quote, claim.rule, claim.measured_as, verdicts.get(name, "").strip()):
            assert straight(said) in text, name


def test_there_is_a_way_from_each_page_to_the_next(book):
    seen, name = [], "index.html"
    while name not in seen:
        seen.append(name)
        following = re.search(r'<link rel="next"[^>]* href="([^"]+)"', (book / name).read_text())
        name = os.path.normpath(Path(name).parent / following[1]) if following else name
    assert {f"{name}.html" for name in ("data", "changes", "contributing", "glossary")} <= {*seen}
    assert {f"claims/{name}.html" for name in ledger()} <= {*seen}
