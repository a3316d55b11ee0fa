"""``matchmaker demo``: a whole roadshow in a fresh database, and its pages."""

from __future__ import annotations

import gc
import itertools
import json
import secrets
import shutil
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from matchmaker.cli import warm
from matchmaker.cli.helpers import RunningClock
from matchmaker.cli.making import PASSWORD, Making
from matchmaker.core.refusal import Refusal
from matchmaker.settings import Settings

MARKER = "matchmaker-demo.json"
OURS = ("matchmaker.sqlite3*", "jobs.sqlite3*", "uploads", "mail", "static")
ROLES = {
    "administrator": "administrator",
    "organiser": "organiser",
    "investor": "investor",
    "team": "project team",
    "reviewer": "reviewer",
}


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
    clear(settings.data_dir)
    gc.disable()  # a tenth of the time, and what is made here stays anyway
    making = Making(settings, lambda stage, _: click.echo(f"  {stage}"))
    making.until_wishes()
    if no_serve:
        making.until_outcomes()
        making.send()
        making.close()
        click.echo(sign_ins(settings))
        return
    _serve(settings, making)


def _serve(settings: Settings, making: Making) -> None:
    """Open the pages, and finish beside them what takes longer: rankings and the timetable."""
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import
    from matchmaker.cli.serve import listen  # noqa: PLC0415 -- slow import

    app = create_app(settings, clock=running_clock())
    app.extensions["making"] = True

    def finish() -> None:
        warm.begin()
        making.until_outcomes()
        gc.enable()
        app.extensions["making"] = False
        click.echo("Everything is made. Press Ctrl+C to end.")

    click.echo(sign_ins(settings))
    click.echo("The pages are open; rankings and the timetable follow within seconds.\n")
    listen(app, settings, first=finish)


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
