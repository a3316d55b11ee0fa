"""The journal: who did what to what, each entry sealed by the hash of all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from matchmaker.core.policy import Viewer
from matchmaker.store.account import Account
from matchmaker.store.journal import JournalEntry

START = "0" * 64
LAST = "journal"
CHAIN_LOCK = 72_003  # PostgreSQL advisory lock: one writer appends to the chain at a time


def write(
    session: Session,
    action: str,
    thing: Any,
    *,
    actor: Account | Viewer | None,
    now: datetime,
    roadshow_id: str | None = None,
    flush: bool = True,
    **facts: Any,
) -> JournalEntry:
    """Append an entry about a stored thing (its table and ``id`` name it).

    ``facts`` are JSON values without personal data: states, numbers, opaque ids. Without
    ``flush`` the entry leaves with what else is written.
    """
    if getattr(thing, "id", "") is None:
        session.flush()
    last = _last(session)
    entry = JournalEntry(
        seq=last.seq + 1 if last else 1,
        at=now.astimezone(UTC),
        roadshow_id=roadshow_id or getattr(thing, "roadshow_id", None) or _own_id(thing),
        actor_id=_actor_id(actor),
        action=action,
        thing=thing.__tablename__,
        thing_id=str(getattr(thing, "id", "")),
        facts=facts,
        previous=last.hash if last else START,
    )
    entry.hash = seal(entry)
    session.add(entry)
    if flush:
        session.flush()
    session.info[LAST] = (session.get_transaction(), entry)
    return entry


def seal(entry: JournalEntry) -> str:
    """Return the entry's hash over everything it says and the hash before it."""
    said = [
        entry.seq,
        entry.at.isoformat(timespec="microseconds"),
        entry.roadshow_id,
        entry.actor_id,
        entry.action,
        entry.thing,
        entry.thing_id,
        entry.facts,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def broken_links(entries: Sequence[JournalEntry]) -> list[int]:
    """Return the numbers of entries whose hash or predecessor does not fit, in order."""
    broken, previous, number = [], START, 0
    for entry in entries:
        if entry.previous != previous or entry.seq != number + 1 or entry.hash != seal(entry):
            broken.append(entry.seq)
        previous, number = entry.hash, entry.seq
    return broken


def _own_id(thing: Any) -> str | None:
    return thing.id if thing.__tablename__ == "roadshow" else None


def _actor_id(actor: Account | Viewer | None) -> str | None:
    if actor is None:
        return None
    return actor.account_id if isinstance(actor, Viewer) else actor.id


def _last(session: Session) -> JournalEntry | None:
    """Return the newest entry: this transaction's own, which nobody can follow before it ends,
    or that of the database, with the chain locked.
    """
    transaction, entry = session.info.get(LAST, (None, None))
    if transaction is not None and transaction is session.get_transaction() and entry in session:
        return cast(JournalEntry, entry)
    _lock_chain(session)
    return session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).first()


def _lock_chain(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
