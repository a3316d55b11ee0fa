"""Making the demo's data, stage by stage, through the verbs that the pages use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker.settings import Settings

PASSWORD = "roadshow-2027"
Tell = Callable[[str, float], None]


class Making:
    """A demo under way in an empty folder; ``tell`` hears of each stage and the seconds it took.

    ``until_wishes`` makes what people typed in, ``until_outcomes`` what is computed from it; the
    pages can be open in between.
    """

    def __init__(self, settings: Settings, tell: Tell = lambda _stage, _seconds: None) -> None:
        self.lap = _lap(tell)
        from matchmaker.app import create_app  # noqa: PLC0415 -- slow import
        from matchmaker.services import demo  # noqa: PLC0415 -- slow import

        self.lap("program loaded")
        self.demo = demo
        self.cast = demo.read_cast()
        self.now: datetime = demo.CLOCK
        self.app = create_app(replace(settings, worker="inline"), clock=lambda: self.now)
        self.worker = self.app.extensions["worker"]
        _hurry(self.app)

    def until_wishes(self) -> None:
        """Make accounts, applications, the selection, mandates, the programme and wishes."""
        from flask_security import hash_password  # noqa: PLC0415 -- slow import

        from matchmaker.store.migrate import upgrade  # noqa: PLC0415 -- slow import

        demo, lap = self.demo, self.lap
        upgrade(self.app.extensions["engine"])
        lap("empty database")
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
        self.do(demo.make_accounts, password_hash=hashed)
        self.do(demo.open_roadshow)
        lap("accounts and a roadshow that calls for applications")
        lap(f"{self.do(demo.enter_projects)} applications")
        lap(f"{self.do(demo.review_projects)} reviews")
        self.do(demo.discuss_projects)
        self.do(demo.decide_projects)
        lap("decisions")
        lap(f"{self.do(demo.enter_investors)} investors")
        self.do(demo.make_programme)
        lap("slots, tables and the programme")
        lap(f"{self.do(demo.state_wishes)} wishes")

    def until_outcomes(self) -> None:
        """Rank, pair, plan and publish, each at its moment, and go on to the second day."""
        demo, lap = self.demo, self.lap
        self.run(demo.queue_first_ranking, demo.RANKED)
        lap("first ranking")
        self.do(demo.revise_projects)
        self.do(demo.revise_mandates)
        folder = self.app.extensions["settings"].upload_dir
        lap(f"{self.do(demo.keep_decks, folder=folder)} decks")
        self.run(demo.queue_ranking, demo.PAIRED)
        lap("ranking")
        self.do(demo.approve_pairings)
        lap("pairings")
        self.run(demo.queue_draft, demo.PUBLISHED - timedelta(days=1))
        lap("draft of the timetable")
        self.now = demo.CLOCK
        lap(f"{self.do(demo.set_live)} meetings published")
        lap(f"{self.do(demo.hold_meetings)} meetings over")
        lap(f"{self.do(demo.record_outcomes)} outcomes")
        self.do(demo.write_notes)
        self.do(demo.decide_late)
        self.do(demo.keep_late_table)

    def send(self) -> None:
        """Write every mail that is due to the folder of mails."""
        from matchmaker.services import outbox  # noqa: PLC0415 -- slow import

        seen = 0
        while due := self._reading(outbox.due):
            for mail_id in due:
                self.worker.send(mail_id)
            seen += len(due)
        self.lap(f"{seen} mails")

    def do(self, verb: Callable[..., Any], **more: Any) -> Any:
        """Do a stage in a transaction of its own."""
        with _writing(self.app) as session:
            return verb(session, self.cast, **more)

    def run(self, queue: Callable[..., str], moment: datetime) -> None:
        """Queue a job and do it, at its moment."""
        self.now = moment
        self.worker.do(self.do(queue))

    def close(self) -> None:
        self.app.extensions["engine"].dispose()

    def _reading(self, query: Callable[..., Any]) -> Any:
        with self.app.extensions["sessions"]() as session:
            return query(session, self.now)


def build(settings: Settings, tell: Tell = lambda _stage, _seconds: None) -> None:
    """Make the whole demo's data, mails and all, in an empty folder."""
    making = Making(settings, tell)
    making.until_wishes()
    making.until_outcomes()
    making.send()
    making.close()


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


def _hurry(app: Flask) -> None:
    """Do not wait for the disk at each commit: a demo that breaks off is made again."""

    @event.listens_for(app.extensions["engine"], "connect")
    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
