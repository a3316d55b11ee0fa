"""Projects and investors as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, object_session, selectinload

from matchmaker.core.card import InvestorSaid, ProjectSaid
from matchmaker.services.profile.values import LISTS_OF_FIELDS, PROJECT, major
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectConfidential,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard(ProjectSaid):
    """What a card shows of a project. Registered facts are None (or empty) where not asked for.

    Money is in minor units of ``currency``; ``number`` is None for a draft.
    """

    id: str
    code: str
    state: str
    organisation: Organisation
    number: int | None = None
    amount: int | None = None
    raised: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorCard(InvestorSaid):
    """What a card shows of an investor. Money is in minor units of ``currency``."""

    id: str
    code: str
    state: str
    organisation: Organisation
    number: int | None = None
    ticket_low: int | None = None
    ticket_typical: int | None = None
    ticket_high: int | None = None
    currency: str = ""


def current_version(project: Project) -> ProjectVersion | None:
    """Return the newest submitted version, or None."""
    return (
        _session(project)
        .scalars(
            select(ProjectVersion)
            .where(ProjectVersion.project_id == project.id, ProjectVersion.number.is_not(None))
            .order_by(ProjectVersion.number.desc())
            .limit(1)
        )
        .first()
    )


def current_mandate(investor: Investor) -> InvestorMandate | None:
    """Return the newest submitted mandate, or None."""
    return (
        _session(investor)
        .scalars(
            select(InvestorMandate)
            .where(InvestorMandate.investor_id == investor.id, InvestorMandate.number.is_not(None))
            .order_by(InvestorMandate.number.desc())
            .limit(1)
        )
        .first()
    )


def project_cards(
    session: Session, projects: Iterable[Project], *, registered: bool = True, draft: bool = True
) -> dict[str, ProjectCard]:
    """Return a card per project id, of the newest submitted version, in two queries.

    Without a submitted one the draft stands in (``draft``). ``registered`` reads what
    participants may know; ask ``may`` first.
    """
    rows = {project.id: project for project in projects}
    versions = _newest(session, ProjectVersion, ProjectVersion.project_id, rows, draft=draft)
    parts: dict[str, ProjectRegistered] = {}
    if registered and versions:
        ids = [version.id for version in versions.values()]
        query = select(ProjectRegistered).where(ProjectRegistered.version_id.in_(ids))
        parts = {part.version_id: part for part in session.scalars(query)}
    return {
        key: project_card(project, versions[key], parts.get(versions[key].id))
        for key, project in rows.items()
        if key in versions
    }


def project_card(
    project: Project, version: ProjectVersion, registered: ProjectRegistered | None = None
) -> ProjectCard:
    """Return the card of one version; pass the registered part only to who may see it."""
    core, also = _split(version.fields)
    more: dict[str, Any] = {}
    if registered is not None:
        more = {
            "round": registered.round,
            "amount": registered.amount,
            "raised": registered.raised,
            "currency": registered.currency,
            "instruments": tuple(registered.instruments),
        }
    return ProjectCard(
        id=project.id,
        code=project.code,
        state=project.state.value,
        organisation=project.organisation,
        number=version.number,
        languages=tuple(version.languages),
        fields=core,
        also_fields=also,
        **{name: getattr(version, name) for name in _SHOWN_OF_PROJECT},
        **more,
    )


def investor_cards(
    session: Session, investors: Iterable[Investor], *, draft: bool = True
) -> dict[str, InvestorCard]:
    """Return a card per investor id, of the newest submitted mandate, in two queries."""
    rows = {investor.id: investor for investor in investors}
    found = _newest(session, InvestorMandate, InvestorMandate.investor_id, rows, draft=draft)
    return {
        key: investor_card(investor, found[key]) for key, investor in rows.items() if key in found
    }


def investor_card(investor: Investor, mandate: InvestorMandate) -> InvestorCard:
    """Return the card of one mandate: nothing of its terms."""
    core, also = _split(mandate.fields)
    values = {name: getattr(mandate, name) for name in _SHOWN_OF_MANDATE}
    return InvestorCard(
        id=investor.id,
        code=investor.code,
        state=investor.state.value,
        organisation=investor.organisation,
        number=mandate.number,
        fields=core,
        also_fields=also,
        **_frozen(values),
    )


def versions_of(session: Session, party: Project | Investor) -> list[Any]:
    """Return the submitted versions, the newest first."""
    if isinstance(party, Project):
        query: Any = select(ProjectVersion).where(ProjectVersion.project_id == party.id)
        table: Any = ProjectVersion
    else:
        query = select(InvestorMandate).where(InvestorMandate.investor_id == party.id)
        table = InvestorMandate
    return list(
        session.scalars(query.where(table.number.is_not(None)).order_by(table.number.desc()))
    )


def project_values(version: ProjectVersion, *, confidential: bool) -> dict[str, Any]:
    """Return a version's values under their names, money in whole units.

    ``confidential`` loads the part that only a CDA opens; ask ``may`` first.
    """
    parts: dict[Any, Any] = {ProjectVersion: version, ProjectRegistered: version.registered}
    if confidential:
        parts[ProjectConfidential] = version.confidential
    found = {
        name: getattr(parts[table], key) for name, (table, key) in PROJECT.items() if table in parts
    }
    for name in ("amount", "raised", "grants", "valuation"):
        if name in found:
            found[name] = major(found[name], version.registered.currency)
    core, also = _split(version.fields)
    return {**found, **dict(zip(LISTS_OF_FIELDS, (list(core), list(also)), strict=True))}


def mandate_values(mandate: InvestorMandate, *, terms: bool) -> dict[str, Any]:
    """Return a mandate's values under their names, money in whole units."""
    rows: list[Any] = [mandate, mandate.terms] if terms else [mandate]
    found = {
        column.key: getattr(row, column.key) for row in rows for column in row.__table__.columns
    }
    for name in ("ticket_low", "ticket_typical", "ticket_high", "ticket_total"):
        found[name] = major(found[name], mandate.currency)
    core, also = _split(mandate.fields)
    for name in ("id", "investor_id", "mandate_id", "number", "submitted_at", "submitted_by_id"):
        found.pop(name, None)
    for name in ("edited_at", "revision"):
        found.pop(name)
    return {**found, "fields": list(core), "also_fields": list(also)}


def team_of(session: Session, project: Project) -> list[TeamMember]:
    """Return the members of a team with their persons, in order, in two queries."""
    return list(
        session.scalars(
            select(TeamMember)
            .where(TeamMember.project_id == project.id)
            .options(selectinload(TeamMember.person))
            .order_by(TeamMember.rank)
        )
    )


def delegates_of(session: Session, investor: Investor) -> list[Delegate]:
    """Return the delegates of a firm with their persons, in order, in two queries."""
    return list(
        session.scalars(
            select(Delegate)
            .where(Delegate.investor_id == investor.id)
            .options(selectinload(Delegate.person))
            .order_by(Delegate.rank)
        )
    )


_SHOWN_OF_PROJECT = (
    *("title_en", "title_zh", "short_name", "pitch_en", "pitch_zh", "summary_en", "summary_zh"),
    *("stage", "trl", "website"),
)
_SHOWN_OF_MANDATE = (
    *("thesis_en", "thesis_zh", "value_en", "value_zh", "countries", "regions", "kinds"),
    *("stages", "rounds", "trl_min", "trl_max", "ticket_low", "ticket_typical", "ticket_high"),
    *("currency", "instruments", "lead", "languages"),
)


def _newest(
    session: Session, table: Any, key: Any, parties: Iterable[str], *, draft: bool
) -> dict[str, Any]:
    """Return the newest version of each party: the highest number, else the draft."""
    ids = list(parties)
    if not ids:
        return {}
    newest = (
        select(key.label("party"), func.max(table.number).label("number"))
        .where(key.in_(ids))
        .group_by(key)
        .subquery()
    )
    same: Any = table.number == newest.c.number
    if draft:
        same = same | and_(table.number.is_(None), newest.c.number.is_(None))
    query = select(table).join(newest, and_(key == newest.c.party, same))
    return {getattr(row, key.key): row for row in session.scalars(query)}


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in values.items()}


def _split(
    fields: Iterable[Any],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    listed = list(fields)
    return (
        tuple(field.code for field in listed if field.weight == "core"),
        tuple(field.code for field in listed if field.weight == "also"),
    )


def _session(thing: Any) -> Session:
    found = object_session(thing)
    if found is None:
        raise LookupError("this row belongs to no session")
    return found
