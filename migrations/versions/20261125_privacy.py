"""consent, erasure and reminders; an invitation is used once, an erased account stays empty

Revision ID: 20261125_privacy
Revises: 20261125_decks
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_privacy"
down_revision = "20261125_decks"
branch_labels = None
depends_on = None

COLUMNS = {
    "roadshow": {
        "contact_email": "VARCHAR(254) DEFAULT '' NOT NULL",
        "steps_en": "TEXT DEFAULT '' NOT NULL",
        "steps_zh": "TEXT DEFAULT '' NOT NULL",
        "privacy_en": "TEXT DEFAULT '' NOT NULL",
        "privacy_zh": "TEXT DEFAULT '' NOT NULL",
    },
    "account": {
        "erased_at": "{moment} CONSTRAINT ck_account_erased_is_empty CHECK (erased_at IS NULL OR"
        " (NOT active AND name = '' AND password IS NULL AND email LIKE 'erased-%'"
        " AND tf_totp_secret IS NULL AND tf_phone_number IS NULL AND last_login_ip IS NULL"
        " AND current_login_ip IS NULL))",
    },
    "person": {
        "erased_at": "{moment} CONSTRAINT ck_person_erased_is_empty CHECK (erased_at IS NULL OR"
        " (account_id IS NULL AND email = '' AND name_en = '–' AND name_zh = ''"
        " AND title_en = '' AND title_zh = ''))",
    },
    "invitation": {
        "reminded_at": "{moment}",
        "reminders": "INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_invitation_reminders"
        " CHECK (reminders >= 0 AND (reminders = 0) = (reminded_at IS NULL))",
    },
}
USED = "NEW.accepted_at IS NULL OR NEW.token_hash <> OLD.token_hash OR NEW.role <> OLD.role"
GUARDS = {  # name -> (table, columns, when, what is said)
    "account_erased": ("account", "erased_at", "OLD.erased_at IS NOT NULL", "account is erased"),
    "person_erased": ("person", "erased_at", "OLD.erased_at IS NOT NULL", "person is erased"),
    "invitation_used": (
        "invitation",
        "accepted_at, account_id, token_hash, role, project_id, investor_id",
        f"OLD.accepted_at IS NOT NULL AND ({USED})",
        "invitation is used",
    ),
    "consent_fixed": ("consent", "id, account_id, text, given_at", "1 = 1", "consent is fixed"),
}


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if _postgres() else "DATETIME"
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.format(moment=moment)}")
    op.create_table(
        "consent",
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_consent_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("account_id", "text", name=op.f("uq_consent_account_id_text")),
    )
    for name, (table, columns, when, said) in GUARDS.items():
        _guard(name, table, columns, when, said)


def downgrade() -> None:
    for name, (table, *_) in GUARDS.items():
        if _postgres():
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}_guard()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("consent")
    for table, columns in reversed(COLUMNS.items()):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _guard(name: str, table: str, columns: str, when: str, said: str) -> None:
    if not _postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {when} THEN RAISE EXCEPTION '{said}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
    )


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
