"""Deciding quietly, and telling the teams in a step of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import PROJECT_MOVES, ProjectState, Role, move
from matchmaker.core.policy import Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.outbox import letter, post
from matchmaker.services.selection.conflict import refuse_conflict
from matchmaker.services.selection.summary import versions
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Conflict, Review

DECISIONS = (ProjectState.SELECTED, ProjectState.WAITLISTED, ProjectState.DECLINED)
OPEN = (*DECISIONS, ProjectState.SUBMITTED)


def decide(
    session: Session,
    project: Project,
    state: ProjectState,
    *,
    note: str = "",
    actor: Account | None,
    now: datetime,
) -> Project:
    """Select, put on the waiting list, decline, or take a decision back (``SUBMITTED``).

    Nobody is told. ``note`` is for the organisers; an empty one keeps what was noted.
    """
    decide_all(session, [project], state, note=note, actor=actor, now=now)
    return project


def decide_all(
    session: Session,
    projects: Sequence[Project],
    state: ProjectState,
    *,
    note: str = "",
    actor: Account | None,
    now: datetime,
) -> list[Project]:
    """Decide several projects alike, all or none; those that stand so already are left alone."""
    if state not in OPEN:
        raise Refusal("not-a-decision", hint="A decision selects, puts on the list or declines.")
    refuse_conflict(session, list(projects), actor)
    changed = [project for project in projects if project.state is not state]
    for project in changed:
        if project.state not in OPEN:
            raise Refusal("not-submitted", hint="This application is not submitted.")
        before = project.state
        project.state = move(PROJECT_MOVES, before, state)
        decided = state in DECISIONS
        project.decided_at = now if decided else None
        project.decided_by_id = actor.id if decided and actor else None
        project.decision_note = note.strip() or project.decision_note
        session.flush()
        journal.write(
            session,
            "project.decided",
            project,
            actor=actor,
            now=now,
            before=before.value,
            state=state.value,
        )
    return changed


def consequences(
    projects: Sequence[Project], state: ProjectState
) -> tuple[list[Project], list[Project], list[Project]]:
    """Return which projects would change, which stand so already, and which cannot."""
    change, same, cannot = [], [], []
    for project in projects:
        if project.state is state:
            same.append(project)
        elif project.state in OPEN and state in PROJECT_MOVES[project.state]:
            change.append(project)
        else:
            cannot.append(project)
    return change, same, cannot


def known_state(project: Project, viewer: Viewer) -> ProjectState:
    """Return the state that a viewer may know.

    A decision is the organisers' own until the team is told; an organiser in conflict with the
    project, or of its team, knows no more than the team.
    """
    own = project.id in viewer.projects or project.id in viewer.conflicts
    if viewer.has(Role.ORGANISER, project.roadshow_id) and not own:
        return project.state
    if project.state not in OPEN:
        return project.state
    return ProjectState(project.told) if project.told else ProjectState.SUBMITTED


def known_column(viewer: Viewer, roadshow: Roadshow) -> ColumnElement[str]:
    """Return ``known_state`` for queries: no filter or order tells more than a page shows."""
    state = cast(Project.state, String)
    told = func.coalesce(Project.told, ProjectState.SUBMITTED.value)
    quiet: ColumnElement[bool] = Project.state.in_(OPEN)
    if viewer.has(Role.ORGANISER, roadshow.id):
        quiet &= Project.id.in_(viewer.projects | viewer.conflicts)
    return case((quiet, told), else_=state)


def untold(session: Session, roadshow: Roadshow, *, without: Collection[str] = ()) -> list[Project]:
    """Return projects whose team has not been told the decision as it stands, by code."""
    return list(
        session.scalars(
            select(Project)
            .where(
                Project.roadshow_id == roadshow.id,
                Project.state.in_(DECISIONS),
                or_(Project.told.is_(None), Project.told != Project.state),
                Project.id.not_in(without),
            )
            .order_by(Project.code)
        )
    )


def contacts(
    session: Session, projects: Collection[Project]
) -> dict[str, tuple[Person, Account | None]]:
    """Return the person to write to for each project: the first of the team with an address."""
    rows = session.execute(
        select(TeamMember.project_id, Person, Account)
        .join(Person, Person.id == TeamMember.person_id)
        .outerjoin(Account, Account.id == Person.account_id)
        .where(TeamMember.project_id.in_([project.id for project in projects]))
        .order_by(TeamMember.project_id, TeamMember.rank, Person.id)
    )
    found: dict[str, tuple[Person, Account | None]] = {}
    for project_id, person, account in rows:
        if account is not None or person.email:
            found.setdefault(project_id, (person, account))
    return found


def tell_teams(
    session: Session,
    roadshow: Roadshow,
    *,
    without: Collection[str] = (),
    actor: Account | None,
    now: datetime,
) -> tuple[list[Project], int]:
    """Make the decisions known: each team sees its own and gets one mail.

    Returns the projects and the number of mails; a team without any address gets none.
    ``without`` as in ``summary``.
    """
    projects = untold(session, roadshow, without=without)
    refuse_conflict(session, projects, actor)
    whom = contacts(session, projects)
    mails = 0
    for project in projects:
        project.told, project.told_at = project.state.value, now
        if project.id in whom:
            person, account = whom[project.id]
            mail = post(
                session,
                "decision",
                account or person.email,
                dedupe=f"decision-{project.id}-{project.state.value}-{now.isoformat()}",
                now=now,
                roadshow_id=roadshow.id,
                project_id=project.id,
                person_id=person.id,
                state=project.state.value,
            )
            mails += mail is not None
        journal.write(
            session, "decision.told", project, actor=actor, now=now, state=project.state.value
        )
    return projects, mails


def feedback(session: Session, project: Project) -> list[str]:
    """Return what reviewers wrote for the team, without names and in no order of theirs.

    Only once the team was told; reviews of people in conflict do not count.
    """
    if project.told is None:
        return []
    conflicted = select(Conflict.account_id).where(Conflict.project_id == project.id)
    return list(
        session.scalars(
            select(Review.feedback)
            .where(
                Review.project_id == project.id,
                Review.submitted_at.is_not(None),
                Review.feedback != "",
                Review.reviewer_id.not_in(conflicted),
            )
            .order_by(Review.id)
        )
    )


@letter("decision")
def decision_letter(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    """Show a team its decision; nothing to send when the team has since been told otherwise."""
    project = session.get(Project, mail.params["project_id"])
    if project is None or project.told != mail.params["state"]:
        return None
    return {
        "roadshow": session.get(Roadshow, mail.roadshow_id),
        "person": session.get(Person, mail.params["person_id"]),
        "project": project,
        "version": versions(session, [project]).get(project.id),
        "feedback": feedback(session, project),
    }
