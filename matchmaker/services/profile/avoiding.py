"""Investors that a team must not meet: each becomes a silent "no thanks" as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Wish
from matchmaker.core.taxonomy import fold
from matchmaker.services.preference.wish import set_wish
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project, ProjectRegistered, ProjectVersion
from matchmaker.store.roadshow import Organisation


def keep_away(session: Session, party: Project | Investor, *, now: datetime) -> None:
    """Say no for the team to every investor its newest submitted version names, once.

    Called when either side hands in, because either may come first. What a team has said of an
    investor by itself stays.
    """
    pairs = _named_by(session, party) if isinstance(party, Project) else _naming(session, party)
    for project, investor in list(pairs):
        said = select(Preference.id).where(
            Preference.project_id == project.id,
            Preference.investor_id == investor.id,
            Preference.side == "project",
        )
        if session.scalar(said) is None:
            set_wish(session, project, investor, "project", Wish.NO, actor=None, now=now)


def _named_by(session: Session, project: Project) -> Iterator[tuple[Project, Investor]]:
    newest = select(func.max(ProjectVersion.number)).where(ProjectVersion.project_id == project.id)
    listed = session.scalar(
        select(ProjectRegistered.avoids)
        .join(ProjectVersion, ProjectVersion.id == ProjectRegistered.version_id)
        .where(
            ProjectVersion.project_id == project.id,
            ProjectVersion.number == newest.scalar_subquery(),
        )
    )
    avoided = _folded(listed or ())
    if not avoided:
        return
    rows = session.scalars(
        select(Investor)
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(Investor.roadshow_id == project.roadshow_id)
        .order_by(Investor.code)
    )
    for investor in rows.unique():
        if avoided & _names(investor.organisation):
            yield project, investor


def _naming(session: Session, investor: Investor) -> Iterator[tuple[Project, Investor]]:
    newest = (
        select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
        .where(ProjectVersion.number.is_not(None))
        .group_by(ProjectVersion.project_id)
        .subquery()
    )
    rows = session.execute(
        select(Project, ProjectRegistered.avoids)
        .join(newest, newest.c.project_id == Project.id)
        .join(
            ProjectVersion,
            (ProjectVersion.project_id == Project.id) & (ProjectVersion.number == newest.c.number),
        )
        .join(ProjectRegistered, ProjectRegistered.version_id == ProjectVersion.id)
        .where(Project.roadshow_id == investor.roadshow_id)
        .order_by(Project.code)
    )
    own = _names(investor.organisation)
    for project, listed in rows:
        if listed and own & _folded(listed):
            yield project, investor


def _names(body: Organisation) -> set[str]:
    return _folded(name for name in (body.name_en, body.name_zh) if name)


def _folded(names: Iterable[str]) -> set[str]:
    return {key for key in map(fold, names) if key}
