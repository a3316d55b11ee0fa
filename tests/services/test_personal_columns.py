"""Every column that can tell of a person is decided on, and what was decided holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Enum, LargeBinary, String, Table, func, or_, select, update

from matchmaker.core.journey import JobState
from matchmaker.documents.xlsx import Page, write_xlsx
from matchmaker.services import account as accounts
from matchmaker.services import personal
from matchmaker.services.exchange import filing
from matchmaker.services.personal import stored
from matchmaker.services.personal.tables import forget_tables
from matchmaker.store import Base
from matchmaker.store.disputed import DisputedAnswer
from matchmaker.store.exchange import ExportFile, ImportFile
from matchmaker.store.journal import Job
from matchmaker.store.meeting import MeetingNote
from matchmaker.store.reading import MandateReading, Reading
from matchmaker.store.roadshow import Person
from tests.committee import Fair
from tests.services.test_personal import CANARY, EMAIL, bird, organiser, roadshow, traces

__all__ = ["bird", "organiser", "roadshow"]
TABLES = Base.metadata.tables
PEOPLE = ("account", "person")


def decided() -> list[tuple[str, str]]:
    """The reviewed list: (decision, table.column)."""
    lines = (Path(__file__).parent / "personal.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return [(row[0], f"{row[1].strip(':')}.{name}") for row in rows for name in row[2:]]


def tells(column: Column[Any]) -> bool:
    """Whether a column can tell of a person: their own, a reference to one, or a text."""
    targets = {key.column.table.name for key in column.foreign_keys}
    if column.table.name in PEOPLE or targets & {*PEOPLE}:
        return True
    if targets or column.name == "id" or isinstance(column.type, Enum):
        return False
    return isinstance(column.type, String | JSON | LargeBinary)


def column_of(name: str) -> Column[Any]:
    table, _, column = name.partition(".")
    found: Column[Any] = TABLES[table].columns[column]
    return found


def test_each_column_that_can_tell_of_a_person_is_decided_on_once() -> None:
    listed = Counter(name for _, name in decided())
    found = {str(column) for table in TABLES.values() for column in table.columns if tells(column)}
    assert (set(), set()) == (found - {*listed}, {*listed} - found)
    assert [] == [name for name, times in listed.items() if times > 1]


def test_what_is_about_somebody_is_shown_to_them_unless_it_is_a_lock() -> None:
    locks = {name.partition(".")[2] for kind, name in decided() if kind == "lock"}
    assert stored.SECRET - locks == {"content"}  # handed out elsewhere
    assert locks <= stored.SECRET


@pytest.fixture
def stained(session: Any, bird: Any, roadshow: Any, organiser: Any, now: Any) -> Any:
    """Somebody who left a trace in each column that erasure is said to empty."""
    here = {"roadshow_id": roadshow.id}
    accounts.make_administrator(session, bird, now=now)
    accounts.make_administrator(session, organiser, now=now)
    fair = Fair(session, now, roadshow, number=50)
    project = fair.project("Probe")
    investor = fair.investor("Fund")
    meeting = fair.meeting(project, investor)
    told = {"said": EMAIL}
    file = filing.keep_file(
        session, roadshow, "slots", b"starts_at\n1\n", "s.csv", actor=organiser, now=now
    )
    file.choices = {"cells": {"2": {"starts_at": EMAIL}}}
    roadshow.contact_email = EMAIL.title()
    session.get_one(Person, stored.persons_of(session, bird)[0]).checked_in_at = now
    failed = Job(kind="plan", **here, state=JobState.FAILED, queued_at=now, result=told)
    failed.error, failed.facts = f"no seat for {EMAIL}", told
    read: dict[str, Any] = {"number": 1, "account_id": bird.id, "first_at": now, "last_at": now}
    session.add_all(
        [
            failed,
            MeetingNote(**here, meeting_id=meeting.id, account_id=bird.id, edited_at=now),
            ExportFile(**here, account_id=bird.id, name="x", mime="x", content=b"x", made_at=now),
            Reading(project_id=project.id, tier="public", **read),
            MandateReading(investor_id=investor.id, **read),
            DisputedAnswer(
                account_id=bird.id,
                project_id=project.id,
                step="summary",
                answer="pitch_en",
                opened="12345678",
                typed={"pitch_en": [EMAIL]},
                edited_at=now,
            ),
        ]
    )
    session.flush()
    for table in TABLES.values():
        about, _ = stored._conditions(table, bird, stored.persons_of(session, bird))
        if about and (values := stains(table)):
            session.execute(update(table).where(or_(*about)).values(values))
    session.commit()
    session.expire_all()
    return bird


def stains(table: Table) -> dict[str, Any]:
    """Values that betray somebody, for columns that are to be emptied."""
    return {
        column.name: {"said": CANARY} if isinstance(column.type, JSON) else CANARY
        for column in (column_of(name) for kind, name in decided() if kind == "gone")
        if column.table is table and is_text(column) and column.name not in ("email", "to")
    }


def test_erasure_empties_what_it_is_said_to_empty(session: Any, stained: Any, now: Any) -> None:
    gone = [column_of(name) for kind, name in decided() if kind == "gone"]
    persons = stored.persons_of(session, stained)
    assert set() == {str(one) for one in gone if is_text(one)} - {*traces(session)}
    held = {str(one): holders(session, one, stained.id, persons) for one in gone if refers(one)}
    assert [] == [name for name, number in held.items() if not number]
    personal.erase_account(session, stained, actor=stained, now=now)
    session.commit()
    assert [] == traces(session)
    left = [one for one in gone if refers(one) and holders(session, one, stained.id, persons)]
    assert [] == [str(one) for one in left]
    assert [] == [
        str(one)
        for one in gone
        if one.table.name in PEOPLE and not is_text(one)
        for value in session.scalars(select(one).where(one.table.c.id.in_([stained.id, *persons])))
        if value
    ]


def is_text(column: Column[Any]) -> bool:
    """Whether a column can be stained; what somebody agreed to never changes while it stands."""
    kind = column.type
    return (
        isinstance(kind, String | JSON)
        and not isinstance(kind, Enum)
        and not column.foreign_keys
        and str(column) != "consent.text"
    )


def refers(column: Column[Any]) -> bool:
    return any(key.column.table.name in PEOPLE for key in column.foreign_keys)


def holders(session: Any, column: Column[Any], account_id: str, persons: list[str]) -> int:
    query = select(func.count()).select_from(column.table)
    found: int = session.scalar(query.where(column.in_([account_id, *persons])))
    return found


@pytest.mark.parametrize("name", ["Xq7canary Li", "李小燕"])
@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "xlsx"])
def test_a_table_that_names_somebody_is_forgotten_whatever_it_is_written_in(
    session: Any, roadshow: Any, organiser: Any, now: Any, kind: str, name: str
) -> None:
    by: dict[str, Any] = {"actor": organiser, "now": now}
    for who in (name, "Somebody Else"):
        content = (
            write_xlsx([Page("Firms", ["firm", "delegate"], [["A", who]])])
            if kind == "xlsx"
            else f"firm,delegate\nA,{who}\n".encode(kind)
        )
        filing.keep_file(session, roadshow, "investors", content, f"{who}.xlsx", **by)
    forget_tables(session, {name, "Li", ""}, roadshow_id=roadshow.id)
    assert ["Somebody Else.xlsx"] == list(session.scalars(select(ImportFile.name)))
