"""The ranking: every application that counts, with its standing among the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState
from matchmaker.core.selection import Rating, Standing, standings, weighted_score
from matchmaker.services.selection.rubric import criteria
from matchmaker.store.profile import Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Conflict, Review

RUNNING = (
    ProjectState.SUBMITTED,
    ProjectState.SELECTED,
    ProjectState.WAITLISTED,
    ProjectState.DECLINED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A project before the committee. ``standing`` is None while nobody submitted a review."""

    project: Project
    version: ProjectVersion
    assigned: int
    submitted: int
    standing: Standing | None


def summary(
    session: Session, roadshow: Roadshow, *, without: Collection[str] = ()
) -> list[Application]:
    """Return the applications, best first, then the unrated by code.

    ``without`` names projects that the viewer must not learn of (conflicts of interest): they do
    not enter any number, as if they had never applied. Reviews of people in conflict with the
    project do not count. The number of queries does not depend on the number of rows.
    """
    rows = list(
        session.scalars(
            select(Project)
            .where(
                Project.roadshow_id == roadshow.id,
                Project.state.in_(RUNNING),
                Project.id.not_in(without),
            )
            .order_by(Project.code)
        )
    )
    newest = versions(session, rows)
    rows = [project for project in rows if project.id in newest]
    reviews = _reviews(session, roadshow, {project.id for project in rows})
    rubric = {row.id: (row.weight, row.points) for row in criteria(session, roadshow)}
    ratings = []
    for review in reviews:
        points = {score.criterion_id: score.points for score in review.scores}
        score = weighted_score(points, rubric) if review.submitted_at else None
        if score is not None:
            ratings.append(Rating(review.project_id, review.reviewer_id, score))
    standing = {row.project: row for row in standings(ratings, places=roadshow.places)}
    held: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        held[review.project_id].append(review)
    found = [
        Application(
            project=project,
            version=newest[project.id],
            assigned=len(held[project.id]),
            submitted=sum(1 for review in held[project.id] if review.submitted_at),
            standing=standing.get(project.id),
        )
        for project in rows
    ]
    return sorted(found, key=_place)


def versions(session: Session, projects: Collection[Project]) -> dict[str, ProjectVersion]:
    """Return the newest submitted version of each project, by project id."""
    newest = (
        select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
        .where(ProjectVersion.project_id.in_([project.id for project in projects]))
        .group_by(ProjectVersion.project_id)
        .subquery()
    )
    rows = session.scalars(
        select(ProjectVersion).join(
            newest,
            (ProjectVersion.project_id == newest.c.project_id)
            & (ProjectVersion.number == newest.c.number),
        )
    )
    return {version.project_id: version for version in rows}


def _reviews(session: Session, roadshow: Roadshow, projects: set[str]) -> list[Review]:
    conflicted = select(Conflict.id).where(
        Conflict.account_id == Review.reviewer_id, Conflict.project_id == Review.project_id
    )
    rows = session.scalars(
        select(Review).where(Review.roadshow_id == roadshow.id, ~conflicted.exists())
    )
    return [review for review in rows if review.project_id in projects]


def _place(row: Application) -> tuple[int, str]:
    return (row.standing.rank if row.standing else 1_000_000, row.project.code)
