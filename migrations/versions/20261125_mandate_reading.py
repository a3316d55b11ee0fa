"""who read which mandate

Revision ID: 20261125_mandate_reading
Revises: 20261125_visibility
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_mandate_reading"
down_revision = "20261125_visibility"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mandate_reading",
        sa.Column("investor_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_mandate_reading_number")),
        sa.CheckConstraint("times > 0", name=op.f("ck_mandate_reading_times")),
        sa.CheckConstraint(
            "first_at <= last_at", name=op.f("ck_mandate_reading_first_before_last")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_mandate_reading_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["investor_id", "number"],
            ["investor_mandate.investor_id", "investor_mandate.number"],
            name=op.f("fk_mandate_reading_investor_id_number_investor_mandate"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "investor_id", "number", "account_id", name=op.f("pk_mandate_reading")
        ),
    )
    op.create_index(op.f("ix_mandate_reading_account_id"), "mandate_reading", ["account_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_mandate_reading_account_id"), table_name="mandate_reading")
    op.drop_table("mandate_reading")
