"""A proof under way in a job is stopped, and the best plan is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import JobState
from matchmaker.services import jobs, meeting
from matchmaker.services.meeting import draft
from matchmaker.services.meeting.plans import placements_of
from matchmaker.store.engine import writing
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Timetable
from tests.services.roadshows import make_show
from tests.services.test_meeting_chain import proposed

LONG = 200.0  # seconds the proof may take; it is stopped as soon as it has begun
PATIENCE = 60.0  # seconds; a loaded machine comes late to the proof


def wait(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_proof_that_a_job_is_at_ends_soon_after_a_stop_and_the_best_plan_is_kept(
    sessions: sessionmaker[Session], now: datetime, app: Any
) -> None:
    with writing(), sessions() as session:
        show = make_show(session, now, projects=10, investors=14, slots=7, tables=6)
        proposed(session, show, now)
        job_id = draft.queue_plan(
            session, show.roadshow, seconds=LONG, prove=True, actor=show.organiser, now=now
        ).id
        session.commit()

    def seen() -> tuple[JobState, str]:
        with sessions() as session:
            row = session.get_one(Job, job_id)
            return row.state, row.note

    worker = threading.Thread(target=app.extensions["worker"].do, args=(job_id,))
    worker.start()
    try:
        assert wait(lambda: seen() == (JobState.RUNNING, "proving"))
    finally:
        asked = time.monotonic()
        with writing(), sessions() as session:
            row = session.get_one(Job, job_id)
            jobs.ask_to_stop(session, row, actor=session.merge(show.organiser), now=now)
            session.commit()
        worker.join(PATIENCE)
    assert time.monotonic() - asked < PATIENCE
    assert seen() == (JobState.DONE, "proving")

    with sessions() as session:
        row = session.get_one(Job, job_id)
        version = session.scalars(select(Timetable)).one()
        assert (version.id, version.status) == (row.result["timetable"], "feasible")
        assert version.seconds < LONG / 2
        told = (row.facts["meetings"], row.facts["gaps"])
        assert told == (version.totals["meetings"], version.totals["gaps"])
        assert len(placements_of(session, version)) == version.totals["meetings"] == 30
        assert list(meeting.meeting_violations(session)) == []
