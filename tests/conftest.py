"""Long files of tests first, and the system's own browser for the tests that open a page."""

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHED_OFF = ("gpu", "quic", "background-networking", "component-update", "sync", "default-apps")
HOW = (
    "no Chromium is installed, so the book was not opened in a browser; on Debian or Ubuntu:"
    " apt-get install chromium"
)


LONG = ("test_rebuild", "test_browser", "test_pairs", "test_anywhere", "test_jupyterlab")
"""Files of few tests that take long; begun last, they would leave one worker alone at the end."""


def pytest_collection_modifyitems(items):
    """Hand out long files first, all others in their order."""
    items.sort(key=lambda item: item.path.stem not in LONG)


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
