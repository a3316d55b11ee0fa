"""more answers of projects and mandates

Revision ID: 20261125_answers
Revises: 20261124_guards

The columns are added one by one, in the words of both databases: a table that is rebuilt would
lose its triggers. Those of the two tables are made anew so that they guard the new columns too.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect

revision = "20261125_answers"
down_revision = "20261124_guards"
branch_labels = None
depends_on = None

PROJECT = "project_registered"
MANDATE = "investor_mandate"
COLUMNS = {
    PROJECT: {
        "grants": "BIGINT CONSTRAINT ck_project_registered_grants"
        " CHECK (grants IS NULL OR grants >= 0)",
        "partners": "JSON",
        "ip_states": "JSON",
        **dict.fromkeys(("rights_en", "rights_zh", "standard_en", "standard_zh"), "TEXT"),
        **dict.fromkeys(("competitors_en", "competitors_zh"), "TEXT"),
        **dict.fromkeys(("advisors_en", "advisors_zh", "publications"), "TEXT"),
        "trial": "VARCHAR(120)",
        "avoids": "JSON",
    },
    MANDATE: {
        "ticket_total": "BIGINT CONSTRAINT ck_investor_mandate_total_holds_the_first"
        " CHECK (ticket_total IS NULL OR ticket_low IS NULL OR ticket_total >= ticket_low)",
        "landing": "VARCHAR(24)",
        **dict.fromkeys(("landing_en", "landing_zh", "team_en", "team_zh"), "TEXT"),
        **dict.fromkeys(("rights_en", "rights_zh"), "TEXT"),
        **dict.fromkeys(("board", "cda_stance", "assets"), "VARCHAR(24)"),
        "vintage": "INTEGER CONSTRAINT ck_investor_mandate_vintage"
        " CHECK (vintage IS NULL OR vintage BETWEEN 1950 AND 2100)",
        "fund_currencies": "JSON",
        "deals_per_year": "INTEGER CONSTRAINT ck_investor_mandate_deals_per_year"
        " CHECK (deals_per_year IS NULL OR deals_per_year BETWEEN 0 AND 999)",
    },
}
OPTIONAL = ("landing", "board", "cda_stance", "assets")
"""Codes of which nothing may be said; every other text or list is empty rather than unknown."""
GUARDS = {
    PROJECT: (
        set(),
        "EXISTS (SELECT 1 FROM project_version v"
        " WHERE v.id = OLD.version_id AND v.number IS NOT NULL)",
    ),
    MANDATE: ({"submitted_by_id"}, "OLD.number IS NOT NULL"),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        _drop_guard(table)
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{_empty(name, kind)}")
        _make_guard(table)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        _drop_guard(table)
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        _make_guard(table)


def _empty(name: str, kind: str) -> str:
    if name in OPTIONAL or kind.startswith(("BIGINT", "INTEGER")):
        return ""
    return f" DEFAULT '{'[]' if kind == 'JSON' else ''}' NOT NULL"


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _drop_guard(table: str) -> None:
    if _postgres():
        op.execute(f"DROP TRIGGER {table}_update ON {table}")
    else:
        op.execute(f"DROP TRIGGER {table}_update")


def _make_guard(table: str) -> None:
    free, fixed = GUARDS[table]
    columns = sorted(
        column["name"]
        for column in inspect(op.get_bind()).get_columns(table)
        if column["name"] not in free
    )
    moment = "UPDATE OF " + ", ".join(f'"{column}"' for column in columns)
    if _postgres():  # its function judges any row of the table already
        op.execute(
            f"CREATE TRIGGER {table}_update BEFORE {moment} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_update_guard()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_update BEFORE {moment} ON {table} WHEN {fixed}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is fixed'); END"
    )
