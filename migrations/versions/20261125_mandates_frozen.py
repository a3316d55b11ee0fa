"""what is frozen of mandates, and when

Revision ID: 20261125_mandates_frozen
Revises: 20261125_duties
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_mandates_frozen"
down_revision = "20261125_duties"
branch_labels = None
depends_on = None

HAS_A_TIME = "CONSTRAINT ck_roadshow_frozen_from_a_time CHECK (mandates_until IS NOT NULL OR {})"


def upgrade() -> None:
    op.add_column("roadshow", sa.Column("mandates_until", sa.DateTime(timezone=True)))
    rule = HAS_A_TIME.format("CAST(mandates_frozen AS TEXT) = '[]'")
    op.execute(f"ALTER TABLE roadshow ADD COLUMN mandates_frozen JSON DEFAULT '[]' NOT NULL {rule}")


def downgrade() -> None:
    op.drop_column("roadshow", "mandates_frozen")
    op.drop_column("roadshow", "mandates_until")
