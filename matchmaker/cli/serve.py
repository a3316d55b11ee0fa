"""``matchmaker serve`` and ``matchmaker worker``."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import click
from flask import Flask

from matchmaker.app import create_app
from matchmaker.cli.helpers import Helpers, wanted
from matchmaker.core.refusal import Refusal
from matchmaker.settings import Settings
from matchmaker.store.migrate import heads_differ

AFTER_FIRST_PAGES = 2.0  # seconds

log = logging.getLogger("matchmaker.serve")


@click.command()
@click.option("--host", default=None, help="Address to listen on (MATCHMAKER_HOST).")
@click.option("--port", type=int, default=None, help="Port to listen on (MATCHMAKER_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages; with MATCHMAKER_WORKER=inside also do the jobs."""
    given = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings.from_env(**given)
    app = create_app(settings)
    _refuse_old_database(app)
    click.echo(f"matchmaker serves {settings.public_url} on {settings.host}:{settings.port}")
    listen(app, settings)


@click.command()
def worker() -> None:
    """Do the jobs and send the mail, in a process of its own."""
    app = create_app(Settings.from_env())
    _refuse_old_database(app)
    app.extensions["worker"].run_forever()


def listen(app: Flask, settings: Settings, *, first: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted, with the worker inside where the settings say so.

    ``first`` is done beside the first pages; the worker and the helpers wait for its end.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise Refusal(
            "no-port", hint=f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        ) from None
    inside = settings.worker == "inside"
    helping = Helpers(app, settings, listening)

    def begin() -> None:
        try:
            first()
        except Exception:
            log.exception("what comes first did not succeed")
        if inside:
            app.extensions["worker"].start()
        helping.start(wanted(settings))

    threading.Thread(target=begin, name="begin", daemon=True).start()
    try:
        answer(app, settings, listening)
    finally:
        helping.stop()
        if inside:
            app.extensions["worker"].stop()


def answer(app: Flask, settings: Settings, listening: socket.socket) -> None:
    """Answer the pages that are asked for at a socket, until interrupted."""
    from waitress import serve as wait  # noqa: PLC0415 -- slow import

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").setLevel(logging.WARNING)  # the address was told before
    loading = threading.Timer(AFTER_FIRST_PAGES, _load_model)
    loading.daemon = True
    loading.start()
    wait(app, sockets=[listening], threads=settings.threads, ident=None)


def _load_model() -> None:
    """Load what takes a second: the first page that counts with the match model would wait."""
    import matchmaker.core.match  # noqa: F401, PLC0415 -- slow import


def _refuse_old_database(app: Flask) -> None:
    if heads_differ(app.extensions["engine"]):
        raise Refusal(
            "old-database", hint="The database is not up to date: run `matchmaker upgrade` first."
        )
