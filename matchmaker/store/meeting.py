"""When and where: slots, tables, the programme, absences, timetables, meetings and claims.

A ``Timetable`` is a numbered version made of ``Placement`` rows: a draft may be changed, a
published one never (triggers agree). Publishing books: each placement becomes a ``Meeting`` whose
``Claim`` rows are the whole promise that nobody is in two places at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.store.base import Base, RoadshowRow, Row, Sens, keep, state_type
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person

TICK_SECONDS = 300  # claims are made in steps of five minutes


class Slot(RoadshowRow, Base):
    """A time interval for negotiation meetings, in whole ticks."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "starts_at"),
        CheckConstraint("minutes > 0 AND minutes % 5 = 0", name="whole_ticks"),
    )

    starts_at: Mapped[datetime] = keep(Sens.PUBLIC)
    minutes: Mapped[int] = keep(Sens.PUBLIC)


class MeetingTable(RoadshowRow, Base):
    """A table in a room; may be the home of one party."""

    __tablename__ = "meeting_table"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "name"),
        CheckConstraint(
            "home_project_id IS NULL OR home_investor_id IS NULL", name="home_of_one_party"
        ),
    )

    name: Mapped[str] = keep(Sens.EVENT, String(40))
    room_en: Mapped[str] = keep(Sens.EVENT, String(120), default="")
    room_zh: Mapped[str] = keep(Sens.EVENT, String(120), default="")
    seats: Mapped[int] = keep(Sens.EVENT, default=4)
    rank: Mapped[int] = keep(Sens.EVENT, default=0)
    home_project_id: Mapped[str | None] = keep(
        Sens.EVENT, ForeignKey("project.id", ondelete="SET NULL")
    )
    home_investor_id: Mapped[str | None] = keep(
        Sens.EVENT, ForeignKey("investor.id", ondelete="SET NULL")
    )

    closures: Mapped[list[TableClosure]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )


class TableClosure(Base):
    """A slot in which a table cannot be used."""

    __tablename__ = "table_closure"

    table_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("meeting_table.id", ondelete="CASCADE"), primary_key=True
    )
    slot_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True
    )


class Interpreter(RoadshowRow, Base):
    """Somebody who can sit in between two languages."""

    __tablename__ = "interpreter"

    person_id: Mapped[str] = keep(
        Sens.EVENT, ForeignKey("person.id", ondelete="CASCADE"), unique=True
    )

    person: Mapped[Person] = relationship(lazy="joined")


class ProgrammeSession(RoadshowRow, Base):
    """A session of the conference, one of the parallel ones."""

    __tablename__ = "programme_session"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "code"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    code: Mapped[str] = keep(Sens.PUBLIC, String(24))
    title_en: Mapped[str] = keep(Sens.PUBLIC, String(200))
    title_zh: Mapped[str] = keep(Sens.PUBLIC, String(200), default="")
    room_en: Mapped[str] = keep(Sens.PUBLIC, String(120), default="")
    room_zh: Mapped[str] = keep(Sens.PUBLIC, String(120), default="")
    starts_at: Mapped[datetime] = keep(Sens.PUBLIC)
    ends_at: Mapped[datetime] = keep(Sens.PUBLIC)

    speakers: Mapped[list[SessionSpeaker]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )


class SessionSpeaker(Base):
    """Somebody who must be in a session and so cannot sit at a table meanwhile."""

    __tablename__ = "session_speaker"

    session_id: Mapped[str] = keep(
        Sens.PUBLIC, ForeignKey("programme_session.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = keep(
        Sens.PUBLIC, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )

    person: Mapped[Person] = relationship(lazy="joined")


class PitchSlot(RoadshowRow, Base):
    """When and where a selected project pitches."""

    __tablename__ = "pitch_slot"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        UniqueConstraint("roadshow_id", "project_id"),
    )

    project_id: Mapped[str] = keep(Sens.PUBLIC, ForeignKey("project.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = keep(Sens.PUBLIC)
    minutes: Mapped[int] = keep(Sens.PUBLIC, default=15)
    room_en: Mapped[str] = keep(Sens.PUBLIC, String(120), default="")
    room_zh: Mapped[str] = keep(Sens.PUBLIC, String(120), default="")

    project: Mapped[Project] = relationship()


class Absence(RoadshowRow, Base):
    """When a person cannot sit at a table, by their own word."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),)

    person_id: Mapped[str] = keep(
        Sens.TEAM, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime] = keep(Sens.TEAM)
    ends_at: Mapped[datetime] = keep(Sens.TEAM)
    reason: Mapped[str] = keep(Sens.TEAM, String(200), default="")

    person: Mapped[Person] = relationship()


class Timetable(RoadshowRow, Base):
    """A numbered version: one draft may be worked on, one published version counts.

    ``totals``, ``left_out`` and ``floors`` are the planner's, as in the plan format.
    """

    __tablename__ = "timetable"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "number"),
        CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name="published_has_a_moment"
        ),
        Index(
            "uq_timetable_published",
            "roadshow_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    number: Mapped[int] = keep(Sens.EVENT)
    state: Mapped[TimetableState] = keep(
        Sens.EVENT, state_type(TimetableState), default=TimetableState.DRAFT
    )
    revision: Mapped[int] = keep(Sens.ORGANISERS, default=1)
    status: Mapped[str] = keep(Sens.ORGANISERS, String(16), default="")
    solver: Mapped[str] = keep(Sens.ORGANISERS, String(80), default="")
    seconds: Mapped[float] = keep(Sens.ORGANISERS, default=0.0)
    totals: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    left_out: Mapped[list[Any]] = keep(Sens.ORGANISERS, JSON, default=list)
    floors: Mapped[list[Any]] = keep(Sens.ORGANISERS, JSON, default=list)
    drafted_at: Mapped[datetime] = keep(Sens.EVENT)
    drafted_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    published_at: Mapped[datetime | None] = keep(Sens.EVENT)
    published_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )

    placements: Mapped[list[Placement]] = relationship(
        back_populates="timetable", cascade="all, delete-orphan"
    )


class Placement(Row, Base):
    """A pair at a slot and a table in one version of the timetable."""

    __tablename__ = "placement"
    __table_args__ = (UniqueConstraint("timetable_id", "project_id", "investor_id"),)

    timetable_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("timetable.id", ondelete="CASCADE"), index=True
    )
    project_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("project.id", ondelete="CASCADE"))
    investor_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("investor.id", ondelete="CASCADE"))
    slot_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("slot.id"))
    table_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("meeting_table.id"))
    interpreter_id: Mapped[str | None] = keep(Sens.MATCH, ForeignKey("interpreter.id"))
    people: Mapped[list[str]] = keep(Sens.MATCH, JSON, default=list)
    """Identifiers of the persons who attend."""
    pinned: Mapped[bool] = keep(Sens.ORGANISERS, default=False)

    timetable: Mapped[Timetable] = relationship(back_populates="placements")
    project: Mapped[Project] = relationship()
    investor: Mapped[Investor] = relationship()
    slot: Mapped[Slot] = relationship()
    table: Mapped[MeetingTable] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()


class Meeting(RoadshowRow, Base):
    """A booked meeting of a pair. A pair has at most one that is not cancelled.

    ``sequence`` counts the changes of time or place, as calendar programs want it.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(
            "start_tick < end_tick AND end_tick - start_tick <= 96", name="at_most_eight_hours"
        ),
        Index(
            "uq_meeting_live_pair",
            "project_id",
            "investor_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    project_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    investor_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    timetable_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("timetable.id"))
    slot_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("slot.id"))
    table_id: Mapped[str] = keep(Sens.MATCH, ForeignKey("meeting_table.id"))
    interpreter_id: Mapped[str | None] = keep(Sens.MATCH, ForeignKey("interpreter.id"))
    start_tick: Mapped[int] = keep(Sens.MATCH, BigInteger)
    end_tick: Mapped[int] = keep(Sens.MATCH, BigInteger)
    state: Mapped[MeetingState] = keep(
        Sens.MATCH, state_type(MeetingState), default=MeetingState.SCHEDULED
    )
    sequence: Mapped[int] = keep(Sens.MATCH, default=0)
    changed_at: Mapped[datetime] = keep(Sens.MATCH)

    project: Mapped[Project] = relationship()
    investor: Mapped[Investor] = relationship()
    slot: Mapped[Slot] = relationship()
    table: Mapped[MeetingTable] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()
    people: Mapped[list[MeetingPerson]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="MeetingPerson.rank"
    )


class MeetingPerson(Base):
    """Somebody who attends a meeting."""

    __tablename__ = "meeting_person"

    meeting_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int] = keep(Sens.MATCH, default=0)

    person: Mapped[Person] = relationship(lazy="joined")


class Claim(Base):
    """One subject's five minutes, held by a meeting. The primary key is the whole promise.

    ``subject`` is a person's, table's or interpreter's id. For somebody with an account it is the
    account's id, so that two roadshows cannot have one person at once.
    """

    __tablename__ = "claim"
    __table_args__ = (CheckConstraint("kind IN ('person', 'table')", name="kind"),)

    kind: Mapped[str] = keep(Sens.ORGANISERS, String(8), primary_key=True)
    subject: Mapped[str] = keep(Sens.ORGANISERS, String(12), primary_key=True)
    tick: Mapped[int] = keep(Sens.ORGANISERS, BigInteger, primary_key=True, autoincrement=False)
    meeting_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )


class MeetingNote(RoadshowRow, Base):
    """A person's own note on a meeting; nobody else reads it."""

    __tablename__ = "meeting_note"
    __table_args__ = (UniqueConstraint("meeting_id", "account_id"),)

    meeting_id: Mapped[str] = keep(Sens.SECRET, ForeignKey("meeting.id", ondelete="CASCADE"))
    account_id: Mapped[str] = keep(Sens.SECRET, ForeignKey("account.id", ondelete="CASCADE"))
    text: Mapped[str] = keep(Sens.SECRET, Text, default="")
    edited_at: Mapped[datetime] = keep(Sens.SECRET)


class CalendarFeed(RoadshowRow, Base):
    """A secret address under which a person's calendar program reads their timetable."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[str] = keep(
        Sens.SECRET, ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = keep(Sens.SECRET, String(64), unique=True)
    created_at: Mapped[datetime] = keep(Sens.SECRET)
    revoked_at: Mapped[datetime | None] = keep(Sens.SECRET)
    read_at: Mapped[datetime | None] = keep(Sens.SECRET)
