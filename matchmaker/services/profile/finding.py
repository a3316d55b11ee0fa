"""Lists of projects and investors: searched in both languages, filtered, sorted.

The queries start from what the viewer may know of, and look at the newest submitted version (of
a party that submitted nothing, at its draft: only its own people and organisers see it at all).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select

from matchmaker.core.policy import Viewer
from matchmaker.core.profile import STAGES
from matchmaker.services.deck import says
from matchmaker.services.fields import taxonomy
from matchmaker.services.selection import known_column
from matchmaker.services.visibility import visible_investors, visible_projects
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    MandateField,
    Project,
    ProjectField,
    ProjectVersion,
)
from matchmaker.store.roadshow import Organisation, Roadshow

MOST_WORDS = 6
PROJECT_SORTS = ("code", "title", "organisation", "stage", "country", "state")
INVESTOR_SORTS = ("code", "name", "kind", "country", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; an empty value narrows nothing. ``field`` includes all below."""

    text: str = ""
    field: str = ""
    country: str = ""
    kind: str = ""
    stage: str = ""
    state: str = ""


def find_projects(
    viewer: Viewer,
    roadshow: Roadshow,
    wanted: Wanted,
    *,
    sort: str = "code",
    descending: bool = False,
    chinese: bool = False,
) -> Select[tuple[Project]]:
    """Return the viewer's projects that fit, sorted by one of ``PROJECT_SORTS``."""
    version = ProjectVersion
    query = _joined(visible_projects(viewer, roadshow), Project, version, version.project_id)
    columns = [
        *(version.title_en, version.title_zh, version.short_name, version.pitch_en),
        *(version.pitch_zh, version.summary_en, version.summary_zh, Project.code),
    ]
    query = query.where(
        *_narrowed(
            wanted,
            columns,
            ProjectField,
            ProjectField.version_id,
            version.id,
            partial(says, viewer, roadshow),
        )
    )
    if wanted.stage:
        query = query.where(version.stage == wanted.stage)
    if wanted.state:
        query = query.where(known_column(viewer, roadshow) == wanted.state)
    keys: dict[str, Any] = {
        "code": Project.code,
        "title": _either(version.title_en, version.title_zh, chinese),
        "organisation": _either(Organisation.name_en, Organisation.name_zh, chinese),
        "stage": case(
            {stage: at for at, stage in enumerate(STAGES)}, value=version.stage, else_=99
        ),
        "country": func.coalesce(Organisation.country, "~"),
        "state": known_column(viewer, roadshow),
    }
    return _sorted(query, keys[sort], descending, Project.code)


def find_investors(
    viewer: Viewer,
    roadshow: Roadshow,
    wanted: Wanted,
    *,
    sort: str = "code",
    descending: bool = False,
    chinese: bool = False,
) -> Select[tuple[Investor]]:
    """Return the viewer's investors that fit, sorted by one of ``INVESTOR_SORTS``."""
    mandate = InvestorMandate
    query = _joined(visible_investors(viewer, roadshow), Investor, mandate, mandate.investor_id)
    columns = [
        *(mandate.thesis_en, mandate.thesis_zh, mandate.value_en, mandate.value_zh),
        Investor.code,
    ]
    query = query.where(
        *_narrowed(wanted, columns, MandateField, MandateField.mandate_id, mandate.id)
    )
    if wanted.stage:
        named = cast(mandate.stages, String)
        query = query.where(
            or_(named == "[]", named.contains(f'"{wanted.stage}"', autoescape=True))
        )
    if wanted.state:
        query = query.where(Investor.state == wanted.state)
    keys: dict[str, Any] = {
        "code": Investor.code,
        "name": _either(Organisation.name_en, Organisation.name_zh, chinese),
        "kind": Organisation.kind,
        "country": func.coalesce(Organisation.country, "~"),
        "state": Investor.state,
    }
    return _sorted(query, keys[sort], descending, Investor.code)


def countries_of(query: Select[Any]) -> Select[Any]:
    """Return the countries of the bodies behind a list's parties."""
    bodies = query.order_by(None).with_only_columns(
        Organisation.country, maintain_column_froms=True
    )
    return bodies.where(Organisation.country.is_not(None)).distinct()


def _joined(query: Select[Any], party: Any, version: Any, key: Any) -> Select[Any]:
    newest = (
        select(key.label("party"), func.max(version.number).label("number"))
        .group_by(key)
        .subquery()
    )
    same = or_(
        version.number == newest.c.number,
        and_(version.number.is_(None), newest.c.number.is_(None)),
    )
    return (
        query.join(Organisation, Organisation.id == party.organisation_id)
        .join(newest, newest.c.party == party.id)
        .join(version, and_(key == party.id, same))
    )


def _narrowed(
    wanted: Wanted,
    columns: list[Any],
    fields: Any,
    owner: Any,
    version_id: Any,
    elsewhere: Callable[[str], ColumnElement[bool]] | None = None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    columns = [*columns, Organisation.name_en, Organisation.name_zh]
    columns += [Organisation.city_en, Organisation.city_zh]
    named = taxonomy().resolve(wanted.text) if wanted.text else None
    if wanted.text:
        words = wanted.text.split()[:MOST_WORDS]
        texts = and_(
            *(
                or_(
                    *(column.icontains(word, autoescape=True) for column in columns),
                    *([elsewhere(word)] if elsewhere else []),
                )
                for word in words
            )
        )
        conditions.append(
            or_(texts, _in_field(named, fields, owner, version_id)) if named else texts
        )
    if wanted.field:
        conditions.append(_in_field(wanted.field, fields, owner, version_id))
    if wanted.country:
        conditions.append(Organisation.country == wanted.country.replace("\0", ""))
    if wanted.kind:
        conditions.append(Organisation.kind == wanted.kind)
    return conditions


def _in_field(code: str, fields: Any, owner: Any, version_id: Any) -> ColumnElement[bool]:
    below = taxonomy().descendants(code)
    return select(fields.code).where(owner == version_id, fields.code.in_(below)).exists()


def _either(english: Any, chinese: Any, prefer_chinese: bool) -> Any:
    first, second = (chinese, english) if prefer_chinese else (english, chinese)
    return func.lower(func.coalesce(func.nullif(first, ""), second))


def _sorted(query: Select[Any], key: Any, descending: bool, code: Any) -> Select[Any]:
    return query.order_by(None).order_by(key.desc() if descending else key, code)
