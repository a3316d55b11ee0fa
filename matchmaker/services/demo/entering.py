"""Applications and mandates, taken in like any other table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.documents.sheet import read_sheet
from matchmaker.paths import SEEDS
from matchmaker.services import exchange
from matchmaker.services.demo.cast import (
    CALLED,
    CLOCK,
    INVITED,
    Cast,
    accounts_by_email,
    organiser_of,
    roadshow_of,
    steps,
)
from matchmaker.services.exchange import filing
from matchmaker.services.exchange.taking import run_import
from matchmaker.services.fields import taxonomy
from matchmaker.services.profile import person_for

BATCH = 10


def enter_projects(session: Session, cast: Cast) -> int:
    """Take in every application between the call and its end; returns how many."""
    until = cast.moment(cast.roadshow["applications_until"]) - timedelta(days=1)
    return _enter(session, cast, "projects", Role.TEAM, CALLED + timedelta(days=7), until)


def enter_investors(session: Session, cast: Cast) -> int:
    """Take in every mandate within the days after the invitations; returns how many."""
    until = INVITED + timedelta(days=12)
    return _enter(session, cast, "investors", Role.INVESTOR, INVITED, until)


def keep_late_table(session: Session, cast: Cast) -> None:
    """Keep a table of latecomers as it was sent this morning: not imported, not flawless."""
    path = SEEDS / "late-investors.csv"
    filing.keep_file(
        session,
        roadshow_of(session, cast),
        "investors",
        path.read_bytes(),
        path.name,
        actor=organiser_of(session, cast),
        now=CLOCK - timedelta(minutes=9),
    )


def _enter(
    session: Session,
    cast: Cast,
    kind: str,
    role: Role,
    first: datetime,
    last: datetime,
) -> int:
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    taken = steps(first, last, _batches(_rows(kind)))
    for now, batch in taken:
        run_import(session, roadshow, kind, batch, actor=organiser, now=now)
    accounts = accounts_by_email(session)
    for one in cast.accounts(role.value):
        person_for(session, roadshow, accounts[one["email"]], now=last)
    return sum(len(batch) for _, batch in taken)


def _rows(kind: str) -> list[Any]:
    """Return the rows of a seed file; one that does not read is a mistake in the file."""
    path = SEEDS / f"{kind}.csv"
    rows, problems = exchange.read(kind, read_sheet(path.read_bytes(), path.name), None, taxonomy())
    for problem in problems:
        if problem.blocking:
            raise ValueError(f"{path.name}: {exchange.sentence(problem)}")
    return list(rows)


def _batches(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
