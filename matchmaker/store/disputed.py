"""Answers that were typed and are not saved, because another text or a rule of the form objects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from matchmaker.store.base import Base, Row, Sens, keep


class DisputedAnswer(Row, Base):
    """What somebody typed of an answer and could not save; shown to them alone."""

    __tablename__ = "disputed_answer"
    __table_args__ = (
        UniqueConstraint("account_id", "project_id", "step", "answer"),
        UniqueConstraint("account_id", "investor_id", "step", "answer"),
        CheckConstraint("(project_id IS NULL) <> (investor_id IS NULL)", name="of_one_party"),
        CheckConstraint("length(opened) = 8", name="opened"),
    )

    account_id: Mapped[str] = keep(Sens.TEAM, ForeignKey("account.id", ondelete="CASCADE"))
    project_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    investor_id: Mapped[str | None] = keep(
        Sens.TEAM, ForeignKey("investor.id", ondelete="CASCADE"), index=True
    )
    step: Mapped[str] = keep(Sens.TEAM, String(24))
    answer: Mapped[str] = keep(Sens.TEAM, String(60))
    """The name of the answer in the form of the step."""
    opened: Mapped[str] = keep(Sens.TEAM, String(8))
    """A sum of the answer as the form was opened: whoever changed it changed it since then."""
    typed: Mapped[dict[str, list[str]]] = keep(Sens.CDA, JSON)
    """What was sent of it: the values of each input, as they were typed."""
    written_in: Mapped[str | None] = keep(Sens.TEAM, String(16))
    """The window it was typed in last: another window of the same person leaves it alone."""
    edited_at: Mapped[datetime] = keep(Sens.TEAM)
