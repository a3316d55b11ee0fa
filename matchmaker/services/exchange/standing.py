"""What stands in a roadshow already, so that rows can be told from it without a query each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.taxonomy import fold
from matchmaker.services.exchange.rows import AnyRow, InvestorRow, ProjectRow, SlotRow, TableRow
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.profile import Investor, Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow

_LETTERS = {"projects": "P", "investors": "I"}


@dataclass(slots=True)
class Standing:
    """Things by code and by name; ``projects`` are ids by code, for tables that are homes.

    ``named`` are the things with their titles and their bodies' names, each in both languages;
    ``same`` the ids of what rows were said to be.
    """

    kind: str
    zone: ZoneInfo
    by_code: dict[str, Any] = field(default_factory=dict)
    by_name: dict[tuple[str, ...], Any] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    named: list[tuple[Any, tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    same: Mapping[int, str] = field(default_factory=dict)
    last: int = 0

    def find(self, row: AnyRow) -> Any | None:
        """Return the thing a row is about: the same code, or the same names in either language."""
        if row.row in self.same:
            told = (one for one in self.by_code.values() if one.id == self.same[row.row])
            return next(told, None)
        code = getattr(row, "code", "")
        if code and code in self.by_code:
            return self.by_code[code]
        for key in _keys(row, self.zone):
            if key in self.by_name:
                return self.by_name[key]
        return None

    def add(self, row: AnyRow, thing: Any) -> None:
        """Remember a thing that a row became."""
        self.by_code[getattr(thing, "code", "")] = thing
        for key in _keys(row, self.zone):
            self.by_name.setdefault(key, thing)

    def next_code(self) -> str:
        """Return the next free code: P001, P002, ..."""
        while True:
            self.last += 1
            code = f"{_LETTERS[self.kind]}{self.last:03}"
            if code not in self.by_code:
                return code


def read_standing(session: Session, roadshow: Roadshow, kind: str) -> Standing:
    """Return what stands of one kind, in a fixed number of queries."""
    standing = Standing(kind, ZoneInfo(roadshow.zone))
    match kind:
        case "projects":
            _projects(session, roadshow, standing)
        case "investors":
            _investors(session, roadshow, standing)
        case "slots":
            standing.by_name = {
                (slot.starts_at.astimezone(UTC).isoformat(),): slot
                for slot in slots_of(session, roadshow)
            }
        case "tables":
            standing.by_name = {
                (table.name.casefold(),): table for table in tables_of(session, roadshow)
            }
            query = select(Project.code, Project.id).where(Project.roadshow_id == roadshow.id)
            standing.projects = {row.code: row.id for row in session.execute(query)}
    standing.last = _last(standing, _LETTERS.get(kind, ""))
    return standing


def _projects(session: Session, roadshow: Roadshow, standing: Standing) -> None:
    projects = {
        project.id: project
        for project in session.scalars(select(Project).where(Project.roadshow_id == roadshow.id))
    }
    standing.by_code = {project.code: project for project in projects.values()}
    titles = session.execute(
        select(ProjectVersion.project_id, ProjectVersion.title_en, ProjectVersion.title_zh)
        .join(Project, Project.id == ProjectVersion.project_id)
        .where(Project.roadshow_id == roadshow.id)
    )
    for project_id, title_en, title_zh in titles:
        body = projects[project_id].organisation
        names = (body.name_en, body.name_zh)
        standing.named.append((projects[project_id], (title_en, title_zh), names))
        for key in _pairs((title_en, title_zh), names):
            standing.by_name.setdefault(key, projects[project_id])


def _investors(session: Session, roadshow: Roadshow, standing: Standing) -> None:
    for investor in session.scalars(select(Investor).where(Investor.roadshow_id == roadshow.id)):
        standing.by_code[investor.code] = investor
        names = (investor.organisation.name_en, investor.organisation.name_zh)
        standing.named.append((investor, ("", ""), names))
        for name in names:
            if name:
                standing.by_name.setdefault((fold(name),), investor)


def _keys(row: AnyRow, zone: ZoneInfo) -> list[tuple[str, ...]]:
    match row:
        case ProjectRow():
            return _pairs((row.title_en, row.title_zh), (row.organisation_en, row.organisation_zh))
        case InvestorRow():
            return [(fold(name),) for name in (row.name_en, row.name_zh) if name]
        case SlotRow():
            moment = row.starts_at.replace(tzinfo=zone)
            return [(moment.astimezone(UTC).isoformat(),)]
        case TableRow():
            return [(row.name.casefold(),)]


def _pairs(titles: tuple[str, str], bodies: tuple[str, str]) -> list[tuple[str, ...]]:
    return [(fold(title), fold(body)) for title, body in product(titles, bodies) if title and body]


def _last(standing: Standing, letter: str) -> int:
    numbers = (
        int(code[1:])
        for code in standing.by_code
        if letter and code.startswith(letter) and code[1:].isdecimal()
    )
    return max(numbers, default=0)
