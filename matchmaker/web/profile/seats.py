"""The person of an address, and what they do for the project or firm of the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import g

from matchmaker.core.policy import Action, may
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.profile.party import Party, ProjectParty


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of a party; ``right`` is that of those who lead it."""

    party: Any
    row: Any
    right: Action

    @property
    def person(self) -> Person:
        person: Person = self.row.person
        return person

    @property
    def person_id(self) -> str:
        person_id: str = self.row.person_id
        return person_id

    @property
    def own(self) -> bool:
        return self.person_id in g.viewer.persons

    @property
    def leads(self) -> bool:
        """Whether the viewer may decide what this person does."""
        return bool(may(g.viewer, self.right, self.party))


def member(values: dict[str, Any]) -> Seat | None:
    """Load the person of a project's team."""
    person_id, project = values.pop("person_id"), access.project(values)
    row = g.session.get(TeamMember, (project.id, person_id)) if project else None
    return None if row is None else Seat(project, row, Action.LEAD_PROJECT)


def delegate(values: dict[str, Any]) -> Seat | None:
    """Load the person of a firm."""
    person_id, investor = values.pop("person_id"), access.investor(values)
    row = g.session.get(Delegate, (investor.id, person_id)) if investor else None
    return None if row is None else Seat(investor, row, Action.LEAD_INVESTOR)


def people_url(party: Party) -> str:
    """Return where the party's people are listed."""
    return party.url("edit", step="team" if isinstance(party, ProjectParty) else "delegates")


def own_seat(seats: Iterable[TeamMember | Delegate]) -> Any:
    """Return the viewer's own among the seats of a party, or None."""
    return next((seat for seat in seats if seat.person_id in g.viewer.persons), None)
