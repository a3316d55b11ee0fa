"""The days themselves: who has arrived, which meetings were held, what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, OutcomeKind
from matchmaker.services import outcome, preference
from matchmaker.services.demo.cast import (
    CLOCK,
    Cast,
    accounts_by_email,
    investors_by_code,
    organiser_of,
    projects_by_code,
    roadshow_of,
)
from matchmaker.services.meeting import day, mine
from matchmaker.services.meeting.reading import live_meetings, moment_of
from matchmaker.store.meeting import Meeting, MeetingPerson
from matchmaker.store.roadshow import Person

AGREED = {OutcomeKind.CDA, OutcomeKind.DUE_DILIGENCE, OutcomeKind.TERM_SHEET}
"""Outcomes that come with a confidentiality agreement."""
NO_SHOW = 17
"""Of so many meetings one was a no-show."""


def hold_meetings(session: Session, cast: Cast) -> int:
    """Check people in before their first meeting and mark what is over; returns how many."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    over = 0
    for person, first in _arrivals(session, live_meetings(session, roadshow)):
        if first <= CLOCK + timedelta(hours=2):
            arrived = first - timedelta(minutes=40)
            day.check_in(session, person, actor=organiser, now=arrived)
    meetings = sorted(  # by what is the same in every demo, which ids are not
        live_meetings(session, roadshow),
        key=lambda one: (one.start_tick, one.project.code, one.investor.code),
    )
    for place, meeting in enumerate(meetings):
        end = moment_of(meeting.end_tick)
        if end > CLOCK:
            continue
        state = MeetingState.NO_SHOW if place % NO_SHOW == NO_SHOW - 1 else MeetingState.HELD
        day.mark(session, meeting, state, actor=organiser, now=end)
        over += 1
    return over


def record_outcomes(session: Session, cast: Cast) -> int:
    """Write down what came of the meetings that were held; returns how many tell something.

    Every team says its word, every other firm too; a side that has not answered yet is part of
    the truth.
    """
    roadshow = roadshow_of(session, cast)
    projects = projects_by_code(session, roadshow)
    investors = investors_by_code(session, roadshow)
    held = {
        (one.project_id, one.investor_id): one
        for one in live_meetings(session, roadshow)
        if one.state is MeetingState.HELD
    }
    found = 0
    for told in cast.outcomes:
        project, investor = projects[told["project"]], investors[told["investor"]]
        meeting = held.get((project.id, investor.id))
        if meeting is None:
            continue
        kind, now = OutcomeKind(told["kind"]), moment_of(meeting.end_tick) + timedelta(minutes=4)
        useful = int(told["usefulness"])
        if kind in AGREED:
            preference.record_cda(session, project, investor, signed_at=now, actor=None, now=now)
        outcome.record_outcome(
            session,
            meeting,
            "project",
            kind,
            usefulness=useful,
            note=told["note_en"],
            actor=None,
            now=now,
        )
        if found % 2 == 0:
            outcome.record_outcome(
                session, meeting, "investor", kind, usefulness=useful, actor=None, now=now
            )
        found += 1
    return found


def write_notes(session: Session, cast: Cast) -> int:
    """Write what some noted for themselves after their first meeting; returns how many."""
    accounts = accounts_by_email(session)
    meetings = live_meetings(session, roadshow_of(session, cast))
    for told in cast.roadshow["notes"]:
        account = accounts[told["account"]]
        seats = select(MeetingPerson.meeting_id).join(Person, Person.id == MeetingPerson.person_id)
        own = set(session.scalars(seats.where(Person.account_id == account.id)))
        first = next(one for one in meetings if one.id in own and one.state is MeetingState.HELD)
        now = moment_of(first.end_tick) + timedelta(minutes=3)
        mine.save_note(session, first, told["text"], actor=account, now=now)
    return len(cast.roadshow["notes"])


def _arrivals(session: Session, meetings: list[Meeting]) -> list[tuple[Person, datetime]]:
    """Return everybody with a meeting and when the first one begins, in that order."""
    starts = {meeting.id: moment_of(meeting.start_tick) for meeting in meetings}
    first: dict[str, datetime] = {}
    people: dict[str, Person] = {}
    query = select(MeetingPerson).where(MeetingPerson.meeting_id.in_(starts))
    for seat in session.scalars(query):
        people[seat.person_id] = seat.person
        start = starts[seat.meeting_id]
        first[seat.person_id] = min(start, first.get(seat.person_id, start))
    return sorted(
        ((people[key], start) for key, start in first.items()),
        key=lambda one: (one[1], one[0].name_en, one[0].email),
    )
