"""Planning and publishing in a process that is killed: all of it in the end, or nothing of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import JobState, TimetableState
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting import draft
from matchmaker.store.engine import writing
from matchmaker.store.journal import Job, Mail
from matchmaker.store.meeting import Claim, Meeting, Placement, Timetable
from tests.services.roadshows import make_show
from tests.test_worker import start, wait


def kill_at(step: str, url: str, folder: Path, *timetable: str) -> None:
    """Let a worker come to a step and kill it there."""
    worker = start(url, folder, step, *timetable)
    try:
        assert wait((folder / step).exists)
    finally:
        worker.kill()
        worker.wait()


def test_a_plan_survives_its_worker_and_half_a_publication_does_not(
    database_url: str, sessions: sessionmaker[Session], tmp_path: Path, app: Any
) -> None:
    now = datetime.now(UTC)  # the workers have a clock of their own
    with writing(), sessions() as session:
        show = make_show(session, now)
        round_ = pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
        pairing.approve(session, show.roadshow, number=round_.number, actor=show.organiser, now=now)
        job_id = draft.queue_plan(session, show.roadshow, actor=show.organiser, now=now).id
        session.commit()

    def count(table: type) -> int:
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def state() -> JobState:
        with sessions() as session:
            return session.get_one(Job, job_id).state

    kill_at("planning", database_url, tmp_path)
    assert (JobState.RUNNING, 0) == (state(), count(Timetable))
    kill_at("ending", database_url, tmp_path)
    assert (JobState.RUNNING, 1, 8) == (state(), count(Timetable), count(Placement))
    app.extensions["worker"].do(job_id)
    assert (JobState.DONE, 1, 8) == (state(), count(Timetable), count(Placement))

    letters = count(Mail)
    with sessions() as session:
        draft_id = session.scalars(select(Timetable.id)).one()
    kill_at("publishing", database_url, tmp_path, draft_id)
    assert (0, 0, letters) == (count(Meeting), count(Claim), count(Mail))

    with writing(), sessions() as session:
        version = session.scalars(select(Timetable)).one()
        assert TimetableState.DRAFT is version.state
        assert session.get_one(Job, job_id).result["timetable"] == version.id
        meeting.publish(session, version, actor=session.merge(show.organiser), now=now)
        session.commit()
        assert list(meeting.meeting_violations(session)) == []
    assert 8 == count(Meeting)
