"""What stands in a roadshow already, read once for many parties: bodies, people, codes, drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from matchmaker.core.refusal import Refusal
from matchmaker.services.profile import values as said
from matchmaker.store.base import new_id
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    Project,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow


@dataclass(slots=True)
class Stand:
    """A party's draft, the number of its newest version (0: none), and its people by id."""

    draft: Any
    number: int
    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Any] = field(default_factory=dict)

    def seat(self, person: Person, seat: Any) -> None:
        """Note that a person sits there."""
        self.people[person.id], self.seats[person.id] = person, seat

    def next_rank(self) -> int:
        """Return the place behind everybody's."""
        return max((seat.rank for seat in self.seats.values()), default=-1) + 1

    def present(self, person: Person) -> None:
        """Let a member of a team be one who presents."""
        seat = self.seats[person.id]
        if isinstance(seat, TeamMember):
            seat.presenter = True


class Known:
    """The bodies, people and codes of a roadshow, found without a query each."""

    def __init__(self, session: Session, roadshow: Roadshow) -> None:
        self.session = session
        self._bodies: dict[str, list[Organisation]] = defaultdict(list)
        self._people: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        self._codes: set[tuple[type, str]] = set()
        self._stands: dict[str, Stand] = {}
        here = roadshow.id
        for body in session.scalars(select(Organisation).where(Organisation.roadshow_id == here)):
            self.know_body(body)
        for person in session.scalars(select(Person).where(Person.roadshow_id == here)):
            self.know_person(person)
        for table in (Project, Investor):
            codes = session.scalars(select(table.code).where(table.roadshow_id == here))
            self._codes |= {(table, code) for code in codes}

    def free(self, table: type[Project | Investor], code: str) -> str:
        """Take a code; refuses ``code-taken``."""
        wanted = said.text("code", code, 12)
        if (table, wanted) in self._codes:
            raise Refusal("code-taken", hint=f"{wanted} stands already.", code=wanted)
        self._codes.add((table, wanted))
        return wanted

    def body(self, cleaned: Mapping[str, Any], side: tuple[str, ...]) -> Organisation | None:
        """Return the body of one side with one of these names, or None."""
        same = (
            body
            for name in ("name_en", "name_zh")
            if cleaned.get(name)
            for body in self._bodies[cleaned[name].lower()]
            if body.kind in side and (getattr(body, name) or "").lower() == cleaned[name].lower()
        )
        return min(same, key=lambda body: body.id, default=None)

    def person(self, cleaned: Mapping[str, str], address: str, body: Organisation) -> Person | None:
        """Return the person with this address, else with these names in the body, or None."""
        if address:
            key: tuple[str, ...] = (address.lower(),)
            same = [one for one in self._people[key] if one.email.lower() == key[0]]
        else:
            key = (body.id, cleaned["name_en"], cleaned["name_zh"])
            same = [one for one in self._people[key] if _place(one) == key]
        return min(same, key=lambda person: person.id, default=None)

    def know_body(self, body: Organisation) -> None:
        """Find the body under its names from now on."""
        body.id = body.id or new_id()
        for name in filter(None, {body.name_en, body.name_zh}):
            if body not in self._bodies[name.lower()]:
                self._bodies[name.lower()].append(body)

    def know_person(self, person: Person) -> None:
        """Find the person under the address and the names from now on."""
        person.id = person.id or new_id()
        for key in ((person.email.lower(),), _place(person)):
            if key[0] and person not in self._people[key]:
                self._people[key].append(person)

    def stand(self, party: Project | Investor) -> Stand:
        """Return how a party stands."""
        if party.id not in self._stands:
            self.read([party])
        return self._stands[party.id]

    def forget(self, party: Project | Investor) -> None:
        """Read the party anew when it is asked for."""
        self._stands.pop(party.id, None)

    def read(self, parties: Iterable[Project | Investor]) -> None:
        """Read how these stand, in a fixed number of queries; their drafts wait for us."""
        wanted = [party for party in parties if party.id not in self._stands]
        for table, seat, key in (
            (ProjectVersion, TeamMember, "project_id"),
            (InvestorMandate, Delegate, "investor_id"),
        ):
            kind = Project if table is ProjectVersion else Investor
            ids = [party.id for party in wanted if isinstance(party, kind)]
            if ids:
                self._read(table, seat, key, ids)

    def _read(self, table: Any, seat: Any, key: str, ids: list[str]) -> None:
        parts = ("registered", "confidential") if table is ProjectVersion else ("terms",)
        party = getattr(table, key)
        drafts = self.session.scalars(
            select(table)
            .where(party.in_(ids), table.number.is_(None))
            .options(*(selectinload(getattr(table, name)) for name in parts))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found = {getattr(draft, key): Stand(draft, 0) for draft in drafts}
        numbers = select(party, func.max(table.number)).where(party.in_(ids)).group_by(party)
        for party_id, number in self.session.execute(numbers):
            found[party_id].number = number or 0
        seats = select(seat).where(getattr(seat, key).in_(ids)).options(selectinload(seat.person))
        for row in self.session.scalars(seats):
            found[getattr(row, key)].seat(row.person, row)
        self._stands |= found


def _place(person: Person) -> tuple[str, ...]:
    body = person.organisation_id or (person.organisation.id if person.organisation else "")
    return (body, person.name_en, person.name_zh)
