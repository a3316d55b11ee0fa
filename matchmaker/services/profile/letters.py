"""The mails that tell teams and firms what became of what they submitted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, InvestorState, ProjectState
from matchmaker.services import outbox
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Delegate, Investor, Project, ProjectVersion, TeamMember
from matchmaker.store.roadshow import Person, Roadshow


def tell_project(
    session: Session, project: Project, template: str, mark: str, *, now: datetime, **params: Any
) -> None:
    """Write to everybody of the team who can sign in; ``mark`` tells one occasion from others."""
    query = (
        select(Account)
        .join(Person, Person.account_id == Account.id)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.project_id == project.id)
        .order_by(TeamMember.rank)
    )
    for account in session.scalars(query):
        outbox.post(
            session,
            template,
            account,
            dedupe=f"{template}-{project.id}-{mark}-{account.id}",
            now=now,
            roadshow_id=project.roadshow_id,
            project_id=project.id,
            **params,
        )


def tell_mandate(
    session: Session, investor: Investor, template: str, mark: str, *, now: datetime, **params: Any
) -> None:
    """Write to everybody of the firm who can sign in."""
    query = (
        select(Account)
        .join(Person, Person.account_id == Account.id)
        .join(Delegate, Delegate.person_id == Person.id)
        .where(Delegate.investor_id == investor.id)
        .order_by(Delegate.rank)
    )
    for account in session.scalars(query):
        outbox.post(
            session,
            template,
            account,
            dedupe=f"{template}-{investor.id}-{mark}-{account.id}",
            now=now,
            roadshow_id=investor.roadshow_id,
            investor_id=investor.id,
            **params,
        )


def tell_lead(
    session: Session, party: Project | Investor, person: Person, *, now: datetime
) -> None:
    """Write to somebody who leads a team or a firm from now on, and did not take it themselves."""
    account = session.get(Account, person.account_id) if person.account_id else None
    if account is None or not account.active:
        return
    kind = "project" if isinstance(party, Project) else "investor"
    outbox.post(
        session,
        "lead_given",
        account,
        dedupe=f"lead_given-{party.id}-{now.isoformat()}-{account.id}",
        now=now,
        roadshow_id=party.roadshow_id,
        **{f"{kind}_id": party.id},
    )


@outbox.letter("lead_given")
def _lead_given(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    person = _person(session, mail)
    if person is None:
        return None
    roadshow = session.get(Roadshow, mail.roadshow_id)
    shown: dict[str, Any] = {"person": person, "roadshow": roadshow}
    if "project_id" in mail.params:
        seat: TeamMember | Delegate | None = session.get(
            TeamMember, (mail.params["project_id"], person.id)
        )
        shown |= _of_project(session, mail) or {}
    else:
        seat = session.get(Delegate, (mail.params["investor_id"], person.id))
        shown |= {"project": None, "investor": seat.investor if seat else None}
    return shown if seat is not None and seat.duty is Duty.LEAD else None


@outbox.letter("project_submitted")
def _project_submitted(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    shown = _of_project(session, mail)
    if shown is None or shown["project"].state in (ProjectState.DRAFT, ProjectState.WITHDRAWN):
        return None
    return shown


@outbox.letter("project_withdrawn")
def _project_withdrawn(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    shown = _of_project(session, mail)
    if shown is None or shown["project"].state is not ProjectState.WITHDRAWN:
        return None
    return shown


@outbox.letter("mandate_submitted")
def _mandate_submitted(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    investor = session.get(Investor, mail.params["investor_id"])
    if investor is None or investor.state is not InvestorState.ACTIVE:
        return None
    person = _person(session, mail)
    ours = select(Delegate.person_id).where(Delegate.investor_id == investor.id)
    if person is None or person.id not in set(session.scalars(ours)):
        return None
    return {
        "investor": investor,
        "number": mail.params["number"],
        "person": person,
        "roadshow": session.get(Roadshow, mail.roadshow_id),
    }


def _of_project(session: Session, mail: Mail) -> dict[str, Any] | None:
    """Return what a letter about a project shows; None once the reader left the team."""
    project = session.get(Project, mail.params["project_id"])
    person = _person(session, mail)
    if project is None or person is None:
        return None
    team = select(TeamMember.person_id).where(TeamMember.project_id == project.id)
    if person.id not in set(session.scalars(team)):
        return None
    number = mail.params.get("number")
    version = session.scalars(
        select(ProjectVersion).where(
            ProjectVersion.project_id == project.id, ProjectVersion.number == number
        )
    ).first()
    return {
        "project": project,
        "version": version,
        "number": number,
        "person": person,
        "roadshow": session.get(Roadshow, mail.roadshow_id),
    }


def _person(session: Session, mail: Mail) -> Person | None:
    return session.scalars(
        select(Person).where(
            Person.roadshow_id == mail.roadshow_id, Person.account_id == mail.account_id
        )
    ).first()
