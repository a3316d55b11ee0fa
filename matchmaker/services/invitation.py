"""Invitations: a place kept for somebody, opened by a person and used once.

The link's secret leaves with the mail and is stored only as a hash. Looking at the link changes
nothing (mail scanners do that); accepting is a deed of the signed-in person.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Duty, Phase, Role
from matchmaker.core.refusal import Refusal
from matchmaker.services import journal, outbox
from matchmaker.services.account import give_role, normal_email
from matchmaker.services.meeting.booking import rekey
from matchmaker.services.profile import add_delegate, add_member, person_for, project_draft
from matchmaker.store.account import Account, Invitation
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow

LASTS = timedelta(days=30)
PAUSE = timedelta(days=3)  # between two mails to somebody who has not answered
MOST_AT_ONCE = 500
STATES = ("open", "accepted", "revoked", "ended")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to invite."""

    email: str
    name: str = ""


def invite(
    session: Session,
    roadshow: Roadshow,
    guest: Guest,
    role: Role,
    *,
    project: Project | None = None,
    investor: Investor | None = None,
    duty: Duty | None = None,
    actor: Account,
    now: datetime,
) -> Invitation:
    """Keep a place and write the mail; an open invitation to the same place is replaced.

    ``duty`` is what the guest will do for the project or investor.
    """
    email = normal_email(guest.email)
    for old in session.scalars(_open(roadshow, now).where(Invitation.email == email)):
        if (old.role, old.project_id, old.investor_id) == (
            role,
            project.id if project else None,
            investor.id if investor else None,
        ):
            old.revoked_at = now
    secret = secrets.token_urlsafe(32)
    row = Invitation(
        roadshow_id=roadshow.id,
        email=email,
        name=guest.name.strip(),
        role=role,
        project_id=project.id if project else None,
        investor_id=investor.id if investor else None,
        duty=duty if project or investor else None,
        token_hash=fingerprint(secret),
        invited_by_id=actor.id,
        sent_at=now,
        expires_at=now + LASTS,
    )
    session.add(row)
    session.flush()
    journal.write(session, "invitation.sent", row, actor=actor, now=now, role=role.value)
    _mail(session, row, secret, actor.locale, now)
    return row


def invite_list(
    session: Session,
    roadshow: Roadshow,
    guests: Sequence[Guest],
    role: Role,
    *,
    actor: Account,
    now: datetime,
) -> list[Invitation]:
    """Invite several people to the same role, each address once."""
    if len(guests) > MOST_AT_ONCE:
        raise Refusal("too-many-guests", hint=f"At most {MOST_AT_ONCE} at once.", most=MOST_AT_ONCE)
    once = {normal_email(guest.email): guest for guest in guests}
    return [invite(session, roadshow, guest, role, actor=actor, now=now) for guest in once.values()]


def remind(session: Session, row: Invitation, *, actor: Account, now: datetime) -> None:
    """Write once more, with a fresh link that lasts as long as the first; the old one ends."""
    _hold(session, row)
    if row.accepted_at is not None or row.revoked_at is not None:
        raise Refusal("invitation-used", hint="This invitation has been used or has ended.")
    secret = _fresh_link(row, now)
    row.reminded_at, row.reminders = now, row.reminders + 1
    session.flush()
    journal.write(
        session, "invitation.reminded", row, actor=actor, now=now, reminders=row.reminders
    )
    _mail(session, row, secret, actor.locale, now)


def remind_all(session: Session, roadshow: Roadshow, *, actor: Account, now: datetime) -> int:
    """Remind everybody who has not answered nor heard of us for some days; returns how many."""
    rows = [
        row
        for row in session.scalars(_open(roadshow, now).order_by(Invitation.sent_at, Invitation.id))
        if (row.reminded_at or row.sent_at) <= now - PAUSE
    ]
    for row in rows[:MOST_AT_ONCE]:
        remind(session, row, actor=actor, now=now)
    return len(rows[:MOST_AT_ONCE])


def in_state(roadshow: Roadshow, state: str, now: datetime) -> Select[Invitation]:
    """Return the roadshow's invitations, or those of one of ``STATES``, the newest first."""
    query = (
        select(Invitation)
        .where(Invitation.roadshow_id == roadshow.id)
        .order_by(Invitation.sent_at.desc(), Invitation.id)
    )
    unanswered = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)
    conditions = {
        "open": unanswered & (Invitation.expires_at > now),
        "accepted": Invitation.accepted_at.is_not(None),
        "revoked": Invitation.revoked_at.is_not(None),
        "ended": unanswered & (Invitation.expires_at <= now),
    }
    return query.where(conditions[state]) if state in conditions else query


def state_of(row: Invitation, now: datetime) -> str:
    """Return which of ``STATES`` an invitation is in."""
    if row.accepted_at is not None:
        return "accepted"
    if row.revoked_at is not None:
        return "revoked"
    return "open" if row.expires_at > now else "ended"


def find(session: Session, secret: str, now: datetime, *, lock: bool = False) -> Invitation | None:
    """Return the open invitation of a link; ``lock`` keeps others from using it meanwhile."""
    query = select(Invitation).where(Invitation.token_hash == fingerprint(secret))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).first()
    return row if row is not None and is_open(row, now) else None


def find_any(session: Session, secret: str) -> Invitation | None:
    """Return the invitation of a link, whatever became of it; None where a newer link was sent."""
    query = select(Invitation).where(Invitation.token_hash == fingerprint(secret))
    return session.scalars(query).first()


def can_renew(session: Session, row: Invitation, now: datetime) -> bool:
    """Tell whether whoever is invited may ask for a fresh link: only once the old one has ended."""
    roadshow = session.get_one(Roadshow, row.roadshow_id)
    return bool(row.email) and roadshow.phase != Phase.CLOSED and state_of(row, now) == "ended"


def renew(session: Session, row: Invitation, *, now: datetime) -> None:
    """Write a fresh link to whoever is invited and asked for it; the address never changes."""
    _hold(session, row)
    if not can_renew(session, row, now):
        raise Refusal("invitation-used", hint="This invitation has been used or has ended.")
    secret = _fresh_link(row, now)
    row.reminded_at, row.reminders = now, row.reminders + 1
    session.flush()
    journal.write(session, "invitation.renewed", row, actor=None, now=now, reminders=row.reminders)
    inviter = session.get(Account, row.invited_by_id) if row.invited_by_id else None
    _mail(session, row, secret, inviter.locale if inviter else "en", now)


def is_open(row: Invitation, now: datetime) -> bool:
    """Tell whether an invitation can still be accepted."""
    return row.accepted_at is None and row.revoked_at is None and row.expires_at > now


def accept(session: Session, row: Invitation, *, actor: Account, now: datetime) -> None:
    """Use an invitation: the account gets the role, and its place in the team or firm."""
    _hold(session, row)
    if not is_open(row, now):
        raise Refusal("invitation-used", hint="This invitation has been used or has ended.")
    roadshow = session.get_one(Roadshow, row.roadshow_id)
    give_role(session, roadshow, actor, row.role, actor=actor, now=now)
    if not actor.name and row.name:
        actor.name = row.name
    person = _person(session, roadshow, row, actor, now)
    _join(session, row, person, actor=actor, now=now)
    row.accepted_at, row.account_id, row.person_id = now, actor.id, person.id
    journal.write(session, "invitation.accepted", row, actor=actor, now=now, role=row.role.value)


def revoke(session: Session, row: Invitation, *, actor: Account, now: datetime) -> None:
    """Take an open invitation back."""
    _hold(session, row)
    if row.accepted_at is not None:
        raise Refusal("invitation-used", hint="This invitation has been used or has ended.")
    row.revoked_at = now
    journal.write(session, "invitation.revoked", row, actor=actor, now=now)


def fingerprint(secret: str) -> str:
    """Return the form in which a secret is stored."""
    return hashlib.sha256(secret.strip().encode()).hexdigest()


@outbox.letter("invitation")
def _letter(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    row = session.get(Invitation, mail.params["invitation_id"])
    if row is None or not is_open(row, mail.written_at):
        return None
    secret = mail.params.get("body", "")
    if row.token_hash != fingerprint(secret):
        return None  # a reminder with a fresh link was written before this one left
    project = session.get(Project, row.project_id) if row.project_id else None
    return {
        "invitation": row,
        "project": project,
        "version": project_draft(session, project) if project else None,
        "investor": session.get(Investor, row.investor_id) if row.investor_id else None,
        "secret": secret,
        "roadshow": session.get_one(Roadshow, row.roadshow_id),
    }


@outbox.once_more("invitation")
def _once_more(session: Session, mail: Mail, now: datetime) -> None:
    """A mail that failed has lost its secret; what is sent again has a fresh link."""
    row = session.get(Invitation, mail.params["invitation_id"])
    if row is None or row.accepted_at is not None or row.revoked_at is not None:
        return
    if mail.dedupe == letter_key(row):  # a newer mail keeps the link that it has
        mail.params = {**mail.params, "body": _fresh_link(row, now)}


def letter_key(row: Invitation) -> str:
    """Return the key of the newest mail of an invitation in the outbox."""
    return f"invitation-{row.id}-{row.reminders}"


def _hold(session: Session, row: Invitation) -> None:
    """Read the row as it is now and keep others from changing it: of many clicks one counts."""
    session.flush()
    session.refresh(row, with_for_update=True)


def _fresh_link(row: Invitation, now: datetime) -> str:
    """End the link sent before; return the secret of one that lasts as long as the first."""
    secret = secrets.token_urlsafe(32)
    row.token_hash, row.expires_at = fingerprint(secret), now + LASTS
    return secret


def _mail(session: Session, row: Invitation, secret: str, locale: str, now: datetime) -> None:
    outbox.post(
        session,
        "invitation",
        row.email,
        dedupe=letter_key(row),
        now=now,
        roadshow_id=row.roadshow_id,
        locale=locale,
        invitation_id=row.id,
        body=secret,
    )


def _open(roadshow: Roadshow, now: datetime) -> Any:
    return select(Invitation).where(
        Invitation.roadshow_id == roadshow.id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )


def _person(
    session: Session, roadshow: Roadshow, row: Invitation, account: Account, now: datetime
) -> Person:
    """Return the account's person here; one who waits under the invited address becomes it."""
    people = select(Person).where(Person.roadshow_id == roadshow.id)
    own = session.scalars(people.where(Person.account_id == account.id)).first()
    waiting = session.scalars(
        people.where(Person.account_id.is_(None), Person.email == row.email)
    ).first()
    if own is None and waiting is not None:
        waiting.account_id = account.id
        session.flush()
        rekey(session, waiting)
        return waiting
    return person_for(session, roadshow, account, now=now)


def _join(
    session: Session, row: Invitation, person: Person, *, actor: Account, now: datetime
) -> None:
    """Take the place in the team or firm that was kept."""
    if row.project_id is not None:
        project = session.get_one(Project, row.project_id)
        add_member(session, project, person, duty=row.duty, actor=actor, now=now)
    if row.investor_id is not None:
        investor = session.get_one(Investor, row.investor_id)
        add_delegate(session, investor, person, duty=row.duty, actor=actor, now=now)
