"""Ranking runs and the scored pairs they found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from matchmaker.store.base import Base, RoadshowRow, Sens, keep
from matchmaker.store.profile import Investor, Project


class MatchRun(RoadshowRow, Base):
    """One ranking of all pairs: which model, on which data, when.

    ``model`` holds the estimator's parameters and version, ``data`` the versions of the profiles
    and mandates that went in and a fingerprint of them. ``finished_at`` is empty while it runs.
    """

    __tablename__ = "match_run"
    __table_args__ = (UniqueConstraint("roadshow_id", "number"),)

    number: Mapped[int] = keep(Sens.EVENT)
    started_at: Mapped[datetime] = keep(Sens.EVENT)
    finished_at: Mapped[datetime | None] = keep(Sens.EVENT)
    started_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    model: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    data: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    pairs: Mapped[int] = keep(Sens.ORGANISERS, default=0)


class MatchSetting(RoadshowRow, Base):
    """How the organisers want rankings made, from this row on until the next; rows never change.

    ``weights`` holds the facets' weights set by hand (empty: as shipped or learned); ``evidence``,
    ``learned`` and ``calibrated`` allow the later stages of the model, each of which turns on by
    itself only where it wins. ``undoes`` is the number of the row that this one takes back.
    """

    __tablename__ = "match_setting"
    __table_args__ = (
        UniqueConstraint("roadshow_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("undoes IS NULL OR undoes < number", name="undoes_an_earlier_one"),
    )

    number: Mapped[int] = keep(Sens.ORGANISERS)
    weights: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    evidence: Mapped[bool] = keep(Sens.ORGANISERS, default=True)
    learned: Mapped[bool] = keep(Sens.ORGANISERS, default=True)
    calibrated: Mapped[bool] = keep(Sens.ORGANISERS, default=True)
    undoes: Mapped[int | None] = keep(Sens.ORGANISERS)
    made_at: Mapped[datetime] = keep(Sens.ORGANISERS)
    made_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )


class Match(Base):
    """A scored pair of a run. Scores run from 0 to 100; an excluded pair has none.

    ``reasons`` lists ``[facet, contribution, key, facts]``; contributions add up to ``score``.
    """

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint("(excluded IS NULL) = (score IS NOT NULL)", name="scored_or_excluded"),
        Index("ix_match_project", "run_id", "project_id", "rank_for_project"),
        Index("ix_match_investor", "run_id", "investor_id", "rank_for_investor"),
    )

    run_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True
    )
    project_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    investor_id: Mapped[str] = keep(
        Sens.MATCH, ForeignKey("investor.id", ondelete="CASCADE"), primary_key=True
    )
    score: Mapped[float | None] = keep(Sens.MATCH)
    score_investor: Mapped[float | None] = keep(Sens.MATCH)
    """How well the project fits what the investor looks for."""
    score_project: Mapped[float | None] = keep(Sens.MATCH)
    """How well the investor fits what the project needs."""
    rank_for_investor: Mapped[int | None] = keep(Sens.MATCH)
    rank_for_project: Mapped[int | None] = keep(Sens.MATCH)
    excluded: Mapped[str | None] = keep(Sens.TEAM, String(40))
    """The stable reason of an exclusion; its facts are the first of ``reasons``."""
    reasons: Mapped[list[Any]] = keep(Sens.MATCH, JSON, default=list)

    project: Mapped[Project] = relationship()
    investor: Mapped[Investor] = relationship()
