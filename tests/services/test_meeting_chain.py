"""From candidates to booked meetings: the chain that the product is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core import timetable as core_timetable
from matchmaker.core.instance import Instance, Plan
from matchmaker.core.journey import MeetingState, PairingState, TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.core.timetable import Progress, plan
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting import draft, edit, programme
from matchmaker.services.meeting.plans import placements_of
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import Claim, Timetable
from matchmaker.store.pairing import Pairing
from tests.services.roadshows import Show, Work, make_show, run_job


def drafted(session: Session, show: Show, now: datetime, **options: object) -> Timetable:
    options = {"seconds": 2} | options
    job = draft.queue_plan(session, show.roadshow, actor=show.organiser, now=now, **options)
    return session.get_one(Timetable, run_job(session, job, now)["timetable"])


def proposed(session: Session, show: Show, now: datetime) -> None:
    round_ = pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    pairing.approve(session, show.roadshow, number=round_.number, actor=show.organiser, now=now)


def published(session: Session, show: Show, now: datetime) -> Timetable:
    proposed(session, show, now)
    timetable = drafted(session, show, now)
    meeting.publish(session, timetable, actor=show.organiser, now=now)
    return timetable


def test_proposals_become_a_draft_and_a_draft_becomes_meetings(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    states = dict(
        session.execute(select(Pairing.state, func.count()).group_by(Pairing.state)).all()
    )
    assert states == {PairingState.PROPOSED: 8, PairingState.LEFT_OUT: 4}

    timetable = drafted(session, show, now, seconds=20)
    assert (timetable.state, timetable.number, timetable.totals["meetings"]) == (
        TimetableState.DRAFT,
        1,
        8,
    )
    assert len(placements_of(session, timetable)) == 8
    assert live_meetings(session, show.roadshow) == []

    outlook = meeting.outlook(session, timetable, now=now)
    assert (len(outlook.changes.added), outlook.violations, outlook.lost) == (8, (), 0)
    meeting.publish(session, timetable, actor=show.organiser, now=now)
    booked = live_meetings(session, show.roadshow)
    assert {one.state for one in booked} == {MeetingState.SCHEDULED}
    assert len(booked) == 8
    # two people and a table for four ticks each
    assert session.scalar(select(func.count()).select_from(Claim)) == 8 * 3 * 4
    assert session.scalar(select(func.count()).select_from(Mail)) == outlook.mails
    assert list(meeting.meeting_violations(session)) == []


def test_a_hand_moves_what_no_rule_forbids_and_is_told_what_one_does(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now, projects=1, investors=2)
    proposed(session, show, now)
    timetable = drafted(session, show, now)
    first, second = placements_of(session, timetable)
    pair = (first.project_id, first.investor_id)
    with pytest.raises(Refusal) as no:
        edit.place(
            session,
            timetable,
            pair,
            slot_id=second.slot_id,
            table_id=second.table_id,
            actor=show.organiser,
            now=now,
        )
    assert (no.value.reason, no.value.facts["rules"]) == (
        "breaks-rules",
        ["person-twice", "table-twice"],
    )
    free = next(slot for slot in show.slots if slot.id not in {first.slot_id, second.slot_id})
    trial = edit.place(
        session,
        timetable,
        pair,
        slot_id=free.id,
        table_id=show.tables[1].id,
        revision=timetable.revision,
        actor=show.organiser,
        now=now,
    )
    assert trial.broken == ()
    assert (first.slot_id, first.table_id) == (free.id, show.tables[1].id)
    with pytest.raises(Refusal) as no:
        edit.remove(session, timetable, pair, revision=1, actor=show.organiser, now=now)
    assert no.value.reason == "stale"
    edit.remove(session, timetable, pair, actor=show.organiser, now=now)
    assert len(placements_of(session, timetable)) == 1


def test_a_new_version_moves_and_cancels_and_counts_the_changes(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now, projects=1, investors=2)
    published(session, show, now)
    before = {one.investor_id: one for one in live_meetings(session, show.roadshow)}
    kept, gone = before[show.investors[0].id], before[show.investors[1].id]

    later = now + timedelta(hours=1)
    copy = meeting.draft_from_published(session, show.roadshow, actor=show.organiser, now=later)
    free = next(slot for slot in show.slots if slot.id not in {kept.slot_id, gone.slot_id})
    pair = (kept.project_id, kept.investor_id)
    edit.place(
        session,
        copy,
        pair,
        slot_id=free.id,
        table_id=kept.table_id,
        actor=show.organiser,
        now=later,
    )
    edit.remove(session, copy, (gone.project_id, gone.investor_id), actor=show.organiser, now=later)
    look = meeting.outlook(session, copy, now=later)
    assert (len(look.changes.moved), len(look.changes.removed), look.mails) == (1, 1, 3)
    assert len(look.changes.disturbed) == 3
    booked = meeting.publish(session, copy, actor=show.organiser, now=later)
    assert (len(booked.added), len(booked.moved), len(booked.cancelled)) == (0, 1, 1)
    assert (kept.sequence, kept.slot_id, kept.state) == (1, free.id, MeetingState.SCHEDULED)
    assert (gone.sequence, gone.state) == (1, MeetingState.CANCELLED)
    states = [one.state for one in session.scalars(select(Timetable).order_by(Timetable.number))]
    assert states == [TimetableState.SUPERSEDED, TimetableState.PUBLISHED]
    assert list(meeting.meeting_violations(session)) == []


def test_a_published_version_cannot_be_published_again_or_thrown_away(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now)
    timetable = published(session, show, now)
    with pytest.raises(Refusal) as no:
        meeting.publish(session, timetable, actor=show.organiser, now=now)
    assert no.value.reason == "wrong-state"
    with pytest.raises(Refusal) as no:
        meeting.discard(session, timetable, actor=show.organiser, now=now)
    assert no.value.reason == "wrong-state"


def test_a_draft_seen_before_another_was_published_is_stale(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    first, second = drafted(session, show, now), drafted(session, show, now)
    meeting.publish(session, first, replaces=None, actor=show.organiser, now=now)
    with pytest.raises(Refusal) as no:
        meeting.publish(session, second, replaces=None, actor=show.organiser, now=now)
    assert no.value.reason == "stale"
    meeting.publish(session, second, replaces=first.id, actor=show.organiser, now=now)


def test_a_pinned_placement_stays_when_the_draft_is_planned_again(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    first = drafted(session, show, now)
    row = placements_of(session, first)[-1]
    pair = (row.project_id, row.investor_id)
    edit.pin(session, first, pair, True, actor=show.organiser, now=now)
    again = drafted(session, show, now, base=first)
    place = next(
        (one.slot_id, one.table_id)
        for one in placements_of(session, again)
        if (one.project_id, one.investor_id) == pair
    )
    assert place == (row.slot_id, row.table_id)


def test_nobody_moves_when_everything_published_is_to_stay(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    published(session, show, now)
    pairing.forbid(
        session,
        show.roadshow,
        (
            live_meetings(session, show.roadshow)[0].project_id,
            live_meetings(session, show.roadshow)[0].investor_id,
        ),
        actor=show.organiser,
        now=now,
    )
    again = drafted(session, show, now, keep="all")
    look = meeting.outlook(session, again, now=now)
    assert (len(look.changes.moved), len(look.changes.removed)) == (0, 1)


def test_two_meetings_change_places_or_neither_does(session: Session, now: datetime) -> None:
    show = make_show(session, now, projects=1, investors=3)
    proposed(session, show, now)
    timetable = drafted(session, show, now)
    first, second = placements_of(session, timetable)[:2]
    places = [(one.slot_id, one.table_id) for one in (first, second)]
    pairs = [(one.project_id, one.investor_id) for one in (first, second)]
    trial = edit.exchange(session, timetable, *pairs, actor=show.organiser, now=now)
    assert (trial.broken, trial.after.meetings) == ((), 3)
    assert [(one.slot_id, one.table_id) for one in (second, first)] == places

    slot = next(one for one in show.slots if one.id == second.slot_id)
    person = show.delegates[pairs[0][1]][0]
    programme.add_absence(
        session,
        person,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + timedelta(minutes=5),
        actor=show.organiser,
        now=now,
    )
    with pytest.raises(Refusal) as no:
        edit.exchange(session, timetable, *pairs, actor=show.organiser, now=now)
    assert (no.value.reason, no.value.facts["rules"]) == ("breaks-rules", ["away"])
    assert [(one.slot_id, one.table_id) for one in (second, first)] == places


def test_a_proof_is_asked_for_with_a_job_which_tells_how_few_gaps_there_could_be_and_hears_a_stop(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    told: list[tuple[str, int]] = []

    class Stopped(Work):
        def progress(self, share: float, note: str = "", **facts: Any) -> bool:
            told.append((note, facts["least"]))
            return False

    def planned(instance: Instance, **options: Any) -> Plan:
        assert options["prove"] is True
        assert options["progress"](Progress(stage="proving", gaps=3, least_gaps=2)) is False
        return plan(instance, time_limit=options["time_limit"])

    monkeypatch.setattr(core_timetable, "plan", planned)
    asked = {"seconds": 60, "prove": True, "actor": show.organiser, "now": now}
    job = draft.queue_plan(session, show.roadshow, **asked)
    made = draft.make_draft(Stopped(session, job, now))  # type: ignore[arg-type]
    assert told == [("proving", 2)]
    assert len(placements_of(session, session.get_one(Timetable, made["timetable"]))) == 8
