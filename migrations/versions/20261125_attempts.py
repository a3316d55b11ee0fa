"""tries to sign in are counted in the database

Revision ID: 20261125_attempts
Revises: 20261125_match_setting
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_attempts"
down_revision = "20261125_match_setting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_at"), "attempt", ["at"])
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"])


def downgrade() -> None:
    op.drop_table("attempt")
