"""Erasing somebody: names, addresses and notes go, what others remember stays without a name.

Meetings, decisions and the journal keep their opaque ids, so nobody else's timetable changes and
the journal's chain stays whole. The database refuses an erased row that still tells who it was.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, MailState, Phase, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs, journal
from matchmaker.services.account import normal_email
from matchmaker.services.personal.letters import forget_letters
from matchmaker.services.personal.stored import persons_of
from matchmaker.services.personal.tables import forget_tables
from matchmaker.services.profile.duties import heir_among
from matchmaker.services.profile.letters import tell_lead
from matchmaker.store.account import (
    ADMINISTRATOR,
    Account,
    Consent,
    InstallRole,
    Invitation,
    Membership,
    account_role,
)
from matchmaker.store.disputed import DisputedAnswer
from matchmaker.store.engine import sweep
from matchmaker.store.exchange import ExportFile
from matchmaker.store.journal import Mail
from matchmaker.store.meeting import Absence, CalendarFeed, Claim, MeetingNote, MeetingPerson
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.reading import MandateReading, Reading
from matchmaker.store.roadshow import Person, Roadshow
from matchmaker.store.selection import Conflict

NAMELESS = "–"
OWN = (
    *(MeetingNote, DisputedAnswer, CalendarFeed, ExportFile, Consent),
    *(Reading, MandateReading, Membership),
)
"""Tables whose rows are somebody's own, and go with them."""


def erase_account(
    session: Session,
    account: Account,
    *,
    letters: Path | None = None,
    actor: Account | None,
    now: datetime,
) -> int:
    """Erase an account and everything that tells who it was; returns how many persons it had.

    ``letters`` is the folder where mails are written if they are not sent. Refused for the last
    organiser of a roadshow that is not closed, and the last administrator.
    """
    _refuse_last(session, account)
    email = account.email
    persons = list(
        session.scalars(select(Person).where(Person.id.in_(persons_of(session, account))))
    )
    names = {account.name, *(name for one in persons for name in (one.name_en, one.name_zh))}
    for person in persons:
        _empty_person(session, person, now=now)
    shown = {person.roadshow_id for person in persons}
    session.execute(delete(ExportFile).where(ExportFile.roadshow_id.in_(shown)))
    for table in OWN:
        session.execute(delete(table).where(table.account_id == account.id))
    session.execute(account_role.delete().where(account_role.c.account_id == account.id))
    session.execute(update(Conflict).where(Conflict.account_id == account.id).values(reason=""))
    _forget_address(session, email, account=account, now=now)
    forget_tables(session, {email, *names})
    if letters is not None:
        forget_letters(session, letters, {email, *names})
    _empty_account(account, now=now)
    session.flush()
    session.expire_all()
    journal.write(session, "account.erased", account, actor=actor, now=now, persons=len(persons))
    _queue_sweep(session, actor, now)
    return len(persons)


def erase_person(
    session: Session,
    person: Person,
    *,
    letters: Path | None = None,
    actor: Account | None,
    now: datetime,
) -> None:
    """Erase somebody who never had an account, at this roadshow; see ``erase_account``."""
    if person.account_id is not None:
        raise Refusal("has-account", hint="Whoever has an account erases it themselves.")
    if person.erased_at is not None:
        return
    email, told = person.email, {person.email, person.name_en, person.name_zh}
    session.execute(delete(ExportFile).where(ExportFile.roadshow_id == person.roadshow_id))
    _empty_person(session, person, now=now)
    if email:
        _forget_address(session, email, account=None, now=now, roadshow_id=person.roadshow_id)
    forget_tables(session, told, roadshow_id=person.roadshow_id)
    if letters is not None:
        forget_letters(session, letters, told)
    session.flush()
    session.expire_all()
    journal.write(session, "person.erased", person, actor=actor, now=now)
    _queue_sweep(session, actor, now)


@jobs.job("sweep")
def do_sweep(work: jobs.Work) -> dict[str, Any]:
    """Leave no old copy of a page in the database's files."""
    with work.reading() as session:
        engine: Any = session.get_bind()
    sweep(engine)
    return {}


def _queue_sweep(session: Session, actor: Account | None, now: datetime) -> None:
    jobs.enqueue(session, "sweep", None, actor=actor, now=now, once=True)


def _refuse_last(session: Session, account: Account) -> None:
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.role == Role.ORGANISER,
            Membership.account_id != account.id,
            Account.active.is_(True),
        )
    )
    organised = select(Roadshow).join(Membership, Membership.roadshow_id == Roadshow.id)
    for roadshow in session.scalars(
        organised.where(
            Membership.account_id == account.id,
            Membership.role == Role.ORGANISER,
            Roadshow.phase != Phase.CLOSED,
        )
    ):
        if not session.scalar(others.where(Membership.roadshow_id == roadshow.id)):
            raise Refusal("last-organiser", hint="A roadshow needs an organiser.")
    left = (
        select(func.count())
        .select_from(account_role)
        .join(InstallRole, InstallRole.id == account_role.c.install_role_id)
        .join(Account, Account.id == account_role.c.account_id)
        .where(
            InstallRole.name == ADMINISTRATOR,
            Account.id != account.id,
            Account.active.is_(True),
        )
    )
    if account.administrator and not session.scalar(left):
        raise Refusal("last-administrator", hint="An install needs an administrator.")


def _empty_person(session: Session, person: Person, *, now: datetime) -> None:
    held = select(MeetingPerson.meeting_id).where(MeetingPerson.person_id == person.id)
    if person.account_id is not None:
        session.execute(
            update(Claim)
            .where(
                Claim.kind == "person",
                Claim.subject == person.account_id,
                Claim.meeting_id.in_(held),
            )
            .values(subject=person.id)
        )
    session.execute(delete(Absence).where(Absence.person_id == person.id))
    _leave(session, person, now=now)
    person.account_id = person.organisation_id = person.checked_in_at = None
    person.name_en, person.name_zh = NAMELESS, ""
    person.title_en = person.title_zh = person.email = ""
    person.languages, person.erased_at = [], now
    session.flush()


def _leave(session: Session, person: Person, *, now: datetime) -> None:
    """Take the person off teams and firms; whoever is the last one stays without a name.

    Where nobody else leads, whoever can sign in and comes next does from now on.
    """
    for table, party in ((TeamMember, "project"), (Delegate, "investor")):
        key = getattr(table, f"{party}_id")
        mine = select(table).where(table.person_id == person.id)
        for row in session.scalars(mine).all():
            same = select(table).where(key == getattr(row, key.key))
            others: Any = session.scalars(same.where(table.person_id != person.id)).all()
            if not others:
                continue
            if not any(other.duty is Duty.LEAD for other in others):
                heir = heir_among(others)
                heir.duty = Duty.LEAD
                session.flush()
                tell_lead(session, getattr(heir, party), heir.person, now=now)
            session.delete(row)
    session.flush()


def _empty_account(account: Account, *, now: datetime) -> None:
    account.email, account.name = f"erased-{account.id}", ""
    account.password, account.active = None, False
    account.fs_uniquifier = f"erased-{account.id}"
    account.confirmed_at = account.last_login_at = account.current_login_at = None
    account.last_login_ip = account.current_login_ip = account.login_count = None
    account.tf_primary_method = account.tf_totp_secret = account.tf_phone_number = None
    account.mf_recovery_codes = None
    account.zone, account.erased_at = "", now


def _forget_address(
    session: Session,
    email: str,
    *,
    account: Account | None,
    now: datetime,
    roadshow_id: str | None = None,
) -> None:
    """Take an address out of invitations, mails and what roadshows tell to write to."""
    address = normal_email(email)
    invited = Invitation.email == address
    sent = Mail.to == address
    asked = func.lower(Roadshow.contact_email) == address
    if account is not None:
        invited = or_(invited, Invitation.account_id == account.id)
        sent = or_(sent, Mail.account_id == account.id)
    if roadshow_id is not None:
        invited &= Invitation.roadshow_id == roadshow_id
        sent &= Mail.roadshow_id == roadshow_id
        asked &= Roadshow.id == roadshow_id
    session.execute(update(Roadshow).where(asked).values(contact_email=""))
    for row in session.scalars(select(Invitation).where(invited)):
        row.email = row.name = ""
        if row.accepted_at is None and row.revoked_at is None:
            row.revoked_at = now
    for mail in session.scalars(select(Mail).where(sent)):
        mail.to, mail.error = "", ""
        mail.params = {key: one for key, one in mail.params.items() if key.endswith("_id")}
        if mail.state is MailState.QUEUED:
            mail.state = MailState.DROPPED
    session.flush()
