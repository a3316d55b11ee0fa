"""Timetables as plans: what the core judges is what the store remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.core.review import (
    Violation,
    count_disturbed,
    count_gaps,
    count_moves,
    find_clashes,
)
from matchmaker.services.meeting.booking import Seat
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.store.meeting import Meeting, Placement, Timetable
from matchmaker.store.roadshow import Roadshow

# What a timetable under construction may still lack; the counts are made anew at every look.
UNFINISHED = {"unaccounted", "left-out", "reason", "floor", "totals"}
Key = core.Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a timetable amounts to: the counters above the board."""

    meetings: int
    wanted: int
    score: float
    gaps: int
    moves: int
    disturbed: int
    short: int
    """Parties below their floor."""


def placements_of(session: Session, timetable: Timetable) -> list[Placement]:
    """Return a version's placements."""
    return list(
        session.scalars(
            select(Placement)
            .where(Placement.timetable_id == timetable.id)
            .order_by(Placement.project_id, Placement.investor_id)
        )
    )


def published_of(session: Session, roadshow: Roadshow) -> Timetable | None:
    """Return the version that counts."""
    return session.scalars(
        select(Timetable).where(
            Timetable.roadshow_id == roadshow.id, Timetable.state == TimetableState.PUBLISHED
        )
    ).first()


def plan_of(drawn: Drawn, placements: Iterable[Placement]) -> core.Plan:
    """Return placements as a plan, without those whose pair, slot or table is gone (``lost``)."""
    meetings = []
    for one in placements:
        meeting = meeting_of(drawn, one)
        if meeting is not None and meeting.key in drawn.instance.by_key:
            meetings.append(meeting)
    return core.Plan(status="feasible", meetings=tuple(meetings))


def meeting_of(drawn: Drawn, placement: Placement) -> core.Meeting | None:
    """Return a placement in the instance's names; None where the instance lacks one of them."""
    places = (
        ("project", placement.project_id),
        ("investor", placement.investor_id),
        ("slot", placement.slot_id),
        ("table", placement.table_id),
    )
    if not all(drawn.knows(*place) for place in places):
        return None
    interpreter = placement.interpreter_id
    if interpreter is not None and not drawn.knows("interpreter", interpreter):
        return None
    project, investor, slot, table = (drawn.name(*place) for place in places)
    people = [drawn.name("person", one) for one in placement.people if drawn.knows("person", one)]
    people += [
        drawn.name("person", party)
        for party in (placement.project_id, placement.investor_id)
        if drawn.knows("person", party)
    ]
    return core.Meeting(
        project=project,
        investor=investor,
        slot=slot,
        table=table,
        people=tuple(people),
        interpreter=drawn.name("interpreter", interpreter) if interpreter else None,
    )


def lost(drawn: Drawn, placements: Iterable[Placement]) -> list[Placement]:
    """Return the placements that cannot stand any more: a party left, the pair is not wanted."""
    return [
        one
        for one in placements
        if (meeting := meeting_of(drawn, one)) is None
        or (pair := drawn.instance.by_key.get(meeting.key)) is None
        or pair.is_never
    ]


def broken_rules(drawn: Drawn, plan: core.Plan) -> list[Violation]:
    """Return what the referee says against a plan that need not be finished.

    A pin that is not placed is unfinished too, unless its meeting lies in the past.
    """
    fixed = {core.pair_name(drawn.key(pair)) for pair in drawn.fixed}
    placed = {core.pair_name(meeting.key) for meeting in plan.meetings}
    return [
        one
        for one in find_clashes(drawn.instance, plan)
        if one.rule not in UNFINISHED
        and not (
            one.rule == "pin" and one.subjects[0] not in placed and one.subjects[0] not in fixed
        )
    ]


def measure(drawn: Drawn, plan: core.Plan) -> Measures:
    """Count what the board shows."""
    instance, meetings = drawn.instance, plan.meetings
    got: dict[tuple[str, str], int] = {}
    for meeting in meetings:
        for who in (("project", meeting.project), ("investor", meeting.investor)):
            got[who] = got.get(who, 0) + 1
    parties = [("project", one) for one in instance.projects]
    parties += [("investor", one) for one in instance.investors]
    return Measures(
        meetings=len(meetings),
        wanted=sum(not pair.is_never for pair in instance.pairs),
        score=round(sum(instance.by_key[one.key].score for one in meetings), 2),
        gaps=sum(count_gaps(instance, meetings).values()),
        moves=sum(count_moves(instance, meetings).values()),
        disturbed=len(count_disturbed(instance, meetings)),
        short=sum(got.get((kind, one.id), 0) < one.min for kind, one in parties),
    )


def missed_floors(
    drawn: Drawn, plan: core.Plan, told: Iterable[Mapping[str, Any]] = ()
) -> list[Mapping[str, Any]]:
    """Return the minimums that a plan misses as JSON values of the plan format.

    ``told`` is what the planner said when it made the plan; where nothing has changed since, why a
    minimum is missed and what would mend it stays with it.
    """
    known = {(one["who"], one["got"]): one for one in told}
    missed: list[Mapping[str, Any]] = []
    for end, kind, parties in (
        (0, "project", drawn.instance.projects),
        (1, "investor", drawn.instance.investors),
    ):
        got = Counter(one.key[end] for one in plan.meetings)
        for party in parties:
            who, has = f"{kind}:{party.id}", got[party.id]
            if has < party.min:
                plain = {"who": who, "min": party.min, "got": has}
                missed.append({**known.get((who, has), {}), **plain})
    return missed


def seats_of(drawn: Drawn, placements: Sequence[Placement]) -> list[Seat]:
    """Return placements as seats to book."""
    slots = {slot.id: slot for slot in drawn.ground.slots}
    tables = {table.id: table for table in drawn.ground.tables}
    interpreters = {one.id: one for one in drawn.ground.interpreters}
    return [
        Seat(
            project_id=one.project_id,
            investor_id=one.investor_id,
            slot=slots[one.slot_id],
            table=tables[one.table_id],
            people=tuple(person for person in one.people if person in drawn.ground.people),
            interpreter=interpreters[one.interpreter_id] if one.interpreter_id else None,
        )
        for one in placements
    ]


def standing(drawn: Drawn) -> list[Meeting]:
    """Return the meetings that hold claims: scheduled or held ones."""
    states = (MeetingState.SCHEDULED, MeetingState.HELD)
    return [one for one in drawn.ground.meetings if one.state in states]
