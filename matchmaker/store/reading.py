"""Who read what a project or an investor submitted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped

from matchmaker.store.base import Base, Sens, keep


class ReadRow:
    """When, and how often, an account read a submitted version."""

    number: Mapped[int] = keep(Sens.TEAM, primary_key=True)
    account_id: Mapped[str] = keep(
        Sens.TEAM, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    first_at: Mapped[datetime] = keep(Sens.TEAM)
    last_at: Mapped[datetime] = keep(Sens.TEAM)
    times: Mapped[int] = keep(Sens.TEAM, default=1)


def _checks() -> tuple[CheckConstraint, ...]:
    """What holds of every reading."""
    return (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("times > 0", name="times"),
        CheckConstraint("first_at <= last_at", name="first_before_last"),
    )


class Reading(ReadRow, Base):
    """Who read which submitted version of a project, up to which tier, and when."""

    __tablename__ = "reading"
    __table_args__ = (
        *_checks(),
        CheckConstraint("tier IN ('public', 'registered', 'cda')", name="tier"),
        ForeignKeyConstraint(
            ["project_id", "number"],
            ["project_version.project_id", "project_version.number"],
            ondelete="CASCADE",
        ),
    )

    project_id: Mapped[str] = keep(Sens.TEAM, primary_key=True, sort_order=-1)
    tier: Mapped[str] = keep(Sens.TEAM, String(12))


class MandateReading(ReadRow, Base):
    """Who read which submitted mandate of an investor, and when."""

    __tablename__ = "mandate_reading"
    __table_args__ = (
        *_checks(),
        ForeignKeyConstraint(
            ["investor_id", "number"],
            ["investor_mandate.investor_id", "investor_mandate.number"],
            ondelete="CASCADE",
        ),
    )

    investor_id: Mapped[str] = keep(Sens.TEAM, primary_key=True, sort_order=-1)
