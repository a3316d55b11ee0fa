"""The programme around the tables: sessions, pitch slots, absences, interpreters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, ProjectState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.reading import meetings_of
from matchmaker.services.meeting.setup import drop_placements, refuse_booked
from matchmaker.store.account import Account
from matchmaker.store.meeting import (
    Absence,
    Interpreter,
    Meeting,
    PitchSlot,
    Placement,
    ProgrammeSession,
    SessionSpeaker,
)
from matchmaker.store.profile import Delegate, Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow

MOST_ABSENCES = 40  # per person


def save_session(
    session: Session,
    roadshow: Roadshow,
    row: ProgrammeSession | None,
    *,
    code: str,
    title_en: str,
    title_zh: str = "",
    room_en: str = "",
    room_zh: str = "",
    starts_at: datetime,
    ends_at: datetime,
    speakers: Iterable[str] = (),
    actor: Account | None,
    now: datetime,
) -> ProgrammeSession:
    """Add a programme session or change one; ``speakers`` are ids of people of the roadshow."""
    _check_times(starts_at, ends_at)
    code = " ".join(code.split())[:24]
    if not code or not (title_en.strip() or title_zh.strip()):
        raise Refusal("session-name", hint="A session needs a code and a title.")
    other = session.scalar(
        select(ProgrammeSession.id).where(
            ProgrammeSession.roadshow_id == roadshow.id, ProgrammeSession.code == code
        )
    )
    if other is not None and (row is None or other != row.id):
        raise Refusal("session-code-taken", hint="Another session has this code.", code=code)
    fresh = row is None
    if row is None:
        row = ProgrammeSession(roadshow_id=roadshow.id)
        session.add(row)
    row.code, row.starts_at, row.ends_at = code, starts_at, ends_at
    row.title_en, row.title_zh = title_en.strip()[:200], title_zh.strip()[:200]
    row.room_en, row.room_zh = room_en.strip()[:120], room_zh.strip()[:120]
    wanted = _known_people(session, roadshow, speakers)
    kept = [one for one in row.speakers if one.person_id in wanted]
    held = {one.person_id for one in kept}
    row.speakers = kept + [SessionSpeaker(person_id=person) for person in sorted(wanted - held)]
    session.flush()
    action = "session.added" if fresh else "session.changed"
    journal.write(session, action, row, actor=actor, now=now, speakers=len(row.speakers))
    return row


def remove_session(
    session: Session, row: ProgrammeSession, *, actor: Account | None, now: datetime
) -> None:
    """Remove a programme session; its speakers are free then."""
    journal.write(session, "session.removed", row, actor=actor, now=now)
    session.delete(row)
    session.flush()


def save_pitch(
    session: Session,
    roadshow: Roadshow,
    project: Project,
    *,
    starts_at: datetime,
    minutes: int,
    room_en: str = "",
    room_zh: str = "",
    actor: Account | None,
    now: datetime,
) -> PitchSlot:
    """Say when and where a selected project pitches; a project pitches once."""
    if not 1 <= minutes <= 240:
        raise Refusal("pitch-length", hint="A pitch lasts between 1 minute and 4 hours.")
    if project.state is not ProjectState.SELECTED or project.roadshow_id != roadshow.id:
        raise Refusal("not-selected", hint="Only selected projects pitch.")
    row = session.scalars(select(PitchSlot).where(PitchSlot.project_id == project.id)).first()
    if row is None:
        row = PitchSlot(roadshow_id=roadshow.id, project_id=project.id)
        session.add(row)
    row.starts_at, row.minutes = starts_at, minutes
    row.room_en, row.room_zh = room_en.strip()[:120], room_zh.strip()[:120]
    session.flush()
    journal.write(session, "pitch.set", row, actor=actor, now=now, minutes=minutes)
    return row


def remove_pitch(session: Session, row: PitchSlot, *, actor: Account | None, now: datetime) -> None:
    """Take a pitch off the programme."""
    journal.write(session, "pitch.removed", row, actor=actor, now=now)
    session.delete(row)
    session.flush()


def add_absence(
    session: Session,
    person: Person,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    actor: Account | None,
    now: datetime,
) -> Absence:
    """Note that a person cannot sit at a table from one moment to another.

    A meeting that is published then stays until the organisers move it; ``meetings_within`` tells
    which these are.
    """
    _check_times(starts_at, ends_at)
    count = session.scalar(
        select(func.count()).select_from(Absence).where(Absence.person_id == person.id)
    )
    if (count or 0) >= MOST_ABSENCES:
        raise Refusal("too-many-absences", hint="Please merge some absences.", most=MOST_ABSENCES)
    row = Absence(
        roadshow_id=person.roadshow_id,
        person_id=person.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:200],
    )
    session.add(row)
    session.flush()
    journal.write(session, "absence.added", row, actor=actor, now=now)
    return row


def remove_absence(session: Session, row: Absence, *, actor: Account | None, now: datetime) -> None:
    """Forget an absence."""
    journal.write(session, "absence.removed", row, actor=actor, now=now)
    session.delete(row)
    session.flush()


def meetings_within(
    session: Session, person: Person, starts_at: datetime, ends_at: datetime
) -> list[Meeting]:
    """Return a person's scheduled meetings that touch a time."""
    return [
        meeting
        for meeting in meetings_of(session, [person.id])
        if meeting.state is MeetingState.SCHEDULED
        and meeting.slot.starts_at < ends_at
        and starts_at < end_of(meeting.slot)
    ]


def add_interpreter(
    session: Session,
    roadshow: Roadshow,
    *,
    name_en: str,
    name_zh: str = "",
    languages: Iterable[str],
    actor: Account | None,
    now: datetime,
) -> Interpreter:
    """Add somebody who sits in between two languages; interprets only, sits for no party."""
    spoken = list(dict.fromkeys(languages))
    if len(spoken) < 2:
        raise Refusal("interpreter-languages", hint="An interpreter speaks at least two languages.")
    if not (name_en.strip() or name_zh.strip()):
        raise Refusal("person-name", hint="Please give a name.")
    person = Person(
        roadshow_id=roadshow.id,
        name_en=(name_en.strip() or name_zh.strip())[:120],
        name_zh=name_zh.strip()[:120],
        languages=spoken,
    )
    session.add(person)
    session.flush()
    row = Interpreter(roadshow_id=roadshow.id, person_id=person.id)
    session.add(row)
    session.flush()
    journal.write(session, "interpreter.added", row, actor=actor, now=now)
    return row


def remove_interpreter(
    session: Session, row: Interpreter, *, actor: Account | None, now: datetime
) -> None:
    """Remove an interpreter; refused where a meeting, or a version of the timetable, needs them."""
    refuse_booked(session, Meeting.interpreter_id == row.id, "interpreter-in-use")
    drop_placements(session, Placement.interpreter_id == row.id)
    journal.write(session, "interpreter.removed", row, actor=actor, now=now)
    person = row.person
    session.delete(row)
    session.flush()
    if not _takes_part(session, person):
        session.delete(person)
        session.flush()


def _takes_part(session: Session, person: Person) -> bool:
    team = session.scalar(select(TeamMember.project_id).where(TeamMember.person_id == person.id))
    firm = session.scalar(select(Delegate.investor_id).where(Delegate.person_id == person.id))
    return person.account_id is not None or team is not None or firm is not None


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refusal("times-in-order", hint="The end comes before the start.")


def _known_people(session: Session, roadshow: Roadshow, ids: Iterable[str]) -> set[str]:
    wanted = set(ids)
    known = set(
        session.scalars(
            select(Person.id).where(Person.roadshow_id == roadshow.id, Person.id.in_(wanted))
        )
    )
    if known != wanted:
        raise Refusal("unknown-person", hint="There is no such person at this roadshow.")
    return known
