"""texts of two windows for one answer are told apart

Revision ID: 20261125_written_in
Revises: 20261125_disputed
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_written_in"
down_revision = "20261125_disputed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("disputed_answer", sa.Column("written_in", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("disputed_answer") as table:
        table.drop_column("written_in")
