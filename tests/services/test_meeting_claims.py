"""Who sits where is claimed: across roadshows, with an account or without, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.services import meeting
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.account import Account
from matchmaker.store.meeting import Claim, Meeting
from matchmaker.store.profile import Delegate, TeamMember
from tests.services.roadshows import make_show
from tests.services.test_meeting_chain import published


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
