"""Outcomes: who says what of which meeting, and who reads it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, OutcomeKind, Phase, ProjectState, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import outcome
from matchmaker.services.account import viewer_of
from matchmaker.services.outbox import contents
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person
from tests.committee import Fair, make_fair


@pytest.fixture
def fair(session: Session, now: datetime) -> Fair:
    return make_fair(session, now, phase=Phase.MEETING)


def reason(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.reason


def booked(fair: Fair, **more: object) -> object:
    project = fair.project(f"Alpha {fair.number}", state=ProjectState.SELECTED)
    return fair.meeting(project, fair.investor(f"Fund {fair.number}"), **more)


def test_the_newest_word_of_a_side_counts_and_older_ones_stay(fair: Fair) -> None:
    session, now, meeting = fair.session, fair.now, booked(fair)
    for kind in (OutcomeKind.SECOND_MEETING, OutcomeKind.CDA):
        outcome.record_outcome(session, meeting, "investor", kind, actor=None, now=now)
    last = outcome.record_outcome(
        session, meeting, "project", None, usefulness=4, note=" Good ", actor=None, now=now
    )
    said = outcome.said(session, [meeting.id])[meeting.id]
    assert {side: (row.number, row.kind) for side, row in said.items()} == {
        "investor": (2, OutcomeKind.CDA),
        "project": (1, None),
    }
    assert (last.usefulness, last.note) == (4, "Good")
    assert [row.kind for row in outcome.history(session, meeting, "investor")] == [
        OutcomeKind.CDA,
        OutcomeKind.SECOND_MEETING,
    ]


def test_one_tap_keeps_what_the_side_said_otherwise(fair: Fair) -> None:
    meeting, values = booked(fair), {"actor": None, "now": fair.now}
    outcome.record_outcome(fair.session, meeting, "project", OutcomeKind.CDA, note="Sent", **values)
    row = outcome.rate(fair.session, meeting, "project", 5, **values)
    assert (row.kind, row.note, row.usefulness, row.number) == (OutcomeKind.CDA, "Sent", 5, 2)


@pytest.mark.parametrize("usefulness", [0, 6, -1])
def test_usefulness_goes_from_one_to_five(fair: Fair, usefulness: int) -> None:
    assert "bad-usefulness" == reason(
        outcome.rate, fair.session, booked(fair), "project", usefulness, actor=None, now=fair.now
    )


def test_a_stranger_side_is_refused(fair: Fair) -> None:
    assert "unknown-side" == reason(
        outcome.record_outcome, fair.session, booked(fair), "press", None, actor=None, now=fair.now
    )


def test_outcomes_wait_for_the_meeting(fair: Fair) -> None:
    later = fair.now + timedelta(days=1)

    def refused(meeting: object) -> str | None:
        try:
            outcome.refuse_too_early(fair.session, meeting, fair.now)
        except Refusal as refusal:
            return refusal.reason
        return None

    assert refused(booked(fair)) is None
    assert refused(booked(fair, starts=later)) == "meeting-to-come"
    assert refused(booked(fair, starts=later, state=MeetingState.HELD)) is None
    for state in (MeetingState.CANCELLED, MeetingState.NO_SHOW):
        assert refused(booked(fair, state=state)) == "meeting-was-off"
    fair.roadshow.phase = Phase.OUTCOME
    assert refused(booked(fair, starts=later)) is None


def test_each_side_reads_its_own_words_and_the_organiser_all(fair: Fair) -> None:
    session, now = fair.session, fair.now
    tara, ivy = fair.account("Tara"), fair.account("Ivy")
    olga, nobody = fair.account("Olga", Role.ORGANISER), fair.account("Nora", Role.TEAM)
    project = fair.project("Alpha", state=ProjectState.SELECTED, member=tara)
    meeting = fair.meeting(project, fair.investor("Fund", delegate=ivy))
    booked(fair, state=MeetingState.CANCELLED)
    for side, kind in (("project", OutcomeKind.CDA), ("investor", OutcomeKind.DECLINED)):
        outcome.record_outcome(session, meeting, side, kind, actor=None, now=now)

    def read(account: object) -> list[tuple[list[str], OutcomeKind | None, list[str]]]:
        rows = outcome.followed(session, fair.roadshow, viewer_of(session, account))
        return [(sorted(row.said), row.kind, row.silent) for row in rows]

    assert read(tara) == [(["project"], OutcomeKind.CDA, ["investor"])]
    assert read(ivy) == [(["investor"], OutcomeKind.DECLINED, ["project"])]
    assert read(olga) == [(["investor", "project"], OutcomeKind.CDA, [])]
    assert read(nobody) == []
    sides = [outcome.side_of(meeting, viewer_of(session, who)) for who in (tara, ivy, olga, nobody)]
    assert sides == ["project", "investor", "organiser", None]


@pytest.mark.parametrize("count", [1, 3])
def test_following_asks_as_many_queries_for_many_as_for_one(
    fair: Fair, count: int, engine: object, count_queries: object
) -> None:
    for _ in range(count):
        meeting = booked(fair)
        outcome.rate(fair.session, meeting, "project", 3, actor=None, now=fair.now)
    viewer = viewer_of(fair.session, fair.account("Olga", Role.ORGANISER))
    fair.session.expunge_all()
    roadshow = fair.session.get_one(type(fair.roadshow), fair.roadshow.id)
    with count_queries(engine) as seen:  # type: ignore[operator]
        rows = outcome.followed(fair.session, roadshow, viewer)
    assert (len(rows), len(seen)) == (count, 3)


def test_only_people_of_silent_sides_are_asked_and_once_a_week(fair: Fair) -> None:
    session, now = fair.session, fair.now
    tara, ivy = fair.account("Tara"), fair.account("Ivy")
    olga = fair.account("Olga", Role.ORGANISER)
    project = fair.project("Alpha", state=ProjectState.SELECTED, member=tara)
    investor = fair.investor("Fund", delegate=ivy)
    people = tuple(
        session.scalars(
            select(Person).where(
                Person.id.in_(select(TeamMember.person_id))
                | Person.id.in_(select(Delegate.person_id))
            )
        )
    )
    meeting = fair.meeting(project, investor, people=people)
    outcome.rate(session, meeting, "project", 3, actor=tara, now=now)
    rows = outcome.followed(session, fair.roadshow, viewer_of(session, olga))
    ask = outcome.ask_for_outcomes
    assert 1 == ask(session, fair.roadshow, rows, actor=olga, now=now)
    assert 0 == ask(session, fair.roadshow, rows, actor=olga, now=now + timedelta(hours=1))
    (mail,) = session.scalars(select(Mail)).all()
    assert mail.to == "ivy@example.org"
    assert contents(session, mail)["roadshow"] is fair.roadshow
    recorded = session.scalars(
        select(JournalEntry.action).where(JournalEntry.action.like("outcome%"))
    ).all()
    assert recorded == ["outcome.recorded", "outcomes.asked", "outcomes.asked"]
