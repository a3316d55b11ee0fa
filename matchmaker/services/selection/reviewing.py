"""Writing reviews and discussing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.core.journey import ProjectState, Role
from matchmaker.core.policy import Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.selection.conflict import refuse_conflict
from matchmaker.services.selection.rubric import criteria
from matchmaker.store.account import Account
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Conflict, Discussion, Review, Score

MOST_SIGNS = 4000


def my_reviews(session: Session, roadshow: Roadshow, account: Account) -> list[Review]:
    """Return the account's assignments without conflicts, unwritten ones first."""
    hidden = select(Conflict.project_id).where(Conflict.account_id == account.id)
    return list(
        session.scalars(
            select(Review)
            .join(Project, Project.id == Review.project_id)
            .where(
                Review.roadshow_id == roadshow.id,
                Review.reviewer_id == account.id,
                Review.project_id.not_in(hidden),
                Project.state != ProjectState.WITHDRAWN,
            )
            .options(joinedload(Review.project))
            .order_by(Review.submitted_at.is_not(None), Project.code)
        )
    )


def my_review(session: Session, project: Project, account: Account) -> Review | None:
    """Return the account's own review of a project, unless it is in conflict with it."""
    hidden = select(Conflict.project_id).where(Conflict.account_id == account.id)
    return session.scalars(
        select(Review).where(
            Review.project_id == project.id,
            Review.reviewer_id == account.id,
            Review.project_id.not_in(hidden),
        )
    ).first()


def save_review(
    session: Session,
    review: Review,
    points: Mapping[str, float | None],
    *,
    comment: str,
    feedback: str,
    revision: int | None = None,
    actor: Account,
    now: datetime,
) -> Review:
    """Keep a draft: points by criterion code (None: not scored yet), and the two texts.

    Also changes a submitted review while the project is undecided; then nothing may be missing.
    Refuses ``stale`` when another tab saved since ``revision``.
    """
    project = session.get_one(Project, review.project_id)
    _refuse_foreign(session, review, project, actor)
    if revision is not None and revision != review.revision:
        raise Refusal("stale", hint="This review was saved elsewhere meanwhile.")
    rubric = {row.code: row for row in criteria(session, _roadshow(session, review))}
    given = {code: value for code, value in points.items() if value is not None}
    for code, value in given.items():
        if code not in rubric:
            raise Refusal("unknown-criterion", hint="The rubric has no such criterion.", code=code)
        if not 0 <= value <= rubric[code].points:  # refuses NaN too
            raise Refusal(
                "points-out-of-range",
                hint=f"Points go from 0 to {rubric[code].points}.",
                code=code,
                most=rubric[code].points,
            )
    if review.submitted_at is not None and set(given) != set(rubric):
        raise Refusal("review-incomplete", hint="Every criterion needs points.")
    kept = {score.criterion_id: score for score in review.scores}
    review.scores = [
        _scored(kept.get(rubric[code].id), rubric[code].id, value)
        for code, value in sorted(given.items())
    ]
    review.comment, review.feedback = comment.strip()[:MOST_SIGNS], feedback.strip()[:MOST_SIGNS]
    review.revision += 1
    session.flush()
    journal.write(session, "review.saved", review, actor=actor, now=now, project=project.id)
    return review


def submit_review(session: Session, review: Review, *, actor: Account, now: datetime) -> Review:
    """Make the review count, and open the others' reviews to its author."""
    project = session.get_one(Project, review.project_id)
    _refuse_foreign(session, review, project, actor)
    rubric = criteria(session, _roadshow(session, review))
    if not rubric:
        raise Refusal("no-rubric", hint="The organisers have not set up the rubric yet.")
    if {score.criterion_id for score in review.scores} != {row.id for row in rubric}:
        raise Refusal("review-incomplete", hint="Every criterion needs points.")
    if review.submitted_at is None:
        review.submitted_at = now
        session.flush()
        journal.write(session, "review.submitted", review, actor=actor, now=now, project=project.id)
    return review


def reviews_of(session: Session, project: Project, viewer: Viewer) -> list[Review]:
    """Return the submitted reviews that count and that the viewer may read, oldest first.

    A reviewer reads the others' only after submitting their own; in conflict nobody reads any.
    """
    _refuse_reader(session, project, viewer)
    conflicted = select(Conflict.account_id).where(Conflict.project_id == project.id)
    return list(
        session.scalars(
            select(Review)
            .where(
                Review.project_id == project.id,
                Review.submitted_at.is_not(None),
                Review.reviewer_id.not_in(conflicted),
            )
            .options(joinedload(Review.reviewer))
            .order_by(Review.submitted_at, Review.id)
        )
    )


def discuss(
    session: Session, project: Project, text: str, *, actor: Account, viewer: Viewer, now: datetime
) -> Discussion:
    """Add a remark to the committee's discussion; the right is that of reading the reviews."""
    _refuse_reader(session, project, viewer)
    text = text.strip()[:MOST_SIGNS]
    if not text:
        raise Refusal("nothing-said", hint="Please write something first.")
    row = Discussion(
        roadshow_id=project.roadshow_id,
        project_id=project.id,
        author_id=actor.id,
        text=text,
        at=now,
    )
    session.add(row)
    session.flush()
    journal.write(session, "discussion.added", row, actor=actor, now=now, project=project.id)
    return row


def discussion(session: Session, project: Project, viewer: Viewer) -> list[Discussion]:
    """Return the committee's remarks, oldest first, to whoever may read the reviews."""
    _refuse_reader(session, project, viewer)
    return list(
        session.scalars(
            select(Discussion)
            .where(Discussion.project_id == project.id)
            .options(joinedload(Discussion.author))
            .order_by(Discussion.at, Discussion.id)
        )
    )


def _roadshow(session: Session, review: Review) -> Roadshow:
    return session.get_one(Roadshow, review.roadshow_id)


def _scored(row: Score | None, criterion_id: str, value: float) -> Score:
    if row is None:
        return Score(criterion_id=criterion_id, points=value)
    row.points = value
    return row


def _refuse_foreign(session: Session, review: Review, project: Project, actor: Account) -> None:
    if review.reviewer_id != actor.id:
        raise Refusal("not-your-review", hint="Only its author can write this review.")
    refuse_conflict(session, [project], actor)
    if project.state is not ProjectState.SUBMITTED:
        raise Refusal("decided-already", hint="The committee has decided; reviews are closed.")


def _refuse_reader(session: Session, project: Project, viewer: Viewer) -> None:
    if project.id in viewer.conflicts or project.id in viewer.projects:
        raise Refusal(
            "conflict-of-interest", hint="You have a conflict of interest with this project."
        )
    if viewer.has(Role.ORGANISER, project.roadshow_id):
        return
    own = select(Review.id).where(
        Review.project_id == project.id,
        Review.reviewer_id == viewer.account_id,
        Review.submitted_at.is_not(None),
    )
    if project.id not in viewer.assigned or session.scalar(own) is None:
        raise Refusal("review-first", hint="You read the others' reviews after submitting yours.")
