"""What the documents are made of: plain values, already in the reader's language.

Moments are aware; each document says in which zone it shows them. Texts are plain text: whatever
people typed is printed as it stands and never read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One event of a calendar feed.

    ``uid`` stays the same for the life of the meeting, ``sequence`` grows with every change, a
    ``cancelled`` entry stays in the feed so that subscribed calendars take it out.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    modified_at: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What every printed page says of the roadshow and of itself.

    ``language`` is en or zh; ``zone`` an IANA name; ``version`` what the timetable calls itself
    ("Version 3, published 9 September"); ``url`` the live page behind the QR code.
    """

    name: str
    zone: str
    language: str = "en"
    venue: str = ""
    dates: str = ""
    version: str = ""
    url: str = ""
    printed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One line of a schedule: a meeting, a talk, a pitch or a time away.

    ``kind`` is meeting, session, pitch or away; only meetings have somebody opposite.
    """

    starts_at: datetime
    ends_at: datetime
    kind: str = "meeting"
    title: str = ""
    subtitle: str = ""
    people: tuple[str, ...] = ()
    place: str = ""
    room: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSchedule:
    """Everything one person does at the roadshow, in time order."""

    name: str
    organisation: str = ""
    role: str = ""
    appointments: tuple[Appointment, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeeting:
    """One meeting at a table, as its card lists it."""

    starts_at: datetime
    ends_at: datetime
    project: str
    investor: str
    people: tuple[str, ...] = ()
    interpreter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCard:
    """What stands on a table."""

    name: str
    room: str = ""
    meetings: tuple[TableMeeting, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A meeting in the full grid: where, when, who with whom, in their short names."""

    table: str
    starts_at: datetime
    project: str
    investor: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Every table by every slot."""

    tables: tuple[str, ...]
    slots: tuple[tuple[datetime, datetime], ...]
    cells: tuple[GridCell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One labelled line of a card."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCard:
    """One side of a meeting, as the other side may see it."""

    name: str
    organisation: str = ""
    line: str = ""
    facts: tuple[Fact, ...] = ()
    people: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a pair was matched: words, and how many points of the score it is worth."""

    text: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPack:
    """What somebody takes to the table: both cards, the reasons, room to write."""

    starts_at: datetime
    ends_at: datetime
    place: str
    project: PartyCard
    investor: PartyCard
    room: str = ""
    score: float | None = None
    reasons: tuple[Reason, ...] = ()
    interpreter: str = ""
    url: str = ""
