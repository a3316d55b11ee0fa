"""More processes that answer pages, each accepting from the first one's listening socket.

A helper is told what it needs on its standard input and ends when that closes, however the first
process ended. It only answers pages: jobs and mails are the first process's.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from matchmaker.settings import Settings

log = logging.getLogger("matchmaker.serve")
MOST = 4


@dataclass(frozen=True)
class RunningClock:
    """A clock that showed ``moment`` when the machine's monotonic one stood at ``since``."""

    moment: datetime
    since: float

    def __call__(self) -> datetime:
        return self.moment + timedelta(seconds=time.monotonic() - self.since)


def wanted(settings: Settings) -> int:
    """Return how many helpers to start: one for each core beside the first, unless it is set."""
    if os.name != "posix":  # elsewhere a socket cannot be handed over
        return 0
    return (settings.processes or min(MOST, os.cpu_count() or 1)) - 1


class Helpers:
    """Starts helpers, and one in the place of each that ends."""

    def __init__(self, app: Flask, settings: Settings, listening: socket.socket) -> None:
        clock = app.extensions["clock"]
        running = clock if isinstance(clock, RunningClock) else None
        self.told = {
            "settings": {
                name: str(value) if isinstance(value, Path) else value
                for name, value in dataclasses.asdict(settings).items()
            },
            "socket": listening.fileno(),
            "clock": running and [running.moment.isoformat(), running.since],
        }
        self.listening = listening
        self.ending = threading.Event()
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, count: int) -> None:
        for _ in range(count):
            threading.Thread(target=self._keep_one, name="helper", daemon=True).start()

    def stop(self) -> None:
        self.ending.set()
        for one in self.running:
            if one.stdin is not None:
                one.stdin.close()
        for one in self.running:
            one.wait(10)

    def _keep_one(self) -> None:
        while not self.ending.is_set():
            helper = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                pass_fds=[self.listening.fileno()],
                start_new_session=True,  # Ctrl+C is for the first process
            )
            self.running.append(helper)
            assert helper.stdin is not None
            helper.stdin.write(json.dumps(self.told).encode() + b"\n")
            helper.stdin.flush()
            code = helper.wait()
            self.running.remove(helper)
            if not self.ending.wait(1):
                log.warning("a process ended with %s; starting another", code)


def main() -> None:
    """Answer pages until standard input closes."""
    from matchmaker.app import create_app, utc_now  # noqa: PLC0415 -- slow import
    from matchmaker.cli.serve import answer  # noqa: PLC0415 -- slow import

    # a shell that starts the first process in the background has all of them ignore it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_first, daemon=True).start()
    given = told["settings"]
    settings = Settings(
        **{
            **given,
            "data_dir": Path(given["data_dir"]),
            "trusted_hosts": tuple(given["trusted_hosts"]),
            "worker": "outside",
        }
    )
    clock = utc_now
    if told["clock"]:
        moment, since = told["clock"]
        clock = RunningClock(datetime.fromisoformat(moment), since)
    answer(create_app(settings, clock=clock), settings, socket.socket(fileno=told["socket"]))


def _end_with_first() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
