"""What each side wishes of the other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Wish
from matchmaker.services import preference
from matchmaker.services import roadshow as roadshows
from matchmaker.services.demo.cast import (
    WISHED,
    Cast,
    investors_by_code,
    organiser_of,
    projects_by_code,
    roadshow_of,
    steps,
)
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person, Roadshow


def state_wishes(session: Session, cast: Cast) -> int:
    """State every wish, each by its own party where somebody of it can sign in."""
    roadshow, organiser = roadshow_of(session, cast), organiser_of(session, cast)
    roadshows.move_phase(session, roadshow, Phase.PREFERENCE, actor=organiser, now=WISHED)
    projects = projects_by_code(session, roadshow)
    investors = investors_by_code(session, roadshow)
    spoken = _speakers(session, roadshow)
    until = cast.moment(cast.roadshow["preferences_until"]) - timedelta(hours=1)
    for now, told in steps(WISHED + timedelta(hours=1), until, cast.preferences):
        project, investor = projects[told["project"]], investors[told["investor"]]
        party = project if told["side"] == "project" else investor
        preference.set_wish(
            session,
            project,
            investor,
            told["side"],
            Wish(told["wish"]),
            actor=spoken.get(party.id),
            now=now,
        )
    return len(cast.preferences)


def _speakers(session: Session, roadshow: Roadshow) -> dict[str, Account]:
    """Return who can sign in for a party, by the party's id."""
    found: dict[str, Account] = {}
    for owner, person in (
        (TeamMember.project_id, TeamMember.person_id),
        (Delegate.investor_id, Delegate.person_id),
    ):
        query = (
            select(owner, Account)
            .join(Person, Person.id == person)
            .join(Account, Account.id == Person.account_id)
            .where(Person.roadshow_id == roadshow.id)
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found
