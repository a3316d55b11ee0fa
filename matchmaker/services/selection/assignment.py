"""Who reviews what: by hand, or shared out evenly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Role
from matchmaker.core.refusal import Refusal
from matchmaker.core.selection import share_out
from matchmaker.services import journal
from matchmaker.services.outbox import letter, post
from matchmaker.services.selection.conflict import barred
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Review

MOST_EACH = 10


@dataclass(frozen=True, slots=True)
class Load:
    """How much a reviewer has to do."""

    reviewer: Account
    assigned: int
    submitted: int


def reviewers(session: Session, roadshow: Roadshow) -> list[Account]:
    """Return the committee by name."""
    return list(
        session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.roadshow_id == roadshow.id,
                Membership.role == Role.REVIEWER,
                Account.active.is_(True),
            )
            .order_by(Account.name, Account.email)
        )
    )


def assign(
    session: Session,
    project: Project,
    reviewer: Account,
    *,
    actor: Account | None,
    now: datetime,
) -> Review:
    """Give a reviewer the application's newest submitted version to review."""
    _refuse_unfit(session, project, reviewer)
    version = session.scalars(
        select(ProjectVersion)
        .where(ProjectVersion.project_id == project.id, ProjectVersion.number.is_not(None))
        .order_by(ProjectVersion.number.desc())
        .limit(1)
    ).first()
    if version is None:
        raise Refusal("not-submitted", hint="This application has not been submitted yet.")
    return _assigned(session, project, version.id, reviewer.id, actor=actor, now=now)


def unassign(session: Session, review: Review, *, actor: Account | None, now: datetime) -> None:
    """Take an application from a reviewer who has not submitted a review of it."""
    if review.submitted_at is not None:
        raise Refusal("review-counts", hint="This review has been submitted; it stays.")
    journal.write(
        session,
        "review.unassigned",
        review,
        actor=actor,
        now=now,
        project=review.project_id,
        reviewer=review.reviewer_id,
    )
    session.delete(review)
    session.flush()


def share_reviews(
    session: Session, roadshow: Roadshow, each: int, *, actor: Account | None, now: datetime
) -> tuple[list[Review], list[Project]]:
    """Bring every submitted application to ``each`` reviewers with even loads.

    What is assigned stays. Returns the new assignments and the applications that still have too
    few, because conflicts leave too few reviewers. Same input, same assignments.
    """
    if not 1 <= each <= MOST_EACH:
        raise Refusal(
            "reviews-each", hint="Ask for one to ten reviews an application.", most=MOST_EACH
        )
    people = {account.email: account for account in reviewers(session, roadshow)}
    if not people:
        raise Refusal("no-reviewers", hint="There are no reviewers yet; invite some first.")
    newest = _submitted(session, roadshow)
    by_code = {project.code: (project, version) for project, version in newest}
    emails = {account.id: email for email, account in people.items()}
    code_of = {project.id: code for code, (project, _) in by_code.items()}
    held = [
        (code_of[project], emails[reviewer])
        for project, reviewer in session.execute(
            select(Review.project_id, Review.reviewer_id).where(Review.roadshow_id == roadshow.id)
        )
        if project in code_of and reviewer in emails
    ]
    blocked = {
        (code_of[project], emails[account])
        for project, account in barred(session, roadshow)
        if project in code_of and account in emails
    }
    pairs = share_out(list(by_code), list(people), each=each, standing=held, blocked=blocked)
    made = [
        _assigned(session, *by_code[code], people[email].id, actor=actor, now=now)
        for code, email in pairs
    ]
    counts = {code: sum(1 for some, _ in [*held, *pairs] if some == code) for code in by_code}
    return made, [by_code[code][0] for code in sorted(counts) if counts[code] < each]


def loads(session: Session, roadshow: Roadshow) -> list[Load]:
    """Return what each reviewer has to do, by name."""
    counts = {
        reviewer: (assigned, submitted)
        for reviewer, assigned, submitted in session.execute(
            select(Review.reviewer_id, func.count(), func.count(Review.submitted_at))
            .where(Review.roadshow_id == roadshow.id)
            .group_by(Review.reviewer_id)
        )
    }
    return [
        Load(account, *counts.get(account.id, (0, 0))) for account in reviewers(session, roadshow)
    ]


def remind_reviewers(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> int:
    """Mail every reviewer who has reviews to write, at most once a day; returns how many."""
    written = 0
    for load in loads(session, roadshow):
        if load.assigned > load.submitted:
            mail = post(
                session,
                "reviews_to_write",
                load.reviewer,
                dedupe=f"reviews-{roadshow.id}-{load.reviewer.id}-{now:%Y%m%d}",
                now=now,
                roadshow_id=roadshow.id,
            )
            written += mail is not None
    journal.write(session, "reviewers.reminded", roadshow, actor=actor, now=now, mails=written)
    return written


@letter("reviews_to_write")
def reviews_to_write(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    """Show how many reviews are still to be written; nothing to send when there are none."""
    left = session.scalar(
        select(func.count()).where(
            Review.roadshow_id == mail.roadshow_id,
            Review.reviewer_id == mail.account_id,
            Review.submitted_at.is_(None),
        )
    )
    return {"roadshow": session.get(Roadshow, mail.roadshow_id), "left": left} if left else None


def _submitted(session: Session, roadshow: Roadshow) -> list[tuple[Project, str]]:
    """Return projects that are to be reviewed, with the id of their newest version."""
    newest = (
        select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
        .group_by(ProjectVersion.project_id)
        .subquery()
    )
    rows = session.execute(
        select(Project, ProjectVersion.id)
        .join(newest, newest.c.project_id == Project.id)
        .join(
            ProjectVersion,
            (ProjectVersion.project_id == Project.id) & (ProjectVersion.number == newest.c.number),
        )
        .where(Project.roadshow_id == roadshow.id, Project.state == ProjectState.SUBMITTED)
        .order_by(Project.code)
    )
    return [(project, version) for project, version in rows]


def _refuse_unfit(session: Session, project: Project, reviewer: Account) -> None:
    if project.state in (ProjectState.DRAFT, ProjectState.WITHDRAWN):
        raise Refusal("not-submitted", hint="This application is not submitted.")
    roadshow = session.get_one(Roadshow, project.roadshow_id)
    if reviewer.id not in {account.id for account in reviewers(session, roadshow)}:
        raise Refusal("not-a-reviewer", hint="This person is not a reviewer of this roadshow.")
    if (project.id, reviewer.id) in barred(session, roadshow):
        raise Refusal(
            "reviewer-in-conflict",
            hint="This reviewer has a conflict of interest with the application.",
        )
    known = select(Review.id).where(
        Review.project_id == project.id, Review.reviewer_id == reviewer.id
    )
    if session.scalar(known) is not None:
        raise Refusal("assigned-already", hint="This reviewer has the application already.")


def _assigned(
    session: Session,
    project: Project,
    version_id: str,
    reviewer_id: str,
    *,
    actor: Account | None,
    now: datetime,
) -> Review:
    review = Review(
        roadshow_id=project.roadshow_id,
        project_id=project.id,
        version_id=version_id,
        reviewer_id=reviewer_id,
        assigned_at=now,
        comment="",
        feedback="",
        scores=[],
    )
    session.add(review)
    session.flush()
    journal.write(
        session,
        "review.assigned",
        review,
        actor=actor,
        now=now,
        project=project.id,
        reviewer=reviewer_id,
    )
    return review
