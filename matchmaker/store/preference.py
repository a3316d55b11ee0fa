"""What each side states of the other: must meet, meet, no thanks; and signed CDAs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.core.journey import Wish
from matchmaker.store.base import Base, RoadshowRow, Sens, keep, state_type
from matchmaker.store.profile import Investor, Project


class Preference(RoadshowRow, Base):
    """A wish of one ``side`` (project or investor) of a pair. No row: nothing was said."""

    __tablename__ = "preference"
    __table_args__ = (
        UniqueConstraint("project_id", "investor_id", "side"),
        CheckConstraint("side IN ('project', 'investor')", name="side"),
    )

    project_id: Mapped[str] = keep(
        Sens.TEAM, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    investor_id: Mapped[str] = keep(
        Sens.TEAM, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[str] = keep(Sens.TEAM, String(8))
    wish: Mapped[Wish] = keep(Sens.TEAM, state_type(Wish))
    stated_at: Mapped[datetime] = keep(Sens.TEAM)
    stated_by_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="SET NULL")
    )

    project: Mapped[Project] = relationship()
    investor: Mapped[Investor] = relationship()


class Cda(RoadshowRow, Base):
    """A confidentiality agreement between a team and an investor; opens the third tier."""

    __tablename__ = "cda"
    __table_args__ = (UniqueConstraint("project_id", "investor_id"),)

    project_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    investor_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    signed_at: Mapped[datetime] = keep(Sens.MATCH)
    recorded_by_id: Mapped[str | None] = keep(
        Sens.MATCH, ForeignKey("account.id", ondelete="SET NULL")
    )
    ended_at: Mapped[datetime | None] = keep(Sens.MATCH)
