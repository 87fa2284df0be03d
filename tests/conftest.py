"""The system's own browser, for the tests that open a page as a reader does."""

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
)
HOW = (
    "no Chromium is installed, so the book was not opened in a browser; on Debian or Ubuntu:"
    " apt-get install chromium"
)


@pytest.fixture(scope="session")
def browser():
    """The system's own Chromium, never a downloaded one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        (pytest.fail if os.environ.get("BALLAST_REQUIRE_BROWSER") == "1" else pytest.skip)(HOW)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=found, args=[*QUIET, *as_root])
        yield running
        running.close()
