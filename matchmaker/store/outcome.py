"""What a meeting led to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import OutcomeKind
from matchmaker.store.base import Base, RoadshowRow, Sens, keep, state_type
from matchmaker.store.meeting import Meeting


class Outcome(RoadshowRow, Base):
    """One side's word on a meeting: what came of it and how useful it was (1 to 5).

    The newest row of a side counts; older ones stay as history.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("meeting_id", "side", "number"),
        CheckConstraint("side IN ('project', 'investor', 'organiser')", name="side"),
        CheckConstraint("usefulness IS NULL OR usefulness BETWEEN 1 AND 5", name="usefulness"),
    )

    meeting_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[str] = keep(Sens.MATCH, String(10))
    number: Mapped[int] = keep(Sens.MATCH, default=1)
    kind: Mapped[OutcomeKind | None] = keep(Sens.TEAM, state_type(OutcomeKind))
    usefulness: Mapped[int | None] = keep(Sens.TEAM)
    note: Mapped[str] = keep(Sens.TEAM, Text, default="")
    recorded_at: Mapped[datetime] = keep(Sens.TEAM)
    recorded_by_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="SET NULL")
    )

    meeting: Mapped[Meeting] = relationship()
