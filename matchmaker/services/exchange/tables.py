"""A roadshow as tables: the same columns that an import takes, and what came of matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from matchmaker.core.affinity import Contribution, reason_of
from matchmaker.core.words import sentence as reason_sentence
from matchmaker.documents.safe import Cell
from matchmaker.services import profile
from matchmaker.services.exchange.asked import Asked, Table
from matchmaker.services.exchange.columns import COLUMNS
from matchmaker.services.exchange.listing import names
from matchmaker.services.exchange.people import person_text
from matchmaker.services.exchange.rows import PersonCell
from matchmaker.services.exchange.seats import Seat, seats_of
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.reading import newest_run, slots_of, tables_of
from matchmaker.store.match import Match
from matchmaker.store.pairing import Pairing
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person

CONFIDENTIAL = (
    *("confidential_summary_en", "confidential_summary_zh", "mechanism"),
    *("valuation", "cap_table", "data_room"),
)
"""Columns of an import that no export holds: only a team and who signed a CDA may read them."""
MOST_PAIRS = 40_000
NEAR = 50  # ranks that are written out of a larger ranking
_INPUT_ONLY = {"projects": CONFIDENTIAL, "investors": ("trl", "ticket")}
_BODY = ("kind", "country", "region", "city_en", "city_zh", "website")


def project_table(asked: Asked) -> Table:
    """Return each project as it was last submitted, without what is confidential, and its state."""
    projects = list(
        asked.session.scalars(
            select(Project)
            .where(Project.roadshow_id == asked.roadshow.id)
            .options(selectinload(Project.team).selectinload(TeamMember.person))
            .options(selectinload(Project.versions).selectinload(ProjectVersion.registered))
            .order_by(Project.code)
        )
    )
    named = _columns("projects")
    rows = []
    for project in projects:
        version = _newest(project.versions)
        values = profile.project_values(version, confidential=False)
        body = project.organisation
        values |= {name: getattr(body, name) for name in _BODY}
        values["website"] = version.website or body.website
        values |= {"organisation_en": body.name_en, "organisation_zh": body.name_zh}
        values |= _people([member.person for member in project.team])
        values["code"] = project.code
        rows.append((*(_cell(values.get(name)) for name in named), asked.state_of(project)))
    return Table("projects", (*named, "state"), rows)


def investor_table(asked: Asked) -> Table:
    """Return each investor's mandate as it was last submitted, and its state."""
    investors = list(
        asked.session.scalars(
            select(Investor)
            .where(Investor.roadshow_id == asked.roadshow.id)
            .options(selectinload(Investor.delegates).selectinload(Delegate.person))
            .options(selectinload(Investor.mandates).selectinload(InvestorMandate.terms))
            .order_by(Investor.code)
        )
    )
    named = _columns("investors")
    rows = []
    for investor in investors:
        values = profile.mandate_values(_newest(investor.mandates), terms=True)
        body: Organisation = investor.organisation
        values |= {name: getattr(body, name) for name in (*_BODY, "name_en", "name_zh")}
        values |= _people([one.person for one in investor.delegates])
        values["exclude"] = "; ".join(map(_exclusion, values.pop("exclusions")))
        for name in ("code", "min_meetings", "max_meetings"):
            values[name] = getattr(investor, name)
        rows.append((*(_cell(values.get(name)) for name in named), investor.state.value))
    return Table("investors", (*named, "state"), rows)


def match_table(asked: Asked) -> Table:
    """Return the pairs of the newest ranking, the best of each investor first.

    Every pair, or in a very large ranking those that stand near the top of either list.
    """
    headings = (
        *("investor", "project", "investor_name", "project_name", "score", "score_investor"),
        *("score_project", "rank_for_investor", "rank_for_project", "excluded", "reasons"),
    )
    run = newest_run(asked.session, asked.roadshow)
    if run is None:
        return Table("matches", headings, [])
    projects, investors = (
        project_names(asked.session, asked.roadshow),
        investor_names(asked.session, asked.roadshow),
    )
    query = select(Match).where(Match.run_id == run.id)
    if run.pairs > MOST_PAIRS:
        query = query.where(or_(Match.rank_for_investor <= NEAR, Match.rank_for_project <= NEAR))
    shown = projects.keys() - asked.hidden
    last = len(projects) + 1
    ordered = sorted(
        (
            one
            for one in asked.session.scalars(query)
            if one.project_id in shown and one.investor_id in investors
        ),
        key=lambda one: (
            investors[one.investor_id].code,
            one.rank_for_investor or last,
            projects[one.project_id].code,
        ),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            investors[one.investor_id].code,
            projects[one.project_id].code,
            investors[one.investor_id].said(asked.language),
            projects[one.project_id].said(asked.language),
            _rounded(one.score),
            _rounded(one.score_investor),
            _rounded(one.score_project),
            one.rank_for_investor,
            one.rank_for_project,
            one.excluded or "",
            _reasons(one, asked.language),
        )
        for one in ordered
    ]
    return Table("matches", headings, rows)


def pairing_table(asked: Asked) -> Table:
    """Return every decision about a pair, with the reason of those left out."""
    projects, investors = (
        project_names(asked.session, asked.roadshow),
        investor_names(asked.session, asked.roadshow),
    )
    pairings = asked.session.scalars(
        select(Pairing).where(Pairing.roadshow_id == asked.roadshow.id)
    )
    rows: list[tuple[Cell, ...]] = [
        (
            projects[one.project_id].code,
            investors[one.investor_id].code,
            projects[one.project_id].said(asked.language),
            investors[one.investor_id].said(asked.language),
            one.state.value,
            _rounded(one.score),
            one.reason,
            one.note,
        )
        for one in pairings
        if one.project_id not in asked.hidden
    ]
    headings = ("project", "investor", "project_name", "investor_name", "state", "score")
    return Table("pairings", (*headings, "reason", "note"), sorted(rows, key=lambda row: row[:2]))


def timetable_table(asked: Asked) -> Table:
    """Return the meetings that are booked, or the newest draft's, in local time."""
    projects, investors = (
        project_names(asked.session, asked.roadshow),
        investor_names(asked.session, asked.roadshow),
    )
    zone = ZoneInfo(asked.roadshow.zone)
    headings = (
        *("day", "starts", "ends", "table", "room", "project", "investor", "project_name"),
        *("investor_name", "people", "interpreter", "state"),
    )
    rows = [
        _meeting_row(seat, projects, investors, zone, asked.language)
        for seat in seats_of(asked.session, asked.roadshow)
        if seat.state != "cancelled"
    ]
    return Table("timetable", headings, rows)


def slot_table(asked: Asked) -> Table:
    """Return the slots in the columns of an import."""
    zone = ZoneInfo(asked.roadshow.zone)
    rows: list[tuple[Cell, ...]] = [
        (_local(slot.starts_at, zone), slot.minutes)
        for slot in slots_of(asked.session, asked.roadshow)
    ]
    return Table("slots", ("starts_at", "minutes"), rows)


def table_table(asked: Asked) -> Table:
    """Return the tables in the columns of an import."""
    query = select(Project.id, Project.code).where(Project.roadshow_id == asked.roadshow.id)
    codes = {row.id: row.code for row in asked.session.execute(query)}
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.room_en, one.room_zh, one.seats, codes.get(one.home_project_id or "", ""))
        for one in tables_of(asked.session, asked.roadshow)
    ]
    return Table("tables", ("name", "room_en", "room_zh", "seats", "home_of"), rows)


# -- cells ------------------------------------------------------------------------------------


def _columns(kind: str) -> tuple[str, ...]:
    return tuple(one.name for one in COLUMNS[kind] if one.name not in _INPUT_ONLY[kind])


def _newest(versions: Sequence[Any]) -> Any:
    return max(versions, key=lambda one: one.number or 0)


def _cell(value: Any) -> Cell:
    if isinstance(value, list | tuple):
        return "; ".join(str(one).replace(";", ",") for one in value)
    cell: Cell = value
    return cell


def _people(persons: Iterable[Person]) -> dict[str, str]:
    """Return the first person in the columns of the contact, the others in one cell."""
    listed = list(persons)
    values = {"colleagues": "; ".join(person_text(_person(one)) for one in listed[1:])}
    for first in listed[:1]:
        values |= {
            "contact_name_en": first.name_en,
            "contact_name_zh": first.name_zh,
            "contact_title_en": first.title_en,
            "contact_title_zh": first.title_zh,
            "contact_email": first.email,
            "contact_languages": "; ".join(first.languages),
        }
    return values


def _person(person: Person) -> PersonCell:
    return PersonCell(
        name_en=person.name_en,
        name_zh=person.name_zh,
        title_en=person.title_en,
        title_zh=person.title_zh,
        email=person.email,
        languages=tuple(person.languages),
    )


def _exclusion(rule: Mapping[str, Any]) -> str:
    unless = ", ".join(f"{facet}:{value}" for facet, value in rule.get("unless", ()))
    return f"{rule['facet']}:{rule['value']}" + (f" unless {unless}" if unless else "")


def _reasons(match: Match, language: str) -> str:
    """Return a match's reasons in words, each with its points; what adds nothing is left out."""
    told = []
    for reason in map(reason_of, match.reasons):
        words = reason_sentence(reason, language, names())
        if not isinstance(reason, Contribution):
            told.append(words)
        elif reason.points:
            told.append(f"{words} ({reason.points:+.1f})")
    return "; ".join(told)


def _meeting_row(
    seat: Seat,
    projects: Mapping[str, Any],
    investors: Mapping[str, Any],
    zone: ZoneInfo,
    language: str,
) -> tuple[Cell, ...]:
    starts, ends = seat.starts_at.astimezone(zone), seat.ends_at.astimezone(zone)
    return (
        starts.date(),
        starts.strftime("%H:%M"),
        ends.strftime("%H:%M"),
        seat.table,
        seat.room(language),
        projects[seat.project_id].code,
        investors[seat.investor_id].code,
        projects[seat.project_id].said(language),
        investors[seat.investor_id].said(language),
        "; ".join(seat.names(language)),
        seat.interpreter_name(language),
        seat.state,
    )


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 2)
