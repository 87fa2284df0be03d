"""The book, built once for all tests from the committed notebooks, and a real browser to open it
with."""

import functools
import http.server
import json
import threading

import pytest
from bs4 import BeautifulSoup

from tests.book.made import make_book, shared_folder


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """Folder of the built book; of several workers the first builds it and the others wait."""
    shared = shared_folder(tmp_path_factory)
    make_book(shared)
    built = json.loads((shared / "book.json").read_text())
    assert built["status"] == 0, built["said"]
    return shared / "book"


@pytest.fixture(scope="session")
def parsed(book):
    """A page of the book by its name, parsed when it is first asked for."""
    return functools.cache(
        lambda name: BeautifulSoup((book / name).read_text(encoding="utf-8"), "html.parser")
    )


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="session")
def address(book):
    """Where a static server on this machine serves the book."""
    handler = functools.partial(Quiet, directory=book)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def open_page(browser, address):
    """Open a page of the book; the returned page lists what went wrong in ``faults``."""
    contexts = []

    def opened(name="index.html", *, width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.faults = watch(page, address)
        page.goto(f"{address}/{name}")
        return page

    yield opened
    for context in contexts:
        context.close()


def watch(page, address):
    """List that grows by each console error or warning, script error, failed answer and request to
    anywhere else."""
    faults, own = [], (address, "data:", "blob:")

    def note(event, is_fault, words):
        page.on(event, lambda of: is_fault(of) and faults.append(f"{page.url}: {words(of)}"))

    note("console", lambda said: said.type in ("error", "warning"), lambda said: said.text)
    note("pageerror", lambda error: True, str)
    note("response", lambda got: got.status >= 400, lambda got: f"{got.status} {got.url}")
    note("request", lambda sent: not sent.url.startswith(own), lambda sent: f"asks {sent.url}")
    return faults


def straight(text):
    """Text without the typographer's quotes, dashes and dots."""
    pairs = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "`": ""}
    for curly, plain in pairs.items():
        text = text.replace(curly, plain)
    return text.replace("--", "-")
