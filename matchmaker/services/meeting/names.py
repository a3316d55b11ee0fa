"""What the parties of a roadshow are called, read in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.store.profile import Investor, Project, ProjectVersion
from matchmaker.store.roadshow import Organisation, Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A party's names: ``name`` is a project's title or a firm's name, ``by`` who stands behind."""

    id: str
    code: str
    name_en: str
    name_zh: str = ""
    short: str = ""
    by_en: str = ""
    by_zh: str = ""

    def said(self, language: str) -> str:
        """Return the name in a language, the other one where it is empty."""
        first, second = (
            (self.name_zh, self.name_en) if language == "zh" else (self.name_en, self.name_zh)
        )
        return first or second or self.code

    def brief(self, language: str) -> str:
        """Return the short name where there is one."""
        return self.short or self.said(language)

    def behind(self, language: str) -> str:
        """Return the body behind a project in a language."""
        first, second = (self.by_zh, self.by_en) if language == "zh" else (self.by_en, self.by_zh)
        return first or second


def project_names(
    session: Session, roadshow: Roadshow, only: Iterable[str] | None = None
) -> dict[str, Name]:
    """Return the names of a roadshow's projects by id, from their newest submitted versions."""
    query = (
        select(
            Project.id,
            Project.code,
            ProjectVersion.title_en,
            ProjectVersion.title_zh,
            ProjectVersion.short_name,
            Organisation.name_en,
            Organisation.name_zh,
        )
        .join(Organisation, Project.organisation_id == Organisation.id)
        .outerjoin(ProjectVersion, ProjectVersion.project_id == Project.id)
        .where(Project.roadshow_id == roadshow.id)
        # a draft has no number and comes first, so that any submitted version overwrites it
        .order_by(Project.code, ProjectVersion.number.is_not(None), ProjectVersion.number)
    )
    if only is not None:
        query = query.where(Project.id.in_(list(only)))
    return {
        row[0]: Name(
            id=row[0],
            code=row[1],
            name_en=row[2] or row[1],
            name_zh=row[3] or "",
            short=row[4] or "",
            by_en=row[5],
            by_zh=row[6],
        )
        for row in session.execute(query)
    }


def investor_names(
    session: Session, roadshow: Roadshow, only: Iterable[str] | None = None
) -> dict[str, Name]:
    """Return the names of a roadshow's investors by id."""
    query = (
        select(Investor.id, Investor.code, Organisation.name_en, Organisation.name_zh)
        .join(Organisation, Investor.organisation_id == Organisation.id)
        .where(Investor.roadshow_id == roadshow.id)
        .order_by(Investor.code)
    )
    if only is not None:
        query = query.where(Investor.id.in_(list(only)))
    return {
        row[0]: Name(id=row[0], code=row[1], name_en=row[2], name_zh=row[3])
        for row in session.execute(query)
    }
