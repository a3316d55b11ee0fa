"""Who did what, what mail goes out, and what long work is under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped

from matchmaker.core.journey import JobState, MailState
from matchmaker.store.base import ID_LENGTH, Base, Row, Sens, keep, state_type


class JournalEntry(Base):
    """One deed. Each entry's hash covers the one before, so that no entry can be changed unseen.

    Only opaque ids stand here, so that erasing a person leaves the chain whole.
    """

    __tablename__ = "journal_entry"

    seq: Mapped[int] = keep(Sens.ORGANISERS, Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = keep(Sens.ORGANISERS)
    roadshow_id: Mapped[str | None] = keep(Sens.ORGANISERS, String(ID_LENGTH), index=True)
    actor_id: Mapped[str | None] = keep(Sens.ORGANISERS, String(ID_LENGTH))
    action: Mapped[str] = keep(Sens.ORGANISERS, String(60))
    thing: Mapped[str] = keep(Sens.ORGANISERS, String(40))
    thing_id: Mapped[str] = keep(Sens.ORGANISERS, String(40), index=True)
    facts: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    previous: Mapped[str] = keep(Sens.ORGANISERS, String(64))
    hash: Mapped[str] = keep(Sens.ORGANISERS, String(64), unique=True)


class Mail(Row, Base):
    """A mail to be sent, written in the transaction of what it tells about.

    Rendered when it is sent, with the rights of that moment. ``dedupe`` makes writing it twice
    impossible; it is also the Message-ID, so that a mail sent twice is recognised as one.
    """

    __tablename__ = "mail"

    dedupe: Mapped[str] = keep(Sens.ORGANISERS, String(120), unique=True)
    roadshow_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("roadshow.id", ondelete="CASCADE"), index=True
    )
    to: Mapped[str] = keep(Sens.ORGANISERS, String(254))
    account_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="CASCADE")
    )
    locale: Mapped[str] = keep(Sens.ORGANISERS, String(16), default="en")
    template: Mapped[str] = keep(Sens.ORGANISERS, String(60))
    params: Mapped[dict[str, Any]] = keep(Sens.SECRET, JSON, default=dict)
    state: Mapped[MailState] = keep(
        Sens.ORGANISERS, state_type(MailState), default=MailState.QUEUED, index=True
    )
    attempts: Mapped[int] = keep(Sens.ORGANISERS, default=0)
    written_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    next_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    sent_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    error: Mapped[str] = keep(Sens.ORGANISERS, Text, default="")


class Job(Row, Base):
    """A piece of long work: what, how far, and what came of it."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("done BETWEEN 0 AND 1000", name="permille"),)

    roadshow_id: Mapped[str | None] = keep(
        Sens.EVENT, ForeignKey("roadshow.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = keep(Sens.EVENT, String(40))
    arguments: Mapped[dict[str, Any]] = keep(Sens.SECRET, JSON, default=dict)
    state: Mapped[JobState] = keep(
        Sens.EVENT, state_type(JobState), default=JobState.QUEUED, index=True
    )
    done: Mapped[int] = keep(Sens.EVENT, default=0)
    """Thousandths."""
    note: Mapped[str] = keep(Sens.EVENT, String(200), default="")
    """What is being done, as a key the page translates."""
    facts: Mapped[dict[str, Any]] = keep(Sens.EVENT, JSON, default=dict)
    result: Mapped[dict[str, Any]] = keep(Sens.EVENT, JSON, default=dict)
    error: Mapped[str] = keep(Sens.ORGANISERS, Text, default="")
    attempts: Mapped[int] = keep(Sens.ORGANISERS, default=0)
    stop: Mapped[bool] = keep(Sens.EVENT, default=False)
    queued_at: Mapped[datetime] = keep(Sens.EVENT)
    queued_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    started_at: Mapped[datetime | None] = keep(Sens.EVENT)
    finished_at: Mapped[datetime | None] = keep(Sens.EVENT)
