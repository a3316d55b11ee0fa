"""Rows into a roadshow, all or nothing, through the same verbs that the pages use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal, profile, selection
from matchmaker.services.exchange import undoing
from matchmaker.services.exchange.rows import (
    AnyRow,
    InvestorRow,
    PersonCell,
    Problem,
    ProjectRow,
    SlotRow,
    TableRow,
)
from matchmaker.services.exchange.standing import Standing, read_standing
from matchmaker.services.exchange.telling import sentence
from matchmaker.services.meeting import setup
from matchmaker.services.profile.lot import AT_ONCE, Lot
from matchmaker.store.account import Account
from matchmaker.store.meeting import MeetingTable, Slot
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Roadshow

Existing = Literal["skip", "update", "refuse"]
EXISTING: tuple[Existing, ...] = ("skip", "update", "refuse")
MOST_REFUSED = 20  # rows that are refused before the rest is not tried any more
_PLACE = ("country", "region", "city_en", "city_zh", "website")
_NOT_SAID = {"row", "code", "kind", "people", "min_meetings", "max_meetings", *_PLACE}
_NOT_SAID |= {"organisation_en", "organisation_zh", "name_en", "name_zh", "exclude"}


@dataclass(slots=True)
class Taken:
    """What came of an import: how many rows were new, changed something, or were left alone."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: list[Problem] = field(default_factory=list, compare=False)
    made: list[str] = field(default_factory=list, compare=False)
    before: list[dict[str, Any]] = field(default_factory=list, compare=False)
    """Ids of what is new, and how what was changed stood before (see ``undoing``)."""

    def as_json(self) -> dict[str, Any]:
        return {"created": self.created, "updated": self.updated, "skipped": self.skipped}


def check_against(
    session: Session,
    roadshow: Roadshow,
    kind: str,
    rows: Sequence[AnyRow],
    *,
    existing: Existing = "skip",
    standing: Standing | None = None,
) -> list[Problem]:
    """Return what only the roadshow can say of the rows: what is there already, what is not.

    Being there already blocks where ``existing`` is ``refuse``, and is only shown otherwise.
    ``standing`` is what stands there, if it has been read.
    """
    standing = standing or read_standing(session, roadshow, kind)
    return sorted(_against(standing, rows, existing), key=lambda one: one.row)


def run_import(
    session: Session,
    roadshow: Roadshow,
    kind: str,
    rows: Sequence[AnyRow],
    *,
    actor: Account | None,
    now: datetime,
    existing: Existing = "skip",
    selected: bool = False,
    same: Mapping[int, str] | None = None,
) -> Taken:
    """Take every row in, or none: a row that is refused raises ``import-refused``.

    ``existing`` says what happens to what is there already (the same code, or the same names);
    ``same`` names, by row, the ids of what was said to be there: that is brought up to date.
    ``selected`` also selects the projects, for a list that a committee has decided elsewhere.
    The caller rolls back when this raises.
    """
    standing = read_standing(session, roadshow, kind)
    standing.same = same or {}
    taking = _Taking(session, roadshow, standing, actor, now, existing, selected)
    for problem in _against(standing, rows, existing):
        if problem.blocking:
            taking.taken.refused.append(problem)
    if not taking.taken.refused:
        taking.take(rows)
    if taking.taken.refused:
        first = taking.taken.refused[0]
        raise Refusal(
            "import-refused",
            hint=f"Nothing was imported. {sentence(first)}",
            problems=taking.taken.refused,
        )
    journal.write(
        session,
        "table.imported",
        roadshow,
        actor=actor,
        now=now,
        kind=kind,
        **taking.taken.as_json(),
    )
    return taking.taken


def _against(standing: Standing, rows: Sequence[AnyRow], existing: Existing) -> Iterator[Problem]:
    for row in rows:
        if row.row not in standing.same and standing.find(row) is not None:
            yield Problem(
                row.row,
                "",
                "",
                _name(row),
                "already-there",
                {"existing": existing},
                blocking=existing == "refuse",
            )
        if isinstance(row, TableRow) and row.home_of and row.home_of not in standing.projects:
            yield Problem(row.row, "home_of", "", row.home_of, "unknown-project")


def _name(row: AnyRow) -> str:
    if isinstance(row, SlotRow):
        return row.starts_at.isoformat(sep=" ", timespec="minutes")
    return row.name


@dataclass(slots=True)
class _Taking:
    session: Session
    roadshow: Roadshow
    standing: Standing
    actor: Account | None
    now: datetime
    existing: Existing
    selected: bool
    taken: Taken = field(default_factory=Taken)
    entered: list[tuple[AnyRow, Project]] = field(default_factory=list)
    lot: Lot = field(init=False)

    def __post_init__(self) -> None:
        self.lot = Lot(self.session, self.roadshow, **self._by())

    def take(self, rows: Sequence[AnyRow]) -> None:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            self.lot.read(filter(None, map(self._to_change, some)))
            for row in some:
                self._trying(row, self._take_one)
                if len(self.taken.refused) >= MOST_REFUSED:
                    return
            self._write()

    def _trying(self, row: AnyRow, take: Callable[[Any], None]) -> None:
        try:
            take(row)
        except Refusal as refusal:
            self.taken.refused.append(_refused(row, refusal))

    def _write(self) -> None:
        """Write what waits in the lot; nothing that is taken back anyway."""
        if self.taken.refused:
            return
        self.lot.write()
        entered, self.entered = self.entered, []
        for row, project in entered:
            if self.selected and project.state is not ProjectState.SELECTED:
                self._trying(row, partial(self._select, project))

    def _select(self, project: Project, _row: AnyRow) -> None:
        selection.decide(self.session, project, ProjectState.SELECTED, **self._by())

    def _to_change(self, row: AnyRow) -> Project | Investor | None:
        """Return the party that a row is to bring up to date, if it is there."""
        found = self.standing.find(row)
        if self.existing != "update" and row.row not in self.standing.same:
            return None
        return found if isinstance(found, Project | Investor) else None

    def _take_one(self, row: AnyRow) -> None:
        found = self.standing.find(row)
        told = row.row in self.standing.same
        if found is not None and self.existing != "update" and not told:
            self.taken.skipped += 1
            return
        verbs: dict[type, Callable[[Any, Any], Any]] = {
            ProjectRow: self._project,
            InvestorRow: self._investor,
            SlotRow: self._slot,
            TableRow: self._table,
        }
        if found is not None and self.lot.waits(found):
            self._write()
        stood = None if found is None else self._stood(found)
        thing = verbs[type(row)](row, found)
        self.standing.add(row, thing)
        if stood is None:
            self.taken.created += 1
            self.taken.made.append(thing.id)
        else:
            self.taken.updated += 1
            self.taken.before.append(stood)

    def _stood(self, found: Any) -> dict[str, Any]:
        if isinstance(found, Project | Investor):
            return undoing.stood(found, self.lot.stand(found).number or None)
        return undoing.stood(found, None)

    def _by(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}

    def _project(self, row: ProjectRow, found: Project | None) -> Project:
        body = _called(row, row.organisation_en, row.organisation_zh)
        people = map(_cell, row.people)
        if found is None:
            project = self.lot.project(
                code=row.code or self.standing.next_code(),
                title=row.name,
                body={"kind": "company", **body},
                values=_said(row),
                team=people,
            )
        else:
            profile.save_organisation(self.session, found, body, **self._by())
            self.lot.revise(found, _said(row), people)
            project = found
        self.entered.append((row, project))
        return project

    def _investor(self, row: InvestorRow, found: Investor | None) -> Investor:
        body, values = _called(row, row.name_en, row.name_zh), _said(row)
        if row.exclude:
            values["exclusions"] = row.exclude
        for name in ("min_meetings", "max_meetings"):
            if getattr(row, name) is not None:
                values[name] = getattr(row, name)
        people = map(_cell, row.people)
        if found is None:
            code = row.code or self.standing.next_code()
            body = {"kind": "other", **body}
            return self.lot.investor(code=code, body=body, values=values, delegates=people)
        profile.save_organisation(self.session, found, body, **self._by())
        self.lot.revise(found, values, people)
        return found

    def _slot(self, row: SlotRow, _found: object) -> Slot:
        return setup.add_slot(
            self.session,
            self.roadshow,
            starts_at=row.starts_at.replace(tzinfo=ZoneInfo(self.roadshow.zone)),
            minutes=row.minutes or self.roadshow.slot_minutes,
            **self._by(),
        )

    def _table(self, row: TableRow, found: MeetingTable | None) -> MeetingTable:
        home = self.standing.projects.get(row.home_of) if row.home_of else None
        return setup.save_table(
            self.session,
            self.roadshow,
            found,
            name=row.name,
            room_en=row.room_en,
            room_zh=row.room_zh,
            seats=row.seats or (found.seats if found else 4),
            home_project=home,
            **self._by(),
        )


def _called(row: ProjectRow | InvestorRow, name_en: str, name_zh: str) -> dict[str, Any]:
    """Return what a row says of the body behind it."""
    place = {name: getattr(row, name) for name in _PLACE}
    told = {"kind": row.kind, "name_en": name_en, "name_zh": name_zh, **place}
    return {name: one for name, one in told.items() if one}


def _cell(cell: PersonCell) -> dict[str, Any]:
    return {one.name: getattr(cell, one.name) for one in fields(cell)}


def _said(row: ProjectRow | InvestorRow) -> dict[str, Any]:
    """Return what the row says of itself; what it does not say stays as it was."""
    told = {
        one.name: getattr(row, one.name)
        for one in fields(row)
        if one.name not in _NOT_SAID and getattr(row, one.name) not in (None, "", ())
    }
    if isinstance(row, ProjectRow) and row.website:
        told["website"] = row.website
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in told.items()
    }


def _refused(row: AnyRow, refusal: Refusal) -> Problem:
    column = str(refusal.facts.get("field", ""))
    hint = refusal.hint or refusal.reason
    facts = {"hint": hint, "refusal": refusal.reason, "facts": dict(refusal.facts)}
    return Problem(row.row, column, "", _name(row), "refused", facts)
