"""Which firms read which submitted version of a project, for its team to see.

Investors are told on the page. Nobody else is counted: what a committee reads is its own affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.visibility import seen_by
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, Investor, Project, ProjectVersion
from matchmaker.store.reading import Reading
from matchmaker.store.roadshow import Organisation, Person

TIERS = ("public", "registered", "cda")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A firm that read one version: up to which tier, how often, and when last."""

    organisation: Organisation
    number: int
    tier: str
    times: int
    last_at: datetime


def note_reading(
    session: Session, project: Project, tier: str, *, actor: Account, now: datetime
) -> None:
    """Note that the actor read the newest submitted version up to a tier."""
    if tier not in TIERS:
        raise Refusal("unknown-code", field="tier", value=tier)
    number = session.scalar(
        select(func.max(ProjectVersion.number)).where(ProjectVersion.project_id == project.id)
    )
    if number is None:
        return
    row = session.get(Reading, (project.id, number, actor.id), with_for_update=True)
    widest = row is None or TIERS.index(tier) > TIERS.index(row.tier)
    if row is None:
        row = Reading(
            project_id=project.id,
            number=number,
            account_id=actor.id,
            tier=tier,
            first_at=now,
            last_at=now,
            times=0,
        )
        session.add(row)
    row.times, row.last_at = row.times + 1, max(row.last_at, now)
    if widest:
        row.tier = tier
    session.flush()
    if widest and tier == "cda":
        journal.write(session, "project.read", project, actor=actor, now=now, number=number)


def readers_of(session: Session, project: Project) -> list[Reader]:
    """Return the firms that read the project's versions, the newest version and reading first.

    Without those that show themselves to the teams they meet only.
    """
    rows = session.execute(
        select(Reading, Organisation)
        .join(Person, Person.account_id == Reading.account_id)
        .join(Delegate, Delegate.person_id == Person.id)
        .join(Investor, Investor.id == Delegate.investor_id)
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(
            Reading.project_id == project.id,
            Investor.roadshow_id == project.roadshow_id,
            seen_by(project),
        )
        .order_by(Reading.number.desc(), Reading.last_at.desc(), Organisation.id)
    )
    found: dict[tuple[int, str], Reader] = {}
    for row, body in rows:
        known = found.get((row.number, body.id))
        tier = row.tier if known is None else max(known.tier, row.tier, key=TIERS.index)
        found[row.number, body.id] = Reader(
            organisation=body,
            number=row.number,
            tier=tier,
            times=row.times + (known.times if known else 0),
            last_at=max(row.last_at, known.last_at) if known else row.last_at,
        )
    return list(found.values())
