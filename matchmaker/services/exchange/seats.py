"""Who sits where and when, whether it is booked or only drafted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.services.meeting.plans import placements_of, published_of
from matchmaker.store.meeting import (
    Interpreter,
    Meeting,
    MeetingPerson,
    MeetingTable,
    Placement,
    Slot,
    Timetable,
)
from matchmaker.store.roadshow import Person, Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A meeting of a pair as a document shows it; ``id`` is empty where it is only drafted."""

    id: str
    project_id: str
    investor_id: str
    starts_at: datetime
    ends_at: datetime
    table: str
    table_rank: int = 0
    room_en: str = ""
    room_zh: str = ""
    people: tuple[Person, ...] = ()
    interpreter: Person | None = None
    state: str = "draft"
    sequence: int = 0
    changed_at: datetime | None = None

    def room(self, language: str) -> str:
        return (self.room_zh or self.room_en) if language == "zh" else self.room_en or self.room_zh

    def names(self, language: str) -> tuple[str, ...]:
        return tuple(person_name(person, language) for person in self.people)

    def interpreter_name(self, language: str) -> str:
        return person_name(self.interpreter, language) if self.interpreter else ""


def person_name(person: Person, language: str) -> str:
    """Return a person's name in a language, the other one where it is empty."""
    first, second = (
        (person.name_zh, person.name_en) if language == "zh" else (person.name_en, person.name_zh)
    )
    return first or second


def shown_timetable(session: Session, roadshow: Roadshow) -> Timetable | None:
    """Return the published version, else the newest draft."""
    published = published_of(session, roadshow)
    if published is not None:
        return published
    return session.scalars(
        select(Timetable)
        .where(Timetable.roadshow_id == roadshow.id)
        .order_by(Timetable.number.desc())
        .limit(1)
    ).first()


def seats_of(
    session: Session, roadshow: Roadshow, *, persons: Iterable[str] | None = None
) -> list[Seat]:
    """Return the booked meetings (cancelled ones too), else the newest draft's, by time and table.

    ``persons``: only the meetings that these people attend; drafts are not shown to them.
    """
    if published_of(session, roadshow) is not None or persons is not None:
        found = _booked(session, roadshow, persons)
    else:
        draft = shown_timetable(session, roadshow)
        found = _drafted(session, draft) if draft is not None else []
    return sorted(found, key=lambda seat: (seat.starts_at, seat.table_rank, seat.id))


def _booked(session: Session, roadshow: Roadshow, persons: Iterable[str] | None) -> list[Seat]:
    query = (
        select(Meeting)
        .where(Meeting.roadshow_id == roadshow.id)
        .options(joinedload(Meeting.slot), joinedload(Meeting.table))
        .options(joinedload(Meeting.interpreter).joinedload(Interpreter.person))
    )
    if persons is not None:
        attended = select(MeetingPerson.meeting_id).where(
            MeetingPerson.person_id.in_(list(persons))
        )
        query = query.where(Meeting.id.in_(attended))
    return [
        _seat(
            meeting,
            meeting.slot,
            meeting.table,
            tuple(one.person for one in meeting.people),
            id_=meeting.id,
            state=meeting.state.value,
            sequence=meeting.sequence,
            changed_at=meeting.changed_at,
        )
        for meeting in session.scalars(query)
    ]


def _drafted(session: Session, draft: Timetable) -> list[Seat]:
    placements = placements_of(session, draft)
    wanted = {one for placement in placements for one in placement.people}
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.roadshow_id == draft.roadshow_id))
        if person.id in wanted
    }
    slots = {
        slot.id: slot
        for slot in session.scalars(select(Slot).where(Slot.roadshow_id == draft.roadshow_id))
    }
    tables = {
        table.id: table
        for table in session.scalars(
            select(MeetingTable).where(MeetingTable.roadshow_id == draft.roadshow_id)
        )
    }
    return [
        _seat(
            one,
            slots[one.slot_id],
            tables[one.table_id],
            tuple(people[person] for person in one.people if person in people),
        )
        for one in placements
        if one.slot_id in slots and one.table_id in tables
    ]


def _seat(
    row: Meeting | Placement,
    slot: Slot,
    table: MeetingTable,
    people: tuple[Person, ...],
    *,
    id_: str = "",
    state: str = "draft",
    sequence: int = 0,
    changed_at: datetime | None = None,
) -> Seat:
    return Seat(
        id=id_,
        project_id=row.project_id,
        investor_id=row.investor_id,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + timedelta(minutes=slot.minutes),
        table=table.name,
        table_rank=table.rank,
        room_en=table.room_en,
        room_zh=table.room_zh,
        people=people,
        interpreter=row.interpreter.person if row.interpreter else None,
        state=state,
        sequence=sequence,
        changed_at=changed_at,
    )
