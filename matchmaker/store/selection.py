"""The committee's work: criteria, declared conflicts, assignments, reviews and scores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.store.account import Account
from matchmaker.store.base import Base, RoadshowRow, Sens, keep
from matchmaker.store.profile import Project


class Criterion(RoadshowRow, Base):
    """One line of the rubric: scored from 0 to ``points``, counted with ``weight``."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "code"),
        CheckConstraint("points > 0 AND weight >= 0", name="points"),
    )

    code: Mapped[str] = keep(Sens.PUBLIC, String(24))
    rank: Mapped[int] = keep(Sens.PUBLIC, default=0)
    name_en: Mapped[str] = keep(Sens.PUBLIC, String(120))
    name_zh: Mapped[str] = keep(Sens.PUBLIC, String(120), default="")
    hint_en: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    hint_zh: Mapped[str] = keep(Sens.PUBLIC, Text, default="")
    weight: Mapped[float] = keep(Sens.PUBLIC, default=1.0)
    points: Mapped[int] = keep(Sens.PUBLIC, default=10)


class Conflict(RoadshowRow, Base):
    """A declared conflict of interest: this account learns nothing of this project's review."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("account_id", "project_id"),)

    account_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    project_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = keep(Sens.ORGANISERS, Text, default="")
    declared_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    declared_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )


class Review(RoadshowRow, Base):
    """One reviewer's work on the version of an application that was assigned.

    The row is the assignment; it has scores once the reviewer wrote some, and ``submitted_at``
    once they count.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("project_id", "reviewer_id"),)

    project_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    version_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("project_version.id", ondelete="CASCADE")
    )
    reviewer_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    assigned_at: Mapped[datetime] = keep(Sens.REVIEWERS)
    submitted_at: Mapped[datetime | None] = keep(Sens.REVIEWERS)
    comment: Mapped[str] = keep(Sens.REVIEWERS, Text, default="")
    """For the committee only."""
    feedback: Mapped[str] = keep(Sens.REVIEWERS, Text, default="")
    """May be passed to the team with the decision."""
    revision: Mapped[int] = keep(Sens.REVIEWERS, default=1)

    project: Mapped[Project] = relationship()
    reviewer: Mapped[Account] = relationship()
    scores: Mapped[list[Score]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class Score(Base):
    """Points that a review gives on a criterion."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    review_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("criterion.id", ondelete="CASCADE"), primary_key=True
    )
    points: Mapped[float] = keep(Sens.REVIEWERS)


class Discussion(RoadshowRow, Base):
    """A remark of the committee on an application."""

    __tablename__ = "discussion"

    project_id: Mapped[str] = keep(
        Sens.REVIEWERS, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[str | None] = keep(
        Sens.REVIEWERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    text: Mapped[str] = keep(Sens.REVIEWERS, Text)
    at: Mapped[datetime] = keep(Sens.REVIEWERS)

    author: Mapped[Account | None] = relationship()
