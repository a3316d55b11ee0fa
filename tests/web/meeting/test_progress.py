"""A planning job seen while it works, and stopped."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState
from matchmaker.services.meeting import draft
from matchmaker.services.meeting.plans import placements_of
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Timetable
from tests.services.roadshows import make_show
from tests.services.test_meeting_chain import proposed


def test_a_planning_job_tells_how_good_it_is_and_keeps_its_best_when_stopped(
    session: Session, now: datetime, sign_in: Any, app: Any
) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    job_id = draft.queue_plan(session, show.roadshow, actor=show.organiser, now=now).id
    session.commit()
    client = sign_in(show.organiser)
    waiting = client.get(f"/jobs/{job_id}/progress")
    assert "Waiting for its turn" in waiting.text
    assert (waiting.status_code, "HX-Refresh" in waiting.headers) == (200, False)

    worker = app.extensions["worker"]
    row = session.get_one(Job, job_id)
    row.state, row.started_at = JobState.RUNNING, worker.clock() - timedelta(seconds=10)
    row.done, row.note = 500, "polishing"
    row.facts = {"meetings": 8, "score": 490.0, "bound": 500.0, "gaps": 3, "least": 2, "left": 10}
    session.commit()
    page = client.get(f"/jobs/{job_id}/progress").text
    assert "Closing gaps: 8 meetings, score 490.0 of at most 500.0 (2.0% missing), 3 gaps" in page
    assert "3 gaps; no such plan has fewer than 2" in page
    assert re.search(r"about \d+ seconds left", page)

    assert client.post(f"/jobs/{job_id}/stop").status_code == 303
    session.commit()
    worker.do(job_id)  # as it is taken up again: at its first look it is told to stop
    session.expire_all()
    row = session.get_one(Job, job_id)
    assert (JobState.DONE, "placing") == (row.state, row.note)
    version = session.scalars(select(Timetable)).one()
    assert version.id == row.result["timetable"]
    assert 0 < len(placements_of(session, version)) == version.totals["meetings"]
    ended = client.get(f"/jobs/{job_id}/progress")
    assert "See the result" in ended.text
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")
