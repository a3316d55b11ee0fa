"""Many parties at once, each handed in: what the verbs look up one by one is read once.

What comes of it is what ``create_*``, ``add_person``, ``save_*``, ``add_member`` and ``submit_*``
would have made of each; only their rows leave together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.profile import bodies, people, writing
from matchmaker.services.profile.avoiding import Avoided
from matchmaker.services.profile.drafts import Rows, following_rows, whole_rows
from matchmaker.services.profile.known import Known, Stand
from matchmaker.services.profile.letters import tell_mandate, tell_project
from matchmaker.services.profile.submitting import taken_in
from matchmaker.store.account import Account
from matchmaker.store.base import Base
from matchmaker.store.profile import Delegate, Investor, Project, ProjectVersion, TeamMember
from matchmaker.store.roadshow import Organisation, Person, Roadshow

AT_ONCE = 200  # parties whose rows leave together
Cells = Iterable[Mapping[str, Any]]


@dataclass(slots=True)
class _Entered:
    """A party whose rows wait, and those of its people who are new to it."""

    party: Project | Investor
    stand: Stand
    new: bool
    joined: list[Person] = field(default_factory=list)


class Lot:
    """Projects or investors that an organiser (or nobody: the command line) enters for others."""

    def __init__(
        self, session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
    ) -> None:
        self.session, self.roadshow = session, roadshow
        self.by: dict[str, Any] = {"actor": actor, "now": now}
        self.known = Known(session, roadshow)
        self._avoided = Avoided(session, roadshow)
        self._waiting: dict[str, _Entered] = {}

    def waits(self, party: Any) -> bool:
        """Tell whether the rows of a party have not left yet."""
        return party.id in self._waiting

    def read(self, parties: Iterable[Project | Investor]) -> None:
        """Read at once how these stand, which are going to be revised."""
        self.known.read(parties)

    def project(
        self,
        *,
        code: str,
        title: str,
        body: Mapping[str, Any],
        values: Mapping[str, Any],
        team: Cells,
    ) -> Project:
        """Enter a project; the first of the team presents it. Rows leave with ``write``."""
        with self.session.no_autoflush:
            code, now = self.known.free(Project, code), self.by["now"]
            party = writing.new_project(self.roadshow, code, self._body(**body), now)
            draft = writing.first_project_draft(party, self.roadshow, title, now)
            self._note("project.created", party, code=code)
            self._enter(party, Stand(draft, 0), values, team, new=True)
        return party

    def investor(
        self, *, code: str, body: Mapping[str, Any], values: Mapping[str, Any], delegates: Cells
    ) -> Investor:
        """Enter an investor with its delegates. Rows leave with ``write``."""
        with self.session.no_autoflush:
            code, now = self.known.free(Investor, code), self.by["now"]
            party = writing.new_investor(self.roadshow, code, self._body(**body), now)
            draft = writing.first_mandate_draft(party, self.roadshow, now)
            self._note("investor.created", party, code=code)
            self._enter(party, Stand(draft, 0), values, delegates, new=True)
        return party

    def revise(self, party: Project | Investor, values: Mapping[str, Any], cells: Cells) -> None:
        """Change what is there and hand it in again; people join those who are there."""
        stand = self.stand(party)
        with self.session.no_autoflush, _unless_refused(self.session, stand.draft):
            self._enter(party, stand, values, cells, new=False)

    def stand(self, party: Project | Investor) -> Stand:
        """Return how a party stands; one whose rows wait is written first."""
        if party.id in self._waiting:
            self.write()
        return self.known.stand(party)

    def write(self) -> None:
        """Write what was entered, with the next draft of each and what follows from it."""
        entered, self._waiting = list(self._waiting.values()), {}
        if not entered:
            return
        now, actor = self.by["now"], self.by["actor"]
        self.session.flush()  # what is handed in stands before it is numbered: then it is fixed
        for one in entered:
            draft, one.stand.number = one.stand.draft, one.stand.number + 1
            draft.number, draft.submitted_at = one.stand.number, now
            draft.submitted_by_id = actor.id if actor else None
        self.session.flush()
        self._insert(whole_rows([one.stand.draft for one in entered if one.new]))
        self._insert(following_rows([one.stand.draft for one in entered], now))
        for one in entered:
            self._finish(one)
            self.known.forget(one.party)

    def _insert(self, rows: Rows) -> None:
        for table, some in rows.items():
            if some:
                self.session.execute(insert(table.__table__), some)  # type: ignore[arg-type]

    def _finish(self, one: _Entered) -> None:
        """Keep it away from whom it names; those who can sign in get their rights and a mail."""
        party, draft, number = one.party, one.stand.draft, one.stand.number
        role = Role.TEAM if isinstance(party, Project) else Role.INVESTOR
        for person in one.joined:
            people.give_own_role(self.session, person, role, **self.by)
        listed = draft.registered.avoids if isinstance(draft, ProjectVersion) else ()
        self._avoided.keep_away(party, listed, now=self.by["now"])
        seated = [person.account_id for person in one.stand.people.values()]
        told: dict[str, Any] = {"now": self.by["now"], "number": number}
        if any(seated) and isinstance(party, Project):
            tell_project(self.session, party, "project_submitted", f"{number}", **told)
        elif any(seated) and isinstance(party, Investor):
            tell_mandate(self.session, party, "mandate_submitted", f"{number}", **told)
        if not one.new:
            names = (
                ("versions", "team") if isinstance(party, Project) else ("mandates", "delegates")
            )
            self.session.expire(party, names)

    def _enter(
        self,
        party: Project | Investor,
        stand: Stand,
        values: Mapping[str, Any],
        cells: Cells,
        *,
        new: bool,
    ) -> None:
        """Say, seat and hand in; of what is refused nothing is kept."""
        one = _Entered(party, stand, new)
        if isinstance(party, Project):
            self._saved("project.saved", one, writing.put_project(stand.draft, values))
        else:
            self._saved("mandate.saved", one, writing.put_mandate(party, stand.draft, values))
        seats = self._seated(one, cells)
        taken_in(party, stand.draft)
        number = stand.number + 1
        team = isinstance(party, Project)
        self._note("project.submitted" if team else "mandate.submitted", party, number=number)
        self.session.add_all((party, *seats))
        self._waiting[party.id] = one

    def _seated(self, one: _Entered, cells: Cells) -> list[Base]:
        """Return the seats of those who are not of the party yet."""
        seats: list[Base] = []
        for place, cell in enumerate(cells):
            person, team = self._person(one.party.organisation, **cell), one.stand.people
            if person.id in team:
                if place == 0:
                    one.stand.present(person)
                continue
            rank = one.stand.next_rank()
            duty = Duty.EDITOR if one.stand.seats else Duty.LEAD
            key = {"person_id": person.id, "rank": rank, "duty": duty}
            if isinstance(one.party, Project):
                seat = TeamMember(project_id=one.party.id, presenter=place == 0, **key)
                self._note("team.joined", one.party, person=person.id, duty=duty.value)
            else:
                seat = Delegate(investor_id=one.party.id, **key)  # type: ignore[assignment]
                self._note("delegate.joined", one.party, person=person.id, duty=duty.value)
            one.stand.seat(person, seat)
            one.joined += [person] if person.account_id is not None else []
            seats.append(seat)
        return seats

    def _note(self, action: str, party: Project | Investor, **facts: Any) -> None:
        journal.write(self.session, action, party, flush=False, **self.by, **facts)

    def _saved(self, action: str, one: _Entered, changed: list[str]) -> None:
        draft = one.stand.draft
        if changed:
            draft.revision += 1
            draft.edited_at = self.by["now"]
            self._note(action, one.party, changed=sorted(changed))

    def _body(self, *, kind: str, **more: Any) -> Organisation:
        cleaned, side = bodies.body_values(kind, more)
        found = self.known.body(cleaned, side)
        found = bodies.put_body(self.session, self.roadshow, found, kind, cleaned)
        self.known.know_body(found)
        return found

    def _person(self, body: Organisation, **cell: Any) -> Person:
        cleaned, address, spoken = people.person_values(**cell)
        found = self.known.person(cleaned, address, body)
        found = people.put_person(
            self.session, self.roadshow, found, cleaned, address, spoken, body
        )
        self.known.know_person(found)
        return found


@contextmanager
def _unless_refused(session: Session, draft: Any) -> Iterator[None]:
    """Leave a stored draft as it was where what is said of it is refused."""
    try:
        yield
    except Refusal:
        parts = (
            (draft.registered, draft.confidential)
            if isinstance(draft, ProjectVersion)
            else (draft.terms,)
        )
        for part in (*parts, draft):
            session.expire(part)
        raise
