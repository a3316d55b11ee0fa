"""answers that two people changed at once wait on the server

Revision ID: 20261125_disputed
Revises: 20261125_mandate_reading
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_disputed"
down_revision = "20261125_mandate_reading"
branch_labels = None
depends_on = None

PARTIES = ("project", "investor")


def upgrade() -> None:
    op.create_table(
        "disputed_answer",
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("project_id", sa.String(length=12), nullable=True),
        sa.Column("investor_id", sa.String(length=12), nullable=True),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("opened", sa.String(length=8), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "(project_id IS NULL) <> (investor_id IS NULL)",
            name=op.f("ck_disputed_answer_of_one_party"),
        ),
        sa.CheckConstraint("length(opened) = 8", name=op.f("ck_disputed_answer_opened")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}.id"],
                name=op.f(f"fk_disputed_answer_{name}_id_{name}"),
                ondelete="CASCADE",
            )
            for name in ("account", *PARTIES)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputed_answer")),
        *(
            sa.UniqueConstraint(
                *("account_id", f"{name}_id", "step", "answer"),
                name=op.f(f"uq_disputed_answer_account_id_{name}_id_step_answer"),
            )
            for name in PARTIES
        ),
    )
    for name in PARTIES:
        op.create_index(op.f(f"ix_disputed_answer_{name}_id"), "disputed_answer", [f"{name}_id"])


def downgrade() -> None:
    for name in reversed(PARTIES):
        op.drop_index(op.f(f"ix_disputed_answer_{name}_id"), table_name="disputed_answer")
    op.drop_table("disputed_answer")
