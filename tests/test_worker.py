"""Queued work survives a worker that dies: nothing is lost, everything ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import JobState
from matchmaker.services import jobs, outbox
from matchmaker.store.engine import writing
from matchmaker.store.journal import Job, Mail

JOBS = 12
PATIENCE = 60.0  # seconds; a loaded machine starts a worker slowly


def start(url: str, folder: Path, *step: str) -> subprocess.Popen[bytes]:
    """Start a worker, which waits at a step to be killed where one is named."""
    program = Path(__file__).with_name("durable_program.py")
    return subprocess.Popen(
        [sys.executable, str(program), url, str(folder), *step],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def states(sessions: sessionmaker[Session]) -> Counter[JobState]:
    with sessions() as session:
        return Counter(session.scalars(select(Job.state)))


def wait(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_no_job_is_lost_when_its_worker_is_killed(
    database_url: str, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    now = datetime.now(UTC)  # the worker has a clock of its own
    jobs.KINDS.setdefault("test-count", lambda work: {})
    with writing(), sessions() as session:
        for number in range(JOBS):
            jobs.enqueue(session, "test-count", None, actor=None, now=now, number=number)
        outbox.post(
            session, "security", "a@example.org", dedupe="m", now=now, subject="Hi", body="there"
        )
        session.commit()
    first = start(database_url, tmp_path)
    try:
        assert wait(lambda: states(sessions)[JobState.DONE] >= 2)
    finally:
        first.kill()
        first.wait()
    assert states(sessions)[JobState.DONE] < JOBS
    second = start(database_url, tmp_path)
    try:
        assert wait(lambda: states(sessions)[JobState.DONE] == JOBS)
        assert wait(lambda: len(list((tmp_path / "mail").glob("*.eml"))) == 1)
    finally:
        second.kill()
        second.wait()
    with sessions() as session:
        counted = sorted(row.result["counted"] for row in session.scalars(select(Job)))
        assert list(range(JOBS)) == counted
        assert 1 == len(session.scalars(select(Mail)).all())
