"""Taking an import back within the hour, as long as nothing was built on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, true
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, ProjectState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal, profile, selection
from matchmaker.services.meeting import setup
from matchmaker.services.profile.drafts import current_number
from matchmaker.store.account import Account
from matchmaker.store.base import Base
from matchmaker.store.exchange import ImportFile
from matchmaker.store.meeting import MeetingTable, Slot
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow

WITHIN = timedelta(hours=1)
AT_ONCE = 500  # ids in one question
BODY = ("kind", "name_en", "name_zh", "country", "region", "city_en", "city_zh", "website")
TABLE = ("name", "room_en", "room_zh", "seats", "home_project_id")
TABLES: dict[str, Any] = {
    "projects": Project,
    "investors": Investor,
    "slots": Slot,
    "tables": MeetingTable,
}
PARTS = {
    "project": {"project_version", "team_member"},
    "investor": {"investor_mandate", "delegate"},
    "slot": set[str](),
    "meeting_table": set[str](),
}
"""Tables whose rows come and go with the thing itself; any other reference was built on it."""


def stood(thing: Project | Investor | MeetingTable | Slot, number: int | None) -> dict[str, Any]:
    """Return how something stands that is about to be changed; ``number`` of its newest version."""
    if isinstance(thing, MeetingTable):
        return {"id": thing.id, "values": {name: getattr(thing, name) for name in TABLE}}
    if isinstance(thing, Slot):
        return {"id": thing.id}
    body = {name: getattr(thing.organisation, name) for name in BODY}
    return {"id": thing.id, "number": number, "state": thing.state.value, "body": body}


def around(session: Session, roadshow: Roadshow) -> dict[str, set[str]]:
    """Return the ids of the bodies and people that are there."""
    return {
        name: set(session.scalars(select(table.id).where(table.roadshow_id == roadshow.id)))
        for name, table in (("bodies", Organisation), ("people", Person))
    }


def remember(
    session: Session,
    roadshow: Roadshow,
    made: Sequence[str],
    before: Sequence[dict[str, Any]],
    earlier: dict[str, set[str]],
) -> dict[str, Any]:
    """Return what taking an import back has to know, as JSON values."""
    now = around(session, roadshow)
    return {
        "made": list(made),
        "before": list(before),
        **{name: sorted(now[name] - earlier[name]) for name in now},
    }


def can_undo(file: ImportFile, now: datetime) -> bool:
    """Tell whether an import may still be taken back."""
    return file.taken_at is not None and "undo" in file.result and now <= file.taken_at + WITHIN


def refuse_undo(session: Session, file: ImportFile, *, now: datetime) -> None:
    """Stop taking back what is too old, was taken back already, or carries something new."""
    if file.taken_at is None or "undone" in file.result or "undo" not in file.result:
        raise Refusal("no-import-to-undo", hint="There is nothing to take back.")
    if not can_undo(file, now):
        raise Refusal("undo-too-late", hint="An import can be taken back for an hour.")
    kept = file.result["undo"]
    if _built_on(session, TABLES[file.kind], kept["made"]) or _changed(session, file.kind, kept):
        raise Refusal(
            "built-on-import",
            hint="Something was built on what was imported, such as a newer version, a review, a"
            " wish or a ranking. Withdraw single entries instead.",
        )


def undo_import(
    session: Session, roadshow: Roadshow, file: ImportFile, *, actor: Account | None, now: datetime
) -> None:
    """Take an import back: what was new goes, what was changed is as it was.

    A changed profile gets its former content as a newer version: versions stay as they are.
    """
    refuse_undo(session, file, now=now)
    kept = file.result["undo"]
    by: dict[str, Any] = {"actor": actor, "now": now}
    for told in kept["before"]:
        _put_back(session, file.kind, told, **by)
    _forget(session, TABLES[file.kind], kept["made"])
    _leave(session, kept["people"], [told["id"] for told in kept["before"]])
    _forget(session, Person, _unused(session, Person, kept["people"]))
    _forget(session, Organisation, _unused(session, Organisation, kept["bodies"]))
    session.expire_all()
    counts: dict[str, Any] = {"made": len(kept["made"]), "changed": len(kept["before"])}
    told = {name: value for name, value in file.result.items() if name != "undo"}
    file.result = {**told, "undone": now.isoformat()}
    journal.write(session, "table.undone", roadshow, kind=file.kind, **counts, **by)
    session.flush()


def _leave(session: Session, people: Sequence[str], parties: Sequence[str]) -> None:
    """Take people who came with the import out of the teams and firms that had been there."""
    seated = set(_seated(session, people))
    leaving = [key for key in people if key not in seated]
    for person, party in (
        (TeamMember.person_id, TeamMember.project_id),
        (Delegate.person_id, Delegate.investor_id),
    ):
        for part in _parts(leaving):
            for some in _parts(parties):
                gone = delete(person.class_).where(person.in_(part), party.in_(some))
                for those in (person.class_.duty != Duty.LEAD, true()):  # who leads goes last
                    told = {"synchronize_session": False}
                    session.execute(gone.where(those), execution_options=told)


def _seated(session: Session, people: Sequence[str]) -> Iterator[str]:
    for column in _references("person"):
        if column.table.name not in ("team_member", "delegate"):
            for part in _parts(people):
                yield from session.scalars(select(column).where(column.in_(part)))


def _put_back(
    session: Session, kind: str, told: dict[str, Any], *, actor: Account | None, now: datetime
) -> None:
    by: dict[str, Any] = {"actor": actor, "now": now}
    thing = session.get(TABLES[kind], told["id"])
    if isinstance(thing, MeetingTable):
        values = {name: told["values"][name] for name in TABLE if name != "home_project_id"}
        home = told["values"]["home_project_id"]
        roadshow = session.get_one(Roadshow, thing.roadshow_id)
        setup.save_table(session, roadshow, thing, **values, home_project=home, **by)
    elif isinstance(thing, Project):
        profile.save_organisation(session, thing, told["body"], **by)
        if told["number"] is not None:
            version = _version(session, ProjectVersion.project_id, thing.id, told["number"])
            values = profile.project_values(version, confidential=True)
            profile.save_project(session, thing, values, revision=None, **by)
            profile.submit_project(session, thing, **by)
        if thing.state.value != told["state"]:
            selection.decide(session, thing, ProjectState(told["state"]), **by)
    elif isinstance(thing, Investor):
        profile.save_organisation(session, thing, told["body"], **by)
        if told["number"] is not None:
            version = _version(session, InvestorMandate.investor_id, thing.id, told["number"])
            values = profile.mandate_values(version, terms=True)
            profile.save_mandate(session, thing, values, revision=None, **by)
            profile.submit_mandate(session, thing, **by)


def _version(session: Session, party: Any, party_id: str, number: int) -> Any:
    table = party.class_
    return session.scalars(select(table).where(party == party_id, table.number == number)).one()


def _changed(session: Session, kind: str, kept: dict[str, Any]) -> bool:
    """Tell whether a profile has been handed in again since, or is gone."""
    if kind not in ("projects", "investors"):
        return False
    due = {told["id"]: (told["number"] or 0) + 1 for told in kept["before"]}
    due |= dict.fromkeys(kept["made"], 1)
    for part in _parts(list(due)):
        query = select(TABLES[kind]).where(TABLES[kind].id.in_(part))
        found = {thing.id: current_number(session, thing) for thing in session.scalars(query)}
        if any(found.get(key) != due[key] for key in part):
            return True
    return False


def _built_on(session: Session, table: Any, ids: Sequence[str]) -> bool:
    """Tell whether any row elsewhere refers to one of these."""
    name = table.__tablename__
    return any(
        session.scalar(select(exists().where(column.in_(part))))
        for column in _references(name)
        if column.table.name not in PARTS[name]
        for part in _parts(ids)
    )


def _unused(session: Session, table: Any, ids: Sequence[str]) -> list[str]:
    """Return those to which nothing refers any more, and that nobody signed in as."""
    used: set[str] = set()
    for column in _references(table.__tablename__):
        for part in _parts(ids):
            used |= set(session.scalars(select(column).where(column.in_(part))))
    if table is Person:
        for part in _parts(ids):
            signed = select(Person.id).where(Person.id.in_(part), Person.account_id.is_not(None))
            used |= set(session.scalars(signed))
    return [key for key in ids if key not in used]


def _references(name: str) -> Iterator[Any]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == name for key in column.foreign_keys):
                yield column


def _forget(session: Session, table: Any, ids: Iterable[str]) -> None:
    session.flush()
    for part in _parts(list(ids)):
        session.execute(
            delete(table).where(table.id.in_(part)),
            execution_options={"synchronize_session": False},
        )


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
