"""Long files of tests first, and the system's own browser for the tests that open a page."""

import os
import shutil
import subprocess
import sys

import pytest

from analysis.paths import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHED_OFF = ("gpu", "quic", "background-networking", "component-update", "sync", "default-apps")
HOW = (
    "no Chromium is installed, so the book was not opened in a browser; on Debian or Ubuntu:"
    " apt-get install chromium"
)


LONG = ("test_rebuild", "test_pairs", "test_anywhere", "test_jupyterlab")
"""Files of few tests that take long; begun last, they would leave one worker alone at the end."""
TURNS = ("press", "test_pages", "figures", "book")
"""Then folders and files that take long, in an order in which the book is made by the time that
those who open it begin, and no more than one worker waits if it is not."""


def pytest_collection_modifyitems(items):
    """Hand out long files first, all others in their order."""
    items.sort(key=turn)


def turn(item):
    """Place of a test's file in the order of handing out."""
    if item.path.stem in LONG:
        return -1
    names = (item.path.stem, item.path.parent.name)
    return next((place for place, name in enumerate(TURNS) if name in names), len(TURNS))


@pytest.fixture(scope="session", autouse=True)
def book_in_the_making(request, tmp_path_factory):
    """Begin the book with the first test, if any will ask for it, so that nobody waits for it."""
    is_wanted = any("book" in item.fixturenames for item in request.session.items)
    if not is_wanted or os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
        yield
        return
    from tests.book.made import shared_folder

    command = [sys.executable, "-m", "tests.book.made", shared_folder(tmp_path_factory)]
    with subprocess.Popen(command, cwd=ROOT):
        yield


@pytest.fixture(scope="session")
def browser():
    """The system's own Chromium, never a downloaded one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        (pytest.fail if os.environ.get("BALLAST_REQUIRE_BROWSER") == "1" else pytest.skip)(HOW)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        quiet = [f"--disable-{name}" for name in SWITCHED_OFF]
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(
            executable_path=found, args=["--no-first-run", *quiet, *as_root]
        )
        yield running
        running.close()
