"""The planning board: moves, seats, finishing a selection, publishing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services.meeting.plans import placements_of
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.journal import Job
from matchmaker.store.meeting import (
    Timetable,
)
from tests.services.roadshows import make_show, run_job, simple_draft
from tests.services.test_meeting_chain import proposed
from tests.web.meeting.drafts import BASE, draft_of


def test_the_board_moves_a_meeting_and_takes_it_back(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show, timetable = draft_of(session, now)
    client = sign_in(show.organiser)
    count = len(placements_of(session, timetable))
    row = placements_of(session, timetable)[0]
    place = (row.table_id, row.slot_id)
    url, name = f"{BASE}/timetables/1/place", f"{row.project_id}-{row.investor_id}"
    answer = client.post(
        url, data={"meeting": name, "place": "off"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="board"' in answer.text
    session.expire_all()
    assert len(placements_of(session, timetable)) == count - 1
    undo = re.search(r'data-undo="([^"]+)"', answer.text)
    assert undo is not None
    back = client.post(undo.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "toast" in back.headers["HX-Trigger"]
    session.expire_all()
    again = next(
        one
        for one in placements_of(session, timetable)
        if f"{one.project_id}-{one.investor_id}" == name
    )
    assert (again.table_id, again.slot_id) == place


def test_a_meeting_dropped_on_another_changes_places_with_it(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, projects=1, investors=3)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    session.commit()
    first, second = placements_of(session, timetable)[:2]
    places = [f"{one.table_id}:{one.slot_id}" for one in (first, second)]
    answer = sign_in(show.organiser).post(
        f"{BASE}/timetables/1/place",
        data={"meeting": f"{first.project_id}-{first.investor_id}", "place": places[1]},
        headers={"HX-Request": "true"},
    )
    assert "Placed" in answer.headers["HX-Trigger"]
    session.expire_all()
    rows = {one.id: one for one in placements_of(session, timetable)}
    after = [rows[one.id] for one in (second, first)]
    assert [f"{one.table_id}:{one.slot_id}" for one in after] == places


@pytest.mark.parametrize(
    ("meeting_name", "place"),
    [
        ("", ""),
        ("x", "y"),
        ("-", ":"),
        ("a-b", "c:d"),
        ("<script>-x", "off"),
        ("x" * 5000, "y" * 5000),
        ("\x00-\x00", "\x00:\x00"),
    ],
)
def test_the_board_answers_nonsense_with_the_board(
    session: Session, now: datetime, sign_in: Any, meeting_name: str, place: str
) -> None:
    show, timetable = draft_of(session, now)
    before = timetable.revision
    answer = sign_in(show.organiser).post(
        f"{BASE}/timetables/1/place",
        data={"meeting": meeting_name, "place": place},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code in (200, 400, 409)
    assert "<script>-x" not in answer.text
    session.expire_all()
    assert session.get_one(Timetable, timetable.id).revision == before


def test_a_seat_page_works_without_a_script(session: Session, now: datetime, sign_in: Any) -> None:
    show, timetable = draft_of(session, now)
    row = placements_of(session, timetable)[0]
    client = sign_in(show.organiser)
    url = f"{BASE}/timetables/1/{row.project_id}/{row.investor_id}"
    assert client.get(url).status_code == 200
    assert client.post(f"{url}/remove").status_code == 303
    page = client.get(url).text
    place = re.search(r'name="place" value="([^"]+)"', page)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert place
    assert revision
    stale = client.post(url, data={"place": place.group(1), "revision": "1"})
    assert stale.status_code == 422
    done = client.post(url, data={"place": place.group(1), "revision": revision.group(1)})
    assert done.status_code == 303
    assert client.post(f"{url}/pin").status_code == 303
    session.expire_all()
    assert [one.pinned for one in placements_of(session, timetable)].count(True) == 1


def test_a_selection_is_finished_looked_at_kept_and_taken_back(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show, timetable = draft_of(session, now)
    client, board = sign_in(show.organiser), f"{BASE}/timetables/1"
    row = placements_of(session, timetable)[0]
    name = f"{row.project_id}-{row.investor_id}"
    client.post(f"{board}/place", data={"meeting": name, "place": "off"})
    left = [one.id for one in placements_of(session, timetable)]
    for page in (board, f"{board}/people"):
        assert f'action="{board}/finish"' in client.get(page).text
    for given in ({"most": "7"}, {"most": "7", "people": "1"}):
        nothing = client.post(f"{board}/finish", data=given)
        assert nothing.status_code == 422
        assert "Please select pairs that have no place yet" in nothing.text
        assert re.search(r'name="most"[^>]*value="7"', nothing.text)
        assert ('name="people"' in nothing.text) == ("people" in given)
    too_many = client.post(f"{board}/finish", data={"most": "-1", "pair": name})
    assert too_many.status_code == 422
    assert "Number must be between 0 and 100." in too_many.text
    assert re.search(rf'value="{name}" form="finish" checked', too_many.text)
    assert re.search(r'name="most"[^>]*value="-1"', too_many.text)

    queued = client.post(f"{board}/finish", data={"most": "0", "pair": name})
    job = session.scalars(select(Job).where(Job.kind == "finish")).one()
    assert queued.headers["Location"] == f"/jobs/{job.id}"
    job.result = run_job(session, job, now)
    session.commit()
    page = client.get(f"{board}/finish/{job.id}").text
    assert "1 of 1 selected pairs find a place." in page
    assert "Person by person" in page
    kept = client.post(f"{board}/finish/{job.id}/keep")
    assert kept.headers["Location"] == f"{board}?kept={job.id}"
    assert f'data-undo="{board}/finish/{job.id}/undo"' in client.get(kept.headers["Location"]).text
    session.expire_all()
    assert len(placements_of(session, timetable)) == len(left) + 1
    assert client.post(f"{board}/finish/{job.id}/dance").status_code == 404
    client.post(f"{board}/finish/{job.id}/undo", headers={"HX-Request": "true"})
    session.expire_all()
    assert [one.id for one in placements_of(session, timetable)] == left


def test_publishing_what_another_organiser_changed_meanwhile_is_refused(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show, _ = draft_of(session, now)
    answer = sign_in(show.organiser).post(
        f"{BASE}/timetables/1/publish",
        data={"revision": "99", "replaces": ""},
        follow_redirects=True,
    )
    assert "Somebody changed this meanwhile" in answer.text
    session.expire_all()
    assert live_meetings(session, show.roadshow) == []
