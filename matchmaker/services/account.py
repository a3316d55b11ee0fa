"""Accounts: what somebody is, and becoming it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, Role
from matchmaker.core.policy import ANONYMOUS, Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.store.account import ADMINISTRATOR, Account, InstallRole, Membership
from matchmaker.store.meeting import Meeting
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Conflict, Review


def viewer_of(session: Session, account: Account | None) -> Viewer:
    """Return what the account is, everywhere, at this moment: rights are never kept."""
    if account is None or not account.active:
        return ANONYMOUS
    roles: dict[str, set[Role]] = {}
    for roadshow_id, role in session.execute(
        select(Membership.roadshow_id, Membership.role).where(Membership.account_id == account.id)
    ):
        roles.setdefault(roadshow_id, set()).add(role)
    persons = frozenset(session.scalars(select(Person.id).where(Person.account_id == account.id)))
    projects, investors, met = _parties(session, persons)
    duties = projects | investors
    return Viewer(
        account_id=account.id,
        name=account.name or account.email,
        administrator=account.administrator,
        roles={key: frozenset(some) for key, some in roles.items()},
        persons=persons,
        projects=frozenset(projects),
        investors=frozenset(investors),
        met=met,
        leads=_led(session, projects, investors),
        reads_only=frozenset(key for key, duty in duties.items() if duty is Duty.READER),
        assigned=frozenset(
            session.scalars(
                select(Review.project_id).where(
                    Review.reviewer_id == account.id,
                    Review.roadshow_id.in_(
                        [key for key, some in roles.items() if Role.REVIEWER in some]
                    ),
                )
            )
        ),
        conflicts=frozenset(
            session.scalars(select(Conflict.project_id).where(Conflict.account_id == account.id))
        ),
        cdas=_cdas(session, frozenset(investors)),
    )


def give_role(
    session: Session,
    roadshow: Roadshow,
    account: Account,
    role: Role,
    *,
    actor: Account | None,
    now: datetime,
) -> Membership:
    """Make an account something at a roadshow; does nothing if it is that already."""
    found = session.scalars(
        select(Membership).where(
            Membership.roadshow_id == roadshow.id,
            Membership.account_id == account.id,
            Membership.role == role,
        )
    ).first()
    if found is not None:
        return found
    row = Membership(roadshow_id=roadshow.id, account_id=account.id, role=role, created_at=now)
    session.add(row)
    session.flush()
    journal.write(session, "role.given", row, actor=actor, now=now, role=role.value)
    return row


def account_by_email(session: Session, email: str) -> Account | None:
    """Return the account with this address, however it is capitalised."""
    return session.scalars(select(Account).where(Account.email == normal_email(email))).first()


def new_account(
    session: Session,
    email: str,
    *,
    name: str,
    password_hash: str,
    now: datetime,
    locale: str = "en",
    confirmed: bool = False,
) -> Account:
    """Make an account; ``password_hash`` is the sign-in library's. Refuses an address in use."""
    if account_by_email(session, email) is not None:
        raise Refusal("account-exists", hint="There is an account with this address already.")
    account = Account(
        email=normal_email(email),
        name=name.strip(),
        password=password_hash,
        locale=locale,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        confirmed_at=now if confirmed else None,
        created_at=now,
    )
    session.add(account)
    session.flush()
    journal.write(session, "account.created", account, actor=account, now=now)
    return account


def make_administrator(session: Session, account: Account, *, now: datetime) -> None:
    """Give an account the right over the install."""
    role = session.scalars(select(InstallRole).where(InstallRole.name == ADMINISTRATOR)).first()
    if role is None:
        role = InstallRole(name=ADMINISTRATOR, permissions=[])
        session.add(role)
    if role not in account.roles:
        account.roles.append(role)
        session.flush()
        journal.write(session, "administrator.made", account, actor=None, now=now)


def change_account(
    session: Session, account: Account, *, name: str, locale: str, actor: Account, now: datetime
) -> None:
    """Change how somebody is called and addressed."""
    account.name, account.locale = name.strip(), locale
    journal.write(session, "account.changed", account, actor=actor, now=now)


def normal_email(email: str) -> str:
    """Return the one form in which addresses are stored and compared."""
    return email.strip().lower()


def _parties(
    session: Session, persons: frozenset[str]
) -> tuple[dict[str, Duty], dict[str, Duty], frozenset[str]]:
    """Return what these people do for which projects and investors, and whom the projects know."""
    if not persons:
        return {}, {}, frozenset()
    projects = session.execute(
        select(TeamMember.project_id, TeamMember.duty, Meeting.investor_id, Cda.investor_id)
        .outerjoin(Meeting, Meeting.project_id == TeamMember.project_id)
        .outerjoin(Cda, Cda.project_id == TeamMember.project_id)
        .where(TeamMember.person_id.in_(persons))
    ).all()
    investors = session.execute(
        select(Delegate.investor_id, Delegate.duty).where(Delegate.person_id.in_(persons))
    )
    return (
        {project: duty for project, duty, *_ in projects},
        {row[0]: row[1] for row in investors},
        frozenset(one for _, _, *known in projects for one in known if one is not None),
    )


def _led(
    session: Session, projects: Mapping[str, Duty], investors: Mapping[str, Duty]
) -> frozenset[str]:
    """Return the parties that somebody leads, also as an editor where nobody else can sign in."""
    led: set[str] = set()
    for table, party, duties in (
        (TeamMember, TeamMember.project_id, projects),
        (Delegate, Delegate.investor_id, investors),
    ):
        led |= {key for key, duty in duties.items() if duty is Duty.LEAD}
        edited = {key for key, duty in duties.items() if duty is Duty.EDITOR}
        if edited:
            others = session.scalars(
                select(party)
                .join(Person, Person.id == table.person_id)
                .join(Account, Account.id == Person.account_id)
                .where(party.in_(edited), table.duty == Duty.LEAD, Account.active.is_(True))
            )
            led |= edited - set(others)
    return frozenset(led)


def _cdas(session: Session, investors: frozenset[str]) -> frozenset[tuple[str, str]]:
    if not investors:
        return frozenset()
    rows = session.execute(
        select(Cda.project_id, Cda.investor_id).where(
            Cda.investor_id.in_(investors), Cda.ended_at.is_(None)
        )
    )
    return frozenset((project, investor) for project, investor in rows)
