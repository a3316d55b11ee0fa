"""What ``matchmaker check`` asks of meetings: claims, placements and the referee agree."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import MeetingState
from matchmaker.services.meeting.booking import CLAIMING, subject_of
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.plans import (
    broken_rules,
    meeting_of,
    placements_of,
    published_of,
)
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.meeting import Claim, Interpreter, Meeting, Placement, Timetable
from matchmaker.store.roadshow import Person, Roadshow

Violation = tuple[str, str]


def meeting_violations(session: Session) -> Iterator[Violation]:
    """Yield the name and a sentence of each broken promise about meetings, all roadshows."""
    yield from _claims_once(session)
    for roadshow in session.scalars(select(Roadshow).order_by(Roadshow.slug)).all():
        yield from _claims_agree(session, roadshow)
        yield from _placements_agree(session, roadshow)
        yield from _referee(session, roadshow)


def _claims_once(session: Session) -> Iterator[Violation]:
    """The key promises this; it is counted all the same."""
    twice = session.execute(
        select(Claim.kind, Claim.subject, Claim.tick)
        .group_by(Claim.kind, Claim.subject, Claim.tick)
        .having(func.count() > 1)
    )
    for kind, subject, tick in twice:
        yield "double-booked", f"{kind} {subject} is claimed twice at tick {tick}."


def _claims_agree(session: Session, roadshow: Roadshow) -> Iterator[Violation]:
    meetings = list(session.scalars(select(Meeting).where(Meeting.roadshow_id == roadshow.id)))
    held: dict[str, set[tuple[str, str, int]]] = {one.id: set() for one in meetings}
    rows = session.execute(
        select(Claim.meeting_id, Claim.kind, Claim.subject, Claim.tick)
        .join(Meeting, Claim.meeting_id == Meeting.id)
        .where(Meeting.roadshow_id == roadshow.id)
    )
    for meeting_id, kind, subject, tick in rows:
        held[meeting_id].add((kind, subject, tick))
    for meeting in meetings:
        wanted = _wanted_claims(session, meeting) if meeting.state in CLAIMING else set()
        sides = {("person", meeting.project_id), ("person", meeting.investor_id)}
        # a side of whom nobody was known is claimed as such
        extra = {one for one in held[meeting.id] - wanted if one[:2] not in sides}
        if wanted - held[meeting.id] or extra or (not wanted and held[meeting.id]):
            yield (
                "claims",
                (
                    f"Meeting {meeting.id} ({meeting.state}) holds {len(held[meeting.id])}"
                    f" claims instead of {len(wanted)} ({roadshow.slug})."
                ),
            )


def _wanted_claims(session: Session, meeting: Meeting) -> set[tuple[str, str, int]]:
    people = [session.get_one(Person, one.person_id) for one in meeting.people]
    if meeting.interpreter_id is not None:
        people.append(session.get_one(Interpreter, meeting.interpreter_id).person)
    subjects = {("person", subject_of(one)) for one in people} | {("table", meeting.table_id)}
    return {
        (kind, subject, tick)
        for kind, subject in subjects
        for tick in range(meeting.start_tick, meeting.end_tick)
    }


def _placements_agree(session: Session, roadshow: Roadshow) -> Iterator[Violation]:
    published = published_of(session, roadshow)
    live = {(one.project_id, one.investor_id): one for one in live_meetings(session, roadshow)}
    placed = {
        (one.project_id, one.investor_id): one
        for one in (placements_of(session, published) if published else ())
    }
    for pair, meeting in live.items():
        row = placed.get(pair)
        if meeting.state is MeetingState.NO_SHOW:
            continue
        if row is None or (row.slot_id, row.table_id) != (meeting.slot_id, meeting.table_id):
            yield (
                "placements",
                f"Meeting {meeting.id} is not where its timetable says ({roadshow.slug}).",
            )
    for pair, row in placed.items():
        if pair not in live:
            yield (
                "placements",
                f"Placement {row.id} of the published timetable has no meeting ({roadshow.slug}).",
            )


def _referee(session: Session, roadshow: Roadshow) -> Iterator[Violation]:
    """Judge the published timetable by the rules that cannot change under it.

    Wishes, absences and pairings may have changed since; what was promised then still may not
    put anybody or any table to two uses at once.
    """
    published = published_of(session, roadshow)
    if published is None:
        return
    drawn = draw(session, roadshow, pairs="all")
    meetings = [meeting_of(drawn, one) for one in _alive(session, published, roadshow)]
    known = tuple(one for one in meetings if one is not None and one.key in drawn.instance.by_key)
    plan = core.Plan(status="feasible", meetings=known)
    for one in broken_rules(drawn, plan):
        if one.rule in ("person-twice", "table-twice", "interpreter-twice", "twice", "unknown"):
            yield "referee", f"{one.sentence} ({roadshow.slug})"


def _alive(session: Session, published: Timetable, roadshow: Roadshow) -> list[Placement]:
    missed = {
        (one.project_id, one.investor_id)
        for one in live_meetings(session, roadshow)
        if one.state is MeetingState.NO_SHOW
    }
    return [
        one
        for one in placements_of(session, published)
        if (one.project_id, one.investor_id) not in missed
    ]
