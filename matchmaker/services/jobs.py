"""Long work: what is queued, who does it, how far it is.

A *job kind* is registered by name with a function that gets a ``Work``. It reads in one
transaction, computes without any, and writes in another, so nothing is locked meanwhile. It must
give the same result when it is run again after a crash, or ``keep`` its result with what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.roadshow import Roadshow

MOST_ATTEMPTS = 3
LIVE = (JobState.QUEUED, JobState.RUNNING)


class Work(Protocol):
    """What a job's function can do. ``reading`` and ``writing`` open a transaction each."""

    job_id: str
    arguments: Mapping[str, Any]
    roadshow_id: str | None
    actor_id: str | None

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]:
        """Commits at the end of the block."""
        ...

    def now(self) -> datetime: ...

    def progress(self, share: float, note: str = "", **facts: Any) -> bool:
        """Show how far the work is (0 to 1); False when somebody asked to stop."""
        ...


Doing = Callable[[Work], Mapping[str, Any]]
KINDS: dict[str, Doing] = {}


def job(kind: str) -> Callable[[Doing], Doing]:
    """Register the function that does a kind of job; it returns the result as JSON values."""

    def register(doing: Doing) -> Doing:
        KINDS[kind] = doing
        return doing

    return register


def enqueue(
    session: Session,
    kind: str,
    roadshow: Roadshow | None,
    *,
    actor: Account | None,
    now: datetime,
    once: bool = False,
    **arguments: Any,
) -> Job:
    """Queue a job in this transaction. ``once``: return the live one of this kind if there is."""
    if kind not in KINDS:
        raise LookupError(f"no job kind {kind}")
    roadshow_id = roadshow.id if roadshow else None
    if once:
        live = session.scalars(
            select(Job).where(Job.kind == kind, Job.roadshow_id == roadshow_id, Job.state.in_(LIVE))
        ).first()
        if live is not None:
            return live
    row = Job(
        kind=kind,
        roadshow_id=roadshow_id,
        arguments=arguments,
        queued_at=now,
        queued_by_id=actor.id if actor else None,
    )
    session.add(row)
    session.flush()
    journal.write(session, "job.queued", row, actor=actor, now=now, kind=kind)
    session.info.setdefault("jobs", []).append(row.id)
    return row


def ask_to_stop(session: Session, row: Job, *, actor: Account, now: datetime) -> None:
    """Ask a live job to stop and keep the best it has."""
    if row.state not in LIVE:
        raise Refusal("job-is-over", hint="This job has ended already.")
    row.stop = True
    journal.write(session, "job.stop", row, actor=actor, now=now, kind=row.kind)


def queued(session: Session) -> list[str]:
    """Return the ids of jobs that wait, oldest first."""
    return list(
        session.scalars(
            select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.queued_at, Job.id)
        )
    )


def begin(row: Job, *, now: datetime) -> bool:
    """Note that a job starts (again); False when it is over or has been tried too often."""
    if row.state not in LIVE:
        return False
    row.attempts += 1
    if row.attempts > MOST_ATTEMPTS:
        finish(row, JobState.FAILED, now=now, error="given up after repeated crashes")
        return False
    row.state, row.started_at = JobState.RUNNING, now
    return True


def keep(session: Session, work: Work, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a job's result in the transaction that makes it true, and return it.

    A job cut off between that and its end is not done a second time.
    """
    session.get_one(Job, work.job_id).result = dict(result)
    return result


def finish(
    row: Job,
    state: JobState,
    *,
    now: datetime,
    result: Mapping[str, Any] | None = None,
    error: str = "",
) -> None:
    """Note how a job ended."""
    row.state, row.finished_at = state, now
    row.result, row.error = dict(result or {}), error[:2000]
    if state is JobState.DONE:
        row.done = 1000
