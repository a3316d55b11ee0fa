"""What happened to a project or a mandate, and who did it: in its own name or on its behalf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.store.account import Account
from matchmaker.store.journal import JournalEntry
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person

MOST = 40  # deeds shown
TOLD = (
    *("project.created", "project.saved", "project.submitted", "project.withdrawn"),
    *("project.restored", "team.joined", "colleague.removed", "duty.changed"),
    *("investor.created", "mandate.saved", "mandate.submitted", "mandate.imported"),
    *("investor.withdrawn", "investor.restored", "delegate.joined"),
)
"""Deeds that a party is told of; what committees and organisers decide is told elsewhere."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: ``who`` is nobody for the system; ``behalf``: the doer is none of the party's."""

    action: str
    at: datetime
    who: str
    behalf: bool
    facts: dict[str, Any]


def deeds_of(session: Session, party: Project | Investor) -> list[Deed]:
    """Return what was done to a party's profile, the newest first."""
    rows = session.execute(
        select(JournalEntry, Account)
        .outerjoin(Account, Account.id == JournalEntry.actor_id)
        .where(
            JournalEntry.thing == party.__tablename__,
            JournalEntry.thing_id == party.id,
            JournalEntry.action.in_(TOLD),
        )
        .order_by(JournalEntry.seq.desc())
        .limit(MOST)
    ).all()
    own = _accounts(session, party)
    return [
        Deed(
            entry.action,
            entry.at,
            "" if account is None else account.name or account.email.partition("@")[0],
            entry.actor_id is not None and entry.actor_id not in own,
            dict(entry.facts),
        )
        for entry, account in rows
    ]


def _accounts(session: Session, party: Project | Investor) -> set[str]:
    """Return the accounts that act for the party in its own name."""
    table, key = (
        (TeamMember, TeamMember.project_id)
        if isinstance(party, Project)
        else (Delegate, Delegate.investor_id)
    )
    query = (
        select(Person.account_id)
        .join(table, table.person_id == Person.id)
        .where(key == party.id, Person.account_id.is_not(None))
    )
    return {account for account in session.scalars(query) if account}
