"""The next meetings of the viewer's own parties, for the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from matchmaker.core.journey import MeetingState
from matchmaker.services.visibility import visible_meetings
from matchmaker.store.meeting import Meeting
from matchmaker.store.roadshow import Organisation, Person
from matchmaker.web.text import locale, show_date
from matchmaker.web.words import word

SHOWN_MEETINGS = 4


def next_meetings() -> list[dict[str, Any]]:
    """Return what the viewer's parties hold next, as the rows of an agenda."""
    if not (g.viewer.projects or g.viewer.investors):
        return []
    query = visible_meetings(g.viewer, g.roadshow).where(
        Meeting.state == MeetingState.SCHEDULED,
        Meeting.project_id.in_(g.viewer.projects) | Meeting.investor_id.in_(g.viewer.investors),
    )
    query = query.options(selectinload(Meeting.people)).limit(SHOWN_MEETINGS)
    return [_agenda_item(row) for row in g.session.scalars(query).unique()]


def _agenda_item(row: Meeting) -> dict[str, Any]:
    other = row.project if row.investor_id in g.viewer.investors else row.investor
    organisation, day = other.organisation, show_date(row.slot.starts_at, "full")
    people = [one.person for one in row.people]
    colleagues = [one for one in people if one.organisation_id != organisation.id]
    if g.viewer.account_id in {one.account_id for one in people}:
        colleagues = []
    return {
        "starts_at": row.slot.starts_at,
        "ends_at": row.slot.starts_at + timedelta(minutes=row.slot.minutes),
        "title": called(organisation),
        "url": url_for("meeting.show", slug=g.roadshow.slug, meeting_id=row.id),
        "text": " · ".join(
            [day, *([_(", ").join(map(_person, colleagues))] if colleagues else [])]
        ),
        "place": _("Table %(name)s", name=row.table.name),
        "state": word(row.state, "meeting_state"),
    }


def called(body: Organisation) -> str:
    """Return a body's name in the viewer's language, or the one there is."""
    names = (body.name_zh, body.name_en) if locale() == "zh" else (body.name_en, body.name_zh)
    return names[0] or names[1]


def _person(person: Person) -> str:
    names = (person.name_zh, person.name_en)
    return next(filter(None, names if locale() == "zh" else reversed(names)), "")
