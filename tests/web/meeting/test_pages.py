"""Every page of pairing and timetable: who reads it, what it refuses, how many queries it asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.services import meeting
from matchmaker.store.account import Account
from tests.committee import asked
from tests.services.roadshows import account, make_show, simple_draft
from tests.services.test_meeting_chain import proposed
from tests.web.meeting.drafts import BASE, draft_of

ORGANISERS = [
    "/pairings",
    "/pairings/parties",
    "/pairings/propose",
    "/pairings/add",
    "/setup",
    "/setup/slots",
    "/setup/tables",
    "/setup/programme",
    "/setup/programme/new",
    "/setup/pitches",
    "/setup/absences",
    "/setup/interpreters",
    "/timetables",
    "/timetables/plan",
    "/timetables/what-if",
    "/timetables/1",
    "/timetables/1/people",
    "/timetables/1/compare",
    "/timetables/1/beside",
    "/timetables/1/publish",
    "/timetables/1/discard",
    "/print",
    "/print/grid.pdf",
    "/print/timetable.xlsx",
    "/day",
    "/day/people",
]


@pytest.mark.parametrize("path", ORGANISERS)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_an_organiser_reads_every_page(
    session: Session, now: datetime, sign_in: Any, path: str, locale: str
) -> None:
    show, _ = draft_of(session, now)
    answer = sign_in(show.organiser, locale).get(BASE + path)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ORGANISERS)
def test_nobody_else_knows_of_them(
    session: Session, now: datetime, sign_in: Any, path: str
) -> None:
    show, _ = draft_of(session, now)
    delegate = session.get_one(Account, show.delegates[show.investors[0].id][0].account_id)
    stranger = account(session, "stranger@example.com")
    session.commit()
    assert sign_in(delegate).get(BASE + path).status_code == 404
    assert sign_in(stranger).get(BASE + path).status_code == 404
    assert sign_in(None).get(BASE + path).status_code == 302


def test_unknown_parameters_are_refused(session: Session, now: datetime, sign_in: Any) -> None:
    show, _ = draft_of(session, now)
    client = sign_in(show.organiser)
    for path in ("/pairings", "/timetables", "/timetables/1", "/day", "/my-timetable"):
        assert client.get(f"{BASE}{path}?evil=1").status_code == 400


QUERIES = {
    "/pairings": 15,
    "/pairings/parties": 19,
    "/timetables": 15,
    "/timetables/1": 31,
    "/timetables/1/people": 31,
    "/day": 15,
    "/day/people": 8,
    "/setup/absences": 9,
    "/my-timetable": 17,
}


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_many_queries_for_many_as_for_one(
    session: Session, now: datetime, sign_in: Any, app: Any, count_queries: Any, count: int
) -> None:
    show = make_show(session, now, projects=count, investors=count, slots=4, tables=3)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    meeting.publish(session, timetable, actor=show.organiser, now=now)
    session.commit()
    client = sign_in(show.organiser)
    found = {}
    for path in QUERIES:
        client.get(BASE + path)
        with count_queries(app.extensions["engine"]) as seen:
            assert client.get(BASE + path).status_code == 200
        found[path] = asked(seen)
    assert found == QUERIES
