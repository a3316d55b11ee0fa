"""What a timetable is made of: slots, tables, programme, pitches, absences, interpreters."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services import meeting
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.meeting import (
    MeetingTable,
    ProgrammeSession,
    Slot,
)
from tests.services.roadshows import make_show
from tests.web.meeting.drafts import BASE, published_of


def test_slots_are_made_and_bad_ones_are_told_beside_the_field(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, slots=0)
    session.commit()
    client = sign_in(show.organiser)
    made = {"day": "2027-09-12", "starts": "09:00", "ends": "10:00", "minutes": "20", "buffer": "5"}
    assert client.post(f"{BASE}/setup/slots/make", data=made).status_code == 303
    assert len(session.scalars(select(Slot)).all()) == 2
    for change, text in [
        ({"minutes": "7"}, "multiple of five minutes"),
        ({"day": "2030-01-01"}, "outside the days"),
        ({"starts": "09:10"}, "overlaps the slot"),
        ({"ends": "08:00"}, "No new slot fits"),
        ({"minutes": "-1"}, "between 5 and 240"),
        ({"day": "tomorrow"}, "Not a valid date"),
    ]:
        answer = client.post(f"{BASE}/setup/slots/make", data=made | change)
        assert (answer.status_code, text in answer.text) == (422, True)
    one = {"starts_at": "2027-09-12T09:05", "minutes": "20"}
    assert client.post(f"{BASE}/setup/slots", data=one).status_code == 422
    one["starts_at"] = "2027-09-12T11:00"
    assert client.post(f"{BASE}/setup/slots", data=one).status_code == 303


def test_what_a_published_meeting_stands_on_stays(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = published_of(session, now)
    booked = live_meetings(session, show.roadshow)[0]
    client = sign_in(show.organiser)
    client.post(f"{BASE}/setup/slots/remove", data={"slot": booked.slot_id})
    client.post(f"{BASE}/setup/tables/{booked.table_id}/remove")
    closing = client.post(
        f"{BASE}/setup/tables/{booked.table_id}",
        data={"name": "T01", "seats": "4", "home": "", "closed": booked.slot_id},
    )
    assert closing.status_code == 422
    session.expire_all()
    assert session.get(Slot, booked.slot_id) is not None
    table = session.get(MeetingTable, booked.table_id)
    assert table is not None
    assert table.closures == []


def test_tables_sessions_pitches_and_interpreters_are_entered(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, tables=0)
    session.commit()
    client = sign_in(show.organiser)
    assert (
        client.post(f"{BASE}/setup/tables", data={"count": "2", "prefix": "A"}).status_code == 303
    )
    assert sorted(session.scalars(select(MeetingTable.name))) == ["A01", "A02"]
    speaker = show.delegates[show.investors[0].id][0]
    talk = {
        "code": "S1",
        "title_en": "Gene therapy",
        "starts_at": "2027-09-12T09:00",
        "ends_at": "2027-09-12T09:30",
        "speakers": speaker.id,
    }
    assert client.post(f"{BASE}/setup/programme/new", data=talk).status_code == 303
    row = session.scalars(select(ProgrammeSession)).one()
    assert [one.person_id for one in row.speakers] == [speaker.id]
    page = client.get(f"{BASE}/setup/programme/{row.id}").text
    assert ["2027-09-12 09:00:00", "2027-09-12 09:30:00"] == re.findall(
        r'type="datetime-local" value="([^"]+)"', page
    )
    assert [speaker.id] == re.findall(r'<option selected value="(\w+)"', page)
    again = client.post(f"{BASE}/setup/programme/new", data=talk)
    assert (again.status_code, "has the code S1" in again.text) == (422, True)
    late = client.post(
        f"{BASE}/setup/programme/{row.id}", data=talk | {"ends_at": "2027-09-12T08:00"}
    )
    assert late.status_code == 422
    pitch = {"project": show.projects[0].id, "starts_at": "2027-09-12T14:00", "minutes": "15"}
    assert client.post(f"{BASE}/setup/pitches", data=pitch).status_code == 303
    one_language = {"name_en": "Ann", "languages": ["en"]}
    assert client.post(f"{BASE}/setup/interpreters", data=one_language).status_code == 422
    two = {"name_en": "Ann", "languages": ["en", "zh"]}
    assert client.post(f"{BASE}/setup/interpreters", data=two).status_code == 303
    drawn = meeting.draw(session, show.roadshow, pairs="all", now=now)
    away = drawn.instance.by_person[drawn.name("person", speaker.id)].away
    assert away == {"2027-09-12T09:00", "2027-09-12T09:25"}
