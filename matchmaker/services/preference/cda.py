"""Confidentiality agreements: who may read a project's third tier."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project


def record_cda(
    session: Session,
    project: Project,
    investor: Investor,
    *,
    signed_at: datetime,
    actor: Account | None,
    now: datetime,
) -> Cda:
    """Note that a confidentiality agreement is in force: it opens the project's third tier.

    The team's word (or an organiser's) opens it, never the investor's alone. One that had ended
    comes into force again.
    """
    if project.roadshow_id != investor.roadshow_id:
        raise Refusal("other-roadshow", hint="Both have to belong to one roadshow.")
    if signed_at > now:
        raise Refusal("signed-in-future", hint="A CDA counts from the day it was signed.")
    row = session.scalars(
        select(Cda).where(Cda.project_id == project.id, Cda.investor_id == investor.id)
    ).first()
    if row is None:
        row = Cda(roadshow_id=project.roadshow_id, project_id=project.id, investor_id=investor.id)
    elif row.ended_at is None:
        return row
    row.signed_at, row.ended_at = signed_at, None
    row.recorded_by_id = actor.id if actor else None
    session.add(row)
    session.flush()
    journal.write(
        session,
        "cda.recorded",
        row,
        actor=actor,
        now=now,
        project=project.id,
        investor=investor.id,
    )
    return row


def end_cda(session: Session, cda: Cda, *, actor: Account | None, now: datetime) -> None:
    """Close the third tier to the investor again."""
    if cda.ended_at is not None:
        raise Refusal("cda-over", hint="This agreement has ended already.")
    cda.ended_at = now
    session.flush()
    journal.write(
        session,
        "cda.ended",
        cda,
        actor=actor,
        now=now,
        project=cda.project_id,
        investor=cda.investor_id,
    )


def cdas(session: Session, project: Project) -> list[tuple[Cda, Investor]]:
    """Return a project's agreements, those in force first, then the newest."""
    rows = session.execute(
        select(Cda, Investor)
        .join(Investor, Investor.id == Cda.investor_id)
        .where(Cda.project_id == project.id)
        .order_by(Cda.ended_at.is_not(None), Cda.signed_at.desc(), Investor.code)
    )
    return [(cda, investor) for cda, investor in rows]
