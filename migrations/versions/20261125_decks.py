"""the words of decks, who read which version, and what is frozen after the deadline

Revision ID: 20261125_decks
Revises: 20261125_attempts
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_decks"
down_revision = "20261125_attempts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_page",
        sa.Column("file_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_file_page_number")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_file_page_file_id_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_file_page")),
    )
    op.create_table(
        "reading",
        sa.Column("project_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_reading_number")),
        sa.CheckConstraint("times > 0", name=op.f("ck_reading_times")),
        sa.CheckConstraint("first_at <= last_at", name=op.f("ck_reading_first_before_last")),
        sa.CheckConstraint("tier IN ('public', 'registered', 'cda')", name=op.f("ck_reading_tier")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_reading_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "number"],
            ["project_version.project_id", "project_version.number"],
            name=op.f("fk_reading_project_id_number_project_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "number", "account_id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_account_id"), "reading", ["account_id"])
    op.add_column("roadshow", sa.Column("frozen", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("roadshow", "frozen")
    op.drop_index(op.f("ix_reading_account_id"), table_name="reading")
    op.drop_table("reading")
    op.drop_table("file_page")
