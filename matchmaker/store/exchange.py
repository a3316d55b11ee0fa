"""Tables that organisers bring along, until they are taken in, and documents made for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped

from matchmaker.store.base import Base, RoadshowRow, Sens, keep


class ImportFile(RoadshowRow, Base):
    """A table as it was sent, and how it is to be read; its bytes go once it is taken in.

    ``choices`` are the answers beside the mapping (what happens to what is there already);
    ``result`` says what came of it.
    """

    __tablename__ = "import_file"
    __table_args__ = (
        CheckConstraint("kind IN ('projects', 'investors', 'slots', 'tables')", name="kind"),
    )

    kind: Mapped[str] = keep(Sens.ORGANISERS, String(24))
    name: Mapped[str] = keep(Sens.ORGANISERS, String(200))
    sheet: Mapped[str] = keep(Sens.ORGANISERS, String(80), default="")
    content: Mapped[bytes | None] = keep(Sens.ORGANISERS, LargeBinary, deferred=True)
    size: Mapped[int] = keep(Sens.ORGANISERS)
    mapping: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    choices: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    result: Mapped[dict[str, Any]] = keep(Sens.ORGANISERS, JSON, default=dict)
    sent_at: Mapped[datetime] = keep(Sens.ORGANISERS, index=True)
    sent_by_id: Mapped[str | None] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="SET NULL")
    )
    taken_at: Mapped[datetime | None] = keep(Sens.ORGANISERS)


class ExportFile(RoadshowRow, Base):
    """A document that was made as a job, for the account that asked for it and nobody else."""

    __tablename__ = "export_file"

    account_id: Mapped[str] = keep(
        Sens.ORGANISERS, ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = keep(Sens.ORGANISERS, String(200))
    mime: Mapped[str] = keep(Sens.ORGANISERS, String(100))
    content: Mapped[bytes] = keep(Sens.ORGANISERS, LargeBinary, deferred=True)
    made_at: Mapped[datetime] = keep(Sens.ORGANISERS, index=True)
