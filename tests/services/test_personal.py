"""What is stored about a person is found whole; erasing leaves nothing that tells who it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Text, cast, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.core.journey import Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import account as accounts
from matchmaker.services import invitation, journal, personal, profile, selection
from matchmaker.services.demo import CLOCK
from matchmaker.services.exchange import filing
from matchmaker.services.invariants import violations
from matchmaker.services.meeting import mine, programme
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store import Base
from matchmaker.store.account import Account, Invitation
from matchmaker.store.engine import make_engine, make_sessions, sweep, writing
from matchmaker.store.exchange import ImportFile
from matchmaker.store.journal import JournalEntry
from matchmaker.store.meeting import MeetingPerson
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Review, Score
from tests.demo import copy_of

CANARY = "Xq7Canary"
EMAIL = "xq7canary@birds.example"


@pytest.fixture
def organiser(session, now) -> Account:
    return accounts.new_account(
        session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
    )


@pytest.fixture
def roadshow(session, organiser, now) -> Roadshow:
    values = {"name_en": "Spring", "starts_on": date(2027, 5, 1), "ends_on": date(2027, 5, 2)}
    return create_roadshow(session, "spring", values, organiser=organiser, actor=organiser, now=now)


@pytest.fixture
def bird(session, roadshow, organiser, now) -> Account:
    """Somebody who left a trace wherever a person can."""
    by: dict[str, Any] = {"actor": organiser, "now": now}
    bird = accounts.new_account(
        session, EMAIL, name=CANARY, password_hash="x", confirmed=True, now=now
    )
    personal.give_consent(session, bird, now=now)
    row = invitation.invite(session, roadshow, invitation.Guest(EMAIL, CANARY), Role.REVIEWER, **by)
    invitation.accept(session, row, actor=bird, now=now)
    person = profile.person_for(session, roadshow, bird, now=now)
    person.title_en, person.name_zh = f"{CANARY} title", CANARY
    programme.add_absence(
        session,
        person,
        starts_at=datetime(2027, 5, 1, 1, tzinfo=UTC),
        ends_at=datetime(2027, 5, 1, 2, tzinfo=UTC),
        reason=CANARY,
        **by,
    )
    project = profile.create_project(session, roadshow, title="Pump", organisation=None, **by)
    profile.add_member(session, project, person, **by)
    mine.open_feed(session, roadshow, actor=bird, now=now)
    other = profile.create_project(session, roadshow, title="Valve", organisation=None, **by)
    selection.declare_conflict(session, other, bird, reason=CANARY, **by)
    filing.keep_file(
        session, roadshow, "investors", f"name_en,email\nA,{EMAIL}\n".encode(), "x", **by
    )
    session.commit()
    return bird


def traces(session) -> list[str]:
    """Where any text of the database holds the canary."""
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, LargeBinary)
        for text in session.scalars(select(cast(column, Text)))
        if CANARY.lower() in str(text).lower()
    ]


def test_everything_about_a_person_is_found(session, bird):
    found = personal.everything(session, bird)
    assert {
        "absence",
        "account",
        "calendar_feed",
        "conflict",
        "consent",
        "invitation",
        "mail",
        "membership",
        "person",
        "team_member",
    } == set(found["about"])
    assert [bird.id] == [row["id"] for row in found["about"]["account"]]
    assert {"journal_entry"} == set(found["done"])
    assert "password" not in found["about"]["account"][0]
    assert "token_hash" not in found["about"]["invitation"][0]


def test_nothing_of_somebody_else_is_found(session, bird, organiser):
    assert CANARY not in str(personal.everything(session, organiser)["about"])


def test_an_erased_account_leaves_no_trace_and_a_whole_journal(session, bird, now):
    assert traces(session)
    personal.erase_account(session, bird, actor=bird, now=now)
    session.commit()
    assert [] == traces(session)
    assert [] == session.scalars(select(ImportFile.id)).all()
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.seq)).all()
    assert [] == journal.broken_links(entries)
    assert "account.erased" in [entry.action for entry in entries]
    assert not accounts.viewer_of(session, bird).signed_in


def test_letters_in_the_folder_go_with_whom_they_tell_of(session, bird, now, tmp_path):
    told = {
        "to": (EMAIL, "Welcome!"),
        "about": ("ann@x.example", f"您好，\n{CANARY} 王小鸟 leads the team now.\n"),
        "other": ("ann@x.example", "您好，\nsomebody leads the team now.\n"),
    }
    for name, (to, text) in told.items():
        letter = EmailMessage()
        letter["To"], letter["Subject"] = to, "Team"
        letter.set_content(text)
        (tmp_path / f"{name}.eml").write_bytes(letter.as_bytes())
    bird.name = f"{CANARY} 王小鸟"
    session.commit()
    personal.erase_account(session, bird, letters=tmp_path, actor=bird, now=now)
    session.rollback()
    assert {"to.eml", "about.eml", "other.eml"} == {path.name for path in tmp_path.glob("*.eml")}
    personal.erase_account(session, bird, letters=tmp_path, actor=bird, now=now)
    session.commit()
    assert {"other.eml"} == {path.name for path in tmp_path.glob("*.eml")}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Account, {"name": CANARY}),
        (Account, {"erased_at": None}),
        (Account, {"active": True}),
        (Person, {"email": EMAIL}),
        (Person, {"erased_at": None}),
    ],
)
def test_the_database_keeps_the_erased_empty(session, bird, now, table, values):
    personal.erase_account(session, bird, actor=bird, now=now)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(update(table).where(table.erased_at.is_not(None)).values(**values))
    session.rollback()


def test_a_used_invitation_cannot_be_made_new(session, bird):
    for values in ({"accepted_at": None}, {"token_hash": "x" * 64}):
        with pytest.raises(IntegrityError):
            session.execute(
                update(Invitation).where(Invitation.accepted_at.is_not(None)).values(**values)
            )
        session.rollback()


def test_the_last_organiser_and_the_last_administrator_stay(session, roadshow, organiser, now):
    with pytest.raises(Refusal, match="needs an organiser"):
        personal.erase_account(session, organiser, actor=organiser, now=now)
    root = accounts.new_account(session, "r@x.example", name="R", password_hash="x", now=now)
    accounts.make_administrator(session, root, now=now)
    with pytest.raises(Refusal, match="needs an administrator"):
        personal.erase_account(session, root, actor=root, now=now)


def test_a_person_without_an_account_is_erased_by_the_organisers(session, roadshow, organiser, now):
    by: dict[str, Any] = {"actor": organiser, "now": now}
    person = profile.add_person(session, roadshow, name_en=CANARY, email=EMAIL)
    invitation.invite(session, roadshow, invitation.Guest(EMAIL, CANARY), Role.TEAM, **by)
    personal.erase_person(session, person, **by)
    session.commit()
    assert [] == traces(session)
    assert "–" == person.name_en


def test_erasing_somebody_of_the_demo_leaves_no_byte_and_everybody_elses_meetings(tmp_path):
    settings = copy_of(tmp_path)
    engine = make_engine(settings.store_url)
    with writing(), make_sessions(engine)() as session:
        roadshow = session.scalars(select(Roadshow)).one()
        reviewer = accounts.account_by_email(session, "renhe.gu@committee.example.org")
        points = select(Score).join(Review).where(Review.reviewer_id == reviewer.id)
        given = len(session.scalars(points).all())
        assert 0 < given == len(personal.everything(session, reviewer)["about"]["score"])
        bird = accounts.account_by_email(session, "sanne@zaanbio.example")
        before = [(one.id, one.state) for one in live_meetings(session, roadshow)]
        seats = len(session.scalars(select(MeetingPerson)).all())
        personal.erase_account(session, bird, actor=bird, now=CLOCK)
        session.commit()
        assert before == [(one.id, one.state) for one in live_meetings(session, roadshow)]
        assert seats == len(session.scalars(select(MeetingPerson)).all())
        assert [] == violations(session)
    sweep(engine)
    engine.dispose()
    told = ["Sanne de Wit", "sanne@zaanbio.example", "桑妮·德维特"]
    files = [one for one in settings.data_dir.glob("matchmaker.sqlite3*") if one.is_file()]
    assert files
    assert [] == [
        (file.name, text) for file in files for text in told if text.encode() in file.read_bytes()
    ]
