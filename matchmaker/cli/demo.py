"""``matchmaker demo``: a whole roadshow in a fresh database, and its pages."""

from __future__ import annotations

import gc
import itertools
import json
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker.cli import warm
from matchmaker.cli.helpers import RunningClock
from matchmaker.core.refusal import Refusal
from matchmaker.settings import Settings

MARKER = "matchmaker-demo.json"
OURS = ("matchmaker.sqlite3*", "jobs.sqlite3*", "uploads", "mail")
PASSWORD = "roadshow-2027"
ROLES = {
    "administrator": "administrator",
    "organiser": "organiser",
    "investor": "investor",
    "team": "project team",
    "reviewer": "reviewer",
}
Tell = Callable[[str, float], None]
Do = Callable[..., Any]  # a stage, in a transaction of its own


@click.command("demo")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder, or an earlier demo's (MATCHMAKER_DATA_DIR).",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (MATCHMAKER_PORT).")
@click.option("--no-serve", is_flag=True, help="Only make the data.")
def command(data_dir: Path | None, port: int | None, *, no_serve: bool) -> None:
    """Make a roadshow with a fictional cast, print its sign-ins, and serve it.

    Running it again begins afresh. Its clock stands on the second morning of the roadshow.
    """
    given = {"data_dir": data_dir, "port": port}
    settings = demo_settings(**{key: one for key, one in given.items() if one is not None})
    if not no_serve:
        _refuse_taken_port(settings)
    warm.begin()
    gc.disable()  # a tenth of the time, and what is made here stays anyway
    build(settings, lambda stage, _: click.echo(f"  {stage}"), send=no_serve)
    gc.enable()
    click.echo(sign_ins(settings))
    if no_serve:
        return
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import
    from matchmaker.cli.serve import listen  # noqa: PLC0415 -- slow import

    click.echo("Press Ctrl+C to end.")
    listen(create_app(settings, clock=running_clock()), settings)


def demo_settings(**given: Any) -> Settings:
    """Return the settings of a demo: always its own SQLite file, whatever the environment says."""
    fixed = {
        "production": False,
        "database_url": "",
        "secret_key": secrets.token_hex(32),
        "mail": "file",
        "registration": "open",
        "worker": "inside",
    }
    settings = Settings.from_env(**{**fixed, **given})
    return replace(
        settings,
        public_url=f"http://127.0.0.1:{settings.port}",
        trusted_hosts=(*Settings.trusted_hosts, settings.host),
    )


def running_clock() -> RunningClock:
    """Return a clock that stands at the demo's present and goes on from there."""
    from matchmaker.services.demo import CLOCK  # noqa: PLC0415 -- slow import

    return RunningClock(CLOCK, time.monotonic())


def build(
    settings: Settings, tell: Tell = lambda _stage, _seconds: None, *, send: bool = True
) -> None:
    """Make the demo's data; ``tell`` hears of each stage and the seconds it took.

    ``send``: also write the mails; otherwise the worker does once the pages are served. Refuses
    a folder that is not empty and not an earlier demo's.
    """
    lap = _lap(tell)
    clear(settings.data_dir)
    from flask_security import hash_password  # noqa: PLC0415 -- slow import

    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import
    from matchmaker.services import demo  # noqa: PLC0415 -- slow import
    from matchmaker.store.migrate import upgrade  # noqa: PLC0415 -- slow import

    lap("program loaded")
    clock = {"now": demo.CLOCK}
    app = create_app(replace(settings, worker="inline"), clock=lambda: clock["now"])
    _hurry(app)
    upgrade(app.extensions["engine"])
    lap("empty database")
    with app.app_context():
        hashed = hash_password(PASSWORD)
    cast = demo.read_cast()

    def do(verb: Callable[..., Any], **more: Any) -> Any:
        with _writing(app) as session:
            return verb(session, cast, **more)

    _until_decisions(do, lap, hashed)
    _until_wishes(do, lap, app, clock)
    _until_outcomes(do, lap, app, clock)
    if send:
        lap(f"{_send_all(app)} mails")
    app.extensions["engine"].dispose()


def _until_decisions(do: Do, lap: Callable[[str], None], hashed: str) -> None:
    from matchmaker.services import demo  # noqa: PLC0415 -- slow import

    do(demo.make_accounts, password_hash=hashed)
    do(demo.open_roadshow)
    lap("accounts and a roadshow that calls for applications")
    lap(f"{do(demo.enter_projects)} applications")
    lap(f"{do(demo.review_projects)} reviews")
    do(demo.discuss_projects)
    do(demo.decide_projects)
    lap("decisions")


def _until_wishes(
    do: Do, lap: Callable[[str], None], app: Flask, clock: dict[str, datetime]
) -> None:
    """Let investors in, with a first ranking of those who came early, and ask for wishes."""
    from matchmaker.services import demo  # noqa: PLC0415 -- slow import

    early = do(demo.enter_investors, early=True)
    lap(f"{early} early investors")
    clock["now"] = demo.RANKED
    app.extensions["worker"].do(do(demo.queue_early_ranking))
    lap("early ranking")
    lap(f"{do(demo.enter_investors, early=False)} more investors")
    do(demo.revise_projects)
    lap(f"{do(demo.keep_decks, folder=app.extensions['settings'].upload_dir)} decks")
    do(demo.make_programme)
    lap("slots, tables and the programme")
    lap(f"{do(demo.state_wishes)} wishes")
    do(demo.revise_mandates)


def _until_outcomes(
    do: Do, lap: Callable[[str], None], app: Flask, clock: dict[str, datetime]
) -> None:
    """Rank, pair, plan and publish, the jobs at their own moments, and go on to the second day."""
    from matchmaker.services import demo  # noqa: PLC0415 -- slow import

    worker = app.extensions["worker"]
    clock["now"] = demo.PAIRED
    worker.do(do(demo.queue_ranking))
    lap("ranking")
    do(demo.approve_pairings)
    lap("pairings")
    clock["now"] = demo.PUBLISHED - timedelta(days=1)
    worker.do(do(demo.queue_draft))
    lap("draft of the timetable")
    clock["now"] = demo.CLOCK
    lap(f"{do(demo.set_live)} meetings published")
    lap(f"{do(demo.hold_meetings)} meetings over")
    lap(f"{do(demo.record_outcomes)} outcomes")
    do(demo.write_notes)
    do(demo.decide_late)
    do(demo.keep_late_table)


def clear(folder: Path) -> None:
    """Make the folder an empty demo's; refuses one that holds anything else."""
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.is_file():
        raise Refusal(
            "not-a-demo",
            hint=f"{folder} holds something that is not a demo; give another with --data-dir.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(
        json.dumps({"about": "Everything beside this file is replaced by `matchmaker demo`."})
        + "\n",
        encoding="utf-8",
    )
    for found in itertools.chain.from_iterable(folder.glob(pattern) for pattern in OURS):
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()


def sign_ins(settings: Settings) -> str:
    """Return the address and who can sign in, in plain text."""
    from matchmaker.services.demo import read_cast  # noqa: PLC0415 -- slow import

    told = read_cast().roadshow
    rows = [
        (
            ROLES[one["role"]],
            one["email"],
            f"{one['name']} {one.get('project', '')}{one.get('investor', '')}".rstrip(),
        )
        for one in told["accounts"]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {role:<{widths[0]}}  {email:<{widths[1]}}  {name}" for role, email, name in rows]
    return "\n".join(
        [
            "",
            f"{told['name_en']}",
            f"  {settings.public_url}/  (sign in at {settings.public_url}/login)",
            "",
            *lines,
            "",
            f"  password of all: {PASSWORD}",
            f"  data and mails: {settings.data_dir}",
            "",
        ]
    )


def _lap(tell: Tell) -> Callable[[str], None]:
    last = {"at": time.perf_counter()}

    def lap(stage: str) -> None:
        now = time.perf_counter()
        tell(stage, now - last["at"])
        last["at"] = now

    return lap


@contextmanager
def _writing(app: Flask) -> Iterator[Session]:
    from matchmaker.store.engine import writing  # noqa: PLC0415 -- slow import

    with writing(), app.extensions["sessions"]() as session:
        yield session
        session.commit()


def _send_all(app: Flask) -> int:
    """Write every mail that is due to the folder of mails; returns how many were looked at."""
    from matchmaker.services import outbox  # noqa: PLC0415 -- slow import

    worker, seen = app.extensions["worker"], 0
    while True:
        with app.extensions["sessions"]() as session:
            due = outbox.due(session, worker.clock())
        for mail_id in due:
            worker.send(mail_id)
        seen += len(due)
        if not due:
            return seen


def _hurry(app: Flask) -> None:
    """Do not wait for the disk at each commit: a demo that breaks off is made again."""

    @event.listens_for(app.extensions["engine"], "connect")
    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise Refusal(
                "port-taken",
                hint=f"Port {settings.port} is in use; give another with --port.",
            ) from None
