"""how organisers want rankings made; a setting is followed by another, never changed

Revision ID: 20261125_match_setting
Revises: 20261125_answers
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_match_setting"
down_revision = "20261125_answers"
branch_labels = None
depends_on = None

FIXED = "calibrated evidence id learned made_at number roadshow_id undoes weights".split()


def upgrade() -> None:
    op.create_table(
        "match_setting",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.Boolean(), nullable=False),
        sa.Column("learned", sa.Boolean(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.String(length=12), nullable=True),
        sa.Column("roadshow_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_match_setting_number")),
        sa.CheckConstraint(
            "undoes IS NULL OR undoes < number",
            name=op.f("ck_match_setting_undoes_an_earlier_one"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["account.id"],
            name=op.f("fk_match_setting_made_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["roadshow_id"],
            ["roadshow.id"],
            name=op.f("fk_match_setting_roadshow_id_roadshow"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_setting")),
        sa.UniqueConstraint(
            "roadshow_id", "number", name=op.f("uq_match_setting_roadshow_id_number")
        ),
    )
    op.create_index(op.f("ix_match_setting_roadshow_id"), "match_setting", ["roadshow_id"])
    moment = "UPDATE OF " + ", ".join(f'"{column}"' for column in FIXED)
    if _postgres():
        op.execute(
            "CREATE FUNCTION match_setting_update_guard() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'match_setting is fixed'"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER match_setting_update BEFORE {moment} ON match_setting"
            " FOR EACH ROW EXECUTE FUNCTION match_setting_update_guard()"
        )
        return
    op.execute(
        f"CREATE TRIGGER match_setting_update BEFORE {moment} ON match_setting"
        " BEGIN SELECT RAISE(ABORT, 'match_setting is fixed'); END"
    )


def downgrade() -> None:
    if _postgres():
        op.execute("DROP TRIGGER match_setting_update ON match_setting")
        op.execute("DROP FUNCTION match_setting_update_guard()")
    op.drop_table("match_setting")


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
