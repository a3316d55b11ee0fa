"""Nobody is booked twice, even when two publish at the same moment; and what that rests on."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.core.journey import MeetingState, TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting import booking, draft
from matchmaker.services.meeting.booking import Seat
from matchmaker.store.account import Account
from matchmaker.store.engine import writing
from matchmaker.store.meeting import Claim, Meeting, MeetingTable, Placement, Slot, Timetable
from matchmaker.store.roadshow import Roadshow
from tests.services.roadshows import Show, make_show


def together(works: list[Any]) -> list[object]:
    """Run functions at the same time; return what each returned or raised."""
    barrier, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        barrier.wait()
        try:
            answers[at] = works[at]()
        except Exception as error:  # noqa: BLE001 -- the answer is looked at
            answers[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def two_shows(sessions: sessionmaker[Session], now: datetime) -> tuple[Show, Show]:
    """Store two roadshows at the same hours whose first investor is the same person."""
    with writing(), sessions() as session:
        first = make_show(session, now, projects=1, investors=1, slots=1, tables=1)
        second = make_show(
            session, now, projects=1, investors=1, slots=1, tables=1, slug="other-2027"
        )
        shared = first.delegates[first.investors[0].id][0].account_id
        second.delegates[second.investors[0].id][0].account_id = shared
        for show in (first, second):
            timetable = Timetable(
                roadshow_id=show.roadshow.id,
                number=1,
                drafted_at=now,
                drafted_by_id=show.organiser.id,
            )
            session.add(timetable)
        session.commit()
    return first, second


def booker(sessions: sessionmaker[Session], show: Show, now: datetime) -> Any:
    """Return a function that books the roadshow's one pair in a transaction of its own."""

    def book() -> str:
        with writing(), sessions() as session:
            timetable = session.scalars(
                select(Timetable).where(Timetable.roadshow_id == show.roadshow.id)
            ).one()
            project, investor = show.projects[0].id, show.investors[0].id
            seat = Seat(
                project_id=project,
                investor_id=investor,
                slot=session.get_one(Slot, show.slots[0].id),
                table=session.get_one(MeetingTable, show.tables[0].id),
                people=(show.team[project][0].id, show.delegates[investor][0].id),
            )
            booking.book(session, timetable, [seat], standing=[], now=now)
            session.commit()
            return "booked"

    return book


def test_of_two_roadshows_that_want_one_person_at_once_one_gets_them(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    shows = two_shows(sessions, now)
    answers = together([booker(sessions, show, now) for show in shows])
    kinds = Counter(answer.reason if isinstance(answer, Refusal) else answer for answer in answers)
    assert kinds == {"booked": 1, "double-booked": 1}
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Meeting)) == 1


def publisher(sessions: sessionmaker[Session], show: Show, draft_id: str, now: datetime) -> Any:
    """Return a function that publishes a roadshow's first version in a transaction of its own."""

    def work() -> str:
        with writing(), sessions() as session:
            timetable = session.get_one(Timetable, draft_id)
            actor = session.get_one(Account, show.organiser.id)
            meeting.publish(session, timetable, replaces=None, actor=actor, now=now)
            session.commit()
            return "published"

    return work


def one_to_publish(sessions: sessionmaker[Session], show: Show, now: datetime) -> Any:
    """Return a function that publishes the roadshow's one pair, which is approved and drafted."""
    with writing(), sessions() as session:
        roadshow = session.get_one(Roadshow, show.roadshow.id)
        proposal = pairing.propose(session, roadshow, actor=show.organiser, now=now)
        pairing.approve(session, roadshow, number=proposal.number, actor=show.organiser, now=now)
        draft_id = _draft_with(session, show, [(0, 0, 0, 0)], now)
        session.commit()
    return publisher(sessions, show, draft_id, now)


def test_a_delegate_who_is_booked_elsewhere_while_a_version_is_published_is_booked_once(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    first, second = two_shows(sessions, now)
    publishing = one_to_publish(sessions, first, now)
    answers = together([publishing, booker(sessions, second, now)])
    kinds = [answer.reason if isinstance(answer, Refusal) else answer for answer in answers]
    refused = "double-booked", "breaks-rules"  # by the key, or by the referee who sees the booking
    assert (kinds[0] == "published", kinds[1] == "booked") in ((True, False), (False, True))
    assert sum(one in refused for one in kinds) == 1
    with sessions() as session:
        live = session.scalars(select(Meeting.roadshow_id)).all()
        published = session.scalars(
            select(Timetable.roadshow_id).where(Timetable.state == TimetableState.PUBLISHED)
        ).all()
        winner = first if kinds[0] == "published" else second
        assert live == [winner.roadshow.id]
        assert published == [first.roadshow.id] * (winner is first)
        names = {name for name, _ in meeting.meeting_violations(session)}
        assert names <= {"placements"}  # a booking of its own stands in no timetable


def test_without_the_claims_key_both_would_be_booked(
    engine: Engine, sessions: sessionmaker[Session], now: datetime
) -> None:
    """If this fails, the test above proves nothing."""
    shows = two_shows(sessions, now)
    with writing(), engine.begin() as connection:
        connection.execute(text("ALTER TABLE claim RENAME TO claim_with_key"))
        connection.execute(text("CREATE TABLE claim AS SELECT * FROM claim_with_key WHERE 1 = 0"))
    answers = together([booker(sessions, show, now) for show in shows])
    assert answers == ["booked", "booked"]
    with sessions() as session:
        assert "double-booked" in [name for name, _ in meeting.meeting_violations(session)]


def test_of_two_drafts_published_at_once_one_counts(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    with writing(), sessions() as session:
        show = make_show(session, now)
        proposal = pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
        pairing.approve(
            session, show.roadshow, number=proposal.number, actor=show.organiser, now=now
        )
        drafts = [_draft_with(session, show, [(0, at, at, 0)], now) for at in range(2)]
        session.commit()

    answers = together([publisher(sessions, show, one, now) for one in drafts])
    kinds = Counter(answer.reason if isinstance(answer, Refusal) else answer for answer in answers)
    assert kinds == {"published": 1, "stale": 1}
    with sessions() as session:
        states = Counter(session.scalars(select(Timetable.state)))
        assert states == {TimetableState.PUBLISHED: 1, TimetableState.DRAFT: 1}
        assert list(meeting.meeting_violations(session)) == []


def test_a_publication_that_fails_in_the_middle_leaves_nothing(
    sessions: sessionmaker[Session], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(), sessions() as session:
        show = make_show(session, now)
        proposal = pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
        pairing.approve(
            session, show.roadshow, number=proposal.number, actor=show.organiser, now=now
        )
        first = _draft_with(session, show, [(0, 0, 0, 0)], now)
        session.commit()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the machine dies here")

    monkeypatch.setattr("matchmaker.services.meeting.publishing.write_letters", broken)
    with writing(), sessions() as session:
        timetable = session.get_one(Timetable, first)
        with pytest.raises(RuntimeError):
            meeting.publish(session, timetable, actor=None, now=now)
    with sessions() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table)) for table in (Meeting, Claim)
        ]
        assert counts == [0, 0]
        assert session.get_one(Timetable, first).state is TimetableState.DRAFT


def test_a_delegate_who_takes_a_slot_elsewhere_meanwhile_refuses_the_whole_version(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    first, second = two_shows(sessions, now)
    assert booker(sessions, first, now)() == "booked"
    answer = together([booker(sessions, second, now)])[0]
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.facts["kind"]) == ("double-booked", "person")


def test_marking_twice_at_once_marks_once(sessions: sessionmaker[Session], now: datetime) -> None:
    first, _ = two_shows(sessions, now)
    booker(sessions, first, now)()

    def marker(state: MeetingState) -> Any:
        def work() -> str:
            with writing(), sessions() as session:
                row = session.scalars(select(Meeting)).one()
                meeting.mark(session, row, state, actor=None, now=now + timedelta(hours=1))
                session.commit()
                return state.value

        return work

    answers = together([marker(MeetingState.NO_SHOW), marker(MeetingState.HELD)])
    assert any(isinstance(one, str) for one in answers)
    with sessions() as session:
        row = session.scalars(select(Meeting)).one()
        claims = session.scalar(select(func.count()).select_from(Claim))
        assert claims == (0 if row.state is MeetingState.NO_SHOW else 12)


def _draft_with(
    session: Session, show: Show, places: list[tuple[int, int, int, int]], now: datetime
) -> str:
    """Return a draft's id with the given (project, investor, slot, table) numbers."""
    roadshow = session.get_one(Roadshow, show.roadshow.id)
    timetable = draft.new_draft(session, roadshow, actor=show.organiser, now=now)
    for project, investor, slot, table in places:
        pair = show.pair(project, investor)
        timetable.placements.append(
            Placement(
                project_id=pair[0],
                investor_id=pair[1],
                slot_id=show.slots[slot].id,
                table_id=show.tables[table].id,
                people=[show.team[pair[0]][0].id, show.delegates[pair[1]][0].id],
            )
        )
    session.flush()
    return timetable.id
