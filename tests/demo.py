"""The demo for tests: built once, copied for whoever changes it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from waitress.server import create_server

from matchmaker.app import create_app
from matchmaker.cli.demo import demo_settings, running_clock
from matchmaker.cli.making import build
from matchmaker.services.demo import CLOCK, read_cast
from matchmaker.settings import Settings

SLUG = "shanghai-2027"


@cache
def built() -> Path:
    """Build the demo once for all tests; returns its folder, which nobody changes."""
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(demo_settings(data_dir=folder / "demo", port=8000))
    return folder / "demo"


def copy_of(folder: Path, **given: Any) -> Settings:
    """Copy the demo into a folder; returns the settings that open it."""
    data = folder / "demo"
    shutil.copytree(built(), data, ignore=shutil.ignore_patterns("*.lock"))
    return demo_settings(
        **{"data_dir": data, "port": 8000, "worker": "inline", "mail": "memory", **given},
        sign_in_limit=10_000,
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Any]:
    """Open the application of a demo; its clock stands still."""
    app = create_app(settings, clock=lambda: CLOCK)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        yield app
    finally:
        app.extensions["engine"].dispose()


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve a demo on a free port of this machine; gives its address."""
    app = create_app(settings, clock=running_clock())
    with listening(app) as address:
        yield address
    app.extensions["engine"].dispose()


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    with closing(create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)) as server:
        Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.task_dispatcher.shutdown()


def emails(role: str) -> list[str]:
    """The addresses that can sign in as a role."""
    return [one["email"] for one in read_cast().accounts(role)]
