"""Drafts of the timetable: made by the planner, changed by hand, thrown away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs, journal
from matchmaker.services.jobs import Work, job
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.instance import draw
from matchmaker.services.meeting.plans import placements_of, plan_of, published_of
from matchmaker.services.meeting.reading import live_meetings, slots_of, tables_of
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Placement, Timetable
from matchmaker.store.pairing import PairingRound
from matchmaker.store.roadshow import Roadshow

KEEP = ("few", "most", "all", "free", "draft")
"""What a new plan holds on to: as few published changes as worth it, or changes for at most so many
people, everything published, nothing, or everything that a draft has placed already."""
LONGEST = 300.0  # seconds a plan may take
USUAL = 20.0


def queue_plan(
    session: Session,
    roadshow: Roadshow,
    *,
    seconds: float = USUAL,
    keep: str = "few",
    base: Timetable | None = None,
    most_disturbed: int = 0,
    seed: int = 0,
    prove: bool = False,
    actor: Account | None,
    now: datetime,
) -> Job:
    """Queue the making of a draft from the approved pairings.

    What is pinned in ``base``, a draft, keeps its slot and table (with ``keep="draft"``:
    everything in it). With ``keep="most"`` at most ``most_disturbed`` people lose or change a
    published time, but for those whose meeting cannot stay. ``prove``: go on until a proof that
    nothing is better, or until time is up. Refused when there are no slots or
    tables, or no approved pairings.
    """
    if keep not in KEEP:
        raise Refusal("unknown-option", hint="There is no such option.")
    _ready(session, roadshow)
    return jobs.enqueue(
        session,
        "plan",
        roadshow,
        actor=actor,
        now=now,
        once=True,
        seconds=min(max(1.0, float(seconds)), LONGEST),
        keep=keep,
        base=base.id if base else None,
        most=max(0, int(most_disturbed)) if keep == "most" else None,
        seed=seed,
        prove=prove,
    )


@job("plan")
def make_draft(work: Work) -> Mapping[str, Any]:
    """Plan outside any transaction and keep the result as a draft."""
    from matchmaker.core.timetable import plan  # noqa: PLC0415 -- slow import

    keep = str(work.arguments.get("keep", "few"))
    seconds = float(work.arguments.get("seconds", USUAL))
    with work.reading() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        drawn = draw(session, roadshow, now=work.now())
        pinned = _pinned(session, roadshow, drawn, work.arguments.get("base"), keep)
    instance = _held(drawn, keep, pinned)

    found = plan(
        instance,
        time_limit=seconds,
        seed=int(work.arguments.get("seed", 0)),
        most_disturbed=work.arguments.get("most"),
        prove=True if work.arguments.get("prove") else None,
        progress=tell_seldom(work, seconds),
    )
    with work.writing() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        actor = session.get(Account, work.actor_id) if work.actor_id else None
        timetable = keep_plan(session, roadshow, drawn, found, actor=actor, now=work.now())
        made = {
            "timetable": timetable.id,
            "number": timetable.number,
            "url": f"/r/{roadshow.slug}/timetables/{timetable.number}",
        }
        return jobs.keep(session, work, made)


def keep_plan(
    session: Session,
    roadshow: Roadshow,
    drawn: Drawn,
    plan: core.Plan,
    *,
    actor: Account | None,
    now: datetime,
) -> Timetable:
    """Remember a plan as a new draft; refused when its slots or tables went away meanwhile."""
    _still_there(session, roadshow, drawn, plan)
    timetable = new_draft(session, roadshow, actor=actor, now=now)
    timetable.status, timetable.solver = plan.status, plan.solver[:80]
    timetable.seconds = plan.seconds
    timetable.totals = asdict(plan.totals)
    timetable.left_out = [
        asdict(one) | dict(zip(("project_id", "investor_id"), drawn.pair(one.key), strict=True))
        for one in plan.left_out
    ]
    timetable.floors = [asdict(one) for one in plan.floors]
    for meeting in plan.meetings:
        timetable.placements.append(placement_of(drawn, meeting))
    session.flush()
    journal.write(
        session,
        "timetable.drafted",
        timetable,
        actor=actor,
        now=now,
        number=timetable.number,
        meetings=len(plan.meetings),
    )
    return timetable


def _still_there(session: Session, roadshow: Roadshow, drawn: Drawn, plan: core.Plan) -> None:
    there = {row.id for row in slots_of(session, roadshow)}
    there |= {row.id for row in tables_of(session, roadshow)}
    for meeting in plan.meetings:
        places = {drawn.id("slot", meeting.slot), drawn.id("table", meeting.table)}
        if not places <= there:
            raise Refusal(
                "ground-changed", hint="Slots or tables were removed meanwhile; please plan again."
            )


def new_draft(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> Timetable:
    """Return a new, empty draft with the next number."""
    session.execute(select(Roadshow.id).where(Roadshow.id == roadshow.id).with_for_update())
    number = session.scalar(
        select(func.coalesce(func.max(Timetable.number), 0)).where(
            Timetable.roadshow_id == roadshow.id
        )
    )
    timetable = Timetable(
        roadshow_id=roadshow.id,
        number=int(number or 0) + 1,
        state=TimetableState.DRAFT,
        drafted_at=now,
        drafted_by_id=actor.id if actor else None,
        totals={},
        left_out=[],
        floors=[],
    )
    session.add(timetable)
    session.flush()
    return timetable


def draft_from_published(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> Timetable:
    """Return a new draft that holds what stands now: scheduled and held meetings."""
    if published_of(session, roadshow) is None:
        raise Refusal("nothing-published", hint="No timetable is published yet.")
    timetable = new_draft(session, roadshow, actor=actor, now=now)
    for meeting in live_meetings(session, roadshow):
        if meeting.state is MeetingState.NO_SHOW:
            continue
        timetable.placements.append(
            Placement(
                project_id=meeting.project_id,
                investor_id=meeting.investor_id,
                slot_id=meeting.slot_id,
                table_id=meeting.table_id,
                interpreter_id=meeting.interpreter_id,
                people=[one.person_id for one in meeting.people],
            )
        )
    session.flush()
    return timetable


def discard(
    session: Session, timetable: Timetable, *, actor: Account | None, now: datetime
) -> None:
    """Throw a draft away; a version that was published stays."""
    if timetable.state is not TimetableState.DRAFT:
        raise Refusal("wrong-state", hint="Only a draft can be thrown away.")
    journal.write(
        session, "timetable.discarded", timetable, actor=actor, now=now, number=timetable.number
    )
    session.delete(timetable)
    session.flush()


def placement_of(drawn: Drawn, meeting: core.Meeting) -> Placement:
    """Return a placed meeting as a row."""
    project, investor = drawn.pair(meeting.key)
    return Placement(
        project_id=project,
        investor_id=investor,
        slot_id=drawn.id("slot", meeting.slot),
        table_id=drawn.id("table", meeting.table),
        interpreter_id=(
            drawn.id("interpreter", meeting.interpreter) if meeting.interpreter else None
        ),
        people=drawn.persons(meeting.people),
    )


def approved_round(session: Session, roadshow: Roadshow) -> PairingRound | None:
    """Return the newest round of pairings if it is approved."""
    newest = session.scalars(
        select(PairingRound)
        .where(PairingRound.roadshow_id == roadshow.id)
        .order_by(PairingRound.number.desc())
        .limit(1)
    ).first()
    return newest if newest is not None and newest.approved_at is not None else None


def _ready(session: Session, roadshow: Roadshow) -> None:
    if not slots_of(session, roadshow):
        raise Refusal("no-slots", hint="Please enter slots first.")
    if not tables_of(session, roadshow):
        raise Refusal("no-tables", hint="Please enter tables first.")
    if approved_round(session, roadshow) is None:
        raise Refusal("pairings-not-approved", hint="Please approve the pairings first.")


def _pinned(
    session: Session, roadshow: Roadshow, drawn: Drawn, base: str | None, keep: str
) -> list[core.Meeting]:
    """Return what a draft holds on to."""
    draft = session.get(Timetable, base) if base else None
    if draft is None or draft.roadshow_id != roadshow.id:
        return []
    rows = [one for one in placements_of(session, draft) if one.pinned or keep == "draft"]
    return list(plan_of(drawn, rows).meetings)


def _held(drawn: Drawn, keep: str, pinned: Sequence[core.Meeting]) -> core.Instance:
    """Return the instance with what is to be held on to as pins."""
    instance = drawn.instance
    if keep == "free":
        instance = replace(instance, published=())
    held: dict[core.Key, core.Meeting | core.PublishedMeeting] = {}
    if keep == "all":
        held |= {one.key: one for one in instance.published}
    held |= {one.key: one for one in pinned}
    away = {person.id: person.away for person in instance.people}

    def hold(pair: core.WantedPair) -> core.WantedPair:
        old = held.get(pair.key)
        if old is None or pair.is_never or pair.slot is not None:
            return pair
        if any(old.slot in away[name] for name in old.people):
            return pair  # somebody cannot be there any more: this one has to move
        return replace(pair, state="pinned", slot=old.slot, table=old.table, people=old.people)

    return replace(instance, pairs=tuple(hold(pair) for pair in instance.pairs))


def tell_seldom(work: Work, seconds: float) -> Callable[[Any], bool]:
    """Return what tells a job's page how far a plan has come, about twice a second: each telling
    is a transaction.
    """
    last = {"at": 0.0, "answer": True}

    def tell(progress: Any) -> bool:
        if monotonic() - float(last["at"]) >= 0.5:
            share = 1 - progress.seconds_left / seconds
            last["answer"] = work.progress(
                min(0.99, max(0.0, share)),
                progress.stage,
                meetings=progress.meetings,
                score=round(progress.score, 1),
                bound=round(progress.bound, 1),
                gaps=progress.gaps,
                least=progress.least_gaps,
                left=round(progress.seconds_left),
            )
            last["at"] = monotonic()
        return bool(last["answer"])

    return tell
