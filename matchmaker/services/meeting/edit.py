"""Changing a draft by hand: each change is judged by the referee before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from sqlalchemy import update
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.instance.staffing import attendances
from matchmaker.core.journey import TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import Violation
from matchmaker.services import journal
from matchmaker.services.meeting.draft import placement_of
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.plans import (
    Measures,
    broken_rules,
    lost,
    measure,
    placements_of,
    plan_of,
)
from matchmaker.store.account import Account
from matchmaker.store.meeting import Placement, Timetable
from matchmaker.store.roadshow import Roadshow

PairId = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a change would do: the rules it would break, the measures before and after."""

    meeting: core.Meeting | None
    broken: tuple[Violation, ...]
    before: Measures
    after: Measures

    @property
    def gaps(self) -> int:
        """How many more gaps there would be."""
        return self.after.gaps - self.before.gaps

    @property
    def moves(self) -> int:
        """How many more moves between tables there would be."""
        return self.after.moves - self.before.moves

    @property
    def disturbed(self) -> int:
        """How many more people would lose or change a published time."""
        return self.after.disturbed - self.before.disturbed


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A draft opened for changes: its instance, its plan, its rows."""

    timetable: Timetable
    drawn: Drawn
    placements: dict[PairId, Placement]
    plan: core.Plan


def open_desk(
    session: Session, timetable: Timetable, *, now: datetime, drawn: Drawn | None = None
) -> Desk:
    """Read what changing (or showing) a version needs."""
    roadshow = session.get_one(Roadshow, timetable.roadshow_id)
    drawn = drawn or draw(session, roadshow, now=now)
    placements = placements_of(session, timetable)
    return Desk(
        timetable=timetable,
        drawn=drawn,
        placements={(one.project_id, one.investor_id): one for one in placements},
        plan=plan_of(drawn, placements),
    )


def try_place(desk: Desk, pair: PairId, slot_id: str, table_id: str) -> Trial:
    """Return what placing (or moving) a pair to a slot and table would do; changes nothing."""
    key, slot, table = _names(desk, pair, slot_id, table_id)
    others = tuple(one for one in desk.plan.meetings if one.key != key)
    standing = set(broken_rules(desk.drawn, replace(desk.plan, meetings=others)))
    best: tuple[list[Violation], core.Meeting] | None = None
    for people, interpreter in _staffings(desk.drawn, others, key, slot):
        meeting = core.Meeting(
            project=key[0],
            investor=key[1],
            slot=slot,
            table=table,
            people=people,
            interpreter=interpreter,
        )
        after = replace(desk.plan, meetings=(*others, meeting))
        broken = [one for one in broken_rules(desk.drawn, after) if one not in standing]
        if best is None or len(broken) < len(best[0]):
            best = broken, meeting
        if not broken:
            break
    if best is None:
        raise Refusal("nobody-to-sit", hint="Nobody of one side can sit there.")
    broken, meeting = best
    after = replace(desk.plan, meetings=(*others, meeting))
    return Trial(
        meeting=meeting,
        broken=tuple(broken),
        before=measure(desk.drawn, desk.plan),
        after=measure(desk.drawn, after),
    )


def try_remove(desk: Desk, pair: PairId) -> Trial:
    """Return what taking a pair off the draft would do; changes nothing."""
    key = desk.drawn.key(pair)
    after = replace(desk.plan, meetings=tuple(one for one in desk.plan.meetings if one.key != key))
    standing = set(broken_rules(desk.drawn, desk.plan))
    broken = [one for one in broken_rules(desk.drawn, after) if one not in standing]
    return Trial(
        meeting=None,
        broken=tuple(broken),
        before=measure(desk.drawn, desk.plan),
        after=measure(desk.drawn, after),
    )


def place(
    session: Session,
    timetable: Timetable,
    pair: PairId,
    *,
    slot_id: str,
    table_id: str,
    revision: int | None = None,
    actor: Account | None,
    now: datetime,
) -> Trial:
    """Place a pair of the draft, or move it; refused where a rule would break."""
    desk = opened(session, timetable, revision, now)
    trial = try_place(desk, pair, slot_id, table_id)
    accept(trial)
    assert trial.meeting is not None
    row = placement_of(desk.drawn, trial.meeting)
    old = desk.placements.get(pair)
    if old is None:
        row.timetable_id = timetable.id
        session.add(row)
    else:
        _reseat(old, row)
    session.flush()
    journal.write(session, "placement.set", timetable, actor=actor, now=now, project=pair[0])
    return trial


def exchange(
    session: Session,
    timetable: Timetable,
    pair: PairId,
    other: PairId,
    *,
    actor: Account | None,
    now: datetime,
) -> Trial:
    """Let two placed pairs of the draft change places; refused where a rule would break."""
    desk = opened(session, timetable, None, now)
    rows = desk.placements.get(pair), desk.placements.get(other)
    if rows[0] is None or rows[1] is None:
        raise Refusal("not-placed", hint="This pair is not placed.")
    seats = [(row.slot_id, row.table_id) for row in rows if row is not None]
    key = desk.drawn.key(pair)
    without = replace(
        desk, plan=_without(desk.plan, key, desk.drawn.key(other)), placements=desk.placements
    )
    first = try_place(without, pair, *seats[1])
    accept(first)
    assert first.meeting is not None
    halfway = replace(
        without, plan=replace(without.plan, meetings=(*without.plan.meetings, first.meeting))
    )
    second = try_place(halfway, other, *seats[0])
    accept(second)
    assert second.meeting is not None
    for row, meeting in zip(rows, (first.meeting, second.meeting), strict=True):
        _reseat(row, placement_of(desk.drawn, meeting))  # type: ignore[arg-type]
    session.flush()
    journal.write(session, "placement.exchanged", timetable, actor=actor, now=now, project=pair[0])
    return replace(second, before=measure(desk.drawn, desk.plan))


def _without(plan: core.Plan, *keys: core.Key) -> core.Plan:
    return replace(plan, meetings=tuple(one for one in plan.meetings if one.key not in keys))


def _reseat(old: Placement, new: Placement) -> None:
    old.slot_id, old.table_id = new.slot_id, new.table_id
    old.interpreter_id, old.people = new.interpreter_id, new.people


def remove(
    session: Session,
    timetable: Timetable,
    pair: PairId,
    *,
    revision: int | None = None,
    actor: Account | None,
    now: datetime,
) -> None:
    """Take a pair off the draft."""
    desk = opened(session, timetable, revision, now)
    row = desk.placements.get(pair)
    if row is None:
        raise Refusal("not-placed", hint="This pair is not placed.")
    if pair in desk.drawn.fixed:
        raise Refusal("fixed", hint="This meeting has begun or was held; it stays.")
    session.delete(row)
    session.flush()
    journal.write(session, "placement.removed", timetable, actor=actor, now=now, project=pair[0])


def pin(
    session: Session,
    timetable: Timetable,
    pair: PairId,
    pinned: bool,
    *,
    revision: int | None = None,
    actor: Account | None,
    now: datetime,
) -> None:
    """Hold a placement where it is when the draft is planned again, or let it go."""
    desk = opened(session, timetable, revision, now)
    row = desk.placements.get(pair)
    if row is None:
        raise Refusal("not-placed", hint="This pair is not placed.")
    row.pinned = pinned
    session.flush()
    action = "placement.pinned" if pinned else "placement.released"
    journal.write(session, action, timetable, actor=actor, now=now, project=pair[0])


def remove_lost(
    session: Session, timetable: Timetable, *, actor: Account | None, now: datetime
) -> int:
    """Take off the draft every pair that is not wanted any more."""
    desk = opened(session, timetable, None, now)
    gone = lost(desk.drawn, list(desk.placements.values()))
    for row in gone:
        session.delete(row)
    session.flush()
    journal.write(session, "placements.lost", timetable, actor=actor, now=now, count=len(gone))
    return len(gone)


def _names(desk: Desk, pair: PairId, slot_id: str, table_id: str) -> tuple[core.Key, str, str]:
    drawn = desk.drawn
    known = drawn.knows("project", pair[0]) and drawn.knows("investor", pair[1])
    wanted = known and (wish := drawn.instance.by_key.get(drawn.key(pair))) and not wish.is_never
    if not wanted:
        raise Refusal("not-paired", hint="This pair is not among the pairings.")
    if not (drawn.knows("slot", slot_id) and drawn.knows("table", table_id)):
        raise Refusal("unknown-place", hint="There is no such slot or table.")
    return drawn.key(pair), drawn.name("slot", slot_id), drawn.name("table", table_id)


def _staffings(
    drawn: Drawn, others: tuple[core.Meeting, ...], key: core.Key, slot: str
) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Yield who might attend and interpret, those who are free first, seniors first."""
    instance = drawn.instance
    pair = instance.by_key[key]
    project, investor = instance.parties_of(pair)
    busy = {name for one in others if one.slot == slot for name in one.people}
    busy |= {one.interpreter for one in others if one.slot == slot and one.interpreter}
    away = {one.id for one in instance.people if slot in one.away}
    groups = [
        tuple(dict.fromkeys(ours + theirs))
        for ours, theirs in product(
            attendances(project, pair.people), attendances(investor, pair.people)
        )
    ]
    groups.sort(key=lambda people: sum(name in busy or name in away for name in people))
    helpers = [
        None,
        *(one.id for one in instance.interpreters if slot not in one.away and one.id not in busy),
    ]
    for people in groups[:24]:
        for interpreter in helpers:
            yield people, interpreter


def opened(session: Session, timetable: Timetable, revision: int | None, now: datetime) -> Desk:
    """Open a draft and count the change, so that two hands do not overwrite each other.

    Raises Refusal ``wrong-state`` for a published version, ``stale`` where somebody was quicker.
    """
    if timetable.state is not TimetableState.DRAFT:
        raise Refusal("wrong-state", hint="Only a draft can be changed.")
    seen = timetable.revision if revision is None else revision
    taken = session.execute(
        update(Timetable)
        .where(
            Timetable.id == timetable.id,
            Timetable.revision == seen,
            Timetable.state == TimetableState.DRAFT,
        )
        .values(revision=seen + 1)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("stale", hint="The draft was changed meanwhile.")
    session.refresh(timetable)
    return open_desk(session, timetable, now=now)


def accept(trial: Trial) -> None:
    """Raise Refusal ``breaks-rules`` where a trial breaks any."""
    if trial.broken:
        raise Refusal(
            "breaks-rules",
            hint=" ".join(one.sentence for one in trial.broken[:5]),
            count=len(trial.broken),
            rules=sorted({one.rule for one in trial.broken}),
            violations=trial.broken,
        )
