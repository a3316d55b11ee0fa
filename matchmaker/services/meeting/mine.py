"""One's own timetable: meetings, talks, pitches and absences; its calendar; one's own notes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.meeting.instance import end_of
from matchmaker.services.meeting.reading import meetings_of
from matchmaker.store.account import Account
from matchmaker.store.meeting import (
    Absence,
    CalendarFeed,
    Meeting,
    MeetingNote,
    PitchSlot,
    ProgrammeSession,
    SessionSpeaker,
)
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person, Roadshow

Kind = Literal["meeting", "session", "pitch", "away"]
MOST_FEEDS = 5
LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of somebody's timetable. ``side`` is on which side of a meeting they sit;
    ``own``: they sit there themselves and not only a colleague.
    """

    kind: Kind
    starts_at: datetime
    ends_at: datetime
    meeting: Meeting | None = None
    session: ProgrammeSession | None = None
    pitch: PitchSlot | None = None
    absence: Absence | None = None
    side: Literal["project", "investor", ""] = ""
    own: bool = True


def persons_of(session: Session, roadshow: Roadshow, account: Account) -> list[Person]:
    """Return who an account is at a roadshow."""
    query = select(Person).where(Person.roadshow_id == roadshow.id, Person.account_id == account.id)
    return list(session.scalars(query))


def timetable_of(
    session: Session, roadshow: Roadshow, persons: Iterable[str], *, colleagues: bool = False
) -> list[Entry]:
    """Return everything some people (one account's) have at a roadshow, by time.

    Cancelled meetings are in it. ``colleagues`` adds the meetings of their parties that others
    attend.
    """
    ids = set(persons)
    projects = set(
        session.scalars(select(TeamMember.project_id).where(TeamMember.person_id.in_(ids)))
    )
    entries = _meetings(session, roadshow, ids, projects, colleagues)
    entries += _talks(session, roadshow, ids)
    entries += _pitches(session, roadshow, projects)
    entries += [
        Entry(kind="away", starts_at=one.starts_at, ends_at=one.ends_at, absence=one)
        for one in absences_of(session, ids)
    ]
    return sorted(entries, key=lambda one: (one.starts_at, one.ends_at, one.kind))


def absences_of(session: Session, persons: Iterable[str]) -> list[Absence]:
    """Return when people said they are away."""
    query = (
        select(Absence)
        .where(Absence.person_id.in_(list(persons)))
        .order_by(Absence.starts_at, Absence.id)
    )
    return list(session.scalars(query))


def _meetings(
    session: Session, roadshow: Roadshow, ids: set[str], projects: set[str], colleagues: bool
) -> list[Entry]:
    rows = [one for one in meetings_of(session, ids) if one.roadshow_id == roadshow.id]
    own = {one.id for one in rows}
    if colleagues:
        rows += _of_parties(session, ids, projects, own)
    return [
        Entry(
            kind="meeting",
            starts_at=one.slot.starts_at,
            ends_at=end_of(one.slot),
            meeting=one,
            side="project" if one.project_id in projects else "investor",
            own=one.id in own,
        )
        for one in rows
    ]


def _of_parties(
    session: Session, ids: set[str], projects: set[str], known: set[str]
) -> list[Meeting]:
    firms = select(Delegate.investor_id).where(Delegate.person_id.in_(ids))
    query = (
        select(Meeting)
        .where(
            (Meeting.project_id.in_(projects)) | (Meeting.investor_id.in_(firms)),
            Meeting.state != MeetingState.CANCELLED,
        )
        .order_by(Meeting.start_tick, Meeting.id)
    )
    return [one for one in session.scalars(query) if one.id not in known]


def _talks(session: Session, roadshow: Roadshow, ids: set[str]) -> list[Entry]:
    query = (
        select(ProgrammeSession)
        .join(SessionSpeaker, SessionSpeaker.session_id == ProgrammeSession.id)
        .where(ProgrammeSession.roadshow_id == roadshow.id, SessionSpeaker.person_id.in_(ids))
    )
    return [
        Entry(kind="session", starts_at=one.starts_at, ends_at=one.ends_at, session=one)
        for one in session.scalars(query).unique()
    ]


def _pitches(session: Session, roadshow: Roadshow, projects: set[str]) -> list[Entry]:
    query = select(PitchSlot).where(
        PitchSlot.roadshow_id == roadshow.id, PitchSlot.project_id.in_(projects)
    )
    return [
        Entry(
            kind="pitch",
            starts_at=one.starts_at,
            ends_at=one.starts_at + timedelta(minutes=one.minutes),
            pitch=one,
        )
        for one in session.scalars(query)
    ]


# -- the calendar's secret address -----------------------------------------------------------


def open_feed(
    session: Session, roadshow: Roadshow, *, actor: Account, now: datetime
) -> tuple[CalendarFeed, str]:
    """Return a new calendar address's row and its secret, which is kept only as a hash."""
    if len(feeds_of(session, roadshow, actor)) >= MOST_FEEDS:
        raise Refusal("too-many-feeds", hint="Please revoke an address first.", most=MOST_FEEDS)
    token = secrets.token_urlsafe(32)
    row = CalendarFeed(
        roadshow_id=roadshow.id, account_id=actor.id, token_hash=_hash(token), created_at=now
    )
    session.add(row)
    session.flush()
    journal.write(session, "feed.opened", row, actor=actor, now=now)
    return row, token


def revoke_feed(session: Session, row: CalendarFeed, *, actor: Account, now: datetime) -> None:
    """Make a calendar address stop working."""
    if row.revoked_at is None:
        row.revoked_at = now
        journal.write(session, "feed.revoked", row, actor=actor, now=now)


def feeds_of(session: Session, roadshow: Roadshow, account: Account) -> list[CalendarFeed]:
    """Return an account's calendar addresses that work, oldest first."""
    query = (
        select(CalendarFeed)
        .where(
            CalendarFeed.roadshow_id == roadshow.id,
            CalendarFeed.account_id == account.id,
            CalendarFeed.revoked_at.is_(None),
        )
        .order_by(CalendarFeed.created_at, CalendarFeed.id)
    )
    return list(session.scalars(query))


def feed_by_token(session: Session, token: str) -> CalendarFeed | None:
    """Return the calendar address with this secret if it works and its account does."""
    return session.scalars(
        select(CalendarFeed)
        .join(Account, CalendarFeed.account_id == Account.id)
        .where(
            CalendarFeed.token_hash == _hash(token),
            CalendarFeed.revoked_at.is_(None),
            Account.active.is_(True),
        )
    ).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# -- notes --------------------------------------------------------------------------------------


def note_of(session: Session, meeting: Meeting, account: Account) -> MeetingNote | None:
    """Return an account's own note on a meeting."""
    return session.scalars(
        select(MeetingNote).where(
            MeetingNote.meeting_id == meeting.id, MeetingNote.account_id == account.id
        )
    ).first()


def save_note(
    session: Session, meeting: Meeting, text: str, *, actor: Account, now: datetime
) -> None:
    """Keep an account's own note on a meeting; an empty one is forgotten. Not in the journal."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_NOTE:
        raise Refusal("note-too-long", hint="This note is too long.", most=LONGEST_NOTE)
    row = note_of(session, meeting, actor)
    if row is None and text:
        row = MeetingNote(
            roadshow_id=meeting.roadshow_id, meeting_id=meeting.id, account_id=actor.id
        )
        session.add(row)
    if row is None:
        return
    if text:
        row.text, row.edited_at = text, now
    else:
        session.delete(row)
    session.flush()
