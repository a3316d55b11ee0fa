"""A real Chromium for tests: found wherever the machine has one, skipped with a sentence if not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MISSING = (
    "Chromium was not found: install chromium, Google Chrome or Microsoft Edge, or run "
    "`playwright install chromium`, or set MATCHMAKER_TEST_CHROMIUM to the program."
)
COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FLAGS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(own: str = "") -> str | None:
    """Return a browser's program: the one named in the environment, on the path, among the
    applications, or ``own``, the one that Playwright would download.
    """
    named = os.environ.get("MATCHMAKER_TEST_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = [shutil.which(command) for command in COMMANDS]
    places = [place for place in (*found, *APPLICATIONS, own) if place]
    return next((place for place in places if Path(place).exists()), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason=MISSING)
    with playwright.sync_playwright() as started:
        program = find_chromium(started.chromium.executable_path)
        if program is None:
            pytest.skip(MISSING)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = started.chromium.launch(
            executable_path=program, args=[*FLAGS, *(["--no-sandbox"] if root else [])]
        )
        try:
            yield browser
        finally:
            browser.close()
