"""What an organiser can still put right: cells, twins, and a whole import within the hour."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from matchmaker.core.journey import ProjectState
from matchmaker.core.refusal import Refusal
from matchmaker.services import account as accounts
from matchmaker.services import journal, profile, selection
from matchmaker.services.exchange import filing, fixing, undoing
from matchmaker.services.exchange.twins import Named, alike
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store.exchange import ImportFile
from matchmaker.store.journal import JournalEntry
from matchmaker.store.meeting import MeetingTable, Slot
from matchmaker.store.profile import Investor, Project, ProjectVersion
from matchmaker.store.roadshow import Organisation, Person, Roadshow

HEAD = "code,title_en,organisation_en,country,amount,currency,contact_name_en,contact_email\n"
FIRST = HEAD + (
    "P07,CAR-T for acute leukaemia,Köln Cells GmbH,DE,2500000,EUR,Ann Lee,ann@cells.example\n"
    "P08,Nano-antibody spray,Delft Nano B.V.,NL,900000,EUR,,\n"
)


@pytest.fixture
def roadshow(session, now) -> Roadshow:
    organiser = accounts.new_account(
        session, "org@example.org", name="Org", password_hash="x", confirmed=True, now=now
    )
    values: dict[str, Any] = {"name_en": "Spring roadshow", "zone": "Asia/Shanghai"}
    values |= {"starts_on": date(2027, 5, 1), "ends_on": date(2027, 5, 2)}
    return create_roadshow(session, "spring", values, organiser=organiser, actor=organiser, now=now)


@pytest.fixture
def keep(session, roadshow, now):
    def kept(kind: str, text: str, **choices: Any) -> ImportFile:
        file = filing.keep_file(
            session, roadshow, kind, text.encode(), "list.csv", actor=None, now=now
        )
        filing.choose(file, **{"existing": "update", "selected": False, **choices})
        return file

    return kept


@pytest.fixture
def take(session, roadshow, now):
    work: Any = SimpleNamespace(actor_id=None, now=lambda: now)

    def taken(file: ImportFile) -> dict[str, Any]:
        checked = filing.check_file(session, roadshow, file)
        assert [] == checked.blocking
        file.result = filing._take(session, file, roadshow, checked, work)
        file.taken_at, file.content = now, None
        session.flush()
        return {name: file.result[name] for name in ("created", "updated", "skipped")}

    return taken


@pytest.fixture
def undo(session, roadshow, now):
    def undone(file: ImportFile, after: timedelta = timedelta(minutes=50)) -> None:
        undoing.undo_import(session, roadshow, file, actor=None, now=now + after)

    return undone


def counts(session) -> tuple[int, ...]:
    tables = (Project, Investor, Organisation, Person, Slot, MeetingTable)
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)


def test_a_corrected_cell_is_read_and_a_dropped_row_is_gone(session, roadshow, keep, take):
    file = keep("projects", FIRST + "P09,Pump,Heart AG,DE,much,EUR,,\nP10,Valve,,,,,,\n")
    checked = filing.check_file(session, roadshow, file)
    assert [(4, "amount"), (5, "organisation_en")] == [
        (one.row, one.column) for one in checked.blocking
    ]
    fixing.fix_cells(file, filing.sent_sheet(file), {(4, "amount"): "3 Mio"}, {5})
    assert {"created": 3, "updated": 0, "skipped": 0} == take(file)
    pump = session.scalars(select(Project).where(Project.code == "P09")).one()
    said = profile.project_values(profile.current_version(pump), confidential=False)
    assert (3_000_000, "EUR") == (said["amount"], said["currency"])


def test_what_a_cell_says_already_is_no_correction_and_no_other_cell_exists(keep):
    file = keep("projects", FIRST)
    sheet = filing.sent_sheet(file)
    fixing.fix_cells(file, sheet, {(2, "country"): "DE", (3, "country"): "BE"}, {77})
    assert fixing.Fixes(cells={3: {"country": "BE"}}) == fixing.fixes_of(file)
    for cell in ((9, "country"), (2, "nothing")):
        with pytest.raises(Refusal, match="no such cell"):
            fixing.fix_cells(file, sheet, {cell: "x"}, ())
    fixing.forget_fixes(file)
    assert not fixing.fixes_of(file)


@pytest.mark.parametrize(
    ("bodies", "titles", "same"),
    [
        (("Köln Cells GmbH", "Koeln Cells"), ("CAR-T for leukaemia", "CAR-T for Leukaemias"), True),
        (("Köln Cells GmbH", "Köln Cells Ltd."), ("CAR-T for leukaemia", "A stent"), False),
        (("Köln Cells GmbH", "Delft Nano"), ("CAR-T for leukaemia", "CAR-T for leukaemia"), True),
        (("上海澄昕细胞科技有限公司", "上海澄昕细胞科技"), ("通用型CAR-T", "通用型 CAR-T"), True),
        (("Birch Capital", "Birch Capital Inc."), ("", ""), True),
        (("Birch Capital", "Beech Ventures"), ("", ""), False),
    ],
)
def test_names_are_compared_without_legal_forms(bodies, titles, same):
    one, other = (
        Named(thing, (title, ""), (body, ""))
        for thing, title, body in zip("ab", titles, bodies, strict=True)
    )
    assert same == alike(one, other)


def test_a_twin_is_shown_and_merged_into_what_is_there(session, roadshow, keep, take):
    take(keep("projects", FIRST))
    before = counts(session)
    file = keep("projects", HEAD + ",CAR-T for acute leukaemias,Köln Cells,DE,,,Bo Chen,\n")
    (twin,) = filing.check_file(session, roadshow, file).twins
    known = session.scalars(select(Project).where(Project.code == "P07")).one()
    assert (2, known.id) == (twin.row, twin.other)
    fixing.say_same(file, {2: twin.other})
    assert {"created": 0, "updated": 1, "skipped": 0} == take(file)
    assert (before[0], before[3] + 1) == (counts(session)[0], counts(session)[3])
    assert 2 == session.scalar(
        select(func.max(ProjectVersion.number)).where(ProjectVersion.project_id == known.id)
    )


def test_twins_within_a_table_become_one_that_says_what_either_says(session, roadshow, keep, take):
    file = keep(
        "investors",
        "name_en,country,website,contact_email\n"
        "Birch Capital,,https://birch.example,\n"
        "Oak,DE,,\n"
        "Birch Capital Inc.,SE,https://other.example,ana@birch.example\n",
    )
    (twin,) = filing.check_file(session, roadshow, file).twins
    assert (4, "row:2") == (twin.row, twin.other)
    fixing.say_same(file, {4: twin.other})
    assert {"created": 2, "updated": 0, "skipped": 0} == take(file)
    birch = session.scalars(select(Organisation).where(Organisation.name_en == "Birch Capital"))
    assert ("SE", "https://birch.example") == next((one.country, one.website) for one in birch)


def test_an_import_taken_back_leaves_nothing_but_its_journal(session, keep, take, undo):
    before = counts(session)
    files = [
        keep("projects", FIRST),
        keep("investors", "name_en,contact_email\nBirch Capital,ana@birch.example\n"),
        keep("slots", "starts_at,minutes\n2027-05-01 09:00,20\n"),
        keep("tables", "name\nA1\n"),
    ]
    for file in files:
        take(file)
    assert before != counts(session)
    for file in reversed(files):
        undo(file)
    assert before == counts(session)
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.seq)).all()
    assert [] == journal.broken_links(entries)
    assert 4 == sum(entry.action == "table.undone" for entry in entries)
    with pytest.raises(Refusal, match="nothing to take back"):
        undo(files[0])


def test_an_update_taken_back_says_again_what_was_said_before(session, roadshow, keep, take, undo):
    take(keep("projects", FIRST, selected=False))
    before = counts(session)
    text = HEAD + "P07,CAR-T for lymphoma,Köln Cells SE,AT,100,USD,Bo Chen,bo@cells.example\n"
    file = keep("projects", text, selected=True)
    take(file)
    undo(file)
    project = session.scalars(select(Project).where(Project.code == "P07")).one()
    said = profile.project_values(profile.current_version(project), confidential=True)
    assert ("CAR-T for acute leukaemia", 2_500_000, "EUR", ProjectState.SUBMITTED) == (
        said["title_en"],
        said["amount"],
        said["currency"],
        project.state,
    )
    body = project.organisation
    assert ("Köln Cells GmbH", "DE") == (body.name_en, body.country)
    assert ["Ann Lee"] == [one.person.name_en for one in project.team]
    assert before == counts(session)


def test_what_was_built_on_or_is_an_hour_old_stays(session, keep, take, undo, now):
    late, built, revised = keep("projects", FIRST), keep("projects", HEAD + "P1,A,B,,,,,\n"), None
    revised = keep("projects", HEAD + "P2,Pump,Heart,,,,,\n")
    for file in (late, built, revised):
        take(file)
    by: dict[str, Any] = {"actor": None, "now": now}
    one, two = (
        session.scalars(select(Project).where(Project.code == code)).one() for code in ("P1", "P2")
    )
    reader = accounts.new_account(session, "r@x.example", name="R", password_hash="x", now=now)
    selection.declare_conflict(session, one, reader, **by)
    profile.submit_project(session, two, **by)
    for file, reason in ((built, "built on"), (revised, "built on")):
        with pytest.raises(Refusal, match=reason):
            undo(file)
    with pytest.raises(Refusal, match="for an hour"):
        undo(late, timedelta(minutes=61))
    assert 4 == counts(session)[0]
