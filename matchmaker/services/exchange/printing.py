"""A roadshow's timetable on paper and in calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from babel.dates import format_date, format_interval
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.documents import pdf
from matchmaker.documents.ics import calendar
from matchmaker.documents.values import (
    Appointment,
    CalendarEntry,
    Edition,
    Grid,
    GridCell,
    PersonSchedule,
    TableCard,
    TableMeeting,
)
from matchmaker.services.exchange.seats import Seat, person_name, seats_of, shown_timetable
from matchmaker.services.meeting.names import Name, investor_names, project_names
from matchmaker.services.meeting.reading import slots_of, tables_of
from matchmaker.store.meeting import PitchSlot, ProgrammeSession
from matchmaker.store.profile import TeamMember
from matchmaker.store.roadshow import Person, Roadshow

Names = Mapping[str, Name]
Address = Callable[[Seat], str]
_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
_VERSION = {
    "en": ("Version {number}, published {day}", "Draft {number}, not published"),
    "zh": ("第 {number} 版，{day}发布", "第 {number} 稿，未发布"),
}


def edition_of(
    session: Session, roadshow: Roadshow, *, language: str, url: str, now: datetime
) -> Edition:
    """Return what every printed page says of the roadshow and of the timetable's version."""
    timetable = shown_timetable(session, roadshow)
    version = ""
    if timetable is not None:
        published, draft = _VERSION[language]
        moment = timetable.published_at
        day = format_date(moment.date(), "long", locale=_LOCALES[language]) if moment else ""
        version = (published if moment else draft).format(number=timetable.number, day=day)
    return Edition(
        name=_said(roadshow, "name", language),
        venue=_said(roadshow, "venue", language),
        zone=roadshow.zone,
        language=language,
        dates=format_interval(
            roadshow.starts_on, roadshow.ends_on, "yMMMd", locale=_LOCALES[language]
        ),
        version=version,
        url=url,
        printed_at=now,
    )


def print_grid(session: Session, roadshow: Roadshow, edition: Edition) -> bytes:
    """Return every table by every slot."""
    projects, investors = project_names(session, roadshow), investor_names(session, roadshow)
    language = edition.language
    grid = Grid(
        tables=tuple(table.name for table in tables_of(session, roadshow)),
        slots=tuple(
            (slot.starts_at, slot.starts_at + timedelta(minutes=slot.minutes))
            for slot in slots_of(session, roadshow)
        ),
        cells=tuple(
            GridCell(
                table=seat.table,
                starts_at=seat.starts_at,
                project=projects[seat.project_id].brief(language),
                investor=investors[seat.investor_id].brief(language),
                note=seat.interpreter_name(language),
            )
            for seat in _live(seats_of(session, roadshow))
        ),
    )
    return pdf.full_grid(edition, grid)


def print_cards(session: Session, roadshow: Roadshow, edition: Edition) -> bytes:
    """Return one page for every table."""
    projects, investors = project_names(session, roadshow), investor_names(session, roadshow)
    language = edition.language
    seats = _live(seats_of(session, roadshow))
    cards = [
        TableCard(
            name=table.name,
            room=_said(table, "room", language),
            meetings=tuple(
                TableMeeting(
                    starts_at=seat.starts_at,
                    ends_at=seat.ends_at,
                    project=projects[seat.project_id].said(language),
                    investor=investors[seat.investor_id].said(language),
                    people=seat.names(language),
                    interpreter=seat.interpreter_name(language),
                )
                for seat in seats
                if seat.table == table.name
            ),
        )
        for table in tables_of(session, roadshow)
    ]
    return pdf.table_cards(edition, cards)


def print_schedules(
    session: Session, roadshow: Roadshow, edition: Edition, persons: Iterable[Person] | None = None
) -> bytes:
    """Return a page (or more) for each person; without ``persons``, for all who sit somewhere."""
    seats = _live(seats_of(session, roadshow))
    attending = {person.id: person for seat in seats for person in seat.people}
    wanted = list(persons) if persons is not None else list(attending.values())
    wanted.sort(key=lambda person: (person_name(person, edition.language), person.id))
    others = _programme(session, roadshow, edition.language)
    reader = _Opposite(session, roadshow, edition.language)
    schedules = [
        PersonSchedule(
            name=person_name(person, edition.language),
            organisation=(
                _said(person.organisation, "name", edition.language) if person.organisation else ""
            ),
            role=_said(person, "title", edition.language),
            appointments=(
                *(
                    reader.appointment(seat, person)
                    for seat in seats
                    if person.id in {one.id for one in seat.people}
                ),
                *others.get(person.id, ()),
            ),
        )
        for person in wanted
    ]
    return pdf.person_schedules(edition, schedules)


def calendar_of(
    session: Session,
    roadshow: Roadshow,
    *,
    language: str,
    host: str,
    persons: Sequence[Person] | None = None,
    address: Address | None = None,
) -> bytes:
    """Return a calendar of meetings in the roadshow's zone.

    For ``persons`` it is their own feed: it names who sits opposite, keeps cancelled meetings so
    that subscribed calendars take them out, and holds their talks and pitches. Without persons
    it is the whole timetable. ``host`` makes the identifiers of events unique in the world,
    ``address`` gives the live page of a meeting.
    """
    own = {person.id for person in persons} if persons is not None else None
    reader = _Opposite(session, roadshow, language)
    seats = seats_of(session, roadshow, persons=own)
    entries = [
        _entry(seat, reader, own, host, language, address)
        for seat in seats
        if own is not None or seat.state != "cancelled"
    ]
    if own is not None:
        others = _programme(session, roadshow, language)
        entries += [
            CalendarEntry(
                uid=f"{roadshow.id}-{person}-{one.starts_at:%Y%m%dT%H%M}@{host}",
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                summary=one.title,
                location=one.room,
            )
            for person in sorted(own)
            for one in others.get(person, ())
        ]
    name = _said(roadshow, "name", language)
    return calendar(name, entries, zone=roadshow.zone, language=language)


class _Opposite:
    """Says a meeting from the side of somebody who attends."""

    def __init__(self, session: Session, roadshow: Roadshow, language: str) -> None:
        self.language = language
        self.projects: Names = project_names(session, roadshow)
        self.investors: Names = investor_names(session, roadshow)
        self.teams: dict[str, set[str]] = {}
        rows = session.execute(
            select(TeamMember.project_id, TeamMember.person_id)
            .join(Person, Person.id == TeamMember.person_id)
            .where(Person.roadshow_id == roadshow.id)
        )
        for project, person in rows:
            self.teams.setdefault(project, set()).add(person)

    def title(self, seat: Seat, own: set[str] | None) -> tuple[str, str]:
        """Return whom the own people meet, and a line below it; both sides to an outsider."""
        project, investor = self.projects[seat.project_id], self.investors[seat.investor_id]
        attending = {person.id for person in seat.people}
        ours = attending & own if own is not None else set()
        if own is None or not ours:
            return f"{project.brief(self.language)} – {investor.said(self.language)}", ""
        if ours & self.teams.get(seat.project_id, set()):
            return investor.said(self.language), project.said(self.language)
        return project.said(self.language), project.behind(self.language)

    def appointment(self, seat: Seat, person: Person) -> Appointment:
        title, below = self.title(seat, {person.id})
        return Appointment(
            starts_at=seat.starts_at,
            ends_at=seat.ends_at,
            title=title,
            subtitle=below,
            people=tuple(
                person_name(one, self.language) for one in seat.people if one.id != person.id
            ),
            place=seat.table,
            room=seat.room(self.language),
            note=seat.interpreter_name(self.language),
        )


def _entry(
    seat: Seat,
    reader: _Opposite,
    own: set[str] | None,
    host: str,
    language: str,
    address: Address | None,
) -> CalendarEntry:
    title, below = reader.title(seat, own)
    people = seat.names(language)
    place = ", ".join(part for part in (seat.table, seat.room(language)) if part)
    return CalendarEntry(
        uid=f"{seat.id or f'draft-{seat.project_id}-{seat.investor_id}'}@{host}",
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        summary=title,
        location=place,
        description="\n".join(part for part in (below, ", ".join(people)) if part),
        url=address(seat) if address and seat.id else "",
        sequence=seat.sequence,
        modified_at=seat.changed_at,
        cancelled=seat.state == "cancelled",
    )


def _programme(session: Session, roadshow: Roadshow, language: str) -> dict[str, list[Appointment]]:
    """Return the talks and pitches of each person."""
    found: dict[str, list[Appointment]] = {}
    for talk in session.scalars(
        select(ProgrammeSession).where(ProgrammeSession.roadshow_id == roadshow.id)
    ):
        shown = Appointment(
            starts_at=talk.starts_at,
            ends_at=talk.ends_at,
            kind="session",
            title=_said(talk, "title", language),
            room=_said(talk, "room", language),
        )
        for speaker in talk.speakers:
            found.setdefault(speaker.person_id, []).append(shown)
    projects = project_names(session, roadshow)
    rows = session.execute(
        select(PitchSlot, TeamMember.person_id)
        .join(TeamMember, TeamMember.project_id == PitchSlot.project_id)
        .where(PitchSlot.roadshow_id == roadshow.id)
    )
    for pitch, person in rows:
        shown = Appointment(
            starts_at=pitch.starts_at,
            ends_at=pitch.starts_at + timedelta(minutes=pitch.minutes),
            kind="pitch",
            title=projects[pitch.project_id].said(language),
            room=_said(pitch, "room", language),
        )
        found.setdefault(person, []).append(shown)
    return found


def _live(seats: Iterable[Seat]) -> list[Seat]:
    return [seat for seat in seats if seat.state != "cancelled"]


def _said(thing: object, name: str, language: str) -> str:
    first, second = ("zh", "en") if language == "zh" else ("en", "zh")
    return str(getattr(thing, f"{name}_{first}", "") or getattr(thing, f"{name}_{second}", ""))
