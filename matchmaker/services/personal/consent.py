"""Agreeing to the text on privacy, once for each text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services import journal
from matchmaker.store.account import Account, Consent

PRIVACY = "2026-11"
"""The text on privacy that holds now; a text that asks for more gets a new name."""


def give_consent(session: Session, account: Account, *, now: datetime) -> Consent:
    """Note that somebody agreed to the present text; agreeing twice changes nothing."""
    found = session.scalars(
        select(Consent).where(Consent.account_id == account.id, Consent.text == PRIVACY)
    ).first()
    if found is not None:
        return found
    row = Consent(account_id=account.id, text=PRIVACY, given_at=now)
    session.add(row)
    session.flush()
    journal.write(session, "consent.given", row, actor=account, now=now, text=PRIVACY)
    return row


def agrees(session: Session, account: Account) -> bool:
    """Tell whether somebody has agreed to the present text."""
    return any(row.text == PRIVACY for row in consents_of(session, account))


def consents_of(session: Session, account: Account) -> list[Consent]:
    """Return what somebody agreed to, the newest first."""
    query = select(Consent).where(Consent.account_id == account.id)
    return list(session.scalars(query.order_by(Consent.given_at.desc(), Consent.id)))
