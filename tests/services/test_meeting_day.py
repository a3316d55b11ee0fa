"""The day itself: what was held stays, who does not come frees a place, others step in."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting import edit
from matchmaker.services.meeting.plans import placements_of
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.meeting import Claim
from matchmaker.store.pairing import PairingRound
from tests.services.roadshows import make_show, wish
from tests.services.test_meeting_chain import drafted, published


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
    # and the must it came from is still one that was kept, whatever is decided of others
    wish(session, show, (held.project_id, held.investor_id), "project", Wish.MUST)
    other = next(one for one in live_meetings(session, show.roadshow) if one.id != held.id)
    pair = (other.project_id, other.investor_id)
    pairing.forbid(session, show.roadshow, pair, actor=show.organiser, now=now)
    told = session.scalars(select(PairingRound)).one().totals
    assert (1, 1) == (told["musts"], told["musts_asked"])


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
