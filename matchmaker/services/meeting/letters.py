"""The mail that tells a person what their timetable is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.names import investor_names, project_names
from matchmaker.services.meeting.reading import meetings_of
from matchmaker.services.outbox import letter, post
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import Timetable
from matchmaker.store.profile import TeamMember
from matchmaker.store.roadshow import Person, Roadshow

TEMPLATE = "timetable"


def write_letters(
    session: Session,
    roadshow: Roadshow,
    timetable: Timetable,
    people: Iterable[str],
    *,
    now: datetime,
) -> int:
    """Write one mail to each of these people who can be reached; return how many."""
    wanted = list(people)
    rows = session.execute(
        select(Person, Account)
        .outerjoin(Account, Person.account_id == Account.id)
        .where(Person.id.in_(wanted))
        .order_by(Person.id)
    )
    written = 0
    for person, account in rows:
        to = account or person.email
        if not to:
            continue
        mail = post(
            session,
            TEMPLATE,
            to,
            dedupe=f"{TEMPLATE}:{timetable.id}:{person.id}",
            now=now,
            roadshow_id=roadshow.id,
            locale=None if account else _locale(person),
            person_id=person.id,
            number=timetable.number,
        )
        written += mail is not None
    return written


@letter(TEMPLATE)
def timetable_letter(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    """Return a person's meetings as they stand at the moment of sending."""
    person = session.get(Person, mail.params["person_id"])
    roadshow = session.get(Roadshow, mail.roadshow_id)
    if person is None or roadshow is None:
        return None
    zone = ZoneInfo(roadshow.zone)
    projects, investors = project_names(session, roadshow), investor_names(session, roadshow)
    own = set(
        session.scalars(select(TeamMember.project_id).where(TeamMember.person_id == person.id))
    )
    lines, dropped = [], []
    for meeting in meetings_of(session, [person.id]):
        other = (
            investors[meeting.investor_id]
            if meeting.project_id in own
            else projects[meeting.project_id]
        )
        line = {
            "day": meeting.slot.starts_at.astimezone(zone).strftime("%Y-%m-%d"),
            "starts": meeting.slot.starts_at.astimezone(zone).strftime("%H:%M"),
            "ends": end_of(meeting.slot).astimezone(zone).strftime("%H:%M"),
            "table": meeting.table,
            "other": other,
        }
        if meeting.state is MeetingState.CANCELLED:
            if meeting.changed_at == mail.written_at:
                dropped.append(line)
        else:
            lines.append(line)
    return {
        "person": person,
        "roadshow": roadshow,
        "number": mail.params["number"],
        "meetings": lines,
        "dropped": dropped,
        "path": f"/r/{roadshow.slug}/my-timetable" if mail.account_id else "",
    }


def _locale(person: Person) -> str:
    """Return the language to write to somebody without an account in."""
    return "zh" if "zh" in person.languages and "en" not in person.languages else "en"
