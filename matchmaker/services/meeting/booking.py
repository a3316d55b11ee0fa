"""Booking: the only place that writes claims, so that nobody sits in two places at once.

A meeting that is to take place holds one ``Claim`` for each of its people, its interpreter and its
table in each of its five minutes. The claims' primary key is the whole promise: whoever comes
second is refused by the database, whatever was checked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState
from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.reading import tick_of
from matchmaker.store.meeting import (
    Claim,
    Interpreter,
    Meeting,
    MeetingPerson,
    MeetingTable,
    Slot,
    Timetable,
)
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person

CLAIMING = (MeetingState.SCHEDULED, MeetingState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where, when and with whom a pair is to meet."""

    project_id: str
    investor_id: str
    slot: Slot
    table: MeetingTable
    people: tuple[str, ...]
    interpreter: Interpreter | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The pair's identity."""
        return self.project_id, self.investor_id


@dataclass(frozen=True, slots=True)
class Booked:
    """What booking changed."""

    added: tuple[Meeting, ...]
    moved: tuple[Meeting, ...]
    cancelled: tuple[Meeting, ...]


def book(
    session: Session,
    timetable: Timetable,
    seats: Sequence[Seat],
    *,
    standing: Sequence[Meeting],
    now: datetime,
) -> Booked:
    """Make the standing meetings of a roadshow agree with the seats.

    A pair that keeps its seat keeps its meeting; one that gets another keeps the row and counts a
    change; one that is not seated any more is cancelled. All claims are released and taken in
    this transaction; refused with ``double-booked`` when one is held by somebody else's meeting.
    """
    rows = {(one.project_id, one.investor_id): one for one in standing}
    wanted = {seat.pair: seat for seat in seats}
    cancelled = [one for pair, one in rows.items() if pair not in wanted]
    moved = [
        rows[pair] for pair, seat in wanted.items() if pair in rows and _differs(rows[pair], seat)
    ]
    release(session, [*cancelled, *moved])
    for meeting in cancelled:
        _change(meeting, now)
        meeting.state = MeetingState.CANCELLED
    for meeting in moved:
        _sit(meeting, wanted[meeting.project_id, meeting.investor_id])
        _change(meeting, now)
    added = [_open(session, timetable, wanted[pair], now) for pair in wanted if pair not in rows]
    for pair, meeting in rows.items():
        if pair in wanted:
            meeting.timetable_id = timetable.id
    session.flush()
    claim(session, [*added, *moved])
    return Booked(tuple(added), tuple(moved), tuple(cancelled))


def claim(session: Session, meetings: Sequence[Meeting]) -> None:
    """Take every claim of some meetings in one plain INSERT, in one order for everybody.

    The order keeps two transactions from waiting for each other in a circle.
    """
    if not meetings:
        return
    rows = sorted(
        (kind, subject, tick, meeting.id)
        for meeting, subjects in subjects_of(session, meetings)
        for kind, subject in subjects
        for tick in range(meeting.start_tick, meeting.end_tick)
    )
    values = [
        {"kind": kind, "subject": subject, "tick": tick, "meeting_id": meeting}
        for kind, subject, tick, meeting in rows
    ]
    try:
        with session.begin_nested():
            session.execute(insert(Claim), values)
    except IntegrityError as error:
        raise _refusal(session, rows) from error


def release(session: Session, meetings: Iterable[Meeting]) -> None:
    """Give up every claim of some meetings."""
    ids = [meeting.id for meeting in meetings]
    for start in range(0, len(ids), 500):
        session.execute(delete(Claim).where(Claim.meeting_id.in_(ids[start : start + 500])))


def subjects_of(
    session: Session, meetings: Sequence[Meeting]
) -> list[tuple[Meeting, list[tuple[str, str]]]]:
    """Return whom and what each meeting claims: people by account where they have one.

    A side without people is claimed as such, so that it cannot sit at two tables either.
    """
    if not meetings:
        return []
    empty = _empty_sides(session, meetings)
    return [(meeting, _subjects(session, meeting, empty[meeting.id])) for meeting in meetings]


def _subjects(session: Session, meeting: Meeting, empty: list[str]) -> list[tuple[str, str]]:
    people = [session.get_one(Person, one.person_id) for one in meeting.people]
    if meeting.interpreter_id is not None:
        people.append(session.get_one(Interpreter, meeting.interpreter_id).person)
    subjects = {("person", subject_of(one)) for one in people}
    subjects |= {("person", party) for party in empty}
    return [*sorted(subjects), ("table", meeting.table_id)]


def subject_of(person: Person) -> str:
    """Return under which id a person is claimed, everywhere."""
    return person.account_id or person.id


def rekey(session: Session, person: Person) -> bool:
    """Move a person's claims to their account, which they got after they were booked.

    False where the account sits elsewhere at one of these times: then the claims stay as they
    are, ``matchmaker check`` names them, and the next version cannot be published before one of
    the two meetings is moved.
    """
    if person.account_id is None:
        return True
    try:
        with session.begin_nested():
            session.execute(
                update(Claim)
                .where(Claim.kind == "person", Claim.subject == person.id)
                .values(subject=person.account_id)
            )
    except IntegrityError:
        return False
    return True


def rekey_all(session: Session, roadshow_id: str) -> None:
    """Move the claims of everybody who got an account since they were booked.

    Refused with ``person-twice`` where somebody turns out to sit at two roadshows at once.
    """
    stale = session.scalars(
        select(Person).where(
            Person.roadshow_id == roadshow_id,
            Person.account_id.is_not(None),
            Person.id.in_(select(Claim.subject).where(Claim.kind == "person")),
        )
    ).all()
    for person in stale:
        if not rekey(session, person):
            raise Refusal(
                "person-twice",
                hint=f"{person.name_en} sits at another roadshow at the same time.",
                name=person.name_en,
            )


def _differs(meeting: Meeting, seat: Seat) -> bool:
    return (
        meeting.slot_id,
        meeting.table_id,
        meeting.interpreter_id,
        {one.person_id for one in meeting.people},
    ) != (
        seat.slot.id,
        seat.table.id,
        seat.interpreter.id if seat.interpreter else None,
        set(seat.people),
    )


def _open(session: Session, timetable: Timetable, seat: Seat, now: datetime) -> Meeting:
    meeting = Meeting(
        roadshow_id=timetable.roadshow_id,
        timetable_id=timetable.id,
        project_id=seat.project_id,
        investor_id=seat.investor_id,
        state=MeetingState.SCHEDULED,
        sequence=0,
        changed_at=now,
    )
    _sit(meeting, seat)
    session.add(meeting)
    return meeting


def _sit(meeting: Meeting, seat: Seat) -> None:
    meeting.slot_id, meeting.table_id = seat.slot.id, seat.table.id
    meeting.slot, meeting.table = seat.slot, seat.table
    meeting.interpreter_id = seat.interpreter.id if seat.interpreter else None
    meeting.start_tick, meeting.end_tick = tick_of(seat.slot.starts_at), tick_of(end_of(seat.slot))
    held = {one.person_id: one for one in meeting.people}
    meeting.people = [held.get(person) or MeetingPerson(person_id=person) for person in seat.people]
    for rank, one in enumerate(meeting.people):
        one.rank = rank


def _change(meeting: Meeting, now: datetime) -> None:
    meeting.sequence += 1
    meeting.changed_at = now


def _empty_sides(session: Session, meetings: Sequence[Meeting]) -> dict[str, list[str]]:
    """Return by meeting the parties of whom nobody sits there."""
    pairs = select(Meeting.project_id).where(Meeting.roadshow_id == meetings[0].roadshow_id)
    firms = select(Meeting.investor_id).where(Meeting.roadshow_id == meetings[0].roadshow_id)
    team = {
        (project, person)
        for project, person in session.execute(
            select(TeamMember.project_id, TeamMember.person_id).where(
                TeamMember.project_id.in_(pairs)
            )
        )
    }
    firm = {
        (investor, person)
        for investor, person in session.execute(
            select(Delegate.investor_id, Delegate.person_id).where(Delegate.investor_id.in_(firms))
        )
    }
    found: dict[str, list[str]] = {}
    for meeting in meetings:
        persons = [one.person_id for one in meeting.people]
        sides = ((meeting.project_id, team), (meeting.investor_id, firm))
        found[meeting.id] = [
            party for party, members in sides if not any((party, one) in members for one in persons)
        ]
    return found


def _refusal(session: Session, rows: Sequence[tuple[str, str, int, str]]) -> Refusal:
    """Return who or what is taken already."""
    mine = {row[3] for row in rows}
    wanted = {row[:3] for row in rows}
    subjects = sorted({row[1] for row in rows})
    for start in range(0, len(subjects), 500):
        for held in session.scalars(
            select(Claim).where(
                Claim.subject.in_(subjects[start : start + 500]), Claim.meeting_id.not_in(mine)
            )
        ):
            if (held.kind, held.subject, held.tick) in wanted:
                return Refusal(
                    "double-booked",
                    hint=f"A {held.kind} is taken at this time by another meeting.",
                    kind=held.kind,
                    subject=held.subject,
                    tick=held.tick,
                )
    return Refusal(
        "double-booked", hint="Two of these meetings need the same person or table at once."
    )
