"""Pairing, timetable and the day through their pages."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, PairingState, TimetableState, Wish
from matchmaker.services import meeting, pairing
from matchmaker.services.meeting.plans import placements_of
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.store.account import Account
from matchmaker.store.journal import Job
from matchmaker.store.meeting import (
    Absence,
    CalendarFeed,
    Meeting,
    MeetingTable,
    ProgrammeSession,
    Slot,
    Timetable,
)
from matchmaker.store.pairing import Pairing, PairingRound
from tests.committee import asked
from tests.services.roadshows import Show, account, make_show, run_job, simple_draft, wish
from tests.services.test_meeting_chain import proposed

BASE = "/r/suzhou-2027"
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


@pytest.fixture(autouse=True)
def one_writer_at_a_time(app: Any, session: Session) -> None:
    """Let go of what the test read or wrote before a request, which may write too."""
    app.before_request_funcs.setdefault(None, []).insert(0, session.commit)


def draft_of(session: Session, now: datetime) -> tuple[Show, Timetable]:
    show = make_show(session, now)
    proposed(session, show, now)
    timetable = simple_draft(session, show, now)
    session.commit()
    return show, timetable


def published_of(session: Session, now: datetime) -> Show:
    show, timetable = draft_of(session, now)
    meeting.publish(session, timetable, actor=show.organiser, now=now)
    session.commit()
    return show


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


def test_from_proposal_to_a_page_of_ones_own(session: Session, now: datetime, sign_in: Any) -> None:
    show = make_show(session, now)
    session.commit()
    client = sign_in(show.organiser)
    assert client.post(f"{BASE}/pairings/propose").status_code == 303
    assert client.post(f"{BASE}/pairings/approve", data={"number": "1"}).status_code == 303
    asked = client.post(f"{BASE}/timetables/plan", data={"seconds": "2", "keep": "few", "base": ""})
    assert asked.status_code == 303
    session.expire_all()
    timetable = session.scalars(select(Timetable)).one()
    assert timetable.state is TimetableState.DRAFT
    page = client.get(f"{BASE}/timetables/1/publish").text
    hidden = dict(re.findall(r'name="(revision|replaces)" type="hidden" value="([^"]*)"', page))
    assert client.post(f"{BASE}/timetables/1/publish", data=hidden).status_code == 303

    person = show.delegates[show.investors[0].id][0]
    delegate = session.get_one(Account, person.account_id)
    own = sign_in(delegate)
    mine = own.get(f"{BASE}/my-timetable").text
    meetings = re.findall(rf"{BASE}/meetings/(\w+)", mine)
    session.expire_all()
    expected = [
        one.id
        for one in live_meetings(session, show.roadshow)
        if one.investor_id == show.investors[0].id
    ]
    assert meetings == expected
    shown = own.get(f"{BASE}/meetings/{meetings[0]}").text
    assert "Why you meet" in shown
    assert "SECRET SAUCE" not in shown
    other = next(one.id for one in live_meetings(session, show.roadshow) if one.id not in expected)
    assert own.get(f"{BASE}/meetings/{other}").status_code == 404


def test_a_decision_shows_its_cost_and_is_made(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    wish(session, show, show.pair(1, 1), "investor", Wish.NO)
    proposed(session, show, now)
    session.commit()
    client = sign_in(show.organiser)
    out = session.scalars(select(Pairing).where(Pairing.state == PairingState.LEFT_OUT)).first()
    assert out is not None
    url = f"{BASE}/pairings/{out.project_id}/{out.investor_id}"
    assert "What it costs" in client.get(f"{url}/pin").text
    assert client.post(f"{url}/pin").status_code == 303
    session.expire_all()
    assert session.get_one(Pairing, out.id).state is PairingState.PINNED
    assert client.post(f"{url}/release").status_code == 303
    no = f"{BASE}/pairings/{'/'.join(show.pair(1, 1))}/pin"
    assert "One side said no thanks" in client.get(no).text
    assert client.post(no).status_code in (303, 409)
    session.expire_all()
    states = set(session.scalars(select(Pairing.state)))
    assert PairingState.PINNED not in states
    assert client.get(f"{url}/explode").status_code == 404
    assert client.get(f"{BASE}/pairings/nobody/none/pin").status_code == 404


def test_a_pair_of_another_roadshow_cannot_be_decided_here(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    other = make_show(session, now, slug="other-2027")
    proposed(session, show, now)
    session.commit()
    url = f"{BASE}/pairings/{other.projects[0].id}/{show.investors[0].id}/pin"
    assert sign_in(show.organiser).post(url).status_code == 404
    assert session.scalars(select(Pairing).where(Pairing.state == PairingState.PINNED)).all() == []


def test_an_older_round_cannot_be_approved(session: Session, now: datetime, sign_in: Any) -> None:
    show = make_show(session, now)
    for _ in range(2):
        pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    session.commit()
    client = sign_in(show.organiser)
    for number in ("1", "", "x", "9" * 40):
        client.post(f"{BASE}/pairings/approve", data={"number": number})
    session.expire_all()
    approved = session.scalars(
        select(PairingRound).where(PairingRound.approved_at.is_not(None))
    ).all()
    assert approved == []


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
    nothing = client.post(f"{board}/finish", data={"most": "0"}, follow_redirects=True)
    assert "Please select pairs that have no place yet" in nothing.text
    too_many = client.post(f"{board}/finish", data={"most": "-1", "pair": name})
    assert too_many.headers["Location"] == board

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


def measures(page: str) -> dict[str, tuple[str, str]]:
    rows = re.findall(r"<th[^>]*>([^<]+)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>", page)
    return {name.strip(): (one, other) for name, one, other in rows}


def test_what_if_answers_in_the_page_and_says_what_limits_the_meetings(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    session.commit()
    client = sign_in(show.organiser)
    url = f"{BASE}/timetables/what-if"

    page = client.get(f"{url}?project_max=1&investor_max=1").text
    assert measures(page)["Meetings"] == ("8", "3")
    assert client.get(f"{url}?minutes=3").status_code == 422
    assert client.get(f"{url}?anything=3").status_code == 400

    assert client.post(f"{BASE}/timetables/limits").status_code == 303
    assert "What limits the meetings" in client.get(url).text
    assert "Look again" in client.get(url).text
    assert session.scalars(select(Timetable)).all() == []


def test_two_drafts_are_shown_side_by_side(session: Session, now: datetime, sign_in: Any) -> None:
    show, first = draft_of(session, now)
    client = sign_in(show.organiser)
    asked = {"seconds": "6", "keep": "most", "most": "0", "base": ""}
    assert client.post(f"{BASE}/timetables/plan", data=asked).status_code == 303
    session.expire_all()
    second = session.scalars(select(Timetable).filter_by(number=2)).one()
    session.delete(placements_of(session, second)[0])
    session.commit()

    page = client.get(f"{BASE}/timetables/1/beside?other=2").text

    counts = len(placements_of(session, first)), len(placements_of(session, second))
    assert counts[0] > counts[1]
    assert measures(page)["Meetings"] == (str(counts[0]), str(counts[1]))
    assert "Only in Draft 1" in page
    assert "Only in Draft 2" not in page
    assert client.get(f"{BASE}/timetables/1/beside?other=9").status_code == 404
