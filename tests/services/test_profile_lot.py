"""Many parties at once are what one by one would have made of them, in few questions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services import account as accounts
from matchmaker.services import profile
from matchmaker.services.exchange.rows import InvestorRow, PersonCell, ProjectRow
from matchmaker.services.exchange.taking import run_import
from matchmaker.services.profile.lot import Lot
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store.account import Account, Membership
from matchmaker.store.base import Base
from matchmaker.store.journal import JournalEntry, Mail
from matchmaker.store.preference import Preference
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow

BODIES: tuple[dict[str, Any], ...] = (
    {"name_en": "Uni Köln", "name_zh": "科隆大学", "kind": "university", "country": "DE"},
    {"name_en": "UNI köln", "kind": "company", "city_en": "Köln"},
    {"name_zh": "科隆大学", "kind": "university"},
)
PEOPLE: tuple[list[dict[str, Any]], ...] = (
    [{"name_en": "Ann Lee", "email": "Ann@x.example"}, {"name_zh": "陈波", "languages": ["zh"]}],
    [{"name_en": "陈波", "name_zh": "陈波"}, {"email": "ann@x.example", "title_en": "CEO"}] * 2,
    [{"email": "known@x.example"}],
)
PROJECTS: tuple[dict[str, Any], ...] = (
    {"title_en": "CAR-T", "fields": ["cell_therapy"], "amount": 3, "avoids": ["rhine capital"]},
    {"title_zh": "纳米抗体", "valuation": 2.5, "mechanism": "secret", "grants": 1},
    {"title_en": "Nano", "also_fields": ["devices"], "evidence": ["human"]},
)
INVESTORS: tuple[dict[str, Any], ...] = (
    {"fields": ["devices"], "ticket_low": 1, "max_meetings": 9, "only": ["field"]},
    {"thesis_zh": "早期", "stages": ["discovery"], "exclusions": []},
    {},
)


def begin(session: Session, slug: str, organiser: Account, now: Any) -> Roadshow:
    """A roadshow with an investor that a project avoids, and somebody who signed in before."""
    told = {"name_en": slug, "name_zh": slug, "zone": "Asia/Shanghai"}
    days = {"starts_on": date(2027, 5, 1), "ends_on": date(2027, 5, 2)}
    by: dict[str, Any] = {"actor": organiser, "now": now}
    roadshow = create_roadshow(session, slug, {**told, **days}, organiser=organiser, **by)
    body = profile.organisation_for(session, roadshow, name_en="Rhine Capital", kind="vc")
    profile.create_investor(session, roadshow, organisation=body, code="I90", **by)
    other = profile.create_project(session, roadshow, title="Old", organisation=None, **by)
    profile.save_project(session, other, {"avoids": ["UNI KÖLN"]}, revision=None, **by)
    profile.submit_project(session, other, **by)
    account = accounts.account_by_email(session, "known@x.example") or accounts.new_account(
        session, "known@x.example", name="Known", password_hash="x", confirmed=True, now=now
    )
    profile.person_for(session, roadshow, account, now=now)
    return roadshow


def one_by_one(session: Session, roadshow: Roadshow, kind: type, by: dict[str, Any]) -> None:
    """Enter and revise by the verbs that the pages use."""
    said = PROJECTS if kind is Project else INVESTORS
    for turn in range(2):
        for number, values in enumerate(said):
            party: Any = session.scalars(
                select(kind).where(kind.roadshow_id == roadshow.id, kind.code == f"X{number}")
            ).first()
            body = (
                party.organisation
                if turn
                else profile.organisation_for(session, roadshow, **BODIES[number])
            )
            if party is None and kind is Project:
                title = values.get("title_en") or values["title_zh"]
                party = profile.create_project(
                    session, roadshow, title=title, organisation=body, code=f"X{number}", **by
                )
            elif party is None:
                party = profile.create_investor(
                    session, roadshow, organisation=body, code=f"X{number}", **by
                )
            save = profile.save_project if kind is Project else profile.save_mandate
            save(session, party, {} if turn and not number else values, revision=None, **by)
            for place, cell in enumerate(PEOPLE[(number + turn) % 3]):
                person = profile.add_person(session, roadshow, organisation=body, **cell)
                if kind is Project:
                    profile.add_member(session, party, person, presenter=place == 0, **by)
                else:
                    profile.add_delegate(session, party, person, **by)
            submit = profile.submit_project if kind is Project else profile.submit_mandate
            submit(session, party, **by)


def at_once(session: Session, roadshow: Roadshow, kind: type, by: dict[str, Any]) -> None:
    """Enter and revise the same in two lots."""
    said = PROJECTS if kind is Project else INVESTORS
    lot, parties = Lot(session, roadshow, **by), []
    for number, values in enumerate(said):
        told = {"code": f"X{number}", "body": BODIES[number], "values": values}
        if kind is Project:
            title = values.get("title_en") or values["title_zh"]
            parties.append(lot.project(title=title, team=PEOPLE[number], **told))
        else:
            parties.append(lot.investor(delegates=PEOPLE[number], **told))
    lot.write()
    for number, values in enumerate(said):
        lot.revise(parties[number], values if number else {}, PEOPLE[(number + 1) % 3])
    lot.write()


def dump(session: Session, roadshow: Roadshow) -> dict[str, list[Any]]:
    """Everything of a roadshow, with names in the place of ids."""
    session.flush()
    session.expire_all()
    names: dict[str, str] = {roadshow.id: "roadshow"}

    def rows(table: Any, *parents: Any) -> list[Any]:
        query = select(table).execution_options(populate_existing=True)
        for parent in parents:
            query = query.join(parent)
        owner = parents[-1] if parents else table
        return list(session.scalars(query.where(owner.roadshow_id == roadshow.id)).unique())

    for body in rows(Organisation):
        names[body.id] = f"{body.kind} {body.name_en} {body.name_zh}"
    for person in rows(Person):
        names[person.id] = f"{person.name_en} {person.name_zh} {person.email}"
    for party in (*rows(Project), *rows(Investor)):
        names[party.id] = party.code

    def plain(row: Base) -> Any:
        left_out = {"id", "seq", "hash", "previous", "version_id", "mandate_id", "dedupe"}
        told: Any = {
            column.key: repr(getattr(row, column.key))
            for column in row.__table__.columns
            if column.key not in left_out
        }
        for old, new in names.items():
            told = {key: one.replace(old, new) for key, one in told.items()}
        return sorted(told.items())

    versions = [*rows(ProjectVersion, Project), *rows(InvestorMandate, Investor)]
    parts = [
        (
            plain(version),
            [plain(part) for part in _parts(version)],
            list(map(plain, version.fields)),
        )
        for version in versions
    ]
    tables = (Organisation, Person, Project, Investor, Preference, Mail, JournalEntry, Membership)
    found = {table.__tablename__: sorted(map(plain, rows(table))) for table in tables}
    found["journal_entry"] = [
        row for row in found["journal_entry"] if dict(row)["thing"] != "'membership'"
    ]
    seats = [*rows(TeamMember, Project), *rows(Delegate, Investor)]
    return {**found, "seats": sorted(map(plain, seats)), "versions": sorted(parts)}


def _parts(version: Any) -> list[Any]:
    if isinstance(version, ProjectVersion):
        return [version.registered, version.confidential]
    return [version.terms]


@pytest.mark.parametrize("kind", [Project, Investor])
def test_a_lot_makes_what_the_verbs_make(session: Session, now: Any, kind: type) -> None:
    organiser = accounts.new_account(
        session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
    )
    told = []
    for slug, enter in (("one", one_by_one), ("lot", at_once)):
        roadshow = begin(session, slug, organiser, now)
        enter(session, roadshow, kind, {"actor": organiser, "now": now})
        told.append(dump(session, roadshow))
    assert told[0] == told[1]
    kept = [len(told[0][key]) for key in ("preference", "mail")]
    assert kept == ([1, 3] if kind is Project else [3, 3])


def table(count: int, kind: str) -> list[Any]:
    people = tuple(
        tuple(PersonCell(name_en=f"{who} {row}", email=f"{who}.{row}@x.example") for who in "ab")
        for row in range(count)
    )
    if kind == "projects":
        return [
            ProjectRow(
                row=row,
                title_en=f"Title {row}",
                organisation_en=f"Body {row}",
                fields=("devices",),
                people=people[row],
            )
            for row in range(count)
        ]
    return [
        InvestorRow(row=row, name_en=f"Fund {row}", fields=("devices",), people=people[row])
        for row in range(count)
    ]


@pytest.mark.parametrize("kind", ["projects", "investors"])
def test_a_longer_table_asks_no_more_questions(
    session: Session, engine: Any, now: Any, count_queries: Any, kind: str
) -> None:
    organiser = accounts.new_account(
        session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
    )
    asked = []
    for slug, count in (("short", 20), ("long", 40)):
        roadshow = begin(session, slug, organiser, now)
        for existing in ("skip", "update"):
            session.flush()
            with count_queries(engine) as seen:
                run_import(
                    session,
                    roadshow,
                    kind,
                    table(count, kind),
                    actor=organiser,
                    now=now,
                    existing=existing,
                )
            asked.append(len(seen))
    assert asked == [20 if kind == "projects" else 18] * 4
