"""Queries that return only what the viewer may know of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role, Visibility
from matchmaker.core.policy import Viewer, reached
from matchmaker.store.meeting import Meeting
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow


def visible_roadshows(viewer: Viewer) -> Select[Roadshow]:
    """Return roadshows that are public or the viewer's own, newest first."""
    query = select(Roadshow).order_by(Roadshow.starts_on.desc(), Roadshow.slug)
    if viewer.administrator:
        return query
    return query.where(or_(Roadshow.phase != Phase.DRAFT, Roadshow.id.in_(viewer.roles.keys())))


def visible_projects(viewer: Viewer, roadshow: Roadshow) -> Select[Project]:
    """Return projects whose card the viewer may see, in the order of their codes."""
    query = select(Project).where(Project.roadshow_id == roadshow.id).order_by(Project.code)
    if viewer.has(Role.ORGANISER, roadshow.id):
        return query
    own: list[ColumnElement[bool]] = [
        Project.id.in_(viewer.projects),
        Project.id.in_(viewer.assigned - viewer.conflicts),
    ]
    return query.where(or_(*own, shown_to_firms(roadshow)))


def shown_to_firms(roadshow: Roadshow) -> ColumnElement[bool]:
    """Return what holds of projects that every participant may know of."""
    if not reached(roadshow.phase, Phase.PREFERENCE):
        return false()
    return Project.state == ProjectState.SELECTED


def visible_investors(viewer: Viewer, roadshow: Roadshow) -> Select[Investor]:
    """Return investors whose card the viewer may see, in the order of their codes."""
    query = select(Investor).where(Investor.roadshow_id == roadshow.id).order_by(Investor.code)
    if viewer.has(Role.ORGANISER, roadshow.id):
        return query
    own: list[ColumnElement[bool]] = [Investor.id.in_(viewer.investors)]
    if (
        viewer.has(Role.TEAM, roadshow.id)
        and viewer.projects
        and roadshow.teams_see_investors
        and reached(roadshow.phase, Phase.PREFERENCE)
    ):
        shown = or_(Investor.visibility == Visibility.TEAMS, Investor.id.in_(viewer.met))
        own.append(and_(Investor.state == InvestorState.ACTIVE, shown))
    return query.where(or_(*own))


def seen_by(project: Project) -> ColumnElement[bool]:
    """Return what holds of investors that a project's team may know of once teams see investors.

    Who signed a CDA with the team is known to it: it has to see who reads its confidential part.
    """
    met = select(Meeting.investor_id).where(Meeting.project_id == project.id)
    signed = select(Cda.investor_id).where(Cda.project_id == project.id)
    return or_(
        Investor.visibility == Visibility.TEAMS, Investor.id.in_(met), Investor.id.in_(signed)
    )


def visible_meetings(viewer: Viewer, roadshow: Roadshow) -> Select[Meeting]:
    """Return booked meetings of the viewer's parties; an organiser's are all."""
    query = (
        select(Meeting)
        .where(Meeting.roadshow_id == roadshow.id)
        .order_by(Meeting.start_tick, Meeting.id)
    )
    if viewer.has(Role.ORGANISER, roadshow.id):
        return query
    return query.where(
        or_(
            Meeting.project_id.in_(viewer.projects),
            Meeting.investor_id.in_(viewer.investors),
        )
    )
