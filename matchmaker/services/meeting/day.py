"""Running the day: who is here, what was held, what changes at the last minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.core.journey import MEETING_MOVES, MeetingState, PairingState, move
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.meeting import booking, edit
from matchmaker.services.meeting.draft import draft_from_published
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw, end_of
from matchmaker.services.meeting.publishing import publish
from matchmaker.services.meeting.reading import PairId
from matchmaker.store.account import Account
from matchmaker.store.meeting import Meeting, Slot
from matchmaker.store.pairing import Pairing
from matchmaker.store.roadshow import Person, Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A pair that could meet in a freed slot; ``new``: it is not among the pairings yet."""

    project_id: str
    investor_id: str
    score: float
    new: bool


def check_in(
    session: Session, person: Person, *, here: bool = True, actor: Account | None, now: datetime
) -> None:
    """Note that a person has arrived, or take it back."""
    person.checked_in_at = now if here else None
    action = "person.checked_in" if here else "person.checked_out"
    journal.write(session, action, person, actor=actor, now=now)


def mark(
    session: Session,
    meeting: Meeting,
    state: MeetingState,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Note that a meeting was held, or that somebody did not come; or take that back.

    A no-show frees its people and its table; taking it back claims them again and is refused with
    ``double-booked`` when they sit elsewhere by now.
    """
    if state is MeetingState.CANCELLED:
        raise Refusal("wrong-state", hint="Use cancelling for that.")
    before = meeting.state
    if before is state:
        return
    move(MEETING_MOVES, before, state)
    taken = session.execute(
        update(Meeting).where(Meeting.id == meeting.id, Meeting.state == before).values(state=state)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("stale", hint="Somebody marked this meeting meanwhile.")
    session.refresh(meeting, ["state"])
    if state is MeetingState.NO_SHOW:
        booking.release(session, [meeting])
    elif before is MeetingState.NO_SHOW:
        booking.claim(session, [meeting])
    journal.write(
        session,
        "meeting.marked",
        meeting,
        actor=actor,
        now=now,
        was=before.value,
        state=state.value,
    )


def move_meeting(
    session: Session,
    meeting: Meeting,
    *,
    slot_id: str,
    table_id: str,
    actor: Account | None,
    now: datetime,
) -> None:
    """Move a booked meeting by publishing a new version with this one change."""
    _must_be_scheduled(meeting)
    roadshow = session.get_one(Roadshow, meeting.roadshow_id)
    draft = draft_from_published(session, roadshow, actor=actor, now=now)
    pair = (meeting.project_id, meeting.investor_id)
    edit.place(session, draft, pair, slot_id=slot_id, table_id=table_id, actor=actor, now=now)
    publish(session, draft, actor=actor, now=now)


def cancel(session: Session, meeting: Meeting, *, actor: Account | None, now: datetime) -> None:
    """Cancel a booked meeting by publishing a new version without it.

    Its pairing is forbidden from then on, so that the next plan does not bring it back.
    """
    _must_be_scheduled(meeting)
    roadshow = session.get_one(Roadshow, meeting.roadshow_id)
    draft = draft_from_published(session, roadshow, actor=actor, now=now)
    pair = (meeting.project_id, meeting.investor_id)
    for row in list(draft.placements):
        if (row.project_id, row.investor_id) == pair:
            draft.placements.remove(row)
    session.flush()
    _decide(session, roadshow, pair, PairingState.FORBIDDEN, "cancelled", actor, now)
    publish(session, draft, actor=actor, now=now)
    session.refresh(meeting)


def stand_ins(
    session: Session, meeting: Meeting, *, now: datetime, limit: int = 8
) -> list[StandIn]:
    """Return pairs that could use a freed slot and table: both sides checked in, free then, not
    opposed and not met yet; best score first.
    """
    if meeting.state not in (MeetingState.NO_SHOW, MeetingState.CANCELLED):
        raise Refusal("slot-not-freed", hint="This meeting still takes place.")
    roadshow = session.get_one(Roadshow, meeting.roadshow_id)
    drawn = draw(session, roadshow, pairs="all", now=now)
    free = _free_people(drawn, meeting.slot)
    booked = {(one.project_id, one.investor_id) for one in drawn.ground.meetings}
    table = next((one for one in drawn.ground.tables if one.id == meeting.table_id), None)
    found = []
    for wanted in drawn.instance.pairs:
        pair = drawn.pair(wanted.key)
        if wanted.is_never or pair in booked or not _may_use(table, pair):
            continue
        sides = (drawn.ground.team.get(pair[0], []), drawn.ground.delegates.get(pair[1], []))
        if all(any(one.id in free for one in side) for side in sides):
            row = drawn.ground.pairings.get(pair)
            chosen = row is not None and row.state in (PairingState.PROPOSED, PairingState.PINNED)
            found.append(
                StandIn(project_id=pair[0], investor_id=pair[1], score=wanted.score, new=not chosen)
            )
    return sorted(found, key=lambda one: (-one.score, one.project_id, one.investor_id))[:limit]


def seat_stand_in(
    session: Session,
    meeting: Meeting,
    pair: PairId,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Let another pair use the slot and table of a meeting that does not take place."""
    offered = {
        (one.project_id, one.investor_id)
        for one in stand_ins(session, meeting, now=now, limit=10_000)
    }
    if pair not in offered:
        raise Refusal("not-a-stand-in", hint="This pair cannot meet then.")
    roadshow = session.get_one(Roadshow, meeting.roadshow_id)
    _decide(session, roadshow, pair, PairingState.PINNED, "stand-in", actor, now)
    draft = draft_from_published(session, roadshow, actor=actor, now=now)
    edit.place(
        session,
        draft,
        pair,
        slot_id=meeting.slot_id,
        table_id=meeting.table_id,
        actor=actor,
        now=now,
    )
    publish(session, draft, actor=actor, now=now)


def _must_be_scheduled(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.SCHEDULED:
        raise Refusal(
            "wrong-state", hint="Only a scheduled meeting can be changed.", now=meeting.state.value
        )


def _free_people(drawn: Drawn, slot: Slot) -> set[str]:
    """Return the ids of people who are here and have nothing else in a slot."""
    busy = {
        person.person_id
        for one in drawn.ground.meetings
        if one.state in booking.CLAIMING and one.slot_id == slot.id
        for person in one.people
    }
    return {
        person.id
        for person in drawn.ground.people.values()
        if person.checked_in_at is not None
        and person.id not in busy
        and not any(
            starts < end_of(slot) and slot.starts_at < ends
            for starts, ends in drawn.ground.busy.get(person.id, ())
        )
    }


def _may_use(table: object, pair: PairId) -> bool:
    homes = (getattr(table, "home_project_id", None), getattr(table, "home_investor_id", None))
    return homes[0] in (None, pair[0]) and homes[1] in (None, pair[1])


def _decide(
    session: Session,
    roadshow: Roadshow,
    pair: PairId,
    state: PairingState,
    reason: str,
    actor: Account | None,
    now: datetime,
) -> None:
    row = session.scalars(
        select(Pairing).where(Pairing.project_id == pair[0], Pairing.investor_id == pair[1])
    ).first()
    if row is None:
        row = Pairing(roadshow_id=roadshow.id, project_id=pair[0], investor_id=pair[1], facts={})
        session.add(row)
    row.state, row.reason = state, reason
    row.decided_at, row.decided_by_id = now, actor.id if actor else None
    session.flush()
