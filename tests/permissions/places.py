"""What addresses name: ids of the demo's roadshow and of another one that must stay apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState, Phase, ProjectState, Role
from matchmaker.services import files, invitation, preference, profile, selection
from matchmaker.services.demo import CLOCK
from matchmaker.services.exchange import filing
from matchmaker.services.meeting import mine, programme, setup
from matchmaker.store.account import Account, Membership
from matchmaker.store.journal import Job, Mail
from matchmaker.store.meeting import (
    Absence,
    Interpreter,
    Meeting,
    MeetingTable,
    PitchSlot,
    Placement,
    ProgrammeSession,
    Slot,
    Timetable,
)
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Review
from tests.makers import go_to, make_account, make_roadshow

OTHER = "other-2027"
PROJECT, INVESTOR = "P56", "I74"  # a pair of the demo whose sides can both sign in
ONE_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)


def plain_values() -> dict[str, str]:
    """Parts of addresses that name no row."""
    return {
        "step": "basics",
        "profile.edit_investor:step": "firm",
        "account.taken:form": "json",
        "verb": "pin",
        "phase": "outcome",
        "side": "project",
        "code": "en",
        "kind": "projects",
        "form": "csv",
        "here": "in",
        "name": "grid.pdf",
        "secret": "x" * 43,
        "token": "x" * 43,
        "filename": "css/site.css",
        "number": "1",
    }


def demo_values(session: Session, slug: str, folder: Path) -> dict[str, str]:
    """Ids of the demo, all around one meeting."""
    roadshow = session.scalars(select(Roadshow).where(Roadshow.slug == slug)).one()
    here = {"roadshow_id": roadshow.id}
    project = _one(session, Project, code=PROJECT, **here)
    investor = _one(session, Investor, code=INVESTOR, **here)
    meeting = _one(session, Meeting, project_id=project.id, investor_id=investor.id)
    organiser = session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.roadshow_id == roadshow.id, Membership.role == Role.ORGANISER)
    ).one()
    person = project.team[0].person
    invited = invitation.invite(
        session,
        roadshow,
        invitation.Guest("guest@example.org"),
        Role.REVIEWER,
        actor=organiser,
        now=CLOCK,
    )
    account = session.get_one(Account, person.account_id)
    feed, token = mine.open_feed(session, roadshow, actor=account, now=CLOCK)
    deck = files.keep_file(
        session,
        project,
        BytesIO(ONE_PAGE),
        "deck.pdf",
        "public",
        folder=folder,
        most_bytes=10_000,
        actor=account,
        now=CLOCK,
    )
    reviewers = _one(session, Membership, id=_any(session, Membership, role=Role.REVIEWER, **here))
    conflict = selection.declare_conflict(
        session,
        _one(session, Project, code="P01", **here),
        session.get_one(Account, reviewers.account_id),
        **_by(organiser),
    )
    table = filing.keep_file(
        session, roadshow, "slots", b"starts_at\n2027-04-15 08:00\n", "slots.csv", **_by(organiser)
    )
    finish = Job(
        kind="finish",
        roadshow_id=roadshow.id,
        state=JobState.DONE,
        queued_at=CLOCK,
        finished_at=CLOCK,
        arguments={"timetable": (first := _one(session, Timetable, number=1, **here).id)},
        result={"timetable": first, "asked": 1, "steps": [], "left": []},
    )
    session.add(finish)
    session.flush()
    found = {
        "slug": slug,
        "meeting.finished:job_id": finish.id,
        "meeting.settle:job_id": finish.id,
        **{
            f"profile.{endpoint}_investor:person_id": investor.delegates[0].person_id
            for endpoint in ("person_of", "remove_from")
        },
        "exchange:file_id": table.id,
        "project_id": project.id,
        "investor_id": investor.id,
        "meeting_id": meeting.id,
        "person_id": person.id,
        "invitation_id": invited.id,
        "feed_id": feed.id,
        "file_id": deck.id,
        "token": token,
        "conflict_id": conflict.id,
        "job_id": _one(session, Job, kind="plan").id,
        "mail_id": _any(session, Mail, **here),
        "membership_id": _any(session, Membership, role=Role.REVIEWER, **here),
        "cda_id": _one(session, Cda, project_id=project.id, investor_id=investor.id).id,
        "review_id": _any(session, Review, project_id=project.id),
        "absence_id": _any(session, Absence, **here),
        "interpreter_id": _any(session, Interpreter, **here),
        "table_id": _any(session, MeetingTable, **here),
        "pitch_id": _any(session, PitchSlot, **here),
        "session_id": _any(session, ProgrammeSession, **here),
        "slot_id": _any(session, Slot, **here),
        "timetable_id": _any(session, Timetable, **here),
        "placement_id": _any(session, Placement, project_id=project.id),
    }
    return plain_values() | found


def make_other(session: Session) -> tuple[dict[str, str], Account]:
    """Make a second roadshow with a pair of its own; returns its ids and its organiser."""
    now = CLOCK - timedelta(days=90)
    organiser = make_account(session, "foreign", now)
    roadshow = make_roadshow(session, organiser, now, slug=OTHER)
    by: dict[str, Any] = {"actor": organiser, "now": now}
    go_to(session, roadshow, Phase.CALL, organiser, now)
    project = profile.create_project(
        session, roadshow, title="Another project", organisation=None, **by
    )
    member = _person(session, roadshow, "member@other.example")
    profile.add_member(session, project, member, **by)
    profile.submit_project(session, project, **by)
    investor = profile.create_investor(session, roadshow, organisation=None, **by)
    profile.add_delegate(session, investor, _person(session, roadshow, "firm@other.example"), **by)
    profile.submit_mandate(session, investor, **by)
    go_to(session, roadshow, Phase.SELECTION, organiser, now)
    selection.decide(session, project, ProjectState.SELECTED, **by)
    go_to(session, roadshow, Phase.PREFERENCE, organiser, now)
    cda = preference.record_cda(session, project, investor, signed_at=now, **by)
    go_to(session, roadshow, Phase.MEETING, organiser, now)
    starts = datetime.fromisoformat("2027-04-15T09:00+08:00")
    slot = setup.add_slot(session, roadshow, starts_at=starts, minutes=20, **by)
    table = setup.save_table(session, roadshow, None, name="A1", **by)
    talk = programme.save_session(
        session,
        roadshow,
        None,
        code="X1",
        title_en="A talk",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        **by,
    )
    found = {
        "slug": OTHER,
        "project_id": project.id,
        "investor_id": investor.id,
        "person_id": member.id,
        "cda_id": cda.id,
        "slot_id": slot.id,
        "table_id": table.id,
        "session_id": talk.id,
    }
    return plain_values() | found, organiser


def values_for(endpoint: str, names: set[str], values: dict[str, str]) -> dict[str, str]:
    """Return the values of an endpoint's address: its own ones, its word's, everybody's."""
    word = endpoint.partition(".")[0]
    return {
        name: next(
            values[key] for key in (f"{endpoint}:{name}", f"{word}:{name}", name) if key in values
        )
        for name in names
    }


def _by(actor: Account) -> dict[str, Any]:
    return {"actor": actor, "now": CLOCK}


def _person(session: Session, roadshow: Roadshow, email: str) -> Person:
    return profile.add_person(session, roadshow, name_en=email.partition("@")[0], email=email)


def _one(session: Session, table: Any, **values: Any) -> Any:
    return session.scalars(select(table).filter_by(**values)).one()


def _any(session: Session, table: Any, **values: Any) -> str:
    query = select(table).filter_by(**values).order_by(table.id).limit(1)
    found: str = session.scalars(query).one().id
    return found
