"""What goes with a seat in a team or a firm: the role at the roadshow, and an open invitation.

A role that nothing else gives is taken back, or somebody who left would go on reading what only
participants may.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.services import journal
from matchmaker.store.account import Account, Invitation, Membership
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person


def role_of(party: Project | Investor) -> Role:
    """Return the role that a seat of this party gives."""
    return Role.TEAM if isinstance(party, Project) else Role.INVESTOR


def keeps_role(session: Session, party: Project | Investor, person: Person) -> bool:
    """Tell whether something besides this party gives the person's account its role.

    That is a seat at another party of the kind, or an invitation to the role itself.
    """
    if person.account_id is None:
        return False
    table, key = _seats(party)
    seat = (
        select(table)
        .join(Person, Person.id == table.person_id)
        .where(
            Person.account_id == person.account_id,
            Person.roadshow_id == party.roadshow_id,
            key != party.id,
        )
    )
    invited = select(Invitation).where(
        Invitation.roadshow_id == party.roadshow_id,
        Invitation.account_id == person.account_id,
        Invitation.role == role_of(party),
        Invitation.accepted_at.is_not(None),
        Invitation.project_id.is_(None),
        Invitation.investor_id.is_(None),
    )
    found = (session.scalars(query.limit(1)).first() for query in (seat, invited))
    return any(one is not None for one in found)


def end_of_seat(
    session: Session,
    party: Project | Investor,
    person: Person,
    *,
    actor: Account | None,
    now: datetime,
) -> None:
    """Take back what only the seat gave, once the person has left it."""
    for invitation in _open_invitations(session, party, person, now):
        invitation.revoked_at = now
        journal.write(session, "invitation.revoked", invitation, actor=actor, now=now)
    if person.account_id is None or keeps_role(session, party, person):
        return
    membership = session.scalars(
        select(Membership).where(
            Membership.roadshow_id == party.roadshow_id,
            Membership.account_id == person.account_id,
            Membership.role == role_of(party),
        )
    ).first()
    if membership is not None:
        role = membership.role.value
        journal.write(session, "role.taken", membership, actor=actor, now=now, role=role)
        session.delete(membership)
        session.flush()


def _open_invitations(
    session: Session, party: Project | Investor, person: Person, now: datetime
) -> Iterator[Invitation]:
    """Yield the open invitations of the person to the party."""
    account = session.get(Account, person.account_id) if person.account_id else None
    addresses = {one.lower() for one in (person.email, account.email if account else "") if one}
    place = Invitation.project_id if isinstance(party, Project) else Invitation.investor_id
    yield from session.scalars(
        select(Invitation).where(
            place == party.id,
            func.lower(Invitation.email).in_(addresses),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def _seats(party: Project | Investor) -> tuple[Any, Any]:
    if isinstance(party, Project):
        return TeamMember, TeamMember.project_id
    return Delegate, Delegate.investor_id
