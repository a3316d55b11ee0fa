"""Publishing: what a new version changes for whom, and making it count, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.core.journey import TIMETABLE_MOVES, TimetableState, move
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import Violation
from matchmaker.services import journal
from matchmaker.services.meeting.booking import Booked, Seat, book, rekey_all
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.letters import write_letters
from matchmaker.services.meeting.plans import (
    broken_rules,
    lost,
    placements_of,
    plan_of,
    published_of,
    seats_of,
    standing,
)
from matchmaker.store.account import Account
from matchmaker.store.meeting import Meeting, Timetable
from matchmaker.store.roadshow import Roadshow

ANY: Final = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A meeting that changes its slot, table or people."""

    meeting: Meeting
    seat: Seat

    @property
    def in_time(self) -> bool:
        """Whether it moves to another slot."""
        return self.meeting.slot_id != self.seat.slot.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What publishing would change. ``disturbed`` people lose or change a time, ``told`` are all
    whose meetings change in any way; both are ids of people.
    """

    added: tuple[Seat, ...]
    removed: tuple[Meeting, ...]
    moved: tuple[Moved, ...]
    kept: int
    disturbed: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether everything stays as it is."""
        return not (self.added or self.removed or self.moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What stands in the way of publishing, and what it would change."""

    changes: Changes
    violations: tuple[Violation, ...]
    lost: int
    mails: int


def compare(drawn: Drawn, seats: Sequence[Seat]) -> Changes:
    """Return what changes from the meetings that stand to these seats."""
    rows = {(one.project_id, one.investor_id): one for one in standing(drawn)}
    wanted = {seat.pair: seat for seat in seats}
    moved = tuple(
        Moved(meeting=rows[pair], seat=seat)
        for pair, seat in wanted.items()
        if pair in rows and _place(rows[pair]) != _seat(seat)
    )
    removed = tuple(one for pair, one in rows.items() if pair not in wanted)
    added = tuple(seat for pair, seat in wanted.items() if pair not in rows)
    before = {
        (one.project_id, one.investor_id, one.slot_id, person.person_id)
        for one in rows.values()
        for person in one.people
    }
    after = {(*seat.pair, seat.slot.id, person) for seat in seats for person in seat.people}
    told = {person.person_id for one in removed for person in one.people}
    told |= {person for seat in added for person in seat.people}
    for one in moved:
        told |= {person.person_id for person in one.meeting.people} | set(one.seat.people)
    return Changes(
        added=added,
        removed=removed,
        moved=moved,
        kept=len(wanted) - len(added) - len(moved),
        disturbed=tuple(sorted({key[3] for key in before - after})),
        told=tuple(sorted(told)),
    )


def outlook(
    session: Session, timetable: Timetable, *, now: datetime, drawn: Drawn | None = None
) -> Outlook:
    """Return what publishing a draft would change and what forbids it."""
    roadshow = session.get_one(Roadshow, timetable.roadshow_id)
    drawn = drawn or draw(session, roadshow, now=now)
    placements = placements_of(session, timetable)
    gone = lost(drawn, placements)
    stay = [one for one in placements if one not in gone]
    changes = compare(drawn, seats_of(drawn, stay))
    return Outlook(
        changes=changes,
        violations=tuple(broken_rules(drawn, plan_of(drawn, stay))),
        lost=len(gone),
        mails=sum(_reachable(drawn, person) for person in changes.told),
    )


def publish(
    session: Session,
    timetable: Timetable,
    *,
    actor: Account | None,
    now: datetime,
    revision: int | None = None,
    replaces: str | None = ANY,
) -> Booked:
    """Make a draft the version that counts: book its meetings, supersede the old one, tell people.

    ``revision`` is the draft's revision and ``replaces`` the published version's id (None: there
    was none) that the organiser looked at; refused with ``stale`` when either is another by now,
    with ``breaks-rules`` when the referee finds a clash, with ``double-booked`` when somebody is
    taken elsewhere.
    """
    roadshow = _locked(session, timetable)
    old = published_of(session, roadshow)
    if replaces != ANY and replaces != (old.id if old else None):
        raise Refusal("stale", hint="Another version was published meanwhile.")
    move(TIMETABLE_MOVES, timetable.state, TimetableState.PUBLISHED)
    rekey_all(session, roadshow.id)
    drawn = draw(session, roadshow, now=now)
    placements = placements_of(session, timetable)
    _judge(drawn, placements)
    seats = seats_of(drawn, placements)
    changes = compare(drawn, seats)
    _freeze(session, timetable, old, revision, actor, now)
    booked = book(session, timetable, seats, standing=standing(drawn), now=now)
    told = write_letters(session, roadshow, timetable, changes.told, now=now)
    journal.write(
        session,
        "timetable.published",
        timetable,
        actor=actor,
        now=now,
        number=timetable.number,
        **counts(booked),
        mails=told,
    )
    return booked


def counts(booked: Booked) -> dict[str, Any]:
    """Return how many meetings were added, moved and cancelled."""
    return {
        "added": len(booked.added),
        "moved": len(booked.moved),
        "cancelled": len(booked.cancelled),
    }


def _locked(session: Session, timetable: Timetable) -> Roadshow:
    """Return the roadshow, held so that two versions are published one after the other."""
    roadshow = session.scalars(
        select(Roadshow).where(Roadshow.id == timetable.roadshow_id).with_for_update()
    ).one()
    session.refresh(timetable)
    return roadshow


def _judge(drawn: Drawn, placements: Sequence[Any]) -> None:
    gone = lost(drawn, placements)
    if gone:
        raise Refusal(
            "placements-lost",
            hint="Some meetings are not wanted any more; remove them from the draft first.",
            count=len(gone),
        )
    violations = broken_rules(drawn, plan_of(drawn, placements))
    if violations:
        raise Refusal(
            "breaks-rules",
            hint=" ".join(one.sentence for one in violations[:5]),
            count=len(violations),
            rules=sorted({one.rule for one in violations}),
        )


def _freeze(
    session: Session,
    timetable: Timetable,
    old: Timetable | None,
    revision: int | None,
    actor: Account | None,
    now: datetime,
) -> None:
    """Let the draft take the published version's place, if nobody changed it meanwhile."""
    if old is not None:
        session.execute(
            update(Timetable)
            .where(Timetable.id == old.id, Timetable.state == TimetableState.PUBLISHED)
            .values(state=TimetableState.SUPERSEDED)
        )
    seen = timetable.revision if revision is None else revision
    taken = session.execute(
        update(Timetable)
        .where(
            Timetable.id == timetable.id,
            Timetable.state == TimetableState.DRAFT,
            Timetable.revision == seen,
        )
        .values(
            state=TimetableState.PUBLISHED,
            revision=seen + 1,
            published_at=now,
            published_by_id=actor.id if actor else None,
        )
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("stale", hint="The draft was changed meanwhile.")
    session.refresh(timetable)
    if old is not None:
        session.refresh(old)


def _place(meeting: Meeting) -> tuple[str, str, str | None, frozenset[str]]:
    people = frozenset(one.person_id for one in meeting.people)
    return meeting.slot_id, meeting.table_id, meeting.interpreter_id, people


def _seat(seat: Seat) -> tuple[str, str, str | None, frozenset[str]]:
    interpreter = seat.interpreter.id if seat.interpreter else None
    return seat.slot.id, seat.table.id, interpreter, frozenset(seat.people)


def _reachable(drawn: Drawn, person_id: str) -> bool:
    person = drawn.ground.people.get(person_id)
    return person is not None and bool(person.account_id or person.email)
