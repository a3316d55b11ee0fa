"""Outgoing mail: written with the change it tells of, built and sent after the commit.

A *letter* is registered by name with a function that builds what its template shows at the
moment of sending, or says None when there is no longer a reason to send it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MailState
from matchmaker.services import journal
from matchmaker.store.account import Account
from matchmaker.store.journal import Mail

Letter = Callable[[Session, Mail], Mapping[str, Any] | None]
LETTERS: dict[str, Letter] = {}
Renewal = Callable[[Session, Mail, datetime], None]
RENEWALS: dict[str, Renewal] = {}
MOST_ATTEMPTS = 5
PAUSES = (60, 300, 1800, 7200)  # seconds before the next attempt


def letter(template: str) -> Callable[[Letter], Letter]:
    """Register what ``templates/mail/<template>.txt`` is shown."""

    def register(build: Letter) -> Letter:
        LETTERS[template] = build
        return build

    return register


def once_more(template: str) -> Callable[[Renewal], Renewal]:
    """Register what has to be made anew before a mail that failed is sent again."""

    def register(renew: Renewal) -> Renewal:
        RENEWALS[template] = renew
        return renew

    return register


def post(
    session: Session,
    template: str,
    to: Account | str,
    *,
    dedupe: str,
    now: datetime,
    roadshow_id: str | None = None,
    locale: str | None = None,
    **params: Any,
) -> Mail | None:
    """Write a mail; None if one with this ``dedupe`` stands already.

    ``params`` are JSON values, ids mostly: names and texts are read when it is sent.
    """
    if template not in LETTERS:
        raise LookupError(f"no letter {template}")
    if session.scalar(select(Mail.id).where(Mail.dedupe == dedupe)) is not None:
        return None
    account = to if isinstance(to, Account) else None
    mail = Mail(
        dedupe=dedupe,
        roadshow_id=roadshow_id,
        to=account.email if account else str(to),
        account_id=account.id if account else None,
        locale=locale or (account.locale if account else "en"),
        template=template,
        params=params,
        written_at=now,
        next_at=now,
    )
    session.add(mail)
    session.info["posted"] = True
    return mail


def due(session: Session, now: datetime, limit: int = 50) -> list[str]:
    """Return the ids of mails whose turn it is, oldest first."""
    return list(
        session.scalars(
            select(Mail.id)
            .where(Mail.state == MailState.QUEUED, Mail.next_at <= now)
            .order_by(Mail.next_at, Mail.id)
            .limit(limit)
        )
    )


def contents(session: Session, mail: Mail) -> Mapping[str, Any] | None:
    """Return what the mail's template is shown now, or None to drop it."""
    build = LETTERS.get(mail.template)
    return build(session, mail) if build else None


def again(session: Session, mail: Mail, *, actor: Account, now: datetime) -> None:
    """Queue a mail once more that could not be delivered."""
    if (renew := RENEWALS.get(mail.template)) is not None:
        renew(session, mail, now)
    mail.state, mail.attempts, mail.next_at, mail.error = MailState.QUEUED, 0, now, ""
    session.info["posted"] = True
    journal.write(session, "mail.again", mail, actor=actor, now=now)


def settle(mail: Mail, error: str | None, *, now: datetime) -> None:
    """Note that a mail was sent, or when to try again, or that it is given up."""
    mail.attempts += 1
    if error is None:
        mail.state, mail.sent_at, mail.error = MailState.SENT, now, ""
        return
    mail.error = error[:500]
    if mail.attempts >= MOST_ATTEMPTS:
        mail.state = MailState.FAILED
    else:
        mail.next_at = now + timedelta(seconds=PAUSES[mail.attempts - 1])


@letter("security")
def _security(_session: Session, mail: Mail) -> Mapping[str, Any]:
    """Mails of the sign-in library come with their text."""
    return {"subject": mail.params["subject"], "body": mail.params.get("body", "")}
