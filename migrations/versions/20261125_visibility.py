"""which teams an investor is seen by

Revision ID: 20261125_visibility
Revises: 20261125_mandates_frozen
"""

from __future__ import annotations

from alembic import op

revision = "20261125_visibility"
down_revision = "20261125_mandates_frozen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE investor ADD COLUMN visibility VARCHAR(24)"
        " CONSTRAINT ck_investor_visibility CHECK (visibility IN ('teams', 'met'))"
        " DEFAULT 'teams' NOT NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE investor DROP COLUMN visibility")
