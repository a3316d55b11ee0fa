"""Finishing a draft: a job places what was selected, a page shows it, a hand keeps it or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.journey import TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs
from matchmaker.services.jobs import Work, job
from matchmaker.services.meeting.draft import placement_of, tell_seldom
from matchmaker.services.meeting.edit import Desk, PairId, open_desk
from matchmaker.services.meeting.plans import meeting_of
from matchmaker.services.meeting.proposal import same_spot, spot_of
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Timetable

SECONDS = 15.0
MOST_MOVED = 100  # people; who lets more of them move plans anew


def unplaced(desk: Desk) -> list[PairId]:
    """Return the pairs of a draft that are to meet and have no place yet."""
    pairs = [one for one in desk.drawn.instance.pairs if not one.is_never]
    found = [desk.drawn.pair(one.key) for one in pairs]
    return [one for one in found if one not in desk.placements and one not in desk.drawn.fixed]


def queue_finish(
    session: Session,
    timetable: Timetable,
    *,
    pairs: Collection[PairId] = (),
    people: Collection[str] = (),
    slots: Collection[str] = (),
    everything: bool = False,
    most_moved: int = 0,
    actor: Account | None,
    now: datetime,
) -> Job:
    """Queue the placing of the selected pairs, and of all that the selected people wait for.

    ``people`` are persons, or parties without any. ``slots`` limits where; selected alone, or with
    ``everything``, every pair without a place is meant. ``most_moved`` people may get other times.
    Raises Refusal ``wrong-state`` for what is no draft, ``nothing-selected`` where nothing waits.
    """
    if timetable.state is not TimetableState.DRAFT:
        raise Refusal("wrong-state", hint="Only a draft can be changed.")
    desk = open_desk(session, timetable, now=now)
    known = {one.id for one in desk.drawn.ground.slots}
    chosen = [one for one in slots if one in known]
    whole = everything or (bool(chosen) and not pairs and not people)
    wanted = [
        pair
        for pair in unplaced(desk)
        if whole or pair in set(pairs) or _members(desk, pair) & set(people)
    ]
    if not wanted:
        raise Refusal("nothing-selected", hint="Please select pairs that have no place yet.")
    return jobs.enqueue(
        session,
        "finish",
        desk.drawn.ground.roadshow,
        actor=actor,
        now=now,
        timetable=timetable.id,
        pairs=[list(pair) for pair in wanted],
        slots=chosen,
        most=min(max(0, most_moved), MOST_MOVED),
    )


def _members(desk: Desk, pair: PairId) -> set[str]:
    ground = desk.drawn.ground
    sides = (ground.team.get(pair[0], []), ground.delegates.get(pair[1], []))
    return {*pair, *(one.id for side in sides for one in side)}


@job("finish")
def propose_finish(work: Work) -> Mapping[str, Any]:
    """Place what was selected, outside any transaction; the proposal is the job's result."""
    from matchmaker.core.timetable.finish import finish  # noqa: PLC0415 -- slow import

    with work.reading() as session:
        timetable = session.get(Timetable, work.arguments["timetable"])
        if timetable is None or timetable.state is not TimetableState.DRAFT:
            raise Refusal("wrong-state", hint="Only a draft can be changed.")
        desk = open_desk(session, timetable, now=work.now())
        number, drawn = timetable.number, desk.drawn
        asked = {(one[0], one[1]) for one in work.arguments["pairs"]}
        wanted = [drawn.key(pair) for pair in unplaced(desk) if pair in asked]
        fixed = [
            drawn.key(pair)
            for pair, row in desk.placements.items()
            if (row.pinned or pair in drawn.fixed) and _known(desk, pair)
        ]
        spots = {pair: spot_of(row) for pair, row in desk.placements.items()}
        standing = _standing(desk)
    made = finish(
        drawn.instance,
        standing,
        wanted,
        slots=[drawn.name("slot", one) for one in work.arguments["slots"]] or None,
        fixed=fixed,
        most_moved=int(work.arguments["most"]),
        time_limit=SECONDS,
        progress=tell_seldom(work, SECONDS),
    )
    after = {drawn.pair(one.key): spot_of(placement_of(drawn, one)) for one in made.meetings}
    return {
        "url": f"/r/{drawn.ground.roadshow.slug}/timetables/{number}/finish/{work.job_id}",
        "timetable": work.arguments["timetable"],
        "asked": len(wanted),
        "steps": [
            {"pair": list(pair), "before": spots.get(pair), "after": spot}
            for pair, spot in sorted(after.items())
            if not same_spot(spots.get(pair), spot)
        ],
        "left": [
            asdict(one) | dict(zip(("project_id", "investor_id"), drawn.pair(one.key), strict=True))
            for one in made.left_out
        ],
    }


def _known(desk: Desk, pair: PairId) -> bool:
    return desk.drawn.knows("project", pair[0]) and desk.drawn.knows("investor", pair[1])


def _standing(desk: Desk) -> list[core.Meeting]:
    """Return everything on the board, also what is not wanted any more: it takes its place."""
    found = (meeting_of(desk.drawn, row) for row in desk.placements.values())
    return [one for one in found if one is not None]
