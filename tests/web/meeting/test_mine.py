"""A person's own page: absences, calendar, notes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.account import Account
from matchmaker.store.meeting import (
    Absence,
    CalendarFeed,
)
from tests.services.roadshows import make_show
from tests.web.meeting.drafts import BASE, published_of


def test_ones_own_absence_is_ones_own(session: Session, now: datetime, sign_in: Any) -> None:
    show = make_show(session, now)
    session.commit()
    first, second = (
        session.get_one(Account, show.delegates[show.investors[at].id][0].account_id)
        for at in (0, 1)
    )
    values = {"starts_at": "2027-09-12T09:00", "ends_at": "2027-09-12T10:00", "reason": "Talk"}
    assert sign_in(first).post(f"{BASE}/my-absences", data=values).status_code == 303
    row = session.scalars(select(Absence)).one()
    assert sign_in(second).post(f"{BASE}/my-absences/{row.id}/remove").status_code == 404
    assert sign_in(first).post(f"{BASE}/my-absences/{row.id}/remove").status_code == 303
    backwards = values | {"ends_at": "2027-09-12T08:00"}
    answer = sign_in(first).post(f"{BASE}/my-absences", data=backwards)
    assert (answer.status_code, "end comes before the start" in answer.text) == (422, True)


def test_a_calendar_address_works_until_it_is_revoked(
    session: Session, now: datetime, sign_in: Any, app: Any
) -> None:
    show = published_of(session, now)
    owner = session.get_one(Account, show.delegates[show.investors[0].id][0].account_id)
    other = session.get_one(Account, show.delegates[show.investors[1].id][0].account_id)
    client = sign_in(owner)
    page = client.post(f"{BASE}/my-timetable/feed").text
    found = re.search(r"http://localhost(/calendar/([\w-]+)\.ics)", page)
    assert found is not None
    row = session.scalars(select(CalendarFeed)).one()
    assert found.group(2) not in row.token_hash
    feed = app.test_client().get(found.group(1))
    assert feed.status_code == 200
    count = sum(
        one.investor_id == show.investors[0].id for one in live_meetings(session, show.roadshow)
    )
    assert feed.text.count("BEGIN:VEVENT") == count > 0
    revoke = f"{BASE}/my-timetable/feed/{row.id}/revoke"
    assert sign_in(other).post(revoke).status_code == 404
    assert client.post(revoke).status_code == 303
    assert app.test_client().get(found.group(1)).status_code == 404
    assert app.test_client().get("/calendar/guess.ics").status_code == 404


def test_notes_are_ones_own(session: Session, now: datetime, sign_in: Any) -> None:
    show = published_of(session, now)
    booked = live_meetings(session, show.roadshow)[0]
    writer = session.get_one(Account, show.delegates[booked.investor_id][0].account_id)
    reader = session.get_one(Account, show.team[booked.project_id][0].account_id)
    url = f"{BASE}/meetings/{booked.id}"
    saved = sign_in(writer).post(f"{url}/note", data={"text": "Ask about <b>dosing</b>"})
    assert saved.status_code == 303
    assert "Ask about &lt;b&gt;dosing" in sign_in(writer).get(url).text
    assert "dosing" not in sign_in(reader).get(url).text
    assert "dosing" not in sign_in(show.organiser).get(url).text
    assert sign_in(writer).post(f"{url}/note", data={"text": "x" * 10_001}).status_code == 422
