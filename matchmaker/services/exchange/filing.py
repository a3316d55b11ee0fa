"""Tables that were sent: kept, mapped, checked, and taken in as a job."""

from __future__ import annotations

import zlib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.documents.safe import clean
from matchmaker.documents.sheet import Sheet, read_sheet
from matchmaker.services import jobs, journal
from matchmaker.services.exchange import undoing
from matchmaker.services.exchange.columns import KINDS, REQUIRED
from matchmaker.services.exchange.fixing import Fixes, fixed, fixes_of, forget_fixes, merged
from matchmaker.services.exchange.mapping import Mapping, fingerprint, guess_mapping
from matchmaker.services.exchange.reading import read
from matchmaker.services.exchange.rows import AnyRow, Problem
from matchmaker.services.exchange.standing import Standing, read_standing
from matchmaker.services.exchange.taking import EXISTING, Existing, check_against, run_import
from matchmaker.services.exchange.telling import sentence
from matchmaker.services.exchange.twins import Twin, find_twins
from matchmaker.services.fields import taxonomy
from matchmaker.store.account import Account
from matchmaker.store.exchange import ImportFile
from matchmaker.store.journal import Job
from matchmaker.store.profile import ImportMapping
from matchmaker.store.roadshow import Roadshow

KEPT_FOR = timedelta(days=2)  # a table that nobody took in; taken ones lose their bytes at once
TOLD = 100  # problems that a job's result holds


@dataclass(frozen=True, slots=True)
class Checked:
    """A table as it would be taken in: its rows, and everything that is wrong or worth knowing."""

    sheet: Sheet
    mapping: Mapping
    rows: list[AnyRow]
    problems: list[Problem]
    twins: list[Twin]
    fixes: Fixes
    standing: Standing
    gone: dict[int, AnyRow]
    """Rows that were merged into another one, by their number."""

    @property
    def blocking(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.blocking]


def keep_file(
    session: Session,
    roadshow: Roadshow,
    kind: str,
    content: bytes,
    name: str,
    *,
    actor: Account | None,
    now: datetime,
) -> ImportFile:
    """Keep a table that can be read, with the mapping of the last one like it or a guess."""
    if kind not in KINDS:
        raise Refusal("unknown-kind", hint=f"There is no table of {kind}.", kind=kind)
    sheet = read_sheet(content, name)
    _forget_old(session, roadshow, now)
    file = ImportFile(
        roadshow_id=roadshow.id,
        kind=kind,
        name=clean(name)[:200] or "–",
        sheet=sheet.name[:80],
        content=zlib.compress(content, 6),
        size=len(content),
        mapping=_first_mapping(session, roadshow, kind, sheet).as_json(),
        choices={"existing": "skip", "selected": False},
        sent_at=now,
        sent_by_id=actor.id if actor else None,
    )
    session.add(file)
    session.flush()
    journal.write(session, "table.sent", file, actor=actor, now=now, kind=kind, size=len(content))
    return file


def sheet_of(file: ImportFile) -> Sheet:
    """Return the table that was sent, with what was put right in the page.

    Refuses where it was taken in and its bytes are gone.
    """
    return fixed(sent_sheet(file), fixes_of(file))


def sent_sheet(file: ImportFile) -> Sheet:
    """Return the table as it was sent."""
    if file.content is None:
        raise Refusal("taken-already", hint="This table was imported already; please send it anew.")
    return read_sheet(zlib.decompress(file.content), file.name, sheet=file.sheet or None)


def mapping_of(file: ImportFile) -> Mapping:
    """Return how the table is to be read."""
    return Mapping.from_json(file.mapping)


def choose_sheet(
    session: Session, roadshow: Roadshow, file: ImportFile, name: str, *, now: datetime
) -> None:
    """Read another sheet of the workbook; its mapping is guessed afresh."""
    del now
    before, file.sheet = file.sheet, name
    try:
        sheet = sent_sheet(file)
    except Refusal:
        file.sheet = before
        raise
    forget_fixes(file)
    file.mapping = _first_mapping(session, roadshow, file.kind, sheet).as_json()


def likely_kind(sheet: Sheet, kind: str, tree: Taxonomy) -> str:
    """Return the other kind that a table looks like, one that has no heading its own needs."""
    for other in ("projects", "investors", "slots"):
        mapped = set(guess_mapping(sheet, other, tree).columns.values())
        if other != kind and all(mapped & set(group) for group in REQUIRED[other]):
            return other
    return ""


def choose_kind(session: Session, roadshow: Roadshow, file: ImportFile, kind: str) -> None:
    """Read the table as one of another kind; its mapping is guessed afresh."""
    if kind not in KINDS:
        raise Refusal("unknown-kind", hint=f"There is no table of {kind}.", kind=kind)
    forget_fixes(file)
    file.kind = kind
    file.choices = {**file.choices, "selected": False}
    file.mapping = _first_mapping(session, roadshow, kind, sent_sheet(file)).as_json()


def save_mapping(
    session: Session, roadshow: Roadshow, file: ImportFile, mapping: Mapping, *, now: datetime
) -> None:
    """Keep how the table is to be read, for this one and for the next like it."""
    file.mapping = mapping.as_json()
    key = fingerprint(file.kind, list(mapping.columns))
    known = session.scalars(
        select(ImportMapping).where(
            ImportMapping.roadshow_id == roadshow.id,
            ImportMapping.kind == file.kind,
            ImportMapping.fingerprint == key,
        )
    ).first()
    if known is None:
        known = ImportMapping(roadshow_id=roadshow.id, kind=file.kind, fingerprint=key)
        session.add(known)
    known.mapping, known.used_at = mapping.as_json(), now
    session.flush()


def choose(file: ImportFile, *, existing: str, selected: bool) -> None:
    """Say what happens to rows that are there already, and whether projects are selected."""
    if existing not in EXISTING:
        raise Refusal("unknown-choice", hint="Skip, update or refuse.", choice=existing)
    told = {"existing": existing, "selected": selected and file.kind == "projects"}
    file.choices = {**file.choices, **told}


def check_file(
    session: Session, roadshow: Roadshow, file: ImportFile, tree: Taxonomy | None = None
) -> Checked:
    """Return the table's rows and all that is wrong with them, changing nothing."""
    sheet, mapping = sheet_of(file), mapping_of(file)
    fixes = fixes_of(file)
    every, problems = read(file.kind, sheet, mapping, tree or taxonomy())
    standing = read_standing(session, roadshow, file.kind)
    twins = find_twins(standing, every)
    standing.same = fixes.known
    rows = merged(every, fixes)
    kept = {row.row for row in rows}
    gone = {row.row: row for row in every if row.row not in kept}
    problems = [one for one in problems if one.row not in gone]
    problems += check_against(
        session, roadshow, file.kind, rows, existing=_existing(file), standing=standing
    )
    problems.sort(key=lambda one: one.row)
    return Checked(sheet, mapping, rows, problems, twins, fixes, standing, gone)


def queue_import(
    session: Session, roadshow: Roadshow, file: ImportFile, *, actor: Account, now: datetime
) -> Job:
    """Queue taking the table in; one import at a time in a roadshow."""
    if file.taken_at is not None or file.content is None:
        raise Refusal("taken-already", hint="This table was imported already; please send it anew.")
    return jobs.enqueue(
        session, "import", roadshow, actor=actor, now=now, once=True, file_id=file.id
    )


def forget_file(session: Session, file: ImportFile, *, actor: Account, now: datetime) -> None:
    """Throw a table away that is not to be taken in."""
    journal.write(session, "table.forgotten", file, actor=actor, now=now, kind=file.kind)
    session.delete(file)
    session.flush()


@jobs.job("import")
def do_import(work: jobs.Work) -> AnyMapping[str, Any]:
    """Check every row, then take all of them in, in one transaction; twice is like once."""
    file_id = str(work.arguments["file_id"])
    work.progress(0.02, "checking")
    with work.reading() as session:
        file, roadshow = _of(session, file_id)
        if file.taken_at is not None:
            return _told(file.result)
        checked = check_file(session, roadshow, file)
    if checked.blocking:
        return _refused(checked.blocking)
    work.progress(0.2, "importing")
    with work.writing() as session:
        file, roadshow = _of(session, file_id, lock=True)
        if file.taken_at is None:
            file.result = _take(session, file, roadshow, checked, work)
            file.taken_at, file.content = work.now(), None
            forget_fixes(file)
        return _told(file.result)


def _take(
    session: Session, file: ImportFile, roadshow: Roadshow, checked: Checked, work: jobs.Work
) -> dict[str, Any]:
    around = undoing.around(session, roadshow)
    try:
        taken = run_import(
            session,
            roadshow,
            file.kind,
            checked.rows,
            actor=session.get(Account, work.actor_id) if work.actor_id else None,
            now=work.now(),
            existing=_existing(file),
            selected=bool(file.choices.get("selected")),
            same=checked.fixes.known,
        )
    except Refusal as refusal:
        return _refused(refusal.facts["problems"])
    return {
        **taken.as_json(),
        "url": f"/r/{roadshow.slug}/imports/{file.id}/result",
        "undo": undoing.remember(session, roadshow, taken.made, taken.before, around),
    }


def queue_undo(
    session: Session, roadshow: Roadshow, file: ImportFile, *, actor: Account, now: datetime
) -> Job:
    """Queue taking an import back; refused where that is not possible any more."""
    undoing.refuse_undo(session, file, now=now)
    return jobs.enqueue(
        session, "import-undo", roadshow, actor=actor, now=now, once=True, file_id=file.id
    )


@jobs.job("import-undo")
def do_undo(work: jobs.Work) -> AnyMapping[str, Any]:
    """Take an import back, all of it or nothing."""
    work.progress(0.1, "undoing")
    with work.writing() as session:
        file, roadshow = _of(session, str(work.arguments["file_id"]), lock=True)
        actor = session.get(Account, work.actor_id) if work.actor_id else None
        undoing.undo_import(session, roadshow, file, actor=actor, now=work.now())
        return {"url": f"/r/{roadshow.slug}/imports/{file.id}/result"}


def _refused(problems: list[Problem]) -> dict[str, Any]:
    raise Refusal(
        "import-refused",
        hint=f"Nothing was imported. {sentence(problems[0])}",
        problems=[sentence(problem) for problem in problems[:TOLD]],
    )


def _told(result: AnyMapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name != "undo"}


def _of(session: Session, file_id: str, *, lock: bool = False) -> tuple[ImportFile, Roadshow]:
    """Return a table and its roadshow; ``lock``: whoever else takes it in or back waits."""
    file = session.get(ImportFile, file_id, with_for_update=True if lock else None)
    if file is None:
        raise Refusal("file-is-gone", hint="The table was thrown away before it was imported.")
    return file, session.get_one(Roadshow, file.roadshow_id)


def _existing(file: ImportFile) -> Existing:
    chosen = file.choices.get("existing", "skip")
    return next((one for one in EXISTING if one == chosen), "skip")


def _first_mapping(session: Session, roadshow: Roadshow, kind: str, sheet: Sheet) -> Mapping:
    known = session.scalars(
        select(ImportMapping).where(
            ImportMapping.roadshow_id == roadshow.id,
            ImportMapping.kind == kind,
            ImportMapping.fingerprint == fingerprint(kind, sheet.headings),
        )
    ).first()
    if known is not None:
        remembered = Mapping.from_json(known.mapping)
        if set(remembered.columns) == set(sheet.headings):
            return remembered
    return guess_mapping(sheet, kind, taxonomy())


def _forget_old(session: Session, roadshow: Roadshow, now: datetime) -> None:
    session.execute(
        delete(ImportFile).where(
            ImportFile.roadshow_id == roadshow.id,
            ImportFile.taken_at.is_(None),
            ImportFile.sent_at < now - KEPT_FOR,
        )
    )
