"""The worker: does queued jobs and sends due mail, durably, through DBOS.

Our own ``job`` and ``mail`` rows say what there is to do and how it ended; DBOS remembers what is
under way, so that work survives a crash. A job's row id is its workflow id: handing it over twice
does nothing. This and ``app`` and ``cli`` are the places that commit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import JobState, MailState
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs, outbox
from matchmaker.settings import Settings
from matchmaker.store.engine import writing
from matchmaker.store.journal import Job, Mail

log = logging.getLogger("matchmaker.worker")
PAUSE = 0.5  # seconds between two looks at the queue when no page of this process wakes it


class Worker:
    """One process's worker. In the mode ``inline`` (tests, demo) jobs run where they are queued."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
    ) -> None:
        self.app = app
        self.settings = settings
        self.sessions = sessions
        self.clock = clock
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._handed: set[str] = set()
        self._thread: threading.Thread | None = None

    def wake(self, job_ids: list[str]) -> None:
        """Tell the worker that something was committed for it."""
        if self.settings.worker == "inline":
            for job_id in job_ids:
                self.do(job_id)
            self.send_due()
        self._woken.set()

    def start(self) -> None:
        """Launch DBOS and look after the queue in a thread of its own."""
        from matchmaker import durable  # noqa: PLC0415 -- slow import

        durable.launch(self, self.settings)
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def run_forever(self) -> None:
        """Start and stay until interrupted."""
        self.start()
        try:
            while not self._ending.wait(3600):
                pass
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Stop looking; what is under way is taken up at the next start."""
        from matchmaker import durable  # noqa: PLC0415 -- slow import

        self._ending.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            durable.end()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.clear()
            try:
                self._hand_over()
            except Exception:
                log.exception("the queue could not be read")
            self._woken.wait(PAUSE)

    def _hand_over(self) -> None:
        from matchmaker import durable  # noqa: PLC0415 -- slow import

        with self.sessions() as session:
            waiting = jobs.queued(session)
            mails = [
                (mail_id, f"mail-{mail_id}-{attempts}")
                for mail_id in outbox.due(session, self.clock())
                for attempts in [session.get_one(Mail, mail_id).attempts]
            ]
        for job_id in waiting:
            if job_id not in self._handed:
                self._handed.add(job_id)
                durable.hand_over_job(job_id)
        for mail_id, name in mails:
            if name not in self._handed:
                self._handed.add(name)
                durable.hand_over_mail(mail_id, name)

    # -- doing ------------------------------------------------------------------------------

    def do(self, job_id: str) -> None:
        """Do one job to its end; safe to be called again after a crash."""
        with self._write() as session:
            row = session.get(Job, job_id)
            if row is None or not jobs.begin(row, now=self.clock()):
                return
            kind, work = row.kind, _Work(self, row)
            kept = dict(row.result or {})
        state, result, error = JobState.DONE, kept, ""
        try:
            if not kept:
                with self._backend():
                    result = dict(jobs.KINDS[kind](work))
            state = JobState.STOPPED if work.stopped and not result else JobState.DONE
        except Refusal as refusal:
            state, error = JobState.FAILED, refusal.hint or refusal.reason
            result = {"reason": refusal.reason, "facts": _plain(refusal.facts)}
        except Exception as bug:
            log.exception("job %s (%s) failed", job_id, kind)
            state, error = JobState.FAILED, f"{type(bug).__name__}: {bug}"
        with self._write() as session:
            row = session.get_one(Job, job_id)
            jobs.finish(row, state, now=self.clock(), result=result, error=error)
            follow = session.info.pop("jobs", [])
        self._follow(follow)

    def _backend(self) -> AbstractContextManager[Any]:
        """Say on what joblib spreads blocks of ranking: threads, processes, a Dask cluster."""
        from matchmaker.services.match.spread import spread  # noqa: PLC0415 -- slow import

        return spread(self.settings.ranking_backend)

    def _follow(self, job_ids: list[str]) -> None:
        if self.settings.worker == "inline":
            for job_id in job_ids:
                self.do(job_id)
        self._woken.set()

    def send_due(self) -> None:
        """Send every mail whose turn it is."""
        with self.sessions() as session:
            due = outbox.due(session, self.clock())
        for mail_id in due:
            self.send(mail_id)

    def send(self, mail_id: str) -> None:
        """Build and send one mail with the rights of this moment."""
        from matchmaker.web import mail as mailing  # noqa: PLC0415 -- app imports this module

        message, error = None, None
        try:
            with self.sessions() as session:
                row = session.get(Mail, mail_id)
                if row is None or row.state is not MailState.QUEUED:
                    return
                shown = outbox.contents(session, row)
                message = None if shown is None else mailing.write(self.app, row, shown)
            if message is not None:
                mailing.send(self.app, self.settings, message)
        except Exception as failure:
            log.exception("mail %s was not sent", mail_id)
            error = f"{type(failure).__name__}: {failure}"
        with self._write() as session:
            row = session.get_one(Mail, mail_id)
            if message is None and error is None:
                row.state = MailState.DROPPED
            else:
                outbox.settle(row, error, now=self.clock())
            if row.state is not MailState.QUEUED:
                row.params = {key: v for key, v in row.params.items() if key != "body"}

    @contextmanager
    def _write(self) -> Iterator[Session]:
        with writing(), self.sessions() as session:
            yield session
            session.commit()


class _Work:
    """What a job's function can do (see ``services.jobs.Work``)."""

    def __init__(self, worker: Worker, row: Job) -> None:
        self._worker = worker
        self.job_id = row.id
        self.arguments: Mapping[str, Any] = dict(row.arguments)
        self.roadshow_id = row.roadshow_id
        self.actor_id = row.queued_by_id
        self.stopped = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._worker.sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._worker._write() as session:
            yield session
            follow = session.info.pop("jobs", [])
        self._worker._follow(follow)

    def now(self) -> datetime:
        return self._worker.clock()

    def progress(self, share: float, note: str = "", **facts: Any) -> bool:
        values = {"done": min(1000, max(0, round(share * 1000))), "note": note, "facts": facts}
        with self._worker._write() as session:
            session.execute(update(Job).where(Job.id == self.job_id).values(**values))
            row = session.get_one(Job, self.job_id)
            self.stopped = row.stop
        return not self.stopped


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
        for key, value in facts.items()
    }
