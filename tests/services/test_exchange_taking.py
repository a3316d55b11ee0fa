"""Rows into a roadshow and out again, on both databases."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from matchmaker.core.journey import InvestorState, MeetingState, ProjectState, TimetableState
from matchmaker.core.policy import Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.documents.sheet import read_sheet
from matchmaker.services import account as accounts
from matchmaker.services import exchange
from matchmaker.services.exchange import Problem, giving, printing
from matchmaker.services.exchange.seats import seats_of
from matchmaker.services.exchange.taking import Taken, check_against, run_import
from matchmaker.services.fields import taxonomy
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store.journal import JournalEntry
from matchmaker.store.meeting import Meeting, MeetingPerson, MeetingTable, Slot, Timetable
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    Project,
    ProjectConfidential,
    ProjectVersion,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow

PROJECTS = (
    "code,title_en,organisation_en,organisation_zh,kind,country,fields,amount,currency,"
    "confidential_summary_en,contact_name_en,contact_email,colleagues\n"
    "P07,CAR-T for AML,Uni Köln,科隆大学,university,DE,cell_therapy,2500000,EUR,"
    "Secret target,Ann Lee,ann@x.example,Bo Chen|陈波|CTO|||zh+en\n"
    "P08,Nano antibody,Delft Nano,,company,NL,devices,,,,,,\n"
)
INVESTORS = (
    "code,name_en,kind,fields,ticket_low,ticket_high,currency,exclude,contact_name_en\n"
    "I01,Rhine Capital,vc,cell_therapy,1000000,5000000,EUR,country:RU unless field:devices,Max\n"
)


@pytest.fixture
def organiser(session, now):
    return accounts.new_account(
        session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
    )


@pytest.fixture
def roadshow(session, organiser, now) -> Roadshow:
    return create_roadshow(
        session,
        "spring",
        {
            "name_en": "Spring roadshow",
            "name_zh": "春季路演",
            "starts_on": date(2027, 5, 1),
            "ends_on": date(2027, 5, 2),
            "zone": "Asia/Shanghai",
        },
        organiser=organiser,
        actor=organiser,
        now=now,
    )


def rows(kind: str, text: str):
    found, problems = exchange.read(kind, read_sheet(text.encode()), None, taxonomy())
    assert [one for one in problems if one.blocking] == []
    return found


@pytest.fixture
def take(session, roadshow, organiser, now):
    def taken(kind: str, text: str, **choices) -> Taken:
        return run_import(
            session, roadshow, kind, rows(kind, text), actor=organiser, now=now, **choices
        )

    return taken


def test_a_project_is_taken_in_with_its_body_people_and_tiers(session, take):
    assert take("projects", PROJECTS) == Taken(created=2)
    project = session.scalars(select(Project).where(Project.code == "P07")).one()
    version = session.scalars(
        select(ProjectVersion).where(
            ProjectVersion.project_id == project.id, ProjectVersion.number == 1
        )
    ).one()
    assert project.state is ProjectState.SUBMITTED
    assert (project.organisation.name_zh, project.organisation.kind) == ("科隆大学", "university")
    assert [member.person.name_en for member in project.team] == ["Ann Lee", "Bo Chen"]
    assert (version.registered.amount, version.registered.currency) == (250_000_000, "EUR")
    assert version.confidential.summary_en == "Secret target"


def test_an_investor_is_taken_in_with_its_hard_limits(session, take):
    assert take("investors", INVESTORS) == Taken(created=1)
    investor = session.scalars(select(Investor)).one()
    mandate = session.scalars(select(InvestorMandate).where(InvestorMandate.number == 1)).one()
    assert investor.state is InvestorState.ACTIVE
    assert (mandate.ticket_low, mandate.ticket_high) == (100_000_000, 500_000_000)
    assert mandate.terms.exclusions == [
        {"facet": "country", "value": "RU", "unless": [["field", "devices"]]}
    ]


def test_what_is_there_is_skipped_updated_or_refused(session, take, roadshow):
    take("projects", PROJECTS)
    changed = PROJECTS.replace("Delft Nano,,company,NL", "Delft Nano,,company,BE")
    assert take("projects", changed) == Taken(skipped=2)
    assert take("projects", changed, existing="update") == Taken(updated=2)
    project = session.scalars(select(Project).where(Project.code == "P08")).one()
    assert project.organisation.country == "BE"
    assert session.scalar(select(func.count()).select_from(Project)) == 2
    with pytest.raises(Refusal) as caught:
        take("projects", changed, existing="refuse")
    assert [one.reason for one in caught.value.facts["problems"]] == ["already-there"] * 2
    assert check_against(session, roadshow, "projects", rows("projects", changed)) == [
        Problem(2, "", "", "CAR-T for AML", "already-there", {"existing": "skip"}, False),
        Problem(3, "", "", "Nano antibody", "already-there", {"existing": "skip"}, False),
    ]


def test_the_same_name_without_a_code_is_the_same_thing(take):
    take("projects", PROJECTS)
    assert take("projects", "title,organisation\nnano ANTIBODY,Delft Nano\n") == Taken(skipped=1)


def test_an_update_leaves_what_a_row_does_not_say(session, take):
    take("projects", PROJECTS)
    take("projects", "code,title_en,organisation_en\nP07,CAR-T,Uni Köln\n", existing="update")
    newest = session.scalars(
        select(ProjectVersion)
        .join(Project)
        .where(Project.code == "P07", ProjectVersion.number == 2)
    ).one()
    assert (newest.title_en, newest.registered.amount) == ("CAR-T", 250_000_000)


def test_a_row_that_is_refused_takes_the_whole_table_with_it(
    session, roadshow, organiser, now, take
):
    session.commit()
    many = ";".join(f"Region {number}" for number in range(70))
    with pytest.raises(Refusal) as caught:
        take("investors", f"name_en,regions\nGood,Boston\nBad,{many}\n")
    session.rollback()
    assert [(one.row, one.reason) for one in caught.value.facts["problems"]] == [(3, "refused")]
    assert caught.value.hint.startswith("Nothing was imported. row 3")
    assert session.scalar(select(func.count()).select_from(Investor)) == 0
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_an_import_stands_in_the_journal(session, take):
    take("investors", INVESTORS)
    entry = session.scalars(
        select(JournalEntry).where(JournalEntry.action == "table.imported")
    ).one()
    assert entry.facts == {"kind": "investors", "created": 1, "updated": 0, "skipped": 0}


def test_a_decided_list_is_selected_at_once(session, take):
    take("projects", PROJECTS, selected=True)
    assert set(session.scalars(select(Project.state))) == {ProjectState.SELECTED}


def test_slots_and_tables_are_taken_in_local_time(session, take):
    slots = "starts_at,minutes\n2027-05-01T09:00,20\n2027-05-01T09:25,20\n"
    assert take("slots", slots) == Taken(created=2)
    assert take("slots", slots) == Taken(skipped=2)
    assert [slot.starts_at for slot in session.scalars(select(Slot).order_by(Slot.starts_at))] == [
        datetime(2027, 5, 1, 1, 0, tzinfo=UTC),
        datetime(2027, 5, 1, 1, 25, tzinfo=UTC),
    ]
    take("projects", PROJECTS)
    assert take("tables", "name,seats,home_of\nT1,6,P07\nT2,,\n") == Taken(created=2)
    home = session.scalars(select(Project.id).where(Project.code == "P07")).one()
    assert [
        (one.name, one.seats, one.home_project_id)
        for one in session.scalars(select(MeetingTable).order_by(MeetingTable.name))
    ] == [("T1", 6, home), ("T2", 4, None)]


def test_overlapping_slots_and_unknown_homes_are_refused(take):
    with pytest.raises(Refusal) as slots:
        take("slots", "starts_at,minutes\n2027-05-01T09:00,20\n2027-05-01T09:10,20\n")
    with pytest.raises(Refusal) as tables:
        take("tables", "name,home_of\nT1,P99\n")
    assert [one.row for one in slots.value.facts["problems"]] == [3]
    assert [one.reason for one in tables.value.facts["problems"]] == ["unknown-project"]


# -- out --------------------------------------------------------------------------------------


@pytest.fixture
def published(session, roadshow, take, now) -> list[Meeting]:
    """Two meetings of one project and one investor: one stands, one was cancelled."""
    take("projects", PROJECTS, selected=True)
    take("investors", INVESTORS)
    take("slots", "starts_at,minutes\n2027-05-01T09:00,20\n2027-05-01T09:25,20\n")
    take("tables", "name,room_en,room_zh\nT1,Hall B,二号厅\n")
    table = session.scalars(select(MeetingTable)).one()
    slots = session.scalars(select(Slot).order_by(Slot.starts_at)).all()
    investor = session.scalars(select(Investor)).one()
    people = session.scalars(
        select(Person).where(Person.name_en.in_(("Ann Lee", "Max"))).order_by(Person.name_en)
    ).all()
    timetable = Timetable(
        roadshow_id=roadshow.id,
        number=3,
        state=TimetableState.PUBLISHED,
        drafted_at=now,
        published_at=now,
    )
    session.add(timetable)
    session.flush()
    made = []
    for code, slot, state in (
        ("P07", slots[0], MeetingState.SCHEDULED),
        ("P08", slots[1], MeetingState.CANCELLED),
    ):
        tick = int(slot.starts_at.timestamp()) // 300
        meeting = Meeting(
            roadshow_id=roadshow.id,
            project_id=session.scalars(select(Project.id).where(Project.code == code)).one(),
            investor_id=investor.id,
            timetable_id=timetable.id,
            slot_id=slot.id,
            table_id=table.id,
            start_tick=tick,
            end_tick=tick + 4,
            state=state,
            sequence=2,
            changed_at=now,
        )
        session.add(meeting)
        session.flush()
        for rank, person in enumerate(people):
            session.add(MeetingPerson(meeting_id=meeting.id, person_id=person.id, rank=rank))
        made.append(meeting)
    session.flush()
    session.expire_all()
    return made


@pytest.fixture
def give(session, roadshow, now):
    def given(kind: str, form: str, **rest) -> bytes:
        return giving.export(session, roadshow, kind, form, now=now, **rest).content

    return given


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_nothing_confidential_leaves(session, take, give):
    take("projects", PROJECTS)
    assert session.scalars(select(ProjectConfidential.summary_en)).all().count("Secret target") == 2
    for form in ("csv", "json"):
        assert b"Secret target" not in give("projects", form)
    assert b"confidential" not in give("projects", "csv")


def test_the_timetable_leaves_in_local_time(published, give):
    assert table_of(give("timetable", "csv", language="zh")) == [
        {
            "day": "2027-05-01",
            "starts": "09:00",
            "ends": "09:20",
            "table": "T1",
            "room": "二号厅",
            "project": "P07",
            "investor": "I01",
            "project_name": "CAR-T for AML",
            "investor_name": "Rhine Capital",
            "people": "Ann Lee; Max",
            "interpreter": "",
            "state": "scheduled",
        }
    ]
    assert json.loads(give("timetable", "json"))["timetable"][0]["project"] == "P07"


def test_a_persons_calendar_names_who_sits_opposite_and_what_was_cancelled(
    session, roadshow, published
):
    ann = session.scalars(select(Person).where(Person.name_en == "Ann Lee")).one()
    feed = printing.calendar_of(
        session,
        roadshow,
        language="en",
        host="roadshow.example",
        persons=[ann],
        address=lambda seat: f"https://roadshow.example/m/{seat.id}",
    )
    events = {
        str(event["UID"]): (str(event["SUMMARY"]), str(event["STATUS"]), str(event["URL"]))
        for event in Calendar.from_ical(feed).walk("VEVENT")
    }
    held, gone = published
    assert events == {
        f"{held.id}@roadshow.example": (
            "Rhine Capital",
            "CONFIRMED",
            f"https://roadshow.example/m/{held.id}",
        ),
        f"{gone.id}@roadshow.example": (
            "Nano antibody",
            "CANCELLED",
            f"https://roadshow.example/m/{gone.id}",
        ),
    }
    whole = Calendar.from_ical(
        printing.calendar_of(session, roadshow, language="en", host="roadshow.example")
    )
    assert [str(event["SUMMARY"]) for event in whole.walk("VEVENT")] == [
        "CAR-T for AML – Rhine Capital"
    ]
    starts = whole.walk("VEVENT")[0].decoded("DTSTART")
    assert starts == datetime(2027, 5, 1, 1, 0, tzinfo=UTC)
    assert starts.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("kind", ["timetable", "cards", "schedules", "packs"])
def test_every_paper_names_the_meeting_that_stands(published, give, kind):
    pages = pypdf.PdfReader(io.BytesIO(give(kind, "pdf"))).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "Rhine Capital" in text
    assert "09:00" in text
    assert "Nano antibody" not in text
    assert "Version 3" in text


def test_an_organiser_in_conflict_learns_nothing_of_the_others_decisions(
    session, roadshow, published, give
):
    project = session.scalars(select(Project).where(Project.code == "P07")).one()
    viewer = Viewer(account_id="x", conflicts=frozenset({project.id}))
    states = {row["code"]: row["state"] for row in table_of(give("projects", "csv", viewer=viewer))}
    assert states["P07"] == "submitted"


def test_what_does_not_exist_is_refused(give):
    for kind, form in (("projects", "ics"), ("cards", "csv"), ("secrets", "csv")):
        with pytest.raises(Refusal, match="There is no export"):
            give(kind, form)


def test_seats_of_a_draft_are_nobodys_calendar(session, roadshow, published):
    assert seats_of(session, roadshow, persons=[]) == []


def test_reading_tables_needs_no_database():
    code = (
        "import sys, matchmaker.services.exchange;"
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'flask', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
