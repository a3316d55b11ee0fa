"""From candidates to booked meetings: the chain that the product is for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, PairingState, TimetableState, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting import draft, edit, programme
from matchmaker.services.meeting.plans import placements_of
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import Claim, Meeting, Timetable
from matchmaker.store.pairing import Pairing
from matchmaker.store.profile import Delegate, TeamMember
from tests.services.roadshows import Show, make_show, run_job, wish


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


def test_a_no_is_never_paired_and_a_must_comes_first(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    wish(session, show, show.pair(0, 0), "investor", Wish.NO)
    wish(session, show, show.pair(0, 3), "project", Wish.MUST)
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    rows = {
        (row.project_id, row.investor_id): row.state for row in session.scalars(select(Pairing))
    }
    assert show.pair(0, 0) not in rows
    assert rows[show.pair(0, 3)] is PairingState.PROPOSED
    with pytest.raises(Refusal) as no:
        pairing.pin(session, show.roadshow, show.pair(0, 0), actor=show.organiser, now=now)
    assert no.value.reason == "side-says-no"


def test_a_left_out_pair_says_what_fills_its_place(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    row = session.scalars(
        select(Pairing).where(
            Pairing.project_id == show.projects[0].id, Pairing.state == PairingState.LEFT_OUT
        )
    ).first()
    assert row is not None
    assert (row.reason, row.facts["change"]) == ("project-full", "raise max of project:P01 to 2")


def test_the_cost_of_a_pin_is_what_the_pin_then_does(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    out = session.scalars(select(Pairing).where(Pairing.state == PairingState.LEFT_OUT)).first()
    assert out is not None
    pair = (out.project_id, out.investor_id)
    before = _standing(session)
    told = pairing.cost_of(session, show.roadshow, "pin", pair, now=now)
    done = pairing.pin(session, show.roadshow, pair, actor=show.organiser, now=now)
    after = _standing(session)
    assert told == done
    assert (set(told.added), set(told.removed)) == (after - before, before - after)
    assert pair in after
    assert told.score < 0

    back = pairing.release(session, show.roadshow, pair, actor=show.organiser, now=now)
    assert back.kept
    assert session.scalars(select(Pairing).where(Pairing.state == PairingState.PINNED)).all() == []


def test_a_prohibition_outlives_the_next_proposal(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    proposed(session, show, now)
    pair = show.pair(0, 0)
    pairing.forbid(session, show.roadshow, pair, actor=show.organiser, now=now)
    proposed(session, show, now)
    row = session.scalars(
        select(Pairing).where(Pairing.project_id == pair[0], Pairing.investor_id == pair[1])
    ).one()
    assert row.state is PairingState.FORBIDDEN
    assert pair not in _standing(session)


def test_planning_wants_slots_tables_and_an_approval(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    with pytest.raises(Refusal) as no:
        draft.queue_plan(session, show.roadshow, actor=show.organiser, now=now)
    assert no.value.reason == "pairings-not-approved"
    with pytest.raises(Refusal) as no:
        pairing.approve(session, show.roadshow, number=1, actor=show.organiser, now=now)
    assert no.value.reason == "nothing-proposed"


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


def test_what_was_held_stays_and_a_plan_works_around_it(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    published(session, show, now)
    held = live_meetings(session, show.roadshow)[0]
    meeting.mark(session, held, MeetingState.HELD, actor=show.organiser, now=now)
    place = (held.slot_id, held.table_id)
    again = drafted(session, show, now, keep="free")
    row = next(
        one
        for one in placements_of(session, again)
        if (one.project_id, one.investor_id) == (held.project_id, held.investor_id)
    )
    assert (row.slot_id, row.table_id) == place
    with pytest.raises(Refusal) as no:
        edit.remove(
            session,
            again,
            (held.project_id, held.investor_id),
            actor=show.organiser,
            now=now,
        )
    assert no.value.reason == "fixed"


def test_a_no_show_frees_people_and_table_and_taking_it_back_claims_them_again(
    session: Session, now: datetime
) -> None:
    show = make_show(session, now)
    published(session, show, now)
    one = live_meetings(session, show.roadshow)[0]
    claims = select(func.count()).select_from(Claim).where(Claim.meeting_id == one.id)
    meeting.mark(session, one, MeetingState.NO_SHOW, actor=show.organiser, now=now)
    assert session.scalar(claims) == 0
    meeting.mark(session, one, MeetingState.SCHEDULED, actor=show.organiser, now=now)
    assert session.scalar(claims) == 12
    assert list(meeting.meeting_violations(session)) == []


def test_a_stand_in_is_here_free_and_the_best(session: Session, now: datetime) -> None:
    show = make_show(session, now, projects=3, investors=4, slots=2, tables=1)
    published(session, show, now)
    freed = live_meetings(session, show.roadshow)[0]
    meeting.mark(session, freed, MeetingState.NO_SHOW, actor=show.organiser, now=now)
    assert meeting.stand_ins(session, freed, now=now) == []
    for person in [*show.team[show.projects[2].id], *show.delegates[show.investors[3].id]]:
        meeting.check_in(session, person, actor=show.organiser, now=now)
    session.flush()
    offered = meeting.stand_ins(session, freed, now=now)
    assert [(one.project_id, one.investor_id) for one in offered] == [show.pair(2, 3)]
    meeting.seat_stand_in(session, freed, show.pair(2, 3), actor=show.organiser, now=now)
    seated = [
        one
        for one in live_meetings(session, show.roadshow)
        if (one.project_id, one.investor_id) == show.pair(2, 3)
    ]
    assert [(one.slot_id, one.table_id, one.state) for one in seated] == [
        (freed.slot_id, freed.table_id, MeetingState.SCHEDULED)
    ]
    assert list(meeting.meeting_violations(session)) == []


def test_a_cancelled_meeting_is_not_planned_again(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    published(session, show, now)
    one = live_meetings(session, show.roadshow)[0]
    pair = (one.project_id, one.investor_id)
    meeting.cancel(session, one, actor=show.organiser, now=now)
    assert one.state is MeetingState.CANCELLED
    assert pair not in {
        (row.project_id, row.investor_id)
        for row in placements_of(session, drafted(session, show, now))
    }
    assert list(meeting.meeting_violations(session)) == []


def test_a_person_with_an_account_is_one_person_at_two_roadshows(
    session: Session, now: datetime
) -> None:
    first = make_show(session, now)
    second = make_show(session, now, slug="other-2027")
    shared = session.get_one(Account, first.delegates[first.investors[0].id][0].account_id)
    second.delegates[second.investors[0].id][0].account_id = shared.id
    session.flush()
    published(session, first, now)
    taken = {
        one.slot.starts_at
        for one in live_meetings(session, first.roadshow)
        if one.investor_id == first.investors[0].id
    }
    published(session, second, now)
    then = {
        one.slot.starts_at
        for one in live_meetings(session, second.roadshow)
        if one.investor_id == second.investors[0].id
    }
    assert taken
    assert taken.isdisjoint(then)


def test_claims_follow_a_person_who_gets_an_account(session: Session, now: datetime) -> None:
    show = make_show(session, now, with_accounts=False)
    published(session, show, now)
    person = show.delegates[show.investors[0].id][0]
    owner = Account(
        email="late@example.com", name="Late", fs_uniquifier="late", active=True, created_at=now
    )
    session.add(owner)
    session.flush()
    person.account_id = owner.id
    session.flush()
    assert [name for name, _ in meeting.meeting_violations(session)] != []
    meeting.rekey(session, person)
    assert list(meeting.meeting_violations(session)) == []


def test_the_checks_see_a_claim_that_is_missing(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    published(session, show, now)
    claim = session.scalars(select(Claim)).first()
    session.delete(claim)
    session.flush()
    assert [name for name, _ in meeting.meeting_violations(session)] == ["claims"]


def _standing(session: Session) -> set[tuple[str, str]]:
    states = (PairingState.PROPOSED, PairingState.PINNED)
    return {
        (row.project_id, row.investor_id)
        for row in session.scalars(select(Pairing).where(Pairing.state.in_(states)))
    }


def test_every_meeting_row_is_kept(session: Session, now: datetime) -> None:
    show = make_show(session, now)
    published(session, show, now)
    before = session.scalar(select(func.count()).select_from(Meeting))
    meeting.cancel(session, live_meetings(session, show.roadshow)[0], actor=show.organiser, now=now)
    assert session.scalar(select(func.count()).select_from(Meeting)) == before


def test_a_party_without_people_is_one_sitter(session: Session, now: datetime) -> None:
    show = make_show(session, now, projects=1, investors=3)
    session.query(Delegate).delete()
    session.query(TeamMember).delete()
    session.flush()
    published(session, show, now)
    booked = live_meetings(session, show.roadshow)
    assert len(booked) == 3
    assert len({one.slot_id for one in booked}) == 3
    assert [one.people for one in booked] == [[], [], []]
    assert list(meeting.meeting_violations(session)) == []


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
