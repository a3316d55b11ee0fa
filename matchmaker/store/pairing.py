"""Decisions about who should meet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import PairingState
from matchmaker.store.base import Base, RoadshowRow, Sens, keep, state_type
from matchmaker.store.profile import Investor, Project


class PairingRound(RoadshowRow, Base):
    """One proposal of pairings; at most one is approved at a time (the newest approved counts).

    ``totals`` are counts and scores, ``floors`` whose floor does not hold and why.
    """

    __tablename__ = "pairing_round"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "number"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_by_somebody"
        ),
    )

    number: Mapped[int] = keep(Sens.ORGANISERS)
    proposed_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    run_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("match_run.id", ondelete="SET NULL")
    )
    totals: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    floors: Mapped[list[Any]] = keep(Sens.ORGANISERS, JSON, default=list)
    approved_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)
    approved_by_id: Mapped[str | None] = keep(Sens.ORGANISERS, ForeignKey("account.id"))


class Pairing(RoadshowRow, Base):
    """The decision about a pair: proposed, pinned, forbidden, or left out with a reason.

    Pins and prohibitions are the organiser's and outlive proposals; the rest is replaced by the
    next proposal.
    """

    __tablename__ = "pairing"
    __table_args__ = (UniqueConstraint("project_id", "investor_id"),)

    project_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    investor_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[PairingState] = keep(Sens.ORGANISERS, state_type(PairingState))
    score: Mapped[float | None] = keep(Sens.ORGANISERS)
    reason: Mapped[str] = keep(Sens.ORGANISERS, String(40), default="")
    facts: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    note: Mapped[str] = keep(Sens.ORGANISERS, Text, default="")
    decided_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    decided_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )

    project: Mapped[Project] = relationship()
    investor: Mapped[Investor] = relationship()
