"""Tries to sign in, counted in the database: so every process and every restart counts on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped

from matchmaker.store.base import Base, Row, Sens, keep


class Attempt(Row, Base):
    """One try; ``key`` is a keyed hash of the address or the account that it names."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    key: Mapped[str] = keep(Sens.SECRET, String(64))
    at: Mapped[datetime] = keep(Sens.SECRET, index=True)
