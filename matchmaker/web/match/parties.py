"""The names of a roadshow's projects and investors, light enough to load for a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import g
from sqlalchemy import func, select

from matchmaker.services.fields import taxonomy
from matchmaker.services.visibility import visible_investors, visible_projects
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    MandateField,
    Project,
    ProjectField,
    ProjectVersion,
)
from matchmaker.store.roadshow import Organisation
from matchmaker.web.text import locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a pair in a list."""

    id: str
    code: str
    name_en: str
    name_zh: str
    by_en: str = ""
    by_zh: str = ""
    kind: str = ""
    country: str | None = None
    stage: str | None = None
    fields: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        first, second = self.name_en, self.name_zh
        return (second or first) if locale() == "zh" else (first or second)

    def has(self, text: str) -> bool:
        """Tell whether a search finds this party by code, name or organisation."""
        wanted = text.casefold()
        names = (self.code, self.name_en, self.name_zh, self.by_en, self.by_zh)
        return any(wanted in name.casefold() for name in names)


def projects() -> dict[str, Party]:
    """Return the projects the viewer may know of, by id, in two queries."""
    visible = visible_projects(g.viewer, g.roadshow).with_only_columns(Project.id)
    newest = (
        select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
        .where(ProjectVersion.number.is_not(None))
        .group_by(ProjectVersion.project_id)
        .subquery()
    )
    rows = g.session.execute(
        select(
            Project.id,
            Project.code,
            ProjectVersion.id,
            ProjectVersion.title_en,
            ProjectVersion.title_zh,
            ProjectVersion.stage,
            Organisation.name_en,
            Organisation.name_zh,
            Organisation.kind,
            Organisation.country,
        )
        .join(newest, newest.c.project_id == Project.id)
        .join(
            ProjectVersion,
            (ProjectVersion.project_id == Project.id) & (ProjectVersion.number == newest.c.number),
        )
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Project.id.in_(visible.order_by(None)))
        .order_by(Project.code)
    ).all()
    fields = _fields(ProjectField, ProjectField.version_id, [row[2] for row in rows])
    return {
        row[0]: Party(
            id=row[0],
            code=row[1],
            name_en=row[3],
            name_zh=row[4],
            stage=row[5],
            by_en=row[6],
            by_zh=row[7],
            kind=row[8],
            country=row[9],
            fields=fields.get(row[2], ()),
        )
        for row in rows
    }


def investors() -> dict[str, Party]:
    """Return the investors the viewer may know of, by id, in two queries."""
    visible = visible_investors(g.viewer, g.roadshow).with_only_columns(Investor.id)
    newest = (
        select(InvestorMandate.investor_id, func.max(InvestorMandate.number).label("number"))
        .where(InvestorMandate.number.is_not(None))
        .group_by(InvestorMandate.investor_id)
        .subquery()
    )
    rows = g.session.execute(
        select(
            Investor.id,
            Investor.code,
            InvestorMandate.id,
            Organisation.name_en,
            Organisation.name_zh,
            Organisation.kind,
            Organisation.country,
        )
        .join(newest, newest.c.investor_id == Investor.id)
        .join(
            InvestorMandate,
            (InvestorMandate.investor_id == Investor.id)
            & (InvestorMandate.number == newest.c.number),
        )
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(Investor.id.in_(visible.order_by(None)))
        .order_by(Investor.code)
    ).all()
    fields = _fields(MandateField, MandateField.mandate_id, [row[2] for row in rows])
    return {
        row[0]: Party(
            id=row[0],
            code=row[1],
            name_en=row[3],
            name_zh=row[4],
            kind=row[5],
            country=row[6],
            fields=fields.get(row[2], ()),
        )
        for row in rows
    }


def in_field(party: Party, code: str) -> bool:
    """Tell whether one of a party's fields is the node or lies below it."""
    return any(taxonomy().covers(code, one) for one in party.fields)


def _fields(table: type, owner: object, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the core fields of versions, in order."""
    found: dict[str, tuple[str, ...]] = {}
    wanted = set(ids)
    if not wanted:
        return found
    query = select(owner, table.code).where(table.weight == "core").order_by(owner, table.rank)  # type: ignore[attr-defined, call-overload]
    for key, code in g.session.execute(query):
        if key in wanted:
            found[key] = (*found.get(key, ()), code)
    return found
