"""Conflicts of interest: declaring one takes every right on the application's review."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.profile import Project, TeamMember
from matchmaker.store.roadshow import Organisation, Person, Roadshow
from matchmaker.store.selection import Conflict, Review

Pair = tuple[str, str]


def declare_conflict(
    session: Session,
    project: Project,
    account: Account,
    *,
    reason: str = "",
    actor: Account | None,
    now: datetime,
) -> Conflict:
    """Note that an account is in conflict with a project.

    A review that was not submitted goes; a submitted one no longer counts and its author no
    longer sees it. Declaring twice changes nothing.
    """
    row = session.scalars(
        select(Conflict).where(Conflict.account_id == account.id, Conflict.project_id == project.id)
    ).first()
    if row is not None:
        return row
    row = Conflict(
        roadshow_id=project.roadshow_id,
        account_id=account.id,
        project_id=project.id,
        reason=reason.strip(),
        declared_at=now,
        declared_by_id=actor.id if actor else None,
    )
    session.add(row)
    drafts = select(Review).where(
        Review.project_id == project.id,
        Review.reviewer_id == account.id,
        Review.submitted_at.is_(None),
    )
    for review in session.scalars(drafts).all():
        session.delete(review)
    session.flush()
    journal.write(session, "conflict.declared", row, actor=actor, now=now, project=project.id)
    return row


def withdraw_conflict(
    session: Session, conflict: Conflict, *, actor: Account, now: datetime
) -> None:
    """Take back a conflict that was declared by mistake; never one's own."""
    if conflict.account_id == actor.id:
        raise Refusal(
            "own-conflict", hint="Another organiser has to take back your own conflict of interest."
        )
    journal.write(
        session, "conflict.withdrawn", conflict, actor=actor, now=now, project=conflict.project_id
    )
    session.delete(conflict)
    session.flush()


def conflicts(session: Session, roadshow: Roadshow) -> list[Conflict]:
    """Return the declared conflicts, oldest first."""
    return list(
        session.scalars(
            select(Conflict)
            .where(Conflict.roadshow_id == roadshow.id)
            .order_by(Conflict.declared_at, Conflict.id)
        )
    )


def refuse_conflict(session: Session, projects: list[Project], actor: Account | None) -> None:
    """Stop somebody who is in conflict with one of the projects, or belongs to its team."""
    if actor is None or not projects:
        return
    ids = [project.id for project in projects]
    declared = session.scalar(
        select(Conflict.id)
        .where(Conflict.account_id == actor.id, Conflict.project_id.in_(ids))
        .limit(1)
    )
    member = session.scalar(
        select(TeamMember.project_id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(Person.account_id == actor.id, TeamMember.project_id.in_(ids))
        .limit(1)
    )
    if declared or member:
        raise Refusal(
            "conflict-of-interest", hint="You have a conflict of interest with this project."
        )


def barred(session: Session, roadshow: Roadshow) -> set[Pair]:
    """Return (project id, account id) pairs that must not review each other.

    Declared conflicts, people of the project's own team, and people of its organisation (the same
    row, or one of the same name in either language).
    """
    declared = session.execute(
        select(Conflict.project_id, Conflict.account_id).where(Conflict.roadshow_id == roadshow.id)
    )
    members = session.execute(
        select(TeamMember.project_id, Person.account_id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(Person.roadshow_id == roadshow.id, Person.account_id.is_not(None))
    )
    pairs = {(project, account) for project, account in declared}
    pairs |= {(project, account) for project, account in members if account}
    return pairs | _of_one_house(session, roadshow)


def _of_one_house(session: Session, roadshow: Roadshow) -> set[Pair]:
    people: dict[str, set[str]] = defaultdict(set)
    for account_id, house in session.execute(
        select(Person.account_id, Organisation)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.roadshow_id == roadshow.id)
    ):
        if account_id is not None:
            for name in _names(house):
                people[name].add(account_id)
    projects = session.execute(
        select(Project.id, Organisation)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Project.roadshow_id == roadshow.id)
    )
    return {
        (project_id, account)
        for project_id, house in projects
        for name in _names(house)
        for account in people.get(name, ())
    }


def _names(house: Organisation) -> set[str]:
    names = {" ".join(name.casefold().split()) for name in (house.name_en, house.name_zh)}
    return {house.id} | {name for name in names if name}
