"""The day: marks, moves, cancellations, and who is told."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState
from matchmaker.services import meeting
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.account import Account
from matchmaker.store.meeting import (
    Meeting,
)
from tests.web.meeting.drafts import BASE, draft_of, published_of


def test_the_day_marks_checks_in_moves_and_cancels(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = published_of(session, now)
    first, second = live_meetings(session, show.roadshow)[:2]
    client = sign_in(show.organiser)
    person = show.team[first.project_id][0]
    assert client.post(f"{BASE}/day/people/{person.id}/here").status_code == 303
    marked = client.post(f"{BASE}/day/meetings/{first.id}/mark", data={"state": "held"})
    assert marked.status_code == 303
    client.post(f"{BASE}/day/meetings/{first.id}/mark", data={"state": "cancelled"})
    client.post(f"{BASE}/day/meetings/{first.id}/mark", data={"state": "nonsense"})
    session.expire_all()
    assert session.get_one(Meeting, first.id).state is MeetingState.HELD
    undo = client.post(f"{BASE}/day/meetings/{first.id}/mark?state=scheduled")
    assert undo.status_code == 303
    assert client.post(f"{BASE}/day/meetings/{second.id}/cancel").status_code == 303
    session.expire_all()
    assert session.get_one(Meeting, second.id).state is MeetingState.CANCELLED
    page = client.get(f"{BASE}/day/meetings/{first.id}/move").text
    place = re.search(r'name="place" value="([^"]+)"', page)
    assert place is not None
    moved = client.post(f"{BASE}/day/meetings/{first.id}/move", data={"place": place.group(1)})
    assert moved.status_code == 303
    session.expire_all()
    row = session.get_one(Meeting, first.id)
    assert (f"{row.table_id}:{row.slot_id}", row.sequence) == (place.group(1), 1)
    assert list(meeting.meeting_violations(session)) == []


def test_everybody_concerned_is_told_in_their_language(
    session: Session, now: datetime, sign_in: Any, app: Any
) -> None:
    show, timetable = draft_of(session, now)
    chinese = session.get_one(Account, show.team[show.projects[0].id][0].account_id)
    chinese.locale = "zh"
    session.commit()
    form = {"revision": str(timetable.revision), "replaces": ""}
    assert (
        sign_in(show.organiser).post(f"{BASE}/timetables/1/publish", data=form).status_code == 303
    )
    sent = {mail["To"]: mail for mail in app.extensions["sent"]}
    booked = live_meetings(session, show.roadshow)
    people = {
        session.get_one(Account, one.person.account_id).email
        for row in booked
        for one in row.people
    }
    assert set(sent) == people
    assert sent[chinese.email]["Subject"] == "您在苏州路演的日程（第1版）"
    english = next(mail for to, mail in sent.items() if to.startswith("partner.1"))
    text = english.get_content()
    own = [row for row in booked if row.investor_id == show.investors[0].id]
    assert text.count("table T0") == len(own) > 0
    assert "2027-09-12 09:" in text
    assert f"http://localhost{BASE}/my-timetable" in text
