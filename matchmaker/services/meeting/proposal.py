"""What a finishing job proposes for a draft: shown before it is kept, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import JobState
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import count_gaps
from matchmaker.services import journal
from matchmaker.services.meeting.edit import Desk, PairId, Trial, accept, open_desk, opened
from matchmaker.services.meeting.plans import Measures, broken_rules, measure, meeting_of
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Placement, Timetable

Spot = Mapping[str, Any]  # slot, table, interpreter, people: identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A pair that is placed (``before`` None) or moved."""

    pair: PairId
    before: Spot | None
    after: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person would be told: meetings more, meetings at other times, gaps more."""

    person: str
    new: tuple[Step, ...]
    moved: tuple[Step, ...]
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a finishing job proposes. ``state``: open, kept, or stale as the draft went on."""

    job: Job
    state: str
    asked: int
    placed: tuple[Step, ...]
    moved: tuple[Step, ...]
    left: tuple[Mapping[str, Any], ...]
    people: tuple[Told, ...]
    before: Measures
    after: Measures


def spot_of(row: Placement) -> dict[str, Any]:
    """Return where and with whom a pair is, as JSON values."""
    return {
        "slot": row.slot_id,
        "table": row.table_id,
        "interpreter": row.interpreter_id,
        "people": list(row.people),
    }


def same_spot(one: Spot | None, other: Spot | None) -> bool:
    """Tell whether nothing differs but the order of people."""
    if one is None or other is None:
        return one is other
    return {**one, "people": set(one["people"])} == {**other, "people": set(other["people"])}


def proposal(session: Session, timetable: Timetable, row: Job, *, now: datetime) -> Proposal:
    """Return what a finished job proposes for a draft, beside the draft as it is now.

    Raises Refusal ``no-proposal`` for a job of something else or one that is not done.
    """
    steps = _steps(timetable, row)
    desk = open_desk(session, timetable, now=now)
    state = _state(desk, steps)
    first, second = desk.plan, _with(desk, {one.pair: one.after for one in steps})
    if state == "kept":
        first = _with(desk, {one.pair: one.before for one in steps})
    return Proposal(
        job=row,
        state=state,
        asked=int(row.result["asked"]),
        placed=tuple(one for one in steps if one.before is None),
        moved=tuple(one for one in steps if one.before is not None),
        left=tuple(row.result["left"]),
        people=_told(desk, steps, first, second),
        before=measure(desk.drawn, first),
        after=measure(desk.drawn, second),
    )


def keep_finish(
    session: Session, timetable: Timetable, row: Job, *, actor: Account | None, now: datetime
) -> Trial:
    """Change the draft as proposed, if no rule breaks and nobody changed what it is about."""
    steps = _steps(timetable, row)
    told = {(one["project_id"], one["investor_id"]): one for one in row.result["left"]}
    trial = _settle(session, timetable, steps, "open", actor=actor, now=now)
    others = [
        one for one in timetable.left_out if (one["project_id"], one["investor_id"]) not in told
    ]
    timetable.left_out = [*others, *told.values()]
    session.flush()
    return trial


def undo_finish(
    session: Session, timetable: Timetable, row: Job, *, actor: Account | None, now: datetime
) -> Trial:
    """Put everything back where it was before a proposal was kept."""
    return _settle(session, timetable, _steps(timetable, row), "kept", actor=actor, now=now)


def may_undo(session: Session, timetable: Timetable, row: Job, *, now: datetime) -> bool:
    """Tell whether what a proposal changed still stands as it was kept."""
    try:
        return _state(open_desk(session, timetable, now=now), _steps(timetable, row)) == "kept"
    except Refusal:
        return False


def _steps(timetable: Timetable, row: Job) -> tuple[Step, ...]:
    done = row.state in (JobState.DONE, JobState.STOPPED) and row.kind == "finish"
    if not done or row.result.get("timetable") != timetable.id:
        raise Refusal("no-proposal", hint="There is no such proposal for this draft.")
    return tuple(
        Step(pair=(one["pair"][0], one["pair"][1]), before=one["before"], after=one["after"])
        for one in row.result["steps"]
    )


def _state(desk: Desk, steps: Iterable[Step]) -> str:
    """Tell where the draft stands: before the steps, after them, or neither."""
    now = {pair: spot_of(row) for pair, row in desk.placements.items()}
    steps = list(steps)
    if all(same_spot(now.get(one.pair), one.before) for one in steps):
        return "open"
    return "kept" if all(same_spot(now.get(one.pair), one.after) for one in steps) else "stale"


def _settle(
    session: Session,
    timetable: Timetable,
    steps: tuple[Step, ...],
    state: str,
    *,
    actor: Account | None,
    now: datetime,
) -> Trial:
    """Take the steps, or take them back, all at once or not at all."""
    desk = opened(session, timetable, None, now)
    if not steps or _state(desk, steps) != state:
        raise Refusal("draft-changed", hint="The draft was changed meanwhile.")
    spots = {one.pair: one.after if state == "open" else one.before for one in steps}
    after = _with(desk, spots)
    standing = set(broken_rules(desk.drawn, desk.plan))
    trial = Trial(
        meeting=None,
        broken=tuple(one for one in broken_rules(desk.drawn, after) if one not in standing),
        before=measure(desk.drawn, desk.plan),
        after=measure(desk.drawn, after),
    )
    accept(trial)
    for pair, spot in spots.items():
        _put(session, desk, pair, spot)
    session.flush()
    action = "timetable.finished" if state == "open" else "timetable.unfinished"
    journal.write(session, action, timetable, actor=actor, now=now, meetings=len(steps))
    return trial


def _with(desk: Desk, spots: Mapping[PairId, Spot | None]) -> core.Plan:
    """Return the draft's plan with some pairs elsewhere.

    Raises Refusal ``draft-changed`` where a place or a pair is gone.
    """
    kept = [one for one in desk.plan.meetings if desk.drawn.pair(one.key) not in spots]
    for pair, spot in spots.items():
        if spot is None:
            continue
        meeting = meeting_of(desk.drawn, _row(pair, spot))
        if meeting is None or meeting.key not in desk.drawn.instance.by_key:
            raise Refusal("draft-changed", hint="The draft was changed meanwhile.")
        kept.append(meeting)
    return replace(desk.plan, meetings=tuple(kept))


def _row(pair: PairId, spot: Spot) -> Placement:
    return Placement(
        project_id=pair[0],
        investor_id=pair[1],
        slot_id=spot["slot"],
        table_id=spot["table"],
        interpreter_id=spot["interpreter"],
        people=list(spot["people"]),
    )


def _put(session: Session, desk: Desk, pair: PairId, spot: Spot | None) -> None:
    old = desk.placements.get(pair)
    if spot is None:
        if old is not None:
            session.delete(old)
    elif old is None:
        row = _row(pair, spot)
        row.timetable_id = desk.timetable.id
        session.add(row)
    else:
        old.slot_id, old.table_id = spot["slot"], spot["table"]
        old.interpreter_id, old.people = spot["interpreter"], list(spot["people"])


def _told(
    desk: Desk, steps: tuple[Step, ...], before: core.Plan, after: core.Plan
) -> tuple[Told, ...]:
    """Return what each person concerned would be told, most first."""
    instance, drawn = desk.drawn.instance, desk.drawn
    gaps = [count_gaps(instance, plan.meetings) for plan in (before, after)]
    found: dict[str, tuple[list[Step], list[Step]]] = {}
    for one in steps:
        was = one.before or {"slot": "", "people": []}
        for person in dict.fromkeys((*was["people"], *one.after["people"])):
            new, moved = found.setdefault(person, ([], []))
            if person not in was["people"]:
                new.append(one)
            elif person not in one.after["people"] or was["slot"] != one.after["slot"]:
                moved.append(one)
    told = []
    for person, (new, moved) in found.items():
        if not drawn.knows("person", person):
            continue
        name = drawn.name("person", person)
        more = gaps[1].get(name, 0) - gaps[0].get(name, 0)
        if new or moved or more:
            told.append(Told(person=person, new=tuple(new), moved=tuple(moved), gaps=more))
    told.sort(key=lambda one: (-len(one.moved), -len(one.new), drawn.name("person", one.person)))
    return tuple(told)
