"""Finishing a draft: proposed by a job, shown with its cost, kept, taken back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting
from matchmaker.services.meeting import edit, programme
from matchmaker.services.meeting.plans import placements_of
from matchmaker.store.journal import Job
from matchmaker.store.meeting import Timetable
from tests.services.roadshows import Show, make_show, run_job, simple_draft
from tests.services.test_meeting_chain import proposed, published

Pair = tuple[str, str]


def emptied(session: Session, now: datetime, count: int) -> tuple[Show, Timetable, list[Pair]]:
    """Return a draft from which so many meetings were taken off."""
    show = make_show(session, now)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    pairs = [(one.project_id, one.investor_id) for one in placements_of(session, timetable)[:count]]
    for pair in pairs:
        edit.remove(session, timetable, pair, actor=show.organiser, now=now)
    return show, timetable, pairs


def finished(
    session: Session, show: Show, timetable: Timetable, now: datetime, **asked: Any
) -> Job:
    job = meeting.queue_finish(session, timetable, actor=show.organiser, now=now, **asked)
    job.result = run_job(session, job, now)
    session.flush()
    return job


def places(session: Session, timetable: Timetable) -> dict[Pair, tuple[str, str]]:
    session.expire_all()
    return {
        (one.project_id, one.investor_id): (one.slot_id, one.table_id)
        for one in placements_of(session, timetable)
    }


def test_selected_pairs_are_placed_shown_kept_and_taken_back(
    session: Session, now: datetime
) -> None:
    show, timetable, pairs = emptied(session, now, 3)
    before = places(session, timetable)
    job = finished(session, show, timetable, now, pairs=pairs[:2])
    assert places(session, timetable) == before

    shown = meeting.proposal(session, timetable, job, now=now)
    assert [one.pair for one in shown.placed] == sorted(pairs[:2])
    assert (shown.state, shown.asked, shown.moved, shown.left) == ("open", 2, (), ())
    assert {one.person for one in shown.people if one.new} == {
        person.id
        for project, investor in pairs[:2]
        for person in (*show.team[project], *show.delegates[investor])
    }
    assert shown.after.meetings == shown.before.meetings + 2

    meeting.keep_finish(session, timetable, job, actor=show.organiser, now=now)
    kept = places(session, timetable)
    assert kept.keys() == before.keys() | set(pairs[:2])
    assert before.items() <= kept.items()
    assert meeting.proposal(session, timetable, job, now=now).state == "kept"
    with pytest.raises(Refusal) as twice:
        meeting.keep_finish(session, timetable, job, actor=show.organiser, now=now)
    assert twice.value.reason == "draft-changed"

    meeting.undo_finish(session, timetable, job, actor=show.organiser, now=now)
    assert places(session, timetable) == before


def test_people_and_slots_are_selected_too(session: Session, now: datetime) -> None:
    show, timetable, pairs = emptied(session, now, 3)
    person = show.delegates[pairs[0][1]][0].id
    job = finished(session, show, timetable, now, people=[person])
    mine = {pair for pair in pairs if pair[1] == pairs[0][1]}
    assert {one.pair for one in meeting.proposal(session, timetable, job, now=now).placed} == mine

    taken = Counter(slot for slot, _ in places(session, timetable).values())
    only = next(slot.id for slot in show.slots if taken[slot.id] < len(show.tables))
    job = finished(session, show, timetable, now, slots=[only])
    shown = meeting.proposal(session, timetable, job, now=now)
    assert shown.asked == 3
    assert {one.after["slot"] for one in shown.placed} == {only}
    assert len(shown.placed) + len(shown.left) == 3
    assert all(one["reason"] and one["smallest_change"] for one in shown.left)


def test_what_cannot_be_placed_says_why_and_a_move_may_make_room(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now, projects=1, investors=2, slots=2, tables=1)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    first = placements_of(session, timetable)[0]
    waiting = placements_of(session, timetable)[1]
    pair, taken = (waiting.project_id, waiting.investor_id), first.slot_id
    edit.remove(session, timetable, pair, actor=show.organiser, now=now)
    other = next(one for one in show.slots if one.id != taken)
    programme.add_absence(
        session,
        show.delegates[pair[1]][0],
        starts_at=other.starts_at,
        ends_at=other.starts_at + timedelta(minutes=5),
        actor=show.organiser,
        now=now,
    )
    still = finished(session, show, timetable, now, pairs=[pair])
    left = meeting.proposal(session, timetable, still, now=now).left
    assert [(one["project_id"], one["investor_id"]) for one in left] == [pair]
    assert left[0]["reason"] in ("person-busy", "better-use")

    loose = finished(session, show, timetable, now, pairs=[pair], most_moved=2)
    shown = meeting.proposal(session, timetable, loose, now=now)
    assert ([one.pair for one in shown.placed], len(shown.moved), shown.left) == ([pair], 1, ())
    assert sum(bool(one.moved) for one in shown.people) == 2
    meeting.keep_finish(session, timetable, loose, actor=show.organiser, now=now)
    assert places(session, timetable)[pair][0] == taken

    edit.pin(session, timetable, pair, True, actor=show.organiser, now=now)
    edit.remove(
        session,
        timetable,
        (first.project_id, first.investor_id),
        actor=show.organiser,
        now=now,
    )
    with pytest.raises(Refusal) as changed:
        meeting.undo_finish(session, timetable, loose, actor=show.organiser, now=now)
    assert changed.value.reason == "draft-changed"


def test_only_drafts_are_finished_and_only_what_waits(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    timetable = published(session, show, now)
    for asked, reason in (({"everything": True}, "wrong-state"), ({}, "wrong-state")):
        with pytest.raises(Refusal) as no:
            meeting.queue_finish(session, timetable, actor=show.organiser, now=now, **asked)
        assert no.value.reason == reason
    draft = meeting.draft_from_published(session, show.roadshow, actor=show.organiser, now=now)
    with pytest.raises(Refusal) as nothing:
        meeting.queue_finish(session, draft, everything=True, actor=show.organiser, now=now)
    assert nothing.value.reason == "nothing-selected"


def test_nothing_is_planned_into_the_past(session: Session, now: datetime) -> None:
    show, timetable, pairs = emptied(session, now, 1)
    during = show.slots[1].starts_at
    job = finished(session, show, timetable, during, pairs=pairs)
    shown = meeting.proposal(session, timetable, job, now=during)
    assert {one.after["slot"] for one in shown.placed} <= {one.id for one in show.slots[2:]}
    assert len(shown.placed) + len(shown.left) == 1
