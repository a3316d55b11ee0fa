"""How far everybody is with their wishes, and reminding those who are silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, ProjectState, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.outbox import letter, post
from matchmaker.services.preference.wish import SIDES, are_open, side_of
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side's progress: how many of the other side it has said something about."""

    side: str
    party: Project | Investor
    musts: int = 0
    meets: int = 0
    noes: int = 0

    @property
    def stated(self) -> int:
        return self.musts + self.meets + self.noes


def progress(session: Session, roadshow: Roadshow) -> list[Party]:
    """Return how far each party that takes part is: projects, then investors, by code."""
    counts = {
        (side, party, wish): number
        for side, column in zip(SIDES, (Preference.project_id, Preference.investor_id), strict=True)
        for party, wish, number in session.execute(
            select(column, Preference.wish, func.count())
            .where(Preference.roadshow_id == roadshow.id, Preference.side == side)
            .group_by(column, Preference.wish)
        )
    }
    projects = session.scalars(
        select(Project)
        .where(Project.roadshow_id == roadshow.id, Project.state == ProjectState.SELECTED)
        .order_by(Project.code)
    )
    investors = session.scalars(
        select(Investor)
        .where(Investor.roadshow_id == roadshow.id, Investor.state == InvestorState.ACTIVE)
        .order_by(Investor.code)
    )
    return [
        Party(
            side=side_of(party),
            party=party,
            musts=counts.get((side_of(party), party.id, Wish.MUST), 0),
            meets=counts.get((side_of(party), party.id, Wish.MEET), 0),
            noes=counts.get((side_of(party), party.id, Wish.NO), 0),
        )
        for party in (*projects, *investors)
    ]


def remind_silent(
    session: Session, roadshow: Roadshow, *, actor: Account | None, now: datetime
) -> int:
    """Mail the people of every party that has stated nothing, once a day; returns the mails."""
    if not are_open(roadshow, now):
        raise Refusal("preferences-not-open", hint="Preferences are not open now.")
    silent = [row for row in progress(session, roadshow) if not row.stated]
    written = 0
    for account_id, person_id, side in _people(session, silent):
        mail = post(
            session,
            "preferences_due",
            session.get_one(Account, account_id),
            dedupe=f"preferences-{roadshow.id}-{account_id}-{now:%Y%m%d}",
            now=now,
            roadshow_id=roadshow.id,
            person_id=person_id,
            side=side,
        )
        written += mail is not None
    journal.write(session, "preferences.reminded", roadshow, actor=actor, now=now, mails=written)
    return written


@letter("preferences_due")
def preferences_due(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    """Remind somebody of stating wishes; dropped when the time for it is over."""
    roadshow = session.get_one(Roadshow, mail.roadshow_id)
    if not are_open(roadshow, mail.written_at):
        return None
    return {
        "roadshow": roadshow,
        "person": session.get(Person, mail.params["person_id"]),
        "side": mail.params["side"],
    }


def _people(session: Session, parties: list[Party]) -> list[tuple[str, str, str]]:
    """Return (account id, person id, side) of everybody who acts for these parties, once each."""
    found: dict[str, tuple[str, str, str]] = {}
    for side, table, column in (
        ("project", TeamMember, TeamMember.project_id),
        ("investor", Delegate, Delegate.investor_id),
    ):
        ids = [row.party.id for row in parties if row.side == side]
        rows = session.execute(
            select(Person.account_id, Person.id)
            .join(table, Person.id == table.person_id)
            .where(column.in_(ids), Person.account_id.is_not(None))
            .order_by(Person.id)
        )
        for account_id, person_id in rows:
            if account_id is not None:
                found.setdefault(account_id, (account_id, person_id, side))
    return list(found.values())
